//! FHIRPath: no expression on no resource makes the evaluator panic; what is parsed prints as itself; and a
//! truth is never given where the values are an error.

use fhirkiln::engine::EvaluateOptions;
use fhirkiln::fhirpath::{self, functions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{ENGINE, model};

/// Values and the beginnings of paths.
const TERMS: &[&str] = &[
    "{}",
    "true",
    "0",
    "2147483647",
    "-9223372036854775807L",
    "1.50",
    "79228162514264337593543950335.0",
    "'añb'",
    "''",
    "'('",
    "'1 \\'mg\\''",
    "@2020-02-29",
    "@9999-12-31T23:59:59.999+14:00",
    "@2020-01",
    "@T23:59",
    "1 year",
    "1.5 'mg'",
    "4 'Cel'",
    "$this",
    "$index",
    "$total",
    "%resource",
    "%context",
    "%absent",
    "Patient",
    "name",
    "value",
    "extension",
    "contained",
    "birthDate",
    "children()",
    "descendants()",
];

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "div", "mod", "&", "|", "=", "!=", "~", "!~", "<", "<=", ">", ">=", "in",
    "contains", "and", "or", "xor", "implies",
];

/// Expressions that are FHIRPath, of whatever sense.
fn expression() -> impl Strategy<Value = String> {
    let names: Vec<&str> =
        functions().map(|(name, _)| name).chain(["is", "as", "ofType"]).collect();
    select(TERMS).prop_map(str::to_owned).prop_recursive(6, 40, 3, move |inner| {
        let call = (inner.clone(), select(names.clone()), vec(inner.clone(), 0..3));
        let binary = (inner.clone(), select(OPERATORS), inner.clone());
        prop_oneof![
            4 => call.prop_map(|(focus, name, arguments)| {
                format!("({focus}).{name}({})", arguments.join(", "))
            }),
            3 => binary.prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(focus, at)| format!("({focus})[{at}]")),
            1 => inner.clone().prop_map(|inner| format!("-({inner})")),
            1 => inner.prop_map(|inner| format!("({inner}) as string")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluates_any_expression_on_any_resource(text in expression(), resource in model::fhir_like()) {
        let parsed = fhirpath::parse(&text).expect("it is FHIRPath");
        let printed = parsed.to_string();
        let again = fhirpath::parse(&printed).map(|again| again.to_string());
        prop_assert_eq!(again.as_ref(), Ok(&printed));
        if let Ok(compiled) = ENGINE.compile(&text) {
            let (resource, options) = (resource.text(0), EvaluateOptions::default());
            let values = ENGINE.evaluate(&compiled, resource.clone(), &options);
            let truth = ENGINE.is_true(&compiled, resource, &options);
            prop_assert!(truth.is_err() || values.is_ok(), "a truth without values");
        }
    }
}
