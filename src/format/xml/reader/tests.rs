//! What becomes of a text: the tree in a short form, and the findings.

use std::sync::Arc;

use super::{FHIR, parse};
use crate::issue::Issues;
use crate::tree::{Kind, Limits, Names, NodeId, Tree};

/// `name{...}` for an element, `name='value'` for an attribute or text, `name!` for what is damaged.
fn show(tree: &Tree, node: NodeId) -> String {
    let name = tree.name_text(node);
    match tree.kind(node) {
        Kind::Object => {
            let inner: Vec<String> = tree.children(node).map(|child| show(tree, child)).collect();
            format!("{name}{{{}}}", inner.join(" "))
        }
        Kind::String => format!("{name}='{}'", tree.value(node)),
        _ => format!("{name}!"),
    }
}

fn read(text: &str, limits: Limits) -> (Tree, Vec<String>) {
    let mut issues = Issues::new(100);
    let tree = parse(text, FHIR, &Arc::new(Names::default()), &limits, &mut issues);
    let found = issues.into_sorted();
    let found = found.iter().map(|i| format!("{} {}", i.code.as_str(), i.span.slice(tree.text())));
    let found = found.collect();
    (tree, found)
}

/// `inner` stands in the root element; `expected` is the root's content.
#[track_caller]
fn check(inner: &str, expected: &str, findings: &[&str]) {
    let text = format!("<A xmlns='http://hl7.org/fhir'>{inner}</A>");
    let (tree, found) = read(&text, Limits::default());
    assert_eq!(show(&tree, NodeId::ROOT), format!("A{{{expected}}}"), "{inner}");
    assert_eq!(found, findings, "{inner}");
}

