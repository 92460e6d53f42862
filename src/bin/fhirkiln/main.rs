//! The native command line: the only place that knows files, the environment and the terminal.
//! `js/cli.ts` takes the same arguments over the WebAssembly build and prints the same bytes.

mod clock;
mod convert;
mod evaluate;
mod exit;
mod explain;
mod format;
mod inputs;
mod knowledge;
mod output;
mod pack;
mod packages;
mod pipeline;
mod progress;
mod snapshot;
mod source;
mod terminal;
mod transform;
#[cfg(feature = "typescript")]
mod types;
mod validate;
mod written;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Validates FHIR, in the process that holds the data.
#[derive(Debug, Parser)]
#[command(name = "fhirkiln", version, propagate_version = true, term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Validate(validate::Arguments),
    Evaluate(evaluate::Arguments),
    Format(format::Arguments),
    Convert(convert::Arguments),
    Transform(transform::Arguments),
    Snapshot(snapshot::Arguments),
    Explain(explain::Arguments),
    Pack(pack::Arguments),
    #[cfg(feature = "typescript")]
    Types(types::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Format(arguments) => format::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Transform(arguments) => transform::run(&arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Pack(arguments) => pack::run(&arguments),
        #[cfg(feature = "typescript")]
        Command::Types(arguments) => {
            types::run(&arguments, <Arguments as clap::CommandFactory>::command())
        }
    };
    exit::code(result)
}
