//! Reads a section: the tables at once, a type when it is first asked for.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{DEPTH, SEPARATOR, Traits};
use crate::definitions::pack::{PackError, Read, Reader, Section};
use crate::definitions::shape::{PropertyName, Vocabulary};
use crate::definitions::structure_definition::{CORE, path_of};
use crate::definitions::{
    Binding, Constraint, ConstraintId, Constraints, Content, Element, Shape, TypeDef, TypeKind,
    TypeRef,
};
use crate::tree::{NameId, Names};

/// How many elements a type can have, inherited ones included.
const ELEMENTS: usize = u16::MAX as usize;
/// How many names the `value[x]` elements of a pack can have. R4 has about 900.
const CHOICES: usize = 1 << 16;

/// The types of one pack.
#[derive(Debug)]
pub(in crate::definitions) struct PackTypes {
    /// Names by the numbers of the section.
    strings: Vec<NameId>,
    traits: Vec<Traits>,
    type_lists: Vec<Arc<[TypeRef]>>,
    constraints: Vec<ConstraintId>,
    entries: Vec<Entry>,
    by_name: HashMap<NameId, u32>,
    records: Section,
    decoded: Vec<OnceLock<Option<TypeDef>>>,
}

/// What is known of a type without decoding it.
#[derive(Debug)]
pub(in crate::definitions) struct Entry {
    pub(in crate::definitions) name: NameId,
    pub(in crate::definitions) kind: TypeKind,
    pub(in crate::definitions) is_abstract: bool,
    url: NameId,
    base: Option<NameId>,
    /// Where its record begins and ends in the section.
    record: (usize, usize),
}

impl PackTypes {
    /// Reads the tables; adds every property name, type name and canonical to `names`, and every
    /// constraint to `constraints`.
    pub(in crate::definitions) fn open(
        section: Section,
        names: &mut Names,
        constraints: &mut Constraints,
    ) -> Read<Self> {
        let bytes = section.clone();
        let mut reader = Reader::new(&bytes);
        let mut tables = Tables { names, strings: Vec::new() };
        tables.read_strings(&mut reader)?;
        let traits = reader.list(Traits::read)?;
        let type_lists = reader.list(|reader| tables.type_list(reader))?;
        let constraints =
            reader.list(|reader| Constraint::read(reader).map(|it| constraints.intern(it)))?;
        let mut room = CHOICES;
        for _ in 0..reader.count()? {
            tables.choice(&mut reader, &type_lists, &mut room)?;
        }
        let mut length = 0;
        let mut entries = reader.list(|reader| tables.entry(reader, &mut length))?;
        if length != reader.remaining() {
            return Err(PackError::Malformed("the types are not as long as it says"));
        }
        let start = bytes.len() - length;
        for entry in &mut entries {
            entry.record = (entry.record.0 + start, entry.record.1 + start);
        }
        let numbers = (0..).zip(&entries).map(|(number, entry)| (entry.name, number)).collect();
        let decoded = entries.iter().map(|_| OnceLock::new()).collect();
        let strings = tables.strings;
        Ok(Self {
            strings,
            traits,
            type_lists,
            constraints,
            by_name: numbers,
            entries,
            records: section,
            decoded,
        })
    }

    /// The types by number.
    pub(in crate::definitions) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The type of that number, decoded once. `vocabulary` is of definitions that know this pack.
    pub(in crate::definitions) fn type_def(
        &self,
        number: u32,
        vocabulary: Vocabulary<'_>,
    ) -> Option<&TypeDef> {
        self.decode_within(number, vocabulary, DEPTH)
    }

    fn decode_within(
        &self,
        number: u32,
        vocabulary: Vocabulary<'_>,
        depth: usize,
    ) -> Option<&TypeDef> {
        let decode = || {
            let entry = &self.entries[number as usize];
            let bytes = self.records.get(entry.record.0..entry.record.1)?;
            let reader = Reader::new(bytes);
            let (room, shapes) = (ELEMENTS, Vec::new());
            let mut record =
                Record { types: self, vocabulary, number, depth, room, reader, shapes };
            let constraints = record.constraints().ok()?;
            let regex = record.regex(entry.kind).ok()?;
            let mut shapes = record.read(path_of(vocabulary.names.text(entry.name))).ok()?;
            vocabulary.index(&mut shapes);
            let &Entry { name, kind, is_abstract, url, base, .. } = entry;
            let type_def =
                TypeDef { name, url, kind, is_abstract, base, shapes, constraints, regex };
            Some(type_def)
        };
        self.decoded.get(number as usize)?.get_or_init(decode).as_ref()
    }
}

