//! Conformance profiles: `StructureDefinition`s over the models of HL7 v2.

use fhirkiln::engine::Options;

const MESSAGE: &str = "MSH|^~\\&|ADT|H|EHR|C|20240305101500+0100||ADT^A01^ADT_A01|17|P|2.5.1\nEVN||20240305\n\
    PID|1||17^^^H^MR~18^^^H^XX||Chalmers^Peter||19741225\nNK1|1|Chalmers^Anna|MTH\nNK1|2\nPV1|1|I\n";

/// A profile of a model, with this differential.
fn profile(model: &str, elements: &str) -> String {
    format!(
        r#"{{ "resourceType": "StructureDefinition", "url": "http://site.example/{model}", "name": "Site", "status": "active",
        "kind": "logical", "abstract": false, "type": "https://fhirkiln.dev/v2/{model}", "derivation": "constraint",
        "baseDefinition": "https://fhirkiln.dev/v2/{model}", "differential": {{ "element": [{elements}] }} }}"#
    )
}

/// What is found by a profile of `model` beside what is found without: places, lines and columns, codes, messages.
#[track_caller]
fn check(model: &str, elements: &str, expected: &[&str]) {
    check_message(MESSAGE, model, elements, expected);
}

#[track_caller]
fn check_message(message: &str, model: &str, elements: &str, expected: &[&str]) {
    let Some(engine) = super::map::engine() else { return };
    let set = r#"{ "resourceType": "ValueSet", "url": "http://site.example/types", "status": "active",
        "compose": { "include": [{ "system": "http://site.example/codes", "concept": [{ "code": "MR" }, { "code": "PI" }] }] } }"#;
    let codes = r#"{ "resourceType": "CodeSystem", "url": "http://site.example/codes", "status": "active", "content": "complete",
        "concept": [{ "code": "MR" }, { "code": "PI" }] }"#;
    let engine = engine.with().resource(profile(model, elements)).resource(set).resource(codes);
    let engine = engine.build().unwrap_or_else(|error| panic!("{error}"));
    let found = |profiles: Vec<String>| -> Vec<String> {
        let message = message.replace('\n', "\r");
        let report = engine.validate(message, &Options { profiles, ..Options::default() });
        report
            .issues
            .iter()
            .map(|it| format!("{} {} {}", it.expression, it.code.as_str(), it.message(false)))
            .collect()
    };
    let before = found(Vec::new());
    let after = found(vec![format!("http://site.example/{model}")]);
    let more: Vec<&str> =
        after.iter().filter(|it| !before.contains(it)).map(String::as_str).collect();
    assert_eq!(more, expected, "{elements}");
}

#[test]
fn a_profile_of_a_structure() {
    check(
        "ADT_A01",
        r#"{ "path": "ADT_A01.PID.f8", "min": 1 },
           { "path": "ADT_A01.PID.f3.c5", "binding": { "strength": "required", "valueSet": "http://site.example/types" } }"#,
        &[
            "PID-8 cardinality-min `PID-8` is required: at least 1, found 0 (profile `http://site.example/ADT_A01`)",
            "PID-3[2].5 binding-required `XX` is not in the value set `http://site.example/types`, from which a code is required: is `MR` or `PI` meant?",
        ],
    );
    // Segments and groups.
    check(
        "ADT_A01",
        r#"{ "path": "ADT_A01.PD1", "min": 1 }, { "path": "ADT_A01.NEXT_OF_KIN", "max": "1" }"#,
        &[
            "PD1 cardinality-min `PD1` is required: at least 1, found 0 (profile `http://site.example/ADT_A01`)",
            "NEXT_OF_KIN cardinality-max `NEXT_OF_KIN` is given too often: at most 1, found 2 (profile `http://site.example/ADT_A01`)",
        ],
    );
    // That of another structure was not looked at.
    check(
        "ORU_R01",
        r#"{ "path": "ORU_R01.SFT", "min": 1 }"#,
        &["MSH profile-not-checked Not checked: the profile `http://site.example/ORU_R01`"],
    );
}

