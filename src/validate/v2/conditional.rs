//! Conditional fields and components: those that another one asks for, where the message itself tells the condition.

use super::Check;
use crate::format::er7::{Part, Place};
use crate::issue::{Arg, Code};
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

impl Check<'_, '_> {
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
