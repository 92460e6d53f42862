//! JSON values that can be changed: what a tree cannot be. Copies share what is inside.

use std::rc::Rc;

use crate::definitions::View;
use crate::sort::sort_by_key;
use crate::tree::{Kind, NodeId, Tree};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// An object.
    Object(Rc<Object>),
    /// An array.
    Array(Rc<Vec<Self>>),
    /// A string.
    Text(Rc<str>),
    /// A number, boolean or null, as written.
    Literal(Rc<str>),
}

/// The properties of an object, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object(Vec<(Rc<str>, Value)>);

impl Value {
    pub(super) fn of(tree: &Tree, node: NodeId) -> Self {
        match tree.kind(node) {
            Kind::Object => Self::Object(Rc::new(Object::of(View::new(tree, node)))),
            Kind::Array => Self::Array(Rc::new(
                tree.children(node).map(|child| Self::of(tree, child)).collect(),
            )),
            Kind::String => Self::text(tree.value(node)),
            _ => Self::Literal(tree.value(node).into()),
        }
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn literal(text: &str) -> Self {
        Self::Literal(text.into())
    }

    /// The text of a string; none for others.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The entries of an array; none for others.
    pub(super) fn entries(&self) -> &[Self] {
        match self {
            Self::Array(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Object(object) => object.write(out),
            Self::Array(entries) => {
                write_list(out, ['[', ']'], entries.iter(), |out, entry| entry.write(out));
            }
            Self::Text(text) => write_text(out, text),
            Self::Literal(text) => out.push_str(if text.is_empty() { "null" } else { text }),
        }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(Rc::new(object))
    }
}

impl From<Vec<Self>> for Value {
    fn from(entries: Vec<Self>) -> Self {
        Self::Array(Rc::new(entries))
    }
}

impl Object {
    pub(super) fn of(view: View<'_>) -> Self {
        let tree = view.tree();
        let members = tree.children(view.node());
        Self(
            members
                .map(|member| (tree.name_text(member).into(), Value::of(tree, member)))
                .collect(),
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    pub(super) fn object(&self, name: &str) -> Option<&Self> {
        self.get(name)?.as_object()
    }

    /// The entries of an array property; none where there is no such property.
    pub(super) fn entries(&self, name: &str) -> &[Value] {
        self.get(name).map_or(&[], Value::entries)
    }

    /// The objects of an array property.
    pub(super) fn objects(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.entries(name).iter().filter_map(Value::as_object)
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Literal(text)) if **text == *"true")
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        match self.get(name)? {
            Value::Literal(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The first property whose name begins so (`fixed`, `pattern`), and does not go on in lower case.
    pub(super) fn choice(&self, stem: &str) -> Option<(&Rc<str>, &Value)> {
        let is_choice = |name: &str| {
            name.strip_prefix(stem)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        };
        self.0.iter().find(|(name, _)| is_choice(name)).map(|(name, value)| (name, value))
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// Sets an array, or removes it where it would be empty.
    pub(super) fn set_entries(&mut self, name: &str, entries: Vec<Value>) {
        if entries.is_empty() { self.remove(name) } else { self.set(name, entries.into()) }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| **known != *name);
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Puts the properties in the order of `names`; a `_name` goes with its `name`, others to the end.
    pub(super) fn sort(&mut self, names: &[&str]) {
        let rank = |name: &str| {
            let name = name.strip_prefix('_').unwrap_or(name);
            let same = |known: &&str| match known.strip_suffix("[x]") {
                Some(stem) => name
                    .strip_prefix(stem)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())),
                None => **known == *name,
            };
            names.iter().position(same).unwrap_or(names.len())
        };
        sort_by_key(&mut self.0, |(name, _)| (rank(name), name.starts_with('_')));
    }

    pub(super) fn write(&self, out: &mut String) {
        write_list(out, ['{', '}'], self.0.iter(), |out, (name, value)| {
            write_text(out, name);
            out.push(':');
            value.write(out);
        });
    }
}

fn write_list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

fn write_text(out: &mut String, text: &str) {
    use std::fmt::Write;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
