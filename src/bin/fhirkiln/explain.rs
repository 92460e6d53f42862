//! `fhirkiln explain`: which profiles there are, and what one asks.

use clap::{Args, ValueEnum};
use fhirkiln::engine::render::{ExplainFormat, ExplainOptions, explain};

use crate::exit::{Failure, Outcome};
use crate::inputs::Inputs;
use crate::knowledge::{self, Knowledge};
use crate::output::Output;
use crate::progress::Progress;
use crate::terminal::Color;

const AFTER_HELP: &str = "\
Without a profile, those that are known are listed. Only what a profile asks beyond the type is
said; what it has from a profile that it builds on is marked with that one's URL.

Exit codes:
  0  done
  2  the arguments are wrong
  3  something could not be done: the profile is not here, or asks nothing of the element

Examples:
  fhirkiln explain us-core-patient --pack us-core-6.1.0
  fhirkiln explain https://example.org/StructureDefinition/my-patient name --resource my-patient.json";

/// Say what a profile asks, element by element, and which profile asks it
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The canonical URL of a profile, or the end of it
    #[arg(value_name = "PROFILE")]
    profile: Option<String>,

    /// The id or path of an element, with or without the type: only it, and what is below
    #[arg(value_name = "ELEMENT")]
    element: Option<String>,

    #[command(flatten)]
    knowledge: Knowledge,

    /// text for people, or json
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Report")]
    #[arg(hide_possible_values = true)]
    format: FormatName,

    #[command(flatten)]
    color: Color,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Text,
    Json,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let engine = knowledge::engine(&arguments.knowledge)?;
    let options = ExplainOptions {
        profile: arguments.profile.clone(),
        element: arguments.element.clone(),
        format: match arguments.format {
            FormatName::Text => ExplainFormat::Text,
            FormatName::Json => ExplainFormat::Json,
        },
        color: arguments.color.is_wanted(),
    };
    let text = explain(&engine, &options).map_err(|error| Failure::CannotRun(error.message))?;
    let mut output = Output::new(Progress::new(&Inputs { list: Vec::new(), is_one: true }));
    // Without effect where nobody reads any more.
    let _ = output.write(&text);
    output.finish()?;
    Ok(Outcome::Clean)
}
