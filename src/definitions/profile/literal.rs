//! A value that a profile gives (`fixed[x]`, `pattern[x]`, `minValue[x]`): JSON without its text.

use crate::definitions::View;
use crate::tree::{Kind, NameId, Names, NodeId, Tree};

/// A JSON value with interned property names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A string.
    Text(Box<str>),
    /// A number, boolean or `null`, as it is written.
    Word(Box<str>),
    /// An array.
    List(Vec<Literal>),
    /// An object, in the order of the definition.
    Object(Vec<(NameId, Literal)>),
}

impl Literal {
    /// The value at a node; `intern` gives numbers to property names.
    pub(super) fn read(tree: &Tree, node: NodeId, names: &mut Names) -> Self {
        match tree.kind(node) {
            Kind::Object => Self::Object(
                tree.children(node)
                    .map(|child| {
                        (names.intern(tree.name_text(child)), Self::read(tree, child, names))
                    })
                    .collect(),
            ),
            Kind::Array => {
                Self::List(tree.children(node).map(|it| Self::read(tree, it, names)).collect())
            }
            Kind::String => Self::Text(tree.value(node).into()),
            _ => Self::Word(tree.value(node).into()),
        }
    }

    /// The first property that begins with `prefix` (`fixed`, `pattern`), with what follows the prefix.
    pub(super) fn choice(definition: View<'_>, prefix: &str, names: &mut Names) -> Option<Self> {
        let tree = definition.tree();
        let node = tree.children(definition.node()).find(|&child| {
            let rest = tree.name_text(child).strip_prefix(prefix);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        })?;
        Some(Self::read(tree, node, names))
    }

    /// The text of a string, number or boolean.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Word(text) => Some(text),
            Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The value of a property of an object.
    pub fn get(&self, name: NameId) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(member, _)| *member == name).map(|(_, value)| value)
    }

    /// As JSON, on one line.
    pub fn write(&self, names: &Names) -> String {
        let mut out = String::new();
        self.write_into(names, &mut out);
        out
    }

    fn write_into(&self, names: &Names, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Text(text) => write_text(text, out),
            Self::List(entries) => {
                out.push('[');
                for (index, entry) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    entry.write_into(names, out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    write_text(names.text(*name), out);
                    out.push(':');
                    value.write_into(names, out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
