//! A parsed input as one flat arena of nodes, in document order, each with its place in the text.
//!
//! A tree is a value: it knows nothing of FHIR, definitions or findings. A node's children follow it
//! directly, so walking is reading forward; a value is a slice of the input, or of one side buffer
//! where the input had it escaped.

mod builder;
mod limits;
mod names;
mod path;

pub use builder::{Key, TreeBuilder};
pub use limits::Limits;
pub use names::{NameId, Names, TreeNames};
pub use path::{node_at, pointer};

use crate::text::Span;

/// A node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The first node.
    pub const ROOT: Self = Self(0);

    /// The node at that position: of a tree that has so many.
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// The position in document order, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Named children.
    Object,
    /// Children without names.
    Array,
    /// Text.
    String,
    /// A number, kept as it was written.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// Something that could not be read: an issue says why, and nothing more is said about it.
    Damaged,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Object,
        Self::Array,
        Self::String,
        Self::Number,
        Self::True,
        Self::False,
        Self::Null,
        Self::Damaged,
    ];

    /// How messages name it: `object`, `array`, `string`, `number`, `boolean` or `null`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Number => "number",
            Self::True | Self::False => "boolean",
            Self::Null => "null",
            Self::Damaged => "unreadable value",
        }
    }
}

/// Six words: the name and the kind; the value's span; where the name begins; the parent; and a link,
/// which is the end of the subtree for an object or an array and the decoded text for an escaped string.
#[derive(Clone, Copy, Debug)]
struct Node {
    tag: u32,
    start: u32,
    end: u32,
    key: u32,
    parent: u32,
    link: u32,
}

const NAME_BITS: u32 = 28;
const NO_LINK: u32 = u32::MAX;
/// The link of a string that the input has without quotes.
const BARE: u32 = u32::MAX - 1;

impl Node {
    fn kind(&self) -> Kind {
        Kind::ALL[(self.tag >> NAME_BITS) as usize & 7]
    }

    fn name(&self) -> NameId {
        NameId(self.tag & ((1 << NAME_BITS) - 1))
    }

    fn is_container(&self) -> bool {
        self.tag >> NAME_BITS <= 1
    }
}

/// A parsed input. INVARIANT: never empty; nodes stand in document order.
#[derive(Clone, Debug)]
pub struct Tree {
    text: String,
    side: String,
    escaped: Vec<Span>,
    nodes: Vec<Node>,
    names: TreeNames,
    has_siblings: bool,
}

impl Tree {
    /// The input text, as it was parsed (after repair of bytes that were no UTF-8).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The input text, without the tree.
    pub fn into_text(self) -> String {
        self.text
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: there is always a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// False where no property name begins with `_`, as FHIR's JSON writes the other half of a primitive:
    /// then nobody has to look for it.
    pub fn has_siblings(&self) -> bool {
        self.has_siblings
    }

    /// The names of this tree.
    pub fn names(&self) -> &TreeNames {
        &self.names
    }

    /// What the node is.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node.index()].kind()
    }

    /// The property name; [`NameId::NONE`] for the root and for the entries of an array.
    pub fn name(&self, node: NodeId) -> NameId {
        self.nodes[node.index()].name()
    }

    /// The property name as text.
    pub fn name_text(&self, node: NodeId) -> &str {
        self.names.text(self.name(node))
    }

    /// Where the value stands, quotes and brackets included.
    pub fn span(&self, node: NodeId) -> Span {
        let node = &self.nodes[node.index()];
        Span::new(node.start, node.end)
    }

    /// Where the property begins: its name, or the value where there is none.
    pub fn key_start(&self, node: NodeId) -> u32 {
        self.nodes[node.index()].key
    }

