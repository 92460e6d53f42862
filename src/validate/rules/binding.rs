//! Bindings (`ElementDefinition.binding`): with strength required the code must be from the value set; in
//! profiles, the weaker strengths are said as well, and bindings besides are looked at. A value set or code
//! system that is not here makes the answer "not checked".

use super::binding_usage;
use crate::cursor::Cursor;
use crate::definitions::profile::ProfileBinding;
use crate::definitions::{Binding, Strength};
use crate::issue::{Arg, Code};
use crate::terminology::Membership;
use crate::tree::{Kind, NameId, NodeId};
use crate::validate::walk::Walk;

/// Checks the code that the primitive at `node` is.
pub(crate) fn check_code(walk: &mut Walk<'_>, node: NodeId, binding: Binding) {
    if binding.strength != Strength::Required {
        return;
    }
    code_in(walk, node, value_set(walk, binding));
}

fn code_in(walk: &mut Walk<'_>, node: NodeId, set: &str) {
    let code = walk.tree.value(node);
    match walk.validator.terminology.validate_code(set, None, code) {
        Membership::In => {}
        Membership::Out => {
            let near = walk.validator.terminology.suggest(set, None, code);
            report_out(walk, node, Coding { system: None, code }, set, near);
        }
        Membership::Unknown(missing) => report_unknown(walk, node, code, set, missing),
    }
}

/// Checks a Coding, CodeableConcept, Quantity or another type with `system` and `code`.
pub(crate) fn check_complex(
    walk: &mut Walk<'_>,
    node: NodeId,
    binding: Binding,
    type_name: NameId,
) {
    if binding.strength != Strength::Required {
        return;
    }
    complex_in(walk, node, value_set(walk, binding), type_name);
}

fn complex_in(walk: &mut Walk<'_>, node: NodeId, set: &str, type_name: NameId) {
    if type_name == walk.known().codeable_concept_type {
        concept(walk, node, set);
    } else if let Some(coding) = Coding::of(walk, node) {
        match coding.membership(walk, set) {
            Membership::In => {}
            Membership::Out => report_coding(walk, node, coding, set),
            Membership::Unknown(missing) => report_unknown(walk, node, coding.code, set, missing),
        }
    } else if type_name == walk.known().coding_type {
        report_no_code(walk, node, set);
    }
}

/// Checks what a profile binds a value to.
pub(crate) fn check_profile(
    walk: &mut Walk<'_>,
    cursor: Cursor,
    binding: &ProfileBinding,
    type_name: NameId,
) {
    let cursor = coded(walk, cursor, type_name);
    if !is_bindable(walk, cursor, type_name) {
        return;
    }
    if let Some((strength, set)) = &binding.set {
        check_set(walk, cursor, *strength, set, type_name);
    }
    if let Some(set) = &binding.max_value_set {
        report_unless_in(walk, cursor, set, type_name, Code::BindingMax);
    }
    for entry in &binding.additional {
        if !binding_usage::applies(walk, &entry.usage) {
            continue;
        }
        match &*entry.purpose {
            "required" => check_set(walk, cursor, Strength::Required, &entry.value_set, type_name),
            "extensible" => {
                check_set(walk, cursor, Strength::Extensible, &entry.value_set, type_name);
            }
            "preferred" => {
                check_set(walk, cursor, Strength::Preferred, &entry.value_set, type_name);
            }
            "maximum" => {
                report_unless_in(walk, cursor, &entry.value_set, type_name, Code::BindingMax);
            }
            // For people who choose codes, not for codes.
            _ => {}
        }
    }
}

/// Where a value has its code: in the first component, where it is of a coded type of HL7 v2.
fn coded(walk: &Walk<'_>, cursor: Cursor, type_name: NameId) -> Cursor {
    const TYPES: [&str; 4] = ["CWE", "CNE", "CE", "CF"];
    let is_coded = TYPES.contains(&walk.definitions().names().text(type_name));
    let code = cursor.node.filter(|_| is_coded).and_then(|node| walk.tree.child(node, "c1"));
    code.map_or(cursor, |code| Cursor { node: Some(code), ..cursor })
}

/// A binding of an element with several types is for those that are or have codes.
fn is_bindable(walk: &Walk<'_>, cursor: Cursor, type_name: NameId) -> bool {
    const CODES: [&str; 15] = [
        "code",
        "string",
        "uri",
        "url",
        "canonical",
        "id",
        "oid",
        "uuid",
        "ID",
        "IS",
        "ST",
        "CWE",
        "CNE",
        "CE",
        "CF",
    ];
    let is_object = cursor.node.is_some_and(|node| walk.tree.kind(node) == Kind::Object);
    is_object || CODES.contains(&walk.definitions().names().text(type_name))
}

fn check_set(
    walk: &mut Walk<'_>,
    cursor: Cursor,
    strength: Strength,
    set: &str,
    type_name: NameId,
) {
    let Some(node) = cursor.node else { return };
    match strength {
        Strength::Required if walk.tree.kind(node) == Kind::Object => {
            complex_in(walk, node, set, type_name);
        }
        Strength::Required => code_in(walk, node, set),
        Strength::Extensible => {
            report_unless_in(walk, cursor, set, type_name, Code::BindingExtensible);
        }
        Strength::Preferred => {
            report_unless_in(walk, cursor, set, type_name, Code::BindingPreferred);
        }
        Strength::Example => {}
    }
}

