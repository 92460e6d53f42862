//! What is found in XML, and where: one line a case. The pack must be built (`npm run build`, or
//! `cargo run --release --features cli -- pack build`).

use std::sync::OnceLock;

use fhirkiln::engine::{Engine, Options, Report, Style};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
        let pack = std::fs::read(path).expect("build packs/r4.pack first: npm run build");
        Engine::builder().pack(pack).build().expect("the pack is whole")
    })
}

fn report(inner: &str) -> Report {
    let xml = format!("<Patient xmlns=\"http://hl7.org/fhir\">{inner}</Patient>");
    engine().validate(xml, &Options::default())
}

/// A Patient with `inner`; `expected` is each finding as `code Expression`, in document order.
#[track_caller]
fn check(inner: &str, expected: &[&str]) {
    let found: Vec<String> = report(inner)
        .issues
        .iter()
        .map(|issue| format!("{} {}", issue.code.as_str(), issue.expression))
        .collect();
    assert_eq!(found, expected, "{inner}");
}

/// What the finding on a Patient with `inner` marks.
#[track_caller]
fn check_place(inner: &str, expected: &str) {
    let report = report(inner);
    let marked: Vec<&str> =
        report.issues.iter().map(|issue| issue.span.slice(report.tree().text())).collect();
    assert_eq!(marked, [expected], "{inner}");
}

#[test]
fn what_is_right() {
    check("<id value='a'/><active value='true'/>", &[]);
    check("<name><given value='A'/><given value='B'/></name>", &[]);
    check("<name id='x'><given id='y' value='A'/></name>", &[]);
    check("<multipleBirthInteger value='2'/>", &[]);
    check("<contact><name><family value='x'/></name></contact>", &[]);
    check(
        "<text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml'>x</div></text>",
        &[],
    );
    check(
        "<contained><Organization><id value='o'/><name value='x'/></Organization></contained>\
         <managingOrganization><reference value='#o'/></managingOrganization>",
        &[],
    );
    check(
        "<extension url='http://a.org/x'><valueDecimal value='1.00'/></extension>\
         <birthDate value='2020'><extension url='http://a.org/x'><valueCode value='x'/></extension></birthDate>",
        &[
            "extension-not-checked Patient.extension[0]",
            "extension-not-checked Patient.birthDate.extension[0]",
        ],
    );
    check(
        "<name><given value='A'/><given><extension url='http://a.org/x'><valueCode value='x'/></extension></given></name>",
        &["extension-not-checked Patient.name[0].given[1].extension[0]"],
    );
}

#[test]
fn what_only_xml_can_have_wrong() {
    check("x", &["xml-text Patient"]);
    check("<name>x<given value='A'/></name>", &["xml-text Patient.name[0]"]);
    check("<birthDate value='2020'>x</birthDate>", &["xml-text Patient.birthDate"]);
    check("<name value='x'/>", &["xml-attribute Patient.name[0]"]);
    check("<birthDate value='2020' x='y'/>", &["xml-attribute Patient.birthDate"]);
    check("<name/>", &["xml-element-empty Patient.name[0]"]);
    check("<birthDate/>", &["xml-element-empty Patient.birthDate"]);
    check("<birthDate value=''/>", &["value-empty Patient.birthDate"]);
    check(
        "<name><id value='x'/><family value='y'/></name>",
        &["xml-attribute-expected Patient.name[0].id"],
    );
    check("<contained/>", &["xml-resource-expected Patient.contained[0]"]);
    check("<resourceType value='x'/>", &["element-unknown Patient"]);
    check("<_birthDate/>", &["element-unknown Patient"]);
}

#[test]
fn the_order_of_elements() {
    check("<gender value='male'/><active value='true'/>", &["xml-order Patient.active"]);
    check(
        "<name><family value='a'/></name><gender value='male'/><name><family value='b'/></name>",
        &["xml-order Patient.name[1]"],
    );
    check("<active value='true'/><id value='a'/><gender value='male'/>", &["xml-order Patient.id"]);
    check(
        "<multipleBirthInteger value='2'/><deceasedBoolean value='true'/>",
        &["xml-order Patient.deceased.ofType(boolean)"],
    );
    check(
        "<gender value='male'><extension url='http://a.org/x'><valueCode value='x'/></extension></gender>\
         <active value='true'/>",
        &["extension-not-checked Patient.gender.extension[0]", "xml-order Patient.active"],
    );
}

#[test]
fn what_is_wrong_in_any_format() {
    check("<foo value='x'/>", &["element-unknown Patient"]);
    check("<birthdate value='2020'/>", &["element-unknown Patient"]);
    check("<birthDate value='x'/>", &["value-date Patient.birthDate"]);
    check("<active value='yes'/>", &["value-boolean Patient.active"]);
    check(
        "<multipleBirthInteger value='x'/>",
        &["value-integer Patient.multipleBirth.ofType(integer)"],
    );
    check("<gender value='male'/><gender value='male'/>", &["cardinality-max Patient"]);
    check(
        "<communication><preferred value='true'/></communication>",
        &["cardinality-min Patient.communication[0]"],
    );
    check(
        "<deceasedBoolean value='true'/><deceasedDateTime value='2020'/>",
        &["choice-multiple Patient.deceased"],
    );
    check("<contained><Foo/></contained>", &["resource-type-unknown Patient.contained[0]"]);
    check("<birthDate><foo value='x'/></birthDate>", &["element-unknown Patient.birthDate"]);
}

