//! Regular expressions, in time in proportion to the input.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex_lite::{Regex, RegexBuilder};

use super::Table;

/// A compiled regular expression. One that has much to do becomes a table, which is ten times as fast and takes
/// longer to make.
#[derive(Debug)]
pub(crate) struct Regular {
    pattern: Box<str>,
    flags: Box<str>,
    regex: Regex,
    /// False where a table would say something else.
    has_table: bool,
    /// How many bytes were matched.
    matched: AtomicUsize,
    table: OnceLock<Option<Table>>,
}

/// Up to so many bytes, a table is not worth its making.
const FEW: usize = 4096;
/// As so many bytes a shorter text counts.
const SHORT: usize = 64;

impl Regular {
    /// The form of a value: it fits the whole text only, and `.` fits no line end. None for what is no regular
    /// expression, or one that is too large.
    pub(crate) fn of_value(pattern: &str) -> Option<Self> {
        let regular = Self::build(pattern, "", &whole(pattern), false)?;
        // In a table, `.` fits line ends too.
        Some(Self { has_table: !pattern.contains('.'), ..regular })
    }

    /// As FHIRPath has it: `.` fits line ends too, `i` ignores case, `m` lets `^` and `$` fit at line ends; `is_full`
    /// has it fit the whole text only. None as for [`Self::of_value`].
    pub(crate) fn new(pattern: &str, flags: &str, is_full: bool) -> Option<Self> {
        if is_full {
            return Self::build(pattern, flags, &whole(pattern), true);
        }
        Self::build(pattern, flags, pattern, true)
    }

    fn build(pattern: &str, flags: &str, wanted: &str, has_any_dot: bool) -> Option<Self> {
        let regex = RegexBuilder::new(wanted)
            .dot_matches_new_line(has_any_dot)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .size_limit(1 << 20)
            .build()
            .ok()?;
        let (pattern, flags, has_table) = (pattern.into(), flags.into(), flags.is_empty());
        let (matched, table) = (AtomicUsize::new(0), OnceLock::new());
        Some(Self { pattern, flags, regex, has_table, matched, table })
    }

    /// True if [`Self::new`] made it of these.
    pub(crate) fn is(&self, pattern: &str, flags: &str) -> bool {
        *self.pattern == *pattern && *self.flags == *flags
    }

    /// True if it fits.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let by_table = self.table(text.len()).and_then(|table| table.is_match(text));
        by_table.unwrap_or_else(|| self.regex.is_match(text))
    }

    /// The table, once it is worth it, to match so many bytes more.
    fn table(&self, length: usize) -> Option<&Table> {
        if !self.has_table {
            return None;
        }
        if let Some(table) = self.table.get() {
            return table.as_ref();
        }
        let length = length.max(SHORT);
        if self.matched.fetch_add(length, Ordering::Relaxed).saturating_add(length) <= FEW {
            return None;
        }
        self.table.get_or_init(|| Table::new(self.regex.as_str())).as_ref()
    }

    /// The text with what fits replaced.
    pub(crate) fn replace_all(&self, text: &str, by: &str) -> String {
        self.regex.replace_all(text, by).into_owned()
    }
}

fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

#[cfg(test)]
mod tests {
    use super::Regular;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let regular = Regular::of_value(pattern).expect("a regular expression");
        assert_eq!(regular.is_match(text), expected, "{text}");
        // By a table, where there is one.
        let many = text.repeat(2000);
        assert_eq!(regular.is_match(&many), expected, "{text}, often");
        assert_eq!(regular.is_match(text), expected, "{text}, again");
    }

    #[test]
    fn long_texts_are_judged_as_short_ones() {
        let base64 = r"(\s*([0-9a-zA-Z\+\/=]){4}\s*)+";
        check(base64, "aGVs\n", true);
        check(base64, "aGV\n", false);
        check(base64, "aé==", false);
        check(".*", "a\n", false);
    }
}
