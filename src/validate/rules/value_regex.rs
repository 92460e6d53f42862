//! The extension `regex`: the form of a primitive value.

use regex_lite::Regex;

use crate::cursor::Cursor;
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// Checks a primitive value. An expression that cannot be read is let pass: it is no fault of the instance.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, regex: &str) {
    let (Some(node), Some(text)) = (cursor.node, cursor.value(walk.tree)) else { return };
    if !is_met(regex, text) {
        let args = vec![Arg::Value(text.to_owned()), Arg::Term(regex.to_owned())];
        walk.report(Code::ValueRegex, walk.tree.span(node), args);
    }
}

/// True if all of `text` has the form that `regex` gives.
pub(crate) fn is_met(regex: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{regex})$")).map_or(true, |compiled| compiled.is_match(text))
}
