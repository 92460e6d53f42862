//! Properties of an ElementDefinition, each by the rule of its own: replaced, added to, narrowed.

use super::value::{Object, Value};

/// Text that begins with `...` is added to that of the base.
const MORE: &str = "...";

/// What systems have to do with an element; under the URL that it had before it was published, too.
const OBLIGATIONS: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/obligation",
    "http://hl7.org/fhir/tools/StructureDefinition/obligation",
];

/// Where an obligation comes from.
const SOURCE: &str = "http://hl7.org/fhir/tools/StructureDefinition/snapshot-source";

const SUPPRESS: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-suppress";

pub(super) fn limit(max: &str) -> u32 {
    max.parse().unwrap_or(u32::MAX)
}

/// An extension is described by its own definition: what the base says of extensions in general says
/// nothing of this one.
pub(super) fn reset_extension(fields: &mut Object) {
    fields.set("short", Value::text("Extension"));
    fields.set("definition", Value::text("An Extension"));
    for name in ["comment", "requirements", "alias", "mapping"] {
        fields.remove(name);
    }
}

/// `base`: where the element was first defined.
pub(super) fn own_base(fields: &mut Object, id: &str) {
    let mut base = Object::default();
    let path: Vec<&str> =
        id.split('.').map(|step| step.split_once(':').map_or(step, |(name, _)| name)).collect();
    base.set("path", Value::text(&path.join(".")));
    for name in ["min", "max"] {
        copy(&mut base, fields, name);
    }
    fields.set("base", base.into());
}

/// Takes over the cardinality of a profile where it is the narrower one.
pub(super) fn narrow(fields: &mut Object, profile: &Object) {
    if profile.number("min") > fields.number("min") {
        copy(fields, profile, "min");
    }
    let max = |fields: &Object| limit(fields.text("max").unwrap_or("*"));
    if max(profile) < max(fields) {
        copy(fields, profile, "max");
    }
}

/// Copies a property, and what `_name` says of it.
pub(super) fn copy(to: &mut Object, from: &Object, name: &str) {
    let sibling = format!("_{name}");
    for name in [name, &sibling] {
        if let Some(value) = from.get(name) {
            to.set(name, value.clone());
        }
    }
}

pub(super) fn merge_text(base: &mut Object, diff: &Object, name: &str) {
    match (base.text(name), diff.text(name).and_then(|text| text.strip_prefix(MORE))) {
        (Some(text), Some(more)) => {
            let text = Value::text(&format!("{text}\r\n{more}"));
            base.set(name, text);
        }
        _ => copy(base, diff, name),
    }
}

/// What the base says of slicing holds where the differential says nothing of it.
pub(super) fn merge_slicing(base: &mut Object, diff: &Object) {
    let Some(new) = diff.object("slicing") else { return };
    let mut slicing = base.object("slicing").cloned().unwrap_or_default();
    for (name, value) in new.iter() {
        slicing.set(name, value.clone());
    }
    slicing.sort(&["id", "extension", "discriminator", "description", "ordered", "rules"]);
    base.set("slicing", slicing.into());
}

/// Adds the entries that are not there yet.
pub(super) fn union(base: &mut Object, diff: &Object, name: &str) {
    let mut entries = base.entries(name).to_vec();
    for entry in diff.entries(name) {
        if !entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    base.set_entries(name, entries);
}

/// Examples add up; one that is marked so takes those with its label away, or all (`$all`).
pub(super) fn merge_examples(base: &mut Object, diff: &Object) {
    let mut entries = base.entries("example").to_vec();
    let label =
        |entry: &Value| entry.as_object().and_then(|it| it.text("label")).map(str::to_owned);
    for entry in diff.entries("example") {
        let is_suppressed = entry.as_object().is_some_and(|entry| {
            entry
                .objects("extension")
                .any(|it| it.text("url") == Some(SUPPRESS) && it.is_true("valueBoolean"))
        });
        if is_suppressed {
            let own = label(entry);
            entries.retain(|known| own.as_deref() != Some("$all") && label(known) != own);
        } else if !entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    base.set_entries("example", entries);
}

/// Those of the differential in place of those of the base with the same URL, but for obligations, which add up;
/// each says which definition, `source`, it comes from.
pub(super) fn merge_extensions(base: &mut Object, diff: &Object, source: &str) {
    let mut entries: Vec<Value> = Vec::new();
    for entry in base.entries("extension") {
        // Some of FHIR's own definitions have one twice.
        if !entries.contains(entry) {
            entries.push(entry.clone());
        }
    }
    let url =
        |entry: &Value| entry.as_object().and_then(|entry| entry.text("url")).map(str::to_owned);
    let own: Vec<Value> =
        diff.entries("extension").iter().map(|entry| with_source(entry, source)).collect();
    let is_obligation = |entry: &Value| url(entry).is_some_and(|it| OBLIGATIONS.contains(&&*it));
    entries.retain(|known| is_obligation(known) || !own.iter().any(|it| url(it) == url(known)));
    for entry in own {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    base.set_entries("extension", entries);
}

fn with_source(entry: &Value, source: &str) -> Value {
    let Some(obligation) = entry.as_object() else { return entry.clone() };
    if !obligation.text("url").is_some_and(|url| OBLIGATIONS.contains(&url)) {
        return entry.clone();
    }
    let mut parts = obligation.entries("extension").to_vec();
    let is_source = |it: &Value| it.as_object().and_then(|it| it.text("url")) == Some(SOURCE);
    if !parts.iter().any(is_source) {
        let mut part = Object::default();
        part.set("url", Value::text(SOURCE));
        part.set("valueCanonical", Value::text(source));
        parts.push(part.into());
    }
    let mut obligation = obligation.clone();
    obligation.set("extension", parts.into());
    obligation.into()
}

/// Those of the differential first; what both map to the same model is one mapping to both.
pub(super) fn merge_mappings(base: &mut Object, diff: &Object) {
    let own = diff.entries("mapping");
    if own.is_empty() {
        return;
    }
    let mut merged: Vec<Object> = Vec::new();
    for entry in own.iter().chain(base.entries("mapping")).filter_map(Value::as_object) {
        let identity = entry.text("identity");
        let Some(known) = merged.iter_mut().find(|known| known.text("identity") == identity) else {
            merged.push(entry.clone());
            continue;
        };
        let (old, new) =
            (known.text("map").unwrap_or_default(), entry.text("map").unwrap_or_default());
        if !old.split(',').any(|part| part == new) && old != new {
            let both = Value::text(&format!("{old},{new}"));
            known.set("map", both);
        }
    }
    base.set_entries("mapping", merged.into_iter().map(Value::from).collect());
}

/// Adds constraints by key; one that is there already stays.
pub(super) fn add_constraints(base: &mut Object, more: &[Value]) {
    let key =
        |entry: &Value| entry.as_object().and_then(|entry| entry.text("key")).map(str::to_owned);
    let mut entries = base.entries("constraint").to_vec();
    for entry in more {
        if !entries.iter().any(|known| key(known) == key(entry)) {
            entries.push(entry.clone());
        }
    }
    base.set_entries("constraint", entries);
}

/// `StructureDefinition.mapping`: those of the base, then new ones.
pub(super) fn definition_mappings(base: &[Value], own: Vec<Value>) -> Vec<Value> {
    let identity = |entry: &Value| {
        entry.as_object().and_then(|entry| entry.text("identity")).map(str::to_owned)
    };
    let mut entries = base.to_vec();
    for entry in own {
        match entries.iter_mut().find(|known| identity(known) == identity(&entry)) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }
    entries
}
