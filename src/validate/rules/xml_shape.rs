//! How XML writes an element (R4 xml.html): elements in the order of their definitions, values in
//! attributes, no other text, nothing empty.

use crate::cursor::ElementView;
use crate::definitions::{Shape, ShapeId};
use crate::issue::{Arg, Code};
use crate::sort::sort_by_key;
use crate::tree::{Kind, NodeId};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Explains a child that no definition has, where its name is one that `representation` gives to what is no
/// element: text, or an attribute.
pub(crate) fn explain_unknown(
    walk: &Walk<'_>,
    name: &str,
    shape: &Shape,
) -> Option<(Code, Vec<Arg>)> {
    if !walk.is_xml() {
        return None;
    }
    let place = Arg::Term(shape.path.clone());
    if name == "#text" {
        return Some((Code::XmlText, vec![place]));
    }
    let attribute = Arg::Value(name.strip_prefix('@')?.to_owned());
    Some((Code::XmlAttribute, vec![attribute, place]))
}

/// Reports an element where an attribute should be.
pub(crate) fn report_no_attribute(walk: &mut Walk<'_>, node: NodeId) {
    let args = vec![Arg::Term(walk.tree.name_text(node).to_owned())];
    walk.report(Code::XmlAttributeExpected, walk.tree.key_span(node), args);
}

/// Reports an element such as `contained` that holds no resource.
pub(crate) fn report_no_resource(walk: &mut Walk<'_>, node: NodeId) {
    let named = match walk.tree.parent(node) {
        Some(parent) if walk.tree.kind(parent) == Kind::Array => parent,
        _ => node,
    };
    let args = vec![Arg::Term(walk.tree.name_text(named).to_owned())];
    walk.report(Code::XmlResourceExpected, walk.tree.span(node), args);
}

/// An occurrence of an element.
#[derive(Clone, Copy)]
struct Occurrence {
    /// Its number among the elements of the shape.
    element: u16,
    index: u32,
    /// Where it begins.
    start: u32,
    node: NodeId,
}

/// Checks that the elements in the object at `node` come in the order of their definitions.
pub(crate) fn check_order<'a>(walk: &mut Walk<'a>, node: NodeId, shape: &'a Shape, id: ShapeId) {
    if is_ordered(walk, node, shape) {
        return;
    }
    let mut met = occurrences(walk, node, shape);
    sort_by_key(&mut met, |o| (o.element, o.index, o.start));
    // The two halves of a primitive are one.
    met.dedup_by_key(|o| (o.element, o.index));
    sort_by_key(&mut met, |o| o.start);
    let mut last: Option<u16> = None;
    for occurrence in met {
        if let Some(last) = last.filter(|&last| occurrence.element < last) {
            report_order(walk, occurrence, shape, id, last);
        }
        last = Some(occurrence.element);
    }
}

/// True if nothing is out of order, without a list of what is there.
fn is_ordered(walk: &Walk<'_>, node: NodeId, shape: &Shape) -> bool {
    let tree = walk.tree;
    let (mut last, mut end) = (0, 0);
    for child in tree.children(node) {
        let Some((_, property)) = shape.property(tree.name(child)) else { continue };
        if shape.elements[usize::from(property.element)].is_attribute {
            continue;
        }
        let (element, start) = (property.element, tree.key_start(child));
        let is_same = element == last && end > 0;
        if element < last || (start < end && !is_same) {
            return false;
        }
        (last, end) = (element, end.max(tree.span(child).end));
    }
    true
}

fn occurrences(walk: &Walk<'_>, node: NodeId, shape: &Shape) -> Vec<Occurrence> {
    let tree = walk.tree;
    let mut met = Vec::new();
    for child in tree.children(node) {
        let Some((_, property)) = shape.property(tree.name(child)) else { continue };
        let element = property.element;
        if shape.elements[usize::from(element)].is_attribute {
            continue;
        }
        if tree.kind(child) == Kind::Array {
            met.extend((0..).zip(tree.children(child)).map(|(index, node)| {
                let start = tree.key_start(node);
                Occurrence { element, index, start, node }
            }));
        } else {
            let start = tree.key_start(child);
            met.push(Occurrence { element, index: 0, start, node: child });
        }
    }
    met
}

fn report_order(
    walk: &mut Walk<'_>,
    occurrence: Occurrence,
    shape: &Shape,
    id: ShapeId,
    last: u16,
) {
    let Occurrence { element, index, node, .. } = occurrence;
    let names = walk.definitions().names();
    let (element, last) =
        (&shape.elements[usize::from(element)], &shape.elements[usize::from(last)]);
    let name =
        |element: &crate::definitions::Element| Arg::Term(names.text(element.name).to_owned());
    let args = vec![name(element), name(last)];
    let length = walk.path.len();
    walk.path.push(Step::Name(element.name));
    if element.is_array() {
        walk.path.push(Step::Index(index));
    }
    let chosen = shape.property(walk.tree.name(node)).filter(|_| element.is_choice);
    if let Some((_, property)) = chosen
        && let Some(type_ref) = ElementView::new(element, property, id).type_ref
    {
        walk.path.push(Step::OfType(type_ref.code));
    }
    walk.report(Code::XmlOrder, walk.tree.key_span(node), args);
    walk.path.truncate(length);
}
