//! HL7 v2: where the findings of messages are, and messages as FHIR.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::resource::Input;
use super::{Engine, Error, Mapping, OperationOutcome, Rendering, Report, TransformOptions};
use crate::convert::v2::{Unmapped, map_of, unmapped};
use crate::definitions::v2::ANY_MESSAGE;
use crate::format::er7::{Document, Place};
use crate::format::{Format, Style, json};
use crate::issue::{Issue, Issues};
use crate::mapping::Lineage;
use crate::tree::{NodeId, Tree};

/// Options of one conversion. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ConvertOptions {
    /// How many findings to list at most, of the message and of the result each.
    pub max_issues: usize,
    /// The canonical of the map, in place of the one for the structure of the message.
    pub map: Option<String>,
    /// What ids are made from besides the content; without it, from the content only.
    pub seed: Option<String>,
    /// The present, for maps that ask: `2026-02-03T10:20:30.000+01:00`. The engine reads no clock.
    pub now: Option<String>,
    /// Whether to validate the result.
    pub validate: bool,
    /// Replace values of the message in the texts of findings by their length.
    pub mask_values: bool,
}

impl Default for ConvertOptions {
    fn default() -> Self {
        let (map, seed, now) = (None, None, None);
        Self { max_issues: 1000, map, seed, now, validate: true, mask_values: false }
    }
}

/// A message as FHIR.
#[derive(Debug)]
pub struct Converted {
    /// The result; none where the map makes none.
    pub bundle: Option<Tree>,
    /// What was found in the result.
    pub findings: Vec<Issue>,
    /// The message, with what was found while it was read and mapped.
    pub report: Report,
    /// The values of the message that no rule took, in order.
    pub unmapped: Vec<Unmapped>,
    /// Where each part of the result comes from.
    pub lineage: Lineage,
    /// The map that was run: tells the rules that the lineage names.
    pub mapping: Arc<Mapping>,
    mask_values: bool,
}

/// The maps of messages, by canonical; none where the engine does not have it.
#[derive(Debug, Default)]
pub(super) struct Conversions {
    compiled: Mutex<HashMap<String, Option<Arc<Mapping>>>>,
}

impl Engine {
    /// Converts a message of HL7 v2 to FHIR, by the map for its structure, and validates the result.
    ///
    /// # Errors
    /// `not-convertible` where the input is not one message of HL7 v2, `map-missing` where the engine has no map for
    /// it, and `options` where an option means nothing. What is wrong with the message is no error.
    pub fn convert(
        &self,
        input: impl Into<Input>,
        options: &ConvertOptions,
    ) -> Result<Converted, Error> {
        let mut issues = Issues::new(options.max_issues);
        let document = self.open(input.into(), &mut issues);
        let count = document
            .segments
            .as_ref()
            .map_or(0, |it| it.over(document.tree.text()).messages().len());
        if document.format != Format::Er7 || count != 1 {
            let message =
                format!("one message of HL7 v2 is converted at a time, and there are {count}");
            return Err(Error::new("not-convertible", message));
        }
        let structure =
            document.tree.child_text(NodeId::ROOT, "resourceType").unwrap_or(ANY_MESSAGE);
        let mapping = self.conversion(structure, options)?;
        let transform = TransformOptions {
            max_issues: options.max_issues,
            lineage: true,
            seed: options.seed.clone(),
            now: options.now.clone(),
        };
        let made = self.run_map(&mapping, document, issues, &transform)?;
        let mut report = made.report;
        let mut found = std::mem::take(&mut report.issues);
        if let Some(document) = messages(&report) {
            locate(document, &mut found);
        }
        report.issues = found;
        let lineage = made.lineage.unwrap_or_default();
        let message = messages(&report).map(|document| document.message(0));
        let unmapped = message.map(|message| unmapped(message, report.tree(), &lineage));
        let findings = made.tree.as_ref().filter(|_| options.validate);
        let findings = findings.map_or_else(Vec::new, |tree| self.findings(tree, options));
        Ok(Converted {
            bundle: made.tree,
            findings,
            unmapped: unmapped.unwrap_or_default(),
            report,
            lineage,
            mapping,
            mask_values: options.mask_values,
        })
    }

    /// The compiled map for a structure: its own, or the one for any message.
    fn conversion(&self, structure: &str, options: &ConvertOptions) -> Result<Arc<Mapping>, Error> {
        let wanted = match &options.map {
            Some(canonical) => vec![canonical.clone()],
            None => vec![map_of(structure), map_of(ANY_MESSAGE)],
        };
        let mut compiled = self.conversions.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let found = wanted.iter().find_map(|canonical| {
            let entry = compiled.entry(canonical.clone());
            entry.or_insert_with(|| self.mapping(canonical).map(Arc::new)).clone()
        });
        found.ok_or_else(|| {
            Error::new("map-missing", format!("the engine has no map `{}`", wanted.join("` or `")))
        })
    }

    fn findings(&self, tree: &Tree, options: &ConvertOptions) -> Vec<Issue> {
        let mut issues = Issues::new(options.max_issues);
        self.validator.validate(
            tree,
            Format::Json,
            crate::validate::Settings::default(),
            &mut issues,
        );
        issues.into_sorted()
    }
}

impl Converted {
    /// The result as JSON.
    pub fn json(&self, style: Style) -> Option<String> {
        self.bundle.as_ref().map(|tree| json::write(tree, NodeId::ROOT, style))
    }

    /// What was found in the message, with lines and columns, and then in the result.
    pub fn outcome(&self) -> OperationOutcome {
        let rendering =
            |text| Rendering { text, first_line: 1, mask_values: self.mask_values, source: None };
        let mut outcome =
            OperationOutcome::new(&self.report.issues, rendering(Some(self.report.tree().text())));
        if !self.findings.is_empty() {
            let found = OperationOutcome::new(&self.findings, rendering(None));
            if self.report.issues.is_empty() {
                outcome = found;
            } else {
                outcome.issue.extend(found.issue);
            }
        }
        outcome
    }
}

/// The messages of a report.
fn messages(report: &Report) -> Option<Document<'_>> {
    let segments = report.document.segments.as_ref()?;
    Some(segments.over(report.tree().text()))
}

/// Gives the issues of the reader the place of where they stand. Both are in document order.
pub(super) fn locate(document: Document<'_>, issues: &mut [Issue]) {
    let mut messages = document.messages().peekable();
    for issue in issues.iter_mut().filter(|issue| issue.expression.is_empty()) {
        while messages.peek().is_some_and(|message| message.span().end < issue.span.start) {
            messages.next();
        }
        let place = messages.peek().and_then(|&message| Place::at(message, issue.span.start));
        issue.expression = place.map_or_else(String::new, |place| place.to_string());
    }
}
