//! From tokens to a tree of expressions, by precedence climbing over the table in `ast`.

use super::SyntaxError;
use super::ast::{
    CALENDAR_UNITS, Expression, Literal, Node, Operator, POLARITY_BINDING, Special, TYPE_BINDING,
    TypeOperator, TypeSpecifier, Unit,
};
use super::lexer::{Token, TokenKind, tokenize};
use crate::text::Span;

/// How deep expressions may stand inside each other.
const DEPTH: usize = 100;
/// How many steps, operators and brackets an expression may have: they may all stand inside each other.
const LINKS: usize = 1000;
/// How long an expression may be, in bytes.
const LENGTH: usize = 1 << 20;

/// Parses a FHIRPath expression.
///
/// # Errors
/// The first place that does not fit the grammar; an expression longer than 1 MiB or nested deeper
/// than 100 levels or with more than 1,000 steps and operators.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    if text.len() > LENGTH {
        let message = format!("The expression is longer than {LENGTH} bytes");
        return Err(SyntaxError { span: Span::default(), message });
    }
    let mut parser = Parser { tokens: tokenize(text)?, at: 0, depth: 0, links: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        TokenKind::End => Ok(node),
        _ => Err(parser.unexpected("the end of the expression or an operator")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    links: usize,
}

type Parsed = Result<Node, SyntaxError>;

impl Parser {
    fn peek(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The end of the token before.
    fn end(&self) -> u32 {
        self.at.checked_sub(1).map_or(0, |before| self.tokens[before].span.end)
    }

    /// The token here; the last one, [`TokenKind::End`], is never passed.
    fn next(&mut self) -> TokenKind {
        let kind = self.tokens[self.at].kind.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        kind
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let is_here = matches!(self.peek(), TokenKind::Symbol(s) if *s == symbol);
        self.at += usize::from(is_here);
        is_here
    }

    fn expect(&mut self, symbol: &str) -> Result<(), SyntaxError> {
        if self.takes(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.peek() {
            TokenKind::End => "the expression ends".to_owned(),
            TokenKind::Word(word) | TokenKind::Delimited(word) | TokenKind::Special(word) => {
                format!("found `{word}`")
            }
            TokenKind::Symbol(symbol) => format!("found `{symbol}`"),
            TokenKind::String(_) => "found a string".to_owned(),
            TokenKind::Number(_) | TokenKind::Long(_) => "found a number".to_owned(),
            TokenKind::DateTime(_) => "found a date or time".to_owned(),
        };
        SyntaxError { span: self.span(), message: format!("Expected {expected}, {found}") }
    }

    /// An expression whose operators bind more strongly than `binding`.
    fn expression(&mut self, binding: u8) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            let message = format!("Expressions stand inside each other deeper than {DEPTH} levels");
            return Err(SyntaxError { span: self.span(), message });
        }
        let mut left = self.signed()?;
        while let Some(infix) = self.infix().filter(|infix| infix.binding() > binding) {
            self.link()?;
            self.next();
            let start = left.span.start;
            let kind = match infix {
                Infix::Operator(operator) => {
                    let right = self.expression(operator.binding())?;
                    Expression::Binary(operator, Box::new(left), Box::new(right))
                }
                Infix::Type(operator) => {
                    Expression::Type(operator, Box::new(left), self.type_specifier()?)
                }
            };
            left = Node { span: Span::new(start, self.end()), kind };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Counts one more part that stands around what was read before.
    fn link(&mut self) -> Result<(), SyntaxError> {
        self.links += 1;
        if self.links <= LINKS {
            return Ok(());
        }
        let message = format!("The expression has more than {LINKS} steps and operators");
        Err(SyntaxError { span: self.span(), message })
    }

    fn infix(&self) -> Option<Infix> {
        match self.peek() {
            TokenKind::Word(word) if word == "is" => Some(Infix::Type(TypeOperator::Is)),
            TokenKind::Word(word) if word == "as" => Some(Infix::Type(TypeOperator::As)),
            TokenKind::Word(word) => Operator::from_text(word).map(Infix::Operator),
            TokenKind::Symbol(symbol) => Operator::from_text(symbol).map(Infix::Operator),
            _ => None,
        }
    }

    fn signed(&mut self) -> Parsed {
        let start = self.span().start;
        let is_minus = matches!(self.peek(), TokenKind::Symbol("-"));
        if !is_minus && !matches!(self.peek(), TokenKind::Symbol("+")) {
            return self.path();
        }
        self.next();
        let inner = Box::new(self.expression(POLARITY_BINDING)?);
        Ok(Node { span: Span::new(start, self.end()), kind: Expression::Polarity(is_minus, inner) })
    }

    /// A term with everything that follows by `.` or `[`.
    fn path(&mut self) -> Parsed {
        let mut node = self.term()?;
        loop {
            let start = node.span.start;
            let kind = if self.takes(".") {
                self.link()?;
                self.invocation(Some(Box::new(node)))?
            } else if self.takes("[") {
                self.link()?;
                let index = self.expression(0)?;
                self.expect("]")?;
                Expression::Indexer(Box::new(node), Box::new(index))
            } else {
                return Ok(node);
            };
            node = Node { span: Span::new(start, self.end()), kind };
        }
    }

    fn term(&mut self) -> Parsed {
        let start = self.span().start;
        let kind = match self.peek().clone() {
            TokenKind::Symbol("(") => {
                self.next();
                let inner = self.expression(0)?;
                self.expect(")")?;
                return Ok(Node { span: Span::new(start, self.end()), ..inner });
            }
            TokenKind::Symbol("{") => {
                self.next();
                self.expect("}")?;
                Expression::Empty
            }
            TokenKind::Symbol("%") => {
                self.next();
                self.variable()?
            }
            TokenKind::Word(_) | TokenKind::Delimited(_) | TokenKind::Special(_) => {
                self.word_term()?
            }
            _ => Expression::Literal(self.literal()?),
        };
        Ok(Node { span: Span::new(start, self.end()), kind })
    }

    fn word_term(&mut self) -> Result<Expression, SyntaxError> {
        let value = match self.peek() {
            TokenKind::Word(word) if word == "true" => true,
            TokenKind::Word(word) if word == "false" => false,
            _ => return self.invocation(None),
        };
        self.next();
        Ok(Expression::Literal(Literal::Boolean(value)))
    }

    fn variable(&mut self) -> Result<Expression, SyntaxError> {
        match self.peek().clone() {
            TokenKind::Word(name) | TokenKind::Delimited(name) | TokenKind::String(name) => {
                self.next();
                Ok(Expression::Variable(name))
            }
            _ => Err(self.unexpected("the name of a variable")),
        }
    }

    /// A member, a function call, `$this`, `$index` or `$total`.
    fn invocation(&mut self, focus: Option<Box<Node>>) -> Result<Expression, SyntaxError> {
        let name = match self.peek().clone() {
            TokenKind::Special(word) if focus.is_none() => return self.special(&word),
            TokenKind::Delimited(name) => name,
            // After a dot nothing but a name can stand: `text.div` needs no quotes there.
            TokenKind::Word(word) if focus.is_some() || !is_reserved(&word) => word,
            _ => return Err(self.unexpected("a name, a value or an expression")),
        };
        self.next();
        if !self.takes("(") {
            return Ok(Expression::Member { focus, name });
        }
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                let argument = self.expression(0)?;
                arguments.push(if name == "sort" { self.sort_key(argument) } else { argument });
                if self.takes(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        Ok(Expression::Call { focus, name, arguments })
    }

    /// A key of `sort`, with the direction that may stand behind it.
    fn sort_key(&mut self, key: Node) -> Node {
        let is_descending = match self.peek() {
            TokenKind::Word(word) if word == "desc" => true,
            TokenKind::Word(word) if word == "asc" => false,
            _ => return key,
        };
        self.next();
        let span = Span::new(key.span.start, self.end());
        Node { span, kind: Expression::Order(is_descending, Box::new(key)) }
    }

    fn special(&mut self, word: &str) -> Result<Expression, SyntaxError> {
        let special = match word {
            "$this" => Special::This,
            "$index" => Special::Index,
            "$total" => Special::Total,
            _ => return Err(self.unexpected("`$this`, `$index` or `$total`")),
        };
        self.next();
        Ok(Expression::Special(special))
    }

    fn literal(&mut self) -> Result<Literal, SyntaxError> {
        let span = self.span();
        Ok(match self.peek().clone() {
            TokenKind::String(value) => {
                self.next();
                Literal::String(value)
            }
            TokenKind::Long(digits) => {
                self.next();
                Literal::Long(digits)
            }
            TokenKind::Number(number) => {
                self.next();
                match self.unit() {
                    Some(unit) => Literal::Quantity(number, unit),
                    None if number.contains('.') => Literal::Decimal(number),
                    None => Literal::Integer(number),
                }
            }
            TokenKind::DateTime(written) => {
                self.next();
                date_literal(written).map_err(|message| SyntaxError { span, message })?
            }
            _ => return Err(self.unexpected("a name, a value or an expression")),
        })
    }

    fn unit(&mut self) -> Option<Unit> {
        let unit = match self.peek() {
            TokenKind::String(unit) => Unit::Ucum(unit.clone()),
            TokenKind::Word(word) if CALENDAR_UNITS.contains(&word.as_str()) => {
                Unit::Calendar(word.clone())
            }
            _ => return None,
        };
        self.next();
        Some(unit)
    }

    fn type_specifier(&mut self) -> Result<TypeSpecifier, SyntaxError> {
        let first = self.type_name()?;
        if self.takes(".") {
            Ok(TypeSpecifier { namespace: Some(first), name: self.type_name()? })
        } else {
            Ok(TypeSpecifier { namespace: None, name: first })
        }
    }

    fn type_name(&mut self) -> Result<String, SyntaxError> {
        match self.peek().clone() {
            TokenKind::Word(name) | TokenKind::Delimited(name) => {
                self.next();
                Ok(name)
            }
            _ => Err(self.unexpected("the name of a type")),
        }
    }
}

/// What may stand between two expressions.
#[derive(Clone, Copy)]
enum Infix {
    Operator(Operator),
    Type(TypeOperator),
}

impl Infix {
    fn binding(self) -> u8 {
        match self {
            Self::Operator(operator) => operator.binding(),
            Self::Type(_) => TYPE_BINDING,
        }
    }
}

/// Words of the language that are no names. `is`, `as`, `in` and `contains` may be names as well.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(word, "and" | "or" | "xor" | "implies" | "div" | "mod" | "true" | "false")
}

/// Which of the three a literal is, by its form: `YYYY-MM-DD`, `...T...` or `T...`.
fn date_literal(written: String) -> Result<Literal, String> {
    let (date, time) = match written.split_once('T') {
        None => (written.as_str(), None),
        Some((date, time)) => (date, Some(time)),
    };
    let is_date = matches!(date.len(), 4 | 7 | 10)
        && date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_time = |time: &str| {
        let clock = time.split(['Z', '+', '-']).next().unwrap_or_default();
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let forms = matches!(clock.len(), 2 | 5 | 8)
            && clock.bytes().enumerate().all(|(at, byte)| match at {
                2 | 5 => byte == b':',
                _ => byte.is_ascii_digit(),
            });
        forms && !fraction.is_empty() && (clock.len() == 8 || !time.contains('.'))
    };
    match time {
        None if is_date => Ok(Literal::Date(written)),
        Some("") if is_date => Ok(Literal::DateTime(written)),
        Some(time) if is_date && is_time(time) => Ok(Literal::DateTime(written)),
        Some(time) if date.is_empty() && is_time(time) && !time.contains(['Z', '+', '-']) => {
            Ok(Literal::Time(time.to_owned()))
        }
        _ => Err(format!("`@{written}` is not a date, a time or a date with a time")),
    }
}
