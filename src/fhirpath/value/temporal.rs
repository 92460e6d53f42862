//! Dates, times and dates with times, as precise as they were given
//! (<http://hl7.org/fhirpath/N1/#date-time-and-time>).
//!
//! All three are one list of components, from the year or the hour downwards; what was not given is not
//! there. Arithmetic and comparison are on that list.

#![allow(clippy::cast_sign_loss, reason = "months and days are positive by construction")]

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

/// How precise a temporal value is. Milliseconds are a part of the second when values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// `2020`
    Year,
    /// `2020-02`
    Month,
    /// `2020-02-03`
    Day,
    /// `T10`
    Hour,
    /// `T10:20`
    Minute,
    /// `T10:20:30`
    Second,
    /// `T10:20:30.500`
    Millisecond,
}

/// Which of the three types of FHIRPath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalType {
    /// `System.Date`
    Date,
    /// `System.DateTime`
    DateTime,
    /// `System.Time`
    Time,
}

/// A date, a time, or both. Components below the precision are zero (month and day: one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Temporal {
    /// Which type.
    pub kind: TemporalType,
    /// How precise.
    pub precision: Precision,
    /// Days since 1970-01-01 (0 for a time).
    pub days: i64,
    /// Milliseconds since midnight.
    pub millis: i64,
    /// Minutes east of UTC.
    pub offset: Option<i16>,
}

pub(super) const DAY: i64 = 86_400_000;

impl Temporal {
    /// Reads the lexical form of FHIR and FHIRPath: `2020-02-03T10:20:30.500+01:00` or a part of it;
    /// `10:20` (or `T10:20`) for a time. None if it has not that form or no such day exists.
    pub fn parse(kind: TemporalType, text: &str) -> Option<Self> {
        if kind == TemporalType::Time {
            let (millis, precision) = parse_clock(text.strip_prefix('T').unwrap_or(text))?;
            return Some(Self { kind, precision, days: 0, millis, offset: None });
        }
        let (date, time) = text.split_once('T').map_or((text, None), |(d, t)| (d, Some(t)));
        let (days, precision) = parse_date(date)?;
        let whole_date = Self { kind, precision, days, millis: 0, offset: None };
        let Some(time) = time.filter(|time| !time.is_empty()) else { return Some(whole_date) };
        if kind == TemporalType::Date || precision != Precision::Day {
            return None;
        }
        let (clock, offset) = split_zone(time)?;
        let (millis, precision) = parse_clock(clock)?;
        Some(Self { kind, precision, days, millis, offset })
    }

    /// Year, month (from 1) and day (from 1).
    pub fn date(&self) -> (i64, u32, u32) {
        civil_from_days(self.days)
    }

    /// The same instant in UTC, where the offset is known.
    pub(super) fn in_utc(self) -> Self {
        let Some(offset) = self.offset else { return self };
        self.shift_millis(-i64::from(offset) * 60_000)
    }

    pub(super) fn shift_millis(self, millis: i64) -> Self {
        let total = self.millis + millis;
        Self { days: self.days + total.div_euclid(DAY), millis: total.rem_euclid(DAY), ..self }
    }

