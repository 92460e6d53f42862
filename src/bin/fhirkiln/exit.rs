//! How a command ends: the exit codes, and what is said when it could not run.

use std::fmt;
use std::process::ExitCode;

/// How a command that ran ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All is well: exit code 0.
    Clean,
    /// There are findings at or above `--fail-on`: exit code 1.
    Findings,
    /// Some of the work could not be done, and stderr has said why: exit code 3.
    Incomplete,
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments contradict each other or mean nothing: exit code 2.
    Usage(String),
    /// The FHIRPath expression is not one: exit code 2, and `--help` would not help.
    Expression(String),
    /// Something that it needs is missing or unreadable: exit code 3.
    CannotRun(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => {
                write!(f, "{message}\n\nFor more information, try '--help'.")
            }
            Self::Expression(message) | Self::CannotRun(message) => f.write_str(message),
        }
    }
}

/// Says what went wrong on stderr and gives the exit code.
pub(crate) fn code(result: Result<Outcome, Failure>) -> ExitCode {
    ExitCode::from(match result {
        Ok(Outcome::Clean) => 0,
        Ok(Outcome::Findings) => 1,
        Ok(Outcome::Incomplete) => 3,
        Err(failure) => {
            say(&failure);
            if matches!(failure, Failure::CannotRun(_)) { 3 } else { 2 }
        }
    })
}

/// One line on stderr.
pub(crate) fn say(message: &dyn fmt::Display) {
    anstream::eprintln!("\x1b[1m\x1b[31merror:\x1b[0m {message}");
}
