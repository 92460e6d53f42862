//! Committed results.

use crate::setup::root;

/// Writes `text` as `tests/snapshots/<name>.snap` and fails where that changes what was there.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    write(name, text).unwrap_or_else(|difference| panic!("{difference}"));
}

/// The same for one of several: the error says what changed.
pub(crate) fn write(name: &str, text: &str) -> Result<(), String> {
    let path = root().join(format!("tests/snapshots/{name}.snap"));
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if before == text {
        return Ok(());
    }
    std::fs::create_dir_all(path.parent().unwrap_or(root()))
        .unwrap_or_else(|error| panic!("tests/snapshots: {error}"));
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Err(format!(
        "tests/snapshots/{name}.snap has changed and is rewritten: look at its diff, then commit it\n{}",
        difference(&before, text)
    ))
}

/// The first lines that are only before or only after.
fn difference(before: &str, after: &str) -> String {
    const SHOWN: usize = 20;
    let only = |these: &str, those: &str, mark: &str| -> Vec<String> {
        let those: std::collections::BTreeSet<&str> = those.lines().collect();
        these.lines().filter(|l| !those.contains(l)).map(|line| format!("{mark} {line}")).collect()
    };
    let lines = [only(before, after, "-"), only(after, before, "+")].concat();
    let rest = lines.len().saturating_sub(SHOWN);
    let shown = lines[..lines.len() - rest].join("\n");
    if rest == 0 { shown } else { format!("{shown}\n... and {rest} more lines") }
}
