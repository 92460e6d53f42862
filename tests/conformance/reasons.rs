//! Why something is as it is, in committed text: one `pattern => reason` per line, where `*` in the
//! pattern stands for any text. The first pattern that fits a key gives its reason.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::setup::root;

/// The reasons of one suite.
pub(crate) struct Reasons {
    file: String,
    entries: Vec<(String, String)>,
    used: RefCell<BTreeSet<usize>>,
}

impl Reasons {
    /// Reads `tests/conformance/reasons/<name>.txt`.
    pub(crate) fn read(name: &str) -> Self {
        let file = format!("tests/conformance/reasons/{name}.txt");
        let text = std::fs::read_to_string(root().join(&file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries = lines
            .map(|line| match line.split_once(" => ") {
                Some((pattern, reason)) => (pattern.to_owned(), reason.to_owned()),
                None => panic!("{file}: `{line}` is not `pattern => reason`"),
            })
            .collect();
        Self { file, entries, used: RefCell::default() }
    }

    /// The reason for `key`.
    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        let index = self.entries.iter().position(|(pattern, _)| fits(pattern, key))?;
        self.used.borrow_mut().insert(index);
        Some(&self.entries[index].1)
    }

    /// Fails where a reason was never asked for: it explains nothing any more.
    #[track_caller]
    pub(crate) fn check_all_used(&self) {
        let used = self.used.borrow();
        let stale: Vec<&str> = (0..self.entries.len())
            .filter(|index| !used.contains(index))
            .map(|index| self.entries[index].0.as_str())
            .collect();
        assert!(
            stale.is_empty(),
            "{} explains what no longer happens:\n{}",
            self.file,
            stale.join("\n")
        );
    }
}

/// True if `key` is `pattern`, where each `*` stands for any text.
fn fits(pattern: &str, key: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == key };
    key.strip_prefix(before).is_some_and(|rest| {
        rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| fits(after, &rest[at..]))
    })
}

#[test]
fn a_star_stands_for_any_text() {
    let check =
        |pattern, key, expected| assert_eq!(fits(pattern, key), expected, "{pattern} {key}");
    check("a b", "a b", true);
    check("a b", "a bc", false);
    check("a*", "abc", true);
    check("*c", "abc", true);
    check("*b", "abc", false);
    check("a*c*e", "abcde", true);
    check("a*c*e", "abcdef", false);
    check("*c", "cbc", true);
    check("*", "", true);
}
