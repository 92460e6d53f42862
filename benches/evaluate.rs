//! FHIRPath evaluations per second, native: the cases of `benches/fhirpath.mjs`, which runs this
//! (`cargo bench --bench evaluate -- CASES FOLDER PACK`) and reads one number for each case, in order.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use fhirkiln::engine::{Engine, EvaluateOptions};
use serde_json::Value as Json;

/// How long a round is: short, so that some are not disturbed even where much else runs.
const ROUND: Duration = Duration::from_millis(5);
/// Rounds; the fastest counts, as what disturbs a round only ever makes it slower.
const ROUNDS: usize = 60;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [cases, folder, pack] = arguments.as_slice() else {
        println!("run by benches/fhirpath.mjs");
        return;
    };
    let cases: Vec<Json> = serde_json::from_slice(&read(cases)).expect("a list of cases");
    let engine = Engine::builder().pack(read(pack)).build().expect("a pack");
    for case in cases {
        let text = |name: &str| case[name].as_str().expect("text");
        let input = read(Path::new(folder).join(text("input")));
        println!("{:.0}", per_second(&engine, text("expression"), input));
    }
}

fn per_second(engine: &Engine, expression: &str, input: Vec<u8>) -> f64 {
    let resource = engine.parse(input);
    let expression = engine.compile(expression).expect("an expression");
    let options = EvaluateOptions::default();
    let run = || {
        let result = engine.values(&expression, &resource, &options, |item| {
            black_box(item.value());
        });
        result.expect("a result");
    };
    let round = || {
        let (start, mut count) = (Instant::now(), 0.0);
        while start.elapsed() < ROUND {
            (0..100).for_each(|_| run());
            count += 100.0;
        }
        count / start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| round()).fold(0.0, f64::max)
}

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
