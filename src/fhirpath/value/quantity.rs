//! Quantities: a decimal with a unit of UCUM or a calendar duration.
//!
//! Calendar durations up to weeks are the units of UCUM of the same length; a calendar month and year
//! are not those of UCUM, which are fixed numbers of days
//! (<http://hl7.org/fhirpath/N1/#time-valued-quantities>).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use octofhir_ucum::Number;
use rust_decimal::Decimal;

use super::super::model::Model;
use super::ucum::{combine, convert, measure};
use super::{CalendarUnit, FhirNode, Unit, Value, number};

/// `System.Quantity`.
#[derive(Clone, Debug)]
pub struct Quantity<'t> {
    /// The number.
    pub value: Decimal,
    /// The unit.
    pub unit: Unit<'t>,
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
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
        let (value, unit) = text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()));
        let value = number::parse_plain(value)?;
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
        if let (Unit::Calendar(from), Unit::Calendar(to)) = (&self.unit, &unit) {
            let value = self.value.checked_mul(from.in_units_of(*to)?)?.normalize();
            return Some(Self { value, unit });
        }
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

    /// Both numbers in one of the two units; none where the units do not measure the same.
    fn aligned(&self, other: &Self, to: Common) -> Option<(Decimal, Decimal)> {
        if self.unit.code() == other.unit.code()
            && self.unit.is_variable() == other.unit.is_variable()
        {
            return Some((self.value, other.value));
        }
        if self.unit.is_variable() || other.unit.is_variable() {
            return self.aligned_calendar(other, to);
        }
        let (a, b) = (measure(self.unit.code())?, measure(other.unit.code())?);
        let is_smaller =
            a.factor.checked_div(b.factor)?.abs().checked_sub(Number::ONE)?.is_negative();
        if is_smaller == (to == Common::Smaller) {
            Some((self.value, convert(other.value, &b, &a)?))
        } else {
            Some((convert(self.value, &a, &b)?, other.value))
        }
    }

    /// A calendar year or month is comparable with calendar durations only.
    fn aligned_calendar(&self, other: &Self, to: Common) -> Option<(Decimal, Decimal)> {
        let (Unit::Calendar(a), Unit::Calendar(b)) = (&self.unit, &other.unit) else { return None };
        if (a.millis() < b.millis()) == (to == Common::Smaller) {
            return Some((self.value, other.value.checked_mul(b.in_units_of(*a)?)?));
        }
        Some((self.value.checked_mul(a.in_units_of(*b)?)?, other.value))
    }

    /// True if the units measure the same kind of thing.
    pub(in crate::fhirpath) fn is_comparable(&self, other: &Self) -> bool {
        self.aligned(other, Common::Smaller).is_some()
            || measure(self.unit.code())
                .zip(measure(other.unit.code()))
                .is_some_and(|(a, b)| a.is_commensurable(&b))
    }

    /// The order of the two; none where their units measure different things.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        self.aligned(other, Common::Smaller).map(|(a, b)| a.cmp(&b))
    }

    pub(super) fn equivalent(&self, other: &Self) -> bool {
        let calendar = |unit: &Unit<'_>| matches!(unit, Unit::Calendar(_));
        // For equivalence a calendar year is a year of UCUM.
        if calendar(&self.unit) != calendar(&other.unit) && self.unit.code() == other.unit.code() {
            return number::equivalent(self.value, other.value);
        }
        // In the larger unit: `4 'g'` says less than `4040 'mg'`.
        let aligned = self.aligned(other, Common::Larger);
        aligned.is_some_and(|(a, b)| number::equivalent(a, b))
    }

    /// The sum or difference in the more granular unit; none where the units do not measure the same, or one of
    /// two is a temperature with a zero of its own.
    pub(in crate::fhirpath) fn add(&self, other: &Self, is_minus: bool) -> Option<Self> {
        let is_special =
            |unit: &Unit<'_>| measure(unit.code()).is_some_and(|it| it.special.is_some());
        if self.unit.code() != other.unit.code()
            && (is_special(&self.unit) || is_special(&other.unit))
        {
            return None;
        }
        let (a, b) = self.aligned(other, Common::Smaller)?;
        let value = if is_minus { a.checked_sub(b) } else { a.checked_add(b) }?;
        // `aligned` leaves the value in the smaller unit alone.
        let unit = if a == self.value { &self.unit } else { &other.unit };
        Some(Self { value, unit: unit.clone() })
    }

    /// The product, or the quotient, with the unit that follows.
    pub(in crate::fhirpath) fn multiply(&self, other: &Self, is_division: bool) -> Option<Self> {
        let value = if is_division {
            self.value.checked_div(other.value).map(|quotient| quotient.normalize())
        } else {
            self.value.checked_mul(other.value)
        }?;
        let unit = combine(self.unit.code(), other.unit.code(), is_division);
        Some(Self { value, unit: Unit::Ucum(Cow::Owned(unit)) })
    }
}

/// Which of two units both numbers are brought to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Common {
    Smaller,
    Larger,
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
