//! A profile as bytes. Texts are numbers in a table of the section; what an element does not say takes
//! no room: a word of bits says what follows.

use std::collections::HashMap;

use super::{
    AdditionalBinding, Context, ContextKind, Discriminator, DiscriminatorKind, ExtensionUse,
    Literal, PathStep, Profile, ProfileBinding, ProfileElement, ProfileType, Slicing, SlicingRules,
};
use crate::definitions::pack::{PackError, Read, Reader, Writer};
use crate::definitions::{ConstraintId, Strength};
use crate::tree::{NameId, Names};

/// How deep elements, slices and literals may stand inside each other.
const DEPTH: usize = 64;

/// Writes profiles, and collects their texts.
pub(super) struct Encoder<'n> {
    pub(super) names: &'n Names,
    pub(super) strings: Vec<String>,
    numbers: HashMap<String, u32>,
    pub(super) constraints: Vec<ConstraintId>,
}

impl<'n> Encoder<'n> {
    pub(super) fn new(names: &'n Names) -> Self {
        Self { names, strings: Vec::new(), numbers: HashMap::new(), constraints: Vec::new() }
    }

    pub(super) fn text(&mut self, text: &str, out: &mut Writer) {
        let number = self.numbers.get(text).copied().unwrap_or_else(|| {
            let number = self.strings.len() as u32;
            self.strings.push(text.to_owned());
            self.numbers.insert(text.to_owned(), number);
            number
        });
        out.u32(number);
    }

    pub(super) fn name(&mut self, name: NameId, out: &mut Writer) {
        let names = self.names;
        self.text(names.text(name), out);
    }

    fn texts(&mut self, texts: &[Box<str>], out: &mut Writer) {
        out.count(texts.len());
        for text in texts {
            self.text(text, out);
        }
    }

    fn optional(&mut self, text: Option<&str>, out: &mut Writer) {
        out.u8(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text, out);
        }
    }

    pub(super) fn profile(&mut self, profile: &Profile, out: &mut Writer) {
        out.u8(u8::from(profile.is_abstract) | u8::from(profile.extension.is_some()) << 1);
        self.optional(profile.base.as_deref(), out);
        if let Some(extension) = &profile.extension {
            self.extension(extension, out);
        }
        self.element(&profile.root, out);
    }

    fn extension(&mut self, extension: &ExtensionUse, out: &mut Writer) {
        out.u8(u8::from(extension.is_modifier));
        self.texts(&extension.invariants, out);
        out.count(extension.contexts.len());
        for context in &extension.contexts {
            out.u8(context.kind as u8);
            self.text(&context.expression, out);
        }
    }

    fn element(&mut self, element: &ProfileElement, out: &mut Writer) {
        self.name(element.name, out);
        let has = Has::of(element);
        out.u32(has.0);
        if let Some(slice) = &element.slice {
            self.text(slice, out);
        }
        if element.min > 0 {
            out.u32(element.min);
        }
        let numbers = [element.max, element.max_length, element.min_length];
        numbers.into_iter().flatten().for_each(|number| out.u32(number));
        if let Some(types) = &element.types {
            out.count(types.len());
            for entry in types.iter() {
                self.profile_type(entry, out);
            }
        }
        for literal in literals(element).into_iter().flatten() {
            self.literal(literal, out);
        }
        if let Some(regex) = &element.regex {
            self.text(regex, out);
        }
        if let Some(binding) = &element.binding {
            self.binding(binding, out);
        }
        if !element.constraints.is_empty() {
            out.count(element.constraints.len());
            for &id in element.constraints.iter() {
                self.constraint(id, out);
            }
        }
        if !element.value_alternatives.is_empty() {
            self.texts(&element.value_alternatives, out);
        }
        if let Some(path) = &element.refers {
            out.count(path.len());
            for &name in path {
                self.name(name, out);
            }
        }
        if let Some(slicing) = &element.slicing {
            self.slicing(slicing, out);
        }
        for below in [&element.slices, &element.children] {
            if !below.is_empty() {
                out.count(below.len());
                for inner in below {
                    self.element(inner, out);
                }
            }
        }
    }

    fn constraint(&mut self, id: ConstraintId, out: &mut Writer) {
        let number = self.constraints.iter().position(|&it| it == id);
        out.count(number.unwrap_or(self.constraints.len()));
        if number.is_none() {
            self.constraints.push(id);
        }
    }

    fn profile_type(&mut self, entry: &ProfileType, out: &mut Writer) {
        self.name(entry.code, out);
        self.texts(&entry.profiles, out);
        self.texts(&entry.targets, out);
        out.u8(entry.aggregation);
    }

    fn literal(&mut self, literal: &Literal, out: &mut Writer) {
        match literal {
            Literal::Text(text) => {
                out.u8(0);
                self.text(text, out);
            }
            Literal::Word(word) => {
                out.u8(1);
                self.text(word, out);
            }
            Literal::List(entries) => {
                out.u8(2);
                out.count(entries.len());
                for entry in entries {
                    self.literal(entry, out);
                }
            }
            Literal::Object(members) => {
                out.u8(3);
                out.count(members.len());
                for (name, value) in members {
                    self.name(*name, out);
                    self.literal(value, out);
                }
            }
        }
    }

    fn binding(&mut self, binding: &ProfileBinding, out: &mut Writer) {
        out.u8(binding.set.as_ref().map_or(0, |(strength, _)| *strength as u8 + 1));
        if let Some((_, set)) = &binding.set {
            self.text(set, out);
        }
        self.optional(binding.max_value_set.as_deref(), out);
        out.count(binding.additional.len());
        for entry in &binding.additional {
            self.text(&entry.purpose, out);
            self.text(&entry.value_set, out);
            out.u8(u8::from(entry.is_any));
            out.count(entry.usage.len());
            for usage in &entry.usage {
                self.literal(usage, out);
            }
        }
    }

    fn slicing(&mut self, slicing: &Slicing, out: &mut Writer) {
        out.u8(slicing.rules as u8 | u8::from(slicing.ordered) << 2);
        out.count(slicing.discriminators.len());
        for discriminator in &slicing.discriminators {
            out.u8(discriminator.kind as u8 | u8::from(discriminator.path.is_some()) << 3);
            self.text(&discriminator.text, out);
            let steps = discriminator.path.as_deref().unwrap_or_default();
            out.count(steps.len());
            for step in steps {
                self.step(step, out);
            }
        }
    }

    fn step(&mut self, step: &PathStep, out: &mut Writer) {
        match step {
            PathStep::Child(name) => {
                out.u8(0);
                self.name(*name, out);
            }
            PathStep::Extension(url) => {
                out.u8(1);
                self.text(url, out);
            }
            PathStep::Resolve => out.u8(2),
            PathStep::OfType(name) => {
                out.u8(3);
                self.name(*name, out);
            }
        }
    }
}

