//! Of all that is known, what a pack needs: the value sets that elements are bound to, and what
//! these refer to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::form::Form;
use super::super::{Include, Library, Select, SystemRef, Terminology, ValueSet, split_canonical};

/// How much of a value set is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every code is listed.
    Listed,
    /// Whether a code is in follows from its form.
    ByForm,
    /// Some codes can be decided; the argument is the code system or value set that others need.
    Partly(String),
    /// Nothing is known of it.
    Missing,
}

/// Numbers of entries.
#[derive(Default)]
struct Wanted {
    value_sets: BTreeSet<usize>,
    code_systems: BTreeSet<usize>,
}

impl Wanted {
    fn value_set(&mut self, library: &Library, canonical: &str) {
        let (url, version) = split_canonical(canonical);
        let Some(index) = library.value_sets.find(url, version) else { return };
        if !self.value_sets.insert(index) {
            return;
        }
        let Some(value_set) = library.get(&library.value_sets, index) else { return };
        for include in value_set.include.iter().flatten().chain(&value_set.exclude) {
            if let Some(system) = &include.system
                && (value_set.without_inactive || !matches!(include.select, Select::Codes(_)))
            {
                let found = library.code_systems.find(&system.url, system.version.as_deref());
                self.code_systems.extend(found);
            }
            for imported in &include.value_sets {
                self.value_set(library, imported);
            }
        }
    }
}

impl Library {
    /// The value sets with these canonicals and all that they refer to, in an order that packs well. A
    /// value set that is not here is left out: [`Library::coverage`] tells.
    ///
    /// What is kept is fixed: a value set that takes whole code systems of its own version stays with
    /// that version, whatever an engine learns later.
    #[must_use]
    pub fn require<'c>(self, canonicals: impl IntoIterator<Item = &'c str>) -> Self {
        let mut wanted = Wanted::default();
        for canonical in canonicals {
            wanted.value_set(&self, canonical);
        }
        let Wanted { value_sets, code_systems } = wanted;
        let mut kept = Self {
            value_sets: self.value_sets.keep(&value_sets.into_iter().collect::<Vec<_>>()),
            code_systems: self.code_systems.keep(&code_systems.into_iter().collect::<Vec<_>>()),
            ..self
        };
        kept.fix();
        kept
    }

    /// Leaves out what `known` has already.
    #[must_use]
    pub fn without(self, known: &Terminology) -> Self {
        let known = |has: &dyn Fn(&Library) -> bool| known.libraries.iter().any(|it| has(it));
        Self {
            value_sets: self
                .value_sets
                .without(|url, version| known(&|library| library.value_sets.has(url, version))),
            code_systems: self
                .code_systems
                .without(|url, version| known(&|library| library.code_systems.has(url, version))),
            ..self
        }
    }

    /// Fixes versions, and leaves out what no question will ask for.
    fn fix(&mut self) {
        let mut value_sets = std::mem::take(&mut self.value_sets);
        for entry in &mut value_sets.entries {
            let version = entry.version.clone();
            let Some(value_set) = entry.value_mut() else { continue };
            for include in value_set.include.iter_mut().flatten().chain(&mut value_set.exclude) {
                if let Some(system) = &mut include.system {
                    self.fix_version(system, version.as_ref());
                }
            }
            let is_partial = value_set.expansion.as_ref().is_some_and(|it| it.is_partial);
            if value_set.include.is_some() && (is_partial || self.lacks(value_set).is_none()) {
                value_set.expansion = None;
            }
        }
        value_sets.sort();
        self.value_sets = value_sets;
        self.code_systems.sort();
    }

    fn fix_version(&self, system: &mut SystemRef, version: Option<&Arc<str>>) {
        let is_here =
            |version: &&Arc<str>| self.code_systems.find(&system.url, Some(version)).is_some();
        if system.version.is_none() {
            system.version = version.filter(is_here).cloned();
        }
    }

    /// How much of the value set with that canonical is here.
    pub fn coverage(&self, canonical: &str) -> Coverage {
        let (url, version) = split_canonical(canonical);
        let Some(value_set) = self.value_set(url, version) else { return Coverage::Missing };
        if let Some(lacking) = self.lacks(value_set) {
            return Coverage::Partly(lacking);
        }
        let includes = value_set.include.iter().flatten();
        let systems =
            includes.filter(|it| it.select == Select::All).filter_map(|it| it.system.as_ref());
        let mut forms = systems.filter(|system| self.code_system(&system.url, None).is_none());
        if forms.next().is_some() { Coverage::ByForm } else { Coverage::Listed }
    }

    /// What is lacking to tell of every code whether the value set has it.
    fn lacks(&self, value_set: &ValueSet) -> Option<String> {
        let includes = value_set.include.as_ref()?;
        includes.iter().chain(&value_set.exclude).find_map(|include| {
            let imported = include.value_sets.iter().find_map(|canonical| {
                matches!(self.coverage(canonical), Coverage::Missing | Coverage::Partly(_))
                    .then(|| canonical.clone())
            });
            imported.or_else(|| self.lacks_system(include))
        })
    }

    fn lacks_system(&self, include: &Include) -> Option<String> {
        let system = include.system.as_ref()?;
        let found = self.code_system(&system.url, system.version.as_deref());
        let is_enough = match &include.select {
            Select::Codes(_) => true,
            _ if found.is_some_and(|found| found.is_complete) => true,
            Select::All => Form::of(&system.url).is_some_and(Form::is_decisive),
            Select::Filters(_) => false,
        };
        (!is_enough).then(|| system.url.to_string())
    }
}
