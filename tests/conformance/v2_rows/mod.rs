//! The tables of the V2-to-FHIR guide, row by row: a message with the row's field valued and its condition true is
//! given to the map of the row's table, and the row's path is looked at in the result.
//!
//! A row is *exact* where the value is found at its path, *elsewhere* where it is found at another, else *missing*.
//! Rows whose path is none of R4 are *without a target*. Each row that is not exact has its reason in
//! `reasons/v2-rows.txt`; `reasons/v2-corrections.txt` says what a row with an error is read as.

mod condition;
mod place;
mod sample;
mod table;
mod target;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::Path;

use fhirkiln::engine::{Engine, Mapping, Style, TransformOptions};
use fhirkiln::mapping::ast::{Group, InputMode};

use crate::reasons::Reasons;
use crate::{setup, snapshot};
use sample::{Sample, value};
use table::Row;
use target::{Result_, Step, steps};

const SUITE: &str = "v2-rows";
const GUIDE: &str = "hl7v2/v2-to-fhir-ig";

/// Where each data type stands in a message: segment, field, component. Others stand in OBX-5.
const CARRIERS: &[(&str, &str, usize, usize)] = &[
    ("CNN", "OBR", 32, 1),
    ("DLD", "PV1", 37, 0),
    ("DLN", "PID", 20, 0),
    ("DTM", "EVN", 2, 0),
    ("EIP", "SPM", 2, 0),
    ("FN", "PID", 5, 1),
    ("FT", "NTE", 3, 0),
    ("HD", "EVN", 7, 0),
    ("ID", "ORC", 1, 0),
    ("IS", "OBX", 5, 0),
    ("MSG", "MSH", 9, 0),
    ("NDL", "OBR", 32, 0),
    ("OG", "OBX", 4, 0),
    ("PL", "PV1", 3, 0),
    ("PLN", "PRT", 24, 0),
    ("PT", "MSH", 11, 0),
    ("RI", "ORC", 7, 2),
    ("RPT", "TQ1", 3, 0),
    ("SAD", "PID", 11, 1),
    ("SPS", "OBR", 15, 0),
    ("TQ", "ORC", 7, 0),
    ("TS", "EVN", 2, 0),
];

/// What a segment has besides, because its map makes nothing without.
const BESIDES: &[&str] = &[
    "AIG|1||A1^Room|||||20200102030405+0000",
    "AIL|1||Ward|||20200102030405+0000",
    "AIP|1||P1^Family^Given|||20200102030405+0000",
    "AIS|1||C0^Code^LN|20200102030405+0000",
    "DG1|1||C0^Code^LN",
    "IAM|1||C1^Text one^LN|||||||||||Family^Given",
    "IN1|1|C1^Text one^LN",
    "MSH||||||Name",
    "NK1|1|Family^Given",
    "NTE|1||Value",
    "OBX|1|ST|C0^Code^LN||x",
    "ORC|NW",
    "PD1|||||||Y",
    "PID||||||||||||||||||A1",
    "PRT|1||||P1^Family^Given|||Org One^^^^^^^^^O1|||||||^PRN^PH^^^^^^^^^5551234",
    "PR1|1||C0^Code^LN||20200102030405+0000",
    "PV1|||||||||||||||||||||||||||||||||||||||||||Ward",
    "ROL|1||PP|P1^Family^Given",
    "RXA|0|1||||17",
    "RXO|C0^Code^LN|17|18||||||||19|||||||21|||||||22",
    "TQ1|1||BID^^^^2^h^^AC||||20200102030405+0000|20200103030405+0000",
];

#[test]
fn every_row_of_the_guide() {
    let Some(guide) = setup::shared(SUITE, GUIDE) else { return };
    let Some(harness) = Harness::new(&guide) else { return };
    let mut report = Report::default();
    let corrections = Reasons::read("v2-corrections");
    for folder in ["segments", "datatypes"] {
        let (rows, without) = table::rows(&guide.join(folder), &corrections);
        report.without_any += without;
        harness.check_tables(rows, &mut report);
    }
    harness.check_codes(&mut report);
    report.finish();
    corrections.check_all_used();
}

