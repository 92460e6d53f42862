//! Taking what came of inputs that become something else, as `convert`, `transform` and `snapshot` do.

use std::ops::ControlFlow;

use clap::Args;
use fhirkiln::engine::render::Written;

use crate::exit::Outcome;
use crate::output::Output;

/// What is said besides the results.
#[derive(Args, Debug)]
pub(crate) struct Report {
    /// List the values that no rule took
    #[arg(long, help_heading = "Report")]
    pub(crate) unmapped: bool,

    /// No findings
    #[arg(short, long, help_heading = "Report")]
    pub(crate) quiet: bool,

    /// Replace values of the input in findings by their length
    #[arg(long, help_heading = "Report")]
    pub(crate) mask_values: bool,
}

/// Writes what came of one input, and says on standard error what there is to say of it.
pub(crate) fn take(
    output: &mut Output,
    outcome: &mut Outcome,
    written: &Written,
) -> ControlFlow<()> {
    for note in &written.notes {
        output.note(note);
    }
    if written.has_error {
        *outcome = (*outcome).max(Outcome::Findings);
    }
    if let Some(why) = &written.failure {
        output.say(why);
        *outcome = Outcome::Incomplete;
    }
    output.write(&written.text)
}
