//! Constraints that are met by which elements there are, whatever is in them: `a.empty() or …` where `a` is absent,
//! `… or b.exists()` where `b` is present. Most constraints are of this kind, and most elements are absent from most
//! values. What decides is read from the expression once, so that where it is met nothing is evaluated.

use std::sync::OnceLock;

use super::elements::{Elements, bit};
use crate::definitions::{Definitions, Shape, ShapeId};
use crate::fhirpath::ast::{Expression, Literal, Node, Operator, Special};
use crate::tree::NameId;

/// What meets a constraint: one of these.
#[derive(Debug, Default)]
pub(super) struct Decided {
    any_of: Vec<Facts>,
    /// For the shape that was asked for first, which is mostly the only one.
    masks: OnceLock<(ShapeId, Vec<Option<Masks>>)>,
}

/// Elements that have to be absent, and such that have to be present.
type Facts = Vec<(NameId, Presence)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Absent,
    Present,
}

/// [`Facts`] as bits of a shape.
#[derive(Clone, Copy, Debug, Default)]
struct Masks {
    absent: u64,
    present: u64,
}

impl Decided {
    /// What decides an expression. `element` gives the number of a name that cannot be that of a type.
    pub(super) fn of(expression: &Node, element: &dyn Fn(&str) -> Option<NameId>) -> Self {
        let mut names = Vec::new();
        collect(expression, element, &mut names);
        let holds = |facts: &[(NameId, Presence)]| {
            let told = |name: &str| {
                let id = element(name)?;
                facts.iter().find(|(name, _)| *name == id).map(|&(_, presence)| presence)
            };
            known(expression, &told) == Some(Known::Truth(true))
        };
        let both = |&name: &NameId| [(name, Presence::Absent), (name, Presence::Present)];
        let all: Facts = names.iter().flat_map(both).collect();
        let mut any_of: Vec<Facts> =
            all.iter().map(|&fact| vec![fact]).filter(|facts| holds(facts)).collect();
        let absent: Facts = names.iter().map(|&name| (name, Presence::Absent)).collect();
        if any_of.is_empty() && holds(&absent) {
            any_of.push(absent);
        }
        Self { any_of, masks: OnceLock::new() }
    }

    /// True if the constraint is met by an object with these elements, whatever is in them.
    pub(super) fn is_met(&self, elements: Elements, definitions: &Definitions) -> bool {
        if self.any_of.is_empty() {
            return false;
        }
        let id = elements.shape();
        let masks = |facts: &Facts| masks(facts, definitions.shape(id)?);
        let (own, known) = self.masks.get_or_init(|| (id, self.any_of.iter().map(masks).collect()));
        if *own == id {
            known.iter().flatten().any(|masks| masks.fit(elements))
        } else {
            self.any_of.iter().filter_map(masks).any(|masks| masks.fit(elements))
        }
    }
}

impl Masks {
    fn fit(self, elements: Elements) -> bool {
        elements.have(self.absent, self.present)
    }
}

/// None where a fact is about an element of which nothing can be known.
fn masks(facts: &Facts, shape: &Shape) -> Option<Masks> {
    let mut masks = Masks::default();
    for &(name, presence) in facts {
        let position = shape.elements.iter().position(|element| element.name == name);
        match (position.map(bit), presence) {
            // What a shape does not have is always absent.
            (None, Presence::Absent) => {}
            (None | Some(0), _) => return None,
            (Some(bit), Presence::Absent) => masks.absent |= bit,
            (Some(bit), Presence::Present) => masks.present |= bit,
        }
    }
    Some(masks)
}