fn literals(element: &ProfileElement) -> [Option<&Literal>; 4] {
    let ProfileElement { fixed, pattern, min_value, max_value, .. } = element;
    [fixed.as_ref(), pattern.as_ref(), min_value.as_ref(), max_value.as_ref()]
}

/// What an element says, as bits.
#[derive(Clone, Copy)]
struct Has(u32);

impl Has {
    const BITS: u32 = 21;

    fn of(element: &ProfileElement) -> Self {
        let [fixed, pattern, min_value, max_value] = literals(element);
        let bits = [
            element.slice.is_some(),
            element.min > 0,
            element.max.is_some(),
            element.max_length.is_some(),
            element.min_length.is_some(),
            element.types.is_some(),
            fixed.is_some(),
            pattern.is_some(),
            min_value.is_some(),
            max_value.is_some(),
            element.regex.is_some(),
            element.binding.is_some(),
            element.refers.is_some(),
            element.slicing.is_some(),
            !element.slices.is_empty(),
            !element.children.is_empty(),
            element.is_choice,
            element.must_support,
            element.must_have_value,
            !element.constraints.is_empty(),
            !element.value_alternatives.is_empty(),
        ];
        Self(bits.iter().enumerate().map(|(bit, &is_set)| u32::from(is_set) << bit).sum())
    }
}

/// Reads profiles. Names that the engine does not have stand for elements that no instance has.
pub(super) struct Decoder<'p> {
    pub(super) names: &'p Names,
    pub(super) strings: &'p [Box<str>],
    pub(super) constraints: &'p [ConstraintId],
    pub(super) reader: Reader<'p>,
}

