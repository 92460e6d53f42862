//! Any bytes as an expression, evaluated on a patient.
#![no_main]

#[allow(dead_code, reason = "each target makes one of the checks")]
#[path = "../checks.rs"]
mod checks;

use std::sync::LazyLock;

use fhirkiln::engine::Engine;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let pack = include_bytes!("../../packs/r4.pack").to_vec();
    Engine::builder().pack(pack).build().expect("the pack is what was just built")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::fhirpath(&ENGINE, bytes));
