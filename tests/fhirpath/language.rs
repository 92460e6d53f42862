//! The language itself, and paths on plain JSON: no definitions are known.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use fhirkiln::fhirpath::{
    Environment, ErrorKind, Evaluator, Limits, Model, NoHost, Value, compile,
};
use fhirkiln::format::json;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{self, Names, NodeId};

const INPUT: &str = r##"{
  "resourceType": "Patient",
  "active": true,
  "name": [{"given": ["Ada", "B."], "family": "L"}, {"given": ["Bo"], "use": "usual"}],
  "weight": [1.50, 2, 1.5],
  "contained": [{"resourceType": "Device", "id": "d"}],
  "device": {"reference": "#d"}
}"##;

/// The items of an expression on [`INPUT`], or the kind of the error, with limits.
fn evaluate(expression: &str, limits: Limits) -> Result<Vec<String>, ErrorKind> {
    let model = Model::default();
    let mut issues = Issues::new(1);
    let names = Arc::new(Names::default());
    let tree =
        json::parse(INPUT.as_bytes().to_vec(), &names, &tree::Limits::default(), &mut issues);
    let root = Some(model.resource(&tree, NodeId::ROOT));
    let variables = BTreeMap::from([("given".to_owned(), vec![Value::Integer(7)])]);
    let variables = Some(Rc::new(variables));
    let environment =
        Environment { context: root, resource: root, root, variables, ..Environment::default() };
    let evaluator = Evaluator { model: &model, host: &NoHost, environment: &environment, limits };
    let compiled = compile(&model, expression).map_err(|error| error.kind)?;
    let result = evaluator.evaluate(&compiled).map_err(|error| error.kind)?;
    Ok(result.as_slice().iter().map(text).collect())
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Long(number) => format!("{number}L"),
        Value::Decimal(number) => number.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::Temporal(temporal) => temporal.to_string(),
        Value::Quantity(quantity) => quantity.to_string(),
        Value::Node(node) => node.text().unwrap_or("{..}").to_owned(),
        Value::Type(name) => format!("{}.{}", name.namespace, name.name),
    }
}

/// `expected` is the items, separated by `; `.
#[track_caller]
fn check(expression: &str, expected: &str) {
    let items = evaluate(expression, Limits::default());
    assert_eq!(items.map(|items| items.join("; ")), Ok(expected.to_owned()), "{expression}");
}

#[track_caller]
fn check_error(expression: &str, expected: ErrorKind) {
    assert_eq!(evaluate(expression, Limits::default()), Err(expected), "{expression}");
}

#[test]
fn paths() {
    check("Patient.name.given", "Ada; B.; Bo");
    check("name[1].given", "Bo");
    check("name.where(use = 'usual').given.first()", "Bo");
    check("Device.id", "");
    check("name.given.count()", "3");
    check("%resource.active and %given = 7", "true");
    check("device.resolve().id", "d");
    check("name.select(given[$index])", "Ada");
    check("children().count()", "8");
    check("descendants().where($this = 'Bo')", "Bo");
    check_error("%absent", ErrorKind::Execution);
}

#[test]
fn logic_has_three_values() {
    check("{} or true", "true");
    check("{} and true", "");
    check("false implies {}", "true");
    check("{} xor true", "");
    check("(1 = 1).not()", "false");
    check("name.exists() and 'x'", "true");
    check_error("(true | false) and true", ErrorKind::Execution);
}

#[test]
fn equality_and_order() {
    check("weight[0] = weight[2]", "true");
    check("weight.distinct()", "1.50; 2");
    check("1 = 1.0", "true");
    check("1.10 ~ 1.1", "true");
    check("'A\tb' ~ 'a B'", "true");
    check("@2020 = @2020-01", "");
    check("@2020-01-01T10:00Z = @2020-01-01T11:00+01:00", "true");
    check("1000 'mg' = 1 'g'", "true");
    check("1 year = 1 'a'", "");
    check("1 year = 12 months", "true");
    check("(1 | 2) ~ (2 | 1)", "true");
    check("name[0] = name[1]", "false");
    check_error("1 < 'a'", ErrorKind::Execution);
}

