//! The only place that knows JavaScript: carries options in and answers out.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::engine::{Engine, Error, Options};

/// An engine as JavaScript holds it.
#[wasm_bindgen(js_name = WasmEngine)]
#[derive(Debug)]
pub struct WasmEngine(Engine);

#[wasm_bindgen(js_class = WasmEngine)]
impl WasmEngine {
    /// Makes an engine from packs (`Uint8Array[]`).
    ///
    /// # Errors
    /// Throws `{ code, message }`: see [`Error`].
    pub fn load(packs: &Array) -> Result<Self, JsValue> {
        derive(&Engine::default(), packs, &Array::new(), &Array::new())
    }

    /// Makes an engine that also knows these packs and packages (`Uint8Array[]`) and resources (`string[]`).
    ///
    /// # Errors
    /// Throws `{ code, message }`.
    pub fn with(
        &self,
        packs: &Array,
        packages: &Array,
        resources: &Array,
    ) -> Result<Self, JsValue> {
        derive(&self.0, packs, packages, resources)
    }

    /// Validates JSON text given as UTF-8 bytes; `located` false leaves out lines and columns. Returns an
    /// `OperationOutcome`.
    ///
    /// # Errors
    /// Throws `{ code, message }` where the options are not understood.
    pub fn validate(
        &self,
        input: Vec<u8>,
        located: bool,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let options = read_options(options)?;
        to_js(&self.0.validate(input, &options).outcome(&options, located))
    }

    /// True if nothing is worse than a warning; stops at the first error.
    ///
    /// # Errors
    /// Throws `{ code, message }` where the options are not understood.
    #[wasm_bindgen(js_name = isValid)]
    pub fn is_valid(&self, input: Vec<u8>, options: JsValue) -> Result<bool, JsValue> {
        Ok(self.0.is_valid(input, &read_options(options)?))
    }
}

fn derive(
    base: &Engine,
    packs: &Array,
    packages: &Array,
    resources: &Array,
) -> Result<WasmEngine, JsValue> {
    let mut builder = base.with();
    for pack in packs.iter() {
        builder = builder.pack(Uint8Array::new(&pack).to_vec());
    }
    for package in packages.iter() {
        builder = builder.package(Uint8Array::new(&package).to_vec());
    }
    for resource in resources.iter().filter_map(|r| r.as_string()) {
        builder = builder.resource(resource);
    }
    builder.build().map(WasmEngine).map_err(|error| throw(&error))
}

fn read_options(options: JsValue) -> Result<Options, JsValue> {
    if options.is_undefined() || options.is_null() {
        return Ok(Options::default());
    }
    serde_wasm_bindgen::from_value(options)
        .map_err(|error| throw(&Error { code: "options", message: format!("Options: {error}") }))
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}

/// The error as a plain object; `js/` turns it into a `FhirkilnError`.
fn throw(error: &Error) -> JsValue {
    let object = js_sys::Object::new();
    // Setting a property of a fresh plain object cannot fail.
    let _ = js_sys::Reflect::set(&object, &"code".into(), &error.code.into());
    let _ = js_sys::Reflect::set(&object, &"message".into(), &error.message.as_str().into());
    object.into()
}
