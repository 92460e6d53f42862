//! Quantities: a decimal with a unit of UCUM or a calendar duration.
//!
//! Calendar durations up to weeks are the units of UCUM of the same length; a calendar month and year
//! are not those of UCUM, which are fixed numbers of days
//! (<http://hl7.org/fhirpath/N1/#time-valued-quantities>).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use octofhir_ucum::{EvalResult, Number, SpecialKind, evaluate, parse_expression};
use rust_decimal::Decimal;

use super::super::model::Model;
use super::temporal::Precision;
use super::{FhirNode, Value, number};

/// `System.Quantity`.
#[derive(Clone, Debug)]
pub struct Quantity<'t> {
    /// The number.
    pub value: Decimal,
    /// The unit.
    pub unit: Unit<'t>,
}

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

    fn entry(self) -> (&'static str, &'static str) {
        let entry = CALENDAR.iter().find(|(unit, ..)| *unit == self);
        entry.map_or(("", ""), |(_, word, code)| (word, code))
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
    fn code(&self) -> &str {
        match self {
            Self::Calendar(unit) => unit.entry().1,
            Self::Ucum(code) => code,
        }
    }

    fn is_variable(&self) -> bool {
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

impl<'t> Quantity<'t> {
    /// The value of a FHIR Quantity: its `code` where the system is UCUM, else its `unit`.
    pub(in crate::fhirpath) fn of_node(node: &FhirNode<'t>, model: &Model) -> Option<Self> {
        let object = node.cursor.node.filter(|_| model.is_quantity(node.type_name))?;
        let tree = node.tree;
        let value = number::parse(tree.value(tree.child(object, "value")?))?;
        let code = tree.child_text(object, "code");
        let unit = match tree.child_text(object, "system") {
            Some(UCUM) => code?,
            Some(_) => return None,
            None => code.or_else(|| tree.child_text(object, "unit")).unwrap_or("1"),
        };
        // `comparator` makes the number a bound: it is no quantity to calculate with.
        if tree.child(object, "comparator").is_some() {
            return None;
        }
        Some(Self { value, unit: Unit::Ucum(Cow::Borrowed(unit)) })
    }

    /// The order of two FHIR Quantities in the same unit of a system other than UCUM: their numbers need no
    /// conversion, and there is no other quantity that they could be compared with.
    pub(super) fn compare_coded(
        a: &FhirNode<'_>,
        b: &FhirNode<'_>,
        model: &Model,
    ) -> Option<Ordering> {
        let (a, b) = (coded(a, model)?, coded(b, model)?);
        (a.1 == b.1).then(|| a.0.cmp(&b.0))
    }

    /// Reads `4.5 'mg'`, `4 days` or `4`.
    pub(in crate::fhirpath) fn parse(text: &str) -> Option<Quantity<'static>> {
        let text = text.trim();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, unit) = text.split_at(end);
        let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
        if !digits.starts_with(|c: char| c.is_ascii_digit()) || value.contains(['e', 'E', '_']) {
            return None;
        }
        let value = number::parse(value.strip_prefix('+').unwrap_or(value))?;
        let unit = unit.trim();
        if unit.is_empty() {
            return Some(Quantity { value, unit: Unit::ONE });
        }
        let code = unit.strip_prefix('\'').and_then(|unit| unit.strip_suffix('\''));
        let unit = match code {
            Some(code) => Unit::Ucum(Cow::Owned(code.to_owned())),
            None => Unit::Calendar(CalendarUnit::from_word(unit)?),
        };
        Some(Quantity { value, unit })
    }

    /// The same amount in another unit; none where the two do not measure the same.
    pub(in crate::fhirpath) fn to_unit(&self, unit: Unit<'t>) -> Option<Self> {
        if self.unit.is_variable() != unit.is_variable() {
            return None;
        }
        if self.unit.code() == unit.code() {
            return Some(Self { value: self.value, unit });
        }
        let (from, to) = (measure(self.unit.code())?, measure(unit.code())?);
        let value = convert(self.value, &from, &to)?;
        Some(Self { value, unit })
    }

    /// Both numbers in one unit, the larger of the two; none where the units do not measure the same.
    fn aligned(&self, other: &Self) -> Option<(Decimal, Decimal)> {
        if self.unit.code() == other.unit.code()
            && self.unit.is_variable() == other.unit.is_variable()
        {
            return Some((self.value, other.value));
        }
        if self.unit.is_variable() || other.unit.is_variable() {
            return self.aligned_calendar(other);
        }
        let (a, b) = (measure(self.unit.code())?, measure(other.unit.code())?);
        let ratio = a.factor.checked_div(b.factor)?;
        if ratio.abs().checked_sub(Number::ONE)?.is_negative() {
            Some((convert(self.value, &a, &b)?, other.value))
        } else {
            Some((self.value, convert(other.value, &b, &a)?))
        }
    }

    /// Twelve calendar months are a calendar year; nothing else is comparable with either.
    fn aligned_calendar(&self, other: &Self) -> Option<(Decimal, Decimal)> {
        let months = |quantity: &Self| match quantity.unit {
            Unit::Calendar(CalendarUnit::Of(Precision::Year)) => {
                quantity.value.checked_mul(Decimal::from(12))
            }
            Unit::Calendar(CalendarUnit::Of(Precision::Month)) => Some(quantity.value),
            _ => None,
        };
        Some((months(self)?, months(other)?))
    }

    /// True if the units measure the same kind of thing.
    pub(in crate::fhirpath) fn is_comparable(&self, other: &Self) -> bool {
        self.aligned(other).is_some()
            || measure(self.unit.code())
                .zip(measure(other.unit.code()))
                .is_some_and(|(a, b)| a.is_commensurable(&b))
    }

    /// The order of the two; none where their units measure different things.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        self.aligned(other).map(|(a, b)| a.cmp(&b))
    }

    pub(super) fn equivalent(&self, other: &Self) -> bool {
        let calendar = |unit: &Unit<'_>| matches!(unit, Unit::Calendar(_));
        // For equivalence a calendar year is a year of UCUM.
        if calendar(&self.unit) != calendar(&other.unit) && self.unit.code() == other.unit.code() {
            return number::equivalent(self.value, other.value);
        }
        self.aligned(other).is_some_and(|(a, b)| number::equivalent(a, b))
    }

    /// The sum or difference in the larger unit; none where the units do not measure the same, or one of
    /// two is a temperature with a zero of its own.
    pub(in crate::fhirpath) fn add(&self, other: &Self, is_minus: bool) -> Option<Self> {
        let is_special =
            |unit: &Unit<'_>| measure(unit.code()).is_some_and(|it| it.special.is_some());
        if self.unit.code() != other.unit.code()
            && (is_special(&self.unit) || is_special(&other.unit))
        {
            return None;
        }
        let (a, b) = self.aligned(other)?;
        let value = if is_minus { a.checked_sub(b) } else { a.checked_add(b) }?;
        // `aligned` leaves the value in the larger unit alone.
        let unit = if a == self.value { &self.unit } else { &other.unit };
        Some(Self { value, unit: unit.clone() })
    }

    /// The product, or the quotient, with the unit that follows.
    pub(in crate::fhirpath) fn multiply(&self, other: &Self, is_division: bool) -> Option<Self> {
        let value = if is_division {
            self.value.checked_div(other.value)
        } else {
            self.value.checked_mul(other.value)
        }?;
        let unit = combine(self.unit.code(), other.unit.code(), is_division);
        Some(Self { value, unit: Unit::Ucum(Cow::Owned(unit)) })
    }
}

