//! From bytes to a tree. One loop, no recursion: depth costs memory, not stack.

use std::sync::Arc;

use super::scan;
use super::string::Text;
use crate::format::read_text;
use crate::issue::{Arg, Code, Issue, Issues};
use crate::text::Span;
use crate::tree::{Key, Kind, Limits, NameId, Names, NodeId, Tree, TreeBuilder};

/// Reads JSON. Never fails: what is wrong becomes issues (without an expression; the caller knows the
/// nodes), and what can be read becomes a tree. `names` are the names that the tree begins with.
pub fn parse(
    bytes: impl Into<Vec<u8>>,
    names: &Arc<Names>,
    limits: &Limits,
    issues: &mut Issues,
) -> Tree {
    let Some(text) = read_text(bytes.into(), limits, issues) else {
        return TreeBuilder::new(names.clone(), 1).finish(String::new());
    };
    let builder = {
        let mut reader = Reader {
            text: &text,
            bytes: text.as_bytes(),
            at: 0,
            state: State::Start,
            // About one value in 24 bytes, indented or not.
            builder: TreeBuilder::new(names.clone(), text.len() / 24 + 4),
            scratch: String::new(),
            seen: Seen::new(names.len()),
            limits,
            issues,
        };
        reader.document();
        reader.builder
    };
    builder.finish(text)
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    state: State,
    builder: TreeBuilder,
    pub(super) scratch: String,
    seen: Seen,
    limits: &'a Limits,
    issues: &'a mut Issues,
}

/// What stands before the place that is read, in the innermost object or array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Value,
    /// With the offset of the comma.
    Comma(usize),
}

