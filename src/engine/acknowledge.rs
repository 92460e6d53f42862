//! The answer to a message of HL7 v2 (chapter 2.9): `ACK` with `MSA` and `ERR`, from what validation found.

use serde::Deserialize;

use super::{Engine, Error, Report};
use crate::definitions::v2::is_since;
use crate::format::er7::{Message, Place, Segment, Separators, Writer};
use crate::issue::{Code, Issue, Severity};

/// What an acknowledgment needs that the message does not have: the engine makes no ids and reads no clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AcknowledgeOptions {
    /// MSH-10 of the answer, unique among those of its sender.
    pub control_id: String,
    /// MSH-7 of the answer, such as `20240305101500+0100`.
    pub time: String,
    /// Which answer.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<_>"))]
    pub mode: AcknowledgeMode,
    /// Replace values of the message in the texts of errors by their length.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<_>"))]
    pub mask_values: bool,
}

/// The version of the answer to a message that does not say its own.
const USUAL_VERSION: &str = "2.5.1";

fn is_version(text: &str) -> bool {
    text.starts_with("2.") && text[2..].starts_with(|first: char| first.is_ascii_digit())
}

/// Which answer to a message is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum AcknowledgeMode {
    /// `AA`, `AE` or `AR`: the only answer in original mode, and the second one in enhanced mode.
    #[default]
    Application,
    /// `CA`, `CE` or `CR`: the first answer in enhanced mode, about whether the message was taken.
    Accept,
}

/// What is made of the findings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Error,
    Reject,
}

impl Engine {
    /// The answer to the first message of a report of [`Engine::validate`]: accepted without an error, rejected where
    /// the header says what cannot be processed (type, version, processing id), else in error. The segments `ERR` are
    /// those of the version of the message. None where the message asks for no such answer (MSH-15 for that of acceptance,
    /// MSH-16 for that of the application); one that does not say is answered. It is to be sent in the character set of
    /// MSH-18, which is that of the message.
    ///
    /// # Errors
    /// `input-damaged` where there is no message to answer to.
    pub fn acknowledge(
        &self,
        report: &Report,
        options: &AcknowledgeOptions,
    ) -> Result<Option<String>, Error> {
        let segments = report.document.segments.as_ref();
        let message: Option<Message<'_>> =
            segments.and_then(|it| it.over(report.tree().text()).messages().next());
        let found = message.and_then(|message| Some((message, message.header()?)));
        let Some((message, header)) = found else {
            return Err(Error::new("input-damaged", "there is no message of HL7 v2 to answer to"));
        };
        let span = message.span();
        let own = report.issues.iter().filter(|issue| issue.span.start <= span.end);
        let findings: Vec<&Issue> = own.filter(|issue| issue.severity >= Severity::Error).collect();
        let answer = answer_of(&findings);
        if !is_wanted(header, answer, options.mode) {
            return Ok(None);
        }
        let said = message.version();
        let version = if is_version(said) { said } else { USUAL_VERSION };
        let mut writer = Writer::new(header.separators());
        write_header(&mut writer, header, version, options);
        write_answer(&mut writer, header, answer, options);
        if is_since(version, "2.5") {
            for issue in findings {
                write_error(&mut writer, issue, options);
            }
        } else {
            write_old_errors(&mut writer, &findings, header.separators());
        }
        Ok(Some(writer.finish()))
    }
}

/// Whether the message asks for such an answer (HL7 table 0155).
fn is_wanted(header: Segment<'_>, answer: Answer, mode: AcknowledgeMode) -> bool {
    let field = match mode {
        AcknowledgeMode::Accept => 15,
        AcknowledgeMode::Application => 16,
    };
    match header.field(field).map_or("", |field| field.raw.trim()) {
        "NE" => false,
        "ER" => answer != Answer::Accept,
        "SU" => answer == Answer::Accept,
        _ => true,
    }
}

fn answer_of(findings: &[&Issue]) -> Answer {
    let rejects = |issue: &&Issue| {
        let place = Place::parse(&issue.expression).unwrap_or_default();
        issue.severity == Severity::Fatal
            || (place.segment == "MSH" && matches!(place.field, 0 | 2 | 9 | 11 | 12))
    };
    match findings {
        [] => Answer::Accept,
        _ if findings.iter().any(rejects) => Answer::Reject,
        _ => Answer::Error,
    }
}

