//! XML text, tag by tag. What the tags are is the caller's business.

use crate::format::Style;

/// Writes elements, each with its attributes first.
#[derive(Debug)]
pub struct Writer<'n> {
    out: String,
    style: Style,
    open: Vec<&'n str>,
    /// The start tag of the innermost element has no `>` yet.
    in_tag: bool,
}

impl<'n> Writer<'n> {
    /// A text of about `length` bytes.
    pub fn new(style: Style, length: usize) -> Self {
        Self { out: String::with_capacity(length), style, open: Vec::new(), in_tag: false }
    }

    /// Begins an element.
    pub fn open(&mut self, name: &'n str) {
        self.line();
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(name);
        self.in_tag = true;
    }

    /// Adds an attribute to the element that was just begun.
    pub fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value);
        self.out.push('"');
    }

    /// Adds text that is XML already.
    pub fn raw(&mut self, xml: &str) {
        self.line();
        self.out.push_str(xml);
    }

    /// Ends the innermost element.
    pub fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.in_tag {
            self.out.push_str("/>");
            self.in_tag = false;
            return;
        }
        self.line();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// Ends the start tag that is open, and begins a line.
    fn line(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
        if self.style == Style::Pretty && !self.out.is_empty() {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.open.len()));
        }
    }
}

/// Writes the value of an attribute. White space that a reader would take for a space is written as a
/// reference.
fn escape(out: &mut String, value: &str) {
    let mut copied = 0;
    for (at, byte) in value.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' => "&#9;",
            b'\n' => "&#10;",
            b'\r' => "&#13;",
            _ => continue,
        };
        out.push_str(&value[copied..at]);
        out.push_str(reference);
        copied = at + 1;
    }
    out.push_str(&value[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(style: Style, expected: &str) {
        let mut writer = Writer::new(style, 0);
        writer.open("a");
        writer.attribute("b", "<\"\n&é");
        writer.open("c");
        writer.close();
        writer.raw("<d>x</d>");
        writer.close();
        assert_eq!(writer.finish(), expected);
    }

    #[test]
    fn writes_tags() {
        check(Style::Compact, "<a b=\"&lt;&quot;&#10;&amp;é\"><c/><d>x</d></a>");
        check(Style::Pretty, "<a b=\"&lt;&quot;&#10;&amp;é\">\n  <c/>\n  <d>x</d>\n</a>");
    }
}
