//! Where a node stands, as a FHIRPath location: `Observation.component[1].value.ofType(Quantity)`.

use std::fmt::Write;

use super::model::Model;
use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::ShapeId;
use crate::tree::{Kind, NameId, NodeId, Tree};

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

pub(super) fn write(model: &Model, tree: &Tree, node: NodeId, style: Style) -> String {
    let mut text = tree.child_text(NodeId::ROOT, "resourceType").unwrap_or("$this").to_owned();
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
    let _ = write!(text, ".{}", tree.names().text(name));
    let chosen = view.filter(|view| style == Style::Location && view.element.is_choice);
    if let Some(type_ref) = chosen.and_then(|view| view.type_ref) {
        let _ = write!(text, ".ofType({})", tree.names().text(type_ref.code));
    }
}
