//! `fhirkiln types`: writes for `js/` what it has from here: the TypeScript types of what crosses to JavaScript, and
//! what `--help` says. Only in builds for developing (feature `typescript`), so that `tools/build.mjs` gets packs and
//! types from one build.

use std::path::PathBuf;

use clap::{Args, Command};
use fhirkiln::engine::{
    AcknowledgeOptions, ConvertOptions, EvaluateOptions, Explanation, Options, ProfileEntry,
    TransformOptions,
};
use ts_rs::{Config, TS};

use crate::exit::{Failure, Outcome};

/// The commands that the npm package has not.
const NATIVE: [&str; 2] = ["pack", "types"];

/// Write the TypeScript that the npm package is built with
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Where it is written
    #[arg(long, value_name = "FOLDER", default_value = "js/generated")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, command: Command) -> Result<Outcome, Failure> {
    let config = Config::new().with_out_dir(&arguments.out).with_import_extension(Some("js"));
    let failed = |why: ts_rs::ExportError| Failure::CannotRun(why.to_string());
    Options::export_all(&config).map_err(failed)?;
    EvaluateOptions::export_all(&config).map_err(failed)?;
    ConvertOptions::export_all(&config).map_err(failed)?;
    AcknowledgeOptions::export_all(&config).map_err(failed)?;
    Explanation::export_all(&config).map_err(failed)?;
    ProfileEntry::export_all(&config).map_err(failed)?;
    TransformOptions::export_all(&config).map_err(failed)?;
    let file = arguments.out.join("help.ts");
    std::fs::write(file, help(command)).map_err(|why| Failure::CannotRun(why.to_string()))?;
    Ok(Outcome::Clean)
}

/// The module with what each command says of itself.
fn help(command: Command) -> String {
    let hide = |command: Command, name| command.mut_subcommand(name, |it| it.hide(true));
    let mut command = NATIVE.into_iter().fold(command, hide);
    command.build();
    let whole = command.render_help().to_string();
    let commands = command.get_subcommands_mut().filter(|it| !it.is_hide_set());
    let pages = commands.map(|it| (it.get_name().to_owned(), it.render_help().to_string()));
    let pages: serde_json::Map<String, serde_json::Value> =
        pages.filter(|(name, _)| name != "help").map(|(name, text)| (name, text.into())).collect();
    let write = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap_or_default();
    format!(
        "// What `--help` says, of the whole and of each command. Made by `fhirkiln types` from src/bin/fhirkiln.\n\n\
         export const HELP = {};\n\nexport const COMMANDS = {};\n",
        write(whole.into()),
        write(pages.into())
    )
}
