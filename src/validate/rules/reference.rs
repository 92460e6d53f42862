//! The form of a Reference (R4 references.html): `Type/id`, `#id`, an absolute URL or a search; and whether
//! the type that it names is one that the element allows.

use super::bundle;
use super::reference_text::{is_resource, relative, type_in};
use crate::cursor::{is_absolute, is_http};
use crate::definitions::TypeRef;
use crate::issue::{Arg, Code, Severity};
use crate::text::Span;
use crate::tree::{Kind, NameId, NodeId};
use crate::validate::walk::Walk;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Checks the Reference at `node`, an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, type_ref: &TypeRef) {
    let known = walk.known();
    let text = |name: NameId| child_text(walk, node, name);
    let Some((place, reference)) = text(known.reference) else { return check_empty(walk, node) };
    let stated = text(known.type_);
    let target = target(walk, place, reference);
    bundle::check_reference(walk, node, reference, target);
    let Some(target) = target else { return };
    check_target(walk, node, reference, target, type_ref);
    if let Some((place, stated)) = stated {
        check_stated(walk, place, reference, target, stated);
    }
}

fn child_text<'a>(walk: &Walk<'a>, node: NodeId, name: NameId) -> Option<(NodeId, &'a str)> {
    let tree = walk.tree;
    let child = tree.children(node).find(|&child| tree.name(child) == name)?;
    (tree.kind(child) == Kind::String).then(|| (child, tree.value(child)))
}

/// A reference that says nothing: neither where to, nor to whom, nor what to show.
fn check_empty(walk: &mut Walk<'_>, node: NodeId) {
    let known = walk.known();
    let says = [known.reference, known.identifier, known.display, known.extension];
    let tree = walk.tree;
    let is_empty = !tree
        .children(node)
        .any(|child| says.contains(&tree.name(child)) || tree.name_text(child) == "_reference");
    if is_empty {
        walk.report(Code::ReferenceEmpty, tree.span(node), Vec::new());
    }
}

/// The type that the text of a reference names.
pub(crate) fn named_type<'a>(walk: &Walk<'_>, reference: &'a str) -> Option<&'a str> {
    if is_absolute(reference) {
        return type_in(walk, reference);
    }
    let search = reference.split_once('?').map(|(name, _)| name);
    search.filter(|name| is_resource(walk, name)).or_else(|| relative(walk, reference))
}

/// The type that the reference leads to, if its text or a contained resource tells.
fn target<'a>(walk: &mut Walk<'a>, place: NodeId, reference: &'a str) -> Option<&'a str> {
    if let Some(id) = reference.strip_prefix('#') {
        let tree = walk.tree;
        if id.is_empty() {
            return None;
        }
        let Some(found) = walk.shared.references.contained(tree, place, id) else {
            let args = vec![Arg::Value(reference.to_owned())];
            walk.report(Code::ReferenceContained, tree.span(place), args);
            return None;
        };
        return tree.child_text(found, "resourceType");
    }
    if is_absolute(reference) {
        return is_http(reference).then(|| type_in(walk, reference)).flatten();
    }
    let search = reference.split_once('?').map(|(name, _)| name);
    let found = search.filter(|name| is_resource(walk, name)).or_else(|| relative(walk, reference));
    if found.is_none() {
        let args = vec![Arg::Value(reference.to_owned())];
        walk.report(Code::ReferenceFormat, walk.tree.span(place), args);
    }
    found
}

/// `targetProfile` names types in the base definitions; a profile among them leaves the type open.
fn check_target(
    walk: &mut Walk<'_>,
    node: NodeId,
    reference: &str,
    target: &str,
    type_ref: &TypeRef,
) {
    let names = walk.definitions().names();
    let mut allowed = Vec::new();
    for &canonical in &type_ref.targets {
        let name = names.text(canonical).strip_prefix(CORE).unwrap_or_default();
        if name == "Resource" || name == target || !is_resource(walk, name) {
            return;
        }
        allowed.push(name.to_owned());
    }
    if !allowed.is_empty() {
        let is_here = walk.shared.references.resolve(walk.tree, node, reference).is_some();
        let args = vec![
            Arg::Value(reference.to_owned()),
            Arg::Term(target.to_owned()),
            Arg::Terms(allowed),
        ];
        report_target(walk, is_here, walk.tree.span(node), args);
    }
}

/// A target of a type that is not allowed. Where the target itself is not here, its type is taken from the text of
/// the reference, which is sure only if the caller says so.
pub(crate) fn report_target(walk: &mut Walk<'_>, is_here: bool, span: Span, args: Vec<Arg>) {
    let is_sure = is_here || walk.settings.assume_valid_rest_references;
    let severity = if is_sure { Severity::Error } else { Severity::Warning };
    walk.report_as(severity, Code::ReferenceTarget, span, args);
}

/// `Reference.type` must agree with the text of the reference.
fn check_stated(walk: &mut Walk<'_>, place: NodeId, reference: &str, target: &str, stated: &str) {
    let name = stated.strip_prefix(CORE).unwrap_or(stated);
    if name == target || !is_resource(walk, name) {
        return;
    }
    let args = vec![
        Arg::Value(stated.to_owned()),
        Arg::Value(reference.to_owned()),
        Arg::Term(target.to_owned()),
    ];
    walk.report(Code::ReferenceType, walk.tree.span(place), args);
}
