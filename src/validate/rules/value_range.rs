//! `ElementDefinition.minValue[x]` and `maxValue[x]`: numbers, dates, times, and quantities in units that
//! can be compared.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::cursor::Cursor;
use crate::definitions::profile::{Literal, Profile};
use crate::fhirpath::value::Decimal;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::{Quantity, Unit};
use crate::issue::{Arg, Code};
use crate::tree::{Kind, Names};
use crate::validate::walk::Walk;

/// Checks a value against its least and its greatest.
pub(crate) fn check(
    walk: &mut Walk<'_>,
    cursor: Cursor,
    range: [Option<&Literal>; 2],
    profile: &Profile,
) {
    let Some(node) = cursor.node else { return };
    let wrong = [(Ordering::Less, Code::ValueMin), (Ordering::Greater, Code::ValueMax)];
    for (limit, (wrong, code)) in range.into_iter().zip(wrong) {
        let Some(limit) = limit else { continue };
        if compare(walk, cursor, limit) == Some(wrong) {
            let text = match walk.tree.kind(node) {
                Kind::Object => walk.tree.child(node, "value").map_or("", |it| walk.tree.value(it)),
                _ => walk.tree.value(node),
            };
            let args = vec![
                Arg::Value(text.to_owned()),
                Arg::Term(shown(limit, walk.definitions().names())),
                Arg::Term(profile.canonical()),
            ];
            walk.report(code, walk.tree.span(node), args);
        }
    }
}

fn shown(limit: &Literal, names: &Names) -> String {
    limit.text().map_or_else(|| limit.write(names), str::to_owned)
}

/// The order of a value and a limit; none where they cannot be compared.
fn compare(walk: &Walk<'_>, cursor: Cursor, limit: &Literal) -> Option<Ordering> {
    let (tree, names) = (walk.tree, walk.definitions().names());
    let node = cursor.node?;
    if let Some(limit) = limit.text() {
        return compare_text(cursor.value(tree)?, limit);
    }
    let own = |name: &str| tree.child(node, name).map(|child| tree.value(child));
    let other = |name: &str| limit.get(names.find(name)?)?.text();
    compare_quantities((own("value")?, own("code")), (other("value")?, other("code")))
}

/// The order of two numbers, dates or times; none where it cannot be told.
pub(crate) fn compare_text(value: &str, limit: &str) -> Option<Ordering> {
    if let (Ok(value), Ok(limit)) = (value.parse::<Decimal>(), limit.parse::<Decimal>()) {
        return Some(value.cmp(&limit));
    }
    let mut kinds = [TemporalType::Date, TemporalType::DateTime, TemporalType::Time].into_iter();
    kinds.find_map(|kind| Temporal::parse(kind, value)?.compare(Temporal::parse(kind, limit)?))
}

/// The order of two quantities, each a number and the code of its unit in UCUM.
pub(crate) fn compare_quantities(
    value: (&str, Option<&str>),
    limit: (&str, Option<&str>),
) -> Option<Ordering> {
    quantity(value.0, value.1)?.compare(&quantity(limit.0, limit.1)?)
}

fn quantity<'q>(value: &str, code: Option<&'q str>) -> Option<Quantity<'q>> {
    let unit = code.map_or(Unit::ONE, |code| Unit::Ucum(Cow::Borrowed(code)));
    Some(Quantity { value: value.parse().ok()?, unit })
}
