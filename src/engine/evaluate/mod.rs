//! FHIRPath on one resource: what an expression gives, with types and places.
//!
//! Three questions, from the cheapest: is it true ([`Engine::is_true`]), which values
//! ([`Engine::values`]), and which values of which type from where ([`Engine::evaluate`]).

mod functions;
mod host;
mod item;
mod kept;

pub use functions::Functions;
pub use item::{Evaluated, Evaluation, Item, ItemValue};

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;

use super::resource::{Document, Input};
use super::{Engine, Error};
use crate::cursor::References;
use crate::fhirpath::{
    self, Collection, Compiled, Environment, ErrorKind, Evaluator, FhirNode, Limits, Model, Value,
};
use host::EngineHost;

/// Options of one evaluation. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EvaluateOptions {
    /// An expression for where to begin: the result is that of each of its items, one after the other.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub context: Option<String>,
    /// Variables by name, without `%`: a string, a number, a boolean, or an array of them.
    #[cfg_attr(
        feature = "typescript",
        ts(
            type = "Record<string, string | number | boolean | readonly (string | number | boolean)[]>"
        )
    )]
    pub variables: BTreeMap<String, Json>,
    /// Refuse an expression that names an element which the type of the input does not have. By default such
    /// a step gives nothing, as FHIRPath has it.
    pub strict: bool,
    /// The present, for `now()` and its kind: `2026-02-03T10:20:30.000+01:00`. By default, what the clock of
    /// the program says; the core reads none.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub now: Option<String>,
    /// The clock of the program, asked where `now` is not given and an expression needs it.
    #[serde(skip)]
    pub clock: Option<fn() -> String>,
}

/// An expression that was compiled for an engine, to be evaluated often. Another engine compiles it anew, each
/// time.
#[derive(Debug)]
pub struct Expression {
    text: String,
    compiled: Compiled,
    model: Arc<Model>,
    functions: Functions,
}

impl Engine {
    /// Compiles an expression.
    ///
    /// # Errors
    /// `fhirpath-syntax` or `fhirpath-semantic`, with the place in the expression; `fhirpath-limit`.
    pub fn compile(&self, expression: &str) -> Result<Expression, Error> {
        self.compile_with(expression, &Functions::default())
    }

    /// Compiles an expression that may call functions of the caller.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub fn compile_with(
        &self,
        expression: &str,
        functions: &Functions,
    ) -> Result<Expression, Error> {
        let compiled = compile(&self.model, expression, functions)?;
        let (text, functions) = (expression.to_owned(), functions.clone());
        Ok(Expression { text, compiled, model: self.model.clone(), functions })
    }

    /// Evaluates an expression on a resource: its values, with their types and places, and its traces.
    ///
    /// # Errors
    /// The expression has no result (`fhirpath-execution`, `fhirpath-limit`, `fhirpath-unavailable`, or
    /// `fhirpath-semantic` where it is to be `strict`); the resource is not sound (`input-damaged`,
    /// `not-convertible`); an option means nothing (`options`).
    pub fn evaluate(
        &self,
        expression: &Expression,
        input: impl Into<Input>,
        options: &EvaluateOptions,
    ) -> Result<Evaluation, Error> {
        let document = self.open_sound(input.into())?;
        let session = Session::new(self, (&document, expression), options)?;
        let mut answer = item::Answer::default();
        session.each(|evaluator, compiled| {
            for value in evaluator.evaluate(compiled)?.as_slice() {
                answer.add(&self.model, value, &document);
            }
            Ok(())
        })?;
        answer.place(&self.model, &document);
        Ok(Evaluation { values: answer.into_values()?, traces: session.host.into_traces()? })
    }

    /// Evaluates an expression on a resource and gives its values only, one by one.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; values that were given before then count for nothing.
    pub fn values(
        &self,
        expression: &Expression,
        input: impl Into<Input>,
        options: &EvaluateOptions,
        mut give: impl FnMut(Item<'_>),
    ) -> Result<(), Error> {
        let document = self.open_sound(input.into())?;
        Session::new(self, (&document, expression), options)?.each(|evaluator, compiled| {
            let found: Collection<'_> = evaluator.evaluate(compiled)?;
            let items = found.as_slice().iter();
            items.for_each(|value| give(Item { value, document: &document }));
            Ok(())
        })
    }

    /// Evaluates an expression on a resource as one truth: none where it gives nothing; one item that is no
    /// Boolean counts as true. With `context`, all of its items have to agree on true.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; the expression gives more than one item.
    pub fn is_true(
        &self,
        expression: &Expression,
        input: impl Into<Input>,
        options: &EvaluateOptions,
    ) -> Result<Option<bool>, Error> {
        let document = self.open_sound(input.into())?;
        let mut all = None;
        Session::new(self, (&document, expression), options)?.each(|evaluator, compiled| {
            let truth = evaluator.is_true(compiled)?;
            all = match (all, truth) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (before, now) => now.or(before),
            };
            Ok(())
        })?;
        Ok(all)
    }
}

