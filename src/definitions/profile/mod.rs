//! Profiles: what a StructureDefinition with `derivation` `constraint` asks beyond the type that it
//! constrains. The walk checks an instance against the type; a profile keeps only what is tighter, so that
//! checking it visits only what it says something about.
//!
//! ```text
//! StructureDefinition -> compile -> Draft -> settle (laid over its base) -> tighten (beside the types) -> Profile -> section of a pack
//! ```

mod codec;
mod compile;
mod discriminator;
mod element;
mod listed;
mod literal;
mod origins;
mod overlay;
mod rows;
mod section;
mod settle;
mod table;
mod tighten;

pub(super) use compile::{Draft, compile};
pub use discriminator::{Discriminator, DiscriminatorKind, PathStep};
pub use element::{
    AdditionalBinding, ProfileBinding, ProfileElement, ProfileType, Slicing, SlicingRules,
};
pub use listed::Listed;
pub use literal::Literal;
pub use rows::Row;
pub(super) use rows::rows;
pub(super) use section::PackProfiles;
pub use section::{NAME as SECTION, write_profiles};
pub(super) use settle::{Settled, settle};
pub(super) use table::{Body, ProfileTable, Slot};
pub(super) use tighten::{KnownTypes, tighten};

use crate::tree::NameId;

/// A profile in compact form.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// `StructureDefinition.url`.
    pub url: Box<str>,
    /// `StructureDefinition.version`.
    pub version: Option<Box<str>>,
    /// `StructureDefinition.title`; its `name` where it has none.
    pub title: Box<str>,
    /// `StructureDefinition.type`: the type that it constrains.
    pub type_name: NameId,
    /// `StructureDefinition.baseDefinition`: the profile, or the type, that it builds on.
    pub base: Option<Box<str>>,
    /// True if no instance is meant to be of this profile alone.
    pub is_abstract: bool,
    /// The root element, with those below that say something.
    pub root: ProfileElement,
    /// Where an extension may stand; none for profiles of other types.
    pub extension: Option<ExtensionUse>,
}

/// Where an extension may be used (`StructureDefinition.context`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtensionUse {
    /// It may stand where one of these holds; empty for anywhere.
    pub contexts: Vec<Context>,
    /// `contextInvariant`: FHIRPath on the element that has the extension; each must be true.
    pub invariants: Vec<Box<str>>,
    /// True for one that must stand in `modifierExtension`.
    pub is_modifier: bool,
}

/// `StructureDefinition.context`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// How `expression` is meant.
    pub kind: ContextKind,
    /// A path, a URL or FHIRPath.
    pub expression: Box<str>,
}

/// `StructureDefinition.context.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextKind {
    /// An element by path or type, or `url#id` in a profile.
    Element,
    /// In the extension with that URL, or `url#code` in a part of it.
    Extension,
    /// Where the FHIRPath expression, run on the resource, leads.
    FhirPath,
}

impl Profile {
    /// `url|version`, or the URL where there is no version.
    pub fn canonical(&self) -> String {
        match &self.version {
            Some(version) => format!("{}|{version}", self.url),
            None => self.url.to_string(),
        }
    }

    /// The element that a path of names leads to from the root: what a `contentReference` means.
    pub fn element_at(&self, path: &[NameId]) -> Option<&ProfileElement> {
        path.iter().try_fold(&self.root, |element, &name| element.child(name))
    }
}
