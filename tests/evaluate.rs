//! `Engine::evaluate`: values, types and places, with the definitions of a small model.

use fhirkiln::engine::{Engine, Error, EvaluateOptions, Functions};
use fhirkiln::fhirpath::Value;

const WARD: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/Ward",
  "name": "Ward", "status": "draft", "kind": "resource", "abstract": false, "type": "Ward",
  "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Resource", "derivation": "specialization",
  "snapshot": { "element": [
    { "id": "Ward", "path": "Ward", "min": 0, "max": "*" },
    { "id": "Ward.bed", "path": "Ward.bed", "min": 0, "max": "*", "base": { "path": "Ward.bed", "min": 0, "max": "*" },
      "type": [ { "code": "BackboneElement" } ] },
    { "id": "Ward.bed.size[x]", "path": "Ward.bed.size[x]", "min": 0, "max": "1",
      "base": { "path": "Ward.bed.size[x]", "min": 0, "max": "1" },
      "type": [ { "code": "decimal" }, { "code": "string" }, { "code": "Quantity" } ] }
  ] }
}"#;

const DECIMAL: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://hl7.org/fhir/StructureDefinition/decimal",
  "name": "decimal", "status": "draft", "kind": "primitive-type", "abstract": false, "type": "decimal",
  "derivation": "specialization",
  "snapshot": { "element": [ { "id": "decimal", "path": "decimal", "min": 0, "max": "*" } ] }
}"#;

const QUANTITY: &str = r#"{
  "resourceType": "StructureDefinition", "url": "http://hl7.org/fhir/StructureDefinition/Quantity",
  "name": "Quantity", "status": "draft", "kind": "complex-type", "abstract": false, "type": "Quantity",
  "derivation": "specialization",
  "snapshot": { "element": [ { "id": "Quantity", "path": "Quantity", "min": 0, "max": "*" } ] }
}"#;

const INPUT: &str = "{\n  \"resourceType\": \"Ward\",\n  \"bed\": [ { \"sizeDecimal\": 1.50 }, { \"sizeString\": \"big\" } ]\n}";

fn evaluate(expression: &str, options: &str) -> Result<String, &'static str> {
    evaluate_on(INPUT, expression, options)
}

