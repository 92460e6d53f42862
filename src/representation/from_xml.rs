//! From a tree as XML has it to the shape that JSON has.
//!
//! | XML | JSON |
//! |---|---|
//! | the name of a resource's element | `resourceType` |
//! | an element around a resource | the resource |
//! | elements of one name | an array, where the element may repeat (or does) |
//! | the attribute `value` of a primitive | a string, a number or a boolean, by the type |
//! | `id` and extensions in a primitive | the object `_name`, aligned with `null` |
//! | `div` | a string |
//!
//! Places in the text stay what they were. What the definitions do not know is kept, under a name that they
//! cannot have: `@name` for an attribute, `#text` for text, so that the walk says so of the right element.

use std::borrow::Cow;
use std::ops::Range;

use crate::cursor::{ElementView, Target};
use crate::definitions::{Definitions, Shape, ShapeId, TypeId, TypeKind};
use crate::format::json;
use crate::sort::sort_by_key;
use crate::text::Span;
use crate::tree::{Key, Kind, NameId, NodeId, Tree, TreeBuilder};

/// A tree in the shape that JSON has.
#[derive(Debug)]
pub struct Shaped {
    /// The tree.
    pub tree: Tree,
    /// The first node whose shape in JSON is not known, because the definitions do not have it.
    pub unknown: Option<NodeId>,
}

/// Gives `tree`, which was read by `format::xml` with the names of `definitions`, the shape that JSON has.
pub fn from_xml(tree: Tree, definitions: &Definitions) -> Shaped {
    let mut reshape = Reshape::new(&tree, definitions);
    if tree.kind(NodeId::ROOT) == Kind::Object {
        reshape.resource(NodeId::ROOT, None, None);
    }
    let Reshape { out, unknown, .. } = reshape;
    Shaped { tree: out.finish(tree.into_text()), unknown }
}

struct Reshape<'a> {
    tree: &'a Tree,
    definitions: &'a Definitions,
    out: TreeBuilder,
    /// The children of the open elements, innermost last.
    items: Vec<Item>,
    resource_type: NameId,
    value: NameId,
    unknown: Option<NodeId>,
}

/// A child of an element.
#[derive(Clone, Copy)]
struct Item {
    /// The first child of that name: children of one name stand together, in the place of the first.
    first: NodeId,
    /// The property name.
    name: NameId,
    node: NodeId,
}

/// How a child stands in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Element,
    Attribute,
    Text,
}

/// What a primitive type is in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scalar {
    Boolean,
    Number,
    Markup,
    Text,
}

impl Scalar {
    fn of(type_name: &str) -> Self {
        match type_name {
            "boolean" => Self::Boolean,
            "integer" | "positiveInt" | "unsignedInt" | "decimal" => Self::Number,
            "xhtml" => Self::Markup,
            _ => Self::Text,
        }
    }
}

impl<'a> Reshape<'a> {
    fn new(tree: &'a Tree, definitions: &'a Definitions) -> Self {
        let mut out = TreeBuilder::over(tree);
        let resource_type = out.intern("resourceType");
        let value = out.intern("value");
        Self { tree, definitions, out, items: Vec::new(), resource_type, value, unknown: None }
    }

    /// The resource that the element `node` is. `wrapper` is the element around it, if there is one.
    fn resource(&mut self, node: NodeId, key: Option<Key>, wrapper: Option<NodeId>) {
        let span = self.tree.span(node);
        let at = self.out.open(Kind::Object, key, span.start);
        let name_span = self.tree.key_span(node);
        let type_key = Key { name: self.resource_type, start: name_span.start };
        self.out.decoded(Some(type_key), name_span, self.tree.name_text(node));
        // An element around a resource has nothing of its own.
        for child in wrapper.into_iter().flat_map(|wrapper| self.tree.children(wrapper)) {
            if self.form(child) != Form::Element {
                let name = self.unknown_name(child);
                let key = self.key(child, name);
                self.note_unknown();
                self.out.leaf_of(self.tree, child, Some(key));
            }
        }
        let type_id = self.definitions.type_named(self.tree.name(node));
        let type_id = type_id.filter(|&id| self.definitions.kind(id) == TypeKind::Resource);
        if type_id.is_none() {
            self.unknown.get_or_insert(at);
        }
        self.content(node, type_id.map(|type_id| ShapeId { type_id, index: 0 }), None);
        self.out.close(span.end);
    }

    /// An element with elements of its own.
    fn object(&mut self, node: NodeId, key: Option<Key>, shape: Option<ShapeId>) {
        if self.tree.kind(node) != Kind::Object {
            self.out.leaf_of(self.tree, node, key);
            return;
        }
        let span = self.tree.span(node);
        self.out.open(Kind::Object, key, span.start);
        self.content(node, shape, None);
        self.out.close(span.end);
    }

