//! Writes types as a section.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ranked::Ranked;
use super::{SEPARATOR, Traits};
use crate::definitions::pack::Writer;
use crate::definitions::structure_definition::CORE;
use crate::definitions::{
    ConstraintId, Constraints, Content, Element, Shape, TypeDef, TypeKind, TypeRef,
};
use crate::tree::{NameId, Names};

/// The section with these types, whose names are of `names` and whose constraints are of `constraints`:
/// the same bytes for the same types. Of two types with the same name, the later one counts.
pub fn write_types<'d>(
    types: impl IntoIterator<Item = &'d TypeDef>,
    names: &'d Names,
    constraints: &'d Constraints,
) -> Writer {
    let by_name = types.into_iter().map(|it| (names.text(it.name), it)).collect();
    let mut section = SectionWriter {
        names,
        all_constraints: constraints,
        types: parents_first(names, &by_name),
        by_name,
        strings: Ranked::default(),
        traits: Ranked::default(),
        type_lists: Ranked::default(),
        constraints: Ranked::default(),
    };
    // The first round counts elements, the second also what only the tables use.
    section.body();
    section.settle();
    section.body();
    section.settle();
    let body = section.body();
    let mut writer = section.strings();
    writer.raw(&body.into_bytes());
    writer
}

/// The types by name, but each after those that it takes elements from.
fn parents_first<'d>(names: &Names, types: &ByName<'d>) -> Vec<&'d TypeDef> {
    let mut order = Vec::with_capacity(types.len());
    let (mut seen, mut placed) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<&TypeDef> = types.values().rev().copied().collect();
    while let Some(&type_def) = open.last() {
        if seen.insert(type_def.name) {
            let parents = parents(type_def).filter(|parent| !seen.contains(parent));
            open.extend(parents.filter_map(|parent| types.get(names.text(parent))));
        } else {
            open.pop();
            if placed.insert(type_def.name) {
                order.push(type_def);
            }
        }
    }
    order
}

/// The types whose elements the shapes of a type begin with.
fn parents(type_def: &TypeDef) -> impl Iterator<Item = NameId> {
    let elements = type_def.shapes.iter().flat_map(|shape| &shape.elements);
    let backbones = elements.filter_map(|element| match element.content {
        Content::Shape(_, code) => Some(code),
        Content::Types(_) => None,
    });
    type_def.base.into_iter().chain(backbones)
}

type ByName<'d> = BTreeMap<&'d str, &'d TypeDef>;

struct SectionWriter<'d> {
    names: &'d Names,
    all_constraints: &'d Constraints,
    by_name: ByName<'d>,
    /// Each after its parents.
    types: Vec<&'d TypeDef>,
    strings: Ranked<NameId>,
    traits: Ranked<Traits>,
    type_lists: Ranked<Arc<[TypeRef]>>,
    constraints: Ranked<ConstraintId>,
}

