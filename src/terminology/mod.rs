//! Is a code in a value set? Value sets are kept as sorted codes per system.

/// The value sets and code systems of an engine. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Terminology {}

/// The answer to "is this code in this value set".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    In,
    /// It is not.
    Out,
    /// What is needed to tell is not here: the canonical of the value set or code system that is missing.
    Unknown(String),
}

impl Terminology {
    /// Whether `code` is in the value set with the canonical `value_set` (`url` or `url|version`).
    /// Without `system` (a `code` element), any system of the value set that has the code will do.
    pub fn validate_code(&self, value_set: &str, system: Option<&str>, code: &str) -> Membership {
        let _ = (system, code);
        Membership::Unknown(value_set.to_owned())
    }
}
