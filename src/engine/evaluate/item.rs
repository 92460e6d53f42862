//! Values of a result, as they leave the engine.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::Value as Json;

use crate::engine::Error;
use crate::engine::resource::{Document, Resource};
use crate::fhirpath::{self, Model, Value};
use crate::format::{Format, Style, json};
use crate::sort::sort_by_key;
use crate::tree::{Kind, NodeId, Tree};

/// One item of a result, before it is written.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    pub(super) value: &'a Value<'a>,
    pub(super) document: &'a Document,
}

/// A value: what JSON has its own form for, and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemValue<'a> {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number of 32 bits.
    Integer(i32),
    /// A number, with the digits that it had.
    Number(Cow<'a, str>),
    /// A string. A date, a time or a quantity of FHIRPath itself is one too.
    Text(Cow<'a, str>),
    /// An element with elements of its own, as JSON text; `null` for a primitive without a value.
    Json(Cow<'a, str>),
}

/// One item of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// The value as JSON text: numbers have the digits that they had. A date, a time or a quantity of
    /// FHIRPath itself is a string.
    pub value: String,
    /// `FHIR.HumanName`, `System.String`
    pub type_name: String,
    /// Where it stands in the input, if it does: a FHIRPath location.
    pub path: Option<String>,
    /// Line and column of that place, from 1, columns in UTF-16 code units.
    pub position: Option<(u32, u32)>,
}

/// What an evaluation gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// The result.
    pub values: Vec<Evaluated>,
    /// What `trace` noted: its name, and the values at that point.
    pub traces: Vec<(String, Vec<Evaluated>)>,
}

impl<'a> Item<'a> {
    /// Its value.
    pub fn value(&self) -> ItemValue<'a> {
        ItemValue::of(self.value, Some(self.document))
    }
}

impl Resource {
    /// Where an item stands in this resource, if it does, and has a value: for [`Self::value`].
    pub fn node_of(&self, item: &Item<'_>) -> Option<NodeId> {
        let is_here = std::ptr::eq(item.document, self.document());
        let node = stands_in(item.document, item.value).filter(|_| is_here)?;
        (self.tree().kind(node) != Kind::Null && !is_other_half(item.value)).then_some(node)
    }

    /// The value at a node of this resource; none where there is no such node.
    pub fn value(&self, node: NodeId) -> Option<ItemValue<'_>> {
        (node.index() < self.tree().len())
            .then(|| ItemValue::at(self.tree(), node, Some(self.document())))
    }
}

/// True for a primitive that has an id or extensions and no value.
fn is_other_half(value: &Value<'_>) -> bool {
    matches!(value, Value::Node(node) if node.cursor.node.is_none())
}

impl<'a> ItemValue<'a> {
    /// The value of an item that a function of the caller is given.
    pub fn new(value: &'a Value<'_>) -> Self {
        Self::of(value, None)
    }

    /// The value of an item. One that stands in `document` as JSON is given as it is written there.
    pub(super) fn of(value: &'a Value<'_>, document: Option<&'a Document>) -> Self {
        match value {
            Value::Boolean(truth) => Self::Boolean(*truth),
            Value::Integer(number) => Self::Integer(*number),
            Value::Long(number) => Self::Number(number.to_string().into()),
            Value::Decimal(number) => Self::Number(number.to_string().into()),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Temporal(temporal) => Self::Text(temporal.to_string().into()),
            Value::Quantity(quantity) => Self::Text(quantity.to_string().into()),
            Value::Type(name) => Self::Text(format!("{}.{}", name.namespace, name.name).into()),
            Value::Node(node) => {
                let Some(at) = node.cursor.node else { return Self::Json("null".into()) };
                Self::at(node.tree, at, document)
            }
        }
    }

    fn at(tree: &'a Tree, at: NodeId, document: Option<&'a Document>) -> Self {
        let is_json = |document: &&Document| {
            document.format == Format::Json && std::ptr::eq(tree, &raw const document.tree)
        };
        match tree.kind(at) {
            Kind::True => Self::Boolean(true),
            Kind::False => Self::Boolean(false),
            Kind::Number => Self::Number(tree.value(at).into()),
            Kind::String => Self::Text(tree.value(at).into()),
            _ => match document.filter(is_json) {
                Some(_) => Self::Json(tree.span(at).slice(tree.text()).into()),
                None => Self::Json(json::write(tree, at, Style::Compact).into()),
            },
        }
    }

    /// The value as JSON text.
    fn into_json(self) -> String {
        match self {
            Self::Boolean(truth) => truth.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Number(text) | Self::Json(text) => text.into_owned(),
            Self::Text(text) => quoted(&text),
        }
    }
}

/// Where in the document an item stands, if it does.
fn stands_in(document: &Document, value: &Value<'_>) -> Option<NodeId> {
    let Value::Node(node) = value else { return None };
    let place = node.cursor.node.or(node.cursor.sibling);
    place.filter(|_| std::ptr::eq(node.tree, &raw const document.tree))
}

