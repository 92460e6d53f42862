//! What of a message becomes which resource, and how these refer to each other.

use fhirkiln::engine::{ConvertOptions, EvaluateOptions, Severity, Style};

const PID: &str = "PID|1||17^^^H&1.2.3&ISO^MR||Chalmers^Peter||19741225|M\n";

/// Converts the segments after an MSH of `structure`: the Bundle is valid, and each expression is true of it.
#[track_caller]
fn check(structure: &str, segments: &str, expressions: &[&str]) {
    let Some(engine) = super::map::engine() else { return };
    let event = structure.replace('_', "^");
    let message = format!(
        "MSH|^~\\&|A|B|C|D|20240102030405+0100||{event}^{structure}|1|P|2.8\n{PID}{segments}"
    );
    let made = engine
        .convert(message.replace('\n', "\r"), &ConvertOptions::default())
        .expect("there is a map");
    let bundle = made.json(Style::Compact).expect("a Bundle");
    let wrong = made.findings.iter().find(|issue| issue.severity >= Severity::Error);
    assert_eq!(wrong.map(|issue| issue.message(false)), None, "{bundle}");
    for expression in expressions {
        let compiled = engine.compile(expression).unwrap_or_else(|error| panic!("{error}"));
        let found = engine.evaluate(&compiled, bundle.as_str(), &EvaluateOptions::default());
        let values = found.expect("it is sound").values;
        let shown: Vec<&str> = values.iter().map(|item| item.value.as_str()).collect();
        assert_eq!(shown, ["true"], "{expression}\n{bundle}");
    }
}

#[test]
fn a_diagnosis_of_a_visit_and_its_episode_is_one_condition() {
    check(
        "ADT_A01",
        "PV1|1|I||||||||||||||||||||||||||||||||||||||||||||||||||||E1\nDG1|1||K63.3^Ulcer^I10||20240101|F\nDG1|2||I10^Pressure^I10||20240101|A\n",
        &[
            "entry.resource.ofType(Condition).count() = 2",
            "entry.resource.ofType(EpisodeOfCare).single().diagnosis.condition.reference = entry.resource.ofType(Encounter).diagnosis.condition.reference",
            "entry.resource.ofType(EpisodeOfCare).identifier.value = 'E1'",
        ],
    );
}

#[test]
fn a_participant_is_what_the_role_says() {
    let roles =
        "PRT|1|AD||PP|1^Doctor^Dora\nPRT|2|AD||AT|2^Carer^Carl\nPRT|3|AD||OTH|3^Friend^Fred\n";
    check(
        "ADT_A01",
        &format!("{roles}PV1|1|I\n"),
        &[
            "entry.resource.ofType(Patient).generalPractitioner.single().reference in entry.where(resource.ofType(Practitioner).name.family = 'Doctor').fullUrl",
            "entry.resource.ofType(CareTeam).participant.count() = 1",
            "entry.resource.ofType(RelatedPerson).name.family = 'Friend'",
            "entry.resource.ofType(RelatedPerson).patient.reference = entry.where(resource is Patient).fullUrl",
        ],
    );
}

#[test]
fn a_referral_has_who_asks_and_who_is_asked() {
    check(
        "ADT_A01",
        "PV1|1|I\nIN1|1|P|I|Payer\nAUT|PPO|HC02|Company|20240110|20240310|A1||5|3|20240111\nRF1|A^Accepted|S|Med||O|R1^EPIC|20240125||20240125|O^Ordered\n",
        &[
            "entry.resource.ofType(ServiceRequest).where(status = 'active' and priority = 'stat' and identifier.value = 'R1').count() = 1",
            "entry.resource.ofType(ClaimResponse).where(use = 'preauthorization' and preAuthRef = 'A1').adjudication.value = (5 | 3)",
            "entry.resource.ofType(ClaimResponse).preAuthPeriod.end = @2024-03-10",
        ],
    );
}

#[test]
fn an_order_is_made_of_what_only_an_order_has_room_for() {
    let result = "OBX|1|ST|1-1^Test^LN||x||||||F|||20240102030405+0100\n";
    check(
        "ORU_R01",
        &format!(
            "OBR|1|P1|F1|1-1^Test^LN|||20240102030405+0100|||||||||9^Ordering^Olga||||||||LAB|F\nNTE|1||Seen\n{result}"
        ),
        &[
            "entry.resource.ofType(ServiceRequest).note.text = 'Seen'",
            "entry.resource.ofType(DiagnosticReport).basedOn.reference = entry.where(resource is ServiceRequest).fullUrl",
            "entry.resource.ofType(ServiceRequest).requester.reference in entry.where(resource.ofType(Practitioner).name.family = 'Ordering').fullUrl",
            "entry.resource.ofType(DiagnosticReport).specimen.reference = entry.where(resource is Specimen).fullUrl",
        ],
    );
    check(
        "ORU_R01",
        &format!("OBR|1|P1|F1|1-1^Test^LN|||20240102030405+0100\n{result}"),
        &["entry.resource.ofType(ServiceRequest).empty()"],
    );
}

#[test]
fn who_took_a_specimen_is_its_collector() {
    let collector = "entry.resource.ofType(Specimen).collection.collector.reference in entry.where(resource is PractitionerRole).fullUrl";
    let method = "entry.resource.ofType(Specimen).collection.method.coding.code = 'ANP'";
    let specimen = "SPM|1|||BLD|||ANP^Plates^HL70488\n";
    check(
        "OML_O21",
        &format!(
            "ORC|NW|P1\nOBR|1|P1||1-1^Test^LN\nPRT|1|AD||SC^Collector^HL70443|7^Taker^Tom\n{specimen}"
        ),
        &[collector, method],
    );
    check(
        "ORU_R01",
        &format!(
            "OBR|1|P1|F1|1-1^Test^LN\nPRT|1|AD||SC^Collector^HL70443|7^Taker^Tom\nOBX|1|ST|1-1^Test^LN||x||||||F\n{specimen}"
        ),
        &[collector, method, "entry.resource.ofType(Practitioner).name.family = 'Taker'"],
    );
}

#[test]
fn a_code_of_a_table_is_kept_beside_what_it_becomes() {
    check(
        "ADT_A01",
        "NK1|1|Chalmers^Anna|MTH^Mother^HL70063^M^Mum^L\nPV1|1|I\n",
        &[
            "entry.resource.ofType(RelatedPerson).relationship.coding.count() = 3",
            "entry.resource.ofType(RelatedPerson).relationship.coding.first().system = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode'",
            "entry.resource.ofType(RelatedPerson).relationship.coding.skip(1).first().display = 'Mother'",
        ],
    );
    // The same code is told once, in the words of the sender.
    check(
        "ADT_A01",
        "NK1|1|Chalmers^Anna|CGV^Helper^HL70063\nPV1|1|I\n",
        &["entry.resource.ofType(RelatedPerson).relationship.coding.single().display = 'Helper'"],
    );
}
