//! The guide's tables, as rows.

use std::collections::BTreeMap;
use std::path::Path;

use crate::reasons::Reasons;

/// A row of a table of segments or data types that names a target.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// How reasons and results name the row, as it is written.
    pub key: String,
    /// `PID[Patient]`
    pub table: String,
    /// What the table is of: `PID`, `CX`.
    pub source: String,
    /// What it maps to, without what a name is made longer by: `Patient`, `Identifier`.
    pub target_type: String,
    /// `PID-3`, `CX.4`; the name of the table's source where the row is of it as a whole.
    pub field: String,
    /// The number in `field`.
    pub number: Option<usize>,
    pub data_type: String,
    /// What a machine can read of when the row holds.
    pub condition: String,
    /// The FHIR path.
    pub path: String,
    /// An extension that has no URL yet, which the guide proposes.
    pub proposal: String,
    pub data_type_map: String,
    pub vocabulary: String,
    pub assignment: String,
    /// The URL that another row of the same field gives to the extension in `path`.
    pub extension: Option<String>,
}

impl Row {
    /// Gives the row its name, then reads it as it should have been written: `path = value @ field`.
    fn correct(&mut self, corrections: &Reasons) {
        let path = if self.path.is_empty() { &self.proposal } else { &self.path };
        self.key = format!("{} {} {path}", self.table, self.field);
        if !self.condition.is_empty() {
            self.key = format!("{} ({})", self.key, self.condition);
        }
        let Some(read_as) = corrections.find(&self.key) else { return };
        if read_as == "none of R4" {
            self.path.clear();
            return;
        }
        let (read_as, field) = read_as.split_once(" @ ").unwrap_or((read_as, &self.field));
        let (path, value) = read_as.split_once(" = ").unwrap_or((read_as, &self.assignment));
        let assignment = if value == "none" { String::new() } else { value.to_owned() };
        (self.path, self.assignment, self.field) = (path.to_owned(), assignment, field.to_owned());
        self.number = place(&self.field, "", &self.source).1;
    }
}

/// The rows of all tables in a folder of the guide that name a target, in order, and how many name none.
pub(super) fn rows(folder: &Path, corrections: &Reasons) -> (Vec<Row>, usize) {
    let (mut rows, mut without) = (Vec::new(), 0);
    for path in crate::setup::files(folder) {
        let Some((table, source, target_type)) = names(&path) else { continue };
        let start = rows.len();
        for record in records(&path).iter().skip(2) {
            let cell = |index: usize| record.get(index).map_or("", |cell| cell.trim()).to_owned();
            let (path, proposal) = (cell(9), cell(10));
            if path.is_empty() && proposal.is_empty() {
                without += usize::from(!cell(1).is_empty());
                continue;
            }
            let (field, number) = place(&cell(1), &cell(0), &source);
            let (path, assigned) = match path.split_once('=') {
                Some((path, value)) => (path.to_owned(), value.to_owned()),
                None => (path, String::new()),
            };
            let mut row = Row {
                key: String::new(),
                table: table.clone(),
                source: source.clone(),
                target_type: target_type.clone(),
                field,
                number,
                data_type: cell(3),
                condition: cell(6),
                path,
                proposal,
                data_type_map: cell(14),
                vocabulary: cell(15),
                assignment: if assigned.is_empty() { cell(16) } else { assigned },
                extension: None,
            };
            row.correct(corrections);
            rows.push(row);
        }
        name_extensions(&mut rows[start..]);
    }
    (rows, without)
}

/// `... FHIR R4_ PID[Patient] - PID.csv`
fn names(path: &Path) -> Option<(String, String, String)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".csv")?;
    let (_, rest) = name.split_once("_ ")?;
    let table = rest.split_once(" - ")?.0;
    let (source, target) = table.strip_suffix(']')?.split_once('[')?;
    let target_type = target.split('-').next().unwrap_or(target);
    Some((table.to_owned(), source.to_owned(), target_type.to_owned()))
}

/// The name and number of the field. Some rows have the number in the column for the order only.
fn place(name: &str, order: &str, source: &str) -> (String, Option<usize>) {
    match name.rsplit_once(['-', '.']) {
        Some((_, number)) => (name.to_owned(), number.parse().ok()),
        None if name == source && order.parse().is_ok_and(|it: usize| it > 0) => {
            (format!("{source}-{order}"), order.parse().ok())
        }
        None => (source.to_owned(), None),
    }
}

/// Gives the rows of an extension the URL that one row of the field has.
fn name_extensions(rows: &mut [Row]) {
    let mut urls: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in rows.iter() {
        if let Some(prefix) = row.path.strip_suffix(".url").or(row.path.strip_suffix(".uri")) {
            let url = row.assignment.trim_matches('"').to_owned();
            urls.insert((row.field.clone(), prefix.to_owned()), url);
        }
    }
    let codes: BTreeMap<String, String> = rows
        .iter()
        .filter(|row| !row.vocabulary.is_empty())
        .map(|row| (row.field.clone(), row.vocabulary.clone()))
        .collect();
    for row in rows {
        // The code that an extension is of is a code of the other rows' table.
        if row.vocabulary.is_empty() && row.path.rsplit('.').next() == Some("url") {
            row.vocabulary = codes.get(&row.field).cloned().unwrap_or_default();
        }
        let mine = urls.iter().filter(|((field, prefix), _)| {
            *field == row.field && row.path.starts_with(&format!("{prefix}."))
        });
        let longest = mine.max_by_key(|((_, prefix), _)| prefix.len());
        row.extension = longest.map(|(_, url)| url.clone()).filter(|url| !url.is_empty());
    }
}

/// Codes of the vocabulary tables that the guide gives a target: by table, from and to.
pub(super) fn codes(folder: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let mut codes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in crate::setup::files(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, rest)) = name.split_once("_ ") else { continue };
        let table = rest.split_once(" - ").map_or(rest, |(table, _)| table).to_owned();
        let pairs = codes.entry(table).or_default();
        for record in records(&path).iter().skip(2) {
            let cell = |index: usize| record.get(index).map_or("", |cell| cell.trim()).to_owned();
            if !cell(0).is_empty() && !cell(6).is_empty() {
                pairs.push((cell(0), cell(6)));
            }
        }
    }
    codes
}

/// The records of a CSV file: cells may be quoted, and hold line ends then.
fn records(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}"));
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        let record = records.last_mut().expect("there is always one");
        let cell = record.last_mut().expect("there is always one");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' => {}
            c => cell.push(c),
        }
    }
    records
}
