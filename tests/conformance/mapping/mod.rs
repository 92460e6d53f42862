//! The suites of the FHIR Mapping Language, R4B and R5: every map is read, printed, written as StructureMap
//! and read again, and checked against the definitions; those with a source and an expected result are run.

mod cda;
mod compare;

use std::fmt::Write;
use std::path::Path;

use fhirkiln::engine::{Engine, Mapping, Style, TransformOptions};

use crate::reasons::Reasons;
use crate::{setup, snapshot};

/// Maps that the manifest gives no result for, and a source to run them on.
const OTHERS: [(&str, &str); 4] = [
    ("cast.map", "qrext.json"),
    ("qr2patfordates.map", "qrext.json"),
    ("syntaxshort.map", CAPABILITIES),
    ("whereclause.map", CAPABILITIES),
];

/// What the last two read; the suite builds it in code.
const CAPABILITIES: &str = r#"{"resourceType":"CapabilityStatement","name":"name","title":"title",
    "rest":[{"mode":"server","resource":[{"type":"Patient","interaction":[{"code":"read"},{"code":"update"}]}]}]}"#;

#[test]
fn r4b() {
    check("mapping-r4b", "r4b");
}

#[test]
fn r5() {
    check("mapping-r5", "r5");
}

#[track_caller]
fn check(name: &str, pack: &str) {
    let Some(engine) = setup::engine_for(name, pack) else { return };
    let Some(folder) = setup::shared(name, &format!("fhir-test-cases/{pack}/structure-mapping"))
    else {
        return;
    };
    let models = cda::MODELS.iter().fold(engine.with(), |engine, model| engine.resource(*model));
    let engine = models.build().expect("the models are sound");
    let mut report =
        Report { reasons: Reasons::read(name), passed: 0, failed: 0, text: String::new() };
    let mut maps: Vec<_> = folder.read_dir().expect("a folder").flatten().collect();
    maps.sort_by_key(std::fs::DirEntry::file_name);
    for entry in maps {
        let file = entry.file_name().to_string_lossy().into_owned();
        if Path::new(&file).extension().is_some_and(|it| it == "map") {
            report.add(&format!("{file} both ways"), both_ways(&engine, &folder.join(&file)));
            let checked = Ok(issues(&load(&engine, &folder.join(&file))));
            report.note(&format!("{file} checked"), checked);
        }
    }
    if let Some(core) = setup::npm_package(name, &format!("hl7.fhir.{pack}.core")) {
        for file in ["StructureMap-example.json", "StructureMap-supplyrequest-transform.json"] {
            report.add(&format!("{file} both ways"), both_ways(&engine, &core.join(file)));
        }
    }
    for case in cases(&folder) {
        report.add(&format!("{} of {}", case.map, case.source), run(&engine, &folder, &case));
    }
    for (map, source) in OTHERS {
        let path = folder.join(map);
        if path.exists() {
            let mapping = load(&engine, &path);
            report.note(
                &format!("{map} makes"),
                transform(&engine, &mapping, &read(&folder, source)),
            );
        }
    }
    report.finish(name);
}

struct Case {
    source: String,
    map: String,
    output: String,
}

/// The manifest.
fn cases(folder: &Path) -> Vec<Case> {
    let text = read(folder, "manifest.xml");
    let document = roxmltree::Document::parse(&text).expect("the manifest is XML");
    let tests = document.descendants().filter(|node| node.has_tag_name("test"));
    let text =
        |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap_or_default().to_owned();
    tests
        .map(|it| Case {
            source: text(it, "source"),
            map: text(it, "map"),
            output: text(it, "output"),
        })
        .collect()
}

/// The text of a file; what is no name of one is the text itself.
fn read(folder: &Path, name: &str) -> String {
    if name.starts_with('{') {
        return name.to_owned();
    }
    let path = folder.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn load(engine: &Engine, path: &Path) -> Mapping {
    let text = std::fs::read_to_string(path).expect("a map");
    let map = engine.parse_map(&text);
    engine.compile_map(map.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A map as text, printed and read again, and as a resource, written and read again.
fn both_ways(engine: &Engine, path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let map = engine.parse_map(&text).map_err(|error| error.message)?;
    let printed = map.to_string();
    let again = engine.parse_map(&printed).map_err(|error| format!("{printed}\n{error}"))?;
    if again != map {
        return Err(format!("printed as another map:\n{printed}\n{again}"));
    }
    let resource = engine.structure_map(&map, Style::Pretty);
    let read = engine.parse_map(&resource).map_err(|error| format!("{resource}\n{error}"))?;
    let twice = engine.structure_map(&read, Style::Pretty);
    if twice == resource { Ok(()) } else { Err(format!("{resource}\nbecomes\n{twice}")) }
}

fn issues(mapping: &Mapping) -> String {
    let lines = mapping.issues().iter().map(|issue| {
        let (code, message) = (issue.code.as_str(), issue.message(false));
        format!("{code} at {}: {message}", issue.expression)
    });
    lines.collect::<Vec<_>>().join("\n    ")
}

fn transform(engine: &Engine, mapping: &Mapping, source: &str) -> Result<String, String> {
    let made = engine.transform(mapping, source, &TransformOptions::default());
    let made = made.map_err(|error| error.message)?;
    let mut text = made.json(Style::Compact).unwrap_or_default();
    for issue in &made.report.issues {
        let _ = write!(text, "\n    {}: {}", issue.code.as_str(), issue.message(false));
    }
    Ok(text)
}

fn run(engine: &Engine, folder: &Path, case: &Case) -> Result<(), String> {
    let mapping = load(engine, &folder.join(&case.map));
    let made = transform(engine, &mapping, &read(folder, &case.source))?;
    let expected = read(folder, &case.output);
    compare::same(&made, &expected)
}

struct Report {
    reasons: Reasons,
    passed: usize,
    failed: usize,
    text: String,
}

impl Report {
    #[track_caller]
    fn add(&mut self, name: &str, result: Result<(), String>) {
        let Err(found) = result else {
            self.passed += 1;
            return;
        };
        let reason = self.reasons.find(name).unwrap_or_else(|| panic!("{name}: {found}"));
        self.failed += 1;
        let _ = write!(self.text, "\n{name}: {reason}\n");
    }

    /// What is there to be looked at, without a result that the suite gives.
    fn note(&mut self, name: &str, found: Result<String, String>) {
        match found {
            Ok(found) if found.is_empty() => {}
            Ok(found) | Err(found) => {
                let _ = write!(self.text, "\n{name}:\n    {found}\n");
            }
        }
    }

    #[track_caller]
    fn finish(self, name: &str) {
        self.reasons.check_all_used();
        let Self { passed, failed, text, .. } = self;
        let head =
            format!("{name}: {} checks, {passed} as expected, {failed} not\n", passed + failed);
        snapshot::check(name, &(head + &text));
    }
}
