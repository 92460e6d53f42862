//! A `MeasureReport` beside its Measure (R4 measurereport.html#notes): each group, population and stratifier is one that
//! the Measure has, told by its code, and a complete report has them all.

use std::collections::HashSet;

use super::at;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::validate::walk::Walk;

/// A concept as it is compared: its codings, else its text.
type Concept<'t> = Vec<(&'t str, &'t str)>;

/// Where something stands in the report.
type Place<'p> = &'p [(&'p str, Option<usize>)];

/// Checks a `MeasureReport`, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, report: View<'_>) {
    let Some(canonical) = report.text("measure") else { return };
    let Some(measure) = walk.validator.canonicals().find("Measure", canonical) else { return };
    compare(walk, (report, measure), "group", &[]);
}

/// The parts of that name in an object of the report, beside those of the Measure.
fn compare(
    walk: &mut Walk<'_>,
    (report, measure): (View<'_>, View<'_>),
    name: &str,
    place: Place<'_>,
) {
    let own: Vec<View<'_>> = report.objects(name).collect();
    let defined: Vec<View<'_>> = measure.objects(name).collect();
    let mut met = HashSet::new();
    for (position, part) in own.iter().enumerate() {
        let code = concept(*part);
        let found = defined.iter().position(|it| {
            let other = concept(*it);
            // The only ones are each other's, where a code is not given.
            let is_only = own.len() == 1 && defined.len() == 1;
            is_only && (code.is_empty() || other.is_empty()) || is_one(&code, &other)
        });
        let place = [place, &[(name, Some(position))]].concat();
        if let Some(index) = found {
            met.insert(index);
            if name == "group" {
                for inner in ["population", "stratifier"] {
                    compare(walk, (*part, defined[index]), inner, &place);
                }
            }
        } else {
            let (span, args) = (walk.tree.span(part.node()), vec![Arg::Term(name.to_owned())]);
            at(walk, &place, |walk| walk.report(Code::MeasureReportUnknown, span, args));
        }
    }
    let missing = defined.iter().enumerate().filter(|(index, _)| !met.contains(index));
    for (_, part) in missing {
        let code = concept(*part).first().map_or("", |(_, code)| code);
        let args = vec![Arg::Term(name.to_owned()), Arg::Value(code.to_owned())];
        let span = walk.tree.span(report.node());
        at(walk, place, |walk| walk.report(Code::MeasureReportMissing, span, args));
    }
}

fn concept(holder: View<'_>) -> Concept<'_> {
    // Since R5, parts say themselves which they are.
    if let Some(link) = holder.text("linkId") {
        return vec![("linkId", link)];
    }
    let Some(code) = holder.object("code") else { return Vec::new() };
    let codings = code
        .objects("coding")
        .filter_map(|it| Some((it.text("system").unwrap_or_default(), it.text("code")?)));
    let codings: Concept<'_> = codings.collect();
    if !codings.is_empty() {
        return codings;
    }
    code.text("text").map(|text| ("", text)).into_iter().collect()
}

/// True if two concepts share a coding.
fn is_one(one: &Concept<'_>, other: &Concept<'_>) -> bool {
    one.iter().any(|coding| other.contains(coding))
}
