//! `ElementDefinition.maxLength` of a profile, and the extension `minLength`: in characters.

use crate::cursor::Cursor;
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// Checks a primitive value.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, min: Option<u32>, max: Option<u32>) {
    if min.is_none() && max.is_none() {
        return;
    }
    let (Some(node), Some(text)) = (cursor.node, cursor.value(walk.tree)) else { return };
    let length = text.chars().count() as u64;
    let limit = |limit: u32| vec![Arg::Number(limit.into())];
    if let Some(max) = max.filter(|&max| length > u64::from(max)) {
        walk.report(Code::ValueTooLong, walk.tree.span(node), limit(max));
    }
    if let Some(min) = min.filter(|&min| length < u64::from(min)) {
        walk.report(Code::ValueTooShort, walk.tree.span(node), limit(min));
    }
}