/// What a row came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Exact,
    Elsewhere,
    Missing,
    NoTarget,
}

/// The engine with the maps of the folder, and what the guide says of codes.
struct Harness {
    engine: Engine,
    groups: HashMap<String, Group>,
    codes: BTreeMap<String, Vec<(String, String)>>,
}

impl Harness {
    fn new(guide: &Path) -> Option<Self> {
        let engine = setup::engine_for(SUITE, "r4")?;
        let pack = std::fs::read(setup::root().join("packs/v2.pack")).ok()?;
        let files = setup::files(&setup::root().join("maps/v2"));
        let texts = files.iter().filter(|path| path.extension().is_some_and(|it| it == "map"));
        let texts: Vec<String> =
            texts.map(|path| std::fs::read_to_string(path).expect("a map")).collect();
        let mut builder = engine.with().pack(pack);
        let mut groups = HashMap::new();
        for text in texts {
            let map = engine.parse_map(&text).unwrap_or_else(|error| panic!("{error}"));
            groups.extend(map.groups.into_iter().map(|group| (group.name.text.clone(), group)));
            builder = builder.map(text);
        }
        let engine = builder.build().unwrap_or_else(|error| panic!("{error}"));
        let codes = table::codes(&guide.join("codesystems"));
        Some(Self { engine, groups, codes })
    }

    fn check_tables(&self, rows: Vec<Row>, report: &mut Report) {
        let mut tables: Vec<Vec<Row>> = Vec::new();
        for row in rows {
            match tables.last_mut().filter(|table| table[0].table == row.table) {
                Some(table) => table.push(row),
                None => tables.push(vec![row]),
            }
        }
        let results = setup::in_parallel(&tables, |table| {
            let mapping = self.mapping(&table[0]);
            let check = |row: &Row| {
                let outcome = self.check(row, mapping.as_ref());
                (row.key.clone(), outcome)
            };
            table.iter().map(check).collect::<Vec<_>>()
        });
        for (table, results) in tables.iter().zip(results) {
            report.add(&table[0].table, results);
        }
    }

