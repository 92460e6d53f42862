//! What tells of which profile a resource is: the values that profiles give (`fixed[x]`, `pattern[x]`).

use crate::definitions::profile::{Profile, ProfileElement};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::rules::literal::{child, contains};

/// False if a value of the resource, or its lack, keeps it from meeting the profile whatever else it is given: it has another code, or is
/// in another category. Most profiles of a type go by this, before one is checked.
pub(super) fn may_meet(tree: &Tree, resource: NodeId, profile: &Profile) -> bool {
    let is_told = is_told_by_code(tree, profile);
    profile.root.children.iter().all(|element| {
        let values = values(tree, resource, element);
        let missing = |slice: &&ProfileElement| {
            slice.min > 0 && !values.iter().any(|&value| may_be(tree, value, slice))
        };
        let is_open = values.is_empty() && element.min == 0;
        values.iter().all(|&value| may_be(tree, value, element))
            && (is_open || is_told || !element.slices.iter().any(|it| missing(&it)))
    })
}

/// False if a value is not what a profile gives.
fn may_be(tree: &Tree, value: NodeId, element: &ProfileElement) -> bool {
    let given = element.fixed.as_ref().or(element.pattern.as_ref());
    let has = |inner: &&ProfileElement| {
        let values = values(tree, value, inner);
        values.is_empty() || values.iter().any(|&value| may_be(tree, value, inner))
    };
    given.is_none_or(|given| contains(tree, value, given))
        && element.children.iter().all(|inner| has(&inner))
}

fn values(tree: &Tree, owner: NodeId, element: &ProfileElement) -> Vec<NodeId> {
    match child(tree, owner, element.name) {
        Some(list) if tree.kind(list) == Kind::Array => tree.children(list).collect(),
        one => one.into_iter().collect(),
    }
}

/// True if the profile is for resources of one code: one that has it is what the profile is about, so that what the profile says of
/// all of them holds for it. Of a profile that its category alone tells, such as that of results of a laboratory, only
/// the message can say whether a resource is one.
pub(super) fn is_told_by_code(tree: &Tree, profile: &Profile) -> bool {
    let is_code = |it: &&ProfileElement| tree.names().text(it.name) == "code";
    let code = profile.root.children.iter().find(is_code);
    code.is_some_and(|code| code.fixed.is_some() || code.pattern.is_some())
}

/// True if a profile gives values to elements, or to slices that are required.
pub(super) fn gives_values(element: &ProfileElement) -> bool {
    element.fixed.is_some()
        || element.pattern.is_some()
        || element.children.iter().any(gives_values)
        || element.slices.iter().any(|slice| slice.min > 0 && gives_values(slice))
}
