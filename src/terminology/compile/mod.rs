//! ValueSet and CodeSystem resources to what a question needs of them: for the packs, and for what a
//! user gives at run time.

mod code_system;
mod required;
mod value_set;

pub use required::Coverage;

use super::{Library, concept_map};
use crate::definitions::View;

impl Library {
    /// Adds a ValueSet, a CodeSystem or a ConceptMap. False if it is another resource, or one that is of no use: one
    /// without `url` cannot be referred to, and a code system whose `content` is `not-present` or
    /// `supplement` has no codes.
    pub fn add_resource(&mut self, resource: View<'_>) -> bool {
        let Some(url) = resource.text("url") else { return false };
        let version = resource.text("version").map(Into::into);
        match resource.text("resourceType") {
            Some("ValueSet") => {
                self.value_sets.add(url.into(), version, value_set::compile(resource));
                true
            }
            Some("ConceptMap") => {
                self.concept_maps.add(url.into(), version, concept_map::compile(resource));
                true
            }
            Some("CodeSystem") => {
                let code_system = code_system::compile(resource);
                let is_useful = code_system.is_some();
                if let Some(code_system) = code_system {
                    self.code_systems.add(url.into(), version, code_system);
                }
                is_useful
            }
            _ => false,
        }
    }
}

/// Resources for tests.
#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names, NodeId, Tree};

    /// The tree of a resource.
    pub(in crate::terminology) fn tree(json: &str) -> Tree {
        let mut issues = Issues::new(10);
        let tree = json::parse(json, &Names::default().into(), &Limits::default(), &mut issues);
        assert_eq!(issues.into_sorted(), [], "{json}");
        tree
    }

    /// A library of these resources.
    pub(in crate::terminology) fn library(resources: &[&str]) -> Library {
        let mut library = Library::default();
        for json in resources {
            assert!(library.add_resource(View::new(&tree(json), NodeId::ROOT)), "{json}");
        }
        library
    }

    #[track_caller]
    fn check(json: &str, is_useful: bool) {
        let mut library = Library::default();
        assert_eq!(library.add_resource(View::new(&tree(json), NodeId::ROOT)), is_useful, "{json}");
    }

    #[test]
    fn only_what_can_be_used_is_added() {
        check(r#"{"resourceType":"ValueSet","url":"http://v"}"#, true);
        check(r#"{"resourceType":"ValueSet"}"#, false);
        check(r#"{"resourceType":"CodeSystem","url":"http://s","content":"complete"}"#, true);
        check(r#"{"resourceType":"CodeSystem","url":"http://s","content":"not-present"}"#, false);
        check(r#"{"resourceType":"CodeSystem","content":"complete"}"#, false);
        check(r#"{"resourceType":"Patient"}"#, false);
    }
}
