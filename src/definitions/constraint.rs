//! Rules of definitions that are written in FHIRPath (`ElementDefinition.constraint`), each kept once
//! however many elements have it.

use std::collections::HashMap;
use std::sync::Arc;

use super::View;
use super::pack::{PackError, Read, Reader, Writer};
use crate::issue::Severity;

/// Marks a constraint as advice: a failure is a matter of practice, not of conformance.
const BEST_PRACTICE: &str =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice";

/// `ElementDefinition.constraint`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Constraint {
    /// `key`, such as `pat-1`.
    pub key: Box<str>,
    /// `expression`: FHIRPath; empty where the definition gives none.
    pub expression: Box<str>,
    /// `severity`: error or warning.
    pub severity: Severity,
    /// True if the definition marks it as a best practice.
    pub is_best_practice: bool,
}

/// A constraint of a [`Constraints`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConstraintId(u32);

/// All constraints of an engine.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    list: Vec<Arc<Constraint>>,
    numbers: HashMap<Arc<Constraint>, ConstraintId>,
}

impl ConstraintId {
    /// The position in the table, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Constraints {
    /// The constraint of that number.
    pub fn get(&self, id: ConstraintId) -> &Constraint {
        &self.list[id.index()]
    }

    /// Every constraint, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Constraint> {
        self.list.iter().map(AsRef::as_ref)
    }

    /// The number of a constraint, which is added if it is new.
    pub fn intern(&mut self, constraint: Constraint) -> ConstraintId {
        if let Some(&id) = self.numbers.get(&constraint) {
            return id;
        }
        let id = ConstraintId(self.list.len() as u32);
        let constraint = Arc::new(constraint);
        self.list.push(constraint.clone());
        self.numbers.insert(constraint, id);
        id
    }

    /// The constraints of an element that `is_wanted` takes by their `source`: the canonical of the
    /// definition that they come from; none where it is the one that they stand in.
    pub fn of_element(
        &mut self,
        element: View<'_>,
        is_wanted: impl Fn(Option<&str>) -> bool,
    ) -> Arc<[ConstraintId]> {
        let wanted = element.objects("constraint").filter(|it| is_wanted(it.text("source")));
        wanted.filter_map(|constraint| Some(self.intern(Constraint::of(constraint)?))).collect()
    }
}

impl Constraint {
    /// The constraint that an element of a StructureDefinition gives; none without a `key`.
    fn of(constraint: View<'_>) -> Option<Self> {
        let mut marks = constraint.objects("extension");
        let is_best_practice =
            marks.any(|it| it.text("url") == Some(BEST_PRACTICE) && it.is_true("valueBoolean"));
        let is_warning = constraint.text("severity") == Some("warning");
        Some(Self {
            key: constraint.text("key")?.into(),
            expression: constraint.text("expression").unwrap_or_default().into(),
            severity: if is_warning { Severity::Warning } else { Severity::Error },
            is_best_practice,
        })
    }

    pub(in crate::definitions) fn write(&self, writer: &mut Writer) {
        let is_warning = u8::from(self.severity == Severity::Warning);
        writer.u8(is_warning | u8::from(self.is_best_practice) << 1);
        writer.str(&self.key);
        writer.str(&self.expression);
    }

    pub(in crate::definitions) fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let flags = reader.u8()?;
        if flags > 3 {
            return Err(PackError::Malformed("a constraint has unknown flags"));
        }
        Ok(Self {
            key: reader.str()?.into(),
            expression: reader.str()?.into(),
            severity: if flags & 1 == 1 { Severity::Warning } else { Severity::Error },
            is_best_practice: flags & 2 != 0,
        })
    }
}
