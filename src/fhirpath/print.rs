//! From a parsed expression back to text: `parse(print(x)) = x`, with no more brackets than needed.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    Expression, Literal, Node, Operator, POLARITY_BINDING, Special, TYPE_BINDING, TypeOperator,
    TypeSpecifier, Unit,
};
use super::parser::is_reserved;
use crate::text::write_quoted;

/// How strongly a path binds: more than every operator.
const PATH_BINDING: u8 = 13;

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_node(f, self, 0)
    }
}

/// Writes a node where only operators that bind at least as strongly as `least` need no brackets.
fn write_node(f: &mut Formatter<'_>, node: &Node, least: u8) -> fmt::Result {
    if binding(&node.kind) < least {
        f.write_char('(')?;
        write_expression(f, &node.kind)?;
        return f.write_char(')');
    }
    write_expression(f, &node.kind)
}

fn binding(expression: &Expression) -> u8 {
    match expression {
        Expression::Binary(operator, ..) => operator.binding(),
        Expression::Type(..) => TYPE_BINDING,
        Expression::Polarity(..) => POLARITY_BINDING,
        Expression::Order(..) => 0,
        _ => PATH_BINDING,
    }
}

fn write_expression(f: &mut Formatter<'_>, expression: &Expression) -> fmt::Result {
    match expression {
        Expression::Empty => f.write_str("{}"),
        Expression::Literal(literal) => write!(f, "{literal}"),
        Expression::Variable(name) => {
            f.write_char('%')?;
            write_name(f, name)
        }
        Expression::Special(special) => f.write_str(match special {
            Special::This => "$this",
            Special::Index => "$index",
            Special::Total => "$total",
        }),
        Expression::Member { focus, name } => {
            write_focus(f, focus.as_deref())?;
            write_name(f, name)
        }
        Expression::Call { focus, name, arguments } => {
            write_focus(f, focus.as_deref())?;
            write_name(f, name)?;
            f.write_char('(')?;
            for (index, argument) in arguments.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { ", " })?;
                write_node(f, argument, 0)?;
            }
            f.write_char(')')
        }
        Expression::Indexer(focus, index) => {
            write_node(f, focus, PATH_BINDING)?;
            write!(f, "[{index}]")
        }
        Expression::Polarity(is_minus, inner) => {
            f.write_char(if *is_minus { '-' } else { '+' })?;
            write_node(f, inner, POLARITY_BINDING)
        }
        Expression::Order(is_descending, key) => {
            write_node(f, key, 1)?;
            f.write_str(if *is_descending { " desc" } else { " asc" })
        }
        Expression::Binary(operator, left, right) => write_binary(f, *operator, left, right),
        Expression::Type(operator, left, specifier) => {
            write_node(f, left, TYPE_BINDING)?;
            f.write_str(if *operator == TypeOperator::Is { " is " } else { " as " })?;
            write!(f, "{specifier}")
        }
    }
}

fn write_binary(
    f: &mut Formatter<'_>,
    operator: Operator,
    left: &Node,
    right: &Node,
) -> fmt::Result {
    write_node(f, left, operator.binding())?;
    write!(f, " {} ", operator.as_str())?;
    write_node(f, right, operator.binding() + 1)
}

fn write_focus(f: &mut Formatter<'_>, focus: Option<&Node>) -> fmt::Result {
    let Some(focus) = focus else { return Ok(()) };
    write_node(f, focus, PATH_BINDING)?;
    f.write_char('.')
}

fn write_name(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_reserved(name);
    if is_plain { f.write_str(name) } else { write_quoted(f, name, '`') }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::String(value) => write_quoted(f, value, '\''),
            Self::Integer(number) | Self::Decimal(number) => f.write_str(number),
            Self::Long(number) => write!(f, "{number}L"),
            Self::Date(written) | Self::DateTime(written) => write!(f, "@{written}"),
            Self::Time(written) => write!(f, "@T{written}"),
            Self::Quantity(number, Unit::Calendar(unit)) => write!(f, "{number} {unit}"),
            Self::Quantity(number, Unit::Ucum(unit)) => {
                write!(f, "{number} ")?;
                write_quoted(f, unit, '\'')
            }
        }
    }
}

impl Display for TypeSpecifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write_name(f, namespace)?;
            f.write_char('.')?;
        }
        write_name(f, &self.name)
    }
}
