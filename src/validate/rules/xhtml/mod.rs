//! Narrative: one well-formed `div` of XHTML, made only of what FHIR allows, with something to read
//! in it (<http://hl7.org/fhir/R4/narrative.html>, rules txt-1 and txt-2).
//!
//! A syntax error ends the check, for what follows it is guesswork; all else is reported and goes on.

use crate::sort::{sort_by, sort_by_key};

mod elements;
mod entities;
mod links;
#[cfg(test)]
mod tests;

use crate::format::xml::{Fault, Marks, Namespaces, Token, Tokens};
use crate::issue::{Arg, Code};
use elements::Group;
pub(crate) use links::{anchors, links_within};

const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// What is wrong in a narrative, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Offset in the value, in bytes.
    pub offset: usize,
    /// Which rule found it.
    pub code: Code,
    /// The arguments of the message.
    pub args: Vec<Arg>,
}

/// Checks the value of `Narrative.div`: decoded, without the quotes and escapes of JSON. The problems
/// come in the order of their places.
pub fn check(value: &str) -> Vec<Problem> {
    let mut check = Check { value, ..Check::default() };
    if check.run() {
        check.finish();
    }
    sort_by_key(&mut check.problems, |problem| problem.offset);
    check.problems
}

#[derive(Default)]
struct Check<'t> {
    value: &'t str,
    open: Vec<Open<'t>>,
    namespaces: Namespaces<'t>,
    /// The start tag that is being read.
    tag: Tag<'t>,
    /// How many of the open elements are `p`.
    paragraphs: usize,
    has_root: bool,
    has_content: bool,
    problems: Vec<Problem>,
}

/// An element whose end tag has not come yet.
struct Open<'t> {
    name: &'t str,
    offset: usize,
    /// None for an element that is not allowed: what is in it is not judged by its place.
    group: Option<Group>,
    /// How many declarations of namespaces are in scope around it.
    namespaces: usize,
    is_xhtml: bool,
}

#[derive(Default)]
struct Tag<'t> {
    name: &'t str,
    offset: usize,
    attributes: Vec<&'t str>,
    namespaces: usize,
}

impl Tag<'_> {
    /// The name without its prefix.
    fn local_name(&self) -> &str {
        split_name(self.name).1
    }
}

