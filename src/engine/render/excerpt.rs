//! The part of a source line that a finding is about, cut to the width of a terminal.

use unicode_width::UnicodeWidthChar;

use super::style::push_visible_char;

/// A line of text around a span, as it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// What is shown of the line: safe for a terminal, with `…` where it was cut.
    pub(super) line: String,
    /// Columns before the underline.
    pub(super) indent: usize,
    /// Columns of the underline, at least one.
    pub(super) underline: usize,
}

/// Columns below which an excerpt says nothing.
const LEAST_WIDTH: usize = 12;

impl Excerpt {
    /// Shows at most `width` columns of `line` around the bytes from `start` to `end`, which may lie
    /// past its end. Costs the width, not the length of the line: a minified file is one line.
    pub(super) fn new(line: &str, start: usize, end: usize, width: usize) -> Self {
        let width = width.max(LEAST_WIDTH);
        let (head, rest) = line.split_at(line.floor_char_boundary(start));
        let length = line.floor_char_boundary(end).saturating_sub(head.len());
        let (span, tail) = rest.split_at(length);
        // A span that fills the width leaves a quarter to what is before it, and a mark for the rest.
        let context = show(head.chars().rev(), width / 4).columns();
        let margin = context + usize::from(!tail.is_empty());
        let marked = show(span.chars(), width.saturating_sub(margin));
        let room = width.saturating_sub(marked.columns());
        let wanted_after = show(tail.chars(), room).columns();
        let before = show(head.chars().rev(), (room * 2 / 3).max(room - wanted_after.min(room)));
        let after = show(tail.chars(), room.saturating_sub(before.columns()));
        join(&before, &marked, &after)
    }
}

fn join(before: &Shown, marked: &Shown, after: &Shown) -> Excerpt {
    let mut line = String::new();
    if before.is_cut {
        line.push('…');
    }
    line.extend(before.text.chars().rev());
    line.push_str(&marked.text);
    if marked.is_cut {
        line.push('…');
    } else {
        line.push_str(&after.text);
        if after.is_cut {
            line.push('…');
        }
    }
    Excerpt { line, indent: before.columns(), underline: marked.width.max(1) }
}

/// Text of some columns.
#[derive(Debug, Default)]
struct Shown {
    text: String,
    width: usize,
    is_cut: bool,
}

impl Shown {
    /// Columns with the mark of a cut.
    fn columns(&self) -> usize {
        self.width + usize::from(self.is_cut)
    }
}

/// Takes characters while they fit into `columns`, of which one is kept for a `…` where there are more.
fn show(chars: impl Iterator<Item = char>, columns: usize) -> Shown {
    let mut shown = Shown::default();
    let (mut length, mut width) = (0, 0);
    for c in chars {
        let from = shown.text.len();
        push_visible_char(&mut shown.text, c);
        shown.width +=
            shown.text[from..].chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
        if shown.width > columns {
            shown.text.truncate(length);
            return Shown { width, is_cut: true, ..shown };
        }
        if shown.width < columns {
            (length, width) = (shown.text.len(), shown.width);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks the bytes of `span` in `line` and shows the two rows.
    #[track_caller]
    fn check(line: &str, span: (usize, usize), width: usize, expected: [&str; 2]) {
        let excerpt = Excerpt::new(line, span.0, span.1, width);
        let marks = " ".repeat(excerpt.indent) + &"^".repeat(excerpt.underline);
        assert_eq!([excerpt.line.as_str(), &marks], expected);
    }

    #[test]
    fn underlines_the_span() {
        check("ab cd ef", (3, 5), 20, ["ab cd ef", "   ^^"]);
        check("ab", (2, 2), 20, ["ab", "  ^"]);
        check("", (0, 9), 20, ["", "^"]);
        check("[ {", (2, 90), 20, ["[ {", "  ^"]);
    }

    #[test]
    fn counts_columns_as_a_terminal_does() {
        check("\t\"é漢\":1", (1, 8), 20, ["    \"é漢\":1", "    ^^^^^"]);
        check("😀x", (4, 5), 20, ["😀x", "  ^"]);
        check("e\u{301}x", (3, 4), 20, ["e\u{301}x", " ^"]);
        check("😀x", (2, 4), 20, ["😀x", "^^"]);
    }

    #[test]
    fn cuts_a_long_line_around_the_span() {
        check("0123456789abcdefghij", (10, 12), 14, ["…3456789abcde…", "        ^^"]);
        check("0123456789abcdef", (0, 2), 12, ["0123456789a…", "^^"]);
        check("0123456789abcdef", (14, 16), 12, ["…56789abcdef", "          ^^"]);
        check("0123456789abcdef", (0, 16), 12, ["0123456789a…", "^^^^^^^^^^^"]);
        check("0123456789abcdef", (8, 16), 12, ["…56789abcdef", "    ^^^^^^^^"]);
        check("0123456789abcdef01", (4, 17), 12, ["…23456789a…", "   ^^^^^^^"]);
        check("0123456789ab", (0, 12), 12, ["0123456789ab", "^^^^^^^^^^^^"]);
        check("漢漢漢漢漢漢漢漢", (6, 9), 13, ["漢漢漢漢漢漢…", "    ^^"]);
    }

    #[test]
    fn survives_no_width_at_all() {
        check("abc", (1, 2), 0, ["abc", " ^"]);
    }

    proptest::proptest! {
        #[test]
        fn fits_its_width_and_shows_nothing_else(
            line in "(?s).{0,60}", start in 0_usize..200, end in 0_usize..200, width in 0_usize..90,
        ) {
            let excerpt = Excerpt::new(&line, start, end, width);
            let columns: usize = excerpt.line.chars().filter_map(UnicodeWidthChar::width).sum();
            assert!(columns <= width.max(LEAST_WIDTH));
            assert!(excerpt.indent + excerpt.underline <= columns.max(excerpt.indent + 1));
            assert!(!excerpt.line.chars().any(char::is_control));
        }
    }
}
