//! The constraints of definitions: each rule that is checked without its FHIRPath says the same as its
//! expression would, and each that is checked with it is said once, with its key.

use std::sync::OnceLock;

use fhirkiln::engine::{BestPractice, Code, Engine, EvaluateOptions, Options};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
        let pack = std::fs::read(path).expect("build packs/r4.pack first: npm run build");
        Engine::builder().pack(pack).build().expect("the pack is whole")
    })
}

/// `expected` is each broken rule as `key severity expression`.
#[track_caller]
fn check(json: &str, best_practice: BestPractice, expected: &[&str]) {
    let options = Options { best_practice, ..Options::default() };
    let report = engine().validate(json, &options);
    let found: Vec<String> = report
        .issues
        .iter()
        .filter(|issue| matches!(issue.code, Code::ConstraintFailed | Code::ConstraintPractice))
        .map(|issue| {
            let message = issue.message(false);
            let key = message.split('`').nth(1).unwrap_or_default();
            format!("{key} {} {}", issue.severity.as_str(), issue.expression)
        })
        .collect();
    assert_eq!(found, expected, "{json}");
}

#[test]
fn rules_of_resources_data_types_and_elements() {
    let patient = |inner: &str| format!(r#"{{"resourceType":"Patient",{inner}}}"#);
    let ignore = BestPractice::Ignore;
    check(
        &patient(r#""contact":[{"gender":"male"}]"#),
        ignore,
        &["pat-1 error Patient.contact[0]"],
    );
    check(&patient(r#""contact":[{"name":{"text":"x"}}]"#), ignore, &[]);
    check(&patient(r#""telecom":[{"value":"1"}]"#), ignore, &["cpt-2 error Patient.telecom[0]"]);
    let period = |start, end| {
        patient(&format!(r#""name":[{{"text":"x","period":{{"start":"{start}","end":"{end}"}}}}]"#))
    };
    check(&period("2020", "2021"), ignore, &[]);
    check(&period("2021", "2020"), ignore, &["per-1 error Patient.name[0].period"]);
    check(
        r#"{"resourceType":"Questionnaire","status":"draft","name":"vitals"}"#,
        ignore,
        &["que-0 warning Questionnaire"],
    );
    check(
        r#"{"resourceType":"Bundle","type":"collection","total":1,"entry":[{"fullUrl":"urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d","resource":{"resourceType":"Patient","contact":[{"id":"a","gender":"male"}]}}]}"#,
        ignore,
        &["bdl-1 error Bundle", "pat-1 error Bundle.entry[0].resource.contact[0]"],
    );
}

#[test]
fn the_resource_of_a_rule_is_the_one_around_it() {
    // `obs-7` compares with `%resource.code`.
    let observation = |id: &str| {
        format!(
            r#"{{"resourceType":"Observation","id":"{id}","status":"final","valueString":"x",
            "code":{{"coding":[{{"system":"http://a","code":"{id}"}}]}},
            "component":[{{"code":{{"coding":[{{"system":"http://a","code":"a"}}]}},"valueString":"y"}}]}}"#
        )
    };
    let both = format!(
        r##"{{"resourceType":"Observation","status":"final","code":{{"text":"a"}},"contained":[{},{}],
        "hasMember":[{{"reference":"#a"}},{{"reference":"#b"}}]}}"##,
        observation("a"),
        observation("b"),
    );
    check(&both, BestPractice::Ignore, &["obs-7 error Observation.contained[0]"]);
}

#[test]
fn rules_of_the_entries_of_a_bundle() {
    const BATCH: &str = r#""type":"batch","entry":["#;
    let bundle = |inner: &str| format!(r#"{{"resourceType":"Bundle",{inner}]}}"#);
    let get = r#"{"request":{"method":"GET","url":"Patient"}}"#;
    let patient = |id: u32, version: &str| {
        format!(
            r#"{{"fullUrl":"http://x/Patient/{id}{version}","resource":{{"resourceType":"Patient","id":"{id}"}}}}"#
        )
    };
    let ignore = BestPractice::Ignore;
    check(&bundle(&format!("{BATCH}{get},{get}")), ignore, &[]);
    check(&bundle(&format!("{BATCH}{get},{}", patient(1, ""))), ignore, &["bdl-3 error Bundle"]);
    let list = |entries: &[String]| {
        bundle(&format!(r#""type":"collection","entry":[{}"#, entries.join(",")))
    };
    check(&list(&[patient(1, ""), patient(2, "")]), ignore, &[]);
    check(&list(&[patient(1, ""), patient(1, "")]), ignore, &["bdl-7 error Bundle"]);
    check(&list(&[get.to_owned()]), ignore, &["bdl-3 error Bundle"]);
    check(&list(&[patient(1, "/_history/2")]), ignore, &["bdl-8 error Bundle.entry[0]"]);
    let answer = r#"{"response":{"status":"200"}}"#;
    check(&bundle(&format!(r#""type":"batch-response","entry":[{answer}"#)), ignore, &[]);
    check(&list(&[answer.to_owned()]), ignore, &["bdl-4 error Bundle"]);
}

#[test]
fn a_rule_that_is_not_met_is_said_in_words() {
    let contact = r#"{"resourceType":"Patient","contact":[{"gender":"male"}]}"#;
    let report = engine().validate(contact, &Options::default());
    let messages: Vec<String> = report.issues.iter().map(|issue| issue.message(false)).collect();
    let expected = "The rule `pat-1` is not met: `name`, `telecom`, `address` or `organization` must be present; \
                    in FHIRPath `name.exists() or telecom.exists() or address.exists() or organization.exists()`";
    assert_eq!(messages, [expected]);
}

#[test]
fn best_practices_are_checked_where_asked_for() {
    let patient = r#"{"resourceType":"Patient","active":true}"#;
    check(patient, BestPractice::Ignore, &[]);
    check(patient, BestPractice::Information, &["dom-6 information Patient"]);
    check(patient, BestPractice::Warning, &["dom-6 warning Patient"]);
    check(patient, BestPractice::Error, &["dom-6 error Patient"]);
}

/// The expression of a rule and what the engine says without it, on the same resource: at `context`, the
/// expression is true where the resource has none of `codes`.
#[track_caller]
fn agrees(expression: &str, context: &str, codes: &[Code], resources: &[&str]) {
    let compiled = engine().compile(expression).expect("the expression is FHIRPath");
    let options =
        EvaluateOptions { context: Some(context.to_owned()), ..EvaluateOptions::default() };
    for resource in resources {
        let result = engine().evaluate(&compiled, *resource, &options).expect("it has a result");
        let is_met = result.values.iter().all(|value| value.value == "true");
        let report = engine().validate(*resource, &Options::default());
        let is_said = report.issues.iter().any(|issue| codes.contains(&issue.code));
        assert_eq!(is_met, !is_said, "{expression} on {resource}");
    }
}

#[test]
fn rules_without_fhirpath_agree_with_their_expressions() {
    agrees(
        "hasValue() or (children().count() > id.count())",
        "name.period | name.family | birthDate",
        &[Code::ConstraintFailed, Code::ShapeObjectEmpty],
        &[
            r#"{"resourceType":"Patient","name":[{"period":{"id":"a"}}]}"#,
            r#"{"resourceType":"Patient","name":[{"period":{"id":"a","start":"2020"}}]}"#,
            r#"{"resourceType":"Patient","name":[{"period":{}}]}"#,
            r#"{"resourceType":"Patient","_birthDate":{"id":"a"}}"#,
            r#"{"resourceType":"Patient","birthDate":"2020","_birthDate":{"id":"a"}}"#,
        ],
    );
    agrees(
        "extension.exists() != value.exists()",
        "extension",
        &[Code::ExtensionContent],
        &[
            r#"{"resourceType":"Patient","extension":[{"url":"http://a"}]}"#,
            r#"{"resourceType":"Patient","extension":[{"url":"http://a","valueCode":"a"}]}"#,
            r#"{"resourceType":"Patient","extension":[{"url":"http://a","extension":[{"url":"b","valueCode":"a"}]}]}"#,
            r#"{"resourceType":"Patient","extension":[{"url":"http://a","valueCode":"a","extension":[{"url":"b","valueCode":"a"}]}]}"#,
        ],
    );
    agrees(
        "reference.startsWith('#').not() or (reference.substring(1) in %rootResource.contained.id)",
        "managingOrganization",
        &[Code::ReferenceContained],
        &[
            r##"{"resourceType":"Patient","managingOrganization":{"reference":"#a"}}"##,
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}],"managingOrganization":{"reference":"#a"}}"##,
            r#"{"resourceType":"Patient","managingOrganization":{"reference":"Organization/a"}}"#,
        ],
    );
    let contained = "contained.all(('#' + id in (%resource.descendants().reference \
                     | %resource.descendants().ofType(canonical) | %resource.descendants().ofType(uri) \
                     | %resource.descendants().ofType(url))) or descendants().where(reference = '#').exists())";
    agrees(
        contained,
        "$this",
        &[Code::ContainedUnreferenced],
        &[
            r#"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}]}"#,
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}],"managingOrganization":{"reference":"#a"}}"##,
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Group","id":"a","type":"person","actual":true,"member":[{"entity":{"reference":"#"}}]}]}"##,
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}],"extension":[{"url":"http://a","valueUri":"#a"}]}"##,
            r##"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}],"extension":[{"url":"http://a","valueString":"#a"}]}"##,
        ],
    );
}

/// `ctm-1` looks through a reference of each `CareTeam` into the Bundle: were the Bundle indexed for each of them,
/// this would take minutes.
#[test]
fn constraints_share_where_references_lead() {
    let entry = |number: usize| {
        format!(
            r#"{{"fullUrl":"http://a/CareTeam/{number}","resource":{{"resourceType":"CareTeam","id":"{number}",
            "participant":[{{"onBehalfOf":{{"reference":"Organization/x"}},"member":{{"reference":"Practitioner/{number}"}}}}]}}}}"#
        )
    };
    let entries: Vec<String> = (0..10_000).map(entry).collect();
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#,
        entries.join(",")
    );
    assert!(engine().is_valid(bundle, &Options::default()));
}

