//! HL7 v2: what is written is what was read, and escaping loses nothing, whatever the text.

use std::sync::LazyLock;

use fhirkiln::engine::{ConvertOptions, Engine, Options, Style};
use fhirkiln::format::er7::{self, Separators, Splitter};
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Kind, Limits, NodeId, Tree};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn writes_what_it_read(parts in vec(any_part(), 0..60)) {
        check(parts.concat().into_bytes());
    }

    #[test]
    fn reads_any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        check([b"MSH|^~\\&|".as_slice(), &bytes].concat());
    }

    /// Segments in any order and with any damage: all is checked and shaped without a panic, inside the text, and every
    /// segment has its place in the tree.
    #[test]
    fn validates_any_message(lines in vec(any_segment(), 0..30), version in prop::sample::select(VERSIONS)) {
        let head = format!("MSH|^~\\&|A|B|C|D|20240305||{version}\r");
        let text = format!("{head}{}", lines.join("\r"));
        let options = Options::default();
        let report = ENGINE.validate(text.as_str(), &options);
        for issue in &report.issues {
            let range = issue.span.start as usize..issue.span.end as usize;
            prop_assert!(report.tree().text().get(range).is_some());
        }
        let is_valid = report.outcome(&options, true).is_valid();
        prop_assert_eq!(ENGINE.is_valid(text.as_str(), &options), is_valid);
        let tree = report.tree();
        let names = ["PID", "PV1", "ORC", "OBR", "OBX", "NTE", "IN1", "NK1", "ZZ1"];
        let known = |name: &str| names.contains(&name.trim_end_matches(['_', '2']));
        let found = count(tree, NodeId::ROOT, &known);
        prop_assert_eq!(found, lines.len());
    }

    #[test]
    fn escaping_loses_nothing(value in any::<String>(), truncation in any::<bool>()) {
        let truncation = if truncation { b'#' } else { 0 };
        let separators = Separators { truncation, ..Separators::default() };
        let written = er7::escape(&value, separators);
        prop_assert_eq!(er7::unescape(&written, separators), value.as_str());
        let has_mark = written.contains(['|', '^', '&', '~', '\r', '\n', '\u{b}', '\u{1c}']);
        prop_assert!(!has_mark);
    }

    #[test]
    fn a_stream_loses_nothing(parts in vec(any_part(), 0..60), size in 1_usize..30) {
        let stream = parts.concat();
        let mut splitter = Splitter::new(100);
        let mut pieces = Vec::new();
        for portion in stream.as_bytes().chunks(size) {
            splitter.push(portion);
            pieces.extend(std::iter::from_fn(|| splitter.next_piece()));
        }
        pieces.extend(std::iter::from_fn(|| splitter.finish()));
        let mut at = 0;
        for piece in pieces {
            let start = usize::try_from(piece.offset).expect("small");
            let between = &stream.as_bytes()[at..start];
            let has_text = between.iter().any(u8::is_ascii_alphanumeric);
            prop_assert!(!has_text);
            at = start + piece.bytes.len();
            prop_assert_eq!(&stream.as_bytes()[start..at], piece.bytes.as_slice());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Segments in any order and with any damage convert: what is made is JSON, and no value is lost.
    #[test]
    fn converts_any_message(lines in vec(any_segment(), 0..20), version in prop::sample::select(VERSIONS)) {
        let Some(engine) = &*CONVERTER else { return Ok(()) };
        let text = format!("MSH|^~\\&|A|B|C|D|20240305||{version}\r{}", lines.join("\r"));
        let made = engine.convert(text.as_str(), &ConvertOptions::default()).expect("a message");
        let json = made.json(Style::Compact).expect("a Bundle");
        prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        let parsed = er7::parse(text.into_bytes(), &Limits::default(), &mut Issues::new(0));
        let leaves: Vec<u32> = parsed.document().messages().flat_map(er7::Message::leaves)
            .filter(|(place, _)| place.segment != "MSH" || place.field > 2)
            .map(|(_, part)| part.span.start).collect();
        let tree = made.report.tree();
        let is_mapped = |start: u32| tree.nodes().any(|node| {
            matches!(tree.kind(node), Kind::String) && (tree.span(node).start..tree.span(node).end).contains(&start) && made.lineage.is_taken(node)
        });
        let unmapped = made.unmapped();
        for start in leaves {
            let is_listed = unmapped.iter().any(|it| it.span.start == start);
            let is_mapped = is_mapped(start);
            prop_assert!(is_listed != is_mapped, "{start}: listed {is_listed}, mapped {is_mapped} in {}", parsed.text);
        }
    }
}

/// The engine with the maps; none where a pack is not built.
static CONVERTER: LazyLock<Option<Engine>> = LazyLock::new(|| {
    let pack = |name: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read(root.join(format!("packs/{name}.pack"))).ok()
    };
    Engine::builder().pack(pack("r4")?).pack(pack("v2")?).build().ok()
});

