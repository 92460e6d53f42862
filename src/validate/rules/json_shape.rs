//! How JSON writes an element (R4 json.html): arrays for what repeats, no `null` but to align a primitive
//! with its `_name`, nothing empty.

use crate::cursor::ElementView;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NameId, NodeId};
use crate::validate::rules::constraint;
use crate::validate::walk::Walk;

/// Walks the values of a property; returns how many occurrences of the element it stands for.
pub(crate) fn entries<'a>(walk: &mut Walk<'a>, node: NodeId, view: &ElementView<'a>) -> u32 {
    let tree = walk.tree;
    let kind = tree.kind(node);
    let is_array = kind == Kind::Array;
    match kind {
        Kind::Damaged => return 1,
        Kind::Null => {
            walk.report(Code::ShapeNull, tree.span(node), Vec::new());
            return 1;
        }
        kind if is_array != view.element.is_array() => check_array(walk, node, kind),
        _ => {}
    }
    if !is_array {
        let half = if constraint::needs_half(view) { partner(walk, node, view) } else { None };
        let half = half.filter(|&half| tree.kind(half) != Kind::Null);
        walk.value(node, view, view.element.is_array().then_some(0), half);
        return 1;
    }
    let count = array(walk, node, view);
    if count == 0 {
        walk.report(Code::ShapeArrayEmpty, tree.span(node), Vec::new());
    }
    count
}

/// Reports an array where none may be, or something else where one has to be.
fn check_array(walk: &mut Walk<'_>, node: NodeId, kind: Kind) {
    let mut args = vec![name(walk, node)];
    if kind != Kind::Array {
        args.push(Arg::Term(kind.as_str().to_owned()));
        walk.report(Code::ShapeArrayExpected, walk.tree.span(node), args);
    } else if !walk.is_xml() {
        // In XML there is no array: the element is given more than once, which `cardinality` says.
        walk.report(Code::ShapeArrayUnexpected, walk.tree.span(node), args);
    }
}

fn array<'a>(walk: &mut Walk<'a>, node: NodeId, view: &ElementView<'a>) -> u32 {
    let tree = walk.tree;
    let mut others = None;
    let mut count = 0;
    for entry in tree.children(node) {
        match tree.kind(entry) {
            Kind::Array => walk.report(Code::ShapeArrayNested, tree.span(entry), Vec::new()),
            Kind::Null => {
                let others = others.get_or_insert_with(|| Others::of(walk, node, view));
                if others.at(walk, count).is_none() {
                    let code = if others.next.is_some() || others.ended {
                        Code::ShapeNullAlign
                    } else {
                        Code::ShapeNull
                    };
                    walk.report(code, tree.span(entry), Vec::new());
                }
            }
            _ if constraint::needs_half(view) => {
                let others = others.get_or_insert_with(|| Others::of(walk, node, view));
                let half = others.at(walk, count);
                walk.value(entry, view, Some(count), half);
            }
            _ => walk.value(entry, view, Some(count), None),
        }
        count += 1;
        if walk.issues.is_done() {
            break;
        }
    }
    check_length(walk, node, view, count);
    count
}

/// The entries of the other half of a primitive's pair, read forward only.
struct Others {
    next: Option<NodeId>,
    end: NodeId,
    index: u32,
    ended: bool,
}

impl Others {
    fn of(walk: &Walk<'_>, node: NodeId, view: &ElementView<'_>) -> Self {
        let array = partner(walk, node, view).filter(|&n| walk.tree.kind(n) == Kind::Array);
        let first = array.and_then(|array| walk.tree.children(array).next());
        let end = array.map_or(NodeId::ROOT, |array| walk.tree.after(array));
        Self { next: first, end, index: 0, ended: array.is_some() && first.is_none() }
    }

    /// The entry at `index`, if it is there and not null. `index` never goes back.
    fn at(&mut self, walk: &Walk<'_>, index: u32) -> Option<NodeId> {
        while let Some(node) = self.next
            && self.index < index
        {
            let after = walk.tree.after(node);
            self.next = (after < self.end).then_some(after);
            self.ended |= self.next.is_none();
            self.index += 1;
        }
        self.next.filter(|&node| walk.tree.kind(node) != Kind::Null)
    }
}

fn partner(walk: &Walk<'_>, node: NodeId, view: &ElementView<'_>) -> Option<NodeId> {
    let name = view.property.partner;
    if name == NameId::NONE {
        return None;
    }
    let object = walk.tree.parent(node)?;
    walk.tree.children(object).find(|&child| walk.tree.name(child) == name)
}

/// The arrays of a primitive's values and of its `_name` must have as many entries: checked at the second.
fn check_length(walk: &mut Walk<'_>, node: NodeId, view: &ElementView<'_>, count: u32) {
    if !view.property.is_sibling {
        return;
    }
    let tree = walk.tree;
    let Some(values) = partner(walk, node, view).filter(|&n| tree.kind(n) == Kind::Array) else {
        return;
    };
    let other = tree.children(values).count() as u32;
    if other != count {
        let args = vec![
            name(walk, node),
            Arg::Number(count.into()),
            name(walk, values),
            Arg::Number(other.into()),
        ];
        walk.report(Code::ShapeArrayLength, tree.span(node), args);
    }
}

/// Reports a value that is not the object it must be.
pub(crate) fn report_no_object(walk: &mut Walk<'_>, node: NodeId) {
    let kind = Arg::Term(walk.tree.kind(node).as_str().to_owned());
    let args = vec![name(walk, node), kind];
    walk.report(Code::ShapeObjectExpected, walk.tree.span(node), args);
}

/// The property name of a node; of the array, for an entry.
fn name(walk: &Walk<'_>, node: NodeId) -> Arg {
    let named = match walk.tree.parent(node) {
        Some(parent) if walk.tree.kind(parent) == Kind::Array => parent,
        _ => node,
    };
    Arg::Term(walk.tree.name_text(named).to_owned())
}
