//! ValueSet and CodeSystem resources to what a question needs of them: for the packs, and for what a
//! user gives at run time.

mod code_system;
mod required;
mod value_set;

pub use required::{Coverage, compile};

use super::Library;
use crate::tree::{Kind, NodeId, Tree};

impl Library {
    /// Adds a ValueSet or a CodeSystem, or all that a Bundle holds. Gives how many that were; one
    /// without `url` cannot be referred to, and a code system without codes (`content` is
    /// `not-present` or `supplement`) has nothing to add.
    pub fn add_resource(&mut self, tree: &Tree, node: NodeId) -> usize {
        match tree.child_text(node, "resourceType") {
            Some("ValueSet") => usize::from(self.add_value_set(tree, node)),
            Some("CodeSystem") => usize::from(self.add_code_system(tree, node)),
            Some("Bundle") => {
                let entries = items(tree, node, "entry");
                let resources = entries.filter_map(|entry| tree.child(entry, "resource"));
                resources.map(|resource| self.add_resource(tree, resource)).sum()
            }
            _ => 0,
        }
    }

    fn add_value_set(&mut self, tree: &Tree, node: NodeId) -> bool {
        let Some(url) = tree.child_text(node, "url") else { return false };
        let version = tree.child_text(node, "version");
        self.value_sets.add(url, version, value_set::compile(tree, node));
        true
    }

    fn add_code_system(&mut self, tree: &Tree, node: NodeId) -> bool {
        let Some(url) = tree.child_text(node, "url") else { return false };
        let Some(code_system) = code_system::compile(tree, node) else { return false };
        self.code_systems.add(url, tree.child_text(node, "version"), code_system);
        true
    }
}

/// The entries of an element that repeats; none where it is absent.
fn items<'t>(tree: &'t Tree, node: NodeId, name: &str) -> impl Iterator<Item = NodeId> + 't {
    let list = tree.child(node, name).filter(|&list| tree.kind(list) == Kind::Array);
    list.into_iter().flat_map(|list| tree.children(list))
}

/// The value of a boolean element.
fn flag(tree: &Tree, node: NodeId, name: &str) -> Option<bool> {
    match tree.kind(tree.child(node, name)?) {
        Kind::True => Some(true),
        Kind::False => Some(false),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names};

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
            assert_eq!(library.add_resource(&tree(json), NodeId::ROOT), 1, "{json}");
        }
        library
    }

    #[test]
    fn a_bundle_is_what_it_holds() {
        let mut library = Library::default();
        let bundle = tree(
            r#"{"resourceType":"Bundle","entry":[
                {"resource":{"resourceType":"ValueSet","url":"http://v"}},
                {"resource":{"resourceType":"CodeSystem","url":"http://s","content":"complete"}},
                {"resource":{"resourceType":"CodeSystem","url":"http://t","content":"not-present"}},
                {"resource":{"resourceType":"ValueSet"}},
                {"resource":{"resourceType":"Patient"}}, {}]}"#,
        );
        assert_eq!(library.add_resource(&bundle, NodeId::ROOT), 2);
        assert_eq!(library.len(), (1, 1));
    }
}
