//! A FHIRPath expression on many resources, and its results as people and tools read them. Both command
//! lines write what is made here.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::excerpt::Excerpt;
use super::style::{Role, paint};
use super::{Origin, each_line};
use crate::engine::{Engine, Error, EvaluateOptions, Evaluated, Expression};
use crate::text::{LineIndex, Span};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum QueryFormat {
    /// For people: a line for each item, with its place, path, value and type.
    #[default]
    Text,
    /// An array of items.
    Json,
    /// An item on each line.
    Ndjson,
}

/// What to evaluate and how to write it. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QueryOptions {
    /// The FHIRPath expression.
    pub expression: String,
    /// An expression for where to begin.
    pub context: Option<String>,
    /// Variables as `name=value`: see [`EvaluateOptions::variables`]. A value that is a number, a boolean or a string
    /// in JSON is that, any other is a string; a name that comes again adds an item.
    pub variables: Vec<String>,
    /// Refuse an expression that names an element which the type of an input does not have.
    pub strict: bool,
    /// The present.
    pub now: Option<String>,
    /// The format.
    pub format: QueryFormat,
    /// [`QueryFormat::Text`]: colour by ANSI escape sequences.
    pub color: bool,
    /// Columns of the terminal, which the excerpt of a wrong expression is cut to.
    pub width: usize,
}

/// An expression that is ready to be evaluated on any number of resources.
#[derive(Debug)]
pub struct Query {
    expression: Expression,
    evaluate: EvaluateOptions,
    options: QueryOptions,
}

/// What came of one resource, or of several in order.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// For standard error, a line or paragraph each.
    pub notes: Vec<Note>,
    /// Why there is no going on: the expression makes no sense for a type that was met, or an option does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Something beside the results.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// There is no result for this resource; else it is what `trace` noted.
    pub is_error: bool,
    /// What to say.
    pub text: String,
}

impl Query {
    /// Compiles the expression.
    ///
    /// # Errors
    /// The expression makes no sense (`fhirpath-syntax`, `fhirpath-semantic`), with an excerpt of it in the message, or
    /// an option (`options`).
    pub fn new(engine: &Engine, options: QueryOptions) -> Result<Self, Error> {
        let expression = engine.compile(&options.expression);
        let expression =
            expression.map_err(|error| Error::new(error.code, explain(&options, &error)))?;
        let mut evaluate = EvaluateOptions {
            context: options.context.clone(),
            strict: options.strict,
            now: options.now.clone(),
            ..EvaluateOptions::default()
        };
        for assignment in &options.variables {
            assign(&mut evaluate, assignment)?;
        }
        Ok(Self { expression, evaluate, options })
    }

    /// The text before all results.
    pub fn begin(&self) -> &'static str {
        if self.options.format == QueryFormat::Json { "[" } else { "" }
    }

    /// The text between two answers that have text.
    pub fn separator(&self) -> &'static str {
        if self.options.format == QueryFormat::Json { "," } else { "" }
    }

    /// The text after all results.
    pub fn end(&self, has_results: bool) -> &'static str {
        match (self.options.format, has_results) {
            (QueryFormat::Json, true) => "\n]\n",
            (QueryFormat::Json, false) => "]\n",
            _ => "",
        }
    }

    /// Evaluates on one resource.
    pub fn document(&self, engine: &Engine, origin: Origin<'_>, input: &[u8]) -> Answer {
        let mut answer = Answer::default();
        self.resource(engine, Place { origin, is_line: false }, input, &mut answer);
        answer
    }

    /// Evaluates on each of whole lines of NDJSON; blank ones are left out.
    pub fn lines(&self, engine: &Engine, origin: Origin<'_>, lines: &[u8]) -> Answer {
        let mut answer = Answer::default();
        for (origin, line) in each_line(origin, lines) {
            self.resource(engine, Place { origin, is_line: true }, line, &mut answer);
        }
        answer
    }

    fn resource(&self, engine: &Engine, place: Place<'_>, input: &[u8], answer: &mut Answer) {
        match engine.evaluate(&self.expression, input, &self.evaluate) {
            Ok(evaluation) => {
                for (name, values) in &evaluation.traces {
                    let text = trace(place, name, values);
                    answer.notes.push(Note { is_error: false, text });
                }
                self.write(&evaluation.values, place, &mut answer.text);
            }
            Err(error) if is_of_use(error.code) => {
                answer.refused.get_or_insert_with(|| explain(&self.options, &error));
            }
            Err(error) => {
                let text = format!("{}: {}", place.name(), explain(&self.options, &error));
                answer.notes.push(Note { is_error: true, text });
            }
        }
    }

    fn write(&self, values: &[Evaluated], place: Place<'_>, out: &mut String) {
        match self.options.format {
            QueryFormat::Text if values.is_empty() => {
                self.paint(out, Role::Place, &format!("{}:", place.name()));
                out.push_str(" { }\n");
            }
            QueryFormat::Text => {
                for value in values {
                    self.line(value, place, out);
                }
            }
            QueryFormat::Json => {
                for value in values {
                    let comma = if out.is_empty() { "" } else { "," };
                    out.extend([comma, "\n  ", &item(value, place)]);
                }
            }
            QueryFormat::Ndjson => {
                for value in values {
                    out.extend([&item(value, place), "\n"]);
                }
            }
        }
    }

    /// `patient.json:5:12: Patient.birthDate: "1974-12-25" [FHIR.date]`
    fn line(&self, value: &Evaluated, place: Place<'_>, out: &mut String) {
        let at = match value.position {
            Some((line, column)) => {
                format!("{}:{}:{column}:", place.origin.source, place.line(line))
            }
            None => format!("{}:", place.name()),
        };
        self.paint(out, Role::Place, &at);
        out.push(' ');
        if let Some(path) = &value.path {
            self.paint(out, Role::Expression, path);
            out.push_str(": ");
        }
        self.paint(out, Role::Message, &value.value);
        out.push(' ');
        self.paint(out, Role::Quiet, &format!("[{}]", value.type_name));
        out.push('\n');
    }

    fn paint(&self, out: &mut String, role: Role, text: &str) {
        paint(out, self.options.color, role, text);
    }
}

