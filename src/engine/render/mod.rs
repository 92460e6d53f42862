//! Reports as people and tools read them: text with source excerpts, JSON, NDJSON and SARIF; and the results
//! of a FHIRPath expression ([`Query`]); and messages of HL7 v2 as FHIR ([`MessageOptions`]).
//!
//! A run of any length is written in constant memory: [`Run::begin`], then a [`Part`] for each input,
//! then [`Run::end`]. A part is made by [`Renderer::part`], which is pure, so that several threads can
//! make parts while one [`Run`] puts them in order. Nothing is printed here: each call gives text.

mod excerpt;
mod explain;
mod json;
mod messages;
mod query;
mod sarif;
mod snapshot;
mod style;
mod tally;
mod text;
mod transform;
mod written;

pub use explain::{ExplainFormat, ExplainOptions, explain};
pub use messages::{MessageFormat, MessageOptions, Messages};
pub use query::{Answer, Note, Query, QueryFormat, QueryOptions};
pub use snapshot::snapshot;
pub use tally::Tally;
pub use transform::{ResultFormat, Transform, TransformRun};
pub use written::Written;

use serde::Deserialize;

use super::Report;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people: one paragraph for each finding, with an excerpt of the source, and a summary.
    #[default]
    Text,
    /// An `OperationOutcome`, or a `Bundle` of one for each input.
    Json,
    /// An `OperationOutcome` on a line, for each input.
    Ndjson,
    /// SARIF 2.1.0, which code hosts and editors read.
    Sarif,
}

/// How the reports of a run are to be written.
#[expect(clippy::struct_excessive_bools, reason = "switches that do not depend on each other")]
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Renderer {
    /// The format.
    pub format: Format,
    /// Replace instance values by their length, and show no excerpts.
    pub mask_values: bool,
    /// [`Format::Text`]: colour by ANSI escape sequences.
    pub color: bool,
    /// [`Format::Text`]: columns of the terminal, which excerpts of long lines are cut to.
    pub width: usize,
    /// [`Format::Text`]: the summary only.
    pub quiet: bool,
    /// [`Format::Json`]: there is one input, so its `OperationOutcome` is not put into a `Bundle`.
    pub single: bool,
}

impl Default for Renderer {
    fn default() -> Self {
        Self {
            format: Format::Text,
            mask_values: false,
            color: false,
            width: 100,
            quiet: false,
            single: false,
        }
    }
}

/// Where an input came from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// What to call it: the path as the user gave it.
    pub source: &'a str,
    /// Which line of the source the input begins at, from 1: more than 1 inside NDJSON.
    pub first_line: u32,
}

/// What one input, or several in order, add to a run.
#[derive(Clone, Debug, Default)]
pub struct Part {
    text: String,
    tally: Tally,
}

/// The lines of NDJSON, each with where it is from; blank ones are left out.
fn each_line<'a>(
    origin: Origin<'a>,
    lines: &'a [u8],
) -> impl Iterator<Item = (Origin<'a>, &'a [u8])> {
    let numbered = (origin.first_line..).zip(lines.split(|&byte| byte == b'\n'));
    let filled = numbered.filter(|(_, line)| !line.trim_ascii().is_empty());
    filled.map(move |(first_line, line)| (Origin { first_line, ..origin }, line))
}

impl Renderer {
    /// Writes the findings of one input.
    pub fn part(&self, origin: Origin<'_>, report: &Report) -> Part {
        let text = match self.format {
            Format::Text if self.quiet => String::new(),
            Format::Text => text::findings(self, origin, report),
            Format::Json => json::pretty(self, origin, report),
            Format::Ndjson => json::line(self, origin, report),
            Format::Sarif => sarif::results(self, origin, report),
        };
        Part { text, tally: Tally::of(&report.issues) }
    }

    /// Writes the findings of whole lines of NDJSON, each of which goes through `validate`; blank ones
    /// are left out.
    pub fn lines(
        &self,
        origin: Origin<'_>,
        lines: &[u8],
        mut validate: impl FnMut(&[u8]) -> Report,
    ) -> Part {
        let mut whole = Part::default();
        for (origin, line) in each_line(origin, lines) {
            self.append(&mut whole, &self.part(origin, &validate(line)));
        }
        whole
    }

    /// Puts `next` after `part`.
    fn append(&self, part: &mut Part, next: &Part) {
        if !part.text.is_empty() && !next.text.is_empty() {
            part.text.push_str(self.separator());
        }
        part.text.push_str(&next.text);
        part.tally.add(&next.tally);
    }

    /// What stands between two parts that have text.
    fn separator(&self) -> &'static str {
        match self.format {
            Format::Json | Format::Sarif => ",\n",
            Format::Text | Format::Ndjson => "",
        }
    }
}

/// A run that is being written: puts parts together and counts.
#[derive(Debug)]
pub struct Run {
    renderer: Renderer,
    tally: Tally,
    has_parts: bool,
}

impl Run {
    /// A run that nothing has been written of.
    pub fn new(renderer: Renderer) -> Self {
        Self { renderer, tally: Tally::default(), has_parts: false }
    }

    /// The text before the first part.
    pub fn begin(&self) -> String {
        match self.renderer.format {
            Format::Json if !self.renderer.single => json::BUNDLE_BEGIN.to_owned(),
            Format::Sarif => sarif::begin(),
            _ => String::new(),
        }
    }

    /// The text of the next part.
    pub fn add(&mut self, part: Part) -> String {
        self.tally.add(&part.tally);
        if part.text.is_empty() {
            return part.text;
        }
        let before = match (self.has_parts, self.renderer.format) {
            (true, _) => self.renderer.separator(),
            (false, Format::Json) if !self.renderer.single => json::BUNDLE_FIRST,
            (false, _) => "",
        };
        self.has_parts = true;
        if before.is_empty() { part.text } else { before.to_owned() + &part.text }
    }

    /// Notes that an input could not be read, and why: `what` is one sentence.
    pub fn note_unread(&mut self, what: String) {
        self.tally.unread.push(what);
    }

    /// The text after the last part.
    pub fn end(&self) -> String {
        let Renderer { format, single, .. } = self.renderer;
        match format {
            Format::Text => text::summary(&self.renderer, &self.tally),
            Format::Json if single => "\n".repeat(usize::from(self.has_parts)),
            Format::Json => json::bundle_end(self.has_parts),
            Format::Ndjson => String::new(),
            Format::Sarif => sarif::end(&self.tally),
        }
    }

    /// What has been counted so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[cfg(test)]
mod tests;