impl<'t> Check<'t> {
    /// False where the syntax broke off.
    fn run(&mut self) -> bool {
        let mut tokens = Tokens::new(self.value);
        while let Some(token) = tokens.next() {
            let start = tokens.start();
            let goes_on = match token {
                Ok(token) => self.token(token, start),
                Err(fault) => {
                    self.syntax(fault);
                    false
                }
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn token(&mut self, token: Token<'t>, start: usize) -> bool {
        match token {
            Token::Open(name) => {
                self.tag.attributes.clear();
                let namespaces = self.namespaces.count();
                self.tag = Tag { name, offset: start, namespaces, ..std::mem::take(&mut self.tag) };
            }
            Token::Attribute { name, value, value_start, marks } => {
                self.attribute(name, value, start);
                self.references(value, value_start, marks);
                if marks.has_less_than() {
                    let offset = value_start + value.find('<').unwrap_or(0);
                    self.syntax(Fault { offset, expected: "&lt;" });
                }
            }
            Token::OpenEnd { is_empty } => self.element(is_empty),
            Token::Close(name) => return self.close(name, start),
            Token::Text(text, marks) => self.text(text, start, marks),
            Token::CharacterData(text, marks) => {
                self.characters(text, start, marks);
                self.content(start, marks);
            }
            Token::Comment(_) => {}
            Token::Instruction(_) => self.report(start, Code::XhtmlElement, [shown("<?…?>")]),
            Token::DocumentType => {
                self.report(start, Code::XhtmlDocumentType, []);
                return false;
            }
        }
        true
    }

    fn attribute(&mut self, name: &'t str, value: &'t str, start: usize) {
        if name == "xmlns" {
            self.namespaces.declare(None, value);
        } else if let Some(prefix) = name.strip_prefix("xmlns:") {
            self.namespaces.declare(Some(prefix), value);
        } else if !elements::may_have_attribute(self.tag.local_name(), name) {
            let element = shown(self.tag.name);
            self.report(start, Code::XhtmlAttribute, [shown(name), element]);
        } else if let Some(schemes) = links::broken(name, value) {
            self.report(start, Code::XhtmlLink, [shown(value), Arg::Terms(schemes)]);
        }
        self.tag.attributes.push(name);
    }

    /// At the end of a start tag, when its namespaces are known.
    fn element(&mut self, is_empty: bool) {
        let Tag { name, offset, namespaces, .. } = self.tag;
        self.check_attributes_are_unique();
        let is_xhtml = self.check_namespace();
        let group = elements::group(self.tag.local_name());
        if group.is_none() {
            self.report(offset, Code::XhtmlElement, [shown(name)]);
        }
        self.check_place(group);
        self.has_content |= self.tag.local_name() == "img";
        if is_empty {
            self.namespaces.leave(namespaces);
        } else {
            self.paragraphs += usize::from(group == Some(Group::Paragraph));
            self.open.push(Open { name, offset, group, namespaces, is_xhtml });
        }
    }

    fn check_attributes_are_unique(&mut self) {
        let attributes = &mut self.tag.attributes;
        if attributes.len() < 2 {
            return;
        }
        sort_by(attributes, Ord::cmp);
        let twice = attributes.windows(2).find(|pair| pair.first() == pair.last());
        if let Some(&[twice, _]) = twice {
            let args = [shown(twice), shown(self.tag.name)];
            self.report(self.tag.offset, Code::XhtmlDuplicateAttribute, args);
        }
    }

    /// True for XHTML. What is inside an element of another namespace is not reported again.
    fn check_namespace(&mut self) -> bool {
        let (prefix, _) = split_name(self.tag.name);
        let found = self.namespaces.find(prefix);
        let is_xhtml = found == Some(NAMESPACE);
        if !is_xhtml && self.open.last().is_none_or(|parent| parent.is_xhtml) {
            let found = found.map_or(Arg::Term("none".to_owned()), shown);
            self.report(self.tag.offset, Code::XhtmlNamespace, [shown(self.tag.name), found]);
        }
        is_xhtml
    }

    fn check_place(&mut self, group: Option<Group>) {
        let offset = self.tag.offset;
        let Some(parent) = self.open.last() else {
            if self.has_root || self.tag.local_name() != "div" {
                self.report(offset, Code::XhtmlRoot, [shown(self.tag.name)]);
            }
            self.has_root = true;
            return;
        };
        let (Some(outer), Some(inner)) = (parent.group, group) else { return };
        let place = if !outer.may_contain(inner) {
            shown(parent.name)
        } else if self.paragraphs > 0 && inner.ends_paragraph() {
            Arg::Term("p".to_owned())
        } else {
            return;
        };
        self.report(offset, Code::XhtmlPlace, [shown(self.tag.name), place]);
    }

    /// False for an end tag that matches nothing: what follows is guesswork.
    fn close(&mut self, name: &'t str, start: usize) -> bool {
        let Some(open) = self.open.pop() else {
            self.report(start, Code::XhtmlRoot, [shown(&format!("</{name}>"))]);
            return false;
        };
        if open.name != name {
            // What follows an element that should have ended was judged by the wrong place.
            let is_by_place = |code| matches!(code, Code::XhtmlPlace | Code::XhtmlText);
            self.problems.retain(|p| p.offset <= open.offset || !is_by_place(p.code));
            self.report(start, Code::XhtmlEndTag, [shown(name), shown(open.name)]);
            return false;
        }
        self.paragraphs -= usize::from(open.group == Some(Group::Paragraph));
        self.namespaces.leave(open.namespaces);
        true
    }

    fn text(&mut self, text: &str, start: usize, marks: Marks) {
        self.references(text, start, marks);
        if marks.has_greater_than()
            && let Some(at) = text.find("]]>")
        {
            self.syntax(Fault { offset: start + at, expected: "]]&gt;" });
        }
        self.content(start, marks);
    }

    /// Text that is not white space: is there a place for it?
    fn content(&mut self, start: usize, marks: Marks) {
        if !marks.has_content() {
            return;
        }
        self.has_content = true;
        match self.open.last() {
            None => self.report(start, Code::XhtmlRoot, [Arg::Term("text".to_owned())]),
            Some(Open { group: Some(group), name, .. }) if !group.may_have_text() => {
                self.report(start, Code::XhtmlText, [shown(name)]);
            }
            Some(_) => {}
        }
    }

    /// Every `&`, and every character that XML cannot have.
    fn references(&mut self, text: &str, start: usize, marks: Marks) {
        self.characters(text, start, marks);
        if !marks.has_ampersand() {
            return;
        }
        for (at, _) in text.match_indices('&') {
            let rest = text.get(at + 1..).unwrap_or_default();
            if let Some((code, args)) = check_reference(rest) {
                self.report(start + at, code, args);
            }
        }
    }

    fn characters(&mut self, text: &str, start: usize, marks: Marks) {
        if !marks.has_control() {
            return;
        }
        for (at, c) in text.char_indices().filter(|&(_, c)| !is_xml(c)) {
            self.report(start + at, Code::XhtmlCharacter, [Arg::Number(u32::from(c).into())]);
        }
    }

    /// At the end of a text that was well-formed up to there.
    fn finish(&mut self) {
        for open in std::mem::take(&mut self.open) {
            self.report(open.offset, Code::XhtmlUnclosed, [shown(open.name)]);
        }
        if !self.has_root {
            let root = self.problems.iter().any(|problem| problem.code == Code::XhtmlRoot);
            if !root {
                self.report(0, Code::XhtmlRoot, [Arg::Term("nothing".to_owned())]);
            }
        } else if !self.has_content {
            self.report(0, Code::XhtmlEmpty, []);
        }
    }

    fn syntax(&mut self, fault: Fault) {
        let rest = self.value.get(fault.offset..).unwrap_or_default();
        let end = || Arg::Term("the end of the text".to_owned());
        let found = rest.chars().next().map_or_else(end, |c| Arg::Value(c.to_string()));
        self.report(fault.offset, Code::XhtmlSyntax, [Arg::Term(fault.expected.to_owned()), found]);
    }

    fn report(&mut self, offset: usize, code: Code, args: impl Into<Vec<Arg>>) {
        self.problems.push(Problem { offset, code, args: args.into() });
    }
}

/// The prefix and the local name. Hardly any name has a prefix, so a loop beats a search.
fn split_name(name: &str) -> (Option<&str>, &str) {
    match name.bytes().position(|byte| byte == b':') {
        Some(at) => (name.get(..at), name.get(at + 1..).unwrap_or_default()),
        None => (None, name),
    }
}

fn shown(text: &str) -> Arg {
    Arg::Value(text.to_owned())
}

/// What is wrong with the reference that begins before `rest`: a number that is no character, or a name
/// that only HTML knows, or no reference at all.
fn check_reference(rest: &str) -> Option<(Code, Vec<Arg>)> {
    let length = rest.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'#').count();
    let (name, after) = rest.split_at_checked(length)?;
    let is_ended = after.starts_with(';') && !name.is_empty();
    if is_ended && matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        return None;
    }
    if is_ended && let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        let Ok(code) = code else { return Some(not_an_entity(&format!("&{name};"), "&amp;")) };
        let is_character = char::from_u32(code).is_some_and(is_xml);
        return (!is_character).then(|| (Code::XhtmlCharacter, vec![Arg::Number(code.into())]));
    }
    match entities::number(name).filter(|_| is_ended) {
        Some(number) => Some(not_an_entity(&format!("&{name};"), &format!("&#{number};"))),
        None if is_ended => Some(not_an_entity(&format!("&{name};"), "&amp;")),
        None => Some(not_an_entity("&", "&amp;")),
    }
}

fn not_an_entity(found: &str, instead: &str) -> (Code, Vec<Arg>) {
    (Code::XhtmlEntity, vec![shown(found), Arg::Term(instead.to_owned())])
}

/// True for a character that an XML document may have (XML 1.0, section 2.2).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
