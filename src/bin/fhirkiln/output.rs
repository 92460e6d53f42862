//! What a run writes: its report to standard output, what it could not do to standard error, and the
//! progress bar in between.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;

use crate::exit::{Failure, say};
use crate::progress::Progress;

/// The two streams of a run.
pub(crate) struct Output {
    progress: Progress,
    /// Why nothing more can be written.
    failure: Option<io::Error>,
}

impl Output {
    /// Nothing is written yet.
    pub(crate) fn new(progress: Progress) -> Self {
        Self { progress, failure: None }
    }

    /// Writes to standard output, in one call where it is one part: no partial finding is seen. Breaks where
    /// nobody reads any more.
    pub(crate) fn write(&mut self, text: &str) -> ControlFlow<()> {
        if self.failure.is_some() {
            return ControlFlow::Break(());
        }
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        let result = self.progress.suspend(|| io::stdout().lock().write_all(text.as_bytes()));
        self.failure = result.err();
        if self.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Says on standard error what went wrong with one input.
    pub(crate) fn say(&self, what: &str) {
        self.progress.suspend(|| say(&what));
    }

    /// Writes a line to standard error that is no error.
    pub(crate) fn note(&self, what: &str) {
        self.progress.suspend(|| anstream::eprintln!("{what}"));
    }

    /// Counts a piece of input that is done; `state` is what the bar says of it all.
    pub(crate) fn advance(&mut self, bytes: u64, state: impl FnOnce() -> String) {
        self.progress.advance(bytes, state);
    }

    /// Ends the run.
    ///
    /// # Errors
    /// Something could not be written, for another reason than that whoever read has read enough, as `head` does.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.progress.clear();
        match self.failure {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::CannotRun(format!("Cannot write the report: {error}")))
            }
            _ => Ok(()),
        }
    }
}
