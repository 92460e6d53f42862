//! Profiles of types that stand in an instance wherever they may, as those of segments and data types of HL7 v2 do.

use crate::cursor::{Child, Cursor, Target};
use crate::definitions::ShapeId;
use crate::definitions::profile::Profile;
use crate::tree::NameId;
use crate::validate::path::Step;
use crate::validate::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks a value, and each below it, against those of `profiles` that are for its type.
    pub(in crate::validate) fn check_everywhere(
        &mut self,
        cursor: Cursor,
        profiles: &[&'a Profile],
    ) {
        if self.issues.is_done() {
            return;
        }
        if let Some(own) = self.type_of(cursor) {
            for &profile in profiles {
                if self.definitions().is_subtype(own, profile.type_name) {
                    self.check_profile(cursor, profile);
                }
            }
        }
        for child in cursor.children(self.tree, self.definitions()) {
            let length = self.go_to(&child);
            self.check_everywhere(child.cursor, profiles);
            self.path.truncate(length);
        }
    }

    /// Makes a value of an element the one that the walk is at; gives the length of the path before.
    pub(super) fn go_to(&mut self, value: &Child<'a>) -> usize {
        let length = self.path.len();
        self.path.push(Step::Name(value.view.element.name));
        if let Some(index) = value.index {
            self.path.push(Step::Index(index));
        }
        if let Some(type_ref) = value.view.type_ref.filter(|_| value.view.element.is_choice) {
            self.path.push(Step::OfType(type_ref.code));
        }
        length
    }

    /// The type of a value; none where it is not known.
    pub(super) fn type_of(&self, cursor: Cursor) -> Option<NameId> {
        match cursor.target {
            Target::Primitive(type_id) | Target::Object(ShapeId { type_id, index: 0 }) => {
                Some(self.definitions().type_name_id(type_id))
            }
            _ => None,
        }
    }
}
