//! From bytes to a tree: elements, attributes and namespaces. One loop, no recursion.
//!
//! After a syntax error the reader goes on where the next tag is certain: a tag with a broken attribute
//! ends at its `>`, an end tag closes the element of its name, and one that closes nothing is skipped.

mod decode;

use std::sync::Arc;

use super::{Fault, Marks, Namespaces, Token, Tokens};
use crate::format::read_text;
use crate::issue::{Arg, Code, Issue, Issues};
use crate::sort::sort_by_key;
use crate::text::Span;
use crate::tree::{Key, Kind, Limits, NameId, Names, Tree, TreeBuilder};

pub(super) use decode::character;
pub use decode::is_xml;

/// The name of text between tags. No element or attribute can have it.
pub const TEXT: &str = "#text";

/// Which vocabulary a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The namespace that every element must be in.
    pub namespace: &'static str,
    /// The namespace and the local name of elements that are kept as they are written: as one text.
    pub verbatim: (&'static str, &'static str),
}

/// FHIR, with narratives as text.
pub const FHIR: Dialect =
    Dialect { namespace: "http://hl7.org/fhir", verbatim: ("http://www.w3.org/1999/xhtml", "div") };

/// Reads XML. Never fails: what is wrong becomes issues (without an expression), and what can be read
/// becomes a tree in which
///
/// - an element is an object, named without its prefix, from its `<` on;
/// - an attribute is a string in it, named with its prefix; declarations of namespaces are left out;
/// - text is a string named [`TEXT`], where it is not white space only;
/// - an element that `dialect` keeps verbatim is a string that begins with `<`.
///
/// Comments and processing instructions are left out. A document type declaration ends the reading, so
/// that no entity is ever expanded. `names` are the names that the tree begins with.
pub fn parse(
    bytes: impl Into<Vec<u8>>,
    dialect: Dialect,
    names: &Arc<Names>,
    limits: &Limits,
    issues: &mut Issues,
) -> Tree {
    let Some(text) = read_text(bytes.into(), limits, issues) else {
        return TreeBuilder::new(names.clone(), 1).finish(String::new());
    };
    // About one element or attribute in 24 bytes, indented or not.
    let mut builder = TreeBuilder::new(names.clone(), text.len() / 24 + 4);
    let text_name = builder.intern(TEXT);
    let mut reader = Reader {
        text: &text,
        tokens: Tokens::new(&text),
        builder,
        dialect,
        limits,
        issues,
        namespaces: Namespaces::default(),
        tag: Tag::default(),
        open: Vec::new(),
        home: dialect.namespace,
        text_name,
        has_root: false,
        scratch: String::new(),
    };
    reader.document();
    let builder = reader.builder;
    builder.finish(text)
}

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

struct Reader<'t, 'a> {
    text: &'t str,
    tokens: Tokens<'t>,
    builder: TreeBuilder,
    dialect: Dialect,
    limits: &'a Limits,
    issues: &'a mut Issues,
    namespaces: Namespaces<'t>,
    /// The start tag that is being read.
    tag: Tag<'t>,
    /// The elements that are open, outermost first.
    open: Vec<Open<'t>>,
    /// The namespace of the root: if it is the wrong one, that is said once.
    home: &'t str,
    text_name: NameId,
    has_root: bool,
    scratch: String,
}

/// An element whose end tag has not come yet.
#[derive(Clone, Copy)]
struct Open<'t> {
    /// As written.
    name: &'t str,
    /// Where the name stands.
    start: usize,
    /// How many declarations of namespaces are in scope around it.
    namespaces: usize,
    is_home: bool,
}

#[derive(Default)]
struct Tag<'t> {
    /// As written; empty outside of start tags.
    name: &'t str,
    /// Where its `<` stands.
    start: usize,
    attributes: Vec<Attribute<'t>>,
}

#[derive(Clone, Copy)]
struct Attribute<'t> {
    name: &'t str,
    value: &'t str,
    start: usize,
    value_start: usize,
    /// None for one that could not be read.
    marks: Option<Marks>,
}

