//! Keys of constraints: within a profile, and beside the types that it constrains, a key stands for one expression
//! (R5 ElementDefinition.constraint.key). To repeat a constraint as it is is no fault.

use std::collections::HashMap;
use std::sync::Arc;

use super::at;
use crate::definitions::{ConstraintId, Content, Definitions, ShapeId, TypeDef, View};
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// Checks the constraints of the elements of a differential.
pub(super) fn check(walk: &mut Walk<'_>, differential: View<'_>) {
    // By key: the expression that it first had here, and where.
    let mut first: HashMap<&str, (&str, &str)> = HashMap::new();
    for (position, element) in differential.objects("element").enumerate() {
        let path = element.text("path").unwrap_or_default();
        let mut constraints = element.objects("constraint").enumerate().peekable();
        if constraints.peek().is_none() {
            continue;
        }
        let of_types = constraints_at(walk.definitions(), path);
        for (index, constraint) in constraints {
            let texts = constraint.text("key").zip(constraint.text("expression"));
            let Some((key, expression)) = texts else { continue };
            let of_type = of_types.iter().find(|known| known.key == key);
            let known = match of_type {
                Some(known) => (known.expression, known.owner),
                None => *first.entry(key).or_insert((expression, path)),
            };
            if !is_same(known.0, expression) {
                let args = vec![Arg::Value(key.to_owned()), Arg::Term(known.1.to_owned())];
                let span = walk.tree.span(constraint.node());
                let element = ("element", Some(position));
                let place = [("differential", None), element, ("constraint", Some(index))];
                at(walk, &place, |walk| walk.report(Code::DefinitionConstraintKey, span, args));
            }
        }
    }
}

/// A constraint of a type, or of an element of one.
struct Known<'d> {
    key: &'d str,
    expression: &'d str,
    /// The name of the type.
    owner: &'d str,
}

/// What the types ask of the element at a path: the element in its type, and the types that it can have.
fn constraints_at<'d>(definitions: &'d Definitions, path: &str) -> Vec<Known<'d>> {
    let mut found = Vec::new();
    let mut steps = path.split('.');
    let type_id = steps.next().and_then(|name| definitions.find_type(name));
    let Some(root) = type_id.and_then(|id| definitions.type_def(id)) else { return found };
    let mut types = vec![root];
    let mut shape = type_id.map(|type_id| ShapeId { type_id, index: 0 });
    let mut own: Option<(&TypeDef, &Arc<[ConstraintId]>)> = None;
    for step in steps {
        let name = definitions.names().find(step.strip_suffix("[x]").unwrap_or(step));
        let inner = shape.zip(name).and_then(|(id, name)| {
            let owner = definitions.type_def(id.type_id)?;
            Some((id, owner, definitions.shape(id)?.element(name)?))
        });
        let Some((id, owner, element)) = inner else { return found };
        own = Some((owner, &element.constraints));
        let codes = match &element.content {
            Content::Shape(index, code) => {
                shape = Some(ShapeId { index: *index, ..id });
                vec![*code]
            }
            Content::Types(list) => {
                let only = list.first().filter(|_| list.len() == 1);
                let type_id = only.and_then(|it| definitions.type_named(it.code));
                shape = type_id.map(|type_id| ShapeId { type_id, index: 0 });
                list.iter().map(|it| it.code).collect()
            }
        };
        let ids = codes.iter().filter_map(|&code| definitions.type_named(code));
        types = ids.filter_map(|id| definitions.type_def(id)).collect();
    }
    let of_types = types.iter().map(|&it| (it, &it.constraints));
    for (owner, ids) in own.into_iter().chain(of_types) {
        let owner = definitions.names().text(owner.name);
        found.extend(ids.iter().map(|&id| {
            let constraint = definitions.constraint(id);
            Known { key: &constraint.key, expression: &constraint.expression, owner }
        }));
    }
    found
}

/// True for expressions that differ in white space only.
fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
