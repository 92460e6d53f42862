//! The transforms, each by its name in the specification
//! (<http://hl7.org/fhir/R5/mapping-language.html#transforms>).

use std::borrow::Cow;

use super::target::Made;
use super::{Argument, Run, date, value};
use crate::cursor::Target as Kind;
use crate::definitions::{ShapeId, TypeId, TypeKind};
use crate::fhirpath::{Collection, FhirNode, Unit, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::Function;
use crate::mapping::draft::{Id, NONE, Rank};
use crate::mapping::program::{Parameter, Slot, Transform};
use crate::mapping::uuid;
use crate::terminology::ConceptMap;

/// The date that stands for the present in `dateOp`: nothing, where the host has no clock.
const NOW: &str = "now";
const UCUM: &str = "http://unitsofmeasure.org";
const IDENTIFIER_TYPES: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

/// How many concept maps may send on to one another.
const MAPS: usize = 8;

/// A code with its system, and how it is called.
#[derive(Clone, Debug, Default)]
struct Coding {
    system: Option<String>,
    code: String,
    display: Option<String>,
}

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
                Some((0..parameters.len()).filter_map(|index| text(self, index)).collect())
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
                let texts = (0..parameters.len()).map(|index| text(self, index)).collect();
                let node = self.complex(function, texts).unwrap_or(NONE);
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
    fn take_parameters(&mut self, parameters: &'s [Parameter]) {
        if self.lineage.is_none() {
            return;
        }
        for parameter in parameters {
            if let Some(value) = self.single(parameter) {
                self.take(&value);
            }
        }
    }

    /// The only value of a parameter.
    fn single(&mut self, parameter: &'s Parameter) -> Option<Value<'s>> {
        if let Parameter::Variable(Slot::Source(slot)) = parameter {
            return self.value_of(*slot).as_slice().first().cloned();
        }
        match self.argument(parameter)? {
            Argument::Values(values) => values.into_iter().next(),
            Argument::Made(made) => self.made_value(made).into_iter().next(),
        }
    }

    fn text_at(&mut self, parameters: &'s [Parameter], index: usize) -> Option<Cow<'s, str>> {
        let value = self.single(parameters.get(index)?)?;
        value::text(&value)
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
        match self.definitions.find_type("dateTime") {
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
                let url =
                    self.draft.parent(made).and_then(|it| self.draft.child_value(it, "fullUrl"));
                let id = self.draft.child_value(made, "id");
                let own = self.draft.child_value(made, "reference");
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

    /// `translate(value, 'map', 'output')`
    fn translate(&mut self, parameters: &'s [Parameter]) -> Made<'s> {
        let nothing = Made::Values(Collection::Empty);
        let (Some(codings), Some(url)) =
            (self.codings(&parameters[0]), self.text_at(parameters, 1))
        else {
            return nothing;
        };
        let output = self.text_at(parameters, 2).unwrap_or(Cow::Borrowed("code"));
        let (output, is_optional) =
            output.strip_suffix('?').map_or((&*output, false), |output| (output, true));
        let Some(found) = self.translated(&codings, &url, is_optional) else { return nothing };
        self.take_parameters(parameters);
        let text = match output {
            "system" => found.system,
            "display" => found.display,
            "coding" | "Coding" | "CodeableConcept" => {
                let function = if output == "CodeableConcept" { Function::Cc } else { Function::C };
                let texts = vec![found.system, Some(found.code), found.display].into_iter();
                let texts = texts.map(|text| text.map(Cow::Owned)).collect();
                return self.complex(function, texts).map_or(nothing, Made::Node);
            }
            _ => Some(found.code),
        };
        Made::Values(text.map(|it| Value::String(it.into())).into())
    }

    /// The codes of a parameter: of a value of the source, or of a Coding that is being made.
    fn codings(&mut self, parameter: &'s Parameter) -> Option<Vec<Coding>> {
        match self.argument(parameter)? {
            Argument::Made(made) if !matches!(self.draft.kind(made), Kind::Primitive(_)) => {
                let text = |name| self.draft.child_value(made, name).map(str::to_owned);
                let coding = Coding { system: text("system"), code: text("code")?, display: None };
                Some(vec![coding])
            }
            _ => self.single(parameter).map(|value| codings(&value)),
        }
    }

    /// What the first of the codes becomes that becomes something. Nothing is said of it where there `is_optional`ly is one.
    fn translated(&mut self, codings: &[Coding], url: &str, is_optional: bool) -> Option<Coding> {
        let shown = url.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        let mut next = Some(url.to_owned());
        for _ in 0..MAPS {
            let Some(url) = next.take() else { break };
            let mut is_known = false;
            for map in self.concept_maps(&url).into_iter().flatten() {
                is_known = true;
                for coding in codings {
                    let (found, other) = map.translate(coding.system.as_deref(), &coding.code);
                    if let Some(first) = found.first() {
                        return Some(Coding {
                            system: Some(first.system.to_owned()).filter(|it| !it.is_empty()),
                            code: first.code.to_owned(),
                            display: first.display.map(str::to_owned),
                        });
                    }
                    next = next.or_else(|| other.map(str::to_owned));
                }
            }
            if !is_known {
                if !is_optional {
                    self.report(Code::MapConceptMap, vec![Arg::Term(shown)]);
                }
                return None;
            }
        }
        if is_optional {
            return None;
        }
        let code = codings.first().map_or(String::new(), |coding| coding.code.clone());
        self.report(Code::MapTranslate, vec![Arg::Term(shown), Arg::Value(code)]);
        None
    }

    /// The concept maps of that canonical, each asked where those before have nothing: what is given for the run, what was
    /// given to the engine, and what is in a map. So a user's table goes before ours, and need not repeat it.
    fn concept_maps(&self, url: &str) -> [Option<&'s ConceptMap>; 3] {
        let table = self.context.settings.tables.iter().find(|(known, _)| known == url);
        [
            table.map(|(_, table)| table),
            self.context.terminology.concept_map(url),
            self.program.concept_maps.get(url),
        ]
    }

    /// `cc`, `c`, `qty`, `id`, `cp`
    fn complex(&mut self, function: Function, texts: Vec<Option<Cow<'s, str>>>) -> Option<Id> {
        let mut texts = texts.into_iter();
        let count = texts.len();
        let mut next = || texts.next().flatten();
        match function {
            Function::Cc if count == 1 => self.build("CodeableConcept", [("text", next())]),
            Function::Cc => {
                let fields = [("system", next()), ("code", next()), ("display", next())];
                let coding = self.build("Coding", fields)?;
                let node = self.build("CodeableConcept", [])?;
                self.put_below(node, "coding", coding);
                Some(node)
            }
            Function::C => {
                let fields = [("system", next()), ("code", next()), ("display", next())];
                self.build("Coding", fields)
            }
            Function::Qty if count == 1 => self.quantity_of_text(&next()?),
            Function::Qty => {
                let fields = [("value", next()), ("unit", next())];
                let (system, code) = (("system", next()), ("code", next()));
                self.build("Quantity", fields.into_iter().chain([system, code]))
            }
            Function::Id => {
                let node = self.build("Identifier", [("system", next()), ("value", next())])?;
                if let Some(code) = next() {
                    let system = Some(IDENTIFIER_TYPES.into());
                    let texts = vec![system, Some(code), None];
                    let type_node = self.complex(Function::Cc, texts)?;
                    self.put_below(node, "type", type_node);
                }
                Some(node)
            }
            Function::Cp if count == 1 => {
                let value = next()?;
                let system = contact_system(&value).into();
                self.build("ContactPoint", [("system", Some(system)), ("value", Some(value))])
            }
            _ => self.build("ContactPoint", [("system", next()), ("value", next())]),
        }
    }

    /// `qty('<5.4 mg')`
    fn quantity_of_text(&mut self, text: &str) -> Option<Id> {
        let rest = text.trim_start_matches(['<', '>', '=']);
        let comparator = &text[..text.len() - rest.len()];
        let rest = rest.trim();
        let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c));
        let (value, unit) = rest.split_at(end.unwrap_or(rest.len()));
        let some = |text: &str| {
            Some(text.trim().to_owned().into()).filter(|it: &Cow<'_, str>| !it.is_empty())
        };
        let fields =
            [("value", some(value)), ("comparator", some(comparator)), ("unit", some(unit))];
        self.build("Quantity", fields)
    }

    /// A quantity of FHIRPath as one of FHIR.
    pub(super) fn quantity(&mut self, type_id: TypeId, value: &str, unit: &Unit<'_>) -> Id {
        let node = self.draft.make(Kind::Object(ShapeId { type_id, index: 0 }), self.origin());
        let code = match unit {
            Unit::Ucum(code) => code.as_ref(),
            Unit::Calendar(unit) => unit.ucum(),
        };
        for (name, text) in [("value", value), ("unit", code), ("system", UCUM), ("code", code)] {
            self.put_text(node, name, text.to_owned().into());
        }
        node
    }

    /// A new value of a type with these elements.
    fn build(
        &mut self,
        type_name: &str,
        fields: impl IntoIterator<Item = (&'static str, Option<Cow<'s, str>>)>,
    ) -> Option<Id> {
        let Some(type_id) = self.definitions.find_type(type_name) else {
            let name = Arg::Term(type_name.to_owned());
            self.report(Code::MapType, vec![name, Arg::Terms(Vec::new())]);
            return None;
        };
        let node = self.draft.make(Kind::Object(ShapeId { type_id, index: 0 }), self.origin());
        for (name, text) in fields {
            if let Some(text) = text {
                self.put_text(node, name, text);
            }
        }
        Some(node)
    }

    fn put_text(&mut self, node: Id, name: &str, text: Cow<'s, str>) {
        let name = self.definitions.names().find(name);
        if let Some(place) = name.and_then(|name| self.draft.place_named(node, name)) {
            self.put(node, place, &Value::String(text), Rank::Usual);
        }
    }

    fn put_below(&mut self, node: Id, name: &str, below: Id) {
        let name = self.definitions.names().find(name);
        let place = name.and_then(|name| self.draft.place_named(node, name));
        if let Some(property) = place.and_then(|place| place.property) {
            self.draft.attach(node, property, below, Rank::Usual);
        }
    }
}

/// The codes of a value: its own text, or those of a Coding or a CodeableConcept.
fn codings(value: &Value<'_>) -> Vec<Coding> {
    let Value::Node(FhirNode { tree, cursor, .. }) = value else {
        let code = value::text(value).unwrap_or_default().into_owned();
        return vec![Coding { code, ..Coding::default() }];
    };
    let Some(node) = cursor.node else { return Vec::new() };
    let read = |node| {
        let text = |name| tree.child_text(node, name).map(str::to_owned);
        Some(Coding { system: text("system"), code: text("code")?, display: None })
    };
    match (cursor.value(tree), tree.child(node, "coding")) {
        (Some(code), _) => vec![Coding { code: code.to_owned(), ..Coding::default() }],
        (None, Some(list)) => tree.children(list).filter_map(read).collect(),
        (None, None) => read(node).into_iter().collect(),
    }
}

/// `ContactPoint.system` by the form of its value.
fn contact_system(value: &str) -> &'static str {
    if value.contains("://") {
        "url"
    } else if value.contains('@') {
        "email"
    } else {
        "phone"
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
