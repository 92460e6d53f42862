//! Fields and components that another one asks for.

use fhirkiln::engine::Options;

/// The places at which something is missing that another part asks for.
#[track_caller]
fn check(segments: &str, expected: &[&str]) {
    check_in("ADT^A01^ADT_A01|17|P|2.5.1", segments, expected);
}

/// The same in a message of that kind and version.
#[track_caller]
fn check_in(kind: &str, segments: &str, expected: &[&str]) {
    let Some(engine) = super::map::engine() else { return };
    let message = format!("MSH|^~\\&|A|B|C|D|20240305||{kind}\rEVN||20240305\r{segments}");
    let report = engine.validate(message, &Options::default());
    let missing = report.issues.iter().filter(|it| it.code.as_str() == "v2-conditional");
    let places: Vec<&str> = missing.map(|it| it.expression.as_str()).collect();
    assert_eq!(places, expected, "{segments}");
}

#[test]
fn one_part_asks_for_another() {
    check("PID|1||17^^^H&1.2.3&ISO||A\rPV1|1|I", &[]);
    check("PID|1||17^^^H&1.2.3||A\rPV1|1|I", &["PID-3.4.3"]);
    check("PID|1||1^^^H&&ISO~2||A\rPV1|1|I", &["PID-3[1].4.2"]);
    // The explicit null is no value, but it is there.
    check("PID|1||17^^^H&\"\"&||A\rPV1|1|I", &[]);
    check("PID|1||17^^^H&1.2.3&\"\"||A\rPV1|1|I", &[]);
    check("PID|1||17||A\rPV1|1|I|||||1^Doc^^^^^^^^^5", &["PV1-7.12"]);
    // One finding for what two ask for.
    let breed = "|".repeat(33);
    check(&format!("PID|1||17{breed}B||P\rPV1|1|I"), &["PID-35"]);
}

#[test]
fn a_code_says_its_system_as_of_version_2_7() {
    let result = "OBR|1||2|1^A^LN|||20240305||||||||||||||||||F\rOBX|1|CWE|1-1^A||8^B^X^9||||||F";
    check_in("ORU^R01^ORU_R01|17|P|2.5.1", result, &[]);
    check_in("ORU^R01^ORU_R01|17|P|2.7", result, &["OBX-3.3", "OBX-5.6"]);
    let by_oid = result.replace("1-1^A", "1-1^A^^^^^^^^^^^^1.2");
    check_in("ORU^R01^ORU_R01|17|P|2.7.1", &by_oid, &["OBX-5.6"]);
    // A field with a table of HL7 tells the system by itself.
    check_in("ADT^A01^ADT_A01|17|P|2.8", "PID|1||17^^^H||A|||F\rPV1|1|I", &[]);
}

#[test]
fn what_a_message_is_asks_for_fields() {
    check_in("ORU^R01^ORU_R01|17|P|2.5.1", "OBR|1||2|1^A^LN|||20240305", &["OBR-25"]);
    check_in("ORM^O01^ORM_O01|17|P|2.5.1", "OBR|1||2|1^A^LN|||20240305", &[]);
    check_in("BAR^P12^BAR_P12|17|P|2.5.1", "DG1|1||A^B^C|||F", &["DG1-20", "DG1-21"]);
    check("DG1|1||A^B^C|||F", &[]);
    // Version 2.4 has no such fields.
    check_in("BAR^P12^BAR_P12|17|P|2.4", "DG1|1||A^B^C|||F", &[]);
}
