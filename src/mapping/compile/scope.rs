//! The variables that a rule sees. What is read and what is made have names of their own: `ext` can be both.

use crate::cursor::Target as Kind;
use crate::fhirpath;
use crate::mapping::program::Slot;

#[derive(Debug)]
struct Variable {
    name: String,
    slot: u16,
    kind: Option<Kind>,
}

#[derive(Debug, Default)]
pub(super) struct Scope {
    sources: Vec<Variable>,
    targets: Vec<Variable>,
    /// How many there were of each at a time.
    most: (u16, u16),
}

/// Where a scope stood.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize, usize);

impl Scope {
    /// A new variable for what is read. The name may be that of another one, which it hides.
    pub(super) fn add_source(&mut self, name: &str, kind: Option<Kind>) -> u16 {
        let slot = slot(self.sources.len());
        self.most.0 = self.most.0.max(slot + 1);
        self.sources.push(Variable { name: name.to_owned(), slot, kind });
        slot
    }

    /// A new variable for what is made.
    pub(super) fn add_target(&mut self, name: &str, kind: Option<Kind>) -> u16 {
        let slot = slot(self.targets.len());
        self.most.1 = self.most.1.max(slot + 1);
        self.targets.push(Variable { name: name.to_owned(), slot, kind });
        slot
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.sources.len(), self.targets.len())
    }

    /// Forgets the variables that came after the mark. Others take their slots.
    pub(super) fn reset(&mut self, Mark(sources, targets): Mark) {
        self.sources.truncate(sources);
        self.targets.truncate(targets);
    }

    /// How many slots there are of each kind.
    pub(super) fn sizes(&self) -> (u16, u16) {
        self.most
    }

    pub(super) fn source(&self, name: &str) -> Option<(u16, Option<Kind>)> {
        find(&self.sources, name)
    }

    pub(super) fn target(&self, name: &str) -> Option<(u16, Option<Kind>)> {
        find(&self.targets, name)
    }

    /// What a name stands for where a value is expected: what is read comes first.
    pub(super) fn find(&self, name: &str) -> Option<(Slot, Option<Kind>)> {
        let source = self.source(name).map(|(slot, kind)| (Slot::Source(slot), kind));
        source.or_else(|| self.target(name).map(|(slot, kind)| (Slot::Target(slot), kind)))
    }

    pub(super) fn source_names(&self) -> Vec<String> {
        self.sources.iter().map(|it| it.name.clone()).collect()
    }

    pub(super) fn target_names(&self) -> Vec<String> {
        self.targets.iter().map(|it| it.name.clone()).collect()
    }
}

/// The slot of a variable that comes after so many. INVARIANT: it can be counted; more variables share the last one.
fn slot(variables: usize) -> u16 {
    u16::try_from(variables).unwrap_or(u16::MAX).min(u16::MAX - 1)
}

fn find(variables: &[Variable], name: &str) -> Option<(u16, Option<Kind>)> {
    let found = variables.iter().rev().find(|it| it.name == name)?;
    Some((found.slot, found.kind))
}

impl fhirpath::Scope for Scope {
    fn binding(&self, name: &str) -> Option<fhirpath::Binding> {
        Some(match self.find(name)?.0 {
            Slot::Source(slot) => fhirpath::Binding::Slot(slot),
            Slot::Target(_) => fhirpath::Binding::Named,
        })
    }
}
