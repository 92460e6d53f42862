//! Text to tree and back, one folder per format.

pub mod er7;
pub mod json;
pub mod xml;

use crate::issue::{Arg, Code, Issue, Issues};
use crate::text::{Span, decode_utf8};
use crate::tree::Limits;

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// XML 1.0.
    Xml,
    /// ER7, of HL7 v2.
    Er7,
}

/// How to lay text out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No white space.
    Compact,
    /// One value a line, indented by two spaces, without a line end after the last.
    Pretty,
}

impl Format {
    /// The format that `bytes` are meant to be in: XML begins with `<`, ER7 has a header segment in its first
    /// lines, and the rest is JSON.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match text.trim_ascii_start().first() {
            Some(b'<') => Self::Xml,
            _ if er7::is_er7(text) => Self::Er7,
            _ => Self::Json,
        }
    }
}

/// The text of an input that is not larger than it may be; what is no UTF-8 in it is replaced. Both are issues.
fn read_text(bytes: Vec<u8>, limits: &Limits, issues: &mut Issues) -> Option<String> {
    if bytes.len() > limits.bytes {
        let args = vec![Arg::Number(bytes.len() as u64), Arg::Number(limits.bytes as u64)];
        issues.push(Issue::new(Code::LimitSize, Span::default(), String::new(), args));
        return None;
    }
    let mut is_damaged = false;
    Some(decode_utf8(bytes, |span| {
        // Said once: text in another encoding has such bytes everywhere.
        if !std::mem::replace(&mut is_damaged, true) {
            issues.push(Issue::new(Code::TextEncoding, span, String::new(), Vec::new()));
        }
    }))
}
