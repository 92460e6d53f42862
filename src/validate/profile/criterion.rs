//! Where the path of a discriminator leads: in an instance, and in the definition of a slice.

use super::check::Check;
use crate::cursor::Cursor;
use crate::definitions::profile::{Literal, PathStep, ProfileElement, ProfileType};
use crate::tree::NameId;

/// What a path leads to in an instance.
#[derive(Clone, Copy)]
pub(super) enum Found {
    Value(Cursor),
    /// The target of a reference that is not here, of this type.
    Elsewhere(NameId),
    /// The target of a reference that is not here, of a type that is not known.
    Unknown,
}

/// What the definition of a slice has at the end of a path.
#[derive(Clone, Copy)]
pub(super) enum Criterion<'a> {
    /// An element.
    Element(&'a ProfileElement),
    /// A part of a value that an element above gives; true if it is fixed, false if a pattern.
    Given(&'a Literal, bool),
    /// What a reference leads to: the types of the element before `resolve()`.
    Targets(&'a [ProfileType]),
}

impl<'a> Criterion<'a> {
    pub(super) fn element(&self) -> Option<&'a ProfileElement> {
        match *self {
            Self::Element(element) => Some(element),
            Self::Given(..) | Self::Targets(_) => None,
        }
    }

    /// The value that it gives.
    pub(super) fn literal(&self) -> Option<&'a Literal> {
        match *self {
            Self::Element(element) => element.fixed.as_ref().or(element.pattern.as_ref()),
            Self::Given(literal, _) => Some(literal),
            Self::Targets(_) => None,
        }
    }

    /// True if it says something that values can be told by.
    pub(super) fn is_telling(&self) -> bool {
        match self {
            Self::Element(element) => {
                element.has_value_rules()
                    || element.max == Some(0)
                    || element.min > 0
                    || !element.children.is_empty()
            }
            Self::Given(..) => true,
            Self::Targets(_) => false,
        }
    }

    /// The canonicals of the profiles that a value may meet.
    pub(super) fn profiles(&self) -> Vec<&'a str> {
        let all = |types: &'a [ProfileType], is_target: bool| {
            let of = move |entry: &'a ProfileType| {
                if is_target { &entry.targets } else { &entry.profiles }
            };
            types.iter().flat_map(of).map(|it| &**it).collect()
        };
        match *self {
            Self::Element(element) => {
                element.types.as_deref().map_or_else(Vec::new, |types| all(types, false))
            }
            Self::Targets(types) => all(types, true),
            Self::Given(..) => Vec::new(),
        }
    }
}

