//! Aggregates (<http://hl7.org/fhirpath/N1/#aggregates>, `sum` and its kind of 3.0) and `sort`.

use std::cmp::Ordering;

use super::{ANY_NUMBER, entry};
use crate::fhirpath::ast::Operator;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler, Op, Step};
use crate::fhirpath::evaluator::{Call, Evaluation, Frame, arithmetic, single};
use crate::fhirpath::value::{Collection, Value, compare};
use crate::sort::sort_by;

pub(super) const TABLE: &[Function] = &[
    entry("aggregate", 1, 2, Handler::Whole(aggregate)),
    entry("sum", 0, 0, Handler::Whole(|ev, call, items| Ok(sum(ev, call, &items)?.into()))),
    entry("avg", 0, 0, Handler::Whole(average)),
    entry("min", 0, 0, Handler::Whole(|ev, call, items| extreme(ev, call, items, Ordering::Less))),
    entry(
        "max",
        0,
        0,
        Handler::Whole(|ev, call, items| extreme(ev, call, items, Ordering::Greater)),
    ),
    entry("sort", 0, ANY_NUMBER, Handler::Whole(sort)),
];

fn aggregate<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(aggregator) = call.argument(0) else { return Ok(Collection::Empty) };
    let mut total = ev.argument(call, 1)?;
    for (index, item) in items.as_slice().iter().enumerate() {
        let frame = Frame { total: Some(&total), ..Frame::item(item, index) };
        total = ev.scoped(|ev| ev.eval(aggregator, frame))?;
    }
    Ok(total)
}

/// The items as values of FHIRPath; primitives without a value count for nothing.
fn values<'t>(
    ev: &Evaluation<'t>,
    call: &Call<'_, 't>,
    items: &Collection<'t>,
) -> Result<Vec<Value<'t>>> {
    let mut values = Vec::with_capacity(items.len());
    for item in items.as_slice() {
        match (item.system_or_quantity(ev.model), item) {
            (Some(value), _) => values.push(value),
            (None, Value::Node(node)) if node.is_primitive() => {}
            _ => return Err(call.error("the items have no value of their own")),
        }
    }
    Ok(values)
}

/// None for no items, and where the sum does not fit.
fn sum<'t>(
    ev: &Evaluation<'t>,
    call: &Call<'_, 't>,
    items: &Collection<'t>,
) -> Result<Option<Value<'t>>> {
    let mut total = None;
    for value in values(ev, call, items)? {
        if value.decimal().is_none() && !matches!(value, Value::Quantity(_)) {
            return Err(call.error("the items have to be numbers or quantities"));
        }
        total = match total {
            None => Some(value),
            Some(total) => match arithmetic(Operator::Add, &total, &value, call.span)? {
                None => return Ok(None),
                sum => sum,
            },
        };
    }
    Ok(total)
}

fn average<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let count = values(ev, call, &items)?.len();
    let Some(total) = sum(ev, call, &items)? else { return Ok(Collection::Empty) };
    let count = Value::integer(count);
    Ok(arithmetic(Operator::Divide, &total, &count, call.span)?.into())
}

/// The least or the greatest; none where precision or units leave open which it is.
fn extreme<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
    wanted: Ordering,
) -> Result<Collection<'t>> {
    let mut best: Option<Value<'t>> = None;
    for value in values(ev, call, &items)? {
        let Some(known) = &best else {
            best = Some(value);
            continue;
        };
        match compare(ev.model, &value, known) {
            Ok(Some(order)) if order == wanted => best = Some(value),
            Ok(Some(_)) => {}
            Ok(None) => return Ok(Collection::Empty),
            Err(()) => return Err(call.error("the items have no order between them")),
        }
    }
    Ok(best.into())
}

/// One key of `sort`: a sign before it, or `desc` behind it, turns the order round.
struct Key<'t> {
    step: Option<&'t Step>,
    is_descending: bool,
}

fn sort<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let mut keys: Vec<Key<'t>> = call.arguments.iter().map(key).collect();
    if keys.is_empty() {
        keys.push(Key { step: None, is_descending: false });
    }
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let values = keys.iter().map(|key| key_value(ev, call, key, &item, index));
        rows.push((values.collect::<Result<Vec<_>>>()?, item));
    }
    let mut failure = false;
    sort_by(&mut rows, |(a, _), (b, _)| {
        for ((a, b), key) in a.iter().zip(b).zip(&keys) {
            let order = match (a, b) {
                (None, None) => Ordering::Equal,
                // Nothing stands first, whatever the direction.
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
                (Some(a), Some(b)) => {
                    let order = compare(ev.model, a, b);
                    failure |= order.is_err();
                    order.ok().flatten().unwrap_or(Ordering::Equal)
                }
            };
            if order != Ordering::Equal {
                return if key.is_descending { order.reverse() } else { order };
            }
        }
        Ordering::Equal
    });
    if failure {
        return Err(call.error("the keys have no order between them"));
    }
    Ok(rows.into_iter().map(|(_, item)| item).collect())
}

fn key(step: &Step) -> Key<'_> {
    match &step.op {
        Op::Order(is_descending, key) => Key { step: Some(key), is_descending: *is_descending },
        Op::Polarity(true, inner) => Key { step: Some(inner), is_descending: true },
        _ => Key { step: Some(step), is_descending: false },
    }
}

fn key_value<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    key: &Key<'t>,
    item: &Value<'t>,
    index: usize,
) -> Result<Option<Value<'t>>> {
    match key.step {
        None => Ok(Some(item.clone())),
        Some(step) => single(ev.scoped(|ev| ev.eval(step, Frame::item(item, index)))?, call.span),
    }
}