fn report_unless_in(walk: &mut Walk<'_>, cursor: Cursor, set: &str, type_name: NameId, code: Code) {
    let Some(node) = cursor.node else { return };
    match membership(walk, node, set, type_name) {
        Membership::In => {}
        Membership::Out => {
            walk.report(code, walk.tree.span(node), vec![Arg::Term(set.to_owned())]);
        }
        Membership::Unknown(missing) => {
            let first = match walk.tree.kind(node) {
                Kind::Object => Coding::all(walk, node, type_name).first().map_or("", |it| it.code),
                _ => walk.tree.value(node),
            };
            report_unknown(walk, node, first, set, missing);
        }
    }
}

/// True if a value has a code of the value set; none where that cannot be told.
pub(crate) fn is_in(walk: &Walk<'_>, cursor: Cursor, set: &str, type_name: NameId) -> Option<bool> {
    let Some(node) = cursor.node else { return Some(false) };
    match membership(walk, node, set, type_name) {
        Membership::In => Some(true),
        Membership::Out => Some(false),
        Membership::Unknown(_) => None,
    }
}

fn membership(walk: &Walk<'_>, node: NodeId, set: &str, type_name: NameId) -> Membership {
    if walk.tree.kind(node) != Kind::Object {
        return walk.validator.terminology.validate_code(set, None, walk.tree.value(node));
    }
    let mut unknown = None;
    for coding in Coding::all(walk, node, type_name) {
        match coding.membership(walk, set) {
            Membership::In => return Membership::In,
            Membership::Out => {}
            open @ Membership::Unknown(_) => unknown = Some(open),
        }
    }
    unknown.unwrap_or(Membership::Out)
}

/// One of the codings must be in the value set.
fn concept(walk: &mut Walk<'_>, node: NodeId, set: &str) {
    let codings = Coding::of_concept(walk, node);
    let mut unknown = None;
    for coding in &codings {
        match coding.membership(walk, set) {
            Membership::In => return,
            Membership::Out => {}
            Membership::Unknown(missing) => unknown = Some((coding.code, missing)),
        }
    }
    match (unknown, codings.as_slice()) {
        (Some((code, missing)), _) => report_unknown(walk, node, code, set, missing),
        (None, []) => report_no_code(walk, node, set),
        (None, &[coding]) => report_coding(walk, node, coding, set),
        (None, _) => {
            let args = vec![Arg::Term(set.to_owned())];
            walk.report(Code::BindingRequiredConcept, walk.tree.span(node), args);
        }
    }
}

/// `system` and `code` of an object.
#[derive(Clone, Copy)]
struct Coding<'a> {
    system: Option<&'a str>,
    code: &'a str,
}

impl<'a> Coding<'a> {
    fn of(walk: &Walk<'a>, node: NodeId) -> Option<Self> {
        let (tree, known) = (walk.tree, walk.known());
        let (mut system, mut code) = (None, None);
        for child in tree.children(node).filter(|&child| tree.kind(child) == Kind::String) {
            if tree.name(child) == known.system {
                system = Some(tree.value(child));
            } else if tree.name(child) == known.code {
                code = Some(tree.value(child));
            }
        }
        Some(Self { system, code: code? })
    }

    /// Those of a value of that type.
    fn all(walk: &Walk<'a>, node: NodeId, type_name: NameId) -> Vec<Self> {
        if type_name == walk.known().codeable_concept_type {
            return Self::of_concept(walk, node);
        }
        Self::of(walk, node).into_iter().collect()
    }

    /// Those of a CodeableConcept.
    fn of_concept(walk: &Walk<'a>, node: NodeId) -> Vec<Self> {
        let (tree, name) = (walk.tree, walk.known().coding);
        let array = tree.children(node).find(|&child| tree.name(child) == name);
        let entries = array.into_iter().flat_map(|array| tree.children(array));
        entries.filter_map(|entry| Self::of(walk, entry)).collect()
    }

    /// A coding without a system is in no value set.
    fn membership(&self, walk: &Walk<'_>, set: &str) -> Membership {
        match self.system {
            None => Membership::Out,
            system => walk.validator.terminology.validate_code(set, system, self.code),
        }
    }
}

fn value_set<'a>(walk: &Walk<'a>, binding: Binding) -> &'a str {
    walk.definitions().names().text(binding.value_set)
}

fn report_coding(walk: &mut Walk<'_>, node: NodeId, coding: Coding<'_>, set: &str) {
    // Without a system, what is wrong is that, and not the letters of the code.
    let near =
        coding.system.map(|_| walk.validator.terminology.suggest(set, coding.system, coding.code));
    report_out(walk, node, coding, set, near.unwrap_or_default());
}

fn report_out(walk: &mut Walk<'_>, node: NodeId, coding: Coding<'_>, set: &str, near: Vec<String>) {
    let code = Arg::Value(coding.code.to_owned());
    let value_set = Arg::Term(set.to_owned());
    let (kind, args) = match coding.system {
        None => (Code::BindingRequired, vec![code, value_set, Arg::Terms(near)]),
        Some(system) => {
            let system = Arg::Value(system.to_owned());
            (Code::BindingRequiredSystem, vec![code, system, value_set, Arg::Terms(near)])
        }
    };
    walk.report(kind, walk.tree.span(node), args);
}

fn report_no_code(walk: &mut Walk<'_>, node: NodeId, set: &str) {
    walk.report(Code::BindingNoCode, walk.tree.span(node), vec![Arg::Term(set.to_owned())]);
}

fn report_unknown(walk: &mut Walk<'_>, node: NodeId, code: &str, set: &str, missing: String) {
    let args = vec![Arg::Value(code.to_owned()), Arg::Term(set.to_owned()), Arg::Term(missing)];
    walk.report(Code::BindingNotChecked, walk.tree.span(node), args);
}
