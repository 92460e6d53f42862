//! Each guide's own examples against the profiles that they claim. An error is our mistake or theirs: theirs
//! are listed with the reason. Then the same examples with a fault each, seeded from the definitions: every one
//! has to be found.

mod list;
mod seed;

use std::collections::BTreeMap;
use std::fmt::Write;

use fhirkiln::engine::{Engine, Options, Severity};
use serde_json::Value;

use crate::reasons::Reasons;
use crate::{setup, snapshot};
use list::{Example, Guide};
use seed::{Fault, Kind};

const SUITE: &str = "guides";

#[test]
fn examples_of_guides_are_valid_and_faults_in_them_are_found() {
    let reasons = Reasons::read(SUITE);
    let (mut unexplained, mut changed) = (Vec::new(), Vec::new());
    let guides = list::guides();
    let mut is_whole = true;
    for guide in &guides {
        let (engine, examples) = match guide.open() {
            Ok(found) => found,
            Err(missing) => {
                is_whole = false;
                setup::say(SUITE, &format!("{} is not run, {missing}", guide.name));
                continue;
            }
        };
        let results = setup::in_parallel(&examples, |example| check(&engine, example));
        let text = report(guide, &results, &reasons, &mut unexplained);
        let name = format!("{SUITE}/{}", guide.name);
        if let Err(difference) = snapshot::write(&name, &text) {
            changed.push(difference);
        }
    }
    assert!(unexplained.is_empty(), "without a reason:\n{}", unexplained.join("\n"));
    assert!(changed.is_empty(), "{}", changed.join("\n"));
    if is_whole {
        reasons.check_all_used();
    }
}

/// What came of one example.
struct Checked {
    name: String,
    claims: usize,
    errors: Vec<String>,
    /// Each fault, and whether it was found.
    faults: Vec<(Fault, bool)>,
}

fn check(engine: &Engine, example: &Example) -> Checked {
    let claims = seed::claimed(engine, &example.resource);
    // Asked for by name as well, so that a fault in `meta` is no way out.
    let profiles: Vec<String> = claims.iter().map(|profile| profile.canonical()).collect();
    let errors = errors(engine, &example.resource, &profiles);
    let faults =
        if errors.is_empty() { seed::faults(engine, &example.resource) } else { Vec::new() };
    let found = |fault: Fault| {
        let is_found = !self::errors(engine, &fault.resource, &profiles).is_empty();
        (fault, is_found)
    };
    Checked {
        name: example.name.clone(),
        claims: claims.len(),
        errors,
        faults: faults.into_iter().map(found).collect(),
    }
}

/// Code, place and message of each error.
fn errors(engine: &Engine, resource: &Value, profiles: &[String]) -> Vec<String> {
    let options = Options {
        max_issues: 10_000,
        profiles: profiles.to_vec(),
        // Most of what they refer to is not in the guide: a seeded type is told by the reference alone.
        assume_valid_rest_references: true,
        ..Options::default()
    };
    let report = engine.validate(resource.to_string(), &options);
    let errors = report.issues.iter().filter(|issue| issue.severity >= Severity::Error);
    errors
        .map(|it| format!("{} {} {}", it.code.as_str(), it.expression, it.message(false)))
        .collect()
}

fn report(
    guide: &Guide,
    results: &[Checked],
    reasons: &Reasons,
    unexplained: &mut Vec<String>,
) -> String {
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut explain = |key: String, shown: String| match reasons.find(&key) {
        Some(reason) => listed.entry(reason.to_owned()).or_default().push(shown),
        None => unexplained.push(key),
    };
    for result in results {
        for error in &result.errors {
            let place = error.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
            let name = &result.name;
            explain(format!("{} {name} {error}", guide.name), format!("{name} {place}"));
        }
        for (fault, _) in result.faults.iter().filter(|(_, is_found)| !is_found) {
            let shown = format!("{} {} {}", result.name, fault.kind.as_str(), fault.place);
            explain(format!("{} missed {shown}", guide.name), format!("not found: {shown}"));
        }
    }
    let valid = results.iter().filter(|it| it.errors.is_empty()).count();
    let claims: usize = results.iter().map(|it| it.claims).sum();
    let mut text = format!(
        "{} {}: {} examples, {claims} profiles claimed that are here, {valid} examples without errors\n",
        guide.package,
        guide.version,
        results.len(),
    );
    for kind in Kind::ALL {
        let of_kind =
            results.iter().flat_map(|it| &it.faults).filter(|(fault, _)| fault.kind == kind);
        let found = of_kind.clone().filter(|(_, is_found)| *is_found).count();
        let _ = writeln!(text, "faults, {}: {found} of {} found", kind.as_str(), of_kind.count());
    }
    for (reason, keys) in listed {
        let _ = write!(text, "\n{reason}\n  {}\n", keys.join("\n  "));
    }
    text
}
