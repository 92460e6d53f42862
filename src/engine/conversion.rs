//! How a message is to be converted: options, and what they mean to the maps.

use serde::Deserialize;

use super::Error;
use super::options::read_present;
use super::systems::Systems;
use crate::convert::v2::{ASSIGNING_AUTHORITY, BundleKind};
use crate::mapping::{HasForm, Settings};
use crate::terminology::{ConceptMap, MapGroup, Mapped, Relationship};
use crate::validate::rules::primitive::{self, Primitive};

/// Options of one conversion. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConvertOptions {
    /// How many findings to list at most, of the message and of the result each.
    pub max_issues: usize,
    /// The canonical of the map, in place of the one for the structure of the message.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub map: Option<String>,
    /// What ids are made from besides the content; without it, from the content only.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub seed: Option<String>,
    /// The present, for maps that ask, such as the time of the transformation in Provenance:
    /// `2026-02-03T10:20:30.000+01:00`. The engine reads no clock.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub now: Option<String>,
    /// The offset of times that the message gives without one, such as `+01:00`. Without it, they lose the
    /// time, since FHIR has none without an offset.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub default_zone: Option<String>,
    /// The systems of identifiers, by who assigns them: the namespace or the universal id of the assigning authority.
    pub systems: Systems,
    /// Canonicals of profiles that resources of the result claim (`meta.profile`) where they meet them, such as those
    /// of US Core, which the engine then has to know; one that ends with `/` stands for all that begin with it. An element
    /// that they require and the message does not have says that it is not known, where that can be said.
    pub claim: Vec<String>,
    /// Which Bundle is made of what the map made.
    pub bundle: BundleKind,
    /// Whether to tell where the values of the result come from: by far the largest part of an answer.
    pub lineage: bool,
    /// Whether to validate the result.
    pub validate: bool,
    /// Replace values of the message in the texts of findings by their length.
    pub mask_values: bool,
}

impl Default for ConvertOptions {
    fn default() -> Self {
        Self {
            max_issues: 1000,
            map: None,
            seed: None,
            now: None,
            default_zone: None,
            systems: Systems::new(),
            claim: Vec::new(),
            bundle: BundleKind::default(),
            lineage: true,
            validate: true,
            mask_values: false,
        }
    }
}

impl ConvertOptions {
    /// The tables that maps look into, besides those that the engine has; `known` are the systems of identifiers that it
    /// was told of.
    pub(super) fn tables(&self, known: &Systems) -> Vec<(String, ConceptMap)> {
        if self.systems.is_empty() && known.is_empty() {
            return Vec::new();
        }
        let mapped = |system: &String| Mapped {
            code: system.clone(),
            display: None,
            relationship: Relationship::Equivalent,
        };
        let others = known.iter().filter(|(name, _)| !self.systems.contains_key(*name));
        let entries =
            self.systems.iter().chain(others).map(|(name, system)| (name.clone(), mapped(system)));
        let mut table = ConceptMap::default();
        table.add(MapGroup::new("", "", entries.collect()));
        vec![(ASSIGNING_AUTHORITY.to_owned(), table)]
    }

    /// Says what is wrong with the options, before the first message does.
    ///
    /// # Errors
    /// `options` where the zone is no offset, or the present is no date and time.
    pub fn check(&self) -> Result<(), Error> {
        read_present(self.now.as_ref())?;
        match self.default_zone.as_deref().filter(|zone| !is_offset(zone)) {
            Some(zone) => {
                let message =
                    format!("The default zone is `{zone}`: write an offset, such as `+01:00`");
                Err(Error::new("options", message))
            }
            None => Ok(()),
        }
    }

    /// What a run of the map needs to know.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub(super) fn settings<'a>(
        &'a self,
        tables: &'a [(String, ConceptMap)],
        has_form: &'a HasForm<'a>,
    ) -> Result<Settings<'a>, Error> {
        self.check()?;
        Ok(Settings { has_form: Some(has_form), zone: self.default_zone.as_deref(), tables })
    }
}

/// `Z` or `+01:00`, as FHIR has them.
fn is_offset(text: &str) -> bool {
    let instant = format!("2000-01-01T00:00:00{text}");
    text.starts_with(['Z', '+', '-']) && primitive::check(Primitive::Instant, &instant).is_none()
}
