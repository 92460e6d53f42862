//! The profiles of a resource: those that the caller asks for, those that an `ImplementationGuide` has for all
//! resources of the type, those that `meta.profile` claims, and those that FHIR itself has for vital signs.

use crate::cursor::{Cursor, Target};
use crate::definitions::profile::Profile;
use crate::definitions::{ShapeId, TypeId};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::{Kind, NameId, NodeId, Tree};
use crate::validate::known::Known;
use crate::validate::walk::{Role, Walk};

impl<'a> Walk<'a> {
    /// Checks the resource at `node` against its profiles.
    pub(crate) fn resource_profiles(&mut self, node: NodeId, type_id: TypeId, role: Role) {
        let definitions = self.definitions();
        let shape = ShapeId { type_id, index: 0 };
        let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
        if role == Role::Root {
            for canonical in self.settings.profiles {
                self.named_profile(cursor, type_id, canonical);
            }
        }
        let tree = self.tree;
        let canonicals = &self.validator.canonicals;
        for canonical in canonicals.globals(definitions.type_name(type_id)) {
            self.named_profile(cursor, type_id, canonical);
        }
        for canonical in claims(tree, self.known(), node) {
            self.named_profile(cursor, type_id, canonical);
        }
        let is_observation = definitions.type_name(type_id) == "Observation";
        let implied = || self.validator.vital_signs.implied(tree, self.known(), node);
        if let Some(name) = is_observation.then(implied).flatten() {
            let canonical = format!("{}{name}", super::types::CORE);
            if let Some(profile) = definitions.profile(&canonical) {
                self.check_profile(cursor, profile);
            }
        }
    }

    /// The first profile that a resource is checked against: names without a version mean those of its guide.
    pub(crate) fn first_profile(&self, node: NodeId, role: Role) -> Option<&'a Profile> {
        let asked = if role == Role::Root { self.settings.profiles } else { &[] };
        let asked = asked.iter().map(String::as_str);
        asked
            .chain(claims(self.tree, self.known(), node))
            .find_map(|it| self.definitions().profile(it))
    }

    /// Checks a resource against a profile. The definition of a type, which may be named like one, asks only that
    /// the resource is of it: all else the walk does.
    fn named_profile(&mut self, cursor: Cursor, type_id: TypeId, canonical: &str) {
        let definitions = self.definitions();
        if let Some(profile) = definitions.profile(canonical) {
            return self.check_profile(cursor, profile);
        }
        let url = canonical.split('|').next().unwrap_or_default();
        let named = url.strip_prefix(super::types::CORE);
        let named = named.and_then(|name| definitions.find_type(name));
        let (own, named) =
            (definitions.type_name_id(type_id), named.map(|it| definitions.type_name_id(it)));
        let Some(named) = named.filter(|&named| !definitions.is_subtype(own, named)) else {
            return;
        };
        let start = self.tree.span(cursor.node.unwrap_or(NodeId::ROOT)).start;
        self.report_profile_type(Span::new(start, start + 1), url.to_owned(), named, own);
    }

    /// Says that a profile is for another type than that of the value.
    pub(super) fn report_profile_type(
        &mut self,
        place: Span,
        canonical: String,
        of: NameId,
        own: NameId,
    ) {
        let names = self.tree.names();
        let [of, own] = [of, own].map(|name| Arg::Term(names.text(name).to_owned()));
        self.report(Code::ProfileType, place, vec![Arg::Term(canonical), of, own]);
    }

    /// True if the input is a Bundle.
    pub(super) fn is_in_bundle(&self) -> bool {
        self.tree.child_text(NodeId::ROOT, "resourceType") == Some("Bundle")
    }
}

/// `meta.profile`.
fn claims<'t>(
    tree: &'t Tree,
    known: &Known,
    resource: NodeId,
) -> impl Iterator<Item = &'t str> + use<'t> {
    let meta = tree.child_named(resource, known.meta);
    let list = meta.and_then(|meta| tree.child_named(meta, known.profile));
    let entries = list.into_iter().flat_map(move |list| tree.children(list));
    entries.filter(|&it| tree.kind(it) == Kind::String).map(|it| tree.value(it))
}
