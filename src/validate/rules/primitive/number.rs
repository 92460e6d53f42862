//! `integer`, `integer64`, `unsignedInt`, `positiveInt` and `decimal`, as they were written: `1.0` and
//! `1e2` are no integers, and `1.00` is not `1.0`.

use super::Problem;
use crate::issue::{Arg, Code};

/// Digits before and after the point that FHIR R5 asks every system to keep.
const WHOLE_DIGITS: usize = 18;
const FRACTION_DIGITS: usize = 17;

pub(super) fn check_integer(value: &str) -> Option<Problem> {
    check_range(value, i32::MIN.into(), i32::MAX.into())
}

pub(super) fn check_integer64(value: &str) -> Option<Problem> {
    check_range(value, i64::MIN, i64::MAX)
}

pub(super) fn check_unsigned_int(value: &str) -> Option<Problem> {
    check_range(value, 0, i32::MAX.into())
}

pub(super) fn check_positive_int(value: &str) -> Option<Problem> {
    check_range(value, 1, i32::MAX.into())
}

fn check_range(value: &str, from: i64, to: i64) -> Option<Problem> {
    let is_in_range = parse(value).is_some_and(|number| (from..=to).contains(&number));
    // `-0` is an integer, but not a form of an integer that has no sign.
    if is_in_range && (from < 0 || !value.starts_with('-')) {
        return None;
    }
    let [from, to] = [from, to].map(|bound| Arg::Term(bound.to_string()));
    Some(Problem::of(Code::ValueInteger, value).with(from).with(to))
}

pub(super) fn check_decimal(value: &str) -> Option<Problem> {
    let Some((whole, fraction)) = decimal_digits(value) else {
        return Some(Problem::of(Code::ValueDecimal, value));
    };
    let fits = whole <= WHOLE_DIGITS && fraction <= FRACTION_DIGITS;
    (!fits).then(|| Problem::of(Code::ValueDecimalDigits, value))
}

/// `-?(0|[1-9][0-9]*)` that fits 64 bits.
fn parse(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value).as_bytes();
    (count_whole(digits)? == digits.len()).then(|| value.parse().ok())?
}

/// The digits before and after the point of `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
fn decimal_digits(value: &str) -> Option<(usize, usize)> {
    let mut rest = value.strip_prefix('-').unwrap_or(value).as_bytes();
    let whole = count_whole(rest)?;
    rest = &rest[whole..];
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix(b".") {
        fraction = count_digits(after);
        rest = after.get(fraction..).filter(|_| fraction > 0)?;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = after.strip_prefix(b"+").or(after.strip_prefix(b"-")).unwrap_or(after);
        rest = after.get(count_digits(after)..).filter(|_| count_digits(after) > 0)?;
    }
    rest.is_empty().then_some((whole, fraction))
}

/// The length of `0|[1-9][0-9]*` at the start.
fn count_whole(bytes: &[u8]) -> Option<usize> {
    let count = count_digits(bytes);
    (count == 1 || (count > 1 && bytes[0] != b'0')).then_some(count)
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::{Primitive, verdict};

    #[track_caller]
    fn check(primitive: Primitive, value: &str, expected: &str) {
        assert_eq!(verdict(primitive, value), expected, "{value}");
    }

    #[test]
    fn integers_have_32_bits() {
        for good in ["0", "-1", "2147483647", "-2147483648", "-0"] {
            check(Primitive::Integer, good, "ok");
        }
        for bad in ["2147483648", "-2147483649", "1.0", "1e4", "$0", "007", "+1", "-", " 1", "9e99"]
        {
            check(Primitive::Integer, bad, "value-integer");
        }
        check(Primitive::Integer, "34534536346345345345", "value-integer");
    }

    #[test]
    fn unsigned_and_positive_integers_begin_at_0_and_1() {
        check(Primitive::UnsignedInt, "0", "ok");
        check(Primitive::UnsignedInt, "-0", "value-integer");
        check(Primitive::UnsignedInt, "2147483648", "value-integer");
        check(Primitive::PositiveInt, "1", "ok");
        check(Primitive::PositiveInt, "0", "value-integer");
        check(Primitive::PositiveInt, "-5", "value-integer");
    }

    #[test]
    fn integer64_has_64_bits() {
        check(Primitive::Integer64, "9223372036854775807", "ok");
        check(Primitive::Integer64, "-9223372036854775808", "ok");
        check(Primitive::Integer64, "9223372036854775808", "value-integer");
    }

    #[test]
    fn decimals_follow_the_grammar_of_r4() {
        for good in ["0", "1.09", "-0.5", "1e1", "1.0e-1", "0.1E+11", "0.12e3", "1e09", "1.00"] {
            check(Primitive::Decimal, good, "ok");
        }
        for bad in ["00.1", "01", ".5", "5.", "1e", "1e+", "--1", "+1", "1,5", "NaN", "1.2.3", "-"]
        {
            check(Primitive::Decimal, bad, "value-decimal");
        }
    }

    #[test]
    fn decimals_with_very_many_digits_are_doubtful() {
        check(Primitive::Decimal, "1E-22", "ok");
        check(Primitive::Decimal, "999999999999999999", "ok");
        check(Primitive::Decimal, "1000000000000000000", "value-decimal-digits");
        check(Primitive::Decimal, "-0.00000000000000000000000023", "value-decimal-digits");
        check(Primitive::Decimal, "1.000000000000000000E-24", "value-decimal-digits");
    }
}
