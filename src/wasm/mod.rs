//! The only place that knows JavaScript.
//!
//! What is small crosses as an object (`serde-wasm-bindgen`), what is large as JSON text: one `JSON.parse`
//! is faster than building an object of many properties from here, and native and wasm give the same text
//! by construction. An error is thrown as an object with `code` and `message`; any other thing that is thrown
//! is a trap, after which `js/` discards this instance.

mod cli;

use std::collections::HashSet;

use js_sys::{Array, Date, Function, JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::engine::render::{self, ExplainOptions};
use crate::engine::{
    AcknowledgeOptions, Collection, ConvertOptions, Engine, EngineBuilder, Error, EvaluateOptions,
    Expression, Format, Functions, Input, Item, ItemValue, NodeId, Options, Pack, Resource, Style,
    Value,
};

/// Room for one input, in the memory of the instance: JavaScript encodes text right into it, which is three
/// times as fast as encoding it first and copying it then.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmInput(Input);

#[wasm_bindgen]
impl WasmInput {
    /// Room for so many bytes. Where there is no memory left, this traps.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        Self(Input::Bytes(vec![0; length]))
    }

    /// Where the room is. It does not move, but the memory's `buffer` changes when memory grows.
    pub fn pointer(&mut self) -> *mut u8 {
        match &mut self.0 {
            Input::Bytes(bytes) => bytes.as_mut_ptr(),
            Input::Read(_) => std::ptr::null_mut(),
        }
    }

    /// Says how many bytes were written.
    pub fn truncate(&mut self, length: usize) {
        if let Input::Bytes(bytes) = &mut self.0 {
            bytes.truncate(length);
        }
    }
}

impl From<&str> for WasmInput {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// A resource that was read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmResource(Resource);

#[wasm_bindgen]
impl WasmResource {
    /// The resource as an input.
    pub fn input(&self) -> WasmInput {
        WasmInput((&self.0).into())
    }

    /// The value at a node that [`WasmExpression::values`] gave.
    pub fn value(&self, node: u32) -> JsValue {
        let value = self.0.value(NodeId::from_index(node));
        value.map_or(JsValue::NULL, |value| write_value(&value))
    }
}

/// An engine as JavaScript holds it. `js/engine.ts` is the face that people use.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmEngine(Engine);

#[wasm_bindgen]
impl WasmEngine {
    /// An engine that knows nothing yet.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "called from JavaScript only")]
    pub fn new() -> Self {
        Self(Engine::default())
    }

    /// An engine that also knows these packs, packages (`.tgz`) and resources (JSON text).
    ///
    /// # Errors
    /// Throws an [`Error`].
    pub fn with(
        &self,
        packs: Vec<Uint8Array>,
        packages: Vec<Uint8Array>,
        resources: Vec<String>,
    ) -> Result<Self, JsValue> {
        let bytes = |array: Uint8Array| array.to_vec();
        let builder = packs.into_iter().map(bytes).fold(self.0.with(), EngineBuilder::pack);
        let builder = packages.into_iter().map(bytes).fold(builder, EngineBuilder::package);
        let builder = resources.into_iter().fold(builder, EngineBuilder::resource);
        builder.build().map(Self).map_err(|error| throw(&error))
    }

    /// The packs that these build on, and that are neither among them nor in the engine. What is no pack is passed
    /// over.
    #[wasm_bindgen(js_name = missingBases)]
    pub fn missing_bases(&self, packs: Vec<Uint8Array>) -> Vec<String> {
        let packs: Vec<Pack> =
            packs.into_iter().filter_map(|pack| Pack::open(pack.to_vec()).ok()).collect();
        let loaded = self.0.definitions().packs().iter().map(|info| &**info);
        let here: HashSet<&str> =
            loaded.chain(packs.iter().map(Pack::info)).map(|info| &*info.name).collect();
        let bases = packs.iter().flat_map(|pack| &pack.info().bases);
        bases.filter(|base| !here.contains(base.as_str())).cloned().collect()
    }

