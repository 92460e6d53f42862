//! Utility functions (<http://hl7.org/fhirpath/N1/#utility-functions>) and `type()`.

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, Frame};
use crate::fhirpath::location::{self, Style};
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::value::{Collection, Value};

pub(super) const TABLE: &[Function] = &[
    entry("trace", 1, 2, Handler::Whole(trace)),
    entry("now", 0, 0, Handler::Fold(now)),
    entry("today", 0, 0, Handler::Fold(today)),
    entry("timeOfDay", 0, 0, Handler::Fold(time_of_day)),
    entry("defineVariable", 1, 2, Handler::Whole(define_variable)),
    entry("type", 0, 0, Handler::Whole(type_)),
    entry("pathname", 0, 1, Handler::Whole(pathname)),
    entry("coalesce", 1, super::ANY_NUMBER, Handler::Whole(coalesce)),
];

fn trace<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(name) = ev.argument_text(call, 0)? else {
        return Err(call.error("the name is missing"));
    };
    match call.argument(1) {
        None => ev.host.trace(&name, items.as_slice()),
        Some(projection) => {
            let mut shown = Collection::Empty;
            for (index, item) in items.as_slice().iter().enumerate() {
                let values = ev.scoped(|ev| ev.eval(projection, Frame::item(item, index)))?;
                shown.extend(values);
            }
            ev.host.trace(&name, shown.as_slice());
        }
    }
    Ok(items)
}

fn present(ev: &mut Evaluation<'_>, call: &Call<'_, '_>) -> Result<Temporal> {
    ev.now().ok_or_else(|| call.unavailable())
}

fn now<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    Ok(Some(Value::Temporal(present(ev, call)?)))
}

fn today<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    Ok(present(ev, call)?.to_date().map(Value::Temporal))
}

fn time_of_day<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<Value<'t>>> {
    let now = present(ev, call)?;
    let kind = TemporalType::Time;
    Ok(Some(Value::Temporal(Temporal { kind, days: 0, offset: None, ..now })))
}

/// Names that are taken by the language.
const RESERVED: [&str; 9] = [
    "context",
    "resource",
    "rootResource",
    "ucum",
    "sct",
    "loinc",
    "terminologies",
    "factory",
    "server",
];

fn define_variable<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(name) = ev.argument_text(call, 0)? else {
        return Err(call.error("the name is missing"));
    };
    if RESERVED.contains(&&*name) || name.starts_with("vs-") || name.starts_with("ext-") {
        return Err(call.error("the name is one of the language"));
    }
    let value = match call.argument(1) {
        None => items.clone(),
        Some(value) => {
            let frame = Frame { this: items.as_slice(), ..call.frame };
            ev.scoped(|ev| ev.eval(value, frame))?
        }
    };
    ev.define(call, name, value)?;
    Ok(items)
}

fn type_<'t>(
    ev: &mut Evaluation<'t>,
    _: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let model = ev.model;
    Ok(items.into_iter().map(|item| Value::Type(item.type_name(model))).collect())
}

/// Where each node stands in its input; `pathname(true)` counts only what repeats.
fn pathname<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let style = match ev.argument_value(call, 0)? {
        None | Some(Value::Boolean(false)) => Style::Indexed,
        Some(Value::Boolean(true)) => Style::Short,
        Some(_) => return Err(call.error("the argument has to be a Boolean")),
    };
    let mut names = Collection::Empty;
    for item in items.as_slice() {
        let Value::Node(node) = item else { continue };
        let Some(at) = node.cursor.node.or(node.cursor.sibling) else { continue };
        // A name is as long as its node is deep.
        ev.tick(call.span)?;
        let name = location::write(ev.model, node.tree, at, style);
        names.push(Value::String(name.into()));
    }
    Ok(names)
}

fn coalesce<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    _: Collection<'t>,
) -> Result<Collection<'t>> {
    for index in 0..call.arguments.len() {
        let found = ev.argument(call, index)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Collection::Empty)
}