/// `MSH`: sender and receiver change places; what the message says of version and processing stays.
fn write_header(
    writer: &mut Writer,
    header: Segment<'_>,
    version: &str,
    options: &AcknowledgeOptions,
) {
    let raw = |number| header.field(number).map_or("", |field| field.raw);
    let event = header.field(9).and_then(|field| field.first_repetition().component(2));
    let event = event.map_or("", |event| event.raw);
    writer.segment("MSH");
    for (to, from) in [(3, 5), (4, 6), (5, 3), (6, 4)] {
        writer.field(to).raw(raw(from));
    }
    writer.field(7).value(&options.time);
    writer.field(9).value("ACK");
    // Version 2.1 has no more than the message type, and only as of 2.3.1 there is a structure.
    if is_since(version, "2.2") {
        writer.component(2).raw(event);
    }
    if is_since(version, "2.3.1") {
        writer.component(3).value("ACK");
    }
    writer.field(10).value(&options.control_id);
    let or = |value, usual| if str::is_empty(value) { usual } else { value };
    let version = if is_version(raw(12)) { raw(12) } else { version };
    writer.field(11).raw(or(raw(11), "P")).field(12).raw(version).field(18).raw(raw(18));
}

fn write_answer(
    writer: &mut Writer,
    header: Segment<'_>,
    answer: Answer,
    options: &AcknowledgeOptions,
) {
    let code = match (options.mode, answer) {
        (AcknowledgeMode::Application, Answer::Accept) => "AA",
        (AcknowledgeMode::Application, Answer::Error) => "AE",
        (AcknowledgeMode::Application, Answer::Reject) => "AR",
        (AcknowledgeMode::Accept, Answer::Accept) => "CA",
        (AcknowledgeMode::Accept, Answer::Error) => "CE",
        (AcknowledgeMode::Accept, Answer::Reject) => "CR",
    };
    let control_id = header.field(10).map_or("", |field| field.raw);
    writer.segment("MSA").field(1).value(code).field(2).raw(control_id);
}

/// `ERR` as of version 2.5: one for each finding.
fn write_error(writer: &mut Writer, issue: &Issue, options: &AcknowledgeOptions) {
    let place = Place::parse(&issue.expression).unwrap_or_default();
    let (code, meaning) = error_code(issue.code, place);
    writer.segment("ERR").field(2).value(place.segment);
    if !place.segment.is_empty() {
        writer.component(2).value(&place.occurrence.max(1).to_string());
    }
    let repetition = if place.field > 0 { place.repetition.max(1) } else { 0 };
    let numbers = [place.field, repetition, place.component, place.subcomponent];
    for (component, number) in (3..).zip(numbers).filter(|&(_, number)| number > 0) {
        writer.component(component).value(&number.to_string());
    }
    writer.field(3).value(code).component(2).value(meaning).component(3).value("HL70357");
    writer.field(4).value("E").field(5).value(issue.code.as_str());
    writer.field(8).value(&issue.message(options.mask_values));
}

/// `ERR` before version 2.5: one, whose only field repeats.
fn write_old_errors(writer: &mut Writer, findings: &[&Issue], separators: Separators) {
    if findings.is_empty() {
        return;
    }
    writer.segment("ERR");
    for (repetition, issue) in (1..).zip(findings) {
        let place = Place::parse(&issue.expression).unwrap_or_default();
        let (code, meaning) = error_code(issue.code, place);
        writer.field(1).repetition(repetition).value(place.segment);
        writer.component(2).value(&place.occurrence.max(1).to_string());
        if place.field > 0 {
            writer.component(3).value(&place.field.to_string());
        }
        writer.component(4).value(code);
        if separators.subcomponent != 0 {
            writer.subcomponent(2).value(meaning).subcomponent(3).value("HL70357");
        }
    }
}

/// The code of HL7 table 0357 that says most.
fn error_code(code: Code, place: Place<'_>) -> (&'static str, &'static str) {
    let in_header = |field| place.segment == "MSH" && place.field == field;
    match code {
        Code::V2SegmentMissing | Code::V2SegmentMisplaced | Code::V2SegmentRepeats => {
            ("100", "Segment sequence error")
        }
        Code::V2Required | Code::V2ValueType | Code::V2Conditional => {
            ("101", "Required field missing")
        }
        _ if in_header(12) => ("203", "Unsupported version id"),
        _ if in_header(11) => ("202", "Unsupported processing id"),
        _ if in_header(9) => ("200", "Unsupported message type"),
        Code::V2Table => ("103", "Table value not found"),
        Code::V2Number | Code::V2Sequence | Code::V2Date | Code::V2Time | Code::V2DateTime => {
            ("102", "Data type error")
        }
        _ => ("207", "Application internal error"),
    }
}
