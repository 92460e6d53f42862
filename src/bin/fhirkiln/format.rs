//! `fhirkiln format`: writes resources anew, as JSON or XML.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fhirkiln::engine::{Engine, Format, Rewritten, Style};

use crate::exit::{Failure, Outcome};
use crate::inputs::{self, Input};
use crate::knowledge::{self, Knowledge};
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece};

const AFTER_HELP: &str = "\
What cannot be carried over is an error, and nothing is written: a resource that is damaged, or an
element that no definition has. Comments of XML are no content in FHIR; where some are left behind,
standard error says so.

Exit codes:
  0  done
  1  --check found a file that would change
  2  the arguments are wrong
  3  something could not be done

Examples:
  fhirkiln format patient.json --to xml
  fhirkiln format bundles --to json --out converted
  fhirkiln format 'examples/**/*.json' --check";

/// Write FHIR resources anew, as JSON or XML
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Files, folders (all .json and .xml files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

    /// json or xml; as each file is, where this is not given
    #[arg(long, value_name = "FORMAT")]
    #[arg(hide_possible_values = true)]
    to: Option<FormatName>,

    /// Without white space, in place of lines that are indented by two spaces
    #[arg(long)]
    compact: bool,

    #[command(flatten)]
    knowledge: Knowledge,

    /// Write below this folder, under the same names
    #[arg(long, value_name = "FOLDER", help_heading = "Where to")]
    #[arg(conflicts_with_all = ["write", "check"])]
    out: Option<PathBuf>,

    /// Write each file in its place; beside it where the format is another
    #[arg(long, help_heading = "Where to", conflicts_with = "check")]
    write: bool,

    /// Write nothing, and name the files that would change
    #[arg(long, help_heading = "Where to")]
    check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Json,
    Xml,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Json => Self::Json,
            FormatName::Xml => Self::Xml,
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = inputs::find(&arguments.inputs)?;
    let has_place = arguments.out.is_some() || arguments.write || arguments.check;
    if !inputs.is_one && !has_place {
        let message = "several files need --out, --write or --check".to_owned();
        return Err(Failure::Usage(message));
    }
    if (arguments.write || arguments.out.is_some()) && inputs.list.contains(&Input::Stdin) {
        let message = "standard input has no name to write under".to_owned();
        return Err(Failure::Usage(message));
    }
    let mut run = Run {
        engine: knowledge::engine(&arguments.knowledge)?,
        arguments,
        output: Output::new(Progress::new(&inputs)),
        written: HashSet::new(),
        refused: None,
        outcome: Outcome::Clean,
    };
    for argument in &arguments.inputs {
        let inputs = inputs::find(std::slice::from_ref(argument))?;
        source::read_all(&inputs, false, &mut |piece| run.take(argument, piece));
    }
    run.output.finish()?;
    Ok(run.outcome)
}

/// The files as they are written.
struct Run<'a> {
    arguments: &'a Arguments,
    engine: Engine,
    output: Output,
    /// Where something was written, so that no two files are written to one place.
    written: HashSet<PathBuf>,
    /// The last file that holds several resources.
    refused: Option<String>,
    outcome: Outcome,
}

impl Run<'_> {
    fn take(&mut self, argument: &str, piece: Piece) -> std::ops::ControlFlow<()> {
        let size = piece.content.size();
        let Piece { source, content } = piece;
        match content {
            Content::Document(bytes) => match self.rewrite(&source, &bytes) {
                Ok(rewritten) => {
                    let text = self.place(argument, &source, &bytes, &rewritten);
                    self.output.write(&text)?;
                }
                Err(why) => self.fail(&format!("{source}: {why}")),
            },
            Content::Lines { .. } => {
                // One failure for the file, not for each of its pieces.
                if self.refused.as_ref() != Some(&source) {
                    self.fail(&format!(
                        "{source}: NDJSON holds a resource on each line, and stays as it is"
                    ));
                    self.refused = Some(source);
                }
            }
            Content::Unread(reason) => self.fail(&source::unread(&source, reason)),
        }
        self.output.advance(size, String::new);
        std::ops::ControlFlow::Continue(())
    }

    fn rewrite(&mut self, source: &str, bytes: &[u8]) -> Result<Rewritten, String> {
        let style = if self.arguments.compact { Style::Compact } else { Style::Pretty };
        let rewritten = self.engine.rewrite(bytes, self.arguments.to.map(Format::from), style);
        let rewritten = rewritten.map_err(|error| error.to_string())?;
        match rewritten.comments {
            0 => {}
            1 => self.output.note(&format!("{source}: 1 comment is left behind")),
            count => self.output.note(&format!("{source}: {count} comments are left behind")),
        }
        Ok(rewritten)
    }

    /// Puts the text where it belongs; gives what is for standard output.
    fn place(&mut self, argument: &str, source: &str, before: &[u8], after: &Rewritten) -> String {
        let is_same = before == after.text.as_bytes();
        let path = match self.path(argument, source, after) {
            None if !self.arguments.check => return after.text.clone(),
            None => {
                if is_same {
                    return String::new();
                }
                self.outcome = self.outcome.max(Outcome::Findings);
                return format!("{source}\n");
            }
            Some(path) => path,
        };
        if !self.written.insert(path.clone()) {
            self.fail(&format!("{source}: another file was written to `{}`", path.display()));
            return String::new();
        }
        if is_same && path == Path::new(source) {
            return String::new();
        }
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(error) = made.and_then(|()| fs::write(&path, &after.text)) {
            let reason = source::reason(&error);
            self.fail(&format!("Cannot write `{}`: {reason}", path.display()));
            return String::new();
        }
        format!("{}\n", path.display())
    }

    /// Where the text of a file goes; nowhere for standard output.
    fn path(&self, argument: &str, source: &str, after: &Rewritten) -> Option<PathBuf> {
        let path = Path::new(source);
        let renamed = after.ending.map_or(path.to_owned(), |ending| path.with_extension(ending));
        if self.arguments.write {
            return Some(renamed);
        }
        let out = self.arguments.out.as_deref()?;
        // Below a folder that was named, the folders in it are kept.
        let below = renamed.strip_prefix(argument).ok().filter(|_| Path::new(argument).is_dir());
        below.or(renamed.file_name().map(Path::new)).map(|name| out.join(name))
    }

    fn fail(&mut self, why: &str) {
        self.output.say(why);
        self.outcome = Outcome::Incomplete;
    }
}
