//! Which profiles the resources of a message claim, and what they are given so that they meet them.

use fhirkiln::engine::{ConvertOptions, Engine, Style};
use serde_json::{Value, json};

const HEAD: &str = "MSH|^~\\&|A|H|||20240305101500+0100||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1||17^^^H||Chalmers^Anna||1974|F\rOBR|1|||1-1^Panel^LN|||20240305101500+0100";

/// A profile of `name` with these elements of its differential.
fn profile(kind: &str, name: &str, elements: &[&str]) -> String {
    let base = format!("http://hl7.org/fhir/StructureDefinition/{kind}");
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://p.org/{name}","type":"{kind}","derivation":"constraint",
        "kind":"resource","abstract":false,"baseDefinition":"{base}","differential":{{"element":[{}]}}}}"#,
        elements.join(",")
    )
}

fn with(engine: &Engine, profiles: &[String]) -> Engine {
    let engine = profiles.iter().fold(engine.with(), |it, text| it.resource(text.as_str()));
    engine.build().expect("they are profiles")
}

/// The first resource of a type in what a message becomes.
fn resource(engine: &Engine, message: &str, claim: &[&str], kind: &str) -> Value {
    let claim = claim.iter().map(|it| (*it).to_owned()).collect();
    let options = ConvertOptions { claim, ..ConvertOptions::default() };
    let made = engine.convert(message, &options).expect("a map");
    let all = made.resources(Style::Compact);
    let mut all = all.iter().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
    all.find(|it| it["resourceType"] == kind).expect("there is one")
}