/// The names of elements that paths begin with, each once.
fn collect(node: &Node, element: &dyn Fn(&str) -> Option<NameId>, names: &mut Vec<NameId>) {
    match &node.kind {
        Expression::Member { focus: None, name } => {
            names.extend(element(name).filter(|id| !names.contains(id)));
        }
        Expression::Member { focus: Some(inner), .. }
        | Expression::Call { focus: Some(inner), .. }
        | Expression::Type(_, inner, _) => collect(inner, element, names),
        Expression::Binary(_, left, right) => {
            collect(left, element, names);
            collect(right, element, names);
        }
        _ => {}
    }
}

/// What an expression gives, whatever is in the elements that are present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    /// One item or more.
    Something,
    Truth(bool),
    Number(i64),
}

impl Known {
    fn truth(self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(truth),
            Self::Nothing | Self::Something | Self::Number(_) => None,
        }
    }
}

/// Functions that give nothing for nothing, without looking at their arguments.
const OF_NOTHING: [&str; 13] = [
    "where",
    "select",
    "first",
    "last",
    "single",
    "distinct",
    "ofType",
    "as",
    "is",
    "resolve",
    "matches",
    "length",
    "toInteger",
];

/// What the expression gives where elements are as `told`; none where that depends on what is in them, or on others,
/// or where evaluation may end in an error.
fn known(node: &Node, told: &dyn Fn(&str) -> Option<Presence>) -> Option<Known> {
    let nothing = |inner: &Node| known(inner, told).filter(|it| *it == Known::Nothing);
    match &node.kind {
        Expression::Empty => Some(Known::Nothing),
        Expression::Literal(Literal::Boolean(truth)) => Some(Known::Truth(*truth)),
        Expression::Literal(Literal::Integer(number)) => number.parse().ok().map(Known::Number),
        Expression::Member { focus: None, name } => told(name).map(|presence| match presence {
            Presence::Absent => Known::Nothing,
            Presence::Present => Known::Something,
        }),
        Expression::Member { focus: Some(inner), .. } | Expression::Type(_, inner, _) => {
            nothing(inner)
        }
        Expression::Call { focus: Some(inner), name, arguments } => {
            match (name.as_str(), known(inner, told)?) {
                ("exists", Known::Something) if arguments.is_empty() => Some(Known::Truth(true)),
                ("empty", Known::Something) => Some(Known::Truth(false)),
                ("not", Known::Truth(truth)) => Some(Known::Truth(!truth)),
                ("empty" | "all" | "allTrue" | "allFalse" | "isDistinct", Known::Nothing) => {
                    Some(Known::Truth(true))
                }
                ("exists" | "hasValue" | "anyTrue" | "anyFalse", Known::Nothing) => {
                    Some(Known::Truth(false))
                }
                ("count", Known::Nothing) => Some(Known::Number(0)),
                (name, Known::Nothing) => OF_NOTHING.contains(&name).then_some(Known::Nothing),
                _ => None,
            }
        }
        Expression::Binary(operator, left, right) => {
            let (a, b) = (known(left, told), known(right, told));
            // What decides from the right needs a left side that ends without an error.
            let is_safe = a.is_some_and(|a| a != Known::Something) || is_truth(left);
            binary(*operator, a, b, is_safe)
        }
        _ => None,
    }
}

