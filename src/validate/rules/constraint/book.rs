//! The constraints of an engine as they are run: compiled when first met.

use std::sync::OnceLock;

use super::correction::corrected;
use super::native;
use crate::definitions::{Constraint, ConstraintId, Constraints};
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
    match fhirpath::compile_constraint(model, corrected(&constraint.expression)) {
        Ok(compiled) => Rule::Expression(Checked { compiled, sentence: OnceLock::new() }),
        Err(_) => Rule::Unusable("its FHIRPath expression makes no sense"),
    }
}
