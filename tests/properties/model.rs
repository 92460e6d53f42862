//! JSON values that are made up, the texts that say them, and the reading of a tree back into one.

use std::fmt::Write;

use fhirkiln::tree::{Kind, NodeId, Tree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A JSON value. Numbers are kept as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Any value, not too deep.
pub(crate) fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?".prop_map(Json::Number),
        any_text().prop_map(Json::String),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Json::Array),
            vec((any_text(), inner), 0..8).prop_map(|mut members| {
                // Twice the same name is an issue, and no value.
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                members.dedup_by(|(a, _), (b, _)| a == b);
                Json::Object(members)
            }),
        ]
    })
}

/// A value with the names, types and texts of FHIR, in any arrangement.
pub(crate) fn fhir_like() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        select(vec!["0", "-1", "1.50", "1e400", "2147483648"]).prop_map(|n| Json::Number(n.into())),
        select(TEXTS).prop_map(|text| Json::String(text.into())),
        any_text().prop_map(Json::String),
    ];
    let members = |inner| {
        vec((select(NAMES), inner), 0..8).prop_map(|members| {
            Json::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
        })
    };
    leaf.prop_recursive(7, 120, 8, move |inner| {
        let object = members(inner.clone()).boxed();
        prop_oneof![
            1 => vec(inner, 0..4).prop_map(Json::Array),
            3 => object.clone(),
            2 => (select(TYPES), object).prop_map(|(name, object)| with_type(name, object)),
        ]
    })
}

fn with_type(name: &str, object: Json) -> Json {
    let Json::Object(mut members) = object else { return object };
    members.insert(0, ("resourceType".into(), Json::String(name.into())));
    Json::Object(members)
}

/// A piece of JSON text, or of what is nearly JSON.
pub(crate) fn any_fragment() -> impl Strategy<Value = String> {
    const MARKS: &[&str] = &[
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u12", "\\ud83d", "/", "//", "/*", "*/",
        " ", "\n", "\r", "\t", "\u{feff}", "0", "-", "1.", "1e", "true", "nul", "null", "a", "é",
        "😀", "\u{0}", "\"a\":", "\"a\"", "{\"a\":[",
    ];
    select(MARKS).prop_map(str::to_owned)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,12}", "\\PC{0,12}", any::<String>()]
}

const TYPES: &[&str] = &[
    "Patient",
    "Bundle",
    "Observation",
    "Parameters",
    "Questionnaire",
    "Binary",
    "Resource",
    "Nothing",
    "",
];

const NAMES: &[&str] = &[
    "resourceType",
    "id",
    "meta",
    "profile",
    "text",
    "div",
    "status",
    "contained",
    "extension",
    "modifierExtension",
    "url",
    "value",
    "valueString",
    "_valueString",
    "valueQuantity",
    "valueDateTime",
    "name",
    "_name",
    "given",
    "_given",
    "family",
    "birthDate",
    "_birthDate",
    "active",
    "link",
    "other",
    "reference",
    "identifier",
    "system",
    "code",
    "coding",
    "display",
    "entry",
    "resource",
    "fullUrl",
    "request",
    "parameter",
    "part",
    "item",
    "linkId",
    "answer",
    "component",
    "fhir_comments",
    "",
    "_",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "2020",
    "2020-02-30",
    "2020-01-01T00:00:00Z",
    "24:00:00",
    "male",
    "#",
    "#a",
    "Patient/a",
    "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "http://loinc.org",
    "http://hl7.org/fhir/R4",
    "Patient",
    "Bundle",
    "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>",
    "<div",
    "YWJj",
    "a\u{0}b",
];

impl Json {
    /// Writes the value; the bits of `layout` choose white space and escapes.
    pub(crate) fn text(&self, layout: u64) -> String {
        let mut writer = Writer { out: String::new(), layout };
        writer.value(self);
        writer.out
    }

    /// The value that a node holds.
    pub(crate) fn from_tree(tree: &Tree, node: NodeId) -> Self {
        let children = || tree.children(node);
        match tree.kind(node) {
            Kind::Object => Self::Object(
                children()
                    .map(|c| (tree.name_text(c).to_owned(), Self::from_tree(tree, c)))
                    .collect(),
            ),
            Kind::Array => Self::Array(children().map(|c| Self::from_tree(tree, c)).collect()),
            Kind::String => Self::String(tree.value(node).to_owned()),
            Kind::Number => Self::Number(tree.value(node).to_owned()),
            Kind::True => Self::Bool(true),
            Kind::False => Self::Bool(false),
            Kind::Null | Kind::Damaged => Self::Null,
        }
    }
}

struct Writer {
    out: String,
    layout: u64,
}

impl Writer {
    fn choice(&mut self, of: u64) -> u64 {
        // The next state of a linear congruential generator; zero stays zero, and plain.
        self.layout = self.layout.wrapping_mul(6_364_136_223_846_793_005);
        (self.layout >> 33) % of
    }

    fn space(&mut self) {
        const SPACES: [&str; 6] = ["", "", "", " ", "\n  ", "\r\n\t"];
        let chosen = self.choice(SPACES.len() as u64) as usize;
        self.out.push_str(SPACES[chosen]);
    }

    fn value(&mut self, value: &Json) {
        self.space();
        match value {
            Json::Null => self.out.push_str("null"),
            Json::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Json::Number(lexeme) => self.out.push_str(lexeme),
            Json::String(text) => self.text(text),
            Json::Array(values) => {
                self.entries('[', values, ']', Writer::value);
            }
            Json::Object(members) => self.entries('{', members, '}', |writer, (name, value)| {
                writer.space();
                writer.text(name);
                writer.space();
                writer.out.push(':');
                writer.value(value);
            }),
        }
        self.space();
    }

    fn entries<T>(
        &mut self,
        open: char,
        entries: &[T],
        close: char,
        write: impl Fn(&mut Self, &T),
    ) {
        self.out.push(open);
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            write(self, entry);
        }
        self.space();
        self.out.push(close);
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let must = c < ' ' || c == '"' || c == '\\';
            if must || self.choice(8) == 1 {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(self.out, "\\u{unit:04x}");
                }
            } else {
                self.out.push(c);
            }
        }
        self.out.push('"');
    }
}