    /// What a FHIR package (the bytes of its `.tgz` or `.tar`) needs besides itself: the JSON text of a
    /// `PackageNeeds`; none where that cannot be read.
    #[wasm_bindgen(js_name = packageNeeds)]
    pub fn package_needs(&self, package: &[u8]) -> Option<String> {
        self.0.package_needs(package).map(|needs| to_json(&needs))
    }

    /// Validates JSON or XML text given as UTF-8 bytes; `located` false leaves out lines and columns. Returns the
    /// JSON text of an `OperationOutcome`.
    ///
    /// # Errors
    /// Throws an [`Error`] where the options are not understood.
    pub fn validate(
        &self,
        input: WasmInput,
        located: bool,
        options: &str,
    ) -> Result<String, JsValue> {
        let options = read_json("Options", options)?;
        let outcome = self.0.validate(input.0, &options).outcome(&options, located);
        Ok(to_json(&outcome))
    }

    /// True if nothing is worse than a warning; stops at the first error.
    ///
    /// # Errors
    /// Throws an [`Error`] where the options are not understood.
    #[wasm_bindgen(js_name = isValid)]
    pub fn is_valid(&self, input: WasmInput, options: &str) -> Result<bool, JsValue> {
        Ok(self.0.is_valid(input.0, &read_json("Options", options)?))
    }

    /// Reads a resource, to be asked several things.
    pub fn parse(&self, input: WasmInput) -> WasmResource {
        WasmResource(match input.0 {
            Input::Bytes(bytes) => self.0.parse(bytes),
            Input::Read(resource) => resource,
        })
    }

    /// Compiles a FHIRPath expression that may call these functions: each is given an array with the values of
    /// its input, and one for each argument.
    ///
    /// # Errors
    /// Throws an [`Error`] where it is none.
    pub fn compile(
        &self,
        expression: &str,
        names: Vec<String>,
        functions: Vec<Function>,
    ) -> Result<WasmExpression, JsValue> {
        let all = names.into_iter().zip(functions);
        let functions = all.fold(Functions::default(), |all, (name, function)| {
            all.with(&name, move |input, arguments| call(&function, input, arguments))
        });
        let compiled = self.0.compile_with(expression, &functions);
        let compiled = compiled.map_err(|error| throw_in(expression, &error))?;
        Ok(WasmExpression {
            engine: self.0.clone(),
            compiled,
            text: expression.to_owned(),
            defaults: EvaluateOptions { clock: Some(clock), ..EvaluateOptions::default() },
            found: Found::default(),
        })
    }

    /// Converts a message of HL7 v2 to FHIR. Returns the JSON text of the Bundle, and of an object with `outcome`, `lineage`,
    /// which is empty here, and `unmapped`.
    ///
    /// # Errors
    /// Throws an [`Error`] where it is no message, there is no map for it, or the options are not
    /// understood.
    pub fn convert(&self, input: WasmInput, options: &str) -> Result<Vec<String>, JsValue> {
        let options = ConvertOptions { lineage: false, ..read_json("Options", options)? };
        let converted = self.0.convert(input.0, &options);
        converted.map(|converted| converted.to_json_parts().into()).map_err(|error| throw(&error))
    }

    /// Where the values of a conversion come from: the JSON text of a list. It is made by converting the message again: it
    /// would be longer than all else that a conversion gives, and few callers look into it.
    ///
    /// # Errors
    /// As [`Self::convert`].
    pub fn lineage(&self, input: WasmInput, options: &str) -> Result<String, JsValue> {
        let options: ConvertOptions = read_json("Options", options)?;
        let options = ConvertOptions { validate: false, claim: Vec::new(), ..options };
        let converted = self.0.convert(input.0, &options);
        converted.map(|converted| converted.lineage_json()).map_err(|error| throw(&error))
    }

