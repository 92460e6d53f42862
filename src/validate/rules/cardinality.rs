//! `ElementDefinition.min` and `max`, and one type only for a choice.

use crate::cursor::ElementView;
use crate::definitions::{Element, Shape};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::{NameId, NodeId};
use crate::validate::walk::Walk;

/// Adds `count` occurrences of an element in the object whose counts begin at `mark`, and reports where
/// they are too many. A primitive and its `_name` are one occurrence.
pub(crate) fn check_met(
    walk: &mut Walk<'_>,
    node: NodeId,
    view: &ElementView<'_>,
    count: u32,
    mark: usize,
) {
    let met = &mut walk.met[mark + usize::from(view.property.element)];
    let before = *met;
    *met = before.max(count);
    if before > 0 || count > view.element.max {
        check_count(walk, node, view, (before, count));
    }
}

fn check_count(
    walk: &mut Walk<'_>,
    node: NodeId,
    view: &ElementView<'_>,
    (before, count): (u32, u32),
) {
    let element = view.element;
    // An array where none may be is said by `json_shape`.
    let is_shape_error = !walk.is_xml() && !element.is_array() && element.max == 1;
    if element.is_choice && before > 0 && !is_partner_met(walk, node, view) {
        let name = walk.tree.names().text(element.name);
        let args = vec![Arg::Term(format!("{name}[x]"))];
        walk.report(Code::ChoiceMultiple, walk.tree.key_span(node), args);
    } else if count > element.max && before <= element.max && !is_shape_error {
        // Said of the object, as where there are too few.
        walk.path.truncate(walk.path.len().saturating_sub(1));
        report(walk, Code::CardinalityMax, walk.tree.key_span(node), view, element.max, count);
    }
}

/// True if what was met of the choice before is the other half of the same primitive.
fn is_partner_met(walk: &Walk<'_>, node: NodeId, view: &ElementView<'_>) -> bool {
    if view.property.partner == NameId::NONE {
        return false;
    }
    let Some(object) = walk.tree.parent(node) else { return false };
    let mut before = walk.tree.children(object).take_while(|&child| child < node);
    before.any(|child| walk.tree.name(child) == view.property.partner)
}

fn report(
    walk: &mut Walk<'_>,
    code: Code,
    span: Span,
    view: &ElementView<'_>,
    limit: u32,
    count: u32,
) {
    let name = walk.tree.names().text(view.element.name).to_owned();
    let args = vec![Arg::Term(name), Arg::Number(limit.into()), Arg::Number(count.into())];
    walk.report(code, span, args);
}

/// Reports the required elements of an object that were not met.
pub(crate) fn check_missing(walk: &mut Walk<'_>, node: NodeId, shape: &Shape, mark: usize) {
    for &at in shape.required() {
        let (at, count) = (usize::from(at), walk.met[mark + usize::from(at)]);
        if count < shape.elements[at].min {
            report_missing(walk, node, &shape.elements[at], count);
        }
    }
}

fn report_missing(walk: &mut Walk<'_>, node: NodeId, element: &Element, count: u32) {
    let choice = if element.is_choice { "[x]" } else { "" };
    let name = format!("{}{choice}", walk.tree.names().text(element.name));
    let args = vec![Arg::Term(name), Arg::Number(element.min.into()), Arg::Number(count.into())];
    let start = walk.tree.span(node).start;
    walk.report(Code::CardinalityMin, Span::new(start, start + 1), args);
}
