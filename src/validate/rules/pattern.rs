//! `ElementDefinition.pattern[x]`: the value has at least what the pattern has.

use super::fixed::Comparison;
use super::literal::contains;
use crate::cursor::Cursor;
use crate::definitions::profile::{Literal, Profile};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::validate::walk::Walk;

/// Checks a value. Where the pattern has lists, what is missing is said of the whole: any entry could
/// have been meant.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, literal: &Literal, profile: &Profile) {
    let Some(node) = cursor.node.or(cursor.sibling) else { return };
    if cursor.node.is_some_and(|node| contains(walk.tree, node, literal)) {
        return;
    }
    if is_list_first(literal) || cursor.node.is_none() {
        let pattern = literal.write(walk.definitions().names());
        let args = vec![Arg::Term(pattern), Arg::Term(profile.canonical())];
        let start = walk.tree.span(node).start;
        walk.report(Code::PatternAbsent, Span::new(start, start + 1), args);
    } else {
        Comparison { walk, profile, is_whole: false }.node(node, literal);
    }
}

/// True for a CodeableConcept and its like.
fn is_list_first(literal: &Literal) -> bool {
    match literal {
        Literal::List(_) => true,
        Literal::Object(members) => matches!(members.first(), Some((_, Literal::List(_)))),
        Literal::Text(_) | Literal::Word(_) => false,
    }
}
