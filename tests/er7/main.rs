//! HL7 v2 messages: those of the public collections (`../shared/hl7v2`), and how time grows with size.

mod acknowledge;
mod claims;
mod conditional;
mod convert;
mod map;
mod profiles;
mod structures;
mod wiring;

use std::fs;
use std::path::{Path, PathBuf};

use fhirkiln::engine::{Engine, Options};
use fhirkiln::format::er7::{self, Message, Part, Segment};
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Kind, Limits, NodeId, Tree};

/// The folder of the public collections; none where it is not here, which is said.
fn shared() -> Option<PathBuf> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("FHIRKILN_SHARED").map_or(usual, PathBuf::from).join("hl7v2");
    if !folder.is_dir() {
        println!("er7: {} is not here", folder.display());
        return None;
    }
    Some(folder)
}

/// Every file below `folder` with that extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let below = |path: PathBuf| {
        if path.is_dir() {
            return files(&path, extension);
        }
        Vec::from_iter(path.extension().is_some_and(|e| e == extension).then_some(path))
    };
    paths.into_iter().flat_map(below).collect()
}

/// The public messages with their paths.
fn messages() -> Vec<(PathBuf, Vec<u8>)> {
    let all = shared().map(|folder| files(&folder, "hl7")).unwrap_or_default();
    let read = |path: PathBuf| (fs::read(&path).expect("a file"), path);
    all.into_iter().map(read).map(|(bytes, path)| (path, bytes)).collect()
}

/// The engine that knows HL7 v2; none where the pack is not built.
fn engine() -> Option<Engine> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/v2.pack");
    let Ok(pack) = fs::read(&path) else {
        println!("er7: {} is not built", path.display());
        return None;
    };
    Some(Engine::builder().pack(pack).build().expect("the pack is what was just built"))
}

/// The texts of a tree that stand in fields.
fn collect(tree: &Tree, node: NodeId, texts: &mut Vec<String>) {
    if tree.kind(node) == Kind::String && !["resourceType", "f0"].contains(&tree.name_text(node)) {
        texts.push(tree.value(node).to_owned());
    }
    for child in tree.children(node) {
        collect(tree, child, texts);
    }
}

/// Every field, component and subcomponent with a value in a message of the public collections is a value of its tree.
#[test]
fn every_value_of_a_public_message_is_in_its_tree() {
    let Some(engine) = engine() else { return };
    for (path, bytes) in messages() {
        let resource = engine.parse(bytes.clone());
        let tree = resource.tree();
        let mut in_tree = Vec::new();
        collect(tree, NodeId::ROOT, &mut in_tree);
        let parsed = er7::parse(bytes, &Limits::default(), &mut Issues::new(100));
        let leaves =
            parsed.document().messages().flat_map(Message::segments).flat_map(Segment::fields);
        let mut in_text: Vec<String> = leaves
            .flat_map(|(_, field)| field.repetitions())
            .flat_map(Part::components)
            .flat_map(Part::subcomponents)
            .filter(|part| !part.is_empty() && !part.is_null())
            .map(|part| part.value().into_owned())
            .collect();
        in_tree.sort();
        in_text.sort();
        assert_eq!(in_tree, in_text, "{}", path.display());
    }
}

#[test]
fn every_public_message_is_validated_the_same_twice_and_inside_its_text() {
    let Some(engine) = engine() else { return };
    let options = Options::default();
    for (path, bytes) in messages() {
        let report = engine.validate(bytes.as_slice(), &options);
        assert_eq!(engine.validate(bytes.as_slice(), &options).issues, report.issues);
        let is_valid = report.outcome(&options, true).is_valid();
        assert_eq!(engine.is_valid(bytes, &options), is_valid, "{}", path.display());
        for issue in &report.issues {
            let range = issue.span.start as usize..issue.span.end as usize;
            assert!(report.tree().text().get(range).is_some(), "{}: {issue:?}", path.display());
            assert!(!issue.expression.is_empty(), "{}: {issue:?}", path.display());
        }
    }
}

#[test]
fn a_profile_that_is_asked_for_is_said_to_be_not_checked() {
    let Some(engine) = engine() else { return };
    let options =
        Options { profiles: vec!["http://example.org/p".to_owned()], ..Options::default() };
    let report =
        engine.validate("MSH|^~\\&|||||20240305||ACK^A01^ACK|1|P|2.5.1\rMSA|AA|1", &options);
    let codes: Vec<_> = report.issues.iter().map(|issue| issue.code.as_str()).collect();
    assert_eq!(codes, ["profile-not-checked"]);
}

#[test]
fn every_public_message_is_written_as_it_was_read() {
    for (path, bytes) in messages() {
        let mut issues = Issues::new(100);
        let parsed = er7::parse(bytes.clone(), &Limits::default(), &mut issues);
        let document = parsed.document();
        assert_eq!(er7::write(document).into_bytes(), bytes, "{}", path.display());
        assert!(document.messages().len() > 0, "{}", path.display());
    }
}
