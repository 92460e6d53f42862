//! Findings for people, in the form that compilers print and editors make clickable:
//!
//! ```text
//! patient.json:4:16: error: `1974-02-30` does not exist: February 1974 has 28 days [value-calendar]
//!  4 │   "birthDate": "1974-02-30",
//!    │                ^^^^^^^^^^^^ Patient.birthDate
//! ```

use super::excerpt::Excerpt;
use super::style::{Role, paint};
use super::{Origin, Renderer, Report, Tally};
use crate::issue::{Issue, Severity};
use crate::text::{LineIndex, Position, Span};

/// The findings of one input: a paragraph each, and an empty line after it.
pub(super) fn findings(renderer: &Renderer, origin: Origin<'_>, report: &Report) -> String {
    if report.issues.is_empty() {
        return String::new();
    }
    let text = report.tree().text();
    let lines = LineIndex::new(text);
    let last = report.issues.iter().map(|issue| issue.span.start).max().unwrap_or_default();
    let last_line = lines.position(text, last).line + origin.first_line - 1;
    let gutter = last_line.to_string().len();
    let writer = Writer { renderer, origin, text, lines, gutter };
    let mut out = String::new();
    for issue in &report.issues {
        writer.finding(&mut out, issue);
    }
    out
}

struct Writer<'a> {
    renderer: &'a Renderer,
    origin: Origin<'a>,
    text: &'a str,
    lines: LineIndex,
    /// Digits of the highest line number.
    gutter: usize,
}

impl Writer<'_> {
    fn finding(&self, out: &mut String, issue: &Issue) {
        // A finding about the input as a whole stands nowhere in it.
        let position = (issue.span != Span::default() || !issue.expression.is_empty())
            .then(|| self.lines.position(self.text, issue.span.start));
        self.headline(out, issue, position);
        match position {
            Some(position) if !self.renderer.mask_values => self.excerpt(out, issue, position),
            _ if issue.expression.is_empty() => {}
            _ => {
                self.gutter(out, "");
                self.piece(out, Role::Expression, &issue.expression);
                out.push('\n');
            }
        }
        out.push('\n');
    }

    fn headline(&self, out: &mut String, issue: &Issue, position: Option<Position>) {
        let source = self.origin.source;
        let place = match position {
            Some(at) => format!("{source}:{}:{}:", self.source_line(at), at.column),
            None => format!("{source}:"),
        };
        let message = issue.message(self.renderer.mask_values);
        self.paint(out, Role::Place, &place);
        out.push(' ');
        self.paint(out, Role::Severity(issue.severity), issue.severity.as_str());
        self.paint(out, Role::Message, &format!(": {message}"));
        out.push(' ');
        self.paint(out, Role::Quiet, &format!("[{}]", issue.code.as_str()));
        out.push('\n');
    }

    /// The source line, and below it the underline with the FHIRPath location.
    fn excerpt(&self, out: &mut String, issue: &Issue, position: Position) {
        let span = self.lines.line_span(self.text, position.line);
        let start = issue.span.start.saturating_sub(span.start) as usize;
        let end = issue.span.end.saturating_sub(span.start) as usize;
        let columns = self.renderer.width.saturating_sub(self.gutter + 4);
        let excerpt = Excerpt::new(span.slice(self.text), start, end, columns);
        self.gutter(out, &self.source_line(position).to_string());
        out.push(' ');
        out.push_str(&excerpt.line);
        out.push('\n');
        self.gutter(out, "");
        out.push_str(&" ".repeat(excerpt.indent));
        let marks = "^".repeat(excerpt.underline);
        self.piece(out, Role::Severity(issue.severity), &marks);
        if !issue.expression.is_empty() {
            let expression = issue.expression.chars().count();
            if excerpt.indent + excerpt.underline + 1 + expression > columns {
                out.push('\n');
                self.gutter(out, "");
            }
            self.piece(out, Role::Expression, &issue.expression);
        }
        out.push('\n');
    }

    fn source_line(&self, position: Position) -> u32 {
        position.line + self.origin.first_line - 1
    }

    fn gutter(&self, out: &mut String, number: &str) {
        self.paint(out, Role::Quiet, &format!(" {number:>width$} │", width = self.gutter));
    }

    fn piece(&self, out: &mut String, role: Role, text: &str) {
        out.push(' ');
        self.paint(out, role, text);
    }

    fn paint(&self, out: &mut String, role: Role, text: &str) {
        paint(out, self.renderer.color, role, text);
    }
}

/// One line that says how the run went, and one more where inputs could not be read.
pub(super) fn summary(renderer: &Renderer, tally: &Tally) -> String {
    let &Tally { errors, warnings, not_checked, notes, .. } = tally;
    let counts = [
        (errors, counted(errors, "error")),
        (warnings - not_checked, counted(warnings - not_checked, "warning")),
        (notes, counted(notes, "note")),
        (not_checked, format!("{not_checked} not checked")),
    ];
    let findings: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    let (role, verdict) = verdict(tally);
    let mut out = String::new();
    paint(&mut out, renderer.color, role, &verdict);
    if !findings.is_empty() {
        out.push_str(": ");
        out.push_str(&findings.join(", "));
    }
    out.push('\n');
    if !tally.unread.is_empty() {
        let unread = counted(tally.unread.len() as u64, "input");
        let text = format!("✗ {unread} could not be read");
        paint(&mut out, renderer.color, Role::Severity(Severity::Error), &text);
        out.push('\n');
    }
    out
}

fn verdict(tally: &Tally) -> (Role, String) {
    const BAD: Role = Role::Severity(Severity::Error);
    match (tally.invalid, tally.resources) {
        (0, 0) => (Role::Severity(Severity::Warning), "No resource was validated".to_owned()),
        (0, 1) => (Role::Good, "✓ The resource is valid".to_owned()),
        (0, all) => (Role::Good, format!("✓ All {all} resources are valid")),
        (_, 1) => (BAD, "✗ The resource is not valid".to_owned()),
        (1, all) => (BAD, format!("✗ 1 of {all} resources is not valid")),
        (invalid, all) => (BAD, format!("✗ {invalid} of {all} resources are not valid")),
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