#[test]
fn what_depends_on_a_resource_that_is_not_here_is_not_checked() {
    let profile = |key: &str, expression: &str| {
        format!(
            r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{key}","name":"X","status":"draft","kind":"resource",
            "abstract":false,"type":"Observation","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",
            "differential":{{"element":[{{"path":"Observation","constraint":[{{"key":"{key}","severity":"error","human":"x",
            "expression":"{expression}"}}]}}]}}}}"#
        )
    };
    let check = |expression: &str, expected: Option<Code>| {
        let engine =
            engine().with().resource(profile("k-1", expression)).build().expect("it is whole");
        let profiles = vec!["http://example.org/k-1".to_owned()];
        let json = r##"{"resourceType":"Observation","status":"final","code":{"text":"x"},
            "subject":{"reference":"Patient/far"},"performer":[{"reference":"#near"}],
            "contained":[{"resourceType":"Patient","id":"near"}]}"##;
        let report = engine.validate(json, &Options { profiles, ..Options::default() });
        let mut found = report.issues.iter().filter(|it| it.message(false).contains("`k-1`"));
        assert_eq!(found.next().map(|it| it.code), expected, "{expression}");
    };
    check("subject.resolve() is Patient", Some(Code::ConstraintNotChecked));
    check("subject.resolve() is Patient and status = 'draft'", Some(Code::ConstraintFailed));
    check("performer.resolve().active.exists()", Some(Code::ConstraintFailed));
    check("performer.resolve() is Patient", None);
    check("status = 'final' or subject.resolve() is Patient", None);
}
