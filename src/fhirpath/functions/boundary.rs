//! `lowBoundary`, `highBoundary`, `precision` and `comparable`
//! (<http://hl7.org/fhirpath/#boundary-functions>).

use rust_decimal::{Decimal, RoundingStrategy};

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::temporal::{
    Precision, Temporal, TemporalType, days_from_civil, days_in_month,
};
use crate::fhirpath::value::{Quantity, Value};

pub(super) const TABLE: &[Function] = &[
    entry("lowBoundary", 0, 1, Handler::Single(|e, c, v| boundary(e, c, v, false))),
    entry("highBoundary", 0, 1, Handler::Single(|e, c, v| boundary(e, c, v, true))),
    entry("precision", 0, 0, Handler::Single(precision)),
    entry("comparable", 1, 1, Handler::Single(comparable)),
];

/// Digits of each precision: of a date with a time, and of a time.
const DIGITS: [(Precision, i64, i64); 7] = [
    (Precision::Year, 4, 0),
    (Precision::Month, 6, 0),
    (Precision::Day, 8, 0),
    (Precision::Hour, 10, 2),
    (Precision::Minute, 12, 4),
    (Precision::Second, 14, 6),
    (Precision::Millisecond, 17, 9),
];

fn digits(temporal: &Temporal, entry: (Precision, i64, i64)) -> i64 {
    if temporal.kind == TemporalType::Time { entry.2 } else { entry.1 }
}

/// The least or greatest value that the input can stand for, with the digits asked for.
fn boundary<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
    is_high: bool,
) -> Result<Option<Value<'t>>> {
    let precision = ev.argument_integer(call, 0)?;
    Ok(match value {
        Value::Temporal(temporal) => {
            temporal_boundary(temporal, precision, is_high).map(Value::Temporal)
        }
        Value::Quantity(quantity) => decimal_boundary(quantity.value, precision, is_high)
            .map(|value| Value::from(Quantity { value, ..*quantity })),
        value => {
            let number = value.decimal().ok_or_else(|| call.error("the input has no boundary"))?;
            decimal_boundary(number, precision, is_high).map(Value::Decimal)
        }
    })
}

/// Half a unit of the last digit away, cut to the digits asked for. A number that has no digit left
/// within them is zero.
fn decimal_boundary(number: Decimal, precision: Option<i64>, is_high: bool) -> Option<Decimal> {
    let digits = u32::try_from(precision.unwrap_or(8)).ok().filter(|&digits| digits <= 28)?;
    let half = Decimal::try_new(5, number.scale() + 1).ok()?;
    let exact = if is_high { number.checked_add(half) } else { number.checked_sub(half) }?;
    let strategy = if is_high {
        RoundingStrategy::ToPositiveInfinity
    } else {
        RoundingStrategy::ToNegativeInfinity
    };
    let is_lost = number.scale() > digits && number.trunc_with_scale(digits).is_zero();
    let strategy = if is_lost { RoundingStrategy::ToZero } else { strategy };
    let mut result = exact.round_dp_with_strategy(digits, strategy);
    result.rescale(digits);
    if result.is_zero() {
        result.set_sign_positive(true);
    }
    (result.scale() == digits).then_some(result)
}

fn temporal_boundary(
    temporal: Temporal,
    precision: Option<i64>,
    is_high: bool,
) -> Option<Temporal> {
    let finest = match temporal.kind {
        TemporalType::Date => Precision::Day,
        _ => Precision::Millisecond,
    };
    let wanted = match precision {
        None => finest,
        Some(asked) => DIGITS
            .into_iter()
            .find(|&entry| digits(&temporal, entry) == asked && asked > 0)
            .map(|entry| entry.0)
            .filter(|&wanted| wanted <= finest)?,
    };
    let mut full = if is_high { last_moment(temporal) } else { temporal };
    if temporal.kind == TemporalType::DateTime
        && wanted >= Precision::Hour
        && temporal.offset.is_none()
    {
        // The earliest moment of a day is in the easternmost offset, the latest in the westernmost.
        full.offset = Some(if is_high { -12 * 60 } else { 14 * 60 });
    }
    if wanted < Precision::Hour {
        full.offset = None;
        full.millis = 0;
    }
    full.precision = wanted;
    Some(truncated(full))
}

/// The last moment of the period that a value leaves open.
fn last_moment(temporal: Temporal) -> Temporal {
    let (year, month, day) = temporal.date();
    let month = if temporal.precision < Precision::Month { 12 } else { month };
    let day = if temporal.precision < Precision::Day { days_in_month(year, month) } else { day };
    let rest = match temporal.precision {
        Precision::Year | Precision::Month | Precision::Day => 86_400_000,
        Precision::Hour => 3_600_000,
        Precision::Minute => 60_000,
        Precision::Second => 1000,
        Precision::Millisecond => 1,
    };
    let days = match temporal.kind {
        TemporalType::Time => 0,
        _ => days_from_civil(year, month, day),
    };
    Temporal { days, millis: temporal.millis + rest - 1, ..temporal }
}

/// Without what is below the precision.
fn truncated(temporal: Temporal) -> Temporal {
    let (year, month, day) = temporal.date();
    let unit = match temporal.precision {
        Precision::Year | Precision::Month | Precision::Day => 86_400_000,
        Precision::Hour => 3_600_000,
        Precision::Minute => 60_000,
        Precision::Second => 1000,
        Precision::Millisecond => 1,
    };
    let days = match temporal.precision {
        _ if temporal.kind == TemporalType::Time => 0,
        Precision::Year => days_from_civil(year, 1, 1),
        Precision::Month => days_from_civil(year, month, 1),
        _ => days_from_civil(year, month, day),
    };
    Temporal { days, millis: temporal.millis - temporal.millis % unit, ..temporal }
}

fn precision<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    if let Value::Temporal(temporal) = &value {
        let entry = DIGITS.into_iter().find(|entry| entry.0 == temporal.precision);
        let count = entry.map(|entry| digits(temporal, entry));
        return Ok(count.and_then(|count| count.try_into().ok()).map(Value::Integer));
    }
    let number = value.decimal().ok_or_else(|| call.error("the input has no precision"))?;
    Ok(Some(Value::integer(number.scale() as usize)))
}

fn comparable<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    match (value, ev.argument_value(call, 0)?) {
        (Value::Quantity(a), Some(Value::Quantity(b))) => {
            Ok(Some(Value::Boolean(a.is_comparable(&b))))
        }
        (_, None) => Ok(None),
        _ => Err(call.error("both have to be quantities")),
    }
}
