//! Documents: how damaged input is read, places, and that what is written is what was read.

use super::*;
use crate::issue::Issues;
use crate::tree::Limits;

fn read(text: impl Into<Vec<u8>>) -> (Parsed, Vec<&'static str>) {
    let mut issues = Issues::new(100);
    let parsed = parse(text, &Limits::default(), &mut issues);
    assert_eq!(write(parsed.document()), parsed.text);
    (parsed, issues.into_sorted().iter().map(|issue| issue.code.as_str()).collect())
}

/// Reads, and compares the segments (`name:field/field`, repetitions and components as written) and the codes.
#[track_caller]
fn check(text: &str, segments: &[&str], codes: &[&str]) {
    let (parsed, found) = read(text);
    let shown: Vec<String> = parsed
        .document()
        .segments()
        .map(|segment| {
            let fields: Vec<&str> = segment.fields().map(|(_, field)| field.raw).collect();
            format!("{}:{}", segment.name(), fields.join("/"))
        })
        .collect();
    assert_eq!(
        (shown.iter().map(String::as_str).collect::<Vec<_>>(), found),
        (segments.to_vec(), codes.to_vec())
    );
}

#[test]
fn fields_of_a_header_and_of_others() {
    check(
        "MSH|^~\\&|A||B\rPID|1||2^3~4\rZZZ\rPV1|",
        &["MSH:|/^~\\&/A//B", "PID:1//2^3~4", "ZZZ:", "PV1:"],
        &[],
    );
    check("MSH|^~\\&", &["MSH:|/^~\\&"], &[]);
    check("MSH$%*@!$A\rPID$1%2|", &["MSH:$/%*@!/A", "PID:1%2|"], &[]);
}

#[test]
fn segments_end_in_many_ways() {
    let both = &["MSH:|/^~\\&", "PID:1"];
    for text in [
        "MSH|^~\\&\rPID|1\r",
        "MSH|^~\\&\nPID|1\n",
        "MSH|^~\\&\r\nPID|1",
        "\u{b}MSH|^~\\&\rPID|1\r\u{1c}\r",
        "\u{feff}MSH|^~\\&\r\n\r\n \rPID|1\n\r",
    ] {
        check(text, both, &[]);
    }
}

#[test]
fn damage_is_read_over() {
    check("", &[], &["er7-no-header"]);
    check("PID|1\r", &["PID:1"], &["er7-no-header"]);
    check("junk\rMSH|^~\\&", &["junk:", "MSH:|/^~\\&"], &["er7-before-header"]);
    check(
        "MSH|^~\\&\rNTE|1||first\nsecond line\nthird|4",
        &["MSH:|/^~\\&", "NTE:1//first\nsecond line\nthird/4"],
        &["er7-line-break", "er7-line-break"],
    );
    check("MSH|^~|\rPID|a&b\\F\\", &["MSH:|/^~/", "PID:a&b\\F\\"], &["er7-encoding-few"]);
    check("MSH|^^\\&|", &["MSH:|/^^\\&/"], &["er7-encoding-characters"]);
    check("MSH|^~\\&#@|", &["MSH:|/^~\\&#@/"], &["er7-encoding-many"]);
    check("x\ny|1", &["x\ny:1"], &["er7-no-header", "er7-line-break"]);
    check("MSH||A", &["MSH:|//A"], &["er7-encoding-few"]);
}

#[test]
fn a_file_has_messages_each_with_its_separators() {
    let (parsed, codes) =
        read("FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rPID|1\rMSH$^~\\&$B\rPID$2\rPID$3\rBTS|2\rFTS|1\r");
    assert_eq!(codes, [""; 0]);
    let messages: Vec<Vec<String>> = parsed
        .document()
        .messages()
        .map(|message| {
            message.segments().map(|segment| Place::of(segment).field(1).to_string()).collect()
        })
        .collect();
    assert_eq!(messages, [vec!["MSH-1", "PID-1"], vec!["MSH-1", "PID[1]-1", "PID[2]-1"]]);
    assert_eq!(parsed.document().message(1).header().unwrap().field(3).unwrap().raw, "B");
    assert_eq!(parsed.document().message(9).segments().count(), 0);
}

#[test]
fn values_null_and_truncation() {
    let (parsed, _) = read("MSH|^~\\&#|\rPID|\"\"|a&b^c\\T\\d~e|cut#|");
    let segment = parsed.document().segments().nth(1).unwrap();
    let field = |number| segment.field(number).unwrap();
    assert!(field(1).is_null() && !field(4).is_null() && field(4).is_empty());
    assert!(field(3).is_truncated() && !field(2).is_truncated());
    let parts: Vec<_> = field(2).repetitions().flat_map(Part::components).collect();
    assert_eq!(parts.iter().map(|part| part.value()).collect::<Vec<_>>(), ["a&b", "c&d", "e"]);
    assert_eq!(parts[0].subcomponents().map(|part| part.raw).collect::<Vec<_>>(), ["a", "b"]);
    assert!(segment.field(5).is_none() && segment.field(0).is_none());
}

#[track_caller]
fn check_place(text: &str, mark: &str, expected: &str) {
    let (parsed, _) = read(text);
    let offset = text.find(mark).unwrap() as u32;
    let place = Place::at(parsed.document().message(0), offset).unwrap();
    assert_eq!(place.to_string(), expected);
    assert_eq!(Place::parse(expected), Some(place));
}

