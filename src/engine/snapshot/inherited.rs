//! Where a profile takes obligations from (the extension `inherit-obligations`): from profiles that are for that, and of
//! the same base.

use crate::definitions::View;
use crate::definitions::snapshot::Sources;
use crate::engine::Engine;
use crate::issue::{Arg, Code, Issue, Issues};
use crate::tree::NodeId;

const INHERITED: &str = "http://hl7.org/fhir/StructureDefinition/inherit-obligations";
const FLAG: &str = "http://hl7.org/fhir/StructureDefinition/obligation-profile";

/// Checks the definition of a profile.
pub(super) fn check(engine: &Engine, definition: View<'_>, issues: &mut Issues) {
    for (position, extension) in definition.objects("extension").enumerate() {
        let canonical = extension.text("valueCanonical");
        let Some(canonical) = canonical.filter(|_| extension.text("url") == Some(INHERITED)) else {
            continue;
        };
        let Some(tree) = engine.find(canonical) else { continue };
        let from = View::new(&tree, NodeId::ROOT);
        let why = if !is_for_obligations(from) {
            "is not marked as a profile of obligations"
        } else if from.text("baseDefinition") != definition.text("baseDefinition") {
            "has another base"
        } else {
            continue;
        };
        let span = definition.tree().span(extension.node());
        let place = format!("StructureDefinition.extension[{position}]");
        let args = vec![Arg::Value(canonical.to_owned()), Arg::Words(why)];
        issues.push(Issue::new(Code::DefinitionObligations, span, place, args));
    }
}

fn is_for_obligations(profile: View<'_>) -> bool {
    let mut extensions = profile.objects("extension");
    extensions.any(|it| it.text("url") == Some(FLAG) && it.is_true("valueBoolean"))
}
