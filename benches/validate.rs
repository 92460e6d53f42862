//! Validation, native: MB a second over the examples of R4, to be run under a profiler, and what was found in them, to
//! compare one build with another.
//!
//! ```text
//! cargo bench --bench validate -- [ROUNDS]        the fastest of so many rounds
//! cargo bench --bench validate -- outcomes FILE   every outcome, a line each
//! cargo bench --bench validate -- patient         a US Core patient without and with its profile
//! ```

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fhirkiln::engine::{Engine, Options};

const EXAMPLES: &str = "node_modules/hl7.fhir.r4.examples";
const US_CORE: &str = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0";
const PASSES: u32 = 2000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["outcomes", file] => std::fs::write(file, outcomes()).expect("a file to write"),
        ["patient"] => patient(),
        [rounds] => speed(rounds.parse().expect("a number")),
        _ => speed(5),
    }
}

fn speed(rounds: usize) {
    let engine = engine(&["r4"]);
    let inputs: Vec<Vec<u8>> = examples().iter().map(|path| read(path)).collect();
    let size: u32 = inputs.iter().map(|input| input.len() as u32).sum();
    let round = || {
        let start = Instant::now();
        for input in &inputs {
            black_box(outcome(&engine, input));
        }
        f64::from(size) / 1e6 / start.elapsed().as_secs_f64()
    };
    let best = (0..rounds).map(|_| round()).fold(0.0, f64::max);
    println!("{} examples, {} MB: {best:.1} MB/s", inputs.len(), size / 1_000_000);
}

fn outcomes() -> String {
    let engine = engine(&["r4"]);
    let line = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("{name} {}\n", outcome(&engine, &read(path)))
    };
    examples().iter().map(line).collect()
}

/// Microseconds of `benches/patient.json`: of base validation, and with the profile that it then claims.
fn patient() {
    let plain = String::from_utf8(read(&root().join("benches/patient.json"))).expect("UTF-8");
    let claim = format!(r#"{{"meta":{{"profile":["{US_CORE}"]}},"#);
    let claiming = plain.replacen('{', &claim, 1);
    let base = microseconds(&engine(&["r4"]), plain.as_bytes());
    let profiled = microseconds(&engine(&["r4", "us-core-6.1.0"]), claiming.as_bytes());
    println!("{base:.1} µs, with its profile {profiled:.1} µs: {:.2} times", profiled / base);
}

fn microseconds(engine: &Engine, input: &[u8]) -> f64 {
    let round = || {
        let start = Instant::now();
        for _ in 0..PASSES {
            black_box(outcome(engine, input));
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(PASSES)
    };
    (0..7).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn outcome(engine: &Engine, input: &[u8]) -> String {
    let options = Options::default();
    let outcome = engine.validate(input, &options).outcome(&options, true);
    serde_json::to_string(&outcome).expect("JSON")
}

fn engine(packs: &[&str]) -> Engine {
    let builder = packs.iter().fold(Engine::builder(), |builder, name| {
        builder.pack(read(&root().join(format!("packs/{name}.pack"))))
    });
    builder.build().expect("the packs fit together")
}

fn examples() -> Vec<PathBuf> {
    let folder = root().join(EXAMPLES);
    let entries = std::fs::read_dir(&folder).expect("the examples: npm ci");
    let is_example = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !["package.json", ".index.json"].contains(&&*name)
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths.filter(is_example).collect();
    paths.sort();
    paths
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
