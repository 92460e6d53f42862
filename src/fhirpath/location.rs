//! Where a node stands, as a FHIRPath location: `Observation.component[1].value.ofType(Quantity)`.

use std::fmt::Write;

use super::model::Model;
use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::ShapeId;
use crate::tree::{Kind, NodeId, Tree};

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
    let mut way = Vec::new();
    let mut current = Some(node).filter(|&node| node != NodeId::ROOT);
    while let Some(node) = current {
        way.push(node);
        current = tree.parent(node).filter(|&parent| parent != NodeId::ROOT);
    }
    let mut text = tree.child_text(NodeId::ROOT, "resourceType").unwrap_or("$this").to_owned();
    let mut cursor = Cursor::resource(tree, model.definitions(), NodeId::ROOT);
    for node in way.into_iter().rev() {
        let parent = tree.parent(node).unwrap_or(NodeId::ROOT);
        // Writing to a String cannot fail.
        if tree.kind(parent) == Kind::Array {
            let index = tree.children(parent).take_while(|&entry| entry < node).count();
            let _ = write!(text, "[{index}]");
        } else {
            cursor = step(model, tree, cursor, node, (style, &mut text));
            if style == Style::Indexed && tree.kind(node) != Kind::Array {
                text.push_str("[0]");
            }
        }
        if cursor.target == Target::Resource && tree.kind(node) == Kind::Object {
            cursor = Cursor::resource(tree, model.definitions(), node);
        }
    }
    text
}

/// Writes the step to a property, and says what its values are seen through.
fn step(
    model: &Model,
    tree: &Tree,
    from: Cursor,
    node: NodeId,
    (style, text): (Style, &mut String),
) -> Cursor {
    let name = tree.name(node);
    let shape = match from.target {
        Target::Object(id) => Some(id),
        Target::Primitive(type_id) => Some(ShapeId { type_id, index: 0 }),
        Target::Resource | Target::Unknown => None,
    };
    let view = shape.and_then(|id| {
        let shape = model.definitions().shape(id)?;
        let (_, property) = shape.property(name)?;
        let element = shape.elements.get(usize::from(property.element))?;
        Some(ElementView::new(element, property, id))
    });
    let Some(view) = view else {
        let _ = write!(text, ".{}", tree.names().text(name));
        return Cursor { node: None, sibling: None, target: Target::Unknown };
    };
    let _ = write!(text, ".{}", tree.names().text(view.element.name));
    let is_chosen = style == Style::Location && view.element.is_choice;
    if let Some(type_ref) = view.type_ref.filter(|_| is_chosen) {
        let _ = write!(text, ".ofType({})", tree.names().text(type_ref.code));
    }
    Cursor { node: None, sibling: None, target: view.target(model.definitions()) }
}
