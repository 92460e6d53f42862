//! Fields and components that another one asks for.

use fhirkiln::engine::Options;

/// The places at which something is missing that another part asks for.
#[track_caller]
fn check(segments: &str, expected: &[&str]) {
    let Some(engine) = super::map::engine() else { return };
    let message = format!(
        "MSH|^~\\&|A|B|C|D|20240305||ADT^A01^ADT_A01|17|P|2.5.1\rEVN||20240305\r{segments}"
    );
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
