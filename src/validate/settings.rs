//! What a caller asks of one validation.

use crate::issue::Severity;

/// See `engine::Options`, which these are taken from.
#[derive(Clone, Copy, Debug, Default)]
// Each is a choice of its own of the caller.
#[allow(clippy::struct_excessive_bools)]
pub struct Settings<'s> {
    /// Canonicals of profiles to check against besides those that the instance claims.
    pub profiles: &'s [String],
    /// How bad it is where a best practice is not met; none to check no best practices.
    pub best_practice: Option<Severity>,
    /// Where extensions may be from that no definition is here for: any other is an error. None: such an
    /// extension is said to be not checked.
    pub allowed_extension_domains: Option<&'s [String]>,
    /// The type that a RESTful URL names is that of what it leads to, also where that is not here.
    pub assume_valid_rest_references: bool,
    /// The languages in which codes are named, as in the header `Accept-Language`; none for any.
    pub language: Option<&'s str>,
    /// URLs for examples (`example.org`) are errors.
    pub forbid_example_urls: bool,
    /// What looks like HTML in a string is an error: a careless reader may run it.
    pub security_checks: bool,
    /// The resource is about to be published by HL7, which asks for more.
    pub for_publication: bool,
    /// Say which elements are absent that a profile has as must-support.
    pub must_support: bool,
}