    /// The map that gives the source of a table to its group.
    fn mapping(&self, row: &Row) -> Option<Mapping> {
        let group = self.groups.get(&row.table)?;
        let (segment, field, component) = carrier(&row.source);
        let mut sources = vec![match (field, component) {
            (0, _) => format!("src.{} as s1", place::of(segment)),
            (_, 0) if segment == "OBX" && field == 5 => {
                format!("src.{}.f5 : {} as s1", place::of(segment), row.source)
            }
            (_, 0) => format!("src.{}.f{field} as s1", place::of(segment)),
            _ => format!("src.{}.f{field}.c{component} as s1", place::of(segment)),
        }];
        let (mut arguments, mut targets) = (vec!["s1".to_owned()], Vec::new());
        for input in group.inputs.iter().skip(1) {
            let name = input.type_name.as_ref().map_or("", |name| name.text.as_str());
            match (input.mode, name) {
                (_, "Bundle") => arguments.push("bundle".to_owned()),
                (InputMode::Source, _) => {
                    sources.push(format!("src.{} as s{}", place::of(name), sources.len() + 1));
                    arguments.push(format!("s{}", sources.len()));
                }
                (InputMode::Target, _) if targets.is_empty() => {
                    targets.push(format!(" -> {}", self.make(row, name)));
                    arguments.push("tgt".to_owned());
                }
                // A patient that the group refers to.
                (InputMode::Target, _) => {
                    targets.push(
                        ", bundle.entry as other, other.fullUrl = 'urn:uuid:1', \
                         other.resource = create('Patient') as patient, \
                         patient.identifier as identifier, identifier.value = '1', \
                         create('Reference') as also, also.reference = 'urn:uuid:1'"
                            .to_owned(),
                    );
                    arguments.push("also".to_owned());
                }
            }
        }
        let text = format!(
            "uses 'https://fhirkiln.dev/v2/V2Message' alias V2Message as source\n\
             imports 'https://fhirkiln.dev/v2/StructureMap/segments/*'\n\
             imports 'https://fhirkiln.dev/v2/StructureMap/datatypes/*'\n\
             group main(source src : V2Message, target bundle : Bundle) {{\n\
               {}{} then `{}`({});\n}}",
            sources.join(", "),
            targets.join(""),
            row.table,
            arguments.join(", ")
        );
        let map = self.engine.parse_map(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let mapping = self.engine.compile_map(map);
        assert_eq!(mapping.issues(), [], "{text}");
        Some(mapping)
    }

    /// The target of the group: a resource in an entry, or a value of Parameters.
    fn make(&self, row: &Row, declared: &str) -> String {
        let name = if declared.is_empty() { &row.target_type } else { declared };
        let backbone = row.target_type.split_once('.');
        if let Some((resource, element)) = backbone {
            return format!(
                "bundle.entry as entry, entry.resource = create('{resource}') as resource, resource.{element} as tgt"
            );
        }
        if name == "Appointment" {
            // Times of participants may be told from when it begins.
            return "bundle.entry as entry, entry.resource = create('Appointment') as tgt, \
                    tgt.start = '2020-01-02T03:00:00Z'"
                .to_owned();
        }
        if self.is_resource(name) {
            return format!("bundle.entry as entry, entry.resource = create('{name}') as tgt");
        }
        if name == "Extension" {
            return "bundle.entry as entry, entry.resource = create('Basic') as resource, \
                    resource.extension as tgt"
                .to_owned();
        }
        format!(
            "bundle.entry as entry, entry.resource = create('Parameters') as resource, \
             resource.parameter as parameter, parameter.value = create('{name}') as tgt"
        )
    }

    fn is_resource(&self, name: &str) -> bool {
        self.engine.definitions().resource_names().any(|it| it == name)
    }

    fn check(&self, row: &Row, mapping: Option<&Mapping>) -> Outcome {
        if row.path.is_empty() || !self.is_r4(row) {
            return Outcome::NoTarget;
        }
        let Some(mapping) = mapping else { return Outcome::Missing };
        let (message, wanted) = self.message(row);
        let made = self.engine.transform(mapping, message.as_str(), &TransformOptions::default());
        let made = made.unwrap_or_else(|error| panic!("{message}: {error}"));
        let json = made.json(Style::Compact).unwrap_or_else(|| "{}".to_owned());
        let bundle: serde_json::Value =
            serde_json::from_str(&json).expect("what is written is JSON");
        if std::env::var("V2_ROW").is_ok_and(|it| row.key.starts_with(&it)) {
            setup::say(
                SUITE,
                &format!("{}\n{}\n{json}\n{wanted:?}", row.key, message.replace('\r', "\n")),
            );
        }
        let result = Result_::new(&bundle);
        let found = self
            .roots(row, &result)
            .into_iter()
            .flat_map(|(root, steps)| result.find(root, &steps, row.extension.as_deref()));
        if found.into_iter().any(|it| wanted.is_empty() || result.holds(it, &wanted, 3)) {
            Outcome::Exact
        } else if result.holds(&bundle, &wanted, 0) {
            Outcome::Elsewhere
        } else {
            Outcome::Missing
        }
    }

    /// Where the row's path begins, and the path.
    fn roots<'a>(
        &self,
        row: &Row,
        result: &Result_<'a>,
    ) -> Vec<(&'a serde_json::Value, Vec<Step>)> {
        let (resource, element) = row.target_type.split_once('.').unwrap_or((&row.target_type, ""));
        let mut path = steps(&row.path, &row.target_type);
        if !element.is_empty() {
            path.insert(0, Step::Down(element.to_owned()));
        }
        if self.is_resource(resource) {
            let resources = result.resources.iter().filter(|it| it["resourceType"] == resource);
            return resources.map(|it| (*it, path.clone())).collect();
        }
        if resource == "Extension" {
            path.insert(0, Step::Down("extension".to_owned()));
            let basics = result.resources.iter().filter(|it| it["resourceType"] == "Basic");
            return basics.map(|it| (*it, path.clone())).collect();
        }
        let parameters = result.resources.iter().filter(|it| it["resourceType"] == "Parameters");
        let mut type_name = resource.to_owned();
        type_name[..1].make_ascii_uppercase();
        path.splice(..0, ["parameter".to_owned(), format!("value{type_name}")].map(Step::Down));
        parameters.map(|it| (*it, path.clone())).collect()
    }

