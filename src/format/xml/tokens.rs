//! Splits XML into tokens (<https://www.w3.org/TR/xml/>), without allocation and in one pass. It knows
//! the syntax of tags, comments and sections; whether tags match, names are unique and references are
//! known is for who reads the tokens. [`Marks`] say which runs of text need a second look.

use crate::text::find;

/// A piece of XML. Texts are as written: references in them are not replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// `<name`; its attributes follow, and then [`Token::OpenEnd`].
    Open(&'t str),
    /// `name="value"`.
    Attribute {
        /// The name with its prefix.
        name: &'t str,
        /// What is between the quotes.
        value: &'t str,
        /// Where the value begins.
        value_start: usize,
        /// What is in the value.
        marks: Marks,
    },
    /// `>` or `/>` of a start tag.
    OpenEnd {
        /// True for `/>`.
        is_empty: bool,
    },
    /// `</name>`.
    Close(&'t str),
    /// Text up to the next `<`.
    Text(&'t str, Marks),
    /// `<![CDATA[…]]>`.
    CharacterData(&'t str, Marks),
    /// `<!--…-->`.
    Comment(&'t str),
    /// `<?…?>`.
    Instruction(&'t str),
    /// `<!DOCTYPE`; what follows it is not read.
    DocumentType,
}

/// What a run of text has in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// `&`: there is a reference, or something that should be one.
    pub const fn has_ampersand(self) -> bool {
        self.0 & AMPERSAND != 0
    }

    /// A control character that XML cannot have.
    pub const fn has_control(self) -> bool {
        self.0 & CONTROL != 0
    }

    /// `<`, which an attribute must not have.
    pub const fn has_less_than(self) -> bool {
        self.0 & LESS_THAN != 0
    }

    /// `>`: perhaps the end of a section that was never opened.
    pub const fn has_greater_than(self) -> bool {
        self.0 & GREATER_THAN != 0
    }

    /// Something that is not white space of XML.
    pub const fn has_content(self) -> bool {
        self.0 & CONTENT != 0
    }
}

/// Where reading stopped, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte that was something else.
    pub offset: usize,
    /// A few words, such as `a name`.
    pub expected: &'static str,
}

const AMPERSAND: u8 = 1;
const CONTROL: u8 = 2;
const LESS_THAN: u8 = 4;
const GREATER_THAN: u8 = 8;
const CONTENT: u8 = 16;
const NAME: u8 = 32;
const SPACE: u8 = 64;

const CLASS: [u8; 256] = {
    let mut class = [CONTENT; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] |= match byte as u8 {
            b'&' => AMPERSAND,
            b'<' => LESS_THAN,
            b'>' => GREATER_THAN,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' | 0x80.. => NAME,
            _ => 0,
        };
        if byte < 0x20 {
            class[byte] = CONTENT | CONTROL;
        }
        byte += 1;
    }
    class[b' ' as usize] = SPACE;
    class[b'\t' as usize] = SPACE;
    class[b'\n' as usize] = SPACE;
    class[b'\r' as usize] = SPACE;
    class
};

/// The tokens of one text. After a [`Fault`] there are no more.
#[derive(Clone, Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    at: usize,
    start: usize,
    in_tag: bool,
}

type Read<'t> = Result<Token<'t>, Fault>;

impl<'t> Iterator for Tokens<'t> {
    type Item = Read<'t>;

    fn next(&mut self) -> Option<Read<'t>> {
        self.start = self.at;
        if self.at >= self.text.len() && !self.in_tag {
            return None;
        }
        let read = if self.in_tag { self.tag() } else { self.content() };
        if read.is_err() {
            self.at = self.text.len();
            self.in_tag = false;
        }
        Some(read)
    }
}

