//! What the reader makes of right and of damaged JSON, and that the writer gives it back.

use std::sync::Arc;

use super::{Style, parse, write};
use crate::issue::Issues;
use crate::tree::{Limits, Names, NodeId, Tree};

fn read(text: impl Into<Vec<u8>>, limits: &Limits) -> (Tree, String) {
    let mut issues = Issues::new(100);
    let tree = parse(text, &Arc::new(Names::default()), limits, &mut issues);
    let found: Vec<String> = issues
        .into_sorted()
        .iter()
        .map(|issue| format!("{}@{}", issue.code.as_str(), issue.span.start))
        .collect();
    (tree, found.join(" "))
}

/// `expected` is what is written back, then the issues with their offsets.
#[track_caller]
fn check(text: &str, expected: &str, issues: &str) {
    let (tree, found) = read(text, &Limits::default());
    assert_eq!(found, issues, "{text}");
    assert_eq!(write(&tree, NodeId::ROOT, Style::Compact), expected, "{text}");
}

#[track_caller]
fn check_same(text: &str) {
    check(text, text, "");
}

#[test]
fn reads_and_writes_every_kind() {
    check_same(r#"{"a":[1,-0.50,1e5,1.00,true,false,null,"",{},[]],"b":{"c":"d"}}"#);
    check_same("\"x\"");
    check_same("12");
    check(" \r\n\t[ 1 , 2 ] ", "[1,2]", "");
}

#[test]
fn decodes_escapes() {
    check(r#"["\u0041\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\"]"#, r#"["Aé😀/\b\f\n\r\t\"\\"]"#, "");
    check(
        r#"["\ud83d","\ude00x"]"#,
        "[\"\u{fffd}\",\"\u{fffd}x\"]",
        "json-lone-surrogate@2 json-lone-surrogate@11",
    );
    check(r#"["\x41","\u12"]"#, r#"["\\x41","\\u12"]"#, "json-escape@2 json-escape@9");
}

#[test]
fn writes_indented() {
    let (tree, _) = read(r#"{"a":[1,{"b":[]}],"c":{}}"#, &Limits::default());
    let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}";
    assert_eq!(write(&tree, NodeId::ROOT, Style::Pretty), expected);
}

#[test]
fn goes_on_after_commas_and_colons() {
    check(r#"{"a":1 "b":2}"#, r#"{"a":1,"b":2}"#, "json-expected-comma@7");
    check(r#"{"a":1,}"#, r#"{"a":1}"#, "json-trailing-comma@6");
    check("[1,,2]", "[1,2]", "json-expected-value@3");
    check(r#"{"a" 1}"#, r#"{"a":1}"#, "json-expected-colon@4");
    check(r#"{"a":,"b":1}"#, r#"{"a":null,"b":1}"#, "json-expected-value@5");
    check(r#"{"a"}"#, r#"{"a":null}"#, "json-expected-colon@4 json-expected-value@4");
}

#[test]
fn goes_on_after_brackets() {
    check(r#"{"a":[{"b":1]}"#, r#"{"a":[{"b":1}]}"#, "json-mismatched-close@12");
    check(r#"{"a":[1}"#, r#"{"a":[1]}"#, "json-mismatched-close@7");
    check("[1}", "[1]", "json-mismatched-close@2");
    check(r#"{"a":[1"#, r#"{"a":[1]}"#, "json-unclosed@0");
    check("[1] 2", "[1]", "json-trailing-text@4");
}

#[test]
fn goes_on_after_words_and_names() {
    check("[True, nan, undefined]", "[null,null,null]", "json-word@1 json-word@7 json-word@12");
    check(
        "[01,+1,.5,1.,1e,-]",
        "[null,null,null,null,null,null]",
        "json-number@1 json-number@4 json-number@7 json-number@10 json-number@13 json-number@16",
    );
    check(
        "{a:1,'b':'c\"'}",
        r#"{"a":1,"b":"c\""}"#,
        "json-unquoted-name@1 json-single-quotes@5 json-single-quotes@9",
    );
    check(r#"{{"a":1},"b":2}"#, r#"{"b":2}"#, "json-expected-name@1");
    check("[1, // one\n/* two */ 2]", "[1,2]", "json-comment@4 json-comment@11");
    check("{é:1}", "{\"é\":1}", "json-unquoted-name@1");
}

#[test]
fn goes_on_after_text_that_is_not_closed() {
    check("{\"a\":\"x,\n\"b\":1}", r#"{"a":"x","b":1}"#, "json-unclosed-string@5");
    check("{\"a\":\"x\n}", r#"{"a":"x"}"#, "json-unclosed-string@5");
    check("[\"one\ntwo\t\"]", r#"["one\ntwo\t"]"#, "json-control-character@5");
    check("[\"x", r#"["x"]"#, "json-unclosed@0 json-unclosed-string@1");
}

#[test]
fn finds_duplicate_names_at_their_own_level() {
    check(
        r#"{"a":1,"b":{"a":2,"a":3},"a":4}"#,
        r#"{"a":1,"b":{"a":2,"a":3},"a":4}"#,
        "json-duplicate-key@18 json-duplicate-key@25",
    );
    check_same(r#"[{"a":1},{"a":{"a":1}}]"#);
}

#[test]
fn reads_bytes_that_are_not_text() {
    check("", "null", "json-empty@0");
    check("\u{feff}[1]", "[1]", "text-byte-order-mark@0");
    let (tree, found) = read(b"[\"a\xff\xfeb\"]".as_slice(), &Limits::default());
    assert_eq!(found, "text-encoding@3");
    assert_eq!(write(&tree, NodeId::ROOT, Style::Compact), "[\"a\u{fffd}\u{fffd}b\"]");
}

#[test]
fn keeps_its_limits() {
    let limits = Limits { depth: 2, nodes: 5, bytes: 40 };
    let found = |text: &str| read(text, &limits).1;
    assert_eq!(found("[[[[1]]],2]"), "limit-depth@2");
    assert_eq!(found(r#"[[{"]":"\"]"}],2]"#), "limit-depth@2");
    assert_eq!(found("[1,2,3,4,5,6]"), "limit-nodes@8");
    assert_eq!(found(&" ".repeat(41)), "limit-size@0");
}

#[test]
fn gives_every_place() {
    let (tree, _) = read(r#"{"a" : [10, "x"]}"#, &Limits::default());
    let places: Vec<String> = (0..tree.len() as u32)
        .map(|index| {
            let node = NodeId(index);
            format!(
                "{} {}",
                tree.key_span(node).slice(tree.text()),
                tree.span(node).slice(tree.text())
            )
        })
        .collect();
    assert_eq!(
        places,
        [r#"{"a" : [10, "x"]} {"a" : [10, "x"]}"#, r#""a" [10, "x"]"#, "10 10", r#""x" "x""#]
    );
    assert_eq!(crate::tree::pointer(&tree, NodeId(3)), "/a/1");
    assert_eq!(crate::tree::node_at(&tree, 13), NodeId(3));
}

#[test]
fn finds_a_decoded_place_in_the_source() {
    let source = r#""a\n\u00e9\ud83d\ude00b""#;
    // a, line feed, é (2 bytes), an emoji (4 bytes), b
    let mut offsets = super::SourceOffsets::new(source);
    let found = [0, 1, 2, 4, 8, 9, 99].map(|offset| offsets.find(offset));
    assert_eq!(found, [1, 2, 4, 10, 22, 23, 24]);
}
