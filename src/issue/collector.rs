//! The bounded list that findings go into.

use super::{Code, Issue, Severity};
use crate::sort::sort_by_key;
use crate::text::Span;

/// Findings of one run, at most as many as asked for.
#[derive(Debug)]
pub struct Issues {
    list: Vec<Issue>,
    limit: usize,
    suppressed: Vec<Code>,
    first_error_only: bool,
    has_error: bool,
    dropped: bool,
}

impl Issues {
    /// Collects up to `limit` findings; one more says that there were more.
    pub fn new(limit: usize) -> Self {
        Self {
            list: Vec::new(),
            limit,
            suppressed: Vec::new(),
            first_error_only: false,
            has_error: false,
            dropped: false,
        }
    }

    /// Collects nothing but whether there is an error, and asks to stop at the first.
    pub fn first_error() -> Self {
        Self { first_error_only: true, ..Self::new(1) }
    }

    /// Leaves out findings with these codes, as if they had not been made.
    #[must_use]
    pub fn without(mut self, codes: &[Code]) -> Self {
        self.suppressed = codes.to_vec();
        self
    }

    /// Adds a finding, or notes that it did not fit.
    pub fn push(&mut self, issue: Issue) {
        if self.suppressed.contains(&issue.code) {
            return;
        }
        let is_error = issue.severity >= Severity::Error;
        let is_first_error = is_error && !self.has_error;
        self.has_error |= is_error;
        if self.first_error_only && !is_error {
            return;
        }
        if self.list.len() < self.limit {
            self.list.push(issue);
            return;
        }
        self.dropped = true;
        if is_first_error {
            // What is listed must not look valid where the input is not.
            self.list.pop();
            self.list.push(issue);
        }
    }

    /// Adds what another list has; it lacks some where that one does.
    pub fn append(&mut self, other: &Self) {
        for issue in &other.list {
            self.push(issue.clone());
        }
        self.dropped |= other.dropped;
    }

    /// True where going on can change nothing any more: there is an error, and the list is full or the
    /// first error was all that was asked for.
    pub fn is_done(&self) -> bool {
        self.has_error && (self.dropped || self.first_error_only)
    }

    /// True if an error or a fatal finding was met.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// The findings in document order; where some did not fit, the last says so.
    pub fn into_sorted(mut self) -> Vec<Issue> {
        sort_by_key(&mut self.list, |issue| issue.span.start);
        if self.dropped && !self.first_error_only {
            let args = vec![super::Arg::Number(self.limit as u64)];
            self.list.push(Issue::new(Code::LimitIssues, Span::default(), String::new(), args));
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(limit: usize, found: &[Code], expected: &[Code]) {
        let mut issues = Issues::new(limit);
        for &code in found {
            issues.push(Issue::new(code, Span::default(), String::new(), Vec::new()));
        }
        assert_eq!(issues.into_sorted().iter().map(|i| i.code).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lists_so_many_and_the_first_error() {
        let (warning, error, more) = (Code::ValueYear, Code::ValueId, Code::LimitIssues);
        check(2, &[warning, error], &[warning, error]);
        check(2, &[warning, error, warning], &[warning, error, more]);
        check(2, &[warning, warning, error, error], &[warning, error, more]);
        check(0, &[warning], &[more]);
    }
}
