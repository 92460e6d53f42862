//! Slices: which values are of which, how many of each there are, in which order, and what stands besides.

use std::ops::Range;
use std::rc::Rc;

use super::check::Check;
use super::criterion::Found;
use super::matching::{Match, Tellings};
use crate::cursor::{Child, Cursor};
use crate::definitions::profile::{ProfileElement, Slicing, SlicingRules};
use crate::issue::{Arg, Code};

/// The slice for what is of no other.
const DEFAULT: &str = "@default";

/// The slices of an element, and its values.
struct Sliced<'s, 'a> {
    slices: &'a [ProfileElement],
    slicing: &'a Slicing,
    values: &'s [Child<'a>],
    /// By slice: what tells its values.
    tellings: Rc<Tellings<'a>>,
    /// By slice: where it has its place.
    places: Vec<Range<usize>>,
    /// By value: the index of its slice.
    of: Vec<Option<usize>>,
}

impl<'a> Check<'_, 'a> {
    /// The values of an element that is sliced.
    pub(super) fn slices(
        &mut self,
        owner: Cursor,
        element: &'a ProfileElement,
        values: &[Child<'a>],
    ) {
        let Some(slicing) = element.slicing.as_deref() else { return };
        self.sliced(owner, element, slicing, values);
    }

    fn sliced(
        &mut self,
        owner: Cursor,
        element: &'a ProfileElement,
        slicing: &'a Slicing,
        values: &[Child<'a>],
    ) {
        // Without values there is nothing to tell.
        let slices: &'a [ProfileElement] = &element.slices;
        let tellings =
            if values.is_empty() { Rc::default() } else { self.tellings(slices, slicing) };
        let places = places(slices);
        let mut all = Sliced { slices, slicing, values, tellings, places, of: Vec::new() };
        if let Some(what) = self.sort(&mut all) {
            let args = vec![
                Arg::Term(self.name_of(element)),
                Arg::Term(what.to_owned()),
                Arg::Term(self.profile.canonical()),
            ];
            return self.walk.report(Code::SliceNotChecked, self.start(owner), args);
        }
        self.order(&all);
        self.extension_parts(element, &all);
        if slicing.rules == SlicingRules::Closed {
            self.closed(element, &all);
        }
        for (index, slice) in slices.iter().enumerate() {
            let own = values.iter().zip(&all.of).filter(|(_, of)| **of == Some(index));
            let own: Vec<Child<'a>> = own.map(|(value, _)| *value).collect();
            self.slice(owner, index, &own, &all);
            let inner = slice.slicing.as_deref().or((!slice.slices.is_empty()).then_some(slicing));
            if let Some(inner) = inner {
                self.sliced(owner, slice, inner, &own);
            }
        }
    }

    /// One slice: how often, and each value of it.
    fn slice(&mut self, owner: Cursor, index: usize, own: &[Child<'a>], all: &Sliced<'_, 'a>) {
        let slice = &all.slices[index];
        let found = own.len() as u64;
        let is_less = found < u64::from(slice.min);
        if is_less || slice.max.is_some_and(|max| found > u64::from(max)) {
            let limit = if is_less { slice.min } else { slice.max.unwrap_or_default() };
            let mut args = vec![
                Arg::Term(self.name_of(slice)),
                Arg::Number(limit.into()),
                Arg::Number(found),
                Arg::Term(self.profile.canonical()),
            ];
            if is_less {
                args.push(Arg::Terms(self.near_miss(index, all)));
            }
            let code = if is_less { Code::SliceMin } else { Code::SliceMax };
            self.walk.report(code, self.start(owner), args);
        }
        for value in own {
            self.at_value(value, |check, place| check.element(place, slice));
        }
    }

    /// Finds the slice of each value. What a slice cannot be told by, if there is such a thing.
    fn sort(&mut self, all: &mut Sliced<'_, 'a>) -> Option<&'a str> {
        let mut open = None;
        for (position, value) in all.values.iter().enumerate() {
            let found = self.found(value.cursor, all.slicing);
            let mut of = None;
            for (index, slice) in all.slices.iter().enumerate() {
                if is_default(slice) {
                    continue;
                }
                match self.matches_at(all, index, position, &found) {
                    Match::Yes => match of {
                        None => of = Some(index),
                        Some(first) => self.ambiguous(value, &all.slices[first], slice),
                    },
                    Match::No(_) => {}
                    Match::Open(what) | Match::Mute(what) => open = Some(what),
                }
            }
            all.of.push(of.or_else(|| all.slices.iter().position(is_default)));
        }
        open
    }

    fn matches_at(
        &mut self,
        all: &Sliced<'_, 'a>,
        index: usize,
        position: usize,
        found: &[Vec<Found>],
    ) -> Match<'a> {
        let is_placed = all.places[index].contains(&position);
        self.matches(found, &all.tellings[index], all.slicing, is_placed)
    }

    /// Why a value is not of a slice, if it is not.
    fn miss(&mut self, all: &Sliced<'_, 'a>, index: usize, position: usize) -> Option<String> {
        if is_default(&all.slices[index]) {
            return None;
        }
        let outer = std::mem::replace(&mut self.walk.profiles.explains, true);
        let found = self.found(all.values[position].cursor, all.slicing);
        let answer = self.matches_at(all, index, position, &found);
        self.walk.profiles.explains = outer;
        match answer {
            Match::No(why) => Some(why),
            _ => None,
        }
    }

    /// Why the values that are of no slice are not of this one.
    fn near_miss(&mut self, index: usize, all: &Sliced<'_, 'a>) -> Vec<String> {
        let free = (0..all.values.len()).filter(|&position| all.of[position].is_none());
        let mut reasons: Vec<String> =
            free.filter_map(|position| self.miss(all, index, position)).collect();
        reasons.dedup();
        reasons.truncate(2);
        reasons
    }

    fn ambiguous(&mut self, value: &Child<'a>, first: &ProfileElement, second: &ProfileElement) {
        let args = vec![
            Arg::Term(self.name_of(first)),
            Arg::Term(self.name_of(second)),
            Arg::Term(self.profile.canonical()),
        ];
        self.at_value(value, |check, place| {
            check.walk.report(Code::SliceAmbiguous, check.start(place.cursor), args);
        });
    }

    /// Slices come in the order of the definition where it says so, and others only at the end where it
    /// says that.
    fn order(&mut self, all: &Sliced<'_, 'a>) {
        let slicing = all.slicing;
        let (mut last, mut is_free_seen) = (None::<usize>, false);
        for (value, of) in all.values.iter().zip(&all.of) {
            let Some(index) = *of else {
                is_free_seen = true;
                continue;
            };
            let too_late = slicing.ordered && last.is_some_and(|last| index < last);
            let behind = slicing.rules == SlicingRules::OpenAtEnd && is_free_seen;
            if too_late || behind {
                let args = vec![
                    Arg::Term(self.name_of(&all.slices[index])),
                    Arg::Term(self.profile.canonical()),
                ];
                self.at_value(value, |check, place| {
                    check.walk.report(Code::SliceOrder, check.start(place.cursor), args);
                });
            }
            last = last.max(Some(index));
        }
    }

    /// A complex extension has the parts that its definition has, whether or not that is open.
    fn extension_parts(&mut self, element: &'a ProfileElement, all: &Sliced<'_, 'a>) {
        let is_part =
            self.profile.extension.is_some() && element.name == self.walk.known().extension;
        for (value, of) in all.values.iter().zip(&all.of).filter(|_| is_part) {
            let url =
                value.cursor.node.and_then(|node| self.walk.text(node, self.walk.known().url));
            let Some(url) = url.filter(|url| of.is_none() && !url.contains(':')) else { continue };
            let args = vec![Arg::Value(url.to_owned()), Arg::Term(self.profile.canonical())];
            self.at_value(value, |check, place| {
                check.walk.report(Code::ExtensionPart, check.start(place.cursor), args);
            });
        }
    }

    fn closed(&mut self, element: &'a ProfileElement, all: &Sliced<'_, 'a>) {
        for (position, value) in all.values.iter().enumerate() {
            if all.of[position].is_some() {
                continue;
            }
            let mut misses = Vec::new();
            for (index, slice) in all.slices.iter().enumerate() {
                let name = slice.slice.as_deref().unwrap_or_default();
                let why = self.miss(all, index, position);
                misses.extend(why.map(|why| format!("{name}: {why}")));
            }
            let name = Arg::Term(self.name_of(element));
            let args = vec![name, Arg::Term(self.profile.canonical()), Arg::Terms(misses)];
            self.at_value(value, |check, place| {
                check.walk.report(Code::SliceClosed, check.start(place.cursor), args);
            });
        }
    }
}

/// Where each slice has its place: as many values as it may have, after those of the slices before.
fn places(slices: &[ProfileElement]) -> Vec<Range<usize>> {
    let mut end = 0_usize;
    let place = |slice: &ProfileElement| {
        let start = end;
        end = slice.max.map_or(usize::MAX, |max| start.saturating_add(max as usize));
        start..end
    };
    slices.iter().map(place).collect()
}

fn is_default(slice: &ProfileElement) -> bool {
    slice.slice.as_deref() == Some(DEFAULT)
}
