//! JSON (RFC 8259): a reader that never fails, and a writer.
//!
//! The reader goes on after a syntax error where the next token is certain, so that one missing comma
//! does not hide what else is wrong. What it cannot read becomes [`crate::tree::Kind::Damaged`].

mod reader;
mod scan;
mod string;
mod writer;

pub use super::Style;
pub use reader::{is_number, parse};
pub use string::SourceOffsets;
pub use writer::write;
pub(crate) use writer::write_string;

#[cfg(test)]
mod tests;
