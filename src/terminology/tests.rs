//! The whole way: resources, compiled, asked directly and through the section of a pack.

use super::compile::tests::library;
use super::*;
use crate::definitions::pack::{PackInfo, PackWriter, Writer};

const ANIMALS: &str = r#"{"resourceType":"CodeSystem","url":"http://animals","version":"1",
    "content":"complete","caseSensitive":true,"concept":[
        {"code":"animal","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"dog","concept":[{"code":"poodle"}]},
            {"code":"dodo","property":[{"code":"status","valueCode":"retired"},{"code":"legs","valueInteger":2}]}]}]}"#;
const PLANTS: &str = r#"{"resourceType":"CodeSystem","url":"http://plants","content":"fragment",
    "concept":[{"code":"oak"}]}"#;

/// A value set `http://v` version 2 with this body, after `ANIMALS` and `PLANTS`.
fn terminology(body: &str) -> Terminology {
    let json = format!(r#"{{"resourceType":"ValueSet","url":"http://v","version":"2",{body}}}"#);
    let mut terminology = Terminology::default();
    terminology.add(library(&[ANIMALS, PLANTS]));
    terminology.add(library(&[&json]));
    terminology
}

fn repacked(required: &[&str], resources: &[&str]) -> Terminology {
    let mut terminology = Terminology::default();
    let required = library(resources).require(required.iter().copied());
    terminology.add_pack(&pack(required.write())).unwrap();
    terminology
}

fn pack(section: Writer) -> Pack {
    let bytes = PackWriter::new(PackInfo::default()).section(SECTION, section).into_bytes();
    Pack::open(bytes).unwrap()
}

/// `system#code` or `code`, and `in`, `out`, or what is missing.
#[track_caller]
fn check(body: &str, cases: &[(&str, &str)]) {
    let terminology = terminology(body);
    for (coding, expected) in cases {
        let (system, code) = match coding.split_once('#') {
            Some((system, code)) => (Some(system), code),
            None => (None, *coding),
        };
        let found = match terminology.validate_code("http://v|2", system, code) {
            Membership::In => "in".to_owned(),
            Membership::Out => "out".to_owned(),
            Membership::Unknown(missing) => missing,
        };
        assert_eq!(&found, expected, "{coding} in {body}");
    }
}

#[test]
fn a_value_set_takes_all_of_a_code_system() {
    let cases = [
        ("dog", "in"),
        ("http://animals#poodle", "in"),
        ("Dog", "out"),
        ("cat", "out"),
        ("animal", "out"),
        ("dodo", "in"),
        ("http://plants#dog", "out"),
        ("http://other#dog", "out"),
    ];
    check(r#""compose":{"include":[{"system":"http://animals"}]}"#, &cases);
    check(
        r#""compose":{"inactive":false,"include":[{"system":"http://animals"}]}"#,
        &[("dodo", "out"), ("dog", "in")],
    );
}

#[test]
fn a_part_of_a_code_system_does_not_say_what_else_there_is() {
    check(
        r#""compose":{"include":[{"system":"http://plants"}]}"#,
        &[("oak", "in"), ("OAK", "in"), ("elm", "http://plants"), ("http://animals#dog", "out")],
    );
}

#[test]
fn a_value_set_lists_codes() {
    let of_animals = r#""compose":{"include":[{"system":"http://animals","concept":[{"code":"dog"},{"code":"animal"}]}]}"#;
    check(of_animals, &[("dog", "in"), ("animal", "in"), ("poodle", "out"), ("DOG", "out")]);
    // Nobody here knows whether letter case makes a difference to http://stones.
    let of_stones =
        r#""compose":{"include":[{"system":"http://stones","concept":[{"code":"ruby"}]}]}"#;
    check(of_stones, &[("ruby", "in"), ("RUBY", "http://stones"), ("opal", "out")]);
    let of_units = r#""compose":{"include":[{"system":"http://unitsofmeasure.org","concept":[{"code":"h"}]}]}"#;
    check(of_units, &[("h", "in"), ("H", "out")]);
    let of_languages =
        r#""compose":{"include":[{"system":"urn:ietf:bcp:47","concept":[{"code":"en-US"}]}]}"#;
    check(of_languages, &[("en-us", "in"), ("en", "out")]);
}

#[test]
fn what_is_missing_matters_only_where_the_rest_does_not_decide() {
    let with_unknown = r#""compose":{"include":[{"system":"http://animals"},{"system":"http://loinc.org"}],
        "exclude":[{"system":"http://animals","concept":[{"code":"dodo"}]}]}"#;
    check(
        with_unknown,
        &[
            ("dog", "in"),
            ("cat", "http://loinc.org"),
            ("http://loinc.org#1-8", "http://loinc.org"),
            ("http://animals#cat", "out"),
            ("http://other#x", "out"),
            ("http://animals#dodo", "out"),
        ],
    );
    let without_unknown = r#""compose":{"include":[{"system":"http://animals"}],
        "exclude":[{"valueSet":["http://absent"]}]}"#;
    check(without_unknown, &[("dog", "http://absent"), ("cat", "out")]);
    let both =
        r#""compose":{"include":[{"system":"http://animals","valueSet":["http://absent"]}]}"#;
    check(both, &[("dog", "http://absent"), ("cat", "out")]);
    let of_version = r#""compose":{"include":[{"system":"http://animals","version":"9"}]}"#;
    check(of_version, &[("dog", "http://animals|9"), ("http://plants#dog", "out")]);
    check(r#""status":"active""#, &[("dog", "http://v|2")]);
    check(r#""compose":{"include":[{}]}"#, &[("dog", "out")]);
}

#[test]
fn a_value_set_filters_a_code_system() {
    let include = |filter: &str| {
        format!(r#""compose":{{"include":[{{"system":"http://animals","filter":[{filter}]}}]}}"#)
    };
    let dogs = include(r#"{"property":"concept","op":"is-a","value":"dog"}"#);
    check(&dogs, &[("dog", "in"), ("poodle", "in"), ("dodo", "out"), ("cat", "out")]);
    let both = include(
        r#"{"property":"code","op":"regex","value":"d.*"},{"property":"legs","op":"=","value":"2"}"#,
    );
    check(&both, &[("dodo", "http://animals"), ("dog", "out")]);
}

#[test]
fn a_value_set_imports_value_sets() {
    let mut terminology = terminology(r#""compose":{"include":[{"system":"http://animals"}]}"#);
    terminology.add(library(&[
        r#"{"resourceType":"ValueSet","url":"http://both","compose":{"include":[{"valueSet":["http://v","http://d"]}]}}"#,
        r#"{"resourceType":"ValueSet","url":"http://d","compose":{"include":[
            {"system":"http://animals","concept":[{"code":"dog"}]},
            {"system":"http://plants","concept":[{"code":"oak"}]}]}}"#,
        r#"{"resourceType":"ValueSet","url":"http://circle","compose":{"include":[
            {"valueSet":["http://d"]},{"valueSet":["http://circle"]},{"valueSet":["http://circle"]}]}}"#,
    ]));
    let is = |set, code| terminology.validate_code(set, None, code);
    assert_eq!(is("http://both", "dog"), Membership::In);
    assert_eq!(is("http://both", "poodle"), Membership::Out);
    assert_eq!(is("http://both", "oak"), Membership::Out);
    assert_eq!(is("http://circle", "oak"), Membership::In);
    assert_eq!(is("http://circle", "elm"), Membership::Unknown("http://circle".into()));
}

