//! What HL7 asks of the resources that it publishes; only where the caller says that this is one.

use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::walk::Walk;

/// Names the work group that owns a resource.
const OWNER: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg";

/// The beginnings of the canonicals of HL7.
const OWN: [&str; 2] = ["http://hl7.org/fhir/", "http://terminology.hl7.org/"];

/// Checks the resource at `node`.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    if !walk.settings.for_publication {
        return;
    }
    let tree = walk.tree;
    let url = tree.child_text(node, "url").unwrap_or_default();
    let is_canonical = tree.child_text(node, "status").is_some();
    if !is_canonical || !OWN.iter().any(|own| url.starts_with(own)) {
        return;
    }
    let list = tree.child(node, "extension").into_iter();
    let mut extensions = list.flat_map(|list| tree.children(list));
    if !extensions.any(|extension| tree.child_text(extension, "url") == Some(OWNER)) {
        let args = vec![Arg::Term(OWNER.to_owned())];
        walk.report(Code::PublicationOwner, tree.span(node), args);
    }
}