    /// The order of two values of one type; none where their precision leaves it open, or only one has a
    /// known offset. A Date compares with a DateTime as far as both are given.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        if (self.kind == TemporalType::Time) != (other.kind == TemporalType::Time) {
            return None;
        }
        let has_time = |t: &Self| t.precision >= Precision::Hour && t.kind != TemporalType::Time;
        let (a, b) = match (self.offset, other.offset) {
            (Some(_), Some(_)) => (self.in_utc(), other.in_utc()),
            (None, None) => (self, other),
            _ if has_time(&self) && has_time(&other) => return self.compare_loosely(other),
            _ => (self, other),
        };
        a.compare_components(b)
    }

    /// Only one has an offset: they are in order if they are more than any two offsets apart.
    fn compare_loosely(self, other: Self) -> Option<Ordering> {
        let distance = (self.days - other.days) * DAY + self.millis - other.millis;
        (distance.abs() > 26 * 3_600_000).then(|| distance.cmp(&0))
    }

    fn compare_components(self, other: Self) -> Option<Ordering> {
        let (a, b) = (self.components(), other.components());
        let given = |t: &Self| t.count();
        let common = given(&self).min(given(&other));
        let order = a[..common].cmp(&b[..common]);
        let is_decided = order != Ordering::Equal || given(&self) == given(&other);
        is_decided.then_some(order)
    }

    /// Year to second (with its milliseconds), or hour to second.
    fn components(&self) -> [i64; 6] {
        let (year, month, day) = self.date();
        let clock = [self.millis / 3_600_000, self.millis / 60_000 % 60, self.millis % 60_000];
        match self.kind {
            TemporalType::Time => [clock[0], clock[1], clock[2], 0, 0, 0],
            _ => [year, month.into(), day.into(), clock[0], clock[1], clock[2]],
        }
    }

    /// How many of [`Self::components`] are given.
    fn count(&self) -> usize {
        let from_year = match self.precision {
            Precision::Year => 1,
            Precision::Month => 2,
            Precision::Day => 3,
            Precision::Hour => 4,
            Precision::Minute => 5,
            Precision::Second | Precision::Millisecond => 6,
        };
        if self.kind == TemporalType::Time { from_year - 3 } else { from_year }
    }

    /// Adds whole units of a precision; one that is finer than the value's own is converted to it
    /// (<http://hl7.org/fhirpath/N1/#datetime-arithmetic>). None past the years 1 to 9999.
    pub fn add(self, amount: i64, unit: Precision) -> Option<Self> {
        let (amount, unit) = self.coarsen(amount, unit);
        let moved = match unit {
            Precision::Year => self.add_months(amount.checked_mul(12)?)?,
            Precision::Month => self.add_months(amount)?,
            Precision::Day => Self { days: self.days.checked_add(amount)?, ..self },
            Precision::Hour => self.add_clock(amount, 3_600_000)?,
            Precision::Minute => self.add_clock(amount, 60_000)?,
            Precision::Second => self.add_clock(amount, 1000)?,
            Precision::Millisecond => self.add_clock(amount, 1)?,
        };
        // A second and its fraction are one precision: the fraction is shown as soon as there is one.
        let is_fraction = moved.precision == Precision::Second && moved.millis % 1000 != 0;
        let precision = if is_fraction { Precision::Millisecond } else { moved.precision };
        let moved = Self { precision, ..moved };
        let is_in_range = moved.kind == TemporalType::Time || (1..=9999).contains(&moved.date().0);
        is_in_range.then_some(moved)
    }

    fn coarsen(self, mut amount: i64, mut unit: Precision) -> (i64, Precision) {
        while unit > self.precision && unit > Precision::Year {
            let (size, next) = match unit {
                Precision::Millisecond if self.precision == Precision::Second => break,
                Precision::Millisecond => (1000, Precision::Second),
                Precision::Second => (60, Precision::Minute),
                Precision::Minute => (60, Precision::Hour),
                Precision::Hour => (24, Precision::Day),
                Precision::Day if self.precision == Precision::Year => (365, Precision::Year),
                Precision::Day => (30, Precision::Month),
                Precision::Month | Precision::Year => (12, Precision::Year),
            };
            amount /= size;
            unit = next;
        }
        (amount, unit)
    }

    fn add_clock(self, amount: i64, size: i64) -> Option<Self> {
        let millis = amount.checked_mul(size).filter(|m| m.abs() < i64::MAX / 4)?;
        let moved = self.shift_millis(millis);
        Some(if self.kind == TemporalType::Time { Self { days: 0, ..moved } } else { moved })
    }

    /// The last day of the month where the month has no such day.
    fn add_months(self, months: i64) -> Option<Self> {
        let (year, month, day) = self.date();
        let total = year.checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u32 + 1);
        if !(1..=9999).contains(&year) {
            return None;
        }
        let day = day.min(days_in_month(year, month));
        Some(Self { days: days_from_civil(year, month, day), ..self })
    }
}

impl Display for Temporal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.kind != TemporalType::Time {
            let (year, month, day) = self.date();
            write!(f, "{year:04}")?;
            if self.precision >= Precision::Month {
                write!(f, "-{month:02}")?;
            }
            if self.precision >= Precision::Day {
                write!(f, "-{day:02}")?;
            }
            if self.precision < Precision::Hour {
                return Ok(());
            }
            f.write_str("T")?;
        }
        let [hour, minute] = [self.millis / 3_600_000, self.millis / 60_000 % 60];
        write!(f, "{hour:02}")?;
        if self.precision >= Precision::Minute {
            write!(f, ":{minute:02}")?;
        }
        if self.precision >= Precision::Second {
            write!(f, ":{:02}", self.millis / 1000 % 60)?;
        }
        if self.precision == Precision::Millisecond {
            write!(f, ".{:03}", self.millis % 1000)?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        }
    }
}

fn parse_date(text: &str) -> Option<(i64, Precision)> {
    let year = number(text.get(..4)?, 4)?;
    if year == 0 {
        return None;
    }
    let (month, day, precision) = match text.len() {
        4 => (1, 1, Precision::Year),
        7 => (number(text.get(4..)?.strip_prefix('-')?, 2)?, 1, Precision::Month),
        10 => {
            let rest = text.get(4..)?.strip_prefix('-')?;
            let (month, day) = rest.split_once('-')?;
            (number(month, 2)?, number(day, 2)?, Precision::Day)
        }
        _ => return None,
    };
    let (month, day) = (month as u32, day as u32);
    let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    exists.then(|| (days_from_civil(year, month, day), precision))
}