struct Tables<'n> {
    names: &'n mut Names,
    strings: Vec<NameId>,
}

impl Tables<'_> {
    fn read_strings(&mut self, reader: &mut Reader<'_>) -> Read<()> {
        let count = reader.count()?;
        let texts = reader.str()?;
        self.strings = texts.split(SEPARATOR).map(|text| self.names.intern(text)).collect();
        if self.strings.len() != count.max(1) {
            return Err(PackError::Malformed("there are not as many strings as it says"));
        }
        let siblings = reader.raw(count.div_ceil(8))?;
        let mut sibling = String::new();
        for (index, &name) in self.strings.iter().enumerate() {
            if siblings.get(index / 8).is_some_and(|bits| bits >> (index % 8) & 1 == 1) {
                sibling.clear();
                sibling.push('_');
                sibling.push_str(self.names.text(name));
                self.names.intern(&sibling);
            }
        }
        Ok(())
    }

    fn string(&self, number: u32) -> Read<NameId> {
        get(&self.strings, number)
    }

    fn optional(&self, reader: &mut Reader<'_>) -> Read<Option<NameId>> {
        reader.u32()?.checked_sub(1).map(|number| self.string(number)).transpose()
    }

    fn type_list(&self, reader: &mut Reader<'_>) -> Read<Arc<[TypeRef]>> {
        let string = |reader: &mut Reader<'_>| self.string(reader.u32()?);
        let entries = reader.list(|reader| {
            let code = string(reader)?;
            Ok(TypeRef { code, profiles: reader.list(string)?, targets: reader.list(string)? })
        });
        Ok(entries?.into())
    }

    /// Adds the names of a `value[x]`: `valueQuantity`, `valueString`, `_valueString`.
    fn choice(
        &mut self,
        reader: &mut Reader<'_>,
        lists: &[Arc<[TypeRef]>],
        room: &mut usize,
    ) -> Read<()> {
        let element = self.string(reader.u32()?)?;
        let types = get(lists, reader.u32()?)?;
        let left = room.checked_sub(types.len());
        *room = left.ok_or(PackError::Malformed("there are too many choices"))?;
        let mut text = String::new();
        for entry in types.iter() {
            // Names of primitives are written small. One name too many does no harm.
            let small = self.names.text(entry.code).starts_with(|c: char| c.is_ascii_lowercase());
            for is_sibling in [false, true].into_iter().take(1 + usize::from(small)) {
                let suffix = Some(entry.code);
                PropertyName { element, suffix, is_sibling }.spell(self.names, &mut text);
                self.names.intern(&text);
            }
        }
        Ok(())
    }

    fn entry(&mut self, reader: &mut Reader<'_>, length: &mut usize) -> Read<Entry> {
        let name = self.string(reader.u32()?)?;
        let (kind, is_abstract) = TypeKind::from_byte(reader.u8()?)?;
        let url = self.optional(reader)?;
        let base = self.optional(reader)?;
        let start = *length;
        *length = start.saturating_add(reader.u32()? as usize);
        let url = url.unwrap_or_else(|| {
            let url = format!("{CORE}{}", self.names.text(name));
            self.names.intern(&url)
        });
        Ok(Entry { name, kind, is_abstract, url, base, record: (start, *length) })
    }
}

/// The record of one type while it is decoded.
struct Record<'p> {
    types: &'p PackTypes,
    vocabulary: Vocabulary<'p>,
    number: u32,
    depth: usize,
    /// How many elements may still come: a few bytes must not stand for millions.
    room: usize,
    reader: Reader<'p>,
    shapes: Vec<Shape>,
}

