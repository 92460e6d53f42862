//! Text to tree and back, one folder per format.

pub mod er7;
pub mod json;
pub mod xml;

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
