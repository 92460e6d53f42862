//! Where an extension may stand (`StructureDefinition.context` of type `element`): a path of FHIR's types leads to an
//! element.

use super::at;
use crate::definitions::{Content, Definitions, ShapeId, View};
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// Checks the contexts of a StructureDefinition, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, definition: View<'_>) {
    for (position, context) in definition.objects("context").enumerate() {
        let path = context.text("expression").filter(|_| context.text("type") == Some("element"));
        let Some(path) = path.filter(|path| is_wrong(walk.definitions(), path)) else { continue };
        let span = walk.tree.span(context.node());
        let args = vec![Arg::Value(path.to_owned())];
        at(walk, &[("context", Some(position))], |walk| {
            walk.report(Code::DefinitionContext, span, args);
        });
    }
}

/// True for a path that leaves the elements of the type that it begins with. Of a profile, and beyond an element of
/// several types, nothing is said.
fn is_wrong(definitions: &Definitions, path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '[' | ']' | '-' | '_');
    let mut steps = path.split('.');
    let first = steps.next().and_then(|name| definitions.find_type(name));
    let Some(type_id) = first.filter(|_| path.chars().all(is_plain)) else { return false };
    let mut shape = ShapeId { type_id, index: 0 };
    for step in steps {
        let Some(own) = definitions.shape(shape) else { return false };
        let name = definitions.names().find(step.strip_suffix("[x]").unwrap_or(step));
        let Some(element) = name.and_then(|name| own.element(name)) else { return true };
        shape = match &element.content {
            Content::Shape(index, _) => ShapeId { index: *index, ..shape },
            Content::Types(types) => match (&types[..], types.first()) {
                ([_], Some(only)) => match definitions.type_named(only.code) {
                    Some(type_id) => ShapeId { type_id, index: 0 },
                    None => return false,
                },
                _ => return false,
            },
        };
    }
    false
}
