//! The forms of data types without components: numbers, dates and times (chapter 2A).

use crate::issue::Code;

/// A form that values can have or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `NM`
    Number,
    /// `SI`
    Sequence,
    /// `DT`
    Date,
    /// `TM`
    Time,
    /// `DTM`, and `TS` of old versions.
    DateTime,
}

impl Form {
    /// The form of a data type, and the code of the issue about a value that is not of it.
    pub(super) fn of(data_type: &str) -> Option<(Code, Self)> {
        Some(match data_type {
            "NM" => (Code::V2Number, Self::Number),
            "SI" => (Code::V2Sequence, Self::Sequence),
            "DT" => (Code::V2Date, Self::Date),
            "TM" => (Code::V2Time, Self::Time),
            "DTM" | "TS" => (Code::V2DateTime, Self::DateTime),
            _ => return None,
        })
    }
}

/// True if the value is of the form.
pub(super) fn is_of(form: Form, value: &str) -> bool {
    match form {
        Form::Number => is_number(value.trim()),
        Form::Sequence => !value.is_empty() && value.len() <= 9 && is_digits(value),
        Form::Date => is_date(value) && matches!(value.len(), 4 | 6 | 8),
        Form::Time => without_zone(value).is_some_and(is_time),
        Form::DateTime => without_zone(value).is_some_and(|value| {
            let (date, time) = value.split_at_checked(8).unwrap_or((value, ""));
            is_date(date) && (time.is_empty() || is_time(time))
        }),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A sign, digits, and a point with digits on at least one side of it.
fn is_number(value: &str) -> bool {
    let value = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// `YYYY`, `YYYYMM` or `YYYYMMDD`, of a day that exists.
fn is_date(value: &str) -> bool {
    let number =
        |from: usize, to: usize| value.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    if !is_digits(value) {
        return false;
    }
    let year = number(0, 4);
    let month = number(4, 6);
    match (value.len(), year, month, number(6, 8)) {
        (4, Some(_), ..) => true,
        (6, Some(_), Some(month), _) => (1..=12).contains(&month),
        (8, Some(year), Some(month), Some(day)) => {
            (1..=12).contains(&month) && (1..=days(year, month)).contains(&day)
        }
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `HH`, `HHMM`, `HHMMSS` or `HHMMSS.S` with up to four digits behind the point.
fn is_time(value: &str) -> bool {
    let (clock, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let has_fraction = clock.len() != value.len();
    let fits = |at: usize, most: u32| match clock.get(at..at + 2) {
        Some(digits) => digits.parse().is_ok_and(|number: u32| number <= most),
        None => true,
    };
    is_digits(clock)
        && is_digits(fraction)
        && (1..=4).contains(&fraction.len())
        && (matches!(clock.len(), 2 | 4 | 6) && (clock.len() == 6 || !has_fraction))
        && fits(0, 23)
        && fits(2, 59)
        && fits(4, 59)
}

/// The value without its time zone; none where that is wrong.
fn without_zone(value: &str) -> Option<&str> {
    let Some(at) = value.find(['+', '-']) else { return Some(value) };
    let (value, zone) = value.split_at(at);
    let zone = &zone[1..];
    let number = |digits: Option<&str>| digits.and_then(|digits| digits.parse::<u32>().ok());
    let hours = number(zone.get(..2)).filter(|&hours| hours <= 14);
    let minutes = number(zone.get(2..)).filter(|&minutes| minutes <= 59);
    (zone.len() == 4 && is_digits(zone) && hours.is_some() && minutes.is_some()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: Form, right: &[&str], wrong: &[&str]) {
        for value in right {
            assert!(is_of(form, value), "{value}");
        }
        for value in wrong {
            assert!(!is_of(form, value), "{value}");
        }
    }

    #[test]
    fn numbers() {
        check(
            Form::Number,
            &["0", "-1", "+1.5", ".5", "5.", "007"],
            &["", "-", ".", "1,5", "1e3", "<5", "1 2"],
        );
        check(Form::Sequence, &["0", "1", "9999"], &["", "-1", "1.0", "a"]);
    }

    #[test]
    fn dates() {
        check(
            Form::Date,
            &["2024", "202402", "20240229", "20000229"],
            &[
                "",
                "24",
                "20230229",
                "19000229",
                "202413",
                "20240431",
                "2024-02-29",
                "20240229120000",
                "2024022",
            ],
        );
    }

    #[test]
    fn times() {
        check(
            Form::Time,
            &["12", "1259", "235959", "235959.1", "235959.1234+0100", "00-1130"],
            &[
                "",
                "24",
                "1260",
                "12:00",
                "1259.5",
                "235959.",
                "235959.12345",
                "12+01",
                "12+1500",
                "12+0160",
            ],
        );
    }

    #[test]
    fn times_of_days() {
        check(
            Form::DateTime,
            &["2024", "20240229", "2024022912", "20240229123059.0001+0200", "202402-0500"],
            &["", "20240230", "2024022925", "2024-02-29T12:00:00Z", "202402291", "20240229+25"],
        );
    }
}
