//! From a node to the values of an element.

use super::program::{Name, TypeTest};
use super::{Evaluation, Flow, Frame, Sink};
use crate::cursor::Target;
use crate::fhirpath::error::Result;
use crate::fhirpath::model::Model;
use crate::fhirpath::value::{FhirNode, Value};
use crate::tree::{Kind, NameId};

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
            Some(id) => {
                let values = self.model.element(node, id, name.is_loose);
                self.hand_on(values.map(Value::Node), sink)
            }
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
}
