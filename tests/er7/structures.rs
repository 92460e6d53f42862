//! Structures that no public message has: which resources there are, values at their paths, a Bundle without errors, and every
//! value either mapped or listed.

use std::collections::{BTreeMap, BTreeSet};

use fhirkiln::engine::{ConvertOptions, Converted, Engine, EvaluateOptions, Severity, Style};
use fhirkiln::format::er7;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Kind, Limits};

/// Converts the segments behind a header of this type; `resources` tells how many there are of each type, but the header and what
/// tells the origin of a message, and `values` what a path leads to in the Bundle.
#[track_caller]
fn check(message_type: &str, segments: &str, resources: &str, values: &[(&str, &str)]) {
    let Some(engine) = super::map::engine() else { return };
    let head = format!("MSH|^~\\&|A|HOSP|B|C|20240305101500+0100||{message_type}|17|P|2.5.1\r");
    let message = format!("{head}{}\r", segments.replace('\n', "\r"));
    let made =
        engine.convert(message.as_str(), &ConvertOptions::default()).expect("there is a map");
    let json = made.json(Style::Pretty).expect("a Bundle");
    let findings: Vec<_> =
        made.findings.iter().filter(|it| it.severity >= Severity::Error).collect();
    assert!(findings.is_empty(), "{findings:?} in\n{json}");
    check_account(&made, message);
    assert_eq!(counts(&json), resources, "not mapped: {:?}", places(&made));
    for (path, expected) in values {
        assert_eq!(evaluate(&engine, path, &json), *expected, "{path} in\n{json}");
    }
}

fn places(made: &Converted) -> Vec<String> {
    made.unmapped().into_iter().map(|it| it.place).collect()
}

/// Each value of the text is either mapped or listed, and none is both.
#[track_caller]
fn check_account(made: &Converted, message: String) {
    let parsed = er7::parse(message, &Limits::default(), &mut Issues::new(0));
    let document = parsed.document();
    let leaves = document.message(0).leaves();
    let values: BTreeSet<u32> = leaves
        .iter()
        .filter(|(place, _)| place.segment != "MSH" || place.field > 2)
        .map(|(_, part)| part.span.start)
        .collect();
    let tree = made.report.tree();
    let is_taken = |&node: &_| tree.kind(node) == Kind::String && made.lineage.is_taken(node);
    let taken = tree.nodes().filter(is_taken).map(|node| tree.span(node).start);
    let mut all: Vec<u32> = taken.filter(|start| values.contains(start)).collect();
    all.extend(made.unmapped().iter().map(|it| it.span.start));
    all.sort_unstable();
    assert_eq!(all, Vec::from_iter(values), "not mapped: {:?}", places(made));
}

/// The types of what every message has of itself.
const ORIGIN: [&str; 5] =
    ["MessageHeader", "Provenance", "Device", "DocumentReference", "Organization"];

