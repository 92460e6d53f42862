//! What a condition needs: elements without which it cannot hold, so that it need not be asked where none of them is there.

use super::Scope;
use crate::definitions::Definitions;
use crate::fhirpath::ast::{Expression, Node, Operator, Special};
use crate::tree::NameId;

/// Functions that give nothing for nothing.
const PARTS: [&str; 9] =
    ["where", "select", "first", "last", "tail", "skip", "take", "ofType", "distinct"];

/// The elements of `$this` of which one has to be there for the condition to hold. Empty where that is not known, or where
/// its parts might fail, which has to be told.
pub(super) fn needs(condition: &Node, scope: &Scope, definitions: &Definitions) -> Vec<NameId> {
    let needed = needed(condition, scope).unwrap_or_default();
    let element = |name| {
        // At the beginning of a path it may as well be the type of the value itself.
        let is_type = definitions.find_type(name).is_some();
        definitions.names().find(name).filter(|_| !is_type)
    };
    needed.into_iter().map(element).collect::<Option<_>>().unwrap_or_default()
}

fn needed<'e>(condition: &'e Node, scope: &Scope) -> Option<Vec<&'e str>> {
    match &condition.kind {
        Expression::Call { focus: Some(focus), name, .. } if name == "exists" => {
            Some(vec![first_step(focus, scope)?])
        }
        Expression::Binary(operator, a, b) => match operator {
            Operator::Or => Some([needed(a, scope)?, needed(b, scope)?].concat()),
            Operator::And => match (needed(a, scope), needed(b, scope)) {
                (Some(needed), _) if is_harmless(b, scope) => Some(needed),
                (_, Some(needed)) if is_harmless(a, scope) => Some(needed),
                _ => None,
            },
            Operator::Equal | Operator::NotEqual | Operator::In if is_plain(b) => {
                Some(vec![first_step(a, scope)?])
            }
            _ => None,
        },
        _ => None,
    }
}

/// The element that a path begins with.
fn first_step<'e>(path: &'e Node, scope: &Scope) -> Option<&'e str> {
    match &path.kind {
        Expression::Member { focus: None, name } => scope.find(name).is_none().then_some(name),
        Expression::Member { focus: Some(focus), name } => match &focus.kind {
            Expression::Special(Special::This) => Some(name),
            _ => first_step(focus, scope),
        },
        Expression::Call { focus: Some(focus), name, .. } if PARTS.contains(&name.as_str()) => {
            first_step(focus, scope)
        }
        Expression::Indexer(focus, _) => first_step(focus, scope),
        _ => None,
    }
}

/// True for what cannot fail whatever is there: a comparison of a path, or a question whether it leads anywhere.
fn is_harmless(condition: &Node, scope: &Scope) -> bool {
    match &condition.kind {
        Expression::Call { focus: Some(focus), name, .. } => match name.as_str() {
            "exists" | "empty" => first_step(focus, scope).is_some(),
            "not" => is_harmless(focus, scope),
            _ => false,
        },
        Expression::Binary(Operator::And | Operator::Or, a, b) => {
            is_harmless(a, scope) && is_harmless(b, scope)
        }
        Expression::Binary(Operator::Equal | Operator::NotEqual | Operator::In, a, b) => {
            first_step(a, scope).is_some() && is_plain(b)
        }
        _ => false,
    }
}

/// Values that are written out.
fn is_plain(values: &Node) -> bool {
    match &values.kind {
        Expression::Literal(_) => true,
        Expression::Binary(Operator::Union, a, b) => is_plain(a) && is_plain(b),
        _ => false,
    }
}