#[test]
fn where_it_stands() {
    check_place("<foo value='x'/>", "foo");
    check_place("<name value='x'/>", "value");
    check_place("<birthDate value='x'/>", "'x'");
    check_place("<gender value='male'/><active value='true'/>", "active");
    check_place("<birthDate/>", "<birthDate/>");
    check_place(
        "<text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml'>é<x/></div></text>",
        "<",
    );
}

#[test]
fn syntax_errors_name_the_element() {
    check("<name><family value='x'</name>", &["xml-syntax Patient.name[0]"]);
    check("<name><given value='&nbsp;'/></name>", &["xml-reference Patient.name[0].given[0]"]);
}

/// JSON as XML, and that as JSON again: `json` itself, where its elements are in order.
#[track_caller]
fn check_both_ways(json: &str, xml: &str) {
    let written = engine().to_xml(json, Style::Compact).expect("it can be written as XML");
    assert_eq!(written, xml);
    let back = engine().to_json(written, Style::Compact).expect("it can be written as JSON");
    assert_eq!(back, json);
}

#[test]
fn json_becomes_xml_and_json_again() {
    let patient = r#"<Patient xmlns="http://hl7.org/fhir">"#;
    check_both_ways(
        r#"{"resourceType":"Patient","id":"a","active":true,"multipleBirthInteger":2}"#,
        &format!(
            r#"{patient}<id value="a"/><active value="true"/><multipleBirthInteger value="2"/></Patient>"#
        ),
    );
    check_both_ways(
        r#"{"resourceType":"Patient","name":[{"id":"n","given":["A",null],"_given":[null,{"id":"g"}]}]}"#,
        &format!(r#"{patient}<name id="n"><given value="A"/><given id="g"/></name></Patient>"#),
    );
    check_both_ways(
        r#"{"resourceType":"Patient","extension":[{"url":"http://a.org/x","valueDecimal":1.00}],"name":[{"text":"a\n\"<"}]}"#,
        &format!(
            r#"{patient}<extension url="http://a.org/x"><valueDecimal value="1.00"/></extension><name><text value="a&#10;&quot;&lt;"/></name></Patient>"#
        ),
    );
    check_both_ways(
        r#"{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"contained":[{"resourceType":"Basic","id":"b"}]}"#,
        &format!(
            r#"{patient}<text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml">x</div></text><contained><Basic><id value="b"/></Basic></contained></Patient>"#
        ),
    );
}

#[test]
fn elements_are_written_in_the_order_of_the_definitions() {
    let json =
        r#"{"birthDate":"2020","gender":"male","_birthDate":{"id":"x"},"resourceType":"Patient"}"#;
    let xml = "<Patient xmlns=\"http://hl7.org/fhir\">\n  <gender value=\"male\"/>\n  <birthDate id=\"x\" value=\"2020\"/>\n</Patient>";
    assert_eq!(engine().to_xml(json, Style::Pretty).as_deref(), Ok(xml));
    // XML is laid out as well.
    assert_eq!(engine().to_xml(xml, Style::Pretty).as_deref(), Ok(xml));
}

#[test]
fn nothing_is_lost_in_silence() {
    let to_xml = |json: &str| engine().to_xml(json, Style::Compact).expect_err("it cannot be XML");
    let to_json = |xml: &str| {
        let xml = format!("<Patient xmlns='http://hl7.org/fhir'>{xml}</Patient>");
        engine().to_json(xml, Style::Compact).expect_err("it cannot be JSON").message
    };
    let error = to_xml(r#"{"resourceType":"Patient","name":[{"foo":1}]}"#);
    assert_eq!(error.code, "not-convertible");
    assert_eq!(
        error.message,
        "line 1, column 36: `/name/0/foo` cannot be written as XML: the definitions do not have it"
    );
    assert!(to_xml(r#"{"resourceType":"Foo"}"#).message.contains("the definitions do not have it"));
    assert!(to_xml(r#"{"resourceType":"Patient","name":["x"]}"#).message.contains("JSON form"));
    assert!(
        to_xml(r#"{"resourceType":"Patient","language":"\u0001"}"#).message.contains("control")
    );
    let narrative = r#"{"resourceType":"Patient","text":{"div":"<div>"}}"#;
    assert!(to_xml(narrative).message.contains("well-formed"));
    assert_eq!(to_xml("{").code, "input-damaged");
    assert!(to_json("<foo value='x'/>").contains("`/foo` cannot be written as JSON"));
    assert!(to_json("<name value='x'/>").contains("`/name/0/@value`"));
    assert!(to_json("x").contains("`/#text`"));
    assert!(to_json("<contained><Foo/></contained>").contains("`/contained/0`"));
    assert!(
        to_json("<gender value='&x;'/>").starts_with("line 1, column 53: (3 characters) is not")
    );
}
