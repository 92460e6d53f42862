//! Which codes a value set has: those of its code systems that are here, each asked for.

use super::{Membership, Select, Terminology, ValueSet};

/// Codes that are asked for at most; a value set that needs more is taken as not here.
const CANDIDATES: usize = 50_000;
/// How deep value sets may import each other.
const DEPTH: u32 = 16;

impl Terminology {
    /// The codes of the value set with that canonical, with their systems, in the order of its definition. None
    /// where that cannot be said: something that it needs is not here, or it is too large.
    pub fn expand(&self, canonical: &str) -> Option<Vec<(&str, &str)>> {
        let mut all = Vec::new();
        self.candidates(self.value_set(canonical)?, 0, &mut all)?;
        let mut known = std::collections::HashSet::new();
        all.retain(|candidate| known.insert(*candidate));
        let mut members = Vec::with_capacity(all.len());
        for (system, code) in all {
            match self.validate_code(canonical, Some(system), code) {
                Membership::In => members.push((system, code)),
                Membership::Out => {}
                Membership::Unknown(_) => return None,
            }
        }
        Some(members)
    }

    /// Every code that may be in; whether it is, is asked then.
    fn candidates<'t>(
        &'t self,
        value_set: &'t ValueSet,
        depth: u32,
        all: &mut Vec<(&'t str, &'t str)>,
    ) -> Option<()> {
        if depth > DEPTH || !value_set.is_defined() {
            return None;
        }
        let Some(includes) = &value_set.include else {
            for (system, codes) in &value_set.expansion.as_ref()?.codes {
                all.extend(codes.iter().map(|code| (&**system, code)));
            }
            return Some(());
        };
        for include in includes {
            match (&include.system, &include.select) {
                (Some(system), Select::Codes(codes)) => {
                    all.extend(codes.iter().map(|code| (&*system.url, code)));
                }
                (Some(system), _) => {
                    let mut found = self.code_systems(&system.url, system.version.as_deref());
                    let found = found.find(|found| found.is_complete)?;
                    all.extend(found.codes.iter().map(|code| (&*system.url, code)));
                }
                // All imported value sets must have the code: the codes of the first are enough.
                (None, _) => {
                    let first = include.value_sets.first()?;
                    self.candidates(self.value_set(first)?, depth + 1, all)?;
                }
            }
            if all.len() > CANDIDATES {
                return None;
            }
        }
        Some(())
    }
}