#[test]
fn arithmetic_is_exact() {
    check("0.1 + 0.2", "0.3");
    check("1 / 3 * 3", "0.9999999999999999999999999999");
    check("2147483647 + 1", "");
    check("2147483647L + 1", "2147483648L");
    check("1 / 0", "");
    check("7 mod 3", "1");
    check("2.5.round()", "3");
    check("2.sqrt().round(6)", "1.414214");
    check("1 'cm' + 1 'm'", "101 'cm'");
    check("2 'm' * 3 's'", "6 'm.s'");
    check("@2020-01-31 + 1 month", "2020-02-29");
    check("@T23:00 + 2 hours", "01:00");
    check_error("@2020 + 1 'mo'", ErrorKind::Execution);
}

#[test]
fn strings() {
    check("'añb'.length()", "3");
    check("'añb'.indexOf('b')", "2");
    check("'añb'.substring(1, 1)", "'ñ'");
    check("'a,b'.split(',').join('-')", "'a-b'");
    check("'abc'.matches('b')", "true");
    check("'abc'.matchesFull('b')", "false");
    check("'abc'.replaceMatches('(b)', '[$1]')", "'a[b]c'");
    check("'ñ'.encode('base64').decode('base64')", "'ñ'");
    check("'a&amp;&#x41;'.unescape('html')", "'a&A'");
    check_error("'a'.matches('(')", ErrorKind::Execution);
}

#[test]
fn variables_end_with_their_expression() {
    check("defineVariable('x', 1).select(%x + 1)", "2");
    check_error("name.select(defineVariable('x', 1)).select(%x)", ErrorKind::Execution);
    check_error("defineVariable('x').defineVariable('x')", ErrorKind::Execution);
    check("(1 | 2 | 3).aggregate($this + $total, 0)", "6");
    check("(3 | 1 | 2).sort(-$this)", "3; 2; 1");
    check("(3 | 1 | 2).sort($this desc)", "3; 2; 1");
    check("name.sort(use, family desc).given.first()", "Ada");
}

#[test]
fn what_is_not_known_is_said() {
    check_error("now()", ErrorKind::Unavailable);
    check_error("'a'.memberOf('http://example.org/vs')", ErrorKind::Unavailable);
    check_error("absent()", ErrorKind::Semantic);
    check_error("exists(1, 2)", ErrorKind::Semantic);
    check_error("@2020-13-01", ErrorKind::Semantic);
    check_error("1 +", ErrorKind::Syntax);
}

#[test]
fn every_evaluation_ends() {
    let small = Limits { steps: 1000, items: 50, text: 100 };
    let limit = |expression: &str| {
        assert_eq!(evaluate(expression, small), Err(ErrorKind::Limit), "{expression}");
    };
    limit("(1 | 2).repeatAll($this)");
    limit("(1 | 2).repeat($this + 1)");
    limit("name.combine(name).combine(name).combine(name).repeatAll(name | $this)");
    limit("'aaaaaaaaaaaaaaaaaaaa'.replace('a', 'aaaaaaaaaa')");
    check_error(&format!("1{}", " + 1".repeat(200)), ErrorKind::Limit);
}

#[test]
fn deep_expressions_do_not_exhaust_the_stack() {
    for part in [".where(true)", ".select($this)", " | name", ".iif(true, $this)", ".repeat({})"] {
        let deep = |count| format!("name.first(){}", part.repeat(count));
        assert!(evaluate(&deep(155), Limits::default()).is_ok(), "{part}");
        check_error(&deep(900), ErrorKind::Limit);
    }
    let deep = format!("{}true{}", "where(".repeat(99), ")".repeat(99));
    assert!(evaluate(&format!("name.{deep}"), Limits::default()).is_ok());
}