fn evaluate_on(input: &str, expression: &str, options: &str) -> Result<String, &'static str> {
    let engine = Engine::builder().resource(DECIMAL).resource(QUANTITY).resource(WARD).build();
    let engine = engine.unwrap_or_else(|error| panic!("{error}"));
    let options: EvaluateOptions =
        serde_json::from_str(options).unwrap_or_else(|error| panic!("{options}: {error}"));
    let expression = engine.compile(expression).map_err(|error| error.code)?;
    let result =
        engine.evaluate(&expression, input.to_owned(), &options).map_err(|error| error.code)?;
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
fn units_of_any_system_compare_where_they_are_the_same() {
    let check = |a: &str, operator: &str, b: &str, expected: Result<&str, &str>| {
        let bed = |size: &str| format!(r#"{{"sizeQuantity": {{{size}}}}}"#);
        let input = format!(r#"{{"resourceType": "Ward", "bed": [{}, {}]}}"#, bed(a), bed(b));
        let expression = format!("(bed[0].size {operator} bed[1].size).toString()");
        let found = evaluate_on(&input, &expression, "{}");
        let expected = expected.map(|truth| match truth {
            "" => r#"{"values":[],"traces":[]}"#.to_owned(),
            _ => format!(
                r#"{{"values":[{{"value":"{truth}","type":"System.String"}}],"traces":[]}}"#
            ),
        });
        assert_eq!(found, expected.map_err(|_| "fhirpath-execution"), "{a} {operator} {b}");
    };
    let one = r#""value": 1, "unit": "tab", "system": "http://example.org/forms", "code": "TAB""#;
    let two =
        r#""value": 2, "unit": "tablets", "system": "http://example.org/forms", "code": "TAB""#;
    let drop = r#""value": 2, "system": "http://example.org/forms", "code": "DROP""#;
    let gram = r#""value": 1, "unit": "gram", "system": "http://unitsofmeasure.org", "code": "g""#;
    let milligram = r#""value": 1000, "system": "http://unitsofmeasure.org", "code": "mg""#;
    let metre = r#""value": 1, "system": "http://unitsofmeasure.org", "code": "m""#;
    check(one, "<=", two, Ok("true"));
    check(two, "<", one, Ok("false"));
    check(two, "=", &two.replace("tablets", "tab"), Ok("true"));
    check(two, "~", &two.replace("tablets", "tab"), Ok("true"));
    check(one, "=", two, Ok("false"));
    check(two, "=", drop, Ok("false"));
    check(two, "<", drop, Err("no order"));
    check(gram, "=", milligram, Ok("true"));
    check(gram, "<", metre, Ok(""));
}

#[test]
fn references_lead_to_entries_and_contained_resources() {
    let input = r##"{"resourceType": "Bundle", "entry": [
        {"fullUrl": "http://example.org/Room/a", "resource": {"resourceType": "Room", "id": "a",
          "contained": [{"resourceType": "Room", "id": "c", "near": [{"reference": "#"}, {"reference": "#e"}]},
            {"resourceType": "Room", "id": "e"}],
          "near": [{"reference": "Room/b"}, {"reference": "#c"}, {"reference": "Room/b/_history/2"}, {"reference": "#"},
            {"reference": "Room/absent"}, {"reference": "http://example.org/Room/b"}, {"reference": "urn:uuid:1"}]}},
        {"fullUrl": "http://example.org/Room/b", "resource": {"resourceType": "Room", "id": "b"}},
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Room", "id": "d", "near": [{"reference": "Room/b"}]}}
      ]}"##;
    let check = |expression: &str, expected: &str| {
        let expected = format!(
            r#"{{"values":[{{"value":"{expected}","type":"System.String"}}],"traces":[]}}"#
        );
        assert_eq!(evaluate_on(input, expression, "{}"), Ok(expected), "{expression}");
    };
    check("entry[0].resource.near.resolve().id.join(' ')", "b c b a b d");
    // A `urn:uuid:` says nothing of where others are; then type and id tell.
    check("entry[2].resource.near.resolve().id.join(' ')", "b");
    check("entry[0].resource.contained.near.resolve().id.join(' ')", "a e");
    check("'http://example.org/Room/a'.resolve().id.join('')", "a");
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
fn functions_of_the_caller() {
    let join = |values: &[Value<'_>]| -> String {
        values
            .iter()
            .map(|value| match value {
                Value::String(text) => text.to_string(),
                Value::Node(node) => node.text().unwrap_or_default().to_owned(),
                other => format!("{other:?}"),
            })
            .collect()
    };
    let functions = Functions::default()
        .with("joined", move |input, arguments| {
            let separator = arguments.first().map(|it| join(it.as_slice())).unwrap_or_default();
            Ok(vec![Value::String((join(input) + &separator).into())])
        })
        .with("fails", |_, _| Err("it never works".to_owned()))
        .with("count", |_, _| Ok(Vec::new()));
    let engine = Engine::default();
    let run = |expression: &str| {
        let compiled = engine.compile_with(expression, &functions)?;
        let found = engine.evaluate(&compiled, INPUT, &EvaluateOptions::default())?;
        Ok::<_, Error>(found.values.into_iter().map(|it| it.value).collect::<Vec<_>>().join(" "))
    };
    let check = |expression, expected: &str| {
        let found = run(expression).unwrap_or_else(|error| error.to_string());
        assert_eq!(found, expected, "{expression}");
    };
    check("('a' | 'b').joined().length() + 1", "3");
    check("('a' | 'b').select($this.joined('-' & $index.toString()))", r#""a-0" "b-1""#);
    check("(1 | 2).count()", "2"); // that of FHIRPath
    check("fails()", "`fails`: it never works (at 1 of the expression)");
    check("absent()", "There is no function `absent` (at 1 of the expression)");
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

#[test]
fn places_of_many_values_are_those_of_each() {
    let beds: Vec<String> = (0..20).map(|size| format!(r#"{{"sizeDecimal":{size}}}"#)).collect();
    let input = format!(r#"{{"resourceType":"Ward","bed":[{}]}}"#, beds.join(","));
    let all = evaluate_on(&input, "bed.size | $this", "{}").expect("it has a result");
    let each = |bed: usize| {
        let one = evaluate_on(&input, &format!("bed[{bed}].size"), "{}").expect("it has a result");
        one.split_once('[')
            .and_then(|(_, rest)| rest.rsplit_once("],"))
            .expect("a list")
            .0
            .to_owned()
    };
    for bed in 0..20 {
        assert!(all.contains(&each(bed)), "{all}");
    }
    assert!(all.contains(r#""path":"Ward","line":1,"column":1"#), "{all}");
}

#[test]
fn an_answer_has_a_longest_length() {
    let big = "x".repeat(4 << 20);
    let options = format!(r#"{{"variables": {{"big": "{big}"}}}}"#);
    let beds = vec![r#"{"sizeDecimal":1}"#; 33].join(",");
    let input = format!(r#"{{"resourceType":"Ward","bed":[{beds}]}}"#);
    for expression in ["bed.select(%big)", "bed.select(%big.trace('a')).count()"] {
        assert_eq!(
            evaluate_on(&input, expression, &options),
            Err("fhirpath-limit"),
            "{expression}"
        );
    }
    assert!(evaluate_on(&input, "bed.take(3).select(%big)", &options).is_ok());
}
