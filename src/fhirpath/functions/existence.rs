//! Existence (<http://hl7.org/fhirpath/N1/#existence>), and `not()`.

use std::ops::ControlFlow;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, single};
use crate::fhirpath::value::{Collection, ItemSet, Value};

pub(super) const TABLE: &[Function] = &[
    entry("exists", 0, 1, Handler::Truth(exists)),
    entry("empty", 0, 0, Handler::Truth(empty)),
    entry("all", 1, 1, Handler::Truth(all)),
    entry("allTrue", 0, 0, Handler::Truth(|ev, call| every(ev, call, true))),
    entry("allFalse", 0, 0, Handler::Truth(|ev, call| every(ev, call, false))),
    entry("anyTrue", 0, 0, Handler::Truth(|ev, call| any(ev, call, true))),
    entry("anyFalse", 0, 0, Handler::Truth(|ev, call| any(ev, call, false))),
    entry("subsetOf", 1, 1, Handler::Truth(subset_of)),
    entry("supersetOf", 1, 1, Handler::Truth(superset_of)),
    entry("count", 0, 0, Handler::Fold(count)),
    entry("distinct", 0, 0, Handler::Whole(distinct)),
    entry("isDistinct", 0, 0, Handler::Truth(is_distinct)),
    entry("not", 0, 0, Handler::Truth(not)),
];

fn exists<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let criterion = call.argument(0);
    let mut index = 0;
    let flow = ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let Some(criterion) = criterion else { return Ok(ControlFlow::Break(())) };
        let is_met = ev.criterion(criterion, &item, index)? == Some(true);
        index += 1;
        Ok(if is_met { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(Some(flow.is_break()))
}

fn empty<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let stop = &mut |_: &mut Evaluation<'t>, _: Value<'t>| Ok(ControlFlow::Break(()));
    let flow = ev.each_focus(call.focus, call.frame, stop)?;
    Ok(Some(flow.is_continue()))
}

fn all<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let Some(criterion) = call.argument(0) else { return Ok(None) };
    let mut index = 0;
    let flow = ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let is_met = ev.criterion(criterion, &item, index)? == Some(true);
        index += 1;
        Ok(if is_met { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(Some(flow.is_continue()))
}

/// True where no item is the opposite of `wanted`.
fn every<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>, wanted: bool) -> Result<Option<bool>> {
    any(ev, call, !wanted).map(|found| found.map(|found| !found))
}

fn any<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>, wanted: bool) -> Result<Option<bool>> {
    let mut is_found = false;
    let _ = ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        match item.system(ev.model) {
            Some(Value::Boolean(truth)) => is_found |= truth == wanted,
            _ => return Err(call.error("every item has to be a Boolean")),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Some(is_found))
}

fn whole_focus<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Vec<Value<'t>>> {
    let mut items = Vec::new();
    let _ = ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        items.push(item);
        ev.check_size(items.len(), call.span)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(items)
}

fn subset_of<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let (items, other) = (whole_focus(ev, call)?, ev.argument(call, 0)?);
    let other = ItemSet::of(ev.model, other.as_slice());
    Ok(Some(items.iter().all(|item| other.contains(item))))
}

fn superset_of<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let (items, other) = (whole_focus(ev, call)?, ev.argument(call, 0)?);
    let items = ItemSet::of(ev.model, &items);
    Ok(Some(other.as_slice().iter().all(|item| items.contains(item))))
}

fn count<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    let mut count = 0;
    let _ = ev.each_focus(call.focus, call.frame, &mut |_, _| {
        count += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Some(Value::integer(count)))
}

fn distinct<'t>(
    ev: &mut Evaluation<'t>,
    _: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let mut known = ItemSet::new(ev.model);
    Ok(items.into_iter().filter(|item| known.insert(item)).collect())
}

fn is_distinct<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let items = whole_focus(ev, call)?;
    let mut known = ItemSet::new(ev.model);
    Ok(Some(items.iter().all(|item| known.insert(item))))
}

fn not<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    if let Some(focus) = call.focus {
        return Ok(ev.truth(focus, call.frame)?.map(|truth| !truth));
    }
    let value = single(Collection::of(call.frame.this), call.span)?;
    Ok(value.map(|value| matches!(value.system(ev.model), Some(Value::Boolean(false)))))
}
