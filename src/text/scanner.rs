//! What the languages of FHIR have in common as text: FHIRPath, and the Mapping Language around it, write
//! names, numbers, strings and comments alike (<http://hl7.org/fhirpath/N1/#lexical-elements>).

use std::fmt::{self, Write};

use super::Span;

/// Why a text does not belong to its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes of the text.
    pub span: Span,
    /// What was expected and what was found.
    pub message: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// A token with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<K> {
    pub(crate) span: Span,
    pub(crate) kind: K,
}

/// A text that is read from its beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// Reads `text` from `at`, which has to be at the beginning of a character.
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// All tokens; the last is of the kind `end`. What `skip` takes lies between them.
    pub(crate) fn tokens<K: PartialEq>(
        mut self,
        end: &K,
        skip: impl Fn(&mut Self) -> Result<(), SyntaxError>,
        token: impl Fn(&mut Self) -> Result<K, SyntaxError>,
    ) -> Result<Vec<Token<K>>, SyntaxError> {
        let mut tokens = Vec::new();
        loop {
            skip(&mut self)?;
            let start = self.at;
            let kind = token(&mut self)?;
            let is_end = kind == *end;
            tokens.push(Token { span: self.span(start), kind });
            if is_end {
                return Ok(tokens);
            }
        }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// What was read since `start`.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The place of what was read since `start`.
    pub(crate) fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    pub(crate) fn error(&self, start: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { span: self.span(start), message: message.into() }
    }

    /// Takes what belongs to `is_part`.
    pub(crate) fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Takes `expected`, if it comes next.
    pub(crate) fn take_text(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected);
        self.at += if is_next { expected.len() } else { 0 };
        is_next
    }

    /// Takes everything up to and with `end`.
    pub(crate) fn take_past(&mut self, end: &str) -> Option<&'t str> {
        let rest = self.rest();
        let found = rest.find(end);
        self.at += found.map_or(rest.len(), |found| found + end.len());
        found.map(|found| &rest[..found])
    }

    /// Takes the rest of the line, without its end.
    pub(crate) fn take_line(&mut self) -> &'t str {
        self.take(|c| !matches!(c, '\n' | '\r'))
    }

    /// Takes `/* */`, if it comes next.
    pub(crate) fn comment(&mut self) -> Result<bool, SyntaxError> {
        let start = self.at;
        if !self.take_text("/*") {
            return Ok(false);
        }
        match self.take_past("*/") {
            Some(_) => Ok(true),
            None => Err(self.error(start, "This comment is not closed")),
        }
    }

    /// Takes a name without quotes.
    pub(crate) fn word(&mut self) -> &'t str {
        self.take(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    /// Takes digits, and a dot if a digit follows: `1.0`, but not the dot of `1.toString()` or `1..2`.
    pub(crate) fn number(&mut self) -> &'t str {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let after_dot = self.rest().strip_prefix('.').unwrap_or_default();
        if after_dot.starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        self.since(start)
    }

    /// The first of these symbols that comes next.
    pub(crate) fn symbol(&mut self, symbols: &[&'static str]) -> Result<&'static str, SyntaxError> {
        let start = self.at;
        if let Some(symbol) = symbols.iter().find(|symbol| self.take_text(symbol)) {
            return Ok(symbol);
        }
        let first = self.peek().unwrap_or_default();
        self.at += first.len_utf8();
        Err(self.error(start, format!("`{first}` has no meaning here")))
    }

    /// Takes a text in quotes, which come next, and decodes it.
    pub(crate) fn quoted(&mut self, quote: char) -> Result<String, SyntaxError> {
        let start = self.at;
        self.at += quote.len_utf8();
        let mut value = String::new();
        loop {
            value.push_str(self.take(|c| c != quote && c != '\\'));
            let mut chars = self.rest().chars();
            match (chars.next(), chars.next()) {
                (Some('\\'), Some(escaped)) => value.push(self.escape(escaped)?),
                (Some('\\'), None) | (None, _) => {
                    return Err(self.error(start, format!("The closing {quote} is missing")));
                }
                (Some(quote), _) => {
                    self.at += quote.len_utf8();
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

/// Writes a text in quotes, as [`Scanner::quoted`] reads it.
pub(crate) fn write_quoted(f: &mut impl Write, value: &str, quote: char) -> fmt::Result {
    f.write_char(quote)?;
    for c in value.chars() {
        match c {
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{c}' => f.write_str("\\f")?,
            '\\' => f.write_str("\\\\")?,
            c if c == quote => write!(f, "\\{c}")?,
            c => f.write_char(c)?,
        }
    }
    f.write_char(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, quoted: Result<&str, &str>, rest: &str) {
        let mut scanner = Scanner::new(text, 0);
        let found = scanner.quoted('\'').map_err(|error| error.message);
        assert_eq!(found, quoted.map(str::to_owned).map_err(str::to_owned), "{text}");
        assert_eq!(scanner.rest(), rest, "{text}");
    }

    #[test]
    fn strings_are_decoded() {
        check("'a' b", Ok("a"), " b");
        check(r"'\'\u00e9\n'", Ok("'é\n"), "");
        check("'a", Err("The closing ' is missing"), "");
        check(r"'\u00'", Err("Expected four hexadecimal digits after `\\u`"), "00'");
        check(r"'\ü'", Err("`\\ü` is not an escape sequence"), "'");
    }

    #[test]
    fn a_number_has_a_dot_only_before_digits() {
        for (text, number) in [("1.5.x", "1.5"), ("1.x", "1"), ("1..2", "1"), ("12", "12")] {
            assert_eq!(Scanner::new(text, 0).number(), number, "{text}");
        }
    }

    #[test]
    fn comments_end() {
        assert_eq!(Scanner::new("/* a */b", 0).comment(), Ok(true));
        assert_eq!(Scanner::new("// a", 0).comment(), Ok(false));
        let error = Scanner::new("x/* a", 1).comment().map_err(|error| error.span);
        assert_eq!(error, Err(Span::new(1, 5)));
    }
}
