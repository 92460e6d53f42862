//! Taking what came of inputs that become something else, as `convert`, `transform` and `snapshot` do.

use std::ops::ControlFlow;

use fhirkiln::engine::render::Written;

use crate::exit::Outcome;
use crate::output::Output;

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
