//! The profiles of a resource: those that the caller asks for, those that `meta.profile` claims, and
//! those that FHIR itself has for vital signs.

use crate::cursor::{Cursor, Target};
use crate::definitions::{ShapeId, TypeId};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::walk::{Role, Walk};

const LOINC: &str = "http://loinc.org";

/// The profile that an Observation with that code of LOINC has to meet
/// (<http://hl7.org/fhir/R4/observation-vitalsigns.html>).
const VITAL_SIGNS: [(&str, &str); 11] = [
    ("85353-1", "vitalspanel"),
    ("9279-1", "resprate"),
    ("8867-4", "heartrate"),
    ("2708-6", "oxygensat"),
    ("8310-5", "bodytemp"),
    ("8302-2", "bodyheight"),
    ("9843-4", "headcircum"),
    ("29463-7", "bodyweight"),
    ("39156-5", "bmi"),
    ("85354-9", "bp"),
    ("59408-5", "oxygensat"),
];

impl Walk<'_> {
    /// Checks the resource at `node` against its profiles.
    pub(crate) fn resource_profiles(&mut self, node: NodeId, type_id: TypeId, role: Role) {
        let definitions = self.definitions();
        let shape = ShapeId { type_id, index: 0 };
        let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
        if role == Role::Root {
            for canonical in self.settings.profiles {
                if let Some(profile) = definitions.profile(canonical) {
                    self.check_profile(cursor, profile);
                }
            }
        }
        let tree = self.tree;
        for canonical in claims(tree, node) {
            if let Some(profile) = definitions.profile(canonical) {
                self.check_profile(cursor, profile);
            }
        }
        if definitions.type_name(type_id) == "Observation" {
            for name in vital_signs(tree, node) {
                let canonical = format!("{}{name}", super::types::CORE);
                if let Some(profile) = definitions.profile(&canonical) {
                    self.check_profile(cursor, profile);
                }
            }
        }
    }

    /// True if the input is a Bundle.
    pub(super) fn is_in_bundle(&self) -> bool {
        self.tree.child_text(NodeId::ROOT, "resourceType") == Some("Bundle")
    }
}

/// `meta.profile`.
fn claims(tree: &Tree, resource: NodeId) -> impl Iterator<Item = &str> {
    let meta = tree.child(resource, "meta");
    let list = meta.and_then(|meta| tree.child(meta, "profile"));
    let entries = list.into_iter().flat_map(move |list| tree.children(list));
    entries.filter(|&it| tree.kind(it) == Kind::String).map(|it| tree.value(it))
}

fn vital_signs(tree: &Tree, observation: NodeId) -> Vec<&'static str> {
    let code = tree.child(observation, "code");
    let codings = code.and_then(|code| tree.child(code, "coding"));
    let codings = codings.into_iter().flat_map(|list| tree.children(list));
    let loinc = codings.filter(|&it| tree.child_text(it, "system") == Some(LOINC));
    let codes: Vec<&str> = loinc.filter_map(|it| tree.child_text(it, "code")).collect();
    let named = VITAL_SIGNS.iter().filter(|(code, _)| codes.contains(code));
    named.map(|(_, name)| *name).collect()
}
