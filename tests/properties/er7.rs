//! HL7 v2: what is written is what was read, and escaping loses nothing, whatever the text.

use fhirkiln::format::er7::{self, Separators, Splitter};
use fhirkiln::issue::Issues;
use fhirkiln::tree::Limits;
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
