//! Messages with a value in one place.

use std::collections::BTreeMap;

/// A component and a subcomponent, from 1.
type Part = (usize, usize);

/// One repetition of a field. What is empty is to stay so.
type Repetition = BTreeMap<Part, String>;

/// Values of each data type, and how FHIR says what is in them.
const VALUES: [(&str, &str, &[&str]); 42] = [
    ("AUI", "A1^20200102", &["A1"]),
    ("CE", "C1^Text one^LN", &["C1"]),
    ("CF", "C1^Text one^LN", &["C1"]),
    ("CNE", "C1^Text one^LN", &["C1"]),
    ("CNN", "P1^Family^Given", &["Family"]),
    ("CQ", "17^mg^milligram^UCUM", &["17", "mg"]),
    ("CWE", "C1^Text one^LN", &["C1", "Text one"]),
    ("CX", "I1^^^Auth^MR", &["I1"]),
    ("DLD", "C1^20200102", &["C1"]),
    ("DLN", "I1^ST^20200102", &["I1"]),
    ("DR", "20200102030405+0000^20200102040506+0000", &["2020-01-02"]),
    ("DT", "20200102", &["2020-01-02"]),
    ("DTM", "20200102030405+0000", &["2020-01-02"]),
    ("ED", "^TEXT^plain^Base64^aGVsbG8=", &["aGVsbG8=", "text/plain"]),
    ("EI", "E1^NS^1.2.3^ISO", &["E1"]),
    ("EIP", "E1&NS&1.2.3&ISO^F1&NS&1.2.4&ISO", &["E1", "F1"]),
    ("FC", "C1^20200102", &["C1"]),
    ("FN", "Family", &["Family"]),
    ("HD", "Name^1.2.3^ISO", &["Name", "urn:oid:1.2.3"]),
    ("MSG", "ADT^A01^ADT_A01", &["A01", "ADT_A01", "planned"]),
    ("NA", "1^2^3", &["1 2 3"]),
    ("NDL", "P1&Family&Given^20200102^20200103", &["Family"]),
    ("NM", "17", &["17"]),
    ("NR", "17^18", &["17"]),
    ("OG", "s1^1^2^s4", &["s1"]),
    ("PL", "Ward^Room^Bed^Site", &["Ward", "Room", "Bed", "Site"]),
    ("PLN", "I1^MD", &["I1"]),
    ("PT", "P^T", &["P", "T"]),
    ("RI", "Q1H^0800", &["Q1H"]),
    ("RP", "http://a.example/b^A&1.2&ISO^text^plain", &["http://a.example/b"]),
    ("RPT", "BID^^^^2", &["BID"]),
    ("SAD", "Street 1", &["Street 1"]),
    ("SI", "17", &["17"]),
    ("SN", "^17", &["17"]),
    ("SNM", "17", &["17"]),
    ("SPS", "BLD^EDTA^note^LA^^^", &["BLD"]),
    ("TM", "0304", &["03:04:00"]),
    ("TQ", "17&mg^BID^^20200102030405+0000^20200103030405+0000^R", &["17", "2020-01-02"]),
    ("XAD", "Street 1^^Town", &["Town"]),
    ("XCN", "P1^Family^Given", &["Family"]),
    ("XON", "Org One^^^^^^^^^O1", &["Org One", "O1"]),
    ("XPN", "Family^Given", &["Family"]),
];

/// Others, which add to that.
const OTHERS: [(&str, &str, &[&str]); 2] = [
    ("TS", "20200102030405+0000", &["2020-01-02"]),
    ("XTN", "^PRN^PH^^^^^^^^^5551234", &["5551234"]),
];

/// A value of a data type, and what FHIR says instead, of which one is to be found.
pub(super) fn value(data_type: &str) -> (&'static str, &'static [&'static str]) {
    let all = VALUES.iter().chain(&OTHERS);
    let found = all.clone().find(|(name, ..)| *name == data_type);
    found.map_or(("Value", &["Value"]), |(_, text, markers)| (text, markers))
}

/// A message of some segments.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    segments: BTreeMap<String, BTreeMap<usize, Vec<Repetition>>>,
}

impl Sample {
    fn repetitions(&mut self, segment: &str, field: usize) -> &mut Vec<Repetition> {
        let fields = self.segments.entry(segment.to_owned()).or_default();
        let repetitions = fields.entry(field).or_default();
        if repetitions.is_empty() {
            repetitions.push(Repetition::new());
        }
        repetitions
    }

