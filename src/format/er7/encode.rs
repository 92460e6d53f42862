//! Writes ER7: a document as it was read, and new segments field by field.

use super::{Document, NULL, Part, Segment, Separators, escape};

/// The document as it was read, put together from its parts: the same text, byte for byte.
pub fn write(document: Document<'_>) -> String {
    let text = document.text();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for segment in document.segments() {
        let (start, end) = (segment.span().start as usize, segment.span().end as usize);
        out.push_str(text.get(at..start).unwrap_or_default());
        write_segment(segment, &mut out);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn write_segment(segment: Segment<'_>, out: &mut String) {
    let separator = segment.separators().field;
    out.push_str(segment.name());
    for (number, field) in segment.fields() {
        // The first field of a header is the separator, and the second follows it directly.
        if !(segment.is_header() && number <= 2) {
            out.push(char::from(separator));
        }
        write_part(field, 0, out);
    }
}

/// Writes a part by way of the parts in it: `level` is 0 for a field, 1 for a repetition, 2 for a component, 3 for a
/// subcomponent.
fn write_part(part: Part<'_>, level: usize, out: &mut String) {
    let separators = part.separators;
    let inside = [separators.repetition, separators.component, separators.subcomponent];
    let Some(&separator) = inside.get(level) else { return out.push_str(part.raw) };
    for (index, inner) in part.split(separator).enumerate() {
        if index > 0 {
            out.push(char::from(separator));
        }
        write_part(inner, level + 1, out);
    }
}

/// Writes segments in order, each ended by CR. Separators are written when a value stands behind them, so that none
/// is left at the end of a segment, a field or a component.
#[derive(Clone, Debug)]
pub struct Writer {
    out: String,
    separators: Separators,
    /// Where the next value stands: field, repetition, component and subcomponent, each from 1.
    wanted: [usize; 4],
    /// Where the last value stands.
    written: [usize; 4],
}

impl Writer {
    /// A writer with these separators.
    pub fn new(separators: Separators) -> Self {
        Self { out: String::new(), separators, wanted: [0; 4], written: [0; 4] }
    }

    /// Begins a segment. A header gets its first two fields too.
    pub fn segment(&mut self, name: &str) -> &mut Self {
        self.end_segment();
        self.out.push_str(name);
        (self.wanted, self.written) = ([1; 4], [0, 1, 1, 1]);
        if super::HEADERS.contains(&name) {
            self.out.push(char::from(self.separators.field));
            self.out += &self.separators.encoding_characters();
            (self.wanted, self.written) = ([3, 1, 1, 1], [2, 1, 1, 1]);
        }
        self
    }

    /// Goes to the field of that number, which must not be before the last value.
    pub fn field(&mut self, number: usize) -> &mut Self {
        self.wanted = [number, 1, 1, 1];
        self
    }

    /// Goes to the repetition of that number of the field.
    pub fn repetition(&mut self, number: usize) -> &mut Self {
        self.wanted = [self.wanted[0], number, 1, 1];
        self
    }

    /// Goes to the component of that number of the repetition.
    pub fn component(&mut self, number: usize) -> &mut Self {
        self.wanted = [self.wanted[0], self.wanted[1], number, 1];
        self
    }

    /// Goes to the subcomponent of that number of the component.
    pub fn subcomponent(&mut self, number: usize) -> &mut Self {
        self.wanted[3] = number;
        self
    }

    /// Writes a value, escaped. An empty one writes nothing.
    pub fn value(&mut self, value: &str) -> &mut Self {
        let separators = self.separators;
        self.raw(&escape(value, separators))
    }

    /// Writes the explicit null.
    pub fn null(&mut self) -> &mut Self {
        self.raw(NULL)
    }

    /// Writes what is in these separators already.
    pub fn raw(&mut self, raw: &str) -> &mut Self {
        if raw.is_empty() {
            return self;
        }
        let Separators { field, component, repetition, subcomponent, .. } = self.separators;
        for (level, separator) in
            [field, repetition, component, subcomponent].into_iter().enumerate()
        {
            let missing = self.wanted[level].saturating_sub(self.written[level]);
            self.out.extend(std::iter::repeat_n(char::from(separator), missing));
            if missing > 0 {
                self.written[level] = self.wanted[level];
                self.written[level + 1..].fill(1);
            }
        }
        self.out.push_str(raw);
        self
    }

    /// The text.
    pub fn finish(mut self) -> String {
        self.end_segment();
        self.out
    }

    fn end_segment(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\r') {
            self.out.push('\r');
        }
    }
}
