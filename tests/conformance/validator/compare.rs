//! Our findings beside those of the reference validator: errors, element by element.

use std::collections::BTreeMap;

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
    /// Elements where only we have an error, with code and message.
    pub(crate) extra: Vec<(String, String)>,
}

impl Agreement {
    /// Compares our `issues` with what was recorded.
    pub(crate) fn new(expected: &Expected, issues: &[Issue]) -> Self {
        // Where text is no JSON at all, the reference validator gives up, and names no element.
        let gave_up =
            expected.errors.iter().flatten().any(|(element, _)| normalise(element).is_empty());
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for issue in issues.iter().filter(|issue| issue.severity >= Severity::Error) {
            let message = format!("{}: {}", issue.code.as_str(), issue.message(false));
            let is_syntax =
                ["json-", "xml-"].iter().any(|area| issue.code.as_str().starts_with(area));
            let element =
                if gave_up && is_syntax { String::new() } else { normalise(&issue.expression) };
            found.entry(element).or_insert(message);
        }
        let mut agreement = Self {
            expected_error: expected.has_error,
            found_error: !found.is_empty(),
            matched: 0,
            missed: Vec::new(),
            extra: Vec::new(),
        };
        let Some(errors) = &expected.errors else { return agreement };
        let mut recorded: BTreeMap<String, String> = BTreeMap::new();
        for (element, message) in errors {
            // XML of another namespace: named there by its root, here as the whole input.
            let is_other = message.starts_with("This does not appear to be a FHIR resource")
                && found.get("").is_some_and(|message| message.starts_with("xml-namespace"));
            let element = if is_other { String::new() } else { normalise(element) };
            recorded.entry(element).or_insert_with(|| message.clone());
        }
        for (element, message) in &recorded {
            let by_names = || found.keys().find(|key| is_at(key, element, message)).cloned();
            let same = found.contains_key(element).then(|| element.clone()).or_else(by_names);
            match same.and_then(|key| found.remove(&key)) {
                Some(_) => agreement.matched += 1,
                None => agreement.missed.push((element.clone(), message.clone())),
            }
        }
        agreement.extra = found.into_iter().collect();
        agreement
    }

    /// True if the verdicts agree.
    pub(crate) fn is_same_verdict(&self) -> bool {
        self.expected_error == self.found_error
    }

    /// True if nothing differs.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_same_verdict() && self.missed.is_empty() && self.extra.is_empty()
    }
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
    const WHILE_READING: [&str; 3] =
        ["Undefined element ", "Undefined attribute ", "Text should not be present "];
    if !WHILE_READING.iter().any(|start| message.starts_with(start)) {
        return false;
    }
    let names = recorded.replace("/f:", ".");
    let names = names.trim_start_matches('.');
    let below = names.find('.').map_or("", |at| &names[at..]);
    let mut plain = String::new();
    for part in element.split('[') {
        plain.push_str(part.split_once(']').map_or(part, |(_, rest)| rest));
    }
    plain == names || plain.ends_with(&format!(".resource{below}"))
}

#[test]
fn finds_elements_by_their_names() {
    let check = |element, recorded| assert!(is_at(element, recorded, "Undefined element 'x'"));
    check("Patient.name[0].text", "/f:Patient/f:name/f:text");
    check("Bundle.entry[1].resource.name[0]", "Organization/f:name");
    check("Bundle.entry[1].resource", "Organization");
}

#[test]
fn normalises_expressions() {
    let check = |expression, expected| assert_eq!(normalise(expression), expected);
    check("Bundle.entry[0].resource/*Patient/a*/.name[0]", "Bundle.entry[0].resource.name[0]");
    check("Observation.value.ofType(Quantity).unit", "Observation.value.unit");
    check("(document)", "");
}
