//! Definitions with their snapshots: what `fhirkiln snapshot` writes.

use super::written::Written;
use crate::engine::{Engine, Style};
use crate::issue::Severity;

/// The StructureDefinition in `definition` (JSON or XML) with its snapshot, in indented JSON; `source` is what to
/// call it in what is said about its differential.
pub fn snapshot(engine: &Engine, source: &str, definition: &[u8]) -> Written {
    let made = match engine.snapshot(definition) {
        Ok(made) => made,
        Err(error) => return Written::refused(format!("{source}: {error}")),
    };
    let note = |severity: Severity, element: &str, message: &str| {
        format!("{source}: {}: {element}: {message}", severity.as_str())
    };
    let notes = made.messages.iter().map(|it| note(it.severity, &it.element, &it.message));
    let rewritten = engine.rewrite(made.definition.as_bytes(), None, Style::Pretty);
    Written {
        // It was made here from a tree, and is sound.
        text: rewritten.map(|it| it.text).unwrap_or_default(),
        notes: notes.collect(),
        failure: None,
        has_error: made.messages.iter().any(|it| it.severity >= Severity::Error),
    }
}
