//! A resource as it was read, to be asked several things without reading it again.

use std::sync::{Arc, OnceLock};

use super::Engine;
use crate::cursor::Cursor;
use crate::definitions::Definitions;
use crate::format::{Format, er7, json, xml};
use crate::issue::Issues;
use crate::representation::{self, Shaped};
use crate::text::{LineIndex, Position};
use crate::tree::{NodeId, Tree};

/// Findings of the reader that a [`Resource`] keeps.
const KEPT_ISSUES: usize = 100_000;

/// A resource that [`Engine::parse`] read, with what the reader found. Immutable; cloning is cheap.
///
/// It is read with the names of its engine's definitions. Another engine takes it too, but reads its text
/// anew, each time.
#[derive(Clone, Debug)]
pub struct Resource(Arc<Document>);

/// What an engine can be asked about: text in UTF-8 (XML where it begins with `<`, else JSON), messages of HL7 v2
/// (where a header segment, `MSH`, `BHS` or `FHS`, begins one of the first lines; in their own character set), or a
/// [`Resource`] that was read before.
#[derive(Clone, Debug)]
pub enum Input {
    /// The bytes of the text.
    Bytes(Vec<u8>),
    /// What was read.
    Read(Resource),
}

/// A tree in the shape that JSON has, and how it came about.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) tree: Tree,
    /// The resource, seen through its type.
    pub(super) root: Cursor,
    /// The first node of XML whose shape in JSON is not known.
    pub(super) unknown: Option<NodeId>,
    pub(super) format: Format,
    /// Where the segments of HL7 v2 stand.
    pub(super) segments: Option<er7::Segments>,
    lines: OnceLock<LineIndex>,
    /// What the reader found, where it is kept to be told later.
    issues: Issues,
    /// The bytes, where they were not UTF-8 and are kept: the text of the tree is repaired.
    damaged: Option<Box<[u8]>>,
}

impl Engine {
    /// Reads a resource once, for all that is to be asked about it. What is wrong with the text is found
    /// here, and told by [`Engine::validate`]; at most 100,000 findings.
    pub fn parse(&self, input: impl Into<Vec<u8>>) -> Resource {
        let bytes = input.into();
        let damaged = std::str::from_utf8(&bytes).is_err().then(|| bytes.as_slice().into());
        let mut issues = Issues::new(KEPT_ISSUES);
        let document = self.read(bytes, &mut issues);
        Resource(Document { issues, damaged, ..document }.into())
    }

    /// The document of an input that was read before, where nothing is wrong with it.
    pub(super) fn sound(&self, input: &Input) -> Option<Arc<Document>> {
        let Input::Read(Resource(document)) = input else { return None };
        let is_sound = document.is_of(self.definitions())
            && !document.issues.has_error()
            && document.unknown.is_none();
        is_sound.then(|| document.clone())
    }

    /// The document of an input; what its reader found goes into `issues`.
    pub(super) fn open(&self, input: Input, issues: &mut Issues) -> Arc<Document> {
        match input {
            Input::Read(resource) if resource.0.is_of(self.definitions()) => {
                issues.append(&resource.0.issues);
                resource.0
            }
            Input::Read(resource) => self.read(resource.bytes().to_vec(), issues).into(),
            Input::Bytes(bytes) => self.read(bytes, issues).into(),
        }
    }

    fn read(&self, input: Vec<u8>, issues: &mut Issues) -> Document {
        let names = self.definitions().names();
        let format = Format::of(&input);
        let mut segments = None;
        let Shaped { tree, unknown } = match format {
            Format::Er7 => {
                let parsed = er7::parse(input, &self.limits, issues);
                let definitions = self.definitions();
                let tree = representation::from_er7(parsed.text, &parsed.segments, definitions);
                segments = Some(parsed.segments);
                Shaped { tree, unknown: None }
            }
            Format::Json => {
                let tree = json::parse(input, names, &self.limits, issues);
                Shaped { tree, unknown: None }
            }
            Format::Xml => {
                let tree = xml::parse(input, xml::FHIR, names, &self.limits, issues);
                representation::from_xml(tree, self.definitions())
            }
        };
        let (lines, issues) = (OnceLock::new(), Issues::new(0));
        let root = Cursor::resource(&tree, self.definitions(), NodeId::ROOT);
        Document { tree, root, unknown, format, segments, lines, issues, damaged: None }
    }
}

impl Resource {
    /// What was read, in the shape that JSON has.
    pub fn tree(&self) -> &Tree {
        &self.0.tree
    }

    pub(super) fn document(&self) -> &Document {
        &self.0
    }

    fn bytes(&self) -> &[u8] {
        self.0.damaged.as_deref().unwrap_or(self.tree().text().as_bytes())
    }
}

impl Document {
    /// True if it was read with these definitions: the numbers of its names and types are theirs.
    fn is_of(&self, definitions: &Definitions) -> bool {
        Arc::ptr_eq(self.tree.names().known(), definitions.names())
    }

    /// Line and column of a node's property; the lines are counted when first asked for.
    pub(super) fn position(&self, node: NodeId) -> Position {
        self.position_of(self.tree.key_start(node))
    }

    /// The same of a byte of the text.
    pub(super) fn position_of(&self, offset: u32) -> Position {
        let text = self.tree.text();
        self.lines.get_or_init(|| LineIndex::new(text)).position(text, offset)
    }
}

macro_rules! inputs {
    ($($text:ty)*) => {$(
        impl From<$text> for Input {
            fn from(text: $text) -> Self {
                Self::Bytes(text.into())
            }
        }
    )*};
}

inputs! { Vec<u8> &[u8] String &str }

impl From<Resource> for Input {
    fn from(resource: Resource) -> Self {
        Self::Read(resource)
    }
}

impl From<&Resource> for Input {
    fn from(resource: &Resource) -> Self {
        Self::Read(resource.clone())
    }
}
