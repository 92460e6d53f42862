//! Conversion (<http://hl7.org/fhirpath/N1/#conversion>), and `iif`.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, Frame, single};
use crate::fhirpath::model::SystemType;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::value::{Collection, Quantity, Unit, Value, number};

pub(super) const TABLE: &[Function] = &[
    entry("iif", 2, 3, Handler::Whole(iif)),
    entry("toBoolean", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Boolean, e, c, v))),
    entry("toInteger", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Integer, e, c, v))),
    entry("toLong", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Long, e, c, v))),
    entry("toDecimal", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Decimal, e, c, v))),
    entry("toString", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::String, e, c, v))),
    entry("toDate", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Date, e, c, v))),
    entry("toDateTime", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::DateTime, e, c, v))),
    entry("toTime", 0, 0, Handler::Whole(|e, c, v| convert(SystemType::Time, e, c, v))),
    entry("toQuantity", 0, 1, Handler::Whole(|e, c, v| convert(SystemType::Quantity, e, c, v))),
    entry(
        "convertsToBoolean",
        0,
        0,
        Handler::Whole(|e, c, v| converts(SystemType::Boolean, e, c, v)),
    ),
    entry(
        "convertsToInteger",
        0,
        0,
        Handler::Whole(|e, c, v| converts(SystemType::Integer, e, c, v)),
    ),
    entry("convertsToLong", 0, 0, Handler::Whole(|e, c, v| converts(SystemType::Long, e, c, v))),
    entry(
        "convertsToDecimal",
        0,
        0,
        Handler::Whole(|e, c, v| converts(SystemType::Decimal, e, c, v)),
    ),
    entry(
        "convertsToString",
        0,
        0,
        Handler::Whole(|e, c, v| converts(SystemType::String, e, c, v)),
    ),
    entry("convertsToDate", 0, 0, Handler::Whole(|e, c, v| converts(SystemType::Date, e, c, v))),
    entry(
        "convertsToDateTime",
        0,
        0,
        Handler::Whole(|e, c, v| converts(SystemType::DateTime, e, c, v)),
    ),
    entry("convertsToTime", 0, 0, Handler::Whole(|e, c, v| converts(SystemType::Time, e, c, v))),
    entry(
        "convertsToQuantity",
        0,
        1,
        Handler::Whole(|e, c, v| converts(SystemType::Quantity, e, c, v)),
    ),
];

/// Evaluates only the branch that is chosen.
fn iif<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let item = single(items, call.span)?;
    let this = item.as_ref().map_or(&[] as &[Value<'t>], std::slice::from_ref);
    let frame = Frame { this, ..call.frame };
    let Some(criterion) = call.argument(0) else { return Ok(Collection::Empty) };
    let truth = ev.scoped(|ev| ev.truth(criterion, frame))?;
    match call.argument(if truth == Some(true) { 1 } else { 2 }) {
        Some(branch) => ev.scoped(|ev| ev.eval(branch, frame)),
        None => Ok(Collection::Empty),
    }
}

/// The only item as another type; nothing where it cannot be one.
fn convert<'t>(
    target: SystemType,
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let item = single(items, call.span)?;
    let Some(value) = item.and_then(|item| item.system_or_quantity(ev.model)) else {
        return Ok(Collection::Empty);
    };
    Ok(match target {
        SystemType::Quantity => to_quantity(ev, call, value)?.into(),
        target => to(target, &value).into(),
    })
}

fn converts<'t>(
    target: SystemType,
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    if items.is_empty() {
        return Ok(Collection::Empty);
    }
    Ok(Value::Boolean(!convert(target, ev, call, items)?.is_empty()).into())
}

/// The value as another type; none where it cannot be one.
fn to<'t>(target: SystemType, value: &Value<'t>) -> Option<Value<'t>> {
    match target {
        SystemType::Boolean => boolean(value).map(Value::Boolean),
        SystemType::Integer => integer(value)?.try_into().ok().map(Value::Integer),
        SystemType::Long => integer(value).map(Value::Long),
        SystemType::Decimal => decimal(value).map(Value::Decimal),
        SystemType::String => string(value).map(Value::String),
        SystemType::Date => temporal(TemporalType::Date, value),
        SystemType::DateTime => temporal(TemporalType::DateTime, value),
        SystemType::Time => temporal(TemporalType::Time, value),
        SystemType::Quantity => None,
    }
}

fn boolean(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Boolean(truth) => Some(*truth),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
            "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
            _ => None,
        },
        value => match value.decimal()? {
            number if number == Decimal::ONE => Some(true),
            number if number.is_zero() => Some(false),
            _ => None,
        },
    }
}

fn integer(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some((*number).into()),
        Value::Long(number) => Some(*number),
        Value::Boolean(truth) => Some((*truth).into()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn decimal(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Boolean(truth) => Some(i32::from(*truth).into()),
        Value::String(text) => number::parse_plain(text),
        value => value.decimal(),
    }
}

/// The text of a value, as `toString()` gives it.
pub(super) fn string<'t>(value: &Value<'t>) -> Option<Cow<'t, str>> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Boolean(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Long(number) => Cow::Owned(number.to_string()),
        Value::Decimal(number) => Cow::Owned(number.to_string()),
        Value::Temporal(temporal) => Cow::Owned(temporal.to_string()),
        Value::Quantity(quantity) => Cow::Owned(quantity.to_string()),
        Value::Node(_) | Value::Type(_) => return None,
    })
}

fn temporal<'t>(kind: TemporalType, value: &Value<'t>) -> Option<Value<'t>> {
    let converted = match value {
        Value::String(text) => Temporal::parse(kind, text)?,
        Value::Temporal(temporal) => match (temporal.kind, kind) {
            (from, to) if from == to => *temporal,
            (TemporalType::Date, TemporalType::DateTime) => Temporal { kind, ..*temporal },
            (TemporalType::DateTime, TemporalType::Date) => temporal.to_date()?,
            _ => return None,
        },
        _ => return None,
    };
    Some(Value::Temporal(converted))
}

/// With an argument: converted to that unit, where the two measure the same.
fn to_quantity<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let quantity = match value {
        Value::Quantity(quantity) => Some(*quantity),
        Value::String(text) => Quantity::parse(&text),
        Value::Boolean(truth) => Some(Quantity { value: i32::from(truth).into(), unit: Unit::ONE }),
        value => value.decimal().map(|value| Quantity { value, unit: Unit::ONE }),
    };
    let Some(quantity) = quantity else { return Ok(None) };
    let Some(unit) = ev.argument_text(call, 0)? else { return Ok(Some(quantity.into())) };
    Ok(quantity.to_unit(Unit::from_text(unit)).map(Value::from))
}
