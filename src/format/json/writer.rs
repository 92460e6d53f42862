//! From a tree to JSON text: numbers as they were read, text with the fewest escapes.

use super::scan::string_end;
use crate::format::Style;
use crate::tree::{Kind, NodeId, Tree};

/// Writes the subtree of `node`. A value that could not be read is written as `null`.
pub fn write(tree: &Tree, node: NodeId, style: Style) -> String {
    // A tree that was not read has no text: a value and its name in some twenty bytes.
    let size = tree.text().len().max(tree.len() * 20);
    let mut writer = Writer { tree, style, out: String::with_capacity(size) };
    writer.node(node);
    writer.out
}

struct Writer<'t> {
    tree: &'t Tree,
    style: Style,
    out: String,
}

impl Writer<'_> {
    /// Writes a node and what follows inside it, without recursion: a tree may be deep.
    fn node(&mut self, root: NodeId) {
        let mut open: Vec<NodeId> = Vec::new();
        let mut node = root;
        loop {
            let is_container = matches!(self.tree.kind(node), Kind::Object | Kind::Array);
            self.value(node);
            let mut next = self.tree.after(node);
            let inner = NodeId(node.0 + 1);
            if is_container && inner < next {
                open.push(node);
                next = inner;
            } else if is_container {
                self.out.push(self.bracket(node).1);
            }
            while let Some(&container) = open.last() {
                if next < self.tree.after(container) {
                    break;
                }
                open.pop();
                self.line(open.len());
                self.out.push(self.bracket(container).1);
            }
            let Some(&container) = open.last() else { return };
            if next != NodeId(container.0 + 1) {
                self.out.push(',');
            }
            self.line(open.len());
            if self.tree.kind(container) == Kind::Object {
                write_string(&mut self.out, self.tree.name_text(next));
                self.out.push_str(if self.style == Style::Pretty { ": " } else { ":" });
            }
            node = next;
        }
    }

    fn value(&mut self, node: NodeId) {
        match self.tree.kind(node) {
            Kind::Object | Kind::Array => self.out.push(self.bracket(node).0),
            Kind::String if self.tree.is_escaped(node) => {
                write_string(&mut self.out, self.tree.value(node));
            }
            Kind::String => {
                self.out.push('"');
                self.out.push_str(self.tree.value(node));
                self.out.push('"');
            }
            Kind::Damaged => self.out.push_str("null"),
            Kind::Number | Kind::True | Kind::False | Kind::Null => {
                self.out.push_str(self.tree.value(node));
            }
        }
    }

    fn bracket(&self, node: NodeId) -> (char, char) {
        if self.tree.kind(node) == Kind::Object { ('{', '}') } else { ('[', ']') }
    }

    fn line(&mut self, depth: usize) {
        if self.style == Style::Pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }
}

/// Writes a string with its quotes; escapes quotes, backslashes and control characters only.
pub(crate) fn write_string(out: &mut String, value: &str) {
    out.push('"');
    let mut rest = value;
    loop {
        let (plain, other) = rest.split_at(string_end(rest.as_bytes(), 0));
        out.push_str(plain);
        let Some(&first) = other.as_bytes().first() else { break };
        match first {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        rest = &other[1..];
    }
    out.push('"');
}
