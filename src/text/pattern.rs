//! Regular expressions over ASCII as tables: one look-up for each character. Made for those that are matched
//! again and again, such as the patterns of constraints; what is not ASCII, or uses more of the language than
//! is here, is left to `regex_lite`, which says the same.

use std::collections::HashMap;

use crate::sort::sort_and_dedup;

/// A set of ASCII characters, one bit for each.
type Set = u128;

/// Parts that a pattern may have, repetitions written out; states that its table may have.
const PARTS: usize = 4000;
const STATES: usize = 1500;

/// A pattern as a table of states.
#[derive(Debug)]
pub(crate) struct Table {
    /// The column of each character.
    columns: [u8; 128],
    width: usize,
    /// State after state, the next one by column.
    next: Vec<u16>,
    /// Whether a state is a match if the text ends there.
    is_match_at_end: Vec<bool>,
}

/// The state that nothing leads out of, and that is none.
const DEAD: u16 = 0;
/// The state in which a match was found.
const FOUND: u16 = 1;
/// The state that a text begins in.
const FIRST: u16 = 2;

impl Table {
    /// None for a pattern that needs `regex_lite`.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let mut parser = Parser { rest: pattern.as_bytes(), parts: vec![Part::Match], written: 0 };
        let start = parser.alternatives(0)?;
        if !parser.rest.is_empty() {
            return None;
        }
        Builder::new(parser.parts, start).build()
    }

    /// True if the pattern fits a part of the text; none where that depends on what is not ASCII.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        let mut state = FIRST;
        for byte in text.bytes() {
            let column = *self.columns.get(usize::from(byte))?;
            state = *self.next.get(usize::from(state) * self.width + usize::from(column))?;
            if state <= FOUND {
                return Some(state == FOUND);
            }
        }
        self.is_match_at_end.get(usize::from(state)).copied()
    }
}

/// A part of a pattern; numbers are those of the parts that follow it.
#[derive(Clone, Copy, Debug)]
enum Part {
    Match,
    One(Set, u32),
    Either(u32, u32),
    Start(u32),
    End(u32),
}

/// Reads a pattern from its end: each part is made when what follows it is known.
struct Parser<'p> {
    rest: &'p [u8],
    parts: Vec<Part>,
    /// Items written out so far: those that make no part count as well.
    written: usize,
}

/// What a pattern is made of, before it is known what follows.
enum Item {
    Empty,
    One(Set),
    Start,
    End,
    Sequence(Vec<Item>),
    Choice(Vec<Item>),
    Repeat(Box<Item>, u32, Option<u32>),
}

