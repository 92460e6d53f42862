//! Messages to FHIR: the right map, every value accounted for, and a result that was validated.

use std::collections::BTreeSet;

use fhirkiln::engine::{BundleKind, ConvertOptions, Converted, Engine, EngineBuilder, Style};

const MESSAGE: &str = "MSH|^~\\&|ADT|H|EHR|C|20240305101500+0100||ADT^A04^ADT_A01|17|P|2.5.1\rEVN||20240305\r\
    PID|1||17||Chalmers^Peter||19741225|M\rZPI|own^2\rPV1|1|I\r";

/// A map of our own in place of the engine's.
const MAP: &str = r#"
map "https://fhirkiln.dev/v2/StructureMap/messages/ADT_A01" = "own"
uses "https://fhirkiln.dev/v2/ADT_A01" alias ADT_A01 as source
uses "http://hl7.org/fhir/StructureDefinition/Bundle" alias Bundle as target
group own(source src : ADT_A01, target tgt : Bundle) {
  src.MSH as msh -> tgt.type = 'collection' then { msh.f10 as id -> tgt.identifier as i, i.value = id; };
  src.PID as pid -> tgt.entry as entry, entry.resource = create('Patient') as patient then {
    pid.f5 as name -> patient.name as n then { name.c1 as fn then { fn.c1 as v -> n.family = v; }; };
    pid.f8.c1 as sex where $this = 'M' -> patient.gender = 'mail';
  };
}
"#;

fn convert(engine: &Engine, message: &str) -> Converted {
    engine.convert(message, &ConvertOptions::default()).expect("the engine has a map")
}

#[test]
fn a_map_of_ones_own_replaces_that_of_the_engine() {
    let Some(engine) = super::map::engine() else { return };
    let engine = engine.with().map(MAP).build().expect("it is a map");
    let made = convert(&engine, MESSAGE);
    assert_eq!(
        made.json(Style::Compact).expect("a bundle"),
        r#"{"resourceType":"Bundle","identifier":{"value":"17"},"type":"collection","entry":[{"resource":{"resourceType":"Patient","name":[{"family":"Chalmers"}],"gender":"mail"}}]}"#
    );
    // What is wrong in the result is found in the same call.
    let codes: BTreeSet<_> = made.findings.iter().map(|issue| issue.code.as_str()).collect();
    assert!(codes.contains("binding-required"), "{codes:?}");
    assert!(!made.outcome().is_valid());
    // What no rule took is said, with its place.
    let places: Vec<String> = made.unmapped().into_iter().map(|it| it.place).collect();
    let left = [
        "MSH-3", "MSH-4", "MSH-5", "MSH-6", "MSH-7", "MSH-9.1", "MSH-9.2", "MSH-9.3", "MSH-11",
        "MSH-12", "EVN-2", "PID-1", "PID-3", "PID-5.2", "PID-7", "ZPI-1.1", "ZPI-1.2", "PV1-1",
        "PV1-2",
    ];
    assert_eq!(places, left);
    // Each part of the result tells where it comes from, and by which rule.
    let tree = made.draft().expect("a bundle");
    let family = tree.nodes().find(|&node| tree.name_text(node) == "family").expect("a name");
    let origin = made.lineage.origin(family).expect("a rule made it");
    let source = origin.source().expect("it is of the message");
    assert_eq!(made.report.tree().value(source), "Chalmers");
    let rule = made.mapping.program().rule(origin.rule().expect("a rule")).expect("of the map");
    assert_eq!(rule.group, "own");
    let origins: Vec<_> = made
        .origins()
        .iter()
        .map(|it| {
            format!(
                "{} {} {}:{} {}",
                it.path, it.source.place, it.source.line, it.source.column, it.rule
            )
        })
        .collect();
    assert_eq!(
        origins,
        [
            "Bundle.identifier.value MSH-10 1:59 own: msh.f10",
            "Bundle.type MSH 1:1 own: src.MSH",
            "Bundle.entry[0].resource.name[0].family PID-5.1 3:12 own: fn.c1",
            "Bundle.entry[0].resource.gender PID-8 3:37 own: pid.f8.c1",
        ]
    );
    let parts = made.to_json_parts();
    let [bundle, answer]: [serde_json::Value; 2] =
        parts.map(|part| serde_json::from_str(&part).expect("JSON"));
    assert_eq!(bundle["entry"][0]["resource"]["gender"], "mail");
    assert_eq!(answer["lineage"][2]["place"], "PID-5.1");
    assert_eq!(answer["unmapped"][10]["place"], "EVN-2");
    assert_eq!(answer["outcome"]["resourceType"], "OperationOutcome");
}

