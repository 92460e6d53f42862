//! What a definition hands down to those that build on it: all but what it says of itself alone, and
//! with places that can be followed from elsewhere.

use super::fields::CONSTRAINT;
use super::node::Node;
use super::value::{Object, Value};
use crate::definitions::structure_definition::CORE;

/// Extensions on an element that say something of the definition that they stand in, not of the element.
const OF_ELEMENT: &[&str] = &[
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-explicit-type-name",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fmm",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fmm-no-warnings",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-hierarchy",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-interface",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status-reason",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-summary",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg",
    "http://hl7.org/fhir/tools/StructureDefinition/no-binding",
];

/// The same, on a binding.
const OF_BINDING: &[&str] = &[
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-isCommonBinding",
    "http://hl7.org/fhir/tools/StructureDefinition/binding-definition",
];

/// Markdown, in which a link may be relative to the page of the definition.
const MARKDOWN: &[&str] = &["definition", "comment", "requirements", "meaningWhenMissing"];

/// Of which definition something is handed down.
#[derive(Clone, Copy)]
pub(super) struct Origin<'o> {
    /// `StructureDefinition.url`.
    pub(super) url: &'o str,
    /// `StructureDefinition.type`.
    pub(super) type_name: &'o str,
    /// `StructureDefinition.fhirVersion`, or its version where it is one of FHIR itself.
    pub(super) fhir_version: Option<&'o str>,
}

impl Origin<'_> {
    /// Where the pages of the specification are that links of its definitions are relative to.
    fn pages(self) -> Option<String> {
        let is_core = self.url.strip_prefix(CORE).is_some_and(|name| !name.contains('/'));
        let version = self.fhir_version.filter(|_| is_core)?;
        // FHIR publishes each release under its name.
        let release = match version.split('.').take(2).collect::<Vec<_>>().as_slice() {
            ["3", _] => "STU3",
            ["4", "0"] => "R4",
            ["4", _] => "R4B",
            ["5", _] => "R5",
            _ => version,
        };
        Some(format!("http://hl7.org/fhir/{release}/"))
    }
}

/// Makes a tree of elements one that others can build on.
pub(super) fn hand_down(node: &mut Node, origin: Origin<'_>) {
    clean(node, origin, origin.pages().as_deref());
}

fn clean(node: &mut Node, origin: Origin<'_>, pages: Option<&str>) {
    let fields = &mut node.fields;
    without(fields, OF_ELEMENT);
    if let Some(binding) = fields.object("binding") {
        let mut binding = binding.clone();
        without(&mut binding, OF_BINDING);
        if let Some(pages) = pages {
            absolute(&mut binding, "description", pages);
        }
        fields.set("binding", binding.into());
    }
    source_constraints(fields, origin.url);
    if let Some(path) = fields.text("contentReference").and_then(|it| it.strip_prefix('#')) {
        let of_type = format!("{CORE}{}", origin.type_name);
        let url = if origin.type_name.contains("://") { origin.url } else { &of_type };
        let reference = Value::text(&format!("{url}#{path}"));
        fields.set("contentReference", reference);
    }
    if fields.get("contentReference").is_some() {
        node.children.clear();
    }
    if let Some(pages) = pages {
        for name in MARKDOWN {
            absolute(fields, name, pages);
        }
    }
    node.children.iter_mut().chain(&mut node.slices).for_each(|it| clean(it, origin, pages));
}

/// Says of each constraint which definition it comes from.
fn source_constraints(fields: &mut Object, url: &str) {
    let with_source = |entry: &Object| {
        let mut entry = entry.clone();
        if entry.get("source").is_none() {
            entry.set("source", Value::text(url));
            entry.sort(CONSTRAINT);
        }
        Value::from(entry)
    };
    let entries = fields.objects("constraint").map(with_source).collect();
    fields.set_entries("constraint", entries);
}

fn without(fields: &mut Object, urls: &[&str]) {
    let is_kept = |entry: &&Value| {
        let url = entry.as_object().and_then(|entry| entry.text("url"));
        !url.is_some_and(|url| urls.contains(&url))
    };
    let entries = fields.entries("extension").iter().filter(is_kept).cloned().collect();
    fields.set_entries("extension", entries);
}

/// Makes the relative links of a markdown text absolute.
fn absolute(fields: &mut Object, name: &str, pages: &str) {
    let Some(text) = fields.text(name).filter(|text| text.contains("](")) else { return };
    let mut parts = text.split("](");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str("](");
        let target = part.split(')').next().unwrap_or_default();
        let is_relative = target.contains('.') && !target.contains(':') && !target.starts_with('#');
        result.push_str(if is_relative { pages } else { "" });
        result.push_str(part);
    }
    fields.set(name, Value::text(&result));
}
