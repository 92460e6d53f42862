//! The filters of a ValueSet (R4 valueset.html#compositions): what a property that is a boolean is compared with, and
//! codes that the code system has.

use super::at;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::terminology::Lookup;
use crate::validate::walk::Walk;

/// Properties of concepts that are true or false, in every code system.
const BOOLEANS: [&str; 2] = ["notSelectable", "inactive"];

/// Operations whose value is a code of the code system, where the property is the concept itself.
const BY_CODE: [&str; 6] =
    ["is-a", "descendent-of", "is-not-a", "generalizes", "child-of", "descendent-leaf"];

/// Checks the filters of `ValueSet.compose`.
pub(super) fn check(walk: &mut Walk<'_>, compose: View<'_>) {
    for name in ["include", "exclude"] {
        for (position, include) in compose.objects(name).enumerate() {
            for (number, filter) in include.objects("filter").enumerate() {
                let Some(why) = wrong(walk, include, filter) else { continue };
                let text = |name| Arg::Value(filter.text(name).unwrap_or_default().to_owned());
                let args = vec![text("value"), text("property"), Arg::Words(why)];
                let span = walk.tree.span(filter.node());
                let place = [("compose", None), (name, Some(position)), ("filter", Some(number))];
                at(walk, &place, |walk| walk.report(Code::ValueSetFilter, span, args));
            }
        }
    }
}

/// What the value of a filter has to be and is not.
fn wrong(walk: &Walk<'_>, include: View<'_>, filter: View<'_>) -> Option<&'static str> {
    let (property, value) = (filter.text("property")?, filter.text("value")?);
    let operation = filter.text("op")?;
    if BOOLEANS.contains(&property) && operation == "=" {
        return (!matches!(value, "true" | "false")).then_some("`true` or `false`");
    }
    if property == "concept" && BY_CODE.contains(&operation) {
        let answer = walk.validator.terminology().lookup(
            include.text("system")?,
            include.text("version"),
            value,
        );
        return matches!(answer, Lookup::Absent).then_some("a code of the code system");
    }
    None
}
