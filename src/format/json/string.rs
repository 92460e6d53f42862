//! Strings: escapes, surrogate pairs, and what to do where the closing quote is missing.

use super::reader::Reader;
use super::scan;
use crate::issue::{Arg, Code};
use crate::text::Span;

/// What was read between two quotes.
pub(super) enum Text {
    /// The value is what the input has.
    Plain,
    /// The value was written to the scratch buffer.
    Decoded,
}

/// From offsets in the value of a string to offsets in `source`, the string as it was written with its
/// quotes. Asking in ascending order reads the source once.
#[derive(Clone, Copy, Debug)]
pub struct SourceOffsets<'s> {
    source: &'s str,
    at: usize,
    decoded: usize,
}

impl<'s> SourceOffsets<'s> {
    /// At the start of `source`, which begins with its quote.
    pub fn new(source: &'s str) -> Self {
        Self { source, at: 1, decoded: 0 }
    }

    /// Where the byte `offset` of the value stands.
    pub fn find(&mut self, offset: usize) -> usize {
        if offset < self.decoded {
            *self = Self::new(self.source);
        }
        let bytes = self.source.as_bytes();
        while self.decoded < offset && self.at < bytes.len() {
            let (read, made) = match (bytes[self.at], bytes.get(self.at + 1)) {
                (b'\\', Some(b'u')) => match self.hex(self.at + 2) {
                    Some(0xD800..=0xDBFF) if self.hex(self.at + 8).is_some() => (12, 4),
                    code => (6, code.and_then(char::from_u32).map_or(3, char::len_utf8)),
                },
                (b'\\', _) => (2, 1),
                _ => (1, 1),
            };
            self.at += read;
            self.decoded += made;
        }
        // After an escape that is none, the place is a guess: never one inside a character.
        self.source.floor_char_boundary(self.at)
    }

    fn hex(&self, at: usize) -> Option<u32> {
        self.source.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok())
    }
}

impl Reader<'_> {
    /// Reads from the opening quote to behind the closing one. Escaped text ends up in `self.scratch`.
    pub(super) fn string(&mut self) -> Text {
        let start = self.at;
        self.at = scan::string_end(self.bytes, start + 1);
        if self.bytes.get(self.at) == Some(&b'"') {
            self.at += 1;
            return Text::Plain;
        }
        self.scratch.clear();
        self.copy(start + 1, self.at);
        self.escaped_string(start);
        Text::Decoded
    }

    fn escaped_string(&mut self, start: usize) {
        let mut controls = 0;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return;
                }
                Some(b'\\') => self.escape(),
                Some(b'\n' | b'\r') if self.seems_unclosed() => {
                    self.unread_comma();
                    return self.report(Code::JsonUnclosedString, start, start + 1, Vec::new());
                }
                Some(&control) => {
                    controls += 1;
                    if controls == 1 {
                        let args = vec![Arg::Number(control.into())];
                        self.report(Code::JsonControlCharacter, self.at, self.at + 1, args);
                    }
                    self.scratch.push(control.into());
                    self.at += 1;
                }
                None => return self.report(Code::JsonUnclosedString, start, start + 1, Vec::new()),
            }
            let from = self.at;
            self.at = scan::string_end(self.bytes, from);
            self.copy(from, self.at);
        }
    }

    /// Takes a comma at the end of the line out of the text again: it was meant to stand behind it.
    fn unread_comma(&mut self) {
        if let Some(before) = self.text[..self.at].trim_end().strip_suffix(',') {
            self.at = before.len();
            let trimmed = self.scratch.trim_end().trim_end_matches(',').len();
            self.scratch.truncate(trimmed);
        }
    }

    /// At a line end inside a string: true if the next line begins as the next property or a closing
    /// bracket does. A line of running text does not.
    fn seems_unclosed(&self) -> bool {
        /// Longest property name that is looked for.
        const NAME: usize = 64;
        let from = scan::space_end(self.bytes, self.at);
        // Only the last of several empty lines looks ahead, so that the cost stays linear.
        if self.bytes[self.at + 1..from].contains(&b'\n') {
            return false;
        }
        match self.bytes.get(from) {
            Some(b'}' | b']') => true,
            Some(b'"') => {
                let window = &self.bytes[..self.bytes.len().min(from + 1 + NAME)];
                let end = scan::string_end(window, from + 1);
                let colon = scan::space_end(window, end + 1);
                window.get(end) == Some(&b'"') && window.get(colon) == Some(&b':')
            }
            _ => false,
        }
    }

    fn escape(&mut self) {
        let start = self.at;
        let decoded = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => return self.bad_escape(start),
        };
        self.scratch.push(decoded);
        self.at = start + 2;
    }

    fn unicode_escape(&mut self, start: usize) {
        let Some(high) = self.hex4(start + 2) else { return self.bad_escape(start) };
        self.at = start + 6;
        let low = || self.hex4(start + 8).filter(|_| self.bytes[start + 6..].starts_with(b"\\u"));
        let code = match high {
            0xD800..=0xDBFF => low()
                .filter(|low| (0xDC00..=0xDFFF).contains(low))
                .map(|low| 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)),
            _ => Some(high),
        };
        if code.is_some_and(|code| code > 0xFFFF) {
            self.at = start + 12;
        }
        match code.and_then(char::from_u32) {
            Some(c) => self.scratch.push(c),
            None => {
                self.scratch.push(char::REPLACEMENT_CHARACTER);
                let written = self.text[start..start + 6].to_owned();
                self.report(Code::JsonLoneSurrogate, start, start + 6, vec![Arg::Value(written)]);
            }
        }
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }

    /// Keeps the character behind the backslash, so that nothing is lost.
    fn bad_escape(&mut self, start: usize) {
        let next = self.text[start + 1..].chars().next();
        let end = start + 1 + next.map_or(0, char::len_utf8);
        // A line end or the end of the input is for the caller to judge.
        self.at = if next.is_some_and(char::is_control) { start + 1 } else { end };
        self.scratch.push_str(&self.text[start..self.at]);
        let written = self.text[start..self.at].to_owned();
        self.report(Code::JsonEscape, start, end, vec![Arg::Value(written)]);
    }

    fn copy(&mut self, start: usize, end: usize) {
        self.scratch.push_str(Span::new(start as u32, end as u32).slice(self.text));
    }
}