/// What is told of an evaluation, as it grows.
#[derive(Debug, Default)]
pub(super) struct Answer {
    values: Vec<Evaluated>,
    /// Which of them stand in the input, and where.
    places: Vec<(NodeId, usize)>,
    length: usize,
}

impl Answer {
    /// The most bytes that its values may have together: an element is told again with each element around it.
    const LIMIT: usize = 128 << 20;
    /// How many places are told one by one rather than on a way through the whole input.
    const FEW: usize = 8;

    /// Adds an item of a result.
    pub(super) fn add(&mut self, model: &Model, value: &Value<'_>, document: &Document) {
        let place = stands_in(document, value).map(|node| (node, self.values.len()));
        if self.note(model, value) {
            self.places.extend(place);
        }
    }

    /// Adds a value without its place; false where there is no room for it.
    pub(super) fn note(&mut self, model: &Model, value: &Value<'_>) -> bool {
        if self.length > Self::LIMIT {
            return false;
        }
        let name = value.type_name(model);
        let type_name = match name.name {
            "" => name.namespace.to_owned(),
            _ => format!("{}.{}", name.namespace, name.name),
        };
        let value = ItemValue::of(value, None).into_json();
        self.length += value.len() + type_name.len();
        self.values.push(Evaluated { value, type_name, path: None, position: None });
        true
    }

    /// Counts a text that is told beside the values; false where there is no room for it.
    fn has_room_for(&mut self, text: &str) -> bool {
        // A value or a name that is empty takes room too.
        self.length += text.len() + 8;
        self.length <= Self::LIMIT
    }

    /// Says of each value in the document where it stands. A place counts what stands before it: many of them are
    /// told on one way through the document.
    pub(super) fn place(&mut self, model: &Model, document: &Document) {
        let (values, tree) = (&mut self.values, &document.tree);
        sort_by_key(&mut self.places, |place| place.0);
        for &(node, index) in &self.places {
            let position = document.position(node);
            values[index].position = Some((position.line, position.column));
        }
        if self.places.len() <= Self::FEW {
            for &(node, index) in &self.places {
                values[index].path = Some(fhirpath::location(model, tree, node));
            }
            return;
        }
        let mut places = self.places.iter().peekable();
        let mut tell = |node, path: &str| {
            while let Some(&(_, index)) = places.next_if(|place| place.0 == node) {
                values[index].path = Some(path.to_owned());
            }
        };
        tell(NodeId::ROOT, &fhirpath::location(model, tree, NodeId::ROOT));
        fhirpath::locations(model, tree, &mut tell);
    }

    /// The values.
    ///
    /// # Errors
    /// `fhirpath-limit`: they are longer than an answer may be.
    pub(super) fn into_values(self) -> Result<Vec<Evaluated>, Error> {
        if self.length <= Self::LIMIT {
            return Ok(self.values);
        }
        let megabytes = Self::LIMIT >> 20;
        Err(Error::new("fhirpath-limit", format!("The result is longer than {megabytes} MB")))
    }
}

/// What `trace` notes.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// The names, and how many values each has.
    names: Vec<(String, usize)>,
    values: Answer,
}

impl Traces {
    /// Adds a trace.
    pub(super) fn add(&mut self, model: &Model, name: &str, values: &[Value<'_>]) {
        if self.values.has_room_for(name) {
            self.names.push((name.to_owned(), values.len()));
            for value in values {
                self.values.note(model, value);
            }
        }
    }

    /// Each with its values.
    ///
    /// # Errors
    /// As [`Answer::into_values`].
    pub(super) fn into_list(self) -> Result<Vec<(String, Vec<Evaluated>)>, Error> {
        let mut values = self.values.into_values()?.into_iter();
        let names = self.names.into_iter();
        Ok(names.map(|(name, count)| (name, values.by_ref().take(count).collect())).collect())
    }
}

impl Evaluation {
    /// As JSON text: `{"values":[{"value","type","path","line","column"}],"traces":[{"name","values"}]}`.
    pub fn to_json(&self) -> String {
        let list = |values: &[Evaluated]| {
            let items: Vec<String> = values.iter().map(Evaluated::to_json).collect();
            format!("[{}]", items.join(","))
        };
        let trace = |(name, values): &(String, Vec<Evaluated>)| {
            format!(r#"{{"name":{},"values":{}}}"#, quoted(name), list(values))
        };
        let traces: Vec<String> = self.traces.iter().map(trace).collect();
        format!(r#"{{"values":{},"traces":[{}]}}"#, list(&self.values), traces.join(","))
    }
}

impl Evaluated {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        // Writing to a String cannot fail.
        let mut json = format!(r#"{{"value":{},"type":{}"#, self.value, quoted(&self.type_name));
        if let Some(path) = &self.path {
            let _ = write!(json, r#","path":{}"#, quoted(path));
        }
        if let Some((line, column)) = self.position {
            let _ = write!(json, r#","line":{line},"column":{column}"#);
        }
        json + "}"
    }
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
