//! Every public message: it converts, its Bundle is valid, and each of its values is either mapped or listed as not
//! mapped. Values are counted three times: in the text, in the lineage, in the list.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use fhirkiln::engine::{ConvertOptions, Converted, Engine, Severity};
use fhirkiln::format::er7;
use fhirkiln::issue::{Code, Issues};
use fhirkiln::text::Span;
use fhirkiln::tree::{Kind, Limits};

use crate::reasons::Reasons;
use crate::{setup, snapshot};

const SUITE: &str = "v2-messages";

#[test]
fn every_value_is_mapped_or_listed() {
    let Some(engine) = super::engine(SUITE) else { return };
    let Some(folder) = setup::shared(SUITE, "hl7v2") else { return };
    let files = super::messages(&folder);
    let answers = setup::in_parallel(&files, |(_, path)| account(&engine, path));
    let reasons = Reasons::read(SUITE);
    let mut text = String::new();
    let mut total = Account::default();
    for ((name, _), answer) in files.iter().zip(&answers) {
        assert_eq!(
            answer.values,
            answer.mapped + answer.unmapped.len(),
            "{name}: values of {answer:?}"
        );
        total.add(answer);
        let Account { values, mapped, entries, .. } = answer;
        writeln!(text, "{name}: {entries} entries, {mapped} of {values} values mapped")
            .expect("a string takes it");
        for error in &answer.errors {
            let key = format!("{name}: {error}");
            let reason = reasons.find(&key).unwrap_or("NO REASON YET");
            writeln!(text, "    error: {error}: {reason}").expect("a string takes it");
        }
    }
    reasons.check_all_used();
    // Those of US Core are of its own pack.
    let mut unknown = total.unknown.iter().filter(|it| !it.contains("/us/core/"));
    assert_eq!(unknown.next(), None, "the pack v2 has no definition of it");
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for place in total.unmapped {
        *places.entry(field_of(&place)).or_default() += 1;
    }
    text.push_str(
        "
not mapped, by field:
",
    );
    for (place, count) in places {
        writeln!(text, "    {place} {count}").expect("a string takes it");
    }
    let head = format!(
        "{SUITE}: {} messages, {} entries, {} errors in them, {} values, {} mapped, {} listed as not mapped\n\n",
        files.len(),
        total.entries,
        total.errors.len(),
        total.values,
        total.mapped,
        total.values - total.mapped,
    );
    snapshot::check(SUITE, &format!("{head}{text}"));
}

/// `PID-5` of `PID-5[2].1`; of a second segment as of the first.
fn field_of(place: &str) -> String {
    let (segment, rest) = place.split_once('-').unwrap_or((place, ""));
    let name = segment.split('[').next().unwrap_or(segment);
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    format!("{name}-{number}")
}

#[derive(Debug, Default)]
struct Account {
    entries: usize,
    values: usize,
    mapped: usize,
    unmapped: Vec<String>,
    errors: Vec<String>,
    /// The extensions that no definition was found for.
    unknown: Vec<String>,
}

impl Account {
    fn add(&mut self, other: &Self) {
        self.entries += other.entries;
        self.values += other.values;
        self.mapped += other.mapped;
        self.unmapped.extend(other.unmapped.iter().cloned());
        self.errors.extend(other.errors.iter().cloned());
        self.unknown.extend(other.unknown.iter().cloned());
    }
}

fn account(engine: &Engine, path: &Path) -> Account {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let converted = engine
        .convert(bytes.clone(), &ConvertOptions::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let errors = converted.findings.iter().filter(|issue| issue.severity >= Severity::Error);
    let unknown = converted.findings.iter().filter(|issue| issue.code == Code::ExtensionNotChecked);
    let (starts, spans) = (values(bytes), mapped(&converted));
    let is_mapped = |&&start: &&u32| {
        let before = spans.partition_point(|span| span.start <= start);
        before > 0 && spans.get(before - 1).is_some_and(|span| span.end > start)
    };
    Account {
        entries: converted.resources(fhirkiln::engine::Style::Compact).len(),
        values: starts.len(),
        mapped: starts.iter().filter(is_mapped).count(),
        unmapped: converted.unmapped().into_iter().map(|it| it.place).collect(),
        errors: errors
            .map(|issue| format!("{} at {}", issue.code.as_str(), issue.expression))
            .collect(),
        unknown: unknown.map(|issue| format!("{:?}", issue.args)).collect(),
    }
}

/// Where the values of a message begin: all but the separators and explicit nulls.
fn values(bytes: Vec<u8>) -> Vec<u32> {
    let parsed = er7::parse(bytes, &Limits::default(), &mut Issues::new(0));
    let document = parsed.segments.over(&parsed.text);
    let leaves = document.messages().flat_map(er7::Message::leaves);
    leaves
        .filter(|(place, _)| place.segment != "MSH" || place.field > 2)
        .map(|(_, part)| part.span.start)
        .collect()
}

/// Where the values stand that something was made of, sorted.
fn mapped(converted: &Converted) -> Vec<Span> {
    let tree = converted.report.tree();
    let taken = tree.nodes().filter(|&node| {
        matches!(tree.kind(node), Kind::String) && converted.lineage.is_taken(node)
    });
    let mut spans: Vec<Span> = taken.map(|node| tree.span(node)).collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans
}
