//! The rules of the house, as a test: the table of layers with what each may import, no effects
//! outside the outermost layer, no cycles, and files and functions that stay small.
//!
//! That every issue code has a page, and is raised by what the page shows, is `tests/issue_examples.rs`.
//! To allow an import, change [`LAYERS`] here and in ARCHITECTURE.md in one commit.

#[path = "architecture/files.rs"]
mod files;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/source.rs"]
mod source;

use std::collections::BTreeSet;

use files::{scripts, sources};
use rules::{cycles, effects, imports, is_cycle, long_functions, sibling_graph, sizes};
use source::Source;

/// Each module, outermost last, and what it may import.
const LAYERS: &[(&str, &[&str])] = &[
    ("sort", &[]),
    ("text", &["sort"]),
    ("issue", &["text", "sort"]),
    ("tree", &["text"]),
    ("format", &["tree", "issue", "text", "sort"]),
    ("definitions", &["format::json", "tree", "issue", "text", "sort"]),
    ("cursor", &["definitions", "tree", "text"]),
    ("representation", &["cursor", "definitions", "format", "tree", "issue", "text", "sort"]),
    ("fhirpath", &["cursor", "definitions", "tree", "issue", "text", "sort"]),
    ("terminology", &["definitions", "tree", "issue", "text", "sort"]),
    (
        "validate",
        &[
            "fhirpath",
            "terminology",
            "cursor",
            "definitions",
            "format",
            "tree",
            "issue",
            "text",
            "sort",
        ],
    ),
    (
        "mapping",
        &[
            "fhirpath",
            "terminology",
            "cursor",
            "definitions",
            "format",
            "tree",
            "issue",
            "text",
            "sort",
        ],
    ),
    ("privacy", &["fhirpath", "cursor", "tree", "issue", "text", "sort"]),
    (
        "convert",
        &[
            "mapping",
            "validate",
            "terminology",
            "definitions",
            "format",
            "tree",
            "issue",
            "text",
            "sort",
        ],
    ),
    (
        "engine",
        &[
            "convert",
            "privacy",
            "mapping",
            "validate",
            "terminology",
            "fhirpath",
            "representation",
            "cursor",
            "definitions",
            "format",
            "tree",
            "issue",
            "text",
            "sort",
        ],
    ),
    ("wasm", &["engine"]),
    ("bin", &["engine"]),
];

/// The modules that may touch the world outside.
const OUTERMOST: &[&str] = &["wasm", "bin"];

/// What touches it: files, environment, processes, clocks, threads, streams, JavaScript.
const EFFECTS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time",
    "js_sys",
    "serde_wasm_bindgen",
    "wasm_bindgen",
    "web_sys",
];

/// Macros that print.
const PRINTING: &[&str] = &["dbg", "eprint", "eprintln", "print", "println"];

/// Lines of a file.
const FILE_LINES: usize = 600;

/// Lines of a function that is more than one flat `match`.
const FUNCTION_LINES: usize = 60;

/// Functions that are longer, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// Pairs of sibling modules that need each other, each with its reason.
const CYCLES: &[(&str, &str, &str)] = &[
    (
        "format::json::reader",
        "format::json::string",
        "one reader in two files: the part that decodes text reports what it finds through the whole",
    ),
    (
        "validate::profile",
        "validate::walk",
        "the walk asks for profiles at each place, and a profile is checked through the walk",
    ),
    (
        "validate::profile",
        "validate::rules",
        "a profile asks the rules, which read through the walk, and the walk asks for profiles",
    ),
    (
        "validate::rules",
        "validate::walk",
        "the walk calls the rules at each place, and a rule reports and reads through the walk",
    ),
];

#[test]
fn the_sources_keep_the_layers() {
    report(&imports(&sources("src")));
}

#[test]
fn only_the_outermost_layer_has_effects() {
    report(&effects(&sources("src")));
}

#[test]
fn no_modules_need_each_other() {
    report(&cycles(&sources("src")));
}

#[test]
fn every_file_is_small_and_says_what_it_is() {
    for folder in ["src", "tests", "benches", "fuzz", "examples"] {
        report(&sizes(&sources(folder)));
    }
    for folder in ["js", "tools", "pkg-tests", "benches", "www"] {
        report(&rules::script_sizes(&scripts(folder)));
    }
}

#[test]
fn every_exception_is_still_needed() {
    let all = sources("src");
    let long: BTreeSet<String> =
        all.iter().flat_map(long_functions).map(|(name, _)| name).collect();
    for (name, _) in LONG_FUNCTIONS {
        assert!(long.contains(*name), "{name} is short now: remove it from LONG_FUNCTIONS");
    }
    let graph = sibling_graph(&all);
    for (a, b, _) in CYCLES {
        assert!(
            is_cycle(&graph, a, b),
            "{a} and {b} no longer need each other: remove them from CYCLES"
        );
    }
}

#[test]
fn the_table_itself_has_no_cycle() {
    for (index, (module, imports)) in LAYERS.iter().enumerate() {
        for import in *imports {
            let root = import.split("::").next().unwrap_or(import);
            let below = LAYERS[..index].iter().any(|(name, _)| *name == root);
            assert!(below, "{module} may import {import}, which is not below it");
        }
    }
}

