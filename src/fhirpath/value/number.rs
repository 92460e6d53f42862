//! Decimals: exact, with the digits that were written (`1.50` has two after the point).

use rust_decimal::{Decimal, RoundingStrategy};

/// Reads a decimal of FHIR: digits, and an exponent perhaps. None where it has more digits than fit.
pub(in crate::fhirpath) fn parse(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    Decimal::from_str_exact(text).ok()
}

/// Reads `(\+|-)?\d+(\.\d+)?`, the form that strings are converted from.
pub(in crate::fhirpath) fn parse_plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number.then(|| parse(text.strip_prefix('+').unwrap_or(text))).flatten()
}

/// Equal when rounded to the digits after the point that the less precise one has.
pub(super) fn equivalent(a: Decimal, b: Decimal) -> bool {
    let digits = a.normalize().scale().min(b.normalize().scale());
    round(a, digits) == round(b, digits)
}

/// Rounds half away from zero.
pub(in crate::fhirpath) fn round(number: Decimal, digits: u32) -> Decimal {
    number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}
