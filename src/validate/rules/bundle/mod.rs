//! What holds between the entries of a Bundle (R4 bundle.html): each has an identity that fits its resource,
//! references lead to one entry, and a document holds what belongs to it and nothing else.

mod link;
mod open;

pub(crate) use open::Open;

use super::reference_text::type_in;
use crate::cursor::{Entry, Lead, is_absolute, is_http};
use crate::issue::{Arg, Code, Severity};
use crate::tree::NodeId;
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Elements of a Composition whose targets are part of the document (R4 documents.html#content).
const IN_DOCUMENT: [&str; 7] =
    ["subject", "encounter", "author", "party", "custodian", "detail", "entry"];

/// Types of Bundle whose entries are requests or answers to them: those need no `fullUrl`.
const EXCHANGES: [&str; 4] = ["transaction", "transaction-response", "batch", "batch-response"];

/// Checks a Reference inside an entry, whose text says that it leads to a resource of type `stated`.
pub(crate) fn check_reference(
    walk: &mut Walk<'_>,
    node: NodeId,
    reference: &str,
    stated: Option<&str>,
) {
    let Some(bundle) = walk.bundles.last() else { return };
    let Some(current) = bundle.current else { return };
    let is_local = reference.starts_with('#') || reference.contains('?');
    if is_local {
        return;
    }
    let value = || Arg::Value(reference.to_owned());
    let span = walk.tree.span(node);
    match bundle.lead(reference) {
        Lead::NoBase if !EXCHANGES.contains(&bundle.kind) => {
            walk.report(Code::BundleReferenceBase, span, vec![value()]);
        }
        Lead::Several(_) => walk.report(Code::BundleReferenceAmbiguous, span, vec![value()]),
        Lead::Outside | Lead::NoBase if belongs(walk, bundle, current) => {
            walk.report(Code::BundleReferenceMissing, span, vec![value()]);
        }
        Lead::Entry(index) => {
            let found = stated.map_or("", |_| bundle.type_name(index));
            let is_other = stated != Some(found) && !found.is_empty();
            if let Some(bundle) = walk.bundles.last_mut() {
                bundle.links.push((current, index));
            }
            if is_other {
                let args = vec![value(), Arg::Value(found.to_owned())];
                walk.report(Code::BundleReferenceType, span, args);
            }
        }
        Lead::Outside | Lead::NoBase => {}
    }
}

/// True where the walk is at a reference whose target has to be in the Bundle too.
fn belongs(walk: &Walk<'_>, bundle: &Open<'_>, current: usize) -> bool {
    let element = walk.path.last_name().map(|name| walk.tree.names().text(name));
    let is_first = |type_name| current == 0 && bundle.type_name(0) == type_name;
    match bundle.kind {
        "document" => {
            is_first("Composition") && element.is_some_and(|name| IN_DOCUMENT.contains(&name))
        }
        "message" => is_first("MessageHeader") && element == Some("focus"),
        _ => false,
    }
}

/// Checks the entries of the innermost Bundle, after all references in it were followed.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let Some(mut bundle) = walk.bundles.pop() else { return };
    let names = walk.definitions().names();
    let Some(name) = names.find("entry") else { return };
    link::check(walk, &mut bundle, node);
    let unreachable = unreachable(&bundle);
    for (index, entry) in bundle.entries.list().iter().enumerate() {
        let length = walk.path.len();
        walk.path.push(Step::Name(name));
        walk.path.push(Step::Index(index as u32));
        check_identity(walk, &bundle, index, *entry);
        if unreachable.binary_search(&index).is_ok() {
            report_unreachable(walk, &bundle, *entry);
        }
        walk.path.truncate(length);
    }
}

fn check_identity(walk: &mut Walk<'_>, bundle: &Open<'_>, index: usize, entry: Entry) {
    let Some(resource) = entry.resource else { return };
    let is_search = bundle.kind == "searchset";
    // What a search has to say about itself is no resource of the server.
    if is_search && bundle.type_name(index) == "OperationOutcome" {
        return;
    }
    let span = walk.tree.span(entry.node);
    if is_search && bundle.id(index).is_none() {
        let length = walk.path.len();
        walk.path.push(Step::Name(walk.tree.name(resource)));
        walk.report(Code::BundleSearchId, walk.tree.span(resource), Vec::new());
        walk.path.truncate(length);
    }
    let Some((node, url)) = bundle.full_url(entry) else {
        if !EXCHANGES.contains(&bundle.kind) {
            let args = vec![Arg::Value(bundle.kind.to_owned())];
            walk.report(Code::BundleFullUrl, span, args);
        }
        return;
    };
    if !is_absolute(url) {
        let args = vec![Arg::Value(url.to_owned())];
        walk.report(Code::BundleFullUrlAbsolute, walk.tree.span(node), args);
    } else if is_http(url) && type_in(walk, url).is_some() {
        let expected = bundle.id(index).map(|id| format!("{}/{id}", bundle.type_name(index)));
        match expected {
            None => walk.report(Code::BundleFullUrlNoId, span, vec![Arg::Value(url.to_owned())]),
            Some(expected) if !ends_in(url, &expected) => {
                let args = vec![Arg::Value(url.to_owned()), Arg::Value(expected)];
                walk.report(Code::BundleFullUrlId, span, args);
            }
            Some(_) => {}
        }
    }
}

fn ends_in(url: &str, end: &str) -> bool {
    url.strip_suffix(end).is_some_and(|base| base.ends_with('/'))
}

/// The entries of a document or message that no chain of references connects with the first, whichever
/// way the references go.
fn unreachable(bundle: &Open<'_>) -> Vec<usize> {
    let count = bundle.entries.list().len();
    let first = bundle.type_name(0);
    if !matches!((bundle.kind, first), ("document", "Composition") | ("message", "MessageHeader")) {
        return Vec::new();
    }
    let mut neighbours = vec![Vec::new(); count];
    for &(from, to) in &bundle.links {
        neighbours[from].push(to);
        neighbours[to].push(from);
    }
    let mut is_reached = vec![false; count];
    let mut open = vec![0];
    is_reached[0] = true;
    while let Some(index) = open.pop() {
        for &next in &neighbours[index] {
            if !std::mem::replace(&mut is_reached[next], true) {
                open.push(next);
            }
        }
    }
    (0..count).filter(|&index| !is_reached[index]).collect()
}

fn report_unreachable(walk: &mut Walk<'_>, bundle: &Open<'_>, entry: Entry) {
    let severity = if bundle.kind == "document" { Severity::Error } else { Severity::Warning };
    let args = vec![Arg::Value(bundle.type_name(0).to_owned())];
    let span = walk.tree.span(entry.node);
    walk.report_as(severity, Code::BundleUnreachable, span, args);
}
