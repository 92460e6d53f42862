//! The trailers of batches and files say how much there is in them (chapter 2.10.3).

use crate::format::er7::{Document, Place, Segment};
use crate::issue::{Arg, Code, Issue, Issues};

/// Compares what BTS-1 and FTS-1 say with what there is.
pub(super) fn check(document: Document<'_>, issues: &mut Issues) {
    let (mut messages, mut batches) = (0, 0);
    for segment in document.segments() {
        match segment.name() {
            "MSH" => messages += 1,
            "BHS" => {
                batches += 1;
                messages = 0;
            }
            "BTS" => compare(segment, messages, issues),
            "FTS" => compare(segment, batches, issues),
            _ => {}
        }
    }
}

fn compare(trailer: Segment<'_>, found: u64, issues: &mut Issues) {
    let Some(field) = trailer.field(1) else { return };
    if let Some(said) = field.raw.trim().parse().ok().filter(|&said: &u64| said != found) {
        let place = Place::of(trailer).field(1).to_string();
        let args = vec![Arg::Number(said), Arg::Number(found)];
        issues.push(Issue::new(Code::V2BatchCount, field.span, place, args));
    }
}
