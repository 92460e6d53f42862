//! US Core over the public messages: of the resources that they become, how many claim which profile, and what keeps the others from
//! it. What claims a profile is validated again with the claim, and has no error.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use fhirkiln::engine::{ConvertOptions, Engine, Options, ProfileEntry, Severity, Style};
use serde_json::Value;

use crate::{setup, snapshot};

const GUIDE: &str = "http://hl7.org/fhir/us/core/";

#[test]
fn us_core_6() {
    check("us-core-6.1.0");
}

#[test]
fn us_core_7() {
    check("us-core-7.0.0");
}

fn check(guide: &str) {
    let suite = format!("v2-claims-{guide}");
    let Some(engine) = super::engine(&suite) else { return };
    let Some(folder) = setup::shared(&suite, "hl7v2/messages") else { return };
    let Ok(pack) = std::fs::read(setup::root().join(format!("packs/{guide}.pack"))) else {
        return setup::say(&suite, &format!("not run, packs/{guide}.pack is not built"));
    };
    let engine = engine.with().pack(pack).build().expect("the packs fit together");
    let mut profiles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ProfileEntry { url, type_name, .. } in engine.profiles() {
        if url.starts_with(GUIDE) && type_name != "Extension" {
            profiles.entry(type_name).or_default().push(url);
        }
    }
    let files = super::messages(&folder);
    let answers = setup::in_parallel(&files, |(_, path)| account(&engine, &profiles, path));
    let mut total = Account::default();
    for answer in answers {
        assert_eq!(answer.wrong, Vec::<String>::new(), "what claims a profile meets it");
        total.resources += answer.resources;
        for (to, from) in [(&mut total.claimed, answer.claimed), (&mut total.kept, answer.kept)] {
            for (key, count) in from {
                *to.entry(key).or_default() += count;
            }
        }
    }
    let sum = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
    let mut text = format!(
        "{suite}: {} messages, {} resources claim a profile, {} of the same types claim none\n\nclaimed:\n",
        files.len(),
        total.resources,
        sum(&total.kept)
    );
    for (key, count) in total.claimed {
        writeln!(text, "    {key} {count}").expect("a string takes it");
    }
    text.push_str("\nnot claimed, by the profile that was nearest and what was against it:\n");
    for (key, count) in total.kept {
        writeln!(text, "    {key} {count}").expect("a string takes it");
    }
    snapshot::check(&suite, &text);
}

#[derive(Default)]
struct Account {
    resources: usize,
    claimed: BTreeMap<String, usize>,
    kept: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

fn account(engine: &Engine, profiles: &BTreeMap<String, Vec<String>>, path: &Path) -> Account {
    let message = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let options = ConvertOptions { claim: vec![GUIDE.to_owned()], ..ConvertOptions::default() };
    let made = engine.convert(message, &options).unwrap_or_else(|error| panic!("{error}"));
    let bundle = made.json(Style::Compact).unwrap_or_default();
    let report = engine.validate(bundle, &Options::default());
    let mut account = Account::default();
    for (entry, text) in made.resources(Style::Compact).into_iter().enumerate() {
        let resource: Value = serde_json::from_str(&text).expect("it is JSON");
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        let Some(of_type) = profiles.get(kind) else { continue };
        let claims: Vec<&str> = resource["meta"]["profile"]
            .as_array()
            .map_or_else(Vec::new, |list| list.iter().filter_map(Value::as_str).collect());
        for claim in &claims {
            *account.claimed.entry(format!("{kind} {}", name(claim))).or_default() += 1;
        }
        if claims.is_empty() {
            let why = format!("{kind} {}", nearest(engine, of_type, &text));
            *account.kept.entry(why).or_default() += 1;
            continue;
        }
        account.resources += 1;
        let place = format!("Bundle.entry[{entry}]");
        let errors = report.issues.iter().filter(|it| it.severity >= Severity::Error);
        let own = errors.filter(|it| it.expression.starts_with(&place));
        let said = own.map(|it| format!("{}: {}", path.display(), it.message(false)));
        account.wrong.extend(said);
    }
    account
}

fn name(canonical: &str) -> &str {
    canonical.rsplit('/').next().unwrap_or(canonical)
}

/// The profile of which a resource misses least, and what it misses.
fn nearest(engine: &Engine, profiles: &[String], resource: &str) -> String {
    let misses = |profile: &String| {
        let options = Options { profiles: vec![profile.clone()], ..Options::default() };
        let report = engine.validate(resource, &options);
        let errors = report.issues.iter().filter(|issue| issue.severity >= Severity::Error);
        let mut errors: Vec<String> = errors.map(|issue| said(&issue.message(true))).collect();
        errors.dedup();
        (errors.len(), name(profile).to_owned(), errors)
    };
    let nearest = profiles.iter().map(misses).min_by_key(|(count, ..)| *count);
    let (count, name, errors) = nearest.unwrap_or_default();
    let why = if count == 0 { "what it refers to".to_owned() } else { errors.join("; ") };
    format!("{name}: {why}")
}

/// The beginning of a message, without what is the same in many.
fn said(message: &str) -> String {
    let ends = [": at least", ": if ", ": the ", ": `", ", outside", ", from"];
    let end = ends.iter().filter_map(|end| message.find(end)).min();
    message[..end.unwrap_or(message.len())].to_owned()
}
