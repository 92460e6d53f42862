//! Subsetting (<http://hl7.org/fhirpath/N1/#subsetting>).

use std::ops::ControlFlow;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, single};
use crate::fhirpath::value::{Collection, ItemSet, Value};

pub(super) const TABLE: &[Function] = &[
    entry("single", 0, 0, Handler::Whole(|_, call, items| Ok(single(items, call.span)?.into()))),
    entry("first", 0, 0, Handler::Fold(first)),
    entry("last", 0, 0, Handler::Fold(last)),
    entry("tail", 0, 0, Handler::Whole(|_, _, items| Ok(items.into_iter().skip(1).collect()))),
    entry("skip", 1, 1, Handler::Whole(skip)),
    entry("take", 1, 1, Handler::Whole(take)),
    entry("intersect", 1, 1, Handler::Whole(intersect)),
    entry("exclude", 1, 1, Handler::Whole(exclude)),
];

fn first<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    let mut first = None;
    let _ = ev.each_focus(call.focus, call.frame, &mut |_, item| {
        first = Some(item);
        Ok(ControlFlow::Break(()))
    })?;
    Ok(first)
}

fn last<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    let mut last = None;
    let _ = ev.each_focus(call.focus, call.frame, &mut |_, item| {
        last = Some(item);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(last)
}

/// The number of items to skip or take: not below zero.
fn number(ev: &mut Evaluation<'_>, number: Option<i64>, call: &Call<'_, '_>) -> Result<usize> {
    let Some(number) = number else { return Err(call.error("the number of items is missing")) };
    Ok(usize::try_from(number.max(0)).unwrap_or(ev.limits.items))
}

fn skip<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let count = ev.argument_integer(call, 0)?;
    let count = number(ev, count, call)?;
    Ok(items.into_iter().skip(count).collect())
}

fn take<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let count = ev.argument_integer(call, 0)?;
    let count = number(ev, count, call)?;
    Ok(items.into_iter().take(count).collect())
}

fn intersect<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let other = ev.argument(call, 0)?;
    let other = ItemSet::of(ev.model, other.as_slice());
    let mut known = ItemSet::new(ev.model);
    Ok(items.into_iter().filter(|item| other.contains(item) && known.insert(item)).collect())
}

fn exclude<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let other = ev.argument(call, 0)?;
    let other = ItemSet::of(ev.model, other.as_slice());
    Ok(items.into_iter().filter(|item| !other.contains(item)).collect())
}
