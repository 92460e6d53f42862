//! Parts of dates and times, and how far two of them are apart
//! (<http://hl7.org/fhirpath/#extract-datedatetimetime-components>).

use rust_decimal::Decimal;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::temporal::{Precision, Temporal, TemporalType};
use crate::fhirpath::value::{CalendarUnit, Value};

pub(super) const TABLE: &[Function] = &[
    entry("yearOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Year))),
    entry("monthOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Month))),
    entry("dayOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Day))),
    entry("hourOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Hour))),
    entry("minuteOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Minute))),
    entry("secondOf", 0, 0, Handler::Single(|_, c, v| component(c, &v, Precision::Second))),
    entry(
        "millisecondOf",
        0,
        0,
        Handler::Single(|_, c, v| component(c, &v, Precision::Millisecond)),
    ),
    entry("timezoneOffsetOf", 0, 0, Handler::Single(timezone_offset)),
    entry("dateOf", 0, 0, Handler::Single(date)),
    entry("timeOf", 0, 0, Handler::Single(time)),
    entry("duration", 2, 2, Handler::Single(|e, c, v| apart(e, c, v, Temporal::whole_units_to))),
    entry("difference", 2, 2, Handler::Single(|e, c, v| apart(e, c, v, Temporal::boundaries_to))),
];

fn temporal(value: &Value<'_>, call: &Call<'_, '_>) -> Result<Temporal> {
    match value {
        Value::Temporal(temporal) => Ok(*temporal),
        _ => Err(call.error("the input has to be a date or a time")),
    }
}

/// One component; none where the value does not have it.
fn component<'t>(
    call: &Call<'_, '_>,
    value: &Value<'_>,
    wanted: Precision,
) -> Result<Option<Value<'t>>> {
    let component = temporal(value, call)?.component(wanted);
    Ok(component.and_then(|number| number.try_into().ok()).map(Value::Integer))
}

/// In hours.
fn timezone_offset<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let hours = |minutes: i16| (Decimal::from(minutes) / Decimal::from(60)).round_dp(4);
    Ok(temporal(&value, call)?.offset.map(|minutes| Value::Decimal(hours(minutes).normalize())))
}

fn date<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    Ok(temporal(&value, call)?.to_date().map(Value::Temporal))
}

fn time<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let whole = temporal(&value, call)?;
    let time = Temporal { kind: TemporalType::Time, days: 0, offset: None, ..whole };
    Ok((whole.precision >= Precision::Hour).then_some(Value::Temporal(time)))
}

/// From the input to the first argument, in the unit that the second one names; none where one of them is
/// not precise enough to say.
fn apart<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
    measure: fn(Temporal, Temporal, CalendarUnit) -> Option<i64>,
) -> Result<Option<Value<'t>>> {
    let from = temporal(&value, call)?;
    let (to, unit) = (ev.argument_value(call, 0)?, ev.argument_text(call, 1)?);
    let (Some(to), Some(unit)) = (to, unit) else { return Ok(None) };
    let to = temporal(&to, call)?;
    let unit = CalendarUnit::from_word(&unit)
        .ok_or_else(|| call.error("the second argument has to be a calendar duration: `years`"))?;
    let Some(count) = measure(from, to, unit) else { return Ok(None) };
    Ok(Some(i32::try_from(count).map_or(Value::Long(count), Value::Integer)))
}
