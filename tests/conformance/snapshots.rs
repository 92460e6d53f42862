//! The public suite of snapshot generation: each differential is given its snapshot, which is compared
//! with the recorded one, element by element and property by property.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use fhirkiln::definitions::View;
use fhirkiln::definitions::snapshot::{Problem, Sources, generate};
use fhirkiln::engine::{Engine, Severity};
use fhirkiln::format::json::{self, Style};
use fhirkiln::format::xml;
use fhirkiln::issue::Issues;
use fhirkiln::representation;
use fhirkiln::tree::{Kind, Limits, Names, NodeId, Tree};

use crate::reasons::Reasons;
use crate::{setup, snapshot};

const SUITE: &str = "snapshot-generation";

#[test]
fn snapshots_are_generated() {
    let Some(folder) = setup::shared(SUITE, "fhir-test-cases/r5/snapshot-generation") else {
        return;
    };
    let Some(engine) = setup::engine_for(SUITE, "r5") else { return };
    let Some(core) = setup::npm_package(SUITE, "hl7.fhir.r5.core") else { return };
    let Some(extensions) = setup::npm_package(SUITE, "hl7.fhir.uv.extensions.r5") else { return };
    let mut library = Library::default();
    for package in [&extensions, &core] {
        library.add_package(package);
    }
    let cases = manifest(&folder.join("manifest.xml"));
    // Later cases build on what earlier ones made.
    let results: Vec<(&Case, Result<(), String>)> =
        cases.iter().map(|case| (case, run(case, &folder, &engine, &mut library))).collect();
    report(&results);
}

/// A `test` of the manifest.
struct Case {
    id: String,
    register: Vec<String>,
    fail: bool,
    sort: bool,
}

fn manifest(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}"));
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let tests = document.descendants().filter(|node| node.has_tag_name("test"));
    let case = |node: roxmltree::Node<'_, '_>| {
        let names = |name| node.attribute(name).into_iter().flat_map(|it: &str| it.split(','));
        Case {
            id: node.attribute("id").unwrap_or_default().to_owned(),
            register: names("register").map(|name| name.trim().to_owned()).collect(),
            fail: node.attribute("fail") == Some("true"),
            sort: node.attribute("sort") == Some("true"),
        }
    };
    tests.map(case).collect()
}

/// Definitions by canonical.
#[derive(Clone, Default)]
struct Library {
    by_url: BTreeMap<String, Arc<Tree>>,
}

impl Library {
    fn add_package(&mut self, folder: &Path) {
        for path in setup::files(folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("StructureDefinition-") {
                self.add(parse(std::fs::read(&path).unwrap_or_default()));
            }
        }
    }

    fn add(&mut self, tree: Tree) {
        let url = View::new(&tree, NodeId::ROOT).text("url").unwrap_or_default().to_owned();
        self.by_url.insert(url, Arc::new(tree));
    }
}

impl Sources for Library {
    fn find(&self, canonical: &str) -> Option<Arc<Tree>> {
        let url = canonical.split('|').next().unwrap_or(canonical);
        self.by_url.get(url).cloned()
    }
}

fn parse(bytes: Vec<u8>) -> Tree {
    json::parse(bytes, &Arc::new(Names::default()), &Limits::default(), &mut Issues::new(1))
}

/// The recorded snapshots are made from differentials all the way down.
fn without_snapshot(tree: &Tree) -> Tree {
    let text = json::write(tree, NodeId::ROOT, Style::Compact);
    let mut value: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    if let Some(object) = value.as_object_mut().filter(|it| it.contains_key("differential")) {
        object.remove("snapshot");
    }
    parse(value.to_string().into_bytes())
}

/// The file of that name, in either format, in the shape of JSON.
fn read(folder: &Path, name: &str, engine: &Engine) -> Option<Tree> {
    if let Ok(json) = std::fs::read(folder.join(format!("{name}.json"))) {
        return Some(parse(json));
    }
    let xml = std::fs::read(folder.join(format!("{name}.xml"))).ok()?;
    let (names, limits) = (engine.definitions().names(), Limits::default());
    let tree = xml::parse(xml, xml::FHIR, names, &limits, &mut Issues::new(1));
    // Some hold what R4 had and R5 has not: that is left as it is.
    let tree = representation::from_xml(tree, engine.definitions()).tree;
    Some(parse(json::write(&tree, NodeId::ROOT, Style::Compact).into_bytes()))
}

