//! A ConceptMap beside the value sets that it is between: the codes that it maps, and those that it maps to, are in them.

use super::at;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::terminology::Membership;
use crate::validate::walk::Walk;

/// Checks a ConceptMap, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, map: View<'_>) {
    let first = |names: [&str; 4]| names.iter().find_map(|name| map.text(name));
    let from = first(["sourceCanonical", "sourceUri", "sourceScopeCanonical", "sourceScopeUri"]);
    let to = first(["targetCanonical", "targetUri", "targetScopeCanonical", "targetScopeUri"]);
    for (number, group) in map.objects("group").enumerate() {
        for (position, element) in group.objects("element").enumerate() {
            let place = [("group", Some(number)), ("element", Some(position))];
            check_code(walk, element, (from, group.text("source")), &place);
            for (position, target) in element.objects("target").enumerate() {
                let place = [&place[..], &[("target", Some(position))]].concat();
                check_code(walk, target, (to, group.text("target")), &place);
            }
        }
    }
}

/// The code of a concept is in the value set, if that is known.
fn check_code(
    walk: &mut Walk<'_>,
    concept: View<'_>,
    (set, system): (Option<&str>, Option<&str>),
    place: &[(&str, Option<usize>)],
) {
    let (Some(set), Some(system), Some(code)) = (set, system, concept.text("code")) else { return };
    let answer = walk.validator.terminology().validate_code(set, Some(system), code);
    let node = concept.tree().child(concept.node(), "code");
    let (Membership::Out, Some(node)) = (answer, node) else { return };
    let args = vec![
        Arg::Value(code.to_owned()),
        Arg::Value(system.to_owned()),
        Arg::Term(set.to_owned()),
        Arg::Terms(Vec::new()),
    ];
    let span = walk.tree.span(node);
    let place = [place, &[("code", None)]].concat();
    at(walk, &place, |walk| walk.report(Code::BindingRequiredSystem, span, args));
}
