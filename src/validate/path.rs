//! Where the walk is: a stack of steps, written as a FHIRPath location only when something is found.

use crate::text::Digits;
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
    // A step in some twelve bytes.
    let mut out = String::with_capacity(steps.len() * 12);
    for step in steps {
        match *step {
            Step::Name(name) => {
                out.push_str(if out.is_empty() { "" } else { "." });
                out.push_str(names.text(name));
            }
            Step::Index(index) => {
                out.push('[');
                out.push_str(Digits::of(u64::from(index)).as_str());
                out.push(']');
            }
            Step::OfType(name) => {
                out.push_str(".ofType(");
                out.push_str(names.text(name));
                out.push(')');
            }
        }
    }
    out
}
