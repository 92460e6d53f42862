//! The maps of HL7 v2: every map in `maps/` compiles against the definitions without a finding, and messages become
//! what the guide says.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fhirkiln::engine::{Engine, Options, Severity, Style, TransformOptions};

/// The engine with all maps; none where a pack is not built.
static ENGINE: LazyLock<Option<Engine>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pack = |name: &str| std::fs::read(root.join(format!("packs/{name}.pack"))).ok();
    let engine = Engine::builder().pack(pack("r4")?).pack(pack("v2")?);
    let engine = maps().iter().fold(engine, |engine, path| engine.map(read(path)));
    Some(engine.build().unwrap_or_else(|error| panic!("{error}")))
});

fn maps() -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("maps")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "map") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_map_compiles() {
    let Some(engine) = &*ENGINE else { return };
    let mut wrong = Vec::new();
    for path in maps() {
        let map =
            engine.parse_map(&read(&path)).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        assert!(
            map.url().ends_with(&*path.file_stem().expect("a name").to_string_lossy()),
            "{}",
            map.url()
        );
        let mapping = engine.compile_map(map);
        let issues = mapping.issues().iter().filter(|issue| !issue.expression.starts_with("http"));
        wrong.extend(issues.map(|issue| {
            format!("{}: {}: {}", path.display(), issue.expression, issue.message(false))
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One message, its PID as a patient: what is in the patient, and what was said.
#[track_caller]
fn check_patient(pid: &str, expected: &str, messages: &[&str]) {
    const MAP: &str = "uses 'https://fhirkiln.dev/v2/ADT_A01' alias ADT_A01 as source\n\
        imports 'https://fhirkiln.dev/v2/StructureMap/segments/PID'\n\
        group main(source src : ADT_A01, target bundle : Bundle) {\n\
          src.PID as pid -> bundle.entry as entry, entry.resource = create('Patient') as patient then `PID[Patient]`(pid, patient, bundle);\n\
        }";
    let Some(engine) = &*ENGINE else { return };
    let mapping = engine.compile_map(engine.parse_map(MAP).expect("a map"));
    assert_eq!(mapping.issues(), []);
    let message = format!("MSH|^~\\&|A|B|C|D|20200101||ADT^A01^ADT_A01|1|P|2.5.1\r{pid}\r");
    let made =
        engine.transform(&mapping, message.as_str(), &TransformOptions::default()).expect("sound");
    let json = made.json(Style::Compact).expect("a result");
    let said: Vec<String> = made.report.issues.iter().map(|issue| issue.message(false)).collect();
    let start = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","#;
    let expected = format!("{start}{expected}}}}}");
    assert_eq!(&json[..expected.len().min(json.len())], expected);
    assert_eq!(said, messages);
}

#[test]
fn a_patient_has_names_and_addresses() {
    check_patient(
        "PID|1||17^^^^MR||Van der Berg&van der&Berg^Anna^Maria^Jr^Dr^^L||19741225|F|||Main St 1&&^Apt 2^Town^ST^12345^USA^H||^PRN^PH^^1^555^1234567^89|||M",
        r#""identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"value":"17"}],"name":[{"use":"official","family":"Van der Berg","_family":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/humanname-own-prefix","valueString":"van der"},{"url":"http://hl7.org/fhir/StructureDefinition/humanname-own-name","valueString":"Berg"}]},"given":["Anna","Maria"],"prefix":["Dr"],"suffix":["Jr"]}],"telecom":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-country","valueString":"1"},{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-area","valueString":"555"},{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-local","valueString":"1234567"},{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-extension","valueString":"89"}],"system":"phone","value":"+1 555 1234567 X89","use":"home"}],"gender":"female","birthDate":"1974-12-25","address":[{"use":"home","line":["Main St 1","Apt 2"],"city":"Town","state":"ST","postalCode":"12345","country":"USA"}],"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}"#,
        &[],
    );
    check_patient(
        "PID|1||1|||||X",
        r#""identifier":[{"value":"1"}]"#,
        &[
            "The concept map `https://fhirkiln.dev/v2/ConceptMap/AdministrativeSex` says nothing of `X` (rule `PID[Patient]: PID-8`)",
        ],
    );
    check_patient(
        "PID|1||1^^^A&1.2&ISO||||1974||||||||||||||||||2||||201002031405+0100|Y",
        r#""identifier":[{"system":"urn:oid:1.2","value":"1","assigner":{"reference":"urn:uuid:05aecd85-19aa-5f41-a9ac-89896046241a"}}],"birthDate":"1974","deceasedDateTime":"2010-02-03T14:05:00+01:00","multipleBirthInteger":2"#,
        &[],
    );
}

/// One result: what is in its Observation besides its id and the patient.
#[track_caller]
fn check_result(obx: &str, expected: &str) {
    let Some(engine) = &*ENGINE else { return };
    let mapping = engine.mapping("https://fhirkiln.dev/v2/StructureMap/messages/ORU_R01");
    let mapping = mapping.expect("the map is in the folder");
    assert_eq!(mapping.issues(), []);
    let message = format!(
        "MSH|^~\\&|A|B|C|D|20200101||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1||1\rOBR|1|||1^A^LN\rOBX|1|{obx}\r"
    );
    let made =
        engine.transform(&mapping, message.as_str(), &TransformOptions::default()).expect("sound");
    let said: Vec<String> = made.report.issues.iter().map(|issue| issue.message(false)).collect();
    assert_eq!(said, Vec::<String>::new());
    let json: serde_json::Value =
        serde_json::from_str(&made.json(Style::Compact).expect("a result")).expect("JSON");
    let entries = json["entry"].as_array().expect("entries");
    let observations: Vec<_> =
        entries.iter().filter(|it| it["resource"]["resourceType"] == "Observation").collect();
    let [observation] = observations.as_slice() else { panic!("{json}") };
    let mut observation = observation["resource"].clone();
    let object = observation.as_object_mut().expect("an object");
    for name in ["resourceType", "id", "subject", "code", "status"] {
        assert!(object.remove(name).is_some(), "{name}");
    }
    let expected: serde_json::Value = serde_json::from_str(expected).expect("JSON");
    assert_eq!(observation, expected, "{obx}");
}

#[test]
fn a_result_has_the_value_that_its_type_says() {
    check_result(
        "NM|1^A^LN||5.40|mg/dL^mg/dL^UCUM|1-9|H|||F",
        r#"{"valueQuantity":{"value":5.40,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"},
            "referenceRange":[{"text":"1-9"}],
            "interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"H"}]}]}"#,
    );
    check_result("ST|1^A^LN||a~b||||||F", r#"{"valueString":"a\nb"}"#);
    check_result(
        "CWE|1^A^LN||27268008^Salmonella^SCT||||||F",
        r#"{"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"27268008","display":"Salmonella"}]}}"#,
    );
    check_result("SN|1^A^LN||>^100||||||F", r#"{"valueQuantity":{"value":100,"comparator":">"}}"#);
    check_result(
        "SN|1^A^LN||^1^:^128||||||F",
        r#"{"valueRatio":{"numerator":{"value":1},"denominator":{"value":128},
        "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/originalText","valueString":"1 : 128"}]}}"#,
    );
    check_result(
        "DTM|1^A^LN||202001021530+0100||||||F",
        r#"{"valueDateTime":"2020-01-02T15:30:00+01:00"}"#,
    );
    check_result("TM|1^A^LN||1530-0500||||||F", r#"{"valueTime":"15:30:00"}"#);
    check_result("SN|1^A^LN||<>^5^-^5|%|||||F", r#"{"valueString":"<> 5 - 5 %"}"#);
    check_result("EI|1^A^LN||7^A^1.2^ISO||||||F", r#"{"valueString":"7 A 1.2 ISO"}"#);
}

#[test]
fn a_number_is_one_as_it_is_sent() {
    let quantity = |number: &str, expected: &str| {
        check_result(&format!("NM|1^A^LN||{number}||||||F"), expected);
    };
    quantity("-5", r#"{"valueQuantity":{"value":-5}}"#);
    quantity(".5", r#"{"valueQuantity":{"value":0.5}}"#);
    quantity(">= 20", r#"{"valueQuantity":{"value":20,"comparator":">="}}"#);
    quantity("negative", r#"{"valueString":"negative"}"#);
    quantity("1,200", r#"{"valueString":"1,200"}"#);
}

#[test]
fn each_repetition_of_a_value_is_a_component() {
    let code = r#"{"coding":[{"system":"http://loinc.org","code":"1","display":"A"}]}"#;
    check_result(
        "CE|1^A^LN||2^B^LN~3^C^LN||||||F",
        &format!(
            r#"{{"component":[
            {{"code":{code},"valueCodeableConcept":{{"coding":[{{"system":"http://loinc.org","code":"2","display":"B"}}]}}}},
            {{"code":{code},"valueCodeableConcept":{{"coding":[{{"system":"http://loinc.org","code":"3","display":"C"}}]}}}}]}}"#
        ),
    );
}

/// The ids of the resources of a type that a message becomes.
fn ids(number: &str, segments: &str, resource_type: &str) -> Vec<String> {
    let Some(engine) = &*ENGINE else { return Vec::new() };
    let mapping = engine.mapping("https://fhirkiln.dev/v2/StructureMap/messages/ORU_R01");
    let mapping = mapping.expect("the map is in the folder");
    let message =
        format!("MSH|^~\\&|A|B|C|D|20200101||ORU^R01^ORU_R01|{number}|P|2.5.1\r{segments}");
    let made =
        engine.transform(&mapping, message.as_str(), &TransformOptions::default()).expect("sound");
    let json: serde_json::Value =
        serde_json::from_str(&made.json(Style::Compact).expect("a result")).expect("JSON");
    let entries = json["entry"].as_array().expect("entries").iter().map(|it| &it["resource"]);
    let of_type = entries.filter(|it| it["resourceType"] == resource_type);
    of_type.map(|it| it["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn what_a_correction_corrects_has_its_ids() {
    let order = |status: &str, number: &str| {
        format!(
            "PID|1||17^^^A\rORC|RE|7^X|{number}\rOBR|1|7^X|{number}|625-4^B^LN|||||||||||||||||||||{status}\r"
        )
    };
    for resource_type in ["Patient", "DiagnosticReport", "ServiceRequest"] {
        let first = ids("1", &order("P", "8^Y"), resource_type);
        assert_eq!(first, ids("2", &order("C", "8^Y"), resource_type), "{resource_type}");
    }
    let other = ids("2", &order("C", "9^Y"), "DiagnosticReport");
    assert_ne!(ids("1", &order("P", "8^Y"), "DiagnosticReport"), other);
    // Without a number, nothing tells that it is the same one.
    let unknown = |number| ids(number, "PID|1||17^^^A\rOBR|1|||625-4^B^LN\r", "DiagnosticReport");
    assert_ne!(unknown("1"), unknown("2"));
}

#[test]
fn orders_and_vaccinations_are_valid() {
    check_valid(
        "VXU_V04",
        "PID|1||17^^^A||Berg^Anna\rORC|RE||1^A|||||||||9^Doc\rRXA|0|1|20200101||08^Hep B^CVX|0.5|mL^^UCUM||||||||L1|20210101|MSD^Merck^MVX|||CP|A\r\
         RXR|IM^^HL70162|LA^^HL70163\rOBX|1|CWE|64994-7^F^LN||V02^X^L||||||F\r",
    );
    check_valid(
        "ORM_O01",
        "PID|1||17^^^A||Berg^Anna\rORC|NW|7^A\rRXO|1^M^NDC|500||mg^^UCUM|TAB^Tablet||||||30||2\rRXR|PO^^HL70162\r",
    );
    check_valid(
        "ORM_O01",
        "PID|1||17^^^A||Berg^Anna\rPV1|1|O\rORC|NW|7^A||||||||||9^Doc\rOBR|1|7^A||625-4^B^LN|||||||G||||||||||||||||||||R07^Pain^L\r",
    );
}

#[test]
fn a_visit_is_valid() {
    check_valid(
        "ADT_A01",
        "EVN|A01|20200101\rPID|1||17^^^A&1.2&ISO^MR||Berg^Anna||19741225|F\rPD1|||P^^17|9^Doc^Tor\r\
         NK1|1|Berg^Otto|SPO^Spouse^HL70063\rPV1|1|I|W1^R2^B3^F4^^^B5||||1^Att^End|||SUR|||||||||V1|||||||||||||||||||||||||20200101\r\
         AL1|1|DA^Drug^HL70127|1^Penicillin^L|SV|Rash|2010\rDG1|1||I10^Hypertension^I10|||A\r",
    );
}

/// What the map of a structure makes of a message is valid, and nothing is said about it.
#[track_caller]
fn check_valid(structure: &str, segments: &str) {
    let Some(engine) = &*ENGINE else { return };
    let mapping =
        engine.mapping(&format!("https://fhirkiln.dev/v2/StructureMap/messages/{structure}"));
    let mapping = mapping.expect("the map is in the folder");
    assert_eq!(mapping.issues(), []);
    let kind = structure.replace('_', "^");
    let message = format!(
        "MSH|^~\\&|A^1.2^ISO|B|C|D|20200101120000+0100||{kind}^{structure}|1|P|2.5.1\r{segments}"
    );
    let options = TransformOptions::default();
    let made = engine.transform(&mapping, message.as_str(), &options).expect("sound");
    let json = made.json(Style::Pretty).expect("a result");
    let report = engine.validate(json.as_str(), &Options::default());
    let errors = report.issues.iter().filter(|issue| issue.severity >= Severity::Error);
    let found: Vec<String> = errors
        .chain(&made.report.issues)
        .map(|issue| format!("{} @{}", issue.message(false), issue.expression))
        .collect();
    assert_eq!(found, Vec::<String>::new(), "{json}");
}
