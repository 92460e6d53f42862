//! Definitions in themselves: what a StructureDefinition, ValueSet or CodeSystem says has to fit together,
//! beyond its own definition and constraints.

mod concept_map;
mod constraint_key;
mod context_path;
mod filter;
mod measure_report;
mod own_type;
mod search_parameter;

use crate::cursor::is_absolute;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// What only the definition of a type says of an element, and no profile of it (R4
/// elementdefinition.html#interpretation). The constraint `sdf-22` says the same of `defaultValue[x]`.
const OF_TYPES: &str = "meaningWhenMissing";

/// Checks the resource of that type at `node`, which the walk is at.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, type_name: &str) {
    let view = View::new(walk.tree, node);
    match type_name {
        "StructureDefinition" => structure(walk, view),
        "ValueSet" => value_set(walk, view),
        "CodeSystem" => code_system(walk, view),
        "ConceptMap" => concept_map::check(walk, view),
        "MeasureReport" => measure_report::check(walk, view),
        "SearchParameter" => search_parameter::check(walk, view),
        "CapabilityStatement" => search_parameter::check_capabilities(walk, view),
        _ => {}
    }
}

/// Goes to a place and back.
pub(crate) fn at(
    walk: &mut Walk<'_>,
    steps: &[(&str, Option<usize>)],
    visit: impl FnOnce(&mut Walk<'_>),
) {
    let length = walk.path.len();
    for &(name, position) in steps {
        let name = walk.definitions().names().find(name);
        walk.path.push(Step::Name(name.unwrap_or_default()));
        if let Some(position) = position {
            walk.path.push(Step::Index(position as u32));
        }
    }
    visit(walk);
    walk.path.truncate(length);
}

fn structure(walk: &mut Walk<'_>, view: View<'_>) {
    let is_profile = view.text("derivation") == Some("constraint");
    let differential = view.object("differential");
    own_type::check(walk, view);
    context_path::check(walk, view);
    if is_profile && view.text("type") == Some("Extension") {
        extension_url(walk, view);
    }
    if let Some(differential) = differential.filter(|_| is_profile) {
        constraint_key::check(walk, differential);
    }
    let elements = differential.iter().flat_map(|it| it.objects("element"));
    for (position, element) in elements.enumerate().filter(|_| is_profile) {
        let span = walk.tree.span(element.node());
        let path = element.text("path").unwrap_or_default();
        let place = [("differential", None), ("element", Some(position))];
        if element.text(OF_TYPES).is_some() {
            let args = vec![Arg::Term(path.to_owned()), Arg::Term(OF_TYPES.to_owned())];
            at(walk, &place, |walk| walk.report(Code::DefinitionProperty, span, args));
        }
        if element.object("slicing").is_some() && !path.contains('.') {
            at(walk, &place, |walk| walk.report(Code::DefinitionRootSlicing, span, Vec::new()));
        }
    }
}

/// The `url` that an extension's definition fixes is its own.
fn extension_url(walk: &mut Walk<'_>, view: View<'_>) {
    let parts = ["snapshot", "differential"];
    let mut elements = parts
        .iter()
        .filter_map(|part| view.object(part))
        .flat_map(|part| part.objects("element").collect::<Vec<_>>());
    let fixed = elements.find(|element| element.text("path") == Some("Extension.url"));
    let fixed = fixed.and_then(|element| element.text("fixedUri"));
    if let (Some(fixed), Some(url)) = (fixed, view.text("url"))
        && fixed != url
    {
        let args = vec![Arg::Value(fixed.to_owned()), Arg::Value(url.to_owned())];
        walk.report(Code::DefinitionExtensionUrl, walk.tree.span(view.node()), args);
    }
}

fn value_set(walk: &mut Walk<'_>, view: View<'_>) {
    let Some(compose) = view.object("compose") else { return };
    filter::check(walk, compose);
    for name in ["include", "exclude"] {
        for (position, include) in compose.objects(name).enumerate() {
            let Some(system) = include.text("system") else { continue };
            let code = if !is_absolute(system) {
                Code::ValueSetSystem
            } else if is_value_set(walk, system) {
                Code::SystemValueSet
            } else {
                continue;
            };
            let args = vec![Arg::Value(system.to_owned())];
            let span = walk.tree.span(include.node());
            let place = [("compose", None), (name, Some(position))];
            at(walk, &place, |walk| walk.report(code, span, args));
        }
    }
}

/// True for the canonical of a value set that is here.
fn is_value_set(walk: &Walk<'_>, canonical: &str) -> bool {
    let terminology = walk.validator.terminology();
    terminology.value_set(canonical).is_some() && terminology.has_code(canonical, "").is_none()
}

/// A code system that adds to another says so, and one that is complete has as many concepts as it says.
fn code_system(walk: &mut Walk<'_>, view: View<'_>) {
    let content = view.text("content").filter(|content| *content != "supplement");
    if let (Some(content), Some(other)) = (content, view.text("supplements")) {
        let args = vec![Arg::Value(other.to_owned()), Arg::Value(content.to_owned())];
        let span = walk.tree.span(view.node());
        at(walk, &[("content", None)], |walk| walk.report(Code::CodeSystemContent, span, args));
    }
    let is_complete = view.text("content") == Some("complete");
    let Some(stated) = view.number("count").filter(|_| is_complete) else { return };
    let found = count_concepts(view.tree(), view.node());
    if u64::from(stated) != found {
        let args = vec![Arg::Number(stated.into()), Arg::Number(found)];
        let span = walk.tree.span(view.node());
        at(walk, &[("count", None)], |walk| walk.report(Code::CodeSystemCount, span, args));
    }
}

fn count_concepts(tree: &Tree, code_system: NodeId) -> u64 {
    let mut open = vec![code_system];
    let mut count = 0;
    while let Some(node) = open.pop() {
        let list = tree.child(node, "concept").filter(|&list| tree.kind(list) == Kind::Array);
        let concepts = list.into_iter().flat_map(|list| tree.children(list));
        let before = open.len();
        open.extend(concepts);
        count += (open.len() - before) as u64;
    }
    count
}
