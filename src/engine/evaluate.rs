//! FHIRPath on one resource: what an expression gives, with types and places.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value as Json;

use super::resource::{Document, Input};
use super::{Engine, Error};
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::{
    self, Code, Compiled, Environment, ErrorKind, Evaluator, FhirNode, Host, Limits, Model, Value,
};
use crate::format::{Style, json};
use crate::tree::NodeId;
use crate::validate::Knowledge;

/// Options of one evaluation. All have defaults; a property that is not here is an error of use.
/// `js/evaluate.ts` has the same.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EvaluateOptions {
    /// An expression for where to begin: the result is that of each of its items, one after the other.
    pub context: Option<String>,
    /// Variables by name, without `%`: a string, a number, a boolean, or an array of them.
    pub variables: BTreeMap<String, Json>,
    /// Refuse an expression that names an element which the type of the input does not have. By default such
    /// a step gives nothing, as FHIRPath has it.
    pub strict: bool,
    /// The present, for `now()` and its kind: `2026-02-03T10:20:30.000+01:00`. The engine reads no clock.
    pub now: Option<String>,
}

/// An expression that was compiled for an engine, to be evaluated often.
#[derive(Debug)]
pub struct Expression {
    compiled: Compiled,
}

/// One item of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// The value as JSON text: numbers have the digits that they had. A date, a time or a quantity of
    /// FHIRPath itself is a string.
    pub value: String,
    /// `FHIR.HumanName`, `System.String`
    pub type_name: String,
    /// Where it stands in the input, if it does: a FHIRPath location.
    pub path: Option<String>,
    /// Line and column of that place, from 1, columns in UTF-16 code units.
    pub position: Option<(u32, u32)>,
}

/// What an evaluation gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The result.
    pub values: Vec<Evaluated>,
    /// What `trace` noted: its name, and the values at that point.
    pub traces: Vec<(String, Vec<Evaluated>)>,
}

impl Engine {
    /// Compiles an expression.
    ///
    /// # Errors
    /// `fhirpath-syntax` or `fhirpath-semantic`, with the place in the expression.
    pub fn compile(&self, expression: &str) -> Result<Expression, Error> {
        let compiled = fhirpath::compile(&self.model, expression);
        compiled.map(|compiled| Expression { compiled }).map_err(|error| use_error(&error))
    }

    /// Evaluates an expression on a resource, in JSON or XML.
    ///
    /// # Errors
    /// The expression does not compile (`fhirpath-syntax`, `fhirpath-semantic`) or has no result
    /// (`fhirpath-execution`, `fhirpath-limit`, `fhirpath-unavailable`); the resource is not
    /// sound (`input-damaged`); an option means nothing (`options`).
    pub fn evaluate(
        &self,
        expression: &Expression,
        input: impl Into<Input>,
        options: &EvaluateOptions,
    ) -> Result<Evaluation, Error> {
        let document = self.open_sound(input.into())?;
        Session::new(self, &document, options)?.run(expression, options)
    }
}

/// One evaluation with what it knows.
struct Session<'a> {
    model: &'a Model,
    document: &'a Document,
    host: EngineHost<'a>,
}

/// Answers from what the engine knows, and notes traces.
struct EngineHost<'a> {
    model: &'a Model,
    knowledge: Knowledge<'a>,
    now: Option<Temporal>,
    traces: RefCell<Vec<(String, Vec<Evaluated>)>>,
}

