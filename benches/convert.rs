//! Conversion of HL7 v2, native: does its time grow with the message and no faster, and does a stream of messages need no
//! more memory than one of them?
//!
//! ```text
//! cargo bench --bench convert                  time at 1, 10 and 100 times the size
//! cargo bench --bench convert -- stream 1000000    messages in one stream: rate, and the peak of memory on the way (Linux)
//! ```
//!
//! A million messages of two segments needed 23 MB at the first per cent and at the last (2026-11-23).

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use fhirkiln::engine::{ConvertOptions, Engine, Splitter, Style};

const HEAD: &str =
    "MSH|^~\\&|LAB^1.2.3^ISO|H|EHR|C|20240305101500+0100||ORU^R01^ORU_R01|17|P|2.5.1\r";
const PID: &str =
    "PID|1||17^^^H^MR||Chalmers^Peter^James||19741225|M|||Main St 1^^Town^ST^12345^USA\r";

/// A message with so many of one thing.
type Shape = fn(usize) -> String;

const SHAPES: [(&str, Shape); 4] = [
    ("results of one order", |count| {
        let obx = |index| {
            format!("OBX|{index}|NM|{index}-1^Glucose^LN||5.4|mmol/L^^UCUM|3-6|N|||F|||20240305\r")
        };
        format!(
            "{HEAD}{PID}OBR|1|A|B|24323-8^Panel^LN|||20240305|||||||||9^Doc^Tor||||||||||F\r{}",
            repeat(count, obx)
        )
    }),
    ("orders with a result", |count| {
        let order = |index| {
            format!(
                "ORC|RE|A{index}|B{index}|||||||||9^Doc^Tor\rOBR|{index}|A{index}|B{index}|24323-8^Panel^LN|||20240305\rOBX|1|ST|1-1^Text^LN||fine||||||F\r"
            )
        };
        format!("{HEAD}{PID}{}", repeat(count, order))
    }),
    ("identifiers of a patient", |count| {
        let identifier = |index| format!("{index}^^^H{index}&1.2.{index}&ISO^MR~");
        let list = repeat(count, identifier);
        format!("{HEAD}PID|1||{}||Chalmers^Peter\r", list.trim_end_matches('~'))
    }),
    ("the same sender many times", |count| {
        let kin = |index| format!("NK1|{index}|Chalmers^Anna||||||||||{index}^^^H^MR\r");
        format!("{HEAD}{PID}{}", repeat(count, kin))
    }),
];

fn repeat(count: usize, one: impl Fn(usize) -> String) -> String {
    (1..=count).fold(String::new(), |mut text, index| {
        let _ = write!(text, "{}", one(index));
        text
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let engine = engine();
    match arguments.as_slice() {
        [mode, count] if mode == "stream" => stream(&engine, count.parse().expect("a number")),
        _ => growth(&engine),
    }
}

fn engine() -> Engine {
    let pack = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("packs/{name}.pack"));
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    Engine::builder().pack(pack("r4")).pack(pack("v2")).build().expect("the packs fit together")
}

/// Time for each size, and how much longer than the one before: 10 is linear.
fn growth(engine: &Engine) {
    println!(
        "| message with many | 20, ms | 200, ms | times | 2000, ms | times |\n|---|---:|---:|---:|---:|---:|"
    );
    for (name, shape) in SHAPES {
        let [small, middle, large] =
            [20, 200, 2000].map(|count| milliseconds(engine, &shape(count)));
        let (first, second) = (middle / small, large / middle);
        println!("| {name} | {small:.2} | {middle:.1} | {first:.1} | {large:.0} | {second:.1} |");
    }
}

/// The fastest of five runs, with validation.
fn milliseconds(engine: &Engine, message: &str) -> f64 {
    let run = || {
        let start = Instant::now();
        convert(engine, message.as_bytes().to_vec());
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..5).map(|_| run()).fold(f64::INFINITY, f64::min)
}

fn convert(engine: &Engine, message: Vec<u8>) {
    let made = engine.convert(message, &ConvertOptions::default()).expect("a message");
    black_box(made.json(Style::Compact));
}

/// So many messages in one stream, each another one, as a reader of a file would give them.
fn stream(engine: &Engine, count: usize) {
    let start = Instant::now();
    let mut splitter = Splitter::new(1 << 20);
    let mut done = 0;
    println!("| messages | messages per second | peak RSS, MB |\n|---:|---:|---:|");
    for index in 1..=count {
        splitter.push(HEAD.replace("|17|P|", &format!("|{index}|P|")).as_bytes());
        splitter.push(PID.replace("|17^", &format!("|{index}^")).as_bytes());
        while let Some(piece) = splitter.next_piece() {
            convert(engine, piece.bytes);
            done += 1;
        }
        if [count / 100, count / 10, count].contains(&index) {
            let rate = f64::from(done) / start.elapsed().as_secs_f64();
            println!("| {index} | {rate:.0} | {} |", peak());
        }
    }
}

/// The most memory that this process has had.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "not known".to_owned(), |it| format!("{}", it / 1024))
}
