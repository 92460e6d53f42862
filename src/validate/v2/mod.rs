//! Checks messages of HL7 v2 against what their version says: structure, fields, data types, tables.
//!
//! The version is that of MSH-12. Every message has a place for each finding, as people write it (`PID-5.1`,
//! `OBX[2]-3`); a Z-segment is the sender's own and not checked.

mod batch;
mod conditional;
mod field;
mod profile;
mod structure;
mod value;
mod version;

use crate::definitions::Definitions;
use crate::format::er7::{Document, Message, Place, Segment};
use crate::issue::{Arg, Code, Issue, Issues};
use crate::terminology::Terminology;
use crate::text::Span;
use crate::tree::Tree;
use crate::validate::{Settings, Validator};
use version::Version;

/// The version that a message is checked against which does not say one that is known.
const USUAL: &str = "2.5.1";

/// Checks every message of an input, that the trailers of batches count right, and the conformance profiles that are
/// asked for. `tree` is the input in the shape of its models.
pub fn check(
    validator: &Validator,
    (document, tree): (Document<'_>, &Tree),
    settings: Settings<'_>,
    issues: &mut Issues,
) {
    batch::check(document, issues);
    for message in document.messages() {
        if issues.is_done() {
            return;
        }
        check_message(message, validator.definitions(), validator.terminology(), issues);
    }
    profile::check(validator, (document, tree), settings, issues);
}

/// Checks the structure of every message and no more: which segments are missing, or stand where they should not.
pub fn check_structure(
    document: Document<'_>,
    definitions: &Definitions,
    terminology: &Terminology,
    issues: &mut Issues,
) {
    for message in document.messages() {
        let (version, _) = version_of(message, definitions);
        let mut check = Check { version, terminology, issues };
        if !check.version.is_empty() {
            check.structure(message);
        }
    }
}

/// The version that a message is checked against, and whether it is the one that it says.
fn version_of<'d>(message: Message<'_>, definitions: &'d Definitions) -> (Version<'d>, bool) {
    let said = message.version();
    let is_known = said.starts_with("2.") && said.split('.').all(|part| part.parse::<u8>().is_ok());
    (Version::new(if is_known { said } else { USUAL }, definitions), is_known)
}

fn check_message(
    message: Message<'_>,
    definitions: &Definitions,
    terminology: &Terminology,
    issues: &mut Issues,
) {
    let Some(header) = message.header() else { return };
    let said = message.version();
    let (version, is_known) = version_of(message, definitions);
    let mut check = Check { version, terminology, issues };
    if check.version.is_empty() {
        check.report(Code::V2NotChecked, header.span(), Place::of(header), Vec::new());
        return;
    }
    if !is_known {
        let field = header.field(12).map_or(header.span(), |field| field.span);
        let args = vec![Arg::Value(said.to_owned()), Arg::Term(USUAL.to_owned())];
        check.report(Code::V2Version, field, Place::of(header).field(12), args);
    }
    check.structure(message);
    for segment in message.segments() {
        check.segment(segment);
        check.asked(message.message_type(), segment);
    }
}

/// One message while it is checked.
struct Check<'c, 'd> {
    version: Version<'d>,
    terminology: &'c Terminology,
    issues: &'c mut Issues,
}

impl Check<'_, '_> {
    fn report(&mut self, code: Code, span: Span, place: Place<'_>, args: Vec<Arg>) {
        self.issues.push(Issue::new(code, span, place.to_string(), args));
    }

    /// Checks what is in a segment.
    fn segment(&mut self, segment: Segment<'_>) {
        let name = segment.name();
        let place = Place::of(segment);
        let Some(shape) = self.version.shape(name) else {
            if !name.starts_with('Z') {
                let args =
                    vec![Arg::Value(name.to_owned()), Arg::Term(self.version.number().to_owned())];
                self.report(Code::V2SegmentUnknown, segment.span(), place, args);
            }
            return;
        };
        let mut fields = segment.fields();
        for (index, element) in shape.elements.iter().enumerate() {
            let field = fields.next().map(|(_, field)| field).filter(|field| !field.is_empty());
            let place = place.field(index + 1);
            match field {
                Some(field) => self.field(element, segment, field, place),
                None if element.min > 0 => {
                    let args = vec![Arg::Term(format!("{name}-{}", index + 1))];
                    self.report(Code::V2Required, segment.span(), place, args);
                }
                None => {}
            }
        }
        let beyond = fields.filter(|(_, field)| !field.is_empty());
        for (number, field) in beyond {
            let args = vec![
                Arg::Term(format!("{name}-{number}")),
                Arg::Term(format!("{name} of version {}", self.version.number())),
                Arg::Number(shape.elements.len() as u64),
            ];
            self.report(Code::V2Beyond, field.span, place.field(number), args);
        }
        self.conditional(
            name,
            segment.span(),
            |number| segment.field(number),
            |number| place.field(number),
        );
        self.value_type(segment, place);
    }

    /// A value of OBX-5 has the data type that OBX-2 says.
    fn value_type(&mut self, segment: Segment<'_>, place: Place<'_>) {
        let has = |number| {
            segment.field(number).is_some_and(|field| !field.is_empty() && !field.is_null())
        };
        if segment.name() == "OBX" && has(5) && !has(2) {
            self.report(Code::V2ValueType, segment.span(), place.field(2), Vec::new());
        }
    }
}
