//! What a profile asks of one value: a rule for each field of the ElementDefinition.

use super::check::{Check, Place};
use crate::definitions::profile::ProfileElement;
use crate::issue::{Arg, Code};
use crate::validate::rules::{binding, fixed, pattern, value_length, value_range, value_regex};

impl<'a> Check<'_, 'a> {
    /// All rules on the value itself.
    pub(super) fn values(&mut self, place: Place<'a>, element: &'a ProfileElement) {
        if element.must_have_value && place.cursor.value(self.walk.tree).is_none() {
            let args = vec![Arg::Term(self.name_of(element)), Arg::Term(self.profile.canonical())];
            self.walk.report(Code::ValueRequired, self.start(place.cursor), args);
        }
        if !element.value_alternatives.is_empty() && !self.has_alternative(place, element) {
            let args = vec![Arg::Term(self.name_of(element)), Arg::Term(self.profile.canonical())];
            self.walk.report(Code::ValueRequired, self.start(place.cursor), args);
        }
        if !element.has_value_rules() {
            return;
        }
        let (profile, cursor) = (self.profile, place.cursor);
        if let Some(types) = &element.types {
            self.types(place, types);
        }
        if let Some(literal) = &element.fixed {
            fixed::check(self.walk, cursor, literal, profile);
        }
        if let Some(literal) = &element.pattern {
            pattern::check(self.walk, cursor, literal, profile);
        }
        if element.min_value.is_some() || element.max_value.is_some() {
            let range = [element.min_value.as_ref(), element.max_value.as_ref()];
            value_range::check(self.walk, cursor, range, profile);
        }
        value_length::check(self.walk, cursor, element.min_length, element.max_length);
        if let Some(regex) = &element.regex {
            value_regex::check(self.walk, cursor, regex);
        }
        if let Some(binding) = &element.binding {
            let name = self.type_of(cursor).unwrap_or_default();
            binding::check_profile(self.walk, cursor, binding, name);
        }
    }

    /// True if there is a value, or an extension that may stand in its place.
    fn has_alternative(&self, place: Place<'a>, element: &ProfileElement) -> bool {
        let (tree, known) = (self.walk.tree, self.walk.known());
        let mut extensions =
            place.cursor.child_values(tree, self.walk.definitions(), known.extension);
        place.cursor.value(tree).is_some()
            || extensions.any(|it| {
                let url = it.node.and_then(|node| tree.child_text(node, "url"));
                url.is_some_and(|url| {
                    element.value_alternatives.iter().any(|other| **other == *url)
                })
            })
    }
}
