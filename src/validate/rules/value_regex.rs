//! The extension `regex`: the form of a primitive value.

use regex_lite::Regex;

use crate::cursor::Cursor;
use crate::issue::{Arg, Code};
use crate::text::Table;
use crate::validate::walk::Walk;

/// Checks a primitive value. An expression that cannot be read is let pass: it is no fault of the instance.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, regex: &str) {
    let (Some(node), Some(text)) = (cursor.node, cursor.value(walk.tree)) else { return };
    if !is_met(regex, text) {
        let args = vec![Arg::Value(text.to_owned()), Arg::Term(regex.to_owned())];
        walk.report(Code::ValueRegex, walk.tree.span(node), args);
    }
}

/// From so many bytes on, making a table of an expression costs less than it saves.
const LONG: usize = 4096;

/// True if all of `text` has the form that `regex` gives.
pub(crate) fn is_met(regex: &str, text: &str) -> bool {
    let whole = format!("^(?:{regex})$");
    // In a table, a dot fits line ends too.
    let has_table = text.len() >= LONG && !regex.contains('.');
    let table = if has_table { Table::new(&whole) } else { None };
    let by_table = table.and_then(|table| table.is_match(text));
    by_table.unwrap_or_else(|| Regex::new(&whole).map_or(true, |regex| regex.is_match(text)))
}

#[cfg(test)]
mod tests {
    use super::is_met;

    #[test]
    fn long_texts_are_judged_as_short_ones() {
        let regex = r"(\s*([0-9a-zA-Z\+\/=]){4}\s*)+";
        for (text, expected) in [("aGVs\n", true), ("aGV\n", false), ("aé==", false)] {
            assert_eq!(is_met(regex, text), expected, "{text}");
            assert_eq!(is_met(regex, &text.repeat(2000)), expected, "{text}");
        }
    }
}