#[test]
fn a_profile_of_a_segment_is_for_each_of_them() {
    check(
        "NK1",
        r#"{ "path": "NK1.f2", "min": 1 }, { "path": "NK1.f2.c7", "min": 1 }"#,
        &[
            "NK1[1]-2.7 cardinality-min `NK1[1]-2.7` is required: at least 1, found 0 (profile `http://site.example/NK1`)",
            "NK1[2]-2 cardinality-min `NK1[2]-2` is required: at least 1, found 0 (profile `http://site.example/NK1`)",
        ],
    );
    check(
        "PV1",
        r#"{ "path": "PV1.f2.c1", "fixedString": "O" }, { "path": "PV1.f2", "binding": { "strength": "required", "valueSet": "http://site.example/types" } }"#,
        &[
            "PV1-2 binding-required `I` is not in the value set `http://site.example/types`, from which a code is required: is `PI` meant?",
            "PV1-2.1 fixed-value `I` must be exactly `\"O\"` (profile `http://site.example/PV1`)",
        ],
    );
}

#[test]
fn a_profile_of_a_data_type_is_for_each_value() {
    check(
        "CX",
        r#"{ "path": "CX.c4.c2", "min": 1 }"#,
        &[
            "PID-3[1].4.2 cardinality-min `PID-3[1].4.2` is required: at least 1, found 0 (profile `http://site.example/CX`)",
            "PID-3[2].4.2 cardinality-min `PID-3[2].4.2` is required: at least 1, found 0 (profile `http://site.example/CX`)",
        ],
    );
}

#[test]
fn constraints_say_what_depends_on_what() {
    check(
        "PID",
        r#"{ "path": "PID", "constraint": [{ "key": "site-1", "severity": "error", "human": "a home or a telephone",
             "expression": "f11.exists() or f13.exists()" }] }"#,
        &[
            "PID constraint-failed The rule `site-1` is not met: `f11` or `f13` must be present; in FHIRPath `f11.exists() or f13.exists()`",
        ],
    );
}

#[test]
fn the_example_of_the_page() {
    let Some(engine) = super::map::engine() else { return };
    let blocks = super::convert::blocks("json");
    let definition = blocks.last().expect("the page has an example");
    let engine = engine.with().resource(definition.clone()).build().expect("it is a profile");
    let profiles = vec!["https://hosp.example/v2/PID".to_owned()];
    let message = MESSAGE.replace('\n', "\r");
    let report = engine.validate(message, &Options { profiles, ..Options::default() });
    let found: Vec<String> = report
        .issues
        .iter()
        .filter(|it| it.expression.starts_with("PID"))
        .map(|it| format!("{} {}", it.expression, it.code.as_str()))
        .collect();
    let expected = [
        "PID constraint-failed",
        "PID-8 cardinality-min",
        "PID-3[1].5 binding-not-checked",
        "PID-3[2].5 binding-not-checked",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_profile_of_a_message_that_shares_its_structure() {
    let elements = r#"{ "path": "ADT_A04.PID.f8", "min": 1 }, { "path": "ADT_A04.NEXT_OF_KIN", "max": "1" },
        { "path": "ADT_A04.PID.f3.c5", "binding": { "strength": "required", "valueSet": "http://site.example/types" } }"#;
    let found = [
        "NEXT_OF_KIN cardinality-max `NEXT_OF_KIN` is given too often: at most 1, found 2 (profile `http://site.example/ADT_A04`)",
        "PID-8 cardinality-min `PID-8` is required: at least 1, found 0 (profile `http://site.example/ADT_A04`)",
        "PID-3[2].5 binding-required `XX` is not in the value set `http://site.example/types`, from which a code is required: is `MR` or `PI` meant?",
    ];
    check_message(&MESSAGE.replace("ADT^A01", "ADT^A04"), "ADT_A04", elements, &found);
    // That of the structure is for all messages that have it.
    let elements = elements.replace("ADT_A04", "ADT_A01");
    let found = found.map(|it| it.replace("ADT_A04", "ADT_A01"));
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    check_message(&MESSAGE.replace("ADT^A01", "ADT^A04"), "ADT_A01", &elements, &found);
    check(
        "ADT_A04",
        r#"{ "path": "ADT_A04.PID.f8", "min": 1 }"#,
        &["MSH profile-not-checked Not checked: the profile `http://site.example/ADT_A04`"],
    );
}
