//! The constraints of an engine as they are run: compiled when first met.

use std::sync::OnceLock;

use super::correction::corrected;
use super::decided::Decided;
use super::native::{self, Shortcut};
use crate::definitions::{Constraint, ConstraintId, Constraints, TypeKind};
use crate::fhirpath::{self, Compiled, Model};

/// How a constraint is checked.
#[derive(Debug)]
pub(crate) enum Rule {
    /// By another rule, which says the same.
    Elsewhere,
    /// By its expression.
    Expression(Checked),
    /// Not at all, and why.
    Unusable(&'static str),
}

/// An expression, compiled.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) compiled: Compiled,
    /// Where it need not be evaluated.
    pub(super) decided: Decided,
    pub(super) shortcut: Option<Shortcut>,
    /// What it asks for, in words: made when it is first not met.
    sentence: OnceLock<Option<Box<str>>>,
}

impl Checked {
    /// What `constraint`, which this was compiled from, asks for in words; none where its expression is of a
    /// shape that has none.
    pub(crate) fn sentence(&self, constraint: &Constraint) -> Option<&str> {
        let write = || {
            let node = fhirpath::parse(corrected(&constraint.expression)).ok()?;
            fhirpath::sentence(&node).map(String::into_boxed_str)
        };
        self.sentence.get_or_init(write).as_deref()
    }
}

/// Every constraint, by number.
#[derive(Debug, Default)]
pub(crate) struct Book {
    rules: Vec<OnceLock<Rule>>,
}

impl Book {
    pub(crate) fn new(constraints: &Constraints) -> Self {
        Self { rules: constraints.iter().map(|_| OnceLock::new()).collect() }
    }

    pub(crate) fn rule(&self, model: &Model, id: ConstraintId) -> &Rule {
        self.rules[id.index()].get_or_init(|| compile(model, model.definitions().constraint(id)))
    }
}

fn compile(model: &Model, constraint: &Constraint) -> Rule {
    if native::covers(constraint) {
        return Rule::Elsewhere;
    }
    if constraint.expression.is_empty() {
        return Rule::Unusable("it has no FHIRPath expression");
    }
    expression(model, constraint)
        .map_or(Rule::Unusable("its FHIRPath expression makes no sense"), Rule::Expression)
}

fn expression(model: &Model, constraint: &Constraint) -> Option<Checked> {
    let node = fhirpath::parse(corrected(&constraint.expression)).ok()?;
    let compiled = fhirpath::compile_constraint(model, &node).ok()?;
    let definitions = model.definitions();
    // At the beginning of a path, the name of a type may be the value itself; no value that has elements is of a
    // primitive type.
    let is_element = |name: &str| {
        let type_id = definitions.find_type(name);
        type_id.is_none_or(|type_id| definitions.kind(type_id) == TypeKind::Primitive)
    };
    let element = |name: &str| definitions.names().find(name).filter(|_| is_element(name));
    let decided = Decided::of(&node, &element);
    let shortcut = native::shortcut(constraint);
    Some(Checked { compiled, decided, shortcut, sentence: OnceLock::new() })
}