    /// Runs a map: text of the FHIR Mapping Language, a StructureMap in JSON, or the canonical of a map that the
    /// engine knows. Returns the JSON text of the result, and of an object with `outcome`, `lineage` and `unmapped`.
    ///
    /// # Errors
    /// Throws an [`Error`] where the map or the options are not understood, or the source is damaged.
    pub fn transform(
        &self,
        map: &str,
        input: WasmInput,
        options: &str,
    ) -> Result<Vec<String>, JsValue> {
        let options = read_json("Options", options)?;
        let transformed =
            self.0.mapping_of(map).and_then(|map| self.0.transform(&map, input.0, &options));
        transformed.map(|made| made.to_json_parts().into()).map_err(|error| throw(&error))
    }

    /// The profiles that the engine knows: the JSON text of a list of `ProfileEntry`.
    pub fn profiles(&self) -> String {
        to_json(&self.0.profiles())
    }

    /// What a profile asks: the JSON text of an `Explanation`; none where the profile is not here.
    pub fn explain(&self, canonical: &str) -> Option<String> {
        self.0.explain(canonical).map(|explanation| to_json(&explanation))
    }

    /// The same as `fhirkiln explain` writes it, by the JSON text of `render::ExplainOptions`.
    ///
    /// # Errors
    /// Throws an [`Error`] where the profile is not here.
    #[wasm_bindgen(js_name = explainText)]
    pub fn explain_text(&self, options: &str) -> Result<String, JsValue> {
        let options: ExplainOptions = read_json("Options", options)?;
        render::explain(&self.0, &options).map_err(|error| throw(&error))
    }

    /// A StructureDefinition with its snapshot: the JSON text of an object with `definition` and `messages`.
    ///
    /// # Errors
    /// Throws an [`Error`] where the text is no StructureDefinition.
    pub fn snapshot(&self, definition: &[u8]) -> Result<String, JsValue> {
        self.0.snapshot(definition).map(|made| made.to_json()).map_err(|error| throw(&error))
    }

    /// The same as `fhirkiln snapshot` writes it: the JSON text of `render::Written`.
    #[wasm_bindgen(js_name = snapshotText)]
    pub fn snapshot_text(&self, definition: &[u8], source: &str) -> String {
        to_json(&render::snapshot(&self.0, source, definition))
    }

    /// The answer to a message of HL7 v2, from what `validate` finds in it with `options`; none where it asks for none.
    ///
    /// # Errors
    /// Throws an [`Error`] where there is no message, or the options are not understood.
    pub fn acknowledge(
        &self,
        input: WasmInput,
        options: &str,
        answer: &str,
    ) -> Result<Option<String>, JsValue> {
        let options: Options = read_json("Options", options)?;
        let answer: AcknowledgeOptions = read_json("Options", answer)?;
        let report = self.0.validate(input.0, &options);
        self.0.acknowledge(&report, &answer).map_err(|error| throw(&error))
    }

    /// Writes a file anew for `js/cli/format.ts`: as `json`, as `xml`, or as it is. Returns the JSON text of a
    /// `Rewritten`.
    ///
    /// # Errors
    /// Throws an [`Error`] where that cannot be done.
    pub fn rewrite(&self, file: &[u8], to: &str, pretty: bool) -> Result<String, JsValue> {
        let to = match to {
            "json" => Some(Format::Json),
            "xml" => Some(Format::Xml),
            _ => None,
        };
        let rewritten = self.0.rewrite(file, to, style(pretty)).map_err(|error| throw(&error))?;
        Ok(to_json(&rewritten))
    }

    /// Writes a resource as XML; `pretty` lays it out in lines.
    ///
    /// # Errors
    /// Throws an [`Error`] where that cannot be done.
    #[wasm_bindgen(js_name = toXml)]
    pub fn to_xml(&self, input: WasmInput, pretty: bool) -> Result<String, JsValue> {
        self.0.to_xml(input.0, style(pretty)).map_err(|error| throw(&error))
    }

    /// Writes a resource as JSON; `pretty` lays it out in lines.
    ///
    /// # Errors
    /// Throws an [`Error`] where that cannot be done.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self, input: WasmInput, pretty: bool) -> Result<String, JsValue> {
        self.0.to_json(input.0, style(pretty)).map_err(|error| throw(&error))
    }
}

