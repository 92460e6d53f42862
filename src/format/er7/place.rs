//! Places as people write them: `PID-5.1`, and `OBX[2]-5[3].1.2` where something repeats.

use std::fmt;

use super::{Message, Part, Segment, Separators};
use crate::text::Digits;

/// A place in a message. Written with the index of a segment where its message has another of that name, and with
/// that of a repetition where the field has others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'d> {
    /// The name of the segment.
    pub segment: &'d str,
    /// Which of that name, from 1; 0 where there is only one.
    pub occurrence: u32,
    /// The number of the field; 0 for the segment itself.
    pub field: usize,
    /// Which repetition, from 1; 0 where there is only one, or for the field itself.
    pub repetition: usize,
    /// The number of the component; 0 for the repetition itself.
    pub component: usize,
    /// The number of the subcomponent; 0 for the component itself.
    pub subcomponent: usize,
}

impl<'d> Place<'d> {
    /// The segment itself.
    pub fn of(segment: Segment<'d>) -> Self {
        let occurrence = if segment.repeats() { segment.occurrence() } else { 0 };
        Self { segment: segment.name(), occurrence, ..Self::default() }
    }

    /// A field of the segment.
    #[must_use]
    pub fn field(self, number: usize) -> Self {
        Self { field: number, repetition: 0, component: 0, subcomponent: 0, ..self }
    }

    /// A component of the repetition.
    #[must_use]
    pub fn component(self, number: usize) -> Self {
        Self { component: number, subcomponent: 0, ..self }
    }

    /// Reads a place as it is written: `OBX[2]-5[3].1.2`.
    pub fn parse(text: &'d str) -> Option<Self> {
        let (segment, rest) = text.split_once('-').unwrap_or((text, ""));
        let (segment, occurrence) = indexed(segment)?;
        let mut steps = rest.split('.');
        let (field, repetition) = indexed(steps.next().unwrap_or_default())?;
        let mut number = || steps.next().map_or(Some(0), |step| step.parse().ok());
        Some(Self {
            segment,
            occurrence: occurrence as u32,
            field: if field.is_empty() { 0 } else { field.parse().ok()? },
            repetition,
            component: number()?,
            subcomponent: number()?,
        })
    }

    /// The smallest part of `message` that holds the byte at `offset`.
    pub fn at(message: Message<'d>, offset: u32) -> Option<Self> {
        let holds = |start: u32, end: u32| start <= offset && offset <= end;
        let segment = message.segment_at(offset)?;
        let mut place = Self::of(segment);
        let held = |&(_, part): &(usize, Part<'_>)| holds(part.span.start, part.span.end);
        let Some((number, field)) = segment.fields().find(held) else { return Some(place) };
        place.field = number;
        let count = field.repetitions().count();
        let found = (1..).zip(field.repetitions()).find(held);
        let Some((number, repetition)) = found else { return Some(place) };
        place.repetition = if count > 1 { number } else { 0 };
        let Some((number, component)) = numbered(repetition.components(), held) else {
            return Some(place);
        };
        place.component = number;
        place.subcomponent =
            numbered(component.subcomponents(), held).map_or(0, |(number, _)| number);
        Some(place)
    }
}

impl<'d> Message<'d> {
    /// Every value with its place, in order: what nothing else is in. Empty ones are left out.
    pub fn leaves(self) -> Vec<(Place<'d>, Part<'d>)> {
        let mut leaves = Vec::new();
        self.segments().for_each(|it| it.each_leaf(&mut |place, part| leaves.push((place, part))));
        leaves
    }
}

impl<'d> Segment<'d> {
    /// Gives `visit` every value of the segment with its place, in order.
    pub fn each_leaf(self, visit: &mut dyn FnMut(Place<'d>, Part<'d>)) {
        let place = Place::of(self);
        for (number, field) in self.fields().filter(|(_, field)| !field.is_empty()) {
            if field.is_plain() {
                visit(place.field(number), field);
            } else {
                each_leaf(place.field(number), field, visit);
            }
        }
    }
}

fn each_leaf<'d>(place: Place<'d>, field: Part<'d>, visit: &mut dyn FnMut(Place<'d>, Part<'d>)) {
    let Separators { repetition, component, subcomponent, .. } = field.separators;
    let repeats = field.has(repetition);
    for (number, repetition) in (1..).zip(field.repetitions()) {
        let place = Place { repetition: if repeats { number } else { 0 }, ..place };
        let has_components = repetition.has(component);
        for (number, component) in (1..).zip(repetition.components()) {
            let has_inner = component.has(subcomponent);
            let number = if has_components || has_inner { number } else { 0 };
            let place = place.component(number);
            if !has_inner {
                if !component.is_empty() {
                    visit(place, component);
                }
                continue;
            }
            let inner = (1..).zip(component.subcomponents()).filter(|(_, part)| !part.is_empty());
            for (number, part) in inner {
                visit(Place { subcomponent: number, ..place }, part);
            }
        }
    }
}

/// `5[3]` as 5 and 3; 0 where there is no index.
fn indexed(text: &str) -> Option<(&str, usize)> {
    match text.split_once('[') {
        Some((name, index)) => Some((name, index.strip_suffix(']')?.parse().ok()?)),
        None => Some((text, 0)),
    }
}

/// The part that is held, with its number; none where there is only one.
fn numbered<'d>(
    parts: impl Iterator<Item = Part<'d>> + Clone,
    held: impl Fn(&(usize, Part<'d>)) -> bool,
) -> Option<(usize, Part<'d>)> {
    let is_several = parts.clone().nth(1).is_some();
    (1..).zip(parts).find(held).filter(|_| is_several)
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one go: a list of places may be long.
        let mut text = String::with_capacity(24);
        let mut number = |before: &str, number: usize, after: &str| {
            if number > 0 {
                text += before;
                text += Digits::of(number as u64).as_str();
                text += after;
            }
        };
        number("[", self.occurrence as usize, "]");
        number("-", self.field, "");
        if self.field > 0 {
            number("[", self.repetition, "]");
        }
        number(".", self.component, "");
        number(".", self.subcomponent, "");
        f.write_str(self.segment)?;
        f.write_str(&text)
    }
}
