//! Our findings beside those of the reference validator: errors, element by element.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use fhirkiln::issue::{Issue, Severity};

use super::manifest::Expected;

/// How far two answers agree.
pub(crate) struct Agreement {
    /// The verdict of the reference validator: true if there is an error.
    pub(crate) expected_error: bool,
    /// Ours.
    pub(crate) found_error: bool,
    /// Elements with an error in both.
    pub(crate) matched: usize,
    /// Elements where only the reference validator has an error, with its message.
    pub(crate) missed: Vec<(String, String)>,
    /// How many of these need what nobody can have here.
    pub(crate) beyond_reach: usize,
    /// Elements where only we have an error, with code and message.
    pub(crate) extra: Vec<(String, String)>,
}

impl Agreement {
    /// Compares our `issues` with what was recorded.
    pub(crate) fn new(expected: &Expected, issues: &[Issue]) -> Self {
        // Where text is no JSON at all, the reference validator gives up, and names no element.
        let gave_up =
            expected.errors.iter().flatten().any(|(element, _)| normalise(element).is_empty());
        let errors = || issues.iter().filter(|issue| issue.severity >= Severity::Error);
        let gave_up = gave_up && errors().any(is_of_reader);
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for issue in errors() {
            let message = format!("{}: {}", issue.code.as_str(), issue.message(false));
            let is_syntax = is_of_reader(issue);
            // What stands in text that it cannot read it says nothing about.
            if gave_up && !is_syntax {
                continue;
            }
            let element = match issue.code.as_str() {
                _ if gave_up && is_syntax => String::new(),
                code if OF_FIRST_ENTRY.contains(&code) => as_first_entry(&issue.expression),
                _ => normalise(&issue.expression),
            };
            found.entry(element).or_insert(message);
        }
        let mut agreement = Self {
            expected_error: expected.has_error,
            found_error: errors().next().is_some(),
            matched: 0,
            missed: Vec::new(),
            beyond_reach: 0,
            extra: Vec::new(),
        };
        let Some(errors) = &expected.errors else { return agreement };
        let mut recorded: BTreeMap<String, String> = BTreeMap::new();
        for (element, message) in errors {
            // XML of another namespace: named there by its root, here as the whole input.
            let is_other = message.starts_with("This does not appear to be a FHIR resource")
                && found.get("").is_some_and(|message| message.starts_with("xml-namespace"));
            let counts_from_one = FROM_ONE.iter().any(|start| message.contains(start));
            let element = match normalise(element) {
                _ if is_other => String::new(),
                element if counts_from_one => from_zero(&element),
                element => element,
            };
            recorded.entry(element).or_insert_with(|| message.clone());
        }
        // One element may be recorded twice, as the reader names it and as the validator does.
        let mut met = BTreeSet::new();
        for (element, message) in &recorded {
            let by_names = || found.keys().find(|key| is_at(key, element, message));
            match found.get_key_value(element).map(|(key, _)| key).or_else(by_names) {
                Some(key) => drop(met.insert(key.clone())),
                None => agreement.missed.push((element.clone(), message.clone())),
            }
        }
        agreement.matched = met.len();
        agreement.extra = found.into_iter().filter(|(key, _)| !met.contains(key)).collect();
        agreement
    }

    /// True if the verdicts agree.
    pub(crate) fn is_same_verdict(&self) -> bool {
        self.expected_error == self.found_error
    }

    /// True if all errors there are beyond reach: the verdict cannot be had here.
    pub(crate) fn verdict_is_beyond_reach(&self) -> bool {
        !self.found_error && self.beyond_reach > 0 && self.beyond_reach == self.missed.len()
    }

    /// True if nothing differs.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_same_verdict() && self.missed.is_empty() && self.extra.is_empty()
    }
}

/// True for what is wrong with the text, whatever it says.
fn is_of_reader(issue: &Issue) -> bool {
    ["json-", "xml-", "text-"].iter().any(|area| issue.code.as_str().starts_with(area))
}

