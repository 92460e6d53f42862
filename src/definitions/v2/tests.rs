//! A dictionary of two versions, and the models that come of it.

use crate::definitions::{Definitions, DefinitionsBuilder, View};
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, NodeId};

use super::*;

const OLD_SEGMENTS: &str = r#"var segments = {
    "MSH": { "desc": "", "fields": [
        { "datatype": "ST", "desc": "", "opt": 2, "rep": 1, "len": 1 },
        { "datatype": "TS", "desc": "", "opt": 1, "rep": 1 },
        { "datatype": "CX", "desc": "", "opt": 2, "rep": 1, "len": 20 },
        { "datatype": "ID", "desc": "", "opt": 1, "rep": 1, "table": 7 } ] },
    "OBX": { "desc": "", "fields": [ { "datatype": "ST", "desc": "", "opt": 1, "rep": 0 } ] }
}; module.exports = segments;"#;

const OLD_TYPES: &str = r#"var fields = {
    "ST": { "desc": "", "subfields": [] },
    "ID": { "desc": "", "subfields": [] },
    "DTM": { "desc": "", "subfields": [] },
    "TS": { "desc": "", "subfields": [ { "datatype": "ST", "desc": "", "opt": 1, "rep": 1 } ] },
    "CX": { "desc": "", "subfields": [ { "datatype": "ST", "desc": "", "opt": 2, "rep": 1 } ] }
};"#;

const OLD_MESSAGES: &str = r#"var messages = { "T_T01": { "segments": { "segments": [
    { "name": "MSH", "min": 1, "max": 1 },
    { "name": "A,B", "min": 1, "max": 1, "compounds": [
        { "name": "OBX", "min": 1, "max": 1 }, { "name": null, "min": 0, "max": 0 } ] },
    { "name": "G", "min": 0, "max": 0, "children": [ { "name": "OBX", "min": 1, "max": 1 } ] },
    { "name": "OBX", "min": 0, "max": 1 }
] } } };"#;

const NEW_SEGMENTS: &str = r#"var segments = {
    "MSH": { "desc": "", "fields": [
        { "datatype": "ST", "desc": "", "opt": 2, "rep": 1, "len": 1 },
        { "datatype": "DTM", "desc": "", "opt": 1, "rep": 1 },
        { "datatype": "ST", "desc": "", "opt": 4, "rep": 1 },
        { "datatype": "ID", "desc": "", "opt": 1, "rep": 0, "table": 7 } ] },
    "OBX": { "desc": "", "fields": [ { "datatype": "ST", "desc": "", "opt": 1, "rep": 0 } ] }
};"#;

const TABLES: &str = r#"var tables = { "7": { "desc": "", "values": { "A": "", "B": "" } },
    "354": { "desc": "", "values": { "T_T01": "T01, T02" } } };"#;

const NEWER: &str = r#"{ "version": "2.8", "fields": { "OBX": { "1": "VARIES*", "2": "CX?" } }, "types": {},
    "structures": { "U_U01": "MSH G+(OBX OBX?)" }, "codes": { "0007": ["C"] }, "open": [] }"#;

fn definitions() -> Definitions {
    let mut dictionary = Dictionary::default();
    for (path, text) in [
        ("lib/2.3/segments.js", OLD_SEGMENTS),
        ("lib/2.3/fields.js", OLD_TYPES),
        ("lib/2.3/messages.js", OLD_MESSAGES),
        ("lib/2.7/segments.js", NEW_SEGMENTS),
        ("lib/2.7/fields.js", OLD_TYPES),
        ("lib/2.7/messages.js", "var messages = {};"),
        ("lib/tables.js", TABLES),
    ] {
        assert!(is_part(path));
        dictionary.add_file(path, text).unwrap();
    }
    dictionary.add_newer(NEWER).unwrap();
    let mut builder = DefinitionsBuilder::new(&Definitions::default());
    for json in
        dictionary.resources().into_iter().filter(|json| json.contains("StructureDefinition"))
    {
        let names = Definitions::default().names().clone();
        let tree = json::parse(json, &names, &Limits::default(), &mut Issues::new(9));
        builder.add_definition(View::new(&tree, NodeId::ROOT)).unwrap();
    }
    builder.build()
}

