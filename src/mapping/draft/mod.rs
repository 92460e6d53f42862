//! What a map is making: nodes that grow in any order, and become a tree in the order of the definitions.

mod emit;

use super::lineage::Origin;
use super::program::Name;
use crate::cursor::{ElementView, Target as Kind};
use crate::definitions::{Content, Definitions, Element, Property, Shape, ShapeId, TypeKind};
use crate::text::Span;
use crate::tree::{self, NameId};

/// A node that is being made.
pub(super) type Id = u32;

/// No node.
pub(super) const NONE: Id = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    parent: Id,
    /// Which element of the parent, and under which names it is written.
    element: u16,
    name: NameId,
    partner: NameId,
    rank: Rank,
    /// The value of a primitive in [`Draft::text`]; an empty span for none.
    value: Span,
    first: Id,
    last: Id,
    next: Id,
    origin: Origin,
}

/// Where among the values of a list a node goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    First,
    #[default]
    Usual,
    Last,
}

/// An element of a node: what its property names mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'d> {
    pub(super) owner: ShapeId,
    pub(super) shape: &'d Shape,
    pub(super) element: &'d Element,
    pub(super) index: u16,
    /// The property, where there is no choice between several.
    pub(super) property: Option<Property>,
}

impl<'d> Place<'d> {
    /// The property for a value of one of the types that the element may have.
    pub(super) fn of_type(&self, type_index: u16) -> Option<Property> {
        self.shape
            .properties()
            .iter()
            .copied()
            .find(|it| it.element == self.index && it.type_index == type_index && !it.is_sibling)
    }

    pub(super) fn view(&self, property: Property) -> ElementView<'d> {
        ElementView::new(self.element, property, self.owner)
    }
}

#[derive(Debug)]
pub(super) struct Draft<'d> {
    definitions: &'d Definitions,
    nodes: Vec<Node>,
    text: String,
    /// What extensions are, and the name of their `url`.
    extension: Kind,
    url: NameId,
}

impl<'d> Draft<'d> {
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        let extension = definitions.find_type("Extension");
        let extension =
            extension.map_or(Kind::Unknown, |type_id| Kind::Object(ShapeId { type_id, index: 0 }));
        let url = definitions.names().find("url").unwrap_or(NameId::NONE);
        Self { definitions, nodes: Vec::new(), text: String::new(), extension, url }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node that stands nowhere yet.
    pub(super) fn make(&mut self, kind: Kind, origin: Origin) -> Id {
        let id = self.nodes.len() as Id;
        self.nodes.push(Node {
            kind,
            parent: NONE,
            element: 0,
            name: NameId::NONE,
            partner: NameId::NONE,
            rank: Rank::Usual,
            value: Span::default(),
            first: NONE,
            last: NONE,
            next: NONE,
            origin,
        });
        id
    }

    pub(super) fn kind(&self, node: Id) -> Kind {
        self.nodes[node as usize].kind
    }

    /// Says anew what a node without content is seen through.
    pub(super) fn set_kind(&mut self, node: Id, kind: Kind) {
        self.nodes[node as usize].kind = kind;
    }

    pub(super) fn is_attached(&self, node: Id) -> bool {
        self.nodes[node as usize].parent != NONE
    }

    pub(super) fn parent(&self, node: Id) -> Option<Id> {
        Some(self.nodes[node as usize].parent).filter(|&parent| parent != NONE)
    }

