//! Conditional fields and components: those that another one asks for, where the message itself tells the condition.

use super::Check;
use crate::definitions::v2::is_since;
use crate::format::er7::{Part, Place, Segment};
use crate::issue::{Arg, Code, Issue, Severity};
use crate::text::Span;

/// Which parts of a segment or a data type have to be there where another one has a value (chapters 2A, 3, 4A, 8, 10).
fn rules(owner: &str) -> &'static [(usize, usize)] {
    match owner {
        "HD" => &[(2, 3), (3, 2)],
        "EI" => &[(3, 4), (4, 3)],
        "XCN" | "PPN" => &[(12, 11)],
        "CP" => &[(5, 3), (5, 4)],
        "RPT" => &[(6, 5), (10, 9)],
        "PID" => &[(35, 36), (35, 38), (36, 37)],
        "AIS" => &[(6, 5)],
        "AIL" | "AIP" => &[(8, 7)],
        "AIG" => &[(10, 9)],
        "RXE" => &[(11, 10)],
        "OM7" => &[(16, 15), (18, 17)],
        _ => &[],
    }
}

/// Which fields of a segment a message has to have by what it is: its code and its event (chapters 4 and 6).
fn of_message(code: &str, event: &str, segment: &str) -> &'static [usize] {
    match (code, event, segment) {
        (_, "P12", "DG1") => &[20, 21],
        (_, "P12", "PR1") => &[19, 20],
        ("ORU", _, "OBR") => &[25],
        _ => &[],
    }
}

/// Components of CWE and CNE: a code, the name of its system, and the OID that may stand for that.
const SYSTEMS: [(usize, usize, usize); 3] = [(1, 3, 14), (4, 6, 17), (10, 12, 20)];

impl Check<'_, '_> {
    /// Checks the fields that a segment has to have in a message of that kind.
    pub(super) fn asked(&mut self, [code, event, _]: [&str; 3], segment: Segment<'_>) {
        for &number in of_message(code, event, segment.name()) {
            let shape = self.version.shape(segment.name());
            let element = shape.and_then(|shape| shape.elements.get(number - 1));
            let is_there = segment.field(number).is_some_and(|field| !field.is_empty());
            if is_there || element.is_none_or(|element| element.max == 0 || element.min > 0) {
                continue;
            }
            let by = if event == "P12" { ("MSH-9.2", event) } else { ("MSH-9.1", code) };
            let at = Place::of(segment).field(number);
            let args = [at.to_string(), by.0.to_owned(), by.1.to_owned()].map(Arg::Term);
            self.warn(segment.span(), at, args.to_vec());
        }
    }

    /// Checks that a code says of which system it is, as of version 2.7 (chapter 2A). Where the field has a table, that tells.
    pub(super) fn coded<'p>(
        &mut self,
        data_type: &str,
        span: Span,
        part: impl Fn(usize) -> Option<Part<'p>>,
        at: impl Fn(usize) -> Place<'p>,
    ) {
        if !matches!(data_type, "CWE" | "CNE") || !is_since(self.version.number(), "2.7") {
            return;
        }
        let has = |number| part(number).is_some_and(|it| !it.is_empty() && !it.is_null());
        for (code, system, oid) in SYSTEMS {
            if has(code) && !has(system) && !has(oid) {
                let args = [at(system), at(code)].map(|place| Arg::Term(place.to_string()));
                self.warn(span, at(system), args.to_vec());
            }
        }
    }

    /// Says what is missing that feeds often lack, and that receivers can do without.
    fn warn(&mut self, span: Span, place: Place<'_>, args: Vec<Arg>) {
        let issue = Issue::new(Code::V2Conditional, span, place.to_string(), args);
        self.issues.push(Issue { severity: Severity::Warning, ..issue });
    }

    /// Checks the conditional parts of a segment or a value of a data type; `part` gives one by its number, and `at` its
    /// place.
    pub(super) fn conditional<'p>(
        &mut self,
        owner: &str,
        span: Span,
        part: impl Fn(usize) -> Option<Part<'p>>,
        at: impl Fn(usize) -> Place<'p>,
    ) {
        let mut said = 0;
        for &(number, other) in rules(owner) {
            let is_there = part(number).is_some_and(|it| !it.is_empty());
            let asks = part(other).is_some_and(|it| !it.is_empty() && !it.is_null());
            if asks && !is_there && said != number {
                said = number;
                let args =
                    vec![Arg::Term(at(number).to_string()), Arg::Term(at(other).to_string())];
                self.report(Code::V2Conditional, span, at(number), args);
            }
        }
    }
}
