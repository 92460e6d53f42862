//! Strings (<http://hl7.org/fhirpath/N1/#string-manipulation>). Positions and lengths count characters.

use std::borrow::Cow;

use super::entry;
use crate::fhirpath::error::{Error, ErrorKind, Result};
use crate::fhirpath::evaluator::program::{Function, Handler, Op};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::{Collection, Value};
use crate::text::Regular;

pub(super) const TABLE: &[Function] = &[
    entry("indexOf", 1, 1, Handler::Single(index_of)),
    entry("lastIndexOf", 1, 1, Handler::Single(last_index_of)),
    entry("substring", 1, 2, Handler::Single(substring)),
    entry("startsWith", 1, 1, Handler::Single(|e, c, v| test(e, c, v, |t, p| t.starts_with(p)))),
    entry("endsWith", 1, 1, Handler::Single(|e, c, v| test(e, c, v, |t, p| t.ends_with(p)))),
    entry("contains", 1, 1, Handler::Single(|e, c, v| test(e, c, v, |t, p| t.contains(p)))),
    entry("upper", 0, 0, Handler::Single(|_, c, v| owned(text(&v, c)?.to_uppercase()))),
    entry("lower", 0, 0, Handler::Single(|_, c, v| owned(text(&v, c)?.to_lowercase()))),
    entry("trim", 0, 0, Handler::Single(|_, c, v| owned(text(&v, c)?.trim().to_owned()))),
    entry("length", 0, 0, Handler::Single(length)),
    entry("replace", 2, 2, Handler::Single(replace)),
    entry("matches", 1, 2, Handler::Single(|e, c, v| matches(e, c, v, false))),
    entry("matchesFull", 1, 2, Handler::Single(|e, c, v| matches(e, c, v, true))),
    entry("replaceMatches", 2, 3, Handler::Single(replace_matches)),
    entry("toChars", 0, 0, Handler::Whole(to_chars)),
    entry("split", 1, 1, Handler::Whole(split)),
    entry("join", 0, 1, Handler::Whole(join)),
];

/// The input as a string.
pub(super) fn text<'v>(value: &'v Value<'_>, call: &Call<'_, '_>) -> Result<&'v str> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(call.error("the input has to be a string")),
    }
}

fn owned<'t>(text: String) -> Result<Option<Value<'t>>> {
    Ok(Some(Value::String(Cow::Owned(text))))
}

fn test<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
    holds: impl Fn(&str, &str) -> bool,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let part = ev.argument_text(call, 0)?;
    Ok(part.map(|part| Value::Boolean(holds(text, &part))))
}

/// The number of characters before a byte; -1 where there is none.
fn characters(text: &str, at: Option<usize>) -> Value<'static> {
    at.map_or(Value::Integer(-1), |at| Value::integer(text[..at].chars().count()))
}

fn index_of<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let part = ev.argument_text(call, 0)?;
    Ok(part.map(|part| characters(text, text.find(&*part))))
}

fn last_index_of<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let part = ev.argument_text(call, 0)?;
    // The specification gives an empty string the same place in both directions.
    Ok(part
        .map(|part| characters(text, if part.is_empty() { Some(0) } else { text.rfind(&*part) })))
}

fn substring<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let Some(start) = ev.argument_integer(call, 0)? else { return Ok(None) };
    let length = ev.argument_integer(call, 1)?;
    let start = usize::try_from(start).ok().filter(|&at| text.chars().nth(at).is_some());
    let Some(start) = start else { return Ok(None) };
    let length = length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
    owned(text.chars().skip(start).take(length).collect())
}

fn length<'t>(
    _: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    Ok(Some(Value::integer(text(&value, call)?.chars().count())))
}

/// The text, unless it is longer than an evaluation may make.
pub(super) fn bounded<'t>(
    ev: &Evaluation<'_>,
    call: &Call<'_, '_>,
    length: usize,
    text: impl FnOnce() -> String,
) -> Result<Option<Value<'t>>> {
    if length > ev.limits.text {
        let message = format!("A string would be longer than {} bytes", ev.limits.text);
        return Err(Error::new(ErrorKind::Limit, call.span, message));
    }
    owned(text())
}

