//! From a parsed expression to one that can be run: names become numbers, functions become entries of
//! their table, types are looked up.

use std::cell::Cell;

use super::ast::{
    Expression, Literal, Node, Operator, Special, TypeOperator, TypeSpecifier, Unit as AstUnit,
};
use super::error::{Error, ErrorKind, Result};
use super::evaluator::program::{Function, Name, Op, Pattern, Step, TypeTest, Variable};
use super::model::{Model, SystemType};
use super::value::temporal::{Temporal, TemporalType};
use super::value::{CalendarUnit, Quantity, Unit, Value, number};
use super::{fixed, functions};
use crate::text::Span;

/// An expression that can be evaluated over the model that it was compiled with, or one that has more.
#[derive(Debug)]
pub struct Compiled {
    pub(super) step: Step,
}

/// What a name stands for in an expression that is part of another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The variable of that number in [`super::Environment::slots`].
    Slot(u16),
    /// The variable of its name in [`super::Environment::variables`].
    Named,
}

/// The language that an expression is part of, such as the FHIR Mapping Language. Its variables may be
/// written without `%`, as its older maps have them, and its paths may name what JSON names: `valueString`
/// for a value that is a string, and `value` for the value of a primitive.
pub trait Scope {
    /// What the name stands for; none where it is no variable.
    fn binding(&self, name: &str) -> Option<Binding>;
}

/// Compiles a FHIRPath expression.
///
/// # Errors
/// The text is not FHIRPath; a function or a type is not known; a function has too few or too many
/// arguments; a literal is no value (`@2020-13`); more than 160 steps stand inside each other.
pub fn compile(model: &Model, text: &str) -> Result<Compiled> {
    compile_with(model, text, &|_| false)
}

/// Compiles a FHIRPath expression that may call functions of the caller: those whose names `is_function` takes.
/// They do not replace a function of FHIRPath. The [`super::Host`] of the evaluation answers for them.
///
/// # Errors
/// As [`compile`].
pub fn compile_with(
    model: &Model,
    text: &str,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Compiled> {
    let node = super::parse(text)?;
    Ok(Compiled { step: Compiler { is_function, ..Compiler::new(model) }.step(&node)? })
}

/// Compiles the expression of a constraint. Published ones use `as` on more than one item, which the
/// language refuses (R4's `dom-3`): here it takes those of the type, as `ofType` does.
///
/// # Errors
/// As [`compile`]; syntax is checked already.
pub fn compile_constraint(model: &Model, node: &Node) -> Result<Compiled> {
    Ok(Compiled { step: Compiler { as_filters: true, ..Compiler::new(model) }.step(node)? })
}

/// Compiles an expression that is part of another language.
///
/// # Errors
/// As [`compile`]; syntax is checked already.
pub fn compile_in(model: &Model, node: &Node, scope: &dyn Scope) -> Result<Compiled> {
    Ok(Compiled { step: Compiler { scope: Some(scope), ..Compiler::new(model) }.step(node)? })
}

/// How many steps may stand inside each other: evaluation needs stack for each, and no more than that.
const DEPTH: u32 = 160;

struct Compiler<'m> {
    model: &'m Model,
    scope: Option<&'m dyn Scope>,
    /// `as` is `ofType`.
    as_filters: bool,
    /// True for the names of functions of the caller.
    is_function: &'m dyn Fn(&str) -> bool,
    depth: Cell<u32>,
    /// How many truths are evaluated once.
    fixed: Cell<u16>,
}

impl<'m> Compiler<'m> {
    fn new(model: &'m Model) -> Self {
        let (depth, fixed) = (Cell::new(0), Cell::new(0));
        Self { model, scope: None, as_filters: false, is_function: &|_| false, depth, fixed }
    }

    fn step(&self, node: &Node) -> Result<Step> {
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > DEPTH {
            let message =
                format!("Steps and operators stand inside each other deeper than {DEPTH}");
            return Err(Error::new(ErrorKind::Limit, node.span, message));
        }
        let step = Step { span: node.span, op: self.op(node)? };
        self.depth.set(self.depth.get() - 1);
        Ok(step)
    }

