//! `fhirkiln convert`: messages of HL7 v2 to FHIR, in a stream of any length.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use clap::{Args, ValueEnum};
use fhirkiln::engine::render::{MessageFormat, MessageOptions, Messages, Origin, Written};
use fhirkiln::engine::{BundleKind, ConvertOptions, Engine, Piece as Message};

use crate::exit::{Failure, Outcome};
use crate::inputs::{Input, Inputs};
use crate::knowledge::Knowledge;
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece, STDIN};
use crate::{clock, inputs, knowledge, pipeline, written};

const AFTER_HELP: &str = "\
The pack v2, with the maps, is used besides those that are named. Findings go to standard error;
what they are about is written all the same.

Exit codes:
  0  every message was converted, without errors among the findings
  1  there are errors among the findings
  2  the arguments are wrong
  3  something could not be done: an input was not readable, or has no message in it

Examples:
  fhirkiln convert adt.hl7
  fhirkiln convert feed --to ndjson > resources.ndjson
  zcat feed.hl7.gz | fhirkiln convert - --bundle transaction --unmapped";

/// How much is read at once.
const READ: usize = 256 * 1024;

/// Convert messages of HL7 v2 to FHIR
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Files of any number of messages, folders (all .hl7 files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "MESSAGES")]
    inputs: Vec<String>,

    /// bundle (a Bundle on a line for each message) or ndjson (its resources, each on a line)
    #[arg(long, value_name = "FORMAT", default_value = "bundle")]
    #[arg(hide_possible_values = true)]
    to: FormatName,

    #[command(flatten)]
    knowledge: Knowledge,

    /// message, transaction (to send to a server, once or again) or collection
    #[arg(long, value_name = "KIND", default_value = "message", help_heading = "Conversion")]
    #[arg(hide_possible_values = true)]
    bundle: KindName,

    /// Canonical URL of the map to run, in place of the one for the structure of each message
    #[arg(long, value_name = "URL", help_heading = "Conversion")]
    map: Option<String>,

    /// The offset of times that a message gives without one, as in --zone=-05:00; without it they lose
    /// the time
    #[arg(long, value_name = "OFFSET", help_heading = "Conversion")]
    zone: Option<String>,

    /// The system of the identifiers that an authority assigns; repeatable
    #[arg(long, value_name = "AUTHORITY=URI", value_parser = parse_system)]
    #[arg(help_heading = "Conversion")]
    system: Vec<(String, String)>,

    /// Canonical URL of a profile that resources of the result claim where they meet it, or, ending with `/`,
    /// the beginning of those of a guide; repeatable
    #[arg(long, value_name = "URL", help_heading = "Conversion")]
    claim: Vec<String>,

    /// Do not validate what messages become
    #[arg(long, help_heading = "Conversion")]
    no_validate: bool,

    /// The present, for maps that ask, in place of what the clock says
    #[arg(long, value_name = "DATETIME", help_heading = "Conversion")]
    now: Option<String>,

    #[command(flatten)]
    report: written::Report,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Bundle,
    Ndjson,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindName {
    Message,
    Transaction,
    Collection,
}

impl Arguments {
    fn options(&self) -> MessageOptions {
        let convert = ConvertOptions {
            map: self.map.clone(),
            default_zone: self.zone.clone(),
            systems: self.system.iter().cloned().collect(),
            claim: self.claim.clone(),
            now: Some(self.now.clone().unwrap_or_else(clock::now)),
            bundle: match self.bundle {
                KindName::Message => BundleKind::Message,
                KindName::Transaction => BundleKind::Transaction,
                KindName::Collection => BundleKind::Collection,
            },
            validate: !self.no_validate,
            mask_values: self.report.mask_values,
            ..ConvertOptions::default()
        };
        let to = match self.to {
            FormatName::Bundle => MessageFormat::Bundle,
            FormatName::Ndjson => MessageFormat::Ndjson,
        };
        MessageOptions { convert, to, unmapped: self.report.unmapped, quiet: self.report.quiet }
    }
}

fn parse_system(text: &str) -> Result<(String, String), &'static str> {
    let (authority, system) = text.split_once('=').ok_or("not AUTHORITY=URI")?;
    Ok((authority.to_owned(), system.to_owned()))
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let inputs = inputs::find_messages(&arguments.inputs)?;
    let engine = knowledge::engine_with(&arguments.knowledge, "v2")?;
    let options = arguments.options();
    options.convert.check().map_err(|error| Failure::Usage(error.message))?;
    let mut output = Output::new(Progress::new(&inputs));
    let mut outcome = Outcome::Clean;
    let read = |send: &mut source::Send<'_>| read_all(&inputs, send);
    let work = |piece: Piece| (piece.content.size(), answer(&options, &engine, piece));
    pipeline::run(read, work, |(bytes, answer)| {
        written::take(&mut output, &mut outcome, &answer)?;
        output.advance(bytes, String::new);
        ControlFlow::Continue(())
    });
    output.finish()?;
    Ok(outcome)
}

fn answer(options: &MessageOptions, engine: &Engine, piece: Piece) -> Written {
    let Piece { source, content } = piece;
    let (first_line, bytes) = match content {
        Content::Document(bytes) => (1, bytes),
        Content::Lines { first_line, bytes } => (first_line, bytes),
        Content::Unread(reason) => {
            let failure = Some(source::unread(&source, reason));
            return Written { failure, ..Written::default() };
        }
    };
    options.answer(engine, Origin { source: &source, first_line }, bytes)
}

/// Reads the inputs in order, message by message.
fn read_all(inputs: &Inputs, send: &mut source::Send<'_>) {
    for input in &inputs.list {
        let source = match input {
            Input::Stdin => STDIN.to_owned(),
            Input::File(path) => path.display().to_string(),
        };
        let mut send_content = |content| send(Piece { source: source.clone(), content });
        let mut send_message = |Message { line, bytes, .. }: Message| {
            let first_line = u32::try_from(line).unwrap_or(u32::MAX);
            send_content(Content::Lines { first_line, bytes })
        };
        let read = match input {
            Input::Stdin => read_messages(io::stdin().lock(), &mut send_message),
            Input::File(path) => {
                File::open(path).and_then(|file| read_messages(file, &mut send_message))
            }
        };
        let unread = |error: io::Error| send_content(Content::Unread(source::reason(&error)));
        if read.unwrap_or_else(unread).is_break() {
            return;
        }
    }
}

fn read_messages(
    mut input: impl Read,
    send: &mut dyn FnMut(Message) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut messages = Messages::default();
    let mut bytes = Vec::with_capacity(READ);
    loop {
        bytes.clear();
        let is_end = source::read_more(&mut input, &mut bytes)? == 0;
        messages.push(&bytes);
        let mut next = || if is_end { messages.finish() } else { messages.next_message() };
        while let Some(message) = next() {
            if send(message).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if is_end {
            return Ok(ControlFlow::Continue(()));
        }
    }
}
