//! A field, its repetitions, components and subcomponents against their definitions.

use super::Check;
use super::value::{Form, is_of};
use super::version::data_type;
use crate::definitions::{Element, Shape, Strength};
use crate::format::er7::{self, Part, Place, Segment};
use crate::issue::{Arg, Code};
use crate::terminology::Membership;

/// What splits a part into those in it: a repetition into components, a component into subcomponents.
type Split<'p> = fn(Part<'p>) -> er7::Split<'p>;

impl Check<'_, '_> {
    /// Checks a field that is not empty.
    pub(super) fn field<'p>(
        &mut self,
        element: &Element,
        segment: Segment<'p>,
        field: Part<'p>,
        place: Place<'p>,
    ) {
        if element.max == 0 {
            let version = self.version.number().to_owned();
            let args = vec![Arg::Term(place.to_string()), Arg::Term(version)];
            self.report(Code::V2Withdrawn, field.span, place, args);
            return;
        }
        let count = field.repetitions().count();
        if count > element.max as usize {
            let args = vec![
                Arg::Term(place.to_string()),
                Arg::Number(u64::from(element.max)),
                Arg::Number(count as u64),
            ];
            self.report(Code::V2Repeats, field.span, place, args);
        }
        let told = segment.field(2).map_or("", |told| told.raw);
        let definitions = self.version.definitions;
        let code = if element.is_choice { told } else { data_type(definitions, element) };
        for (number, repetition) in (1..).zip(field.repetitions()) {
            let place = Place { repetition: if count > 1 { number } else { 0 }, ..place };
            self.part(element, code, repetition, place, Part::components);
        }
    }

    /// Checks a repetition, component or subcomponent.
    fn part<'p>(
        &mut self,
        element: &Element,
        code: &str,
        part: Part<'p>,
        place: Place<'p>,
        split: Split<'p>,
    ) {
        if part.is_empty() || part.is_null() || element.max == 0 {
            return;
        }
        let limit = element.max_length.filter(|_| !part.is_truncated());
        if let Some(limit) = limit.filter(|&limit| part.raw.chars().count() > limit as usize) {
            self.report(Code::V2Length, part.span, place, vec![Arg::Number(u64::from(limit))]);
        }
        // Nothing stands inside a subcomponent, whatever its data type.
        let components = self.version.components(code).filter(|_| place.subcomponent == 0);
        match components {
            Some(shape) => {
                self.components(shape, code, part, place, split);
                if element.binding.is_none() {
                    let nth = |number: usize| split(part).nth(number.saturating_sub(1));
                    self.coded(code, part.span, nth, |number| inner_place(place, number));
                }
            }
            None => self.text(element, code, part, place, split),
        }
    }

    fn components<'p>(
        &mut self,
        shape: &Shape,
        code: &str,
        part: Part<'p>,
        place: Place<'p>,
        split: Split<'p>,
    ) {
        let is_sub = place.component > 0;
        let at = |number| inner_place(place, number);
        let mut parts = split(part);
        for (number, element) in (1..).zip(&shape.elements) {
            match parts.next().filter(|inner| !inner.is_empty()) {
                Some(inner) => {
                    let code = data_type(self.version.definitions, element);
                    let split =
                        if is_sub { |part: Part<'p>| part.whole() } else { Part::subcomponents };
                    self.part(element, code, inner, at(number), split);
                }
                None if element.min > 0 => {
                    let args = vec![Arg::Term(at(number).to_string())];
                    self.report(Code::V2Required, part.span, at(number), args);
                }
                None => {}
            }
        }
        let nth = |number: usize| split(part).nth(number.saturating_sub(1));
        self.conditional(code, part.span, nth, at);
        let first = shape.elements.len() + 1;
        for (number, inner) in (first..).zip(parts).filter(|(_, inner)| !inner.is_empty()) {
            self.beyond(code, shape.elements.len(), inner, at(number));
        }
    }

    /// Checks a value of a data type without components.
    fn text<'p>(
        &mut self,
        element: &Element,
        code: &str,
        part: Part<'p>,
        place: Place<'_>,
        split: Split<'p>,
    ) {
        let mut parts = split(part);
        let first = parts.next().unwrap_or(part);
        for (number, inner) in (2..).zip(parts).filter(|(_, inner)| !inner.is_empty()) {
            self.beyond(code, 1, inner, inner_place(place, number));
        }
        if place.component == 0 {
            let inside =
                (2..).zip(first.subcomponents().skip(1)).filter(|(_, inner)| !inner.is_empty());
            for (number, inner) in inside {
                self.beyond(code, 1, inner, inner_place(place.component(1), number));
            }
        }
        if first.is_empty() || first.is_null() {
            return;
        }
        for (span, sequence) in first.faults() {
            self.report(Code::V2Escape, span, place, vec![Arg::Value(sequence)]);
        }
        if let Some((code, _)) = Form::of(code).filter(|&(_, form)| !is_of(form, first.raw)) {
            self.report(code, first.span, place, vec![Arg::Value(first.raw.to_owned())]);
        }
        self.code(element, first, place);
    }

    fn code(&mut self, element: &Element, part: Part<'_>, place: Place<'_>) {
        let Some(binding) = element.binding.filter(|it| it.strength == Strength::Required) else {
            return;
        };
        let value_set = self.version.definitions.names().text(binding.value_set);
        let value = part.value();
        if self.terminology.validate_code(value_set, None, &value) == Membership::Out {
            let table = value_set.rsplit('/').next().unwrap_or_default();
            let args = vec![Arg::Value(value.into_owned()), Arg::Term(table.to_owned())];
            self.report(Code::V2Table, part.span, place, args);
        }
    }

    fn beyond(&mut self, code: &str, count: usize, part: Part<'_>, place: Place<'_>) {
        let number = self.version.number();
        let args = vec![
            Arg::Term(place.to_string()),
            Arg::Term(format!("{code} of version {number}")),
            Arg::Number(count as u64),
        ];
        self.report(Code::V2Beyond, part.span, place, args);
    }
}

/// The place of a component of a repetition, or of a subcomponent of a component.
fn inner_place(place: Place<'_>, number: usize) -> Place<'_> {
    if place.component > 0 {
        return Place { subcomponent: number, ..place };
    }
    place.component(number)
}
