//! `<`, `>` and sorting (<http://hl7.org/fhirpath/N1/#comparison>).

use std::cmp::Ordering;

use super::super::model::Model;
use super::Value;

/// The order of two items. `Ok(None)` where precision or units leave it open; `Err(())` where the types
/// have no order between them.
pub(in crate::fhirpath) fn compare(
    model: &Model,
    a: &Value<'_>,
    b: &Value<'_>,
) -> Result<Option<Ordering>, ()> {
    let (Some(a), Some(b)) = (a.system_or_quantity(model), b.system_or_quantity(model)) else {
        return match (a, b) {
            (Value::Node(a), Value::Node(b)) => {
                super::Quantity::compare_coded(a, b, model).map(Some).ok_or(())
            }
            _ => Err(()),
        };
    };
    match (&a, &b) {
        (Value::Integer(a), Value::Integer(b)) => Ok(Some(a.cmp(b))),
        (Value::String(a), Value::String(b)) => Ok(Some(a.cmp(b))),
        (Value::Temporal(a), Value::Temporal(b)) => {
            if (a.kind == super::temporal::TemporalType::Time)
                != (b.kind == super::temporal::TemporalType::Time)
            {
                return Err(());
            }
            Ok(a.compare(*b))
        }
        (Value::Quantity(a), Value::Quantity(b)) => Ok(a.compare(b)),
        (a, Value::Quantity(b)) if a.decimal().is_some() => compare_plain(a, b),
        (Value::Quantity(a), b) if b.decimal().is_some() => {
            Ok(compare_plain(b, a)?.map(Ordering::reverse))
        }
        _ => match (a.decimal(), b.decimal()) {
            (Some(a), Some(b)) => Ok(Some(a.cmp(&b))),
            _ => Err(()),
        },
    }
}

/// A number and a quantity: the number has no unit.
fn compare_plain(a: &Value<'_>, b: &super::Quantity<'_>) -> Result<Option<Ordering>, ()> {
    let value = a.decimal().ok_or(())?;
    Ok(super::Quantity { value, unit: super::Unit::ONE }.compare(b))
}
