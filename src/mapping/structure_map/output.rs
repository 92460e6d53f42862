//! The two forms of the resource, and a tree that is written property by property.

use std::sync::Arc;

use crate::definitions::Definitions;
use crate::mapping::ast::Word;
use crate::text::Span;
use crate::tree::{Key, Kind, Names, Tree, TreeBuilder};

/// Which form of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// R4 and R4B: dependents have names of variables.
    Variables,
    /// R5: dependents have parameters, maps have constants.
    Parameters,
}

impl Form {
    /// The form that the definitions have. R5's where they have no StructureMap.
    pub fn of(definitions: &Definitions) -> Self {
        let constant = definitions.names().find("const");
        let shape = definitions.find_type("StructureMap").and_then(|id| definitions.type_def(id));
        let Some(shape) = shape.and_then(|it| it.shapes.first()) else { return Self::Parameters };
        let has_constants = constant.is_some_and(|name| shape.element(name).is_some());
        if has_constants { Self::Parameters } else { Self::Variables }
    }
}

/// A tree that is written property by property.
pub(super) struct Output {
    builder: TreeBuilder,
    /// What a tree has no room for elsewhere: numbers and truths as they are written.
    text: String,
}

impl Output {
    pub(super) fn new(names: &Arc<Names>) -> Self {
        Self { builder: TreeBuilder::new(names.clone(), 256), text: String::new() }
    }

    pub(super) fn finish(self) -> Tree {
        self.builder.finish(self.text)
    }

    fn key(&mut self, name: &str) -> Key {
        Key { name: self.builder.intern(name), start: 0 }
    }

    /// An object: the root, an entry of an array, or the value of a property.
    pub(super) fn object(&mut self, key: Option<Key>, content: impl FnOnce(&mut Self)) {
        self.builder.open(Kind::Object, key, 0);
        content(self);
        self.builder.close(0);
    }

    /// A property that is an object.
    pub(super) fn property(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let key = self.key(name);
        self.object(Some(key), content);
    }

    /// A property that is an array, unless it has no entries; `entry` writes each.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        entries: impl Iterator<Item = T>,
        mut entry: impl FnMut(&mut Self, T),
    ) {
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            return;
        }
        let key = self.key(name);
        self.builder.open(Kind::Array, Some(key), 0);
        entries.for_each(|it| entry(self, it));
        self.builder.close(0);
    }

    /// A property that is an array of objects, unless it has no entries; `content` writes what is in each.
    pub(super) fn array<T>(
        &mut self,
        name: &str,
        entries: impl Iterator<Item = T>,
        mut content: impl FnMut(&mut Self, T),
    ) {
        self.list(name, entries, |out, it| out.object(None, |out| content(out, it)));
    }

    /// A text.
    pub(super) fn string(&mut self, key: Option<Key>, value: &str) {
        self.builder.decoded(key, Span::default(), value);
    }

    /// A property that is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let key = self.key(name);
        self.string(Some(key), value);
    }

    pub(super) fn number(&mut self, name: &str, value: &str) {
        self.lexeme(Kind::Number, name, value);
    }

    pub(super) fn boolean(&mut self, name: &str, value: bool) {
        let (kind, text) = if value { (Kind::True, "true") } else { (Kind::False, "false") };
        self.lexeme(kind, name, text);
    }

    fn lexeme(&mut self, kind: Kind, name: &str, value: &str) {
        let key = self.key(name);
        let start = self.text.len() as u32;
        self.text.push_str(value);
        self.builder.leaf(kind, Some(key), Span::new(start, self.text.len() as u32));
    }

    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(super) fn word(&mut self, name: &str, word: Option<&Word>) {
        self.optional(name, word.map(|word| word.text.as_str()));
    }
}
