//! Lays the profiles that are added together over their bases, each after its base.

use std::collections::HashMap;

use super::compile::{Draft, default_slicing};
use super::overlay::overlay;
use super::{Profile, ProfileTable};
use crate::tree::Names;

/// How long a chain of bases may be.
const DEPTH: usize = 32;

/// A draft with all that its bases say, or the canonical of the base that is not here: it cannot be checked.
pub(in crate::definitions) type Settled = Result<Profile, Box<str>>;

/// The drafts, in their order, each laid over its bases. `is_type` tells whether a canonical is that of a type.
pub(in crate::definitions) fn settle(
    drafts: &[Draft],
    known: &ProfileTable,
    names: &mut Names,
    is_type: impl Fn(&Names, &str) -> bool,
) -> Vec<Settled> {
    let added = Added::new(drafts);
    let mut settled: Vec<Settled> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut chain = vec![draft];
        let base = loop {
            let Some(base) = chain.last().and_then(|draft| draft.base.as_deref()) else {
                break Ok(None);
            };
            if is_type(names, split(base).0) {
                break Ok(None);
            } else if let Some(draft) = added.find(base).filter(|_| chain.len() < DEPTH) {
                chain.push(draft);
            } else if let Some(profile) = known.find(base, names) {
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
    by_url: HashMap<&'d str, Vec<&'d Draft>>,
}

impl<'d> Added<'d> {
    fn new(drafts: &'d [Draft]) -> Self {
        let mut by_url: HashMap<&str, Vec<&Draft>> = HashMap::new();
        for draft in drafts {
            by_url.entry(&draft.profile.url).or_default().push(draft);
        }
        Self { by_url }
    }

    /// The draft of that canonical: of that version, or the one that was added last.
    fn find(&self, canonical: &str) -> Option<&'d Draft> {
        let (url, version) = split(canonical);
        let mut drafts = self.by_url.get(url)?.iter().rev();
        let is_meant = |it: &&&Draft| version.is_none() || it.profile.version.as_deref() == version;
        drafts.find(is_meant).copied()
    }
}

/// A canonical as URL and version.
fn split(canonical: &str) -> (&str, Option<&str>) {
    match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    }
}
