//! A piece of a segment: a field, a repetition, a component or a subcomponent, each split into the next when
//! it is asked for.

use std::borrow::Cow;

use super::escape::{Sequence, sequences};
use super::{NULL, Separators, unescape};
use crate::text::Span;

/// A slice of a message with its place.
#[derive(Clone, Copy, Debug)]
pub struct Part<'d> {
    /// As it was written.
    pub raw: &'d str,
    /// Where.
    pub span: Span,
    /// What splits it.
    pub separators: Separators,
}

impl<'d> Part<'d> {
    /// True if nothing was written.
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// True for [`NULL`].
    pub fn is_null(self) -> bool {
        self.raw == NULL
    }

    /// True if nothing in it separates or escapes: it is one value, as it stands.
    pub fn is_plain(self) -> bool {
        let Separators { repetition, component, subcomponent, escape, .. } = self.separators;
        let marks = [repetition, component, subcomponent, escape];
        !self.raw.bytes().any(|byte| marks.contains(&byte))
    }

    /// True if that mark is in it; 0 is none.
    pub(super) fn has(self, mark: u8) -> bool {
        mark != 0 && self.raw.as_bytes().contains(&mark)
    }

    /// The value: escape sequences replaced by what they stand for. A slice of the message where there are none.
    pub fn value(self) -> Cow<'d, str> {
        unescape(self.raw, self.separators)
    }

    /// True if the sender cut the value off: it ends with the truncation character (2.7, chapter 2.5.5.2).
    pub fn is_truncated(self) -> bool {
        let mark = self.separators.truncation;
        mark != 0 && self.raw.as_bytes().last() == Some(&mark)
    }

    /// The escape sequences of a part that stay as they were written, because they have no meaning or none that is known
    /// here; the sender's own (`\\Z..\\`) are left out.
    pub fn faults(self) -> Vec<(Span, String)> {
        if !self.has(self.separators.escape) {
            return Vec::new();
        }
        let mut at = self.span.start;
        let mut faults = Vec::new();
        for (before, sequence, written) in sequences(self.raw, self.separators) {
            let start = at + before.len() as u32;
            at = start + written.len() as u32;
            let shown = match sequence {
                Some(Sequence::CharacterSet) => written.to_owned(),
                Some(Sequence::Unknown(content)) => {
                    format!("{written}{content}").chars().take(8).collect()
                }
                _ => continue,
            };
            faults.push((Span::new(start, at), shown));
        }
        faults
    }

    /// The repetitions of a field.
    pub fn repetitions(self) -> Split<'d> {
        self.split(self.separators.repetition)
    }

    /// The components of a repetition.
    pub fn components(self) -> Split<'d> {
        self.split(self.separators.component)
    }

    /// The subcomponents of a component.
    pub fn subcomponents(self) -> Split<'d> {
        self.split(self.separators.subcomponent)
    }

    /// The first repetition.
    #[must_use]
    pub fn first_repetition(self) -> Self {
        self.repetitions().next().unwrap_or(self)
    }

    /// The component of that number, from 1.
    pub fn component(self, number: usize) -> Option<Self> {
        self.components().nth(number.checked_sub(1)?)
    }

    /// The part itself, as the only one.
    pub fn whole(self) -> Split<'d> {
        self.split(0)
    }

    pub(super) fn split(self, separator: u8) -> Split<'d> {
        Split { rest: Some(self), separator }
    }

    /// The part between two offsets of this one.
    fn between(self, from: usize, to: usize) -> Self {
        let start = self.span.start + from as u32;
        Self {
            raw: self.raw.get(from..to).unwrap_or_default(),
            span: Span::new(start, self.span.start + to as u32),
            ..self
        }
    }
}

/// The parts between separators: at least one, empty ones included.
#[derive(Clone, Debug)]
pub struct Split<'d> {
    rest: Option<Part<'d>>,
    /// 0 where nothing separates.
    separator: u8,
}

impl<'d> Iterator for Split<'d> {
    type Item = Part<'d>;

    fn next(&mut self) -> Option<Part<'d>> {
        let rest = self.rest?;
        let bytes = rest.raw.as_bytes();
        let found = (self.separator != 0)
            .then(|| bytes.iter().position(|&byte| byte == self.separator))
            .flatten();
        let Some(end) = found else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = Some(rest.between(end + 1, bytes.len()));
        Some(rest.between(0, end))
    }
}
