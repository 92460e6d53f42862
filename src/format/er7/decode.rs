//! From bytes to segments.

use std::collections::HashMap;

use super::document::Entry;
use super::separators::{Fault, declaration};
use super::{Charset, HEADERS, Parsed, Segments, Separators, TRAILERS, is_terminator};
use crate::issue::{Arg, Code, Issue, Issues};
use crate::text::{Span, decode_utf8};
use crate::tree::Limits;

/// MSH-18, the character set.
const CHARACTER_SET: usize = 18;

/// Reads any number of messages. Never fails: what is wrong becomes issues, without an expression.
///
/// A line that does not begin with a name of three letters or digits and a separator belongs to the segment before
/// it: senders that put line ends into text do that. A message in a character set that is not here is read as
/// UTF-8 if it is that, else as if it were Latin-1, and an issue says so.
pub fn parse(bytes: impl Into<Vec<u8>>, limits: &Limits, issues: &mut Issues) -> Parsed {
    let bytes = bytes.into();
    if bytes.len() > limits.bytes {
        let args = vec![Arg::Number(bytes.len() as u64), Arg::Number(limits.bytes as u64)];
        issues.push(Issue::new(Code::LimitSize, Span::default(), String::new(), args));
        return Parsed { text: String::new(), segments: Segments::default() };
    }
    let text = decode(bytes, issues);
    let mut segments = Segments::default();
    // A segment has about a hundred bytes.
    segments.entries.reserve(text.len() / 100);
    let mut reader = Reader { segments, counts: HashMap::new(), envelope: 0, issues };
    reader.read(&text, limits.nodes);
    let segments = reader.segments;
    Parsed { text, segments }
}

struct Reader<'r> {
    segments: Segments,
    /// By name, in the message that is open: how many, and the index of the last.
    counts: HashMap<[u8; 3], (u32, usize)>,
    /// The separators of the batch or file that is open: its trailer has those too.
    envelope: usize,
    issues: &'r mut Issues,
}

impl Reader<'_> {
    fn read(&mut self, text: &str, limit: usize) {
        let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        while let Some(line) = next_line(text, at) {
            at = line.end as usize;
            if self.segments.entries.len() >= limit {
                self.report(Code::LimitNodes, line, vec![Arg::Number(limit as u64)]);
                break;
            }
            self.line(text, line);
        }
        if self.segments.starts.is_empty() {
            self.report(Code::Er7NoHeader, Span::default(), Vec::new());
        }
    }

    fn line(&mut self, text: &str, line: Span) {
        let raw = line.slice(text);
        if raw.trim().is_empty() {
            return;
        }
        let header = HEADERS.iter().find(|header| super::is_segment(raw.as_bytes(), header));
        if let Some(&header) = header {
            self.header(text, line, header);
        }
        let is_trailer = TRAILERS.iter().any(|name| super::is_segment(raw.as_bytes(), name));
        let number = if is_trailer { self.envelope } else { self.segments.separators.len() - 1 };
        let field = self.segments.separators[number].field;
        let is_segment = begins_segment(raw.as_bytes(), field);
        match self.segments.entries.last_mut() {
            Some(last) if !is_segment => {
                // A name without a separator behind it goes on over the end of its line.
                if last.span.start + last.name == last.span.end {
                    let field = self.segments.separators[last.separators as usize].field;
                    last.name += name_length(Span::new(last.span.end, line.end).slice(text), field);
                }
                last.span.end = line.end;
                self.report(Code::Er7LineBreak, line, Vec::new());
            }
            _ => self.push(raw, line, number as u32),
        }
    }

    fn header(&mut self, text: &str, line: Span, name: &str) {
        let (separators, fault) = Separators::declared(line.slice(text));
        let [_, declared] = declaration(text, line);
        let value = Arg::Value(declared.slice(text).to_owned());
        match fault {
            None => {}
            Some(Fault::Few) => self.report(Code::Er7EncodingFew, declared, vec![value]),
            Some(Fault::Many) => self.report(Code::Er7EncodingMany, declared, vec![value]),
            Some(Fault::Unusable) => {
                self.report(Code::Er7EncodingCharacters, declared, vec![value]);
            }
        }
        if self.segments.separators.len() == 1
            && let Some(first) = self.segments.entries.first()
        {
            self.report(Code::Er7BeforeHeader, first.span, Vec::new());
        }
        self.segments.separators.push(separators);
        if name == "MSH" {
            self.segments.starts.push(self.segments.entries.len() as u32);
            self.counts.clear();
        } else {
            self.envelope = self.segments.separators.len() - 1;
        }
    }

    fn push(&mut self, raw: &str, span: Span, separators: u32) {
        let index = self.segments.entries.len();
        let is_header = HEADERS.iter().any(|header| super::is_segment(raw.as_bytes(), header));
        let field = self.segments.separators[separators as usize].field;
        let name = if is_header { 3 } else { name_length(raw, field) };
        let (occurrence, repeats) = (1, false);
        let mut entry = Entry { span, name, is_header, separators, occurrence, repeats };
        if let Some(name) = raw.as_bytes().first_chunk::<3>() {
            let (count, last) = self.counts.entry(*name).or_insert((0, index));
            *count += 1;
            entry.occurrence = *count;
            entry.repeats = *count > 1;
            if *count > 1 {
                self.segments.entries[*last].repeats = true;
            }
            *last = index;
        }
        self.segments.entries.push(entry);
    }

    fn report(&mut self, code: Code, span: Span, args: Vec<Arg>) {
        self.issues.push(Issue::new(code, span, String::new(), args));
    }
}