impl Decoder<'_> {
    fn text(&mut self) -> Read<&str> {
        let number = self.reader.u32()? as usize;
        let text = self.strings.get(number);
        text.map(|text| &**text).ok_or(PackError::Malformed("a text is missing"))
    }

    fn boxed(&mut self) -> Read<Box<str>> {
        self.text().map(Into::into)
    }

    fn name(&mut self) -> Read<NameId> {
        let names = self.names;
        Ok(names.find(self.text()?).unwrap_or(ABSENT))
    }

    fn list<T>(&mut self, mut entry: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.reader.count()?;
        (0..count).map(|_| entry(self)).collect()
    }

    fn when<T>(
        &mut self,
        is_there: bool,
        read: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<Option<T>> {
        if is_there { read(self).map(Some) } else { Ok(None) }
    }

    /// Everything but what the index has: `head` is a profile that has only that.
    pub(super) fn profile(&mut self, head: Profile) -> Read<Profile> {
        let flags = self.reader.u8()?;
        let has_base = self.reader.u8()? != 0;
        let base = self.when(has_base, Self::boxed)?;
        let extension = self.when(flags & 2 != 0, Self::extension)?;
        let root = self.element(DEPTH)?;
        self.reader.clone().finish()?;
        Ok(Profile { is_abstract: flags & 1 != 0, base, root, extension, ..head })
    }

    fn extension(&mut self) -> Read<ExtensionUse> {
        let is_modifier = self.reader.u8()? != 0;
        let invariants = self.list(Self::boxed)?;
        let contexts = self.list(|this| {
            let kinds = [ContextKind::Element, ContextKind::Extension, ContextKind::FhirPath];
            let kind = pick(&kinds, this.reader.u8()?)?;
            Ok(Context { kind, expression: this.boxed()? })
        })?;
        Ok(ExtensionUse { contexts, invariants, is_modifier })
    }

    fn element(&mut self, room: usize) -> Read<ProfileElement> {
        let room = room.checked_sub(1).ok_or(PackError::Malformed("a profile is too deep"))?;
        let name = self.name()?;
        let bits = self.reader.u32()?;
        if bits >> Has::BITS != 0 {
            return Err(PackError::Malformed("an element says what is not known"));
        }
        let has = |bit: u32| bits >> bit & 1 == 1;
        let number = |this: &mut Self| this.reader.u32();
        let literal = |this: &mut Self| this.literal(DEPTH);
        Ok(ProfileElement {
            name,
            slice: self.when(has(0), Self::boxed)?,
            min: self.when(has(1), number)?.unwrap_or(0),
            max: self.when(has(2), number)?,
            max_length: self.when(has(3), number)?,
            min_length: self.when(has(4), number)?,
            types: self.when(has(5), |this| this.list(Self::profile_type))?.map(Into::into),
            fixed: self.when(has(6), literal)?,
            pattern: self.when(has(7), literal)?,
            min_value: self.when(has(8), literal)?,
            max_value: self.when(has(9), literal)?,
            regex: self.when(has(10), Self::boxed)?,
            binding: self.when(has(11), Self::binding)?.map(Box::new),
            constraints: self
                .when(has(19), |this| this.list(Self::constraint))?
                .unwrap_or_default()
                .into(),
            value_alternatives: self
                .when(has(20), |this| this.list(Self::boxed))?
                .unwrap_or_default(),
            refers: self.when(has(12), |this| this.list(Self::name))?.map(Into::into),
            slicing: self.when(has(13), Self::slicing)?.map(Box::new),
            slices: self.when(has(14), |it| it.list(|it| it.element(room)))?.unwrap_or_default(),
            children: self.when(has(15), |it| it.list(|it| it.element(room)))?.unwrap_or_default(),
            is_choice: has(16),
            must_support: has(17),
            must_have_value: has(18),
        })
    }

    fn constraint(&mut self) -> Read<ConstraintId> {
        let id = self.constraints.get(self.reader.u32()? as usize);
        id.copied().ok_or(PackError::Malformed("a constraint is missing"))
    }

    fn profile_type(&mut self) -> Read<ProfileType> {
        Ok(ProfileType {
            code: self.name()?,
            profiles: self.list(Self::boxed)?,
            targets: self.list(Self::boxed)?,
            aggregation: self.reader.u8()?,
        })
    }

    fn literal(&mut self, room: usize) -> Read<Literal> {
        let room = room.checked_sub(1).ok_or(PackError::Malformed("a value is too deep"))?;
        Ok(match self.reader.u8()? {
            0 => Literal::Text(self.boxed()?),
            1 => Literal::Word(self.boxed()?),
            2 => Literal::List(self.list(|this| this.literal(room))?),
            3 => Literal::Object(self.list(|this| Ok((this.name()?, this.literal(room)?)))?),
            _ => return Err(PackError::Malformed("a value is of no known kind")),
        })
    }

    fn binding(&mut self) -> Read<ProfileBinding> {
        let set = match self.reader.u8()?.checked_sub(1) {
            Some(strength) => Some((pick(&Strength::ALL, strength)?, self.boxed()?)),
            None => None,
        };
        let has_max = self.reader.u8()? != 0;
        let max_value_set = self.when(has_max, Self::boxed)?;
        let additional = self.list(|this| {
            Ok(AdditionalBinding {
                purpose: this.boxed()?,
                value_set: this.boxed()?,
                is_any: this.reader.u8()? != 0,
                usage: this.list(|this| this.literal(DEPTH))?,
            })
        })?;
        Ok(ProfileBinding { set, max_value_set, additional })
    }

    fn slicing(&mut self) -> Read<Slicing> {
        let flags = self.reader.u8()?;
        let rules = pick(&SlicingRules::ALL, flags & 3)?;
        let discriminators = self.list(|this| {
            let flags = this.reader.u8()?;
            let kind = pick(&DiscriminatorKind::ALL, flags & 7)?;
            let text = this.boxed()?;
            let steps = this.list(Self::step)?;
            Ok(Discriminator { kind, path: (flags & 8 != 0).then_some(steps), text })
        })?;
        Ok(Slicing { discriminators, rules, ordered: flags & 4 != 0 })
    }

    fn step(&mut self) -> Read<PathStep> {
        Ok(match self.reader.u8()? {
            0 => PathStep::Child(self.name()?),
            1 => PathStep::Extension(self.boxed()?),
            2 => PathStep::Resolve,
            3 => PathStep::OfType(self.name()?),
            _ => return Err(PackError::Malformed("a path has an unknown step")),
        })
    }
}

/// A name that no tree has.
pub(super) const ABSENT: NameId = NameId(u32::MAX >> 4);

fn pick<T: Copy>(all: &[T], index: u8) -> Read<T> {
    let entry = all.get(usize::from(index)).copied();
    entry.ok_or(PackError::Malformed("a profile says what is not known"))
}
