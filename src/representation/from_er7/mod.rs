//! Gives messages of HL7 v2 the shape of their logical models: groups, segments, fields, components, subcomponents.
//!
//! ```text
//! PID|1||17^^^A&1.2~18   ->   "PID": { "f1": "1", "f3": [ { "c1": "17", "c4": { "c1": "A", "c2": "1.2" } }, { "c1": "18" } ] }
//! ```
//!
//! The explicit null is `null`. So is a repetition that is left empty between others; its place is empty. What no
//! definition has is kept where no path leads to it: a component too many of `f7` is `f7_c2`. A segment that the
//! structure does not have is a `Z` of the group that it stands in, with its name as `f0`.

mod fields;

use crate::definitions::v2::{ANY_MESSAGE, Grouper, Step, resolve, structure};
use crate::definitions::{Definitions, Element, Shape, TypeDef};
use crate::format::er7::{Message, Segment, Segments};
use crate::text::Span;
use crate::tree::{Key, Kind, NameId, Tree, TreeBuilder};
use fields::Fields;

/// The tree of the messages in `text`: one message is an object, several are an array of them. `definitions` should
/// hold the models of v2; without them, each segment is a `Z`.
pub fn from_er7(text: String, segments: &Segments, definitions: &Definitions) -> Tree {
    let document = segments.over(&text);
    // A field or component in eight bytes.
    let builder = TreeBuilder::new(definitions.names().clone(), text.len() / 8 + 1);
    let mut fields = Fields::new(definitions, builder);
    let messages = document.messages();
    let is_list = messages.len() > 1;
    if is_list {
        fields.builder.open(Kind::Array, None, 0);
    }
    for message in messages {
        shape_message(message, &mut fields);
    }
    if is_list {
        fields.builder.close(text.len() as u32);
    }
    fields.builder.finish(text)
}

fn shape_message(message: Message<'_>, fields: &mut Fields<'_>) {
    let (definitions, span) = (fields.definitions, message.span());
    let found = structure(message.message_type(), |name| definitions.find_type(name));
    let found = found.or_else(|| definitions.find_type(ANY_MESSAGE));
    let found = found.map(|id| resolve(definitions, id));
    fields.builder.open(Kind::Object, None, span.start);
    let mut groups = Groups { model: None, open: vec![Open::default()] };
    let mut grouper = None;
    if let Some(id) = found {
        let name = fields.builder.intern("resourceType");
        let at = Span::new(span.start, span.start);
        fields.builder.decoded(Some(Key { name, start: at.start }), at, definitions.type_name(id));
        groups.model = definitions.type_def(id);
        grouper = Grouper::new(definitions, id);
    }
    let mut steps = Vec::new();
    for segment in message.segments() {
        let name = definitions.names().find(segment.name());
        steps.clear();
        if let (Some(grouper), Some(name)) = (&mut grouper, name) {
            grouper.place(name, &mut steps);
        }
        groups.add(segment, &steps, fields);
    }
    while !groups.open.is_empty() {
        groups.close(span.end, &mut fields.builder);
    }
}

/// The groups that are open in the tree, the message itself first.
struct Groups<'d> {
    model: Option<&'d TypeDef>,
    open: Vec<Open>,
}

#[derive(Clone, Copy, Default)]
struct Open {
    shape: u16,
    /// The element whose array is open.
    array: Option<usize>,
}

impl<'d> Groups<'d> {
    fn add(&mut self, segment: Segment<'_>, steps: &[Step], fields: &mut Fields<'d>) {
        let start = segment.span().start;
        for &step in steps {
            match step {
                Step::Close => self.close(start, &mut fields.builder),
                Step::Open(index, shape) => {
                    let key = self.begin(index, start, &mut fields.builder);
                    fields.builder.open(Kind::Object, key, start);
                    self.open.push(Open { shape, array: None });
                }
                Step::Segment(index) => {
                    let key = self.begin(index, start, &mut fields.builder);
                    fields.segment(segment, key);
                }
            }
        }
        if steps.is_empty() {
            self.end_array(start, &mut fields.builder);
            fields.unknown_segment(segment);
        }
    }

    /// Makes ready for a value of the element: opens its array, unless it is open or there is to be none. The
    /// property name that the value needs.
    fn begin(&mut self, index: usize, start: u32, builder: &mut TreeBuilder) -> Option<Key> {
        let element = self.shape()?.elements.get(index)?;
        let (name, is_array) = (element.name, Element::is_array(element));
        let open = self.open.last().and_then(|open| open.array);
        if open == Some(index) {
            return None;
        }
        self.end_array(start, builder);
        let key = Key { name, start };
        if !is_array {
            return Some(key);
        }
        builder.open(Kind::Array, Some(key), start);
        self.open.last_mut()?.array = Some(index);
        None
    }

    fn shape(&self) -> Option<&'d Shape> {
        self.model?.shapes.get(usize::from(self.open.last()?.shape))
    }

    fn end_array(&mut self, end: u32, builder: &mut TreeBuilder) {
        if self.open.last_mut().and_then(|open| open.array.take()).is_some() {
            builder.close(end);
        }
    }

    fn close(&mut self, end: u32, builder: &mut TreeBuilder) {
        self.end_array(end, builder);
        self.open.pop();
        builder.close(end);
    }
}

/// A name with the place of its value.
fn key(name: NameId, span: Span) -> Key {
    Key { name, start: span.start }
}

#[cfg(test)]
mod tests;
