//! Property names that the definitions do not have, and what was probably meant.

use super::xml_shape;
use crate::definitions::{Content, Element, Shape, ShapeId};
use crate::issue::{Arg, Code, nearest};
use crate::tree::NodeId;
use crate::validate::walk::Walk;

/// Reports a property that is none of the shape's.
pub(crate) fn check_unknown(walk: &mut Walk<'_>, node: NodeId, shape: &Shape, id: ShapeId) {
    let (code, args) = explain(walk, node, shape, id);
    walk.report(code, walk.tree.key_span(node), args);
}

fn explain(walk: &Walk<'_>, node: NodeId, shape: &Shape, id: ShapeId) -> (Code, Vec<Arg>) {
    let names = walk.definitions().names();
    let text = walk.tree.name_text(node);
    let unknown = Arg::Value(text.to_owned());
    if let Some(explained) = xml_shape::explain_unknown(walk, text, shape) {
        return explained;
    }
    if let Some(primitive) = text.strip_prefix('_')
        && names.find(primitive).is_some_and(|name| shape.property(name).is_some())
    {
        return (Code::ShapeUnderscore, vec![unknown]);
    }
    if let Some((element, rest)) = choice_of(walk, shape, text) {
        let written = shape.properties().iter().filter(|property| {
            !property.is_sibling && shape.elements[usize::from(property.element)] == *element
        });
        let allowed = Arg::Terms(written.map(|p| names.text(p.name).to_owned()).collect());
        return if rest.is_empty() {
            (Code::ChoiceUntyped, vec![unknown, allowed])
        } else {
            let choice = Arg::Term(format!("{}[x]", names.text(element.name)));
            (Code::ChoiceType, vec![unknown, choice, allowed])
        };
    }
    let place = Arg::Term(shape.path.clone());
    if let Some(owner) = owner_of(walk, node, shape, id) {
        return (Code::ElementMisplaced, vec![unknown, place, Arg::Term(owner)]);
    }
    let is_sibling = text.starts_with('_');
    let known = shape.properties().iter().filter(|property| property.is_sibling == is_sibling);
    let near = nearest(text, known.map(|property| names.text(property.name)));
    (Code::ElementUnknown, vec![unknown, place, Arg::Terms(near)])
}

/// The choice that a name such as `value` or `valueFoo` is of, and the rest behind `value`.
fn choice_of<'s, 't>(
    walk: &Walk<'_>,
    shape: &'s Shape,
    text: &'t str,
) -> Option<(&'s Element, &'t str)> {
    let names = walk.definitions().names();
    shape.elements.iter().filter(|element| element.is_choice).find_map(|element| {
        let rest = text.strip_prefix(names.text(element.name))?;
        let is_type = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase());
        is_type.then_some((element, rest))
    })
}

/// The sibling element that has an element of that name: `Patient.name` for `family`.
fn owner_of(walk: &Walk<'_>, node: NodeId, shape: &Shape, id: ShapeId) -> Option<String> {
    let definitions = walk.definitions();
    let wanted = walk.tree.name(node);
    let inner = |element: &Element| match &element.content {
        Content::Shape(index, _) => definitions.shape(ShapeId { index: *index, ..id }),
        Content::Types(types) => {
            let type_id = definitions.type_named(types.first()?.code)?;
            definitions.shape(ShapeId { type_id, index: 0 })
        }
    };
    let holds = |element: &&Element| inner(element).is_some_and(|s| s.property(wanted).is_some());
    let owner = shape.elements.iter().filter(|element| !element.is_choice).find(holds)?;
    Some(format!("{}.{}", shape.path, definitions.names().text(owner.name)))
}