/// The number of a FHIR Quantity, and the system and code of its unit. None for one with a comparator.
fn coded<'t>(node: &FhirNode<'t>, model: &Model) -> Option<(Decimal, (&'t str, &'t str))> {
    let tree = node.tree;
    let object = node.cursor.node.filter(|_| model.is_quantity(node.type_name))?;
    if tree.child(object, "comparator").is_some() {
        return None;
    }
    let unit = (tree.child_text(object, "system")?, tree.child_text(object, "code")?);
    Some((number::parse(tree.value(tree.child(object, "value")?))?, unit))
}

/// `cm` and `m` to `cm.m`, `g` and `m` to `g/m`.
fn combine(a: &str, b: &str, is_division: bool) -> String {
    match (a, b, is_division) {
        (_, "1", _) => a.to_owned(),
        ("1", _, false) => b.to_owned(),
        (a, b, true) if a == b => "1".to_owned(),
        _ => {
            let sign = if is_division { '/' } else { '.' };
            if b.contains(['.', '/']) { format!("{a}{sign}({b})") } else { format!("{a}{sign}{b}") }
        }
    }
}

fn measure(code: &str) -> Option<EvalResult> {
    evaluate(&parse_expression(code).ok()?).ok()
}

/// A value in another unit, exact to 28 digits. Temperatures have their zero elsewhere; none for units with
/// other functions (pH, bel), and where the two do not measure the same.
fn convert(value: Decimal, from: &EvalResult, to: &EvalResult) -> Option<Decimal> {
    if !from.is_commensurable(to) {
        return None;
    }
    let ((scale, zero), (to_scale, to_zero)) = (affine(from)?, affine(to)?);
    let value = Number::parse(&value.to_string())?;
    let base = value.checked_mul(scale)?.checked_add(zero)?.checked_mul(from.factor)?;
    let value = base.checked_div(to.factor)?.checked_sub(to_zero)?.checked_div(to_scale)?;
    number::parse(&value.to_string())
}

/// What a value is multiplied by and what is added then, before the factor of its unit.
fn affine(unit: &EvalResult) -> Option<(Number, Number)> {
    let Some(special) = &unit.special else { return Some((Number::ONE, Number::ZERO)) };
    let zero = match special.unit.special {
        SpecialKind::Celsius => "273.15",
        SpecialKind::Fahrenheit => "459.67",
        SpecialKind::Reaumur => "218.52",
        _ => return None,
    };
    Some((special.scale, Number::parse(zero)?))
}

/// `Quantity.system` of a unit of UCUM.
const UCUM: &str = "http://unitsofmeasure.org";

impl Display for Quantity<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.value)?;
        match &self.unit {
            Unit::Calendar(unit) => {
                let plural = if self.value.abs() == Decimal::ONE { "" } else { "s" };
                write!(f, "{}{plural}", unit.entry().0)
            }
            Unit::Ucum(code) => write!(f, "'{code}'"),
        }
    }
}

impl<'t> From<Quantity<'t>> for Value<'t> {
    fn from(quantity: Quantity<'t>) -> Self {
        Self::Quantity(Box::new(quantity))
    }
}