/// Compares the elements of a type; `-` for a type that is not there.
#[track_caller]
fn check(name: &str, expected: &[&str]) {
    let definitions = definitions();
    let found = definitions.find_type(name).map(|id| definitions.describe(id));
    let found = found.unwrap_or_else(|| "\n-".to_owned());
    assert_eq!(found.lines().skip(1).collect::<Vec<_>>(), expected, "{name}");
}

const TABLE: &str = "required https://fhirkiln.dev/v2/table/0007";

#[test]
fn the_current_model_is_of_all_versions() {
    check(
        "MSH",
        &[
            "MSH.f1 0..1 ST",
            "MSH.f2 0..1 DTM",
            "MSH.f3 0..1 CX",
            &format!("MSH.f4 0..* ID, {TABLE}"),
        ],
    );
    let definitions = definitions();
    let obx = definitions.describe(definitions.find_type("OBX").unwrap());
    assert!(obx.contains("OBX.f1[x] 0..* AD | CE |") && obx.contains("OBX.f2 0..1 CX"), "{obx}");
}

#[test]
fn the_model_of_a_version_is_what_that_version_says() {
    check(
        "2.3/MSH",
        &[
            "MSH.f1 1..1 ST, at most 1 characters",
            "MSH.f2 0..1 TS",
            "MSH.f3 1..1 CX, at most 20 characters",
            &format!("MSH.f4 0..1 ID, {TABLE}"),
        ],
    );
    check(
        "2.7/MSH",
        &[
            "MSH.f1 1..1 ST, at most 1 characters",
            "MSH.f2 0..1 DTM",
            "MSH.f3 0..0 ST, base max 1",
            &format!("MSH.f4 0..* ID, {TABLE}"),
        ],
    );
    // The same as in the version before.
    check("2.8/MSH", &["-"]);
    check("2.7/CX", &["-"]);
    check("2.3/CX", &["CX.c1 1..1 ST"]);
    // What a version calls a text, but is a time.
    check("2.3/TS", &["TS.c1 0..1 DTM"]);
}

#[test]
fn structures_have_groups_alternatives_and_numbered_segments() {
    check(
        "2.3/T_T01",
        &[
            "T_T01.MSH 1..1 MSH",
            "T_T01.OBX 0..1 OBX",
            "T_T01.G 0..* Element {T_T01.G}",
            "T_T01.OBX_2 0..1 OBX",
            "T_T01.G.OBX 1..1 OBX",
        ],
    );
    check(
        "U_U01",
        &[
            "U_U01.MSH 1..1 MSH",
            "U_U01.G 1..* Element {U_U01.G}",
            "U_U01.Z 0..* V2Segment",
            "U_U01.G.OBX 1..1 OBX",
            "U_U01.G.OBX_2 0..1 OBX",
            "U_U01.G.Z 0..* V2Segment",
        ],
    );
}

#[test]
fn a_message_is_found_by_structure_event_and_code() {
    let definitions = definitions();
    let find = |message_type| {
        let id = structure(message_type, |name| definitions.find_type(name))?;
        Some(definitions.type_name(resolve(&definitions, id)).to_owned())
    };
    let expected = Some("T_T01".to_owned());
    assert_eq!(find(["T", "T01", "T_T01"]), expected);
    assert_eq!(find(["T", "T02", ""]), expected);
    assert_eq!(find(["T", "T02", "T_T99"]), expected);
    assert_eq!(find(["T", "T03", ""]), None);
    assert_eq!(find(["", "", ""]), None);
}

#[test]
fn a_file_that_is_not_what_it_was_is_an_error() {
    let mut dictionary = Dictionary::default();
    assert!(dictionary.add_file("lib/2.3/segments.js", "module.exports = 1").is_err());
    assert!(dictionary.add_file("lib/2.3/segments.js", "{\"MSH\": 1}").is_err());
    assert!(dictionary.add_newer("{}").is_err());
    assert!(!is_part("lib/index.js") && !is_part("package.json"));
}

#[test]
fn the_definition_that_holds_is_the_newest_that_is_not_newer() {
    let down = |version| versions_down(version).take(2).collect::<Vec<_>>();
    assert_eq!(down("2.3.1"), ["2.3.1", "2.3"]);
    assert_eq!(down("2.8.2"), ["2.8", "2.7.1"]);
    assert_eq!(down("2.5.2"), ["2.5.1", "2.5"]);
    assert_eq!(down("2.1"), ["2.1"]);
    assert_eq!(down(""), [""; 0]);
}