#[test]
fn places_have_an_index_where_something_repeats() {
    let text = "MSH|^~\\&|app\rPID|1||x^y&z~two|Q\rOBX|1\rOBX|2|ST~N^M";
    check_place(text, "app", "MSH-3");
    check_place(text, "x", "PID-3[1].1");
    check_place(text, "z", "PID-3[1].2.2");
    check_place(text, "two", "PID-3[2]");
    check_place(text, "Q", "PID-4");
    check_place(text, "M", "MSH");
    check_place(text, "ST~", "OBX[2]-2[1]");
    check_place(text, "N^", "OBX[2]-2[2].1");
}

#[track_caller]
fn check_charset(name: &str, bytes: &[u8], value: &str, codes: &[&str]) {
    let head = format!("MSH|^~\\&||||||||||||||||{name}|\rPID|");
    let (parsed, found) = read([head.as_bytes(), bytes].concat());
    let pid = parsed.document().segments().nth(1).unwrap();
    assert_eq!((pid.field(1).unwrap().raw, found), (value, codes.to_vec()));
}

#[test]
fn the_character_set_is_that_of_the_first_header() {
    check_charset("", "é".as_bytes(), "é", &[]);
    check_charset("", b"\xE9", "é", &["er7-character-set-missing"]);
    check_charset("UNICODE UTF-8", b"\xE9", "\u{fffd}", &["text-encoding"]);
    check_charset("8859/2~8859/1", b"\xB9", "š", &[]);
    check_charset("8859/1", "Müller".as_bytes(), "Müller", &[]);
    check_charset("ISO IR159", b"\xE9", "é", &["er7-character-set"]);
    check_charset("ISO IR159", b"x", "x", &["er7-character-set"]);
    check_charset("ISO IR159", "Müller".as_bytes(), "Müller", &["er7-character-set"]);
    check_charset("ASCII~8859/2", b"\xB9", "š", &[]);
    check_charset("~8859/2", b"\xB9", "š", &[]);
    #[cfg(feature = "charsets")]
    check_charset("~ISO IR87", b"\x1B$B;3ED\x1B(B", "山田", &[]);
}

#[test]
fn unicode_of_two_bytes_is_seen() {
    let text = "MSH|^~\\&|é\rPID|1";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert!(read(bytes).0.text.ends_with("é\rPID|1"));
    }
}

#[test]
fn new_segments() {
    let mut writer = Writer::new(Separators::default());
    writer.segment("MSH").field(3).value("A|B").field(9).value("ACK").component(2).value("A01");
    writer.segment("MSA").value("AA").field(2).value("").field(3).value("x").repetition(2).null();
    writer
        .segment("ERR")
        .field(2)
        .component(3)
        .value("1")
        .subcomponent(2)
        .value("2")
        .component(5)
        .value("");
    assert_eq!(writer.finish(), "MSH|^~\\&|A\\F\\B||||||ACK^A01\rMSA|AA||x~\"\"\rERR||^^1&2\r");
}

/// Cuts `stream`, pushed in portions of `size` bytes.
fn cut(stream: &str, size: usize, limit: usize) -> Vec<Piece> {
    let mut splitter = Splitter::new(limit);
    let mut pieces = Vec::new();
    for portion in stream.as_bytes().chunks(size) {
        splitter.push(portion);
        pieces.extend(std::iter::from_fn(|| splitter.next_piece()));
    }
    pieces.extend(std::iter::from_fn(|| splitter.finish()));
    pieces
}

#[test]
fn a_stream_is_cut_into_messages_whatever_its_portions() {
    let stream = "FHS|^~\\&\r\nBHS|^~\\&\r\nMSH|^~\\&|1\r\nPID|MSH\r\n\u{b}MSH|^~\\&|2\r\u{1c}\r\n\nBTS|2\rFTS|1";
    let whole = cut(stream, stream.len(), 1000);
    let texts: Vec<String> =
        whole.iter().map(|piece| String::from_utf8(piece.bytes.clone()).unwrap()).collect();
    assert_eq!(texts.concat(), stream);
    let shown: Vec<_> = whole.iter().map(|piece| (piece.is_message, piece.line)).collect();
    assert_eq!(shown, [(false, 1), (false, 2), (true, 3), (true, 5), (false, 8), (false, 9)]);
    for size in 1..20 {
        assert_eq!(cut(stream, size, 1000), whole, "portions of {size}");
    }
}

#[test]
fn a_stream_needs_no_more_than_the_limit() {
    let mut splitter = Splitter::new(1000);
    let mut count = 0;
    for _ in 0..10_000 {
        splitter.push(b"NTE|1||no header, and no end\r");
        count += std::iter::from_fn(|| splitter.next_piece()).count();
        assert!(splitter.finish().is_none_or(|piece| piece.bytes.len() <= 1100));
    }
    assert_eq!(count, 0);
}

#[test]
fn er7_is_recognised_by_how_it_begins() {
    for text in ["MSH|^~\\&|", "\u{b}MSH|", "\u{feff}\r\n FHS^", "BHS|", "junk\nMSH|"] {
        assert!(is_er7(text.as_bytes()), "{text}");
    }
    for text in ["", "MSH", "MSHX", "{}", "{\nMSH|", "<MSH>", "PID|"] {
        assert!(!is_er7(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_stream_that_comes_at_once_is_cut_in_one_pass() {
    let message = "MSH|^~\\&|A\rPID|1\r";
    let pieces = cut(&message.repeat(100_000), usize::MAX, 1000);
    assert_eq!(pieces.len(), 100_000);
    assert!(pieces.iter().all(|piece| piece.bytes == message.as_bytes()));
    assert_eq!(pieces.last().map(|piece| piece.line), Some(199_999));
}
