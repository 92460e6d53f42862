//! Every issue code has a page in `docs/issues/` that explains it, and the examples on the page are
//! executed: the wrong ones raise that code and no other, the right ones raise neither it nor any error.
//! So no code exists that nothing raises, and no page promises what the engine does not do.
//!
//! An example is a fenced block whose info string says how to run it: `json invalid` or `json valid`, and
//! then any of `bom` (a byte order mark before it), `latin1` (in that encoding), `bytes=`, `nodes=`,
//! `depth=` (limits of the engine), `max-issues=`, `best-practice`, `must-support`, `no-example-urls`,
//! `for-publication`, `extension-domain=` (options), `fill=` (so many letters in place of `…`),
//! `also=` (another code that is raised too). `json definition` is a definition that the examples of its page
//! need. `fml invalid` is a map; it is compiled, and run on the `json source` of its page where there is one. `no-packs` is for
//! an engine that knows nothing. `text invalid primitive=decimal` is a value of a primitive type, for what JSON cannot write.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use fhirkiln::engine::{BestPractice, Code, Engine, Limits, Options, Severity, TransformOptions};
use fhirkiln::validate::rules::primitive::{self, Primitive};

const INDEX: &str = "README.md";

struct Example<'p> {
    words: Vec<&'p str>,
    text: &'p str,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("docs/issues")
}

fn engine() -> Engine {
    let packs = ["packs/r4.pack", "packs/v2.pack"].map(|path| {
        fs::read(root().join(path)).unwrap_or_else(|_| {
            panic!(
                "{path} is not here: `npm run build` builds it, or, where the packages are installed, \
                 `cargo run --release --features cli -- pack build`"
            )
        })
    });
    let engine = packs.into_iter().fold(Engine::builder(), fhirkiln::engine::EngineBuilder::pack);
    engine.build().expect("the packs cannot be read: build them again")
}

/// The fenced blocks of a page that say how they are run.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    let mut blocks = page.split("\n```");
    blocks.next();
    // Inside and outside of blocks take turns.
    for block in blocks.step_by(2) {
        let (info, text) = block.split_once('\n').unwrap_or((block, ""));
        let words: Vec<_> = info.split(' ').collect();
        if ["definition", "source", "valid", "invalid"].iter().any(|kind| words.contains(kind)) {
            found.push(Example { words, text });
        }
    }
    found
}

impl Example<'_> {
    fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(move |word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.values(name).next().map(|text| text.parse().expect("a number"))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = self.text.replace('…', &"x".repeat(self.number("fill").unwrap_or(1)));
        if self.has("bom") {
            text.insert(0, '\u{feff}');
        }
        if self.has("latin1") {
            return text
                .chars()
                .map(|c| u8::try_from(c).expect("a character of Latin-1"))
                .collect();
        }
        text.into_bytes()
    }

    /// The codes that are raised, and whether one is an error.
    fn run(&self, engine: &Engine, source: Option<&str>) -> (BTreeSet<&'static str>, bool) {
        if let Some(name) = self.values("primitive").next() {
            let primitive = Primitive::from_name(name).expect("a primitive type");
            let found = primitive::check(primitive, self.text);
            let is_error = found.iter().any(|problem| problem.severity() >= Severity::Error);
            return (found.iter().map(|problem| problem.code.as_str()).collect(), is_error);
        }
        if self.has("fml") {
            return self.run_map(engine, source);
        }
        let usual = Limits::default();
        let limits = Limits {
            bytes: self.number("bytes").unwrap_or(usual.bytes),
            nodes: self.number("nodes").unwrap_or(usual.nodes),
            depth: self.number("depth").unwrap_or(usual.depth),
        };
        let nothing = Engine::default();
        let engine = if self.has("no-packs") { &nothing } else { engine };
        let engine =
            engine.with().limits(limits).build().expect("the same engine with other limits");
        let mut options = Options::default();
        options.max_issues = self.number("max-issues").unwrap_or(options.max_issues);
        if self.has("best-practice") {
            options.best_practice = BestPractice::Warning;
        }
        options.must_support = self.has("must-support");
        options.allow_example_urls = !self.has("no-example-urls");
        options.for_publication = self.has("for-publication");
        let domains: Vec<String> = self.values("extension-domain").map(str::to_owned).collect();
        options.allowed_extension_domains = (!domains.is_empty()).then_some(domains);
        let outcome = engine.validate(self.bytes(), &options).outcome(&options, true);
        let codes = outcome.issue.iter().map(|issue| issue.details.coding[0].code).collect();
        (codes, !outcome.is_valid())
    }
}

