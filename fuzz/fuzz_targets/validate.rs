//! Any bytes as an R4 resource, or as a message of HL7 v2.
#![no_main]

#[allow(dead_code, reason = "each target makes one of the checks")]
#[path = "../checks.rs"]
mod checks;

use std::sync::LazyLock;

use fhirkiln::engine::Engine;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let r4 = include_bytes!("../../packs/r4.pack").to_vec();
    let v2 = include_bytes!("../../packs/v2.pack").to_vec();
    Engine::builder().pack(r4).pack(v2).build().expect("the packs are what was just built")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::validate(&ENGINE, bytes));
