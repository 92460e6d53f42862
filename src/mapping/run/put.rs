//! How a value of the source, or one that was computed, gets into an element: as which of its types, and in place of what.

use super::{Run, origin_of, value};
use crate::cursor::{Cursor, Target as Kind};
use crate::definitions::{Content, Property, TypeId, TypeKind};
use crate::fhirpath::value::temporal::TemporalType;
use crate::fhirpath::{FhirNode, Value};
use crate::issue::{Arg, Code};
use crate::mapping::draft::{Id, Place, Rank};
use crate::mapping::lineage::Origin;
use crate::tree::NameId;

/// Types for a text where a choice has no `string`, best first.
const TEXTS: [&str; 8] =
    ["string", "markdown", "code", "uri", "id", "canonical", "url", "base64Binary"];

impl<'s> Run<'s, '_> {
    /// The property for a value of that kind.
    pub(super) fn property_for(&self, place: Place<'s>, kind: Kind) -> Option<Property> {
        let (type_id, is_whole) = match kind {
            Kind::Primitive(id) => (id, true),
            Kind::Object(shape) => (shape.type_id, shape.index == 0),
            Kind::Resource | Kind::Unknown => return None,
        };
        let name = self.definitions.type_name_id(type_id);
        let types = match &place.element.content {
            // An element with elements of its own takes what was made as the type that it is of.
            &Content::Shape(_, own) => {
                let fits = name == own || self.context.model.is_subtype(own, name);
                return place.of_type(0).filter(|_| fits || !is_whole);
            }
            Content::Types(types) => types,
        };
        let is_resource = self.definitions.kind(type_id) == TypeKind::Resource;
        let fits = |code: NameId| {
            code == name
                || self.context.model.is_subtype(name, code)
                || is_resource && self.definitions.names().text(code) == "Resource"
        };
        let index = types.iter().position(|it| it.code == name);
        let index = index.or_else(|| types.iter().position(|it| fits(it.code)))?;
        let property =
            if place.element.is_choice { place.of_type(index as u16) } else { place.of_type(0) };
        match place.property {
            // The name said which of the types it is (`valueString`).
            Some(named) if place.element.is_choice => property.filter(|it| it.name == named.name),
            _ => property,
        }
    }

    /// Makes room for the only value of an element. A value that is lost by it is told of, unless it is the
    /// same.
    pub(super) fn replace(&mut self, parent: Id, place: Place<'s>, value: Option<Id>) {
        loop {
            let existing = self.draft.values(parent, place.index).next();
            let Some(node) = existing else { return };
            let before = self.draft.value(node);
            let value = value.and_then(|value| self.draft.value(value));
            if let Some(before) = before.filter(|_| before != value) {
                let before = before.to_owned();
                let args = vec![Arg::Term(self.element_path(place)), Arg::Value(before)];
                self.report(Code::MapOverwrite, args);
            }
            self.draft.detach(node);
        }
    }

    pub(super) fn report_value(&mut self, value: &Value<'s>, path: &str) {
        let text = value::text(value).unwrap_or_default().into_owned();
        self.report(Code::MapValue, vec![Arg::Value(text), Arg::Term(path.to_owned())]);
    }

    /// Gives a primitive its value. A text without a character is no value.
    pub(super) fn set(&mut self, node: Id, type_id: TypeId, value: &Value<'s>) -> Option<Id> {
        let text = value::text(value);
        let text = text.as_deref().filter(|text| !text.is_empty())?;
        let has_form =
            |text: &&str| self.context.settings.has_form.is_none_or(|check| check(type_id, text));
        let Some(fitting) = self.draft.form(type_id).fit(text).filter(has_form) else {
            self.report_value(value, self.definitions.type_name(type_id));
            return None;
        };
        let origin = Origin::new(self.rule, origin_of(value).or(self.origin));
        self.draft.set(node, fitting, origin);
        self.take(value);
        Some(node)
    }

    /// Puts a value into an element: as the type that the element has, or as that of its types which fits.
    pub(super) fn put(
        &mut self,
        parent: Id,
        place: Place<'s>,
        value: &Value<'s>,
        rank: Rank,
    ) -> Option<Id> {
        let property = place.property.or_else(|| self.choose(place, value));
        let kind = property.map(|property| (property, place.kind(property, self.definitions)));
        let node = match (kind, value) {
            (Some((_, Kind::Primitive(type_id))), _) if !is_complex(value) => {
                let node = self.draft.make(Kind::Primitive(type_id), self.origin());
                let set = self.set(node, type_id, value);
                let has_more = self.copy_sibling(node, value);
                if set.is_none() && !has_more {
                    return None;
                }
                node
            }
            (Some((_, Kind::Object(shape))), Value::Node(from)) if from.text().is_none() => {
                let node = self.draft.make(Kind::Object(shape), self.origin());
                self.copy_into(node, from);
                node
            }
            (Some((_, Kind::Object(shape))), Value::Quantity(quantity)) if shape.index == 0 => {
                let (value, unit) = (quantity.value.to_string(), quantity.unit.clone());
                self.quantity(shape.type_id, &value, &unit)
            }
            (Some((_, Kind::Resource)), Value::Node(from))
                if matches!(from.cursor.target, Kind::Object(_)) =>
            {
                let node = self.draft.make(from.cursor.target, self.origin());
                self.copy_into(node, from);
                node
            }
            _ => {
                self.report_type(place, value);
                return None;
            }
        };
        let property = kind.map(|(property, _)| property)?;
        if !place.element.is_array() {
            self.replace(parent, place, Some(node));
        }
        self.draft.attach(parent, property, node, rank);
        Some(node)
    }

    fn report_type(&mut self, place: Place<'s>, value: &Value<'s>) {
        let name = value.type_name(self.context.model).name.to_owned();
        let args = vec![Arg::Term(self.element_path(place)), Arg::Term(name)];
        self.report(Code::MapTargetType, args);
    }

    /// Which of the types of a choice a value is put as.
    fn choose(&self, place: Place<'s>, value: &Value<'s>) -> Option<Property> {
        if let Value::Node(FhirNode { cursor, .. }) = value
            && let Some(property) = self.property_for(place, cursor.target)
        {
            return Some(property);
        }
        let names: &[&str] = match value {
            Value::Boolean(_) => &["boolean"],
            Value::Integer(_) => &["integer", "positiveInt", "unsignedInt", "decimal"],
            Value::Long(_) => &["integer64", "integer", "decimal"],
            Value::Decimal(_) => &["decimal"],
            Value::Temporal(temporal) => match temporal.kind {
                TemporalType::Date => &["date", "dateTime"],
                TemporalType::DateTime => &["dateTime", "instant"],
                TemporalType::Time => &["time"],
            },
            Value::Quantity(_) => &["Quantity", "SimpleQuantity", "Duration", "Age"],
            Value::String(_) | Value::Node(_) | Value::Type(_) => &TEXTS,
        };
        let Content::Types(types) = &place.element.content else { return None };
        let has_value = !matches!(value, Value::Node(node) if node.text().is_none());
        let code = |name: &&str| {
            let id = self.definitions.names().find(name)?;
            types.iter().position(|it| it.code == id)
        };
        let index = names.iter().find_map(code).filter(|_| has_value)?;
        place.of_type(index as u16)
    }

    /// The id and the extensions of a primitive. True if there is something.
    fn copy_sibling(&mut self, node: Id, value: &Value<'s>) -> bool {
        let Value::Node(from) = value else { return false };
        if from.cursor.sibling.is_none() {
            return false;
        }
        self.copy_into(node, from);
        true
    }

    /// Copies everything that stands in a value of the source.
    pub(super) fn copy_into(&mut self, node: Id, from: &FhirNode<'s>) {
        if !self.tick() {
            return;
        }
        let (tree, definitions) = (from.tree, self.definitions);
        for child in from.cursor.children(tree, definitions) {
            let value = self.context.model.node(tree, child.cursor, Some(child.view));
            let Some(place) = self.draft.place_named(node, child.view.element.name) else {
                let name = definitions.names().text(child.view.element.name).to_owned();
                let path = Arg::Term(self.path_of(self.draft.kind(node)));
                let args = vec![path, Arg::Term(name), Arg::Terms(Vec::new())];
                self.report(Code::MapElement, args);
                continue;
            };
            let outer = self.origin;
            self.origin = value.cursor.node.or(value.cursor.sibling).or(outer);
            self.put(node, place, &Value::Node(value), Rank::Usual);
            self.origin = outer;
        }
    }
}

/// True for a value of the source that has elements, not a value of its own.
fn is_complex(value: &Value<'_>) -> bool {
    matches!(value, Value::Node(FhirNode { cursor: Cursor { target: Kind::Object(_), .. }, .. }))
}
