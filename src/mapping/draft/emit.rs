//! From what was made to a tree: in the order of the definitions, without what has no content.

use std::ops::Range;

use super::{Draft, Id, NONE, Node};
use crate::cursor::Target as Kind;
use crate::definitions::Element;
use crate::format::{Style, json};
use crate::mapping::lineage::Lineage;
use crate::sort::sort_by_key;
use crate::text::Span;
use crate::tree::{self, Key, NameId, Tree, TreeBuilder};

impl Draft<'_> {
    /// Everything that is in a node, so that two of the same content have the same.
    pub(in crate::mapping) fn written(&self, node: Id) -> String {
        json::write(&self.tree(node, &mut None), tree::NodeId::ROOT, Style::Compact)
    }

    /// What was made below a node, as a tree.
    pub(in crate::mapping) fn tree(&self, root: Id, lineage: &mut Option<Lineage>) -> Tree {
        // A part of it, which a rule looks at, is small.
        let size = if lineage.is_some() { self.nodes.len() } else { 0 };
        let mut emit = Emit {
            draft: self,
            builder: TreeBuilder::new(self.definitions.names().clone(), size),
            text: String::new(),
            resource_type: self.definitions.names().find("resourceType").unwrap_or(NameId::NONE),
            children: Vec::new(),
            lineage,
        };
        emit.node(root, None);
        let Emit { builder, text, .. } = emit;
        builder.finish(text)
    }

    /// True for a node that has a value or holds one.
    /// An extension is not there for its URL alone.
    fn has_content(&self, node: Id) -> bool {
        let data = &self.nodes[node as usize];
        let mut children = self.children(node);
        if data.kind == self.extension {
            return children
                .any(|it| self.nodes[it as usize].name != self.url && self.has_content(it));
        }
        data.value.start < data.value.end
            || self.is_resource(data.kind)
            || children.any(|child| self.has_content(child))
    }
}

/// Writes nodes into a tree.
struct Emit<'e, 'd> {
    draft: &'e Draft<'d>,
    builder: TreeBuilder,
    /// Numbers and truths, which a tree takes from its text.
    text: String,
    resource_type: NameId,
    /// The children of all nodes that are open, in the order of their elements; the innermost last.
    children: Vec<Id>,
    lineage: &'e mut Option<Lineage>,
}

impl Emit<'_, '_> {
    fn node(&mut self, node: Id, key: Option<NameId>) {
        let data = self.draft.nodes[node as usize];
        if data.value.start < data.value.end && matches!(data.kind, Kind::Primitive(_)) {
            self.value(node, key);
            return;
        }
        self.open(tree::Kind::Object, key);
        self.note(&data);
        if self.draft.is_resource(data.kind)
            && let Kind::Object(shape) = data.kind
        {
            let key = Key { name: self.resource_type, start: 0 };
            let name = self.draft.definitions.type_name(shape.type_id);
            self.builder.decoded(Some(key), Span::default(), name);
        }
        self.content(node);
        self.builder.close(0);
    }

    fn open(&mut self, kind: tree::Kind, key: Option<NameId>) {
        self.builder.open(kind, key.map(|name| Key { name, start: 0 }), 0);
    }

    /// Notes where the node that was added last comes from.
    fn note(&mut self, node: &Node) {
        if let Some(lineage) = self.lineage.as_mut() {
            lineage.add(self.builder.len() - 1, node.origin);
            if let Some(source) = node.origin.source().filter(|_| node.value.start < node.value.end)
            {
                lineage.take(source);
            }
        }
    }

    fn value(&mut self, node: Id, key: Option<NameId>) {
        let data = self.draft.nodes[node as usize];
        let value = data.value.slice(&self.draft.text);
        let key = key.map(|name| Key { name, start: 0 });
        let kind = match data.kind {
            Kind::Primitive(type_id) => match self.draft.definitions.type_name(type_id) {
                "boolean" if value == "true" => tree::Kind::True,
                "boolean" => tree::Kind::False,
                "integer" | "positiveInt" | "unsignedInt" | "decimal" => tree::Kind::Number,
                _ => tree::Kind::String,
            },
            _ => tree::Kind::String,
        };
        if kind == tree::Kind::String {
            self.builder.decoded(key, Span::default(), value);
        } else {
            let start = self.text.len() as u32;
            self.text.push_str(value);
            self.builder.leaf(kind, key, Span::new(start, self.text.len() as u32));
        }
        self.note(&data);
    }

    /// The children of a node, in the order of their elements.
    fn content(&mut self, node: Id) {
        let (draft, start) = (self.draft, self.children.len());
        self.children.extend(draft.children(node).filter(|&child| draft.has_content(child)));
        let of = |child: Id| &draft.nodes[child as usize];
        sort_by_key(&mut self.children[start..], |&child| (of(child).element, of(child).rank));
        let shape = draft.shape(node);
        let (mut at, end) = (start, self.children.len());
        while at < end {
            let &Node { element, name, partner, .. } = of(self.children[at]);
            let same = |&&child: &&Id| of(child).element == element;
            let count = self.children[at..end].iter().take_while(same).count();
            let is_array = shape
                .and_then(|shape| shape.elements.get(usize::from(element)))
                .is_some_and(Element::is_array);
            // Of an element that does not repeat, the last value counts.
            let first = if is_array { at } else { at + count - 1 };
            self.element(first..at + count, is_array, name, partner);
            at += count;
        }
        self.children.truncate(start);
    }

    /// The values of one element, and for primitives what stands beside them.
    fn element(&mut self, at: Range<usize>, is_array: bool, name: NameId, partner: NameId) {
        let draft = self.draft;
        let values = &self.children[at.clone()];
        let is_primitive = matches!(draft.kind(values[0]), Kind::Primitive(_));
        let has_sibling = |&id: &Id| draft.nodes[id as usize].first != NONE;
        let has_siblings =
            is_primitive && partner != NameId::NONE && values.iter().any(has_sibling);
        if !is_primitive || values.iter().any(|&it| draft.value(it).is_some()) {
            if is_array {
                self.open(tree::Kind::Array, Some(name));
            }
            for at in at.clone() {
                let value = self.children[at];
                let key = if is_array { None } else { Some(name) };
                if is_primitive && self.draft.value(value).is_none() {
                    self.builder.leaf(tree::Kind::Null, None, Span::default());
                } else {
                    self.node(value, key);
                }
            }
            if is_array {
                self.builder.close(0);
            }
        }
        if !has_siblings {
            return;
        }
        self.builder.mark_siblings();
        if is_array {
            self.open(tree::Kind::Array, Some(partner));
        }
        for at in at {
            let value = self.children[at];
            if has_sibling(&value) {
                self.open(tree::Kind::Object, Some(partner).filter(|_| !is_array));
                self.content(value);
                self.builder.close(0);
            } else {
                self.builder.leaf(tree::Kind::Null, None, Span::default());
            }
        }
        if is_array {
            self.builder.close(0);
        }
    }
}
