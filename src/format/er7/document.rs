//! An input as segments, and the messages that they make.

use super::separators::declaration;
use super::{HEADERS, Part, Separators, TRAILERS};
use crate::text::Span;

/// What stands in no separator's way: the declaration itself.
const NONE: Separators =
    Separators { field: 0, component: 0, repetition: 0, escape: 0, subcomponent: 0, truncation: 0 };

/// Where the segments of an input stand. INVARIANT: they stand in order, apart from each other, inside the text;
/// between them is nothing but white space and what ends a segment. There is always a first entry of separators.
#[derive(Clone, Debug)]
pub struct Segments {
    pub(super) entries: Vec<Entry>,
    pub(super) separators: Vec<Separators>,
    /// The first entry of each message.
    pub(super) starts: Vec<u32>,
}

/// A read input: the text, and where its segments stand.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The text, as it was read.
    pub text: String,
    /// Where its segments stand.
    pub segments: Segments,
}

/// A read input, to be looked into.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    text: &'d str,
    segments: &'d Segments,
}

/// A segment of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) span: Span,
    /// How long its name is: what stands before the first separator of fields.
    pub(super) name: u32,
    /// True where it declares separators.
    pub(super) is_header: bool,
    /// Index of the separators.
    pub(super) separators: u32,
    /// Which of its name it is in its message, from 1.
    pub(super) occurrence: u32,
    /// True if its message has another of that name.
    pub(super) repeats: bool,
}

impl Default for Segments {
    fn default() -> Self {
        let separators = vec![Separators::default()];
        Self { entries: Vec::new(), separators, starts: Vec::new() }
    }
}

impl Segments {
    /// The segments over the text that they were found in. Over another text, parts are empty.
    pub fn over<'d>(&'d self, text: &'d str) -> Document<'d> {
        Document { text, segments: self }
    }
}

impl Parsed {
    /// The input, to be looked into.
    pub fn document(&self) -> Document<'_> {
        self.segments.over(&self.text)
    }
}

impl<'d> Document<'d> {
    /// The text, as it was read.
    pub fn text(self) -> &'d str {
        self.text
    }

    /// Every segment in order, headers and trailers of batches included.
    pub fn segments(self) -> impl ExactSizeIterator<Item = Segment<'d>> + Clone {
        (0..self.segments.entries.len()).map(move |index| self.segment(index))
    }

    /// The messages: each from its `MSH` to the next header or trailer. What stands before the first header is
    /// in none.
    pub fn messages(self) -> impl ExactSizeIterator<Item = Message<'d>> + Clone {
        (0..self.segments.starts.len()).map(move |number| self.message(number))
    }

    /// The message of that number, from 0. A number that is too large gives an empty one.
    pub fn message(self, number: usize) -> Message<'d> {
        let Segments { entries, starts, .. } = self.segments;
        let count = entries.len();
        let start = starts.get(number).map_or(count, |&start| start as usize);
        let end = starts.get(number + 1).map_or(count, |&next| next as usize);
        let is_envelope = |&index: &usize| {
            let name = self.segment(index).name();
            name != "MSH" && (HEADERS.contains(&name) || TRAILERS.contains(&name))
        };
        let end = (start..end).find(is_envelope).unwrap_or(end);
        Message { document: self, start, end }
    }

    fn segment(self, index: usize) -> Segment<'d> {
        Segment { document: self, entry: self.segments.entries[index] }
    }
}

/// The segments of one message.
#[derive(Clone, Copy, Debug)]
pub struct Message<'d> {
    pub(super) document: Document<'d>,
    start: usize,
    end: usize,
}

