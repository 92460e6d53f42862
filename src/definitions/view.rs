//! Reading a conformance resource: a node of a tree with the short questions that a compiler asks.

use crate::tree::{Kind, NodeId, Tree};

/// An object of a conformance resource.
#[derive(Clone, Copy, Debug)]
pub struct View<'t> {
    tree: &'t Tree,
    node: NodeId,
}

impl<'t> View<'t> {
    /// The object at `node`.
    pub fn new(tree: &'t Tree, node: NodeId) -> Self {
        Self { tree, node }
    }

    /// The tree.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The node.
    pub fn node(self) -> NodeId {
        self.node
    }

    /// A text property.
    pub fn text(self, name: &str) -> Option<&'t str> {
        self.tree.child_text(self.node, name)
    }

    /// A boolean property.
    pub fn boolean(self, name: &str) -> Option<bool> {
        match self.tree.kind(self.tree.child(self.node, name)?) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// True if the property is `true`.
    pub fn is_true(self, name: &str) -> bool {
        self.boolean(name) == Some(true)
    }

    /// A whole number that is not negative.
    pub fn number(self, name: &str) -> Option<u32> {
        self.tree.value(self.tree.child(self.node, name)?).parse().ok()
    }

    /// An object property.
    pub fn object(self, name: &str) -> Option<Self> {
        let child = self.tree.child(self.node, name)?;
        (self.tree.kind(child) == Kind::Object).then_some(Self { tree: self.tree, node: child })
    }

    /// The objects of an array property.
    pub fn objects(self, name: &str) -> impl Iterator<Item = Self> {
        self.entries(name, Kind::Object).map(move |node| Self { tree: self.tree, node })
    }

    /// The texts of an array property.
    pub fn texts(self, name: &str) -> impl Iterator<Item = &'t str> {
        self.entries(name, Kind::String).map(move |node| self.tree.value(node))
    }

    /// The names and texts of an object property that holds only texts.
    pub fn members(self, name: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
        let object = self.object(name);
        object
            .into_iter()
            .flat_map(move |object| self.tree.children(object.node))
            .filter(move |&member| self.tree.kind(member) == Kind::String)
            .map(move |member| (self.tree.name_text(member), self.tree.value(member)))
    }

    fn entries(self, name: &str, kind: Kind) -> impl Iterator<Item = NodeId> {
        let list = self.tree.child(self.node, name);
        list.into_iter()
            .filter(move |&list| self.tree.kind(list) == Kind::Array)
            .flat_map(move |list| self.tree.children(list))
            .filter(move |&entry| self.tree.kind(entry) == kind)
    }
}

/// The resources of a file: the root, or the resources in the entries of a Bundle.
pub fn resources(tree: &Tree) -> Vec<View<'_>> {
    let root = View::new(tree, NodeId::ROOT);
    match root.text("resourceType") {
        Some("Bundle") => {
            root.objects("entry").filter_map(|entry| entry.object("resource")).collect()
        }
        Some(_) => vec![root],
        None => Vec::new(),
    }
}
