//! From tokens to a [`Map`], by the grammar of R5, and with what maps of R4 do otherwise: `map "url" = "name"`,
//! `where` without brackets, the old relations of concept maps.

mod concept_map;
mod expression;
mod rule;

use super::SyntaxError;
use super::ast::{
    Constant, Group, Input, InputMode, Map, Metadata, Structure, StructureMode, TypeMode, Word,
};
use super::lexer::{Token, TokenKind, tokenize};
use crate::text::Span;

/// How deep rules may stand inside each other.
const DEPTH: usize = 50;
/// How long a map may be, in bytes.
const LENGTH: usize = 16 << 20;

/// Parses a map.
///
/// # Errors
/// The first place that does not fit the grammar; a map longer than 16 MiB, or with rules inside each other
/// deeper than 50 levels.
pub fn parse(text: &str) -> Result<Map, SyntaxError> {
    if text.len() > LENGTH {
        let message = format!("The map is longer than {LENGTH} bytes");
        return Err(SyntaxError { span: Span::default(), message });
    }
    Parser::new(text)?.map()
}

/// Parses what stands between the `{` and `}` of one rule or group: for the resource form, which has no text.
struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// For each token, the comment before it and the comment after it on its line.
    notes: Vec<Notes>,
    at: usize,
    depth: usize,
}

#[derive(Clone, Debug, Default)]
struct Notes {
    before: Option<String>,
    after: Option<String>,
}

