//! `targetProfile` and `aggregation`: what a reference leads to, where that can be told.

use super::check::Check;
use super::criterion::Found;
use super::near::reason;
use crate::cursor::Cursor;
use crate::definitions::profile::{Profile, ProfileType};
use crate::issue::{Arg, Code};
use crate::tree::NameId;
use crate::validate::rules::reference::report_target;

const CONTAINED: u8 = 1;
const REFERENCED: u8 = 2;
const BUNDLED: u8 = 4;

impl<'a> Check<'_, 'a> {
    /// The Reference leads to something that one of the types allows.
    pub(super) fn targets(&mut self, cursor: Cursor, types: &[&'a ProfileType]) {
        let known = self.walk.known();
        let (tree, definitions) = (self.walk.tree, self.walk.definitions());
        let own = self.type_of(cursor);
        let cursor = if own == Some(known.reference_type) {
            cursor
        } else if own == Some(known.codeable_reference_type) {
            let mut inner = cursor.child_values(tree, definitions, known.reference);
            let Some(inner) = inner.next() else { return };
            inner
        } else {
            return;
        };
        let Some(reference) = cursor.node.and_then(|node| self.walk.text(node, known.reference))
        else {
            return;
        };
        let found = self.walk.lead(cursor);
        let allowed: Vec<&'a str> =
            types.iter().flat_map(|entry| &entry.targets).map(|it| &**it).collect();
        if !allowed.is_empty() {
            match found {
                Found::Value(target) => self.target(cursor, target, reference, &allowed),
                Found::Elsewhere(name) => self.target_type_is(cursor, name, reference, &allowed),
                Found::Unknown => {}
            }
        }
        self.aggregation(cursor, found, reference, types);
    }

    /// A target that is here meets one of the profiles.
    fn target(&mut self, cursor: Cursor, target: Cursor, reference: &str, allowed: &[&'a str]) {
        let mut fitting: Vec<&'a Profile> = Vec::new();
        let Some(own) = self.type_of(target) else { return };
        let mut is_open = false;
        for canonical in allowed {
            match self.named(canonical) {
                Some(profile) if self.is_subtype(own, profile.type_name) => {
                    if self.walk.conforms(target, profile) {
                        return;
                    }
                    fitting.push(profile);
                }
                Some(_) => {}
                None => match self.type_with_canonical(canonical) {
                    Some(base) if self.is_subtype(own, base) => return,
                    Some(_) => {}
                    None => is_open = true,
                },
            }
        }
        if is_open {
            return;
        }
        let Some((profile, errors)) = self.nearest(target, &fitting) else {
            return self.report_target(cursor, (own, true), reference, allowed);
        };
        let why = errors.first();
        let args = vec![
            Arg::Value(reference.to_owned()),
            Arg::Terms(fitting.iter().map(|profile| profile.canonical()).collect()),
            Arg::Term(profile.canonical()),
            Arg::Term(why.map(reason).unwrap_or_default()),
        ];
        self.walk.report(Code::ReferenceProfile, self.start(cursor), args);
    }

    /// Of a target that is elsewhere, the type is known from the text of the reference.
    fn target_type_is(
        &mut self,
        cursor: Cursor,
        own: NameId,
        reference: &str,
        allowed: &[&'a str],
    ) {
        for canonical in allowed {
            match self.target_type(canonical) {
                Some(base) if self.is_subtype(own, base) => return,
                Some(_) => {}
                None => return,
            }
        }
        self.report_target(cursor, (own, false), reference, allowed);
    }

    /// Says that a target is of a type that is none of those; and whether the target is here.
    fn report_target(
        &mut self,
        cursor: Cursor,
        (own, is_here): (NameId, bool),
        reference: &str,
        allowed: &[&'a str],
    ) {
        let names = self.walk.tree.names();
        let text = |name: NameId| names.text(name).to_owned();
        let mut types: Vec<String> =
            allowed.iter().filter_map(|it| self.target_type(it)).map(text).collect();
        types.dedup();
        let args = vec![Arg::Value(reference.to_owned()), Arg::Term(text(own)), Arg::Terms(types)];
        let span = self.span(cursor);
        report_target(self.walk, is_here, span, args);
    }

    fn aggregation(
        &mut self,
        cursor: Cursor,
        found: Found,
        reference: &str,
        types: &[&'a ProfileType],
    ) {
        if types.iter().any(|entry| entry.aggregation == 0) {
            return;
        }
        let modes: u8 = types.iter().fold(0, |modes, entry| modes | entry.aggregation);
        let (mode, own) = match found {
            Found::Value(_) if reference.starts_with('#') => (CONTAINED, "contained"),
            Found::Value(_) => (BUNDLED, "bundled"),
            Found::Elsewhere(_) | Found::Unknown => (REFERENCED, "referenced"),
        };
        // What is in the same Bundle is referenced as well.
        let is_met = modes & mode != 0 || mode == BUNDLED && modes & REFERENCED != 0;
        let is_alone = mode == REFERENCED && modes & BUNDLED != 0 && !self.walk.is_in_bundle();
        if is_met || is_alone {
            return;
        }
        let all = [(CONTAINED, "contained"), (REFERENCED, "referenced"), (BUNDLED, "bundled")];
        let allowed = all.iter().filter(|(bit, _)| modes & bit != 0);
        let args = vec![
            Arg::Value(reference.to_owned()),
            Arg::Term(own.to_owned()),
            Arg::Terms(allowed.map(|(_, name)| (*name).to_owned()).collect()),
        ];
        self.walk.report(Code::ReferenceAggregation, self.start(cursor), args);
    }
}
