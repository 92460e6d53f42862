//! Conformance profiles: `StructureDefinition`s over the models of HL7 v2 (`https://fhirkiln.dev/v2/ADT_A01`, `.../PID`,
//! `.../CX`), enforced as those of FHIR are. One of a segment or a data type is for each of these in the message.

use std::collections::HashSet;
use std::rc::Rc;

use crate::cursor::{Cursor, Target};
use crate::definitions::ShapeId;
use crate::definitions::profile::Profile;
use crate::format::Format;
use crate::format::er7::{Document, Message, Place};
use crate::issue::{Arg, Code, Issue, Issues};
use crate::text::Span;
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::path::Step;
use crate::validate::walk::Walk;
use crate::validate::{Settings, Shared, Validator};

/// How many findings of one message are kept.
const FINDINGS: usize = 1_000;

/// Checks every message of an input, which `tree` is in the shape of its models, against the profiles that are asked
/// for. One that is not here is said to be not checked.
pub(super) fn check(
    validator: &Validator,
    (document, tree): (Document<'_>, &Tree),
    settings: Settings<'_>,
    issues: &mut Issues,
) {
    let definitions = validator.definitions();
    let mut profiles: Vec<&Profile> = Vec::new();
    let is_list = tree.kind(NodeId::ROOT) == Kind::Array;
    let list = is_list.then(|| tree.children(NodeId::ROOT)).into_iter().flatten();
    let one = (!is_list).then_some(NodeId::ROOT);
    let messages: Vec<NodeId> = one.into_iter().chain(list).collect();
    let structures: HashSet<&str> =
        messages.iter().filter_map(|&node| tree.child_text(node, "resourceType")).collect();
    for canonical in settings.profiles {
        // That of a structure which no message has was not looked at.
        let is_met = |profile: &&Profile| {
            let type_id = definitions.type_named(profile.type_name);
            let shape =
                type_id.and_then(|type_id| definitions.shape(ShapeId { type_id, index: 0 }));
            let is_structure = shape
                .zip(definitions.names().find("MSH"))
                .is_some_and(|(it, msh)| it.element(msh).is_some());
            !is_structure || structures.contains(definitions.names().text(profile.type_name))
        };
        match definitions.profile(canonical).filter(is_met) {
            Some(profile) => profiles.push(profile),
            None => {
                let args = vec![Arg::Term(canonical.clone())];
                let issue =
                    Issue::new(Code::ProfileNotChecked, Span::default(), String::new(), args);
                issues.push(issue);
            }
        }
    }
    if profiles.is_empty() {
        return;
    }
    let shared = Rc::new(Shared::new(tree));
    for (node, message) in messages.into_iter().zip(document.messages()) {
        if issues.is_done() {
            return;
        }
        let mut found = Issues::new(FINDINGS);
        let mut walk =
            Walk::new(validator, (tree, shared.clone()), Format::Json, settings, &mut found);
        check_message(&mut walk, node, &profiles);
        for issue in found.into_sorted() {
            issues.push(placed(issue, message));
        }
    }
}

fn check_message<'a>(walk: &mut Walk<'a>, message: NodeId, profiles: &[&'a Profile]) {
    let definitions = walk.definitions();
    let name = walk.tree.child_text(message, "resourceType").unwrap_or_default();
    let Some(type_id) = definitions.find_type(name) else { return };
    let shape = ShapeId { type_id, index: 0 };
    let cursor = Cursor { node: Some(message), sibling: None, target: Target::Object(shape) };
    walk.scope = Some(walk.scope_of(message));
    walk.path.push(Step::Name(definitions.type_name_id(type_id)));
    walk.check_everywhere(cursor, profiles);
}

/// The finding with its place as people write it: `PID-8` for what `ADT_A01.PID` lacks.
fn placed(mut issue: Issue, message: Message<'_>) -> Issue {
    let is_of_owner =
        matches!(issue.code, Code::CardinalityMin | Code::CardinalityMax | Code::MustSupportAbsent);
    let named = match issue.args.first() {
        Some(Arg::Term(name)) if is_of_owner => Some(name.clone()),
        _ => None,
    };
    let Some(at) = Place::at(message, issue.span.start) else { return issue };
    let mut steps: Vec<&str> = issue.expression.split('.').collect();
    steps.extend(named.as_deref());
    let field = steps.iter().rposition(|step| number(step, 'f').is_some());
    let place = match field.and_then(|index| Some((index, number(steps[index], 'f')?))) {
        None => {
            let segment = steps.last().copied().unwrap_or_default();
            Place {
                segment: segment.split(['[', ':']).next().unwrap_or_default(),
                ..Place::default()
            }
        }
        Some((index, field)) => {
            let mut inner = steps[index + 1..].iter().filter_map(|step| number(step, 'c'));
            let repetition = if at.field == field { at.repetition } else { 0 };
            let (component, subcomponent) = (inner.next(), inner.next());
            Place {
                field,
                repetition,
                component: component.unwrap_or(0),
                subcomponent: subcomponent.unwrap_or(0),
                ..at
            }
        }
    };
    let written = place.to_string();
    if named.is_some() {
        issue.args[0] = Arg::Term(written.clone());
    }
    issue.expression = written;
    issue
}

/// 3, of `f3[0]` and `f3:slice`.
fn number(step: &str, letter: char) -> Option<usize> {
    let digits = step.strip_prefix(letter)?;
    let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
    let rest = &digits[end..];
    let is_end = rest.is_empty() || rest.starts_with(['[', ':']);
    digits[..end].parse().ok().filter(|_| is_end)
}