impl<'d> Message<'d> {
    /// The segments in order; the first is `MSH`.
    pub fn segments(self) -> impl ExactSizeIterator<Item = Segment<'d>> + Clone {
        (self.start..self.end).map(move |index| self.document.segment(index))
    }

    /// The header.
    pub fn header(self) -> Option<Segment<'d>> {
        self.segments().next()
    }

    /// Where the message stands, without what ends its last segment.
    pub fn span(self) -> Span {
        let entries = &self.document.segments.entries[self.start..self.end];
        let place = |entry: Option<&Entry>| entry.map_or_else(Span::default, |entry| entry.span);
        Span::new(place(entries.first()).start, place(entries.last()).end)
    }

    /// The segment that holds the byte at `offset`.
    pub fn segment_at(self, offset: u32) -> Option<Segment<'d>> {
        let entries = &self.document.segments.entries[self.start..self.end];
        let after = entries.partition_point(|entry| entry.span.start <= offset);
        let index = self.start + after.checked_sub(1)?;
        let segment = self.document.segment(index);
        (offset <= segment.span().end).then_some(segment)
    }

    /// The text of the whole input.
    pub fn text(self) -> &'d str {
        self.document.text
    }

    /// `MSH-9` as a caller can look it up: message code, trigger event and structure, empty where they are not there.
    pub fn message_type(self) -> [&'d str; 3] {
        let field = self.header().and_then(|header| header.field(9)).map(Part::first_repetition);
        let raw =
            |number| field.and_then(|field| field.component(number)).map_or("", |part| part.raw);
        [raw(1), raw(2), raw(3)]
    }

    /// `MSH-12.1`, such as `2.5.1`; empty where it is not there.
    pub fn version(self) -> &'d str {
        let field = self.header().and_then(|header| header.field(12)).map(Part::first_repetition);
        field.and_then(|field| field.component(1)).map_or("", |part| part.raw.trim())
    }
}

/// One segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'d> {
    document: Document<'d>,
    pub(super) entry: Entry,
}

impl<'d> Segment<'d> {
    /// The name, such as `PID`: what stands before the first separator of fields.
    pub fn name(self) -> &'d str {
        let start = self.entry.span.start;
        Span::new(start, start + self.entry.name).slice(self.document.text)
    }

    /// The segment as it was written, without what ends it.
    pub fn raw(self) -> &'d str {
        self.span().slice(self.document.text)
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        self.entry.span
    }

    /// The separators of its message.
    pub fn separators(self) -> Separators {
        self.document.segments.separators[self.entry.separators as usize]
    }

    /// Which of its name it is in its message, from 1.
    pub fn occurrence(self) -> u32 {
        self.entry.occurrence
    }

    /// True if its message has another of its name.
    pub fn repeats(self) -> bool {
        self.entry.repeats
    }

    /// True for a segment that declares separators.
    pub fn is_header(self) -> bool {
        self.entry.is_header
    }

    /// The fields with their numbers, from 1, empty ones included. In a header, the first is the separator of
    /// fields and the second the other separators.
    pub fn fields(self) -> impl Iterator<Item = (usize, Part<'d>)> {
        let (declared, rest) = if self.is_header() { self.declared() } else { ([None; 2], None) };
        let after_name = if self.is_header() { rest } else { self.after(self.name().len() as u32) };
        let others = after_name.into_iter().flat_map(|part| part.split(part.separators.field));
        (1..).zip(declared.into_iter().flatten().chain(others))
    }

    /// The field of that number, from 1, if the segment reaches so far.
    pub fn field(self, number: usize) -> Option<Part<'d>> {
        self.fields().nth(number.checked_sub(1)?).map(|(_, part)| part)
    }

    /// The two fields of a header that declare separators, and what follows them.
    fn declared(self) -> ([Option<Part<'d>>; 2], Option<Part<'d>>) {
        let spans = declaration(self.document.text, self.span());
        let has_separator = spans[0].start < spans[0].end;
        let part = |span: Span| Part { separators: NONE, ..self.part(span) };
        // With the separator, the second field is there too, though nothing may stand in it.
        let fields = spans.map(|span| has_separator.then(|| part(span)));
        (fields, self.after(spans[1].end - self.span().start))
    }

    /// What follows the separator of fields at that offset.
    fn after(self, offset: u32) -> Option<Part<'d>> {
        let start = self.span().start + offset + 1;
        (start <= self.span().end).then(|| self.part(Span::new(start, self.span().end)))
    }

    fn part(self, span: Span) -> Part<'d> {
        Part { raw: span.slice(self.document.text), span, separators: self.separators() }
    }
}
