//! `usage` of an additional binding (R5 ElementDefinition.binding.additional): where the binding applies. What can be
//! told of a resource is that one of its elements has a code; a usage that asks for anything else (a
//! jurisdiction, a workflow) is not known here, and its binding is not asked for.

use super::literal::{child, contains};
use crate::cursor::Cursor;
use crate::definitions::profile::Literal;
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

/// True if a binding with these usages applies to the resource that the walk is in: it has none, or one holds.
pub(crate) fn applies(walk: &Walk<'_>, usages: &[Literal]) -> bool {
    usages.is_empty() || usages.iter().any(|usage| holds(walk, usage).unwrap_or(false))
}

/// None where the usage names no element and no code.
fn holds(walk: &Walk<'_>, usage: &Literal) -> Option<bool> {
    let (known, names) = (walk.known(), walk.definitions().names());
    let path = usage.get(known.code)?.get(known.code)?.text()?;
    let concept = usage.get(names.find("valueCodeableConcept")?)?;
    let Literal::List(codings) = concept.get(known.coding)? else { return None };
    let values = values_at(walk, path)?;
    Some(values.iter().any(|&value| codings.iter().any(|coding| has_code(walk, value, coding))))
}

/// The values of the element at a path that begins with the type of the resource.
fn values_at(walk: &Walk<'_>, path: &str) -> Option<Vec<NodeId>> {
    let (tree, definitions) = (walk.tree, walk.definitions());
    let mut steps = path.split('.');
    let resource = Cursor::resource(tree, definitions, walk.scope?.node());
    let type_name = resource.node.and_then(|node| tree.child_text(node, "resourceType"));
    if steps.next() != type_name {
        return None;
    }
    let mut values = vec![resource];
    for step in steps {
        let name = definitions.names().find(step.strip_suffix("[x]").unwrap_or(step))?;
        let below = values.iter().flat_map(|it| it.child_values(tree, definitions, name));
        values = below.collect();
    }
    Some(values.iter().filter_map(|value| value.node).collect())
}

/// True for a CodeableConcept with the coding, the coding itself, and a code that is that of the coding.
fn has_code(walk: &Walk<'_>, value: NodeId, coding: &Literal) -> bool {
    let (tree, known) = (walk.tree, walk.known());
    match child(tree, value, known.coding) {
        Some(list) => tree.children(list).any(|entry| contains(tree, entry, coding)),
        None if tree.kind(value) == Kind::Object => contains(tree, value, coding),
        None => {
            let code = coding.get(known.code).and_then(Literal::text);
            code == Some(tree.value(value))
        }
    }
}
