//! Is a code in a value set? The definition is evaluated in three values: what is not here makes an
//! answer unknown only where the rest does not decide it.

use super::form::Form;
use super::{
    Case, CodeSystem, Codes, Expansion, Include, Select, SystemRef, Terminology, ValueSet, filter,
};

/// The answer to "is this code in this value set".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    In,
    /// It is not.
    Out,
    /// What is needed to tell is not here: the canonical of the value set or code system that is missing.
    Unknown(String),
}

/// Value sets that one question may visit, and how deep they may import each other. A definition that
/// needs more is taken as not here.
const MAX_VISITS: u32 = 1000;
const MAX_DEPTH: usize = 32;

impl Membership {
    fn from_bool(is_in: bool) -> Self {
        if is_in { Self::In } else { Self::Out }
    }

    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::In => Self::In,
            Self::Out => other(),
            Self::Unknown(missing) => match other() {
                Self::In => Self::In,
                _ => Self::Unknown(missing),
            },
        }
    }

    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Out => Self::Out,
            Self::In => other(),
            Self::Unknown(missing) => match other() {
                Self::Out => Self::Out,
                _ => Self::Unknown(missing),
            },
        }
    }

    fn negate(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

/// One question.
pub(super) struct Check<'t> {
    terminology: &'t Terminology,
    code: &'t str,
    visits: u32,
    /// The value sets on the way from the one that was asked for.
    open: Vec<&'t ValueSet>,
}

impl<'t> Check<'t> {
    pub(super) fn new(terminology: &'t Terminology, code: &'t str) -> Self {
        Self { terminology, code, visits: MAX_VISITS, open: Vec::new() }
    }

    /// Whether the value set has the code under any code system.
    pub(super) fn in_any_system(&mut self, canonical: &str) -> Membership {
        let mut systems = Vec::new();
        let missing = self.systems(canonical, &mut systems);
        let start = missing.map_or(Membership::Out, Membership::Unknown);
        systems
            .iter()
            .fold(start, |found, system| found.or(|| self.in_value_set(canonical, system)))
    }

    /// Collects the code systems that the value set may have codes of; gives what is missing to know
    /// them all.
    fn systems(&mut self, canonical: &str, found: &mut Vec<&'t str>) -> Option<String> {
        let Some(value_set) = self.enter(canonical) else { return Some(canonical.to_owned()) };
        let expansion = value_set.expansion.iter().flat_map(|expansion| &expansion.codes);
        found.extend(expansion.map(|(system, _)| &**system));
        let mut missing = (!value_set.is_defined()).then(|| canonical.to_owned());
        for include in value_set.include.iter().flatten() {
            match (&include.system, include.value_sets.first()) {
                (Some(system), _) if found.contains(&&*system.url) => {}
                (Some(system), _) => found.push(&system.url),
                // All imported value sets must have the code, so the systems of the first are enough.
                (None, Some(first)) => missing = self.systems(first, found).or(missing),
                (None, None) => {}
            }
        }
        self.open.pop();
        missing
    }

    /// Whether the value set has the code of that code system.
    pub(super) fn in_value_set(&mut self, canonical: &str, system: &str) -> Membership {
        let Some(value_set) = self.enter(canonical) else {
            return Membership::Unknown(canonical.to_owned());
        };
        let include = value_set.include.as_deref().unwrap_or_default();
        let defined = if value_set.is_defined() {
            self.in_one_of(include, value_set, system)
                .and(|| self.in_one_of(&value_set.exclude, value_set, system).negate())
        } else {
            Membership::Unknown(canonical.to_owned())
        };
        self.open.pop();
        // An expansion is of some day: it says what was in, not what came later. Where it is all there
        // is, it is the definition.
        match (defined, &value_set.expansion) {
            (Membership::Unknown(_), Some(listed)) if self.in_expansion(listed, system) => {
                Membership::In
            }
            (Membership::Out, Some(listed)) if value_set.include.is_none() => {
                Membership::from_bool(self.in_expansion(listed, system))
            }
            (defined, _) => defined,
        }
    }

