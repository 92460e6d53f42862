//! `dateOp`: dates as HL7 v2 and CDA write them (`20200131103015.5+0100`) in the form of FHIR.

/// The date in the form of FHIR, no more precise than it was. A time without an offset gets `zone`; without one,
/// only the date is kept, since FHIR has no time without. What has the form of FHIR already stays.
/// None for what is no date.
pub(super) fn from_v2(text: &str, zone: Option<&str>) -> Option<String> {
    let text = text.trim();
    if text.get(4..5) == Some("-") {
        return Some(text.to_owned());
    }
    let (clock, offset) = match text.find(['+', '-', 'Z']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let (digits, fraction) = clock.split_once('.').map_or((clock, None), |(a, b)| (a, Some(b)));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(digits) || !fraction.is_none_or(|it| !it.is_empty() && is_number(it)) {
        return None;
    }
    let part = |start: usize| digits.get(start..start + 2);
    let year = digits.get(..4)?;
    let mut date = String::with_capacity(32);
    date.push_str(year);
    for (mark, part) in [("-", part(4)), ("-", part(6))] {
        add(&mut date, mark, part.unwrap_or_default());
    }
    match digits.len() {
        4 | 6 => return Some(date),
        8 | 10 | 12 | 14 => {}
        _ => return None,
    }
    let offset = match offset {
        Some(offset) => Some(offset_of(offset)?),
        None => zone.map(|zone| (zone, "")),
    };
    let (Some(hour), Some(minute), Some((zone, rest))) = (part(8), part(10), offset) else {
        return Some(date);
    };
    // Seconds have to be there: zero stands for not known (R4, dateTime).
    let second = part(12).unwrap_or("00");
    let fraction = fraction.unwrap_or_default();
    let clock = [("T", hour), (":", minute), (":", second), (".", fraction)];
    for (mark, part) in clock.into_iter().chain([("", zone), (":", rest)]) {
        add(&mut date, mark, part);
    }
    Some(date)
}

/// Adds a part with what stands before it, if it is there.
fn add(text: &mut String, mark: &str, part: &str) {
    if !part.is_empty() {
        text.push_str(mark);
        text.push_str(part);
    }
}

/// `+0100` as `+01` and `00`; what has the form of FHIR in one.
fn offset_of(text: &str) -> Option<(&str, &str)> {
    if text == "Z" || text.get(3..4) == Some(":") {
        return Some((text, ""));
    }
    let is_offset = text.len() == 5 && text.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    text.split_at_checked(3).filter(|_| is_offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, zone: Option<&str>, expected: Option<&str>) {
        assert_eq!(from_v2(text, zone).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_date_keeps_its_precision() {
        check("2020", None, Some("2020"));
        check("202001", None, Some("2020-01"));
        check("20200131", None, Some("2020-01-31"));
        check("2020013110", Some("+01:00"), Some("2020-01-31"));
        check("202001311030", None, Some("2020-01-31"));
        check("202001311030", Some("+01:00"), Some("2020-01-31T10:30:00+01:00"));
        check("20200131103015.123-0500", Some("Z"), Some("2020-01-31T10:30:15.123-05:00"));
        check("2020-01-31T10:30:15Z", None, Some("2020-01-31T10:30:15Z"));
        for wrong in
            ["", "20", "202", "2020013", "abc", "20200131103015.", "20200131103015+1", "2020é"]
        {
            check(wrong, None, None);
        }
    }
}
