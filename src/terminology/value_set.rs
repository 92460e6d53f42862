//! A value set as its definition has it: what it includes, what it excludes. It is not expanded: a
//! code is tried against the rules, so that code systems may arrive later and large ones cost nothing.

use std::sync::Arc;

use super::Codes;

/// A value set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueSet {
    /// `ValueSet.compose.include`: a code is in if one of them has it. None where there is no `compose`.
    pub include: Option<Vec<Include>>,
    /// `ValueSet.compose.exclude`: a code is out if one of them has it.
    pub exclude: Vec<Include>,
    /// `ValueSet.compose.inactive` is `false`.
    pub without_inactive: bool,
    /// `ValueSet.expansion`.
    pub expansion: Option<Expansion>,
}

/// `ValueSet.compose.include`: a code must meet all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Include {
    /// The code system.
    pub system: Option<SystemRef>,
    /// Which codes of the system.
    pub select: Select,
    /// Canonicals of value sets that must have the code, each of them.
    pub value_sets: Vec<String>,
}

/// A code system, as a value set refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemRef {
    /// `system`.
    pub url: Arc<str>,
    /// `version`, if it says one.
    pub version: Option<Arc<str>>,
}

/// Which codes of a code system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// All of them.
    #[default]
    All,
    /// These.
    Codes(Codes),
    /// Those that meet every filter.
    Filters(Vec<Filter>),
}

/// `ValueSet.compose.include.filter`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// `property`.
    pub property: String,
    /// `op`.
    pub op: Operator,
    /// `value`.
    pub value: String,
}

/// `ValueSet.compose.include.filter.op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equals,
    /// `is-a`
    IsA,
    /// `descendent-of`
    DescendentOf,
    /// `is-not-a`
    IsNotA,
    /// `in`
    In,
    /// `not-in`
    NotIn,
    /// `generalizes`
    Generalizes,
    /// `exists`
    Exists,
    /// `regex`, or one of a later version of FHIR: cannot be decided.
    Other,
}

/// `ValueSet.expansion`: the codes that someone found to be in, at some time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// True if it says that there are more: a page of it, or an endless set.
    pub is_partial: bool,
    /// The codes by code system.
    pub codes: Vec<(Arc<str>, Codes)>,
}

impl ValueSet {
    /// The value set that is all of a code system.
    pub fn whole_system(system: SystemRef) -> Self {
        let include = Include { system: Some(system), ..Include::default() };
        Self { include: Some(vec![include]), ..Self::default() }
    }

    /// The code system that the value set is all of, if it is no more and no less.
    pub fn as_whole_system(&self) -> Option<&SystemRef> {
        let is_plain =
            self.exclude.is_empty() && !self.without_inactive && self.expansion.is_none();
        match self.include.as_deref() {
            Some([Include { system, select: Select::All, value_sets }])
                if is_plain && value_sets.is_empty() =>
            {
                system.as_ref()
            }
            _ => None,
        }
    }

    /// True if it says which codes it has: by its definition, or at least by a whole expansion.
    pub fn is_defined(&self) -> bool {
        self.include.is_some() || self.expansion.as_ref().is_some_and(|found| !found.is_partial)
    }
}

impl Operator {
    /// Every operator that is known, with its FHIR code. The position is its number in a pack.
    const ALL: [(Self, &str); 9] = [
        (Self::Other, "regex"),
        (Self::Equals, "="),
        (Self::IsA, "is-a"),
        (Self::DescendentOf, "descendent-of"),
        (Self::IsNotA, "is-not-a"),
        (Self::In, "in"),
        (Self::NotIn, "not-in"),
        (Self::Generalizes, "generalizes"),
        (Self::Exists, "exists"),
    ];

    /// The operator of that FHIR code.
    pub fn parse(code: &str) -> Self {
        let known = Self::ALL.iter().find(|(_, known)| *known == code);
        known.map_or(Self::Other, |&(operator, _)| operator)
    }

    /// Its number in a pack.
    pub(super) fn number(self) -> u32 {
        Self::ALL.iter().position(|&(operator, _)| operator == self).unwrap_or(0) as u32
    }

    /// The operator of that number.
    pub(super) fn numbered(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).map(|&(operator, _)| operator)
    }
}
