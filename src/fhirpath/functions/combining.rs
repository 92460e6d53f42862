//! Combining (<http://hl7.org/fhirpath/N1/#combining>).

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::{Collection, ItemSet};

pub(super) const TABLE: &[Function] =
    &[entry("union", 1, 1, Handler::Whole(union)), entry("combine", 1, 2, Handler::Whole(combine))];

fn union<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let other = ev.argument(call, 0)?;
    let mut known = ItemSet::new(ev.model);
    Ok(items.into_iter().chain(other).filter(|item| known.insert(item)).collect())
}

/// The second argument (keep the order) changes nothing: the order is always kept.
fn combine<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let other = ev.argument(call, 0)?;
    Ok(items.into_iter().chain(other).collect())
}
