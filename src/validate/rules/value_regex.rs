//! The extension `regex`: the form of a primitive value.

use std::collections::HashMap;

use crate::cursor::Cursor;
use crate::issue::{Arg, Code};
use crate::text::Regular;
use crate::validate::walk::Walk;

/// The regular expressions that one walk met so far; none for what is no regular expression.
#[derive(Debug, Default)]
pub(crate) struct Forms(HashMap<Box<str>, Option<Regular>>);

impl Forms {
    /// True if all of `text` has the form that `regex` gives. An expression that cannot be read is let pass: it is no
    /// fault of the instance.
    pub(crate) fn is_met(&mut self, regex: &str, text: &str) -> bool {
        let is_met =
            |regular: &Option<Regular>| regular.as_ref().is_none_or(|it| it.is_match(text));
        match self.0.get(regex) {
            Some(known) => is_met(known),
            None => is_met(self.0.entry(regex.into()).or_insert(Regular::of_value(regex))),
        }
    }
}

/// Checks a primitive value.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, regex: &str) {
    let (Some(node), Some(text)) = (cursor.node, cursor.value(walk.tree)) else { return };
    if !walk.forms.is_met(regex, text) {
        let args = vec![Arg::Value(text.to_owned()), Arg::Term(regex.to_owned())];
        walk.report(Code::ValueRegex, walk.tree.span(node), args);
    }
}
