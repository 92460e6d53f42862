//! `ElementDefinition.type`: which types a value may have, and which profiles of them.

use super::check::{Check, Place};
use crate::cursor::{Cursor, Target};
use crate::definitions::profile::{Profile, ProfileType};
use crate::definitions::{ShapeId, TypeRef};
use crate::issue::{Arg, Code};
use crate::tree::{NameId, NodeId};
use crate::validate::rules::profile;
use crate::validate::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks a value against the profiles that the type of its element names, and an extension against
    /// its definition.
    pub(crate) fn type_profiles(&mut self, node: NodeId, shape: ShapeId, type_ref: &'a TypeRef) {
        if type_ref.code == self.known().extension_type {
            self.extension_definition(node, shape);
        }
        let names = self.definitions().names();
        let canonicals = type_ref.profiles.iter().map(|&name| names.text(name));
        let mut known = canonicals.filter_map(|it| self.definitions().profile(it));
        // Where several are allowed, which FHIR's own types never do, none is required.
        if let (Some(profile), None) = (known.next(), known.next()) {
            let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
            self.check_profile(cursor, profile);
        }
    }
}

/// The beginning of the canonical of each type of FHIR itself.
pub(super) const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

impl<'a> Check<'_, 'a> {
    /// The value is of one of the types, and meets one of the profiles that are given for it.
    pub(super) fn types(&mut self, place: Place<'a>, types: &'a [ProfileType]) {
        let Some(own) = self.type_of(place.cursor) else { return };
        let fitting = types.iter().filter(|entry| self.is_subtype(own, entry.code));
        let fitting: Vec<&'a ProfileType> = fitting.collect();
        if fitting.is_empty() {
            return self.report_types(place, own, types);
        }
        if fitting.iter().all(|entry| !entry.profiles.is_empty()) {
            let profiles =
                fitting.iter().flat_map(|entry| &entry.profiles).map(|it| &**it).collect();
            self.one_of(place.cursor, profiles);
        }
        let is_bound = |it: &&ProfileType| !it.targets.is_empty() || it.aggregation != 0;
        let targets: Vec<&'a ProfileType> = fitting.into_iter().filter(is_bound).collect();
        if !targets.is_empty() {
            self.targets(place.cursor, &targets);
        }
    }

    /// Said of the element that has the choice; of a resource, of itself.
    fn report_types(&mut self, place: Place<'a>, own: NameId, types: &[ProfileType]) {
        let names = self.walk.tree.names();
        let text = |name| names.text(name).to_owned();
        let expected: Vec<String> = types.iter().map(|entry| text(entry.code)).collect();
        let name = place.view.map_or(NameId::NONE, |view| view.element.name);
        let args = vec![
            Arg::Term(text(name)),
            Arg::Terms(expected),
            Arg::Term(text(own)),
            Arg::Term(self.profile.canonical()),
        ];
        let span = self.start(place.cursor);
        let is_choice = place.view.is_some_and(|view| view.element.is_choice);
        if is_choice {
            self.walk.report_above(Code::ElementType, span, args);
        } else {
            self.walk.report(Code::ElementType, span, args);
        }
    }

    /// The value meets one of the profiles. Those that are not here are named.
    pub(super) fn one_of(&mut self, cursor: Cursor, canonicals: Vec<&'a str>) {
        let mut known: Vec<&'a Profile> = Vec::new();
        let (mut unknown, mut others) = (Vec::new(), Vec::new());
        for canonical in canonicals {
            match self.named(canonical) {
                Some(profile) => known.push(profile),
                // The type itself, which the walk checks.
                None if self.is_met_by_type(cursor, canonical) => return,
                None if self.type_with_canonical(canonical).is_some() => others.push(canonical),
                None => unknown.push(canonical),
            }
        }
        match known.as_slice() {
            [] if unknown.is_empty() => self.report_others(cursor, &others),
            [profile] if unknown.is_empty() => self.walk.check_profile(cursor, profile),
            _ if known.iter().any(|profile| self.walk.conforms(cursor, profile)) => {}
            // An extension that is not here is named where its URL is.
            _ if self.type_of(cursor) == Some(self.walk.known().extension_type) => {}
            _ => match unknown.first() {
                Some(canonical) => {
                    let shown = Arg::Term((*canonical).to_owned());
                    let args = profile::unchecked(self.walk, canonical, shown);
                    self.walk.report(Code::ProfileNotChecked, self.start(cursor), args);
                }
                None => self.report_none(cursor, &known),
            },
        }
    }

    /// The value is of none of these types.
    fn report_others(&mut self, cursor: Cursor, canonicals: &[&str]) {
        let names = self.walk.tree.names();
        let text = |name| names.text(name).to_owned();
        let types = canonicals.iter().filter_map(|it| self.type_with_canonical(it)).map(text);
        let own = self.type_of(cursor).unwrap_or_default();
        let args = vec![
            Arg::Term("this".to_owned()),
            Arg::Terms(types.collect()),
            Arg::Term(text(own)),
            Arg::Term(self.profile.canonical()),
        ];
        self.walk.report(Code::ElementType, self.start(cursor), args);
    }

    /// True if the canonical is that of a type, and the value is of it.
    pub(super) fn is_met_by_type(&self, cursor: Cursor, canonical: &str) -> bool {
        let Some(own) = self.type_of(cursor) else { return false };
        let base = self.type_with_canonical(canonical);
        base.is_some_and(|base| self.is_subtype(own, base))
    }

    /// The type of that canonical.
    pub(super) fn type_with_canonical(&self, canonical: &str) -> Option<NameId> {
        let url = canonical.split('|').next()?;
        let definitions = self.walk.definitions();
        let name = url.strip_prefix(CORE).unwrap_or(url);
        definitions.find_type(name).map(|type_id| definitions.type_name_id(type_id))
    }
}
