//! What the walks of one tree share: that of a validation, and those that `conformsTo()` starts in its constraints.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::cursor::References;
use crate::tree::{NodeId, Tree};

/// Steps that the constraints of one input may take together: so many, and for each of its nodes so many.
const STEPS: (u64, u64) = (10_000_000, 2_000);

/// How deep `conformsTo()` may lead into profiles whose constraints ask for `conformsTo()` again.
const DEPTH: u32 = 8;

/// What is known of one tree, however many walks ask for it.
#[derive(Debug)]
pub struct Shared {
    /// Where its references lead.
    pub(crate) references: References,
    /// Values and profiles that were asked about in silence, with the answer; true while it is being found, so
    /// that a circle ends.
    pub(super) verdicts: RefCell<HashMap<(NodeId, usize), bool>>,
    /// What is left for constraints.
    steps: Cell<u64>,
    depth: Cell<u32>,
    /// True if an expression has asked for a resource that is not here.
    pub(super) missed: Cell<bool>,
}

impl Shared {
    /// Nothing is known of the tree yet.
    pub fn new(tree: &Tree) -> Self {
        let (fixed, each) = STEPS;
        Self {
            references: References::default(),
            verdicts: RefCell::default(),
            steps: Cell::new(fixed + each.saturating_mul(tree.len() as u64)),
            depth: Cell::new(0),
            missed: Cell::new(false),
        }
    }

    /// Runs what takes steps: as many as are left, of which it says how many it leaves. What it starts in its
    /// turn takes from the same.
    pub(super) fn with_steps<T>(&self, run: impl FnOnce(&mut u64) -> T) -> T {
        let before = self.steps.get();
        let mut left = before;
        let answer = run(&mut left);
        self.steps.set(self.steps.get().saturating_sub(before.saturating_sub(left)));
        answer
    }

    /// Asks something in an expression; none where one question has led to another too often, or no steps are left.
    pub(super) fn ask<T>(&self, question: impl FnOnce() -> Option<T>) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let answer = question();
        self.depth.set(depth);
        answer.filter(|_| self.steps.get() > 0)
    }
}
