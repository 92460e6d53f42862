//! Findings as `OperationOutcome`: one, one on each line, or a `Bundle` of them. Whatever comes out is
//! FHIR, so what reads FHIR reads it.

use super::{Origin, Renderer, Report};
use crate::engine::{OperationOutcome, Rendering};

/// The text before the entries of the `Bundle`.
pub(super) const BUNDLE_BEGIN: &str =
    "{\n  \"resourceType\": \"Bundle\",\n  \"type\": \"collection\"";

/// The text before the first entry: FHIR has no empty arrays.
pub(super) const BUNDLE_FIRST: &str = ",\n  \"entry\": [\n";

/// The text after the last entry, if there was one.
pub(super) fn bundle_end(has_entries: bool) -> String {
    if has_entries { "\n  ]\n}\n" } else { "\n}\n" }.to_owned()
}

/// The outcome over several lines; as an entry of the `Bundle` where there can be others.
pub(super) fn pretty(renderer: &Renderer, origin: Origin<'_>, report: &Report) -> String {
    let outcome = outcome(renderer, origin, report);
    // Writing plain structs to memory cannot fail.
    let text = serde_json::to_string_pretty(&outcome).unwrap_or_default();
    if renderer.single {
        return text;
    }
    let indented = text.replace('\n', "\n      ");
    format!("    {{\n      \"resource\": {indented}\n    }}")
}

/// The outcome on one line.
pub(super) fn line(renderer: &Renderer, origin: Origin<'_>, report: &Report) -> String {
    let outcome = outcome(renderer, origin, report);
    serde_json::to_string(&outcome).unwrap_or_default() + "\n"
}

fn outcome(renderer: &Renderer, origin: Origin<'_>, report: &Report) -> OperationOutcome {
    let rendering = Rendering {
        text: Some(report.tree().text()),
        first_line: origin.first_line,
        mask_values: renderer.mask_values,
        source: Some(origin.source),
    };
    OperationOutcome::new(&report.issues, rendering)
}
