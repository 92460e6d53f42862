//! From text to tokens: names, numbers, strings, dates, symbols; white space and comments are skipped.

use super::SyntaxError;
use crate::text::Span;

/// A token with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) kind: TokenKind,
}

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
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.space()?;
        let start = lexer.at;
        let kind = lexer.token()?;
        let is_end = kind == TokenKind::End;
        tokens.push(Token { span: lexer.span(start), kind });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    fn error(&self, start: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { span: self.span(start), message: message.into() }
    }

    /// Takes what belongs to `is_part`.
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn space(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.take(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            let (start, rest) = (self.at, self.rest());
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else {
                    self.at = self.text.len();
                    return Err(self.error(start, "This comment is not closed"));
                };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(TokenKind::End) };
        match first {
            'A'..='Z' | 'a'..='z' | '_' => Ok(TokenKind::Word(self.word())),
            '0'..='9' => Ok(self.number()),
            '`' => self.quoted('`').map(TokenKind::Delimited),
            '\'' | '"' => self.quoted(first).map(TokenKind::String),
            '@' => self.date_time(),
            '$' => {
                self.at += 1;
                self.word();
                Ok(TokenKind::Special(self.text[start..self.at].to_owned()))
            }
            _ => {
                let symbol = SYMBOLS.into_iter().find(|symbol| self.rest().starts_with(symbol));
                self.at += symbol.map_or(first.len_utf8(), str::len);
                symbol.map(TokenKind::Symbol).ok_or_else(|| {
                    self.error(start, format!("`{first}` has no meaning in FHIRPath"))
                })
            }
        }
    }

    fn word(&mut self) -> String {
        self.take(|c| c.is_ascii_alphanumeric() || c == '_').to_owned()
    }

    /// A dot belongs to the number only if a digit follows: `1.0`, but `1.toString()`.
    fn number(&mut self) -> TokenKind {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let mut after_dot = self.rest().strip_prefix('.').unwrap_or_default().chars();
        if after_dot.next().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        } else if self.rest().starts_with('L') {
            let digits = self.text[start..self.at].to_owned();
            self.at += 1;
            return TokenKind::Long(digits);
        }
        TokenKind::Number(self.text[start..self.at].to_owned())
    }

    /// `@2020-01-01T10:00:00.000+01:00`, `@T10:00`. Only the form decides what belongs to it.
    fn date_time(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        self.at += 1;
        self.take(|c| c.is_ascii_digit() || c == '-');
        if self.rest().starts_with('T') {
            self.at += 1;
            self.take(|c| c.is_ascii_digit() || c == ':');
            let mut fraction = self.rest().chars();
            if fraction.next() == Some('.') && fraction.next().is_some_and(|c| c.is_ascii_digit()) {
                self.at += 1;
                self.take(|c| c.is_ascii_digit());
            }
            self.zone();
        }
        let written = &self.text[start + 1..self.at];
        if written.is_empty() {
            return Err(self.error(start, "Expected a date or a time after `@`"));
        }
        Ok(TokenKind::DateTime(written.to_owned()))
    }

    fn zone(&mut self) {
        let is_offset = |rest: &str| {
            let bytes = rest.as_bytes();
            bytes.len() >= 6
                && matches!(bytes[0], b'+' | b'-')
                && bytes[3] == b':'
                && [1, 2, 4, 5].iter().all(|&at| bytes[at].is_ascii_digit())
        };
        if self.rest().starts_with('Z') {
            self.at += 1;
        } else if is_offset(self.rest()) {
            self.at += 6;
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let plain = self.take(|c| c != quote && c != '\\');
            value.push_str(plain);
            let mut chars = self.rest().chars();
            match (chars.next(), chars.next()) {
                (Some('\\'), Some(escaped)) => {
                    value.push(self.escape(escaped)?);
                }
                (Some('\\'), None) | (None, _) => {
                    return Err(self.error(start, format!("The closing {quote} is missing")));
                }
                (Some(_), _) => {
                    self.at += 1;
                    return Ok(value);
                }
            }
        }
    }

    fn escape(&mut self, escaped: char) -> Result<char, SyntaxError> {
        let start = self.at;
        self.at += 1 + escaped.len_utf8();
        Ok(match escaped {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            '\\' | '/' | '\'' | '"' | '`' => escaped,
            'u' => {
                let digits = self.rest().get(..4).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 4);
                let Some(c) = code.and_then(char::from_u32) else {
                    return Err(self.error(start, "Expected four hexadecimal digits after `\\u`"));
                };
                self.at += 4;
                c
            }
            other => {
                return Err(self.error(start, format!("`\\{other}` is not an escape sequence")));
            }
        })
    }
}
