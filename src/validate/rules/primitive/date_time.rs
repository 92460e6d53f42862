//! `date`, `dateTime`, `instant` and `time`, with real calendar days. What is not in the shape of
//! its type is one finding; a part that no calendar or clock has is another, which names it.

use super::Problem;
use crate::issue::{Arg, Code};

/// Years that are likely; any other is probably a typing error.
const LIKELY_YEARS: std::ops::RangeInclusive<u16> = 1800..=2100;

const MONTHS: [(&str, u8); 12] = [
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

/// Why a text is not of its type.
#[derive(Clone, Copy)]
enum Fault {
    /// Not in the shape of the type.
    Form,
    /// A time without seconds.
    Seconds,
    /// A time without a zone.
    Zone,
    /// A part is out of its range: its name, what was found, from, to.
    Part(&'static str, u16, u16, u16),
    /// The month (from 1) of that year has only so many days.
    Day(u16, u8, u8),
}

type Parsed<T> = Result<T, Fault>;

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn check_date(value: &str) -> Option<Problem> {
    let mut text = Text(value.as_bytes());
    report(text.date().and_then(|(year, _)| text.end().map(|()| year)), Code::ValueDate, value)
}

/// A date, or a whole date with a time and a zone.
pub(super) fn check_date_time(value: &str) -> Option<Problem> {
    let mut text = Text(value.as_bytes());
    let mut parse = || {
        let (year, has_day) = text.date()?;
        if has_day && text.take(b'T') {
            text.time()?;
            text.zone()?;
        }
        text.end().map(|()| year)
    };
    report(parse(), Code::ValueDateTime, value)
}

/// A whole date with a time and a zone.
pub(super) fn check_instant(value: &str) -> Option<Problem> {
    let mut text = Text(value.as_bytes());
    let mut parse = || {
        let (year, has_day) = text.date()?;
        if !has_day || !text.take(b'T') {
            return Err(Fault::Form);
        }
        text.time()?;
        text.zone()?;
        text.end().map(|()| year)
    };
    report(parse(), Code::ValueInstant, value)
}

/// `hh:mm:ss` with any fraction, and no zone.
pub(super) fn check_time(value: &str) -> Option<Problem> {
    let mut text = Text(value.as_bytes());
    let parsed = text.time().and_then(|()| text.end());
    parsed.err().map(|fault| explain(fault, Code::ValueTime, value))
}

fn report(year: Parsed<u16>, form: Code, value: &str) -> Option<Problem> {
    match year {
        Ok(year) if LIKELY_YEARS.contains(&year) => None,
        Ok(_) => {
            let (from, to) = (*LIKELY_YEARS.start(), *LIKELY_YEARS.end());
            let problem = Problem::of(Code::ValueYear, value.get(..4).unwrap_or(value));
            Some(problem.with(Arg::Number(from.into())).with(Arg::Number(to.into())))
        }
        Err(fault) => Some(explain(fault, form, value)),
    }
}

fn explain(fault: Fault, form: Code, value: &str) -> Problem {
    match fault {
        Fault::Form => Problem::of(form, value),
        Fault::Seconds => Problem::of(Code::ValueSeconds, value),
        Fault::Zone => Problem::of(Code::ValueTimeZone, value),
        Fault::Part(name, found, from, to) => Problem::of(Code::ValueDatePart, value)
            .with(Arg::Term(name.to_owned()))
            .with(Arg::Value(found.to_string()))
            .with(Arg::Number(from.into()))
            .with(Arg::Number(to.into())),
        Fault::Day(year, month, days) => {
            let name = MONTHS.get(usize::from(month) - 1).map_or("", |(name, _)| name);
            Problem::of(Code::ValueCalendar, value)
                .with(Arg::Value(format!("{name} {year}")))
                .with(Arg::Number(days.into()))
        }
    }
}

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    /// The year, and whether there is a day.
    fn date(&mut self) -> Parsed<(u16, bool)> {
        let year = u16::from(self.two_digits()?) * 100 + u16::from(self.two_digits()?);
        in_range("year", year, 1, 9999)?;
        if !self.take(b'-') {
            return Ok((year, false));
        }
        let month = self.two_digits()?;
        if !self.take(b'-') {
            in_range("month", month.into(), 1, 12)?;
            return Ok((year, false));
        }
        let day = self.two_digits()?;
        in_range("month", month.into(), 1, 12)?;
        let days = days_in(year, month);
        if day == 0 || day > days {
            return Err(Fault::Day(year, month, days));
        }
        Ok((year, true))
    }

    /// `hh:mm:ss` and any fraction; 60 is a leap second.
    fn time(&mut self) -> Parsed<()> {
        let hour = self.two_digits()?;
        self.expect(b':')?;
        let minute = self.two_digits()?;
        if !self.take(b':') {
            return Err(if self.is_at_zone() { Fault::Seconds } else { Fault::Form });
        }
        let second = self.two_digits()?;
        if self.take(b'.') {
            let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = self.0.get(digits..).filter(|_| digits > 0).ok_or(Fault::Form)?;
        }
        in_range("hour", hour.into(), 0, 23)?;
        in_range("minute", minute.into(), 0, 59)?;
        in_range("second", second.into(), 0, 60)
    }

    /// `Z`, or `+hh:mm` or `-hh:mm` of at most 14 hours.
    fn zone(&mut self) -> Parsed<()> {
        if self.take(b'Z') {
            return Ok(());
        }
        if self.0.is_empty() {
            return Err(Fault::Zone);
        }
        if !self.take(b'+') && !self.take(b'-') {
            return Err(Fault::Form);
        }
        let hour = self.two_digits()?;
        self.expect(b':')?;
        let minute = self.two_digits()?;
        in_range("time zone hour", hour.into(), 0, 14)?;
        in_range("time zone minute", minute.into(), 0, if hour == 14 { 0 } else { 59 })
    }

    fn two_digits(&mut self) -> Parsed<u8> {
        let [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] = self.0 else {
            return Err(Fault::Form);
        };
        self.0 = rest;
        Ok((a - b'0') * 10 + (b - b'0'))
    }

    fn take(&mut self, byte: u8) -> bool {
        let Some((&first, rest)) = self.0.split_first() else { return false };
        if first == byte {
            self.0 = rest;
        }
        first == byte
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.take(byte) { Ok(()) } else { Err(Fault::Form) }
    }

    fn end(&self) -> Parsed<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Form) }
    }

    fn is_at_zone(&self) -> bool {
        matches!(self.0.first(), None | Some(b'Z' | b'+' | b'-'))
    }
}

