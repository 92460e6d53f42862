//! `fhirkiln evaluate`: a FHIRPath expression on files, folders, globs and standard input.

use std::ops::ControlFlow;

use clap::{Args, ValueEnum};
use fhirkiln::engine::Engine;
use fhirkiln::engine::render::{Answer, Note, Origin, Query, QueryFormat, QueryOptions};

use crate::exit::{Failure, Outcome};
use crate::knowledge::Knowledge;
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece};
use crate::terminal::{self, Color};
use crate::{clock, inputs, knowledge, pipeline};

const AFTER_HELP: &str = "\
Exit codes:
  0  evaluated on every resource
  2  the arguments are wrong, or the expression is
  3  something could not be done: an input was not readable, a value does not fit

Examples:
  fhirkiln evaluate 'name.given' patient.json
  fhirkiln evaluate 'entry.resource.ofType(Observation).value' bundle.xml --format ndjson
  fhirkiln evaluate 'birthDate < %day' export.ndjson --variable day=2010-01-01";

/// Evaluate a FHIRPath expression on FHIR resources in JSON, XML and NDJSON
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The FHIRPath expression
    #[arg(value_name = "EXPRESSION", allow_hyphen_values = true, value_parser = parse_expression)]
    expression: String,

    /// Files, folders (all .json, .xml, .ndjson and .jsonl files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

    /// Read every input as NDJSON, one resource on a line, whatever its name
    #[arg(long)]
    ndjson: bool,

    #[command(flatten)]
    knowledge: Knowledge,

    /// Expression for where to begin: the result is that of each of its items
    #[arg(long, value_name = "EXPRESSION", help_heading = "Evaluation")]
    context: Option<String>,

    /// A variable, used as %name: a number, true, false or text; repeatable
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Evaluation")]
    variable: Vec<String>,

    /// Refuse an expression that names an element which the type of an input does not have
    #[arg(long, help_heading = "Evaluation")]
    strict: bool,

    /// The present, for `now()` and its kind, in place of what the clock says
    #[arg(long, value_name = "DATETIME", help_heading = "Evaluation")]
    now: Option<String>,

    /// text for people (place, path, value and type), json (an array of items) or ndjson (an item on
    /// each line)
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Report")]
    #[arg(hide_possible_values = true)]
    format: FormatName,

    #[command(flatten)]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Json,
    Ndjson,
}

/// An expression may begin with `-`; an option that there is not is none.
fn parse_expression(text: &str) -> Result<String, &'static str> {
    if text.starts_with("--") { Err("there is no such option") } else { Ok(text.to_owned()) }
}

impl Arguments {
    fn options(&self) -> QueryOptions {
        QueryOptions {
            expression: self.expression.clone(),
            context: self.context.clone(),
            variables: self.variable.clone(),
            strict: self.strict,
            now: Some(self.now.clone().unwrap_or_else(clock::now)),
            format: match self.format {
                FormatName::Text => QueryFormat::Text,
                FormatName::Json => QueryFormat::Json,
                FormatName::Ndjson => QueryFormat::Ndjson,
            },
            color: self.color.is_wanted(),
            width: terminal::width(),
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = inputs::find(&arguments.inputs)?;
    let engine = knowledge::engine(&arguments.knowledge)?;
    let query = Query::new(&engine, arguments.options()).map_err(|error| match error.code {
        "options" => Failure::Usage(error.message),
        _ => Failure::Expression(error.message),
    })?;
    let mut run = Run {
        query: &query,
        output: Output::new(Progress::new(&inputs)),
        has_results: false,
        is_complete: true,
        refused: None,
    };
    if run.output.write(query.begin()).is_continue() {
        let read = |send: &mut source::Send<'_>| source::read_all(&inputs, arguments.ndjson, send);
        let work = |piece: Piece| (piece.content.size(), answer(&query, &engine, piece));
        pipeline::run(read, work, |(bytes, answer)| run.take(bytes, answer));
    }
    run.finish()
}

fn answer(query: &Query, engine: &Engine, Piece { source, content }: Piece) -> Answer {
    match content {
        Content::Unread(reason) => Answer {
            notes: vec![Note { is_error: true, text: source::unread(&source, reason) }],
            ..Answer::default()
        },
        Content::Document(bytes) => {
            query.document(engine, Origin { source: &source, first_line: 1 }, &bytes)
        }
        Content::Lines { first_line, bytes } => {
            query.lines(engine, Origin { source: &source, first_line }, &bytes)
        }
    }
}

/// The results as they are written.
struct Run<'a> {
    query: &'a Query,
    output: Output,
    has_results: bool,
    is_complete: bool,
    refused: Option<String>,
}

impl Run<'_> {
    fn take(&mut self, bytes: u64, answer: Answer) -> ControlFlow<()> {
        for Note { is_error, text } in &answer.notes {
            self.is_complete &= !is_error;
            if *is_error { self.output.say(text) } else { self.output.note(text) }
        }
        let mut text = answer.text;
        if self.has_results && !text.is_empty() {
            text.insert_str(0, self.query.separator());
        }
        self.has_results |= !text.is_empty();
        self.output.write(&text)?;
        self.output.advance(bytes, String::new);
        self.refused = answer.refused;
        if self.refused.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn finish(mut self) -> Result<Outcome, Failure> {
        // Without effect where nobody reads any more.
        let _ = self.output.write(self.query.end(self.has_results));
        self.output.finish()?;
        match self.refused {
            Some(why) => Err(Failure::Expression(why)),
            None if self.is_complete => Ok(Outcome::Clean),
            None => Ok(Outcome::Incomplete),
        }
    }
}
