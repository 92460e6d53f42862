//! The transforms that make a value with elements: `cc`, `c`, `qty`, `id`, `cp`.

use std::borrow::Cow;

use super::Run;
use crate::cursor::Target as Kind;
use crate::definitions::{Definitions, ShapeId, TypeId};
use crate::fhirpath::{Unit, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::Function;
use crate::mapping::draft::{Id, Rank};
use crate::tree::NameId;

const UCUM: &str = "http://unitsofmeasure.org";
const IDENTIFIER_TYPES: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

/// What the elements are called that transforms make or look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) system: NameId,
    pub(super) code: NameId,
    display: NameId,
    coding: NameId,
    text: NameId,
    value: NameId,
    unit: NameId,
    comparator: NameId,
    kind: NameId,
    pub(super) id: NameId,
    pub(super) reference: NameId,
    pub(super) full_url: NameId,
    codeable_concept: Option<TypeId>,
    of_coding: Option<TypeId>,
    pub(super) date_time: Option<TypeId>,
}

impl Words {
    pub(super) fn new(definitions: &Definitions) -> Self {
        let of = |name| definitions.names().find(name).unwrap_or(NameId::NONE);
        Self {
            system: of("system"),
            code: of("code"),
            display: of("display"),
            coding: of("coding"),
            text: of("text"),
            value: of("value"),
            unit: of("unit"),
            comparator: of("comparator"),
            kind: of("type"),
            id: of("id"),
            reference: of("reference"),
            full_url: of("fullUrl"),
            codeable_concept: definitions.find_type("CodeableConcept"),
            of_coding: definitions.find_type("Coding"),
            date_time: definitions.find_type("dateTime"),
        }
    }
}

/// What a transform is given, in order, and how many that is.
pub(super) type Texts<'s> = [Option<Cow<'s, str>>; 4];

impl<'s> Run<'s, '_> {
    /// `cc`, `c`, `qty`, `id`, `cp`
    pub(super) fn complex(
        &mut self,
        function: Function,
        count: usize,
        texts: Texts<'s>,
    ) -> Option<Id> {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let Words { system, code, display, coding, text, value, unit, kind, .. } = self.words;
        match function {
            Function::Cc if count == 1 => self.build("CodeableConcept", [(text, next())]),
            Function::Cc => {
                let fields = [(system, next()), (code, next()), (display, next())];
                let below = self.build("Coding", fields)?;
                let node = self.build("CodeableConcept", [])?;
                self.put_below(node, coding, below);
                Some(node)
            }
            Function::C => {
                let fields = [(system, next()), (code, next()), (display, next())];
                self.build("Coding", fields)
            }
            Function::Qty if count == 1 => self.quantity_of_text(&next()?),
            Function::Qty => {
                let fields = [(value, next()), (unit, next())];
                let code = [(system, next()), (code, next())];
                self.build("Quantity", fields.into_iter().chain(code))
            }
            Function::Id => {
                let node = self.build("Identifier", [(system, next()), (value, next())])?;
                if let Some(code) = next() {
                    let texts = [Some(IDENTIFIER_TYPES.into()), Some(code), None, None];
                    let below = self.complex(Function::Cc, 3, texts)?;
                    self.put_below(node, kind, below);
                }
                Some(node)
            }
            Function::Cp if count == 1 => {
                let number = next()?;
                let kind = contact_system(&number).into();
                self.build("ContactPoint", [(system, Some(kind)), (value, Some(number))])
            }
            _ => self.build("ContactPoint", [(system, next()), (value, next())]),
        }
    }

    /// `qty('<5.4 mg')`
    fn quantity_of_text(&mut self, text: &str) -> Option<Id> {
        let rest = text.trim_start_matches(['<', '>', '=']);
        let comparator = &text[..text.len() - rest.len()];
        let rest = rest.trim();
        let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c));
        let (number, word) = rest.split_at(end.unwrap_or(rest.len()));
        let some = |text: &str| {
            Some(text.trim().to_owned().into()).filter(|it: &Cow<'_, str>| !it.is_empty())
        };
        let Words { value, unit, comparator: sign, .. } = self.words;
        let fields = [(value, some(number)), (sign, some(comparator)), (unit, some(word))];
        self.build("Quantity", fields)
    }

    /// A quantity of FHIRPath as one of FHIR.
    pub(super) fn quantity(&mut self, type_id: TypeId, value: &str, unit: &Unit<'_>) -> Id {
        let node = self.draft.make(Kind::Object(ShapeId { type_id, index: 0 }), self.origin());
        let code = match unit {
            Unit::Ucum(code) => code.as_ref(),
            Unit::Calendar(unit) => unit.ucum(),
        };
        let words = self.words;
        let fields =
            [(words.value, value), (words.unit, code), (words.system, UCUM), (words.code, code)];
        for (name, text) in fields {
            self.put_text(node, name, text.to_owned().into());
        }
        node
    }

    /// A new value of a type with these elements.
    fn build(
        &mut self,
        type_name: &str,
        fields: impl IntoIterator<Item = (NameId, Option<Cow<'s, str>>)>,
    ) -> Option<Id> {
        let type_id = match type_name {
            "CodeableConcept" => self.words.codeable_concept,
            "Coding" => self.words.of_coding,
            _ => self.definitions.find_type(type_name),
        };
        let Some(type_id) = type_id else {
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

    fn put_text(&mut self, node: Id, name: NameId, text: Cow<'s, str>) {
        if let Some(place) = self.draft.place_named(node, name) {
            self.put(node, place, &Value::String(text), Rank::Usual);
        }
    }

    fn put_below(&mut self, node: Id, name: NameId, below: Id) {
        let place = self.draft.place_named(node, name);
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