/// The headers of messages with structures of all sizes, from `MSH-9` on; one with none.
const VERSIONS: &[&str] = &[
    "ADT^A01^ADT_A01|1|P|2.5.1",
    "ORU^R01|1|P|2.3",
    "ORU^R01^ORU_R01|1|P|2.8",
    "OML^O21^OML_O21|1|P|2.7",
    "SIU^S12|1|P|2.1",
    "ZZZ^Z99|1|P|2.5",
];

/// The engine that knows HL7 v2; one that knows nothing where the pack is not built.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/v2.pack");
    match std::fs::read(path) {
        Ok(pack) => Engine::builder().pack(pack).build().expect("the pack is what was just built"),
        Err(_) => Engine::default(),
    }
});

/// How many segments the tree has: the objects of those names, one for each entry of an array.
fn count(tree: &Tree, node: NodeId, known: &impl Fn(&str) -> bool) -> usize {
    tree.children(node)
        .map(|child| match (tree.name_text(child), tree.kind(child)) {
            ("Z", _) => tree.children(child).count(),
            (name, Kind::Array) if known(name) => tree.children(child).count(),
            (name, Kind::Object) if known(name) => 1,
            _ => count(tree, child, known),
        })
        .sum()
}

/// A segment with a few fields in any state.
fn any_segment() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &["PID", "PV1", "ORC", "OBR", "OBX", "NTE", "IN1", "NK1", "ZZ1"];
    const VALUES: &[&str] = &[
        "",
        "1",
        "NM",
        "CWE",
        "\"\"",
        "a^b&c",
        "a~b",
        "~",
        "^",
        "20240305",
        "2024-03-05",
        "\\F\\",
        "\\Q\\",
        "x^^^H&1.2&ISO",
    ];
    let fields = vec(prop::sample::select(VALUES), 0..9);
    (prop::sample::select(NAMES), fields)
        .prop_map(|(name, fields)| format!("{name}|{}", fields.join("|")))
}

/// The marks of ER7: mostly damaged messages, and damaged in the ways of ER7.
fn any_part() -> impl Strategy<Value = String> {
    const MARKS: &[&str] = &[
        "MSH|^~\\&|",
        "MSH$%*@!$",
        "BHS|^~\\&|",
        "FTS|1",
        "\rPID|",
        "\nOBX|1|ST",
        "\r\n",
        "\u{b}",
        "\u{1c}\r",
        "|",
        "^",
        "~",
        "&",
        "\\",
        "\\F\\",
        "\\X41\\",
        "\\.br\\",
        "#",
        "\"\"",
        "é",
        "value",
        " ",
        "\u{feff}",
    ];
    prop_oneof![9 => prop::sample::select(MARKS).prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn check(bytes: Vec<u8>) {
    let mut issues = Issues::new(1000);
    let parsed = er7::parse(bytes, &Limits::default(), &mut issues);
    assert_eq!(er7::write(parsed.document()), parsed.text);
    for issue in issues.into_sorted() {
        assert!(parsed.text.get(issue.span.start as usize..issue.span.end as usize).is_some());
    }
}