#[test]
fn an_expansion_counts_where_the_definition_cannot_be_followed() {
    let expansion = |more: &str| {
        format!(r#""expansion":{{{more}"contains":[{{"system":"http://gems","code":"ruby"}}]}}"#)
    };
    check(&expansion(""), &[("ruby", "in"), ("http://gems#ruby", "in"), ("opal", "out")]);
    check(&expansion(r#""total":9,"#), &[("ruby", "in"), ("opal", "http://v|2")]);
    let both = format!(r#""compose":{{"include":[{{"system":"http://gems"}}]}},{}"#, expansion(""));
    check(&both, &[("ruby", "in"), ("opal", "http://gems"), ("http://other#x", "out")]);
}

#[test]
fn what_is_added_later_comes_first_and_a_version_is_kept_to() {
    let mut terminology = terminology(r#""compose":{"include":[{"system":"http://animals"}]}"#);
    let derived = {
        let mut derived = terminology.clone();
        derived.add(library(&[
            r#"{"resourceType":"ValueSet","url":"http://v","version":"3","compose":{"include":[{"system":"http://stones"}]}}"#,
            r#"{"resourceType":"CodeSystem","url":"http://stones","content":"complete","concept":[{"code":"opal"}]}"#,
        ]));
        derived
    };
    assert_eq!(derived.validate_code("http://v", None, "opal"), Membership::In);
    assert_eq!(derived.validate_code("http://v|2", None, "opal"), Membership::Out);
    assert_eq!(derived.validate_code("http://v|2", None, "dog"), Membership::In);
    let unknown = Membership::Unknown("http://v|3".into());
    assert_eq!(terminology.validate_code("http://v|3", None, "opal"), unknown);
    terminology.add(library(&[
        r#"{"resourceType":"CodeSystem","url":"http://plants","content":"fragment","concept":[{"code":"elm"}]}"#,
        r#"{"resourceType":"ValueSet","url":"http://p","compose":{"include":[{"system":"http://plants"}]}}"#,
    ]));
    for code in ["elm", "oak"] {
        assert_eq!(terminology.validate_code("http://p", None, code), Membership::In, "{code}");
    }
}

#[test]
fn suggests_codes_that_are_in() {
    let terminology = terminology(
        r#""compose":{"include":[{"system":"http://animals"}],
        "exclude":[{"system":"http://animals","concept":[{"code":"dodo"}]}]}"#,
    );
    let suggest = |code| terminology.suggest("http://v|2", None, code);
    assert_eq!(suggest("DOG"), ["dog"]);
    assert_eq!(suggest("podle"), ["poodle"]);
    assert_eq!(suggest("Animal"), [""; 0]);
    assert_eq!(suggest("dodoo"), [""; 0]);
    assert_eq!(terminology.suggest("http://v|2", Some("http://plants"), "DOG"), [""; 0]);
    assert_eq!(terminology.suggest("http://absent", None, "DOG"), [""; 0]);
}

const PACKED: &str = r#"{"resourceType":"ValueSet","url":"http://v","version":"1","compose":{
    "inactive":false,"include":[{"system":"http://animals"},{"system":"http://plants"},
    {"system":"http://a b","concept":[{"code":"x y"},{"code":"x"},{"code":"\n"}]},
    {"system":"http://animals","filter":[{"property":"legs","op":"=","value":"2"}],"valueSet":["http://w|1"]}],
    "exclude":[{"system":"http://animals","concept":[{"code":"poodle"}]}]},
    "expansion":{"contains":[{"system":"http://plants","code":"elm"}]}}"#;
const IMPORTED: &str = r#"{"resourceType":"ValueSet","url":"http://w","version":"1","compose":{
    "include":[{"system":"urn:ietf:bcp:13"}]}}"#;
