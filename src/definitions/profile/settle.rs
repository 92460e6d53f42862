//! Lays the profiles that are added together over their bases, each after its base.

use std::collections::HashMap;
use std::sync::Arc;

use super::compile::{Draft, default_slicing};
use super::overlay::overlay;
use super::{Profile, ProfileTable};
use crate::tree::Names;

/// How long a chain of bases may be.
const DEPTH: usize = 32;

/// A draft with all that its bases say, or the canonical of the base that is not here: it cannot be checked.
pub(in crate::definitions) type Settled = Result<Profile, Box<str>>;

/// The drafts, in their order, each laid over its bases. `origins` are the packages that they came with, as far as
/// they came with one. `is_type` tells whether a canonical is that of a type.
pub(in crate::definitions) fn settle(
    drafts: &[Draft],
    (known, origins): (&ProfileTable, &[Option<Arc<str>>]),
    names: &mut Names,
    is_type: impl Fn(&Names, &str) -> bool,
) -> Vec<Settled> {
    let added = Added::new(drafts);
    let is_near = |from: Option<&Arc<str>>, other: usize| {
        let other = origins.get(other).and_then(Option::as_ref);
        from.zip(other).is_some_and(|(from, other)| known.is_near(from, other))
    };
    let mut settled: Vec<Settled> = Vec::with_capacity(drafts.len());
    for (number, draft) in drafts.iter().enumerate() {
        let origin = origins.get(number).and_then(Option::as_ref);
        let mut chain = vec![draft];
        let base = loop {
            let Some(base) = chain.last().and_then(|draft| draft.base.as_deref()) else {
                break Ok(None);
            };
            if is_type(names, split(base).0) {
                break Ok(None);
            } else if let Some(draft) =
                added.find(base, |other| is_near(origin, other)).filter(|_| chain.len() < DEPTH)
            {
                chain.push(draft);
            } else if let Some(profile) = known.find_in(base, origin, names) {
                break Ok(Some(profile.root.clone()));
            } else {
                break Err(base.into());
            }
        };
        let layers = chain.iter().rev().map(|draft| draft.profile.root.clone());
        settled.push(base.map(|base| {
            let root = base.into_iter().chain(layers).reduce(overlay);
            Profile { root: root.unwrap_or_default(), ..draft.profile.clone() }
        }));
    }
    for profile in settled.iter_mut().flatten() {
        default_slicing(&mut profile.root, names);
    }
    settled
}

/// The drafts by URL; of one URL, in their order.
struct Added<'d> {
    by_url: HashMap<&'d str, Vec<(usize, &'d Draft)>>,
}

impl<'d> Added<'d> {
    fn new(drafts: &'d [Draft]) -> Self {
        let mut by_url: HashMap<&str, Vec<(usize, &Draft)>> = HashMap::new();
        for numbered in drafts.iter().enumerate() {
            by_url.entry(&numbered.1.profile.url).or_default().push(numbered);
        }
        Self { by_url }
    }

    /// The draft of that canonical: of that version, or of those that are near the one that was added last.
    fn find(&self, canonical: &str, is_near: impl Fn(usize) -> bool) -> Option<&'d Draft> {
        let (url, version) = split(canonical);
        let drafts = self.by_url.get(url)?;
        if let Some(version) = version {
            let is_meant = |it: &&(usize, &Draft)| it.1.profile.version.as_deref() == Some(version);
            return drafts.iter().rev().find(is_meant).map(|it| it.1);
        }
        let near = drafts.iter().rev().find(|it| drafts.len() > 1 && is_near(it.0));
        near.or(drafts.last()).map(|it| it.1)
    }
}

/// A canonical as URL and version.
fn split(canonical: &str) -> (&str, Option<&str>) {
    match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    }
}
