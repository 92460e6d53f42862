//! What a target of a rule makes, and where it goes.

use std::borrow::Cow;

use super::value::{self, fit};
use super::{Run, origin_of};
use crate::cursor::{Cursor, Target as Kind};
use crate::definitions::{Content, Property, ShapeId, TypeId, TypeKind};
use crate::fhirpath::value::temporal::TemporalType;
use crate::fhirpath::{Collection, FhirNode, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::TargetListMode;
use crate::mapping::draft::{Id, NONE, Place, Rank};
use crate::mapping::program::{Name, Rule, Slot, Target, Transform};
use crate::tree::NameId;

/// What a transform gives.
#[derive(Debug)]
pub(super) enum Made<'s> {
    Values(Collection<'s>),
    Node(Id),
}

/// Types for a text where a choice has no `string`, best first.
const TEXTS: [&str; 8] =
    ["string", "markdown", "code", "uri", "id", "canonical", "url", "base64Binary"];

impl<'s> Run<'s, '_> {
    pub(super) fn target(&mut self, rule: &'s Rule, target: &'s Target) {
        let parent = target.context.map(|slot| self.made_in(slot).unwrap_or(NONE));
        // What was not made, because a value was missing, cannot be added to.
        if parent == Some(NONE) {
            return;
        }
        let made = match (&target.transform, parent) {
            (None, Some(parent)) => self.element(parent, target).unwrap_or(NONE),
            (None, None) => return,
            (Some(transform), parent) => match self.transform(transform, parent.is_some()) {
                Made::Values(values) if parent.is_none() => {
                    if let Some(Slot::Source(slot)) = target.slot {
                        let slot = self.frame.values + usize::from(slot);
                        self.values[slot] = values;
                    }
                    return;
                }
                Made::Values(values) => self.put_values(parent.unwrap_or(NONE), target, values),
                Made::Node(node) => match parent {
                    Some(parent) => self.put_node(parent, target, node).unwrap_or(NONE),
                    None => node,
                },
            },
        };
        if made != NONE && target.transform.as_ref().is_some_and(|it| !is_empty_node(it)) {
            self.take_sources(rule);
        }
        if let Some(Slot::Target(slot)) = target.slot {
            let slot = self.frame.made + usize::from(slot);
            self.made[slot] = made;
        }
    }

    /// Something was made because of these values.
    fn take_sources(&mut self, rule: &'s Rule) {
        if self.lineage.is_none() {
            return;
        }
        for source in &rule.sources {
            // The variable of a source holds one of its values.
            let Some(value) = self.value_of(source.slot).as_slice().first().cloned() else {
                continue;
            };
            self.take(&value);
            // What a condition found equal to something is said by what it made the rule make.
            if let Some(condition) = &source.condition {
                self.take_reads(condition, Some(&value));
            }
        }
    }

    /// The node that holds the last step of a path; those between are made where they are missing.
    pub(super) fn walk(&mut self, mut node: Id, path: &'s [Name]) -> Option<(Id, Place<'s>)> {
        let (last, steps) = path.split_last()?;
        for step in steps {
            let place = self.place(node, step)?;
            let existing = self.draft.values(node, place.index).last();
            node = match existing {
                Some(existing) => existing,
                None => self.make_element(node, place, Rank::Usual)?,
            };
        }
        Some((node, self.place(node, last)?))
    }

    fn place(&mut self, node: Id, name: &Name) -> Option<Place<'s>> {
        let place = self.draft.place(node, name);
        if place.is_none() {
            let path = self.path_of(self.draft.kind(node));
            let name = Arg::Term(name.text.to_string());
            self.report(Code::MapElement, vec![Arg::Term(path), name, Arg::Terms(Vec::new())]);
        }
        place
    }

    fn path_of(&self, kind: Kind) -> String {
        match kind {
            Kind::Object(shape) => {
                self.definitions.shape(shape).map_or_else(String::new, |it| it.path.clone())
            }
            Kind::Primitive(type_id) => self.definitions.type_name(type_id).to_owned(),
            Kind::Resource => "Resource".to_owned(),
            Kind::Unknown => String::new(),
        }
    }

    /// An element without a value of its own, for others to add to.
    fn element(&mut self, parent: Id, target: &'s Target) -> Option<Id> {
        if target.path.is_empty() {
            return Some(parent);
        }
        let (parent, place) = self.walk(parent, &target.path)?;
        if let Some(share) = &target.share {
            let key = (parent, place.index, share.as_str());
            if let Some(&shared) = self.shared.get(&key) {
                return Some(shared);
            }
            let made = self.make_or_reuse(parent, place, target)?;
            self.shared.insert(key, made);
            return Some(made);
        }
        self.make_or_reuse(parent, place, target)
    }

    fn make_or_reuse(&mut self, parent: Id, place: Place<'s>, target: &'s Target) -> Option<Id> {
        let is_reused = !place.element.is_array() || is_single(target);
        let existing = if is_reused { self.draft.values(parent, place.index).next() } else { None };
        existing.or_else(|| self.make_element(parent, place, rank(target)))
    }

    /// A new value of an element whose type is certain.
    fn make_element(&mut self, parent: Id, place: Place<'s>, rank: Rank) -> Option<Id> {
        let property = place.property;
        let kind = property.map(|property| place.view(property).target(self.definitions));
        let (Some(property), Some(kind @ (Kind::Object(_) | Kind::Primitive(_)))) =
            (property, kind)
        else {
            self.report(Code::MapChoice, vec![Arg::Term(self.element_path(place))]);
            return None;
        };
        let node = self.draft.make(kind, self.origin());
        self.draft.attach(parent, property, node, rank);
        Some(node)
    }

    pub(super) fn element_path(&self, place: Place<'s>) -> String {
        let choice = if place.element.is_choice { "[x]" } else { "" };
        let name = self.definitions.names().text(place.element.name);
        format!("{}.{name}{choice}", place.shape.path)
    }

    /// Puts a node that was made by itself below another one.
    fn put_node(&mut self, parent: Id, target: &'s Target, node: Id) -> Option<Id> {
        if self.is_own(parent, target) {
            return self.put_content(parent, node);
        }
        let (parent, place) = self.walk(parent, &target.path)?;
        // A node stands in one place, and not inside itself.
        let mut above = Some(parent);
        let mut is_inside = false;
        while let Some(at) = above {
            is_inside |= at == node;
            above = self.draft.parent(at);
        }
        let node =
            if self.draft.is_attached(node) || is_inside { self.draft.copy(node) } else { node };
        let kind = self.draft.kind(node);
        let Some(property) = self.property_for(place, kind) else {
            // A primitive of another type: what counts is its value.
            if let Some(text) = self.draft.value(node) {
                let value = Value::String(Cow::Owned(text.to_owned()));
                return self.put(parent, place, &value, rank(target));
            }
            let args = vec![Arg::Term(self.element_path(place)), Arg::Term(self.path_of(kind))];
            self.report(Code::MapTargetType, args);
            return None;
        };
        if let view @ Kind::Object(ShapeId { index: 1.., .. }) =
            place.view(property).target(self.definitions)
        {
            self.draft.set_kind(node, view);
        }
        if !place.element.is_array() {
            self.replace(parent, place, None);
        }
        self.draft.attach(parent, property, node, rank(target));
        Some(node)
    }

    /// Everything that is in a node that was made by itself, for another one of the same type.
    fn put_content(&mut self, to: Id, node: Id) -> Option<Id> {
        let (kind, made) = (self.draft.kind(to), self.draft.kind(node));
        match (kind, made) {
            (Kind::Primitive(type_id), Kind::Primitive(_)) => {
                let text = self.draft.value(node)?.to_owned();
                self.set(to, type_id, &Value::String(text.into()))
            }
            _ if kind == made && to != node => {
                let copy = self.draft.copy(node);
                self.draft.move_children(copy, to);
                Some(to)
            }
            _ => {
                let args = vec![Arg::Term(self.path_of(kind)), Arg::Term(self.path_of(made))];
                self.report(Code::MapTargetType, args);
                None
            }
        }
    }

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

    fn put_values(&mut self, parent: Id, target: &'s Target, values: Collection<'s>) -> Id {
        if values.is_empty() {
            return NONE;
        }
        if self.is_own(parent, target) {
            return self.put_own(parent, &values).unwrap_or(NONE);
        }
        let Some((parent, place)) = self.walk(parent, &target.path) else { return NONE };
        if !place.element.is_array() && values.len() > 1 {
            let args = vec![Arg::Term(self.element_path(place)), Arg::Number(values.len() as u64)];
            self.report(Code::MapRepeats, args);
            return NONE;
        }
        if is_single(target) {
            self.replace(parent, place, None);
        }
        let mut last = NONE;
        for value in values {
            last = self.put(parent, place, &value, rank(target)).unwrap_or(last);
        }
        last
    }

    /// True where the target is the variable itself: by no path, or as the `value` of a primitive.
    fn is_own(&self, parent: Id, target: &Target) -> bool {
        match target.path.as_slice() {
            [] => true,
            [name] => {
                &*name.text == "value" && matches!(self.draft.kind(parent), Kind::Primitive(_))
            }
            _ => false,
        }
    }

    /// The value of a primitive, or everything that is in a value of the same type.
    fn put_own(&mut self, node: Id, values: &Collection<'s>) -> Option<Id> {
        let [value] = values.as_slice() else {
            let args = vec![
                Arg::Term(self.path_of(self.draft.kind(node))),
                Arg::Number(values.len() as u64),
            ];
            self.report(Code::MapRepeats, args);
            return None;
        };
        match (self.draft.kind(node), value) {
            (Kind::Primitive(type_id), _) => self.set(node, type_id, value),
            (Kind::Object(_), Value::Node(from)) if from.text().is_none() => {
                self.copy_into(node, from);
                Some(node)
            }
            (kind, _) => {
                self.report_value(value, &self.path_of(kind));
                None
            }
        }
    }

    fn report_value(&mut self, value: &Value<'s>, path: &str) {
        let text = value::text(value).unwrap_or_default().into_owned();
        self.report(Code::MapValue, vec![Arg::Value(text), Arg::Term(path.to_owned())]);
    }

    /// Gives a primitive its value. A text without a character is no value.
    pub(super) fn set(&mut self, node: Id, type_id: TypeId, value: &Value<'s>) -> Option<Id> {
        let text = value::text(value);
        let text = text.as_deref().filter(|text| !text.is_empty())?;
        let name = self.definitions.type_name(type_id);
        let has_form =
            |text: &&str| self.context.settings.has_form.is_none_or(|check| check(name, text));
        let Some(fitting) = fit(text, name).filter(has_form) else {
            self.report_value(value, name);
            return None;
        };
        let origin = match origin_of(value) {
            Some(_) => crate::mapping::Origin::new(self.rule, origin_of(value)),
            None => self.origin(),
        };
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
        let kind =
            property.map(|property| (property, place.view(property).target(self.definitions)));
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
    fn copy_into(&mut self, node: Id, from: &FhirNode<'s>) {
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

/// True for what makes a node that has nothing of the source in it yet.
fn is_empty_node(transform: &Transform) -> bool {
    matches!(transform, Transform::Create(_))
}

fn is_single(target: &Target) -> bool {
    matches!(target.list_mode, Some(TargetListMode::Single | TargetListMode::Collate))
}

fn rank(target: &Target) -> Rank {
    match target.list_mode {
        Some(TargetListMode::First) => Rank::First,
        Some(TargetListMode::Last) => Rank::Last,
        _ => Rank::Usual,
    }
}
