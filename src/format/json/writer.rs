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
        // The end of each list and object around the node, and whether it is an object.
        let mut open: Vec<(NodeId, bool)> = Vec::new();
        let mut node = root;
        loop {
            let kind = self.tree.kind(node);
            let mut next = self.tree.after(node);
            let inner = NodeId(node.0 + 1);
            let is_container = matches!(kind, Kind::Object | Kind::Array);
            let is_entered = is_container && inner < next;
            self.value(node, kind);
            if is_entered {
                open.push((next, kind == Kind::Object));
                next = inner;
            } else if is_container {
                self.out.push(brackets(kind == Kind::Object).1);
            }
            while let Some((_, is_object)) = open.pop_if(|&mut (end, _)| next >= end) {
                self.line(open.len());
                self.out.push(brackets(is_object).1);
            }
            let Some(&(_, is_object)) = open.last() else { return };
            if !is_entered {
                self.out.push(',');
            }
            self.line(open.len());
            if is_object {
                write_string(&mut self.out, self.tree.name_text(next));
                self.out.push_str(if self.style == Style::Pretty { ": " } else { ":" });
            }
            node = next;
        }
    }

    fn value(&mut self, node: NodeId, kind: Kind) {
        match kind {
            Kind::Object | Kind::Array => self.out.push(brackets(kind == Kind::Object).0),
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

    fn line(&mut self, depth: usize) {
        if self.style == Style::Pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }
}

fn brackets(is_object: bool) -> (char, char) {
    if is_object { ('{', '}') } else { ('[', ']') }
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
