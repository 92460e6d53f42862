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
    Expression(Compiled),
    /// Not at all, and why.
    Unusable(&'static str),
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
        Ok(compiled) => Rule::Expression(compiled),
        Err(_) => Rule::Unusable("its FHIRPath expression makes no sense"),
    }
}
