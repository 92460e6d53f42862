//! `fhirkiln validate`: checks files, folders, globs and standard input.

mod arguments;
mod inputs;
mod knowledge;
mod pipeline;
mod progress;
mod source;

pub(crate) use arguments::Arguments;

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;

use fhirkiln::engine::render::{Part, Run};

use crate::exit::{Failure, Outcome, say};
use pipeline::Answer;
use progress::Progress;

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    arguments.check()?;
    let inputs = inputs::find(&arguments.inputs)?;
    let engine = knowledge::engine(arguments)?;
    let mut report = Report {
        run: Run::new(arguments.renderer(&inputs)),
        progress: Progress::new(&inputs),
        failure: None,
    };
    let begin = report.run.begin();
    if report.write(&begin).is_continue() {
        let work = pipeline::Work {
            engine: &engine,
            options: &arguments.options(),
            renderer: &arguments.renderer(&inputs),
        };
        let read = |send: &mut source::Send<'_>| source::read_all(&inputs, arguments.ndjson, send);
        pipeline::run(&work, read, |answer| report.take(answer));
    }
    report.finish(arguments)
}

/// The report as it is written to standard output.
struct Report {
    run: Run,
    progress: Progress,
    /// Why nothing more can be written.
    failure: Option<io::Error>,
}

impl Report {
    fn take(&mut self, answer: Answer) -> ControlFlow<()> {
        let Answer { part, unread, bytes } = answer;
        if let Some(reason) = unread {
            self.progress.suspend(|| say(&reason));
            self.run.note_unread(reason);
        }
        let written = self.add(part);
        self.progress.advance(bytes, self.run.tally());
        written
    }

    fn add(&mut self, part: Part) -> ControlFlow<()> {
        let text = self.run.add(part);
        self.write(&text)
    }

    /// Writes to standard output, in one call where it is one part: no partial finding is seen.
    fn write(&mut self, text: &str) -> ControlFlow<()> {
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        let result = self.progress.suspend(|| io::stdout().lock().write_all(text.as_bytes()));
        self.failure = result.err();
        if self.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn finish(mut self, arguments: &Arguments) -> Result<Outcome, Failure> {
        self.progress.clear();
        if self.failure.is_none() {
            let end = self.run.end();
            let _ = self.write(&end);
        }
        let tally = self.run.tally();
        match self.failure {
            // Whoever read the report has read enough, as `head` does.
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::CannotRun(format!("Cannot write the report: {error}")))
            }
            _ if !tally.unread.is_empty() => Ok(Outcome::Incomplete),
            _ if tally.reaches(arguments.fail_on.into()) => Ok(Outcome::Findings),
            _ => Ok(Outcome::Clean),
        }
    }
}