/// True for errors that are about what was asked, not about what a resource holds.
fn is_of_use(code: &str) -> bool {
    matches!(code, "options" | "fhirpath-syntax" | "fhirpath-semantic")
}

/// Where a resource stands.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    origin: Origin<'a>,
    /// It is a line of NDJSON.
    is_line: bool,
}

impl Place<'_> {
    /// The source, and the line where that is what a resource stands on.
    fn name(self) -> String {
        let Origin { source, first_line } = self.origin;
        if self.is_line { format!("{source}:{first_line}") } else { source.to_owned() }
    }

    /// From a line of the resource to one of the source.
    fn line(self, line: u32) -> u32 {
        line + self.origin.first_line - 1
    }
}

/// An item with its source as a JSON object.
fn item(value: &Evaluated, place: Place<'_>) -> String {
    let Origin { source, first_line } = place.origin;
    let mut value = value.clone();
    value.position = value.position.map(|(line, column)| (place.line(line), column));
    let mut head = format!(r#"{{"source":{}"#, Json::from(source));
    if place.is_line && value.position.is_none() {
        head.push_str(&format!(r#","line":{first_line}"#));
    }
    head + "," + &value.to_json()[1..]
}

/// `patient.json: trace(name): "Anna" [FHIR.string], "Bea" [FHIR.string]`
fn trace(place: Place<'_>, name: &str, values: &[Evaluated]) -> String {
    let items = values.iter().map(|value| format!("{} [{}]", value.value, value.type_name));
    let items: Vec<String> = items.collect();
    let items = if items.is_empty() { "{ }".to_owned() } else { items.join(", ") };
    let mut out = String::new();
    paint(&mut out, false, Role::Quiet, &format!("{}: trace({name}): {items}", place.name()));
    out
}

/// The message, and the line of the expression that it is about with the place underlined.
fn explain(options: &QueryOptions, error: &Error) -> String {
    let mut out = String::new();
    paint(&mut out, false, Role::Message, &error.message);
    if let Some(span) = error.span {
        underline(&mut out, &options.expression, span, options);
    }
    out
}

fn underline(out: &mut String, expression: &str, span: Span, options: &QueryOptions) {
    let lines = LineIndex::new(expression);
    let line = lines.line_span(expression, lines.position(expression, span.start).line);
    let start = span.start.saturating_sub(line.start) as usize;
    let end = span.end.saturating_sub(line.start) as usize;
    let excerpt = Excerpt::new(line.slice(expression), start, end, options.width.saturating_sub(3));
    out.extend(["\n │ ", &excerpt.line, "\n │ ", &" ".repeat(excerpt.indent)]);
    out.push_str(&"^".repeat(excerpt.underline));
}

/// Adds a variable of the form `name=value`.
fn assign(options: &mut EvaluateOptions, assignment: &str) -> Result<(), Error> {
    let Some((name, value)) = assignment.split_once('=').filter(|(name, _)| !name.is_empty())
    else {
        let message = format!("the variable `{assignment}` is not of the form name=value");
        return Err(Error::new("options", message));
    };
    let value = match serde_json::from_str(value) {
        Ok(value @ (Json::Bool(_) | Json::Number(_) | Json::String(_))) => value,
        _ => Json::from(value),
    };
    let items = options.variables.entry(name.to_owned()).or_insert_with(|| Json::Array(Vec::new()));
    if let Json::Array(items) = items {
        items.push(value);
    }
    Ok(())
}