fn in_range(name: &'static str, found: u16, from: u16, to: u16) -> Parsed<()> {
    if (from..=to).contains(&found) { Ok(()) } else { Err(Fault::Part(name, found, from, to)) }
}

/// The days of a month from 1 to 12 in the Gregorian calendar; 0 for another.
fn days_in(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        _ => MONTHS.get(usize::from(month).wrapping_sub(1)).map_or(0, |(_, days)| *days),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Primitive, check as find, verdict};
    use crate::issue::Issue;
    use crate::text::Span;

    #[track_caller]
    fn check(primitive: Primitive, value: &str, expected: &str) {
        assert_eq!(verdict(primitive, value), expected, "{value}");
    }

    #[track_caller]
    fn check_message(value: &str, expected: &str) {
        let problem = find(Primitive::DateTime, value).expect("the value is wrong");
        let issue = Issue::new(problem.code, Span::default(), String::new(), problem.args);
        assert_eq!(issue.message(false), expected);
    }

    #[test]
    fn dates_have_real_days() {
        for good in ["2023", "2023-12", "2024-02-29", "2000-02-29", "2023-01-31"] {
            check(Primitive::Date, good, "ok");
            check(Primitive::DateTime, good, "ok");
        }
        for bad in ["2023-02-29", "1900-02-29", "2013-04-31", "2023-01-00", "2023-01-32"] {
            check(Primitive::Date, bad, "value-calendar");
        }
        for bad in ["2023-13", "2023-00-01", "1900-13-01", "0000", "0000-01-01"] {
            check(Primitive::Date, bad, "value-date-part");
        }
    }

    #[test]
    fn dates_have_one_shape() {
        for bad in [
            "23",
            "2023-1-1",
            "2023/01/01",
            "20230101",
            "2023-",
            "2023-01-",
            "2023-01-01T",
            "-2023",
            "12345",
            "2023-01-01 ",
            " 2023",
            "２０２３",
            "01.02.2023",
            "-0001-01-01",
            "2023-01-01Z",
        ] {
            check(Primitive::Date, bad, "value-date");
        }
        check(Primitive::Date, "2023-01-01T00:00:00Z", "value-date");
    }

    #[test]
    fn date_times_have_a_zone_with_the_time() {
        for good in [
            "2013-01-01T12:32:45Z",
            "2013-01-01T12:59:60+10:00",
            "2013-01-01T00:00:00.123456789012Z",
            "2013-01-01T23:59:59-14:00",
            "2013-01-01T23:59:59+14:00",
            "2013-01-01T23:59:59-13:59",
        ] {
            check(Primitive::DateTime, good, "ok");
            check(Primitive::Instant, good, "ok");
        }
        check(Primitive::DateTime, "2013-01-01T12:32:45", "value-time-zone");
        check(Primitive::DateTime, "2013-01-01T12:32:45.5", "value-time-zone");
        check(Primitive::DateTime, "2013-01-01T12:32Z", "value-seconds");
        check(Primitive::Instant, "1983-01-01T12:32", "value-seconds");
        for bad in [
            "2013-01-01T12Z",
            "2013-01-01t12:32:45Z",
            "2013-01-01T12:32:45z",
            "2013-01T12:32:45Z",
            "2013-01-01 12:32:45Z",
            "2013-01-01T12:32:45.Z",
            "2013-01-01T12:32:45+1000",
            "2013-01-01T12:32:45+13:33.00",
            "2013-01-01T12:32:45ZZ",
            "2013-01-01T1:32:45Z",
        ] {
            check(Primitive::DateTime, bad, "value-date-time");
        }
    }

    #[test]
    fn parts_have_ranges() {
        for bad in [
            "2013-01-01T24:00:00Z",
            "2013-01-01T12:60:00Z",
            "2013-01-01T12:00:61Z",
            "2013-01-01T12:00:00+14:01",
            "2013-01-01T12:00:00-15:00",
            "2013-01-01T12:00:00+10:60",
        ] {
            check(Primitive::DateTime, bad, "value-date-part");
        }
    }

    #[test]
    fn instants_are_whole() {
        check(Primitive::Instant, "2013", "value-instant");
        check(Primitive::Instant, "2013-01-01", "value-instant");
        check(Primitive::Instant, "1983-00-01T12:32:45Z", "value-date-part");
        check(Primitive::Instant, "1983-01-00T12:32:45Z", "value-calendar");
    }

    #[test]
    fn times_have_no_zone() {
        for good in ["11:59:59", "00:00:00.1", "23:59:60"] {
            check(Primitive::Time, good, "ok");
        }
        check(Primitive::Time, "11:60:59", "value-date-part");
        check(Primitive::Time, "24:00:00", "value-date-part");
        check(Primitive::Time, "12:30", "value-seconds");
        for bad in ["12:30:00Z", "12", "T12:30:00", "12:30:00.", "1:30:00"] {
            check(Primitive::Time, bad, "value-time");
        }
    }

    #[test]
    fn unlikely_years_are_doubtful() {
        check(Primitive::Date, "1799-12-31", "value-year");
        check(Primitive::Date, "1800", "ok");
        check(Primitive::Date, "2100", "ok");
        check(Primitive::DateTime, "2158-09-28T01:21:00-04:00", "value-year");
    }

    #[test]
    fn messages_name_the_part() {
        check_message("2023-02-30", "`2023-02-30` does not exist: `February 2023` has 28 days");
        check_message(
            "2023-13",
            "`2023-13` does not exist: the `month` `13` is not between 1 and 12",
        );
        check_message(
            "0202-01-01",
            "The year `0202` is outside 1800 to 2100: is it a typing error?",
        );
    }
}
