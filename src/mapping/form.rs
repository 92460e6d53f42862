//! What a text has to be, to be the value of a primitive type.

use crate::format::json;

/// How primitive types differ in the texts that they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Boolean,
    Integer,
    UnsignedInt,
    PositiveInt,
    Integer64,
    Decimal,
    /// No white space around it.
    Token,
    Date,
    /// Any.
    Text,
}

impl Form {
    /// That of the type of that name.
    pub(super) fn of(type_name: &str) -> Self {
        match type_name {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "unsignedInt" => Self::UnsignedInt,
            "positiveInt" => Self::PositiveInt,
            "integer64" => Self::Integer64,
            "decimal" => Self::Decimal,
            "code" | "id" | "uri" | "url" | "canonical" | "oid" | "uuid" => Self::Token,
            "date" => Self::Date,
            _ => Self::Text,
        }
    }

    /// True if JSON writes it as a number.
    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::UnsignedInt | Self::PositiveInt | Self::Decimal)
    }

    /// The text as a value; none where it cannot be one. The form of texts is not looked at: that is what validation is
    /// for.
    pub(super) fn fit(self, text: &str) -> Option<&str> {
        match self {
            Self::Boolean => matches!(text, "true" | "false").then_some(text),
            // No zeros in front in JSON; those of a negative number cannot be left out of a slice.
            Self::Integer | Self::Integer64 if text.starts_with("-0") => None,
            Self::Integer => text.parse::<i32>().ok().map(|_| plain_integer(text)),
            Self::UnsignedInt => text.parse::<u32>().ok().map(|_| plain_integer(text)),
            Self::PositiveInt => {
                text.parse::<u32>().ok().filter(|&it| it > 0).map(|_| plain_integer(text))
            }
            Self::Integer64 => text.parse::<i64>().ok().map(|_| plain_integer(text)),
            Self::Decimal => json::is_number(text).then_some(text),
            Self::Token => Some(text.trim()).filter(|it| !it.is_empty()),
            // A date has no place for a time.
            Self::Date => Some(text.split_once('T').map_or(text, |(date, _)| date)),
            Self::Text => Some(text),
        }
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
        assert_eq!(Form::of(type_name).fit(text), expected, "{text} as {type_name}");
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
