//! "Did you mean" for codes.

use super::{Include, Membership, Select, Terminology, ValueSet};
use crate::issue::nearest;
use crate::sort::sort_and_dedup;

/// Codes that are looked at for one suggestion: enough for every value set that people type by hand.
const MAX_CODES: usize = 1000;

/// A value set of so few codes is shown whole where none is near.
const SMALL: usize = 8;

/// How deep value sets may import each other here.
const MAX_DEPTH: u32 = 4;

impl Terminology {
    /// Codes of the value set that are near `code` (a typing error, another letter case), nearest
    /// first; at most three, and only one where letter case is all that differs. Where none is near, all
    /// codes of a small value set. With `system`, only codes of that code system.
    pub fn suggest(&self, value_set: &str, system: Option<&str>, code: &str) -> Vec<String> {
        let mut known = Vec::new();
        self.collect(value_set, system, MAX_DEPTH, &mut known);
        known.truncate(MAX_CODES);
        let mut found = nearest(code, known.iter().copied());
        if found.is_empty() && known.len() <= SMALL {
            found = known.into_iter().map(str::to_owned).collect();
            sort_and_dedup(&mut found);
        }
        // A code may be excluded, abstract, or in one of two value sets that must both have it.
        found.retain(|near| self.validate_code(value_set, system, near) == Membership::In);
        if found.first().is_some_and(|near| near.to_lowercase() == code.to_lowercase()) {
            found.truncate(1);
        }
        found
    }

    /// The codes that the definition of the value set speaks of, in it or not.
    fn collect<'t>(
        &'t self,
        canonical: &str,
        system: Option<&str>,
        depth: u32,
        found: &mut Vec<&'t str>,
    ) {
        let Some(value_set) = self.value_set(canonical) else { return };
        let ValueSet { include, expansion, .. } = value_set;
        let listed = expansion.iter().flat_map(|expansion| &expansion.codes);
        let of_system = listed.filter(|(of, _)| system.is_none_or(|it| it == &**of));
        found.extend(of_system.flat_map(|(_, codes)| codes.iter()));
        for Include { system: of, select, value_sets } in include.iter().flatten() {
            if found.len() > MAX_CODES || depth == 0 {
                return;
            }
            let Some(of) = of else {
                for imported in value_sets {
                    self.collect(imported, system, depth - 1, found);
                }
                continue;
            };
            if system.is_some_and(|system| system != &*of.url) {
                continue;
            }
            match select {
                Select::Codes(codes) => found.extend(codes.iter()),
                Select::All | Select::Filters(_) => {
                    let systems = self.code_systems(&of.url, of.version.as_deref());
                    found.extend(systems.flat_map(|system| system.codes.iter()).take(MAX_CODES));
                }
            }
        }
    }
}
