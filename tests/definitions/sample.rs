//! A few small definitions that use everything the model of a type has.

use std::sync::Arc;

use fhirkiln::definitions::{Definitions, DefinitionsBuilder, View, resources};
use fhirkiln::format::json;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Limits, Names, Tree};

/// A data type, a primitive, and a model with shapes inside shapes.
const SAMPLE: &str = r##"{"resourceType":"Bundle","entry":[
  {"resource":{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/Element",
    "type":"Element","kind":"complex-type","abstract":true,"snapshot":{"element":[
      {"path":"Element"},
      {"path":"Element.id","max":"1","type":[{"code":"string"}],"representation":["xmlAttr"]},
      {"path":"Element.extension","max":"*","type":[{"code":"Extension"}]}]}}},
  {"resource":{"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/string",
    "type":"string","kind":"primitive-type","derivation":"specialization",
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Element","snapshot":{"element":[
      {"path":"string"},
      {"path":"string.id","max":"1","type":[{"code":"string"}],"representation":["xmlAttr"]},
      {"path":"string.extension","max":"*","type":[{"code":"Extension"}]},
      {"path":"string.value","max":"1","maxLength":1048576,"type":[{"code":"http://hl7.org/fhirpath/System.String"}]}]}}},
  {"resource":{"resourceType":"StructureDefinition","url":"http://example.org/model","type":"http://example.org/model",
    "kind":"logical","snapshot":{"element":[
      {"path":"model"},
      {"path":"model.value[x]","min":1,"max":"3","base":{"path":"x","min":0,"max":"*"},"maxLength":12,
        "isModifier":true,"isSummary":true,
        "type":[{"code":"string"},{"code":"Reference","profile":["http://p"],"targetProfile":["http://a","http://b"]}],
        "binding":{"strength":"extensible","valueSet":"http://example.org/vs|1"}},
      {"path":"model.part","max":"*","type":[{"code":"Element"}]},
      {"path":"model.part.id","max":"1","type":[{"code":"string"}],"representation":["xmlAttr"]},
      {"path":"model.part.extension","max":"*","type":[{"code":"Extension"}]},
      {"path":"model.part.part","max":"*","contentReference":"#model.part"},
      {"path":"model.part.deep","max":"0","base":{"path":"x","min":0,"max":"*"},"type":[{"code":"BackboneElement"}]},
      {"path":"model.part.deep.text","max":"1","type":[{"code":"string"}]},
      {"path":"model.last","max":"1","type":[{"code":"string"}],
        "binding":{"strength":"required","valueSet":"http://example.org/vs|1"}}]}}}
]}"##;

/// The sample, compiled.
pub(crate) fn definitions() -> Definitions {
    let mut builder = DefinitionsBuilder::new(&Definitions::default());
    add(&mut builder, SAMPLE.as_bytes().to_vec(), |_| true);
    builder.build()
}

/// Adds the types of a file; of which definitions, `is_wanted` says.
pub(crate) fn add(
    builder: &mut DefinitionsBuilder,
    file: Vec<u8>,
    is_wanted: impl Fn(View<'_>) -> bool,
) {
    let tree = parse(file);
    let definitions = resources(&tree).into_iter();
    let definitions =
        definitions.filter(|it| it.text("resourceType") == Some("StructureDefinition"));
    for definition in definitions.filter(|&definition| is_wanted(definition)) {
        builder.add_definition(definition).unwrap_or_else(|error| panic!("{error}"));
    }
}

pub(crate) fn parse(file: Vec<u8>) -> Tree {
    let mut issues = Issues::new(1);
    let tree = json::parse(file, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    assert!(!issues.has_error());
    tree
}
