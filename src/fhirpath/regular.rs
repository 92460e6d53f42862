//! Regular expressions: `.` fits line ends too, and matching takes time in proportion to the input.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use regex_lite::{Regex, RegexBuilder};

use crate::text::Table;

/// A compiled regular expression. One that is asked often becomes a table, which is ten times as fast and takes
/// longer to make.
#[derive(Debug)]
pub(in crate::fhirpath) struct Regular {
    pattern: Box<str>,
    flags: Box<str>,
    regex: Regex,
    asked: AtomicU32,
    table: OnceLock<Option<Table>>,
}

/// Up to so many times, the table is not worth its making.
const FEW: u32 = 64;

impl Regular {
    /// `i` ignores case, `m` lets `^` and `$` fit at line ends; `is_full` has it fit the whole text only. None
    /// for what is no regular expression, or one that is too large.
    pub(super) fn new(pattern: &str, flags: &str, is_full: bool) -> Option<Self> {
        let full;
        let wanted = if is_full {
            full = format!("^(?:{pattern})$");
            &full
        } else {
            pattern
        };
        let regex = RegexBuilder::new(wanted)
            .dot_matches_new_line(true)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .size_limit(1 << 20)
            .build()
            .ok()?;
        let (asked, table) = (AtomicU32::new(0), OnceLock::new());
        Some(Self { pattern: pattern.into(), flags: flags.into(), regex, asked, table })
    }

    /// True if it was made of these.
    pub(super) fn is(&self, pattern: &str, flags: &str) -> bool {
        *self.pattern == *pattern && *self.flags == *flags
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let by_table = self.table().and_then(|table| table.is_match(text));
        by_table.unwrap_or_else(|| self.regex.is_match(text))
    }

    fn table(&self) -> Option<&Table> {
        if self.table.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return None;
        }
        let make = || Table::new(self.regex.as_str()).filter(|_| self.flags.is_empty());
        self.table.get_or_init(make).as_ref()
    }

    pub(super) fn replace_all(&self, text: &str, by: &str) -> String {
        self.regex.replace_all(text, by).into_owned()
    }
}
