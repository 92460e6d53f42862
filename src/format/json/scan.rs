//! Finding the next byte that matters, eight at a time: most of a FHIR resource is text and indentation.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = LOW << 7;

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_le_bytes(chunk))
}

/// Sets the high bit of each byte that equals `byte`; exact up to and including the first such byte.
const fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (LOW * byte as u64);
    difference.wrapping_sub(LOW) & !difference & HIGH
}

/// The first offset from `at` on of a quote, a backslash or a control character; the end if there is none.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let control = word.wrapping_sub(LOW * 0x20) & !word & HIGH;
        let found = equal(word, b'"') | equal(word, b'\\') | control;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// The first offset from `at` on that is not white space of JSON.
pub(super) fn space_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            Some(b' ') => {
                at += 1;
                while word(bytes, at) == Some(LOW * 0x20) {
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