    fn op(&self, node: &Node) -> Result<Op> {
        let boxed = |node: &Node| self.step(node).map(Box::new);
        Ok(match &node.kind {
            Expression::Empty => Op::Empty,
            Expression::Literal(literal) => Self::literal(literal, node.span)?,
            Expression::Variable(name) => {
                Op::Variable(self.scoped(name).unwrap_or_else(|| variable(name)))
            }
            Expression::Special(Special::This) => Op::This,
            Expression::Special(Special::Index) => Op::Index,
            Expression::Special(Special::Total) => Op::Total,
            Expression::Member { focus: None, name } if self.scoped(name).is_some() => {
                Op::Variable(self.scoped(name).unwrap_or_else(|| variable(name)))
            }
            Expression::Member { focus, name } => {
                let focus = focus.as_deref().map(boxed).transpose()?;
                let name = self.name(name, focus.is_none());
                Op::Member(focus, name)
            }
            Expression::Call { focus: Some(focus), name, arguments } if is_terminologies(focus) => {
                let function = functions::find_terminology(name);
                self.call_of(function, None, (name, arguments), node.span)?
            }
            Expression::Call { focus, name, arguments } => {
                let focus = focus.as_deref().map(boxed).transpose()?;
                self.call(focus, name, arguments, node.span)?
            }
            Expression::Indexer(focus, index) => Op::Indexer(boxed(focus)?, boxed(index)?),
            Expression::Polarity(is_minus, inner) => Op::Polarity(*is_minus, boxed(inner)?),
            Expression::Order(is_descending, key) => Op::Order(*is_descending, boxed(key)?),
            Expression::Binary(operator, left, right) => {
                binary(*operator, boxed(left)?, boxed(right)?)
            }
            Expression::Type(operator, left, specifier) => {
                let test = self.type_test(specifier, node.span)?;
                match operator {
                    TypeOperator::Is => Op::Is(Some(boxed(left)?), test),
                    TypeOperator::As if self.as_filters => Op::OfType(Some(boxed(left)?), test),
                    TypeOperator::As => Op::As(Some(boxed(left)?), test),
                }
            }
        })
    }

    /// The variable of the language around the expression.
    fn scoped(&self, name: &str) -> Option<Variable> {
        Some(match self.scope?.binding(name)? {
            Binding::Slot(slot) => Variable::Slot(slot),
            Binding::Named => Variable::Named(name.into()),
        })
    }

    fn name(&self, name: &str, is_first: bool) -> Name {
        let id = self.model.names().find(name);
        // Without definitions, only the input can tell whether the name is that of its type.
        let is_type = is_first
            && match id {
                Some(id) => self.model.is_type(id),
                None => name.starts_with(|c: char| c.is_ascii_uppercase()),
            };
        Name { id, text: name.into(), is_type, is_loose: self.scope.is_some() }
    }

    fn call(
        &self,
        focus: Option<Box<Step>>,
        name: &str,
        arguments: &[Node],
        span: Span,
    ) -> Result<Op> {
        if let ("is" | "as" | "ofType", [argument]) = (name, arguments) {
            let test = self.type_test(&type_argument(argument)?, argument.span)?;
            return Ok(match name {
                "is" => Op::Is(focus, test),
                "as" if !self.as_filters => Op::As(focus, test),
                _ => Op::OfType(focus, test),
            });
        }
        let function = functions::find(name);
        if function.is_none() && (self.is_function)(name) {
            let arguments = self.steps(arguments)?;
            return Ok(Op::External { focus, name: name.into(), arguments });
        }
        self.call_of(function, focus, (name, arguments), span)
    }

    /// A function of a table; none is an error.
    fn call_of(
        &self,
        function: Option<&'static Function>,
        focus: Option<Box<Step>>,
        (name, arguments): (&str, &[Node]),
        span: Span,
    ) -> Result<Op> {
        let Some(function) = function else {
            return Err(Error::semantic(span, format!("There is no function `{name}`")));
        };
        let (fewest, most) = function.arity;
        if !(fewest..=most).contains(&arguments.len()) {
            let expected = match (fewest, most) {
                (a, b) if a == b => a.to_string(),
                (a, b) if b == functions::ANY_NUMBER => format!("at least {a}"),
                (a, b) => format!("{a} to {b}"),
            };
            let message =
                format!("`{name}` takes {expected} arguments, there are {}", arguments.len());
            return Err(Error::semantic(span, message));
        }
        let mut arguments = self.steps(arguments)?;
        for argument in &mut arguments {
            fixed::mark(argument, &self.fixed);
        }
        Ok(Op::Call { focus, function, arguments, pattern: Pattern::new() })
    }

    fn steps(&self, nodes: &[Node]) -> Result<Vec<Step>> {
        nodes.iter().map(|node| self.step(node)).collect()
    }

