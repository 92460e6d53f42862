//! `Engine::parse`: a resource that was read once gives what its text gives.

use fhirkiln::engine::{Engine, EvaluateOptions, Options, Resource};

const THING: &str = r#"{"resourceType":"StructureDefinition","kind":"resource","type":"Thing",
    "url":"http://hl7.org/fhir/StructureDefinition/Thing","snapshot":{"element":[{"path":"Thing"},
    {"path":"Thing.part","max":"*","type":[{"code":"Element"}]}]}}"#;

fn engine() -> Engine {
    Engine::builder().resource(THING).build().unwrap_or_else(|error| panic!("{error}"))
}

/// All that engines can be asked gives the same for the resource and for its text.
#[track_caller]
fn check(engine: &Engine, resource: &Resource, text: &[u8]) {
    for options in [Options::default(), Options { max_issues: 1, ..Options::default() }] {
        let expected = engine.validate(text, &options);
        assert_eq!(engine.validate(resource, &options).issues, expected.issues);
        assert_eq!(engine.is_valid(resource, &options), engine.is_valid(text, &options));
    }
    let count = engine.compile("part.id").unwrap_or_else(|error| panic!("{error}"));
    let options = EvaluateOptions::default();
    let expected = engine.evaluate(&count, text, &options);
    assert_eq!(engine.evaluate(&count, resource, &options), expected);
}

#[test]
fn a_resource_gives_what_its_text_gives() {
    let (engine, other) = (engine(), Engine::default());
    let derived = engine.with().resource(THING.replace("part", "new")).build();
    let derived = derived.unwrap_or_else(|error| panic!("{error}"));
    let texts: [&[u8]; 6] = [
        br#"{"resourceType":"Thing","part":[{"id":"a"},{"id":"b"}]}"#,
        br#"{"resourceType":"Thing","whole":1,"new":[]}"#,
        br#"{"resourceType":"Thing","part":[,]"#,
        b"{\"resourceType\":\"Thing\",\"id\":\"\xff\"}",
        br#"<Thing xmlns="http://hl7.org/fhir"><part id="a"/></Thing>"#,
        b"",
    ];
    for text in texts {
        let resource = engine.parse(text);
        for engine in [&engine, &derived, &other] {
            check(engine, &resource, text);
        }
    }
}
