//! Lays the profiles that are added together over their bases, each after its base.

use std::collections::HashMap;

use super::compile::{Draft, default_slicing};
use super::overlay::overlay;
use super::{Profile, ProfileTable};
use crate::tree::Names;

/// How long a chain of bases may be.
const DEPTH: usize = 32;

/// The drafts, by number, as profiles that say all that their bases say. One whose base is not here is left out: it
/// cannot be checked. `is_type` tells whether a canonical is that of a type.
pub(in crate::definitions) fn settle(
    drafts: &[Draft],
    known: &ProfileTable,
    names: &mut Names,
    is_type: impl Fn(&Names, &str) -> bool,
) -> Vec<(usize, Profile)> {
    let by_url: HashMap<Box<str>, usize> =
        (0..).zip(drafts).map(|(at, draft)| (draft.profile.url.clone(), at)).collect();
    let mut settled = Vec::new();
    for (number, draft) in drafts.iter().enumerate() {
        let mut chain = vec![draft];
        let base = loop {
            let Some(base) = chain.last().and_then(|draft| draft.base.as_deref()) else {
                break Some(None);
            };
            let url = base.split('|').next().unwrap_or_default();
            if is_type(names, url) {
                break Some(None);
            } else if let Some(draft) = by_url.get(url).and_then(|&at| drafts.get(at)) {
                chain.push(draft);
            } else if let Some(profile) = known.find(base, names) {
                break Some(Some(profile.root.clone()));
            } else {
                break None;
            }
            if chain.len() > DEPTH {
                break None;
            }
        };
        let Some(base) = base else { continue };
        let layers = chain.iter().rev().map(|draft| draft.profile.root.clone());
        let root = base.into_iter().chain(layers).reduce(overlay);
        let profile = Profile { root: root.unwrap_or_default(), ..draft.profile.clone() };
        settled.push((number, profile));
    }
    for (_, profile) in &mut settled {
        default_slicing(&mut profile.root, names);
    }
    settled
}
