//! What is found in XML, and where: one line a case. The pack must be built (`npm run build`, or
//! `cargo run --release --features cli -- pack build`).

use std::sync::OnceLock;

use fhirkiln::engine::{Engine, Options, Report};

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
        report.issues.iter().map(|issue| issue.span.slice(report.tree.text())).collect();
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
        "<contained><Organization><id value='o'/><name value='x'/></Organization></contained>",
        &[],
    );
    check(
        "<extension url='http://a.org/x'><valueDecimal value='1.00'/></extension>\
         <birthDate value='2020'><extension url='http://a.org/x'><valueCode value='x'/></extension></birthDate>",
        &[],
    );
    check(
        "<name><given value='A'/><given><extension url='http://a.org/x'><valueCode value='x'/></extension></given></name>",
        &[],
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
        &["xml-order Patient.active"],
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
