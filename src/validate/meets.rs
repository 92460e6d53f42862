//! What keeps one resource of a tree from meeting a profile.

use std::rc::Rc;

use super::path::Step;
use super::walk::Walk;
use super::{Settings, Shared, Validator};
use crate::cursor::{Cursor, Target};
use crate::definitions::ShapeId;
use crate::definitions::profile::Profile;
use crate::format::Format;
use crate::issue::{Code, Issue, Issues, Severity};
use crate::tree::{NodeId, Tree};

/// How many findings are kept.
const FINDINGS: usize = 100;

impl Validator {
    /// The errors of the resource at `node` against a profile, and what of it was not checked; what its type says is not asked again.
    /// Locations begin at the resource. `shared` is what is known of the tree, for all that is asked of it.
    pub fn misses<'a>(
        &'a self,
        (tree, node): (&'a Tree, NodeId),
        profile: &'a Profile,
        shared: &Rc<Shared>,
    ) -> Vec<Issue> {
        let Some(type_id) = self.definitions().type_named(profile.type_name) else {
            return Vec::new();
        };
        let mut issues = Issues::new(FINDINGS);
        let known = (tree, shared.clone());
        let mut walk = Walk::new(self, known, Format::Json, Settings::default(), &mut issues);
        walk.scope = Some(walk.scope_of(node));
        walk.claimed = Some(profile);
        walk.path.push(Step::Name(profile.type_name));
        let shape = ShapeId { type_id, index: 0 };
        let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
        walk.check_profile(cursor, profile);
        let keeps = |issue: &Issue| {
            issue.severity >= Severity::Error || issue.code == Code::ProfileNotChecked
        };
        issues.into_sorted().into_iter().filter(keeps).collect()
    }
}
