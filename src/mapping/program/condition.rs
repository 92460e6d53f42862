//! The condition of a source, as it is run.

use std::cmp::Ordering;

use super::{Expression, Name, Slot};
use crate::text::Regular;
use crate::tree::NameId;

/// A condition of a source.
#[derive(Debug)]
pub(in crate::mapping) struct Condition {
    pub(in crate::mapping) expression: Expression,
    /// The same in a form that is answered by looking; none where only FHIRPath can tell.
    pub(in crate::mapping) test: Option<Test>,
    /// Elements of the value of which one has to be there for the condition to hold; none where that is not known.
    pub(in crate::mapping) needs: Vec<NameId>,
}

/// The conditions that ask what is there and compare texts, as most do.
#[derive(Debug)]
pub(in crate::mapping) enum Test {
    /// `path.exists()`
    Exists(Path),
    /// `path = 'text'`
    Equal(Path, Box<str>),
    /// `path = other`
    Same(Path, Path),
    /// `path in ('one' | 'other')`
    In(Path, Vec<Box<str>>),
    /// `path.matches('pattern')`
    Matches(Path, Box<Regular>),
    /// `path.count() = 1`, `< 2`, `> 1`
    Count(Path, Ordering, usize),
    Not(Box<Test>),
    And(Box<[Test; 2]>),
    Or(Box<[Test; 2]>),
    /// What only FHIRPath can tell, where another part may be enough.
    Unseen,
}

/// What a test looks at.
#[derive(Debug)]
pub(in crate::mapping) struct Path {
    /// Where it begins: at a variable, or at `$this`.
    pub(in crate::mapping) start: Option<Slot>,
    pub(in crate::mapping) steps: Vec<Step>,
}

#[derive(Debug)]
pub(in crate::mapping) enum Step {
    Element(Name),
    /// An element, if the value itself is not of a type of that name.
    NotType(Name),
    Where(Test),
}
