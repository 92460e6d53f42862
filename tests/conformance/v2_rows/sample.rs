//! Messages with a value in one place.

use std::collections::BTreeMap;

/// A component and a subcomponent, from 1.
type Part = (usize, usize);

/// One repetition of a field. What is empty is to stay so.
type Repetition = BTreeMap<Part, String>;

/// Values of each data type, and how FHIR says what is in them.
const VALUES: &[(&str, &str, &[&str])] = &[
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
    ("RPT", "BID^^^^2^h^^AC^17^min", &["BID"]),
    ("SAD", "Street 1", &["Street 1"]),
    ("SI", "17", &["17"]),
    ("SN", "^17", &["17"]),
    ("SNM", "17", &["17"]),
    ("SPS", "BLD^EDTA^note^LA^^^", &["BLD"]),
    ("TM", "0304", &["03:04:00"]),
    ("TQ", "17&mg^BID^^^^R", &["17"]),
    ("XAD", "Street 1^^Town", &["Town"]),
    ("XCN", "P1^Family^Given", &["Family"]),
    ("XON", "Org One^^^^^^^^^O1", &["Org One", "O1"]),
    ("XPN", "Family^Given", &["Family"]),
    ("TS", "20200102030405+0000", &["2020-01-02"]),
    ("XTN", "^PRN^PH^^^^^^^^^5551234", &["5551234"]),
];

/// Values of fields that not every value is good for, by the beginning of a row's name or by its field, and how FHIR
/// says what is in them (`|` between several).
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("AIP-12", "Booked", "accepted"),
    ("OBR-39", "C1^Text one^LN", "C1, Text one, LN"),
    ("MSA-1", "AA", "ok"),
    ("SCH[ServiceRequest] SCH-25", "Booked", "active"),
    ("IAM-17", "I", "inactive"),
    ("TXA-3", "TX", "text/plain"),
    ("TXA-17", "AU", "final"),
    ("ED.3", "plain", "text/plain"),
    ("ED.2", "TEXT", "TEXT|text/plain"),
    ("SN.1", ">", ">"),
    ("DLN.2", "http://a.example", "http://a.example"),
    ("EI[Coding] EI.2", "http://a.example", "http://a.example"),
    ("EI[Identifier-System] EI.3", "1.2.3", "urn:oid:1.2.3"),
    ("HD[Location] HD.2", "1.2.3", "1.2.3"),
    ("HD.2", "1.2.3", "1.2.3"),
    ("ID[boolean]", "Y", "true"),
    ("MSH-19", "en", "en"),
    ("NTE[DocumentReference] NTE-3", "hello", "aGVsbG8="),
    ("PID-6", "Family", "Family"),
    ("PR1-5", "20200102030405+0000", "2020-01-02"),
    ("PR1-7", "17", "17"),
    ("NM[", "17", "17"),
    ("XCN.17", "20200102030405+0000^20200102040506+0000", "2020-01-02"),
    ("XCN.18", "F", "F"),
    ("XPN.11", "F", "F"),
    ("TQ1-6", "17^h", "17|h|2020-01-03"),
    ("TQ1-13", "17^h", "17|h"),
    ("TQ.3", "D10", "10|d"),
    ("TQ.1", "17^mg^milligram^UCUM", "17"),
    ("RPT.3", "1", "mon"),
    ("RPT.4", "2", "tue"),
    ("RPT.5", "2", "2"),
    ("RPT.6", "h", "h"),
    ("RPT.9", "17", "17"),
    ("RI-1", "BID", "BID"),
    ("RI-2", "0800", "08:00:00"),
    ("CQ[unsignedInt]", "17^min", "17"),
    ("CE.3", "LN", "http://loinc.org"),
    ("CE.6", "LN", "http://loinc.org"),
    ("CNE.3", "LN", "http://loinc.org"),
    ("CNE.6", "LN", "http://loinc.org"),
    ("CNE.12", "LN", "http://loinc.org"),
    ("CWE.3", "LN", "http://loinc.org"),
    ("CWE.6", "LN", "http://loinc.org"),
    ("CWE.12", "LN", "http://loinc.org"),
    ("CWE[Duration] CWE.1", "h", "h"),
    ("CWE[Timing-DurationUnit] CWE.1", "h", "h"),
    ("PID-25", "2", "2"),
    (
        "OBX[DocumentReference] OBX-5 content[1].attachment",
        "^TEXT^plain^Base64^aGVsbG8=",
        "aGVsbG8=",
    ),
    ("SCH-9", "17", "17"),
    ("DG1-21", "D", "D"),
    ("SCH-11", "17&mg^BID^^20200102030405+0000^20200103030405+0000^R", "2020-01-02"),
    ("OG.2", "1", "1"),
    ("OG.3", "2", "2"),
    ("CWE[Duration] CWE.2", "hours", "hours"),
    ("PRT[Device] PRT-10 udiCarrier", "(01)09504000059118", "(01)09504000059118"),
    ("NK1-6", "^^PH^^^^^^^^^5551234", "5551234"),
    ("OBR-53", "I1^^^Auth", "I1"),
    ("ORC-33", "I1^^^Auth", "I1"),
    ("PV1-19", "I1^^^Auth", "I1"),
    ("OBX[DocumentReference] OBX-5 content[2].data", "hello", "aGVsbG8="),
    ("OBX[DocumentReference] OBX-5 content[4].data", "hello", "aGVsbG8="),
];

/// The example for a row.
pub(super) fn example(key: &str, field: &str) -> Option<(&'static str, Vec<String>)> {
    let fits = |of: &str| key.starts_with(of) || field == of;
    let (_, text, wanted) = EXAMPLES.iter().find(|(of, ..)| fits(of))?;
    Some((text, wanted.split('|').map(str::to_owned).collect()))
}

/// A value of a data type, and what FHIR says instead, of which one is to be found.
pub(super) fn value(data_type: &str) -> (&'static str, &'static [&'static str]) {
    let found = VALUES.iter().find(|(name, ..)| *name == data_type);
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