impl<'t> Tokens<'t> {
    /// The tokens of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, start: 0, in_tag: false }
    }

    /// Where the token that was returned last begins.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Goes on at `at`, inside a start tag or outside of all tags: for a reader that knows better where
    /// something ends, or that does not give up at a [`Fault`].
    pub fn resume(&mut self, at: usize, in_tag: bool) {
        self.at = at;
        self.in_tag = in_tag;
    }

    /// Where the next token begins.
    pub fn position(&self) -> usize {
        self.at
    }

    fn content(&mut self) -> Read<'t> {
        if self.peek() != Some(b'<') {
            let (text, marks) = self.run(b'<');
            return Ok(Token::Text(text, marks));
        }
        self.at += 1;
        match self.peek() {
            Some(b'/') => {
                self.at += 1;
                let name = self.name()?;
                self.skip_space();
                self.expect(b'>', ">")?;
                Ok(Token::Close(name))
            }
            Some(b'!') => self.declaration(),
            Some(b'?') => {
                self.at += 1;
                self.until("?>", "?>").map(Token::Instruction)
            }
            _ => {
                let name = self.name()?;
                self.in_tag = true;
                Ok(Token::Open(name))
            }
        }
    }

    /// After `<!`'s `<`.
    fn declaration(&mut self) -> Read<'t> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with("!--") {
            self.at += 3;
            let comment = self.until("--", "-->")?;
            self.expect(b'>', ">")?;
            return Ok(Token::Comment(comment));
        }
        if rest.starts_with("![CDATA[") {
            self.at += 8;
            let data = self.until("]]>", "]]>")?;
            let marks = data.bytes().fold(0, |all, byte| all | CLASS[usize::from(byte)]);
            return Ok(Token::CharacterData(data, Marks(marks)));
        }
        if rest.starts_with("!DOCTYPE") {
            self.at = self.text.len();
            return Ok(Token::DocumentType);
        }
        Err(self.fault("a tag, a comment or a CDATA section"))
    }

    /// Inside a start tag: an attribute, or its end.
    fn tag(&mut self) -> Read<'t> {
        let before = self.at;
        self.skip_space();
        self.start = self.at;
        match self.peek() {
            Some(b'>') => {
                self.at += 1;
                self.in_tag = false;
                Ok(Token::OpenEnd { is_empty: false })
            }
            Some(b'/') => {
                self.at += 1;
                self.expect(b'>', ">")?;
                self.in_tag = false;
                Ok(Token::OpenEnd { is_empty: true })
            }
            _ if before == self.at => Err(self.fault("white space, > or />")),
            _ => self.attribute(),
        }
    }

    fn attribute(&mut self) -> Read<'t> {
        let name = self.name()?;
        self.skip_space();
        self.expect(b'=', "= and a value in quotes")?;
        self.skip_space();
        let Some(quote @ (b'"' | b'\'')) = self.peek() else {
            return Err(self.fault("a value in quotes"));
        };
        self.at += 1;
        let value_start = self.at;
        let (value, marks) = self.run(quote);
        self.expect(quote, "the closing quote")?;
        Ok(Token::Attribute { name, value, value_start, marks })
    }

    /// The text up to the byte `end`, and what it has in it.
    fn run(&mut self, end: u8) -> (&'t str, Marks) {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let mut marks = 0;
        loop {
            let stop = find(bytes, self.at, |word| {
                let special = word.equal(b'&') | word.equal(b'<') | word.equal(b'>');
                special | word.equal(end) | word.below(b' ')
            });
            // What is passed is plain: letters, or spaces.
            let passed = bytes.get(self.at..stop).filter(|_| marks & CONTENT == 0);
            if passed.is_some_and(|passed| passed.iter().any(|&byte| byte != b' ')) {
                marks |= CONTENT;
            }
            self.at = stop;
            let Some(byte) = self.peek().filter(|&byte| byte != end) else { break };
            marks |= CLASS[usize::from(byte)];
            self.at += 1;
        }
        (self.text.get(start..self.at).unwrap_or_default(), Marks(marks))
    }

    /// The text up to `end`, which is skipped.
    fn until(&mut self, end: &str, expected: &'static str) -> Result<&'t str, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(length) = rest.find(end) else {
            self.at = self.text.len();
            return Err(self.fault(expected));
        };
        self.at += length + end.len();
        Ok(rest.get(..length).unwrap_or_default())
    }

    fn name(&mut self) -> Result<&'t str, Fault> {
        if matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'.')) {
            return Err(self.fault("a name"));
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| CLASS[usize::from(byte)] & NAME != 0) {
            self.at += 1;
        }
        let name = self.text.get(start..self.at).unwrap_or_default();
        if name.is_empty() { Err(self.fault("a name")) } else { Ok(name) }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| CLASS[usize::from(byte)] & SPACE != 0) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault(expected));
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, expected: &'static str) -> Fault {
        Fault { offset: self.at, expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens written one by one: `<a`, `b='c'`, `>`, `/>`, `</a>`, text in brackets, the rest by name.
    fn show(text: &str) -> String {
        let show_one = |read: Read<'_>| match read {
            Ok(Token::Open(name)) => format!("<{name}"),
            Ok(Token::Attribute { name, value, .. }) => format!("{name}='{value}'"),
            Ok(Token::OpenEnd { is_empty }) => if is_empty { "/>" } else { ">" }.to_owned(),
            Ok(Token::Close(name)) => format!("</{name}>"),
            Ok(Token::Text(text, _)) => format!("({text})"),
            Ok(Token::CharacterData(text, _)) => format!("cdata({text})"),
            Ok(Token::Comment(text)) => format!("comment({text})"),
            Ok(Token::Instruction(text)) => format!("pi({text})"),
            Ok(Token::DocumentType) => "doctype".to_owned(),
            Err(fault) => format!("{}: expected {}", fault.offset, fault.expected),
        };
        Tokens::new(text).map(show_one).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(show(text), expected, "{text:?}");
    }

    #[test]
    fn splits_what_is_well_formed() {
        check("", "");
        check("<a/>", "<a />");
        check("<a b='1' c = \"x'y\">t</a >", "<a b='1' c='x'y' > (t) </a>");
        check("<n:p xml:lang=''\n/>é", "<n:p xml:lang='' /> (é)");
        check("<!-- a - b --><?x y?><![CDATA[<&]]]>", "comment( a - b ) pi(x y) cdata(<&])");
        check("<!DOCTYPE a []><a/>", "doctype");
    }

    #[test]
    fn stops_where_it_is_not() {
        check("<", "1: expected a name");
        check("<1>", "1: expected a name");
        check("a < b", "(a ) 3: expected a name");
        check("<a b>", "<a 4: expected = and a value in quotes");
        check("<a b=c>", "<a 5: expected a value in quotes");
        check("<a b='c>", "<a 8: expected the closing quote");
        check("<a b='c'd='e'>", "<a b='c' 8: expected white space, > or />");
        check("<a", "<a 2: expected white space, > or />");
        check("<a ", "<a 3: expected a name");
        check("</a b>", "4: expected >");
        check("<!-- a", "6: expected -->");
        check("<!-- a -- b -->", "9: expected >");
        check("<!x>", "1: expected a tag, a comment or a CDATA section");
    }

    #[test]
    fn marks_what_needs_a_second_look() {
        let marks = |text| match Tokens::new(text).next() {
            Some(Ok(Token::Text(_, marks))) => marks,
            _ => Marks::default(),
        };
        assert!(marks("a&b").has_ampersand() && marks("a>b").has_greater_than());
        assert!(marks("\u{1}").has_control() && !marks("\t\n\r ").has_control());
        assert!(marks("é").has_content() && !marks(" \n").has_content());
    }
}
