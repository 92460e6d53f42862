//! Where the walk is: a stack of steps, written as a FHIRPath location only when something is found.

use std::fmt::Write;

use crate::tree::{NameId, TreeNames};

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// The type of the resource at the root, or an element.
    Name(NameId),
    /// The position among repetitions, from 0.
    Index(u32),
    /// The type that a choice is made for.
    OfType(NameId),
}

/// The way from the root to the element that is checked.
#[derive(Debug, Default)]
pub(crate) struct Path {
    steps: Vec<Step>,
}

impl Path {
    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The innermost element.
    pub(crate) fn last_name(&self) -> Option<NameId> {
        self.steps.iter().rev().find_map(|step| match *step {
            Step::Name(name) => Some(name),
            Step::Index(_) | Step::OfType(_) => None,
        })
    }

    /// How many steps there are, to come back to with [`Self::truncate`].
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.steps.truncate(length);
    }

    /// Without the last element.
    pub(crate) fn write_above(&self, names: &TreeNames) -> String {
        let last = self.steps.iter().rposition(|step| matches!(step, Step::Name(_)));
        write(self.steps.get(..last.unwrap_or_default()).unwrap_or_default(), names)
    }

    /// As FHIRPath: `Observation.component[1].value.ofType(Quantity)`.
    pub(crate) fn write(&self, names: &TreeNames) -> String {
        write(&self.steps, names)
    }
}

fn write(steps: &[Step], names: &TreeNames) -> String {
    let mut out = String::new();
    for step in steps {
        let dot = if out.is_empty() { "" } else { "." };
        // Writing to a String cannot fail.
        let _ = match *step {
            Step::Name(name) => write!(out, "{dot}{}", names.text(name)),
            Step::Index(index) => write!(out, "[{index}]"),
            Step::OfType(name) => write!(out, ".ofType({})", names.text(name)),
        };
    }
    out
}
