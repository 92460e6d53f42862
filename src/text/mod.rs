//! Places in a text: byte spans, the lines and columns that people and editors count, and the next
//! place of a byte.

mod digits;
mod find;
mod line_index;
mod pattern;
mod regular;
mod scanner;
mod utf8;

pub use digits::Digits;
pub(crate) use find::last_word;
pub use find::{Marked, Word, find};
pub use line_index::{LineIndex, Position};
use pattern::Table;
pub(crate) use regular::Regular;
pub use scanner::SyntaxError;
pub(crate) use scanner::{Scanner, Token, write_quoted};
pub use utf8::decode_utf8;

/// A half-open range of bytes in an input text. Inputs are limited to less than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, both in bytes.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The text that the span covers; empty where the span does not fit `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}
