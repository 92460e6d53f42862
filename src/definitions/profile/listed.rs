//! A profile in a list: what is known of it without decoding it.

use super::codec::ABSENT;
use super::{Profile, ProfileElement};
use crate::tree::Names;

/// What a list says of a profile, without decoding it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed<'d> {
    /// `StructureDefinition.url`.
    pub url: &'d str,
    /// `StructureDefinition.version`.
    pub version: Option<&'d str>,
    /// `StructureDefinition.title`; its `name` where it has none.
    pub title: &'d str,
    /// `StructureDefinition.type`.
    pub type_name: &'d str,
    /// The pack or the package (`name#version`) that it came with; none for one that was given by itself.
    pub origin: Option<&'d str>,
}

impl Listed<'_> {
    /// The profile, as far as that says it.
    pub(super) fn head(&self, names: &Names) -> Profile {
        Profile {
            url: self.url.into(),
            version: self.version.map(Into::into),
            title: self.title.into(),
            type_name: names.find(self.type_name).unwrap_or(ABSENT),
            base: None,
            is_abstract: false,
            root: ProfileElement::default(),
            extension: None,
        }
    }
}
