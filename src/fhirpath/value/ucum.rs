//! What UCUM says of units: what they measure, from one to another, and the unit of a product.

use octofhir_ucum::{EvalResult, Number, SpecialKind, evaluate, parse_expression};
use rust_decimal::Decimal;

use super::number;

/// `cm` and `cm` to `cm2`, `mg` and `mL` to `mg/mL`. Units in brackets of their own stay as they are.
pub(super) fn combine(a: &str, b: &str, is_division: bool) -> String {
    let mut powers: Vec<(&str, i32)> = Vec::new();
    let parts = factors(a, 1).zip(factors(b, if is_division { -1 } else { 1 }));
    let Some((left, right)) = parts else {
        let sign = if is_division { '/' } else { '.' };
        return format!("({a}){sign}({b})");
    };
    for (unit, exponent) in left.into_iter().chain(right) {
        match powers.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, sum)) => *sum += exponent,
            None => powers.push((unit, exponent)),
        }
    }
    let written = |&(unit, exponent): &(&str, i32)| match exponent.unsigned_abs() {
        1 => unit.to_owned(),
        power => format!("{unit}{power}"),
    };
    let above: Vec<String> = powers.iter().filter(|it| it.1 > 0).map(written).collect();
    let below: Vec<String> = powers.iter().filter(|it| it.1 < 0).map(written).collect();
    let above = if above.is_empty() { "1".to_owned() } else { above.join(".") };
    below.into_iter().fold(above, |code, unit| code + "/" + &unit)
}

/// The units of a product with their exponents; none where the code has brackets round a part.
fn factors(code: &str, sign: i32) -> Option<Vec<(&str, i32)>> {
    let (mut all, mut rest, mut sign_here) = (Vec::new(), code, sign);
    while !rest.is_empty() {
        let mut depth = 0;
        let end = rest.find(|c| {
            depth += i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
            depth == 0 && matches!(c, '.' | '/' | '(' | ')')
        });
        let (unit, after) = rest.split_at(end.unwrap_or(rest.len()));
        match power(unit) {
            ("" | "1", _) => {}
            (unit, exponent) => all.push((unit, exponent.checked_mul(sign_here)?)),
        }
        sign_here = if after.starts_with('/') { -sign } else { sign };
        rest = match after.chars().next() {
            Some('(' | ')') => return None,
            Some(_) => &after[1..],
            None => "",
        };
    }
    Some(all)
}

/// `cm2` to `cm` and 2; `10*3` is a unit of its own.
fn power(unit: &str) -> (&str, i32) {
    let base = unit.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = base.strip_suffix(['-', '+']).unwrap_or(base);
    if base.is_empty() || base.ends_with(['*', '^']) {
        return (unit, 1);
    }
    match unit[base.len()..].parse() {
        Ok(exponent) => (base, exponent),
        Err(_) => (unit, 1),
    }
}

/// What a code measures; none where it is no unit of UCUM.
pub(super) fn measure(code: &str) -> Option<EvalResult> {
    evaluate(&parse_expression(code).ok()?).ok()
}

/// A value in another unit, exact to 28 digits. Temperatures have their zero elsewhere; none for units with
/// other functions (pH, bel), and where the two do not measure the same.
pub(super) fn convert(value: Decimal, from: &EvalResult, to: &EvalResult) -> Option<Decimal> {
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