/// A compiled FHIRPath expression, with its engine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmExpression {
    engine: Engine,
    compiled: Expression,
    text: String,
    defaults: EvaluateOptions,
    found: Found,
}

#[wasm_bindgen]
impl WasmExpression {
    /// The JSON text of an `Evaluation`.
    ///
    /// # Errors
    /// Throws an [`Error`] where there is no result.
    pub fn evaluate(
        &self,
        resource: &WasmResource,
        options: Option<String>,
    ) -> Result<String, JsValue> {
        let ask = |options: &_| self.engine.evaluate(&self.compiled, &resource.0, options);
        self.ask(options, ask).map(|evaluation| evaluation.to_json())
    }

    /// The values alone: [`NOTHING`], [`FALSE`] or [`TRUE`]; the number of the only node; [`VALUES`] where
    /// [`Self::take_values`] has to be asked; or how many nodes there are, below that ([`Self::nodes`]).
    ///
    /// # Errors
    /// Throws an [`Error`] where there is no result.
    pub fn values(
        &mut self,
        resource: &WasmResource,
        options: Option<String>,
    ) -> Result<i32, JsValue> {
        let mut found = std::mem::take(&mut self.found);
        found.nodes.clear();
        (found.truth, found.others) = (None, None);
        let give = |item: Item<'_>| found.add(&item, &resource.0);
        let ask = |options: &_| self.engine.values(&self.compiled, &resource.0, options, give);
        let answer = self.ask(options, ask);
        self.found = found;
        answer.map(|()| self.found.code())
    }

    /// Where the nodes of the last result are: 32 bits each. They do not move before the next question.
    pub fn nodes(&self) -> *const u32 {
        self.found.nodes.as_ptr()
    }

    /// The values of the last result.
    #[wasm_bindgen(js_name = takeValues)]
    pub fn take_values(&mut self) -> Option<Array> {
        self.found.others.take()
    }

    /// 1 where it is true, 0 where it is false, -1 where it gives nothing.
    ///
    /// # Errors
    /// Throws an [`Error`] where there is no result.
    #[wasm_bindgen(js_name = isTrue)]
    pub fn is_true(
        &self,
        resource: &WasmResource,
        options: Option<String>,
    ) -> Result<i32, JsValue> {
        let ask = |options: &_| self.engine.is_true(&self.compiled, &resource.0, options);
        self.ask(options, ask).map(|truth| truth.map_or(-1, i32::from))
    }
}

impl WasmExpression {
    /// Asks with the options that were given, or with those that hold where none were.
    fn ask<T>(
        &self,
        options: Option<String>,
        ask: impl FnOnce(&EvaluateOptions) -> Result<T, Error>,
    ) -> Result<T, JsValue> {
        let read = |json: String| read_json::<EvaluateOptions>("Options", &json);
        let given = options.map(read).transpose()?;
        let given = given.map(|given| EvaluateOptions { clock: Some(clock), ..given });
        ask(given.as_ref().unwrap_or(&self.defaults)).map_err(|error| throw_in(&self.text, &error))
    }
}

/// There is no value.
const NOTHING: i32 = -1;
/// The only value is `false`.
const FALSE: i32 = -2;
/// The only value is `true`.
const TRUE: i32 = -3;
/// Neither nodes of the resource alone, nor one Boolean. What is less, is less by the number of nodes.
const VALUES: i32 = -4;

/// The values of a result in the form that is cheapest to hand over: most are one Boolean, or nodes of the
/// resource, whose values JavaScript keeps.
#[derive(Debug, Default)]
struct Found {
    truth: Option<bool>,
    nodes: Vec<u32>,
    others: Option<Array>,
}

impl Found {
    fn add(&mut self, item: &Item<'_>, resource: &Resource) {
        let is_plain = self.others.is_none() && self.truth.is_none();
        if is_plain && let Some(node) = resource.node_of(item) {
            self.nodes.push(node.index() as u32);
            return;
        }
        match item.value() {
            ItemValue::Boolean(truth) if is_plain && self.nodes.is_empty() => {
                self.truth = Some(truth);
            }
            value => {
                self.others(resource).push(&write_value(&value));
            }
        }
    }

