//! From JSON to XML and back.

use std::sync::Arc;

use super::resource::{Document, Input};
use super::{Engine, Error};
use crate::format::{Style, json};
use crate::issue::Issues;
use crate::representation::write_xml;
use crate::text::LineIndex;
use crate::tree::{NodeId, pointer};

impl Engine {
    /// Writes a resource, in either format, as FHIR XML: elements in the order of their definitions.
    ///
    /// # Errors
    /// `input-damaged` where the text is not sound JSON or XML; `not-convertible` where something in the
    /// resource has no certain form in XML, such as an element that no definition has.
    pub fn to_xml(&self, input: impl Into<Input>, style: Style) -> Result<String, Error> {
        let document = self.open_sound(input.into())?;
        write_xml(&document.tree, self.definitions(), style).map_err(|unwritable| {
            not_convertible(&document, unwritable.node, "XML", unwritable.reason.as_str())
        })
    }

    /// Writes a resource, in either format, as FHIR JSON. The order of elements stays what it was.
    ///
    /// # Errors
    /// `input-damaged` where the text is not sound JSON or XML; `not-convertible` where XML has something
    /// that no definition has, so that its form in JSON is not known.
    pub fn to_json(&self, input: impl Into<Input>, style: Style) -> Result<String, Error> {
        let document = self.open_sound(input.into())?;
        Ok(json::write(&document.tree, NodeId::ROOT, style))
    }

    /// The document of a resource that can be relied on as a whole.
    pub(super) fn open_sound(&self, input: Input) -> Result<Arc<Document>, Error> {
        if let Some(document) = self.sound(&input) {
            return Ok(document);
        }
        let mut issues = Issues::new(1);
        let document = self.open(input, &mut issues);
        if issues.has_error()
            && let Some(issue) = issues.into_sorted().first()
        {
            let text = document.tree.text();
            let place = LineIndex::new(text).position(text, issue.span.start);
            let message =
                format!("line {}, column {}: {}", place.line, place.column, issue.message(true));
            return Err(Error::new("input-damaged", message));
        }
        match document.unknown {
            Some(node) => {
                let why = "the definitions do not have it";
                Err(not_convertible(&document, node, "JSON", why))
            }
            None => Ok(document),
        }
    }
}

fn not_convertible(document: &Document, node: NodeId, format: &str, why: &str) -> Error {
    let place = document.position(node);
    let what = match pointer(&document.tree, node).as_str() {
        "" => "the resource".to_owned(),
        pointer => format!("`{pointer}`"),
    };
    let message = format!(
        "line {}, column {}: {what} cannot be written as {format}: {why}",
        place.line, place.column,
    );
    Error::new("not-convertible", message)
}
