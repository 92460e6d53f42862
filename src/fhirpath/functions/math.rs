//! Math (<http://hl7.org/fhirpath/N1/#math>). Decimals stay decimals: roots, powers and logarithms are
//! computed to 20 digits after the point and rounded to 15.

use rust_decimal::prelude::{MathematicalOps, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::{Value, number};

pub(super) const TABLE: &[Function] = &[
    entry("abs", 0, 0, Handler::Single(abs)),
    entry(
        "ceiling",
        0,
        0,
        Handler::Single(|_, c, v| whole(c, &v, RoundingStrategy::ToPositiveInfinity)),
    ),
    entry(
        "floor",
        0,
        0,
        Handler::Single(|_, c, v| whole(c, &v, RoundingStrategy::ToNegativeInfinity)),
    ),
    entry("truncate", 0, 0, Handler::Single(|_, c, v| whole(c, &v, RoundingStrategy::ToZero))),
    entry("exp", 0, 0, Handler::Single(exp)),
    entry("ln", 0, 0, Handler::Single(ln)),
    entry("log", 1, 1, Handler::Single(log)),
    entry("power", 1, 1, Handler::Single(power)),
    entry("round", 0, 1, Handler::Single(round)),
    entry("sqrt", 0, 0, Handler::Single(sqrt)),
];

/// Digits after the point of results that have infinitely many.
const DIGITS: u32 = 15;

fn decimal(value: &Value<'_>, call: &Call<'_, '_>) -> Result<Decimal> {
    value.decimal().ok_or_else(|| call.error("the input has to be a number"))
}

fn rounded<'t>(result: Option<Decimal>) -> Option<Value<'t>> {
    result.map(|result| Value::Decimal(number::round(result, DIGITS).normalize()))
}

fn abs<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    Ok(match value {
        Value::Integer(number) => number.checked_abs().map(Value::Integer),
        Value::Long(number) => number.checked_abs().map(Value::Long),
        Value::Quantity(mut quantity) => {
            quantity.value = quantity.value.abs();
            Some(Value::Quantity(quantity))
        }
        value => Some(Value::Decimal(decimal(&value, call)?.abs())),
    })
}

/// An integer; a Long where it does not fit.
fn whole<'t>(
    call: &Call<'_, 't>,
    value: &Value<'t>,
    strategy: RoundingStrategy,
) -> Result<Option<Value<'t>>> {
    let number = decimal(value, call)?.round_dp_with_strategy(0, strategy);
    Ok(number.to_i32().map(Value::Integer).or_else(|| number.to_i64().map(Value::Long)))
}

fn exp<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let tolerance = Decimal::new(1, 20);
    let number = decimal(&value, call)?;
    Ok(rounded(number.checked_exp_with_tolerance(tolerance)))
}

fn ln<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    Ok(rounded(decimal(&value, call)?.checked_ln()))
}

fn log<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let number = decimal(&value, call)?;
    let Some(base) = ev.argument_value(call, 0)? else { return Ok(None) };
    let logarithm = |number: Decimal| number.checked_ln();
    let parts = logarithm(number).zip(logarithm(decimal(&base, call)?));
    Ok(rounded(parts.and_then(|(number, base)| number.checked_div(base))))
}

fn power<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let base = decimal(&value, call)?;
    let Some(exponent) = ev.argument_value(call, 0)? else { return Ok(None) };
    if let (Value::Integer(base), Value::Integer(exponent @ 0..)) = (&value, &exponent) {
        let result = base.checked_pow(exponent.unsigned_abs());
        return Ok(result.map(Value::Integer));
    }
    let exponent = decimal(&exponent, call)?;
    if !exponent.fract().is_zero() && base.is_sign_negative() {
        return Ok(None);
    }
    if exponent.fract().is_zero() {
        let result = exponent.to_i64().and_then(|exponent| base.checked_powi(exponent));
        return Ok(result.map(|result| Value::Decimal(result.normalize())));
    }
    Ok(rounded(base.checked_powd(exponent)))
}

fn round<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let digits = ev.argument_integer(call, 0)?.unwrap_or(0);
    let digits = u32::try_from(digits)
        .map_err(|_| call.error("the number of digits must not be negative"))?;
    Ok(Some(Value::Decimal(number::round(decimal(&value, call)?, digits.min(28)))))
}

fn sqrt<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    Ok(rounded(decimal(&value, call)?.sqrt()))
}