    /// A segment, as it stands in a message.
    pub(super) fn read(&mut self, segment: &str) {
        let mut fields = segment.split('|');
        let name = fields.next().unwrap_or_default();
        self.segments.entry(name.to_owned()).or_default();
        for (number, text) in (1..).zip(fields).filter(|(_, text)| !text.is_empty()) {
            self.fill(name, number, None, text);
        }
    }

    /// Sets what is at a place: a field, or a component of it.
    pub(super) fn set(&mut self, segment: &str, field: usize, part: Option<Part>, text: &str) {
        let first = &mut self.repetitions(segment, field)[0];
        for (at, text) in parts(part, text) {
            first.insert(at, text);
        }
    }

    /// Sets what is at a place, but for what is there.
    pub(super) fn fill(&mut self, segment: &str, field: usize, part: Option<Part>, text: &str) {
        let first = &mut self.repetitions(segment, field)[0];
        for (at, text) in parts(part, text) {
            first.entry(at).or_insert(text);
        }
    }

    /// Makes sure that nothing is there.
    pub(super) fn clear(&mut self, segment: &str, field: usize, part: Option<Part>) {
        let first = &mut self.repetitions(segment, field)[0];
        match part {
            Some(part) => drop(first.insert(part, String::new())),
            None => (1..=25).for_each(|component| {
                first.insert((component, 1), String::new());
            }),
        }
    }

    /// A second repetition, like the first.
    pub(super) fn repeat(&mut self, segment: &str, field: usize) {
        let repetitions = self.repetitions(segment, field);
        repetitions.truncate(1);
        repetitions.push(repetitions[0].clone());
    }

    /// What stands at a place.
    pub(super) fn get(&self, segment: &str, field: usize, part: Part) -> Option<&str> {
        let text = self.segments.get(segment)?.get(&field)?.first()?.get(&part)?;
        Some(text.as_str()).filter(|text| !text.is_empty())
    }

    /// The message, of a structure that no definition has.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("MSH|^~\\&");
        let none = BTreeMap::new();
        let header = self.segments.get("MSH").unwrap_or(&none);
        let mut fields = header.clone();
        for (number, value) in
            [(7, "20200102030405+0000"), (9, "ROW"), (10, "1"), (11, "P"), (12, "2.8")]
        {
            let value = Repetition::from([((1, 1), value.to_owned())]);
            fields.entry(number).or_insert_with(|| vec![value]);
        }
        write_fields(&fields, 3, &mut text);
        for (name, fields) in self.segments.iter().filter(|(name, _)| *name != "MSH") {
            text.push('\r');
            text.push_str(name);
            write_fields(fields, 1, &mut text);
        }
        text.push('\r');
        text
    }
}

fn parts(part: Option<Part>, text: &str) -> Vec<(Part, String)> {
    let Some((component, sub)) = part else {
        let components = (1..).zip(text.split('^'));
        let subs = components.flat_map(|(component, text)| {
            (1..).zip(text.split('&')).map(move |(sub, text)| ((component, sub), text.to_owned()))
        });
        return subs.filter(|(_, text)| !text.is_empty()).collect();
    };
    if sub > 1 {
        return vec![((component, sub), text.to_owned())];
    }
    // A component of the first repetition may have components of its own.
    (1..)
        .zip(text.split(['^', '&']))
        .map(|(sub, text)| ((component, sub), text.to_owned()))
        .collect()
}

fn write_fields(fields: &BTreeMap<usize, Vec<Repetition>>, first: usize, out: &mut String) {
    let last = fields.keys().next_back().copied().unwrap_or(0);
    for number in first..=last.max(first) {
        out.push('|');
        let Some(repetitions) = fields.get(&number) else { continue };
        let texts: Vec<String> = repetitions.iter().map(write_repetition).collect();
        out.push_str(&texts.join("~"));
    }
}

fn write_repetition(repetition: &Repetition) -> String {
    let last = repetition.keys().map(|(component, _)| *component).max().unwrap_or(0);
    let component = |component: usize| {
        let subs = repetition.range((component, 1)..(component + 1, 0));
        let count = subs.clone().map(|((_, sub), _)| *sub).max().unwrap_or(0);
        let texts: Vec<&str> = (1..=count)
            .map(|sub| repetition.get(&(component, sub)).map_or("", String::as_str))
            .collect();
        texts.join("&").trim_end_matches('&').to_owned()
    };
    let components: Vec<String> = (1..=last).map(component).collect();
    components.join("^").trim_end_matches('^').to_owned()
}
