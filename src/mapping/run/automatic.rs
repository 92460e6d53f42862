//! `src.a -> tgt.b`: what becomes of a value is decided by its type and that of the element.

use super::Run;
use crate::cursor::Target as Kind;
use crate::definitions::{Content, ShapeId};
use crate::fhirpath::Value;
use crate::issue::{Arg, Code};
use crate::mapping::draft::{Id, NONE, Place, Rank};
use crate::mapping::program::{Rule, Slot, type_of};
use crate::tree::NameId;

/// How many types may stand above one another.
const BASES: usize = 16;

impl<'s> Run<'s, '_> {
    /// A default group for the two types, or a copy where the types are the same or both primitive.
    pub(super) fn automatic(&mut self, rule: &'s Rule) {
        let ([source], [target]) = (rule.sources.as_slice(), rule.targets.as_slice()) else {
            return;
        };
        let parent = target.context.and_then(|slot| self.made_in(slot)).filter(|&it| it != NONE);
        let [value] = self.value_of(source.slot).as_slice() else { return };
        let (Some(parent), value) = (parent, value.clone()) else { return };
        let Some((parent, place)) = self.walk(parent, &target.path) else { return };
        let made = match self.default_group(place, &value) {
            Some((group, kind)) => self.by_group(group, kind, (parent, place), value),
            None if self.can_copy(place, &value) => self.put(parent, place, &value, Rank::Usual),
            None => {
                let from = value.type_name(self.context.model).name.to_owned();
                let args = vec![Arg::Term(from), Arg::Term(self.element_path(place))];
                self.report(Code::MapDefault, args);
                None
            }
        };
        if let (Some(made), Some(Slot::Target(slot))) = (made, target.slot) {
            let slot = self.frame.made + usize::from(slot);
            self.made[slot] = made;
        }
    }

    /// The group that serves by default, and what its target is seen through.
    fn default_group(&self, place: Place<'s>, value: &Value<'s>) -> Option<(usize, Kind)> {
        let info = self.program.maps.get(self.frame.map)?;
        if info.defaults.is_empty() && info.source_defaults.is_empty() {
            return None;
        }
        let names = self.definitions.names();
        let mut source = match value {
            Value::Node(node) => node.type_name,
            // `System.String` is what FHIR calls `string`.
            other => {
                let name = other.type_name(self.context.model).name;
                let mut letters = name.chars();
                let first = letters.next().map(|c| c.to_ascii_lowercase());
                let fhir: String = first.into_iter().chain(letters).collect();
                names.find(&fhir).or_else(|| names.find(name))?
            }
        };
        let targets: Vec<NameId> = match &place.element.content {
            Content::Types(types) => types.iter().map(|it| it.code).collect(),
            &Content::Shape(_, own) => vec![own],
        };
        for _ in 0..BASES {
            for &target in &targets {
                let found = info.defaults.get(&(source, target));
                if let Some((&group, kind)) = found.zip(self.kind_named(place, target)) {
                    return Some((group, kind));
                }
            }
            if let Some(&group) = info.source_defaults.get(&source) {
                let input = self.program.groups[group].inputs.iter().find(|it| !it.is_source);
                let made = input.and_then(|input| type_of(input.kind));
                let name = made.map(|made| self.definitions.type_name_id(made));
                if let Some(kind) = name.and_then(|name| self.kind_named(place, name)) {
                    return Some((group, kind));
                }
            }
            let type_id = self.definitions.type_named(source)?;
            source = self.definitions.type_def(type_id)?.base?;
        }
        None
    }

    /// What a value of the element is seen through where it is of that type.
    fn kind_named(&self, place: Place<'s>, name: NameId) -> Option<Kind> {
        if let &Content::Shape(index, own) = &place.element.content {
            return (own == name).then_some(Kind::Object(ShapeId { index, ..place.owner }));
        }
        let type_id = self.definitions.type_named(name)?;
        if self.definitions.is_primitive(name) {
            return Some(Kind::Primitive(type_id));
        }
        Some(Kind::Object(ShapeId { type_id, index: 0 }))
    }

    fn by_group(
        &mut self,
        group: usize,
        kind: Kind,
        (parent, place): (Id, Place<'s>),
        value: Value<'s>,
    ) -> Option<Id> {
        let node = self.draft.make(kind, self.origin());
        let property = self.property_for(place, kind)?;
        if !place.element.is_array() {
            self.replace(parent, place, None);
        }
        self.draft.attach(parent, property, node, Rank::Usual);
        let start = (self.values.len(), self.made.len());
        self.values.push(value.into());
        self.made.push(node);
        self.call(group, start);
        Some(node)
    }

    /// True where both are primitive, or of the same type or shape.
    fn can_copy(&self, place: Place<'s>, value: &Value<'s>) -> bool {
        let Value::Node(node) = value else { return true };
        match (node.cursor.target, &place.element.content) {
            (Kind::Primitive(_), Content::Types(_)) => true,
            (Kind::Object(from), &Content::Shape(index, _)) => {
                from == ShapeId { index, ..place.owner }
            }
            (kind @ Kind::Object(_), Content::Types(_)) => self.property_for(place, kind).is_some(),
            _ => false,
        }
    }
}
