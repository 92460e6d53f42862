//! A progress bar on stderr, for work that is long and a terminal that shows it.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::inputs::{Input, Inputs};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the run is.
pub(crate) struct Progress {
    bar: ProgressBar,
    start: Instant,
    is_shown: bool,
}

impl Progress {
    /// The progress through `inputs`; without a length where one of them is standard input.
    pub(crate) fn new(inputs: &Inputs) -> Self {
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

    /// Counts a piece of input that is done; `state` is what to say of it all.
    pub(crate) fn advance(&mut self, bytes: u64, state: impl FnOnce() -> String) {
        if !self.is_shown && self.start.elapsed() > PATIENCE {
            self.is_shown = true;
            // Draws nothing where stderr is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(bytes);
        if self.is_shown {
            self.bar.set_message(state());
        }
    }

    /// Takes the bar away while something else is printed.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away for good.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