    /// True if R4 has the path.
    fn is_r4(&self, row: &Row) -> bool {
        if row.path.contains("??") || row.path.contains('#') || row.path.contains("?-") {
            return false;
        }
        let resource = row.target_type.replace('.', " ");
        let mut words = resource.split(' ');
        let first = words.next().unwrap_or_default();
        let mut all: Vec<Step> = words.map(|word| Step::Down(word.to_owned())).collect();
        all.extend(steps(&row.path, &row.target_type));
        let mut targets = Vec::new();
        let mut current = "tgt".to_owned();
        for (index, step) in all.iter().enumerate() {
            match step {
                Step::Down(name) => targets.push(format!("{current}.{name} as v{index}")),
                Step::To(name) => {
                    let name = name.split('|').next().unwrap_or_default();
                    if self.engine.definitions().find_type(name).is_none() {
                        return false;
                    }
                    targets.push(format!("create('{name}') as v{index}"));
                }
            }
            current = format!("v{index}");
        }
        if targets.is_empty() {
            return true;
        }
        let text = format!(
            "group main(source src : Basic, target tgt : {first}) {{ src -> {}; }}",
            targets.join(", ")
        );
        let Ok(map) = self.engine.parse_map(&text) else { return false };
        self.engine.compile_map(map).issues().is_empty()
    }

    /// The message, and the texts of which one has to be at the path; none where anything will do.
    fn message(&self, row: &Row) -> (String, Vec<String>) {
        let mut sample = self.segments(row);
        let own = row.number.map(|number| place_of(row, number));
        let find = |name: &str| find_place(row, name);
        let valued = condition::satisfy(&row.condition, own.as_ref(), find, &mut sample);
        let data_type = match row.data_type.as_str() {
            "varies" => sample.get("OBX", 2, (1, 1)).unwrap_or("ST").to_owned(),
            "" if row.number == Some(1) => row.source.clone(),
            name => name.to_owned(),
        };
        let example = sample::example(&row.key, &row.field);
        let (text, markers) = value(&data_type);
        let mut wanted: Vec<String> = markers.iter().map(|it| (*it).to_owned()).collect();
        let at = own.as_ref().map(|(segment, number, part)| {
            (segment.as_str(), *number, *part, part.unwrap_or((1, 1)))
        });
        let set = at.and_then(|(segment, number, _, at)| sample.get(segment, number, at));
        let code = self.code(row, set).filter(|_| example.is_none());
        if let Some((segment, number, part, first)) = at {
            if let Some((from, _)) = &code {
                sample.fill(segment, number, Some(first), from);
            }
            if !row.condition.contains("IF NOT VALUED") {
                let text = example.as_ref().map_or(text, |(text, _)| *text);
                sample.fill(segment, number, part, text);
            }
            match &example {
                Some((_, texts)) => wanted.clone_from(texts),
                None => wanted.extend(sample.get(segment, number, first).map(str::to_owned)),
            }
        } else {
            wanted.clear();
        }
        complete(row, &mut sample);
        for (segment, field, part) in valued {
            if sample.get(&segment, field, part.unwrap_or((1, 1))).is_none() {
                sample.set(&segment, field, part, "1");
            }
        }
        (sample.text(), at_path(row, code, wanted))
    }

    /// The segments that the row's group reads, empty.
    fn segments(&self, row: &Row) -> Sample {
        let mut sample = Sample::default();
        for name in [row.source.as_str(), carrier(&row.source).0] {
            if name.len() == 3 && name != "MSH" && value(name).0 == "Value" {
                sample.read(name);
            }
        }
        // What other parameters of the groups read.
        let group = self.groups.get(&row.table);
        for input in group.into_iter().flat_map(|group| group.inputs.iter().skip(1)) {
            let name = input.type_name.as_ref().map_or("", |name| name.text.as_str());
            if input.mode == InputMode::Source && name.len() == 3 {
                sample.read(name);
            }
        }
        sample
    }

