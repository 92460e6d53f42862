//! Placeholder until the forms of primitive types land: accepts everything.
use crate::issue::{Arg, Code, Severity};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    Xhtml,
    Boolean,
    Number,
    Other,
}
pub struct Problem {
    pub code: Code,
    pub args: Vec<Arg>,
    pub severity: Option<Severity>,
}
impl Primitive {
    pub fn from_name(n: &str) -> Option<Self> {
        Some(match n {
            "xhtml" => Self::Xhtml,
            "boolean" => Self::Boolean,
            "integer" | "decimal" | "positiveInt" | "unsignedInt" => Self::Number,
            _ => Self::Other,
        })
    }
    pub fn json_kind(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            _ => "string",
        }
    }
}
pub fn check(_p: Primitive, _v: &str) -> Option<Problem> {
    None
}
