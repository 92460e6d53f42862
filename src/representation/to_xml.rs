//! From the shape that JSON has to XML text, with the elements in the order of their definitions.

use crate::cursor::{ElementView, Target};
use crate::definitions::{Definitions, Property, Shape, ShapeId, TypeKind};
use crate::format::{Style, xml};
use crate::sort::sort_by_key;
use crate::tree::{Kind, NodeId, Tree};

/// Why a resource cannot be written as XML without a loss, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// The value.
    pub node: NodeId,
    /// What is in the way.
    pub reason: Reason,
}

/// What is in the way of writing XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The definitions do not know it: neither its place nor its form.
    Unknown,
    /// It has not the JSON kind of its type: an object, an array or a single value.
    Shape,
    /// A narrative that is not well-formed XML.
    Narrative,
    /// Text with a control character: XML has no way to write it.
    Character,
}

impl Reason {
    /// As the end of a sentence about the value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "the definitions do not have it",
            Self::Shape => "it has not the JSON form of its type",
            Self::Narrative => "the narrative is not well-formed",
            Self::Character => "it has a control character, which XML cannot write",
        }
    }
}

/// Writes the resource at the root of `tree`.
///
/// # Errors
/// Something in it has no certain form in XML: see [`Reason`].
pub fn write_xml(
    tree: &Tree,
    definitions: &Definitions,
    style: Style,
) -> Result<String, Unwritable> {
    let out = xml::Writer::new(style, tree.text().len());
    let mut write = Write { tree, definitions, out };
    write.resource(NodeId::ROOT)?;
    Ok(write.out.finish())
}

type Written = Result<(), Unwritable>;

struct Write<'a> {
    tree: &'a Tree,
    definitions: &'a Definitions,
    out: xml::Writer<'a>,
}

/// The values of a property, and the halves of primitives that go with them.
#[derive(Clone, Copy)]
struct Pair {
    /// The property of the values.
    property: Property,
    value: Option<NodeId>,
    sibling: Option<NodeId>,
}

impl<'a> Write<'a> {
    fn resource(&mut self, node: NodeId) -> Written {
        let name = self.tree.child_text(node, "resourceType");
        let type_id = name.and_then(|name| self.definitions.find_type(name));
        let type_id = type_id.filter(|&id| self.definitions.kind(id) == TypeKind::Resource);
        let Some(type_id) = type_id else { return unwritable(node, Reason::Unknown) };
        self.out.open(self.definitions.type_name(type_id));
        if node == NodeId::ROOT {
            self.out.attribute("xmlns", xml::FHIR.namespace);
        }
        self.object(node, ShapeId { type_id, index: 0 }, true)?;
        self.out.close();
        Ok(())
    }

    /// The attributes and elements of an object, whose start tag is open.
    fn object(&mut self, node: NodeId, id: ShapeId, is_resource: bool) -> Written {
        let shape = self.shape(node, id)?;
        self.attributes(node, shape)?;
        self.elements(node, id, shape, is_resource)
    }

