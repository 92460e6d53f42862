//! A progress bar on stderr, for work that is long and a terminal that shows it.

use std::time::{Duration, Instant};

use fhirkiln::engine::render::Tally;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::inputs::{Input, Inputs};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the run is.
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
    is_shown: bool,
}

impl Progress {
    /// The progress through `inputs`; without a length where one of them is standard input.
    pub(super) fn new(inputs: &Inputs) -> Self {
        let size = |input: &Input| match input {
            Input::Stdin => None,
            Input::File(path) => Some(path.metadata().map_or(0, |metadata| metadata.len())),
        };
        let total: Option<u64> = inputs.list.iter().map(size).sum();
        let template = match total {
            Some(_) => "{bar:28.cyan} {percent:>3}%  {msg}  {binary_bytes_per_sec}, {eta} left",
            None => "{spinner:.cyan} {binary_bytes}  {msg}  {binary_bytes_per_sec}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        Self { bar, start: Instant::now(), is_shown: false }
    }

    /// Counts a piece of input that is done.
    pub(super) fn advance(&mut self, bytes: u64, tally: &Tally) {
        if !self.is_shown && self.start.elapsed() > PATIENCE {
            self.is_shown = true;
            // Draws nothing where stderr is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(bytes);
        if self.is_shown {
            let Tally { resources, errors, .. } = tally;
            self.bar.set_message(format!("{resources} resources, {errors} errors"));
        }
    }

    /// Takes the bar away while something else is printed.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away for good.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
