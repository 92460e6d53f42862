//! What text and attributes mean: references replaced, line ends and white space as XML says
//! (<https://www.w3.org/TR/xml/#AVNormalize>).

use super::Reader;
use crate::issue::{Arg, Code};
use crate::text::find;

/// True if the value is what is written, in XML and in JSON: nothing in it is coded in either.
pub(super) fn is_plain(value: &str) -> bool {
    let coded = find(value.as_bytes(), 0, |word| {
        word.equal(b'&') | word.equal(b'"') | word.equal(b'\\') | word.below(0x20)
    });
    coded == value.len()
}

impl Reader<'_, '_> {
    /// Writes what `raw`, which stands at `offset`, means to the scratch buffer.
    pub(super) fn decode(&mut self, raw: &str, offset: usize, is_attribute: bool) {
        self.scratch.clear();
        let bytes = raw.as_bytes();
        let (mut copied, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let is_space = matches!(byte, b'\r') || (is_attribute && matches!(byte, b'\n' | b'\t'));
            if byte != b'&' && !is_space {
                at += 1;
                continue;
            }
            self.scratch.push_str(&raw[copied..at]);
            if is_space {
                at += 1 + usize::from(byte == b'\r' && bytes.get(at + 1) == Some(&b'\n'));
                self.scratch.push(if is_attribute { ' ' } else { '\n' });
            } else {
                at += self.reference(&raw[at..], offset + at);
            }
            copied = at;
        }
        self.scratch.push_str(&raw[copied..]);
    }

    /// Writes the character that the reference at the start of `rest` stands for; returns its length.
    /// What is no reference is kept as it is.
    fn reference(&mut self, rest: &str, offset: usize) -> usize {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
        let length = 1 + rest.bytes().skip(1).take_while(is_name).count();
        let name = &rest[1..length];
        let is_ended = rest.as_bytes().get(length) == Some(&b';');
        let meant = if is_ended { character(name) } else { None };
        let length = length + usize::from(is_ended);
        if let Some(c) = meant {
            if !is_xml(c) {
                let args = vec![Arg::Number(u32::from(c).into())];
                self.report(Code::XmlCharacter, offset, offset + length, args);
            }
            self.scratch.push(c);
        } else {
            let written = if is_ended { &rest[..length] } else { "&" };
            let args = vec![Arg::Value(written.to_owned())];
            self.report(Code::XmlReference, offset, offset + length, args);
            self.scratch.push_str(&rest[..length]);
        }
        length
    }

    /// Reports the first control character of a text that has one.
    pub(super) fn control(&mut self, text: &str, offset: usize) {
        let control = text.char_indices().find(|&(_, c)| !is_xml(c));
        if let Some((at, c)) = control {
            let args = vec![Arg::Number(u32::from(c).into())];
            self.report(Code::XmlCharacter, offset + at, offset + at + 1, args);
        }
    }
}

/// The character that `&name;` stands for.
pub(in crate::format::xml) fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

/// True for a character that an XML document may have (XML 1.0, section 2.2).
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
