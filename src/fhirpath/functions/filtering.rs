//! Filtering and projection (<http://hl7.org/fhirpath/N1/#filtering-and-projection>).

use std::ops::ControlFlow;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler, Step};
use crate::fhirpath::evaluator::{Call, Evaluation, Flow, Frame, Sink};
use crate::fhirpath::value::{Collection, ItemSet, Value};

pub(super) const TABLE: &[Function] = &[
    entry("where", 1, 1, Handler::Stream(where_)),
    entry("select", 1, 1, Handler::Stream(select)),
    entry("repeat", 1, 1, Handler::Whole(|ev, call, items| repeat(ev, call, items, true))),
    entry("repeatAll", 1, 1, Handler::Whole(|ev, call, items| repeat(ev, call, items, false))),
];

fn where_<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    sink: &mut Sink<'_, 't>,
) -> Result<Flow> {
    let Some(criterion) = call.argument(0) else { return Ok(ControlFlow::Continue(())) };
    let mut index = 0;
    ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let is_met = ev.criterion(criterion, &item, index)? == Some(true);
        index += 1;
        if is_met { sink(ev, item) } else { Ok(ControlFlow::Continue(())) }
    })
}

fn select<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    sink: &mut Sink<'_, 't>,
) -> Result<Flow> {
    let Some(projection) = call.argument(0) else { return Ok(ControlFlow::Continue(())) };
    let mut index = 0;
    ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        index += 1;
        // What the projection defines ends with it; what the sink does is not inside it.
        let all = project(ev, projection, &item, index - 1)?;
        ev.hand_on(all, sink)
    })
}

fn project<'t>(
    ev: &mut Evaluation<'t>,
    projection: &'t Step,
    item: &Value<'t>,
    index: usize,
) -> Result<Collection<'t>> {
    ev.scoped(|ev| ev.eval(projection, Frame::item(item, index)))
}

/// What the projection gives, and what it gives for that, and so on.
fn repeat<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
    is_unique: bool,
) -> Result<Collection<'t>> {
    let Some(projection) = call.argument(0) else { return Ok(Collection::Empty) };
    let mut known = ItemSet::new(ev.model);
    let mut found = Vec::new();
    let mut open: Vec<Value<'t>> = items.into_vec();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (index, item) in open.iter().enumerate() {
            for value in project(ev, projection, item, index)? {
                ev.tick(call.span)?;
                if !is_unique || known.insert(&value) {
                    next.push(value);
                }
            }
            ev.check_size(found.len() + next.len(), call.span)?;
        }
        found.extend(next.iter().cloned());
        open = next;
    }
    Ok(Collection::Many(found))
}
