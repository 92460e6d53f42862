//! HL7 version 2 in its own encoding, called ER7 or "vertical bar": a reader that never fails, and a writer.
//!
//! ```text
//! bytes -> charset (MSH-18) -> text -> segments -> fields -> repetitions -> components -> subcomponents
//! ```
//!
//! [`parse`] finds the segments and nothing else; what is inside one is split when it is asked for, each part
//! as a slice of the text with its place ([`Part`]). Nothing here knows what a `PID` is: that is the business
//! of the definitions, which give a message the shape of a tree in `representation`.
//!
//! An input is any number of messages, with or without the headers of a batch (`FHS`, `BHS`) and the frames
//! of MLLP. A stream of them is cut into messages by [`Splitter`], which holds one at a time.

mod charset;
mod decode;
mod document;
mod encode;
mod escape;
mod part;
mod place;
mod separators;
mod splitter;
#[cfg(test)]
mod tests;

pub use charset::Charset;
pub use decode::parse;
pub use document::{Document, Message, Parsed, Segment, Segments};
pub use encode::{Writer, write};
pub use escape::{escape, unescape};
pub use part::{Part, Split};
pub use place::Place;
pub use separators::Separators;
pub use splitter::{Piece, Splitter};

/// What stands in a field, component or subcomponent to say that there is no value any more: the receiver is to
/// delete the one it has. An empty one says nothing.
pub const NULL: &str = "\"\"";

/// The segments that begin a message, a batch and a file. Each declares separators in its first two fields.
const HEADERS: [&str; 3] = ["MSH", "BHS", "FHS"];

/// The segments that end a batch and a file.
const TRAILERS: [&str; 2] = ["BTS", "FTS"];

/// What ends a segment. HL7 says CR; files have LF or both, and MLLP puts a message between VT and FS.
fn is_terminator(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0x0B | 0x1C)
}

/// How far [`is_er7`] looks for a header.
const HEAD: usize = 4096;

/// True if `bytes` are meant to be HL7 v2: one of their first lines begins as a header segment does, and they do not
/// begin as JSON or XML.
pub fn is_er7(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, None | Some(b'{' | b'[' | b'<')) {
        return false;
    }
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = head.split(|&byte| is_terminator(byte)).map(<[u8]>::trim_ascii_start);
    lines.any(|line| HEADERS.iter().any(|header| is_segment(line, header)))
}

/// True if a segment of that name begins here: the next byte cannot be part of a name.
fn is_segment(bytes: &[u8], name: &str) -> bool {
    bytes.starts_with(name.as_bytes())
        && bytes
            .get(name.len())
            .is_some_and(|next| !next.is_ascii_alphanumeric() && !is_terminator(*next))
}
