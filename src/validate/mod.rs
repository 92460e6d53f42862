//! Checks an instance against the definitions, in one walk over its tree.
//!
//! [`walk`] goes down; what is right or wrong at a place is decided in [`rules`], one file each.

mod known;
mod location;
mod path;
mod profile;
pub mod rules;
mod settings;
pub mod v2;
mod walk;

pub use location::locate;
pub use rules::{Knowledge, Questionnaires};
pub use settings::Settings;

use std::sync::Arc;

use crate::cursor::References;
use crate::definitions::Definitions;
use crate::definitions::profile::Profile;
use crate::fhirpath::{FhirNode, Model};
use crate::format::Format;
use crate::issue::Issues;
use crate::terminology::Terminology;
use crate::tree::{NodeId, Tree};
use known::Known;
use rules::constraint::Book;
use rules::primitive::Primitive;
use walk::{Role, Walk};

/// Definitions and terminology, with what every walk needs to know of them looked up once.
#[derive(Debug, Default)]
pub struct Validator {
    model: Arc<Model>,
    terminology: Terminology,
    questionnaires: Questionnaires,
    known: Known,
    /// By type number.
    primitives: Vec<Option<Primitive>>,
    book: Book,
}

impl Validator {
    /// A validator over these definitions.
    pub fn new(
        model: Arc<Model>,
        terminology: Terminology,
        questionnaires: Questionnaires,
    ) -> Self {
        let definitions = model.definitions();
        let known = Known::new(definitions.names());
        let name = |id| definitions.type_name(id);
        let primitives = definitions.types().map(|id| Primitive::from_name(name(id))).collect();
        let book = Book::new(definitions.constraints());
        Self { model, terminology, questionnaires, known, primitives, book }
    }

    /// What is known of types.
    pub fn definitions(&self) -> &Definitions {
        self.model.definitions()
    }

    /// What is known of codes.
    pub fn terminology(&self) -> &Terminology {
        &self.terminology
    }

    /// What is known of questionnaires.
    pub fn questionnaires(&self) -> &Questionnaires {
        &self.questionnaires
    }

    /// Validates the resource at the root of `tree`, which must have been parsed with the names of
    /// [`Self::definitions`] from text in `format`, and be in the shape that JSON has.
    pub fn validate(
        &self,
        tree: &Tree,
        format: Format,
        settings: Settings<'_>,
        issues: &mut Issues,
    ) {
        let mut walk = Walk::new(self, tree, format, settings, issues);
        rules::profile::check_requested(&mut walk, settings.profiles);
        walk.resource(NodeId::ROOT, Role::Root);
    }

    /// Whether a value meets the profile of that canonical, for `conformsTo()`; what its type says of it is not
    /// asked again. None where the profile is not here. `references` are those of the tree.
    pub fn conforms(
        &self,
        value: &FhirNode<'_>,
        canonical: &str,
        references: &mut References,
    ) -> Option<bool> {
        self.ask(value.tree, canonical, references, |walk, profile| {
            Some(walk.conforms(value.cursor, profile))
        })
    }

    /// Whether a value is in a slice of the profile of that canonical, for `slice()`; none where that is not here
    /// or cannot be told.
    pub fn is_in_slice(
        &self,
        value: &FhirNode<'_>,
        (canonical, slice): (&str, &str),
        references: &mut References,
    ) -> Option<bool> {
        self.ask(value.tree, canonical, references, |walk, profile| {
            walk.is_in_slice(value.cursor, profile, slice)
        })
    }

    /// Asks a walk of a tree something of a profile, in silence.
    fn ask<T>(
        &self,
        tree: &Tree,
        canonical: &str,
        references: &mut References,
        question: impl for<'w> FnOnce(&mut Walk<'w>, &'w Profile) -> Option<T>,
    ) -> Option<T> {
        let profile = self.definitions().profile(canonical)?;
        let (mut issues, settings) = (Issues::new(1), Settings::default());
        let mut walk = Walk::new(self, tree, Format::Json, settings, &mut issues);
        walk.references = std::mem::take(references);
        let answer = question(&mut walk, profile);
        *references = std::mem::take(&mut walk.references);
        answer
    }
}
