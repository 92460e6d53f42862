//! The transforms that make a value with elements: `cc`, `c`, `qty`, `id`, `cp`.

use std::borrow::Cow;

use super::Run;
use crate::cursor::Target as Kind;
use crate::definitions::{ShapeId, TypeId};
use crate::fhirpath::{Unit, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::Function;
use crate::mapping::draft::{Id, Rank};

const UCUM: &str = "http://unitsofmeasure.org";
const IDENTIFIER_TYPES: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

impl<'s> Run<'s, '_> {
    /// `cc`, `c`, `qty`, `id`, `cp`
    pub(super) fn complex(
        &mut self,
        function: Function,
        texts: Vec<Option<Cow<'s, str>>>,
    ) -> Option<Id> {
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
