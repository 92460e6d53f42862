//! The lexical form of primitive values: does a text belong to its FHIR type?
//! The forms are those of <http://hl7.org/fhir/R4/datatypes.html#primitive>. A value that is right is
//! passed without allocation; what to say is built only where something is wrong.

mod base64;
mod date_time;
mod number;
mod text;
mod uri;

use crate::issue::{Arg, Code, Severity};
use crate::tree::Kind;

/// A primitive type of FHIR R4, R4B or R5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the FHIR type of the same name")]
pub enum Primitive {
    Boolean,
    Integer,
    Integer64,
    UnsignedInt,
    PositiveInt,
    Decimal,
    String,
    Markdown,
    Code,
    Id,
    Uri,
    Url,
    Canonical,
    Oid,
    Uuid,
    Base64Binary,
    Date,
    DateTime,
    Instant,
    Time,
    Xhtml,
}

/// What kind of JSON value a primitive is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// Text.
    String,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which rule found it.
    pub code: Code,
    /// The arguments of the message.
    pub args: Vec<Arg>,
}

impl Primitive {
    /// Every primitive type with its FHIR name.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::Boolean, "boolean"),
        (Self::Integer, "integer"),
        (Self::Integer64, "integer64"),
        (Self::UnsignedInt, "unsignedInt"),
        (Self::PositiveInt, "positiveInt"),
        (Self::Decimal, "decimal"),
        (Self::String, "string"),
        (Self::Markdown, "markdown"),
        (Self::Code, "code"),
        (Self::Id, "id"),
        (Self::Uri, "uri"),
        (Self::Url, "url"),
        (Self::Canonical, "canonical"),
        (Self::Oid, "oid"),
        (Self::Uuid, "uuid"),
        (Self::Base64Binary, "base64Binary"),
        (Self::Date, "date"),
        (Self::DateTime, "dateTime"),
        (Self::Instant, "instant"),
        (Self::Time, "time"),
        (Self::Xhtml, "xhtml"),
    ];

    /// The primitive type of that FHIR name (`dateTime`).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(primitive, _)| *primitive)
    }

    /// True for `uri` and what specialises it.
    pub const fn is_uri(self) -> bool {
        matches!(self, Self::Uri | Self::Url | Self::Canonical | Self::Oid | Self::Uuid)
    }

    /// How JSON writes it (<http://hl7.org/fhir/R4/json.html#primitive>); `integer64` is text, because
    /// JavaScript would round it.
    pub const fn json_kind(self) -> JsonKind {
        match self {
            Self::Boolean => JsonKind::Boolean,
            Self::Integer | Self::UnsignedInt | Self::PositiveInt | Self::Decimal => {
                JsonKind::Number
            }
            _ => JsonKind::String,
        }
    }
}

impl JsonKind {
    /// `boolean`, `number` or `string`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
        }
    }

    /// True if a node of that kind is written this way.
    pub const fn accepts(self, kind: Kind) -> bool {
        match self {
            Self::Boolean => matches!(kind, Kind::True | Kind::False),
            Self::Number => matches!(kind, Kind::Number),
            Self::String => matches!(kind, Kind::String),
        }
    }
}

impl Problem {
    /// A problem whose message begins with the value.
    fn of(code: Code, value: &str) -> Self {
        Self { code, args: vec![Arg::Value(value.to_owned())] }
    }

    /// A problem that says nothing of the value.
    fn bare(code: Code) -> Self {
        Self { code, args: Vec::new() }
    }

    #[must_use]
    fn with(mut self, arg: Arg) -> Self {
        self.args.push(arg);
        self
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// What is wrong with `value`, which is decoded (without quotes and escapes; a number as it was
/// written), as a value of type `primitive`. Narrative has a check of its own that gives places inside
/// the value; here `xhtml` is only not empty.
pub fn check(primitive: Primitive, value: &str) -> Option<Problem> {
    if value.is_empty() {
        return Some(Problem::bare(Code::ValueEmpty));
    }
    match primitive {
        Primitive::Boolean => {
            (!matches!(value, "true" | "false")).then(|| Problem::of(Code::ValueBoolean, value))
        }
        Primitive::Integer => number::check_integer(value),
        Primitive::Integer64 => number::check_integer64(value),
        Primitive::UnsignedInt => number::check_unsigned_int(value),
        Primitive::PositiveInt => number::check_positive_int(value),
        Primitive::Decimal => number::check_decimal(value),
        Primitive::String | Primitive::Markdown => text::check_string(value),
        Primitive::Code => text::check_code(value),
        Primitive::Id => text::check_id(value),
        Primitive::Uri | Primitive::Url => uri::check_uri(value),
        Primitive::Canonical => uri::check_canonical(value),
        Primitive::Oid => uri::check_oid(value),
        Primitive::Uuid => uri::check_uuid(value),
        Primitive::Base64Binary => base64::check_base64(value),
        Primitive::Date => date_time::check_date(value),
        Primitive::DateTime => date_time::check_date_time(value),
        Primitive::Instant => date_time::check_instant(value),
        Primitive::Time => date_time::check_time(value),
        Primitive::Xhtml => None,
    }
}

/// The code of a check, or `ok`: for the tests of each family.
#[cfg(test)]
fn verdict(primitive: Primitive, value: &str) -> &'static str {
    check(primitive, value).map_or("ok", |problem| problem.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_type_by_its_name() {
        for (primitive, name) in Primitive::ALL {
            assert_eq!(Primitive::from_name(name), Some(primitive));
        }
        assert_eq!(Primitive::from_name("datetime"), None);
        assert_eq!(Primitive::from_name("Quantity"), None);
    }

    #[test]
    fn knows_how_json_writes_a_type() {
        assert_eq!(Primitive::Integer.json_kind(), JsonKind::Number);
        assert_eq!(Primitive::Integer64.json_kind(), JsonKind::String);
        assert!(JsonKind::Boolean.accepts(Kind::False) && !JsonKind::Boolean.accepts(Kind::String));
    }

    #[test]
    fn takes_no_empty_value() {
        for (primitive, _) in Primitive::ALL {
            assert_eq!(verdict(primitive, ""), "value-empty");
        }
    }

    #[test]
    fn takes_two_booleans() {
        assert_eq!(verdict(Primitive::Boolean, "true"), "ok");
        assert_eq!(verdict(Primitive::Boolean, "TRUE"), "value-boolean");
        assert_eq!(verdict(Primitive::Boolean, "1"), "value-boolean");
    }
}
