//! Profiles that an instance claims or a caller asks for and that are not here: that is said, so that
//! nobody takes silence for a pass. A claim of a base type is checked by the walk itself.

use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::{Kind, NodeId};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Says of each requested profile that is not here that it is not checked.
pub(crate) fn check_requested(walk: &mut Walk<'_>, profiles: &[String]) {
    for profile in profiles {
        if is_known(walk, profile) {
            continue;
        }
        let args = unchecked(walk, profile, Arg::Term(profile.clone()));
        walk.report(Code::ProfileNotChecked, Span::default(), args);
    }
}

/// Says of each profile that `meta` claims and that is not here that it is not checked.
pub(crate) fn check_claimed(walk: &mut Walk<'_>, meta: NodeId) {
    let tree = walk.tree;
    let name = walk.known().profile;
    let Some(claims) = tree.children(meta).find(|&child| tree.name(child) == name) else { return };
    for (index, claim) in tree.children(claims).enumerate() {
        let profile = tree.value(claim);
        if tree.kind(claim) != Kind::String || is_known(walk, profile) {
            continue;
        }
        let length = walk.path.len();
        walk.path.push(Step::Name(name));
        walk.path.push(Step::Index(index as u32));
        let args = unchecked(walk, profile, Arg::Value(profile.to_owned()));
        walk.report(Code::ProfileNotChecked, tree.span(claim), args);
        walk.path.truncate(length);
    }
}

/// What to say of a profile that is not here, or that is, without the one that it builds on.
pub(crate) fn unchecked(walk: &Walk<'_>, canonical: &str, shown: Arg) -> Vec<Arg> {
    let missing = walk.definitions().missing_base(canonical);
    vec![shown, Arg::Terms(missing.map(str::to_owned).into_iter().collect())]
}

/// True for a profile that is here, and for the definition of a type itself.
fn is_known(walk: &Walk<'_>, profile: &str) -> bool {
    if walk.definitions().profile(profile).is_some() {
        return true;
    }
    let url = profile.split('|').next().unwrap_or_default();
    url.strip_prefix(CORE).is_some_and(|name| walk.definitions().find_type(name).is_some())
}