impl Parser<'_> {
    fn alternatives(&mut self, follow: u32) -> Option<u32> {
        let item = self.choice(0)?;
        self.emit(&item, follow)
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn take(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        first.is_ascii().then_some(first)
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_here = self.peek() == Some(byte);
        if is_here {
            self.rest = &self.rest[1..];
        }
        is_here
    }

    fn choice(&mut self, depth: u32) -> Option<Item> {
        if depth > 20 {
            return None;
        }
        let mut all = vec![self.sequence(depth)?];
        while self.takes(b'|') {
            all.push(self.sequence(depth)?);
        }
        Some(Item::Choice(all))
    }

    fn sequence(&mut self, depth: u32) -> Option<Item> {
        let mut all = Vec::new();
        while self.peek().is_some_and(|byte| byte != b'|' && byte != b')') {
            let item = self.item(depth)?;
            all.push(self.repeated(item)?);
        }
        Some(if all.is_empty() { Item::Empty } else { Item::Sequence(all) })
    }

    fn item(&mut self, depth: u32) -> Option<Item> {
        Some(match self.take()? {
            b'(' => {
                if self.takes(b'?') && !self.takes(b':') {
                    return None;
                }
                let inner = self.choice(depth + 1)?;
                return self.takes(b')').then_some(inner);
            }
            b'[' => Item::One(self.class()?),
            b'.' => Item::One(Set::MAX),
            b'^' => Item::Start,
            b'$' => Item::End,
            b'\\' => Item::One(self.escape()?),
            b'*' | b'+' | b'?' | b'{' | b')' => return None,
            byte => Item::One(1 << byte),
        })
    }

    fn repeated(&mut self, item: Item) -> Option<Item> {
        let (least, most) = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => return self.counted(item),
            _ => return Some(item),
        };
        self.take()?;
        self.once(Item::Repeat(Box::new(item), least, most))
    }

    fn counted(&mut self, item: Item) -> Option<Item> {
        self.take()?;
        let least = self.number()?;
        let most = match self.take()? {
            b'}' => Some(least),
            b',' if self.takes(b'}') => None,
            b',' => {
                let most = self.number()?;
                if !self.takes(b'}') || most < least {
                    return None;
                }
                Some(most)
            }
            _ => return None,
        };
        self.once(Item::Repeat(Box::new(item), least, most))
    }

    /// A repetition that is as short as possible finds a match where one that is as long does.
    fn once(&mut self, item: Item) -> Option<Item> {
        self.takes(b'?');
        (!matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{'))).then_some(item)
    }

    fn number(&mut self) -> Option<u32> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok().filter(|&number| number <= 1000)
    }

    fn escape(&mut self) -> Option<Set> {
        let range = |from: u8, to: u8| (from..=to).fold(0, |set: Set, byte| set | 1 << byte);
        let digits = range(b'0', b'9');
        let words = digits | range(b'a', b'z') | range(b'A', b'Z') | 1 << b'_';
        let spaces = range(b'\t', b'\r') | 1 << b' ';
        Some(match self.take()? {
            b'd' => digits,
            b'D' => !digits,
            b'w' => words,
            b'W' => !words,
            b's' => spaces,
            b'S' => !spaces,
            b'n' => 1 << b'\n',
            b'r' => 1 << b'\r',
            b't' => 1 << b'\t',
            b'<' | b'>' => return None,
            byte if byte.is_ascii_punctuation() => 1 << byte,
            _ => return None,
        })
    }

    fn class(&mut self) -> Option<Set> {
        let is_negated = self.takes(b'^');
        let mut set = 0;
        loop {
            let first = match self.take()? {
                b']' if set != 0 => break,
                b']' | b'[' => return None,
                // Doubled, they are operators between sets.
                byte @ (b'&' | b'~') if self.peek() == Some(byte) => return None,
                b'\\' => self.escape()?,
                byte => 1 << byte,
            };
            // A minus between two characters is a range; at the end it is a character.
            if self.peek() == Some(b'-') && self.rest.get(1) != Some(&b']') {
                self.take()?;
                let last = match self.take()? {
                    b'[' | b'-' => return None,
                    b'\\' => self.escape()?,
                    byte => 1 << byte,
                };
                let (from, to) = (first.trailing_zeros(), last.trailing_zeros());
                if first.count_ones() != 1 || last.count_ones() != 1 || from > to {
                    return None;
                }
                set |= (from..=to).fold(0, |set: Set, bit| set | 1 << bit);
            } else {
                set |= first;
            }
        }
        Some(if is_negated { !set } else { set })
    }

    fn add(&mut self, part: Part) -> Option<u32> {
        self.parts.push(part);
        (self.parts.len() <= PARTS).then_some(self.parts.len() as u32 - 1)
    }

    /// Makes the parts of an item before those that follow it.
    fn emit(&mut self, item: &Item, follow: u32) -> Option<u32> {
        self.written += 1;
        if self.written > 4 * PARTS {
            return None;
        }
        match item {
            Item::Empty => Some(follow),
            Item::One(set) => self.add(Part::One(*set, follow)),
            Item::Start => self.add(Part::Start(follow)),
            Item::End => self.add(Part::End(follow)),
            Item::Sequence(all) => {
                all.iter().rev().try_fold(follow, |follow, item| self.emit(item, follow))
            }
            Item::Choice(all) => {
                let starts = all.iter().map(|item| self.emit(item, follow));
                let mut starts = starts.collect::<Option<Vec<_>>>()?.into_iter();
                let first = starts.next()?;
                starts.try_fold(first, |before, start| self.add(Part::Either(before, start)))
            }
            Item::Repeat(inner, least, most) => {
                let mut start = match most {
                    None => {
                        let again = self.add(Part::Either(follow, follow))?;
                        let inside = self.emit(inner, again)?;
                        self.parts[again as usize] = Part::Either(inside, follow);
                        again
                    }
                    Some(most) => (*least..*most).try_fold(follow, |next, _| {
                        let inside = self.emit(inner, next)?;
                        self.add(Part::Either(inside, follow))
                    })?,
                };
                for _ in 0..*least {
                    start = self.emit(inner, start)?;
                }
                Some(start)
            }
        }
    }
}

