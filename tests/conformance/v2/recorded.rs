//! Beside what another converter made of the same messages (`../shared/hl7v2/reportstream`): each of its values is looked
//! for at the same path of ours. Where a path differs, the row of HL7's guide decides, and the reason says which.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;

use fhirkiln::engine::{ConvertOptions, Engine, Style};
use serde_json::Value;

use crate::reasons::Reasons;
use crate::{setup, snapshot};

const SUITE: &str = "v2-recorded";

/// Extensions of that converter's own: what they hold is v2 under names of v2.
const OWN: &str = "https://reportstream.cdc.gov/";

/// What names things, which each converter does in its own way.
const NAMES: [&str; 6] = ["id", "reference", "fullUrl", "lastUpdated", "resourceType", "div"];

#[test]
fn each_value_is_where_the_guide_puts_it() {
    let Some(engine) = super::engine(SUITE) else { return };
    let Some(folder) = setup::shared(SUITE, "hl7v2/reportstream") else { return };
    let files = super::messages(&folder);
    let answers = setup::in_parallel(&files, |(_, path)| compare(&engine, path));
    let mut paths: BTreeMap<String, Tally> = BTreeMap::new();
    for (path, found) in answers.into_iter().flatten() {
        paths.entry(path).or_default().add(found);
    }
    let total = |count: fn(&Tally) -> usize| paths.values().map(count).sum::<usize>();
    let mut text = format!(
        "{SUITE}: {} messages, {} values at the same path, {} elsewhere, {} not there\n\n",
        files.len(),
        total(|it| it.same),
        total(|it| it.elsewhere),
        total(|it| it.absent),
    );
    let reasons = Reasons::read(SUITE);
    for (path, found) in &paths {
        if found.elsewhere + found.absent > 0 {
            let Tally { same, elsewhere, absent, example } = found;
            let reason = reasons.find(path).unwrap_or("not settled yet");
            writeln!(text, "{path}: {same} same, {elsewhere} elsewhere, {absent} not there; `{example}`\n    {reason}")
                .expect("a string takes it");
        }
    }
    reasons.check_all_used();
    snapshot::check(SUITE, &text);
}

/// What became of the values of one path.
#[derive(Default)]
struct Tally {
    same: usize,
    elsewhere: usize,
    absent: usize,
    example: String,
}

enum Found {
    Same,
    Elsewhere(String),
    Absent(String),
}

impl Tally {
    fn add(&mut self, found: Found) {
        let example = match found {
            Found::Same => {
                self.same += 1;
                return;
            }
            Found::Elsewhere(value) => {
                self.elsewhere += 1;
                value
            }
            Found::Absent(value) => {
                self.absent += 1;
                value
            }
        };
        if self.example.is_empty() {
            self.example = example;
        }
    }
}

fn compare(engine: &Engine, message: &Path) -> Vec<(String, Found)> {
    let read = |path: &Path| {
        std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let options = ConvertOptions { validate: false, ..ConvertOptions::default() };
    let made = engine.convert(read(message), &options).expect("there is a map");
    let ours: Value =
        serde_json::from_str(&made.json(Style::Compact).expect("a Bundle")).expect("JSON");
    let theirs = read(&message.with_extension("fhir"));
    let theirs: Value = serde_json::from_slice(&theirs).expect("JSON");
    let (ours, theirs) = (values(&ours), values(&theirs));
    let anywhere: HashMap<&str, &str> =
        ours.iter().map(|(path, value)| (value.as_str(), path.as_str())).collect();
    let found = |entry: &(String, String)| match anywhere.get(entry.1.as_str()) {
        _ if ours.contains(entry) => Found::Same,
        Some(path) => Found::Elsewhere(format!("{} at {path}", entry.1)),
        None => Found::Absent(entry.1.clone()),
    };
    theirs.iter().map(|entry| (entry.0.clone(), found(entry))).collect()
}

/// The values of a Bundle with their paths, which begin with the type of the resource and have no numbers.
fn values(bundle: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for entry in bundle["entry"].as_array().into_iter().flatten() {
        let resource = &entry["resource"];
        collect(resource, resource["resourceType"].as_str().unwrap_or_default(), &mut found);
    }
    for name in ["identifier", "timestamp", "type"] {
        collect(&bundle[name], &format!("Bundle.{name}"), &mut found);
    }
    found
}

fn collect(value: &Value, path: &str, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(members) => {
            let is_own = |url: &str| {
                url.starts_with(OWN) || !url.contains(':') && path.contains(".extension.extension")
            };
            if members.get("url").and_then(Value::as_str).is_some_and(is_own) {
                return;
            }
            for (name, value) in members.iter().filter(|(name, _)| !NAMES.contains(&name.as_str()))
            {
                collect(value, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, path, found)),
        Value::String(text) => drop(found.insert((path.to_owned(), text.clone()))),
        Value::Null => {}
        other => drop(found.insert((path.to_owned(), other.to_string()))),
    }
}