    /// A code of the vocabulary of the row with what it becomes: the one that the condition asks for.
    fn code(&self, row: &Row, set: Option<&str>) -> Option<(String, String)> {
        let name = row.vocabulary.replace(['/', ' '], "");
        let pairs = self.codes.get(&name)?;
        let wanted = pairs.iter().find(|(from, _)| Some(from.as_str()) == set);
        let plain = |(from, _): &&(String, String)| {
            !from.contains('<') && !row.condition.contains(&format!("\"{from}\""))
        };
        wanted.or_else(|| pairs.iter().find(plain)).cloned()
    }

    /// Each code of each table, translated.
    fn check_codes(&self, report: &mut Report) {
        for (table, pairs) in &self.codes {
            let pairs: Vec<_> = pairs.iter().filter(|(from, _)| !from.contains('<')).collect();
            let mut results = Vec::new();
            let text = format!(
                "imports 'https://fhirkiln.dev/v2/StructureMap/vocabulary'\n\
                 group main(source src : Basic, target tgt : Basic) {{\n\
                   src.id as v -> tgt.code = translate(v, 'https://fhirkiln.dev/v2/ConceptMap/{table}', 'CodeableConcept');\n}}"
            );
            let map = self.engine.parse_map(&text).unwrap_or_else(|error| panic!("{error}"));
            let mapping = self.engine.compile_map(map);
            for (from, to) in pairs {
                let source = serde_json::json!({ "resourceType": "Basic", "id": from }).to_string();
                let made = self.engine.transform(&mapping, source, &TransformOptions::default());
                let json =
                    made.expect("the source is sound").json(Style::Compact).unwrap_or_default();
                let is_there = json.contains(&format!("\"code\":{}", serde_json::json!(to)));
                let outcome = if is_there { Outcome::Exact } else { Outcome::Missing };
                results.push((format!("{table} {from} {to}"), outcome));
            }
            report.add_codes(results);
        }
    }
}

/// What has to be at the row's path, where its field has `values` of which `code` is one with what it becomes.
fn at_path(row: &Row, code: Option<(String, String)>, values: Vec<String>) -> Vec<String> {
    let assigned = row.assignment.as_str();
    // A link alone has no value of the field in it.
    let is_link = row.path.ends_with(')') && row.data_type_map.is_empty();
    match (row.path.rsplit('.').next(), code) {
        _ if is_link && assigned.is_empty() => Vec::new(),
        (Some("url" | "uri"), _) => row.extension.iter().cloned().collect(),
        _ if !assigned.is_empty() => assigned_text(assigned),
        (_, Some((_, to))) => vec![to],
        (_, None) => values,
    }
}

/// Where a source stands: a segment alone has field 0.
fn carrier(source: &str) -> (&str, usize, usize) {
    if let Some(&(_, segment, field, component)) = CARRIERS.iter().find(|it| it.0 == source) {
        return (segment, field, component);
    }
    let is_type = sample::value(source).0 != "Value" || source == "ST" || source == "NR";
    if is_type { ("OBX", 5, 0) } else { (source, 0, 0) }
}

fn place_of(row: &Row, number: usize) -> condition::Place {
    match carrier(&row.source) {
        (segment, 0, _) => (segment.to_owned(), number, None),
        (segment, field, 0) => (segment.to_owned(), field, Some((number, 1))),
        (segment, field, component) => (segment.to_owned(), field, Some((component, number))),
    }
}

/// `OBX-5.3`, `CX.5` of the row's own type, or of its field.
fn find_place(row: &Row, name: &str) -> Option<condition::Place> {
    let (owner, rest) = name.split_once(['-', '.'])?;
    let (number, sub) = rest.split_once('.').map_or((rest, None), |(a, b)| (a, Some(b)));
    let number: usize = number.parse().ok()?;
    let sub: Option<usize> = sub.and_then(|it| it.parse().ok());
    if owner == row.source {
        let (segment, field, part) = place_of(row, number);
        return Some((segment, field, sub.map(|it| (it, 1)).or(part)));
    }
    if owner.len() == 3 && sample::value(owner).0 == "Value" {
        return Some((owner.to_owned(), number, sub.map(|it| (it, 1))));
    }
    let (segment, field, part) = place_of(row, row.number?);
    let part = part.map_or((number, 1), |(component, _)| (component, number));
    Some((segment, field, Some(part)))
}

