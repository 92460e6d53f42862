//! What a caller asks of one validation.

use crate::issue::Severity;

/// See `engine::Options`, which these are taken from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'s> {
    /// Canonicals of profiles to check against besides those that the instance claims.
    pub profiles: &'s [String],
    /// How bad it is where a best practice is not met; none to check no best practices.
    pub best_practice: Option<Severity>,
    /// Where extensions may be from that no definition is here for: any other is an error. None: such an
    /// extension is said to be not checked.
    pub allowed_extension_domains: Option<&'s [String]>,
    /// Say which elements are absent that a profile has as must-support.
    pub must_support: bool,
}
