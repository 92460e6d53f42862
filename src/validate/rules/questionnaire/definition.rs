//! A Questionnaire in itself: what an item depends on is another item, and not one inside it; and what it is
//! derived from.

use std::collections::HashMap;

use super::form::entries;
use super::{at_items, derived};
use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::walk::Walk;

/// Checks the Questionnaire at `node`, which the walk is at.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let mut by_link = HashMap::new();
    let mut open = vec![node];
    while let Some(holder) = open.pop() {
        for item in entries(tree, holder, "item") {
            by_link.entry(tree.child_text(item, "linkId").unwrap_or_default()).or_insert(item);
            open.push(item);
        }
    }
    below(walk, node, &by_link);
    derived::check(walk, node);
}

fn below(walk: &mut Walk<'_>, holder: NodeId, by_link: &HashMap<&str, NodeId>) {
    at_items(walk, holder, |walk, item| {
        let tree = walk.tree;
        for condition in entries(tree, item, "enableWhen") {
            let Some(link) = tree.child_text(condition, "question") else { continue };
            let what = match by_link.get(link) {
                None => "not in the questionnaire",
                Some(&target) if target == item => "itself",
                Some(&target) if target > item && target < tree.after(item) => "inside it",
                Some(_) => continue,
            };
            let own = tree.child_text(item, "linkId").unwrap_or_default();
            let args =
                vec![Arg::Value(own.to_owned()), Arg::Value(link.to_owned()), Arg::Words(what)];
            walk.report(Code::QuestionnaireEnableWhen, tree.span(condition), args);
        }
        below(walk, item, by_link);
    });
}
