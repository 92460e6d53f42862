//! A type as text, one line per element: for tests, and for people who look into a pack.

use std::fmt::Write;

use super::{
    ConstraintId, Content, Definitions, Element, Shape, TypeDef, TypeId, TypeRef, UNBOUNDED,
};

impl Definitions {
    /// The type in words: a line for itself, then one per element in the order of the snapshot. Empty
    /// where the type cannot be decoded.
    ///
    /// ```text
    /// Patient: resource, specialises DomainResource, http://hl7.org/fhir/StructureDefinition/Patient
    /// Patient.gender 0..1 code, summary, required http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1
    /// ```
    pub fn describe(&self, id: TypeId) -> String {
        let mut text = String::new();
        let Some(type_def) = self.type_def(id) else { return text };
        let names = self.names();
        let name = |name| names.text(name);
        let _ = write!(text, "{}: ", name(type_def.name));
        text.push_str(if type_def.is_abstract { "abstract " } else { "" });
        text.push_str(type_def.kind.as_str());
        if let Some(base) = type_def.base {
            let _ = write!(text, ", specialises {}", name(base));
        }
        let _ = write!(text, ", {}", name(type_def.url));
        self.describe_constraints(&type_def.constraints, &mut text);
        text.push('\n');
        for shape in &type_def.shapes {
            for element in &shape.elements {
                self.describe_element(type_def, shape, element, &mut text);
            }
        }
        text
    }

    fn describe_element(
        &self,
        type_def: &TypeDef,
        shape: &Shape,
        element: &Element,
        text: &mut String,
    ) {
        let names = self.names();
        let choice = if element.is_choice { "[x]" } else { "" };
        let _ = write!(text, "{}.{}{choice} ", shape.path, names.text(element.name));
        let _ = write!(text, "{}..{} ", element.min, Max(element.max));
        text.push_str(&self.content_text(type_def, element));
        let words = [
            (element.is_attribute, "attribute"),
            (element.is_modifier, "modifier"),
            (element.is_summary, "summary"),
        ];
        for (_, word) in words.iter().filter(|(is_set, _)| *is_set) {
            let _ = write!(text, ", {word}");
        }
        if element.base_max != element.max {
            let _ = write!(text, ", base max {}", Max(element.base_max));
        }
        if let Some(max_length) = element.max_length {
            let _ = write!(text, ", at most {max_length} characters");
        }
        if let Some(binding) = element.binding {
            let value_set = names.text(binding.value_set);
            let _ = write!(text, ", {} {value_set}", binding.strength.as_str());
        }
        self.describe_constraints(&element.constraints, text);
        text.push('\n');
    }

    fn describe_constraints(&self, constraints: &[ConstraintId], text: &mut String) {
        for (index, &id) in constraints.iter().enumerate() {
            let before = if index == 0 { ", constraints " } else { " " };
            let _ = write!(text, "{before}{}", self.constraint(id).key);
        }
    }

    fn content_text(&self, type_def: &TypeDef, element: &Element) -> String {
        match &element.content {
            Content::Types(types) => {
                let types: Vec<String> = types.iter().map(|entry| self.type_text(entry)).collect();
                types.join(" | ")
            }
            Content::Shape(index, code) => {
                let inner = type_def.shapes.get(usize::from(*index));
                let path = inner.map_or("?", |shape| &shape.path);
                format!("{} {{{path}}}", self.names().text(*code))
            }
        }
    }

    fn type_text(&self, entry: &TypeRef) -> String {
        let names = self.names();
        let mut text = names.text(entry.code).to_owned();
        for (before, canonicals) in [("<", &entry.profiles), ("(", &entry.targets)] {
            let after = if before == "<" { ">" } else { ")" };
            let canonicals: Vec<&str> = canonicals.iter().map(|&name| names.text(name)).collect();
            if !canonicals.is_empty() {
                let _ = write!(text, "{before}{}{after}", canonicals.join(" "));
            }
        }
        text
    }
}

/// A `max` as FHIR writes it.
struct Max(u32);

impl std::fmt::Display for Max {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == UNBOUNDED { f.write_str("*") } else { self.0.fmt(f) }
    }
}