impl Reader<'_> {
    fn document(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
            self.report(Code::TextByteOrderMark, 0, 3, Vec::new());
        }
        self.space();
        if self.at == self.bytes.len() {
            return self.report(Code::JsonEmpty, 0, self.at, Vec::new());
        }
        self.value(None);
        self.containers();
        self.space();
        if self.at < self.bytes.len() && self.builder.depth() == 0 {
            self.report(Code::JsonTrailingText, self.at, self.bytes.len(), Vec::new());
        }
    }

    /// Reads on until every object and array is closed.
    fn containers(&mut self) {
        while let Some(current) = self.builder.current() {
            self.space();
            let Some(&byte) = self.bytes.get(self.at) else { return self.unclosed() };
            if self.builder.len() >= self.limits.nodes {
                let args = vec![Arg::Number(self.limits.nodes as u64)];
                self.report(Code::LimitNodes, self.at, self.at, args);
                self.at = self.bytes.len();
                return;
            }
            match (byte, self.state) {
                (b'}' | b']', _) => self.close(current, byte),
                (b',', State::Value) => self.comma(),
                (b',', _) => {
                    self.expected_value();
                    self.comma();
                }
                (_, state) => {
                    if state == State::Value {
                        self.report(Code::JsonExpectedComma, self.at, self.at + 1, Vec::new());
                    }
                    match self.builder.kind(current) {
                        Kind::Object => self.member(current),
                        _ => self.value(None),
                    }
                }
            }
        }
    }

    fn comma(&mut self) {
        self.state = State::Comma(self.at);
        self.at += 1;
    }

    /// The end of the input inside objects or arrays: said once, where the outermost begins.
    fn unclosed(&mut self) {
        let start = self.builder.start(NodeId::ROOT) as usize;
        let kind = self.builder.kind(NodeId::ROOT).as_str().to_owned();
        self.report(Code::JsonUnclosed, start, start + 1, vec![Arg::Term(kind)]);
    }

    fn close(&mut self, current: NodeId, byte: u8) {
        if let State::Comma(comma) = self.state {
            self.report(Code::JsonTrailingComma, comma, comma + 1, Vec::new());
        }
        let closed = if byte == b'}' { Kind::Object } else { Kind::Array };
        let kind = self.builder.kind(current);
        if closed == kind {
            self.at += 1;
            self.end_container();
            return;
        }
        let expected = if kind == Kind::Object { "}" } else { "]" };
        let found = char::from(byte).to_string();
        let args = vec![Arg::Term(found), Arg::Term(expected.to_owned())];
        self.report(Code::JsonMismatchedClose, self.at, self.at + 1, args);
        // If the bracket closes what holds this, then this one's own bracket is missing; else it was
        // written for this one's.
        if !self.builder.is_open(closed) {
            self.at += 1;
        }
        self.end_container();
    }

    fn end_container(&mut self) {
        self.seen.leave();
        self.builder.close(self.at as u32);
        self.state = State::Value;
    }

    fn member(&mut self, object: NodeId) {
        let start = self.at;
        let name = match self.bytes[start] {
            b'"' => match self.string() {
                Text::Plain => self.builder.intern(&self.text[start + 1..self.at - 1]),
                Text::Decoded => self.builder.intern(&self.scratch),
            },
            b'\'' => {
                let inner = self.single_quoted();
                self.builder.intern(inner.slice(self.text))
            }
            _ => match self.unquoted_name(start) {
                Some(name) => name,
                None => return,
            },
        };
        if self.seen.enter_name(name, object) {
            let args = vec![Arg::Value(self.builder.name_text(name).to_owned())];
            self.report(Code::JsonDuplicateKey, start, self.at, args);
        }
        let name_end = self.at;
        self.space();
        match self.bytes.get(self.at) {
            Some(b':') => {
                self.at += 1;
                self.space();
            }
            _ => {
                let args = vec![Arg::Term(self.found())];
                self.report(Code::JsonExpectedColon, name_end, name_end + 1, args);
            }
        }
        let key = Key { name, start: start as u32 };
        match self.bytes.get(self.at) {
            None | Some(b',' | b'}' | b']') => {
                self.expected_value();
                self.damaged(Some(key), self.at);
            }
            Some(_) => self.value(Some(key)),
        }
    }

    /// A name without quotes, or none where this cannot be a name: then it is skipped.
    fn unquoted_name(&mut self, start: usize) -> Option<NameId> {
        let end = scan::word_end(self.bytes, start);
        let word = &self.text[start..end];
        let next = scan::space_end(self.bytes, end);
        if !word.is_empty() && self.bytes.get(next) == Some(&b':') {
            self.at = end;
            self.report(Code::JsonUnquotedName, start, end, vec![Arg::Value(word.to_owned())]);
            return Some(self.builder.intern(word));
        }
        let args = vec![Arg::Term(self.found())];
        self.report(Code::JsonExpectedName, start, end.max(start + 1), args);
        match self.bytes[start] {
            b'{' | b'[' => self.skip_container(),
            _ => self.at = self.text.ceil_char_boundary(end.max(start + 1)),
        }
        self.state = State::Value;
        None
    }

    /// Reads a value; an object or an array is opened, and read by [`Self::containers`].
    fn value(&mut self, key: Option<Key>) {
        let start = self.at;
        self.state = State::Value;
        match self.bytes.get(start) {
            Some(b'"') => match self.string() {
                Text::Plain => {
                    self.builder.leaf(Kind::String, key, self.span(start));
                }
                Text::Decoded => {
                    let span = self.span(start);
                    self.builder.decoded(key, span, &self.scratch);
                }
            },
            Some(b'{') => self.open(Kind::Object, key),
            Some(b'[') => self.open(Kind::Array, key),
            Some(b'\'') => {
                let inner = self.single_quoted();
                let span = self.span(start);
                self.builder.decoded(key, span, inner.slice(self.text));
            }
            Some(b'-' | b'0'..=b'9') => self.number(key),
            _ => self.word(key),
        }
    }

    fn open(&mut self, kind: Kind, key: Option<Key>) {
        let start = self.at;
        if self.builder.depth() >= self.limits.depth {
            let args = vec![Arg::Number(self.limits.depth as u64)];
            self.report(Code::LimitDepth, start, start + 1, args);
            self.skip_container();
            return self.damaged(key, start);
        }
        self.builder.open(kind, key, start as u32);
        self.seen.enter();
        self.at += 1;
        self.state = State::Start;
    }

    /// Moves behind the bracket that closes the one here.
    fn skip_container(&mut self) {
        let mut depth = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => loop {
                    self.at = scan::string_end(self.bytes, self.at);
                    match self.bytes.get(self.at) {
                        Some(b'\\') => self.at += 2,
                        Some(b'"') => break self.at += 1,
                        Some(_) => self.at += 1,
                        None => break,
                    }
                },
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
        self.at = self.bytes.len();
    }

    fn number(&mut self, key: Option<Key>) {
        let start = self.at;
        let end = number_end(self.bytes, start);
        self.at = scan::word_end(self.bytes, start);
        if end == Some(self.at) {
            self.builder.leaf(Kind::Number, key, self.span(start));
        } else {
            self.bad_word(Code::JsonNumber, start);
            self.damaged(key, start);
        }
    }

    fn word(&mut self, key: Option<Key>) {
        let start = self.at;
        let end = scan::word_end(self.bytes, start).max(start + 1);
        self.at = self.text.ceil_char_boundary(end);
        let kind = match &self.bytes[start..self.at] {
            b"true" => Kind::True,
            b"false" => Kind::False,
            b"null" => Kind::Null,
            word => {
                let is_number = matches!(word, [b'+' | b'.', b'0'..=b'9', ..]);
                self.bad_word(if is_number { Code::JsonNumber } else { Code::JsonWord }, start);
                return self.damaged(key, start);
            }
        };
        self.builder.leaf(kind, key, self.span(start));
    }

    fn bad_word(&mut self, code: Code, start: usize) {
        let written = self.text[start..self.at].to_owned();
        self.report(code, start, self.at, vec![Arg::Value(written)]);
    }

    /// Reads to the next single quote of the line; where the text inside stands.
    fn single_quoted(&mut self) -> Span {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let length = rest.iter().position(|byte| matches!(byte, b'\'' | b'\n'));
        let end = start + 1 + length.unwrap_or(rest.len());
        self.at = (end + 1).min(self.bytes.len());
        self.report(Code::JsonSingleQuotes, start, self.at, Vec::new());
        Span::new(start as u32 + 1, end as u32)
    }

    fn damaged(&mut self, key: Option<Key>, start: usize) {
        self.builder.leaf(Kind::Damaged, key, self.span(start));
        self.state = State::Value;
    }

    fn expected_value(&mut self) {
        let args = vec![Arg::Term(self.found())];
        self.report(Code::JsonExpectedValue, self.at, self.at + 1, args);
    }

    /// How to name what stands here.
    fn found(&self) -> String {
        match self.text[self.at..].chars().next() {
            None => "end of input".to_owned(),
            Some(c) if c.is_ascii_alphanumeric() => "a word".to_owned(),
            Some(c) => c.to_string(),
        }
    }

    /// White space, and comments, which are reported.
    fn space(&mut self) {
        self.at = scan::space_end(self.bytes, self.at);
        while self.bytes.get(self.at) == Some(&b'/') {
            let start = self.at;
            let rest = &self.text[start..];
            let length = match self.bytes.get(start + 1) {
                Some(b'/') => rest.find('\n'),
                Some(b'*') => rest.find("*/").map(|end| end + 2),
                _ => return,
            };
            self.at = start + length.unwrap_or(rest.len());
            self.report(Code::JsonComment, start, self.at, Vec::new());
            self.at = scan::space_end(self.bytes, self.at);
        }
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    pub(super) fn report(&mut self, code: Code, start: usize, end: usize, args: Vec<Arg>) {
        // What stands one byte further may be inside a character, or behind the end.
        let inside = |at: usize| self.text.ceil_char_boundary(at.min(self.bytes.len())) as u32;
        let span = Span::new(inside(start), inside(end));
        self.issues.push(Issue::new(code, span, String::new(), args));
    }
}

