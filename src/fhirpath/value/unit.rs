//! Units: calendar durations, and codes of UCUM.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::temporal::Precision;

/// The unit of a [`Quantity`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit<'t> {
    /// `day`, `days`
    Calendar(CalendarUnit),
    /// A unit of UCUM; `1` where there is none.
    Ucum(Cow<'t, str>),
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarUnit {
    /// Seven days.
    Week,
    /// Any other.
    Of(Precision),
}

const CALENDAR: [(CalendarUnit, &str, &str); 8] = [
    (CalendarUnit::Of(Precision::Year), "year", "a"),
    (CalendarUnit::Of(Precision::Month), "month", "mo"),
    (CalendarUnit::Week, "week", "wk"),
    (CalendarUnit::Of(Precision::Day), "day", "d"),
    (CalendarUnit::Of(Precision::Hour), "hour", "h"),
    (CalendarUnit::Of(Precision::Minute), "minute", "min"),
    (CalendarUnit::Of(Precision::Second), "second", "s"),
    (CalendarUnit::Of(Precision::Millisecond), "millisecond", "ms"),
];

impl CalendarUnit {
    /// The unit of UCUM that comes nearest.
    pub fn ucum(self) -> &'static str {
        CALENDAR.iter().find(|(unit, ..)| *unit == self).map_or("1", |entry| entry.2)
    }

    /// The unit of a word, singular or plural.
    pub fn from_word(word: &str) -> Option<Self> {
        let singular = word.strip_suffix('s').unwrap_or(word);
        CALENDAR.iter().find(|(_, name, _)| *name == singular).map(|entry| entry.0)
    }

    /// How long it is; a month has 30 days and a year 365
    /// (<http://hl7.org/fhirpath/N1/#toquantityunit-string-quantity>).
    pub(super) fn millis(self) -> i64 {
        match self {
            Self::Week => 604_800_000,
            Self::Of(Precision::Year) => 31_536_000_000,
            Self::Of(Precision::Month) => 2_592_000_000,
            Self::Of(Precision::Day) => 86_400_000,
            Self::Of(Precision::Hour) => 3_600_000,
            Self::Of(Precision::Minute) => 60_000,
            Self::Of(Precision::Second) => 1000,
            Self::Of(Precision::Millisecond) => 1,
        }
    }

    /// How many of another unit one is: a year is 12 months, and 365 days.
    pub(super) fn in_units_of(self, other: Self) -> Option<Decimal> {
        let year = Self::Of(Precision::Year);
        let month = Self::Of(Precision::Month);
        match (self, other) {
            (a, b) if a == year && b == month => Some(Decimal::from(12)),
            (a, b) if a == month && b == year => Decimal::ONE.checked_div(Decimal::from(12)),
            (a, b) => Decimal::from(a.millis()).checked_div(Decimal::from(b.millis())),
        }
    }

    pub(super) fn entry(self) -> (&'static str, &'static str) {
        let entry = CALENDAR.iter().find(|(unit, ..)| *unit == self);
        entry.map_or(("", ""), |(_, word, code)| (word, code))
    }

    /// True for hours and what is shorter.
    pub(in crate::fhirpath) fn is_of_clock(self) -> bool {
        matches!(self, Self::Of(unit) if unit >= Precision::Hour)
    }

    /// True for months and years, whose length depends on the date.
    fn is_variable(self) -> bool {
        matches!(self, Self::Of(Precision::Year | Precision::Month))
    }
}

impl Unit<'_> {
    /// No unit.
    pub const ONE: Unit<'static> = Unit::Ucum(Cow::Borrowed("1"));

    /// The code of UCUM for the unit.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Calendar(unit) => unit.entry().1,
            Self::Ucum(code) => code,
        }
    }

    pub(super) fn is_variable(&self) -> bool {
        matches!(self, Self::Calendar(unit) if unit.is_variable())
    }

    /// A word of the calendar, or a code of UCUM.
    pub(in crate::fhirpath) fn from_text(text: Cow<'_, str>) -> Unit<'_> {
        match CalendarUnit::from_word(&text) {
            Some(unit) => Unit::Calendar(unit),
            None => Unit::Ucum(text),
        }
    }

    /// The calendar unit to move a date by: for UCUM only those that are as long.
    pub(in crate::fhirpath) fn duration(&self) -> Option<CalendarUnit> {
        match self {
            Self::Calendar(unit) => Some(*unit),
            Self::Ucum(code) => CALENDAR
                .iter()
                .find(|(unit, _, entry)| entry == code && !unit.is_variable())
                .map(|entry| entry.0)
                // What is written as a word in quotes is a calendar duration too: `1 'month'`.
                .or_else(|| CalendarUnit::from_word(code)),
        }
    }
}
