//! What the base rules find, and where: one line a case. The pack must be built (`npm run build`, or
//! `cargo run --release --features cli -- pack build`).

use std::sync::OnceLock;

use fhirkiln::engine::{Engine, Options};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
        let pack = std::fs::read(path).expect("build packs/r4.pack first: npm run build");
        Engine::builder().pack(pack).build().expect("the pack is whole")
    })
}

/// `expected` is each finding as `code Expression`, in document order.
#[track_caller]
fn check(json: &str, expected: &[&str]) {
    let report = engine().validate(json, &Options::default());
    let found: Vec<String> = report
        .issues
        .iter()
        // The extensions here are nobody's: that they are not checked is said of each.
        .filter(|issue| issue.code.as_str() != "extension-not-checked")
        .map(|issue| format!("{} {}", issue.code.as_str(), issue.expression))
        .collect();
    assert_eq!(found, expected, "{json}");
    let has_error = report.issues.iter().any(|issue| issue.severity.as_str() == "error");
    assert_eq!(engine().is_valid(json, &Options::default()), !has_error, "{json}");
}

/// A Patient with these further properties.
#[track_caller]
fn patient(properties: &str, expected: &[&str]) {
    check(&format!(r#"{{"resourceType":"Patient",{properties}}}"#), expected);
}

#[test]
fn resource_types() {
    check(r#"{"resourceType":"Patient","id":"a"}"#, &[]);
    check(r#"{"id":"a"}"#, &["resource-type-missing "]);
    check(r#"{"resourceType":"patient"}"#, &["resource-type-unknown "]);
    check(r#"{"resourceType":"Xyzzyx"}"#, &["resource-type-unknown "]);
    check(r#"{"resourceType":"HumanName"}"#, &["resource-type-unknown "]);
    check(r#"{"resourceType":"DomainResource"}"#, &["resource-type-abstract "]);
    check(r#"{"resourceType":7}"#, &["resource-type-unknown "]);
    check("[]", &["resource-expected "]);
    check("3", &["resource-expected "]);
}

#[test]
fn element_names() {
    patient(r#""foo":1"#, &["element-unknown Patient"]);
    patient(r#""birthdate":"2020""#, &["element-unknown Patient"]);
    patient(r#""family":"x""#, &["element-misplaced Patient"]);
    patient(r#""name":[{"famly":"x"}]"#, &["element-unknown Patient.name[0]"]);
    patient(r#""resourceTypes":1"#, &["element-unknown Patient"]);
    patient(r#""name":[{"resourceType":"HumanName"}]"#, &["element-unknown Patient.name[0]"]);
    patient(r#""_name":[{"id":"x"}]"#, &["shape-underscore Patient"]);
}

#[test]
fn choices() {
    patient(r#""deceasedBoolean":false"#, &[]);
    patient(r#""deceased":false"#, &["choice-untyped Patient"]);
    patient(r#""deceasedString":"x""#, &["choice-type Patient"]);
    patient(
        r#""deceasedBoolean":false,"deceasedDateTime":"2020""#,
        &["choice-multiple Patient.deceased"],
    );
    patient(r#""deceasedBoolean":true,"_deceasedBoolean":{"id":"x"}"#, &[]);
    patient(r#""_deceasedBoolean":{"id":"x"},"deceasedBoolean":true"#, &[]);
    patient(r#""deceasedDateTime":"x""#, &["value-date-time Patient.deceased.ofType(dateTime)"]);
}

#[test]
fn cardinality() {
    check(
        r#"{"resourceType":"Observation"}"#,
        &["cardinality-min Observation", "cardinality-min Observation"],
    );
    patient(r#""communication":[{}]"#, &["shape-object-empty Patient.communication[0]"]);
    patient(
        r#""communication":[{"preferred":true}]"#,
        &["cardinality-min Patient.communication[0]"],
    );
    patient(r#""link":[{"type":"seealso","other":{"display":"x"}}]"#, &[]);
}

#[test]
fn json_shape() {
    patient(r#""name":{"family":"x"}"#, &["shape-array-expected Patient.name"]);
    patient(r#""birthDate":["2020"]"#, &["shape-array-unexpected Patient.birthDate"]);
    patient(r#""name":[]"#, &["shape-array-empty Patient.name"]);
    patient(r#""name":[[{"family":"x"}]]"#, &["shape-array-nested Patient.name"]);
    patient(r#""name":["x"]"#, &["shape-object-expected Patient.name[0]"]);
    patient(r#""name":[{}]"#, &["shape-object-empty Patient.name[0]"]);
    patient(r#""name":null"#, &["shape-null Patient.name"]);
    patient(r#""name":[null]"#, &["shape-null Patient.name"]);
    patient(r#""birthDate":{"value":"2020"}"#, &["shape-primitive-expected Patient.birthDate"]);
    patient(r#""active":"true""#, &["shape-primitive-expected Patient.active"]);
    patient(r#""active":1"#, &["shape-primitive-expected Patient.active"]);
    patient(r#""birthDate":2020"#, &["shape-primitive-expected Patient.birthDate"]);
    patient(r#""_birthDate":"x""#, &["shape-object-expected Patient.birthDate"]);
    patient(r#""gender":"""#, &["value-empty Patient.gender"]);
}

#[test]
fn the_two_halves_of_a_primitive() {
    let name = |inner: &str, expected: &[&str]| {
        patient(&format!(r#""name":[{{{inner}}}]"#), expected);
    };
    let extension = r#"{"extension":[{"url":"http://a.org/x","valueString":"y"}]}"#;
    name(&format!(r#""given":["a",null],"_given":[null,{extension}]"#), &[]);
    name(&format!(r#""_given":[null,{extension}],"given":["a",null]"#), &[]);
    name(&format!(r#""_given":[{extension}]"#), &[]);
    name(r#""given":["a",null]"#, &["shape-null Patient.name[0].given"]);
    name(
        &format!(r#""given":[null,"a"],"_given":[null,{extension}]"#),
        &["shape-null-align Patient.name[0].given", "shape-null-align Patient.name[0].given"],
    );
    name(
        &format!(r#""given":["a"],"_given":[null,{extension}]"#),
        &["shape-array-length Patient.name[0].given"],
    );
    name(
        r#""family":"x","_family":{"id":"1","foo":2}"#,
        &["element-unknown Patient.name[0].family"],
    );
}

#[test]
fn contained_resources() {
    let organization = r#"{"resourceType":"Organization","id":"o","name":"x"}"#;
    let reference = r##""managingOrganization":{"reference":"#o"}"##;
    patient(&format!(r#""contained":[{organization}],{reference}"#), &[]);
    patient(reference, &["reference-contained Patient.managingOrganization"]);
    patient(
        r#""contained":[{"resourceType":"Organization","name":"x"}]"#,
        &["contained-id Patient.contained[0]"],
    );
    patient(
        &format!(
            r#""contained":[{{"resourceType":"Organization","id":"o","name":"x","nam":"x"}}],{reference}"#
        ),
        &["element-unknown Patient.contained[0]"],
    );
    patient(
        &format!(r#""contained":[{organization}]"#),
        &["contained-unreferenced Patient.contained[0]"],
    );
    patient(
        r##""contained":[{"resourceType":"Provenance","id":"p","target":[{"reference":"#"}],"recorded":"2020-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}]"##,
        &[],
    );
    patient(
        &format!(
            r##""contained":[{organization}],"generalPractitioner":[{{"reference":"#o"}}],"link":[{{"type":"refer","other":{{"reference":"#o"}}}}]"##
        ),
        &["reference-target Patient.link[0].other"],
    );
}

#[test]
fn nested_resources() {
    let bundle = |inner: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"fullUrl":"urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d","resource":{inner}}}]}}"#
        )
    };
    check(&bundle(r#"{"resourceType":"Patient","active":true}"#), &[]);
    check(
        &bundle(r#"{"resourceType":"Patient","active":1}"#),
        &["shape-primitive-expected Bundle.entry[0].resource.active"],
    );
    check(&bundle("{}"), &["resource-type-missing Bundle.entry[0].resource"]);
    check(
        &bundle("[]"),
        &[
            "constraint-failed Bundle.entry[0]",
            "shape-array-unexpected Bundle.entry[0].resource",
            "shape-array-empty Bundle.entry[0].resource",
        ],
    );
    check(
        r#"{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","valueInteger":1.5}]}]}"#,
        &["value-integer Parameters.parameter[0].part[0].value.ofType(integer)"],
    );
}

#[test]
fn extensions() {
    let extension = |inner: &str, expected: &[&str]| {
        patient(&format!(r#""extension":[{{{inner}}}]"#), expected);
    };
    extension(r#""url":"http://a.org/x","valueString":"y""#, &[]);
    let of_value = r#"[{"url":"http://a.org/y","valueCode":"z"}]"#;
    extension(&format!(r#""url":"http://a.org/x","_valueString":{{"extension":{of_value}}}"#), &[]);
    extension(r#""url":"http://a.org/x","extension":[{"url":"y","valueCode":"z"}]"#, &[]);
    extension(r#""valueString":"y""#, &["cardinality-min Patient.extension[0]"]);
    extension(r#""url":"http://a.org/x""#, &["extension-content Patient.extension[0]"]);
    extension(
        r#""url":"http://a.org/x","valueString":"y","extension":[{"url":"y","valueCode":"z"}]"#,
        &["extension-content Patient.extension[0]"],
    );
    extension(r#""url":"x","valueString":"y""#, &["extension-url-absolute Patient.extension[0]"]);
    extension(r#""url":"http://a.org/x","valueFoo":"y""#, &["choice-type Patient.extension[0]"]);
}

#[test]
fn bindings() {
    patient(r#""gender":"male""#, &[]);
    patient(r#""gender":"m""#, &["binding-required Patient.gender"]);
    patient(r#""gender":"Male""#, &["binding-required Patient.gender"]);
    let encounter = |class: &str, expected: &[&str]| {
        check(
            &format!(r#"{{"resourceType":"Encounter","status":"finished","class":{class}}}"#),
            expected,
        );
    };
    encounter(r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}"#, &[]);
    let allergy = |status: &str, expected: &[&str]| {
        check(
            &format!(
                r#"{{"resourceType":"AllergyIntolerance","patient":{{"reference":"Patient/1"}},"clinicalStatus":{status}}}"#
            ),
            expected,
        );
    };
    let system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
    let coding = |code: &str| format!(r#"{{"system":"{system}","code":"{code}"}}"#);
    let unknown = "code-unknown AllergyIntolerance.clinicalStatus.coding[0].code";
    allergy(&format!(r#"{{"coding":[{}]}}"#, coding("active")), &[]);
    allergy(
        &format!(r#"{{"coding":[{}]}}"#, coding("x")),
        &["binding-required-system AllergyIntolerance.clinicalStatus", unknown],
    );
    allergy(&format!(r#"{{"coding":[{},{}]}}"#, coding("x"), coding("active")), &[unknown]);
    allergy(
        &format!(r#"{{"coding":[{},{}]}}"#, coding("x"), coding("y")),
        &[
            "binding-required-concept AllergyIntolerance.clinicalStatus",
            unknown,
            "code-unknown AllergyIntolerance.clinicalStatus.coding[1].code",
        ],
    );
    allergy(r#"{"text":"x"}"#, &["binding-no-code AllergyIntolerance.clinicalStatus"]);
}

#[test]
fn references() {
    let link = |reference: &str, expected: &[&str]| {
        patient(&format!(r#""managingOrganization":{reference}"#), expected);
    };
    link(r#"{"reference":"Organization/1"}"#, &[]);
    link(r#"{"reference":"Organization/1/_history/2"}"#, &[]);
    link(r#"{"reference":"http://a.org/fhir/Organization/1"}"#, &[]);
    link(r#"{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}"#, &[]);
    link(r#"{"reference":"Organization?identifier=1"}"#, &[]);
    link(r#"{"display":"x"}"#, &[]);
    link(r#"{"reference":"1"}"#, &["reference-format Patient.managingOrganization"]);
    link(r#"{"reference":"Organization"}"#, &["reference-format Patient.managingOrganization"]);
    link(r#"{"reference":"Device/1"}"#, &["reference-target Patient.managingOrganization"]);
    link(
        r#"{"reference":"http://a.org/fhir/Device/1"}"#,
        &["reference-target Patient.managingOrganization"],
    );
    link(r#"{"type":"Organization"}"#, &["reference-empty Patient.managingOrganization"]);
    link(
        r#"{"reference":"Organization/1","type":"Device"}"#,
        &["reference-type Patient.managingOrganization"],
    );
}

#[test]
fn systems() {
    let coding = |coding: &str, expected: &[&str]| {
        patient(&format!(r#""maritalStatus":{{"coding":[{coding}]}}"#), expected);
    };
    coding(r#"{"system":"http://a.org/x","code":"M"}"#, &[]);
    coding(r#"{"code":"M"}"#, &["system-missing Patient.maritalStatus.coding[0]"]);
    coding(
        r#"{"system":"x","code":"M"}"#,
        &["system-relative Patient.maritalStatus.coding[0].system"],
    );
    coding(
        r#"{"system":"http://hl7.org/fhir/ValueSet/x","code":"M"}"#,
        &["system-value-set Patient.maritalStatus.coding[0].system"],
    );
    patient(
        r#""identifier":[{"system":"x","value":"1"}]"#,
        &["system-relative Patient.identifier[0]"],
    );
}

#[test]
fn profiles_are_said_to_be_unchecked() {
    patient(
        r#""meta":{"profile":["http://a.org/p","http://hl7.org/fhir/StructureDefinition/Patient"]}"#,
        &["profile-not-checked Patient.meta.profile[0]"],
    );
}

#[test]
fn suppressed_codes_and_limits() {
    let json = r#"{"resourceType":"Patient","a1":1,"b2":2,"c3":3}"#;
    let options: Options = serde_json::from_str(r#"{"maxIssues":2}"#).expect("options");
    let codes = |options: &Options| -> Vec<&str> {
        engine().validate(json, options).issues.iter().map(|issue| issue.code.as_str()).collect()
    };
    assert_eq!(codes(&options), ["element-unknown", "element-unknown", "limit-issues"]);
    let options: Options =
        serde_json::from_str(r#"{"suppress":["element-unknown"]}"#).expect("options");
    assert_eq!(codes(&options), [""; 0]);
    assert!(engine().is_valid(json, &options));
    assert!(serde_json::from_str::<Options>(r#"{"suppress":["nonsense"]}"#).is_err());
}

#[test]
fn syntax_errors_say_in_which_element() {
    check(r#"{"resourceType":"Patient" "id":"a"}"#, &["json-expected-comma Patient.id"]);
    patient(
        r#""name":[{"family":"a"},{"given":["b",]}]"#,
        &["json-trailing-comma Patient.name[1].given"],
    );
    patient(r#""deceasedBoolean":yes"#, &["json-word Patient.deceased.ofType(boolean)"]);
    patient(
        r#""_birthDate":{"id":'a'}"#,
        &["constraint-failed Patient.birthDate", "json-single-quotes Patient.birthDate.id"],
    );
    let name = r#""name":[{"family":"a" /*b*/}]"#;
    patient(name, &["json-comment Patient.name[0]"]);
    check("[1,]", &["resource-expected ", "json-trailing-comma "]);
    check("nothing", &["json-word "]);
    check(
        r#"// a
        {"resourceType":"Patient"} b"#,
        &["json-comment Patient", "json-trailing-text Patient"],
    );
}
