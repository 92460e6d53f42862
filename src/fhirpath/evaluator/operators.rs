//! Operators: logic of three values, equality, order, membership, arithmetic.

use std::borrow::Cow;
use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::program::{Handler, Op, Step};
use super::{Evaluation, Flow, Frame, single};
use crate::fhirpath::ast::Operator;
use crate::fhirpath::error::{Error, Result};
use crate::fhirpath::value::temporal::{Precision, Temporal, TemporalType};
use crate::fhirpath::value::{
    CalendarUnit, Collection, ItemSet, Quantity, Unit, Value, compare, equal, equivalent,
    items_equal,
};
use crate::text::Span;

/// True for the operators whose result is a truth.
pub(in crate::fhirpath) fn is_truth(operator: Operator) -> bool {
    use Operator as O;
    !matches!(
        operator,
        O::Multiply
            | O::Divide
            | O::Div
            | O::Mod
            | O::Add
            | O::Subtract
            | O::Concatenate
            | O::Union
    )
}

impl Step {
    /// True where the result is a truth, or nothing.
    fn tells(&self) -> bool {
        match &self.op {
            Op::Binary(operator, ..) => is_truth(*operator),
            Op::Is(..) | Op::Fixed(..) => true,
            Op::Call { function, .. } => matches!(function.handler, Handler::Truth(_)),
            _ => false,
        }
    }
}

impl<'t> Evaluation<'t> {
    fn operand(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Collection<'t>> {
        self.scoped(|this| this.eval(step, frame))
    }

    fn single_operand(
        &mut self,
        step: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Option<Value<'t>>> {
        single(self.operand(step, frame)?, step.span)
    }

    pub(super) fn judge(
        &mut self,
        operator: Operator,
        left: &'t Step,
        right: &'t Step,
        frame: Frame<'_, 't>,
        span: Span,
    ) -> Result<Option<bool>> {
        match operator {
            Operator::And | Operator::Or | Operator::Implies | Operator::Xor => {
                return self.logic(operator, left, right, frame);
            }
            Operator::In => return self.contains(right, left, frame),
            Operator::Contains => return self.contains(left, right, frame),
            _ => {}
        }
        if let (Operator::Equal | Operator::NotEqual, Op::Text(text)) = (operator, &right.op) {
            let is_equal = self.equals_text(left, text, frame)?;
            return Ok(is_equal.map(|is_equal| is_equal == (operator == Operator::Equal)));
        }
        if matches!(operator, Operator::Equal | Operator::NotEqual) && left.tells() && right.tells()
        {
            let a = self.scoped(|this| this.truth(left, frame))?;
            let b = self.scoped(|this| this.truth(right, frame))?;
            return Ok(a.zip(b).map(|(a, b)| (a == b) == (operator == Operator::Equal)));
        }
        let (a, b) = (self.operand(left, frame)?, self.operand(right, frame)?);
        let (a, b) = (a.as_slice(), b.as_slice());
        self.tick(span)?;
        Ok(match operator {
            Operator::Equal => equal(self.model, a, b),
            Operator::NotEqual => equal(self.model, a, b).map(|is_equal| !is_equal),
            Operator::Equivalent => Some(equivalent(self.model, a, b)),
            Operator::NotEquivalent => Some(!equivalent(self.model, a, b)),
            _ => self.order(a, b, span)?.map(|order| match operator {
                Operator::Less => order == Ordering::Less,
                Operator::LessOrEqual => order != Ordering::Greater,
                Operator::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }),
        })
    }

    /// `path = 'text'`, as most conditions are: nothing is collected.
    fn equals_text(
        &mut self,
        step: &'t Step,
        text: &'t str,
        frame: Frame<'_, 't>,
    ) -> Result<Option<bool>> {
        let text = Value::text(text);
        let mut is_equal = None;
        let _ = self.scoped(|this| {
            this.each(step, frame, &mut |this, item| {
                // Several items are not one.
                let is_one = is_equal.is_none();
                is_equal = Some(is_one && items_equal(this.model, &item, &text) == Some(true));
                Ok(if is_one { Flow::Continue(()) } else { Flow::Break(()) })
            })
        })?;
        Ok(is_equal)
    }

    fn order(&self, a: &[Value<'_>], b: &[Value<'_>], span: Span) -> Result<Option<Ordering>> {
        match (a, b) {
            ([], _) | (_, []) => Ok(None),
            ([a], [b]) => compare(self.model, a, b).map_err(|()| {
                Error::execution(span, "Values of these types have no order between them")
            }),
            _ => Err(Error::execution(span, "Only single values have an order")),
        }
    }

