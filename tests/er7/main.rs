//! HL7 v2 messages: those of the public collections (`../shared/hl7v2`), and how time grows with size.

use std::fs;
use std::path::{Path, PathBuf};

use fhirkiln::format::er7;
use fhirkiln::issue::Issues;
use fhirkiln::tree::Limits;

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
