//! What `js/cli` runs: reports, queries and conversions, as text that is the same as the native command line's.

use wasm_bindgen::prelude::*;

use super::{WasmEngine, read_json, throw, to_json, to_object};
use crate::engine::render::{
    MessageOptions, Messages, Origin, Query, Renderer, Run, Transform, TransformRun,
};
use crate::engine::{Engine, Options};

/// A run of `js/cli.ts`, as its report is written: the same bytes as the native command line gives.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmRun {
    run: Run,
    renderer: Renderer,
    options: Options,
}

#[wasm_bindgen]
impl WasmRun {
    /// A run that validates by `options` and writes by `renderer`, both JSON text.
    ///
    /// # Errors
    /// Throws an [`Error`] where one of the two is not understood.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, renderer: &str) -> Result<Self, JsValue> {
        let renderer = read_json("Report", renderer)?;
        Ok(Self { run: Run::new(renderer), renderer, options: read_json("Options", options)? })
    }

    /// The text before all findings.
    pub fn begin(&self) -> String {
        self.run.begin()
    }

    /// The findings of one resource.
    pub fn document(&mut self, engine: &WasmEngine, input: Vec<u8>, source: &str) -> String {
        let report = engine.0.validate(input, &self.options);
        self.run.add(self.renderer.part(Origin { source, first_line: 1 }, &report))
    }

    /// The findings of whole lines of NDJSON, of which the first is line `first_line` of the source.
    pub fn lines(
        &mut self,
        engine: &WasmEngine,
        input: &[u8],
        source: &str,
        first_line: u32,
    ) -> String {
        let validate = |line: &[u8]| engine.0.validate(line, &self.options);
        let part = self.renderer.lines(Origin { source, first_line }, input, validate);
        self.run.add(part)
    }

    /// Notes that an input could not be read, and why.
    #[wasm_bindgen(js_name = noteUnread)]
    pub fn note_unread(&mut self, what: String) {
        self.run.note_unread(what);
    }

    /// The text after all findings.
    pub fn end(&self) -> String {
        self.run.end()
    }

    /// What has been counted so far: a `render::Tally`.
    pub fn tally(&self) -> JsValue {
        to_object(self.run.tally())
    }
}

/// A FHIRPath expression of `js/cli/evaluate.ts`, with an engine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmQuery {
    engine: Engine,
    query: Query,
}

#[wasm_bindgen]
impl WasmQuery {
    /// Compiles what `options`, the JSON text of `render::QueryOptions`, ask for.
    ///
    /// # Errors
    /// Throws an [`Error`], with an excerpt of an expression that is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(engine: &WasmEngine, options: &str) -> Result<Self, JsValue> {
        let engine = engine.0.clone();
        let query = Query::new(&engine, read_json("Options", options)?);
        query.map(|query| Self { engine, query }).map_err(|error| throw(&error))
    }

    /// The text before all results.
    pub fn begin(&self) -> String {
        self.query.begin().to_owned()
    }

    /// The text between two results that have text.
    pub fn separator(&self) -> String {
        self.query.separator().to_owned()
    }

    /// The text after all results.
    pub fn end(&self, has_results: bool) -> String {
        self.query.end(has_results).to_owned()
    }

    /// The results on one resource: the JSON text of `render::Answer`.
    pub fn document(&self, input: &[u8], source: &str) -> String {
        to_json(&self.query.document(&self.engine, Origin { source, first_line: 1 }, input))
    }

    /// The results on whole lines of NDJSON, of which the first is line `first_line` of the source: the JSON
    /// text of `render::Answer`.
    pub fn lines(&self, input: &[u8], source: &str, first_line: u32) -> String {
        to_json(&self.query.lines(&self.engine, Origin { source, first_line }, input))
    }
}

/// A run of `js/cli/convert.ts`: a stream of HL7 v2, cut into messages that are converted.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmMessages {
    engine: Engine,
    options: MessageOptions,
    messages: Messages,
}

#[wasm_bindgen]
impl WasmMessages {
    /// Converts as `options`, the JSON text of `render::MessageOptions`, ask for.
    ///
    /// # Errors
    /// Throws an [`Error`] where they are not understood.
    #[wasm_bindgen(constructor)]
    pub fn new(engine: &WasmEngine, options: &str) -> Result<Self, JsValue> {
        let options: MessageOptions = read_json("Options", options)?;
        options.convert.check().map_err(|error| throw(&error))?;
        Ok(Self { engine: engine.0.clone(), options, messages: Messages::default() })
    }

    /// Adds bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.messages.push(bytes);
    }

    /// What came of the next message, where a whole one has come or `ended` says that no more will: the JSON text of
    /// `render::Written`.
    pub fn next(&mut self, source: &str, ended: bool) -> Option<String> {
        let messages = &mut self.messages;
        let piece = if ended { messages.finish() } else { messages.next_message() }?;
        let first_line = u32::try_from(piece.line).unwrap_or(u32::MAX);
        let origin = Origin { source, first_line };
        Some(to_json(&self.options.answer(&self.engine, origin, piece.bytes)))
    }

    /// Begins another stream.
    pub fn restart(&mut self) {
        self.messages = Messages::default();
    }
}

/// A map of `js/cli/transform.ts`, with an engine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmTransform {
    engine: Engine,
    transform: Transform,
}

#[wasm_bindgen]
impl WasmTransform {
    /// Compiles a map, which `source` is to be called, to run it by `options`, the JSON text of `render::TransformRun`.
    ///
    /// # Errors
    /// Throws an [`crate::engine::Error`] where one of the two is not understood.
    #[wasm_bindgen(constructor)]
    pub fn new(
        engine: &WasmEngine,
        map: &str,
        source: &str,
        options: &str,
    ) -> Result<Self, JsValue> {
        let options: TransformRun = read_json("Options", options)?;
        let transform = Transform::new(&engine.0, map, source, options);
        let engine = engine.0.clone();
        transform.map(|transform| Self { engine, transform }).map_err(|error| throw(&error))
    }

    /// What is wrong with the map: the JSON text of `render::Written`.
    pub fn begin(&self) -> String {
        to_json(&self.transform.begin())
    }

    /// What a resource becomes: the JSON text of `render::Written`.
    pub fn document(&self, input: &[u8], source: &str) -> String {
        to_json(&self.transform.document(&self.engine, Origin { source, first_line: 1 }, input))
    }

    /// What whole lines of NDJSON become, of which the first is line `first_line` of the source: the JSON text of
    /// `render::Written`.
    pub fn lines(&self, input: &[u8], source: &str, first_line: u32) -> String {
        to_json(&self.transform.lines(&self.engine, Origin { source, first_line }, input))
    }
}
