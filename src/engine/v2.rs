//! HL7 v2: where the findings of messages are, and messages as FHIR.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::conversion::ConvertOptions;
use super::origin::{Account, OriginEntry, answer};
use super::resource::{Document as Held, Input};
use super::{Engine, Error, Mapping, OperationOutcome, Rendering, Report, TransformOptions};
use crate::convert::v2::{Unmapped, map_of};
use crate::definitions::v2::ANY_MESSAGE;
use crate::fhirpath::Model;
use crate::format::er7::{Document, Place, Segments};
use crate::format::{Format, Style, json};
use crate::issue::{Issue, Issues};
use crate::mapping::{Keep, Lineage};
use crate::tree::{NodeId, Tree};
use crate::validate;

/// A message as FHIR.
#[derive(Debug)]
pub struct Converted {
    /// What the map made.
    draft: Option<Tree>,
    /// That in the kind that was asked for, where it differs.
    bundle: Option<Tree>,
    /// What was found in the result.
    pub findings: Vec<Issue>,
    /// The message, with what was found while it was read and mapped.
    pub report: Report,
    /// Where each part of [`Self::draft`] comes from, by its nodes.
    pub lineage: Lineage,
    /// The map that was run: tells the rules that the lineage names.
    pub mapping: Arc<Mapping>,
    model: Arc<Model>,
    tells_lineage: bool,
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
        let document = self.open_message(input.into(), &mut issues)?;
        let structure =
            document.tree.child_text(NodeId::ROOT, "resourceType").unwrap_or(ANY_MESSAGE);
        let mapping = self.conversion(structure, options)?;
        let tables = options.tables(&self.systems);
        // What has not the form of its type would make the result invalid.
        let has_form = |type_id, text: &str| self.validator.has_form(type_id, text);
        let settings = options.settings(&tables, &has_form)?;
        if let Some(segments) = &document.segments {
            let messages = segments.over(document.tree.text());
            validate::v2::check_structure(
                messages,
                self.definitions(),
                self.terminology(),
                &mut issues,
            );
        }
        let transform = TransformOptions {
            max_issues: options.max_issues,
            lineage: options.lineage,
            seed: options.seed.clone(),
            now: options.now.clone(),
            mask_values: options.mask_values,
        };
        let keep = if options.lineage { Keep::Origins } else { Keep::Taken };
        let made = self.run_map(&mapping, document, issues, (&transform, keep), settings)?;
        let mut report = made.report;
        let mut found = std::mem::take(&mut report.issues);
        if let Some(document) = messages(&report) {
            locate(document, &mut found);
        }
        report.issues = found;
        let lineage = made.lineage.unwrap_or_default();
        let (bundle, findings) =
            made.tree.as_ref().map_or_else(Default::default, |tree| self.claimed(tree, options));
        Ok(Converted {
            bundle,
            draft: made.tree,
            findings,
            report,
            lineage,
            mapping,
            model: self.model.clone(),
            tells_lineage: options.lineage,
            mask_values: options.mask_values,
        })
    }

    /// The document of an input that is one message.
    fn open_message(&self, input: Input, issues: &mut Issues) -> Result<Arc<Held>, Error> {
        let document = self.open(input, issues);
        let messages = |it: &Segments| it.over(document.tree.text()).messages().len();
        let count = document.segments.as_ref().map_or(0, messages);
        if document.format == Format::Er7 && count == 1 {
            return Ok(document);
        }
        let message = match count {
            0 => "there is no message of HL7 v2 here, which begins with `MSH`".to_owned(),
            _ => format!("one message of HL7 v2 is converted at a time, and there are {count}"),
        };
        Err(Error::new("not-convertible", message))
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

    /// What is found in the result, at most so much of it.
    pub(super) fn findings(&self, tree: &Tree, limit: usize) -> Vec<Issue> {
        let mut issues = Issues::new(limit);
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
    /// The result; none where the map makes none.
    pub fn bundle(&self) -> Option<&Tree> {
        self.bundle.as_ref().or(self.draft.as_ref())
    }

    /// What the map made, before it was given the kind that was asked for. Paths are the same in both.
    pub fn draft(&self) -> Option<&Tree> {
        self.draft.as_ref()
    }

    /// The result as JSON.
    pub fn json(&self, style: Style) -> Option<String> {
        self.bundle().map(|tree| json::write(tree, NodeId::ROOT, style))
    }

    /// The resources in the result's entries as JSON, in order.
    pub fn resources(&self, style: Style) -> Vec<String> {
        let Some(tree) = self.bundle() else { return Vec::new() };
        let entries = tree.child(NodeId::ROOT, "entry").map(|entries| tree.children(entries));
        let resources =
            entries.into_iter().flatten().filter_map(|entry| tree.child(entry, "resource"));
        resources.map(|resource| json::write(tree, resource, style)).collect()
    }

    /// The values of the message that no rule took, in order.
    pub fn unmapped(&self) -> Vec<Unmapped> {
        self.report.document.unmapped(&self.lineage)
    }

    /// Where the values of the result come from, in its order: those that a rule has from a place in the message.
    pub fn origins(&self) -> Vec<OriginEntry> {
        self.draft.as_ref().map_or_else(Vec::new, |draft| self.account().origins(draft))
    }

    fn account(&self) -> Account<'_> {
        Account {
            model: &self.model,
            source: &self.report.document,
            lineage: &self.lineage,
            program: self.mapping.program(),
            text: None,
        }
    }

    /// Everything as JSON: the Bundle (`null` where there is none), and an object with `outcome`, `lineage` and `unmapped`.
    pub fn to_json_parts(&self) -> [String; 2] {
        let unmapped = self.account().unmapped();
        answer(self.json(Style::Compact), &self.outcome(), &self.lineage_json(), &unmapped)
    }

    /// [`Self::origins`] as a JSON list: empty without the option `lineage`.
    pub fn lineage_json(&self) -> String {
        let draft = self.draft.as_ref().filter(|_| self.tells_lineage);
        draft.map_or_else(|| "[]".to_owned(), |draft| self.account().origins_json(draft))
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
