//! HL7 v2 messages: where their findings are.

use crate::format::er7::{Document, Place};
use crate::issue::Issue;

/// Gives the issues of the reader the place of where they stand. Both are in document order.
pub(super) fn locate(document: Document<'_>, issues: &mut [Issue]) {
    let mut messages = document.messages().peekable();
    for issue in issues.iter_mut().filter(|issue| issue.expression.is_empty()) {
        while messages.peek().is_some_and(|message| message.span().end < issue.span.start) {
            messages.next();
        }
        let place = messages.peek().and_then(|&message| Place::at(message, issue.span.start));
        issue.expression = place.map_or_else(String::new, |place| place.to_string());
    }
}
