//! Text to tree and back, one folder per format.

pub mod json;
pub mod xml;

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// XML 1.0.
    Xml,
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
    /// The format that `bytes` are meant to be in: XML begins with `<`, and nothing in JSON does.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if text.trim_ascii_start().starts_with(b"<") { Self::Xml } else { Self::Json }
    }
}
