//! From text to tokens. Comments are tokens too: those that document something are kept by the parser.
//! FHIRPath expressions are not tokenised for themselves: the parser takes their text from where they
//! begin to where they end, and `fhirpath` reads it.

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
    /// A name in backticks: never a word of the language.
    Delimited(String),
    /// A text in single quotes, decoded.
    Single(String),
    /// A text in double quotes, decoded.
    Double(String),
    /// A number as written, perhaps with a sign.
    Number(String),
    /// `@...` without the sign.
    Temporal(String),
    /// `///`: the beginning of a line of metadata.
    Metadata,
    /// `// text`, without the signs.
    Comment(String),
    /// Everything else; characters without meaning are symbols of their own, for FHIRPath has more.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// Longest first.
const SYMBOLS: [&str; 38] = [
    "->", "<-", ">-", "<<", ">>", "<=", ">=", "==", "!=", "--", "..", "(", ")", "{", "}", "[", "]",
    ",", ";", ":", ".", "=", "<", ">", "+", "-", "*", "/", "~", "!", "%", "&", "|", "$", "#", "?",
    "^", "\\",
];

/// All tokens of `text`; the last is [`TokenKind::End`].
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, SyntaxError> {
    // A byte order mark is no part of the map, but counts in the places.
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lexer = Lexer { text, at };
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

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// White space and `/* */`, which documents nothing.
    fn space(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.take(char::is_whitespace);
            if !self.rest().starts_with("/*") {
                return Ok(());
            }
            let (start, rest) = (self.at, self.rest());
            let Some(end) = rest.find("*/") else {
                self.at = self.text.len();
                return Err(self.error(start, "This comment is not closed"));
            };
            self.at += end + 2;
        }
    }

    fn token(&mut self) -> Result<TokenKind, SyntaxError> {
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(TokenKind::End) };
        if rest.starts_with("//") {
            return Ok(self.comment());
        }
        match first {
            'A'..='Z' | 'a'..='z' | '_' => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
                Ok(TokenKind::Word(self.take(is_part).to_owned()))
            }
            '0'..='9' => Ok(TokenKind::Number(self.number())),
            '"' if rest.starts_with("\"\"\"") => self.triple().map(TokenKind::Double),
            '`' => self.quoted('`').map(TokenKind::Delimited),
            '\'' => self.quoted('\'').map(TokenKind::Single),
            '"' => self.quoted('"').map(TokenKind::Double),
            '@' => {
                self.at += 1;
                let is_part = |c: char| c.is_ascii_alphanumeric() || ":.+-".contains(c);
                Ok(TokenKind::Temporal(self.take(is_part).to_owned()))
            }
            _ => {
                let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
                self.at += symbol.map_or(first.len_utf8(), str::len);
                let unknown = || self.error(start, format!("`{first}` has no meaning here"));
                symbol.map(TokenKind::Symbol).ok_or_else(unknown)
            }
        }
    }

    /// `/// name =` begins metadata; everything else after two slashes is a comment.
    fn comment(&mut self) -> TokenKind {
        let rest = self.rest();
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        if let Some(content) = line.strip_prefix("///") {
            let name = content.split_once('=').map_or("", |(name, _)| name.trim());
            let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-[]".contains(c);
            if !name.is_empty() && name.chars().all(is_part) {
                self.at += 3;
                return TokenKind::Metadata;
            }
        }
        self.at += line.len();
        TokenKind::Comment(line.trim_start_matches('/').trim().to_owned())
    }

    /// A dot belongs to the number only if a digit follows: `1.0`, but `1..2`.
    fn number(&mut self) -> String {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let mut after_dot = self.rest().strip_prefix('.').unwrap_or_default().chars();
        if after_dot.next().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        self.text[start..self.at].to_owned()
    }

    /// A text over several lines. The line ends next to the quotes are not part of it.
    fn triple(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        self.at += 3;
        let rest = self.rest();
        let Some(end) = rest.find("\"\"\"") else {
            self.at = self.text.len();
            return Err(self.error(start, "The closing \"\"\" is missing"));
        };
        self.at += end + 3;
        let text = rest[..end].replace("\r\n", "\n");
        let text = text.strip_prefix('\n').unwrap_or(&text);
        Ok(text.strip_suffix('\n').unwrap_or(text).to_owned())
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
                (Some('\\'), Some(escaped)) => value.push(self.escape(escaped)?),
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
                    return Err(self.error(start, "`\\u` needs the four digits of a character"));
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
