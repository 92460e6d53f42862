//! From the fields of a segment to nodes: repetitions to arrays, components to objects.

use std::borrow::Cow;

use super::key;
use crate::definitions::v2::ANY_SEGMENT;
use crate::definitions::{Content, Definitions, Element, Shape, ShapeId, TypeId, TypeKind};
use crate::format::er7::{Part, Segment, Split};
use crate::text::Span;
use crate::tree::{Key, Kind, NameId, TreeBuilder};

/// The fields that tell the data type of another field: segment, field, and the other one.
const TELLING: [(&str, usize, usize); 3] = [("OBX", 2, 5), ("MFE", 5, 4), ("MFA", 6, 5)];

/// Data types that are the same as another, by the names that old versions give them.
const OTHER_NAMES: [(&str, &str); 1] = [("TS", "DTM")];

/// Writes segments into a tree.
pub(super) struct Fields<'d> {
    pub(super) definitions: &'d Definitions,
    pub(super) builder: TreeBuilder,
    /// The names `f0`, `f1` and so on, and `c0`, `c1` and so on, as far as they were needed.
    names: [Vec<NameId>; 2],
    /// What no definition has, to be added behind what it belongs to: its name, and the value.
    extra: Vec<(String, Span, String)>,
}

/// What the values of a field or a component are.
#[derive(Clone, Copy)]
enum Model<'d> {
    Text,
    Parts(&'d Shape),
    /// No definition says: parts where there are any.
    Unknown,
}

/// Where a part stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// In a field: it has components.
    Repetition,
    /// In a repetition: it has subcomponents.
    Component,
    /// In a component: nothing splits it, whatever its data type. So many objects can be made of it.
    Value(usize),
}

/// How often a value can be the first part of a first part.
const DEPTH: usize = 4;

impl Level {
    fn split(self, part: Part<'_>) -> Split<'_> {
        match self {
            Self::Repetition => part.components(),
            Self::Component => part.subcomponents(),
            Self::Value(_) => part.whole(),
        }
    }

    fn inside(self) -> Self {
        match self {
            Self::Repetition => Self::Component,
            Self::Component => Self::Value(DEPTH),
            Self::Value(depth) => Self::Value(depth.saturating_sub(1)),
        }
    }
}

impl<'d> Fields<'d> {
    pub(super) fn new(definitions: &'d Definitions, builder: TreeBuilder) -> Self {
        Self { definitions, builder, names: [Vec::new(), Vec::new()], extra: Vec::new() }
    }

    /// Adds a segment that has a model.
    pub(super) fn segment(&mut self, segment: Segment<'_>, key: Option<Key>) {
        let id = self.definitions.find_type(segment.name());
        let shape = id.and_then(|id| self.shape_of(id));
        let variant = TELLING.iter().find(|(name, ..)| *name == segment.name());
        self.builder.open(Kind::Object, key, segment.span().start);
        for (number, field) in segment.fields() {
            if field.is_empty() {
                continue;
            }
            let element = shape.and_then(|shape| shape.elements.get(number - 1));
            let telling = variant.filter(|(_, _, told)| *told == number);
            let told = telling.and_then(|&(_, telling, _)| segment.field(telling));
            match element {
                Some(element) if element.is_choice => self.choice(element, told, field),
                Some(element) => {
                    let model = self.model(element);
                    self.field(element.name, element.is_array(), model, field);
                }
                None => {
                    let name = self.name(0, number);
                    self.field(name, true, Model::Unknown, field);
                }
            }
        }
        self.builder.close(segment.span().end);
    }

    /// Adds a segment that the structure does not have, as a [`ANY_SEGMENT`].
    pub(super) fn unknown_segment(&mut self, segment: Segment<'_>) {
        let span = segment.span();
        let name = self.builder.intern(ANY_SEGMENT);
        self.builder.open(Kind::Array, Some(key(name, span)), span.start);
        self.builder.open(Kind::Object, None, span.start);
        let name = self.name(0, 0);
        let end = span.start + segment.name().len() as u32;
        let own = Span::new(span.start, end);
        self.builder.bare(Some(key(name, own)), own);
        for (number, field) in segment.fields().filter(|(_, field)| !field.is_empty()) {
            let name = self.name(0, number);
            self.field(name, true, Model::Unknown, field);
        }
        self.builder.close(span.end);
        self.builder.close(span.end);
    }

