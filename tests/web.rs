//! The WebAssembly face as JavaScript meets it, in Node and in headless Chromium (`wasm-pack test`). What is
//! built from it, and how it behaves on every runtime, is tested by `pkg-tests/`.
#![cfg(target_arch = "wasm32")]

use fhirkiln::wasm::WasmEngine;
use js_sys::Uint8Array;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const PACK: &[u8] = include_bytes!("../packs/r4.pack");
const VALID: &str = include_str!("../examples/patient.json");
const BROKEN: &str = include_str!("../examples/patient-broken.json");

fn engine() -> WasmEngine {
    with_pack(PACK).expect("the built pack is read")
}

fn with_pack(pack: &[u8]) -> Result<WasmEngine, JsValue> {
    WasmEngine::new().with(vec![Uint8Array::from(pack)], Vec::new(), Vec::new())
}

fn issues(input: &str, located: bool, options: &str) -> Vec<Value> {
    let text =
        engine().validate(input.into(), located, options).expect("the options are understood");
    let outcome: Value = serde_json::from_str(&text).expect("an outcome is JSON");
    outcome["issue"].as_array().expect("issues").clone()
}

/// The code of the error that was thrown.
fn thrown(result: Result<impl Sized, JsValue>) -> Value {
    let thrown = result.err().expect("an error is thrown");
    let code = js_sys::Reflect::get(&thrown, &"code".into()).expect("an object is thrown");
    json!(code.as_string())
}

#[wasm_bindgen_test]
fn a_valid_resource_has_no_findings() {
    let issues = issues(VALID, true, "{}");
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0]["details"]["coding"][0]["code"], "all-ok");
    assert_eq!(engine().is_valid(VALID.into(), "{}"), Ok(true));
}

#[wasm_bindgen_test]
fn findings_have_positions_where_the_input_has() {
    let located = issues(BROKEN, true, "{}");
    let bare = issues(BROKEN, false, "{}");
    assert_eq!(located.len(), bare.len());
    assert!(located.iter().all(|issue| issue.to_string().contains("issue-line")));
    assert!(!bare.iter().any(|issue| issue.to_string().contains("issue-line")));
    assert_eq!(engine().is_valid(BROKEN.into(), "{}"), Ok(false));
}

#[wasm_bindgen_test]
fn options_are_understood_or_refused() {
    assert!(issues(BROKEN, true, r#"{"maxIssues":1}"#).len() <= 2);
    for options in [r#"{"maxIssue":1}"#, r#"{"maxIssues":"1"}"#, "null", ""] {
        assert_eq!(thrown(engine().validate(VALID.into(), true, options)), json!("options"));
        assert_eq!(thrown(engine().is_valid(VALID.into(), options)), json!("options"));
    }
}

#[wasm_bindgen_test]
fn a_damaged_pack_is_refused() {
    let mut damaged = PACK.to_vec();
    *damaged.last_mut().expect("a pack has bytes") ^= 1;
    assert_eq!(thrown(with_pack(&damaged)), json!("pack-damaged"));
    assert_eq!(thrown(with_pack(&PACK[..PACK.len() / 2])), json!("pack-damaged"));
}
