//! A code system as far as it decides about codes: which there are, how they are compared, how they
//! are arranged, and the properties that filters look at.

use std::sync::Arc;

use super::codes::{Case, Codes};

/// A code system whose codes are here, all of them or some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeSystem {
    /// How codes are compared.
    pub case: Case,
    /// False for `CodeSystem.content` of `fragment` or `example`: there are codes that are not here.
    pub is_complete: bool,
    /// The codes. All positions below are positions in this list.
    pub codes: Codes,
    /// Concepts that only group others (`notSelectable`), sorted.
    pub abstracts: Vec<u32>,
    /// Concepts that are no longer to be used, sorted.
    pub inactives: Vec<u32>,
    /// Each concept with one that it is directly below, sorted.
    pub parents: Vec<(u32, u32)>,
    /// `CodeSystem.concept.property`, sorted by concept.
    pub properties: Vec<Property>,
    /// What concepts are called, sorted by concept. None where that was not kept: packs have it for small
    /// code systems only.
    pub displays: Option<Vec<Display>>,
}

/// A name of a concept: `CodeSystem.concept.display`, or a `designation` beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display {
    /// Position of the concept.
    pub concept: u32,
    /// The language of the designation, or of the code system.
    pub language: Option<Arc<str>>,
    /// The text.
    pub text: Box<str>,
    /// True for a `designation`.
    pub is_designation: bool,
}

/// A property of a concept, with its value as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property {
    /// Position of the concept.
    pub concept: u32,
    /// `CodeSystem.concept.property.code`.
    pub code: String,
    /// `CodeSystem.concept.property.value[x]`: the code, text, number or date as written.
    pub value: String,
}

impl CodeSystem {
    /// Where the code stands, if it is here.
    pub fn find(&self, code: &str) -> Option<u32> {
        self.codes.find(code, self.case)
    }

    /// True for a concept that only groups others and that no instance may use.
    pub fn is_abstract(&self, concept: u32) -> bool {
        self.abstracts.binary_search(&concept).is_ok()
    }

    /// True for a concept that is no longer to be used.
    pub fn is_inactive(&self, concept: u32) -> bool {
        self.inactives.binary_search(&concept).is_ok()
    }

    /// The concepts that this one is directly below.
    pub fn parents(&self, concept: u32) -> impl Iterator<Item = u32> {
        let start = self.parents.partition_point(|&(child, _)| child < concept);
        let pairs = self.parents[start..].iter();
        pairs.take_while(move |&&(child, _)| child == concept).map(|&(_, parent)| parent)
    }

    /// The properties of the concept.
    pub fn properties(&self, concept: u32) -> impl Iterator<Item = &Property> {
        let start = self.properties.partition_point(|property| property.concept < concept);
        self.properties[start..].iter().take_while(move |property| property.concept == concept)
    }

    /// The names of the concept, its `display` before its designations; none where names were not kept.
    pub fn displays(&self, concept: u32) -> Option<&[Display]> {
        let all = self.displays.as_deref()?;
        let start = all.partition_point(|display| display.concept < concept);
        let count = all[start..].partition_point(|display| display.concept == concept);
        all.get(start..start + count)
    }

    /// True if `concept` is `ancestor` or below it, by any way. Ends even where the definition has a circle.
    pub fn is_a(&self, concept: u32, ancestor: u32) -> bool {
        let mut reached = vec![concept];
        let mut next = 0;
        while let Some(&current) = reached.get(next) {
            if current == ancestor {
                return true;
            }
            next += 1;
            for parent in self.parents(current) {
                if !reached.contains(&parent) {
                    reached.push(parent);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concept_is_below_all_its_ancestors() {
        let codes = Codes::new(["a", "b", "c", "d"]);
        // d is below b and c, these are below a; and, wrongly, a is below d.
        let parents = vec![(0, 3), (1, 0), (2, 0), (3, 1), (3, 2)];
        let system = CodeSystem { codes, parents, ..CodeSystem::default() };
        assert!(system.is_a(3, 0));
        assert!(system.is_a(3, 2));
        assert!(system.is_a(1, 1));
        assert!(!system.is_a(1, 9));
        assert_eq!(system.parents(3).collect::<Vec<_>>(), [1, 2]);
    }
}