fn parse_clock(text: &str) -> Option<(i64, Precision)> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(c, f)| (c, Some(f)));
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = parts.next().map(|part| number(part, 2));
    let second = parts.next().map(|part| number(part, 2));
    if parts.next().is_some() || hour > 23 {
        return None;
    }
    let minute_value = minute.unwrap_or(Some(0)).filter(|&minute| minute < 60)?;
    let second_value = second.unwrap_or(Some(0)).filter(|&second| second <= 60)?;
    let clock_millis = ((hour * 60 + minute_value) * 60 + second_value.min(59)) * 1000;
    let precision = match (minute, second, fraction) {
        (Some(_), Some(_), Some(_)) => Precision::Millisecond,
        (_, _, Some(_)) => return None,
        (_, Some(_), _) => Precision::Second,
        (Some(_), ..) => Precision::Minute,
        (None, ..) => Precision::Hour,
    };
    let millis = fraction.map_or(Some(0), |digits| {
        let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let padded = format!("{digits:0<3}");
        is_digits.then(|| padded[..3].parse::<i64>().ok()).flatten()
    })?;
    Some((clock_millis + millis, precision))
}

/// Splits `10:00+01:00` into the clock and the minutes east of UTC.
fn split_zone(time: &str) -> Option<(&str, Option<i16>)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, None)) };
    let (clock, zone) = time.split_at(at);
    let (hours, minutes) = zone[1..].split_once(':')?;
    let total = number(hours, 2)? * 60 + number(minutes, 2).filter(|&minutes| minutes < 60)?;
    let offset = i16::try_from(total).ok().filter(|&offset| offset <= 14 * 60)?;
    Some((clock, Some(if zone.starts_with('-') { -offset } else { offset })))
}

fn number(digits: &str, length: usize) -> Option<i64> {
    let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The number of days of a month (from 1) in the Gregorian calendar.
pub(crate) fn days_in_month(year: i64, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date: whole 400-year eras of 146,097 days, years that begin in March.
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date_time(text: &str) -> Temporal {
        Temporal::parse(TemporalType::DateTime, text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn reads_and_writes_every_precision() {
        for text in [
            "0001",
            "2020-02",
            "2020-02-29",
            "2020-02-29T10",
            "2020-02-29T10:20",
            "2020-02-29T10:20:30Z",
            "2020-02-29T10:20:30.500-05:30",
        ] {
            assert_eq!(date_time(text).to_string(), text);
        }
        for text in
            ["2021-02-29", "2020-13", "202", "2020-02-29T24", "2020T10", "2020-02-29T10:61", "0000"]
        {
            assert_eq!(Temporal::parse(TemporalType::DateTime, text), None, "{text}");
        }
        let time = Temporal::parse(TemporalType::Time, "T10:20").map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("10:20"));
    }

    #[test]
    fn compares_as_far_as_both_are_given() {
        let compare = |a: &str, b: &str| date_time(a).compare(date_time(b));
        assert_eq!(compare("2020", "2021-01"), Some(Ordering::Less));
        assert_eq!(compare("2020", "2020-01"), None);
        assert_eq!(compare("2020-01-01T10:00Z", "2020-01-01T11:00+01:00"), Some(Ordering::Equal));
        assert_eq!(compare("2020-01-01T10:00:00", "2020-01-01T10:00:00.0"), Some(Ordering::Equal));
        assert_eq!(compare("2020-01-01T10:00Z", "2020-01-01T11:00"), None);
        assert_eq!(compare("2020-01-01T10:00Z", "2020-01-09T11:00"), Some(Ordering::Less));
    }

    #[test]
    fn adds_and_keeps_the_precision() {
        let add =
            |text: &str, amount, unit| date_time(text).add(amount, unit).map(|t| t.to_string());
        assert_eq!(add("2020-02-29", 1, Precision::Year).as_deref(), Some("2021-02-28"));
        assert_eq!(add("2020-01-31", 1, Precision::Month).as_deref(), Some("2020-02-29"));
        assert_eq!(add("2020", 24, Precision::Month).as_deref(), Some("2022"));
        assert_eq!(add("2020-03-01", -1, Precision::Day).as_deref(), Some("2020-02-29"));
        assert_eq!(
            add("2020-03-01T23:59:30Z", 31, Precision::Second).as_deref(),
            Some("2020-03-02T00:00:01Z")
        );
        assert_eq!(add("9999", 1, Precision::Year), None);
        assert_eq!(add("2020", i64::MAX, Precision::Year), None);
    }

    #[test]
    fn days_and_dates_are_one_to_one() {
        for days in (-719_162..2_932_896).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
    }
}
