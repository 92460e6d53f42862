//! From text to tokens: names, numbers, strings, dates, symbols; white space and comments are skipped.

use super::SyntaxError;
use crate::text::{self, Scanner};

/// A token with its place.
pub(super) type Token = text::Token<TokenKind>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A name or a word of the language.
    Word(String),
    /// A name in backticks, decoded: never a word of the language.
    Delimited(String),
    /// A string, decoded.
    String(String),
    /// A number as written.
    Number(String),
    /// A number with an `L`, without it.
    Long(String),
    /// `@...` without the sign.
    DateTime(String),
    /// `$this` and the like, with the sign.
    Special(String),
    /// Operators and brackets.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 23] = [
    "<=", ">=", "!=", "!~", "<", ">", "=", "~", "+", "-", "*", "/", "&", "|", "(", ")", "[", "]",
    "{", "}", ",", ".", "%",
];

/// All tokens of `text`; the last is [`TokenKind::End`].
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, SyntaxError> {
    Scanner::new(text, 0).tokens(&TokenKind::End, skip, token)
}

/// White space and comments.
fn skip(scanner: &mut Scanner<'_>) -> Result<(), SyntaxError> {
    loop {
        scanner.take(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
        if scanner.take_text("//") {
            scanner.take_line();
        } else if !scanner.comment()? {
            return Ok(());
        }
    }
}

fn token(scanner: &mut Scanner<'_>) -> Result<TokenKind, SyntaxError> {
    let start = scanner.at();
    let Some(first) = scanner.peek() else { return Ok(TokenKind::End) };
    match first {
        'A'..='Z' | 'a'..='z' | '_' => Ok(TokenKind::Word(scanner.word().to_owned())),
        '0'..='9' => Ok(number(scanner)),
        '`' => scanner.quoted('`').map(TokenKind::Delimited),
        '\'' | '"' => scanner.quoted(first).map(TokenKind::String),
        '@' => date_time(scanner),
        '$' => {
            scanner.take_text("$");
            scanner.word();
            Ok(TokenKind::Special(scanner.since(start).to_owned()))
        }
        _ => scanner.symbol(&SYMBOLS).map(TokenKind::Symbol),
    }
}

fn number(scanner: &mut Scanner<'_>) -> TokenKind {
    let number = scanner.number();
    if !number.contains('.') && scanner.take_text("L") {
        return TokenKind::Long(number.to_owned());
    }
    TokenKind::Number(number.to_owned())
}

/// `@2020-01-01T10:00:00.000+01:00`, `@T10:00`. Only the form decides what belongs to it.
fn date_time(scanner: &mut Scanner<'_>) -> Result<TokenKind, SyntaxError> {
    let start = scanner.at();
    scanner.take_text("@");
    scanner.take(|c| c.is_ascii_digit() || c == '-');
    if scanner.take_text("T") {
        scanner.take(|c| c.is_ascii_digit() || c == ':');
        let fraction = scanner.rest().strip_prefix('.').unwrap_or_default();
        if fraction.starts_with(|c: char| c.is_ascii_digit()) {
            scanner.take_text(".");
            scanner.take(|c| c.is_ascii_digit());
        }
        zone(scanner);
    }
    let written = scanner.since(start + 1);
    if written.is_empty() {
        return Err(scanner.error(start, "Expected a date or a time after `@`"));
    }
    Ok(TokenKind::DateTime(written.to_owned()))
}

fn zone(scanner: &mut Scanner<'_>) {
    let offset = scanner.rest().get(..6).filter(|offset| {
        let bytes = offset.as_bytes();
        matches!(bytes[0], b'+' | b'-')
            && bytes[3] == b':'
            && [1, 2, 4, 5].iter().all(|&at| bytes[at].is_ascii_digit())
    });
    scanner.take_text(offset.unwrap_or("Z"));
}