#[test]
fn what_a_claimed_profile_requires_is_said_not_to_be_known() {
    let Some(engine) = super::map::engine() else { return };
    let required = |path: &str| format!(r#"{{"path":"Patient.{path}","min":1}}"#);
    let met = ["gender", "identifier.system", "maritalStatus", "name.given", "contact.name"];
    let met: Vec<String> = met.iter().map(|path| required(path)).collect();
    let met: Vec<&str> = met.iter().map(String::as_str).collect();
    let address = [required("address"), required("address.city")];
    let address: Vec<&str> = address.iter().map(String::as_str).collect();
    let photo = [required("photo"), required("birthDate")];
    let photo: Vec<&str> = photo.iter().map(String::as_str).collect();
    let engine = with(
        &engine,
        &[
            profile("Patient", "met", &met),
            profile("Patient", "address", &address),
            profile("Patient", "photo", &photo),
        ],
    );
    let message =
        "MSH|^~\\&|A|H|||20240305101500||ADT^A04^ADT_A01|1|P|2.5.1\rPID|1||17||Chalmers\rPV1|1|O\r";
    let found = resource(&engine, message, &["http://p.org/"], "Patient");
    let claimed = found["meta"]["profile"].as_array().expect("it claims");
    assert_eq!(claimed, &["http://p.org/address", "http://p.org/met"].map(Value::from));
    assert_eq!(found["gender"], "unknown");
    assert_eq!(found["identifier"][0]["_system"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(found["maritalStatus"]["coding"][0]["code"], "unknown");
    assert_eq!(found["name"][0]["_given"][0]["extension"][0]["valueCode"], "unknown");
    assert_eq!(found["address"][0]["_city"]["extension"][0]["valueCode"], "unknown");
    // Nothing says that there is no photo: neither is anything else given for that profile.
    assert!(found.get("photo").is_none() && found.get("_birthDate").is_none(), "{found}");
}

const CATEGORY: &str = r#"{"path":"Observation.category","slicing":{"discriminator":[{"type":"pattern","path":"$this"}],"rules":"open"},"min":1},
    {"id":"Observation.category:own","path":"Observation.category","sliceName":"own","min":1,"max":"1",
     "patternCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"CODE"}]}}"#;

#[test]
fn a_required_slice_has_its_value_where_the_code_says_what_the_resource_is() {
    let Some(engine) = super::map::engine() else { return };
    let survey = CATEGORY.replace("CODE", "survey");
    let code = r#"{"path":"Observation.code","patternCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]}}"#;
    let by_code = profile("Observation", "by-code", &[&survey, code]);
    let by_category = profile("Observation", "by-category", &[&survey]);
    let engine = with(&engine, &[by_code, by_category]);
    let observed = |code: &str, section: &str| {
        let message = format!("{HEAD}|||||||||||||||||{section}\rOBX|1|NM|{code}^^LN||3||||||F\r");
        resource(&engine, &message, &["http://p.org/"], "Observation")
    };
    let found = observed("44261-6", "LAB");
    // The profile that says more is claimed alone; the category stands beside that of the laboratory's section.
    assert_eq!(found["meta"]["profile"], json!(["http://p.org/by-code"]));
    let codes: Vec<&Value> = found["category"]
        .as_array()
        .expect("categories")
        .iter()
        .map(|it| &it["coding"][0]["code"])
        .collect();
    assert_eq!(codes, ["laboratory", "survey"]);
    let found = observed("44261-6", "");
    assert_eq!(found["category"][0]["coding"][0]["code"], "survey");
    // Nothing says that another one is a survey.
    let found = observed("44262-4", "");
    assert!(found.get("meta").is_none() && found.get("category").is_none(), "{found}");
}

#[test]
fn the_profile_that_says_most_is_claimed() {
    let Some(engine) = super::map::engine() else { return };
    let laboratory = profile("Observation", "lab", &[&CATEGORY.replace("CODE", "laboratory")]);
    let survey = profile("Observation", "survey", &[&CATEGORY.replace("CODE", "survey")]);
    let any = profile("Observation", "any", &[r#"{"path":"Observation.subject","min":1}"#]);
    let built =
        profile("Observation", "built", &[r#"{"path":"Observation.status","mustSupport":true}"#])
            .replace("http://hl7.org/fhir/StructureDefinition/Observation", "http://p.org/any");
    let engine = with(&engine, &[laboratory, survey, any, built]);
    let claims = |section: &str| {
        let message = format!("{HEAD}|||||||||||||||||{section}\rOBX|1|NM|1-1^^LN||3||||||F\r");
        resource(&engine, &message, &["http://p.org/"], "Observation")["meta"]["profile"].clone()
    };
    assert_eq!(claims("CH"), json!(["http://p.org/lab"]));
    assert_eq!(claims("RAD"), json!(["http://p.org/built"]));
}

#[test]
fn what_a_resource_refers_to_meets_its_profile_too() {
    let Some(engine) = super::map::engine() else { return };
    let patient = profile("Patient", "patient", &[r#"{"path":"Patient.maritalStatus","min":1}"#]);
    let subject = r#"{"path":"Observation.subject","type":[{"code":"Reference","targetProfile":["http://p.org/patient"]}]}"#;
    let engine = with(&engine, &[patient, profile("Observation", "of-patient", &[subject])]);
    let message = format!("{HEAD}\rOBX|1|NM|1-1^^LN||3||||||F\r");
    let found = resource(&engine, &message, &["http://p.org/"], "Observation");
    assert_eq!(found["meta"]["profile"], json!(["http://p.org/of-patient"]));
    let found = resource(&engine, &message, &["http://p.org/of-patient"], "Observation");
    assert!(found.get("meta").is_none(), "the patient is not given what its profile requires");
}

#[test]
fn a_resource_that_is_not_valid_claims_nothing_and_a_profile_that_is_not_here_is_told() {
    let Some(engine) = super::map::engine() else { return };
    let any = profile("Observation", "any", &[r#"{"path":"Observation.subject","min":1}"#]);
    let engine = with(&engine, &[any]);
    let claim = vec!["http://p.org/any".to_owned(), "http://p.org/none".to_owned()];
    let options = ConvertOptions { claim, validate: false, ..ConvertOptions::default() };
    // A vital sign has to have a time that is at least a day.
    let observed = |time: &str| {
        let message = format!("{HEAD}\rOBX|1|NM|8867-4^^LN||60|/min^^UCUM|||||F|||{time}\r");
        engine.convert(message, &options).expect("a map")
    };
    for (time, is_valid) in [("20240305", true), ("2024", false)] {
        let made = observed(time);
        let json = made.json(Style::Compact).expect("a Bundle");
        assert_eq!(json.contains("http://p.org/any"), is_valid, "{json}");
        let told: Vec<&str> = made.findings.iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(told, ["profile-not-checked"]);
    }
}
