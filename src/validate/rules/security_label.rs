//! `Meta.security`: each label once.

use std::collections::HashSet;

use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Checks the labels of the Meta at `node`, an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let Some(list) = tree.child(node, "security") else { return };
    let mut seen = HashSet::new();
    for (index, label) in tree.children(list).enumerate() {
        let label = (label, tree.child_text(label, "system"), tree.child_text(label, "code"));
        let (label, Some(system), Some(code)) = label else { continue };
        if seen.insert((system, code)) {
            continue;
        }
        let length = walk.path.len();
        walk.path.push(Step::Name(tree.name(list)));
        walk.path.push(Step::Index(index as u32));
        let args = vec![Arg::Value(code.to_owned()), Arg::Value(system.to_owned())];
        walk.report(Code::SecurityLabelDuplicate, tree.span(label), args);
        walk.path.truncate(length);
    }
}