/// `b_decides` where the left side is no error.
fn binary(
    operator: Operator,
    a: Option<Known>,
    b: Option<Known>,
    b_decides: bool,
) -> Option<Known> {
    let not = |truth: Option<bool>| truth.map(|truth| !truth);
    let either = |a, b| match (a, b) {
        (Some(true), _) => Some(true),
        (_, Some(true)) if b_decides => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let (x, y) = (a.and_then(Known::truth), b.and_then(Known::truth));
    let truth = match operator {
        Operator::Or => either(x, y),
        Operator::Implies => either(not(x), y),
        Operator::And => not(either(not(x), not(y))),
        Operator::Union => return a.filter(|it| *it == Known::Nothing && a == b),
        _ => compare(operator, a, b),
    };
    truth.map(Known::Truth)
}

fn compare(operator: Operator, a: Option<Known>, b: Option<Known>) -> Option<bool> {
    let (Some(Known::Number(a)), Some(Known::Number(b))) = (a, b) else { return None };
    Some(match operator {
        Operator::Less => a < b,
        Operator::LessOrEqual => a <= b,
        Operator::Greater => a > b,
        Operator::GreaterOrEqual => a >= b,
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        _ => return None,
    })
}

/// True if the expression is a truth, or nothing, and never an error.
fn is_truth(node: &Node) -> bool {
    match &node.kind {
        Expression::Literal(Literal::Boolean(_)) => true,
        Expression::Call { focus: Some(inner), name, arguments } if arguments.is_empty() => {
            match name.as_str() {
                "exists" | "empty" => is_path(inner),
                "not" => is_truth(inner),
                _ => false,
            }
        }
        Expression::Binary(operator, left, right) => match operator {
            Operator::And | Operator::Or | Operator::Implies => is_truth(left) && is_truth(right),
            Operator::Equal | Operator::NotEqual => is_path(left) && is_path(right),
            _ => false,
        },
        _ => false,
    }
}

/// True for a value that is written out, and for steps from element to element.
fn is_path(node: &Node) -> bool {
    match &node.kind {
        Expression::Literal(_) | Expression::Special(Special::This) => true,
        Expression::Member { focus, .. } => focus.as_deref().is_none_or(is_path),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhirpath::parse;

    /// Elements are called by one letter here.
    fn number(name: &str) -> Option<NameId> {
        name.chars().next().filter(char::is_ascii_lowercase).map(|letter| NameId(letter as u32))
    }

    /// The facts that decide: `-a` where `a` is absent, `+a` where it is present.
    fn check(expression: &str, expected: &[&str]) {
        let decided = Decided::of(&parse(expression).expect("FHIRPath"), &number);
        let fact = |&(name, presence): &(NameId, Presence)| {
            let sign = if presence == Presence::Absent { '-' } else { '+' };
            format!("{sign}{}", char::from(name.0 as u8))
        };
        let found: Vec<String> =
            decided.any_of.iter().map(|facts| facts.iter().map(fact).collect()).collect();
        assert_eq!(found, expected, "{expression}");
    }

    #[test]
    fn absent_elements_decide() {
        check("a.empty() or b.matches('x')", &["-a"]);
        check("a.exists().not() or (a.b.count() > 1)", &["-a"]);
        check(
            "a.empty() or b.empty() or (a = '*') or iif(a != '*', b <= a.toInteger())",
            &["-a", "-b"],
        );
        check("a.all(b.exists())", &["-a"]);
        check("a.b.where(c = 1).isDistinct()", &["-a"]);
        check("a.empty() and b.c.empty()", &["-a-b"]);
        check("(a | b).count() <= 1", &["-a-b"]);
        check("a.empty() or (b.count() <= 1)", &["-a", "-b"]);
        check("(a is Quantity).exists() implies b", &["-a"]);
        check("a.b or c.empty()", &["-a-c"]);
        check("true", &[""]);
    }

    #[test]
    fn present_elements_decide() {
        check("a.exists()", &["+a"]);
        check("a.empty() or b.exists()", &["-a", "+b"]);
        check("a.exists() implies b.exists()", &["-a", "+b"]);
        check("a.exists() or b.hasValue()", &["+a"]);
        check("a.empty().not()", &["+a"]);
    }

    #[test]
    fn what_is_open_is_evaluated() {
        check("a.exists(b = 1)", &[]);
        check("a.b.exists()", &[]);
        check("a = b", &[]);
        check("empty() or exists()", &[]);
        check("%resource.a.empty()", &[]);
        check("A.b.empty()", &[]);
        check("a implies b.c", &[]);
        // The left side may be an error.
        check("(a < 1) or b.empty()", &[]);
        check("a or b.exists()", &[]);
        check("a.b.toInteger() = 1 or c.empty()", &[]);
    }
}