#[track_caller]
fn check_kind(bundle: BundleKind, expected: &str) {
    const MAP: &str = r#"
map "http://example.org/kinds" = "kinds"
uses "https://fhirkiln.dev/v2/ADT_A01" alias ADT_A01 as source
uses "http://hl7.org/fhir/StructureDefinition/Bundle" alias Bundle as target
group kinds(source src : ADT_A01, target tgt : Bundle) {
  src -> tgt.type = 'message';
  src.PID as pid -> tgt.entry as entry, entry.resource = create('Patient') as patient, patient.id = 'p' then {
    pid.f3 as cx -> patient.identifier as i, i.system = 'urn:oid:1.2', i.value = 'a b';
  };
  src.PV1 as pv1 -> tgt.entry as entry, entry.resource = create('Encounter') as encounter, encounter.id = 'e';
}
"#;
    let Some(engine) = super::map::engine() else { return };
    let engine = engine.with().map(MAP).build().expect("it is a map");
    let map = Some("http://example.org/kinds".to_owned());
    let options = ConvertOptions { bundle, map, validate: false, ..ConvertOptions::default() };
    let made = engine.convert(MESSAGE, &options).expect("the engine has a map");
    assert_eq!(made.json(Style::Compact).expect("a bundle"), expected);
}

#[test]
fn a_message_becomes_the_kind_of_bundle_that_is_asked_for() {
    let identifier = r#""identifier":[{"system":"urn:oid:1.2","value":"a b"}]"#;
    let plain = |kind| {
        format!(
            r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{{"resource":{{"resourceType":"Patient","id":"p",{identifier}}}}},{{"resource":{{"resourceType":"Encounter","id":"e"}}}}]}}"#
        )
    };
    check_kind(BundleKind::Message, &plain("message"));
    check_kind(BundleKind::Collection, &plain("collection"));
    check_kind(
        BundleKind::Transaction,
        &format!(
            r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"resource":{{"resourceType":"Patient",{identifier}}},"request":{{"method":"PUT","url":"Patient?identifier=urn:oid:1.2|a%20b"}}}},{{"resource":{{"resourceType":"Encounter","id":"e"}},"request":{{"method":"PUT","url":"Encounter/e"}}}}]}}"#
        ),
    );
}

#[test]
fn the_same_message_gives_the_same_bundle() {
    let Some(engine) = super::map::engine() else { return };
    for (path, bytes) in super::messages() {
        let message = String::from_utf8_lossy(&bytes).into_owned();
        let options = ConvertOptions::default();
        let (Ok(one), Ok(two)) = (
            engine.convert(message.as_str(), &options),
            engine.convert(message.as_str(), &options),
        ) else {
            continue;
        };
        assert_eq!(one.json(Style::Compact), two.json(Style::Compact), "{}", path.display());
        assert_eq!(one.unmapped(), two.unmapped());
        // Every value is either taken or listed.
        let parsed = fhirkiln::format::er7::parse(
            bytes,
            &fhirkiln::tree::Limits::default(),
            &mut fhirkiln::issue::Issues::new(9),
        );
        let values: BTreeSet<_> = parsed
            .document()
            .message(0)
            .leaves()
            .iter()
            .map(|(place, _)| place.to_string())
            .collect();
        for unmapped in one.unmapped() {
            assert!(values.contains(&unmapped.place), "{}: {}", path.display(), unmapped.place);
        }
    }
}

