//! Terminology as engines have it: over the built `r4` pack, and with a user's own value sets on top.

use std::io::Write;

use fhirkiln::definitions::Strength;
use fhirkiln::engine::Engine;
use fhirkiln::terminology::Membership;

/// An engine over `packs/r4.pack`; none where it is not built.
fn engine() -> Option<Engine> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
    let Ok(pack) = std::fs::read(path) else {
        let required = std::env::var_os("FHIRKILN_REQUIRE_SUITES").is_some();
        assert!(!required, "packs/r4.pack is not built: `npm run build` builds it");
        // A closed stderr is no reason to fail.
        let _ = writeln!(std::io::stderr(), "terminology: not run, packs/r4.pack is not built");
        return None;
    };
    Some(Engine::builder().pack(pack).build().expect("the pack is sound"))
}

/// `value set, system or -, code => in, out, or what is missing`; of a value set of FHIR, only the name.
#[track_caller]
fn check(engine: &Engine, cases: &str) {
    for case in cases.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (question, expected) = case.split_once(" => ").expect(case);
        let [set, system, code] = question.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{case}");
        };
        let set = match set {
            set if set.contains(':') => set.to_owned(),
            set => format!("http://hl7.org/fhir/ValueSet/{set}|4.0.1"),
        };
        let system = Some(system).filter(|&system| system != "-");
        let found = match engine.terminology().validate_code(&set, system, code) {
            Membership::In => "in".to_owned(),
            Membership::Out => "out".to_owned(),
            Membership::Unknown(missing) => missing,
        };
        assert_eq!(found, expected, "{case}");
    }
}

/// The required value sets of R4 that the pack has not, and why.
const NOT_HERE: [&str; 1] = [
    // MolecularSequence.structureVariant.variantType: an answer list of LOINC that no package has.
    "http://loinc.org/vs/LL379-9|4.0.1",
];

#[test]
fn every_required_value_set_is_here() {
    let Some(engine) = engine() else { return };
    let definitions = engine.definitions();
    let types = definitions.types().filter_map(|id| definitions.type_def(id));
    let elements = types.flat_map(|it| &it.shapes).flat_map(|shape| &shape.elements);
    let bindings = elements.filter_map(|element| element.binding);
    let mut required: Vec<&str> = bindings
        .filter(|binding| binding.strength == Strength::Required)
        .map(|binding| definitions.names().text(binding.value_set))
        .collect();
    required.sort_unstable();
    required.dedup();
    assert_eq!(required.len(), 224);
    let is_here = |canonical: &&str| engine.terminology().value_set(canonical).is_some();
    required.retain(|canonical| !is_here(canonical));
    assert_eq!(required, NOT_HERE);
}

#[test]
fn codes_of_r4() {
    let Some(engine) = engine() else { return };
    check(
        &engine,
        "
        administrative-gender - female => in
        administrative-gender - Female => out
        administrative-gender http://hl7.org/fhir/administrative-gender other => in
        administrative-gender http://hl7.org/fhir/AdministrativeGender other => out
        observation-status - corrected => in
        resource-types - MolecularSequence => in
        resource-types - HumanName => out
        all-types - HumanName => in
        all-types - Any => in
        defined-types - Any => out
        care-plan-activity-kind - Task => in
        care-plan-activity-kind - Patient => out
        FHIR-version - 4.0.1 => in
        FHIR-version - 4.0.2 => out
        days-of-week - mon => in
        event-timing - MORN => in
        event-timing - ACM => in
        event-timing - ACV => in
        event-timing - AC.M => out
        units-of-time - min => in
        units-of-time http://unitsofmeasure.org wk => in
        units-of-time - week => out
        spdx-license - CC0-1.0 => in
        spdx-license - cc0-1.0 => out
        http://terminology.hl7.org/ValueSet/v3-ConfidentialityClassification|2014-03-26 - V => in
        http://terminology.hl7.org/ValueSet/v3-ConfidentialityClassification|2014-03-26 - X => out
        ",
    );
}

