//! Values as texts, and texts as values.

use std::borrow::Cow;

use crate::fhirpath::Value;
use crate::fhirpath::value::Decimal;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::format::json;

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

/// The text as a value of the primitive type of that name; none where it cannot be one. The form of texts
/// is not looked at: that is what validation is for.
pub(super) fn fit<'t>(text: &'t str, type_name: &str) -> Option<&'t str> {
    match type_name {
        "boolean" => matches!(text, "true" | "false").then_some(text),
        // No zeros in front in JSON; those of a negative number cannot be left out of a slice.
        "integer" | "integer64" if text.starts_with("-0") => None,
        "integer" => text.parse::<i32>().ok().map(|_| plain_integer(text)),
        "unsignedInt" => text.parse::<u32>().ok().map(|_| plain_integer(text)),
        "positiveInt" => text.parse::<u32>().ok().filter(|&it| it > 0).map(|_| plain_integer(text)),
        "integer64" => text.parse::<i64>().ok().map(|_| plain_integer(text)),
        "decimal" => json::is_number(text).then_some(text),
        "code" | "id" | "uri" | "url" | "canonical" | "oid" | "uuid" => {
            Some(text.trim()).filter(|it| !it.is_empty())
        }
        // A date has no place for a time.
        "date" => Some(text.split_once('T').map_or(text, |(date, _)| date)),
        _ => Some(text),
    }
}

/// Without a plus sign and zeros in front, which JSON does not have.
fn plain_integer(text: &str) -> &str {
    if text.starts_with('-') {
        return text;
    }
    let digits = text.trim_start_matches(['+', '0']);
    if digits.is_empty() { "0" } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, type_name: &str, expected: Option<&str>) {
        assert_eq!(fit(text, type_name), expected, "{text} as {type_name}");
    }

    #[test]
    fn a_text_fits_where_its_form_is_that_of_json() {
        check("true", "boolean", Some("true"));
        check("1", "boolean", None);
        check("+007", "integer", Some("7"));
        check("000", "unsignedInt", Some("0"));
        check("0", "positiveInt", None);
        check("-5", "unsignedInt", None);
        check("-5", "integer", Some("-5"));
        check("-05", "integer", None);
        check("1.50", "decimal", Some("1.50"));
        check(".5", "decimal", None);
        check("2020-01-01T10:00:00Z", "date", Some("2020-01-01"));
        check("x", "string", Some("x"));
        check(" x ", "code", Some("x"));
        check(" ", "uri", None);
    }
}
