//! Properties of primitive values and of narratives: every day of the calendar is a date and no other is,
//! what the form of a type makes is taken, and no text makes a check panic or point outside of it.

use fhirkiln::issue::Severity;
use fhirkiln::validate::rules::primitive::{Primitive, check};
use fhirkiln::validate::rules::xhtml;
use proptest::collection::vec;
use proptest::prelude::*;

/// Days from 1800-01-01 to 2100-12-31, counted from 1970-01-01.
const DAYS: std::ops::Range<i64> = -62091..47847;

/// The forms of R4 as regular expressions that make examples, for types whose form says it all.
const FORMS: [(Primitive, &str); 9] = [
    (Primitive::Integer, "0|-?[1-9][0-9]{0,8}"),
    (Primitive::UnsignedInt, "0|[1-9][0-9]{0,8}"),
    (Primitive::PositiveInt, "[1-9][0-9]{0,8}"),
    (Primitive::Decimal, r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,3})?"),
    (Primitive::Id, r"[A-Za-z0-9\-\.]{1,64}"),
    (Primitive::Oid, r"urn:oid:[0-2](\.(0|[1-9][0-9]{0,9})){1,9}"),
    (Primitive::Uuid, "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    (Primitive::Time, r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,12})?"),
    (Primitive::Base64Binary, "([A-Za-z0-9+/]{4}){1,9}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
];

/// The Gregorian date of a day counted from 1970-01-01: eras of 400 years that begin in March, so that
/// the leap day is the last of its year.
fn date_of(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + i64::from(month < 3), month, of_year - (153 * shifted + 2) / 5 + 1)
}

fn is_wrong(primitive: Primitive, value: &str) -> bool {
    check(primitive, value).is_some_and(|problem| problem.severity() >= Severity::Error)
}

/// What a type may and may not be made of.
fn any_fragment() -> impl Strategy<Value = String> {
    let marks =
        ["-", ":", "T", "Z", "+", ".", "0", "1", "59", "2024", "urn:oid:", "=", " ", "é", "e"];
    let tags =
        ["<", ">", "</p>", "<p ", "<br/>", "a='", "'", "&", ";", "#", "<!--", "-->", "]]>", "\0"];
    let words = marks.into_iter().chain(tags).map(str::to_owned).collect::<Vec<_>>();
    prop_oneof![prop::sample::select(words), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_day_is_a_date_and_the_day_after_the_last_of_its_month_is_none(
        day in DAYS,
        time in r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?",
        zone in r"Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00",
    ) {
        let (year, month, date) = date_of(day);
        let text = format!("{year:04}-{month:02}-{date:02}");
        prop_assert_eq!(check(Primitive::Date, &text), None);
        prop_assert_eq!(check(Primitive::DateTime, &text), None);
        let moment = format!("{text}T{time}{zone}");
        prop_assert_eq!(check(Primitive::DateTime, &moment), None);
        prop_assert_eq!(check(Primitive::Instant, &moment), None);
        let no_zone = format!("{text}T{time}");
        prop_assert!(is_wrong(Primitive::DateTime, &no_zone));
        let is_last = date_of(day + 1).1 != month;
        let next = format!("{year:04}-{month:02}-{:02}", date + 1);
        prop_assert_eq!(is_wrong(Primitive::Date, &next), is_last, "{}", next);
    }

    #[test]
    fn no_part_of_a_date_leaves_its_range(
        (month, date) in prop_oneof![(13_u8..100, 1_u8..29), (1_u8..13, 32_u8..100), Just((0, 1)), Just((1, 0))],
        year in 1800_u16..2101,
    ) {
        let text = format!("{year}-{month:02}-{date:02}");
        prop_assert!(is_wrong(Primitive::Date, &text), "{}", text);
    }

    #[test]
    fn takes_what_the_form_of_a_type_makes(
        (primitive, value) in prop::sample::select(&FORMS[..])
            .prop_flat_map(|(primitive, form)| (Just(primitive), form)),
    ) {
        prop_assert_eq!(check(primitive, &value), None, "{:?} {}", primitive, value);
    }

    #[test]
    fn no_text_makes_a_check_panic(parts in vec(any_fragment(), 0..12)) {
        let text = parts.concat();
        for (primitive, _) in Primitive::ALL {
            check(primitive, &text);
        }
        for whole in [format!("<div xmlns='http://www.w3.org/1999/xhtml'>{text}</div>"), text] {
            for problem in xhtml::check(&whole) {
                prop_assert!(whole.is_char_boundary(problem.offset), "{:?} in {:?}", problem, whole);
            }
        }
    }
}
