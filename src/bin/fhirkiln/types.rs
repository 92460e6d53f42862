//! `fhirkiln types`: writes the TypeScript types of what crosses to JavaScript, for `js/`. Only in builds for
//! developing (feature `typescript`), so that `tools/build.mjs` gets packs and types from one build.

use std::path::PathBuf;

use clap::Args;
use fhirkiln::engine::{
    AcknowledgeOptions, ConvertOptions, EvaluateOptions, Explanation, Options, ProfileEntry,
    TransformOptions,
};
use ts_rs::{Config, TS};

use crate::exit::{Failure, Outcome};

/// Write the TypeScript types that the npm package is built with
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Where types are written
    #[arg(long, value_name = "FOLDER", default_value = "js/generated")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let config = Config::new().with_out_dir(&arguments.out).with_import_extension(Some("js"));
    let failed = |why: ts_rs::ExportError| Failure::CannotRun(why.to_string());
    Options::export_all(&config).map_err(failed)?;
    EvaluateOptions::export_all(&config).map_err(failed)?;
    ConvertOptions::export_all(&config).map_err(failed)?;
    AcknowledgeOptions::export_all(&config).map_err(failed)?;
    Explanation::export_all(&config).map_err(failed)?;
    ProfileEntry::export_all(&config).map_err(failed)?;
    TransformOptions::export_all(&config).map_err(failed)?;
    Ok(Outcome::Clean)
}
