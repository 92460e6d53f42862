//! From FHIRPath to a [`Test`], which is answered by looking at what is there.

use std::cmp::Ordering;

use super::Scope;
use crate::definitions::Definitions;
use crate::fhirpath::ast::{Expression, Literal, Node, Operator, Special};
use crate::mapping::program::{Name, Path, Step, Test};
use crate::text::Regular;

/// The condition as a test; none where it asks for something else.
pub(super) fn test(condition: &Node, scope: &Scope, definitions: &Definitions) -> Option<Test> {
    Tests { scope, definitions }.test(condition)
}

struct Tests<'c> {
    scope: &'c Scope,
    definitions: &'c Definitions,
}

impl Tests<'_> {
    fn test(&self, condition: &Node) -> Option<Test> {
        match &condition.kind {
            Expression::Call { focus, name, arguments } => {
                self.call(focus.as_deref(), name, arguments)
            }
            Expression::Binary(operator, a, b) => self.binary(*operator, a, b),
            _ => None,
        }
    }

    fn call(&self, focus: Option<&Node>, name: &str, arguments: &[Node]) -> Option<Test> {
        match (name, arguments) {
            ("exists", []) => self.exists(focus),
            ("empty", []) => Some(not(self.exists(focus)?)),
            ("not", []) => Some(not(self.test(focus?)?)),
            ("matches", [pattern]) => {
                let regular = Regular::new(text(pattern)?, "", false)?;
                Some(Test::Matches(self.path(focus)?, Box::new(regular)))
            }
            _ => None,
        }
    }

    /// A union is there where one of its parts is.
    fn exists(&self, focus: Option<&Node>) -> Option<Test> {
        if let Some(Expression::Binary(Operator::Union, a, b)) = focus.map(|it| &it.kind) {
            return Some(Test::Or(Box::new([self.exists(Some(a))?, self.exists(Some(b))?])));
        }
        self.path(focus).map(Test::Exists)
    }

    fn binary(&self, operator: Operator, a: &Node, b: &Node) -> Option<Test> {
        let parts = || Some(Box::new([self.test(a)?, self.test(b).unwrap_or(Test::Unseen)]));
        Some(match operator {
            Operator::And => Test::And(parts()?),
            Operator::Or => Test::Or(parts()?),
            Operator::In => {
                let mut wanted = Vec::new();
                collect_texts(b, &mut wanted)?;
                Test::In(self.path(Some(a))?, wanted)
            }
            Operator::NotEqual => not(self.binary(Operator::Equal, a, b)?),
            Operator::Equal | Operator::Less | Operator::Greater if is_count(a) => {
                let Expression::Call { focus, .. } = &a.kind else { return None };
                let Expression::Literal(Literal::Integer(number)) = &b.kind else { return None };
                let order = match operator {
                    Operator::Less => Ordering::Less,
                    Operator::Greater => Ordering::Greater,
                    _ => Ordering::Equal,
                };
                Test::Count(self.path(focus.as_deref())?, order, number.parse().ok()?)
            }
            Operator::Equal => match (self.path(Some(a))?, text(b)) {
                (path, Some(wanted)) => Test::Equal(path, wanted.into()),
                (path, None) => Test::Same(path, self.path(Some(b))?),
            },
            _ => return None,
        })
    }

    /// A path; nothing is `$this`.
    fn path(&self, path: Option<&Node>) -> Option<Path> {
        let this = || Some(Path { start: None, steps: Vec::new() });
        let Some(path) = path else { return this() };
        match &path.kind {
            Expression::Special(Special::This) => this(),
            Expression::Variable(name) => self.variable(name),
            Expression::Member { focus: None, name } => match self.variable(name) {
                None => Some(with(this()?, self.first_step(name)?)),
                known => known,
            },
            Expression::Member { focus: Some(focus), name } => {
                Some(with(self.path(Some(focus))?, Step::Element(self.name(name))))
            }
            Expression::Call { focus, name, arguments } if name == "where" => {
                let [criterion] = arguments.as_slice() else { return None };
                Some(with(self.path(focus.as_deref())?, Step::Where(self.test(criterion)?)))
            }
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<Path> {
        let (slot, _) = self.scope.find(name)?;
        Some(Path { start: Some(slot), steps: Vec::new() })
    }

    /// The beginning of a path may as well be the type of the value itself.
    fn first_step(&self, text: &str) -> Option<Step> {
        let name = self.name(text);
        match name.id {
            Some(id) if self.definitions.type_named(id).is_some() => Some(Step::NotType(name)),
            None if text.starts_with(|c: char| c.is_ascii_uppercase()) => None,
            _ => Some(Step::Element(name)),
        }
    }

    fn name(&self, text: &str) -> Name {
        Name::new(text, self.definitions, None)
    }
}

fn with(mut path: Path, step: Step) -> Path {
    path.steps.push(step);
    path
}

fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

fn is_count(node: &Node) -> bool {
    matches!(&node.kind, Expression::Call { name, .. } if name == "count")
}

fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Expression::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

/// The texts of `('a' | 'b')`.
fn collect_texts(node: &Node, found: &mut Vec<Box<str>>) -> Option<()> {
    if let Expression::Binary(Operator::Union, a, b) = &node.kind {
        collect_texts(a, found)?;
        return collect_texts(b, found);
    }
    found.push(text(node)?.into());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &str, is_test: bool) {
        let node = crate::fhirpath::parse(condition).expect("FHIRPath");
        let mut scope = Scope::default();
        scope.add_source("read", None);
        scope.add_target("made", None);
        let found = test(&node, &scope, &Definitions::default());
        assert_eq!(found.is_some(), is_test, "{condition}: {found:?}");
    }

    #[test]
    fn what_asks_for_presence_and_compares_texts_is_a_test() {
        check("a.b.exists()", true);
        check("(a | read.b).exists().not() and %made.c.empty()", true);
        check("$this = 'x' or read != 'y'", true);
        check("a.where($this in ('x' | 'y')).empty()", true);
        check("a.matches('^[0-9]+$') and matches('x')", true);
        check("a.count() = 1 and a.count() < 2", true);
        check("a = b and a.first().exists()", true);
    }

    #[test]
    fn everything_else_is_left_to_fhirpath() {
        check("length() < 12 and a.exists()", false);
        check("a.first().exists()", false);
        check("Type.a.exists()", false);
        check("%resource.a.exists()", false);
        check("a = 1", false);
        check("a.lower() in ('x' | 'y')", false);
    }
}