#[track_caller]
fn report(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

/// Sources that break one rule each: a rule that finds nothing anywhere would look like a clean house.
mod fixtures {
    use super::*;

    #[track_caller]
    fn check(rule: impl Fn(&[Source]) -> Vec<String>, files: &[(&str, &str)], expected: &[&str]) {
        let sources: Vec<Source> =
            files.iter().map(|(path, text)| Source::parse(path, text)).collect();
        assert_eq!(rule(&sources), expected);
    }

    #[test]
    fn finds_an_import_upwards() {
        let text = "use crate::{tree::Tree, validate::Walk};";
        let expected = "src/tree/names.rs:1: `tree` must not import `validate::Walk`";
        check(imports, &[("src/tree/names.rs", text)], &[expected]);
    }

    #[test]
    fn finds_an_import_without_use() {
        let found = "src/text/mod.rs:1: `text` must not import `issue::Code::AllOk`";
        check(imports, &[("src/text/mod.rs", "fn f() { crate::issue::Code::AllOk; }")], &[found]);
        check(
            imports,
            &[("src/text/mod.rs", "fn f() { vec![super::issue::Code::AllOk]; }")],
            &[found],
        );
    }

    #[test]
    fn tells_a_part_of_a_module_from_the_whole() {
        let file = "src/definitions/package.rs";
        check(imports, &[(file, "use crate::format::json::read;")], &[]);
        let found =
            "src/definitions/package.rs:1: `definitions` must not import `format::xml::read`";
        check(imports, &[(file, "use crate::format::xml::read;")], &[found]);
    }

    #[test]
    fn finds_what_the_binary_must_not_know() {
        let text = "use fhirkiln::{engine::Engine, tree::Tree}; use crate::args::Args;";
        let found = "src/bin/fhirkiln/main.rs:1: `bin` must not import `tree::Tree`";
        check(imports, &[("src/bin/fhirkiln/main.rs", text)], &[found]);
    }

    #[test]
    fn finds_a_module_that_has_no_place() {
        let found = "src/helpers.rs: `helpers` has no place in the table of layers";
        check(imports, &[("src/helpers.rs", "")], &[found]);
    }

    #[test]
    fn looks_away_from_tests() {
        let text = "#[cfg(test)] mod tests { use crate::engine::Engine; fn f() { println!(); } }";
        check(imports, &[("src/text/mod.rs", text)], &[]);
        check(effects, &[("src/text/mod.rs", text)], &[]);
    }

    #[test]
    fn finds_effects() {
        let file = "src/engine/mod.rs";
        for path in ["std::fs::read", "std::env::var", "std::time::Instant", "js_sys::Array"] {
            let found = format!("{file}:1: `{path}` outside the outermost layer");
            check(effects, &[(file, &format!("use {path};"))], &[&found]);
            check(effects, &[("src/wasm/mod.rs", &format!("use {path};"))], &[]);
        }
        let found = "src/engine/mod.rs:1: `println!` outside the outermost layer";
        check(effects, &[(file, "fn f() { println!(\"\"); }")], &[found]);
        check(effects, &[(file, "use std::io::Read;")], &[]);
    }

    #[test]
    fn finds_siblings_that_need_each_other() {
        let parent = ("src/tree/mod.rs", "mod a; mod b; mod c; pub use b::Name;");
        let a = ("src/tree/a.rs", "use super::Name;");
        let c = ("src/tree/c.rs", "use crate::tree::a::X;");
        check(cycles, &[parent, a, c, ("src/tree/b.rs", "use super::Tree;")], &[]);
        let found = "`tree::a` and `tree::b` need each other";
        check(cycles, &[parent, a, ("src/tree/b.rs", "use super::a::X;")], &[found]);
        let around =
            ["`tree::a` and `tree::b` need each other", "`tree::b` and `tree::c` need each other"];
        check(cycles, &[parent, a, c, ("src/tree/b.rs", "use super::c::X;")], &around);
    }

    #[test]
    fn finds_what_is_too_long_and_what_has_no_header() {
        let lines = |count: usize| "    g();\n".repeat(count);
        let file = "src/text/mod.rs";
        check(sizes, &[(file, "fn f() {}")], &["src/text/mod.rs: does not open with `//!`"]);
        let long = format!("//! Doc.\nfn f() {{\n{}}}", lines(59));
        check(sizes, &[(file, &long)], &["src/text/mod.rs::f: 61 lines, more than 60"]);
        let flat = format!("//! Doc.\nfn f() {{ match x {{\n{} }} }}", "    1 => 1,\n".repeat(99));
        check(sizes, &[(file, &flat)], &[]);
        let whole = format!("//! Doc.\n{}", "// x\n".repeat(600));
        check(sizes, &[(file, &whole)], &["src/text/mod.rs: 601 lines, more than 600"]);
    }

    #[test]
    fn finds_a_script_without_a_header() {
        let script = |text: &str| rules::script_sizes(&[("js/a.ts".to_owned(), text.to_owned())]);
        assert_eq!(script("export {};"), ["js/a.ts: does not open with a comment"]);
        assert_eq!(script("#!/usr/bin/env node\n// What.\n"), [""; 0]);
    }
}