fn run(case: &Case, folder: &Path, engine: &Engine, library: &mut Library) -> Result<(), String> {
    for name in &case.register {
        let tree = read(folder, name, engine).ok_or_else(|| format!("`{name}` is not here"))?;
        let base = View::new(&tree, NodeId::ROOT).text("baseDefinition").unwrap_or_default();
        let is_made_anew = library.find(base).is_some();
        library.add(if is_made_anew { without_snapshot(&tree) } else { tree });
    }
    let input =
        read(folder, &format!("{}-input", case.id), engine).ok_or("the input is not here")?;
    let made = generate(View::new(&input, NodeId::ROOT), &*library);
    // What is wrong on purpose is no base for others.
    if !case.fail {
        library.add(input);
    }
    if let Some(out) = std::env::var_os("SNAPSHOT_OUT") {
        let file = Path::new(&out).join(format!("{}.json", case.id));
        let _ = std::fs::write(file, made.tree.text());
    }
    let mut errors = made.messages.iter().filter(|message| {
        let is_order = matches!(message.problem, Problem::Order(_));
        message.problem.severity() == Severity::Error && !(is_order && case.sort)
    });
    match (case.fail, errors.next()) {
        (true, None) => Err("a mistake in it is not found".to_owned()),
        (true, Some(_)) => Ok(()),
        (false, Some(error)) => Err(format!("{}: {}", error.id, error.problem)),
        (false, None) => {
            let expected = read(folder, &format!("{}-expected", case.id), engine);
            compare(&made.tree, &expected.ok_or("the expected snapshot is not here")?)
        }
    }
}

/// The first element that differs, and the property in it.
fn compare(made: &Tree, expected: &Tree) -> Result<(), String> {
    let made = elements(made);
    let expected = elements(expected);
    for (ours, theirs) in made.iter().zip(&expected) {
        let (id, other) =
            (ours.text("id").unwrap_or_default(), theirs.text("id").unwrap_or_default());
        if id != other {
            return Err(format!("`{id}` where `{other}` is expected"));
        }
        let names = |view: View<'_>| {
            let tree = view.tree();
            tree.children(view.node()).map(|it| tree.name_text(it).to_owned()).collect::<Vec<_>>()
        };
        for name in names(*ours).iter().chain(&names(*theirs)) {
            if value(*ours, name) != value(*theirs, name) {
                return Err(format!("{id}: `{name}` differs"));
            }
        }
    }
    if made.len() == expected.len() {
        return Ok(());
    }
    Err(format!("{} elements, {} are expected", made.len(), expected.len()))
}

fn elements(tree: &Tree) -> Vec<View<'_>> {
    let snapshot = View::new(tree, NodeId::ROOT).object("snapshot");
    snapshot
        .into_iter()
        .flat_map(|snapshot| snapshot.objects("element").collect::<Vec<_>>())
        .collect()
}

/// The JSON of a property, empty where it is not there.
fn value(view: View<'_>, name: &str) -> String {
    let tree = view.tree();
    tree.child(view.node(), name).map(|node| sorted(tree, node)).unwrap_or_default()
}

/// JSON in which the order of properties does not count.
fn sorted(tree: &Tree, node: NodeId) -> String {
    let mut parts: Vec<String> = tree
        .children(node)
        .map(|child| format!("{}={}", tree.name_text(child), sorted(tree, child)))
        .collect();
    match tree.kind(node) {
        Kind::Object => parts.sort(),
        Kind::Array => {}
        // White space at the ends of a value says nothing in FHIR, and XML may lose it.
        Kind::String => return tree.value(node).trim().to_owned(),
        _ => return json::write(tree, node, Style::Compact),
    }
    format!("({})", parts.join(","))
}

fn report(results: &[(&Case, Result<(), String>)]) {
    let reasons = Reasons::read(SUITE);
    let passed = results.iter().filter(|(_, result)| result.is_ok()).count();
    let mut text = format!("The suite {SUITE}: {} cases, {passed} as expected\n\n", results.len());
    for (case, result) in results {
        if let Err(difference) = result {
            let reason = reasons.find(&format!("{} {difference}", case.id));
            let _ = writeln!(
                text,
                "{}: {difference}{}",
                case.id,
                reason.map(|it| format!("\n    {it}")).unwrap_or_default()
            );
        }
    }
    snapshot::check(SUITE, &text);
    reasons.check_all_used();
}
