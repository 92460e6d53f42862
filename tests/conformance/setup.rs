//! Where the suites and the packs are, and what to do where they are not.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fhirkiln::engine::Engine;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The engine over the pack of one FHIR version (`r4`); none where the pack is not built.
pub(crate) fn engine(pack: &str) -> Option<Engine> {
    let bytes = std::fs::read(root().join(format!("packs/{pack}.pack"))).ok()?;
    Some(Engine::builder().pack(bytes).build().unwrap_or_else(|error| panic!("{pack}: {error}")))
}

/// The engine of `pack` for a suite that cannot do without it.
pub(crate) fn engine_for(suite: &str, pack: &str) -> Option<Engine> {
    let engine = engine(pack);
    if engine.is_none() {
        missing(suite, &format!("packs/{pack}.pack is not built: `npm run build` builds it"));
    }
    engine
}

/// An installed npm package.
pub(crate) fn npm_package(suite: &str, name: &str) -> Option<PathBuf> {
    let folder = root().join("node_modules").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    missing(suite, &format!("{name} is not installed: `npm install` installs it"));
    None
}

/// A folder of `../shared` (or of `$FHIRKILN_SHARED`): public suites that no registry serves.
pub(crate) fn shared(suite: &str, folder: &str) -> Option<PathBuf> {
    let path = shared_folder(folder);
    if !path.is_dir() {
        say(suite, &format!("not run, {} is not here", path.display()));
        return None;
    }
    Some(path)
}

/// Where a folder of `../shared` (or of `$FHIRKILN_SHARED`) is, if it is here.
pub(crate) fn shared_folder(folder: &str) -> PathBuf {
    let base = std::env::var_os("FHIRKILN_SHARED").map_or(root().join("../shared"), PathBuf::from);
    base.join(folder)
}

/// Says something under the suite's name, whether or not the test harness captures what is printed.
pub(crate) fn say(suite: &str, text: &str) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{suite}: {text}");
}

fn missing(suite: &str, what: &str) {
    let required = std::env::var_os("FHIRKILN_REQUIRE_SUITES").is_some();
    assert!(!required, "{suite}: {what}");
    say(suite, &format!("not run, {what}"));
}

/// All files under a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Runs `work` over the items on all cores; the answers are in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, item)) = take(&next, items) {
                    let answer = work(item);
                    done.lock()
                        .expect("no worker panics while it holds this")
                        .push((index, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no worker panics while it holds this");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

fn take<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}