    /// Where the property name stands, quotes included; the value's span where there is none.
    pub fn key_span(&self, node: NodeId) -> Span {
        let Node { key, start, end, .. } = self.nodes[node.index()];
        if key > start {
            // The name is inside: that of an XML element, behind its `<`.
            let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
            let rest = Span::new(key, end).slice(&self.text);
            return Span::new(key, key + rest.find(ends).unwrap_or(rest.len()) as u32);
        }
        if key == start {
            return Span::new(start, end);
        }
        let between = Span::new(key, start).slice(&self.text).trim_end();
        let name = between.strip_suffix([':', '=']).unwrap_or(between).trim_end();
        // Between the name of an XML element and its value stands the name of the attribute.
        let name = name
            .find(char::is_whitespace)
            .filter(|_| self.is_tag(key))
            .map_or(name, |at| &name[..at]);
        Span::new(key, key + name.len() as u32)
    }

    /// True if the name at `key` is that of an XML element.
    fn is_tag(&self, key: u32) -> bool {
        self.text.as_bytes()[..key as usize].last() == Some(&b'<')
    }

    /// The node that holds this one; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        (node != NodeId::ROOT).then(|| NodeId(self.nodes[node.index()].parent))
    }

    /// The value of a string (decoded), number (as written), boolean or null; empty for the others.
    pub fn value(&self, node: NodeId) -> &str {
        let node = &self.nodes[node.index()];
        match node.kind() {
            Kind::String if node.link == BARE => Span::new(node.start, node.end).slice(&self.text),
            Kind::String if node.link != NO_LINK => {
                self.escaped[node.link as usize].slice(&self.side)
            }
            Kind::String => Span::new(node.start + 1, node.end.max(2) - 1).slice(&self.text),
            Kind::Object | Kind::Array | Kind::Damaged => "",
            // In XML an element stands in its place.
            Kind::Null => "null",
            _ => Span::new(node.start, node.end).slice(&self.text),
        }
    }

    /// True if the string was written with escape sequences or without quotes, or did not come from the input.
    pub fn is_escaped(&self, node: NodeId) -> bool {
        let node = &self.nodes[node.index()];
        node.kind() == Kind::String && node.link != NO_LINK
    }

    /// The node after this one's whole subtree, in document order.
    pub fn after(&self, node: NodeId) -> NodeId {
        let entry = &self.nodes[node.index()];
        NodeId(if entry.is_container() { entry.link } else { node.0 + 1 })
    }

    /// Every node, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// The children, in order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children { tree: self, next: NodeId(node.0 + 1), end: self.after(node) }
    }

    /// The entries of an array; of anything else, itself.
    pub fn entries(&self, node: Option<NodeId>) -> Children<'_> {
        let (next, end) = match node {
            Some(node) if self.kind(node) == Kind::Array => (NodeId(node.0 + 1), self.after(node)),
            Some(node) => (node, NodeId(node.0 + 1)),
            None => (NodeId::ROOT, NodeId::ROOT),
        };
        Children { tree: self, next, end }
    }

    /// The first child of that name.
    pub fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.child_named(node, self.names.find(name)?)
    }

    /// The first child of that name, by the number that the name has in this tree.
    pub fn child_named(&self, node: NodeId, name: NameId) -> Option<NodeId> {
        let (mut at, end) = (node.0 + 1, self.after(node).0);
        while at < end {
            let child = self.nodes.get(at as usize)?;
            if child.name() == name {
                return Some(NodeId(at));
            }
            at = if child.is_container() { child.link } else { at + 1 };
        }
        None
    }

    /// The value of the first child of that name, if it is a string.
    pub fn child_text(&self, node: NodeId, name: &str) -> Option<&str> {
        let child = self.child(node, name).filter(|&child| self.kind(child) == Kind::String)?;
        Some(self.value(child))
    }

    /// How many bytes of memory the tree holds, for limits and benchmarks.
    pub fn memory(&self) -> usize {
        self.text.capacity()
            + self.side.capacity()
            + self.nodes.capacity() * size_of::<Node>()
            + self.escaped.capacity() * size_of::<Span>()
    }
}

/// The children of a node.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let node = self.next;
        self.next = self.tree.after(node);
        Some(node)
    }
}
