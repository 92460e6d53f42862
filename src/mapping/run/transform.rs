//! The transforms, each by its name in the specification
//! (<http://hl7.org/fhir/R5/mapping-language.html#transforms>).

use std::borrow::Cow;

use super::target::Made;
use super::{Argument, Run, date, value};
use crate::cursor::Target as Kind;
use crate::definitions::{ShapeId, TypeKind};
use crate::fhirpath::{Collection, FhirNode, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::Function;
use crate::mapping::draft::NONE;
use crate::mapping::program::{Parameter, Slot, Transform};
use crate::mapping::uuid;

/// The date that stands for the present in `dateOp`: nothing, where the host has no clock.
const NOW: &str = "now";

/// Room for what `append` mostly makes: `urn:uuid:` and a UUID.
const APPENDED: usize = 48;

impl<'s> Run<'s, '_> {
    /// What a transform gives; `is_put` tells that it goes into the result, not into a variable.
    pub(super) fn transform(&mut self, transform: &'s Transform, is_put: bool) -> Made<'s> {
        match transform {
            Transform::Copy(parameter) => match self.argument(parameter) {
                None => Made::Values(Collection::Empty),
                Some(Argument::Values(values)) => Made::Values(values),
                Some(Argument::Made(made)) => match self.draft.kind(made) {
                    Kind::Primitive(_) => Made::Values(self.made_value(made)),
                    _ => Made::Node(made),
                },
            },
            Transform::Evaluate(context, expression) => {
                let context = context.as_ref().and_then(|it| self.single(it));
                let values = self.evaluate(expression, context.as_ref());
                if is_put && !values.is_empty() {
                    self.take_reads(expression, context.as_ref());
                }
                Made::Values(values)
            }
            Transform::Create(type_id) => {
                let kind = match self.definitions.kind(*type_id) {
                    TypeKind::Primitive => Kind::Primitive(*type_id),
                    _ => Kind::Object(ShapeId { type_id: *type_id, index: 0 }),
                };
                Made::Node(self.draft.make(kind, self.origin()))
            }
            Transform::Call(function, parameters) => self.function(*function, parameters),
        }
    }

    fn function(&mut self, function: Function, parameters: &'s [Parameter]) -> Made<'s> {
        // What has no first value makes nothing. Only `uuid` needs none.
        if function != Function::Uuid && !parameters.first().is_some_and(|it| self.is_there(it)) {
            return Made::Values(Collection::Empty);
        }
        let text = |run: &mut Self, index: usize| run.text_at(parameters, index);
        let text = match function {
            Function::Create | Function::Copy | Function::Evaluate => None,
            Function::Truncate => {
                let length = text(self, 1).and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
                text(self, 0).map(|it| it.chars().take(length).collect())
            }
            Function::Escape => {
                let format = text(self, parameters.len() - 1);
                text(self, 0).map(|it| escape(&it, format.as_deref().unwrap_or_default()))
            }
            Function::Cast => return self.cast(parameters),
            Function::Append => {
                let mut joined = String::with_capacity(APPENDED);
                for parameter in parameters {
                    match parameter {
                        Parameter::Text(text) => joined += text,
                        _ => joined += &self.parameter_text(parameter).unwrap_or_default(),
                    }
                }
                Some(joined)
            }
            Function::Translate => return self.translate(parameters),
            Function::Reference => self.reference(&parameters[0], false),
            Function::Pointer => self.reference(&parameters[0], true),
            Function::DateOp => return self.date(parameters),
            Function::Uuid if parameters.is_empty() => Some(self.uuids.next()),
            Function::Uuid => {
                let parts: Vec<Cow<'s, str>> =
                    (0..parameters.len()).filter_map(|index| text(self, index)).collect();
                let text = uuid::named(parts.join("\u{0}").as_bytes());
                // An id tells nothing of what it was made from.
                return Made::Values(Value::String(text.into()).into());
            }
            Function::Cc | Function::C | Function::Qty | Function::Id | Function::Cp => {
                let texts = [0, 1, 2, 3].map(|index| text(self, index));
                let node = self.complex(function, parameters.len(), texts).unwrap_or(NONE);
                return if node == NONE {
                    Made::Values(Collection::Empty)
                } else {
                    Made::Node(node)
                };
            }
        };
        self.take_parameters(parameters);
        Made::Values(text.filter(|it| !it.is_empty()).map(|it| Value::String(it.into())).into())
    }

    fn is_there(&mut self, parameter: &'s Parameter) -> bool {
        if let Parameter::Variable(Slot::Source(slot)) = parameter {
            return !self.value_of(*slot).is_empty();
        }
        match self.argument(parameter) {
            None => false,
            Some(Argument::Values(values)) => !values.is_empty(),
            Some(Argument::Made(_)) => true,
        }
    }

    /// Something was made of these values.
    pub(super) fn take_parameters(&mut self, parameters: &'s [Parameter]) {
        if self.lineage.is_none() {
            return;
        }
        for parameter in parameters {
            // What else there is comes from no value of the source.
            let Parameter::Variable(Slot::Source(slot)) = parameter else { continue };
            if let Some(&Value::Node(node)) = self.value_of(*slot).as_slice().first() {
                self.take(&Value::Node(node));
            }
        }
    }

    /// The only value of a parameter.
    pub(super) fn single(&mut self, parameter: &'s Parameter) -> Option<Value<'s>> {
        if let Parameter::Variable(Slot::Source(slot)) = parameter {
            return self.value_of(*slot).as_slice().first().cloned();
        }
        match self.argument(parameter)? {
            Argument::Values(values) => values.into_iter().next(),
            Argument::Made(made) => self.made_value(made).into_iter().next(),
        }
    }

    pub(super) fn text_at(
        &mut self,
        parameters: &'s [Parameter],
        index: usize,
    ) -> Option<Cow<'s, str>> {
        self.parameter_text(parameters.get(index)?)
    }

    fn parameter_text(&mut self, parameter: &'s Parameter) -> Option<Cow<'s, str>> {
        let (made, evaluated);
        let value = match parameter {
            Parameter::Text(text) => return Some(Cow::Borrowed(text)),
            Parameter::Variable(Slot::Source(slot)) => self.value_of(*slot).as_slice().first()?,
            Parameter::Variable(Slot::Target(slot)) => {
                made = self.made_value(self.made_in(*slot).filter(|&made| made != NONE)?);
                made.as_slice().first()?
            }
            _ => {
                evaluated = self.single(parameter)?;
                &evaluated
            }
        };
        match value {
            Value::Node(node) => node.text().map(Cow::Borrowed),
            Value::String(text) => Some(text.clone()),
            value => value::text(value).map(|text| text.into_owned().into()),
        }
    }

    /// `cast(value, 'type')`: a primitive of that type; without a type, a text.
    fn cast(&mut self, parameters: &'s [Parameter]) -> Made<'s> {
        let name = self.text_at(parameters, 1).unwrap_or(Cow::Borrowed("string"));
        let (Some(value), Some(type_id)) =
            (self.single(&parameters[0]), self.definitions.find_type(&name))
        else {
            let args = vec![Arg::Value(name.into_owned()), Arg::Term("cast".to_owned())];
            self.report(Code::MapValue, args);
            return Made::Values(Collection::Empty);
        };
        let node = self.draft.make(Kind::Primitive(type_id), self.origin());
        match self.set(node, type_id, &value) {
            Some(node) => Made::Node(node),
            None => Made::Values(Collection::Empty),
        }
    }

    /// `dateOp(value, 'offset')`: a date of HL7 v2 as one of FHIR.
    fn date(&mut self, parameters: &'s [Parameter]) -> Made<'s> {
        let zone = self.text_at(parameters, 1);
        let is_instant = zone.as_deref() == Some("instant");
        let zone = zone.filter(|_| !is_instant);
        let written = self.text_at(parameters, 0).unwrap_or_default();
        let text = match &*written {
            NOW => match self.context.host.now() {
                Some(now) => Some(now.to_string()),
                None => return Made::Values(Collection::Empty),
            },
            _ => date::from_v2(&written, zone.as_deref().or(self.context.settings.zone)),
        };
        if is_instant && text.as_deref().is_some_and(|text| !text.contains('T')) {
            return Made::Values(Collection::Empty);
        }
        let Some(text) = text else {
            let args = vec![Arg::Value(written.into_owned()), Arg::Term("dateTime".to_owned())];
            self.report(Code::MapValue, args);
            return Made::Values(Collection::Empty);
        };
        self.take_parameters(parameters);
        let value = Value::String(text.into());
        match self.words.date_time {
            Some(type_id) => {
                let node = self.draft.make(Kind::Primitive(type_id), self.origin());
                Made::Node(self.set(node, type_id, &value).unwrap_or(node))
            }
            None => Made::Values(value.into()),
        }
    }

    /// `Type/id` of a resource, or the `fullUrl` of the entry that it is in; with `is_absolute`,
    /// `urn:uuid:id`.
    fn reference(&mut self, parameter: &'s Parameter, is_absolute: bool) -> Option<String> {
        let named = |name: &str, id: &str| {
            if is_absolute { format!("urn:uuid:{id}") } else { format!("{name}/{id}") }
        };
        let found = match self.argument(parameter)? {
            Argument::Made(made) => {
                let text = |node, name| self.draft.child_value(node, name);
                let url = self.draft.parent(made).and_then(|it| text(it, self.words.full_url));
                let id = text(made, self.words.id);
                let own = text(made, self.words.reference);
                match (id, url.or(own), self.draft.kind(made)) {
                    (_, Some(url), _) if url.starts_with("urn:") => Some(url.to_owned()),
                    (Some(id), _, Kind::Object(shape)) => {
                        Some(named(self.definitions.type_name(shape.type_id), id))
                    }
                    (None, Some(url), _) => Some(url.to_owned()),
                    _ => None,
                }
            }
            Argument::Values(values) => match values.as_slice() {
                [Value::Node(FhirNode { tree, cursor, .. })] if cursor.node.is_some() => {
                    let node = cursor.node?;
                    let text = |name| tree.child_text(node, name);
                    match (text("resourceType"), text("id")) {
                        (Some(name), Some(id)) => Some(named(name, id)),
                        _ => tree.child_text(node, "reference").map(str::to_owned),
                    }
                }
                _ => None,
            },
        };
        if found.is_none() {
            self.report(Code::MapReference, Vec::new());
        }
        found
    }
}

/// A text with the characters escaped that mean something in the format: `xml`, `html`, `json`, `url`. In others
/// it stays what it is.
fn escape(text: &str, format: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (format, c) {
            ("xml" | "html", '&') => out.push_str("&amp;"),
            ("xml" | "html", '<') => out.push_str("&lt;"),
            ("xml" | "html", '>') => out.push_str("&gt;"),
            ("xml" | "html", '"') => out.push_str("&quot;"),
            ("json", '"' | '\\') => out.extend(['\\', c]),
            ("json", c) if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            ("url", c) if !c.is_ascii_alphanumeric() && !"-._~".contains(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, format: &str, expected: &str) {
        assert_eq!(escape(text, format), expected);
    }

    #[test]
    fn escapes_what_a_format_gives_a_meaning() {
        check("a<b & \"c\"", "xml", "a&lt;b &amp; &quot;c&quot;");
        check("a\"\n", "json", "a\\\"\\u000a");
        check("ä b", "url", "%C3%A4%20b");
        check("a<b", "v2", "a<b");
    }
}
