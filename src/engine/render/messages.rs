//! Messages of HL7 v2 as lines of FHIR, one message at a time: what `fhirkiln convert` writes.

use serde::Deserialize;

use super::Origin;
use super::written::{Places, Written, is_error, is_told, note};
use crate::engine::{ConvertOptions, Converted, Engine, Error, Piece, Splitter, Style, Unmapped};

/// The longest message, in bytes; what is longer comes in parts, of which all but the first are refused.
const LONGEST: usize = 64 << 20;

/// What a message becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageFormat {
    /// A Bundle on a line.
    #[default]
    Bundle,
    /// Its resources, each on a line.
    Ndjson,
}

/// What a run of `fhirkiln convert` is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MessageOptions {
    /// How messages are converted.
    pub convert: ConvertOptions,
    /// What is written.
    pub to: MessageFormat,
    /// Say of each value that no rule took where it is.
    pub unmapped: bool,
    /// Say nothing of findings.
    pub quiet: bool,
}

/// A stream that is cut into messages.
#[derive(Debug)]
pub struct Messages {
    splitter: Splitter,
    /// Nothing has come yet, not even the header of a batch.
    is_empty: bool,
}

impl Default for Messages {
    fn default() -> Self {
        Self { splitter: Splitter::new(LONGEST), is_empty: true }
    }
}

impl Messages {
    /// Adds bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.splitter.push(bytes);
    }

    /// The next message that is whole. Headers and trailers of batches and files hold nothing to convert.
    pub fn next_message(&mut self) -> Option<Piece> {
        self.find(Splitter::next_piece)
    }

    /// What is left when the stream has ended: call it until there is nothing. A stream of nothing at all is one piece of
    /// nothing, for the reader to refuse: a file that stayed empty is more often a fault than a feed without a message.
    pub fn finish(&mut self) -> Option<Piece> {
        let found = self.find(Splitter::finish);
        let is_nothing = found.is_none() && std::mem::take(&mut self.is_empty);
        let nothing = Piece { bytes: Vec::new(), offset: 0, line: 1, is_message: false };
        found.or_else(|| is_nothing.then_some(nothing))
    }

    fn find(&mut self, next: impl Fn(&mut Splitter) -> Option<Piece>) -> Option<Piece> {
        loop {
            let piece = next(&mut self.splitter)?;
            self.is_empty = false;
            if is_wanted(&piece) {
                return Some(piece);
            }
        }
    }
}

/// What is neither a message nor about a batch is for the reader to refuse.
fn is_wanted(piece: &Piece) -> bool {
    const AROUND: [&[u8]; 4] = [b"FHS", b"BHS", b"BTS", b"FTS"];
    let starts = |name: &&[u8]| piece.bytes.trim_ascii_start().starts_with(name);
    piece.is_message || !AROUND.iter().any(starts)
}

impl MessageOptions {
    /// Converts one message.
    pub fn answer(&self, engine: &Engine, origin: Origin<'_>, message: Vec<u8>) -> Written {
        match engine.convert(message, &self.convert) {
            Ok(converted) => self.written(origin, &converted),
            Err(error) => Written { failure: Some(refusal(origin, &error)), ..Written::default() },
        }
    }

    fn written(&self, origin: Origin<'_>, converted: &Converted) -> Written {
        let text = match self.to {
            MessageFormat::Bundle => converted.json(Style::Compact).into_iter().collect(),
            MessageFormat::Ndjson => converted.resources(Style::Compact),
        };
        let failure = text.is_empty().then(|| {
            let line = origin.first_line;
            format!("{}:{line}: the map made nothing of the message", origin.source)
        });
        let text = text.into_iter().map(|line| line + "\n").collect();
        let has_error = converted.report.issues.iter().chain(&converted.findings).any(is_error);
        Written { text, notes: self.notes(origin, converted), failure, has_error }
    }

    /// The findings in the message and in the result, and what was left.
    fn notes(&self, origin: Origin<'_>, converted: &Converted) -> Vec<String> {
        let places = Places::new(origin, converted.report.tree().text());
        let mask_values = self.convert.mask_values;
        let mut notes = Vec::new();
        if !self.quiet {
            notes.extend(places.notes(&converted.report.issues, mask_values));
            let start = format!("{}:{}", origin.source, origin.first_line);
            let of_result = converted.findings.iter().filter(|it| is_told(it));
            notes.extend(of_result.map(|issue| note(&start, issue, mask_values)));
        }
        if self.unmapped {
            let left = converted.unmapped();
            let place = |it: &Unmapped| places.at(it.span.start);
            notes.extend(left.iter().map(|it| format!("{}: unmapped: {}", place(it), it.place)));
        }
        notes
    }
}

fn refusal(origin: Origin<'_>, error: &Error) -> String {
    format!("{}:{}: {error}", origin.source, origin.first_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stream: &str, expected: &[(u64, &str)]) {
        let mut messages = Messages::default();
        let mut found = Vec::new();
        for byte in stream.bytes() {
            messages.push(&[byte]);
            found.extend(messages.next_message());
        }
        found.extend(std::iter::from_fn(|| messages.finish()));
        let text = |piece: &Piece| String::from_utf8_lossy(&piece.bytes).trim().to_owned();
        let found: Vec<_> = found.iter().map(|piece| (piece.line, text(piece))).collect();
        let found: Vec<_> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn batches_are_opened() {
        check("MSH|1\rPID|1\rMSH|2\r", &[(1, "MSH|1\rPID|1"), (3, "MSH|2")]);
        check("FHS|\rBHS|\rMSH|1\rBTS|\rFTS|\r", &[(3, "MSH|1")]);
        check("BHS|\rBTS|0\r", &[]);
    }

    #[test]
    fn frames_and_damage_do_not_stop_a_stream() {
        check(
            "\u{b}MSH|1\r\u{1c}\r\u{b}MSH|2\r\u{1c}\r",
            &[(1, "MSH|1\r\u{1c}"), (3, "MSH|2\r\u{1c}")],
        );
        let damaged = "MSH\r\u{1}garbage";
        check(
            &format!("MSH|1\r{damaged}\rMSH|3\r"),
            &[(1, &format!("MSH|1\r{damaged}")), (4, "MSH|3")],
        );
    }

    #[test]
    fn a_stream_of_nothing_is_a_piece_of_nothing() {
        check("", &[(1, "")]);
        check("\u{b}\u{1c}\r\n \n", &[(1, "")]);
    }

    #[test]
    fn what_is_no_message_is_not_passed_over() {
        check("{}\nMSH|1\n", &[(1, "{}"), (2, "MSH|1")]);
    }

    #[test]
    fn what_cannot_be_converted_is_said() {
        let origin = Origin { source: "a.hl7", first_line: 7 };
        let answer = MessageOptions::default().answer(&Engine::default(), origin, b"{}".to_vec());
        let failure = answer.failure.expect("it is no message");
        assert!(failure.starts_with("a.hl7:7: there is no message of HL7 v2"), "{failure}");
    }
}