/// `Encounter 2, Patient 2`
fn counts(json: &str) -> String {
    let bundle: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let mut counts = BTreeMap::new();
    for entry in bundle["entry"].as_array().into_iter().flatten() {
        let name = entry["resource"]["resourceType"].as_str().unwrap_or_default();
        if !ORIGIN.contains(&name) {
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    counts.join(", ")
}

/// The values that the path leads to, below the resources of the Bundle.
fn evaluate(engine: &Engine, path: &str, json: &str) -> String {
    let (name, rest) = path.split_once('.').unwrap_or((path, "$this"));
    let expression = format!("entry.resource.ofType({name}).{rest}");
    let expression = engine.compile(&expression).expect("it is an expression");
    let found = engine.evaluate(&expression, json, &EvaluateOptions::default());
    let values = found.expect("the Bundle is sound").values;
    let values: Vec<_> = values.iter().map(|it| it.value.trim_matches('"').to_owned()).collect();
    values.join(", ")
}

#[test]
fn two_patients_change_beds() {
    check(
        "ADT^A17^ADT_A17",
        "EVN||20240305\nPID|1||17^^^HOSP||Berg^Anna\nPV1|1|I|W1^R2^B3|||W2^R1^B1\nOBX|1|NM|2339-0^Glucose^LN||60|mg/dL^^UCUM|||||F\n\
         PID|2||18^^^HOSP||Thal^Otto\nPV1|2|I|W2^R1^B1|||W1^R2^B3\nOBX|1|NM|2339-0^Glucose^LN||80|mg/dL^^UCUM|||||F",
        "Encounter 2, Location 6, Observation 2, Patient 2",
        &[
            ("Patient.name.family", "Berg, Thal"),
            ("Encounter.subject.resolve().name.given", "Anna, Otto"),
            ("Observation.value.ofType(Quantity).value", "60, 80"),
            ("Observation.subject.resolve().name.given", "Anna, Otto"),
        ],
    );
}

#[test]
fn records_of_one_person_are_merged() {
    check(
        "ADT^A30^ADT_A30",
        "EVN||20240305\nPID|1||17^^^HOSP||Berg^Anna\nPD1||||9^Doc^Tor\nMRG|18^^^HOSP||44",
        "Account 1, Patient 2, Practitioner 1",
        &[
            ("Patient.identifier.value", "17, 18"),
            ("Patient.link.type", "replaced-by"),
            ("Patient.link.other.resolve().name.family", "Berg"),
            ("Account.identifier.value", "44"),
        ],
    );
}

#[test]
fn medicines_that_were_given() {
    check(
        "RAS^O17^RAS_O17",
        "PID|1||17^^^HOSP||Berg^Anna\nPV1|1|I\nORC|RE|7^A|8^B||||||20240305|||9^Doc\nRXO|00093^Amoxicillin^L|500||mg^^UCUM\n\
         RXA|0|1|202403051000+0100|202403051005+0100|00093^Amoxicillin^L|500|mg^^UCUM||||||||L1||||CP\nRXR|PO^Oral^HL70162\nOBX|1|NM|2339-0^Glucose^LN||37.2|mg/dL^^UCUM|||||F",
        "Encounter 1, Medication 2, MedicationAdministration 1, MedicationRequest 1, Observation 1, Patient 1, Practitioner 1",
        &[
            ("MedicationRequest.medication.resolve().code.coding.code", "00093"),
            ("MedicationAdministration.medication.resolve().code.coding.display", "Amoxicillin"),
            ("MedicationAdministration.status", "completed"),
            ("MedicationAdministration.dosage.dose.value", "500"),
            ("MedicationAdministration.dosage.route.coding.code", "PO, PO"),
            ("MedicationAdministration.request.resolve().identifier.value", "7, 8"),
            ("MedicationAdministration.identifier.value", "7, 8"),
            ("Observation.value.ofType(Quantity).value", "37.2"),
        ],
    );
}

#[test]
fn an_order_of_medicines() {
    check(
        "OMP^O09^OMP_O09",
        "PID|1||17^^^HOSP||Berg^Anna\nAL1|1|DA^Drug^HL70127|1^Penicillin^L|SV\nORC|NW|7^A||||||||||9^Doc\nTQ1|1||BID\n\
         RXO|00093^Amoxicillin^L|500||mg^^UCUM\nNTE|1||with food\nRXR|PO^Oral^HL70162\nRXC|B|11^Base^L|1|mL^^UCUM\n\
         OBX|1|NM|2339-0^Glucose^LN||60|mg/dL^^UCUM|||||F\nFT1|1|||20240305||CG|X1^Drug^L",
        "AllergyIntolerance 1, ChargeItem 1, Medication 1, MedicationRequest 1, Observation 1, Patient 1, Practitioner 1",
        &[
            ("MedicationRequest.intent", "original-order"),
            ("Medication.ingredient.item.coding.display", "Base"),
            ("Medication.ingredient.strength.numerator.value", "1"),
            ("MedicationRequest.note.text", "with food"),
            ("MedicationRequest.dosageInstruction.route.coding.code", "PO, PO"),
            ("AllergyIntolerance.code.coding.display", "Penicillin"),
            ("ChargeItem.code.coding.code", "X1"),
        ],
    );
}

#[test]
fn problems_with_goals_and_orders() {
    check(
        "PPR^PC1^PPR_PC1",
        "PID|1||17^^^HOSP||Berg^Anna\nPV1|1|I\nPRB|AD|20240305|I10^Hypertension^I10|P1^A\nNTE|1||since long\nROL||AD|AT^Attending^HL70443|9^Doc\n\
         OBX|1|NM|2160-0^Creatinine^LN||1|mg/dL^^UCUM|||||F\nGOL|AD|20240305|G1^Lower^L|1^A\nNTE|1||slowly\nORC|NW|7^A\nOBR|1|7^A||625-4^B^LN",
        "Condition 1, Encounter 1, Goal 1, Observation 1, Patient 1, ServiceRequest 1",
        &[
            ("Condition.code.coding.code", "I10"),
            ("Condition.note.text", "since long"),
            ("Goal.description.coding.code", "G1"),
            ("Goal.note.text", "slowly"),
            ("ServiceRequest.code.coding.code", "625-4"),
        ],
    );
}

#[test]
fn results_of_an_automated_laboratory() {
    check(
        "OUL^R21^OUL_R21",
        "PID|1||17^^^HOSP||Berg^Anna\nPV1|1|O\nSAC|||S1\nORC|RE|7^A|8^B\nOBR|1|7^A|8^B|718-7^Hb^LN|||20240305\nOBX|1|NM|718-7^Hb^LN||140|g/L^^UCUM|||||F\n\
         NTE|1||sound\nOBX|2|NM|789-8^RBC^LN||4.5|10*12/L^^UCUM|||||F",
        "DiagnosticReport 1, Encounter 1, Observation 2, Patient 1, ServiceRequest 1, Specimen 1",
        &[
            ("DiagnosticReport.result.resolve().value.value", "140, 4.5"),
            ("DiagnosticReport.basedOn.resolve().identifier.value", "7, 8"),
            ("Observation.note.text", "sound"),
        ],
    );
}

#[test]
fn a_query_for_vaccinations() {
    check(
        "QBP^Q11^QBP_Q11",
        "QPD|Z34^History^CDCPHINVS|q1|17^^^HOSP^MR|Berg^Anna||20200101|F\nRCP|I|5^RD",
        "",
        &[("MessageHeader.event.code", "Q11")],
    );
}

#[test]
fn vaccinations_that_were_found() {
    let answer =
        "MSA|AA|q17\nQAK|q1|OK|Z34^History^CDCPHINVS\nQPD|Z34^History^CDCPHINVS|q1|17^^^HOSP^MR\n";
    let found = "PID|1||17^^^HOSP||Berg^Anna\nNK1|1|Berg^Otto|FTH^Father^HL70063\nORC|RE||1^A\nRXA|0|1|20200101||08^Hep B^CVX|0.5|mL^^UCUM|||||||||||CP\nRXR|IM^^HL70162\n\
         OBX|1|CWE|64994-7^F^LN||V02^X^L||||||F\nORC|RE||2^A\nRXA|0|1|20210101||20^DTaP^CVX|0.5|mL^^UCUM|||||||||||CP";
    check(
        "RSP^K11^RSP_K11",
        &format!("{answer}{found}"),
        "Immunization 2, Observation 1, Patient 1, RelatedPerson 1",
        &[
            ("MessageHeader.response.identifier", "q17"),
            ("MessageHeader.response.code", "ok"),
            ("Immunization.vaccineCode.coding.code", "08, 20"),
            ("Immunization.patient.resolve().name.family", "Berg, Berg"),
            ("Observation.partOf.resolve().vaccineCode.coding.code", "08"),
        ],
    );
    check(
        "RSP^K22^RSP_K22",
        &format!(
            "{answer}PID|1||17^^^HOSP||Berg^Anna\nNK1|1|Berg^Otto|FTH^Father^HL70063\nPID|2||18^^^HOSP||Berg^Hanna"
        ),
        "Patient 2, RelatedPerson 1",
        &[
            ("Patient.name.given", "Anna, Hanna"),
            ("RelatedPerson.patient.resolve().name.given", "Anna"),
        ],
    );
}

#[test]
fn an_acknowledgement() {
    check(
        "ACK^A01^ACK",
        "MSA|AE|16\nERR||PID^1^5|101^Required field missing^HL70357|E||||Name is missing",
        "OperationOutcome 1",
        &[
            ("MessageHeader.response.identifier", "16"),
            ("MessageHeader.response.code", "transient-error"),
            ("OperationOutcome.issue.severity", "error"),
        ],
    );
}

#[test]
fn a_structure_that_nobody_knows() {
    check(
        "ZZZ^Z99^ZZZ_Z99",
        "PID|1||17^^^HOSP||Berg^Anna\nNK1|1|Berg^Otto|FTH^Father^HL70063\nPV1|1|O\nAL1|1|DA^Drug^HL70127|1^Penicillin^L|SV\n\
         ORC|RE|7^A\nOBR|1|7^A||718-7^Hb^LN\nOBX|1|NM|718-7^Hb^LN||140|g/L^^UCUM|||||F\nNTE|1||sound\nOBX|2|NM|789-8^RBC^LN||4.5|10*12/L^^UCUM|||||F\n\
         ORC|RE|8^A\nOBR|2|8^A||2345-7^Glucose^LN\nOBX|1|NM|2345-7^Glucose^LN||5|mmol/L^^UCUM|||||F\nZZ1|own",
        "AllergyIntolerance 1, DiagnosticReport 2, Encounter 1, Observation 3, Patient 1, RelatedPerson 1, ServiceRequest 2",
        &[
            ("DiagnosticReport.result.resolve().value.value", "140, 4.5, 5"),
            ("DiagnosticReport.basedOn.resolve().identifier.value", "7, 8"),
            ("DiagnosticReport.subject.resolve().name.given", "Anna, Anna"),
            ("Observation.note.text", "sound"),
        ],
    );
}

#[test]
fn segments_of_one_name_that_come_apart() {
    // Without a group that they belong to, after others, and with more of the patient at the end.
    check(
        "ZZZ^Z99^ZZZ_Z99",
        "PID|1||17^^^HOSP||Berg^Anna\nOBX|1|NM|718-7^Hb^LN||140|g/L^^UCUM|||||F\nAL1|1|DA^Drug^HL70127|1^Penicillin^L|SV\nOBX|2|NM|789-8^RBC^LN||4.5|10*12/L^^UCUM|||||F\n\
         ORC|RE||1^A\nRXA|0|1|20200101||08^Hep B^CVX|0.5|mL^^UCUM|||||||||||CP\nOBX|1|CWE|64994-7^F^LN||V02^X^L||||||F\nAL1|2|DA^Drug^HL70127|2^Aspirin^L|SV\n\
         NK1|1|Berg^Otto|FTH^Father^HL70063\nDG1|1||I10^Hypertension^I10",
        "AllergyIntolerance 2, Condition 1, Immunization 1, Observation 3, Patient 1, RelatedPerson 1",
        &[
            ("AllergyIntolerance.code.coding.display", "Penicillin, Aspirin"),
            ("AllergyIntolerance.patient.resolve().name.given", "Anna, Anna"),
            ("Observation.subject.resolve().name.given", "Anna, Anna, Anna"),
            ("Condition.subject.resolve().name.given", "Anna"),
        ],
    );
}

#[test]
fn what_the_event_and_other_segments_say() {
    check(
        "ADT^A11^ADT_A09",
        "EVN||20240305\nPID|1||17^^^HOSP||Berg^Anna\nPV1|1|I",
        "Encounter 1, Patient 1",
        &[("Encounter.status", "cancelled"), ("Encounter.class.code", "IMP")],
    );
    check(
        "SIU^S12^SIU_S12",
        "SCH|1^A|2^B||||R^Routine^L|||||^^^20240306100000+0100^20240306103000+0100|||||||||9^Doc^Tor|||||Booked",
        "Appointment 1, Practitioner 1",
        &[
            ("Appointment.identifier.value", "1, 2"),
            (
                "Provenance.agent.where(type.coding.code = 'enterer').who.resolve().name.family",
                "Doc",
            ),
        ],
    );
    check(
        "ORM^O01^ORM_O01",
        "PID|1||17^^^HOSP||Berg^Anna\nORC|NW|7^A\nOBR|1|7^A||625-4^B^LN\nBLG|||44^^^HOSP",
        "Account 1, Patient 1, ServiceRequest 1",
        &[("ServiceRequest.supportingInfo.resolve().identifier.value", "44")],
    );
}
