//! From a node to the values of an element.

use super::program::{Name, TypeTest};
use super::{Evaluation, Flow, Frame, Sink};
use crate::cursor::{Cursor, ElementView, Target, property_pair};
use crate::definitions::{Property, Shape};
use crate::fhirpath::error::Result;
use crate::fhirpath::model::Model;
use crate::fhirpath::value::{FhirNode, Value};
use crate::tree::{Kind, NameId, NodeId, Tree};

impl TypeTest {
    /// True if the value is of the type, or of one that specialises it.
    pub(super) fn fits(self, model: &Model, value: &Value<'_>) -> bool {
        match value {
            Value::Node(node) => self.fhir.is_some_and(|base| {
                node.type_name == base
                    || node.type_name != NameId::NONE && model.is_subtype(node.type_name, base)
            }),
            value => self.system.is_some() && value.system_type() == self.system,
        }
    }
}

impl FhirNode<'_> {
    /// True for a value of a primitive type.
    pub(in crate::fhirpath) fn is_primitive(&self) -> bool {
        matches!(self.cursor.target, Target::Primitive(_))
    }

    /// False for a primitive without an id and extensions, as most are.
    pub(in crate::fhirpath) fn has_children(&self) -> bool {
        !self.is_primitive() || self.cursor.sibling.is_some()
    }
}

impl<'t> Evaluation<'t> {
    /// The first name of a path: the type of the input, or one of its elements.
    pub(super) fn first_step(
        &mut self,
        frame: Frame<'_, 't>,
        name: &'t Name,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        for item in frame.this {
            let flow = match item {
                Value::Node(node) if name.is_type && self.is_of_type(node, name) => {
                    sink(self, item.clone())?
                }
                _ => self.members(item, name, sink)?,
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(Flow::Continue(()))
    }

    fn is_of_type(&self, node: &FhirNode<'_>, name: &Name) -> bool {
        match name.id {
            Some(id) if node.type_name != NameId::NONE => self.model.is_subtype(node.type_name, id),
            _ => {
                let object = node.cursor.node;
                let own = object.and_then(|object| node.tree.child_text(object, "resourceType"));
                own == Some(&*name.text)
            }
        }
    }

    /// The values of an element of one item.
    pub(super) fn members(
        &mut self,
        item: &Value<'t>,
        name: &'t Name,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        let node = match item {
            Value::Node(node) => node,
            Value::Type(type_name) => {
                let text = match &*name.text {
                    "namespace" => type_name.namespace,
                    "name" => type_name.name,
                    _ => return Ok(Flow::Continue(())),
                };
                return sink(self, Value::text(text));
            }
            _ => return Ok(Flow::Continue(())),
        };
        if node.cursor.target == Target::Unknown {
            return self.unknown_members(node, name, sink);
        }
        if name.is_loose && node.is_primitive() && &*name.text == "value" {
            return sink(self, item.clone());
        }
        match name.id {
            Some(id) => self.element_values(node, (id, name.is_loose), sink),
            None => Ok(Flow::Continue(())),
        }
    }

    fn unknown_members(
        &mut self,
        node: &FhirNode<'t>,
        name: &Name,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        let tree = node.tree;
        let object = node.cursor.node.filter(|&node| tree.kind(node) == Kind::Object);
        let property = object.and_then(|object| tree.child(object, &name.text));
        let Some(property) = property else { return Ok(Flow::Continue(())) };
        let mut values = Vec::new();
        self.model.unknown_values(tree, property, &mut |value| values.push(Value::Node(value)));
        self.hand_on(values, sink)
    }

    fn element_values(
        &mut self,
        node: &FhirNode<'t>,
        (name, is_loose): (NameId, bool),
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        let model = self.model;
        let Some((shape, owner, object)) = model.shape(node) else { return Ok(Flow::Continue(())) };
        let tree = node.tree;
        let is_plain = |property: &Property| {
            let is_choice = shape.elements[usize::from(property.element)].is_choice;
            !property.is_sibling && (is_loose || !is_choice)
        };
        let found = match shape.property(name) {
            Some((_, property)) if is_plain(&property) => {
                let (value, sibling) = property_pair(tree, object, property);
                Some((property, value, sibling))
            }
            // `valueQuantity` is how JSON writes `value`: it is no element.
            Some(_) => None,
            None => find_chosen(tree, object, shape, name),
        };
        let Some((property, value, sibling)) = found else { return Ok(Flow::Continue(())) };
        match Model::view(shape, owner, property) {
            Some(view) => self.hand_on_values(tree, view, (value, sibling), sink),
            None => Ok(Flow::Continue(())),
        }
    }

    /// The values of a property: its own, or those of its array, each with its other half.
    fn hand_on_values(
        &mut self,
        tree: &'t Tree,
        view: ElementView<'_>,
        (value, sibling): Pair,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        let model = self.model;
        let target = view.target(model.definitions());
        let nothing = Cursor { node: None, sibling: None, target };
        let any = model.node(tree, nothing, Some(view));
        let mut hand_on = |this: &mut Self, value: Option<NodeId>, sibling: Option<NodeId>| {
            let present = |part: &NodeId| tree.kind(*part) != Kind::Null;
            let node = match (value.filter(present), sibling.filter(present)) {
                (None, None) => return Ok(Flow::Continue(())),
                (Some(node), _) if target == Target::Resource => model.resource(tree, node),
                (node, sibling) => FhirNode { cursor: Cursor { node, sibling, target }, ..any },
            };
            sink(this, Value::Node(node))
        };
        let is_array = |part: Option<NodeId>| part.is_some_and(|at| tree.kind(at) == Kind::Array);
        match (value, sibling) {
            (Some(array), None) if is_array(value) => {
                for value in tree.children(array) {
                    if hand_on(self, Some(value), None)?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                }
                return Ok(Flow::Continue(()));
            }
            _ if !is_array(value) && !is_array(sibling) => return hand_on(self, value, sibling),
            _ => {}
        }
        let entries = |part: Option<NodeId>| {
            let array = part.filter(|&at| tree.kind(at) == Kind::Array);
            array.map(|array| tree.children(array)).into_iter().flatten()
        };
        let (mut values, mut siblings) = (entries(value), entries(sibling));
        loop {
            let (value, sibling) = (values.next(), siblings.next());
            if value.is_none() && sibling.is_none() {
                return Ok(Flow::Continue(()));
            }
            if hand_on(self, value, sibling)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
    }
}

/// A property and its other half.
type Pair = (Option<NodeId>, Option<NodeId>);

/// The property that a choice was made by.
fn find_chosen(
    tree: &Tree,
    object: NodeId,
    shape: &Shape,
    name: NameId,
) -> Option<(Property, Option<NodeId>, Option<NodeId>)> {
    let choice = shape.choice(name)?;
    let (child, property) = tree.children(object).find_map(|child| {
        let (_, property) = shape.property(tree.name(child))?;
        (property.element == choice).then_some((child, property))
    })?;
    let has_partner = |&partner: &NameId| partner != NameId::NONE && tree.has_siblings();
    let partner = Some(property.partner).filter(has_partner);
    let other = partner.and_then(|name| tree.child_named(object, name));
    let (value, sibling) =
        if property.is_sibling { (other, Some(child)) } else { (Some(child), other) };
    Some((property, value, sibling))
}
