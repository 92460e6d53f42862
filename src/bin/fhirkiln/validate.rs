//! `fhirkiln validate`: checks files, folders, globs and standard input.

use clap::Args;

use crate::exit::{Failure, Outcome};

/// Validate FHIR resources in JSON and NDJSON
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Files, folders, globs, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let _ = &arguments.inputs;
    Err(Failure::CannotRun("`validate` is not connected to the engine yet".into()))
}
