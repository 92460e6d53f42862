//! A compiled expression: names are numbers, functions are entries of their table.

use std::sync::OnceLock;

use super::{Call, Evaluation, Flow, Sink};
use crate::fhirpath::ast::Operator;
use crate::fhirpath::error::Result;
use crate::fhirpath::model::SystemType;
use crate::fhirpath::value::{Collection, Value};
use crate::text::{Regular, Span};
use crate::tree::NameId;

/// A part of a compiled expression.
#[derive(Debug)]
pub(in crate::fhirpath) struct Step {
    pub(in crate::fhirpath) span: Span,
    pub(in crate::fhirpath) op: Op,
}

/// What a step does.
#[derive(Debug)]
pub(in crate::fhirpath) enum Op {
    Empty,
    Constant(Value<'static>),
    Text(Box<str>),
    /// A union of texts, each once: `('a' | 'b')`.
    Texts(Vec<Box<str>>),
    This,
    Index,
    Total,
    Variable(Variable),
    Member(Option<Box<Step>>, Name),
    Call {
        focus: Option<Box<Step>>,
        function: &'static Function,
        arguments: Vec<Step>,
        pattern: Pattern,
    },
    /// A function of the caller.
    External {
        focus: Option<Box<Step>>,
        name: Box<str>,
        arguments: Vec<Step>,
    },
    Indexer(Box<Step>, Box<Step>),
    /// The sign changes where it is true.
    Polarity(bool, Box<Step>),
    /// A key of `sort`; the greatest stands first where it is true.
    Order(bool, Box<Step>),
    Binary(Operator, Box<Step>, Box<Step>),
    /// A truth that is the same throughout an evaluation, by its number.
    Fixed(u16, Box<Step>),
    Is(Option<Box<Step>>, TypeTest),
    As(Option<Box<Step>>, TypeTest),
    OfType(Option<Box<Step>>, TypeTest),
}

/// The first regular expression that a call met, compiled: mostly it is the only one.
pub(in crate::fhirpath) type Pattern = OnceLock<Box<Regular>>;

/// The name of an element, or of a type at the beginning of a path.
#[derive(Debug)]
pub(in crate::fhirpath) struct Name {
    /// None where no definition has such a name.
    pub(in crate::fhirpath) id: Option<NameId>,
    pub(in crate::fhirpath) text: Box<str>,
    /// True where the name can be that of the input's own type.
    pub(in crate::fhirpath) is_type: bool,
    /// True where the name may be what JSON writes (see [`super::super::Scope`]).
    pub(in crate::fhirpath) is_loose: bool,
}

/// What `%name` stands for.
#[derive(Debug)]
pub(in crate::fhirpath) enum Variable {
    Resource,
    RootResource,
    Context,
    /// The same for every input: `%ucum`, `` %`vs-x` ``.
    Text(Box<str>),
    /// Given by the caller, by its number.
    Slot(u16),
    /// Given by the caller or by `defineVariable`.
    Named(Box<str>),
}

/// Which types `is`, `as` and `ofType` look for.
#[derive(Clone, Copy, Debug)]
pub(in crate::fhirpath) struct TypeTest {
    pub(in crate::fhirpath) system: Option<SystemType>,
    pub(in crate::fhirpath) fhir: Option<NameId>,
}

/// An entry of the table of functions.
#[derive(Debug)]
pub(in crate::fhirpath) struct Function {
    pub(in crate::fhirpath) name: &'static str,
    /// Fewest and most arguments.
    pub(in crate::fhirpath) arity: (usize, usize),
    pub(in crate::fhirpath) handler: Handler,
}

pub(in crate::fhirpath) type Stream =
    for<'c, 's, 't> fn(&mut Evaluation<'t>, &Call<'c, 't>, &mut Sink<'s, 't>) -> Result<Flow>;
pub(in crate::fhirpath) type Truth =
    for<'c, 't> fn(&mut Evaluation<'t>, &Call<'c, 't>) -> Result<Option<bool>>;
pub(in crate::fhirpath) type Fold =
    for<'c, 't> fn(&mut Evaluation<'t>, &Call<'c, 't>) -> Result<Option<Value<'t>>>;
pub(in crate::fhirpath) type Whole =
    for<'c, 't> fn(&mut Evaluation<'t>, &Call<'c, 't>, Collection<'t>) -> Result<Collection<'t>>;
pub(in crate::fhirpath) type Single =
    for<'c, 't> fn(&mut Evaluation<'t>, &Call<'c, 't>, Value<'t>) -> Result<Option<Value<'t>>>;

/// How a function takes its input.
#[derive(Clone, Copy, Debug)]
pub(in crate::fhirpath) enum Handler {
    /// Item by item, as far as the caller wants: `where`, `select`.
    Stream(Stream),
    /// As it likes, for one truth: `exists`, `all`.
    Truth(Truth),
    /// As it likes, for one value: `count`, `first`.
    Fold(Fold),
    /// The whole collection: `distinct`, `combine`.
    Whole(Whole),
    /// One item; none gives none, and more than one is an error: `length`, `abs`. A node comes as the
    /// value of FHIRPath that it stands for.
    Single(Single),
}
