//! `fhirkiln transform`: a map of the FHIR Mapping Language on files, folders, globs and standard input.

use clap::{Args, ValueEnum};
use fhirkiln::engine::render::{Origin, ResultFormat, Transform, TransformRun, Written};
use fhirkiln::engine::{Engine, TransformOptions};

use crate::exit::{Failure, Outcome};
use crate::knowledge::Knowledge;
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece};
use crate::{clock, inputs, knowledge, pipeline, written};

const AFTER_HELP: &str = "\
Findings go to standard error; what they are about is left out of the result.

Exit codes:
  0  every resource was transformed, without errors among the findings
  1  there are errors among the findings
  2  the arguments are wrong, or the map is
  3  something could not be done: an input was not readable

Examples:
  fhirkiln transform patient-to-person.map patient.json
  fhirkiln transform steps.map export.ndjson --to ndjson --resource more.map";

/// Make resources into others by a map of the FHIR Mapping Language
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The map: a file in the FHIR Mapping Language, a StructureMap in JSON, or the canonical of one that is known
    #[arg(value_name = "MAP")]
    map: String,

    /// Files, folders (all .json, .xml, .ndjson, .jsonl and .hl7 files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

    /// Read every input as NDJSON, one resource on a line, whatever its name
    #[arg(long)]
    ndjson: bool,

    /// json (indented) or ndjson (each result on a line)
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    #[arg(hide_possible_values = true)]
    to: FormatName,

    #[command(flatten)]
    knowledge: Knowledge,

    /// The present, for `now()` and its kind, in place of what the clock says
    #[arg(long, value_name = "DATETIME", help_heading = "Transformation")]
    now: Option<String>,

    #[command(flatten)]
    report: written::Report,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Json,
    Ndjson,
}

impl Arguments {
    fn options(&self) -> TransformRun {
        TransformRun {
            transform: TransformOptions {
                now: Some(self.now.clone().unwrap_or_else(clock::now)),
                mask_values: self.report.mask_values,
                ..TransformOptions::default()
            },
            to: match self.to {
                FormatName::Json => ResultFormat::Json,
                FormatName::Ndjson => ResultFormat::Ndjson,
            },
            unmapped: self.report.unmapped,
            quiet: self.report.quiet,
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = inputs::find_all(&arguments.inputs)?;
    let engine = knowledge::engine(&arguments.knowledge)?;
    let given = &arguments.map;
    let map = if given.contains("://") { given.clone() } else { knowledge::text(given.as_ref())? };
    let transform = Transform::new(&engine, &map, given, arguments.options());
    let transform = transform.map_err(|error| Failure::Expression(error.message))?;
    let mut output = Output::new(Progress::new(&inputs));
    let mut outcome = Outcome::Clean;
    if written::take(&mut output, &mut outcome, &transform.begin()).is_continue() {
        let read = |send: &mut source::Send<'_>| source::read_all(&inputs, arguments.ndjson, send);
        let work = |piece: Piece| (piece.content.size(), answer(&transform, &engine, piece));
        pipeline::run(read, work, |(bytes, answer)| {
            written::take(&mut output, &mut outcome, &answer)?;
            output.advance(bytes, String::new);
            std::ops::ControlFlow::Continue(())
        });
    }
    output.finish()?;
    Ok(outcome)
}

fn answer(transform: &Transform, engine: &Engine, Piece { source, content }: Piece) -> Written {
    match content {
        Content::Unread(reason) => {
            Written { failure: Some(source::unread(&source, reason)), ..Written::default() }
        }
        Content::Document(bytes) => {
            transform.document(engine, Origin { source: &source, first_line: 1 }, &bytes)
        }
        Content::Lines { first_line, bytes } => {
            transform.lines(engine, Origin { source: &source, first_line }, &bytes)
        }
    }
}
