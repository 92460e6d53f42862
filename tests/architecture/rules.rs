//! What is a violation: each rule takes sources and lists what breaks it, as `file:line: what`.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use super::{
    CYCLES, EFFECTS, FILE_LINES, FUNCTION_LINES, LAYERS, LONG_FUNCTIONS, OUTERMOST, PRINTING,
};

/// Imports that the table does not allow.
pub(crate) fn imports(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some(module) = source.module.first() else { continue };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| name == module) else {
            found.push(format!("{}: `{module}` has no place in the table of layers", source.path));
            continue;
        };
        for (path, line) in crate_paths(source) {
            let fits = |allowed: &str| is_within(&path, allowed);
            if !fits(module) && !allowed.iter().any(|&allowed| fits(allowed)) && is_module(&path) {
                found.push(format!("{}:{line}: `{module}` must not import `{path}`", source.path));
            }
        }
    }
    found
}

/// Paths into this crate, without `crate::`. The binary sees the crate by its name.
fn crate_paths(source: &Source) -> Vec<(String, usize)> {
    let is_binary = source.module.first().is_some_and(|module| module == "bin");
    let own = if is_binary { "fhirkiln" } else { "crate" };
    let inside = source.paths.iter().filter(|path| path.segments[0] == own);
    inside.map(|path| (path.segments[1..].join("::"), path.line)).collect()
}

fn is_module(path: &str) -> bool {
    LAYERS.iter().any(|(name, _)| is_within(path, name))
}

/// True if `path` is `module` or inside it.
fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Effects and printing outside the outermost layer.
pub(crate) fn effects(sources: &[Source]) -> Vec<String> {
    let inner = sources.iter().filter(|source| {
        source.module.first().is_none_or(|module| !OUTERMOST.contains(&module.as_str()))
    });
    let mut found = Vec::new();
    for source in inner {
        for path in &source.paths {
            let full = path.segments.join("::");
            if EFFECTS.iter().any(|effect| is_within(&full, effect)) {
                found.push(format!(
                    "{}:{}: `{full}` outside the outermost layer",
                    source.path, path.line
                ));
            }
        }
        for (name, line) in &source.macros {
            if PRINTING.contains(&name.as_str()) {
                found
                    .push(format!("{}:{line}: `{name}!` outside the outermost layer", source.path));
            }
        }
    }
    found
}

/// Siblings inside one module that reach each other.
pub(crate) fn cycles(sources: &[Source]) -> Vec<String> {
    let graph = sibling_graph(sources);
    let mut found = Vec::new();
    for (from, targets) in &graph {
        for to in targets.iter().filter(|to| from < *to && is_cycle(&graph, from, to)) {
            if !CYCLES.iter().any(|(a, b, _)| [a, b] == [from, to]) {
                found.push(format!("`{from}` and `{to}` need each other"));
            }
        }
    }
    found
}

/// True if each of the two reaches the other.
pub(crate) fn is_cycle(graph: &Graph, a: &str, b: &str) -> bool {
    reaches(graph, a, b) && reaches(graph, b, a)
}

/// Which module uses which.
pub(crate) type Graph = BTreeMap<String, BTreeSet<String>>;

/// For each file, which sibling (or the sibling's folder) it uses. A name that the parent only passes
/// on (`pub use`) counts as a use of the sibling that has it.
pub(crate) fn sibling_graph(sources: &[Source]) -> Graph {
    let modules: BTreeSet<String> = sources.iter().map(|source| source.module.join("::")).collect();
    let passed_on = reexports(sources, &modules);
    let mut graph = Graph::new();
    for source in sources.iter().filter(|source| !source.module.is_empty()) {
        let from = source.module.join("::");
        for (path, _) in crate_paths(source) {
            let path = passed_on.get(&path).unwrap_or(&path);
            if let Some((a, b)) = siblings(&from, path).filter(|(_, b)| modules.contains(b)) {
                graph.entry(a).or_default().insert(b);
            }
        }
    }
    graph
}

/// `module::Name` to `module::child::Name` for each `pub use` of a module.
fn reexports(sources: &[Source], modules: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for source in sources {
        for path in source.paths.iter().filter(|path| path.is_reexport) {
            let full = match path.segments[0].as_str() {
                "crate" => path.segments[1..].to_vec(),
                _ => [source.module.as_slice(), path.segments.as_slice()].concat(),
            };
            let depth = full.len().min(source.module.len() + 1);
            let child = full[..depth].join("::");
            if let Some(name) = full.last().filter(|_| modules.contains(&child)) {
                map.insert(
                    [source.module.as_slice(), std::slice::from_ref(name)].concat().join("::"),
                    full.join("::"),
                );
            }
        }
    }
    map
}

/// Where the ways to two paths part; none where one is the other's ancestor.
fn siblings(from: &str, to: &str) -> Option<(String, String)> {
    let (from, to): (Vec<_>, Vec<_>) = (from.split("::").collect(), to.split("::").collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    (common < from.len() && common < to.len())
        .then(|| (from[..=common].join("::"), to[..=common].join("::")))
}

fn reaches(graph: &Graph, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for next in graph.get(node).into_iter().flatten() {
            if next == to {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// Rust files without a header, and files and functions that are too long.
pub(crate) fn sizes(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        if !source.has_doc {
            found.push(format!("{}: does not open with `//!`", source.path));
        }
        if source.lines > FILE_LINES {
            found.push(format!("{}: {} lines, more than {FILE_LINES}", source.path, source.lines));
        }
        for (name, lines) in long_functions(source) {
            if !LONG_FUNCTIONS.iter().any(|(known, _)| *known == name) {
                found.push(format!("{name}: {lines} lines, more than {FUNCTION_LINES}"));
            }
        }
    }
    found
}

pub(crate) fn long_functions(source: &Source) -> impl Iterator<Item = (String, usize)> {
    let long = source.functions.iter().filter(|f| f.lines > FUNCTION_LINES && !f.is_flat_match);
    long.map(|f| (format!("{}::{}", source.path, f.name), f.lines))
}

/// Scripts (`path`, `text`) without a header comment, and those that are too long.
pub(crate) fn script_sizes(scripts: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in scripts {
        let after_shebang = text.strip_prefix("#!").and_then(|rest| rest.split_once('\n'));
        let body = after_shebang.map_or(text.as_str(), |(_, body)| body);
        if !body.starts_with("//") && !body.starts_with("/*") {
            found.push(format!("{path}: does not open with a comment"));
        }
        let lines = text.lines().count();
        if lines > FILE_LINES {
            found.push(format!("{path}: {lines} lines, more than {FILE_LINES}"));
        }
    }
    found
}
