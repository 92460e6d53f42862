//! XML 1.0: the tokens of a text, with places. Narrative needs it inside JSON already.

mod tokens;

pub use tokens::{Fault, Marks, Token, Tokens};
