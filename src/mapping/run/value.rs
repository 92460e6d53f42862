//! Values as texts, and texts as values.

use std::borrow::Cow;

use crate::fhirpath::Value;
use crate::fhirpath::value::Decimal;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};

/// A number of a map.
pub(super) fn number<'v>(text: &str) -> Value<'v> {
    if let Ok(number) = text.parse() {
        return Value::Integer(number);
    }
    match Decimal::from_str_exact(text) {
        Ok(number) => Value::Decimal(number),
        Err(_) => Value::String(Cow::Owned(text.to_owned())),
    }
}

/// A date or a time of a map.
pub(super) fn temporal<'v>(text: &str) -> Value<'v> {
    let parsed = match text.strip_prefix('T') {
        Some(time) => Temporal::parse(TemporalType::Time, time),
        None if text.contains('T') => Temporal::parse(TemporalType::DateTime, text),
        None => Temporal::parse(TemporalType::Date, text),
    };
    parsed.map_or_else(|| Value::String(Cow::Owned(text.to_owned())), Value::Temporal)
}

/// The text of a value that has one.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    Some(match value {
        Value::Node(node) => Cow::Borrowed(node.text()?),
        Value::Boolean(true) => Cow::Borrowed("true"),
        Value::Boolean(false) => Cow::Borrowed("false"),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Long(number) => Cow::Owned(number.to_string()),
        Value::Decimal(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::Temporal(temporal) => Cow::Owned(temporal.to_string()),
        Value::Quantity(quantity) => Cow::Owned(quantity.to_string()),
        Value::Type(name) => Cow::Borrowed(name.name),
    })
}
