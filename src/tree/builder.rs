//! Makes a tree, node by node in document order. Readers use it over an input text; code that makes
//! resources uses it with an empty text and decoded values.

use std::sync::Arc;

use super::{BARE, Kind, NAME_BITS, NO_LINK, NameId, Names, Node, NodeId, Tree, TreeNames};
use crate::text::Span;

/// A tree that grows.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: Tree,
    open: Vec<NodeId>,
}

/// The name of a node and where it begins.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The name, interned by [`TreeBuilder::intern`].
    pub name: NameId,
    /// Offset of its first byte, quote included.
    pub start: u32,
}

impl TreeBuilder {
    /// An empty tree whose names begin with `known`; `nodes` is a guess at its size.
    pub fn new(known: Arc<Names>, nodes: usize) -> Self {
        let tree = Tree {
            text: String::new(),
            side: String::new(),
            escaped: Vec::new(),
            nodes: Vec::with_capacity(nodes),
            names: TreeNames::new(known),
            has_siblings: false,
        };
        Self { tree, open: Vec::new() }
    }

    /// A tree of other nodes over the text, the values and the names of `tree`.
    pub fn over(tree: &Tree) -> Self {
        let tree = Tree {
            text: String::new(),
            side: tree.side.clone(),
            escaped: tree.escaped.clone(),
            nodes: Vec::with_capacity(tree.nodes.len()),
            names: tree.names.clone(),
            // Who reshapes a tree may use any name that is known.
            has_siblings: true,
        };
        Self { tree, open: Vec::new() }
    }

    /// Interns a property name.
    pub fn intern(&mut self, name: &str) -> NameId {
        self.tree.has_siblings |= name.as_bytes().first() == Some(&b'_');
        self.tree.names.intern(name)
    }

    /// Says that a property whose name begins with an underscore comes, by the number of its name.
    pub fn mark_siblings(&mut self) {
        self.tree.has_siblings = true;
    }

    /// Nodes so far.
    pub fn len(&self) -> usize {
        self.tree.nodes.len()
    }

    /// True before the first node.
    pub fn is_empty(&self) -> bool {
        self.tree.nodes.is_empty()
    }

    /// How many objects and arrays are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The innermost open object or array.
    pub fn current(&self) -> Option<NodeId> {
        self.open.last().copied()
    }

    /// True if an object or an array of that kind is open, at any depth.
    pub fn is_open(&self, kind: Kind) -> bool {
        self.open.iter().any(|&node| self.tree.kind(node) == kind)
    }

    /// What the node is.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.tree.kind(node)
    }

    /// The text of an interned name.
    pub fn name_text(&self, name: NameId) -> &str {
        self.tree.names.text(name)
    }

    /// The name of the root; empty where it has none, or is not there yet.
    pub fn root_name(&self) -> &str {
        self.tree.nodes.first().map_or("", |root| self.tree.names.text(root.name()))
    }

    /// Where the node begins.
    pub fn start(&self, node: NodeId) -> u32 {
        self.tree.nodes[node.index()].start
    }

    /// Begins an object or an array at `start`.
    pub fn open(&mut self, kind: Kind, key: Option<Key>, start: u32) -> NodeId {
        let node = self.push(kind, key, Span::new(start, start), 0);
        self.open.push(node);
        node
    }

    /// Ends the innermost open node at `end`.
    pub fn close(&mut self, end: u32) {
        if let Some(node) = self.open.pop() {
            let after = self.tree.nodes.len() as u32;
            let node = &mut self.tree.nodes[node.index()];
            node.end = end;
            node.link = after;
        }
    }

    /// Adds a node without children. A string's value is what stands between its quotes.
    pub fn leaf(&mut self, kind: Kind, key: Option<Key>, span: Span) -> NodeId {
        self.push(kind, key, span, NO_LINK)
    }

    /// Adds a string that has no quotes: its value is what stands there.
    pub fn bare(&mut self, key: Option<Key>, span: Span) -> NodeId {
        self.push(Kind::String, key, span, BARE)
    }

    /// Adds what `node` of `tree` is, which this builder was made [`Self::over`]; not its children.
    pub fn leaf_of(&mut self, tree: &Tree, node: NodeId, key: Option<Key>) -> NodeId {
        let Node { link, .. } = tree.nodes[node.index()];
        self.push(tree.kind(node), key, tree.span(node), link)
    }

    /// Adds a string whose value differs from what the input has between the quotes.
    pub fn decoded(&mut self, key: Option<Key>, span: Span, value: &str) -> NodeId {
        let start = self.tree.side.len() as u32;
        self.tree.side.push_str(value);
        let end = self.tree.side.len() as u32;
        self.tree.escaped.push(Span::new(start, end));
        self.push(Kind::String, key, span, self.tree.escaped.len() as u32 - 1)
    }

    /// Begins with texts of which strings are made by [`Self::from_held`].
    #[must_use]
    pub fn holding(mut self, texts: String) -> Self {
        self.tree.side = texts;
        self
    }

    /// The texts that strings are made of.
    pub fn held(&self) -> &str {
        &self.tree.side
    }

    /// Adds a string that stands nowhere in the input: that part of what is held.
    pub fn from_held(&mut self, key: Option<Key>, value: Span) -> NodeId {
        self.tree.escaped.push(value);
        self.push(Kind::String, key, Span::default(), self.tree.escaped.len() as u32 - 1)
    }

    /// The tree over `text`; what is still open is closed at its end. Without any node, the root is
    /// [`Kind::Damaged`].
    pub fn finish(mut self, text: String) -> Tree {
        let end = text.len() as u32;
        while !self.open.is_empty() {
            self.close(end);
        }
        if self.tree.nodes.is_empty() {
            self.leaf(Kind::Damaged, None, Span::new(0, end));
        }
        self.tree.text = text;
        self.tree
    }

    fn push(&mut self, kind: Kind, key: Option<Key>, span: Span, link: u32) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        let key = key.unwrap_or(Key { name: NameId::NONE, start: span.start });
        self.tree.nodes.push(Node {
            tag: (kind as u32) << NAME_BITS | key.name.0,
            start: span.start,
            end: span.end,
            key: key.start,
            parent: self.open.last().map_or(0, |parent| parent.0),
            link,
        });
        id
    }
}
