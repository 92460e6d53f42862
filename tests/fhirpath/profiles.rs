//! `conformsTo` and `slice` with a profile of the caller's own.

use fhirkiln::engine::{Code, Engine, EvaluateOptions, Options};

const PROFILE: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://example.org/numbered", "name": "Numbered", "status": "draft",
  "kind": "resource", "abstract": false, "type": "Patient", "derivation": "constraint",
  "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
  "differential": { "element": [
    { "id": "Patient", "path": "Patient" },
    { "id": "Patient.identifier", "path": "Patient.identifier",
      "slicing": { "discriminator": [{ "type": "value", "path": "system" }], "rules": "open" } },
    { "id": "Patient.identifier:number", "path": "Patient.identifier", "sliceName": "number", "min": 1, "max": "1" },
    { "id": "Patient.identifier:number.system", "path": "Patient.identifier.system", "min": 1,
      "fixedUri": "http://example.org/number" }
  ] }
}"#;

const PATIENT: &str = r#"{"resourceType":"Patient","identifier":[{"system":"http://example.org/other","value":"1"},
  {"system":"http://example.org/number","value":"2"}],
  "contained":[{"resourceType":"Patient","identifier":[{"system":"http://example.org/other","value":"3"}]}]}"#;

fn r4() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
    std::fs::read(path).expect("build packs/r4.pack first: npm run build")
}

#[test]
fn profiles_of_the_caller() {
    let engine = Engine::builder().pack(r4()).resource(PROFILE).build().expect("both are whole");
    let check = |expression: &str, expected: &str| {
        let compiled = engine.compile(expression).expect("it is FHIRPath");
        let found = match engine.evaluate(&compiled, PATIENT, &EvaluateOptions::default()) {
            Ok(found) => found.values.into_iter().map(|it| it.value).collect::<Vec<_>>().join(" "),
            Err(error) => error.code.to_owned(),
        };
        assert_eq!(found, expected, "{expression}");
    };
    check("conformsTo('http://example.org/numbered')", "true");
    check("contained.conformsTo('http://example.org/numbered')", "false");
    check("identifier.slice('http://example.org/numbered', 'number').value", r#""2""#);
    check("contained.identifier.slice('http://example.org/numbered', 'number').value", "");
    check("identifier.slice('http://example.org/numbered', 'absent')", "fhirpath-unavailable");
    check("identifier.slice('http://example.org/absent', 'number')", "fhirpath-unavailable");
}

/// A profile of Patient with constraints.
fn constrained(name: &str, expressions: &[&str]) -> String {
    let constraint = |(index, expression): (usize, &&str)| {
        format!(
            r#"{{"key":"{name}-{index}","severity":"error","human":"x","expression":"{expression}"}}"#
        )
    };
    let constraints: Vec<String> = expressions.iter().enumerate().map(constraint).collect();
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","name":"X","status":"draft","kind":"resource",
        "abstract":false,"type":"Patient","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
        "differential":{{"element":[{{"id":"Patient","path":"Patient","constraint":[{}]}}]}}}}"#,
        constraints.join(",")
    )
}

#[test]
fn constraints_ask_for_profiles() {
    let conforms = |name: &str| format!("conformsTo('http://example.org/{name}')");
    let (numbered, circle, absent) = (conforms("numbered"), conforms("circle"), conforms("absent"));
    let contained = format!("contained.all({})", conforms("inner"));
    let engine = Engine::builder()
        .pack(r4())
        .resource(PROFILE)
        .resource(constrained("outer", &[&numbered, &contained, &absent]))
        .resource(constrained("inner", &[&numbered, "%resource = $this", "%rootResource != $this"]))
        .resource(constrained("circle", &[&circle, &numbered]))
        .build()
        .expect("all are whole");
    let check = |profile: &str, expected: &[&str]| {
        let profiles = vec![format!("http://example.org/{profile}")];
        let report = engine.validate(PATIENT, &Options { profiles, ..Options::default() });
        let key = |message: &str| message.split('`').nth(1).unwrap_or_default().to_owned();
        let found: Vec<String> = report
            .issues
            .iter()
            .filter(|it| matches!(it.code, Code::ConstraintFailed | Code::ConstraintNotChecked))
            .map(|it| format!("{} {}", it.code.as_str(), key(&it.message(false))))
            .filter(|it| !it.contains("dom-"))
            .collect();
        assert_eq!(found, expected, "{profile}");
    };
    check("outer", &["constraint-failed outer-1", "constraint-not-checked outer-2"]);
    check("circle", &[]);
    check("inner", &["constraint-failed inner-2"]);
}

/// A chain of profiles, each of which asks for the next, is followed some way and no further.
#[test]
fn a_long_chain_of_profiles_is_not_checked() {
    let profile = |number: usize| {
        let next = format!("conformsTo('http://example.org/p{}')", number + 1);
        constrained(&format!("p{number}"), &[&next])
    };
    let builder = (0..40).fold(Engine::builder().pack(r4()), |it, n| it.resource(profile(n)));
    let engine = builder.resource(constrained("p40", &["false"])).build().expect("all are whole");
    let options = Options { profiles: vec!["http://example.org/p0".into()], ..Options::default() };
    let report = engine.validate(r#"{"resourceType":"Patient"}"#, &options);
    let codes: Vec<Code> = report.issues.iter().map(|it| it.code).collect();
    assert!(codes.contains(&Code::ConstraintNotChecked), "{codes:?}");
    assert!(!codes.contains(&Code::ConstraintFailed), "{codes:?}");
}

#[test]
fn template_ids_are_those_that_a_definition_says() {
    let identified = |name: &str, identifiers: &str| {
        let identifiers = format!(r#""identifier":[{identifiers}],"differential""#);
        constrained(name, &[]).replace(r#""differential""#, &identifiers)
    };
    let dated = r#"{"value":"urn:hl7ii:2.16.840.1:2015-08-01"}"#;
    let engine = Engine::builder()
        .pack(r4())
        .resource(identified("dated", dated))
        .resource(identified("both", &format!(r#"{dated},{{"value":"urn:oid:2.16.840.2"}}"#)))
        .resource(identified("none", ""))
        .build()
        .expect("all are whole");
    let check = |template: &str, name: &str, expected: &str| {
        let input = format!(r#"{{"resourceType":"Observation","templateId":{template}}}"#);
        let expression = format!("hasTemplateIdOf('http://example.org/{name}')");
        let compiled = engine.compile(&expression).expect("it is FHIRPath");
        let found = engine.evaluate(&compiled, &*input, &EvaluateOptions::default());
        assert_eq!(found.expect("it is known").values[0].value, expected, "{template} {name}");
    };
    check(r#"[{"root":"2.16.840.1","extension":"2015-08-01"}]"#, "dated", "true");
    check(r#"{"root":"2.16.840.1","extension":"2015-08-01"}"#, "dated", "true");
    check(r#"[{"root":"2.16.840.1"}]"#, "dated", "false");
    check(r#"[{"root":"2.16.840.1"},{"root":"2.16.840.2"}]"#, "both", "true");
    check(r#"[{"root":"2.16.840.2","extension":"x"}]"#, "both", "false");
    check(r#"[{"root":"2.16.840.1"}]"#, "none", "false");
}