/// The next line that is not empty, from `at` on.
fn next_line(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|&byte| !is_terminator(byte))?;
    let rest = &bytes[start..];
    let length = rest.iter().position(|&byte| is_terminator(byte)).unwrap_or(rest.len());
    Some(Span::new(start as u32, (start + length) as u32))
}

/// How much of a text stands before the first separator of fields.
fn name_length(text: &str, field: u8) -> u32 {
    text.bytes().position(|byte| byte == field).unwrap_or(text.len()) as u32
}

/// True if the line is a segment: three letters or digits, then a separator of fields or nothing.
fn begins_segment(line: &[u8], field: u8) -> bool {
    let is_name = |name: &[u8; 3]| name.iter().all(u8::is_ascii_alphanumeric);
    line.first_chunk::<3>().is_some_and(is_name) && line.get(3).is_none_or(|&next| next == field)
}

/// The text of the input, by the first MSH-18 in it. Text that was decoded before it came here still names the
/// character set that it had: what is UTF-8 beyond ASCII, by which letters of one byte hardly ever pass, is taken as it is.
fn decode(bytes: Vec<u8>, issues: &mut Issues) -> String {
    if let Some(charset) = Charset::sniffed(&bytes) {
        return charset.decode(&bytes).into_owned();
    }
    let (name, span) = declared_charset(&bytes);
    let mut report = |code, span, args| issues.push(Issue::new(code, span, String::new(), args));
    match Charset::from_name(&name) {
        None => {
            report(Code::Er7CharacterSet, span, vec![Arg::Value(name)]);
            if std::str::from_utf8(&bytes).is_ok() {
                utf8(bytes, report)
            } else {
                Charset::Iso8859(1).decode(&bytes).into_owned()
            }
        }
        Some(Charset::Utf8 | Charset::Utf16(_) | Charset::Utf32(_)) => {
            if name.is_empty() && std::str::from_utf8(&bytes).is_err() {
                report(Code::Er7CharacterSetMissing, span, Vec::new());
                return Charset::Iso8859(1).decode(&bytes).into_owned();
            }
            utf8(bytes, report)
        }
        Some(Charset::Iso8859(_) | Charset::JisX0201) if is_decoded(&bytes) => utf8(bytes, report),
        Some(charset) => charset.decode(&bytes).into_owned(),
    }
}

fn is_decoded(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

fn utf8(bytes: Vec<u8>, mut report: impl FnMut(Code, Span, Vec<Arg>)) -> String {
    decode_utf8(bytes, |span| report(Code::TextEncoding, span, Vec::new()))
}

/// The first repetition of the first MSH-18 that is more than ASCII, with which others begin (`ASCII~ISO IR87`), and where it stands.
fn declared_charset(bytes: &[u8]) -> (String, Span) {
    let mut lines = bytes.split(|&byte| is_terminator(byte));
    let Some(line) = lines.find(|line| super::is_segment(line, "MSH")) else {
        return (String::new(), Span::default());
    };
    let (field, repetition) = (line[3], line.get(5).copied().unwrap_or(b'~'));
    // MSH-1 is the separator itself.
    let value = line.split(|&byte| byte == field).nth(CHARACTER_SET - 1).unwrap_or_default();
    let mut names = value.split(|&byte| byte == repetition);
    let is_more = |name: &&[u8]| !matches!(name.trim_ascii(), b"" | b"ASCII" | b"ISO IR6");
    let first = names.clone().find(is_more).or_else(|| names.next()).unwrap_or_default();
    // A slice of `bytes`. Places are those in the text: the same as long as all is ASCII.
    let start = (first.as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize);
    let end = start + first.len();
    let is_certain = bytes.get(..end).is_some_and(<[u8]>::is_ascii);
    let span = if is_certain { Span::new(start as u32, end as u32) } else { Span::default() };
    (String::from_utf8_lossy(first).trim().to_owned(), span)
}