/// What has to be there besides, where a condition does not keep it out.
fn complete(row: &Row, sample: &mut Sample) {
    if row.source == "OBX"
        && let Some(name) = sample.get("OBX", 2, (1, 1))
    {
        let (text, _) = value(name);
        sample.fill("OBX", 5, None, text);
    }
    for segment in BESIDES.iter().filter(|it| it.starts_with(&row.source)) {
        sample.read(segment);
    }
    let (segment, field, component) = carrier(&row.source);
    if field > 0 && component == 0 {
        if segment == "OBX" && field == 5 {
            sample.fill("OBX", 2, None, &row.source);
        }
        sample.fill(segment, field, None, value(&row.source).0);
    }
    if segment == "NTE" && field == 3 {
        sample.fill(segment, field, None, "Value");
    }
}

/// `"ATND"`; what is no text can be anything.
fn assigned_text(assigned: &str) -> Vec<String> {
    let text = assigned.trim().trim_matches(['"', '#']);
    let is_field = text.split('.').nth(1).is_some_and(|it| it.parse::<usize>().is_ok());
    let is_expression = text.contains(['"', '+']) || text.contains(" - ") || text.starts_with('/');
    let is_text = !is_field && !is_expression;
    if is_text { vec![text.to_owned()] } else { Vec::new() }
}

/// What all rows came to.
#[derive(Default)]
struct Report {
    without_any: usize,
    counts: BTreeMap<Outcome, usize>,
    codes: BTreeMap<Outcome, usize>,
    tables: String,
    rows: Vec<(String, Outcome)>,
}

impl Report {
    fn add(&mut self, table: &str, results: Vec<(String, Outcome)>) {
        let count = |wanted| results.iter().filter(|(_, outcome)| *outcome == wanted).count();
        let targets = results.len() - count(Outcome::NoTarget);
        let _ = writeln!(self.tables, "{table}: {} of {targets}", count(Outcome::Exact));
        for (key, outcome) in results {
            *self.counts.entry(outcome).or_default() += 1;
            if outcome != Outcome::Exact {
                self.rows.push((key, outcome));
            }
        }
    }

    fn add_codes(&mut self, results: Vec<(String, Outcome)>) {
        for (key, outcome) in results {
            *self.codes.entry(outcome).or_default() += 1;
            if outcome != Outcome::Exact {
                self.rows.push((key, outcome));
            }
        }
    }

    #[track_caller]
    fn finish(self) {
        let reasons = Reasons::read(SUITE);
        let count = |wanted| self.counts.get(&wanted).copied().unwrap_or(0);
        let (exact, elsewhere, missing) =
            (count(Outcome::Exact), count(Outcome::Elsewhere), count(Outcome::Missing));
        let all = exact + elsewhere + missing;
        let codes: usize = self.codes.values().sum();
        let mut text = format!(
            "v2-rows: {all} rows with a target in R4: {exact} exact ({}.{}%), {elsewhere} elsewhere, {missing} missing\n\
             {} rows have a target that is none of R4, {} have none\n\
             {codes} codes, {} as in the table\n\n{}\n",
            exact * 100 / all,
            exact * 1000 / all % 10,
            count(Outcome::NoTarget),
            self.without_any,
            self.codes.get(&Outcome::Exact).copied().unwrap_or(0),
            self.tables,
        );
        let mut unexplained = Vec::new();
        for (key, outcome) in &self.rows {
            let reason = reasons.find(key).unwrap_or_else(|| {
                unexplained.push(format!("{key} [{outcome:?}]"));
                "NO REASON"
            });
            let _ = writeln!(text, "{key}: {outcome:?}: {reason}");
        }
        snapshot::check(SUITE, &text);
        assert!(unexplained.is_empty(), "rows without a reason:\n{}", unexplained.join("\n"));
        reasons.check_all_used();
    }
}
