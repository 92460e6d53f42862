//! `Engine::evaluate`: values, types and places, with the definitions of a small model.

use fhirkiln::engine::{Engine, EvaluateOptions};

const WARD: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/Ward",
  "name": "Ward", "status": "draft", "kind": "resource", "abstract": false, "type": "Ward",
  "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Resource", "derivation": "specialization",
  "snapshot": { "element": [
    { "id": "Ward", "path": "Ward", "min": 0, "max": "*" },
    { "id": "Ward.bed", "path": "Ward.bed", "min": 0, "max": "*", "base": { "path": "Ward.bed", "min": 0, "max": "*" },
      "type": [ { "code": "BackboneElement" } ] },
    { "id": "Ward.bed.size[x]", "path": "Ward.bed.size[x]", "min": 0, "max": "1",
      "base": { "path": "Ward.bed.size[x]", "min": 0, "max": "1" }, "type": [ { "code": "decimal" }, { "code": "string" } ] }
  ] }
}"#;

const DECIMAL: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://hl7.org/fhir/StructureDefinition/decimal",
  "name": "decimal", "status": "draft", "kind": "primitive-type", "abstract": false, "type": "decimal",
  "derivation": "specialization",
  "snapshot": { "element": [ { "id": "decimal", "path": "decimal", "min": 0, "max": "*" } ] }
}"#;

const INPUT: &str = "{\n  \"resourceType\": \"Ward\",\n  \"bed\": [ { \"sizeDecimal\": 1.50 }, { \"sizeString\": \"big\" } ]\n}";

fn evaluate(expression: &str, options: &str) -> Result<String, &'static str> {
    let engine = Engine::builder().resource(DECIMAL).resource(WARD).build();
    let engine = engine.unwrap_or_else(|error| panic!("{error}"));
    let options: EvaluateOptions =
        serde_json::from_str(options).unwrap_or_else(|error| panic!("{options}: {error}"));
    let expression = engine.compile(expression).map_err(|error| error.code)?;
    let result = engine.evaluate(&expression, INPUT, &options).map_err(|error| error.code)?;
    Ok(result.to_json())
}

#[track_caller]
fn check(expression: &str, options: &str, expected: &str) {
    assert_eq!(evaluate(expression, options).as_deref(), Ok(expected), "{expression}");
}

#[test]
fn values_have_types_and_places() {
    check(
        "Ward.bed[0].size",
        "{}",
        r#"{"values":[{"value":1.50,"type":"FHIR.decimal","path":"Ward.bed[0].size.ofType(decimal)","line":3,"column":14}],"traces":[]}"#,
    );
    check(
        "bed.count() + 1",
        "{}",
        r#"{"values":[{"value":3,"type":"System.Integer"}],"traces":[]}"#,
    );
    check(
        "size * %factor",
        r#"{"context": "bed.where(size is decimal)", "variables": {"factor": 2}}"#,
        r#"{"values":[{"value":3.00,"type":"System.Decimal"}],"traces":[]}"#,
    );
}

#[test]
fn the_present_and_traces() {
    check(
        "today().trace('x').exists()",
        r#"{"now": "2026-02-03T10:20:30.000Z"}"#,
        r#"{"values":[{"value":true,"type":"System.Boolean"}],"traces":[{"name":"x","values":[{"value":"2026-02-03","type":"System.Date"}]}]}"#,
    );
}

#[test]
fn strict_expressions_name_elements_that_exist() {
    let message = |expression| {
        let engine = Engine::builder().resource(DECIMAL).resource(WARD).build();
        let engine = engine.unwrap_or_else(|error| panic!("{error}"));
        let compiled = engine.compile(expression).unwrap_or_else(|error| panic!("{error}"));
        let options = EvaluateOptions { strict: true, ..EvaluateOptions::default() };
        engine.evaluate(&compiled, INPUT, &options).map_err(|error| error.to_string()).err()
    };
    let check = |expression, expected: Option<&str>| {
        assert_eq!(message(expression).as_deref(), expected, "{expression}");
    };
    check("Ward.bed.where(size > 1.0).size.exists()", None);
    check("bed.select(size | 'x').first()", None);
    check(
        "bed.sise.first()",
        Some("`Ward.bed` has no element `sise`: is `size` meant? (at 1 of the expression)"),
    );
    check(
        "bed.where(sizeDecimal > 1)",
        Some("`Ward.bed` has no element `sizeDecimal` (at 11 of the expression)"),
    );
    // `size` can be a string too, and of that type nothing is known here.
    check("bed.size.unit", None);
    check(
        "bed.size.ofType(decimal).unit",
        Some("`decimal` has no element `unit` (at 1 of the expression)"),
    );
    check("'a'.b", Some("`String` has no element `b` (at 1 of the expression)"));
    check(
        "children().first()",
        Some("`children` gives items without an order: `first` needs one (at 1 of the expression)"),
    );
}

#[test]
fn errors_of_use_have_codes() {
    let check = |expression, options, code| assert_eq!(evaluate(expression, options), Err(code));
    check("bed.", "{}", "fhirpath-syntax");
    check("absent()", "{}", "fhirpath-semantic");
    check("bed.sise", r#"{"strict": true}"#, "fhirpath-semantic");
    check("bed.single()", "{}", "fhirpath-execution");
    check("now()", "{}", "fhirpath-unavailable");
    check("bed", r#"{"now": "yesterday"}"#, "options");
    check("bed", r#"{"variables": {"x": {}}}"#, "options");
}
