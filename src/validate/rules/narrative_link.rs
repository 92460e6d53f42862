//! Links inside a resource: `<a href="#x">` of a narrative leads to an element or a resource of the input with the
//! id `x`, or to a place in a narrative that has that id or name (R4 narrative.html#id).

use std::borrow::Cow;
use std::collections::HashSet;

use super::xhtml;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::walk::Walk;

/// Where links of an input can lead, once one of its links was met.
pub(crate) type Anchors<'a> = HashSet<Cow<'a, str>>;

/// Checks the links of the narrative at `node`; says the first that leads nowhere, and how many others do.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let mut broken = Vec::new();
    for target in xhtml::links_within(tree.value(node)) {
        // INVARIANT: made once for each input, so that many links take time in proportion to it.
        let anchors = walk.anchors.get_or_insert_with(|| anchors(tree));
        if !anchors.contains(target) {
            broken.push(target);
        }
    }
    let Some((first, others)) = broken.split_first() else { return };
    let mut args = vec![Arg::Value(format!("#{first}"))];
    if !others.is_empty() {
        args.push(Arg::Number(others.len() as u64));
    }
    walk.report(Code::XhtmlLinkTarget, tree.span(node), args);
}

fn anchors(tree: &Tree) -> Anchors<'_> {
    let names = tree.names();
    let mut found = HashSet::new();
    for node in tree.nodes().filter(|&node| tree.kind(node) == Kind::String) {
        match names.text(tree.name(node)) {
            "id" => {
                let id = tree.value(node);
                found.insert(Cow::Borrowed(id));
                let name = tree.parent(node).and_then(|it| tree.child_text(it, "resourceType"));
                // So the narratives that HL7's publisher writes name the resources of a Bundle.
                found.extend(name.map(|name| Cow::Owned(format!("{name}_{id}"))));
            }
            "div" => found.extend(xhtml::anchors(tree.value(node)).map(Cow::Borrowed)),
            _ => {}
        }
    }
    found
}