#[test]
fn what_cannot_be_converted_is_an_error_of_use() {
    let Some(engine) = super::map::engine() else { return };
    let code =
        |input: &str, options: &ConvertOptions| engine.convert(input, options).unwrap_err().code;
    let usual = ConvertOptions::default();
    assert_eq!(code("{}", &usual), "not-convertible");
    assert_eq!(code(&format!("{MESSAGE}{MESSAGE}"), &usual), "not-convertible");
    let other = ConvertOptions { map: Some("http://none".to_owned()), ..usual };
    assert_eq!(code(MESSAGE, &other), "map-missing");
}

#[test]
fn entries_of_one_url_are_one_entry() {
    const MAP: &str = r#"
map "https://fhirkiln.dev/v2/StructureMap/messages/ADT_A01" = "own"
uses "https://fhirkiln.dev/v2/ADT_A01" alias ADT_A01 as source
uses "http://hl7.org/fhir/StructureDefinition/Bundle" alias Bundle as target
group own(source src : ADT_A01, target tgt : Bundle) {
  src.NEXT_OF_KIN.NK1 as nk1 -> tgt.entry as entry, entry.fullUrl = 'http://a.org/Patient/1', entry.resource = create('Patient') as patient then {
    nk1.f2 as name -> patient.name as n, n.text = (name.c2);
    nk1.f15.c1 as sex -> patient.gender = sex;
  };
}
"#;
    let Some(engine) = super::map::engine() else { return };
    let engine = engine.with().map(MAP).build().expect("it is a map");
    let kin = "NK1|1|^A|||||||||||||male\rNK1|2|^B\rNK1|3|^A|||||||||||||female\r";
    let made =
        convert(&engine, &format!("MSH|^~\\&|||||||ADT^A01^ADT_A01|1|P|2.5.1\rPID|1\r{kin}"));
    let resources = made.resources(Style::Compact);
    let one = r#"{"resourceType":"Patient","name":[{"text":"A"},{"text":"B"}],"gender":"male"}"#;
    assert_eq!(resources, [one]);
    // A value that has no room in the one entry is not mapped.
    let places: Vec<String> = made.unmapped().into_iter().map(|it| it.place).collect();
    assert!(places.contains(&"NK1[3]-15".to_owned()), "{places:?}");
    assert!(!places.contains(&"NK1[1]-15".to_owned()), "{places:?}");
}

