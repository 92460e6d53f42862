//! Properties that hold for every input: what is written reads back as the same value, damaged text
//! still gives a tree inside the text, and no JSON makes the validator panic.

#[path = "../../fuzz/checks.rs"]
#[allow(dead_code, reason = "the crashers use the others")]
mod checks;
mod er7;
mod fhirpath;
mod mapping;
mod model;
mod primitives;

use std::sync::{Arc, LazyLock};

use fhirkiln::engine::{Engine, Options};
use fhirkiln::format::json::{self, Style};
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Kind, Limits, Names, NodeId, Tree};
use model::Json;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Reading: any value, in any layout and with any escapes, becomes a tree of that value.
    #[test]
    fn reads_what_a_value_says(value in model::any_json(), layout in any::<u64>()) {
        let tree = parse(value.text(layout).into_bytes());
        prop_assert_eq!(Json::from_tree(&tree, NodeId::ROOT), value);
    }

    /// Writing: `parse(write(x)) = x` in both styles, numbers as they were written.
    #[test]
    fn writes_what_it_read(value in model::any_json(), layout in any::<u64>()) {
        let tree = parse(value.text(layout).into_bytes());
        for style in [Style::Compact, Style::Pretty] {
            let again = parse(json::write(&tree, NodeId::ROOT, style).into_bytes());
            prop_assert_eq!(Json::from_tree(&again, NodeId::ROOT), value.clone());
        }
    }

    #[test]
    fn keeps_spans_inside_arbitrary_bytes(bytes in vec(any::<u8>(), 0..300)) {
        check_spans(bytes);
    }

    /// Text made of the marks of JSON: nearly always broken, and broken in JSON's ways.
    #[test]
    fn keeps_spans_inside_broken_json(parts in vec(model::any_fragment(), 0..60)) {
        check_spans(parts.concat().into_bytes());
    }

    /// A good text with one thing taken out, put in or cut off.
    #[test]
    fn keeps_spans_inside_damaged_json(
        value in model::any_json(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..4,
        new in vec(any::<u8>(), 0..4),
    ) {
        let mut bytes = value.text(0).into_bytes();
        let start = at.index(bytes.len());
        let end = bytes.len().min(start + length);
        bytes.splice(start..end, new);
        check_spans(bytes);
    }

    /// Names and values of FHIR in no order that FHIR knows.
    #[test]
    fn validates_any_json(value in model::fhir_like()) {
        let text = value.text(0);
        let options = Options::default();
        let report = ENGINE.validate(text.clone(), &options);
        for issue in &report.issues {
            prop_assert!(issue.span.start <= issue.span.end && issue.span.end as usize <= text.len());
        }
        let is_valid = report.outcome(&options, true).is_valid();
        prop_assert_eq!(ENGINE.is_valid(text, &options), is_valid);
    }
}

/// The R4 engine; one that knows nothing where the pack is not built.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/r4.pack");
    match std::fs::read(path) {
        Ok(pack) => Engine::builder().pack(pack).build().expect("the pack is what was just built"),
        Err(_) => Engine::default(),
    }
});

fn parse(bytes: Vec<u8>) -> Tree {
    let mut issues = Issues::new(10);
    let tree = json::parse(bytes, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    assert!(!issues.has_error(), "{:?} in {:?}", issues.into_sorted(), tree.text());
    tree
}

/// Every node stands in its parent, after its sibling, and on character boundaries; so does every issue.
fn check_spans(bytes: Vec<u8>) {
    let mut issues = Issues::new(1000);
    let tree = json::parse(bytes, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    let text = tree.text();
    for issue in issues.into_sorted() {
        let range = issue.span.start as usize..issue.span.end as usize;
        assert!(text.get(range).is_some(), "{issue:?} in {text:?}");
    }
    check_subtree(&tree, NodeId::ROOT);
}

fn check_subtree(tree: &Tree, node: NodeId) {
    let (text, span) = (tree.text(), tree.span(node));
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    assert!(tree.key_start(node) <= span.start, "{span:?} before its name in {text:?}");
    let key = tree.key_span(node);
    assert!(text.get(key.start as usize..key.end as usize).is_some(), "{key:?} in {text:?}");
    let _ = tree.value(node);
    let mut last = span.start;
    for child in tree.children(node) {
        assert!(tree.kind(node) == Kind::Object || tree.kind(node) == Kind::Array);
        assert!(tree.key_start(child) >= last && tree.span(child).end <= span.end, "{text:?}");
        last = tree.span(child).end;
        check_subtree(tree, child);
    }
}