/// One evaluation with what it knows.
struct Session<'a> {
    engine: &'a Engine,
    document: &'a Document,
    expression: &'a Expression,
    options: &'a EvaluateOptions,
    variables: Option<Rc<BTreeMap<String, Vec<Value<'a>>>>>,
    host: EngineHost<'a>,
    /// Where references in the document lead, where that is asked from several places.
    references: Option<References>,
}

impl<'a> Session<'a> {
    fn new(
        engine: &'a Engine,
        (document, expression): (&'a Document, &'a Expression),
        options: &'a EvaluateOptions,
    ) -> Result<Self, Error> {
        let variables = if options.variables.is_empty() {
            None
        } else {
            let all = options.variables.iter();
            let all = all.map(|(name, json)| Ok((name.clone(), variable(json)?)));
            Some(Rc::new(all.collect::<Result<_, Error>>()?))
        };
        let host = EngineHost::new(engine, options, &expression.functions)?;
        let references = options.context.is_some().then(References::default);
        Ok(Self { engine, document, expression, options, variables, host, references })
    }

    /// Evaluates an expression at each place where it is to begin.
    fn each(
        &self,
        mut evaluate: impl FnMut(&Evaluator<'_>, &Compiled) -> fhirpath::Result<()>,
    ) -> Result<(), Error> {
        let (model, expression) = (&*self.engine.model, self.expression);
        let anew;
        let compiled = if Arc::ptr_eq(&expression.model, &self.engine.model) {
            &expression.compiled
        } else {
            anew = compile(model, &expression.text, &expression.functions)?;
            &anew
        };
        let root = model.node(&self.document.tree, self.document.root, None);
        let listed;
        let contexts = match &self.options.context {
            None => std::slice::from_ref(&root),
            Some(text) => {
                listed = self.contexts(text, root)?;
                &listed
            }
        };
        for &context in contexts {
            if self.options.strict {
                let input = Value::Node(context).type_name(model).name;
                fhirpath::analyse(model, compiled, input).map_err(|error| use_error(&error))?;
            }
            let environment = self.environment(root, context);
            let evaluator = self.evaluator(&environment);
            evaluate(&evaluator, compiled).map_err(|error| use_error(&error))?;
        }
        Ok(())
    }

    /// Where the evaluation is to begin.
    fn contexts(&self, text: &str, root: FhirNode<'a>) -> Result<Vec<FhirNode<'a>>, Error> {
        let compiled = fhirpath::compile(&self.engine.model, text);
        let compiled = compiled.map_err(|error| of_context(&error))?;
        let environment = self.environment(root, root);
        let found = self.evaluator(&environment).evaluate(&compiled);
        let found = found.map_err(|error| of_context(&error))?;
        let tree = &self.document.tree;
        let nodes = found.as_slice().iter().map(|value| match value {
            Value::Node(node) if std::ptr::eq(node.tree, tree) => Ok(FhirNode { tree, ..*node }),
            _ => Err(Error::new("options", "`context` has to lead to elements of the input")),
        });
        nodes.collect()
    }

    fn environment(&self, root: FhirNode<'a>, context: FhirNode<'a>) -> Environment<'_> {
        let (root, context) = (Some(root), Some(context));
        let (references, variables) = (self.references.as_ref(), self.variables.clone());
        Environment { context, resource: root, root, references, slots: &[], variables }
    }

    fn evaluator<'e>(&'e self, environment: &'e Environment<'e>) -> Evaluator<'e> {
        let model = &self.engine.model;
        Evaluator { model, host: &self.host, environment, limits: Limits::default() }
    }
}

fn compile(model: &Model, text: &str, functions: &Functions) -> Result<Compiled, Error> {
    let compiled = fhirpath::compile_with(model, text, &|name| functions.has(name));
    compiled.map_err(|error| use_error(&error))
}

/// A variable of the caller.
fn variable(json: &Json) -> Result<Vec<Value<'static>>, Error> {
    let wrong = || {
        Error::new("options", "A variable is a string, a number, a boolean, or an array of them")
    };
    let value = match json {
        Json::Array(items) => {
            let values = items.iter().map(variable).collect::<Result<Vec<_>, _>>()?;
            return Ok(values.concat());
        }
        Json::Null => return Ok(Vec::new()),
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::String(text) => Value::String(text.clone().into()),
        Json::Number(number) => {
            let text = number.to_string();
            match text.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Decimal(text.parse().map_err(|_| wrong())?),
            }
        }
        Json::Object(_) => return Err(wrong()),
    };
    Ok(vec![value])
}

fn use_error(error: &fhirpath::Error) -> Error {
    let code = match error.kind {
        ErrorKind::Syntax => "fhirpath-syntax",
        ErrorKind::Semantic => "fhirpath-semantic",
        ErrorKind::Execution => "fhirpath-execution",
        ErrorKind::Limit => "fhirpath-limit",
        ErrorKind::Unavailable => "fhirpath-unavailable",
    };
    Error { code, message: error.message.clone(), span: Some(error.span) }
}

/// An error in the option `context`, which is another expression than the one that places are counted in.
fn of_context(error: &fhirpath::Error) -> Error {
    let error = use_error(error);
    Error::new(error.code, format!("`context`: {error}"))
}
