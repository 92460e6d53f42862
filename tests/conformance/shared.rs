//! Every file of `../shared`, whatever it holds, as if it were a FHIR resource: validation gives
//! findings, and neither panics nor points outside the text.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use fhirkiln::engine::{Engine, Options};

use crate::setup;

#[test]
fn no_file_makes_the_engine_panic() {
    let Some(engine) = setup::engine_for("no_panic", "r4") else { return };
    let Some(folder) = setup::shared("no_panic", ".") else { return };
    let files = setup::files(&folder);
    let wrong: Vec<String> = setup::in_parallel(&files, |path| misbehaviour(&engine, path))
        .into_iter()
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    setup::say("no_panic", &format!("{} files", files.len()));
}

fn misbehaviour(engine: &Engine, path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let options = Options::default();
    let run = AssertUnwindSafe(|| {
        let is_valid = engine.is_valid(bytes.clone(), &options);
        let report = engine.validate(bytes, &options);
        let outcome = report.outcome(&options, true);
        let length = report.tree().text().len();
        let inside = report
            .issues
            .iter()
            .all(|i| i.span.start <= i.span.end && i.span.end as usize <= length);
        (inside, outcome.is_valid() == is_valid)
    });
    match catch_unwind(run) {
        Err(_) => Some(format!("{}: panics", path.display())),
        Ok((false, _)) => Some(format!("{}: a span is not inside the text", path.display())),
        Ok((_, false)) => Some(format!("{}: `is_valid` and `validate` disagree", path.display())),
        Ok((true, true)) => None,
    }
}
