//! Is a value of a slice? What the slice says at the end of each discriminator's path has to hold for
//! what the value has there.

use std::rc::Rc;

use super::check::{Check, Place};
use super::criterion::{Criterion, Found};
use crate::cursor::Cursor;
use crate::definitions::Strength;
use crate::definitions::profile::{
    Discriminator, DiscriminatorKind, PathStep, ProfileElement, Slicing,
};
use crate::tree::NameId;
use crate::validate::rules::{binding, literal};

/// Whether a value is of a slice.
pub(super) enum Match<'a> {
    Yes,
    /// It is not, and why; empty where nobody asks why ([`Walk::explaining`]).
    No(String),
    /// It cannot be told, and by what.
    Open(&'a str),
    /// The slice says nothing there.
    Mute(&'a str),
}

/// What a slice has at the end of the path of a discriminator.
pub(super) enum Telling<'a> {
    /// The URLs of extensions.
    Urls(Vec<&'a str>),
    Criteria(Vec<Criterion<'a>>),
}

/// What is known of a slicing before its values are looked at: by slice, and by discriminator in it.
pub(super) type Tellings<'a> = Vec<Vec<Telling<'a>>>;

impl<'a> Check<'_, 'a> {
    /// What the slices have at the end of the discriminators' paths; found once in a walk.
    pub(super) fn tellings(
        &mut self,
        slices: &'a [ProfileElement],
        slicing: &'a Slicing,
    ) -> Rc<Tellings<'a>> {
        let key = (std::ptr::from_ref(self.profile).addr(), slices.as_ptr().addr());
        let known = &self.walk.profiles.tellings;
        if let Some((_, tellings)) = known.iter().find(|(other, _)| *other == key) {
            return tellings.clone();
        }
        let tellings: Tellings<'a> =
            slices.iter().map(|slice| self.tellings_of(slice, slicing)).collect();
        let tellings = Rc::new(tellings);
        self.walk.profiles.tellings.push((key, tellings.clone()));
        tellings
    }

    fn tellings_of(&self, slice: &'a ProfileElement, slicing: &'a Slicing) -> Vec<Telling<'a>> {
        let telling = |it: &'a Discriminator| {
            let path = it.path.as_deref().unwrap_or_default();
            match self.extension_urls(slice, path) {
                Some(urls) => Telling::Urls(urls),
                None => Telling::Criteria(self.criteria(slice, path)),
            }
        };
        slicing.discriminators.iter().map(telling).collect()
    }

    /// What a value has at the end of the discriminators' paths.
    pub(super) fn found(&mut self, value: Cursor, slicing: &Slicing) -> Vec<Vec<Found>> {
        let paths = slicing.discriminators.iter().map(|it| it.path.as_deref().unwrap_or_default());
        paths.map(|path| self.follow(value, path)).collect()
    }

    /// Asks each discriminator. `is_placed` tells whether the value stands where the slice has its place.
    pub(super) fn matches(
        &mut self,
        found: &[Vec<Found>],
        tellings: &[Telling<'a>],
        slicing: &'a Slicing,
        is_placed: bool,
    ) -> Match<'a> {
        if slicing.discriminators.is_empty() {
            return Match::Open("no discriminator");
        }
        let (mut is_told, mut mute) = (false, None);
        for ((discriminator, found), telling) in
            slicing.discriminators.iter().zip(found).zip(tellings)
        {
            let answer = match discriminator.kind {
                DiscriminatorKind::Position => {
                    self.answer(is_placed, || "it stands in another place".to_owned())
                }
                _ => self.discriminates(found, telling, discriminator),
            };
            match answer {
                Match::Yes => is_told = true,
                // The other discriminators have to tell.
                Match::Mute(what) => mute = Some(what),
                answer => return answer,
            }
        }
        mute.filter(|_| !is_told).map_or(Match::Yes, Match::Open)
    }

    /// Whether a value is in a slice, by what it is alone; none where that does not tell.
    pub(super) fn is_in(
        &mut self,
        cursor: Cursor,
        slice: &'a ProfileElement,
        slicing: &'a Slicing,
    ) -> Option<bool> {
        let (found, tellings) = (self.found(cursor, slicing), self.tellings_of(slice, slicing));
        let mut is_told = false;
        for ((discriminator, found), telling) in
            slicing.discriminators.iter().zip(&found).zip(&tellings)
        {
            match self.discriminates(found, telling, discriminator) {
                Match::Yes => is_told = true,
                Match::Mute(_) => {}
                Match::No(_) => return Some(false),
                Match::Open(_) => return None,
            }
        }
        is_told.then_some(true)
    }

    fn discriminates(
        &mut self,
        found: &[Found],
        telling: &Telling<'a>,
        discriminator: &'a Discriminator,
    ) -> Match<'a> {
        let what = &*discriminator.text;
        if discriminator.path.is_none() {
            return Match::Open(what);
        }
        let criteria = match telling {
            Telling::Criteria(criteria) => criteria,
            Telling::Urls(urls) => {
                let is_met = found.iter().any(|it| self.text_in(*it, urls));
                return self.answer(is_met, || format!("its url is not '{}'", urls.join("' or '")));
            }
        };
        match discriminator.kind {
            DiscriminatorKind::Exists => self.exists(criteria, !found.is_empty(), what),
            DiscriminatorKind::Type => self.is_typed(found, criteria, what),
            DiscriminatorKind::Profile => self.is_profiled(found, criteria, what),
            DiscriminatorKind::Value | DiscriminatorKind::Position => {
                self.is_valued(found, criteria, what)
            }
        }
    }

    fn answer(&self, is_met: bool, why: impl FnOnce() -> String) -> Match<'a> {
        if is_met { Match::Yes } else { self.no(why) }
    }

    /// It is not of the slice: why is made only where it is told.
    fn no(&self, why: impl FnOnce() -> String) -> Match<'a> {
        Match::No(if self.walk.profiles.explains { why() } else { String::new() })
    }

    fn exists(&self, criteria: &[Criterion<'_>], is_there: bool, what: &str) -> Match<'a> {
        let elements = || criteria.iter().filter_map(Criterion::element);
        if elements().any(|element| element.max == Some(0)) {
            return self.answer(!is_there, || format!("there is a '{what}'"));
        }
        // What the type requires anyhow is taken out of a profile: it is there.
        self.answer(is_there, || format!("there is no '{what}'"))
    }

    /// The URLs of the extensions that a slice is for, where it is told by its URL and its type.
    fn extension_urls(&self, slice: &'a ProfileElement, path: &[PathStep]) -> Option<Vec<&'a str>> {
        let [PathStep::Child(name)] = path else { return None };
        if *name != self.walk.known().url || slice.child(*name).is_some() {
            return None;
        }
        let extension = self.walk.known().extension_type;
        let types = slice.types.as_deref()?.iter().filter(|entry| entry.code == extension);
        let urls: Vec<&str> = types
            .flat_map(|entry| &entry.profiles)
            .map(|canonical| canonical.split('|').next().unwrap_or_default())
            .collect();
        (!urls.is_empty()).then_some(urls)
    }

    fn text_in(&self, found: Found, texts: &[&str]) -> bool {
        let Found::Value(cursor) = found else { return false };
        cursor.value(self.walk.tree).is_some_and(|text| texts.contains(&text))
    }

    fn is_valued(
        &mut self,
        found: &[Found],
        criteria: &[Criterion<'a>],
        what: &'a str,
    ) -> Match<'a> {
        let telling = || criteria.iter().filter(|it| it.is_telling());
        if telling().next().is_none() {
            return Match::Mute(what);
        }
        let mut is_open = false;
        for &found in found {
            match found {
                Found::Value(cursor) => {
                    for criterion in telling() {
                        match self.holds(cursor, criterion) {
                            Some(true) => return Match::Yes,
                            Some(false) => {}
                            None => is_open = true,
                        }
                    }
                }
                Found::Elsewhere(_) | Found::Unknown => is_open = true,
            }
        }
        let mut elements = telling().filter_map(Criterion::element);
        if found.is_empty() && elements.any(|criterion| criterion.max == Some(0)) {
            return Match::Yes;
        }
        if is_open {
            return Match::Open(what);
        }
        let expected = telling().find_map(Criterion::literal);
        let expected = || expected.map(|it| it.write(self.walk.definitions().names()));
        self.no(|| match (found, expected()) {
            ([], _) => format!("'{what}' is not there"),
            (_, Some(expected)) => format!("'{what}' is not {expected}"),
            (_, None) => format!("'{what}' is not what the slice has there"),
        })
    }

    /// What a criterion says of a value; none where a code system that is not here would tell. Occurrences
    /// do not count: it is there.
    fn holds(&mut self, cursor: Cursor, criterion: &Criterion<'a>) -> Option<bool> {
        let criterion = match *criterion {
            Criterion::Element(element) => element,
            Criterion::Given(given, is_fixed) => {
                let tree = self.walk.tree;
                let is_met = if is_fixed { literal::is_equal } else { literal::contains };
                return Some(cursor.node.is_some_and(|node| is_met(tree, node, given)));
            }
            Criterion::Targets(_) => return Some(false),
        };
        if criterion.max == Some(0) {
            return Some(false);
        }
        let tree = self.walk.tree;
        if let Some(fixed) = &criterion.fixed {
            return Some(cursor.node.is_some_and(|node| literal::is_equal(tree, node, fixed)));
        }
        if let Some(pattern) = &criterion.pattern {
            return Some(cursor.node.is_some_and(|node| literal::contains(tree, node, pattern)));
        }
        let binding = criterion.binding.as_ref().and_then(|binding| binding.set.as_ref());
        if let Some((Strength::Required, set)) = binding {
            let name = self.type_of(cursor).unwrap_or_default();
            return binding::is_in(self.walk, cursor, set, name);
        }
        let place = Place { cursor, view: None };
        let (walk, profile) = (&mut *self.walk, self.profile);
        let found = walk.quietly(1, |walk| Check { walk, profile }.element(place, criterion));
        Some(found.is_empty())
    }

    fn is_typed(
        &mut self,
        found: &[Found],
        criteria: &[Criterion<'a>],
        what: &'a str,
    ) -> Match<'a> {
        let types: Vec<NameId> = criteria.iter().flat_map(|it| self.types_of(it)).collect();
        if types.is_empty() {
            return Match::Mute(what);
        }
        let fits = |own: NameId| types.iter().any(|&expected| self.is_subtype(own, expected));
        let mut is_open = false;
        for &found in found {
            let own = match found {
                Found::Value(cursor) => self.type_of(cursor),
                Found::Elsewhere(name) => Some(name),
                Found::Unknown => None,
            };
            match own {
                Some(own) if fits(own) => return Match::Yes,
                Some(_) => {}
                None => is_open = true,
            }
        }
        if is_open && found.len() == 1 {
            return self.no(|| format!("the type of '{what}' is not known"));
        }
        self.no(|| {
            let names = self.walk.tree.names();
            let types: Vec<&str> = types.iter().map(|&name| names.text(name)).collect();
            format!("'{what}' is not of type {}", types.join(" or "))
        })
    }

    fn is_profiled(
        &mut self,
        found: &[Found],
        criteria: &[Criterion<'a>],
        what: &'a str,
    ) -> Match<'a> {
        let canonicals: Vec<&'a str> = criteria.iter().flat_map(Criterion::profiles).collect();
        if canonicals.is_empty() {
            return Match::Mute(what);
        }
        let (mut is_open, mut missed) = (false, None);
        for &found in found {
            let Found::Value(cursor) = found else {
                is_open = true;
                continue;
            };
            for &canonical in &canonicals {
                match self.named(canonical) {
                    Some(profile) if self.walk.conforms(cursor, profile) => return Match::Yes,
                    Some(_) => missed = Some(canonical),
                    None if self.is_met_by_type(cursor, canonical) => return Match::Yes,
                    None if self.type_with_canonical(canonical).is_some() => {}
                    None => is_open = true,
                }
            }
        }
        if is_open && found.len() == 1 {
            return Match::Open(what);
        }
        self.no(|| match missed {
            Some(canonical) => format!("'{what}' does not meet '{canonical}'"),
            None => format!("'{what}' is not of the slice's profile"),
        })
    }
}
