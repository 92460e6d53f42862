//! Conformance profiles: `StructureDefinition`s over the models of HL7 v2 (`https://fhirkiln.dev/v2/ADT_A01`, `.../PID`,
//! `.../CX`), enforced as those of FHIR are. One of a segment or a data type is for each of these in the message.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use crate::cursor::{Cursor, Target};
use crate::definitions::profile::Profile;
use crate::definitions::v2::resolve;
use crate::definitions::{Definitions, ShapeId};
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
    let is_list = tree.kind(NodeId::ROOT) == Kind::Array;
    let list = is_list.then(|| tree.children(NodeId::ROOT)).into_iter().flatten();
    let one = (!is_list).then_some(NodeId::ROOT);
    let messages: Vec<NodeId> = one.into_iter().chain(list).collect();
    let mut structures: HashSet<String> = document.messages().map(own_name).collect();
    structures.extend(
        messages
            .iter()
            .filter_map(|&node| tree.child_text(node, "resourceType"))
            .map(str::to_owned),
    );
    let mut profiles: Vec<Asked> = Vec::new();
    for canonical in settings.profiles {
        let asked = definitions.profile(canonical).map(|profile| Asked::new(profile, definitions));
        // That of a structure which no message has was not looked at.
        match asked.filter(|it| it.structure.as_ref().is_none_or(|it| structures.contains(it))) {
            Some(asked) => profiles.push(asked),
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
        let own = own_name(message);
        let is_meant = |it: &&Asked| !it.is_of_event || it.structure.as_ref() == Some(&own);
        let meant: Vec<&Profile> =
            profiles.iter().filter(is_meant).map(|it| it.profile.as_ref()).collect();
        check_message(&mut walk, node, &meant);
        for issue in found.into_sorted() {
            issues.push(placed(issue, message));
        }
    }
}

/// A profile that is asked for.
struct Asked<'d> {
    profile: Cow<'d, Profile>,
    /// The structure that it is of; none for a segment or a data type.
    structure: Option<String>,
    /// True if the structure is only another's name for one message (`ADT_A04`, which is `ADT_A01`).
    is_of_event: bool,
}

impl<'d> Asked<'d> {
    fn new(profile: &'d Profile, definitions: &'d Definitions) -> Self {
        let name = definitions.names().text(profile.type_name);
        let own = definitions.type_named(profile.type_name);
        let base = own.map(|own| resolve(definitions, own)).filter(|base| Some(*base) != own);
        let shape = base.or(own).and_then(|type_id| {
            definitions
                .shape(ShapeId { type_id, index: 0 })?
                .element(definitions.names().find("MSH")?)
        });
        // What is checked is a message of the structure whose elements it has.
        let profile = match base {
            Some(base) => {
                let type_name = definitions.type_name_id(base);
                Cow::Owned(Profile { type_name, ..profile.clone() })
            }
            None => Cow::Borrowed(profile),
        };
        let structure = shape.map(|_| name.to_owned());
        Self { profile, structure, is_of_event: base.is_some() }
    }
}

/// `ADT_A04`, as MSH-9 names a message, whatever its structure.
fn own_name(message: Message<'_>) -> String {
    let [code, event, _] = message.message_type();
    format!("{code}_{event}")
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