/// The code blocks of `docs/mapping.md` in a language.
pub(super) fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string("docs/mapping.md").expect("the page");
    let begin = format!("```{language}\n");
    let parts = text.split(begin.as_str()).skip(1);
    parts.map(|it| it.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_z_segment_and_local_codes_as_documented() {
    let Some(engine) = super::map::engine() else { return };
    let maps = blocks("fml");
    assert!(maps.iter().all(|map| map.lines().count() <= 10), "the page says ten lines");
    let engine = maps.into_iter().fold(engine.with(), EngineBuilder::map);
    let engine = blocks("json").into_iter().fold(engine, EngineBuilder::resource);
    let engine = engine.build().expect("the page is right");
    let segments = "PID|1||17||Chalmers\rZPI|1|Rex\rPV1|1|I\rOBX|1|NM|GLU^Glucose^99HOSP||5|mmol/L^^UCUM|||||F\r";
    let message =
        format!("MSH|^~\\&|A|H|||20240305||ADT^A01^ADT_A01|1|P|2.5.1\rEVN||20240305\r{segments}");
    let made = convert(&engine, &message);
    let resources = made.resources(Style::Compact).join("\n");
    for expected in [
        r#""code":{"coding":[{"system":"https://hosp.example/codes","code":"pet"}]}"#,
        r#""valueString":"Rex""#,
        r#""subject":{"reference":"urn:uuid:"#,
        r#""coding":[{"system":"https://hosp.example/codes","code":"GLU","display":"Glucose"},{"system":"http://loinc.org","code":"2345-7"}]"#,
    ] {
        assert!(resources.contains(expected), "{expected} in\n{resources}");
    }
    let left: Vec<String> = made.unmapped().into_iter().map(|it| it.place).collect();
    assert!(!left.iter().any(|place| place == "ZPI-2"), "{left:?}");
}

#[test]
fn options_give_zones_and_systems_and_profiles() {
    const PROFILE: &str = r#"{"resourceType":"StructureDefinition","url":"http://p.org/named","type":"Patient","derivation":"constraint",
        "kind":"resource","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","differential":{"element":[
        {"id":"Patient","path":"Patient"},{"id":"Patient.name","path":"Patient.name","min":1}]}}"#;
    let Some(engine) = super::map::engine() else { return };
    let engine = engine.with().resource(PROFILE).build().expect("it is a profile");
    let options = ConvertOptions {
        default_zone: Some("+01:00".to_owned()),
        systems: [("HOSP".to_owned(), "https://hosp.example/mrn".to_owned())].into(),
        claim: vec!["http://p.org/named".to_owned(), "http://p.org/unknown".to_owned()],
        ..ConvertOptions::default()
    };
    let message = "MSH|^~\\&|A|H|||20240305101500||ADT^A04^ADT_A01|1|P|2.5.1\rEVN||202403051015\rPID|1||17^^^HOSP||Chalmers\rPV1|1|O\r";
    let made = engine.convert(message, &options).expect("a map");
    let json = made.json(Style::Compact).expect("a bundle");
    assert!(json.contains(r#""timestamp":"2024-03-05T10:15:00+01:00""#), "{json}");
    let patient = r#"{"resourceType":"Patient","id":"92b84f80-ab73-5cbc-8a1f-3a2a0aa3cb5f","meta":{"profile":["http://p.org/named"]},"identifier":[{"system":"https://hosp.example/mrn","value":"17""#;
    let found = made.resources(Style::Compact).into_iter().find(|it| it.contains("\"Patient\""));
    let found = found.expect("a patient");
    let shown = |text: &str| {
        text.split(r#""id":"#).map(|it| it.get(39..).unwrap_or(it).to_owned()).collect::<String>()
    };
    assert!(shown(&found).starts_with(&shown(patient)), "{found}");
    for zone in ["CET", "", "+0100", "+1:00", "+25:00", "-05:60", ".5Z", "+01:00Z"] {
        let wrong = ConvertOptions { default_zone: Some(zone.to_owned()), ..options.clone() };
        assert_eq!(engine.convert(message, &wrong).expect_err("no offset").code, "options");
    }
}

#[test]
fn naming_systems_tell_the_systems_of_identifiers() {
    const HOSP: &str = r#"{"resourceType":"NamingSystem","name":"HOSP","status":"active","kind":"identifier","date":"2024",
        "uniqueId":[{"type":"oid","value":"1.2.3"},{"type":"other","value":"HOSPITAL"},{"type":"uri","value":"https://hosp.example/mrn","preferred":true}]}"#;
    let Some(engine) = super::map::engine() else { return };
    let engine = engine.with().resource(HOSP).build().expect("it is a NamingSystem");
    let engine = engine.with().build().expect("what is derived knows as much");
    let message = "MSH|^~\\&|A|H|||20240305101500||ORM^O01^ORM_O01|1|P|2.5.1\rPID|1||17^^^HOSP~18^^^X&1.2.3&ISO||Chalmers\rORC|NW|7^HOSPITAL\rOBR|1|||1^A^L\r";
    let systems = |options: &ConvertOptions| {
        let made = engine.convert(message, options).expect("a map");
        let json = made.json(Style::Compact).expect("a bundle");
        [
            "https://hosp.example/mrn\",\"value\":\"17\"",
            "https://hosp.example/mrn\",\"value\":\"18\"",
            "https://hosp.example/mrn",
            "https://other.example",
        ]
        .map(|text| json.matches(text).count())
    };
    assert_eq!(systems(&ConvertOptions::default()), [1, 1, 3, 0]);
    let own = [("HOSP".to_owned(), "https://other.example".to_owned())].into();
    assert_eq!(
        systems(&ConvertOptions { systems: own, ..ConvertOptions::default() }),
        [0, 1, 2, 1]
    );
}
