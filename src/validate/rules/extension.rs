//! Extensions (R4 extensibility.html): an absolute `url` unless inside another extension, and either a
//! value or extensions. That `url` is there is a matter of cardinality.

use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

/// Checks the extension at `node`, an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let (tree, known) = (walk.tree, walk.known());
    let names = tree.names();
    let (mut has_value, mut has_extensions) = (false, false);
    for child in tree.children(node) {
        let name = tree.name(child);
        if name == known.url {
            check_url(walk, child);
        } else if name == known.extension {
            has_extensions = true;
        } else {
            has_value |= names.text(name).trim_start_matches('_').starts_with("value");
        }
    }
    if has_value == has_extensions {
        walk.report(Code::ExtensionContent, tree.span(node), Vec::new());
    }
}

fn check_url(walk: &mut Walk<'_>, node: NodeId) {
    let url = walk.tree.value(node);
    let is_text = walk.tree.kind(node) == Kind::String && !url.is_empty();
    if is_text && walk.extension_depth == 1 && !url.contains(':') {
        let args = vec![Arg::Value(url.to_owned())];
        walk.report(Code::ExtensionUrlAbsolute, walk.tree.span(node), args);
    }
}
