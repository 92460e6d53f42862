//! Where each part of a result comes from, and what of the source was used.

use crate::tree::{Kind, NodeId, Tree};

/// No node, no rule.
const NONE: u32 = u32::MAX;

/// What made a node: a rule, and the node of the source that it was reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    rule: u32,
    source: u32,
}

impl Origin {
    /// From a node of the source, by a rule.
    pub fn new(rule: u32, source: Option<NodeId>) -> Self {
        Self { rule, source: source.map_or(NONE, |node| node.index() as u32) }
    }

    /// The rule, by its number in the program.
    pub fn rule(self) -> Option<u32> {
        Some(self.rule).filter(|&rule| rule != NONE)
    }

    /// The node of the source; none where the rule has it from nowhere, as for a constant default.
    pub fn source(self) -> Option<NodeId> {
        (self.source != NONE).then_some(NodeId(self.source))
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self { rule: NONE, source: NONE }
    }
}

/// What a run keeps of where things come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// Which values of the source something was made of.
    Taken,
    /// For each node of the result, where it comes from, too.
    Origins,
}

/// For each node of a result, where it comes from.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    origins: Vec<Origin>,
    has_origins: bool,
    /// For each node of the source, whether something was made of it.
    taken: Vec<bool>,
}

impl Lineage {
    /// None where nothing is kept.
    pub(super) fn new(keep: Keep, source: &Tree) -> Option<Self> {
        let (origins, taken) = (Vec::new(), vec![false; source.len()]);
        let has_origins = keep == Keep::Origins;
        (keep != Keep::Nothing).then_some(Self { origins, has_origins, taken })
    }

    /// Where a node of the result comes from. None for what no rule made by itself, such as arrays, and where that was not
    /// kept.
    pub fn origin(&self, node: NodeId) -> Option<Origin> {
        self.origins.get(node.index()).copied().filter(|origin| origin.rule().is_some())
    }

    /// True if something was made of the node of the source.
    pub fn is_taken(&self, source: NodeId) -> bool {
        self.taken.get(source.index()).copied().unwrap_or(false)
    }

    /// The values of the source that nothing was made of, in document order: `source` is its tree. What the tree has
    /// beside the values, such as `resourceType`, and explicit nulls are no values.
    pub fn unmapped<'t>(&'t self, source: &'t Tree) -> impl Iterator<Item = NodeId> + 't {
        let is_value = |&node: &NodeId| {
            let has_value = !matches!(
                source.kind(node),
                Kind::Object | Kind::Array | Kind::Null | Kind::Damaged
            );
            has_value && !source.value(node).is_empty() && source.name_text(node) != "resourceType"
        };
        let nodes = (0..source.len() as u32).map(NodeId);
        nodes.filter(move |&node| !self.is_taken(node)).filter(is_value)
    }

    /// Notes where a node of the result comes from: after those before it.
    pub(super) fn add(&mut self, node: usize, origin: Origin) {
        if self.has_origins {
            // What comes between has no rule.
            self.origins.resize(node, Origin::default());
            self.origins.push(origin);
        }
    }

    /// Notes that something was made of a node.
    pub(super) fn take(&mut self, source: NodeId) {
        if let Some(taken) = self.taken.get_mut(source.index()) {
            *taken = true;
        }
    }

    /// Takes back what [`Self::take`] noted: what was made of the node is not in the result.
    pub(super) fn release(&mut self, source: NodeId) {
        if let Some(taken) = self.taken.get_mut(source.index()) {
            *taken = false;
        }
    }
}