#[track_caller]
fn check_document(text: &str, expected: &str, findings: &[&str]) {
    let (tree, found) = read(text, Limits::default());
    assert_eq!(
        (show(&tree, NodeId::ROOT).as_str(), found),
        (expected, strings(findings)),
        "{text}"
    );
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn reads_elements_and_attributes() {
    check("", "", &[]);
    check("<b/><c d='1'/>", "b{} c{d='1'}", &[]);
    check("\n <b>\n <c/>\n </b>\n", "b{c{}}", &[]);
    check("<!-- x --><b/><?x y?>", "b{}", &[]);
    check("<b>x <c/> y</b>", "b{#text='x ' c{} #text=' y'}", &[]);
    check("<b><![CDATA[<&]]></b>", "b{#text='<&'}", &[]);
    check_document(
        "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<A xmlns='http://hl7.org/fhir'/>\n",
        "A{}",
        &[],
    );
}

#[test]
fn decodes() {
    check("<b c='&lt;&gt;&amp;&quot;&apos;'/>", "b{c='<>&\"''}", &[]);
    check("<b c='&#65;&#x20AC;&#10;'/>", "b{c='A€\n'}", &[]);
    check("<b c='a\n\tb\r\nc'/>", "b{c='a  b c'}", &[]);
    check("<b>a\r\nb&amp;</b>", "b{#text='a\nb&'}", &[]);
    check("<b c='\\\"'/>", "b{c='\\\"'}", &[]);
    check("<b c='&nbsp;'/>", "b{c='&nbsp;'}", &["xml-reference &nbsp;"]);
    check("<b c='a & b'/>", "b{c='a & b'}", &["xml-reference &"]);
    check("<b c='&#1;'/>", "b{c='\u{1}'}", &["xml-character &#1;"]);
    check("<b c='\u{1}'/>", "b{c='\u{1}'}", &["xml-character \u{1}"]);
}

#[test]
fn knows_namespaces() {
    let fhir = "xmlns:f='http://hl7.org/fhir'";
    check_document(&format!("<f:A {fhir}><f:b/></f:A>"), "A{b{}}", &[]);
    check_document("<A/>", "A{}", &["xml-namespace A"]);
    check_document("<A><b/></A>", "A{b{}}", &["xml-namespace A"]);
    check_document("<A xmlns='urn:x'><b/></A>", "A{b{}}", &["xml-namespace A"]);
    check("<b xmlns='urn:x'><c/></b><d/>", "b{c{}} d{}", &["xml-namespace b"]);
    check("<x:b/>", "b{}", &["xml-namespace x:b"]);
    check(
        "<b xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='T' x:y=''/>",
        "b{xsi:type='T' x:y=''}",
        &[],
    );
}

#[test]
fn keeps_narratives_as_they_are_written() {
    let xhtml = "http://www.w3.org/1999/xhtml";
    let div = format!("<div xmlns=\"{xhtml}\">a <b>b</b>&nbsp;<div>c</div></div>");
    check(&format!("<t>{div}</t>"), &format!("t{{div='{div}'}}"), &[]);
    let broken = format!("<div xmlns=\"{xhtml}\">a<br>b < c</div>");
    check(&format!("<t>{broken}</t>"), &format!("t{{div='{broken}'}}"), &[]);
    let unclosed = format!("<div xmlns=\"{xhtml}\"><div>x</div>");
    check(&format!("<t>{unclosed}</t>"), &format!("t{{div='{unclosed}'}}"), &[]);
    check_document(
        &format!("<A xmlns='http://hl7.org/fhir' xmlns:h='{xhtml}'><h:div>x</h:div></A>"),
        &format!("A{{div='<h:div xmlns:h=\"{xhtml}\">x</h:div>'}}"),
        &[],
    );
    check(&format!("<p xmlns='{xhtml}'/>"), "p{}", &["xml-namespace p"]);
}

#[test]
fn goes_on_after_tags_that_do_not_match() {
    check("<b><c></b><d/>", "b{c{}} d{}", &["xml-unclosed c"]);
    check("<b></c></b>", "b{}", &["xml-end-tag </c>"]);
    check("<b>", "b{}", &["xml-unclosed b"]);
    let start = "<A xmlns='http://hl7.org/fhir'>";
    check_document(&format!("{start}<b><c/>"), "A{b{c{}}}", &["xml-unclosed A"]);
    check_document(&format!("{start}</A><b/>"), "A{}", &["xml-trailing <"]);
    check_document(&format!("{start}</A>x"), "A{}", &["xml-trailing x"]);
}

#[test]
fn goes_on_after_a_broken_tag() {
    check("<b c=1/><d/>", "b{c!} d{}", &["xml-syntax 1"]);
    check("<b c><d/></b>", "b{c! d{}}", &["xml-syntax >"]);
    check("<b c='1'd='2'/>", "b{c='1'}", &["xml-syntax d"]);
    check("<b c='1/>\n<d e='2'/>", "b{c='1'} d{e='2'}", &["xml-syntax /"]);
    check("<b c='1' <d/></b>", "b{c='1' d{}}", &["xml-syntax <"]);
    check("<b><c d='1'</b><e/>", "b{c{d='1'}} e{}", &["xml-syntax <"]);
    check("<b c='1'</b><e/>", "b{c='1'} e{}", &["xml-syntax <"]);
    check("<b c='a<b'/>", "b{c='a<b'}", &["xml-syntax <"]);
    check("<b>1 < 2</b>", "b{#text='1 '}", &["xml-syntax  "]);
    check("<b c='1' c='2'/>", "b{c='1'}", &["xml-duplicate-attribute c"]);
    check_document(
        "<A xmlns='http://hl7.org/fhir'><b c=\"1/>",
        "A{b{c!}}",
        &["xml-unclosed A", "xml-syntax c"],
    );
    check_document("<A xmlns='http://hl7.org/fhir><b/></A>", "A{b{}}", &["xml-syntax x"]);
}

#[test]
fn refuses_what_is_no_resource() {
    check_document("<!-- x -->", "!", &["xml-no-element <!-- x -->"]);
    let doctype = "<!DOCTYPE A [<!ENTITY x 'y'>]><A>&x;</A>";
    check_document(doctype, "!", &["xml-document-type <!DOCTYPE"]);
    check_document("x<A xmlns='http://hl7.org/fhir'/>", "A{}", &["xml-syntax x"]);
    check_document(
        "<?xml version='1.0' encoding='ISO-8859-1'?><A xmlns='http://hl7.org/fhir'/>",
        "A{}",
        &["xml-encoding <?xml version='1.0' encoding='ISO-8859-1'?>"],
    );
}

#[test]
fn keeps_within_limits() {
    let text = "<A xmlns='http://hl7.org/fhir'><b><c><d/></c><c/></b></A>";
    let (tree, found) = read(text, Limits { depth: 2, ..Limits::default() });
    assert_eq!(show(&tree, NodeId::ROOT), "A{b{c! c!}}");
    assert_eq!(found, ["limit-depth <", "limit-depth <"]);
    let (tree, found) = read(text, Limits { nodes: 3, ..Limits::default() });
    assert_eq!(
        (show(&tree, NodeId::ROOT).as_str(), found),
        ("A{b{c{}}}", strings(&["limit-nodes "]))
    );
    let (tree, found) = read(text, Limits { bytes: 3, ..Limits::default() });
    assert_eq!((show(&tree, NodeId::ROOT).as_str(), found), ("!", strings(&["limit-size "])));
}
