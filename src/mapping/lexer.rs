//! From text to tokens. Comments are tokens too: those that document something are kept by the parser.
//! FHIRPath expressions are not tokenised for themselves: the parser takes their text from where they
//! begin to where they end, and `fhirpath` reads it.

use super::SyntaxError;
use crate::text::{self, Scanner};

/// A token with its place.
pub(super) type Token = text::Token<TokenKind>;

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
    Scanner::new(text, at).tokens(&TokenKind::End, skip, token)
}

/// White space and `/* */`, which documents nothing.
fn skip(scanner: &mut Scanner<'_>) -> Result<(), SyntaxError> {
    loop {
        scanner.take(char::is_whitespace);
        if !scanner.comment()? {
            return Ok(());
        }
    }
}

fn token(scanner: &mut Scanner<'_>) -> Result<TokenKind, SyntaxError> {
    let rest = scanner.rest();
    let Some(first) = scanner.peek() else { return Ok(TokenKind::End) };
    if rest.starts_with("//") {
        return Ok(comment(scanner));
    }
    match first {
        'A'..='Z' | 'a'..='z' | '_' => Ok(TokenKind::Word(scanner.word().to_owned())),
        '0'..='9' => Ok(TokenKind::Number(scanner.number().to_owned())),
        '"' if rest.starts_with("\"\"\"") => triple(scanner).map(TokenKind::Double),
        '`' => scanner.quoted('`').map(TokenKind::Delimited),
        '\'' => scanner.quoted('\'').map(TokenKind::Single),
        '"' => scanner.quoted('"').map(TokenKind::Double),
        '@' => {
            scanner.take_text("@");
            let is_part = |c: char| c.is_ascii_alphanumeric() || ":.+-".contains(c);
            Ok(TokenKind::Temporal(scanner.take(is_part).to_owned()))
        }
        _ => scanner.symbol(&SYMBOLS).map(TokenKind::Symbol),
    }
}

/// `/// name =` begins metadata; everything else after two slashes is a comment.
fn comment(scanner: &mut Scanner<'_>) -> TokenKind {
    let mut after = *scanner;
    let line = after.take_line();
    if let Some((name, value)) = line.strip_prefix("///").and_then(|it| it.split_once('='))
        && !value.starts_with('=')
    {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-[]".contains(c);
        if !name.trim().is_empty() && name.trim().chars().all(is_part) {
            scanner.take_text("///");
            return TokenKind::Metadata;
        }
    }
    *scanner = after;
    TokenKind::Comment(line.trim_start_matches('/').trim().to_owned())
}

/// A text over several lines. The line ends next to the quotes are not part of it.
fn triple(scanner: &mut Scanner<'_>) -> Result<String, SyntaxError> {
    let start = scanner.at();
    scanner.take_text("\"\"\"");
    let Some(text) = scanner.take_past("\"\"\"") else {
        return Err(scanner.error(start, "The closing \"\"\" is missing"));
    };
    let text = text.replace("\r\n", "\n");
    let text = text.strip_prefix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\n').unwrap_or(text).to_owned())
}
