//! Where a node stands, as a FHIRPath location: `Observation.component[1].value.ofType(Quantity)`.

use std::fmt::Write;

use super::model::Model;
use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::ShapeId;
use crate::text::Digits;
use crate::tree::{Kind, NameId, NodeId, Tree};

/// An object or an array whose children are being told.
#[derive(Clone, Copy)]
struct Open {
    /// The node behind the last of them.
    end: NodeId,
    /// How long its own location is.
    length: usize,
    /// What its values are seen through.
    target: Target,
    /// For an array, the index of the next child.
    index: Option<u64>,
}

/// How a place is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `Patient.name[0].use`, `Observation.value.ofType(Quantity)`: an expression that leads there.
    Location,
    /// `Patient.name[0].use[0]`, `Observation.value[0]`: what `pathname()` gives.
    Indexed,
    /// `Patient.name[0].use`, `Observation.value`: what `pathname(true)` gives.
    Short,
}

/// The location of a node of a tree, from the root. The names of properties stand in it as they are
/// where the definitions do not have them.
pub fn location(model: &Model, tree: &Tree, node: NodeId) -> String {
    write(model, tree, node, Style::Location)
}

/// Gives `visit` each node below the root with its location, in document order. Each location is made from that of the
/// parent, so that all of them take the time that it takes to write them.
pub fn locations(model: &Model, tree: &Tree, visit: &mut dyn FnMut(NodeId, &str)) {
    let index_in = |node: NodeId| (tree.kind(node) == Kind::Array).then_some(0);
    let mut text = root_name(tree).to_owned();
    let mut open = vec![Open {
        end: tree.after(NodeId::ROOT),
        length: text.len(),
        target: Cursor::resource(tree, model.definitions(), NodeId::ROOT).target,
        index: index_in(NodeId::ROOT),
    }];
    for node in tree.nodes().skip(1) {
        while open.pop_if(|open| open.end <= node).is_some() {}
        let Some(parent) = open.last_mut() else { return };
        text.truncate(parent.length);
        let mut target = parent.target;
        if let Some(index) = &mut parent.index {
            for part in ["[", Digits::of(*index).as_str(), "]"] {
                text.push_str(part);
            }
            *index += 1;
        } else {
            let view = step(model, target, tree.name(node));
            write_step(tree, node, view, (Style::Location, &mut text));
            target = view.map_or(Target::Unknown, |view| view.target(model.definitions()));
        }
        if target == Target::Resource && tree.kind(node) == Kind::Object {
            target = Cursor::resource(tree, model.definitions(), node).target;
        }
        visit(node, &text);
        let (end, length) = (tree.after(node), text.len());
        open.push(Open { end, length, target, index: index_in(node) });
    }
}

/// What locations begin with.
fn root_name(tree: &Tree) -> &str {
    tree.child_text(NodeId::ROOT, "resourceType").unwrap_or("$this")
}

pub(super) fn write(model: &Model, tree: &Tree, node: NodeId, style: Style) -> String {
    let mut text = root_name(tree).to_owned();
    walk(model, tree, node, &mut |node, view| {
        let parent = tree.parent(node).unwrap_or(NodeId::ROOT);
        // Writing to a String cannot fail.
        if tree.kind(parent) == Kind::Array {
            let index = tree.children(parent).take_while(|&entry| entry < node).count();
            let _ = write!(text, "[{index}]");
            return;
        }
        write_step(tree, node, view, (style, &mut text));
        if style == Style::Indexed && tree.kind(node) != Kind::Array {
            text.push_str("[0]");
        }
    });
    text
}

/// The element that a node is a value of; none for the root, and for what no definition describes.
pub(super) fn view<'m>(model: &'m Model, tree: &Tree, node: NodeId) -> Option<ElementView<'m>> {
    let mut last = None;
    walk(model, tree, node, &mut |_, view| last = view);
    last
}

/// Visits what leads from the root to a node, and the node: each with the element that it is a value of.
fn walk<'m>(
    model: &'m Model,
    tree: &Tree,
    node: NodeId,
    visit: &mut dyn FnMut(NodeId, Option<ElementView<'m>>),
) {
    let definitions = model.definitions();
    let above = |&node: &NodeId| tree.parent(node).filter(|&parent| parent != NodeId::ROOT);
    let way: Vec<NodeId> =
        std::iter::successors(Some(node).filter(|&node| node != NodeId::ROOT), above).collect();
    let mut target = Cursor::resource(tree, definitions, NodeId::ROOT).target;
    let mut element = None;
    for node in way.into_iter().rev() {
        let parent = tree.parent(node).unwrap_or(NodeId::ROOT);
        if tree.kind(parent) != Kind::Array {
            element = step(model, target, tree.name(node));
            target = element.map_or(Target::Unknown, |view| view.target(definitions));
        }
        visit(node, element);
        if target == Target::Resource && tree.kind(node) == Kind::Object {
            target = Cursor::resource(tree, definitions, node).target;
        }
    }
}

/// The element that a property is.
fn step(model: &Model, from: Target, name: NameId) -> Option<ElementView<'_>> {
    let id = match from {
        Target::Object(id) => id,
        Target::Primitive(type_id) => ShapeId { type_id, index: 0 },
        Target::Resource | Target::Unknown => return None,
    };
    let shape = model.definitions().shape(id)?;
    let (_, property) = shape.property(name)?;
    Model::view(shape, id, property)
}

/// Writes the step to a property.
fn write_step(
    tree: &Tree,
    node: NodeId,
    view: Option<ElementView<'_>>,
    (style, text): (Style, &mut String),
) {
    let name = view.map_or(tree.name(node), |view| view.element.name);
    text.push('.');
    text.push_str(tree.names().text(name));
    let chosen = view.filter(|view| style == Style::Location && view.element.is_choice);
    if let Some(type_ref) = chosen.and_then(|view| view.type_ref) {
        let _ = write!(text, ".ofType({})", tree.names().text(type_ref.code));
    }
}
