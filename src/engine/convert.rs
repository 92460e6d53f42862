//! From JSON to XML and back.

use super::{Engine, Error};
use crate::format::{Style, json};
use crate::issue::Issues;
use crate::representation::write_xml;
use crate::text::LineIndex;
use crate::tree::{NodeId, Tree, pointer};

impl Engine {
    /// Writes a resource, in either format, as FHIR XML: elements in the order of their definitions.
    ///
    /// # Errors
    /// `input-damaged` where the text is not sound JSON or XML; `not-convertible` where something in the
    /// resource has no certain form in XML, such as an element that no definition has.
    pub fn to_xml(&self, input: impl Into<Vec<u8>>, style: Style) -> Result<String, Error> {
        let tree = self.read_sound(input.into())?;
        write_xml(&tree, self.definitions(), style).map_err(|unwritable| {
            not_convertible(&tree, unwritable.node, "XML", unwritable.reason.as_str())
        })
    }

    /// Writes a resource, in either format, as FHIR JSON. The order of elements stays what it was.
    ///
    /// # Errors
    /// `input-damaged` where the text is not sound JSON or XML; `not-convertible` where XML has something
    /// that no definition has, so that its form in JSON is not known.
    pub fn to_json(&self, input: impl Into<Vec<u8>>, style: Style) -> Result<String, Error> {
        let tree = self.read_sound(input.into())?;
        Ok(json::write(&tree, NodeId::ROOT, style))
    }

    /// The tree of a resource that can be relied on as a whole.
    pub(super) fn read_sound(&self, input: Vec<u8>) -> Result<Tree, Error> {
        let mut issues = Issues::new(1);
        let (shaped, _) = self.read(input, &mut issues);
        let has_error = issues.has_error();
        if let Some(issue) = issues.into_sorted().first().filter(|_| has_error) {
            let text = shaped.tree.text();
            let place = LineIndex::new(text).position(text, issue.span.start);
            let message =
                format!("line {}, column {}: {}", place.line, place.column, issue.message(true));
            return Err(Error { code: "input-damaged", message });
        }
        match shaped.unknown {
            Some(node) => {
                let why = "the definitions do not have it";
                Err(not_convertible(&shaped.tree, node, "JSON", why))
            }
            None => Ok(shaped.tree),
        }
    }
}

fn not_convertible(tree: &Tree, node: NodeId, format: &str, why: &str) -> Error {
    let place = LineIndex::new(tree.text()).position(tree.text(), tree.key_start(node));
    let message = format!(
        "line {}, column {}: `{}` cannot be written as {format}: {why}",
        place.line,
        place.column,
        pointer(tree, node),
    );
    Error { code: "not-convertible", message }
}
