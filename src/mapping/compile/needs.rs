//! What a condition needs: elements without which it cannot hold, so that it need not be asked where none of them is there.

use super::Scope;
use crate::definitions::Definitions;
use crate::fhirpath::ast::{Expression, Literal, Node, Operator, Special};
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
            Operator::Equal if is_some(b) && counted(a).is_some() => {
                Some(vec![first_step(counted(a)?, scope)?])
            }
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

/// `a` of `a.count()`
fn counted(count: &Node) -> Option<&Node> {
    match &count.kind {
        Expression::Call { focus, name, .. } if name == "count" => focus.as_deref(),
        _ => None,
    }
}

/// A number that is not 0.
fn is_some(number: &Node) -> bool {
    matches!(&number.kind, Expression::Literal(Literal::Integer(number)) if number != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &str, expected: Option<&[&str]>) {
        let node = crate::fhirpath::parse(condition).expect("FHIRPath");
        let mut scope = Scope::default();
        scope.add_source("variable", None);
        assert_eq!(needed(&node, &scope).as_deref(), expected, "{condition}");
    }

    #[test]
    fn a_condition_needs_what_it_asks_for() {
        check("a.exists()", Some(&["a"]));
        check("$this.a.where(b = 'x').exists()", Some(&["a"]));
        check("a.b = 'x'", Some(&["a"]));
        check("a != 'x'", Some(&["a"]));
        check("a in ('x' | 'y')", Some(&["a"]));
        check("a.exists() or b[0] = 'x'", Some(&["a", "b"]));
        check("a.count() = 1", Some(&["a"]));
    }

    #[test]
    fn of_two_conditions_one_is_enough_where_the_other_cannot_fail() {
        check("a = 'x' and b.exists().not()", Some(&["a"]));
        check("a.empty() and b in ('x' | 'y')", Some(&["b"]));
        check("a = 'x' and b.single() = 'y'", None);
    }

    #[test]
    fn what_may_hold_without_anything_needs_nothing() {
        check("a.exists().not()", None);
        check("a.empty() or b.exists()", None);
        check("a ~ 'x'", None);
        check("a.count() = 0", None);
        check("a.count()", None);
        check("a = b", None);
        check("variable.exists()", None);
        check("$this = 'x'", None);
    }
}