    /// The right side is looked at only where the left one leaves the answer open.
    fn logic(
        &mut self,
        operator: Operator,
        left: &'t Step,
        right: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Option<bool>> {
        let a = self.scoped(|this| this.truth(left, frame))?;
        match (operator, a) {
            (Operator::And, Some(false)) => return Ok(Some(false)),
            (Operator::Or, Some(true)) | (Operator::Implies, Some(false)) => return Ok(Some(true)),
            _ => {}
        }
        let b = self.scoped(|this| this.truth(right, frame))?;
        Ok(match (operator, a, b) {
            (Operator::And, _, Some(false)) => Some(false),
            (Operator::Or | Operator::Implies, _, Some(true)) => Some(true),
            (Operator::Or, Some(false), b) | (Operator::And | Operator::Implies, Some(true), b) => {
                b
            }
            (Operator::Xor, Some(a), Some(b)) => Some(a != b),
            _ => None,
        })
    }

    fn contains(
        &mut self,
        all: &'t Step,
        item: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Option<bool>> {
        let Some(item) = self.single_operand(item, frame)? else { return Ok(None) };
        if let (Op::Texts(texts), Some(Value::String(text))) = (&all.op, item.system(self.model)) {
            self.tick(all.span)?;
            return Ok(Some(texts.iter().any(|one| **one == *text)));
        }
        let mut is_found = false;
        let _ = self.scoped(|this| {
            this.each(all, frame, &mut |this, other| {
                this.tick(all.span)?;
                let is_equal =
                    equal(this.model, std::slice::from_ref(&other), std::slice::from_ref(&item));
                is_found |= is_equal == Some(true);
                Ok(if is_found { Flow::Break(()) } else { Flow::Continue(()) })
            })
        })?;
        Ok(Some(is_found))
    }

    pub(super) fn calculate(
        &mut self,
        operator: Operator,
        left: &'t Step,
        right: &'t Step,
        frame: Frame<'_, 't>,
        span: Span,
    ) -> Result<Collection<'t>> {
        if operator == Operator::Union {
            let (a, b) = (self.operand(left, frame)?, self.operand(right, frame)?);
            let mut known = ItemSet::new(self.model);
            return Ok(a.into_iter().chain(b).filter(|item| known.insert(item)).collect());
        }
        let a = self.single_operand(left, frame)?;
        let b = self.single_operand(right, frame)?;
        let system =
            |value: Option<Value<'t>>| value.and_then(|value| value.system_or_quantity(self.model));
        let (a, b) = (system(a), system(b));
        if operator == Operator::Concatenate {
            return concatenate(a, b, span).map(Collection::One);
        }
        let (Some(a), Some(b)) = (a, b) else { return Ok(Collection::Empty) };
        arithmetic(operator, &a, &b, span).map(Collection::from)
    }

    /// `focus[index]`: stops at the item.
    pub(super) fn indexer(
        &mut self,
        focus: &'t Step,
        index: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Option<Value<'t>>> {
        let at = self.single_operand(index, frame)?.and_then(|at| at.system(self.model));
        let at = match at {
            None => return Ok(None),
            Some(Value::Integer(at)) => usize::try_from(at).ok(),
            Some(_) => return Err(Error::execution(index.span, "An index is an integer")),
        };
        let (mut found, mut left) = (None, at);
        let _ = self.each(focus, frame, &mut |_, item| {
            match &mut left {
                Some(0) => {
                    found = Some(item);
                    return Ok(Flow::Break(()));
                }
                Some(left) => *left -= 1,
                None => {}
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(found)
    }

    pub(super) fn polarity(
        &mut self,
        is_minus: bool,
        inner: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Collection<'t>> {
        let value = self.single_operand(inner, frame)?;
        let Some(value) = value.and_then(|value| value.system_or_quantity(self.model)) else {
            return Ok(Collection::Empty);
        };
        let signed = match value {
            Value::Integer(number) if is_minus => number.checked_neg().map(Value::Integer),
            Value::Long(number) if is_minus => number.checked_neg().map(Value::Long),
            // There is one zero.
            Value::Decimal(number) if is_minus && !number.is_zero() => {
                Some(Value::Decimal(-number))
            }
            Value::Quantity(mut quantity) if is_minus => {
                quantity.value = -quantity.value;
                Some(Value::Quantity(quantity))
            }
            value @ (Value::Integer(_)
            | Value::Long(_)
            | Value::Decimal(_)
            | Value::Quantity(_)) => Some(value),
            _ => {
                return Err(Error::execution(
                    inner.span,
                    "Only numbers and quantities have a sign",
                ));
            }
        };
        Ok(signed.into())
    }
}

/// `&`: nothing counts as an empty string.
fn concatenate<'t>(a: Option<Value<'t>>, b: Option<Value<'t>>, span: Span) -> Result<Value<'t>> {
    let text = |value: Option<Value<'t>>| match value {
        None => Ok(Cow::Borrowed("")),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Error::execution(span, "`&` joins strings")),
    };
    Ok(Value::String(text(a)? + text(b)?))
}

/// None where the result does not fit, or a divisor is zero.
pub(in crate::fhirpath) fn arithmetic<'t>(
    operator: Operator,
    a: &Value<'t>,
    b: &Value<'t>,
    span: Span,
) -> Result<Option<Value<'t>>> {
    let is_minus = operator == Operator::Subtract;
    let is_sum = is_minus || operator == Operator::Add;
    Ok(match (a, b) {
        (Value::Temporal(a), Value::Quantity(b)) if is_sum => {
            move_by(*a, b, is_minus, span)?.map(Value::Temporal)
        }
        (Value::String(a), Value::String(b)) if operator == Operator::Add => {
            Some(Value::String(a.clone() + b.clone()))
        }
        (Value::Quantity(a), Value::Quantity(b)) => quantities(operator, a, b, span)?,
        (Value::Quantity(a), b) if b.decimal().is_some() => {
            quantities(operator, a, &plain(b), span)?
        }
        (a, Value::Quantity(b)) if a.decimal().is_some() => {
            quantities(operator, &plain(a), b, span)?
        }
        _ => match (integer(a), integer(b), a.decimal().zip(b.decimal())) {
            (Some(x), Some(y), _) if operator != Operator::Divide => {
                let is_long = matches!(a, Value::Long(_)) || matches!(b, Value::Long(_));
                integers(operator, x, y).and_then(|number| fit(number, is_long))
            }
            (_, _, Some((a, b))) => decimals(operator, a, b),
            _ => {
                let message = format!("`{}` has no meaning for these types", operator.as_str());
                return Err(Error::execution(span, message));
            }
        },
    })
}

