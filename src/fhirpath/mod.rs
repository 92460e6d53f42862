//! FHIRPath N1 (<http://hl7.org/fhirpath/N1/>) with the later functions that FHIR uses.
//!
//! ```text
//! text -> lexer -> parser -> ast (and back: print) -> compile -> evaluator, functions -> values
//! ```

#![allow(clippy::unnecessary_box_returns, reason = "errors are made boxed: see `Result`")]

mod analyse;
pub mod ast;
mod compile;
mod error;
mod evaluator;
mod fixed;
mod functions;
mod host;
mod lexer;
mod location;
mod model;
mod parser;
mod print;
mod sentence;
#[cfg(test)]
mod tests;
pub mod value;

pub use analyse::analyse;
pub use compile::{
    Binding, Compiled, Scope, compile, compile_constraint, compile_in, compile_with,
};
pub use error::{Error, ErrorKind, Result};
pub use evaluator::{Environment, Limits};
pub use functions::functions;
pub use host::{Code, Host, Looked, NoHost};
pub use location::{location, locations};
pub(crate) use model::KnownElement;
pub use model::{Model, SystemType};
pub use parser::parse;
pub use sentence::sentence;
pub use value::{Collection, FhirNode, Quantity, TypeName, Unit, Value};

pub use crate::text::SyntaxError;
use evaluator::{Evaluation, Frame};

/// What an evaluation needs besides the expression.
#[derive(Clone, Copy)]
pub struct Evaluator<'t> {
    /// What is known of types.
    pub model: &'t Model,
    /// What is around the input.
    pub host: &'t dyn Host,
    /// Where the expression begins, and variables.
    pub environment: &'t Environment<'t>,
    /// Bounds.
    pub limits: Limits,
}

impl<'t> Evaluator<'t> {
    /// The result of an expression on `%context`.
    ///
    /// # Errors
    /// A value is not what an operation needs, a bound was met, or the host does not know something.
    pub fn evaluate(&self, compiled: &'t Compiled) -> Result<Collection<'t>> {
        let context = self.environment.context.map(Value::Node);
        self.start().eval(&compiled.step, frame(context.as_ref()))
    }

    /// The result as one truth: none where it is empty; one item that is no Boolean counts as true.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; more than one item.
    pub fn is_true(&self, compiled: &'t Compiled) -> Result<Option<bool>> {
        let context = self.environment.context.map(Value::Node);
        self.start().truth(&compiled.step, frame(context.as_ref()))
    }

    /// Like [`Self::is_true`], in at most so many steps; those that were needed are taken off.
    ///
    /// # Errors
    /// As [`Self::is_true`].
    pub fn is_true_within(&self, compiled: &'t Compiled, steps: &mut u64) -> Result<Option<bool>> {
        let context = self.environment.context.map(Value::Node);
        let limits = Limits { steps: self.limits.steps.min(*steps), ..self.limits };
        let mut evaluation = Self { limits, ..*self }.start();
        let result = evaluation.truth(&compiled.step, frame(context.as_ref()));
        *steps = steps.saturating_sub(evaluation.steps());
        result
    }

    fn start(&self) -> Evaluation<'t> {
        Evaluation::new(self.model, self.host, self.environment, self.limits)
    }
}

fn frame<'f, 't>(context: Option<&'f Value<'t>>) -> Frame<'f, 't> {
    let this = context.map_or(&[] as &[Value<'t>], std::slice::from_ref);
    Frame { this, index: None, total: None }
}
