//! The files of the npm package `hl7-dictionary`, and the facts of newer versions that it does not have
//! (`profiles/v2.json`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::structure::{Node, parse_structure};

/// The data type of a field that another field tells the data type of.
pub(super) const VARIES: &str = "VARIES";

/// What is known of HL7 v2.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// By version.
    pub(super) versions: BTreeMap<Vec<u32>, Version>,
    /// The codes of tables, by number. For table 0354, with the events of each structure.
    pub(super) tables: BTreeMap<u32, BTreeMap<String, String>>,
    /// The tables that senders may add codes to.
    pub(super) open: Vec<u32>,
}

/// One version.
#[derive(Clone, Debug, Default)]
pub(super) struct Version {
    pub(super) segments: BTreeMap<String, Vec<Part>>,
    pub(super) types: BTreeMap<String, Vec<Part>>,
    pub(super) structures: BTreeMap<String, Vec<Node>>,
}

/// A field of a segment, or a component of a data type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Part {
    pub(super) datatype: String,
    /// 1 optional, 2 required, 3 conditional, 4 withdrawn.
    pub(super) opt: u8,
    /// How often; 0 for any number of times.
    pub(super) rep: u32,
    pub(super) len: Option<u32>,
    pub(super) table: Option<u32>,
}

#[derive(Deserialize)]
struct Segment {
    fields: Vec<Part>,
}

#[derive(Deserialize)]
struct Type {
    subfields: Vec<Part>,
}

#[derive(Deserialize)]
struct Message {
    segments: Structure,
}

#[derive(Deserialize)]
struct Structure {
    segments: Vec<Node>,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    values: BTreeMap<String, serde_json::Value>,
}

/// `profiles/v2.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newer {
    /// The version that first has these.
    version: String,
    /// By segment and number: the data type, with `?` for optional, `*` for any number of times, `+` for at least once.
    fields: BTreeMap<String, BTreeMap<usize, String>>,
    types: BTreeMap<String, Vec<String>>,
    /// In the notation of [`parse_structure`].
    structures: BTreeMap<String, String>,
    /// Further codes of tables.
    codes: BTreeMap<String, Vec<String>>,
    open: Vec<String>,
}

/// True for a file of the package that holds a part of the dictionary.
pub fn is_part(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "segments.js" | "fields.js" | "messages.js" | "tables.js")
}

impl Dictionary {
    /// Adds a file for which [`is_part`] is true: its path, such as `lib/2.5.1/segments.js`, and its text.
    ///
    /// # Errors
    /// The file is not what it was when this was written.
    pub fn add_file(&mut self, path: &str, text: &str) -> Result<(), String> {
        let mut steps = path.rsplit('/');
        let name = steps.next().unwrap_or_default();
        let version = super::numbers(steps.next().unwrap_or_default());
        let version = || self.versions.entry(version).or_default();
        match name {
            "segments.js" => {
                let read: BTreeMap<String, Segment> = data(text)?;
                version().segments = read.into_iter().map(|(name, it)| (name, it.fields)).collect();
            }
            "fields.js" => {
                let read: BTreeMap<String, Type> = data(text)?;
                version().types = read.into_iter().map(|(name, it)| (name, it.subfields)).collect();
            }
            "messages.js" => {
                let read: BTreeMap<String, Message> = data(text)?;
                let read = read.into_iter().map(|(name, it)| (name, it.segments.segments));
                version().structures = read.collect();
            }
            _ => {
                let read: BTreeMap<String, Table> = data(text)?;
                self.tables = read.into_iter().filter_map(table).collect();
            }
        }
        Ok(())
    }

    /// Adds a version that is the newest one with these changes.
    ///
    /// # Errors
    /// The text is not in the form of `profiles/v2.json`.
    pub fn add_newer(&mut self, json: &str) -> Result<(), String> {
        let newer: Newer = serde_json::from_str(json).map_err(|why| why.to_string())?;
        self.correct(&newer.fields);
        let mut version = self.versions.values().next_back().cloned().unwrap_or_default();
        for (segment, fields) in newer.fields {
            let known = version.segments.entry(segment).or_default();
            for (number, notation) in fields {
                let part = part(&notation);
                if number == known.len() + 1 {
                    known.push(part);
                } else {
                    let old = known.get_mut(number.wrapping_sub(1));
                    *old.ok_or_else(|| format!("field {number} follows no other"))? = part;
                }
            }
        }
        let types = newer.types.into_iter();
        version
            .types
            .extend(types.map(|(name, parts)| (name, parts.iter().map(|it| part(it)).collect())));
        for (name, notation) in newer.structures {
            version.structures.insert(name, parse_structure(&notation)?);
        }
        self.versions.insert(super::numbers(&newer.version), version);
        for (table, codes) in newer.codes {
            let number = table.parse().map_err(|_| format!("`{table}` is no table"))?;
            let known = self.tables.entry(number).or_default();
            known.extend(codes.into_iter().map(|code| (code, String::new())));
        }
        self.open = newer.open.iter().filter_map(|table| table.parse().ok()).collect();
        Ok(())
    }
}

impl Dictionary {
    /// Gives fields whose data type another field tells that data type in every version that has them, which the
    /// dictionary lost in some; and a time stamp the form of one in versions that call it a text.
    fn correct(&mut self, fields: &BTreeMap<String, BTreeMap<usize, String>>) {
        let types = self.versions.values_mut().filter_map(|version| version.types.get_mut("TS"));
        for time in types.filter_map(|parts| parts.first_mut()) {
            "DTM".clone_into(&mut time.datatype);
        }
        for (segment, fields) in fields {
            for (&number, notation) in
                fields.iter().filter(|(_, notation)| notation.starts_with(VARIES))
            {
                let versions = self.versions.values_mut();
                let parts = versions.filter_map(|version| version.segments.get_mut(segment));
                for part in parts.filter_map(|parts| parts.get_mut(number.wrapping_sub(1))) {
                    part.datatype = self::part(notation).datatype;
                }
            }
        }
    }
}

/// The data of a module: `var segments = { ... };` and what exports it.
fn data<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let start = text.find('{').ok_or("there is no `{` in it")?;
    let end = text.rfind('}').ok_or("there is no `}` in it")?;
    serde_json::from_str(&text[start..=end]).map_err(|why| why.to_string())
}

fn table((number, table): (String, Table)) -> Option<(u32, BTreeMap<String, String>)> {
    let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let codes = table.values.into_iter().map(|(code, meaning)| (code, text(meaning)));
    // Ellipses and ranges stand for codes, but are none.
    let codes = codes.filter(|(code, _)| !code.contains("..") && !code.contains('…'));
    Some((number.parse().ok()?, codes.collect()))
}

fn part(notation: &str) -> Part {
    let datatype = notation.trim_end_matches(['?', '*', '+']);
    let (opt, rep) = match &notation[datatype.len()..] {
        "?" => (1, 1),
        "*" => (1, 0),
        "+" => (2, 0),
        _ => (2, 1),
    };
    Part { datatype: datatype.to_owned(), opt, rep, len: None, table: None }
}
