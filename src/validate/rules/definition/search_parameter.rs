//! A `SearchParameter` in itself, beside the one that it is derived from, and where a `CapabilityStatement` names it.

use super::at;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

const NAME: &str = "SearchParameter";

/// Checks a `SearchParameter`, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, parameter: View<'_>) {
    let span = walk.tree.span(parameter.node());
    if parameter.text("type") == Some("composite")
        && parameter.objects("component").nth(1).is_none()
    {
        walk.report(Code::SearchParameterComposite, span, Vec::new());
    }
    let canonicals = walk.validator.canonicals();
    let Some(canonical) = parameter.text("derivedFrom") else { return };
    let Some(original) = canonicals.find(NAME, canonical) else { return };
    let bases: Vec<&str> = original.texts("base").collect();
    let is_any = bases.iter().any(|base| matches!(*base, "Resource" | "DomainResource"));
    let other = parameter.texts("base").find(|base| !is_any && !bases.contains(base));
    let (own, of_original) = (parameter.text("type"), original.text("type"));
    let differs = own.filter(|_| own != of_original).map(|own| ("type", own));
    for (element, value) in other.map(|base| ("base", base)).into_iter().chain(differs) {
        let element = Arg::Term(element.to_owned());
        let args = vec![element, Arg::Value(value.to_owned()), Arg::Term(canonical.to_owned())];
        walk.report(Code::SearchParameterDerived, span, args);
    }
}

/// Checks a `CapabilityStatement`, which the walk is at: a search parameter is of the type that its definition says.
pub(super) fn check_capabilities(walk: &mut Walk<'_>, statement: View<'_>) {
    for (rest, server) in statement.objects("rest").enumerate() {
        check_list(walk, server, &[("rest", Some(rest))]);
        for (position, resource) in server.objects("resource").enumerate() {
            check_list(walk, resource, &[("rest", Some(rest)), ("resource", Some(position))]);
        }
    }
}

fn check_list(walk: &mut Walk<'_>, holder: View<'_>, place: &[(&str, Option<usize>)]) {
    for (position, entry) in holder.objects("searchParam").enumerate() {
        let (Some(canonical), Some(own)) = (entry.text("definition"), entry.text("type")) else {
            continue;
        };
        let definition = walk.validator.canonicals().find(NAME, canonical);
        let Some(defined) = definition.and_then(|it| it.text("type")).filter(|it| *it != own)
        else {
            continue;
        };
        let args = vec![
            Arg::Value(own.to_owned()),
            Arg::Term(canonical.to_owned()),
            Arg::Term(defined.to_owned()),
        ];
        let span = walk.tree.span(entry.node());
        let place = [place, &[("searchParam", Some(position))]].concat();
        at(walk, &place, |walk| walk.report(Code::SearchParameterType, span, args));
    }
}
