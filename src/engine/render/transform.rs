//! Resources as a map makes them into others: what `fhirkiln transform` writes.

use serde::Deserialize;

use super::written::{Places, Written, is_error};
use super::{Origin, each_line};
use crate::engine::{Engine, Error, Mapping, Style, TransformOptions};

/// How results are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultFormat {
    /// Indented.
    #[default]
    Json,
    /// Each on a line.
    Ndjson,
}

/// What a run of `fhirkiln transform` is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TransformRun {
    /// How the map is run.
    pub transform: TransformOptions,
    /// How results are laid out.
    pub to: ResultFormat,
    /// Say of each value that no rule took where it is.
    pub unmapped: bool,
    /// Say nothing of findings.
    pub quiet: bool,
}

/// A map that is ready to be run on inputs.
#[derive(Debug)]
pub struct Transform {
    mapping: Mapping,
    source: String,
    options: TransformRun,
}

impl Transform {
    /// Compiles a map as [`Engine::mapping_of`]; `source` is what to call it.
    ///
    /// # Errors
    /// As [`Engine::mapping_of`], with `source` in front.
    pub fn new(
        engine: &Engine,
        map: &str,
        source: &str,
        mut options: TransformRun,
    ) -> Result<Self, Error> {
        options.transform.lineage = options.unmapped;
        let named = |error: Error| Error::new(error.code, format!("{source}: {}", error.message));
        let mapping = engine.mapping_of(map).map_err(named)?;
        Ok(Self { mapping, source: source.to_owned(), options })
    }

    /// What is wrong with the map, before any input.
    pub fn begin(&self) -> Written {
        let issues = self.mapping.issues();
        let origin = Origin { source: &self.source, first_line: 1 };
        let places = Places::new(origin, self.mapping.text().unwrap_or_default());
        let notes = if self.options.quiet { Vec::new() } else { places.notes(issues, false) };
        Written { notes, has_error: issues.iter().any(is_error), ..Written::default() }
    }

    /// What a resource, or a message of HL7 v2, becomes.
    pub fn document(&self, engine: &Engine, origin: Origin<'_>, input: &[u8]) -> Written {
        let TransformRun { transform, to, unmapped, quiet } = &self.options;
        let made = match engine.transform(&self.mapping, input, transform) {
            Ok(made) => made,
            Err(error) => return Written::refused(format!("{}: {error}", origin.source)),
        };
        let style = if *to == ResultFormat::Json { Style::Pretty } else { Style::Compact };
        let Some(text) = made.json(style) else {
            return Written::refused(format!("{}: the map made nothing of it", origin.source));
        };
        let (text, issues) = (text.trim_end().to_owned() + "\n", &made.report.issues);
        let places = Places::new(origin, made.report.tree().text());
        let mut notes =
            if *quiet { Vec::new() } else { places.notes(issues, transform.mask_values) };
        if *unmapped {
            let left = made.unmapped();
            notes.extend(left.iter().map(|it| {
                let line = origin.first_line.saturating_add(it.line - 1);
                format!("{}:{line}:{}: unmapped: {}", origin.source, it.column, it.place)
            }));
        }
        Written { text, notes, failure: None, has_error: issues.iter().any(is_error) }
    }

    /// What whole lines of NDJSON become; blank ones are left out.
    pub fn lines(&self, engine: &Engine, origin: Origin<'_>, lines: &[u8]) -> Written {
        let mut whole = Written::default();
        for (origin, line) in each_line(origin, lines) {
            whole.append(self.document(engine, origin, line));
        }
        whole
    }
}
