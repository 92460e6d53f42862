//! The profiles that an engine knows, by canonical.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::origins::Origins;
use super::{Listed, PackProfiles, Profile};
use crate::sort::sort_by;
use crate::tree::Names;

/// Profiles by URL, and for each its versions, the newest last. Cheap to look into, copied where an engine is derived.
#[derive(Clone, Debug, Default)]
pub(in crate::definitions) struct ProfileTable {
    by_url: HashMap<Arc<str>, Vec<Slot>>,
    /// Profiles that cannot be checked, by URL.
    unusable: HashMap<Arc<str>, Unusable>,
    origins: Origins,
}

/// A profile whose base is not here.
#[derive(Clone, Debug)]
struct Unusable {
    version: Option<Box<str>>,
    base: Box<str>,
}

/// A profile, or how to get it.
#[derive(Clone, Debug)]
pub(in crate::definitions) struct Slot {
    /// The pack or the package (`name#version`) that it came with.
    pub(in crate::definitions) origin: Option<Arc<str>>,
    pub(in crate::definitions) version: Option<Box<str>>,
    pub(in crate::definitions) body: Body,
}

#[derive(Clone, Debug)]
pub(in crate::definitions) enum Body {
    /// The profile of that number in a pack.
    Packed(Arc<PackProfiles>, usize),
    Compiled(Arc<Profile>),
}

impl ProfileTable {
    /// Adds a profile, in place of one with the same canonical.
    pub(in crate::definitions) fn add(&mut self, url: &str, slot: Slot) {
        let slots = self.by_url.entry(url.into()).or_default();
        slots.retain(|other| other.version != slot.version);
        let version = |slot: &Slot| slot.version.clone().unwrap_or_default();
        let own = version(&slot);
        let at = slots.partition_point(|other| compare(&version(other), &own) != Ordering::Greater);
        slots.insert(at, slot);
    }

    /// Remembers a profile whose base is not here.
    pub(in crate::definitions) fn add_unusable(&mut self, profile: &Profile, base: Box<str>) {
        let unusable = Unusable { version: profile.version.clone(), base };
        self.unusable.insert((&*profile.url).into(), unusable);
    }

    /// The base that is not here, of a profile that was given.
    pub(in crate::definitions) fn missing_base(&self, canonical: &str) -> Option<&str> {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        let found = self.unusable.get(url)?;
        let is_meant = version.is_empty() || found.version.as_deref() == Some(version);
        is_meant.then_some(&found.base)
    }

    /// Says what a pack or a package builds on.
    pub(in crate::definitions) fn builds_on(&mut self, origin: Arc<str>, others: Vec<Arc<str>>) {
        self.origins.add(origin, others);
    }

    /// True if `other` is `origin`, or something that it builds on.
    pub(in crate::definitions) fn is_near(&self, origin: &Arc<str>, other: &Arc<str>) -> bool {
        origin == other || self.origins.below(origin).is_some_and(|below| below.contains(other))
    }

    /// The profile that a canonical in the definition of `from` means: without a version, the newest of what the
    /// pack or package of `from` is or builds on.
    pub(in crate::definitions) fn find_for(
        &self,
        canonical: &str,
        from: &Profile,
        names: &Names,
    ) -> Option<&Profile> {
        let near = self.several(canonical).and_then(|slots| {
            let mut versions = self.by_url.get(&*from.url)?.iter();
            let from = versions.find(|slot| slot.version == from.version)?;
            self.nearest(slots, from.origin.as_ref()?)
        });
        near.map_or_else(|| self.find(canonical, names), |slot| slot.body.profile(names))
    }

    /// The same for a definition that came with `origin`.
    pub(in crate::definitions) fn find_in(
        &self,
        canonical: &str,
        origin: Option<&Arc<str>>,
        names: &Names,
    ) -> Option<&Profile> {
        let several = origin.and_then(|origin| Some((self.several(canonical)?, origin)));
        let near = several.and_then(|(slots, origin)| self.nearest(slots, origin));
        near.map_or_else(|| self.find(canonical, names), |slot| slot.body.profile(names))
    }

    /// The versions of a canonical without a version, if there are several.
    fn several(&self, canonical: &str) -> Option<&[Slot]> {
        self.by_url.get(canonical).map(Vec::as_slice).filter(|slots| slots.len() > 1)
    }

