//! The arguments of `validate`. `js/cli/validate.ts` reads the same.

use clap::{Args, ValueEnum};
use fhirkiln::engine::render::{Format, Renderer};
use fhirkiln::engine::{BestPractice, Code, Options, Severity};

use crate::exit::Failure;
use crate::inputs::{Input, Inputs};
use crate::knowledge::Knowledge;
use crate::terminal::{self, Color};

const AFTER_HELP: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the arguments are wrong
  3  something could not be done: an input was not readable, a pack is missing

Examples:
  fhirkiln validate patient.json
  fhirkiln validate 'data/**/*.json' --format sarif > findings.sarif
  zcat export.ndjson.gz | fhirkiln validate - --ndjson --quiet";

/// Validate FHIR resources in JSON, XML and NDJSON, and messages of HL7 v2
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "switches that do not depend on each other")]
pub(crate) struct Arguments {
    /// Files, folders (all .json, .xml, .ndjson, .jsonl and .hl7 files in them), globs, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<String>,

    /// Read every input as NDJSON, one resource on a line, whatever its name
    #[arg(long)]
    pub(super) ndjson: bool,

    #[command(flatten)]
    pub(super) knowledge: Knowledge,

    /// Canonical URL of a profile that every resource must conform to; repeatable
    #[arg(long, value_name = "URL", help_heading = "Definitions")]
    profile: Vec<String>,

    /// Do not report findings with this code; repeatable
    #[arg(long, value_name = "CODE", value_parser = parse_code, help_heading = "Findings")]
    suppress: Vec<Code>,

    /// ignore, information, warning or error: what to make of a best practice that is not met
    #[arg(long, value_name = "LEVEL", default_value = "ignore", help_heading = "Findings")]
    #[arg(hide_possible_values = true)]
    best_practice: Practice,

    /// Say which elements are absent that a profile marks as must-support
    #[arg(long, help_heading = "Findings")]
    must_support: bool,

    /// Beginning of the URLs of extensions that need no definition here; any other without one is then an
    /// error; repeatable
    #[arg(long, value_name = "URL", help_heading = "Findings")]
    allow_extensions: Vec<String>,

    /// Take it for sure that references such as `Practitioner/1`, to what is not here, lead to what they name
    #[arg(long, help_heading = "Findings")]
    assume_valid_rest_references: bool,

    /// Languages that displays of codes may be in, as in `Accept-Language`: one in another is an error,
    /// where the code system has one in these
    #[arg(long, value_name = "LANGUAGES", help_heading = "Findings")]
    language: Option<String>,

    /// Report URLs for examples, such as those of `example.org`, as errors
    #[arg(long, help_heading = "Findings")]
    no_example_urls: bool,

    /// Report text that looks like HTML as errors, for systems that show text as it is
    #[arg(long, help_heading = "Findings")]
    security_checks: bool,

    /// Ask for what HL7 asks of resources that it publishes
    #[arg(long, help_heading = "Findings")]
    for_publication: bool,

    /// List at most this many findings for each resource
    #[arg(long, value_name = "N", default_value_t = 1000, help_heading = "Findings")]
    max_issues: usize,

    /// error or warning: the least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error", help_heading = "Findings")]
    #[arg(hide_possible_values = true)]
    pub(super) fail_on: FailOn,

    /// text for people, json (an OperationOutcome; a Bundle of them where there can be several
    /// resources), ndjson (an OperationOutcome on a line for each resource) or sarif (2.1.0)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    #[arg(hide_possible_values = true, help_heading = "Report")]
    format: FormatName,

    /// Only the summary, no findings (text format)
    #[arg(long, short, help_heading = "Report")]
    quiet: bool,

    /// Replace values of the resources by their length, and show no excerpts of the source
    #[arg(long, help_heading = "Report")]
    mask_values: bool,

    #[command(flatten)]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Practice {
    Ignore,
    Information,
    Warning,
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Json,
    Ndjson,
    Sarif,
}

impl From<FailOn> for Severity {
    fn from(value: FailOn) -> Self {
        match value {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
        }
    }
}

impl From<Practice> for BestPractice {
    fn from(value: Practice) -> Self {
        match value {
            Practice::Ignore => Self::Ignore,
            Practice::Information => Self::Information,
            Practice::Warning => Self::Warning,
            Practice::Error => Self::Error,
        }
    }
}

impl From<FormatName> for Format {
    fn from(value: FormatName) -> Self {
        match value {
            FormatName::Text => Self::Text,
            FormatName::Json => Self::Json,
            FormatName::Ndjson => Self::Ndjson,
            FormatName::Sarif => Self::Sarif,
        }
    }
}

impl Arguments {
    /// What clap cannot say of them.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.quiet && self.format != FormatName::Text {
            return Err(Failure::Usage("--quiet goes with --format text only".into()));
        }
        Ok(())
    }

    /// How to validate.
    pub(super) fn options(&self) -> Options {
        Options {
            profiles: self.profile.clone(),
            suppress: self.suppress.clone(),
            best_practice: self.best_practice.into(),
            max_issues: self.max_issues,
            mask_values: self.mask_values,
            must_support: self.must_support,
            allowed_extension_domains: Some(&self.allow_extensions)
                .filter(|domains| !domains.is_empty())
                .cloned(),
            assume_valid_rest_references: self.assume_valid_rest_references,
            language: self.language.clone(),
            allow_example_urls: !self.no_example_urls,
            security_checks: self.security_checks,
            for_publication: self.for_publication,
            ..Options::default()
        }
    }

    /// How to report.
    pub(super) fn renderer(&self, inputs: &Inputs) -> Renderer {
        let is_document = |input: &Input| !self.ndjson && input.is_document();
        Renderer {
            format: self.format.into(),
            mask_values: self.mask_values,
            color: self.color.is_wanted(),
            width: terminal::width(),
            quiet: self.quiet,
            single: inputs.is_one && inputs.list.iter().all(is_document),
        }
    }
}

fn parse_code(name: &str) -> Result<Code, String> {
    Code::from_name(name).ok_or_else(|| "no issue has this code".to_owned())
}
