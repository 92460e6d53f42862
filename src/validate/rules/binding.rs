//! Required bindings (`ElementDefinition.binding`): the code must be from the value set. A value set or
//! code system that is not here makes the answer "not checked".

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
    let code = walk.tree.value(node);
    let set = value_set(walk, binding);
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
    if type_name == walk.known().codeable_concept_type {
        concept(walk, node, binding);
    } else if let Some(coding) = Coding::of(walk, node) {
        let set = value_set(walk, binding);
        match coding.membership(walk, set) {
            Membership::In => {}
            Membership::Out => report_coding(walk, node, coding, set),
            Membership::Unknown(missing) => report_unknown(walk, node, coding.code, set, missing),
        }
    } else if type_name == walk.known().coding_type {
        report_no_code(walk, node, binding);
    }
}

/// One of the codings must be in the value set.
fn concept(walk: &mut Walk<'_>, node: NodeId, binding: Binding) {
    let tree = walk.tree;
    let set = value_set(walk, binding);
    let name = walk.known().coding;
    let array = tree.children(node).find(|&child| tree.name(child) == name);
    let entries = array.into_iter().flat_map(|array| tree.children(array));
    let codings: Vec<Coding<'_>> = entries.filter_map(|entry| Coding::of(walk, entry)).collect();
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
        (None, []) => report_no_code(walk, node, binding),
        (None, &[coding]) => report_coding(walk, node, coding, set),
        (None, _) => {
            let args = vec![Arg::Term(set.to_owned())];
            walk.report(Code::BindingRequiredConcept, tree.span(node), args);
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

fn report_no_code(walk: &mut Walk<'_>, node: NodeId, binding: Binding) {
    let set = value_set(walk, binding).to_owned();
    walk.report(Code::BindingNoCode, walk.tree.span(node), vec![Arg::Term(set)]);
}

fn report_unknown(walk: &mut Walk<'_>, node: NodeId, code: &str, set: &str, missing: String) {
    let args = vec![Arg::Value(code.to_owned()), Arg::Term(set.to_owned()), Arg::Term(missing)];
    walk.report(Code::BindingNotChecked, walk.tree.span(node), args);
}
