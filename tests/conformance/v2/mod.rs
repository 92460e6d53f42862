//! Messages of HL7 v2 become FHIR: every public message, with an account of its values, and beside what
//! another converter made of it.

mod claims;
mod messages;
mod recorded;

use std::path::{Path, PathBuf};

use fhirkiln::engine::Engine;

use crate::setup;

/// The engine with the maps of HL7 v2; none where a pack is not built.
fn engine(suite: &str) -> Option<Engine> {
    let base = setup::engine_for(suite, "r4")?;
    let pack = setup::root().join("packs/v2.pack");
    let Ok(bytes) = std::fs::read(pack) else {
        setup::say(suite, "not run, packs/v2.pack is not built");
        return None;
    };
    Some(base.with().pack(bytes).build().expect("the packs fit together"))
}

/// The files of a folder that hold messages, with their names in it.
fn messages(folder: &Path) -> Vec<(String, PathBuf)> {
    let files =
        setup::files(folder).into_iter().filter(|it| it.extension().is_some_and(|it| it == "hl7"));
    files
        .map(|path| {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            (name, path)
        })
        .collect()
}