    fn shape(&self, node: NodeId, id: ShapeId) -> Result<&'a Shape, Unwritable> {
        if self.tree.kind(node) != Kind::Object {
            return Err(Unwritable { node, reason: Reason::Shape });
        }
        self.definitions.shape(id).ok_or(Unwritable { node, reason: Reason::Unknown })
    }

    fn attributes(&mut self, node: NodeId, shape: &'a Shape) -> Written {
        for child in self.tree.children(node) {
            let property = shape.property(self.tree.name(child)).map(|(_, property)| property);
            if property.is_some_and(|p| shape.elements[usize::from(p.element)].is_attribute) {
                self.scalar(self.tree.name_text(child), child)?;
            }
        }
        Ok(())
    }

    fn elements(
        &mut self,
        node: NodeId,
        id: ShapeId,
        shape: &'a Shape,
        is_resource: bool,
    ) -> Written {
        for Pair { property, value, sibling } in self.pairs(node, shape, is_resource)? {
            let element = &shape.elements[usize::from(property.element)];
            let view = ElementView::new(element, property, id);
            let name = self.definitions.names().text(property.name);
            self.values(name, view, value, sibling)?;
        }
        Ok(())
    }

    /// What is in an object, attributes left out, in the order of the definitions.
    fn pairs(
        &self,
        node: NodeId,
        shape: &'a Shape,
        is_resource: bool,
    ) -> Result<Vec<Pair>, Unwritable> {
        let mut pairs: Vec<Pair> = Vec::new();
        for child in self.tree.children(node) {
            let Some((_, property)) = shape.property(self.tree.name(child)) else {
                if is_resource && self.tree.name_text(child) == "resourceType" {
                    continue;
                }
                return Err(Unwritable { node: child, reason: Reason::Unknown });
            };
            if shape.elements[usize::from(property.element)].is_attribute {
                continue;
            }
            let half = Some(child);
            pairs.push(match shape.property(property.partner) {
                Some((_, partner)) if property.is_sibling => {
                    Pair { property: partner, value: None, sibling: half }
                }
                _ => Pair { property, value: half, sibling: None },
            });
        }
        sort_by_key(&mut pairs, |pair| (pair.property.element, pair.property.type_index));
        pairs.dedup_by(|second, first| {
            let is_same = first.property == second.property
                && first.value.is_some() != second.value.is_some();
            if is_same {
                first.value = first.value.or(second.value);
                first.sibling = first.sibling.or(second.sibling);
            }
            is_same
        });
        Ok(pairs)
    }

    fn values(
        &mut self,
        name: &'a str,
        view: ElementView<'a>,
        value: Option<NodeId>,
        sibling: Option<NodeId>,
    ) -> Written {
        let mut values = self.entries(value);
        let mut siblings = self.entries(sibling);
        loop {
            match (values.next(), siblings.next()) {
                (None, None) => return Ok(()),
                (value, sibling) => self.value(name, view, value.flatten(), sibling.flatten())?,
            }
        }
    }

    /// The entries of an array, or one value; `null` is an entry that is not there.
    fn entries(&self, node: Option<NodeId>) -> impl Iterator<Item = Option<NodeId>> + use<'a> {
        let tree = self.tree;
        let array = node.filter(|&node| tree.kind(node) == Kind::Array);
        let single = node.filter(|_| array.is_none());
        let all = array.into_iter().flat_map(move |array| tree.children(array)).chain(single);
        all.map(move |node| (tree.kind(node) != Kind::Null).then_some(node))
    }

    fn value(
        &mut self,
        name: &'a str,
        view: ElementView<'a>,
        value: Option<NodeId>,
        sibling: Option<NodeId>,
    ) -> Written {
        let Some(node) = value.or(sibling) else { return Ok(()) };
        match view.target(self.definitions) {
            Target::Primitive(type_id) => {
                if self.definitions.type_name(type_id) == "xhtml" {
                    return self.narrative(node);
                }
                self.out.open(name);
                self.primitive(ShapeId { type_id, index: 0 }, value, sibling)?;
            }
            Target::Object(id) => {
                self.out.open(name);
                self.object(node, id, false)?;
            }
            Target::Resource => {
                self.out.open(name);
                self.resource(node)?;
            }
            Target::Unknown => return unwritable(node, Reason::Unknown),
        }
        self.out.close();
        Ok(())
    }

    /// A primitive: its id, its value, its extensions.
    fn primitive(
        &mut self,
        id: ShapeId,
        value: Option<NodeId>,
        sibling: Option<NodeId>,
    ) -> Written {
        let more = match sibling {
            Some(node) => Some((node, self.shape(node, id)?)),
            None => None,
        };
        if let Some((node, shape)) = more {
            self.attributes(node, shape)?;
        }
        if let Some(value) = value {
            self.scalar("value", value)?;
        }
        more.map_or(Ok(()), |(node, shape)| self.elements(node, id, shape, false))
    }

    fn scalar(&mut self, name: &str, node: NodeId) -> Written {
        if matches!(self.tree.kind(node), Kind::Object | Kind::Array | Kind::Null | Kind::Damaged) {
            return unwritable(node, Reason::Shape);
        }
        let value = self.tree.value(node);
        if !value.chars().all(xml::is_xml) {
            return unwritable(node, Reason::Character);
        }
        self.out.attribute(name, value);
        Ok(())
    }

    fn narrative(&mut self, node: NodeId) -> Written {
        if self.tree.kind(node) != Kind::String {
            return unwritable(node, Reason::Shape);
        }
        let div = self.tree.value(node).trim_ascii();
        if !xml::is_element(div) {
            return unwritable(node, Reason::Narrative);
        }
        self.out.raw(div);
        Ok(())
    }
}

fn unwritable(node: NodeId, reason: Reason) -> Written {
    Err(Unwritable { node, reason })
}
