//! Contained resources: they have an id, and `#id` leads to one (R4 references.html#contained).

use std::collections::BTreeSet;

use crate::cursor::Cursor;
use crate::definitions::Definitions;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// A contained resource without an id cannot be referred to.
pub(crate) fn check_id(walk: &mut Walk<'_>, node: NodeId) {
    let id = walk.known().id;
    if !walk.tree.children(node).any(|child| walk.tree.name(child) == id) {
        walk.report(Code::ContainedId, walk.tree.span(node), Vec::new());
    }
}

/// A contained resource is referred to from the resource that holds it, or refers to that one (`dom-3`).
/// Each reference is looked at once, so that the cost grows with the input and no faster.
pub(crate) fn check_referenced(walk: &mut Walk<'_>, node: NodeId) {
    let (tree, definitions, contained) = (walk.tree, walk.definitions(), walk.known().contained);
    let array = tree.children(node).find(|&child| tree.name(child) == contained);
    let Some(array) = array.filter(|&array| tree.kind(array) == Kind::Array) else { return };
    let mut targets = BTreeSet::new();
    collect_local(tree, definitions, Cursor::resource(tree, definitions, node), &mut targets);
    let mut ids = BTreeSet::new();
    for (index, resource) in tree.children(array).enumerate() {
        let Some(id) = tree.child_text(resource, "id") else { continue };
        if !ids.insert(id) {
            let args = vec![Arg::Value(id.to_owned())];
            report_at(walk, index, resource, Code::ContainedIdDuplicate, args);
        }
        // What is no resource is said elsewhere.
        let is_resource = tree.child_text(resource, "resourceType").is_some();
        if !is_resource || targets.contains(id) {
            continue;
        }
        let mut own = BTreeSet::new();
        collect_local(tree, definitions, Cursor::resource(tree, definitions, resource), &mut own);
        if !own.contains("") {
            report_at(walk, index, resource, Code::ContainedUnreferenced, Vec::new());
        }
    }
}

fn report_at(walk: &mut Walk<'_>, index: usize, resource: NodeId, code: Code, args: Vec<Arg>) {
    let length = walk.path.len();
    walk.path.push(Step::Name(walk.known().contained));
    walk.path.push(Step::Index(index as u32));
    walk.report(code, walk.tree.span(resource), args);
    walk.path.truncate(length);
}

/// What follows the `#` of each reference and each uri below `cursor`.
fn collect_local<'a>(
    tree: &'a Tree,
    definitions: &'a Definitions,
    cursor: Cursor,
    targets: &mut BTreeSet<&'a str>,
) {
    for child in cursor.children(tree, definitions) {
        collect_local(tree, definitions, child.cursor, targets);
        let Some(value) = child.cursor.value(tree) else { continue };
        let names = definitions.names();
        let code = child.view.type_ref.map(|type_ref| names.text(type_ref.code));
        let local = local_part(value);
        match code {
            // An image in a narrative may be a contained Binary.
            Some("xhtml") => targets.extend(value.split(['"', '\'']).filter_map(local_part)),
            Some("uri" | "url" | "canonical") => targets.extend(local),
            _ if names.text(child.view.element.name) == "reference" => targets.extend(local),
            _ => {}
        }
    }
}

fn local_part(text: &str) -> Option<&str> {
    text.strip_prefix('#')
}