    /// Adds a field whose data type another field tells.
    fn choice(&mut self, element: &Element, told: Option<Part<'_>>, field: Part<'_>) {
        let Content::Types(types) = &element.content else { return };
        let names = self.definitions.names();
        let told = told.map_or("", |told| told.first_repetition().raw.trim());
        let told =
            OTHER_NAMES.iter().find(|(other, _)| *other == told).map_or(told, |(_, name)| name);
        let is_known = types.iter().any(|it| names.text(it.code) == told);
        let chosen = if is_known { told } else { "ST" };
        let name = self.builder.intern(&format!("{}{chosen}", names.text(element.name)));
        let model = self.model_of(self.definitions.find_type(chosen));
        self.field(name, element.is_array(), model, field);
    }

    fn field(&mut self, name: NameId, is_array: bool, model: Model<'d>, field: Part<'_>) {
        let is_plain = field.is_plain();
        let is_array = is_array || (!is_plain && field.repetitions().nth(1).is_some());
        let mut own = Some(key(name, field.span));
        if is_array {
            self.builder.open(Kind::Array, own.take(), field.span.start);
        }
        if is_plain {
            self.value(name, own, model, field, Level::Value(DEPTH));
        } else {
            for repetition in field.repetitions() {
                self.value(name, own, model, repetition, Level::Repetition);
            }
        }
        if is_array {
            self.builder.close(field.span.end);
        }
        for (name, span, value) in std::mem::take(&mut self.extra) {
            let name = self.builder.intern(&name);
            self.builder.decoded(Some(key(name, span)), span, &value);
        }
    }

    /// Adds a repetition, a component or a subcomponent.
    fn value(
        &mut self,
        name: NameId,
        key: Option<Key>,
        model: Model<'d>,
        part: Part<'_>,
        level: Level,
    ) {
        if part.is_empty() || part.is_null() {
            self.builder.leaf(Kind::Null, key, part.span);
            return;
        }
        match model {
            Model::Text => {
                let mut parts = level.split(part);
                let first = parts.next().unwrap_or(part);
                self.text(key, first);
                let others = (2..).zip(parts).filter(|(_, other)| !other.is_empty());
                for (number, other) in others {
                    let name = format!("{}_c{number}", self.builder.name_text(name));
                    self.extra.push((name, other.span, other.value().into_owned()));
                }
            }
            Model::Parts(shape) => self.parts(key, Some(shape), part, level),
            Model::Unknown => self.parts(key, None, part, level),
        }
    }

    fn parts(&mut self, key: Option<Key>, shape: Option<&'d Shape>, part: Part<'_>, level: Level) {
        let inside = level.inside();
        self.builder.open(Kind::Object, key, part.span.start);
        for (number, inner) in (1..).zip(level.split(part)).filter(|(_, inner)| !inner.is_empty()) {
            let element = shape.and_then(|shape| shape.elements.get(number - 1));
            let name = element.map_or_else(|| self.name(1, number), |element| element.name);
            let element = element.filter(|_| inside != Level::Value(0));
            let model = element.map_or(Model::Text, |element| self.model(element));
            self.value(name, Some(super::key(name, inner.span)), model, inner, inside);
        }
        self.builder.close(part.span.end);
    }

    fn text(&mut self, key: Option<Key>, part: Part<'_>) {
        if part.is_empty() && key.is_some() {
            return;
        }
        if part.is_empty() || part.is_null() {
            self.builder.leaf(Kind::Null, key, part.span);
            return;
        }
        match part.value() {
            Cow::Borrowed(_) => self.builder.bare(key, part.span),
            Cow::Owned(value) => self.builder.decoded(key, part.span, &value),
        };
    }

    fn model(&self, element: &Element) -> Model<'d> {
        let Content::Types(types) = &element.content else { return Model::Text };
        let type_id = types.first().and_then(|it| self.definitions.type_named(it.code));
        self.model_of(type_id)
    }

    fn model_of(&self, type_id: Option<TypeId>) -> Model<'d> {
        let parts = type_id.filter(|&id| self.definitions.kind(id) != TypeKind::Primitive);
        parts.and_then(|id| self.shape_of(id)).map_or(Model::Text, Model::Parts)
    }

    fn shape_of(&self, type_id: TypeId) -> Option<&'d Shape> {
        self.definitions.shape(ShapeId { type_id, index: 0 })
    }

    /// The name of a field (0) or a component (1).
    fn name(&mut self, level: usize, number: usize) -> NameId {
        let letter = ['f', 'c'][level];
        while self.names[level].len() <= number {
            let name = self.builder.intern(&format!("{letter}{}", self.names[level].len()));
            self.names[level].push(name);
        }
        self.names[level][number]
    }
}
