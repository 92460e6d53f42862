//! Checks an instance against the definitions, in one walk over its tree.
//!
//! [`walk`] goes down; what is right or wrong at a place is decided in [`rules`], one file each.

mod canonicals;
mod known;
mod location;
mod meets;
mod path;
mod profile;
pub mod rules;
mod settings;
mod shared;
pub mod v2;
mod walk;

pub use canonicals::Canonicals;
pub use location::locate;
pub use rules::{Knowledge, Questionnaires};
pub use settings::Settings;
pub use shared::Shared;

use std::rc::Rc;
use std::sync::Arc;

use crate::definitions::profile::Profile;
use crate::definitions::{Definitions, TypeId};
use crate::fhirpath::{FhirNode, Model};
use crate::format::Format;
use crate::issue::{Issues, Severity};
use crate::terminology::Terminology;
use crate::tree::{NodeId, Tree};
use known::Known;
use profile::VitalSigns;
use rules::constraint::Book;
use rules::primitive::Primitive;
use walk::{Role, Walk};

/// Definitions and terminology, with what every walk needs to know of them looked up once.
#[derive(Debug, Default)]
pub struct Validator {
    model: Arc<Model>,
    terminology: Terminology,
    questionnaires: Questionnaires,
    canonicals: Canonicals,
    known: Known,
    vital_signs: VitalSigns,
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
        let canonicals = Canonicals::default();
        let vital_signs = VitalSigns::default();
        Self {
            model,
            terminology,
            questionnaires,
            canonicals,
            known,
            vital_signs,
            primitives,
            book,
        }
    }

    /// True if a text may be a value of that type: it breaks no rule of its form, or the type is not primitive.
    pub fn has_form(&self, type_id: TypeId, text: &str) -> bool {
        let primitive = self.primitives.get(type_id.index()).copied().flatten();
        let problem = primitive.and_then(|primitive| rules::primitive::check(primitive, text));
        problem.is_none_or(|problem| problem.severity() < Severity::Error)
    }

    /// The same validator, which knows these resources too.
    #[must_use]
    pub fn with_canonicals(self, canonicals: Canonicals) -> Self {
        Self { canonicals, ..self }
    }

    /// What is known of resources that others are compared with.
    pub fn canonicals(&self) -> &Canonicals {
        &self.canonicals
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
        let mut walk =
            Walk::new(self, (tree, Rc::new(Shared::new(tree))), format, settings, issues);
        rules::profile::check_requested(&mut walk, settings.profiles);
        walk.resource(NodeId::ROOT, Role::Root);
    }

    /// Whether a value meets the profile of that canonical, for `conformsTo()`; what its type says of it is not
    /// asked again. None where the profile is not here, or that cannot be told. `shared` is what is known of the
    /// tree of the value.
    pub fn conforms(
        &self,
        value: &FhirNode<'_>,
        canonical: &str,
        shared: &Rc<Shared>,
    ) -> Option<bool> {
        self.ask(value, canonical, shared, |walk, profile| {
            let conforms = walk.conforms(value.cursor, profile);
            // What was not checked may be what it does not meet.
            (!conforms || walk.unchecked.is_empty()).then_some(conforms)
        })
    }

    /// Whether a value is in a slice of the profile of that canonical, for `slice()`; none where that is not here
    /// or cannot be told.
    pub fn is_in_slice(
        &self,
        value: &FhirNode<'_>,
        (canonical, slice): (&str, &str),
        shared: &Rc<Shared>,
    ) -> Option<bool> {
        self.ask(value, canonical, shared, |walk, profile| {
            walk.is_in_slice(value.cursor, profile, slice)
        })
    }

    /// Asks a walk of the tree that a value is in something of a profile, in silence.
    fn ask<T>(
        &self,
        value: &FhirNode<'_>,
        canonical: &str,
        shared: &Rc<Shared>,
        question: impl for<'w> FnOnce(&mut Walk<'w>, &'w Profile) -> Option<T>,
    ) -> Option<T> {
        let profile = self.definitions().profile(canonical)?;
        let (mut issues, settings) = (Issues::new(1), Settings::default());
        shared.ask(|| {
            let known = (value.tree, shared.clone());
            let mut walk = Walk::new(self, known, Format::Json, settings, &mut issues);
            walk.scope = value.cursor.node.or(value.cursor.sibling).map(|at| walk.scope_of(at));
            question(&mut walk, profile)
        })
    }
}
