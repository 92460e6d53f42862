//! `specification.txt`: section by section, an expression on `patient.json`, `=>`, and what it gives.
//!
//! Items are separated by `; ` and written as FHIRPath writes them; elements of FHIR as JSON.

use fhirkiln::engine::{Engine, EvaluateOptions, Evaluated};

#[test]
fn every_section_of_the_specification() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
    let pack = std::fs::read(path).expect("build packs/r4.pack first: npm run build");
    let engine = Engine::builder().pack(pack).build().expect("the pack is whole");
    let now = Some("2026-02-03T10:20:30.456+01:00".to_owned());
    let options = EvaluateOptions { now, ..EvaluateOptions::default() };
    let is_case = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let mut different = Vec::new();
    for line in include_str!("specification.txt").lines().filter(is_case) {
        let (expression, expected) = line.split_once("  =>").expect("a case has an arrow");
        let found = evaluate(&engine, expression, &options);
        if found != expected.trim_start() {
            different.push(format!("{line}\n    but it gives {found}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

fn evaluate(engine: &Engine, expression: &str, options: &EvaluateOptions) -> String {
    let result = engine
        .compile(expression)
        .and_then(|compiled| engine.evaluate(&compiled, include_str!("patient.json"), options));
    match result {
        Ok(found) => found.values.iter().map(item).collect::<Vec<_>>().join("; "),
        Err(_) => "error".to_owned(),
    }
}

fn item(item: &Evaluated) -> String {
    let inner = |text: &str| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let text = inner(&item.value).unwrap_or_default();
    match item.type_name.as_str() {
        "System.String" => format!("'{text}'"),
        "System.Date" | "System.DateTime" => format!("@{text}"),
        "System.Time" => format!("@T{text}"),
        "System.Quantity" => text,
        "System.Long" => format!("{}L", item.value),
        _ => item.value.clone(),
    }
}
