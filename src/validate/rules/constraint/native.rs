//! Constraints of FHIR itself that every element, reference or contained resource has: said by rules that
//! need no FHIRPath. `tests/constraints.rs` shows that both agree.

use crate::definitions::Constraint;
use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::walk::Walk;

const ELEMENT: (&str, &str) = ("ele-1", "hasValue() or (children().count() > id.count())");
const DISTINCT: (&str, &str) =
    ("bdl-7", "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&");

/// Key and beginning of the expression of each constraint that another rule checks.
const COVERED: [(&str, &str); 6] = [
    // Here, and with what is empty in `json_shape` and `xml_shape`.
    ELEMENT,
    // `extension`
    ("ext-1", "extension.exists() != value.exists()"),
    // `reference`
    ("ref-1", "reference."),
    // `contained`, where each reference is looked at once: the expression looks at all for each resource.
    ("dom-3", "contained.where(("),
    // `xhtml`
    ("txt-1", "htmlChecks()"),
    ("txt-2", "htmlChecks()"),
];

/// True if another rule says what the constraint says.
pub(super) fn covers(constraint: &Constraint) -> bool {
    let is_same = |&(key, beginning): &(&str, &str)| {
        key == &*constraint.key && constraint.expression.starts_with(beginning)
    };
    COVERED.iter().any(is_same)
}

/// Says of a value that it meets a constraint; false where that is open.
pub(super) type Shortcut = fn(&Walk<'_>, NodeId) -> bool;

/// What sees without FHIRPath that most values meet a constraint whose expression takes long.
pub(super) fn shortcut(constraint: &Constraint) -> Option<Shortcut> {
    let is_same = &*constraint.key == DISTINCT.0 && constraint.expression.starts_with(DISTINCT.1);
    is_same.then_some(has_distinct_entries)
}

fn has_distinct_entries(walk: &Walk<'_>, bundle: NodeId) -> bool {
    walk.shared.references.entries(walk.tree, bundle).are_distinct()
}

/// `ele-1`: an element has a value, or more in it than an `id`.
pub(super) fn report_no_content(walk: &mut Walk<'_>, node: NodeId) {
    let (key, expression) = ELEMENT;
    let clause = "there must be a value, or more than an `id`".to_owned();
    let args =
        vec![Arg::Term(key.to_owned()), Arg::Term(expression.to_owned()), Arg::Clause(clause)];
    walk.report(Code::ConstraintFailed, walk.tree.span(node), args);
}

pub(super) fn has_only_id(walk: &Walk<'_>, node: NodeId) -> bool {
    let mut children = walk.tree.children(node);
    children.next().is_some_and(|child| walk.tree.name(child) == walk.known().id)
        && children.next().is_none()
}
