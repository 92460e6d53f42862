//! Escape sequences (HL7 2.x, chapter 2.7): `\F\`, `\X0D\`, `\.br\` and the others, to text and back.
//!
//! A sequence that has no text of its own, such as the beginning of highlighting, becomes nothing. One that only
//! the sender knows (`\Z..\`), that changes the character set (`\C..\`, `\M..\`), or that is none at all, stays as
//! it was written: nothing is lost, and the validator says so.

use std::borrow::Cow;

use super::{NULL, Separators};

/// What an escape sequence means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sequence<'r> {
    /// A character that would have a meaning if it stood there itself.
    Character(char),
    /// Bytes, in hexadecimal.
    Bytes(Vec<u8>),
    /// Line ends.
    Lines(usize),
    /// Spaces.
    Spaces(usize),
    /// Only about how text looks.
    Appearance,
    /// Agreed on between sender and receiver.
    Local,
    /// Another character set from here on.
    CharacterSet,
    /// Not a sequence: what follows has no second escape character, or is none that HL7 has.
    Unknown(&'r str),
}

/// How many line ends or spaces one sequence makes at most: a few bytes must not stand for gigabytes.
const MOST: usize = 1000;

/// The text that a value stands for.
pub fn unescape(raw: &str, separators: Separators) -> Cow<'_, str> {
    let escape = separators.escape;
    if escape == 0 || !raw.as_bytes().contains(&escape) {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    // Bytes of neighbouring sequences can be one character.
    let mut bytes = Vec::new();
    for (before, sequence, written) in sequences(raw, separators) {
        if !before.is_empty() {
            flush(&mut bytes, &mut text);
            text.push_str(before);
        }
        match sequence {
            None => {}
            Some(Sequence::Bytes(more)) => bytes.extend(more),
            Some(sequence) => {
                flush(&mut bytes, &mut text);
                push(&sequence, written, &mut text);
            }
        }
    }
    flush(&mut bytes, &mut text);
    Cow::Owned(text)
}

fn push(sequence: &Sequence<'_>, written: &str, text: &mut String) {
    match sequence {
        Sequence::Character(character) => text.push(*character),
        Sequence::Lines(count) => text.extend(std::iter::repeat_n('\n', *count)),
        Sequence::Spaces(count) => text.extend(std::iter::repeat_n(' ', *count)),
        Sequence::Appearance | Sequence::Bytes(_) => {}
        Sequence::Local | Sequence::CharacterSet | Sequence::Unknown(_) => text.push_str(written),
    }
}

/// Bytes that are no UTF-8 are characters of Latin-1.
fn flush(bytes: &mut Vec<u8>, text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(decoded) => text.push_str(decoded),
        Err(_) => text.extend(bytes.iter().map(|&byte| char::from(byte))),
    }
    bytes.clear();
}

/// The escape sequences of a value, each with the text before it and as it was written; the last entry is the text
/// after them.
pub(crate) fn sequences(
    raw: &str,
    separators: Separators,
) -> impl Iterator<Item = (&str, Option<Sequence<'_>>, &str)> {
    let escape = char::from(separators.escape);
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(start) = text.find(escape) else {
            rest = None;
            return Some((text, None, ""));
        };
        let (before, from) = text.split_at(start);
        let (sequence, length) = match from[1..].split_once(escape) {
            Some((content, _)) => (meaning(content, separators), content.len() + 2),
            None => (Sequence::Unknown(from), 1),
        };
        // Of what is no sequence, only the first character is passed: its second may begin a right one.
        let length = if matches!(sequence, Sequence::Unknown(_)) { 1 } else { length };
        let (written, after) = from.split_at(length);
        rest = Some(after);
        Some((before, Some(sequence), written))
    })
}

fn meaning(content: &str, separators: Separators) -> Sequence<'_> {
    if let Some(character) = separators.character_of(content) {
        return Sequence::Character(character);
    }
    let mut rest = content.chars();
    let first = rest.next();
    let rest = rest.as_str();
    match first {
        Some('H' | 'N') if rest.is_empty() => Some(Sequence::Appearance),
        Some('X') => hexadecimal(rest).map(Sequence::Bytes),
        Some('Z') => Some(Sequence::Local),
        Some('C') if rest.len() == 4 => hexadecimal(rest).map(|_| Sequence::CharacterSet),
        Some('M') if matches!(rest.len(), 4 | 6) => {
            hexadecimal(rest).map(|_| Sequence::CharacterSet)
        }
        Some('.') => formatting(rest),
        _ => None,
    }
    .unwrap_or(Sequence::Unknown(content))
}

