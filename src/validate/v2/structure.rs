//! The segments of a message against its structure: what is missing, comes too often, or stands where it should not.

use super::Check;
use crate::definitions::v2::{ANY_MESSAGE, Fit, Grouper, Step};
use crate::definitions::{Shape, TypeDef, UNBOUNDED};
use crate::format::er7::{Message, Place, Segment};
use crate::issue::{Arg, Code};

/// An open group.
struct Group<'d> {
    shape: &'d Shape,
    /// How often each element came.
    counts: Vec<u32>,
    /// The segment that the group began with.
    first: usize,
}

impl Check<'_, '_> {
    /// Checks the structure of a message.
    pub(super) fn structure(&mut self, message: Message<'_>) {
        let definitions = self.version.definitions;
        let message_type = message.message_type();
        let Some(header) = message.header() else { return };
        let id = self.version.structure(message_type);
        let found =
            id.and_then(|id| Some((definitions.type_def(id)?, Grouper::new(definitions, id)?)));
        let Some((model, mut grouper)) = found else {
            let named = message_type.iter().filter(|part| !part.is_empty()).copied();
            let args = vec![
                Arg::Value(named.collect::<Vec<_>>().join("^")),
                Arg::Term(self.version.number().to_owned()),
            ];
            let span = header.field(9).map_or(header.span(), |field| field.span);
            self.report(Code::V2StructureUnknown, span, Place::of(header).field(9), args);
            return;
        };
        let segments: Vec<Segment<'_>> = message.segments().collect();
        let mut groups = vec![Group::new(model, 0, 0)];
        let mut steps = Vec::new();
        for (index, segment) in segments.iter().enumerate() {
            let name = definitions.names().find(segment.name());
            steps.clear();
            let fit = name.map_or(Fit::Unknown, |name| grouper.place(name, &mut steps));
            self.fit(*segment, fit, model);
            for &step in &steps {
                match step {
                    Step::Close => self.close(groups.pop(), &segments),
                    Step::Open(element, shape) => {
                        self.count(groups.last_mut(), element, *segment);
                        groups.push(Group::new(model, shape, index));
                    }
                    Step::Segment(element) => self.count(groups.last_mut(), element, *segment),
                }
            }
        }
        while let Some(group) = groups.pop() {
            self.close(Some(group), &segments);
        }
    }

    fn fit(&mut self, segment: Segment<'_>, fit: Fit, model: &TypeDef) {
        let name = segment.name();
        let code = match fit {
            Fit::Expected => return,
            Fit::Misplaced => Code::V2SegmentMisplaced,
            // What no version has is told where the segment itself is checked.
            Fit::Unknown if name.starts_with('Z') || self.version.shape(name).is_none() => return,
            Fit::Unknown => Code::V2SegmentUnexpected,
        };
        let structure = model.shapes.first().map_or(ANY_MESSAGE, |shape| &shape.path);
        let args = vec![Arg::Term(name.to_owned()), Arg::Term(structure.to_owned())];
        self.report(code, segment.span(), Place::of(segment), args);
    }

    /// Counts an element, and says so where there are too many.
    fn count(&mut self, group: Option<&mut Group<'_>>, element: usize, segment: Segment<'_>) {
        let Some(group) = group else { return };
        let (Some(count), Some(element)) =
            (group.counts.get_mut(element), group.shape.elements.get(element))
        else {
            return;
        };
        *count += 1;
        if element.max != UNBOUNDED && *count == element.max + 1 {
            let name = self.version.definitions.names().text(element.name);
            let args = vec![
                Arg::Term(name.to_owned()),
                Arg::Term(group.shape.path.clone()),
                Arg::Number(u64::from(element.max)),
            ];
            self.report(Code::V2SegmentRepeats, segment.span(), Place::of(segment), args);
        }
    }

    /// Says what a group lacks.
    fn close(&mut self, group: Option<Group<'_>>, segments: &[Segment<'_>]) {
        let Some(group) = group else { return };
        let Some(first) = segments.get(group.first) else { return };
        for (element, count) in group.shape.elements.iter().zip(&group.counts) {
            if *count < element.min {
                let name = self.version.definitions.names().text(element.name);
                let args = vec![Arg::Term(name.to_owned()), Arg::Term(group.shape.path.clone())];
                let place = Place { segment: name, ..Place::default() };
                self.report(Code::V2SegmentMissing, first.span(), place, args);
            }
        }
    }
}

impl<'d> Group<'d> {
    fn new(model: &'d TypeDef, shape: u16, first: usize) -> Self {
        let shape = &model.shapes[usize::from(shape)];
        Self { shape, counts: vec![0; shape.elements.len()], first }
    }
}