type Parsed<T> = Result<T, SyntaxError>;

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Parsed<Self> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut notes: Vec<Notes> = vec![Notes::default()];
        for token in tokenize(text)? {
            let TokenKind::Comment(comment) = &token.kind else {
                tokens.push(token);
                notes.push(Notes::default());
                continue;
            };
            // The last entry is of the token that is still to come.
            let last = tokens.len();
            let is_on_line = tokens.last().is_some_and(|before| {
                !Span::new(before.span.end, token.span.start).slice(text).contains('\n')
            });
            let slot = match last.checked_sub(1).filter(|_| is_on_line) {
                Some(before) => &mut notes[before].after,
                None => &mut notes[last].before,
            };
            join(slot, comment);
        }
        Ok(Self { text, tokens, notes, at: 0, depth: 0 })
    }

    fn peek(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    fn peek_at(&self, offset: usize) -> &TokenKind {
        &self.tokens[(self.at + offset).min(self.tokens.len() - 1)].kind
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The end of the token before.
    fn end(&self) -> u32 {
        self.at.checked_sub(1).map_or(0, |before| self.tokens[before].span.end)
    }

    /// Passes a token; the last one, [`TokenKind::End`], is never passed.
    fn skip(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), TokenKind::Word(found) if found == word)
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let is_here = self.is_symbol(symbol);
        self.at += usize::from(is_here);
        is_here
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_here = self.is_word(word);
        self.at += usize::from(is_here);
        is_here
    }

    fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.takes(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.takes_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.peek() {
            TokenKind::End => "the map ends".to_owned(),
            TokenKind::Word(word) | TokenKind::Delimited(word) => format!("found `{word}`"),
            TokenKind::Symbol(symbol) => format!("found `{symbol}`"),
            TokenKind::Single(_) | TokenKind::Double(_) => "found a text".to_owned(),
            TokenKind::Number(_) => "found a number".to_owned(),
            TokenKind::Temporal(_) => "found a date or time".to_owned(),
            TokenKind::Metadata => "found `///`".to_owned(),
            TokenKind::Comment(_) => "found a comment".to_owned(),
        };
        SyntaxError { span: self.span(), message: format!("Expected {expected}, {found}") }
    }

    /// A name, with or without backticks. Words of the language are names where a name is expected.
    fn name(&mut self, what: &str) -> Parsed<Word> {
        let (TokenKind::Word(text) | TokenKind::Delimited(text)) = self.peek() else {
            return Err(self.unexpected(what));
        };
        let word = Word { text: text.clone(), span: self.span() };
        self.skip();
        Ok(word)
    }

    /// A text in quotes of either kind.
    fn quoted(&mut self, what: &str) -> Parsed<Word> {
        let (TokenKind::Single(text) | TokenKind::Double(text)) = self.peek() else {
            return Err(self.unexpected(what));
        };
        let word = Word { text: text.clone(), span: self.span() };
        self.skip();
        Ok(word)
    }

    /// A name, or a text in quotes where older maps have one.
    fn name_or_quoted(&mut self, what: &str) -> Parsed<Word> {
        match self.peek() {
            TokenKind::Single(_) | TokenKind::Double(_) => self.quoted(what),
            _ => self.name(what),
        }
    }

    fn map(&mut self) -> Parsed<Map> {
        let mut map = Map::default();
        loop {
            match self.peek().clone() {
                TokenKind::Metadata => {
                    let entry = self.metadata()?;
                    describe(&mut map, entry)?;
                }
                TokenKind::Word(word) => match word.as_str() {
                    "map" => self.declaration(&mut map)?,
                    "conceptmap" => map.concept_maps.push(self.concept_map()?),
                    "uses" => map.structures.push(self.structure()?),
                    "imports" => {
                        self.skip();
                        map.imports.push(self.quoted("the canonical of a map in quotes")?);
                        self.takes(";");
                    }
                    "let" => map.constants.push(self.constant()?),
                    "group" => map.groups.push(self.group()?),
                    _ => return Err(self.unexpected("`group` or another declaration")),
                },
                // A map of concept maps only serves those that import it.
                TokenKind::End if !map.groups.is_empty() || !map.concept_maps.is_empty() => {
                    return Ok(map);
                }
                _ => return Err(self.unexpected("`group` or another declaration")),
            }
        }
    }

    /// `map "url" = "name"`, the form of R4.
    fn declaration(&mut self, map: &mut Map) -> Parsed<()> {
        self.skip();
        let url = self.quoted("the canonical of the map in quotes")?;
        self.expect("=")?;
        let name = self.name_or_quoted("the name of the map")?;
        for (name, value) in [("url", url), ("name", name)] {
            describe(map, Metadata { name: name.to_owned(), value })?;
        }
        Ok(())
    }

    /// `/// name = 'value'`. A value without quotes goes to the end of its line.
    fn metadata(&mut self) -> Parsed<Metadata> {
        let start = self.span().end;
        while !self.is_symbol("=") {
            if *self.peek() == TokenKind::End {
                return Err(self.unexpected("`=`"));
            }
            self.skip();
        }
        let name = Span::new(start, self.span().start).slice(self.text).trim().to_owned();
        self.skip();
        let line = self.text.get(self.end() as usize..).unwrap_or_default();
        let line_end = self.end() + line.find(['\n', '\r']).unwrap_or(line.len()) as u32;
        if self.span().start >= line_end {
            return Ok(Metadata { name, value: Word::default() });
        }
        if matches!(self.peek(), TokenKind::Single(_) | TokenKind::Double(_)) {
            return Ok(Metadata { name, value: self.quoted("a text")? });
        }
        let span = Span::new(self.span().start, line_end);
        while self.span().start < line_end && *self.peek() != TokenKind::End {
            self.skip();
        }
        let value = Word { text: span.slice(self.text).trim().to_owned(), span };
        Ok(Metadata { name, value })
    }

    fn structure(&mut self) -> Parsed<Structure> {
        self.skip();
        let url = self.quoted("the canonical of a structure in quotes")?;
        let alias =
            if self.takes_word("alias") { Some(self.name_or_quoted("a name")?) } else { None };
        self.expect_word("as")?;
        let mode = match self.peek() {
            TokenKind::Word(word) => StructureMode::from_text(word),
            _ => None,
        };
        let expected = "`source`, `target`, `queried` or `produced`";
        let mode = mode.ok_or_else(|| self.unexpected(expected))?;
        let documentation = self.notes[self.at].after.clone();
        self.skip();
        self.takes(";");
        Ok(Structure { url, alias, mode, documentation })
    }

    fn constant(&mut self) -> Parsed<Constant> {
        self.skip();
        let name = self.name("the name of a constant")?;
        self.expect("=")?;
        let value = self.expression()?;
        self.expect(";")?;
        Ok(Constant { name, value })
    }

    fn group(&mut self) -> Parsed<Group> {
        let documentation = self.notes[self.at].before.clone();
        self.skip();
        let name = self.name("the name of the group")?;
        self.expect("(")?;
        let mut inputs = vec![self.input()?];
        while self.takes(",") {
            inputs.push(self.input()?);
        }
        self.expect(")")?;
        let extends =
            if self.takes_word("extends") { Some(self.name("the name of a group")?) } else { None };
        let type_mode = if self.takes("<<") { self.type_mode()? } else { TypeMode::None };
        let rules = self.rules()?;
        Ok(Group { name, inputs, extends, type_mode, rules, documentation })
    }

    fn input(&mut self) -> Parsed<Input> {
        let mode = match self.peek() {
            TokenKind::Word(word) => InputMode::from_text(word),
            _ => None,
        };
        let mode = mode.ok_or_else(|| self.unexpected("`source` or `target`"))?;
        self.skip();
        let name = self.name("the name of a parameter")?;
        let type_name =
            if self.takes(":") { Some(self.name_or_quoted("the name of a type")?) } else { None };
        Ok(Input { mode, name, type_name })
    }

    /// What stands after `<<`: `types>>` or `type+>>`.
    fn type_mode(&mut self) -> Parsed<TypeMode> {
        let mode = if self.takes_word("types") {
            TypeMode::Types
        } else if self.takes_word("type") {
            self.expect("+")?;
            TypeMode::TypeAndTypes
        } else {
            return Err(self.unexpected("`types` or `type+`"));
        };
        self.expect(">>")?;
        Ok(mode)
    }
}

/// Adds a line to a comment.
fn join(slot: &mut Option<String>, line: &str) {
    match slot {
        Some(text) => {
            text.push('\n');
            text.push_str(line);
        }
        None => *slot = Some(line.to_owned()),
    }
}

fn describe(map: &mut Map, entry: Metadata) -> Parsed<()> {
    let span = entry.value.span;
    let message = format!("The map has `{}` twice", entry.name);
    if map.describe(entry) { Ok(()) } else { Err(SyntaxError { span, message }) }
}
