//! The `system` of a Coding and of an Identifier: there for a code, absolute, and no value set
//! (R4 datatypes.html#Coding, #Identifier).

use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Checks the Coding at `node`, an object.
pub(crate) fn check_coding(walk: &mut Walk<'_>, node: NodeId) {
    let (tree, known) = (walk.tree, walk.known());
    let mut has_code = false;
    let mut system = None;
    for child in tree.children(node) {
        has_code |= tree.name(child) == known.code;
        if tree.name(child) == known.system {
            system = Some(child);
        }
    }
    let Some(place) = system else {
        if has_code {
            walk.report(Code::SystemMissing, tree.span(node), Vec::new());
        }
        return;
    };
    let length = walk.path.len();
    walk.path.push(Step::Name(known.system));
    check_absolute(walk, place);
    if is_value_set(tree.value(place)) {
        let args = vec![Arg::Value(tree.value(place).to_owned())];
        walk.report(Code::SystemValueSet, tree.span(place), args);
    }
    walk.path.truncate(length);
}

/// Checks the Identifier at `node`, an object.
pub(crate) fn check_identifier(walk: &mut Walk<'_>, node: NodeId) {
    let (tree, known) = (walk.tree, walk.known());
    if let Some(place) = tree.children(node).find(|&child| tree.name(child) == known.system) {
        check_absolute(walk, place);
    }
}

fn check_absolute(walk: &mut Walk<'_>, place: NodeId) {
    let system = walk.tree.value(place);
    let is_text = walk.tree.kind(place) == Kind::String && !system.is_empty();
    if is_text && !system.contains(':') {
        let args = vec![Arg::Value(system.to_owned())];
        walk.report(Code::SystemRelative, walk.tree.span(place), args);
    }
}

/// HL7 names its value sets so; elsewhere the text of a URL tells nothing.
fn is_value_set(system: &str) -> bool {
    let rest = system.strip_prefix("http://").or_else(|| system.strip_prefix("https://"));
    rest.and_then(|rest| rest.split_once('/')).is_some_and(|(host, path)| {
        (host == "hl7.org" || host == "terminology.hl7.org") && path.contains("ValueSet/")
    })
}
