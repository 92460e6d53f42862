//! Which packs and packages build on which, so that what a guide names without a version is of the guides that it
//! was written over, and not of a newer one that happens to be loaded.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// What each pack, by its name, and each package (`name#version`) builds on.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    direct: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// For each, itself and all that it builds on: asked for with each canonical of a profile.
    below: OnceLock<HashMap<Arc<str>, HashSet<Arc<str>>>>,
}

impl Origins {
    /// Says what one builds on, beside what was said before.
    pub(super) fn add(&mut self, origin: Arc<str>, others: Vec<Arc<str>>) {
        self.direct.entry(origin).or_default().extend(others);
        self.below = OnceLock::new();
    }

    /// An origin, and all that it builds on, however far down; none for one of which nothing was said.
    pub(super) fn below(&self, origin: &str) -> Option<&HashSet<Arc<str>>> {
        let list = || self.direct.keys().map(|it| (it.clone(), self.find_below(it))).collect();
        self.below.get_or_init(list).get(origin)
    }

    fn find_below(&self, origin: &Arc<str>) -> HashSet<Arc<str>> {
        let mut all = HashSet::from([origin.clone()]);
        let mut open = vec![origin];
        while let Some(current) = open.pop() {
            let next = self.direct.get(current).into_iter().flatten();
            open.extend(next.filter(|it| all.insert(Arc::clone(it))));
        }
        all
    }
}

#[test]
fn what_is_built_on_is_found_however_far_down() {
    let mut origins = Origins::default();
    for (origin, other) in
        [("guide#1", "core#3"), ("core#3", "core"), ("core", "r4"), ("r4", "core")]
    {
        origins.add(origin.into(), vec![other.into()]);
    }
    let below = |origin: &str| {
        let below = origins.below(origin).into_iter().flatten();
        let mut all: Vec<String> = below.map(ToString::to_string).collect();
        all.sort();
        all.join(" ")
    };
    assert_eq!(below("guide#1"), "core core#3 guide#1 r4");
    assert_eq!(below("other"), "");
}