const OTHER: &str = r#"{"resourceType":"ValueSet","url":"http://w","version":"2"}"#;

#[test]
fn a_pack_keeps_what_is_required_and_gives_it_back() {
    let resources = [ANIMALS, PLANTS, PACKED, IMPORTED, OTHER];
    let compiled = library(&resources).require(["http://v|1", "http://absent"]);
    assert_eq!(compiled.len(), (2, 2));
    let packed = repacked(&["http://v|1", "http://absent"], &resources);
    for (index, entry) in compiled.value_sets.entries.iter().enumerate() {
        let canonical = format!("{}|{}", entry.url, entry.version.as_deref().unwrap_or_default());
        assert_eq!(packed.value_set(&canonical), compiled.get(&compiled.value_sets, index));
    }
    for url in ["http://animals", "http://plants"] {
        let found = packed.code_systems(url, None).next();
        assert!(found.is_some());
        // Packs have codes, and not what these are called.
        let mut compiled = compiled.code_system(url, None).unwrap().clone();
        compiled.displays = None;
        assert_eq!(found, Some(&compiled));
    }
    assert_eq!(packed.validate_code("http://v|1", None, "elm"), Membership::In);
    assert_eq!(packed.validate_code("http://w", None, "text/plain"), Membership::In);
    assert!(packed.value_set("http://w|2").is_none());
}

#[test]
fn a_pack_keeps_to_the_code_systems_of_its_version() {
    let mut terminology = repacked(&["http://v|1"], &[ANIMALS, PACKED]);
    terminology.add(library(&[
        r#"{"resourceType":"CodeSystem","url":"http://animals","version":"9","content":"complete","concept":[{"code":"cat"}]}"#,
        r#"{"resourceType":"ValueSet","url":"http://u","compose":{"include":[{"system":"http://animals"}]}}"#,
    ]));
    let is = |set, code| terminology.validate_code(set, Some("http://animals"), code);
    assert_eq!(is("http://v|1", "dog"), Membership::In);
    assert_eq!(is("http://v|1", "cat"), Membership::Out);
    assert_eq!(is("http://u", "cat"), Membership::In);
}

#[test]
fn coverage_says_what_a_pack_can_decide() {
    let all = library(&[ANIMALS, PLANTS, PACKED, IMPORTED]).require(["http://v", "http://w"]);
    assert_eq!(all.coverage("http://v|1"), Coverage::Partly("http://plants".into()));
    assert_eq!(all.coverage("http://w|1"), Coverage::ByForm);
    assert_eq!(all.coverage("http://w|2"), Coverage::Missing);
}

/// Every record of a section whose bytes make no sense is as if it were not there; none panics.
#[test]
fn damage_never_panics() {
    let all = library(&[ANIMALS, PLANTS, PACKED, IMPORTED]);
    let sound = all.require(["http://v", "http://w"]).write().into_bytes();
    let ask = |bytes: &[u8]| {
        let mut section = Writer::new();
        section.raw(bytes);
        let mut terminology = Terminology::default();
        if terminology.add_pack(&pack(section)).is_ok() {
            for code in ["dog", "text/plain", "elm", "dodo"] {
                terminology.validate_code("http://v|1", None, code);
                terminology.validate_code("http://w", Some("http://animals"), code);
                terminology.suggest("http://v", None, code);
            }
        }
    };
    let mut state = 1_u32;
    for at in 0..sound.len() {
        ask(&sound[..at]);
        for _ in 0..12 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let mut damaged = sound.clone();
            damaged[at] = (state >> 24) as u8;
            ask(&damaged);
        }
    }
    for length in 0..2000 {
        let noise: Vec<u8> = (0..length % 64)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        ask(&noise);
    }
}
