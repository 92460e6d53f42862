//! Slices: which values are of which, how many of each there are, in which order, and what stands besides.

use super::check::Check;
use super::matching::Match;
use crate::cursor::{Child, Cursor};
use crate::definitions::profile::{ProfileElement, Slicing, SlicingRules};
use crate::issue::{Arg, Code};

/// The slice for what is of no other.
const DEFAULT: &str = "@default";

/// Which slice each value is of.
struct Sorted {
    /// By value: the index of its slice.
    slices: Vec<Option<usize>>,
    /// By value: why it is of none, slice by slice.
    misses: Vec<Vec<String>>,
    /// What a slice could not be told by.
    open: Option<String>,
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
        let mut sorted = self.sort(element, slicing, values);
        if let Some(what) = sorted.open.take() {
            let args = vec![
                Arg::Term(self.name_of(element)),
                Arg::Term(what),
                Arg::Term(self.profile.canonical()),
            ];
            return self.walk.report(Code::SliceNotChecked, self.start(owner), args);
        }
        self.order(element, slicing, values, &sorted);
        self.extension_parts(element, values, &sorted);
        if slicing.rules == SlicingRules::Closed {
            self.closed(element, values, &sorted);
        }
        for (index, slice) in element.slices.iter().enumerate() {
            let is_own = |at: &usize| sorted.slices.get(*at) == Some(&Some(index));
            let own = (0..values.len()).filter(is_own).filter_map(|at| values.get(at).copied());
            let own: Vec<Child<'a>> = own.collect();
            self.slice(owner, slice, &own, &sorted);
            let inner = slice.slicing.as_deref().or((!slice.slices.is_empty()).then_some(slicing));
            if let Some(inner) = inner {
                self.sliced(owner, slice, inner, &own);
            }
        }
    }

    /// One slice: how often, and each value of it.
    fn slice(
        &mut self,
        owner: Cursor,
        slice: &'a ProfileElement,
        own: &[Child<'a>],
        sorted: &Sorted,
    ) {
        let found = own.len() as u64;
        let name = Arg::Term(self.name_of(slice));
        let profile = Arg::Term(self.profile.canonical());
        if found < u64::from(slice.min) {
            let near = near_miss(slice, sorted);
            let min = Arg::Number(slice.min.into());
            let args = vec![name, min, Arg::Number(found), profile, Arg::Terms(near)];
            self.walk.report(Code::SliceMin, self.start(owner), args);
        } else if slice.max.is_some_and(|max| found > u64::from(max)) {
            let max = Arg::Number(slice.max.unwrap_or_default().into());
            let args = vec![name, max, Arg::Number(found), profile];
            self.walk.report(Code::SliceMax, self.start(owner), args);
        }
        for value in own {
            self.at_value(value, |check, place| check.element(place, slice));
        }
    }

    fn sort(
        &mut self,
        element: &'a ProfileElement,
        slicing: &'a Slicing,
        values: &[Child<'a>],
    ) -> Sorted {
        let places = places(&element.slices);
        let mut sorted = Sorted { slices: Vec::new(), misses: Vec::new(), open: None };
        for (position, value) in values.iter().enumerate() {
            let (mut of, mut misses) = (None, Vec::new());
            for (index, slice) in element.slices.iter().enumerate() {
                let name = slice.slice.as_deref().unwrap_or_default();
                if name == DEFAULT {
                    continue;
                }
                match self.matches(value, slice, slicing, places[index].contains(&position)) {
                    Match::Yes => match of {
                        None => of = Some(index),
                        Some(first) => self.ambiguous(value, &element.slices[first], slice),
                    },
                    Match::No(why) => misses.push(format!("{name}: {why}")),
                    Match::Open(what) | Match::Mute(what) => sorted.open = Some(what),
                }
            }
            let rest = || element.slices.iter().position(|it| it.slice.as_deref() == Some(DEFAULT));
            sorted.slices.push(of.or_else(rest));
            sorted.misses.push(misses);
        }
        sorted
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
    fn order(
        &mut self,
        element: &'a ProfileElement,
        slicing: &Slicing,
        values: &[Child<'a>],
        sorted: &Sorted,
    ) {
        let (mut last, mut is_free_seen) = (None::<usize>, false);
        for (value, of) in values.iter().zip(&sorted.slices) {
            let Some(index) = *of else {
                is_free_seen = true;
                continue;
            };
            let too_late = slicing.ordered && last.is_some_and(|last| index < last);
            let behind = slicing.rules == SlicingRules::OpenAtEnd && is_free_seen;
            if too_late || behind {
                let args = vec![
                    Arg::Term(self.name_of(&element.slices[index])),
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
    fn extension_parts(
        &mut self,
        element: &'a ProfileElement,
        values: &[Child<'a>],
        sorted: &Sorted,
    ) {
        let is_part =
            self.profile.extension.is_some() && element.name == self.walk.known().extension;
        for (value, of) in values.iter().zip(&sorted.slices).filter(|_| is_part) {
            let url = value.cursor.node.and_then(|node| self.walk.tree.child_text(node, "url"));
            let Some(url) = url.filter(|url| of.is_none() && !url.contains(':')) else { continue };
            let args = vec![Arg::Value(url.to_owned()), Arg::Term(self.profile.canonical())];
            self.at_value(value, |check, place| {
                check.walk.report(Code::ExtensionPart, check.start(place.cursor), args);
            });
        }
    }

    fn closed(&mut self, element: &'a ProfileElement, values: &[Child<'a>], sorted: &Sorted) {
        for (at, value) in values.iter().enumerate() {
            if sorted.slices.get(at) != Some(&None) {
                continue;
            }
            let misses = sorted.misses.get(at).cloned().unwrap_or_default();
            let name = Arg::Term(self.name_of(element));
            let args = vec![name, Arg::Term(self.profile.canonical()), Arg::Terms(misses)];
            self.at_value(value, |check, place| {
                check.walk.report(Code::SliceClosed, check.start(place.cursor), args);
            });
        }
    }
}

/// Where each slice has its place: as many values as it may have, after those of the slices before.
fn places(slices: &[ProfileElement]) -> Vec<std::ops::Range<usize>> {
    let mut end = 0_usize;
    let place = |slice: &ProfileElement| {
        let start = end;
        end = slice.max.map_or(usize::MAX, |max| start.saturating_add(max as usize));
        start..end
    };
    slices.iter().map(place).collect()
}

/// Why the values that are of no slice are not of this one.
fn near_miss(slice: &ProfileElement, sorted: &Sorted) -> Vec<String> {
    let name = slice.slice.as_deref().unwrap_or_default();
    let prefix = format!("{name}: ");
    let free = sorted.slices.iter().zip(&sorted.misses).filter(|(of, _)| of.is_none());
    let mut reasons: Vec<String> = free
        .flat_map(|(_, misses)| misses)
        .filter_map(|miss| miss.strip_prefix(&prefix).map(str::to_owned))
        .collect();
    reasons.dedup();
    reasons.truncate(2);
    reasons
}
