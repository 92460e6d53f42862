//! What a caller asks of one validation.

use serde::Deserialize;

use crate::issue::Code;

/// Options of one validation. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Options {
    /// Canonical URLs of profiles to check against, besides those that `meta.profile` claims.
    pub profiles: Vec<String>,
    /// Codes of issues that are not wanted, such as `value-year`. They do not count as findings.
    pub suppress: Vec<Code>,
    /// How many findings to list at most.
    pub max_issues: usize,
    /// Replace values of the instance in messages by their length, for reports that leave the process
    /// that may see the data.
    pub mask_values: bool,
    /// What to call the input in the report (`operationoutcome-issue-source`): a file name, for example.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub source: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            suppress: Vec::new(),
            max_issues: 1000,
            mask_values: false,
            source: None,
        }
    }
}