fn formatting(command: &str) -> Option<Sequence<'_>> {
    let (name, argument) = command.split_at_checked(2)?;
    let digits = argument.strip_prefix(['+', '-']).unwrap_or(argument);
    let count = if digits.is_empty() { Some(1) } else { digits.parse().ok() };
    let count = count.map(|count: usize| count.min(MOST));
    match name {
        "br" | "ce" if argument.is_empty() => Some(Sequence::Lines(1)),
        "sp" => count.map(Sequence::Lines),
        "sk" => count.map(Sequence::Spaces),
        "fi" | "nf" if argument.is_empty() => Some(Sequence::Appearance),
        "in" | "ti" => count.map(|_| Sequence::Appearance),
        _ => None,
    }
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let is_whole = !digits.is_empty() && digits.len().is_multiple_of(2);
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
        u8::from_str_radix(pair, 16).ok()
    });
    if is_whole { pairs.collect() } else { None }
}

/// The value as it is written between separators. A line end becomes `\.br\`. Without an escape character, a
/// character that has a meaning becomes a space.
pub fn escape(value: &str, separators: Separators) -> Cow<'_, str> {
    if value == NULL && separators.escape != 0 {
        // Two quotes that mean themselves.
        return Cow::Owned(sequence("X2222", separators));
    }
    let has_meaning = |c: char| c.is_control() || separators.letter_of(c).is_some();
    if !value.contains(has_meaning) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        let content = match (separators.letter_of(c), c) {
            (Some(letter), _) => letter.to_string(),
            (None, '\n') => ".br".to_owned(),
            (None, '\r' | '\x0B' | '\x1C') => format!("X{:02X}", u32::from(c)),
            _ => {
                text.push(c);
                continue;
            }
        };
        if separators.escape == 0 {
            text.push(' ');
        } else {
            text += &sequence(&content, separators);
        }
    }
    Cow::Owned(text)
}

fn sequence(content: &str, separators: Separators) -> String {
    let escape = char::from(separators.escape);
    format!("{escape}{content}{escape}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(unescape(raw, Separators::default()), expected);
    }

    #[test]
    fn characters_with_a_meaning() {
        check(r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f");
        check(r"\P\", "#");
        check("plain", "plain");
    }

    #[test]
    fn bytes() {
        check(r"\X41\\X0D\", "A\r");
        check(r"\XC3A9\\XC3\\XA9\", "éé");
        check(r"\XE9\", "é");
        check(r"\X4\ \X\ \X+4\ \XZZ\", r"\X4\ \X\ \X+4\ \XZZ\");
    }

    #[test]
    fn formatting_becomes_lines_and_spaces() {
        check(r"one\.br\two\.sp2\three\.sk3\four\.ce\five", "one\ntwo\n\nthree   four\nfive");
        check(r"\.in+4\\.ti-2\\.fi\a\.nf\\H\b\N\", "ab");
        check(r"\.sp99999999\", &"\n".repeat(MOST));
    }

    #[test]
    fn what_has_no_text_stays() {
        check(r"\Zlocal\ \C2842\ \M2442\ \M242844\", r"\Zlocal\ \C2842\ \M2442\ \M242844\");
        check(r"C:\temp\F\x", r"C:\temp|x");
        check(r"end\", r"end\");
        check(r"\Q\\F\", r"\Q\|");
        check(r"\\", r"\\");
    }

    #[test]
    fn writes_what_reads_back() {
        let separators = Separators { truncation: b'#', ..Separators::default() };
        for value in
            ["", "a|b^c&d~e\\f#g", "line\nline\rline", "\"\"", "\u{b}\u{1c}", "é\tx", "\\X41\\"]
        {
            let written = escape(value, separators);
            assert_eq!(unescape(&written, separators), value, "{written}");
            assert!(!written.contains(['|', '^', '&', '~', '\r', '\n', '#']), "{written}");
        }
        let none = Separators { escape: 0, ..Separators::default() };
        assert_eq!(escape("a|b", none), "a b");
    }
}
