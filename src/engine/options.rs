//! What a caller asks of one validation.

use serde::Deserialize;

use super::Error;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::issue::{Code, Severity};
use crate::validate::Settings;

/// Options of one validation. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
// Each is a choice of its own of the caller.
#[allow(clippy::struct_excessive_bools)]
pub struct Options {
    /// Canonical URLs of profiles to check against, besides those that `meta.profile` claims.
    pub profiles: Vec<String>,
    /// Codes of issues that are not wanted, such as `value-year`. They do not count as findings.
    pub suppress: Vec<Code>,
    /// What to make of best practices, such as a narrative in every resource (`dom-6`).
    pub best_practice: BestPractice,
    /// How many findings to list at most.
    pub max_issues: usize,
    /// Where extensions may be from that no definition is here for, as beginnings of their URLs: any other
    /// is an error. Without it, such an extension is reported as not checked.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub allowed_extension_domains: Option<Vec<String>>,
    /// Take it for sure that a reference such as `Practitioner/1`, to something that is not here, leads to a
    /// resource of the type that it names. Without it, a type that may not be there is a warning, not an error.
    pub assume_valid_rest_references: bool,
    /// The languages that a Coding may name its code in, as in the HTTP header `Accept-Language`: `en, de-CH`. A
    /// `display` in another language is then an error, where the code system has names in one of these. Without it, any
    /// name that the code system has will do.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub language: Option<String>,
    /// Allow URLs for examples, such as those of `example.org`. Without it each is an error.
    pub allow_example_urls: bool,
    /// Take text that looks like HTML for an error, as systems do that show text as it is.
    pub security_checks: bool,
    /// Ask for what HL7 asks of resources that it publishes.
    pub for_publication: bool,
    /// Say which elements are absent that a profile marks as must-support.
    pub must_support: bool,
    /// Replace values of the instance in messages by their length, for reports that leave the process
    /// that may see the data.
    pub mask_values: bool,
    /// What to call the input in the report (`operationoutcome-issue-source`): a file name, for example.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub source: Option<String>,
}

/// What to make of constraints that a definition marks as a best practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BestPractice {
    /// They are not checked.
    #[default]
    Ignore,
    /// What is not met is for information.
    Information,
    /// What is not met is a warning.
    Warning,
    /// What is not met is an error.
    Error,
}

impl Options {
    pub(super) fn settings(&self) -> Settings<'_> {
        let best_practice = match self.best_practice {
            BestPractice::Ignore => None,
            BestPractice::Information => Some(Severity::Information),
            BestPractice::Warning => Some(Severity::Warning),
            BestPractice::Error => Some(Severity::Error),
        };
        Settings {
            profiles: &self.profiles,
            best_practice,
            allowed_extension_domains: self.allowed_extension_domains.as_deref(),
            assume_valid_rest_references: self.assume_valid_rest_references,
            language: self.language.as_deref(),
            forbid_example_urls: !self.allow_example_urls,
            security_checks: self.security_checks,
            for_publication: self.for_publication,
            must_support: self.must_support,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            suppress: Vec::new(),
            best_practice: BestPractice::Ignore,
            max_issues: 1000,
            allowed_extension_domains: None,
            assume_valid_rest_references: false,
            language: None,
            allow_example_urls: true,
            security_checks: false,
            for_publication: false,
            must_support: false,
            mask_values: false,
            source: None,
        }
    }
}

/// The present as an option says it: a date and time.
///
/// # Errors
/// `options` where it is none.
pub(super) fn read_present(now: Option<&String>) -> Result<Option<Temporal>, Error> {
    let read = |now: &String| {
        Temporal::parse(TemporalType::DateTime, now).ok_or_else(|| {
            let form = "write it as `2026-02-03T10:20:30+01:00`";
            Error::new("options", format!("`now` is `{now}`, which is no date and time: {form}"))
        })
    };
    now.map(read).transpose()
}
