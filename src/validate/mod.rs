//! Checks an instance against the definitions, in one walk over its tree.
//!
//! [`walk`] goes down; what is right or wrong at a place is decided in [`rules`], one file each.

mod knowledge;
mod known;
mod location;
mod path;
pub mod rules;
mod walk;

pub use knowledge::Knowledge;
pub use location::locate;

use crate::definitions::Definitions;
use crate::format::Format;
use crate::issue::Issues;
use crate::terminology::Terminology;
use crate::tree::{NodeId, Tree};
use known::Known;
use rules::primitive::Primitive;
use walk::{Role, Walk};

/// Definitions and terminology, with what every walk needs to know of them looked up once.
#[derive(Clone, Debug, Default)]
pub struct Validator {
    definitions: Definitions,
    terminology: Terminology,
    known: Known,
    /// By type number.
    primitives: Vec<Option<Primitive>>,
}

impl Validator {
    /// A validator over these definitions.
    pub fn new(definitions: Definitions, terminology: Terminology) -> Self {
        let known = Known::new(definitions.names());
        let name = |id| definitions.type_name(id);
        let primitives = definitions.types().map(|id| Primitive::from_name(name(id))).collect();
        Self { definitions, terminology, known, primitives }
    }

    /// What is known of types.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// What is known of codes.
    pub fn terminology(&self) -> &Terminology {
        &self.terminology
    }

    /// Validates the resource at the root of `tree`, which must have been parsed with the names of
    /// [`Self::definitions`] from text in `format`, and be in the shape that JSON has. `profiles` are
    /// canonicals to check against besides the claimed ones.
    pub fn validate(&self, tree: &Tree, format: Format, profiles: &[String], issues: &mut Issues) {
        let mut walk = Walk::new(self, tree, format, issues);
        rules::profile::check_requested(&mut walk, profiles);
        walk.resource(NodeId::ROOT, Role::Root);
    }
}
