//! `=` and `~` (<http://hl7.org/fhirpath/N1/#equality>).

use std::cmp::Ordering;

use super::super::model::Model;
use super::{FhirNode, Quantity, Value, number};
use crate::sort::sort_by;
use crate::tree::{Kind, NodeId, Tree};

/// `=` of two collections: none where one is empty, or where precision leaves it open.
pub(in crate::fhirpath) fn equal(model: &Model, a: &[Value<'_>], b: &[Value<'_>]) -> Option<bool> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a.len() != b.len() {
        return Some(false);
    }
    let mut is_open = false;
    for (a, b) in a.iter().zip(b) {
        match items_equal(model, a, b) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => is_open = true,
        }
    }
    (!is_open).then_some(true)
}

/// `=` of two items.
pub(in crate::fhirpath) fn items_equal(
    model: &Model,
    a: &Value<'_>,
    b: &Value<'_>,
) -> Option<bool> {
    if let (Value::Node(a), Value::Node(b)) = (a, b)
        && a.is_same(b)
    {
        return Some(true);
    }
    match (a.system(model), b.system(model)) {
        (Some(a), Some(b)) => system_equal(&a, &b),
        (None, None) => match (a, b) {
            (Value::Node(a), Value::Node(b)) => complex_equal(model, a, b),
            _ => Some(false),
        },
        _ => match (a.system_or_quantity(model), b.system_or_quantity(model)) {
            (Some(a), Some(b)) => system_equal(&a, &b),
            _ => Some(false),
        },
    }
}

/// `=` of two values of an instance without a system value. Of FHIR Quantities, what else they hold (`unit`
/// for people) does not matter, as long as they are quantities of FHIRPath or have one unit of another system.
fn complex_equal(model: &Model, a: &FhirNode<'_>, b: &FhirNode<'_>) -> Option<bool> {
    if !model.is_quantity(a.type_name) {
        return Some(nodes_equal(a, b));
    }
    let order = match (Quantity::of_node(a, model), Quantity::of_node(b, model)) {
        (Some(a), Some(b)) => a.compare(&b),
        _ => match Quantity::compare_coded(a, b, model) {
            None => return Some(nodes_equal(a, b)),
            order => order,
        },
    };
    order.map(|order| order == Ordering::Equal)
}

fn system_equal(a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => Some(a == b),
        (Value::String(a), Value::String(b)) => Some(a == b),
        (Value::Type(a), Value::Type(b)) => Some(a == b),
        (Value::Temporal(a), Value::Temporal(b)) => {
            let is_time =
                |t: &super::temporal::Temporal| t.kind == super::temporal::TemporalType::Time;
            if is_time(a) != is_time(b) {
                return Some(false);
            }
            a.compare(*b).map(|order| order == Ordering::Equal)
        }
        (Value::Quantity(a), Value::Quantity(b)) => a.compare(b).map(|o| o == Ordering::Equal),
        (Value::Quantity(a), b) | (b, Value::Quantity(a)) if b.decimal().is_some() => {
            let b = super::Quantity { value: b.decimal()?, unit: super::Unit::ONE };
            a.compare(&b).map(|order| order == Ordering::Equal)
        }
        _ => match (a.decimal(), b.decimal()) {
            (Some(a), Some(b)) => Some(a == b),
            _ => Some(false),
        },
    }
}

/// Two values of an instance without a system value: the same content, whatever the order of properties.
fn nodes_equal(a: &FhirNode<'_>, b: &FhirNode<'_>) -> bool {
    let part = |a: Option<NodeId>, b: Option<NodeId>, (x, y): (&Tree, &Tree)| match (a, b) {
        (Some(a), Some(b)) => trees_equal((x, a), (y, b)),
        (None, None) => true,
        _ => false,
    };
    let trees = (a.tree, b.tree);
    part(a.cursor.node, b.cursor.node, trees) && part(a.cursor.sibling, b.cursor.sibling, trees)
}