fn replace<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let (pattern, by) = (ev.argument_text(call, 0)?, ev.argument_text(call, 1)?);
    let (Some(pattern), Some(by)) = (pattern, by) else { return Ok(None) };
    let length = text.len().saturating_add((text.len() + 1).saturating_mul(by.len()));
    bounded(ev, call, length, || text.replace(&*pattern, &by))
}

/// The regular expression of an argument. The first one that a call meets is compiled once.
fn with_regular<T>(
    call: &Call<'_, '_>,
    (pattern, flags): (&str, &str),
    is_full: bool,
    work: impl FnOnce(&Regular) -> T,
) -> Result<T> {
    // Written out, it is the same each time.
    let is_fixed = call.arguments.iter().all(|argument| matches!(argument.op, Op::Text(_)));
    if let Some(known) = call.pattern.get().filter(|known| is_fixed || known.is(pattern, flags)) {
        return Ok(work(known));
    }
    let regular = Regular::new(pattern, flags, is_full)
        .ok_or_else(|| call.error("the pattern is not a regular expression that is supported"))?;
    let result = work(&regular);
    // Where another one is there already, that one stays.
    let _ = call.pattern.set(Box::new(regular));
    Ok(result)
}

fn matches<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
    is_full: bool,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let Some(pattern) = ev.argument_text(call, 0)? else { return Ok(None) };
    let flags = ev.argument_text(call, 1)?.unwrap_or_default();
    let is_match = |regular: &Regular| regular.is_match(text);
    with_regular(call, (&pattern, &flags), is_full, is_match).map(|it| Some(Value::Boolean(it)))
}

fn replace_matches<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let (pattern, by) = (ev.argument_text(call, 0)?, ev.argument_text(call, 1)?);
    let (Some(pattern), Some(by)) = (pattern, by) else { return Ok(None) };
    if pattern.is_empty() {
        return owned(text.to_owned());
    }
    let flags = ev.argument_text(call, 2)?.unwrap_or_default();
    let length = text.len().saturating_add((text.len() + 1).saturating_mul(by.len()));
    with_regular(call, (&pattern, &flags), false, |regular| {
        bounded(ev, call, length, || regular.replace_all(text, &by))
    })?
}

/// The only item of the input, as a string.
fn single_text<'t>(
    ev: &Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Option<Cow<'t, str>>> {
    let Some(item) = crate::fhirpath::evaluator::single(items, call.span)? else { return Ok(None) };
    match item.system(ev.model) {
        Some(Value::String(text)) => Ok(Some(text)),
        _ => Err(call.error("the input has to be a string")),
    }
}

fn to_chars<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(text) = single_text(ev, call, items)? else { return Ok(Collection::Empty) };
    Ok(text.chars().map(|c| Value::String(Cow::Owned(c.to_string()))).collect())
}

fn split<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(text) = single_text(ev, call, items)? else { return Ok(Collection::Empty) };
    let Some(separator) = ev.argument_text(call, 0)? else { return Ok(Collection::Empty) };
    let part = |part: &str| Value::String(Cow::Owned(part.to_owned()));
    if separator.is_empty() {
        return Ok(text.chars().map(|c| part(c.encode_utf8(&mut [0; 4]))).collect());
    }
    Ok(text.split(&*separator).map(part).collect())
}

fn join<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    if items.is_empty() {
        return Ok(Collection::Empty);
    }
    let separator = ev.argument_text(call, 0)?.unwrap_or_default();
    let mut joined = String::new();
    let mut is_first = true;
    for item in items {
        let part = match item.system(ev.model) {
            Some(Value::String(text)) => text,
            None if matches!(&item, Value::Node(node) if node.is_primitive()) => continue,
            _ => return Err(call.error("every item has to be a string")),
        };
        joined.push_str(if is_first { "" } else { &separator });
        joined.push_str(&part);
        is_first = false;
        bounded(ev, call, joined.len(), String::new)?;
    }
    Ok(Value::String(Cow::Owned(joined)).into())
}
