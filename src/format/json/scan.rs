//! Finding the next byte that matters in JSON: most of it is text and indentation.

use crate::text::{Word, find};

/// The first offset from `at` on of a quote, a backslash or a control character; the end if there is none.
pub(super) fn string_end(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, |word| word.equal(b'"') | word.equal(b'\\') | word.below(0x20))
}

/// The first offset from `at` on that is not white space of JSON.
pub(super) fn space_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            Some(b' ') => {
                at += 1;
                while Word::at(bytes, at) == Some(Word::of(b' ')) {
                    at += 8;
                }
            }
            _ => return at,
        }
    }
}

/// The first offset from `at` on that ends a word: white space, a bracket, a comma, a colon or a quote.
pub(super) fn word_end(bytes: &[u8], at: usize) -> usize {
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')
    };
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(is_end).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(find: fn(&[u8], usize) -> usize, text: &str, expected: usize) {
        assert_eq!(find(text.as_bytes(), 0), expected, "{text:?}");
    }

    #[test]
    fn finds_the_end_of_plain_text() {
        for length in 0..40 {
            let plain = "é".repeat(length / 2) + &"a".repeat(length % 2);
            for end in ["\"", "\\n", "\n", "\u{1f}\"\"\"\"\"\"\"\"\"", "\"aaaaaaaaaa"] {
                check(string_end, &format!("{plain}{end}"), length);
            }
            check(string_end, &plain, length);
        }
        check(string_end, "\u{7f} ~!#[]", 7);
    }

    #[test]
    fn skips_white_space() {
        for length in 0..40 {
            check(space_end, &format!("{}x", " ".repeat(length)), length);
            check(space_end, &format!("\n{}\t\r\n}}", " ".repeat(length)), length + 4);
        }
        check(space_end, "", 0);
    }

    #[test]
    fn finds_the_end_of_a_word() {
        check(word_end, "true,", 4);
        check(word_end, "nul", 3);
        check(word_end, "", 0);
    }
}
