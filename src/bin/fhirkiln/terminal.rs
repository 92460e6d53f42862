//! What standard output is: a terminal, how wide, with colours or without.

use std::io::{IsTerminal, stdout};

use clap::{Args, ValueEnum};
use terminal_size::terminal_size_of;

/// Columns of a report that does not go to a terminal.
const DEFAULT_WIDTH: usize = 100;

/// The argument that says whether a report has colours, the same for every command.
#[derive(Args, Debug)]
pub(crate) struct Color {
    /// auto, always or never; auto is for terminals and honours `NO_COLOR`
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    #[arg(hide_possible_values = true)]
    color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl Color {
    /// True if the report is to have colours.
    pub(crate) fn is_wanted(&self) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                stdout().is_terminal()
                    && !set("NO_COLOR")
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}

/// Columns that a report can take.
pub(crate) fn width() -> usize {
    terminal_size_of(stdout()).map_or(DEFAULT_WIDTH, |(width, _)| width.0.into())
}
