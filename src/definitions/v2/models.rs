//! Writes the `StructureDefinition`s and value sets of a [`Dictionary`], as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::dictionary::{Dictionary, Part, VARIES, Version};
use super::structure::Node;
use super::{ANY_MESSAGE, ANY_SEGMENT, MODELS};

/// What such a field can hold (HL7 table 0125, of all versions).
const VARIANTS: [&str; 37] = [
    "AD", "CE", "CF", "CK", "CN", "CNE", "CP", "CQ", "CWE", "CX", "DR", "DT", "DTM", "ED", "EI",
    "FT", "ID", "IS", "MA", "MO", "NA", "NM", "NR", "PN", "RP", "SI", "SN", "ST", "TM", "TN", "TX",
    "VR", "XAD", "XCN", "XON", "XPN", "XTN",
];

/// Fields of a segment that no definition has, and components of such a field.
const ANY_FIELDS: usize = 60;
const ANY_COMPONENTS: usize = 30;

/// The table of message structures and the events that they are of.
const STRUCTURES: u32 = 354;

/// [`Part::opt`] of what a version no longer has.
const WITHDRAWN: u8 = 4;

impl Dictionary {
    /// All resources, each as JSON: the current models, those of each version, and a value set for each table that a
    /// code must be of.
    pub fn resources(&self) -> Vec<String> {
        let mut models = self.current();
        let mut before: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (numbers, version) in &self.versions {
            let prefix = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            for (name, kind, elements) in self.of_version(version) {
                if before.get(&name) != Some(&elements) {
                    models.push(model(&format!("{prefix}/{name}"), kind, None, &elements));
                    before.insert(name, elements);
                }
            }
        }
        models.extend(self.tables.keys().filter_map(|&table| self.value_set(table)));
        models.iter().map(Value::to_string).collect()
    }

    fn of_version(&self, version: &Version) -> Vec<(String, &'static str, Vec<Value>)> {
        let mut models = Vec::new();
        for (letter, map) in [('f', &version.segments), ('c', &version.types)] {
            for (name, parts) in map {
                let elements = self.parts(name, letter, parts);
                models.push((name.clone(), kind_of(letter, parts), elements));
            }
        }
        // The structure of any message is no version's.
        for (name, nodes) in version.structures.iter().filter(|(name, _)| *name != ANY_MESSAGE) {
            let mut elements = Vec::new();
            Self::nodes(name, nodes, false, &mut elements);
            models.push((name.clone(), "logical", elements));
        }
        models
    }

    fn current(&self) -> Vec<Value> {
        let mut models = any();
        let mut current = self.merged();
        current.complete_any();
        for (letter, map) in [('f', &current.segments), ('c', &current.types)] {
            for (name, parts) in map {
                let elements = self.parts(name, letter, parts);
                models.push(model(name, kind_of(letter, parts), None, &elements));
            }
        }
        let aliases = self.aliases(&current);
        for (name, nodes) in &current.structures {
            let mut elements = Vec::new();
            if !aliases.contains_key(name) {
                Self::nodes(name, nodes, true, &mut elements);
                models.push(model(name, "logical", None, &elements));
            }
        }
        models.extend(aliases.iter().map(|(name, base)| model(name, "logical", Some(base), &[])));
        models
    }

    /// One version made of all: the newest definition of everything.
    fn merged(&self) -> Version {
        let mut merged = Version::default();
        for version in self.versions.values() {
            merge(&mut merged.segments, &version.segments);
            merge(&mut merged.types, &version.types);
            merged.structures.extend(version.structures.clone());
        }
        for parts in merged.segments.values_mut().chain(merged.types.values_mut()) {
            for part in parts {
                // The time stamp of old versions is a time with a precision that nobody sends.
                if part.datatype == "TS" {
                    "DTM".clone_into(&mut part.datatype);
                }
                part.opt = 1;
                part.len = None;
            }
        }
        merged
    }

    /// The messages whose structure is that of another: `ADT_A04` is `ADT_A01`.
    fn aliases(&self, current: &Version) -> BTreeMap<String, String> {
        let mut aliases = BTreeMap::new();
        for (structure, events) in self.tables.get(&STRUCTURES).into_iter().flatten() {
            let Some((message, own)) = structure.split_once('_') else { continue };
            if !current.structures.contains_key(structure) {
                continue;
            }
            for event in events.split([',', ' ']).filter(|event| event.len() == 3 && *event != own)
            {
                aliases.insert(format!("{message}_{event}"), structure.clone());
            }
        }
        aliases
    }

    fn parts(&self, owner: &str, letter: char, parts: &[Part]) -> Vec<Value> {
        (1..)
            .zip(parts)
            .map(|(number, part)| self.part(&format!("{owner}.{letter}{number}"), part))
            .collect()
    }

    fn part(&self, path: &str, part: &Part) -> Value {
        let min = u32::from(part.opt == 2);
        if part.datatype == VARIES {
            return element(&format!("{path}[x]"), (min, part.rep), &VARIANTS);
        }
        let mut element = element(path, (min, part.rep), &[&part.datatype]);
        if part.opt == WITHDRAWN {
            element["max"] = json!("0");
            return element;
        }
        if let Some(length) = part.len {
            element["maxLength"] = json!(length);
        }
        if let Some(table) = part.table {
            // Codes of the type ID are HL7's own; those of IS, and mostly of CWE, are of the site.
            let is_checked = part.datatype == "ID" && self.value_set(table).is_some();
            let strength = if is_checked { "required" } else { "example" };
            element["binding"] = json!({ "strength": strength, "valueSet": table_url(table) });
        }
        element
    }