    /// The children of an element, those of one name together. One attribute may be left out.
    fn content(&mut self, node: NodeId, id: Option<ShapeId>, without: Option<NodeId>) {
        let known = id.and_then(|id| Some((id, self.definitions.shape(id)?)));
        let mark = self.items.len();
        for child in self.tree.children(node).filter(|&child| Some(child) != without) {
            let name = self.property_name(child, known.map(|(_, shape)| shape));
            self.items.push(Item { first: child, name, node: child });
        }
        self.group(mark);
        let end = self.items.len();
        let mut at = mark;
        while at < end {
            let first = self.items[at].first;
            let same = self.items[at..end].iter().take_while(|item| item.first == first).count();
            self.property(at..at + same, known);
            at += same;
        }
        self.items.truncate(mark);
    }

    /// Brings children of one name together, in document order.
    fn group(&mut self, mark: usize) {
        let items = &mut self.items[mark..];
        sort_by_key(items, |item| (item.name, item.node));
        let mut first = None;
        for item in &mut *items {
            match first {
                Some((name, node)) if name == item.name => item.first = node,
                _ => first = Some((item.name, item.node)),
            }
        }
        sort_by_key(items, |item| (item.first, item.node));
    }

    /// The name that JSON gives a child.
    fn property_name(&mut self, child: NodeId, shape: Option<&Shape>) -> NameId {
        let name = self.tree.name(child);
        let element = shape.and_then(|shape| {
            let (_, property) = shape.property(name)?;
            let element = &shape.elements[usize::from(property.element)];
            (!property.is_sibling).then_some(element)
        });
        match self.form(child) {
            Form::Attribute if element.is_some_and(|element| element.is_attribute) => name,
            Form::Element if element.is_some() => name,
            _ => self.unknown_name(child),
        }
    }

