//! The values that expressions are about: those of FHIRPath itself, and nodes of an instance.

mod collection;
mod compare;
mod distance;
mod equal;
mod hash;
pub(super) mod number;
mod quantity;
pub mod temporal;
mod ucum;
mod unit;

use std::borrow::Cow;

pub use super::model::FhirNode;
pub use collection::Collection;
pub(super) use compare::compare;
pub(super) use equal::{equal, equivalent, items_equal};
pub(super) use hash::ItemSet;
pub use quantity::Quantity;
pub use rust_decimal::Decimal;
pub use unit::{CalendarUnit, Unit};

use super::model::{Model, SystemType};
use crate::cursor::Target;
use crate::tree::Kind;
use temporal::{Temporal, TemporalType};

/// One item of a collection. What can be borrowed from the input or the expression is.
#[derive(Clone, Debug)]
pub enum Value<'t> {
    /// `System.Boolean`
    Boolean(bool),
    /// `System.Integer`: 32 bits.
    Integer(i32),
    /// `System.Long`: 64 bits.
    Long(i64),
    /// `System.Decimal`: 28 digits, exact.
    Decimal(Decimal),
    /// `System.String`
    String(Cow<'t, str>),
    /// `System.Date`, `System.DateTime` or `System.Time`
    Temporal(Temporal),
    /// `System.Quantity`
    Quantity(Box<Quantity<'t>>),
    /// A value of an instance.
    Node(FhirNode<'t>),
    /// What `type()` gives.
    Type(TypeName<'t>),
}

/// The name of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName<'t> {
    /// `System` or `FHIR`.
    pub namespace: &'static str,
    /// Such as `Patient`.
    pub name: &'t str,
}

impl<'t> Value<'t> {
    /// The value of FHIRPath that a primitive node stands for; what is one already stays. None for a
    /// node without a value, and for one whose text has not the form of its type.
    pub(super) fn system(&self, model: &Model) -> Option<Self> {
        match self {
            Self::Node(node) => node.system(model),
            other => Some(other.clone()),
        }
    }

    /// Like [`Self::system`]; a FHIR Quantity counts as a quantity of FHIRPath.
    pub(super) fn system_or_quantity(&self, model: &Model) -> Option<Self> {
        let Self::Node(node) = self else { return Some(self.clone()) };
        if !node.is_primitive() && model.is_quantity(node.type_name) {
            return Quantity::of_node(node, model)
                .map(|quantity| Self::Quantity(Box::new(quantity)));
        }
        node.system(model)
    }

    /// The name of the type, for `type()` and for results.
    pub fn type_name(&self, model: &'t Model) -> TypeName<'t> {
        let Some(system) = self.system_type() else {
            let name = match self {
                Self::Node(node) => model.names().text(node.type_name),
                _ => "TypeInfo",
            };
            return TypeName {
                namespace: if name == "TypeInfo" { "System" } else { "FHIR" },
                name,
            };
        };
        TypeName { namespace: "System", name: system.as_str() }
    }

    /// Which type of FHIRPath itself the value has.
    pub(super) fn system_type(&self) -> Option<SystemType> {
        Some(match self {
            Self::Boolean(_) => SystemType::Boolean,
            Self::Integer(_) => SystemType::Integer,
            Self::Long(_) => SystemType::Long,
            Self::Decimal(_) => SystemType::Decimal,
            Self::String(_) => SystemType::String,
            Self::Temporal(temporal) => match temporal.kind {
                TemporalType::Date => SystemType::Date,
                TemporalType::DateTime => SystemType::DateTime,
                TemporalType::Time => SystemType::Time,
            },
            Self::Quantity(_) => SystemType::Quantity,
            Self::Node(_) | Self::Type(_) => return None,
        })
    }

    /// The number, as a decimal.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Some(Decimal::from(*number)),
            Self::Long(number) => Some(Decimal::from(*number)),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn text(text: &'t str) -> Self {
        Self::String(Cow::Borrowed(text))
    }

    pub(super) fn integer(number: usize) -> Self {
        Self::Integer(i32::try_from(number).unwrap_or(i32::MAX))
    }
}

impl<'t> FhirNode<'t> {
    fn system(&self, model: &Model) -> Option<Value<'t>> {
        let text = self.text()?;
        let kind = match self.cursor.target {
            Target::Primitive(type_id) => model.system_type(type_id),
            Target::Unknown => self.json_type(),
            Target::Object(_) | Target::Resource => return None,
        };
        let temporal = |kind| Temporal::parse(kind, text).map(Value::Temporal);
        match kind {
            SystemType::Boolean => match text {
                "true" => Some(Value::Boolean(true)),
                "false" => Some(Value::Boolean(false)),
                _ => None,
            },
            SystemType::Integer => text.parse().ok().map(Value::Integer),
            SystemType::Long => text.parse().ok().map(Value::Long),
            SystemType::Decimal => number::parse(text).map(Value::Decimal),
            SystemType::Date => temporal(TemporalType::Date),
            SystemType::DateTime => temporal(TemporalType::DateTime),
            SystemType::Time => temporal(TemporalType::Time),
            SystemType::String | SystemType::Quantity => Some(Value::text(text)),
        }
    }

    /// What a value is where no definition says so.
    fn json_type(&self) -> SystemType {
        match self.cursor.node.map(|node| self.tree.kind(node)) {
            Some(Kind::True | Kind::False) => SystemType::Boolean,
            Some(Kind::Number) if self.text().is_some_and(|text| text.parse::<i32>().is_ok()) => {
                SystemType::Integer
            }
            Some(Kind::Number) => SystemType::Decimal,
            _ => SystemType::String,
        }
    }
}