    /// The newest that came with `origin`, or with what that builds on.
    fn nearest<'s>(&self, slots: &'s [Slot], origin: &Arc<str>) -> Option<&'s Slot> {
        let below = self.origins.below(origin);
        slots.iter().rev().find(|slot| {
            let own = slot.origin.as_ref();
            own.is_some_and(|it| it == origin || below.is_some_and(|all| all.contains(it)))
        })
    }

    /// The profile that a canonical means: with a version that one, or the newest that begins with it;
    /// without, the newest.
    pub(in crate::definitions) fn find(&self, canonical: &str, names: &Names) -> Option<&Profile> {
        let (url, version) = match canonical.split_once('|') {
            Some((url, version)) => (url, Some(version)),
            None => (canonical, None),
        };
        let slots = self.by_url.get(url)?;
        let fits = |slot: &&Slot| {
            let Some(version) = version else { return true };
            let own = slot.version.as_deref().unwrap_or_default();
            own == version || own.strip_prefix(version).is_some_and(|rest| rest.starts_with('.'))
        };
        slots.iter().rev().find(fits)?.body.profile(names)
    }

    /// True if a profile has that URL, whatever its version; without decoding it.
    pub(in crate::definitions) fn has(&self, url: &str) -> bool {
        self.by_url.contains_key(url)
    }

    /// The profiles that came in no pack, sorted by canonical.
    pub(in crate::definitions) fn compiled(&self) -> Vec<&Profile> {
        let bodies = self.by_url.values().flatten().map(|slot| &slot.body);
        let compiled = bodies.filter_map(|body| match body {
            Body::Compiled(profile) => Some(&**profile),
            Body::Packed(..) => None,
        });
        let mut all: Vec<&Profile> = compiled.collect();
        sort_by(&mut all, |a, b| (&a.url, &a.version).cmp(&(&b.url, &b.version)));
        all
    }

    /// All profiles, sorted by canonical; decodes none.
    pub(in crate::definitions) fn listed<'t>(&'t self, names: &'t Names) -> Vec<Listed<'t>> {
        let slots = self.by_url.values().flatten();
        let listed = slots.filter_map(|slot| {
            Some(Listed { origin: slot.origin.as_deref(), ..slot.body.listed(names)? })
        });
        let mut all: Vec<Listed<'_>> = listed.collect();
        sort_by(&mut all, Ord::cmp);
        all
    }
}

impl Body {
    fn listed<'t>(&'t self, names: &'t Names) -> Option<Listed<'t>> {
        match self {
            Self::Compiled(profile) => Some(Listed {
                url: &profile.url,
                version: profile.version.as_deref(),
                title: &profile.title,
                type_name: names.text(profile.type_name),
                origin: None,
            }),
            Self::Packed(pack, number) => pack.listed(*number),
        }
    }

    fn profile(&self, names: &Names) -> Option<&Profile> {
        match self {
            Self::Compiled(profile) => Some(profile),
            Self::Packed(pack, number) => pack.profile(*number, names).map(|profile| &**profile),
        }
    }
}

/// Versions as semver has them: numbers by value, a pre-release before its release.
fn compare(a: &str, b: &str) -> Ordering {
    let parts = |version: &str| {
        let version = version.split('+').next().unwrap_or_default().to_owned();
        let (core, label) = match version.split_once('-') {
            Some((core, label)) => (core.to_owned(), Some(label.to_owned())),
            None => (version, None),
        };
        let numbers: Vec<u64> = core.split('.').map(|part| part.parse().unwrap_or(0)).collect();
        (numbers, label)
    };
    let ((a_core, a_label), (b_core, b_label)) = (parts(a), parts(b));
    a_core.cmp(&b_core).then_with(|| match (a_label, b_label) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => a.cmp(&b),
    })
}

#[test]
fn orders_versions() {
    let check = |a: &str, b: &str| assert_eq!(compare(a, b), Ordering::Less, "{a} {b}");
    check("1.9.0", "1.10.0");
    check("1.0.0-ballot", "1.0.0");
    check("", "0.1.0");
    check("6.1", "6.1.0");
}