    /// Takes up a value set. None if it is not here, is on the way already, or costs too much.
    fn enter(&mut self, canonical: &str) -> Option<&'t ValueSet> {
        self.visits = self.visits.checked_sub(1)?;
        let value_set = self.terminology.value_set(canonical)?;
        let is_circle = self.open.iter().any(|open| std::ptr::eq(*open, value_set));
        if is_circle || self.open.len() > MAX_DEPTH {
            return None;
        }
        self.open.push(value_set);
        Some(value_set)
    }

    fn in_expansion(&self, expansion: &Expansion, system: &str) -> bool {
        let mut of_system = expansion.codes.iter().filter(|(of, _)| **of == *system);
        let case = self.case(system, None).unwrap_or(Case::Sensitive);
        of_system.any(|(_, codes)| codes.find(self.code, case).is_some())
    }

    fn in_one_of(
        &mut self,
        includes: &[Include],
        value_set: &ValueSet,
        system: &str,
    ) -> Membership {
        includes.iter().fold(Membership::Out, |found, include| {
            found.or(|| self.in_include(include, value_set, system))
        })
    }

    fn in_include(&mut self, include: &Include, value_set: &ValueSet, system: &str) -> Membership {
        let selected = match &include.system {
            Some(of) if *of.url != *system => Membership::Out,
            Some(of) => self.in_select(of, &include.select, value_set.without_inactive),
            None if include.value_sets.is_empty() => Membership::Out,
            None => Membership::In,
        };
        include
            .value_sets
            .iter()
            .fold(selected, |found, imported| found.and(|| self.in_value_set(imported, system)))
    }

    fn in_select(&self, system: &SystemRef, select: &Select, without_inactive: bool) -> Membership {
        let allows = |found: &CodeSystem, concept| !without_inactive || !found.is_inactive(concept);
        let selectable =
            |found: &CodeSystem, concept| allows(found, concept) && !found.is_abstract(concept);
        match select {
            Select::Codes(codes) => self.in_codes(system, codes).and(|| {
                match self.in_system(system, |found, concept| Some(allows(found, concept))) {
                    Membership::Out if without_inactive => Membership::Out,
                    _ => Membership::In,
                }
            }),
            Select::All => {
                match self.in_system(system, |found, concept| Some(selectable(found, concept))) {
                    Membership::Unknown(missing) => Form::of(&system.url)
                        .and_then(|form| form.has(self.code))
                        .map_or(Membership::Unknown(missing), Membership::from_bool),
                    known => known,
                }
            }
            Select::Filters(filters) => self.in_system(system, |found, concept| {
                let met = filters.iter().map(|filter| filter::meets(found, concept, filter));
                met.fold(Some(selectable(found, concept)), and)
            }),
        }
    }

    /// Whether a value set that lists codes lists this one.
    fn in_codes(&self, system: &SystemRef, codes: &Codes) -> Membership {
        let case = self.case(&system.url, system.version.as_deref());
        match codes.find(self.code, case.unwrap_or_default()) {
            // Only the code system can say that letter case makes no difference.
            Some(at) if case.is_none() && codes.get(at) != self.code => {
                Membership::Unknown(system.url.to_string())
            }
            found => Membership::from_bool(found.is_some()),
        }
    }

    /// Whether a code system has the code, and the concept meets `test`.
    fn in_system(
        &self,
        system: &SystemRef,
        test: impl Fn(&CodeSystem, u32) -> Option<bool>,
    ) -> Membership {
        let version = system.version.as_deref();
        for found in self.terminology.code_systems(&system.url, version) {
            let is_in = match found.find(self.code) {
                Some(concept) => test(found, concept),
                None => found.is_complete.then_some(false),
            };
            if let Some(is_in) = is_in {
                return Membership::from_bool(is_in);
            }
        }
        Membership::Unknown(match version {
            Some(version) => format!("{}|{version}", system.url),
            None => system.url.to_string(),
        })
    }

    /// How codes of that system are compared; none where nothing here says it.
    fn case(&self, system: &str, version: Option<&str>) -> Option<Case> {
        let here = self.terminology.code_systems(system, version).next().map(|found| found.case);
        here.or_else(|| Form::case_of(system))
    }
}

/// And, where None is not known.
fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