impl Host for EngineHost<'_> {
    fn now(&self) -> Option<Temporal> {
        self.now
    }

    fn trace(&self, name: &str, values: &[Value<'_>]) {
        let values = values.iter().map(|value| describe(self.model, value, None)).collect();
        self.traces.borrow_mut().push((name.to_owned(), values));
    }

    fn member_of(&self, codes: &[Code<'_>], value_set: &str) -> Option<bool> {
        self.knowledge.member_of(codes, value_set)
    }

    fn subsumes(&self, general: &Code<'_>, special: &Code<'_>) -> Option<bool> {
        self.knowledge.subsumes(general, special)
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        self.knowledge.is_narrative(xhtml)
    }
}

impl<'a> Session<'a> {
    fn new(
        engine: &'a Engine,
        document: &'a Document,
        options: &EvaluateOptions,
    ) -> Result<Self, Error> {
        let wrong = || Error::new("options", "`now` is not a DateTime");
        let parse = |now: &String| Temporal::parse(TemporalType::DateTime, now).ok_or_else(wrong);
        let host = EngineHost {
            model: &engine.model,
            knowledge: Knowledge { terminology: engine.terminology() },
            now: options.now.as_ref().map(parse).transpose()?,
            traces: RefCell::default(),
        };
        Ok(Self { model: &engine.model, document, host })
    }

    fn run(self, expression: &Expression, options: &EvaluateOptions) -> Result<Evaluation, Error> {
        let root = self.model.resource(&self.document.tree, NodeId::ROOT);
        let variables: BTreeMap<String, Vec<Value<'_>>> = options
            .variables
            .iter()
            .map(|(name, json)| Ok((name.clone(), variable(json)?)))
            .collect::<Result<_, Error>>()?;
        let mut values = Vec::new();
        for context in self.contexts(root, options)? {
            if options.strict {
                let input = Value::Node(context).type_name(self.model).name;
                fhirpath::analyse(self.model, &expression.compiled, input)
                    .map_err(|error| use_error(&error))?;
            }
            let environment = Environment {
                context: Some(context),
                resource: Some(root),
                root: Some(root),
                slots: &[],
                variables: variables.clone(),
            };
            let evaluator = self.evaluator(&environment);
            let result = evaluator.evaluate(&expression.compiled).map_err(|it| use_error(&it))?;
            values.extend(result.as_slice().iter().map(|value| self.describe(value)));
        }
        Ok(Evaluation { values, traces: self.host.traces.into_inner() })
    }

    /// Where the evaluation begins.
    fn contexts(
        &self,
        root: FhirNode<'a>,
        options: &EvaluateOptions,
    ) -> Result<Vec<FhirNode<'a>>, Error> {
        let Some(text) = &options.context else { return Ok(vec![root]) };
        let compiled = fhirpath::compile(self.model, text).map_err(|error| of_context(&error))?;
        let environment = Environment {
            context: Some(root),
            resource: Some(root),
            root: Some(root),
            slots: &[],
            variables: BTreeMap::new(),
        };
        let found = self.evaluator(&environment).evaluate(&compiled);
        let found = found.map_err(|error| of_context(&error))?;
        let nodes = found.as_slice().iter().map(|value| match value {
            Value::Node(node) if std::ptr::eq(node.tree, &raw const self.document.tree) => {
                Ok(FhirNode { tree: &self.document.tree, ..*node })
            }
            _ => Err(Error::new("options", "`context` has to lead to elements of the input")),
        });
        nodes.collect()
    }

    fn evaluator<'e>(&'e self, environment: &'e Environment<'e>) -> Evaluator<'e> {
        Evaluator { model: self.model, host: &self.host, environment, limits: Limits::default() }
    }

    fn describe(&self, value: &Value<'_>) -> Evaluated {
        describe(self.model, value, Some(self.document))
    }
}

/// An item as JSON, with its place where it stands in the input.
fn describe(model: &Model, value: &Value<'_>, input: Option<&Document>) -> Evaluated {
    let name = value.type_name(model);
    let type_name = match name.name {
        "" => name.namespace.to_owned(),
        _ => format!("{}.{}", name.namespace, name.name),
    };
    let text = |text: &str| Json::from(text).to_string();
    let json = match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::String(string) => text(string),
        Value::Temporal(temporal) => text(&temporal.to_string()),
        Value::Quantity(quantity) => text(&quantity.to_string()),
        Value::Type(name) => text(&format!("{}.{}", name.namespace, name.name)),
        Value::Node(node) => match node.cursor.node {
            Some(at) => json::write(node.tree, at, Style::Compact),
            None => "null".to_owned(),
        },
    };
    let place = match (value, input) {
        (Value::Node(node), Some(document))
            if std::ptr::eq(node.tree, &raw const document.tree) =>
        {
            node.cursor.node.or(node.cursor.sibling).map(|at| (document, at))
        }
        _ => None,
    };
    let position = place.map(|(document, at)| {
        let position = document.position(at);
        (position.line, position.column)
    });
    let path = place.map(|(document, at)| fhirpath::location(model, &document.tree, at));
    Evaluated { value: json, type_name, path, position }
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

impl Evaluation {
    /// As JSON text: `{"values":[{"value","type","path","line","column"}],"traces":[{"name","values"}]}`.
    pub fn to_json(&self) -> String {
        let list = |values: &[Evaluated]| {
            let items: Vec<String> = values.iter().map(Evaluated::to_json).collect();
            format!("[{}]", items.join(","))
        };
        let traces: Vec<String> = self
            .traces
            .iter()
            .map(|(name, values)| {
                format!(r#"{{"name":{},"values":{}}}"#, Json::from(name.as_str()), list(values))
            })
            .collect();
        format!(r#"{{"values":{},"traces":[{}]}}"#, list(&self.values), traces.join(","))
    }
}

impl Evaluated {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let type_name = Json::from(self.type_name.as_str());
        // Writing to a String cannot fail.
        let mut json = format!(r#"{{"value":{},"type":{type_name}"#, self.value);
        if let Some(path) = &self.path {
            let _ = write!(json, r#","path":{}"#, Json::from(path.as_str()));
        }
        if let Some((line, column)) = self.position {
            let _ = write!(json, r#","line":{line},"column":{column}"#);
        }
        json + "}"
    }
}
