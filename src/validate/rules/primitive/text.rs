//! `string`, `markdown`, `code` and `id`.

use super::{Problem, scan};
use crate::issue::{Arg, Code};

/// The longest string, in characters
/// (<http://hl7.org/fhir/R4/datatypes.html#string>).
const MAX_CHARACTERS: usize = 1024 * 1024;

/// A string or markdown: some text that is not white space, no control characters, and not
/// longer than FHIR allows.
pub(super) fn check_string(value: &str) -> Option<Problem> {
    let control = scan::first(value.as_bytes(), |word| scan::any_below(word, b' '), is_control);
    if let Some(&byte) = control.and_then(|at| value.as_bytes().get(at)) {
        return Some(Problem::bare(Code::ValueControlCharacter).with(Arg::Number(byte.into())));
    }
    // Most text begins with a letter, and is then not looked at a second time.
    if value.chars().all(char::is_whitespace) {
        return Some(Problem::bare(Code::ValueBlank));
    }
    let too_long = value.len() > MAX_CHARACTERS && value.chars().count() > MAX_CHARACTERS;
    too_long.then(|| Problem::bare(Code::ValueTooLong).with(Arg::Number(MAX_CHARACTERS as u64)))
}

/// The control characters that XML cannot write: FHIR asks for none of them in JSON either.
const fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// A code: no white space at its ends, and single spaces inside. White space is what `\s` is in the
/// specification's pattern: an XML Schema pattern, where a no-break space is not.
pub(super) fn check_code(value: &str) -> Option<Problem> {
    let mut after_space = true;
    for c in value.chars() {
        let is_space = c.is_ascii_whitespace();
        if is_space && (after_space || c != ' ') {
            return Some(Problem::of(Code::ValueCode, value));
        }
        after_space = is_space;
    }
    after_space.then(|| Problem::of(Code::ValueCode, value))
}

/// An id: `[A-Za-z0-9\-\.]{1,64}`.
pub(super) fn check_id(value: &str) -> Option<Problem> {
    let is_id = value.len() <= 64
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    (!is_id).then(|| Problem::of(Code::ValueId, value))
}

#[cfg(test)]
mod tests {
    use super::super::{Primitive, verdict};

    #[track_caller]
    fn check(primitive: Primitive, value: &str, expected: &str) {
        assert_eq!(verdict(primitive, value), expected, "{value:?}");
    }

    #[test]
    fn strings_are_text_in_any_script() {
        for good in ["a", " a ", "line\r\n\tline", "患者", "😀", "a < b", "\u{7f}"] {
            check(Primitive::String, good, "ok");
            check(Primitive::Markdown, good, "ok");
        }
        check(Primitive::String, "\u{13}", "value-control-character");
        check(Primitive::String, "long enough for words\u{0}", "value-control-character");
        check(Primitive::String, " \t ", "value-blank");
        check(Primitive::Markdown, "\u{3000}\u{a0}", "value-blank");
    }

    #[test]
    fn strings_end_at_a_million_characters() {
        check(Primitive::String, &"é".repeat(super::MAX_CHARACTERS), "ok");
        check(Primitive::String, &"é".repeat(super::MAX_CHARACTERS + 1), "value-too-long");
    }

    #[test]
    fn codes_have_single_spaces_inside() {
        for good in ["a", "asd asd", "a b c", "é", "a\u{a0}"] {
            check(Primitive::Code, good, "ok");
        }
        for bad in [" a", "a ", "a  b", "a\tb", " "] {
            check(Primitive::Code, bad, "value-code");
        }
    }

    #[test]
    fn ids_have_up_to_64_plain_characters() {
        check(Primitive::Id, "A-z.09", "ok");
        check(Primitive::Id, &"x".repeat(64), "ok");
        check(Primitive::Id, &"x".repeat(65), "value-id");
        for bad in ["a_b", "12123/23", ":1", "é", " "] {
            check(Primitive::Id, bad, "value-id");
        }
    }
}