/// Makes a table of sets of parts.
struct Builder {
    parts: Vec<Part>,
    start: u32,
    columns: [u8; 128],
    /// A character of each column.
    samples: Vec<u8>,
    numbers: HashMap<Vec<u32>, u16>,
    states: Vec<Vec<u32>>,
    /// The last closure that met each part.
    met: Vec<u32>,
    closures: u32,
}

impl Builder {
    fn new(parts: Vec<Part>, start: u32) -> Self {
        let mut kinds: HashMap<Vec<bool>, u8> = HashMap::new();
        let (mut columns, mut samples) = ([0; 128], Vec::new());
        let mut sets: Vec<Set> = parts.iter().filter_map(Part::set).collect();
        sort_and_dedup(&mut sets);
        for (byte, column) in (0_u8..).zip(&mut columns) {
            let kind = sets.iter().map(|set| set >> byte & 1 == 1).collect();
            *column = *kinds.entry(kind).or_insert_with(|| {
                samples.push(byte);
                samples.len() as u8 - 1
            });
        }
        let (states, met) = (vec![Vec::new(); 2], vec![0; parts.len()]);
        let numbers = HashMap::new();
        Self { parts, start, columns, samples, numbers, states, met, closures: 0 }
    }

    fn build(mut self) -> Option<Table> {
        let first = self.closed([self.start], true, false);
        if first.is_empty() || first.contains(&0) {
            // It fits nothing, or everything.
            return None;
        }
        // No later state is this one, whatever its parts: only here a text begins.
        self.states.push(first);
        let width = self.samples.len();
        let mut next = vec![DEAD; width];
        next.extend(vec![FOUND; width]);
        let mut is_match_at_end = vec![false, true];
        let mut at = usize::from(FIRST);
        while let Some(state) = self.states.get(at).cloned() {
            let at_end = self.closed(state.iter().copied(), at == usize::from(FIRST), true);
            is_match_at_end.push(at_end.contains(&0));
            for column in 0..width {
                let byte = self.samples[column];
                let fits = |part: &Part| part.set().is_some_and(|set| set >> byte & 1 == 1);
                let after = state.iter().filter_map(|&part| match &self.parts[part as usize] {
                    part @ Part::One(_, follow) if fits(part) => Some(*follow),
                    _ => None,
                });
                // A match may begin at any character.
                let after: Vec<u32> = after.chain([self.start]).collect();
                let after = self.closed(after, false, false);
                next.push(self.number(after)?);
            }
            at += 1;
        }
        Some(Table { columns: self.columns, width, next, is_match_at_end })
    }

    /// The state of a set of parts.
    fn number(&mut self, parts: Vec<u32>) -> Option<u16> {
        if parts.contains(&0) {
            return Some(FOUND);
        }
        if parts.is_empty() {
            return Some(DEAD);
        }
        if let Some(&known) = self.numbers.get(&parts) {
            return Some(known);
        }
        let number =
            u16::try_from(self.states.len()).ok().filter(|_| self.states.len() < STATES)?;
        self.states.push(parts.clone());
        self.numbers.insert(parts, number);
        Some(number)
    }

    /// The parts that are reached without a character, sorted; those that need one, and the ends.
    fn closed(
        &mut self,
        from: impl IntoIterator<Item = u32>,
        is_start: bool,
        is_end: bool,
    ) -> Vec<u32> {
        let mut open: Vec<u32> = from.into_iter().collect();
        let mut found = Vec::new();
        self.closures += 1;
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut self.met[at as usize], self.closures) == self.closures {
                continue;
            }
            match self.parts[at as usize] {
                Part::Either(a, b) => open.extend([a, b]),
                Part::Start(follow) if is_start => open.push(follow),
                Part::Start(_) => {}
                Part::End(follow) if is_end => open.push(follow),
                Part::Match | Part::One(..) | Part::End(_) => found.push(at),
            }
        }
        sort_and_dedup(&mut found);
        found
    }
}

