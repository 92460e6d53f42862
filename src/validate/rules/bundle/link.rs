//! `Bundle.link`: each relation once, the pages of a search only where there was one, and style sheets of a
//! document in it.

use std::collections::HashSet;

use super::Open;
use crate::cursor::{Lead, is_absolute};
use crate::issue::{Arg, Code};
use crate::tree::NodeId;
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Relations between the pages of a search.
const PAGES: [&str; 4] = ["first", "previous", "next", "last"];

/// Checks the links of the Bundle at `node`, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, bundle: &mut Open<'_>, node: NodeId) {
    let tree = walk.tree;
    let Some(list) = tree.child(node, "link") else { return };
    let is_search = matches!(bundle.kind, "searchset" | "history");
    let mut seen = HashSet::new();
    for (index, link) in tree.children(list).enumerate() {
        let Some(place) = tree.child(link, "relation") else { continue };
        let relation = tree.value(place);
        let is_page = PAGES.contains(&relation);
        let is_again = (relation == "self" || is_page && is_search) && !seen.insert(relation);
        let length = walk.path.len();
        walk.path.push(Step::Name(tree.name(list)));
        walk.path.push(Step::Index(index as u32));
        if !is_search {
            walk.path.push(Step::Name(tree.name(place)));
        }
        let value = Arg::Value(relation.to_owned());
        if is_again {
            walk.report(Code::BundleLinkDuplicate, tree.span(place), vec![value]);
        } else if is_page && !is_search && !bundle.kind.is_empty() {
            let args = vec![value, Arg::Value(bundle.kind.to_owned())];
            walk.report(Code::BundleLinkSearch, tree.span(place), args);
        } else if relation == "stylesheet" && bundle.kind == "document" {
            walk.path.truncate(length + 2);
            stylesheet(walk, bundle, link);
        }
        walk.path.truncate(length);
    }
}

/// A style sheet is an entry, and part of the document, unless its URL leads elsewhere.
fn stylesheet(walk: &mut Walk<'_>, bundle: &mut Open<'_>, link: NodeId) {
    let tree = walk.tree;
    let Some(place) = tree.child(link, "url") else { return };
    let url = tree.value(place);
    // Relative to the place of the document, whatever the id in it.
    let own = bundle.entries.list().first().and_then(|first| bundle.full_url(*first));
    let base = own.and_then(|(_, own)| own.rsplitn(3, '/').nth(2));
    let whole = base.filter(|_| !is_absolute(url)).map(|base| format!("{base}/{url}"));
    match bundle.entries.lead(tree, Some(0), whole.as_deref().unwrap_or(url)) {
        Lead::Entry(index) => bundle.links.push((0, index)),
        _ if is_absolute(url) => {}
        _ => {
            walk.path.push(Step::Name(tree.name(place)));
            let args = vec![Arg::Value(url.to_owned())];
            walk.report(Code::BundleLinkStylesheet, tree.span(place), args);
        }
    }
}
