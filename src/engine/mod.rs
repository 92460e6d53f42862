//! The public Rust API: an [`Engine`] that knows definitions, and what can be asked of it.

mod acknowledge;
mod builder;
mod claims;
mod conversion;
mod convert;
mod evaluate;
mod explain;
mod needs;
mod options;
mod origin;
mod outcome;
mod pack_builder;
mod profiles;
pub mod render;
mod resource;
mod rewrite;
mod snapshot;
mod systems;
mod transform;
mod v2;

pub use crate::convert::v2::{BundleKind, Unmapped};
/// What functions of a caller are given.
pub use crate::fhirpath::{Collection, Value};
pub use acknowledge::{AcknowledgeMode, AcknowledgeOptions};
pub use builder::EngineBuilder;
pub use conversion::ConvertOptions;
pub use evaluate::{
    EvaluateOptions, Evaluated, Evaluation, Expression, Functions, Item, ItemValue,
};
pub use explain::{ExplainedConstraint, ExplainedElement, Explanation};
pub use needs::PackageNeeds;
pub use options::{BestPractice, Options};
pub use origin::{MapPlace, OriginEntry, SourcePlace};
pub use outcome::{
    Coding, Details, ExtensionValue, ISSUE_CODES, OperationOutcome, OutcomeExtension, OutcomeIssue,
    Rendering,
};
pub use v2::Converted;

pub use pack_builder::{BuiltPack, PackBuilder};
pub use profiles::ProfileEntry;
pub use resource::{Input, Resource};
pub use rewrite::Rewritten;
pub use snapshot::{Snapshot, SnapshotMessage};
pub use transform::{Mapping, TransformOptions, Transformed};

pub use crate::definitions::correction::Correction;
pub use crate::definitions::package;
pub use crate::definitions::v2::is_part as is_v2_part;
pub use crate::definitions::{Pack, PackError, PackInfo, PackageId};
pub use crate::format::er7::{Piece, Splitter, is_er7};
pub use crate::format::{Format, Style};
pub use crate::issue::{Code, Severity};
pub use crate::terminology::Coverage;
pub use crate::tree::{Limits, NodeId};

use std::sync::Arc;

use crate::definitions::Definitions;
use crate::fhirpath::Model;
use crate::issue::{Issue, Issues};
use crate::mapping::Maps;
use crate::terminology::Terminology;
use crate::text::Span;
use crate::tree::Tree;
use crate::validate::{self, Validator};
use resource::Document;
use snapshot::Kept;
use systems::Systems;
use v2::Conversions;

/// Knows definitions and terminology, and validates with them. Immutable: share one between threads.
/// Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    validator: Arc<Validator>,
    model: Arc<Model>,
    maps: Maps,
    /// The maps of messages, compiled when first needed.
    conversions: Arc<Conversions>,
    limits: Limits,
    /// The definitions that it was given in packages and by themselves, for snapshots.
    sources: Kept,
    /// The systems of identifiers that it was told of.
    systems: Arc<Systems>,
}

/// Why an engine could not be made, or a call was not understood. Findings are never errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Stable, kebab-case: `pack-damaged`, `pack-newer`, `pack-older`, `pack-fhir-version`, `pack-base`,
    /// `package-damaged`, `resource-damaged`, `options`, `input-damaged`, `not-convertible`,
    /// `map-syntax`, `map-missing`, `fhirpath-syntax`, `fhirpath-semantic`, `fhirpath-execution`, `fhirpath-limit`, `fhirpath-unavailable`.
    pub code: &'static str,
    /// One sentence, without instance values.
    pub message: String,
    /// Where in the FHIRPath expression, in bytes, if the error is about one.
    pub span: Option<Span>,
}

impl Error {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.span.map_or(Ok(()), |span| write!(f, " (at {} of the expression)", span.start + 1))
    }
}

impl std::error::Error for Error {}

/// What was found in one input: the tree it was read into and the issues in document order.
#[derive(Debug)]
pub struct Report {
    document: Arc<Document>,
    /// The findings in document order.
    pub issues: Vec<Issue>,
}

impl Engine {
    /// An engine that knows nothing yet.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// A builder that starts from what this engine knows; the two share it.
    pub fn with(&self) -> EngineBuilder {
        EngineBuilder::new(self.clone())
    }

    /// What the engine knows of types.
    pub fn definitions(&self) -> &Definitions {
        self.validator.definitions()
    }

    /// What the engine knows of codes.
    pub fn terminology(&self) -> &Terminology {
        self.validator.terminology()
    }

    /// The maps that the engine knows.
    pub fn maps(&self) -> &Maps {
        &self.maps
    }

    /// Validates one resource, or the messages of a text in HL7 v2.
    pub fn validate(&self, input: impl Into<Input>, options: &Options) -> Report {
        let mut issues = Issues::new(options.max_issues).without(&options.suppress);
        let document = self.open_and_check(input.into(), options, &mut issues);
        let mut issues = issues.into_sorted();
        match &document.segments {
            Some(segments) => v2::locate(segments.over(document.tree.text()), &mut issues),
            None => validate::locate(self.definitions(), &document.tree, &mut issues),
        }
        Report { document, issues }
    }

    /// True if nothing is worse than a warning; stops at the first error.
    pub fn is_valid(&self, input: impl Into<Input>, options: &Options) -> bool {
        let mut issues = Issues::first_error().without(&options.suppress);
        self.open_and_check(input.into(), options, &mut issues);
        !issues.has_error()
    }

    fn open_and_check(
        &self,
        input: Input,
        options: &Options,
        issues: &mut Issues,
    ) -> Arc<Document> {
        let document = self.open(input, issues);
        let Document { tree, format, .. } = &*document;
        match &document.segments {
            _ if issues.is_done() => {}
            Some(segments) => {
                let messages = segments.over(tree.text());
                let settings = options.settings();
                validate::v2::check(&self.validator, (messages, tree), settings, issues);
            }
            None => {
                self.validator.validate(tree, *format, options.settings(), issues);
                snapshot::check(self, tree, issues);
            }
        }
        document
    }
}

impl Report {
    /// The input as it was read.
    pub fn tree(&self) -> &Tree {
        &self.document.tree
    }

    /// The findings as an `OperationOutcome`. `located` says whether the input was text that the caller
    /// can count lines in.
    pub fn outcome(&self, options: &Options, located: bool) -> OperationOutcome {
        let rendering = Rendering {
            text: located.then(|| self.tree().text()),
            first_line: 1,
            mask_values: options.mask_values,
            source: options.source.as_deref(),
        };
        OperationOutcome::new(&self.issues, rendering)
    }
}
