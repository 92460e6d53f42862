//! Maps and FHIRPath over messages: the models of v2 are as good as those of FHIR.

use std::fs;

use fhirkiln::engine::{Engine, EvaluateOptions, Style, TransformOptions};

const MESSAGE: &str = "MSH|^~\\&|ADT|H|EHR|C|20240305101500+0100||ADT^A04^ADT_A01|17|P|2.5.1\rEVN||20240305\r\
    PID|1||17^^^H&1.2.3&ISO^MR~18^^^C||Chal\\T\\mers^Peter^James||19741225|M\rZPI|own^2\rNK1|1|Chalmers^Anna|MTH\r\
    NK1|2|Chalmers^Bert|FTH\rPV1|1|I\rOBX|1|NM|8302-2^Height^LN||1.80|m|||||F\rOBX|2|CWE|x||Q^what||||||F\r";

const MAP: &str = r#"
map "http://example.org/StructureMap/adt" = "adt"

uses "https://fhirkiln.dev/v2/ADT_A01" alias ADT_A01 as source
uses "https://fhirkiln.dev/v2/CX" alias CX as source
uses "http://hl7.org/fhir/StructureDefinition/Patient" alias Patient as target

group ADT_A01_Patient(source message : ADT_A01, target patient : Patient) {
  message.PID as pid then {
    pid.f3 as cx -> patient.identifier as identifier then CX_Identifier(cx, identifier);
    pid.f5 as xpn -> patient.name as name then {
      xpn.c1 as fn then { fn.c1 as family -> name.family = family; };
      xpn.c2 as given -> name.given = given;
      xpn.c3 as given -> name.given = given;
    };
    pid.f8 as sex where c1 = 'M' -> patient.gender = 'male';
  };
  message.NEXT_OF_KIN as kin then {
    kin.NK1 as nk1 -> patient.contact as contact then {
      nk1.f2 as xpn -> contact.name as name then { xpn.c2 as given -> name.given = given; };
    };
  };
  message.OBSERVATION as group then {
    group.OBX as obx where f2 = 'NM' then {
      obx.f5 as value -> patient.extension as extension, extension.url = 'http://example.org/height', extension.value = cast(value, 'decimal');
    };
  };
}

group CX_Identifier(source cx : CX, target identifier : Identifier) {
  cx.c1 as value -> identifier.value = value;
  cx.c4 as hd then { hd.c2 as oid -> identifier.system = append('urn:oid:', oid); };
}
"#;

/// The engine that knows R4 and v2; none where the packs are not built.
pub(super) fn engine() -> Option<Engine> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let packs = ["r4.pack", "v2.pack"].map(|name| fs::read(folder.join(name)).ok());
    let [Some(r4), Some(v2)] = packs else {
        println!("er7: the packs are not built");
        return None;
    };
    Some(Engine::builder().pack(r4).pack(v2).build().expect("the packs are what was just built"))
}

#[test]
fn a_map_makes_a_patient() {
    let Some(engine) = engine() else { return };
    let mapping = engine.compile_map(engine.parse_map(MAP).expect("it is a map"));
    assert_eq!(mapping.issues(), []);
    let options = TransformOptions::default();
    let made = engine.transform(&mapping, MESSAGE, &options).expect("the message is sound");
    assert_eq!(made.report.issues, []);
    assert_eq!(
        made.json(Style::Compact).expect("a patient"),
        r#"{"resourceType":"Patient","extension":[{"url":"http://example.org/height","valueDecimal":1.80}],"identifier":[{"system":"urn:oid:1.2.3","value":"17"},{"value":"18"}],"name":[{"family":"Chal&mers","given":["Peter","James"]}],"gender":"male","contact":[{"name":{"given":["Anna"]}},{"name":{"given":["Bert"]}}]}"#
    );
}

#[test]
fn a_path_that_no_model_has_is_found_before() {
    let Some(engine) = engine() else { return };
    let map = MAP.replace("pid.f8 as sex", "pid.f99 as sex");
    let mapping = engine.compile_map(engine.parse_map(&map).expect("it is a map"));
    let codes: Vec<_> = mapping.issues().iter().map(|issue| issue.code.as_str()).collect();
    assert_eq!(codes, ["map-element"]);
}

#[track_caller]
fn check(expression: &str, expected: &[(&str, &str)]) {
    let Some(engine) = engine() else { return };
    let expression = engine.compile(expression).expect("it is an expression");
    let evaluation = engine.evaluate(&expression, MESSAGE, &EvaluateOptions::default());
    let found = evaluation.expect("the message is sound").values;
    let shown: Vec<(String, String)> = found
        .iter()
        .map(|item| (item.path.clone().unwrap_or_default(), item.value.clone()))
        .collect();
    let shown: Vec<(&str, &str)> =
        shown.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(shown, expected);
}

#[test]
fn paths_lead_through_groups_fields_and_components() {
    check("ADT_A01.PID.f3.c4.c2", &[("ADT_A01.PID.f3[0].c4.c2", "\"1.2.3\"")]);
    check(
        "NEXT_OF_KIN.NK1.f2.c2",
        &[
            ("ADT_A01.NEXT_OF_KIN[0].NK1.f2[0].c2", "\"Anna\""),
            ("ADT_A01.NEXT_OF_KIN[1].NK1.f2[0].c2", "\"Bert\""),
        ],
    );
    check(
        "OBSERVATION.OBX.f5.ofType(CWE).c2",
        &[("ADT_A01.OBSERVATION[1].OBX.f5.ofType(CWE)[0].c2", "\"what\"")],
    );
    check("Z.where(f0 = 'ZPI').f1.c2", &[("ADT_A01.Z[0].f1[0].c2", "\"2\"")]);
    check("PID.f8.c1 = 'M'", &[("", "true")]);
}
