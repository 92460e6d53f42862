//! From what was made to a tree: in the order of the definitions, without what has no content.

use std::ops::Range;

use super::{Draft, Id, NONE, Node};
use crate::cursor::Target as Kind;
use crate::definitions::{Element, RESOURCE_TYPE};
use crate::format::{Style, json};
use crate::mapping::form::Form;
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
        let builder = TreeBuilder::new(self.definitions.names().clone(), 0);
        self.emit(root, builder, false, lineage)
    }

    /// What was made, as a tree that takes over the texts.
    pub(in crate::mapping) fn finish(mut self, root: Id, lineage: &mut Option<Lineage>) -> Tree {
        let texts = std::mem::take(&mut self.text);
        // Arrays come on top of what was made.
        let size = self.nodes.len() + self.nodes.len() / 4;
        let builder = TreeBuilder::new(self.definitions.names().clone(), size).holding(texts);
        self.emit(root, builder, true, lineage)
    }

    fn emit(
        &self,
        root: Id,
        builder: TreeBuilder,
        is_whole: bool,
        lineage: &mut Option<Lineage>,
    ) -> Tree {
        let mut emit = Emit {
            draft: self,
            builder,
            is_whole,
            text: String::new(),
            values: Vec::new(),
            lineage,
        };
        emit.node(root, None);
        let Emit { builder, text, .. } = emit;
        builder.finish(text)
    }

    /// The values of an element that [`Self::tree`] would write: by its name, or by that of a property of it.
    pub(in crate::mapping) fn written_values(
        &self,
        node: Id,
        name: NameId,
    ) -> impl Iterator<Item = Id> + '_ {
        let place = self.place_named(node, name);
        let values = move || {
            let values = place.map(|place| self.values(node, place.index));
            values.into_iter().flatten().filter(|&it| self.nodes[it as usize].has_content)
        };
        // Of an element that does not repeat, the last value counts.
        let is_array = place.is_some_and(|place| place.element.is_array());
        let rank = |&it: &Id| self.nodes[it as usize].rank;
        let last = if is_array { None } else { values().max_by_key(rank) };
        let property = place.and_then(|place| place.property).map(|property| property.name);
        let is_named =
            move |it: Id| property.is_none_or(|property| property == self.nodes[it as usize].name);
        values().filter(move |&it| (is_array || last == Some(it)) && is_named(it))
    }
}

/// Writes nodes into a tree.
struct Emit<'e, 'd> {
    draft: &'e Draft<'d>,
    builder: TreeBuilder,
    /// True if the builder has the texts of the draft.
    is_whole: bool,
    /// Numbers and truths, which a tree takes from its text.
    text: String,
    /// The values of all elements that are open; those of the innermost last.
    values: Vec<Id>,
    lineage: &'e mut Option<Lineage>,
}

impl Emit<'_, '_> {
    fn node(&mut self, node: Id, key: Option<NameId>) {
        let draft = self.draft;
        let data = &draft.nodes[node as usize];
        if let (Kind::Primitive(type_id), false) = (data.kind, !data.has_value()) {
            self.value(data, draft.form(type_id), key);
            return;
        }
        self.open(tree::Kind::Object, key);
        self.note(data);
        if let Kind::Object(shape) = data.kind
            && draft.is_resource(data.kind)
        {
            let key = Key { name: RESOURCE_TYPE, start: 0 };
            let name = draft.definitions.type_name(shape.type_id);
            self.builder.decoded(Some(key), Span::default(), name);
        }
        self.content(node);
        self.builder.close(0);
    }

    fn open(&mut self, kind: tree::Kind, key: Option<NameId>) {
        self.builder.open(kind, key.map(|name| Key { name, start: 0 }), 0);
    }

    /// Notes where the node that was added last comes from.
    fn note(&mut self, node: &Node<'_>) {
        if let Some(lineage) = self.lineage.as_mut() {
            lineage.add(self.builder.len() - 1, node.origin);
            if let Some(source) = node.origin.source().filter(|_| node.has_value()) {
                lineage.take(source);
            }
        }
    }

    fn value(&mut self, node: &Node<'_>, form: Form, key: Option<NameId>) {
        let key = key.map(|name| Key { name, start: 0 });
        let draft = self.draft;
        let texts = if self.is_whole { self.builder.held() } else { &draft.text };
        let value = node.value.slice(texts);
        let kind = match form {
            Form::Boolean if value == "true" => tree::Kind::True,
            Form::Boolean => tree::Kind::False,
            form if form.is_number() => tree::Kind::Number,
            _ => tree::Kind::String,
        };
        match kind {
            tree::Kind::String if self.is_whole => self.builder.from_held(key, node.value),
            tree::Kind::String => {
                self.builder.decoded(key, Span::default(), node.value.slice(&draft.text))
            }
            _ => {
                let start = self.text.len() as u32;
                self.text.push_str(value);
                self.builder.leaf(kind, key, Span::new(start, self.text.len() as u32))
            }
        };
        self.note(node);
    }

    /// The elements of a node.
    fn content(&mut self, node: Id) {
        let draft = self.draft;
        let (start, shape) = (self.values.len(), draft.shape(node));
        let of = |node: Id| &draft.nodes[node as usize];
        for first in draft.elements(node) {
            let &Node { kind, element, name, more, first: below, has_content, .. } = of(first);
            let is_array = shape
                .and_then(|shape| shape.elements.get(usize::from(element)))
                .is_some_and(Element::is_array);
            let has_parts = matches!(kind, Kind::Primitive(_)) && below != NONE;
            if more == NONE && !is_array && !has_parts {
                if has_content {
                    self.node(first, Some(name));
                }
                continue;
            }
            self.values.extend(draft.with_more(first).filter(|&it| of(it).has_content));
            sort_by_key(&mut self.values[start..], |&value| of(value).rank);
            let Some(&last) = self.values[start..].last() else { continue };
            let (&Node { name, partner, .. }, end) = (of(last), self.values.len());
            // Of an element that does not repeat, the last value counts.
            self.element(if is_array { start } else { end - 1 }..end, is_array, name, partner);
            self.values.truncate(start);
        }
    }

    /// The values of one element, and for primitives what stands beside them.
    fn element(&mut self, at: Range<usize>, is_array: bool, name: NameId, partner: NameId) {
        let draft = self.draft;
        let values = &self.values[at.clone()];
        let is_primitive = matches!(draft.kind(values[0]), Kind::Primitive(_));
        let has_value = |id: Id| draft.nodes[id as usize].has_value();
        let has_sibling = |&id: &Id| draft.nodes[id as usize].first != NONE;
        let has_siblings =
            is_primitive && partner != NameId::NONE && values.iter().any(has_sibling);
        if !is_primitive || values.iter().any(|&it| has_value(it)) {
            if is_array {
                self.open(tree::Kind::Array, Some(name));
            }
            for at in at.clone() {
                let value = self.values[at];
                let key = if is_array { None } else { Some(name) };
                if is_primitive && !has_value(value) {
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
            let value = self.values[at];
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