    /// A name for what the definitions do not have, which they cannot have by chance.
    fn unknown_name(&mut self, child: NodeId) -> NameId {
        let name = self.tree.name(child);
        let text = self.tree.name_text(child);
        let shown: Cow<'_, str> = match self.form(child) {
            Form::Attribute => format!("@{text}").into(),
            // Names that mean something in JSON only.
            Form::Element if name == self.resource_type || text.starts_with('_') => {
                format!("<{text}>").into()
            }
            Form::Element | Form::Text => return name,
        };
        self.out.intern(&shown)
    }

    /// What the children of one name become.
    fn property(&mut self, items: Range<usize>, known: Option<(ShapeId, &'a Shape)>) {
        let name = self.items[items.start].name;
        let found = known.and_then(|(id, shape)| {
            let (_, property) = shape.property(name).filter(|(_, p)| !p.is_sibling)?;
            Some(ElementView::new(&shape.elements[usize::from(property.element)], property, id))
        });
        let Some(view) = found else {
            self.note_unknown();
            return self.list(items, name, false, |own, node, key| own.object(node, key, None));
        };
        let repeats = view.element.is_array();
        match view.target(self.definitions) {
            Target::Primitive(type_id) if !view.element.is_attribute => {
                self.primitive(items, view, type_id);
            }
            Target::Resource => self.resources(items, name, repeats),
            Target::Object(shape) => {
                self.list(items, name, repeats, |own, node, key| {
                    own.object(node, key, Some(shape));
                });
            }
            Target::Primitive(_) | Target::Unknown => {
                // An attribute is known; an element in its place is not.
                let is_element = |item: &Item| self.tree.kind(item.node) != Kind::String;
                if self.items[items.clone()].iter().any(is_element) {
                    self.note_unknown();
                }
                self.list(items, name, repeats, |own, node, key| own.object(node, key, None));
            }
        }
    }

    /// Writes each child with `write`: in an array, where the element repeats by its definition or here.
    fn list(
        &mut self,
        items: Range<usize>,
        name: NameId,
        repeats: bool,
        mut write: impl FnMut(&mut Self, NodeId, Option<Key>),
    ) {
        let first = self.items[items.start].node;
        let key = Some(self.key(first, name));
        if !repeats && items.len() == 1 {
            return write(self, first, key);
        }
        let last = self.items[items.end - 1].node;
        self.out.open(Kind::Array, key, self.tree.span(first).start);
        for at in items {
            let node = self.items[at].node;
            write(self, node, None);
        }
        self.out.close(self.tree.span(last).end);
    }

    /// The resources inside elements such as `contained`. An element without one becomes an empty object.
    fn resources(&mut self, items: Range<usize>, name: NameId, repeats: bool) {
        let inside = |tree: &'a Tree, wrapper| {
            tree.children(wrapper).filter(|&child| tree.kind(child) != Kind::String)
        };
        let wrappers = self.items[items.clone()].iter();
        let count: usize = wrappers.map(|i| inside(self.tree, i.node).count().max(1)).sum();
        let (first, last) = (self.items[items.start].node, self.items[items.end - 1].node);
        let key = Some(self.key(first, name));
        let is_list = repeats || count > 1;
        if is_list {
            self.out.open(Kind::Array, key, self.tree.span(first).start);
        }
        let key = key.filter(|_| !is_list);
        for at in items {
            let node = self.items[at].node;
            let mut wrapper = Some(node);
            for resource in inside(self.tree, node) {
                if self.tree.kind(resource) == Kind::Object {
                    self.resource(resource, key, wrapper.take());
                } else {
                    self.out.leaf_of(self.tree, resource, key);
                    wrapper = None;
                }
            }
            if let Some(wrapper) = wrapper {
                self.object(wrapper, key, None);
            }
        }
        if is_list {
            self.out.close(self.tree.span(last).end);
        }
    }

    /// The two halves of a primitive.
    fn primitive(&mut self, items: Range<usize>, view: ElementView<'a>, type_id: TypeId) {
        let scalar = Scalar::of(self.definitions.type_name(type_id));
        let repeats = view.element.is_array();
        let (mut has_value, mut has_more) = (false, false);
        for item in &self.items[items.clone()] {
            let value = self.value_of(item.node, scalar);
            has_value |= value.is_some();
            has_more |= value.is_none() || self.has_more(item.node, value);
        }
        if has_value {
            self.list(items.clone(), view.property.name, repeats, |own, node, key| {
                match own.value_of(node, scalar) {
                    Some(value) => own.scalar(value, key, scalar),
                    None => {
                        own.out.leaf(Kind::Null, key, own.tree.span(node));
                    }
                }
            });
        }
        if has_more {
            let shape = Some(ShapeId { type_id, index: 0 });
            self.list(items, view.property.partner, repeats, |own, node, key| {
                let value = own.value_of(node, scalar);
                if value.is_some() && !own.has_more(node, value) {
                    own.out.leaf(Kind::Null, key, own.tree.span(node));
                    return;
                }
                let span = own.tree.span(node);
                own.out.open(Kind::Object, key, span.start);
                own.content(node, shape, value);
                own.out.close(span.end);
            });
        }
    }

    /// The node that has the value of a primitive: its attribute, or itself if it is markup.
    fn value_of(&self, node: NodeId, scalar: Scalar) -> Option<NodeId> {
        match self.tree.kind(node) {
            Kind::Object if scalar == Scalar::Markup => Some(node),
            Kind::Object => self.tree.children(node).find(|&child| {
                self.tree.name(child) == self.value && self.form(child) == Form::Attribute
            }),
            _ => Some(node),
        }
    }

    /// True if a primitive has more than its value: an id, extensions, or what it should not have.
    fn has_more(&self, node: NodeId, value: Option<NodeId>) -> bool {
        self.tree.kind(node) == Kind::Object
            && value != Some(node)
            && self.tree.children(node).any(|child| Some(child) != value)
    }

    /// A value in the JSON kind of its type, where it has the form; else as text.
    fn scalar(&mut self, value: NodeId, key: Option<Key>, scalar: Scalar) {
        let span = self.tree.span(value);
        if self.tree.kind(value) == Kind::Object {
            // A narrative that is in the wrong namespace: as it is written.
            self.out.decoded(key, span, span.slice(self.tree.text()));
            return;
        }
        let text = self.tree.value(value);
        let kind = match scalar {
            Scalar::Boolean if text == "true" => Kind::True,
            Scalar::Boolean if text == "false" => Kind::False,
            Scalar::Number if json::is_number(text) => Kind::Number,
            _ => Kind::String,
        };
        if kind == Kind::String || self.tree.is_escaped(value) {
            self.out.leaf_of(self.tree, value, key);
        } else {
            self.out.leaf(kind, key, Span::new(span.start + 1, span.end - 1));
        }
    }

    /// Notes that what is written next is not known.
    fn note_unknown(&mut self) {
        let next = NodeId(self.out.len() as u32);
        self.unknown.get_or_insert(next);
    }

    fn form(&self, child: NodeId) -> Form {
        match self.tree.key_start(child).cmp(&self.tree.span(child).start) {
            std::cmp::Ordering::Greater => Form::Element,
            std::cmp::Ordering::Less => Form::Attribute,
            std::cmp::Ordering::Equal => Form::Text,
        }
    }

    fn key(&self, node: NodeId, name: NameId) -> Key {
        Key { name, start: self.tree.key_start(node) }
    }
}
