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
const MAX_DEPTH: u32 = 32;

const SNOMED_CT: &str = "http://snomed.info/sct";

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

/// A value set, and those that led to it.
struct Open<'o> {
    value_set: &'o ValueSet,
    canonical: &'o str,
    outer: Option<&'o Open<'o>>,
    depth: u32,
}

impl Open<'_> {
    /// True if the value set imports itself on the way to here.
    fn is_open(&self, value_set: &ValueSet) -> bool {
        std::ptr::eq(self.value_set, value_set)
            || self.outer.is_some_and(|outer| outer.is_open(value_set))
    }
}

/// One question.
pub(super) struct Check<'t> {
    terminology: &'t Terminology,
    system: &'t str,
    code: &'t str,
    visits: u32,
}

impl<'t> Check<'t> {
    /// Whether the value set has the code of that code system; without one, of any.
    pub(super) fn ask(
        terminology: &'t Terminology,
        canonical: &str,
        system: Option<&'t str>,
        code: &'t str,
    ) -> Membership {
        let mut check = Self { terminology, system: "", code, visits: MAX_VISITS };
        let Some(value_set) = terminology.value_set(canonical) else {
            // One of SNOMED CT that its URL defines (R4 snomedct.html#implicit) has no codes of other systems.
            let implied = canonical.split_once("?fhir_vs").map(|(system, _)| system);
            return match (implied, system) {
                (Some(SNOMED_CT), Some(system)) if system != SNOMED_CT => Membership::Out,
                _ => Membership::Unknown(canonical.to_owned()),
            };
        };
        // What nearly every question is about, without the lists that the others need.
        if let (None, Some(whole)) = (system, value_set.as_whole_system()) {
            return check.in_select(whole, &Select::All, false);
        }
        let mut systems = Vec::new();
        let missing = match system {
            Some(system) => {
                systems.push(system);
                None
            }
            None => check.systems(value_set, canonical, &mut systems),
        };
        let start = missing.map_or(Membership::Out, Membership::Unknown);
        let open = Open { value_set, canonical, outer: None, depth: 0 };
        systems.into_iter().fold(start, |found, system| {
            check.system = system;
            found.or(|| check.decide(&open))
        })
    }

    /// Collects the code systems that the value set may have codes of; gives what is missing to know
    /// them all.
    fn systems(
        &self,
        value_set: &'t ValueSet,
        canonical: &str,
        found: &mut Vec<&'t str>,
    ) -> Option<String> {
        let mut missing = None;
        let mut reached = vec![(canonical, value_set)];
        let mut next = 0;
        while let Some(&(canonical, value_set)) = reached.get(next) {
            next += 1;
            if !value_set.is_defined() {
                missing = Some(canonical.to_owned());
            }
            let expansion = value_set.expansion.iter().flat_map(|expansion| &expansion.codes);
            found.extend(expansion.map(|(system, _)| &**system));
            for include in value_set.include.iter().flatten() {
                match (&include.system, include.value_sets.first()) {
                    (Some(system), _) if found.contains(&&*system.url) => {}
                    (Some(system), _) => found.push(&system.url),
                    // All imported value sets must have the code: the systems of the first are enough.
                    (None, Some(first)) if reached.iter().all(|(known, _)| known != first) => {
                        match self.terminology.value_set(first) {
                            Some(set) if next < MAX_VISITS as usize => reached.push((first, set)),
                            _ => missing = Some(first.clone()),
                        }
                    }
                    (None, _) => {}
                }
            }
        }
        missing
    }

    /// Whether an imported value set has the code.
    fn in_value_set(&mut self, canonical: &str, outer: &Open<'_>) -> Membership {
        let left = self.visits.checked_sub(1);
        self.visits = left.unwrap_or_default();
        let depth = outer.depth + 1;
        let is_affordable = left.is_some() && depth <= MAX_DEPTH;
        let found = self.terminology.value_set(canonical);
        match found.filter(|value_set| is_affordable && !outer.is_open(value_set)) {
            Some(value_set) => {
                self.decide(&Open { value_set, canonical, outer: Some(outer), depth })
            }
            None => Membership::Unknown(canonical.to_owned()),
        }
    }

    fn decide(&mut self, open: &Open<'_>) -> Membership {
        let &Open { value_set, canonical, .. } = open;
        let include = value_set.include.as_deref().unwrap_or_default();
        let defined = if value_set.is_defined() {
            self.in_one_of(include, open).and(|| self.in_one_of(&value_set.exclude, open).negate())
        } else {
            Membership::Unknown(canonical.to_owned())
        };
        // An expansion is of some day: it says what was in, not what came later. Where it is all there
        // is, it is the definition.
        match (defined, &value_set.expansion) {
            (Membership::Unknown(_), Some(listed)) if self.in_expansion(listed) => Membership::In,
            (Membership::Out, Some(listed)) if value_set.include.is_none() => {
                Membership::from_bool(self.in_expansion(listed))
            }
            (defined, _) => defined,
        }
    }

    fn in_expansion(&self, expansion: &Expansion) -> bool {
        let mut of_system = expansion.codes.iter().filter(|(of, _)| **of == *self.system);
        let case = self.case(self.system, None).unwrap_or(Case::Sensitive);
        of_system.any(|(_, codes)| codes.find(self.code, case).is_some())
    }

    fn in_one_of(&mut self, includes: &[Include], open: &Open<'_>) -> Membership {
        includes
            .iter()
            .fold(Membership::Out, |found, include| found.or(|| self.in_include(include, open)))
    }

    fn in_include(&mut self, include: &Include, open: &Open<'_>) -> Membership {
        let selected = match &include.system {
            Some(of) if *of.url != *self.system => Membership::Out,
            Some(of) => self.in_select(of, &include.select, open.value_set.without_inactive),
            None if include.value_sets.is_empty() => Membership::Out,
            None => Membership::In,
        };
        include
            .value_sets
            .iter()
            .fold(selected, |found, imported| found.and(|| self.in_value_set(imported, open)))
    }

    fn in_select(&self, system: &SystemRef, select: &Select, without_inactive: bool) -> Membership {
        let allows = |found: &CodeSystem, concept| !without_inactive || !found.is_inactive(concept);
        let selectable =
            |found: &CodeSystem, concept| allows(found, concept) && !found.is_abstract(concept);
        match select {
            Select::Codes(codes) if !without_inactive => self.in_codes(system, codes),
            Select::Codes(codes) => self.in_codes(system, codes).and(|| {
                match self.in_system(system, |found, concept| Some(allows(found, concept))) {
                    Membership::Out => Membership::Out,
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
