//! The part of CDA's logical models that the suites use: which element is of which type, and where XML has
//! an attribute or text.

pub(super) const MODELS: [&str; 4] = [
    r#"{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/cdatest/StructureDefinition/ClinicalDocument",
    "name":"ClinicalDocument","kind":"logical","abstract":false,"derivation":"specialization",
    "type":"http://hl7.org/fhir/cdatest/StructureDefinition/ClinicalDocument",
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Element",
    "snapshot":{"element":[
        {"path":"ClinicalDocument","min":0,"max":"*"},
        {"path":"ClinicalDocument.code","min":1,"max":"1","type":[{"code":"http://hl7.org/fhir/cdatest/StructureDefinition/CE"}]},
        {"path":"ClinicalDocument.title","min":0,"max":"1","type":[{"code":"http://hl7.org/fhir/cdatest/StructureDefinition/ST"}]}]}}"#,
    r#"{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/cdatest/StructureDefinition/ST",
    "name":"ST","kind":"logical","abstract":false,"derivation":"specialization",
    "type":"http://hl7.org/fhir/cdatest/StructureDefinition/ST",
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Element",
    "snapshot":{"element":[
        {"path":"ST","min":0,"max":"*"},
        {"path":"ST.data","representation":["xmlText"],"min":0,"max":"1","type":[{"code":"string"}]}]}}"#,
    r#"{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/cdatest/StructureDefinition/CD",
    "name":"CD","kind":"logical","abstract":false,"derivation":"specialization",
    "type":"http://hl7.org/fhir/cdatest/StructureDefinition/CD",
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Element",
    "snapshot":{"element":[
        {"path":"CD","min":0,"max":"*"},
        {"path":"CD.code","representation":["xmlAttr"],"min":0,"max":"1","type":[{"code":"code"}]},
        {"path":"CD.translation","min":0,"max":"*","type":[{"code":"http://hl7.org/fhir/cdatest/StructureDefinition/CD"}]}]}}"#,
    r#"{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/cdatest/StructureDefinition/CE",
    "name":"CE","kind":"logical","abstract":false,"derivation":"specialization",
    "type":"http://hl7.org/fhir/cdatest/StructureDefinition/CE",
    "baseDefinition":"http://hl7.org/fhir/cdatest/StructureDefinition/CD",
    "snapshot":{"element":[
        {"path":"CE","min":0,"max":"*"},
        {"path":"CE.code","representation":["xmlAttr"],"min":0,"max":"1","type":[{"code":"code"}]},
        {"path":"CE.translation","min":0,"max":"*","type":[{"code":"http://hl7.org/fhir/cdatest/StructureDefinition/CD"}]}]}}"#,
];