impl Attribute<'_> {
    fn is_declaration(&self) -> bool {
        self.name == "xmlns" || self.name.starts_with("xmlns:")
    }
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.tokens.resume(3, false);
        }
        while let Some(read) = self.tokens.next() {
            let start = self.tokens.start();
            match read {
                Ok(token) => {
                    if !self.token(token, start) {
                        return;
                    }
                }
                Err(fault) => self.recover(fault, start),
            }
            if self.builder.len() >= self.limits.nodes {
                let at = self.tokens.position();
                let args = vec![Arg::Number(self.limits.nodes as u64)];
                return self.report(Code::LimitNodes, at, at, args);
            }
        }
        if !self.has_root {
            self.report(Code::XmlNoElement, 0, self.text.len(), Vec::new());
        }
        // Said once, of the outermost: what is inside is cut off as well.
        if let Some(&open) = self.open.first() {
            self.unclosed(open);
        }
    }

    /// False where nothing more is to be read.
    fn token(&mut self, token: Token<'t>, start: usize) -> bool {
        match token {
            Token::Open(name) => {
                if self.has_root && self.open.is_empty() {
                    self.trailing(start);
                    return false;
                }
                self.tag.attributes.clear();
                (self.tag.name, self.tag.start) = (name, start);
            }
            Token::Attribute { name, value, value_start, marks } => {
                let marks = Some(marks);
                self.attribute(Attribute { name, value, start, value_start, marks });
            }
            Token::OpenEnd { is_empty } => self.element(is_empty),
            Token::Close(name) => self.close(name, start),
            Token::Text(text, marks) => {
                if marks.has_content() || marks.has_ampersand() {
                    return self.characters(text, start, marks, true);
                }
            }
            Token::CharacterData(text, marks) => {
                // Behind `<![CDATA[`.
                return self.characters(text, start + 9, marks, false);
            }
            Token::Comment(_) => {}
            Token::Instruction(text) => self.instruction(text, start),
            Token::DocumentType => {
                self.report(Code::XmlDocumentType, start, start + 9, Vec::new());
                return false;
            }
        }
        true
    }

    /// The XML declaration says the encoding; other instructions are for other programs.
    fn instruction(&mut self, text: &'t str, start: usize) {
        let Some(declaration) = text.strip_prefix("xml").filter(|_| !self.has_root) else { return };
        let Some((_, after)) = declaration.split_once("encoding") else { return };
        let value = after.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '=');
        let Some(quote @ ('"' | '\'')) = value.chars().next() else { return };
        let encoding = value[1..].split(quote).next().unwrap_or_default();
        // ASCII is UTF-8 too.
        if ["utf-8", "utf8", "us-ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
            return;
        }
        let args = vec![Arg::Value(encoding.to_owned())];
        self.report(Code::XmlEncoding, start, start + text.len() + 4, args);
    }

    fn attribute(&mut self, mut attribute: Attribute<'t>) {
        let Attribute { value, value_start, marks, .. } = attribute;
        if marks.is_some_and(Marks::has_less_than) {
            let at = value.find('<').unwrap_or(0);
            let before = value[..at].trim_end();
            if let Some(end) = before.strip_suffix('>') {
                // The quote that was found belongs to a later tag: this tag ends before it.
                let end = end.strip_suffix('/').unwrap_or(end).len();
                let place = value_start + end;
                self.syntax(place, "the closing quote");
                attribute.value = &value[..end];
                self.tokens.resume(place, true);
            } else {
                self.syntax(value_start + at, "&lt;");
            }
        }
        self.add(attribute);
    }

    fn add(&mut self, attribute: Attribute<'t>) {
        if attribute.is_declaration() {
            let prefix = attribute.name.strip_prefix("xmlns:");
            self.namespaces.declare(prefix, attribute.value);
        }
        self.tag.attributes.push(attribute);
    }

    /// At the end of a start tag, when its namespaces are known.
    fn element(&mut self, is_empty: bool) {
        let (name, start) = (std::mem::take(&mut self.tag.name), self.tag.start);
        let end = self.tokens.position();
        let declared = self.tag.attributes.iter().filter(|a| a.is_declaration()).count();
        let around = self.namespaces.count() - declared;
        let (prefix, local) = split_name(name);
        let namespace = self.namespaces.find(prefix).unwrap_or_default();
        let name_id = self.builder.intern(local);
        let key = Some(Key { name: name_id, start: start as u32 + 1 });
        if self.open.len() >= self.limits.depth {
            let args = vec![Arg::Number(self.limits.depth as u64)];
            self.report(Code::LimitDepth, start, start + 1, args);
            let end = if is_empty { end } else { self.pass(name) };
            self.builder.leaf(Kind::Damaged, key, Span::new(start as u32, end as u32));
            return self.namespaces.leave(around);
        }
        if self.has_root && (namespace, local) == self.dialect.verbatim {
            self.verbatim(name, key, declared, is_empty);
            return self.namespaces.leave(around);
        }
        let is_home = self.check_namespace(name, namespace, start);
        self.has_root = true;
        self.builder.open(Kind::Object, key, start as u32);
        self.attributes(name);
        if is_empty {
            self.builder.close(end as u32);
            self.namespaces.leave(around);
        } else {
            self.open.push(Open { name, start: start + 1, namespaces: around, is_home });
        }
    }

    /// True for an element of the vocabulary. What is inside one of another is not reported again.
    fn check_namespace(&mut self, name: &str, namespace: &'t str, start: usize) -> bool {
        let expected = if self.has_root { self.home } else { self.dialect.namespace };
        let is_right = namespace == expected;
        if !self.has_root {
            self.home = namespace;
        }
        if !is_right && self.open.last().is_none_or(|parent| parent.is_home) {
            let found = match namespace {
                "" => Arg::Term("none".to_owned()),
                other => Arg::Value(other.to_owned()),
            };
            let args = vec![Arg::Value(name.to_owned()), Arg::Term(expected.to_owned()), found];
            self.report(Code::XmlNamespace, start + 1, start + 1 + name.len(), args);
        }
        // The root's own is the one to go by, right or wrong.
        is_right || !self.has_root
    }

    fn attributes(&mut self, element: &str) {
        let mut attributes = std::mem::take(&mut self.tag.attributes);
        attributes.retain(|attribute| !attribute.is_declaration());
        if attributes.len() > 1 {
            // The first of a name counts.
            sort_by_key(&mut attributes, |attribute| (attribute.name, attribute.start));
            attributes.dedup_by(|second, first| {
                let is_twice = first.name == second.name;
                if is_twice {
                    let args =
                        vec![Arg::Value(first.name.to_owned()), Arg::Value(element.to_owned())];
                    let end = second.start + second.name.len();
                    self.report(Code::XmlDuplicateAttribute, second.start, end, args);
                }
                is_twice
            });
            sort_by_key(&mut attributes, |attribute| attribute.start);
        }
        for &attribute in &attributes {
            self.value(attribute);
        }
        self.tag.attributes = attributes;
    }

    fn value(&mut self, attribute: Attribute<'t>) {
        let Attribute { name, value, start, value_start, marks } = attribute;
        let name = match split_name(name) {
            // Known by this prefix, whatever a text calls it.
            (Some(prefix), local)
                if self.namespaces.find(Some(prefix)) == Some(SCHEMA_INSTANCE) =>
            {
                self.builder.intern(&format!("xsi:{local}"))
            }
            _ => self.builder.intern(name),
        };
        let key = Some(Key { name, start: start as u32 });
        let Some(marks) = marks else {
            let span = Span::new(value_start as u32, (value_start + value.len()) as u32);
            self.builder.leaf(Kind::Damaged, key, span);
            return;
        };
        let span = Span::new(value_start as u32 - 1, (value_start + value.len() + 1) as u32);
        if marks.has_control() {
            self.control(value, value_start);
        }
        if decode::is_plain(value) {
            self.builder.leaf(Kind::String, key, span);
        } else {
            self.decode(value, value_start, true);
            self.builder.decoded(key, span, &self.scratch);
        }
    }

    /// Keeps an element as it is written, with the declaration of its namespace.
    fn verbatim(&mut self, name: &'t str, key: Option<Key>, declared: usize, is_empty: bool) {
        let start = self.tag.start;
        let end = if is_empty { self.tokens.position() } else { self.pass(name) };
        let written = &self.text[start..end];
        let span = Span::new(start as u32, end as u32);
        if declared > 0 {
            self.builder.decoded(key, span, written);
            return;
        }
        // Declared further out: alone, the text would have no namespace.
        let (head, rest) = written.split_at(1 + name.len());
        let colon = split_name(name).0.map_or(String::new(), |prefix| format!(":{prefix}"));
        let whole = format!("{head} xmlns{colon}=\"{}\"{rest}", self.dialect.verbatim.0);
        self.builder.decoded(key, span, &whole);
    }

    /// Reads behind the end tag of the element `name` that was just opened; where that ends. Only elements
    /// of that name are counted: a tag inside that is not closed does no harm.
    fn pass(&mut self, name: &str) -> usize {
        let mut depth = 1;
        let mut opened = "";
        while let Some(read) = self.tokens.next() {
            let start = self.tokens.start();
            match read {
                Ok(Token::Open(inner)) => opened = inner,
                Ok(Token::OpenEnd { is_empty: false }) if opened == name => depth += 1,
                Ok(Token::Close(inner)) if inner == name => {
                    depth -= 1;
                    if depth == 0 {
                        return self.tokens.position();
                    }
                }
                Ok(Token::Close(inner)) if self.open.last().is_some_and(|o| o.name == inner) => {
                    self.tokens.resume(start, false);
                    return start;
                }
                Err(fault) => {
                    let at = self.next_tag(fault.offset.max(start + 1));
                    self.tokens.resume(at, false);
                }
                Ok(_) => {}
            }
        }
        self.text.len()
    }

    fn close(&mut self, name: &'t str, start: usize) {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else {
            let args = vec![Arg::Value(name.to_owned())];
            return self.report(Code::XmlEndTag, start, self.tokens.position(), args);
        };
        while self.open.len() > at + 1 {
            if let Some(open) = self.open.pop() {
                self.unclosed(open);
                self.builder.close(start as u32);
            }
        }
        if let Some(open) = self.open.pop() {
            self.namespaces.leave(open.namespaces);
        }
        self.builder.close(self.tokens.position() as u32);
    }

    fn unclosed(&mut self, open: Open<'t>) {
        let args = vec![Arg::Value(open.name.to_owned())];
        self.report(Code::XmlUnclosed, open.start, open.start + open.name.len(), args);
    }

    /// Text between tags. False where it stands behind the root.
    fn characters(&mut self, text: &str, start: usize, marks: Marks, is_coded: bool) -> bool {
        if self.open.is_empty() {
            if self.has_root {
                self.trailing(start);
            } else {
                self.syntax(start, "an element");
            }
            return !self.has_root;
        }
        if marks.has_control() {
            self.control(text, start);
        }
        let key = Some(Key { name: self.text_name, start: start as u32 });
        let span = Span::new(start as u32, (start + text.len()) as u32);
        if is_coded {
            self.decode(text, start, false);
            self.builder.decoded(key, span, &self.scratch);
        } else {
            self.builder.decoded(key, span, text);
        }
        true
    }

    /// Goes on behind a syntax error.
    fn recover(&mut self, fault: Fault, start: usize) {
        let is_open_quote = fault.offset >= self.text.len() && !self.tag.name.is_empty();
        // A quote that is never closed is met at the end of the text; its attribute says more.
        let offset = if is_open_quote { start } else { fault.offset };
        self.syntax(offset, fault.expected);
        if self.tag.name.is_empty() {
            let at = self.next_tag(offset.max(start + 1));
            return self.tokens.resume(at, false);
        }
        let rest = &self.text.as_bytes()[offset..];
        let length = rest.iter().position(|byte| matches!(byte, b'>' | b'<'));
        let end = offset + length.unwrap_or(rest.len());
        let is_closed = self.text.as_bytes().get(end) == Some(&b'>');
        let name =
            self.text[start..end].split(|c: char| c.is_ascii_whitespace() || c == '=').next();
        if let Some(name) = name.filter(|_| fault.expected.contains("quote")) {
            let value_start = offset.max(start + name.len());
            let rest = &self.text[value_start..end.max(value_start)];
            let value =
                rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || "=\"'".contains(c));
            let value_start = value_start + rest.len() - value.len();
            self.add(Attribute { name, value, start, value_start, marks: None });
        }
        // Where the next tag ends another element, this one was to be empty.
        let ends_other = self.text[end..]
            .strip_prefix("</")
            .is_some_and(|rest| !rest.trim_start_matches(self.tag.name).starts_with(['>', ' ']));
        let is_empty = self.text[..end].ends_with('/') || ends_other;
        self.tokens.resume(end + usize::from(is_closed), false);
        self.element(is_empty);
    }

    /// The first `<` from `at` on; the end of the text if there is none.
    fn next_tag(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().position(|&byte| byte == b'<').unwrap_or(rest.len())
    }

    fn trailing(&mut self, start: usize) {
        let root = self.builder.root_name().to_owned();
        self.report(Code::XmlTrailing, start, start + 1, vec![Arg::Value(root)]);
    }

    fn syntax(&mut self, offset: usize, expected: &str) {
        let found = self.text[self.text.ceil_char_boundary(offset)..].chars().next();
        let found = match found {
            Some(c) => Arg::Value(c.to_string()),
            None => Arg::Term("the end of the text".to_owned()),
        };
        let args = vec![Arg::Term(expected.to_owned()), found];
        self.report(Code::XmlSyntax, offset, offset + 1, args);
    }

    fn report(&mut self, code: Code, start: usize, end: usize, args: Vec<Arg>) {
        // What stands one byte further may be inside a character, or behind the end.
        let inside = |at: usize| self.text.ceil_char_boundary(at.min(self.text.len())) as u32;
        let span = Span::new(inside(start), inside(end));
        self.issues.push(Issue::new(code, span, String::new(), args));
    }
}

/// The prefix, and the name without it.
fn split_name(name: &str) -> (Option<&str>, &str) {
    name.split_once(':').map_or((None, name), |(prefix, local)| (Some(prefix), local))
}

#[cfg(test)]
mod tests;
