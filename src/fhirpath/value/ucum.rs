//! What UCUM says of units: what they measure, from one to another, and the unit of a product.

use octofhir_ucum::{EvalResult, Number, SpecialKind, evaluate, parse_expression};
use rust_decimal::Decimal;

use super::number;

/// What is longer than so many bytes is no unit that anybody measures in, and is not looked into.
const LONG: usize = 256;

/// `cm` and `cm` to `cm2`, `mg` and `mL` to `mg/mL`. Units in brackets of their own stay as they are.
pub(super) fn combine(a: &str, b: &str, is_division: bool) -> String {
    combined(a, b, is_division).unwrap_or_else(|| {
        let sign = if is_division { '/' } else { '.' };
        format!("({a}){sign}({b})")
    })
}

/// None where a part has brackets round it, or an exponent is out of all bounds.
fn combined(a: &str, b: &str, is_division: bool) -> Option<String> {
    if a.len().max(b.len()) > LONG {
        return None;
    }
    let mut powers: Vec<(&str, i32)> = Vec::new();
    let right = factors(b, if is_division { -1 } else { 1 })?;
    for (unit, exponent) in factors(a, 1)?.into_iter().chain(right) {
        match powers.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, sum)) => *sum = sum.checked_add(exponent)?,
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
    Some(below.into_iter().fold(above, |code, unit| code + "/" + &unit))
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

#[cfg(test)]
mod tests {
    use super::combine;

    #[track_caller]
    fn check(a: &str, b: &str, is_division: bool, expected: &str) {
        assert_eq!(combine(a, b, is_division), expected, "{a} {b}");
    }

    #[test]
    fn units_of_products() {
        check("cm", "cm", false, "cm2");
        check("mg", "mL", true, "mg/mL");
        check("m", "m", true, "1");
        check("(m)", "s", true, "((m))/(s)");
    }

    #[test]
    fn no_unit_takes_long_or_is_out_of_bounds() {
        check("m2147483647", "m", false, "(m2147483647).(m)");
        check("m-2147483648", "m2", true, "(m-2147483648)/(m2)");
        let long = "a.b.".repeat(100);
        check(&long, "m", false, &format!("({long}).(m)"));
    }
}