impl Record<'_> {
    fn read(&mut self, path: &str) -> Read<Vec<Shape>> {
        let base = self.types.entries[self.number as usize].base;
        self.shape(path.to_owned(), base, DEPTH)?;
        self.reader.clone().finish()?;
        let shapes = std::mem::take(&mut self.shapes);
        let count = shapes.len();
        let mut elements = shapes.iter().flat_map(|shape| &shape.elements);
        let is_whole = elements.all(|element| match element.content {
            Content::Shape(index, _) => usize::from(index) < count,
            Content::Types(_) => true,
        });
        if is_whole { Ok(shapes) } else { Err(PackError::Malformed("a shape is missing")) }
    }

    /// Reads a shape and those inside it.
    fn shape(&mut self, path: String, parent: Option<NameId>, depth: usize) -> Read<()> {
        let depth = depth.checked_sub(1).ok_or(PackError::Malformed("shapes are too deep"))?;
        let index = self.shapes.len();
        let inherited = self.reader.u32()? as usize;
        let mut elements = self.inherited(parent, inherited)?;
        self.shapes.push(Shape::new(path, Vec::new()));
        let own = self.reader.count()?;
        let room = self.room.checked_sub(inherited + own);
        self.room = room.ok_or(PackError::Malformed("a type has too many elements"))?;
        for _ in 0..own {
            let element = self.element(index, depth)?;
            elements.push(element);
        }
        self.shapes[index].elements = elements;
        Ok(())
    }

    fn constraints(&mut self) -> Read<Arc<[ConstraintId]>> {
        let types = self.types;
        Ok(self.reader.list(|reader| get(&types.constraints, reader.u32()?))?.into())
    }

    /// The form of a primitive; no other type has one.
    fn regex(&mut self, kind: TypeKind) -> Read<Option<Box<str>>> {
        let is_primitive = kind == TypeKind::Primitive;
        let text = if is_primitive { self.reader.str()? } else { "" };
        Ok((!text.is_empty()).then(|| text.into()))
    }

    /// The first elements of the parent type.
    fn inherited(&self, parent: Option<NameId>, count: usize) -> Read<Vec<Element>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let number = parent.and_then(|parent| self.types.by_name.get(&parent)).copied();
        // A parent stands before its children, so that no type is decoded inside itself.
        let number = number.filter(|&number| number < self.number);
        let type_def = number
            .zip(self.depth.checked_sub(1))
            .and_then(|(number, depth)| self.types.decode_within(number, self.vocabulary, depth));
        let elements = type_def.and_then(|parent| parent.shapes.first()?.elements.get(..count));
        Ok(elements.ok_or(PackError::Malformed("a parent type is missing"))?.to_vec())
    }

    fn element(&mut self, shape: usize, depth: usize) -> Read<Element> {
        let name = self.string()?;
        let traits = get(&self.types.traits, self.reader.u32()?)?;
        let types = get(&self.types.type_lists, self.reader.u32()?)?;
        let binding = match traits.strength() {
            Some(strength) => Some(Binding { strength, value_set: self.string()? }),
            None => None,
        };
        let constraints =
            if traits.has(Traits::CONSTRAINED) { self.constraints()? } else { Arc::default() };
        let code = types.first().map_or(NameId::NONE, |entry| entry.code);
        let content = if traits.has(Traits::OWN_SHAPE) {
            let index = self.shapes.len() as u16;
            let step = self.vocabulary.names.text(name);
            let path = format!("{}.{step}", self.shapes[shape].path);
            self.shape(path, Some(code), depth)?;
            Content::Shape(index, code)
        } else if traits.has(Traits::OTHER_SHAPE) {
            Content::Shape(self.reader.u32()? as u16, code)
        } else {
            Content::Types(types)
        };
        Ok(Element {
            name,
            min: traits.min,
            max: traits.max,
            base_max: traits.base_max,
            is_attribute: traits.has(Traits::ATTRIBUTE),
            is_choice: traits.has(Traits::CHOICE),
            is_modifier: traits.has(Traits::MODIFIER),
            is_summary: traits.has(Traits::SUMMARY),
            content,
            binding,
            max_length: traits.max_length,
            constraints,
        })
    }

    fn string(&mut self) -> Read<NameId> {
        get(&self.types.strings, self.reader.u32()?)
    }
}

fn get<T: Clone>(table: &[T], number: u32) -> Read<T> {
    let entry = table.get(number as usize).cloned();
    entry.ok_or(PackError::Malformed("a number leads to nothing"))
}
