//! `base64Binary` (RFC 4648, section 4). White space inside is what older tools wrote; R4 allows it.

use super::Problem;
use crate::issue::{Arg, Code};

/// What a byte is in base64.
const DIGIT: u8 = 0;
const PADDING: u8 = 1;
const SPACE: u8 = 2;
const OTHER: u8 = 4;

const CLASS: [u8; 256] = {
    let mut class = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => DIGIT,
            b'=' => PADDING,
            b' ' | b'\t' | b'\n' | b'\r' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    class
};

/// Base64 in the standard alphabet, padded to a multiple of four.
pub(super) fn check_base64(value: &str) -> Option<Problem> {
    let (body, tail) = value.as_bytes().split_at(value.len().saturating_sub(2));
    let is_plain = value.len().is_multiple_of(4) && classes(body) == DIGIT;
    if is_plain
        && matches!(tail, [a, b] if class(*b) | class(*a) == DIGIT || (*b == b'=' && class(*a) <= PADDING))
    {
        return None;
    }
    find_problem(value)
}

fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

/// The classes of all bytes together: the loop has no branch.
fn classes(bytes: &[u8]) -> u8 {
    bytes.iter().fold(DIGIT, |all, &byte| all | class(byte))
}

/// The slow way, for a value that is wrong or has white space.
fn find_problem(value: &str) -> Option<Problem> {
    let (mut digits, mut padding, mut space) = (0u64, 0u64, None);
    for (at, (_, c)) in (1u64..).zip(value.char_indices()) {
        let kind = u8::try_from(c).map_or(OTHER, class);
        match kind {
            DIGIT if padding == 0 => digits += 1,
            PADDING if padding < 2 => padding += 1,
            SPACE => space = space.or(Some(at)),
            _ => {
                let problem = Problem::bare(Code::ValueBase64).with(Arg::Value(c.to_string()));
                return Some(problem.with(Arg::Number(at)));
            }
        }
    }
    if !(digits + padding).is_multiple_of(4) || digits == 0 {
        return Some(Problem::bare(Code::ValueBase64Length).with(Arg::Number(digits + padding)));
    }
    space.map(|at| Problem::bare(Code::ValueBase64Whitespace).with(Arg::Number(at)))
}

#[cfg(test)]
mod tests {
    use super::super::{Primitive, verdict};

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(verdict(Primitive::Base64Binary, value), expected, "{value:?}");
    }

    #[test]
    fn takes_padded_base64() {
        for good in ["YXNhc2Rhc2Q=", "AA==", "AAA=", "AAAA", "+/+/", "AAAAAAAAAAA="] {
            check(good, "ok");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        check("YXNhcs2Rhc2Q=", "value-base64-length");
        check("A===", "value-base64");
        check("====", "value-base64");
        check("AA=A", "value-base64");
        check("%%%2@()()", "value-base64");
        check("AA-_", "value-base64");
        check("é===", "value-base64");
        check("A", "value-base64-length");
        check("  ", "value-base64-length");
        check("==", "value-base64-length");
    }

    #[test]
    fn doubts_white_space() {
        check("AAAA\r\nAAA=", "value-base64-whitespace");
        check(" AAAA", "value-base64-whitespace");
        check("AA\nA", "value-base64-length");
    }
}