/// True for a number by the grammar of RFC 8259.
pub fn is_number(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-' | b'0'..=b'9', ..])
        && number_end(text.as_bytes(), 0) == Some(text.len())
}

/// Where the number that begins at `at` ends by the grammar of RFC 8259; none if it is no number.
fn number_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    at += usize::from(bytes.get(at) == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes[at] == b'0') {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    Some(at)
}

/// Which names an object has had: by name, the object that had it last. An inner object that takes a
/// name over gives it back at its end, so that each name costs the same however large an object is.
struct Seen {
    holder: Vec<u32>,
    undo: Vec<(NameId, u32)>,
    marks: Vec<usize>,
}

impl Seen {
    fn new(names: usize) -> Self {
        Self { holder: vec![u32::MAX; names], undo: Vec::new(), marks: Vec::new() }
    }

    fn enter(&mut self) {
        self.marks.push(self.undo.len());
    }

    fn leave(&mut self) {
        let mark = self.marks.pop().unwrap_or(0);
        for (name, holder) in self.undo.drain(mark..).rev() {
            self.holder[name.index()] = holder;
        }
    }

    /// True if `object` has had the name before.
    fn enter_name(&mut self, name: NameId, object: NodeId) -> bool {
        if name.index() >= self.holder.len() {
            self.holder.resize(name.index() + 1, u32::MAX);
        }
        let object = object.index() as u32;
        let before = std::mem::replace(&mut self.holder[name.index()], object);
        if before != object {
            self.undo.push((name, before));
        }
        before == object
    }
}