impl<'a> Check<'_, 'a> {
    /// What the path leads to from a value.
    pub(super) fn follow(&mut self, from: Cursor, path: &[PathStep]) -> Vec<Found> {
        let (tree, definitions) = (self.walk.tree, self.walk.definitions());
        let mut found = vec![Found::Value(from)];
        for step in path {
            let mut next = Vec::new();
            for item in found {
                let Found::Value(cursor) = item else {
                    if !matches!(step, PathStep::Resolve) {
                        next.push(Found::Unknown);
                    }
                    continue;
                };
                let values = |name| cursor.child_values(tree, definitions, name);
                match step {
                    PathStep::Child(name) => next.extend(values(*name).map(Found::Value)),
                    PathStep::Extension(url) => {
                        let extensions = values(self.walk.known().extension);
                        let own = |it: &Cursor| {
                            it.node.and_then(|node| tree.child_text(node, "url")) == Some(&**url)
                        };
                        next.extend(extensions.filter(own).map(Found::Value));
                    }
                    PathStep::Resolve => next.push(self.walk.lead(cursor)),
                    PathStep::OfType(name) => {
                        let own = self.type_of(cursor);
                        if own.is_some_and(|own| self.is_subtype(own, *name)) {
                            next.push(item);
                        }
                    }
                }
            }
            found = next;
        }
        found
    }

    /// What the definition of a slice has at the end of the path.
    pub(super) fn criteria(
        &self,
        slice: &'a ProfileElement,
        path: &[PathStep],
    ) -> Vec<Criterion<'a>> {
        let mut found = vec![Criterion::Element(slice)];
        for step in path {
            found = found.into_iter().flat_map(|criterion| self.step(criterion, step)).collect();
        }
        found
    }

    fn step(&self, from: Criterion<'a>, step: &PathStep) -> Vec<Criterion<'a>> {
        match (from, step) {
            (Criterion::Element(element), PathStep::Child(name)) => self.below(element, *name),
            (Criterion::Given(literal, is_fixed), PathStep::Child(name)) => {
                parts(literal, *name).into_iter().map(|it| Criterion::Given(it, is_fixed)).collect()
            }
            (Criterion::Given(..), PathStep::OfType(_)) => vec![from],
            (Criterion::Element(element), PathStep::Extension(url)) => {
                let extension = self.walk.known().extension;
                let all = self.elements_below(element, extension);
                let slices = all.into_iter().flat_map(|element| &element.slices);
                slices.filter(|slice| self.is_of_url(slice, url)).map(Criterion::Element).collect()
            }
            (Criterion::Element(element), PathStep::Resolve) => {
                element.types.as_deref().map(Criterion::Targets).into_iter().collect()
            }
            (Criterion::Element(element), PathStep::OfType(name)) => {
                let fits = |slice: &&ProfileElement| {
                    slice.types.iter().flat_map(|it| it.iter()).all(|entry| entry.code == *name)
                };
                let slices = element.slices.iter().filter(fits).map(Criterion::Element);
                slices.chain([from]).collect()
            }
            (Criterion::Targets(types), PathStep::Child(name)) => {
                let canonicals = types.iter().flat_map(|entry| &entry.targets);
                let profiles = canonicals.filter_map(|it| self.named(it));
                profiles.flat_map(|profile| self.below(&profile.root, *name)).collect()
            }
            (Criterion::Targets(_) | Criterion::Given(..), _) => Vec::new(),
        }
    }

    /// What an element has of that name: what it says of it, or the value that it gives; else what the
    /// profiles of its type say.
    fn below(&self, element: &'a ProfileElement, name: NameId) -> Vec<Criterion<'a>> {
        let mut all: Vec<Criterion<'a>> = Vec::new();
        for (literal, is_fixed) in [(&element.fixed, true), (&element.pattern, false)] {
            let parts = literal.iter().flat_map(|literal| parts(literal, name));
            all.extend(parts.map(|part| Criterion::Given(part, is_fixed)));
        }
        if let Some(child) = element.child(name) {
            // What only divides is told apart by its slices.
            if child.has_value_rules() || !child.children.is_empty() || child.slices.is_empty() {
                all.push(Criterion::Element(child));
            }
            all.extend(child.slices.iter().map(Criterion::Element));
        }
        if !all.iter().any(Criterion::is_telling) {
            let inherited = self.profiles_of(element).filter_map(|root| root.child(name));
            all.extend(inherited.map(Criterion::Element));
        }
        all
    }

    /// Those of the profile, and those of the profiles of its type.
    fn elements_below(&self, element: &'a ProfileElement, name: NameId) -> Vec<&'a ProfileElement> {
        let own = element.child(name).into_iter();
        own.chain(self.profiles_of(element).filter_map(|root| root.child(name))).collect()
    }

    /// The root elements of the profiles of an element's type.
    fn profiles_of(&self, element: &'a ProfileElement) -> impl Iterator<Item = &'a ProfileElement> {
        let (definitions, from) = (self.walk.definitions(), self.profile);
        let types = element.types.as_deref().unwrap_or_default();
        let canonicals = types.iter().flat_map(|entry| &entry.profiles);
        canonicals
            .filter_map(move |it| definitions.profile_for(it, from))
            .map(|profile| &profile.root)
    }

    fn is_of_url(&self, slice: &ProfileElement, url: &str) -> bool {
        let own = slice.child(self.walk.known().url).and_then(|it| it.fixed.as_ref()?.text());
        let types = slice.types.as_deref().unwrap_or_default();
        let mut profiles = types.iter().flat_map(|entry| &entry.profiles);
        own == Some(url) || profiles.any(|it| it.split('|').next() == Some(url))
    }

    /// The types that a criterion allows.
    pub(super) fn types_of(&self, criterion: &Criterion<'a>) -> Vec<NameId> {
        match *criterion {
            Criterion::Element(element) => {
                let types = element.types.as_deref().unwrap_or_default();
                types.iter().map(|entry| entry.code).collect()
            }
            Criterion::Given(..) => Vec::new(),
            Criterion::Targets(types) => {
                let targets = types.iter().flat_map(|entry| &entry.targets);
                targets.filter_map(|canonical| self.target_type(canonical)).collect()
            }
        }
    }

    /// The type that a profile, or a type's own canonical, is for.
    pub(super) fn target_type(&self, canonical: &str) -> Option<NameId> {
        let profile = self.named(canonical);
        profile.map(|profile| profile.type_name).or_else(|| self.type_with_canonical(canonical))
    }
}

/// The parts of that name of a literal, through its lists.
fn parts(literal: &Literal, name: NameId) -> Vec<&Literal> {
    match literal {
        Literal::List(entries) => entries.iter().flat_map(|entry| parts(entry, name)).collect(),
        literal => literal.get(name).into_iter().flat_map(flat).collect(),
    }
}

fn flat(literal: &Literal) -> Vec<&Literal> {
    match literal {
        Literal::List(entries) => entries.iter().collect(),
        literal => vec![literal],
    }
}