fn plain(number: &Value<'_>) -> Quantity<'static> {
    Quantity { value: number.decimal().unwrap_or_default(), unit: Unit::ONE }
}

fn integer(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some((*number).into()),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

fn fit(number: i64, is_long: bool) -> Option<Value<'static>> {
    if is_long { Some(Value::Long(number)) } else { number.try_into().ok().map(Value::Integer) }
}

fn integers(operator: Operator, a: i64, b: i64) -> Option<i64> {
    match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Div => a.checked_div(b),
        _ => a.checked_rem(b),
    }
}

fn decimals(operator: Operator, a: Decimal, b: Decimal) -> Option<Value<'static>> {
    let number = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        // The digits of a quotient are its own, not those of the operands.
        Operator::Divide => a.checked_div(b).map(|quotient| quotient.normalize()),
        Operator::Div => {
            let whole = a.checked_div(b)?.trunc().to_i64()?;
            return fit(whole, false).or(Some(Value::Long(whole)));
        }
        _ => a.checked_rem(b),
    };
    number.map(Value::Decimal)
}

fn quantities<'t>(
    operator: Operator,
    a: &Quantity<'t>,
    b: &Quantity<'t>,
    span: Span,
) -> Result<Option<Value<'t>>> {
    let result = match operator {
        Operator::Add => a.add(b, false),
        Operator::Subtract => a.add(b, true),
        Operator::Multiply => a.multiply(b, false),
        Operator::Divide => a.multiply(b, true),
        _ => {
            let message = format!("`{}` has no meaning for quantities", operator.as_str());
            return Err(Error::execution(span, message));
        }
    };
    Ok(result.map(Value::from))
}

/// A date or time later or earlier by a duration. Above seconds only whole units count.
fn move_by(
    temporal: Temporal,
    by: &Quantity<'_>,
    is_minus: bool,
    span: Span,
) -> Result<Option<Temporal>> {
    let is_time = temporal.kind == TemporalType::Time;
    let unit = by.unit.duration().filter(|unit| !is_time || unit.is_of_clock());
    let Some(unit) = unit else {
        let message = "The unit is not one that a date or time can be moved by";
        return Err(Error::execution(span, message));
    };
    let value = if is_minus { -by.value } else { by.value };
    let (factor, unit) = match unit {
        CalendarUnit::Week => {
            return Ok(
                whole(value).and_then(|weeks| temporal.add(weeks.checked_mul(7)?, Precision::Day))
            );
        }
        CalendarUnit::Of(Precision::Second) if !value.fract().is_zero() => {
            (Decimal::ONE_THOUSAND, Precision::Millisecond)
        }
        CalendarUnit::Of(unit) => (Decimal::ONE, unit),
    };
    let amount = value.checked_mul(factor).and_then(whole);
    Ok(amount.and_then(|amount| temporal.add(amount, unit)))
}

fn whole(value: Decimal) -> Option<i64> {
    value.trunc().to_i64()
}
