//! A primitive value: the JSON kind of its type, the form of its type, its length.

use super::primitive::{self, Primitive};
use super::{narrative_link, xhtml, xml_shape};
use crate::definitions::{Element, TypeId};
use crate::format::json;
use crate::issue::{Arg, Code, Severity};
use crate::text::Span;
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

/// True if the value is of the type's form, so that other rules can judge it.
pub(crate) fn check(
    walk: &mut Walk<'_>,
    node: NodeId,
    (primitive, type_id): (Primitive, TypeId),
    element: &Element,
) -> bool {
    let tree = walk.tree;
    if !primitive.json_kind().accepts(tree.kind(node))
        && !is_readable(walk, node, primitive, element)
    {
        return false;
    }
    let value = tree.value(node);
    if primitive == Primitive::Xhtml {
        return narrative(walk, node, value);
    }
    if let Some(problem) = primitive::check(primitive, value) {
        return report_problem(walk, node, type_id, problem);
    }
    if element.max_length.is_some_and(|limit| value.len() > limit as usize) {
        check_length(walk, node, value, element);
    }
    if walk.settings.forbid_example_urls && primitive.is_uri() && is_example(value) {
        let args = vec![Arg::Value(value.to_owned())];
        walk.report(Code::ExampleUrl, tree.span(node), args);
    }
    true
}

/// True if a value that is not of the JSON kind of its type is one all the same.
fn is_readable(walk: &mut Walk<'_>, node: NodeId, primitive: Primitive, element: &Element) -> bool {
    let tree = walk.tree;
    match tree.kind(node) {
        Kind::Damaged => return false,
        Kind::Object if walk.is_xml() => {
            xml_shape::report_no_attribute(walk, node);
            return false;
        }
        // In XML every value is text; what does not have the form of its type stays text in the tree.
        _ if walk.is_xml() => return true,
        kind => {
            let args = vec![
                Arg::Term(tree.names().text(element.name).to_owned()),
                Arg::Term(primitive.json_kind().as_str().to_owned()),
                Arg::Term(kind.as_str().to_owned()),
            ];
            walk.report(Code::ShapePrimitiveExpected, tree.span(node), args);
        }
    }
    false
}

/// True if a value with a problem is of the type's form all the same.
fn report_problem(
    walk: &mut Walk<'_>,
    node: NodeId,
    type_id: TypeId,
    problem: primitive::Problem,
) -> bool {
    let severity = match problem.code {
        Code::ValueHtml if walk.settings.security_checks => Severity::Error,
        // What one version of FHIR advises against, another forbids.
        Code::ValueDecimalDigits | Code::ValueBase64Whitespace
            if !has_form_of(walk, type_id, walk.tree.value(node)) =>
        {
            Severity::Error
        }
        code => code.severity(),
    };
    walk.report_as(severity, problem.code, walk.tree.span(node), problem.args);
    severity < Severity::Error
}

/// True if the definition of a primitive type lets the value pass.
fn has_form_of(walk: &mut Walk<'_>, type_id: TypeId, value: &str) -> bool {
    let type_def = walk.definitions().type_def(type_id);
    let regex = type_def.and_then(|type_def| type_def.regex.as_deref());
    regex.is_none_or(|regex| walk.forms.is_met(regex, value))
}

/// True for a URL of the domains that are for examples (RFC 2606), and of the firm of all examples.
fn is_example(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let domains = ["example.org", "example.com", "example.net", "acme.com", "acme.org"];
    domains.iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

fn check_length(walk: &mut Walk<'_>, node: NodeId, value: &str, element: &Element) {
    if let Some(limit) = element.max_length
        && value.len() > limit as usize
        && value.chars().count() > limit as usize
    {
        let args = vec![Arg::Number(limit.into())];
        walk.report(Code::ValueTooLong, walk.tree.span(node), args);
    }
}

fn narrative(walk: &mut Walk<'_>, node: NodeId, value: &str) -> bool {
    let problems = xhtml::check(value);
    let span = walk.tree.span(node);
    let source = span.slice(walk.tree.text());
    let mut offsets = json::SourceOffsets::new(source);
    for problem in &problems {
        let offset = if walk.is_xml() {
            // As it is written, but for a declaration that was added.
            source.floor_char_boundary(problem.offset)
        } else {
            offsets.find(problem.offset)
        };
        let at = span.start + offset as u32;
        let end = walk.tree.text().ceil_char_boundary(at as usize + 1) as u32;
        let place = Span::new(at, end.min(span.end));
        walk.report(problem.code, place, problem.args.clone());
    }
    narrative_link::check(walk, node);
    problems.is_empty()
}
