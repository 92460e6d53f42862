//! `Engine::snapshot` over packs: the snapshots that IPS publishes, made from its differentials and from what
//! the pack of R4 has, compared in what decides about an instance.

use std::path::Path;

use fhirkiln::engine::{Engine, Severity};
use serde_json::Value;

/// What is compared: packs have no texts.
const PROPERTIES: [&str; 9] = [
    "id",
    "path",
    "sliceName",
    "min",
    "max",
    "base",
    "mustSupport",
    "contentReference",
    "isModifier",
];

#[test]
fn snapshots_over_a_pack_decide_as_the_published_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(pack) = std::fs::read(root.join("packs/r4.pack")) else { return };
    let Ok(files) = std::fs::read_dir(root.join("node_modules/hl7.fhir.uv.ips")) else { return };
    let mut definitions: Vec<(String, Value)> = files
        .filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| {
            it.file_name()
                .is_some_and(|it| it.to_string_lossy().starts_with("StructureDefinition-"))
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}")))
        })
        .collect();
    // Models of sections build on a type that R4 does not have.
    definitions.retain(|(_, it)| it["kind"] != "logical");
    definitions.sort_by(|a, b| a.0.cmp(&b.0));
    let mut builder = Engine::builder().pack(pack);
    for (_, definition) in &definitions {
        builder = builder.resource(definition.to_string());
    }
    let engine = builder.build().unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for (name, definition) in &definitions {
        let made =
            engine.snapshot(definition.to_string()).unwrap_or_else(|error| panic!("{error}"));
        let errors = made.messages.iter().filter(|it| it.severity == Severity::Error);
        wrong.extend(errors.map(|it| format!("{name}: {}: {}", it.element, it.message)));
        let made: Value = serde_json::from_str(&made.definition).unwrap_or_default();
        wrong.extend(difference(&made, definition).map(|it| format!("{name}: {it}")));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), definitions.len(), wrong.join("\n"));
}

fn difference(made: &Value, published: &Value) -> Option<String> {
    let elements = |it: &Value| it["snapshot"]["element"].as_array().cloned().unwrap_or_default();
    let (made, published) = (elements(made), elements(published));
    for (ours, theirs) in made.iter().zip(&published) {
        for name in PROPERTIES {
            if ours[name] != theirs[name] {
                return Some(format!(
                    "{}: {name}: {} for {}",
                    theirs["id"], ours[name], theirs[name]
                ));
            }
        }
        if types(ours) != types(theirs) {
            return Some(format!("{}: {} for {}", theirs["id"], ours["type"], theirs["type"]));
        }
    }
    (made.len() != published.len())
        .then(|| format!("{} elements for {}", made.len(), published.len()))
}

/// The types of an element. Publishers pin the targets of a base to its version as of late.
fn types(element: &Value) -> Vec<(String, Vec<String>, Vec<String>)> {
    let texts = |it: &Value| {
        let texts = it.as_array().into_iter().flatten().filter_map(Value::as_str);
        texts.map(|it| it.trim_end_matches("|4.0.1").to_owned()).collect()
    };
    let types = element["type"].as_array().into_iter().flatten();
    let code = |it: &Value| it["code"].as_str().unwrap_or_default().to_owned();
    types.map(|it| (code(it), texts(&it["profile"]), texts(&it["targetProfile"]))).collect()
}
