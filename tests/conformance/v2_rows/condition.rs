//! The conditions of rows, made true.
//!
//! ```text
//! OBX-2 EQUALS "SN" AND OBX-5.3 NOT IN (":", "/")      PRT-5 AND PRT-6 NOT VALUED
//! ```

use super::sample::{Sample, value};

/// Something that a condition asks of a field.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    Valued,
    Empty,
    /// One of these.
    Is(Vec<String>),
    /// None of these.
    IsNot(Vec<String>),
    Repeated,
}

/// Where a field or component is: segment, field, component.
pub(super) type Place = (String, usize, Option<(usize, usize)>);

/// Makes `condition` true in a message, but for places that are to have any value: these are returned. `own` is the
/// place of the row, and `find` that of a name such as `CX.5`; of alternatives the first is made true.
pub(super) fn satisfy(
    condition: &str,
    own: Option<&Place>,
    find: impl Fn(&str) -> Option<Place>,
    sample: &mut Sample,
) -> Vec<Place> {
    let mut filled = Vec::new();
    let mut pending: Vec<Option<Place>> = Vec::new();
    let mut last = own.cloned();
    for atom in atoms(condition) {
        let name = atom.split(|c: char| !c.is_ascii_alphanumeric() && !"-.".contains(c));
        let named = name.filter(|it| it.contains(['-', '.'])).find_map(&find);
        let place = named.or_else(|| last.clone());
        last.clone_from(&place);
        pending.push(place);
        let Some(wish) = wish(&atom) else { continue };
        for (segment, field, part) in pending.drain(..).flatten() {
            match &wish {
                Wish::Valued => filled.push((segment, field, part)),
                Wish::Empty => sample.clear(&segment, field, part),
                Wish::Is(values) => {
                    // The last of a list is as good as any, and the most common in OBX-2.
                    let value = values.last().map_or("", String::as_str);
                    sample.set(
                        &segment,
                        field,
                        part,
                        if value == "patient" { "SEL" } else { value },
                    );
                }
                Wish::Repeated => {
                    let (text, _) = value("EIP");
                    sample.fill(&segment, field, part, text);
                    sample.repeat(&segment, field);
                }
                // None of those that a universal id can be.
                Wish::IsNot(values) if values.iter().any(|value| value == "ISO") => {
                    sample.set(&segment, field, part, "L");
                }
                Wish::IsNot(_) => {}
            }
        }
    }
    filled
}

/// The parts that are to be true at once.
fn atoms(condition: &str) -> Vec<String> {
    let mut text = condition.replace(['(', ')'], " ").replace("GREATER THAN", ">");
    for (word, short) in [(" AND ", "\n"), (" IF ", " "), (" VALUED XCN", " VALUED\nXCN")] {
        text = text.replace(word, short);
    }
    let all = text.trim_start_matches("IF").trim_start_matches("If").lines();
    // Alternatives that have no wish of their own share that of the last: `SN.3 OR SN.4 VALUED`.
    let first = |line: &str| match line.split_once(" OR ") {
        Some((one, other)) if wish(one).is_none() => {
            let predicate = other.split_whitespace().skip(1).collect::<Vec<_>>().join(" ");
            format!("{one} {predicate}")
        }
        Some((one, _)) => one.to_owned(),
        None => line.to_owned(),
    };
    all.map(first).collect()
}

fn wish(atom: &str) -> Option<Wish> {
    let upper = atom.to_uppercase();
    let has = |word: &str| upper.split_whitespace().any(|it| it == word);
    if upper.contains("COUNT") && upper.contains('>') {
        return Some(Wish::Repeated);
    }
    if upper.contains("COUNT") {
        return Some(Wish::Valued);
    }
    let values: Vec<String> =
        atom.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned).collect();
    let not = has("NOT") || upper.contains(".NOT");
    match (values.is_empty(), not) {
        (false, false) => Some(Wish::Is(values)),
        (false, true) if has("VALUED") && !has("IN") => Some(Wish::Valued),
        (false, true) => Some(Wish::IsNot(values)),
        (true, true) => Some(Wish::Empty),
        (true, false) if has("EMPTY") => Some(Wish::Empty),
        (true, false) if has("VALUED") || has("VALUE") => Some(Wish::Valued),
        (true, false) => None,
    }
}

#[test]
fn conditions_become_true() {
    let find = |name: &str| {
        let (segment, rest) = name.split_once('-')?;
        let (field, part) = rest.split_once('.').map_or((rest, None), |(a, b)| (a, Some(b)));
        Some((segment.to_owned(), field.parse().ok()?, part.map(|it| (it.parse().unwrap_or(1), 1))))
    };
    let check = |condition: &str, expected: &str| {
        let mut sample = Sample::default();
        for (segment, field, part) in satisfy(condition, None, find, &mut sample) {
            sample.set(&segment, field, part, "1");
        }
        let text = sample.text();
        assert_eq!(text.split('\r').nth(1).unwrap_or_default(), expected, "{condition}");
    };
    check("IF OBX-2 EQUALS \"SN\" AND OBX-5.3 IN (\":\", \"/\")", "OBX||SN|||^^/");
    check("IF PRT-5 OR PRT-6 IS VALUED", "PRT|||||1");
    check("IF PRT-5 AND PRT-6 AREA NOT VALUED", "PRT||||||");
    check("IF PRT-23 IS \"B\"", "PRT|||||||||||||||||||||||B");
    check("IF A-2 IS VALUED AND (IF A-4.1 IS VALUED OR A-4.3 IS VALUED)", "A||1||1");
}
