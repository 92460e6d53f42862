//! The cases of the HL7 validator's public suite, and what the reference validator said of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One validation that the suite asks for: a case gives one against the specification alone, and often
/// another against a profile.
pub(crate) struct Run {
    /// The case's name and format, `#profile` where it is the one against the profile.
    pub(crate) name: String,
    /// What is tested; `default` where the suite does not say.
    pub(crate) module: String,
    /// The input.
    pub(crate) path: PathBuf,
    /// `R4`, or the version as the suite writes it where we do not know it.
    pub(crate) version: String,
    /// What the reference validator said, or why that is not known.
    pub(crate) expected: Result<Expected, &'static str>,
    /// True for the run against the case's profile.
    pub(crate) is_profile: bool,
    /// The case, for what it asks beyond the above.
    pub(crate) case: Value,
}

/// What the reference validator said.
pub(crate) struct Expected {
    /// True if there is an error or worse.
    pub(crate) has_error: bool,
    /// Each error: the element as written, and the message. None where only the verdict is recorded.
    pub(crate) errors: Option<Vec<(String, String)>>,
}

/// All runs, in the order of the suite.
pub(crate) fn runs(folder: &Path) -> Vec<Run> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut runs = Vec::new();
    for case in array(&read(&folder.join("manifest.json")), "test-cases") {
        let file = text(case, "file");
        let ending = file.rsplit('.').next().unwrap_or_default();
        let mut name = format!("{}.{ending}", text(case, "name"));
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name = format!("{name}~{times}");
        }
        runs.push(run(folder, case, name.clone(), &case["java"]));
        for kind in ["profile", "logical"] {
            if let Some(java) = case.get(kind).and_then(|inner| inner.get("java")) {
                runs.push(run(folder, case, format!("{name}#{kind}"), java));
            }
        }
    }
    runs
}

fn run(folder: &Path, case: &Value, name: String, java: &Value) -> Run {
    let module = text(case, "module");
    Run {
        module: if module.is_empty() { "default" } else { module }.to_owned(),
        path: folder.join(text(case, "file")),
        version: version(text(case, "version")),
        expected: expected(folder, java),
        is_profile: name.ends_with("#profile"),
        name,
        case: case.clone(),
    }
}

fn version(version: &str) -> String {
    match version {
        "" => "R5",
        v if v.starts_with("4.0") => "R4",
        v if v.starts_with("4.3") => "R4B",
        v if v.starts_with("5.") => "R5",
        other => other,
    }
    .to_owned()
}

/// An outcome stands in a file of its own, or in the manifest as an `OperationOutcome`, as lines of
/// text, or as a count.
fn expected(folder: &Path, java: &Value) -> Result<Expected, &'static str> {
    if let Some(path) = java.as_str() {
        let path = folder.join("outcomes").join(path);
        if !path.is_file() {
            return Err("the recorded outcome is absent from the suite");
        }
        return Ok(from_outcome(&read(&path)));
    }
    if let Some(outcome) = java.get("outcome") {
        return Ok(from_outcome(outcome));
    }
    if let Some(Value::Array(lines)) = java.get("output") {
        return Ok(from_lines(lines));
    }
    match java.get("errorCount").and_then(Value::as_u64) {
        Some(count) => Ok(Expected { has_error: count > 0, errors: (count == 0).then(Vec::new) }),
        None => Err("no outcome of the reference validator is recorded"),
    }
}

fn from_outcome(outcome: &Value) -> Expected {
    let is_error = |issue: &&Value| matches!(text(issue, "severity"), "error" | "fatal");
    let error = |issue: &Value| {
        let element = array(issue, "expression").first().and_then(Value::as_str);
        (element.unwrap_or_default().to_owned(), text(&issue["details"], "text").to_owned())
    };
    let errors: Vec<_> = array(outcome, "issue").iter().filter(is_error).map(error).collect();
    Expected { has_error: !errors.is_empty(), errors: Some(errors) }
}

/// Lines such as `ERROR: List.entry: Array cannot be empty`.
fn from_lines(lines: &[Value]) -> Expected {
    let mut errors = Vec::new();
    for line in lines.iter().filter_map(Value::as_str) {
        let mut parts = line.splitn(3, ": ");
        let (severity, element) = (parts.next(), parts.next().unwrap_or_default());
        if matches!(severity, Some("ERROR" | "FATAL")) {
            errors.push((element.to_owned(), parts.next().unwrap_or_default().to_owned()));
        }
    }
    Expected { has_error: !errors.is_empty(), errors: Some(errors) }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn array<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn read(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
