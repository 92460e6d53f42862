//! Constraints of FHIR itself that every element, reference or contained resource has: said by rules that
//! need no FHIRPath. `tests/constraints.rs` shows that both agree. Others, which every Bundle has, are seen to be
//! met without FHIRPath, and evaluated where that is open; debug builds evaluate all the same and compare.

use crate::cursor::Entry;
use crate::definitions::Constraint;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

const ELEMENT: (&str, &str) = ("ele-1", "hasValue() or (children().count() > id.count())");

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

/// What sees without FHIRPath that most values meet a constraint, for those that are asked for each entry of a Bundle.
const SHORTCUTS: [(&str, &str, Shortcut); 4] = [
    ("bdl-3", "entry.all(request.exists() = (%resource.type = 'batch' or", |walk, bundle| {
        fit(walk, bundle, "request", ["batch", "transaction", "history"])
    }),
    ("bdl-4", "entry.all(response.exists() = (%resource.type = 'batch-response' or", |walk, it| {
        fit(walk, it, "response", ["batch-response", "transaction-response", "history"])
    }),
    (
        "bdl-7",
        "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&",
        |walk, bundle| walk.shared.references.entries(walk.tree, bundle).are_distinct(),
    ),
    ("bdl-8", "fullUrl.", |walk, entry| {
        walk.tree.child_text(entry, "fullUrl").is_some_and(|url| !url.contains('_'))
    }),
];

/// True where each entry has that part if the Bundle is of one of those kinds, and none has it if not.
fn fit(walk: &Walk<'_>, bundle: NodeId, part: &str, kinds: [&str; 3]) -> bool {
    let tree = walk.tree;
    let Some(kind) = tree.child_text(bundle, "type") else { return false };
    let (is_expected, name) = (kinds.contains(&kind), tree.names().find(part));
    let entries = walk.shared.references.entries(tree, bundle);
    let fits = |entry: &Entry| match name.and_then(|name| tree.child_named(entry.node, name)) {
        Some(part) => is_expected && tree.kind(part) == Kind::Object,
        None => !is_expected,
    };
    !entries.list().is_empty() && entries.list().iter().all(fits)
}

/// The shortcut for a constraint, if there is one.
pub(super) fn shortcut(constraint: &Constraint) -> Option<Shortcut> {
    let is_same = |&(key, beginning, _): &(&str, &str, Shortcut)| {
        key == &*constraint.key && constraint.expression.starts_with(beginning)
    };
    SHORTCUTS.iter().find(|it| is_same(it)).map(|&(.., shortcut)| shortcut)
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