#[test]
fn a_heading_is_no_code() {
    let Some(engine) = engine() else { return };
    check(
        &engine,
        "
        item-type - question => out
        item-type - choice => in
        ",
    );
}

#[test]
fn code_systems_of_hl7_terminology_are_the_latest() {
    let Some(engine) = engine() else { return };
    let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    check(
        &engine,
        &format!(
            "
            condition-clinical {system} active => in
            condition-clinical {system} unknown => in
            condition-clinical {system} resolving => out
            "
        ),
    );
}

#[test]
fn what_is_not_listed_is_judged_by_its_form_or_not_at_all() {
    let Some(engine) = engine() else { return };
    check(
        &engine,
        "
        mimetypes - application/fhir+json => in
        mimetypes - json => in
        mimetypes - pdf => out
        currencies - EUR => in
        currencies - eur => out
        currencies - QQQ => urn:iso:std:iso:4217
        ucum-units http://unitsofmeasure.org mg => http://unitsofmeasure.org
        ucum-units http://snomed.info/sct 1 => out
        http://loinc.org/vs/LL379-9|4.0.1 - LA9658-1 => http://loinc.org/vs/LL379-9|4.0.1
        http://hl7.org/fhir/ValueSet/administrative-gender|5.0.0 - male => http://hl7.org/fhir/ValueSet/administrative-gender|5.0.0
        ",
    );
}

#[test]
fn a_user_adds_value_sets_and_code_systems() {
    let Some(engine) = engine() else { return };
    let derived = engine
        .with()
        .resource(
            r#"{"resourceType":"ValueSet","url":"http://example.org/vs","compose":{"include":[
                {"system":"http://hl7.org/fhir/observation-status"},
                {"valueSet":["http://hl7.org/fhir/ValueSet/days-of-week"]},
                {"system":"http://example.org/cs","filter":[{"property":"concept","op":"is-a","value":"a"}]}],
                "exclude":[{"system":"http://hl7.org/fhir/days-of-week","concept":[{"code":"sun"}]}]}}"#,
        )
        .resource(
            r#"{"resourceType":"Bundle","type":"collection","entry":[
                {"resource":{"resourceType":"CodeSystem","url":"http://example.org/cs","content":"complete",
                "concept":[{"code":"a","concept":[{"code":"b"}]},{"code":"c"}]}},
                {"resource":{"resourceType":"CodeSystem","url":"http://hl7.org/fhir/administrative-gender",
                "version":"5.0.0","content":"complete","concept":[{"code":"x"}]}}]}"#,
        )
        .build()
        .expect("the resources are sound");
    check(
        &derived,
        "
        http://example.org/vs - final => in
        http://example.org/vs - mon => in
        http://example.org/vs - sun => out
        http://example.org/vs - b => in
        http://example.org/vs http://example.org/cs c => out
        administrative-gender - male => in
        administrative-gender - x => out
        ",
    );
    check(&engine, "http://example.org/vs - final => http://example.org/vs");
}

#[test]
fn a_value_set_that_cannot_be_used_is_an_error() {
    let error = Engine::builder().resource(r#"{"resourceType":"ValueSet"}"#).build();
    assert_eq!(error.expect_err("it has no url").code, "resource-damaged");
}

#[test]
fn suggestions_are_codes_of_the_value_set() {
    let Some(engine) = engine() else { return };
    let suggest = |set: &str, code| {
        let set = format!("http://hl7.org/fhir/ValueSet/{set}|4.0.1");
        engine.terminology().suggest(&set, None, code)
    };
    assert_eq!(suggest("administrative-gender", "Male"), ["male"]);
    assert_eq!(suggest("observation-status", "ammended"), ["amended"]);
    assert_eq!(suggest("currencies", "eur"), ["EUR"]);
    assert_eq!(suggest("item-type", "question"), [""; 0]);
}