    /// A list for whatever comes, begun with what there is.
    fn others(&mut self, resource: &Resource) -> &Array {
        let (nodes, truth) = (&mut self.nodes, &mut self.truth);
        self.others.get_or_insert_with(|| {
            let nodes = nodes.drain(..).map(NodeId::from_index);
            let values = nodes.filter_map(|node| resource.value(node));
            let values = values.chain(truth.take().map(ItemValue::Boolean));
            values.map(|value| write_value(&value)).collect()
        })
    }

    fn code(&self) -> i32 {
        match (self.truth, self.nodes.as_slice(), &self.others) {
            (_, _, Some(_)) => VALUES,
            (Some(truth), ..) => {
                if truth {
                    TRUE
                } else {
                    FALSE
                }
            }
            (_, [], _) => NOTHING,
            (_, [node], _) => i32::try_from(*node).unwrap_or(VALUES - 1),
            // There are at most a million.
            (_, nodes, _) => i32::try_from(nodes.len()).map_or(VALUES, |count| VALUES - count),
        }
    }
}

/// Calls a function of JavaScript.
fn call(
    function: &Function,
    input: &[Value<'_>],
    arguments: &[Collection<'_>],
) -> Result<Vec<Value<'static>>, String> {
    let list = |values: &[Value<'_>]| -> Array {
        values.iter().map(|value| write_value(&ItemValue::new(value))).collect()
    };
    let given: Array = std::iter::once(list(input))
        .chain(arguments.iter().map(|values| list(values.as_slice())))
        .collect();
    let answer = function.apply(&JsValue::NULL, &given).map_err(|thrown| {
        let message = thrown.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        format!("it threw {}", message.unwrap_or_else(|| "an error".to_owned()))
    })?;
    if answer.is_undefined() {
        return Ok(Vec::new());
    }
    let json = JSON::stringify(&answer).ok().and_then(|json| json.as_string());
    Functions::values_of_json(&json.unwrap_or_default())
}

fn clock() -> String {
    Date::new_0().to_iso_string().into()
}

/// What JSON has its own form for is made here; the rest is for `JSON.parse`.
fn write_value(value: &ItemValue<'_>) -> JsValue {
    let parse = |text: &str| JSON::parse(text).unwrap_or(JsValue::NULL); // JSON was made or read here
    match value {
        ItemValue::Boolean(truth) => (*truth).into(),
        ItemValue::Integer(number) => (*number).into(),
        ItemValue::Number(text) => match text.parse::<f64>() {
            Ok(number) => number.into(),
            Err(_) => parse(text),
        },
        ItemValue::Text(text) => JsValue::from_str(text),
        ItemValue::Json(text) => parse(text),
    }
}

fn style(pretty: bool) -> Style {
    if pretty { Style::Pretty } else { Style::Compact }
}

fn read_json<T: DeserializeOwned>(what: &str, json: &str) -> Result<T, JsValue> {
    serde_json::from_str(json).map_err(|error| {
        // Line and column are those of text that the caller has never seen.
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        throw(&Error::new("options", format!("{what}: {reason}.")))
    })
}

/// An [`Error`] as it is thrown; the place is in UTF-16 units of the expression.
#[derive(Serialize)]
struct Refusal<'e> {
    code: &'e str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

fn throw(error: &Error) -> JsValue {
    to_object(&Refusal { code: error.code, message: error.to_string(), start: None, end: None })
}

/// Throws an error with its place in the expression, counted as JavaScript does.
fn throw_in(expression: &str, error: &Error) -> JsValue {
    let units = |end: u32| {
        let before = expression.get(..end as usize).unwrap_or(expression);
        before.encode_utf16().count()
    };
    let (start, end) = (error.span.map(|it| units(it.start)), error.span.map(|it| units(it.end)));
    to_object(&Refusal { code: error.code, message: error.to_string(), start, end })
}

/// For what has few properties.
fn to_object(value: &impl Serialize) -> JsValue {
    // Strings and numbers only: cannot fail.
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default() // strings and numbers only: cannot fail
}