    fn type_test(&self, specifier: &TypeSpecifier, span: Span) -> Result<TypeTest> {
        let namespace = specifier.namespace.as_deref();
        let name = specifier.name.as_str();
        let allows = |wanted| namespace.is_none_or(|namespace| namespace == wanted);
        let fhir = self.model.names().find(name).filter(|_| allows("FHIR"));
        let test =
            TypeTest { system: SystemType::from_name(name).filter(|_| allows("System")), fhir };
        let is_known = test.system.is_some() || fhir.is_some_and(|id| self.model.is_type(id));
        let is_decidable = self.model.definitions().fhir_version().is_some();
        if !is_known && is_decidable && allows("FHIR") {
            return Err(Error::semantic(span, format!("There is no type `{specifier}`")));
        }
        Ok(test)
    }

    fn literal(literal: &Literal, span: Span) -> Result<Op> {
        let wrong =
            || Error::semantic(span, format!("`{literal}` is not a value that fits its type"));
        let temporal = |kind, text: &str| Temporal::parse(kind, text).map(Value::Temporal);
        let value = match literal {
            Literal::Boolean(value) => Some(Value::Boolean(*value)),
            Literal::String(text) => return Ok(Op::Text(text.as_str().into())),
            Literal::Integer(number) => number.parse().ok().map(Value::Integer),
            Literal::Long(number) => number.parse().ok().map(Value::Long),
            Literal::Decimal(text) => number::parse(text).map(Value::Decimal),
            Literal::Date(text) => temporal(TemporalType::Date, text),
            Literal::DateTime(text) => temporal(TemporalType::DateTime, text),
            Literal::Time(text) => temporal(TemporalType::Time, text),
            Literal::Quantity(value, unit) => number::parse(value).and_then(|value| {
                let unit = match unit {
                    AstUnit::Calendar(word) => Unit::Calendar(CalendarUnit::from_word(word)?),
                    AstUnit::Ucum(code) => Unit::Ucum(code.clone().into()),
                };
                Some(Value::from(Quantity { value, unit }))
            }),
        };
        value.map(Op::Constant).ok_or_else(wrong)
    }
}

fn is_terminologies(node: &Node) -> bool {
    matches!(&node.kind, Expression::Variable(name) if name == "terminologies")
}

/// A type that is written as an argument: `ofType(FHIR.Patient)`.
fn type_argument(argument: &Node) -> Result<TypeSpecifier> {
    match &argument.kind {
        Expression::Member { focus: None, name } => {
            return Ok(TypeSpecifier { namespace: None, name: name.clone() });
        }
        Expression::Member { focus: Some(focus), name } => {
            if let Expression::Member { focus: None, name: namespace } = &focus.kind {
                let namespace = Some(namespace.clone());
                return Ok(TypeSpecifier { namespace, name: name.clone() });
            }
        }
        _ => {}
    }
    Err(Error::semantic(argument.span, "Expected the name of a type"))
}

/// Variables whose value is fixed are decided here.
fn variable(name: &str) -> Variable {
    let text = |text: String| Variable::Text(text.into());
    match name {
        "resource" => Variable::Resource,
        "rootResource" => Variable::RootResource,
        "context" => Variable::Context,
        "ucum" => text("http://unitsofmeasure.org".to_owned()),
        "sct" => text("http://snomed.info/sct".to_owned()),
        "loinc" => text("http://loinc.org".to_owned()),
        _ => match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
            (Some(id), _) => text(format!("http://hl7.org/fhir/ValueSet/{id}")),
            (_, Some(id)) => text(format!("http://hl7.org/fhir/StructureDefinition/{id}")),
            _ => Variable::Named(name.into()),
        },
    }
}

/// An operation; a list of codes to choose from is made here, and not at each evaluation.
fn binary(operator: Operator, left: Box<Step>, right: Box<Step>) -> Op {
    match (operator, texts(&left.op), texts(&right.op)) {
        (Operator::Union, Some(mut all), Some(more)) => {
            for text in more {
                if !all.contains(&text) {
                    all.push(text);
                }
            }
            Op::Texts(all)
        }
        _ => Op::Binary(operator, left, right),
    }
}

fn texts(op: &Op) -> Option<Vec<Box<str>>> {
    match op {
        Op::Text(text) => Some(vec![text.clone()]),
        Op::Texts(texts) => Some(texts.clone()),
        _ => None,
    }
}
