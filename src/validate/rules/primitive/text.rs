//! `string`, `markdown`, `code` and `id`.

use super::Problem;
use crate::issue::{Arg, Code};
use crate::text::find;

/// The longest string, in characters
/// (<http://hl7.org/fhir/R4/datatypes.html#string>).
const MAX_CHARACTERS: usize = 1024 * 1024;

/// A string or markdown: some text that is not white space, no control characters, and not
/// longer than FHIR allows. What looks like HTML is for information: it is text, and stays text.
pub(super) fn check_string(value: &str) -> Option<Problem> {
    let (bytes, mut at, mut tag) = (value.as_bytes(), 0, None);
    while at < bytes.len() {
        at = find(bytes, at, |word| word.below(b' ') | word.equal(b'<'));
        match bytes.get(at) {
            Some(b'<') if tag.is_none() => tag = value.get(at..).and_then(tag_in),
            Some(&byte) if is_control(byte) => {
                let problem = Problem::bare(Code::ValueControlCharacter);
                return Some(problem.with(Arg::Number(byte.into())));
            }
            _ => {}
        }
        at += 1;
    }
    // Most text begins with a letter, and is then not looked at a second time.
    if value.chars().all(char::is_whitespace) {
        return Some(Problem::bare(Code::ValueBlank));
    }
    if value.len() > MAX_CHARACTERS && value.chars().count() > MAX_CHARACTERS {
        let problem = Problem::bare(Code::ValueTooLong);
        return Some(problem.with(Arg::Number(MAX_CHARACTERS as u64)));
    }
    tag.map(|tag| Problem::of(Code::ValueHtml, tag))
}

/// The control characters that XML cannot write: FHIR asks for none of them in JSON either.
const fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// The HTML tag that `text`, which begins with `<`, begins with: a name, and `>` before any other `<`.
fn tag_in(text: &str) -> Option<&str> {
    let end = text.get(1..)?.find(['<', '>'])? + 1;
    let inside = text.get(1..end).filter(|_| text.as_bytes().get(end) == Some(&b'>'))?;
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_named = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && matches!(name.as_bytes().get(length), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'/'));
    text.get(..=end).filter(|_| is_named)
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
        for good in ["a < b > c", "<", "<5 mg>", "x <y", "<http://x>", "<a@b.c>", "<<id>"] {
            let expected = if good == "<<id>" { "value-html" } else { "ok" };
            check(Primitive::String, good, expected);
        }
        check(Primitive::String, "Standard <script>x</script>", "value-html");
        check(Primitive::Markdown, "a <br/> b", "value-html");
        check(Primitive::String, "<b>\u{1}</b>", "value-control-character");
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