    fn nodes(path: &str, nodes: &[Node], is_current: bool, elements: &mut Vec<Value>) {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for (node, is_alternative) in nodes.iter().flat_map(alternatives) {
            let Some(name) = node.name.as_deref().filter(|name| !name.contains(',')) else {
                continue;
            };
            let count = seen.entry(name).or_default();
            *count += 1;
            let step = if *count > 1 { format!("{name}_{count}") } else { name.to_owned() };
            let inner = format!("{path}.{step}");
            let min = if is_alternative { 0 } else { node.min };
            let datatype = if node.children.is_some() { "Element" } else { name };
            elements.push(element(&inner, (min, node.max), &[datatype]));
            if let Some(children) = &node.children {
                Self::nodes(&inner, children, is_current, elements);
            }
        }
        if is_current {
            elements.push(element(&format!("{path}.{ANY_SEGMENT}"), (0, 0), &["V2Segment"]));
        }
    }

    /// The codes of a table that is closed and not empty.
    fn value_set(&self, table: u32) -> Option<Value> {
        let codes = self
            .tables
            .get(&table)
            .filter(|codes| !codes.is_empty() && !self.open.contains(&table))?;
        let url = table_url(table);
        let concepts: Vec<Value> = codes.keys().map(|code| json!({ "code": code })).collect();
        let include = json!([{ "system": url, "concept": concepts }]);
        Some(json!({ "resourceType": "ValueSet", "url": url, "compose": { "include": include } }))
    }
}

impl Version {
    /// Adds each segment that the structure of any message does not name, so that it has all.
    fn complete_any(&mut self) {
        let nodes = self.structures.entry(ANY_MESSAGE.to_owned()).or_default();
        let others = self.segments.keys().filter(|name| !has(nodes, name));
        let others: Vec<Node> = others.map(|name| Node::any_number(name)).collect();
        nodes.extend(others);
    }
}

fn has(nodes: &[Node], name: &str) -> bool {
    let is_in = |node: &Node| node.children.as_ref().is_some_and(|inside| has(inside, name));
    nodes.iter().any(|node| node.name.as_deref() == Some(name) || is_in(node))
}

/// The models of what no definition has.
fn any() -> Vec<Value> {
    let list = |name: &str, first: Option<(String, &str, u32)>, parts: (char, usize, &str, u32)| {
        let (letter, count, datatype, rep) = parts;
        let numbered = (1..=count).map(|number| (format!("{letter}{number}"), datatype, rep));
        let elements = first
            .into_iter()
            .chain(numbered)
            .map(|(step, datatype, rep)| element(&format!("{name}.{step}"), (0, rep), &[datatype]));
        model(name, "logical", None, &elements.collect::<Vec<_>>())
    };
    vec![
        list("V2Field", None, ('c', ANY_COMPONENTS, "ST", 1)),
        list("V2Segment", Some(("f0".to_owned(), "ST", 1)), ('f', ANY_FIELDS, "V2Field", 0)),
    ]
}

/// A node, or its alternatives; true for those.
fn alternatives(node: &Node) -> Vec<(&Node, bool)> {
    match &node.compounds {
        Some(compounds) => compounds.iter().map(|alternative| (alternative, true)).collect(),
        None => vec![(node, false)],
    }
}

fn merge(merged: &mut BTreeMap<String, Vec<Part>>, version: &BTreeMap<String, Vec<Part>>) {
    for (name, parts) in version {
        let known = merged.entry(name.clone()).or_default();
        for (index, part) in parts.iter().enumerate() {
            match known.get_mut(index) {
                None => known.push(part.clone()),
                Some(old) => {
                    let repeats = old.rep != 1 || part.rep != 1;
                    if part.opt != WITHDRAWN {
                        *old = part.clone();
                    }
                    old.rep = u32::from(!repeats);
                }
            }
        }
    }
}

fn kind_of(letter: char, parts: &[Part]) -> &'static str {
    if letter == 'c' && parts.is_empty() { "primitive-type" } else { "logical" }
}

fn table_url(table: u32) -> String {
    format!("{MODELS}table/{table:04}")
}

fn element(path: &str, (min, max): (u32, u32), types: &[&str]) -> Value {
    let max = if max == 0 { "*".to_owned() } else { max.to_string() };
    let types: Vec<Value> = types.iter().map(|code| json!({ "code": code })).collect();
    json!({ "path": path, "min": min, "max": max, "base": { "max": max }, "type": types })
}

fn model(name: &str, kind: &str, base: Option<&str>, elements: &[Value]) -> Value {
    let root = name.rsplit('/').next().unwrap_or(name);
    let mut all = vec![json!({ "path": root })];
    all.extend_from_slice(elements);
    let mut model = json!({
        "resourceType": "StructureDefinition",
        "url": format!("{MODELS}{name}"),
        "type": name,
        "kind": kind,
        "derivation": "specialization",
        "snapshot": { "element": all },
    });
    if let Some(base) = base {
        model["baseDefinition"] = json!(format!("{MODELS}{base}"));
    }
    model
}
