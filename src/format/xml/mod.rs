//! XML 1.0: the tokens of a text, with places, and a reader that never fails. Narrative needs the tokens
//! inside JSON already.
//!
//! The reader knows tags, attributes and namespaces, but no FHIR: an element is an object, its attributes
//! are texts in it, and what stands between tags is a text named [`TEXT`]. `representation` turns that into
//! the shape that JSON has.

mod balance;
mod comments;
mod namespaces;
mod reader;
mod tokens;
mod writer;

pub use balance::is_element;
pub use comments::count_comments;
pub use namespaces::Namespaces;
pub use reader::{Dialect, FHIR, TEXT, is_xml, parse};
pub use tokens::{Fault, Marks, Token, Tokens};
pub use writer::Writer;