impl SectionWriter<'_> {
    fn settle(&mut self) {
        let names = self.names;
        self.strings.settle(|&name| names.text(name));
        self.traits.settle(|&traits| traits);
        let constraints = self.all_constraints;
        self.constraints.settle(|&id| constraints.get(id));
        self.type_lists.settle(|list| {
            let all = list.iter().flat_map(|entry| {
                [entry.code].into_iter().chain(entry.profiles.clone()).chain(entry.targets.clone())
            });
            all.map(|name| names.text(name)).collect::<Vec<_>>()
        });
    }

    fn strings(&self) -> Writer {
        let names = self.names;
        let texts: Vec<&str> = self.strings.order().iter().map(|&name| names.text(name)).collect();
        let mut writer = Writer::new();
        writer.count(texts.len());
        writer.str(&texts.join(SEPARATOR));
        writer
    }

    /// Everything but the strings.
    fn body(&mut self) -> Writer {
        let mut writer = self.siblings();
        writer.count(self.traits.order().len());
        for traits in self.traits.order() {
            traits.write(&mut writer);
        }
        self.write_type_lists(&mut writer);
        writer.count(self.constraints.order().len());
        for &id in self.constraints.order() {
            self.all_constraints.get(id).write(&mut writer);
        }
        self.write_choices(&mut writer);
        let mut records = Writer::new();
        writer.count(self.types.len());
        for type_def in self.types.clone() {
            let before = records.len();
            self.write_constraints(&type_def.constraints, &mut records);
            if type_def.kind == TypeKind::Primitive {
                records.str(type_def.regex.as_deref().unwrap_or_default());
            }
            self.write_shape(type_def, 0, type_def.base, &mut records);
            self.write_entry(type_def, &mut writer);
            writer.count(records.len() - before);
        }
        writer.raw(&records.into_bytes());
        writer
    }

    fn elements(&self) -> impl Iterator<Item = &Element> {
        let shapes = self.types.iter().flat_map(|type_def| &type_def.shapes);
        shapes.flat_map(|shape| &shape.elements)
    }

    fn siblings(&self) -> Writer {
        let shapes = self.types.iter().flat_map(|type_def| &type_def.shapes);
        let with_sibling: BTreeSet<NameId> = shapes
            .flat_map(|shape| shape.properties().iter().filter(|property| property.is_sibling))
            .map(|property| property.partner)
            .collect();
        let mut writer = Writer::new();
        for eight in self.strings.order().chunks(8) {
            let bits = eight.iter().enumerate();
            writer.u8(bits.map(|(bit, name)| u8::from(with_sibling.contains(name)) << bit).sum());
        }
        writer
    }

    fn write_type_lists(&mut self, writer: &mut Writer) {
        let lists = self.type_lists.order().to_vec();
        writer.count(lists.len());
        for list in lists {
            writer.count(list.len());
            for entry in list.iter() {
                writer.u32(self.strings.number(entry.code));
                for canonicals in [&entry.profiles, &entry.targets] {
                    writer.count(canonicals.len());
                    for &name in canonicals {
                        writer.u32(self.strings.number(name));
                    }
                }
            }
        }
    }

    fn write_choices(&mut self, writer: &mut Writer) {
        let choices: Vec<(NameId, Arc<[TypeRef]>)> = self
            .elements()
            .filter(|element| element.is_choice)
            .filter_map(|element| match &element.content {
                Content::Types(types) => Some((element.name, types.clone())),
                Content::Shape(..) => None,
            })
            .collect();
        let numbered = choices
            .into_iter()
            .map(|(name, types)| (self.strings.number(name), self.type_lists.number(types)));
        let distinct: BTreeSet<(u32, u32)> = numbered.collect();
        writer.count(distinct.len());
        for (name, types) in distinct {
            writer.u32(name);
            writer.u32(types);
        }
    }

    fn write_entry(&mut self, type_def: &TypeDef, writer: &mut Writer) {
        let names = self.names;
        writer.u32(self.strings.number(type_def.name));
        writer.u8(type_def.kind.to_byte(type_def.is_abstract));
        let is_core =
            names.text(type_def.url).strip_prefix(CORE) == Some(names.text(type_def.name));
        let url = (!is_core).then_some(type_def.url);
        for optional in [url, type_def.base] {
            writer.u32(optional.map_or(0, |name| self.strings.number(name) + 1));
        }
    }

    fn write_constraints(&mut self, constraints: &[ConstraintId], writer: &mut Writer) {
        writer.count(constraints.len());
        for &id in constraints {
            writer.u32(self.constraints.number(id));
        }
    }

    /// A shape: how many elements it takes from its parent type, then the others; inside each that has
    /// a shape of its own, that shape.
    fn write_shape(
        &mut self,
        type_def: &TypeDef,
        index: u16,
        parent: Option<NameId>,
        writer: &mut Writer,
    ) {
        let shape = &type_def.shapes[usize::from(index)];
        let inherited = self.inherited(shape, parent);
        writer.count(inherited);
        writer.count(shape.elements.len() - inherited);
        for element in &shape.elements[inherited..] {
            self.write_element(type_def, &shape.path, element, writer);
        }
    }

    fn write_element(
        &mut self,
        type_def: &TypeDef,
        path: &str,
        element: &Element,
        writer: &mut Writer,
    ) {
        let own_path = format!("{path}.{}", self.names.text(element.name));
        let owns = |index: u16| type_def.shapes[usize::from(index)].path == own_path;
        let (types, flag) = match &element.content {
            Content::Types(types) => (types.clone(), 0),
            Content::Shape(inner, code) if owns(*inner) => (only(*code), Traits::OWN_SHAPE),
            Content::Shape(_, code) => (only(*code), Traits::OTHER_SHAPE),
        };
        writer.u32(self.strings.number(element.name));
        writer.u32(self.traits.number(Traits::of(element, flag)));
        writer.u32(self.type_lists.number(types));
        if let Some(binding) = element.binding {
            writer.u32(self.strings.number(binding.value_set));
        }
        if !element.constraints.is_empty() {
            self.write_constraints(&element.constraints, writer);
        }
        match element.content {
            Content::Shape(inner, code) if flag == Traits::OWN_SHAPE => {
                self.write_shape(type_def, inner, Some(code), writer);
            }
            Content::Shape(other, _) => writer.u32(u32::from(other)),
            Content::Types(_) => {}
        }
    }

    /// How many elements at the beginning are the same as those of the parent type.
    fn inherited(&self, shape: &Shape, parent: Option<NameId>) -> usize {
        let parent = parent.and_then(|parent| self.by_name.get(self.names.text(parent)));
        let parent = parent.and_then(|parent| parent.shapes.first());
        let theirs = parent.into_iter().flat_map(|parent| &parent.elements);
        let pairs = theirs.zip(&shape.elements);
        pairs
            .take_while(|(theirs, own)| theirs == own && matches!(own.content, Content::Types(_)))
            .count()
    }
}

/// The list of that type alone.
fn only(code: NameId) -> Arc<[TypeRef]> {
    [TypeRef { code, profiles: Vec::new(), targets: Vec::new() }].into()
}
