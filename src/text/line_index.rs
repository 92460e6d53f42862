//! From byte offsets to lines and columns. Columns count UTF-16 code units, as JavaScript, the
//! language server protocol and the HL7 validator do.

use super::{Span, find};

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 code units, from 1.
    pub column: u32,
}

/// The line starts of one text, built in one pass over it. A long line has further anchors inside,
/// so that a position is found in constant time in a minified file too.
#[derive(Clone, Debug)]
pub struct LineIndex {
    anchors: Vec<Anchor>,
}

/// An offset whose line and column (both from 0) are known.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    offset: u32,
    line: u32,
    column: u32,
}

/// Bytes of one line after which another anchor is set.
const STRIDE: u32 = 1024;

impl LineIndex {
    /// Finds the lines of `text`: LF, CRLF and a lone CR each end one.
    pub fn new(text: &str) -> Self {
        Self::until(text, text.len() as u32)
    }

    /// Finds the lines of `text` as far as is needed for positions up to `end`.
    pub fn until(text: &str, end: u32) -> Self {
        let bytes = text.as_bytes();
        let mut last = Anchor { offset: 0, line: 0, column: 0 };
        let mut anchors = vec![last];
        while last.offset <= end {
            let ending =
                find(bytes, last.offset as usize, |word| word.equal(b'\n') | word.equal(b'\r'));
            while ending as u32 - last.offset >= STRIDE {
                let next = text.ceil_char_boundary((last.offset + STRIDE) as usize);
                let column = last.column + utf16_length(&bytes[last.offset as usize..next]);
                last = Anchor { offset: next as u32, column, ..last };
                anchors.push(last);
            }
            let length = match bytes.get(ending..) {
                None | Some([]) => break,
                Some([b'\r', b'\n', ..]) => 2,
                Some(_) => 1,
            };
            last = Anchor { offset: (ending + length) as u32, line: last.line + 1, column: 0 };
            anchors.push(last);
        }
        Self { anchors }
    }

    /// Line and column of the byte `offset` of `text`, which must be the text of [`LineIndex::new`].
    /// An offset past the end or inside a character is taken as the character's start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let after = self.anchors.partition_point(|anchor| anchor.offset <= offset);
        let anchor = self.anchors[after.saturating_sub(1)];
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let passed = text.as_bytes().get(anchor.offset as usize..end).unwrap_or_default();
        Position { line: anchor.line + 1, column: anchor.column + utf16_length(passed) + 1 }
    }

    /// The text of line `line` (from 1) without its ending; empty past the last line.
    pub fn line<'t>(&self, text: &'t str, line: u32) -> &'t str {
        self.line_span(text, line).slice(text)
    }

    /// Where line `line` (from 1) stands in `text`, without its ending; empty past the last line.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let start_of = |line: u32| {
            let at = self.anchors.partition_point(|anchor| anchor.line < line);
            self.anchors.get(at).map_or(text.len() as u32, |anchor| anchor.offset)
        };
        let Some(line) = line.checked_sub(1) else { return Span::default() };
        let whole = Span::new(start_of(line), start_of(line + 1));
        let shown = whole.slice(text).trim_end_matches(['\r', '\n']).len();
        Span { end: whole.start + shown as u32, ..whole }
    }
}

/// How many UTF-16 code units the characters that begin in `bytes` take.
fn utf16_length(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes.iter().map(|&byte| utf16_units(byte)).sum()
}

/// UTF-16 code units that begin at a byte of UTF-8: none for a continuation byte, two where four
/// bytes make one character.
fn utf16_units(byte: u8) -> u32 {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: u32, expected: (u32, u32)) {
        let position = LineIndex::new(text).position(text, offset);
        assert_eq!((position.line, position.column), expected, "offset {offset} of {text:?}");
    }

    #[test]
    fn counts_lines_by_every_ending() {
        check("a\nb", 2, (2, 1));
        check("a\r\nb", 3, (2, 1));
        check("a\rb", 2, (2, 1));
        check("", 0, (1, 1));
    }

    #[test]
    fn counts_columns_in_utf16_units() {
        check("é€x", 5, (1, 3));
        check("😀x", 4, (1, 3));
        check("😀x", 2, (1, 1));
        check("ab", 99, (1, 3));
    }

    #[test]
    fn finds_a_place_in_a_very_long_line() {
        let text = format!("x\n{}", "😀é".repeat(5_000));
        check(&text, 2 + 6 * 4_000, (2, 1 + 3 * 4_000));
        assert_eq!(LineIndex::new(&text).line(&text, 2).len(), 30_000);
    }

    #[test]
    fn a_part_of_the_lines_gives_the_same_positions() {
        let text = format!("a\r\nb\rc\n\n{}é\r\nx", "y".repeat(3_000));
        let whole = LineIndex::new(&text);
        for end in 0..=text.len() as u32 {
            let part = LineIndex::until(&text, end);
            assert_eq!(part.position(&text, end), whole.position(&text, end), "{end}");
        }
    }

    #[test]
    fn gives_a_line_without_its_ending() {
        let text = "one\r\ntwo\n";
        let index = LineIndex::new(text);
        assert_eq!([1, 2, 3, 4, 0].map(|line| index.line(text, line)), ["one", "two", "", "", ""]);
    }
}