/// Findings about the `fullUrl` of any entry, which the reference validator places at the first one.
const OF_FIRST_ENTRY: [&str; 3] =
    ["bundle-full-url-absolute", "bundle-full-url-no-id", "bundle-full-url-id"];

/// Parts of its messages about references between entries: for these it counts entries, and what repeats in
/// them, from 1.
const FROM_ONE: [&str; 2] = ["in the bundle (", " isn't reachable by traversing links"];

fn as_first_entry(expression: &str) -> String {
    let element = normalise(expression);
    match element.rsplit_once(".entry[") {
        Some((bundle, _)) => format!("{bundle}.entry[0]"),
        None => element,
    }
}

/// With each position one less.
fn from_zero(element: &str) -> String {
    let mut out = String::new();
    for part in element.split_inclusive(['[', ']']) {
        let number = part.strip_suffix(']').and_then(|number| number.parse::<u32>().ok());
        match number {
            Some(number) => {
                let _ = write!(out, "{}]", number.saturating_sub(1));
            }
            None => out.push_str(part),
        }
    }
    out
}

/// An element without what only says more about it: `/*comments*/` and `.ofType(Type)`. The whole
/// input, which the reference validator writes in several ways, is empty.
fn normalise(expression: &str) -> String {
    let mut out = expression.to_owned();
    for (open, close) in [("/*", "*/"), (".ofType(", ")"), ("[url='", "']")] {
        while let Some(start) = out.find(open) {
            let Some(length) = out[start..].find(close) else { break };
            out.replace_range(start..start + length + close.len(), "");
        }
    }
    if matches!(out.as_str(), "(document)" | "(syntax)" | "(xml)" | "$") {
        String::new()
    } else {
        out
    }
}

/// True if our `element` is what the reference validator means while it reads XML: then it gives names
/// without positions, from the root or from the nearest resource on.
fn is_at(element: &str, recorded: &str, message: &str) -> bool {
    const WHILE_READING: [&str; 5] = [
        "Undefined element ",
        "Undefined attribute ",
        "Text should not be present ",
        "Element must have some content",
        "Wrong namespace - expected ",
    ];
    if message.starts_with("The JSON property ") {
        // Said of the object that has the property.
        return element.strip_prefix(recorded).is_some_and(|rest| rest.starts_with('.'));
    }
    // A value below one that is fixed or a pattern as a whole is named without positions.
    if message.contains(" but is fixed to ") {
        return without_positions(element) == recorded;
    }
    if !WHILE_READING.iter().any(|start| message.starts_with(start)) {
        return false;
    }
    let names = recorded.replace("/f:", ".").replace("/?:", ".");
    let names = names.trim_start_matches('.');
    let below = names.find('.').map_or("", |at| &names[at..]);
    let plain = without_positions(element);
    plain == names || plain.ends_with(&format!(".resource{below}"))
}

fn without_positions(element: &str) -> String {
    let parts = element.split('[');
    parts.map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect()
}

#[test]
fn finds_elements_by_their_names() {
    let check = |element, recorded| assert!(is_at(element, recorded, "Undefined element 'x'"));
    check("Patient.name[0].text", "/f:Patient/f:name/f:text");
    check("Bundle.entry[1].resource.name[0]", "Organization/f:name");
    check("Bundle.entry[1].resource", "Organization");
}

#[test]
fn knows_where_positions_count_from_one() {
    assert_eq!(
        from_zero("Bundle.entry[1].resource.section[10].x"),
        "Bundle.entry[0].resource.section[9].x"
    );
    assert_eq!(as_first_entry("Bundle.entry[3]"), "Bundle.entry[0]");
}

#[test]
fn normalises_expressions() {
    let check = |expression, expected| assert_eq!(normalise(expression), expected);
    check("Bundle.entry[0].resource/*Patient/a*/.name[0]", "Bundle.entry[0].resource.name[0]");
    check("Observation.value.ofType(Quantity).unit", "Observation.value.unit");
    check("(document)", "");
}
