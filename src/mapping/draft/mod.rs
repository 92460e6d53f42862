//! What a map is making: nodes that grow in any order, and become a tree in the order of the definitions.

mod children;
mod emit;
mod place;

use super::form::Form;
use super::lineage::Origin;
use super::program::Name;
use crate::cursor::Target as Kind;
use crate::definitions::{Definitions, Element, Shape, ShapeId, TypeId, TypeKind};
use crate::text::Span;
use crate::tree::NameId;

pub(super) use place::Place;

/// A node that is being made.
pub(super) type Id = u32;

/// No node.
pub(super) const NONE: Id = u32::MAX;

/// What hangs below a node is a list of elements, in the order of the definitions: the first value of each stands in it,
/// and the other values hang on the first.
#[derive(Clone, Copy, Debug)]
struct Node<'d> {
    kind: Kind,
    /// The elements that it may have; none for a primitive, whose extensions are rare.
    shape: Option<&'d Shape>,
    origin: Origin,
    /// The value of a primitive in [`Draft::text`]; an empty span for none.
    value: Span,
    parent: Id,
    /// Under which names it is written, and which element of the parent it is.
    name: NameId,
    partner: NameId,
    element: u16,
    rank: Rank,
    /// True where a value is in it, or in what is below. An extension is not there for its URL alone.
    has_content: bool,
    /// The first value of the first element below it.
    first: Id,
    /// The next value of the same element.
    more: Id,
    /// Of the first value of an element: the first value of the next one, and the last of its own.
    next: Id,
    last: Id,
}

impl Node<'_> {
    fn has_value(&self) -> bool {
        self.value.start < self.value.end
    }
}

/// Where among the values of a list a node goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    First,
    #[default]
    Usual,
    Last,
}

#[derive(Debug)]
pub(super) struct Draft<'d> {
    definitions: &'d Definitions,
    nodes: Vec<Node<'d>>,
    text: String,
    /// What the texts of primitive types are, by the number of a type.
    forms: &'d [Form],
    /// What extensions are, and the name of their `url`.
    extension: Kind,
    url: NameId,
}

impl<'d> Draft<'d> {
    /// `size` is a guess at how many nodes there will be.
    pub(super) fn new(definitions: &'d Definitions, forms: &'d [Form], size: usize) -> Self {
        let extension = definitions.find_type("Extension");
        let extension =
            extension.map_or(Kind::Unknown, |type_id| Kind::Object(ShapeId { type_id, index: 0 }));
        let url = definitions.names().find("url").unwrap_or(NameId::NONE);
        let (nodes, text) = (Vec::with_capacity(size), String::new());
        Self { definitions, nodes, text, forms, extension, url }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node that stands nowhere yet.
    pub(super) fn make(&mut self, kind: Kind, origin: Origin) -> Id {
        let id = self.nodes.len() as Id;
        self.nodes.push(Node {
            kind,
            shape: self.shape_of(kind),
            origin,
            value: Span::default(),
            parent: NONE,
            name: NameId::NONE,
            partner: NameId::NONE,
            element: 0,
            rank: Rank::Usual,
            has_content: self.is_resource(kind),
            first: NONE,
            more: NONE,
            next: NONE,
            last: NONE,
        });
        id
    }

    pub(super) fn kind(&self, node: Id) -> Kind {
        self.nodes[node as usize].kind
    }

    /// Says anew what a node without content is seen through.
    pub(super) fn set_kind(&mut self, node: Id, kind: Kind) {
        let shape = self.shape_of(kind);
        let data = &mut self.nodes[node as usize];
        (data.kind, data.shape) = (kind, shape);
    }

    pub(super) fn is_attached(&self, node: Id) -> bool {
        self.nodes[node as usize].parent != NONE
    }

    pub(super) fn parent(&self, node: Id) -> Option<Id> {
        Some(self.nodes[node as usize].parent).filter(|&parent| parent != NONE)
    }

    /// The element of a node by its name, or by the name of a property of it (`valueString`).
    pub(super) fn place(&self, node: Id, name: &Name) -> Option<Place<'d>> {
        let Node { kind, shape, .. } = self.nodes[node as usize];
        match (name.known, shape) {
            (Some(known), Some(shape)) if kind == Kind::Object(known.owner) => {
                Place::of(known, shape)
            }
            _ => self.place_named(node, name.id?),
        }
    }

    pub(super) fn place_named(&self, node: Id, name: NameId) -> Option<Place<'d>> {
        let shape = (owner(self.kind(node))?, self.shape(node)?);
        Place::find(self.definitions, shape, name)
    }

    /// Gives a primitive its value.
    pub(super) fn set(&mut self, node: Id, value: &str, origin: Origin) {
        let start = self.text.len() as u32;
        self.text.push_str(value);
        let value = Span::new(start, self.text.len() as u32);
        let data = &mut self.nodes[node as usize];
        (data.value, data.origin) = (value, origin);
        if data.has_value() {
            self.fill(node);
        }
    }

    /// The value of a primitive; none where it has none.
    pub(super) fn value(&self, node: Id) -> Option<&str> {
        let data = &self.nodes[node as usize];
        data.has_value().then(|| data.value.slice(&self.text))
    }

    /// The value of the first value of an element.
    pub(super) fn child_value(&self, node: Id, name: NameId) -> Option<&str> {
        self.value(self.child_named(node, name)?)
    }

    /// The first value of an element.
    pub(super) fn child_named(&self, node: Id, name: NameId) -> Option<Id> {
        self.elements(node).find(|&child| self.nodes[child as usize].name == name)
    }

    pub(super) fn definitions(&self) -> &'d Definitions {
        self.definitions
    }

    /// Which element of its parent a node is a value of.
    pub(super) fn element_of(&self, node: Id) -> u16 {
        self.nodes[node as usize].element
    }

    /// True if the element of that number may have more than one value.
    pub(super) fn is_list(&self, node: Id, element: u16) -> bool {
        let shape = self.shape(node);
        shape.and_then(|it| it.elements.get(usize::from(element))).is_some_and(Element::is_array)
    }

    /// The elements that a node may have.
    fn shape(&self, node: Id) -> Option<&'d Shape> {
        let data = &self.nodes[node as usize];
        data.shape.or_else(|| self.definitions.shape(owner(data.kind)?))
    }

    fn shape_of(&self, kind: Kind) -> Option<&'d Shape> {
        let Kind::Object(shape) = kind else { return None };
        self.definitions.shape(shape)
    }

    /// What the texts of a primitive type are.
    pub(super) fn form(&self, type_id: TypeId) -> Form {
        self.forms.get(type_id.index()).copied().unwrap_or(Form::Text)
    }

    fn is_resource(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Object(ShapeId { type_id, index: 0 })
            if self.definitions.kind(type_id) == TypeKind::Resource)
    }
}

/// Which elements a node of a kind may have.
fn owner(kind: Kind) -> Option<ShapeId> {
    match kind {
        Kind::Object(shape) => Some(shape),
        Kind::Primitive(type_id) => Some(ShapeId { type_id, index: 0 }),
        Kind::Resource | Kind::Unknown => None,
    }
}