impl Part {
    fn set(&self) -> Option<Set> {
        match self {
            Self::One(set, _) => Some(*set),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use regex_lite::RegexBuilder;

    use super::Table;

    /// Both say the same of every text.
    #[track_caller]
    fn check(pattern: &str, texts: &[&str]) {
        let table = Table::new(pattern).unwrap_or_else(|| panic!("{pattern} has no table"));
        let regex = RegexBuilder::new(pattern).dot_matches_new_line(true).build().expect(pattern);
        for text in texts {
            assert_eq!(table.is_match(text), Some(regex.is_match(text)), "{pattern} on {text:?}");
        }
    }

    const TEXTS: [&str; 26] = [
        "",
        "a",
        "b",
        "ab",
        "aab",
        "abc",
        "Abc",
        "A1_",
        "a.b",
        "a.b[x]",
        "Patient",
        "Patient.name",
        "Patient.value[x]",
        "Patient.extension:race",
        "a b",
        " ",
        "\n",
        "a\nb",
        "1",
        "-12",
        "1.50",
        "#x",
        "http://a/b",
        "urn:uuid:x",
        "x|y",
        "zzzzzzzzzzzzzzzzzzzz",
    ];

    #[test]
    fn says_what_the_regular_expression_says() {
        for pattern in ["a", "^a", "a$", "^a$", "a|b", "^(a|b)$", "a*b", "^a*b$", "a+", "^a?b$"] {
            check(pattern, &TEXTS);
        }
        for pattern in ["a{2}", "^a{1,2}b", "^a{2,}b$", ".", "^.$", "a.b", r"a\.b", r"^\d+$", r"\s"]
        {
            check(pattern, &TEXTS);
        }
        for pattern in [r"^\S+$", r"^\w+$", "^[^a]+$", "[a-c-]", "(a|ab)(c|bcd)*$", "^$|b", "b$^"] {
            check(pattern, &TEXTS);
        }
        for pattern in
            ["a^b", "a$b", "(^a|b)c?", "(?:a|b)+$", "(a*)*b", "^(|a)b$", "^(a|)$", "x??$|1"]
        {
            check(pattern, &TEXTS);
        }
    }

    /// What patterns are made of, in any order.
    const FRAGMENTS: [&str; 24] = [
        "a", "b", "[ab]", "[^a]", ".", r"\.", r"\w", r"\s", "(", ")", "(?:", "|", "*", "+", "?",
        "{2}", "{0,3}", "{1,}", "^", "$", "[a-c_]", "-", "]", "1",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_on_any_pattern(parts in vec(select(&FRAGMENTS[..]), 1..9), text in "[abc_.1 \n-]{0,8}") {
            let pattern = parts.concat();
            let regex = RegexBuilder::new(&pattern).dot_matches_new_line(true).build();
            if let (Ok(regex), Some(table)) = (regex, Table::new(&pattern)) {
                prop_assert_eq!(table.is_match(&text), Some(regex.is_match(&text)), "{}", pattern);
            }
        }
    }

    #[test]
    fn has_tables_for_what_constraints_ask() {
        check("^[A-Z]([A-Za-z0-9_]){0,254}$", &TEXTS);
        check("[A-Z]([A-Za-z0-9_]){0,254}", &TEXTS);
        check(r"^[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*$", &TEXTS);
        check(
            r#"^[^\s\.,:;\'"\/|?!@#$%&*()\[\]{}]{1,64}(\.[^\s\.,:;\'"\/|?!@#$%&*()\[\]{}]{1,64}(\[x\])?(\:[^\s\.]+)?)*$"#,
            &TEXTS,
        );
        check(r"^[a-zA-Z0-9\/\-_\[\]\@]+$", &TEXTS);
    }

    #[test]
    fn leaves_the_rest_to_others() {
        for pattern in [r"\bA", "(?i)a", "é", "[[:alpha:]]", "[a&&b]", r"\p{L}", "", "x*"] {
            assert!(Table::new(pattern).is_none(), "{pattern}");
        }
        for pattern in ["a{1001}", "(a{900}){900}", "((((){999}){999}){999}){999}a"] {
            assert!(Table::new(pattern).is_none(), "{pattern}");
        }
        let table = Table::new("^a+$").expect("it is simple");
        assert_eq!((table.is_match("é"), table.is_match("aé")), (None, None));
        assert_eq!((table.is_match("bé"), table.is_match("aa")), (Some(false), Some(true)));
    }
}
