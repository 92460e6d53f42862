//! Roles of text in a report, their colours, and text made safe for a terminal.

use crate::issue::Severity;

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// File, line and column.
    Place,
    /// The word for a severity, and the underline.
    Severity(Severity),
    /// The sentence.
    Message,
    /// Code, line numbers: there for those who look for them.
    Quiet,
    /// The FHIRPath location.
    Expression,
    /// All is well.
    Good,
    /// Nothing that stands out.
    Plain,
}

impl Role {
    /// The parameters of the SGR escape sequence: the terminal's own palette, so that every theme
    /// stays readable.
    const fn sgr(self) -> &'static str {
        match self {
            Self::Place | Self::Message => "1",
            Self::Severity(Severity::Fatal | Severity::Error) => "1;31",
            Self::Severity(Severity::Warning) => "1;33",
            Self::Severity(Severity::Information) => "1;34",
            Self::Quiet => "2",
            Self::Expression => "36",
            Self::Good => "1;32",
            Self::Plain => "0",
        }
    }
}

/// Appends `text`, made safe, in the colour of `role` where `color` is on.
pub(super) fn paint(out: &mut String, color: bool, role: Role, text: &str) {
    if !color || matches!(role, Role::Plain) {
        return push_visible(out, text);
    }
    out.push_str("\x1b[");
    out.push_str(role.sgr());
    out.push('m');
    push_visible(out, text);
    out.push_str("\x1b[0m");
}

fn push_visible(out: &mut String, text: &str) {
    text.chars().for_each(|c| push_visible_char(out, c));
}

/// Appends a character so that it can do nothing but be seen: an input cannot steer the terminal or
/// turn the order of what is read.
pub(super) fn push_visible_char(out: &mut String, c: char) {
    match c {
        '\t' => out.push_str("    "),
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\x7f' => out.push('\u{2421}'),
        c if c.is_control() || is_bidi_control(c) => out.push('\u{fffd}'),
        c => out.push(c),
    }
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(color: bool, text: &str, expected: &str) {
        let mut out = String::new();
        paint(&mut out, color, Role::Quiet, text);
        assert_eq!(out, expected);
    }

    #[test]
    fn colours_where_asked() {
        check(false, "x", "x");
        check(true, "x", "\x1b[2mx\x1b[0m");
    }

    #[test]
    fn shows_what_could_steer_a_terminal() {
        check(false, "a\x1b[31m\tb\r\n", "a␛[31m    b␍␊");
        check(false, "\x7f\u{9b}\u{202e}é", "␡\u{fffd}\u{fffd}é");
    }
}