fn trees_equal((x, a): (&Tree, NodeId), (y, b): (&Tree, NodeId)) -> bool {
    if x.kind(a) != y.kind(b) {
        return false;
    }
    match x.kind(a) {
        Kind::Object => {
            let count = x.children(a).count();
            count == y.children(b).count() && objects_equal((x, a), (y, b))
        }
        Kind::Array => {
            let mut others = y.children(b);
            x.children(a).all(|a| others.next().is_some_and(|b| trees_equal((x, a), (y, b))))
                && others.next().is_none()
        }
        Kind::Number => match (number::parse(x.value(a)), number::parse(y.value(b))) {
            (Some(a), Some(b)) => a == b,
            _ => x.value(a) == y.value(b),
        },
        _ => x.value(a) == y.value(b),
    }
}

/// Properties mostly stand in the same order: only where they do not is there a search.
fn objects_equal((x, a): (&Tree, NodeId), (y, b): (&Tree, NodeId)) -> bool {
    let in_order = x.children(a).zip(y.children(b)).all(|(a, b)| x.name_text(a) == y.name_text(b));
    if in_order {
        return x.children(a).zip(y.children(b)).all(|(a, b)| trees_equal((x, a), (y, b)));
    }
    let sorted = |tree: &Tree, node| {
        let mut all: Vec<NodeId> = tree.children(node).collect();
        sort_by(&mut all, |&a, &b| tree.name_text(a).cmp(tree.name_text(b)));
        all
    };
    let (left, right) = (sorted(x, a), sorted(y, b));
    left.iter()
        .zip(&right)
        .all(|(&a, &b)| x.name_text(a) == y.name_text(b) && trees_equal((x, a), (y, b)))
}

/// `~` of two collections: always decided, whatever the order.
pub(in crate::fhirpath) fn equivalent(model: &Model, a: &[Value<'_>], b: &[Value<'_>]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut is_taken = vec![false; b.len()];
    a.iter().all(|a| {
        let free = |at: &usize| !is_taken[*at] && items_equivalent(model, a, &b[*at]);
        let found = (0..b.len()).find(free);
        found.map(|at| is_taken[at] = true).is_some()
    })
}

fn items_equivalent(model: &Model, a: &Value<'_>, b: &Value<'_>) -> bool {
    let (Some(x), Some(y)) = (a.system_or_quantity(model), b.system_or_quantity(model)) else {
        return nodes_equivalent(model, a, b);
    };
    match (&x, &y) {
        (Value::String(a), Value::String(b)) => folded(a).eq(folded(b)),
        (Value::Quantity(a), Value::Quantity(b)) => a.equivalent(b),
        (Value::Temporal(a), Value::Temporal(b)) => {
            let is_second =
                |t: &super::temporal::Temporal| t.precision >= super::temporal::Precision::Second;
            (a.precision == b.precision || is_second(a) && is_second(b))
                && a.compare(*b) == Some(Ordering::Equal)
        }
        _ => match (x.decimal(), y.decimal()) {
            (Some(a), Some(b)) => number::equivalent(a, b),
            _ => system_equal(&x, &y) == Some(true),
        },
    }
}

/// In lower case, each character of white space as a space.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    let space = |c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c };
    text.chars().map(space).flat_map(char::to_lowercase)
}

fn nodes_equivalent(model: &Model, a: &Value<'_>, b: &Value<'_>) -> bool {
    let (Value::Node(a), Value::Node(b)) = (a, b) else { return false };
    if a.is_same(b) {
        return true;
    }
    if let Some(order) = Quantity::compare_coded(a, b, model) {
        return order == Ordering::Equal;
    }
    let (left, right): (Vec<_>, Vec<_>) =
        (model.children(a).collect(), model.children(b).collect());
    if left.is_empty() && right.is_empty() {
        return nodes_equal(a, b);
    }
    left.len() == right.len()
        && left.iter().all(|(name, value)| {
            right.iter().any(|(other, candidate)| {
                name == other
                    && items_equivalent(model, &Value::Node(*value), &Value::Node(*candidate))
            })
        })
}
