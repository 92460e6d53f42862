//! Resources that an evaluation makes, kept as long as the evaluation: more can be added while those that are
//! here are in use.

use std::cell::{Cell, OnceCell};

use crate::tree::Tree;

/// Trees that stay where they are. Bucket `n` has room for 2^n of them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    count: Cell<usize>,
    buckets: [OnceCell<Vec<OnceCell<Tree>>>; 20],
}

impl Kept {
    /// Keeps a tree; none where there are a million already.
    pub(super) fn add(&self, tree: Tree) -> Option<&Tree> {
        let number = self.count.get() + 1;
        self.count.set(number);
        let bucket = number.ilog2();
        let first = 1_usize << bucket;
        let room = || std::iter::repeat_with(OnceCell::new).take(first).collect();
        let slots = self.buckets.get(bucket as usize)?.get_or_init(room);
        Some(slots.get(number - first)?.get_or_init(|| tree))
    }
}
