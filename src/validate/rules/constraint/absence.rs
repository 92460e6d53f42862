//! Constraints that hold where certain elements are absent: `a.empty() or …`, `a.exists() implies …`, `a.all(…)`.
//! Most constraints are of this kind, and most elements are absent from most values. Which elements these are is
//! read from the expression once, so that where they are absent nothing is evaluated.

use crate::fhirpath::ast::{Expression, Literal, Node, Operator, Special};
use crate::tree::NameId;

/// Elements that may be present in an object: never fewer than there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Present(u64);

impl Present {
    /// Nothing is known: each element may be there.
    pub(crate) const ANY: Self = Self(u64::MAX);

    /// Notes that there is an element of that name.
    pub(crate) fn add(&mut self, name: NameId) {
        // One bit serves several names: spread, so that those of one type seldom share theirs.
        self.0 |= 1 << (name.0.wrapping_mul(0x9E37_79B1) >> 26);
    }

    fn has_none_of(self, names: Self) -> bool {
        self.0 & names.0 == 0
    }
}

/// When a constraint is known to hold: where all elements of one of these sets are absent.
#[derive(Debug, Default)]
pub(super) struct Absences(Vec<Present>);

impl Absences {
    /// Reads them from an expression. `element` gives the number of a name that cannot be that of a type.
    pub(super) fn of(expression: &Node, element: &dyn Fn(&str) -> Option<NameId>) -> Self {
        let mut names = Vec::new();
        collect(expression, element, &mut names);
        let holds = |absent: &[NameId]| {
            let absent = |name: &str| element(name).is_some_and(|id| absent.contains(&id));
            known(expression, &absent) == Some(Known::Truth(true))
        };
        let single = names.iter().map(std::slice::from_ref).filter(|set| holds(set));
        let mut found: Vec<Present> = single.map(set_of).collect();
        if found.is_empty() && holds(&names) {
            found.push(set_of(&names));
        }
        Self(found)
    }

    /// True if the constraint holds for an object with these elements, whatever they are.
    pub(super) fn allow(&self, present: Present) -> bool {
        self.0.iter().any(|&absent| present.has_none_of(absent))
    }
}

fn set_of(names: &[NameId]) -> Present {
    let mut set = Present::default();
    for &name in names {
        set.add(name);
    }
    set
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

/// What an expression gives, whatever the elements that are present are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    Truth(bool),
    Number(i64),
}

impl Known {
    fn truth(self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(truth),
            Self::Nothing | Self::Number(_) => None,
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

/// What the expression gives where all names that `absent` takes are absent; none where that depends on what is
/// there, or evaluation may end in an error.
fn known(node: &Node, absent: &dyn Fn(&str) -> bool) -> Option<Known> {
    let nothing = |inner: &Node| known(inner, absent).filter(|it| *it == Known::Nothing);
    match &node.kind {
        Expression::Empty => Some(Known::Nothing),
        Expression::Literal(Literal::Boolean(truth)) => Some(Known::Truth(*truth)),
        Expression::Literal(Literal::Integer(number)) => number.parse().ok().map(Known::Number),
        Expression::Member { focus: None, name } => absent(name).then_some(Known::Nothing),
        Expression::Member { focus: Some(inner), .. } | Expression::Type(_, inner, _) => {
            nothing(inner)
        }
        Expression::Call { focus: Some(inner), name, .. } => {
            match (name.as_str(), known(inner, absent)?) {
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
            let (a, b) = (known(left, absent), known(right, absent));
            // What decides from the right needs a left side that ends without an error.
            binary(*operator, a, b, a.is_some() || is_truth(left))
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

    /// The sets of elements, of `abcd`, whose absence decides.
    fn check(expression: &str, expected: &[&str]) {
        let absences = Absences::of(&parse(expression).expect("FHIRPath"), &number);
        let sets = ["", "a", "b", "c", "d", "ab", "ac", "bc", "abc"];
        let allows = |absent: &&&str| {
            let mut present = Present::default();
            let others = "abcd".chars().filter(|letter| !absent.contains(*letter));
            for letter in others {
                present.add(NameId(letter as u32));
            }
            absences.allow(present)
        };
        let mut found: Vec<&str> = sets.iter().filter(allows).copied().collect();
        // Those that follow from a smaller one say nothing new.
        let all = found.clone();
        let is_within = |inner: &str, outer: &str| {
            inner != outer && inner.chars().all(|letter| outer.contains(letter))
        };
        found.retain(|set| !all.iter().any(|inner| is_within(inner, set)));
        assert_eq!(found, expected, "{expression}");
    }

    #[test]
    fn absent_elements_decide() {
        check("a.empty() or b.matches('x')", &["a"]);
        check("a.exists() implies b.exists()", &["a"]);
        check("a.exists().not() or (a.b.count() > 1)", &["a"]);
        check(
            "a.empty() or b.empty() or (a = '*') or iif(a != '*', b <= a.toInteger())",
            &["a", "b"],
        );
        check("a.all(b.exists())", &["a"]);
        check("a.b.where(c = 1).isDistinct()", &["a"]);
        check("a.empty() and b.c.empty()", &["ab"]);
        check("(a | b).count() <= 1", &["ab"]);
        check("a.empty() or (b.count() <= 1)", &["a", "b"]);
        check("(a is Quantity).exists() implies b", &["a"]);
        check("true", &[""]);
    }

    #[test]
    fn what_is_open_is_evaluated() {
        check("a.exists()", &[]);
        check("a.exists() or b.exists()", &[]);
        check("a = b", &[]);
        check("empty() or a.exists()", &[]);
        check("%resource.a.empty()", &[]);
        check("A.b.empty()", &[]);
        // The left side may be an error.
        check("(a < 1) or b.empty()", &[]);
        check("a.b.toInteger() = 1 or c.empty()", &[]);
        check("a.b or c.empty()", &["ac"]);
    }
}