impl Example<'_> {
    /// What is found in a map, and where there is a source, when it is run.
    fn run_map(&self, engine: &Engine, source: Option<&str>) -> (BTreeSet<&'static str>, bool) {
        let map = engine.parse_map(self.text).unwrap_or_else(|it| panic!("{}\n{it}", self.text));
        let mapping = engine.compile_map(map);
        let mut issues = mapping.issues().to_vec();
        if let Some(source) = source {
            let made = engine.transform(&mapping, source, &TransformOptions::default());
            issues.extend(made.expect("the source is sound").report.issues);
        }
        let is_error = issues.iter().any(|issue| issue.severity >= Severity::Error);
        (issues.iter().map(|issue| issue.code.as_str()).collect(), is_error)
    }
}

/// What is wrong with the page of one code.
fn check_page(engine: &Engine, code: Code, page: &str, wrong: &mut String) {
    let name = code.as_str();
    let mut note = |text: &str| writeln!(wrong, "{name}: {text}").expect("writing to a String");
    let head = head(code);
    if !page.starts_with(&head) {
        note(&format!("the page must begin with\n{head}"));
    }
    let examples = examples(page);
    let definitions = examples.iter().filter(|example| example.has("definition"));
    let engine = definitions.fold(engine.with(), |engine, example| engine.resource(example.text));
    let engine = match engine.build() {
        Ok(engine) => engine,
        Err(error) => return note(&error.message),
    };
    let (is_ok, must_fail) = (code == Code::AllOk, code != Code::AllOk);
    if !examples.iter().any(|example| example.has("valid"))
        || must_fail != examples.iter().any(|example| example.has("invalid"))
    {
        note("the page needs an invalid example and a valid one");
    }
    let source = examples.iter().find(|example| example.has("source")).map(|it| it.text);
    let run = |it: &&Example<'_>| !it.has("definition") && !it.has("source");
    for example in examples.iter().filter(run) {
        let (found, has_error) = example.run(&engine, source);
        if example.has("invalid") {
            let expected: BTreeSet<_> = example.values("also").chain([name]).collect();
            if found != expected {
                note(&format!("raised {found:?}, not {expected:?}, by{}", example.text));
            }
        } else if has_error || found.contains(name) != is_ok {
            note(&format!("raised {found:?} by what should be right:{}", example.text));
        }
    }
}

/// The title, and what the table of codes says.
fn head(code: Code) -> String {
    let (severity, kind) = (code.severity().as_str(), code.issue_type().as_str());
    format!("# {}\n\n> **{severity}** ({kind}): {}\n\n", code.as_str(), code.summary())
}

#[test]
fn every_code_has_a_page_whose_examples_do_what_they_say() {
    let engine = engine();
    let mut wrong = String::new();
    for &code in Code::ALL {
        let name = code.as_str();
        match fs::read_to_string(folder().join(format!("{name}.md"))) {
            Ok(page) => check_page(&engine, code, &page, &mut wrong),
            Err(_) => writeln!(wrong, "{name}: no page").expect("writing to a String"),
        }
    }
    assert!(wrong.is_empty(), "docs/issues:\n{wrong}");
}

#[test]
fn every_page_has_a_code() {
    let pages = fs::read_dir(folder()).expect("docs/issues");
    for page in pages.map(|entry| entry.expect("a page").file_name()) {
        let page = page.to_string_lossy();
        let name = page.trim_end_matches(".md");
        assert!(page == INDEX || Code::from_name(name).is_some(), "no issue has the code {name}");
    }
}

#[test]
fn the_index_lists_every_code() {
    let mut index = String::from(
        "# Issue codes\n\nWhat fhirkiln can find, each with a page: what it means, why it matters, how to \
         fix it, and examples that the tests run. Codes are stable across releases.\n\n\
         | code | severity | message |\n|---|---|---|\n",
    );
    for &code in Code::ALL {
        let (name, severity) = (code.as_str(), code.severity().as_str());
        let message = code.summary().replace('|', "\\|");
        writeln!(index, "| [{name}]({name}.md) | {severity} | {message} |")
            .expect("writing to a String");
    }
    let path = folder().join(INDEX);
    if fs::read_to_string(&path).unwrap_or_default() != index {
        fs::write(&path, index).expect("docs/issues/README.md can be written");
        panic!(
            "docs/issues/README.md did not list the codes as they are; it was rewritten: commit it"
        );
    }
}