    /// The element of a node by its name, or by the name of a property of it (`valueString`).
    pub(super) fn place(&self, node: Id, name: &Name) -> Option<Place<'d>> {
        self.place_named(node, name.id?)
    }

    pub(super) fn place_named(&self, node: Id, name: NameId) -> Option<Place<'d>> {
        let owner = owner(self.kind(node))?;
        let shape = self.definitions.shape(owner)?;
        if let Some((_, property)) = shape.property(name).filter(|(_, it)| !it.is_sibling) {
            let element = shape.elements.get(usize::from(property.element))?;
            let index = property.element;
            return Some(Place { owner, shape, element, index, property: Some(property) });
        }
        let index = shape.elements.iter().position(|element| element.name == name)?;
        let element = &shape.elements[index];
        let index = index as u16;
        let place = Place { owner, shape, element, index, property: None };
        // `value[x]` of one type is no choice.
        let is_single = matches!(&element.content, Content::Types(types) if types.len() == 1);
        let property = if is_single { place.of_type(0) } else { None };
        Some(Place { property, ..place })
    }

    /// Puts a node below another one.
    pub(super) fn attach(&mut self, parent: Id, property: Property, node: Id, rank: Rank) {
        let child = &mut self.nodes[node as usize];
        child.parent = parent;
        child.element = property.element;
        (child.name, child.partner) = (property.name, property.partner);
        child.rank = rank;
        let owner = &mut self.nodes[parent as usize];
        let last = std::mem::replace(&mut owner.last, node);
        if last == NONE {
            owner.first = node;
        } else {
            self.nodes[last as usize].next = node;
        }
    }

    /// Takes a node out of its parent.
    pub(super) fn detach(&mut self, node: Id) {
        let Some(parent) = self.parent(node) else { return };
        self.retain_children(parent, |child| child != node);
        let child = &mut self.nodes[node as usize];
        (child.parent, child.next) = (NONE, NONE);
    }

    fn set_children(&mut self, node: Id, children: &[Id]) {
        let owner = &mut self.nodes[node as usize];
        owner.first = children.first().copied().unwrap_or(NONE);
        owner.last = children.last().copied().unwrap_or(NONE);
        for (index, &child) in children.iter().enumerate() {
            self.nodes[child as usize].next = children.get(index + 1).copied().unwrap_or(NONE);
        }
    }

    pub(super) fn children(&self, node: Id) -> Children<'_> {
        Children { nodes: &self.nodes, next: self.nodes[node as usize].first }
    }

    /// The values of an element so far, in the order in which they were made.
    pub(super) fn values(&self, node: Id, element: u16) -> impl Iterator<Item = Id> + '_ {
        self.children(node).filter(move |&child| self.nodes[child as usize].element == element)
    }

    /// Gives a primitive its value.
    pub(super) fn set(&mut self, node: Id, value: &str, origin: Origin) {
        let start = self.text.len() as u32;
        self.text.push_str(value);
        let node = &mut self.nodes[node as usize];
        node.value = Span::new(start, self.text.len() as u32);
        node.origin = origin;
    }

    /// The value of a primitive; none where it has none.
    pub(super) fn value(&self, node: Id) -> Option<&str> {
        let value = self.nodes[node as usize].value;
        (value.start < value.end).then(|| value.slice(&self.text))
    }

    /// The value of the first value of an element.
    pub(super) fn child_value(&self, node: Id, name: &str) -> Option<&str> {
        self.value(self.child_named(node, name)?)
    }

    /// The first value of an element.
    pub(super) fn child_named(&self, node: Id, name: &str) -> Option<Id> {
        let name = self.definitions.names().find(name)?;
        self.children(node).find(|&child| self.nodes[child as usize].name == name)
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

    /// Takes a child away from a node that is left behind.
    pub(super) fn adopt(&mut self, parent: Id, child: Id) {
        let Node { element, name, partner, rank, .. } = self.nodes[child as usize];
        self.nodes[child as usize].next = NONE;
        let property = Property { name, partner, element, type_index: 0, is_sibling: false };
        self.attach(parent, property, child, rank);
    }

    /// Leaves out the children that are not wanted.
    pub(super) fn retain_children(&mut self, node: Id, is_wanted: impl Fn(Id) -> bool) {
        let children: Vec<Id> = self.children(node).filter(|&child| is_wanted(child)).collect();
        self.set_children(node, &children);
    }

    /// Gives `visit` the nodes of the source that a node and those below it were made of.
    pub(super) fn sources(&self, node: Id, visit: &mut dyn FnMut(tree::NodeId)) {
        if let Some(source) = self.nodes[node as usize].origin.source() {
            visit(source);
        }
        self.children(node).for_each(|child| self.sources(child, visit));
    }

    /// Gives everything below one node to another of the same type.
    pub(super) fn move_children(&mut self, from: Id, to: Id) {
        let children: Vec<Id> = self.children(from).collect();
        self.set_children(from, &[]);
        for child in children {
            self.adopt(to, child);
        }
    }

    /// A copy of a node with all below it, which stands nowhere yet.
    pub(super) fn copy(&mut self, node: Id) -> Id {
        let Node { kind, origin, value, .. } = self.nodes[node as usize];
        let copy = self.make(kind, origin);
        self.nodes[copy as usize].value = value;
        let children: Vec<Id> = self.children(node).collect();
        for child in children {
            let Node { element, name, partner, rank, .. } = self.nodes[child as usize];
            let below = self.copy(child);
            let property = Property { name, partner, element, type_index: 0, is_sibling: false };
            self.attach(copy, property, below, rank);
        }
        copy
    }

    /// The elements that a node may have.
    fn shape(&self, node: Id) -> Option<&'d Shape> {
        self.definitions.shape(owner(self.kind(node))?)
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

pub(super) struct Children<'n> {
    nodes: &'n [Node],
    next: Id,
}

impl Iterator for Children<'_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        let node = Some(self.next).filter(|&it| it != NONE)?;
        self.next = self.nodes[node as usize].next;
        Some(node)
    }
}
