//! `fhirkiln validate`: checks files, folders, globs and standard input.

mod arguments;

pub(crate) use arguments::Arguments;

use std::ops::ControlFlow;

use fhirkiln::engine::render::{Origin, Part, Renderer, Run, Tally};
use fhirkiln::engine::{Engine, Options};

use crate::exit::{Failure, Outcome};
use crate::output::Output;
use crate::progress::Progress;
use crate::source::{self, Content, Piece};
use crate::{inputs, knowledge, pipeline};

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    arguments.check()?;
    let inputs = inputs::find_all(&arguments.inputs)?;
    let engine = knowledge::engine(&arguments.knowledge)?;
    let renderer = arguments.renderer(&inputs);
    let work = Work { engine: &engine, options: &arguments.options(), renderer: &renderer };
    let mut run = Run::new(renderer);
    let mut output = Output::new(Progress::new(&inputs));
    if output.write(&run.begin()).is_continue() {
        let read = |send: &mut source::Send<'_>| source::read_all(&inputs, arguments.ndjson, send);
        pipeline::run(
            read,
            |piece| work.answer(piece),
            |answer| take(&mut run, &mut output, answer),
        );
        // Without effect where nobody reads any more.
        let _ = output.write(&run.end());
    }
    output.finish()?;
    let tally = run.tally();
    Ok(match () {
        () if !tally.unread.is_empty() => Outcome::Incomplete,
        () if tally.reaches(arguments.fail_on.into()) => Outcome::Findings,
        () => Outcome::Clean,
    })
}

fn take(run: &mut Run, output: &mut Output, answer: Answer) -> ControlFlow<()> {
    let Answer { part, unread, bytes } = answer;
    if let Some(reason) = unread {
        output.say(&reason);
        run.note_unread(reason);
    }
    let written = output.write(&run.add(part));
    let Tally { resources, errors, .. } = run.tally();
    output.advance(bytes, || format!("{resources} resources, {errors} errors"));
    written
}

/// What is done with each piece of input.
struct Work<'a> {
    engine: &'a Engine,
    options: &'a Options,
    renderer: &'a Renderer,
}

/// What came of one piece.
#[derive(Debug, Default)]
struct Answer {
    part: Part,
    /// Why the input could not be read.
    unread: Option<String>,
    /// Bytes of input.
    bytes: u64,
}

impl Work<'_> {
    fn answer(&self, piece: Piece) -> Answer {
        let Self { engine, options, renderer } = self;
        let Piece { source, content } = piece;
        let mut answer = Answer { bytes: content.size(), ..Answer::default() };
        match content {
            Content::Unread(reason) => answer.unread = Some(source::unread(&source, reason)),
            Content::Document(bytes) => {
                let origin = Origin { source: &source, first_line: 1 };
                answer.part = renderer.part(origin, &engine.validate(bytes, options));
            }
            Content::Lines { first_line, bytes } => {
                let origin = Origin { source: &source, first_line };
                answer.part = renderer.lines(origin, &bytes, |line| engine.validate(line, options));
            }
        }
        answer
    }
}
