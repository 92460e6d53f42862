//! What a target of a rule makes, and where it goes.

use std::borrow::Cow;

use super::Run;
use crate::cursor::Target as Kind;
use crate::definitions::ShapeId;
use crate::fhirpath::{Collection, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::TargetListMode;
use crate::mapping::draft::{Id, NONE, Place, Rank};
use crate::mapping::program::{Name, Parameter, Rule, Slot, Target, Transform};

/// What a transform gives.
#[derive(Debug)]
pub(super) enum Made<'s> {
    Values(Collection<'s>),
    Node(Id),
}

impl<'s> Run<'s, '_> {
    /// True if something of the source was made.
    pub(super) fn target(&mut self, target: &'s Target) -> bool {
        let parent = target.context.map(|slot| self.made_in(slot).unwrap_or(NONE));
        // What was not made, because a value was missing, cannot be added to.
        if parent == Some(NONE) {
            return false;
        }
        let made = match (&target.transform, parent) {
            (None, Some(parent)) => self.element(parent, target).unwrap_or(NONE),
            (None, None) => return false,
            (Some(Transform::Copy(Parameter::Text(text))), Some(parent)) => {
                self.put_values(parent, target, &[Value::String(text.as_str().into())])
            }
            (Some(Transform::Copy(Parameter::Variable(Slot::Source(slot)))), Some(parent)) => {
                self.put_variable(parent, target, *slot)
            }
            (Some(transform), parent) => match self.transform(transform, parent.is_some()) {
                Made::Values(values) if parent.is_none() => {
                    if let Some(Slot::Source(slot)) = target.slot {
                        let slot = self.frame.values + usize::from(slot);
                        self.values[slot] = values;
                    }
                    return false;
                }
                Made::Values(values) => {
                    self.put_values(parent.unwrap_or(NONE), target, values.as_slice())
                }
                Made::Node(node) => match parent {
                    Some(parent) => self.put_node(parent, target, node).unwrap_or(NONE),
                    None => node,
                },
            },
        };
        if let Some(Slot::Target(slot)) = target.slot {
            let slot = self.frame.made + usize::from(slot);
            self.made[slot] = made;
        }
        made != NONE && target.transform.as_ref().is_some_and(|it| !is_empty_node(it))
    }

    /// Something was made because of these values.
    pub(super) fn take_sources(&mut self, rule: &'s Rule) {
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
                self.take_compared(condition, &value);
            }
        }
    }

    /// The node that holds the last step of a path; those between are made where they are missing.
    pub(super) fn walk(&mut self, mut node: Id, path: &'s [Name]) -> Option<(Id, Place<'s>)> {
        let (last, steps) = path.split_last()?;
        for step in steps {
            let place = self.place(node, step)?;
            let existing = self.draft.last_value(node, place.index);
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

    pub(super) fn path_of(&self, kind: Kind) -> String {
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
        let kind = property.map(|property| place.kind(property, self.definitions));
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
            place.kind(property, self.definitions)
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

    /// What is in a variable, which has it again when it is put: nothing else looks into it.
    fn put_variable(&mut self, parent: Id, target: &'s Target, slot: u16) -> Id {
        let slot = self.frame.values + usize::from(slot);
        let Some(values) = self.values.get_mut(slot).map(std::mem::take) else { return NONE };
        let made = self.put_values(parent, target, values.as_slice());
        self.values[slot] = values;
        made
    }

    fn put_values(&mut self, parent: Id, target: &'s Target, values: &[Value<'s>]) -> Id {
        if values.is_empty() {
            return NONE;
        }
        if self.is_own(parent, target) {
            return self.put_own(parent, values).unwrap_or(NONE);
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
            last = self.put(parent, place, value, rank(target)).unwrap_or(last);
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
    fn put_own(&mut self, node: Id, values: &[Value<'s>]) -> Option<Id> {
        let [value] = values else {
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
