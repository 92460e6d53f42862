//! `conformsTo` and `slice` with a profile of the caller's own.

use fhirkiln::engine::{Engine, EvaluateOptions};

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

#[test]
fn profiles_of_the_caller() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
    let pack = std::fs::read(path).expect("build packs/r4.pack first: npm run build");
    let engine = Engine::builder().pack(pack).resource(PROFILE).build().expect("both are whole");
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
