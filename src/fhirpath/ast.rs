//! A parsed expression (FHIRPath N1, <http://hl7.org/fhirpath/N1/grammar.html>).

use crate::text::Span;

/// A part of an expression, with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Expression,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `{}`
    Empty,
    /// `true`, `'text'`, `1.0`, `@2020`, `4 days`
    Literal(Literal),
    /// `%resource`, `` %`a-b` ``, `%'a-b'`: the name without the sign.
    Variable(String),
    /// `$this`, `$index`, `$total`
    Special(Special),
    /// `name` or `focus.name`
    Member {
        /// What it is a member of; the input where there is nothing.
        focus: Option<Box<Node>>,
        /// The element, or at the beginning a type.
        name: String,
    },
    /// `function(...)` or `focus.function(...)`
    Call {
        /// What it is called on; the input where there is nothing.
        focus: Option<Box<Node>>,
        /// The name.
        name: String,
        /// The arguments, not evaluated.
        arguments: Vec<Node>,
    },
    /// `focus[index]`
    Indexer(Box<Node>, Box<Node>),
    /// `-a`, `+a`
    Polarity(bool, Box<Node>),
    /// `a + b` and the like
    Binary(Operator, Box<Node>, Box<Node>),
    /// `a desc`, `a asc`: a key of `sort`, and whether the greatest stands first.
    Order(bool, Box<Node>),
    /// `a is T`, `a as T`
    Type(TypeOperator, Box<Node>, TypeSpecifier),
}

/// A value that is written out. Numbers, dates and times are kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true`, `false`
    Boolean(bool),
    /// The text, with its escapes decoded.
    String(String),
    /// `42`
    Integer(String),
    /// `42L`, without the letter
    Long(String),
    /// `4.20`
    Decimal(String),
    /// `@2020-02`, without the sign
    Date(String),
    /// `@2020-02T`, `@2020-02-01T10:00Z`, without the sign
    DateTime(String),
    /// `@T10:00`, without the sign and the letter
    Time(String),
    /// `4 days`, `4.5 'mg'`: the number and the unit
    Quantity(String, Unit),
}

/// The unit of a [`Literal::Quantity`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A calendar duration, as written: `day` or `days`.
    Calendar(String),
    /// A unit of UCUM.
    Ucum(String),
}

/// What the evaluation is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// `$this`
    This,
    /// `$index`
    Index,
    /// `$total`
    Total,
}

/// `is` and `as` between an expression and a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeOperator {
    /// `is`
    Is,
    /// `as`
    As,
}

/// `FHIR.Patient`, `System.String` or `Patient`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeSpecifier {
    /// `FHIR` or `System`, where it is written.
    pub namespace: Option<String>,
    /// The type.
    pub name: String,
}

macro_rules! operators {
    ($($variant:ident $text:literal $binding:literal)*) => {
        /// An operator between two expressions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operator { $(#[doc = concat!("`", $text, "`")] $variant),* }

        impl Operator {
            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// How strongly it binds; all operators associate to the left.
            pub const fn binding(self) -> u8 {
                match self { $(Self::$variant => $binding),* }
            }

            /// The operator that is written so.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

/// How strongly `is` and `as` bind.
pub(super) const TYPE_BINDING: u8 = 9;
/// How strongly a sign binds.
pub(super) const POLARITY_BINDING: u8 = 12;

operators! {
    Multiply "*" 11
    Divide "/" 11
    Div "div" 11
    Mod "mod" 11
    Add "+" 10
    Subtract "-" 10
    Concatenate "&" 10
    Union "|" 8
    LessOrEqual "<=" 7
    Less "<" 7
    Greater ">" 7
    GreaterOrEqual ">=" 7
    Equal "=" 6
    Equivalent "~" 6
    NotEqual "!=" 6
    NotEquivalent "!~" 6
    In "in" 5
    Contains "contains" 5
    And "and" 4
    Or "or" 3
    Xor "xor" 3
    Implies "implies" 2
}

/// The words that name a calendar duration, singular and plural.
pub(super) const CALENDAR_UNITS: [&str; 16] = [
    "year",
    "years",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "hour",
    "hours",
    "minute",
    "minutes",
    "second",
    "seconds",
    "millisecond",
    "milliseconds",
];
