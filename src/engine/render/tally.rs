//! What a run has found so far.

use serde::Serialize;

use crate::issue::{Issue, IssueType, Severity};

/// Counts over the inputs of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Resources that were validated.
    pub resources: u64,
    /// Resources with an error.
    pub invalid: u64,
    /// Findings that are errors or fatal.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are for information.
    pub notes: u64,
    /// Those of the warnings that say what could not be decided.
    pub not_checked: u64,
    /// Inputs that could not be read, and why: a sentence for each.
    pub unread: Vec<String>,
}

impl Tally {
    /// The counts of one resource.
    pub(super) fn of(issues: &[Issue]) -> Self {
        let mut tally = Self { resources: 1, ..Self::default() };
        for issue in issues {
            match issue.severity {
                Severity::Information => tally.notes += 1,
                Severity::Warning => tally.warnings += 1,
                Severity::Error | Severity::Fatal => tally.errors += 1,
            }
            tally.not_checked += u64::from(is_not_checked(issue));
        }
        tally.invalid = u64::from(tally.errors > 0);
        tally
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.resources += other.resources;
        self.invalid += other.invalid;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
        self.not_checked += other.not_checked;
        self.unread.extend_from_slice(&other.unread);
    }

    /// True if there is a finding at or above `severity`.
    pub fn reaches(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error | Severity::Fatal => self.errors > 0,
            Severity::Warning => self.errors + self.warnings > 0,
            Severity::Information => self.errors + self.warnings + self.notes > 0,
        }
    }
}

fn is_not_checked(issue: &Issue) -> bool {
    let kind = issue.code.issue_type();
    issue.severity == Severity::Warning
        && matches!(kind, IssueType::NotFound | IssueType::NotSupported)
}
