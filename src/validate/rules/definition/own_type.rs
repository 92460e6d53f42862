//! `StructureDefinition.type`: a definition that specialises another makes a type of its own, named by a URL
//! unless it is one of FHIR's; and the paths of every definition begin with its type.

use super::at;
use crate::cursor::is_absolute;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// Checks a StructureDefinition, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, definition: View<'_>) {
    let Some(name) = definition.text("type") else { return };
    if definition.text("derivation") == Some("specialization") {
        specialised(walk, definition, name);
    }
    // Of a URL, the last part is the name in paths.
    let first = name.rsplit('/').next().unwrap_or(name);
    for part in ["differential", "snapshot"] {
        let elements = definition.object(part).into_iter().flat_map(|part| {
            let elements: Vec<View<'_>> = part.objects("element").collect();
            elements
        });
        for (position, element) in elements.enumerate() {
            let Some(path) = element.text("path") else { continue };
            let rest = path.strip_prefix(first);
            if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                let args = vec![Arg::Value(path.to_owned()), Arg::Value(first.to_owned())];
                let span = walk.tree.span(element.node());
                let place = [(part, None), ("element", Some(position))];
                at(walk, &place, |walk| walk.report(Code::DefinitionPath, span, args));
            }
        }
    }
}

fn specialised(walk: &mut Walk<'_>, definition: View<'_>, name: &str) {
    let span = walk.tree.span(definition.node());
    let base = definition.text("baseDefinition").and_then(|base| base.split('|').next());
    // The data elements of FHIR are named by their paths: `Patient.active`.
    let first = name.split('.').next().unwrap_or(name);
    if !is_absolute(name) && walk.definitions().find_type(first).is_none() {
        let args = vec![Arg::Value(name.to_owned()), Arg::Words("is none of FHIR's, and no URL")];
        at(walk, &[("type", None)], |walk| walk.report(Code::DefinitionType, span, args));
    } else if base == Some(name) {
        let args = vec![Arg::Value(name.to_owned()), Arg::Words("is that of the base")];
        walk.report(Code::DefinitionType, span, args);
    }
}
