//! `fhirkiln snapshot`: definitions with the snapshots that follow from their differentials.

use std::ops::ControlFlow;

use clap::Args;
use fhirkiln::engine::render::{Written, snapshot};

use crate::exit::{Failure, Outcome};
use crate::knowledge::Knowledge;
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece};
use crate::{inputs, knowledge, written};

const AFTER_HELP: &str = "\
What is wrong with a differential goes to standard error. A base is looked for among packages and
resources, then among packs, which carry no texts for people.

Exit codes:
  0  done
  1  there are errors in a differential
  2  the arguments are wrong
  3  something could not be done: a file was not readable, or is no StructureDefinition

Examples:
  fhirkiln snapshot my-patient.json > my-patient-snapshot.json
  fhirkiln snapshot profiles --package hl7.fhir.us.core-6.1.0.tgz";

/// Write definitions with their snapshots
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Files, folders (all .json and .xml files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "DEFINITION")]
    inputs: Vec<String>,

    #[command(flatten)]
    knowledge: Knowledge,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = inputs::find(&arguments.inputs)?;
    let engine = knowledge::engine(&arguments.knowledge)?;
    let mut output = Output::new(Progress::new(&inputs));
    let mut outcome = Outcome::Clean;
    source::read_all(&inputs, false, &mut |Piece { source, content }| {
        let size = content.size();
        let refused = |why: String| Written { failure: Some(why), ..Written::default() };
        let answer = match content {
            Content::Document(bytes) => snapshot(&engine, &source, &bytes),
            Content::Lines { .. } => {
                refused(format!("{source}: NDJSON holds a resource on each line, not a definition"))
            }
            Content::Unread(reason) => refused(source::unread(&source, reason)),
        };
        written::take(&mut output, &mut outcome, &answer)?;
        output.advance(size, String::new);
        ControlFlow::Continue(())
    });
    output.finish()?;
    Ok(outcome)
}
