//! One profile on one value: the way down.

use crate::cursor::{Child, Cursor, ElementView, Target};
use crate::definitions::profile::{Profile, ProfileElement};
use crate::definitions::{ShapeId, TypeKind};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::{NameId, NodeId};
use crate::validate::rules::constraint::{self, Scope};
use crate::validate::walk::Walk;

/// A profile that a value is checked against.
pub(super) struct Check<'w, 'a> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) profile: &'a Profile,
}

/// A value, and the element of the type that it is a value of; none for the root.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) cursor: Cursor,
    pub(super) view: Option<ElementView<'a>>,
}

impl<'a> Check<'_, 'a> {
    /// The profile that a canonical in this one means.
    pub(super) fn named(&self, canonical: &str) -> Option<&'a Profile> {
        self.walk.definitions().profile_for(canonical, self.profile)
    }

    /// From the root of the profile.
    pub(super) fn root(&mut self, cursor: Cursor) {
        let own = self.type_of(cursor);
        if own.is_some_and(|own| !self.is_subtype(own, self.profile.type_name)) {
            return self.report_type(cursor, own.unwrap_or_default());
        }
        let scope = self.scope_at(cursor);
        let outer = std::mem::replace(&mut self.walk.scope, scope);
        let profile = self.profile;
        self.element(Place { cursor, view: None }, &profile.root);
        self.walk.scope = outer;
    }

    /// `%resource` and `%rootResource` in a value: it may be a resource of its own, to which a reference led.
    fn scope_at(&self, cursor: Cursor) -> Option<Scope<'a>> {
        let (tree, model) = (self.walk.tree, &self.walk.validator.model);
        let outer = self.walk.scope;
        let is_resource = match cursor.target {
            Target::Object(ShapeId { type_id, index: 0 }) => {
                self.walk.definitions().kind(type_id) == TypeKind::Resource
            }
            _ => false,
        };
        let node = cursor.node.filter(|&node| outer.map(Scope::node) != Some(node));
        let Some(node) = node.filter(|_| is_resource) else { return outer };
        let list = tree.parent(node).filter(|&list| tree.name_text(list) == "contained");
        let root = list.and_then(|list| tree.parent(list)).unwrap_or(node);
        let (resource, root) = (model.resource(tree, node), model.resource(tree, root));
        Some(Scope { resource, root })
    }

    /// One value of an element.
    pub(super) fn element(&mut self, place: Place<'a>, element: &'a ProfileElement) {
        self.values(place, element);
        self.constraints(place, element);
        let profile = self.profile;
        let target = element.refers.as_ref().and_then(|path| profile.element_at(path));
        if let Some(target) = target {
            self.children(place.cursor, target);
        }
        self.children(place.cursor, element);
    }

    /// The constraints that the profile adds to those of the type.
    fn constraints(&mut self, place: Place<'a>, element: &ProfileElement) {
        if !element.constraints.is_empty() {
            let model = &self.walk.validator.model;
            let focus = model.node(self.walk.tree, place.cursor, place.view);
            let elements = constraint::elements(self.walk, &focus);
            constraint::check(self.walk, focus, elements, &element.constraints);
        }
    }

    /// What is below a value.
    fn children(&mut self, owner: Cursor, element: &'a ProfileElement) {
        let is_asked = {
            let is_wanted = self.walk.settings.must_support;
            move |inner: &&'a ProfileElement| is_wanted || inner.has_rules()
        };
        if self.walk.issues.is_done() || !element.children.iter().any(|it| is_asked(&it)) {
            return;
        }
        let scope = self.scope_at(owner);
        let outer = std::mem::replace(&mut self.walk.scope, scope);
        let all: Vec<Child<'a>> = owner.children(self.walk.tree, self.walk.definitions()).collect();
        let mut values = Vec::new();
        for inner in element.children.iter().filter(is_asked) {
            values.clear();
            values.extend(all.iter().filter(|it| it.view.element.name == inner.name).copied());
            self.occurrences(owner, inner, &values);
        }
        self.walk.scope = outer;
    }

    /// The values of one element: how many, of which slices, and each of them.
    fn occurrences(&mut self, owner: Cursor, element: &'a ProfileElement, values: &[Child<'a>]) {
        self.count(owner, element, values.len());
        for value in values {
            self.at_value(value, |check, place| check.element(place, element));
        }
        if element.slicing.is_some() || !element.slices.is_empty() {
            self.slices(owner, element, values);
        }
    }

    /// Goes to a value and back.
    pub(super) fn at_value(&mut self, value: &Child<'a>, visit: impl FnOnce(&mut Self, Place<'a>)) {
        let length = self.walk.go_to(value);
        visit(self, Place { cursor: value.cursor, view: Some(value.view) });
        self.walk.path.truncate(length);
    }

    fn count(&mut self, owner: Cursor, element: &ProfileElement, count: usize) {
        let found = count as u64;
        let limit = match element.max {
            _ if found < u64::from(element.min) => (Code::CardinalityMin, element.min),
            Some(max) if found > u64::from(max) => (Code::CardinalityMax, max),
            _ => return self.support(owner, element, count),
        };
        let (code, limit) = limit;
        let args = vec![
            Arg::Term(self.name_of(element)),
            Arg::Number(limit.into()),
            Arg::Number(found),
            Arg::Terms(vec![self.profile.canonical()]),
        ];
        self.walk.report(code, self.start(owner), args);
    }

    /// An element that a system must support and that is not there, where that is asked for.
    fn support(&mut self, owner: Cursor, element: &ProfileElement, count: usize) {
        if element.must_support && count == 0 && self.walk.settings.must_support {
            let profile = self.profile.canonical();
            let args = vec![Arg::Term(self.name_of(element)), Arg::Term(profile)];
            self.walk.report(Code::MustSupportAbsent, self.start(owner), args);
        }
    }

    /// `value[x]`, `extension:race`
    pub(super) fn name_of(&self, element: &ProfileElement) -> String {
        let name = self.walk.tree.names().text(element.name);
        let choice = if element.is_choice { "[x]" } else { "" };
        match &element.slice {
            Some(slice) => format!("{name}{choice}:{slice}"),
            None => format!("{name}{choice}"),
        }
    }

    /// The place of a value in the text.
    pub(super) fn span(&self, cursor: Cursor) -> Span {
        self.walk.tree.span(cursor.node.or(cursor.sibling).unwrap_or(NodeId::ROOT))
    }

    /// Where a value begins, for what is said of something missing in it.
    pub(super) fn start(&self, cursor: Cursor) -> Span {
        let start = self.span(cursor).start;
        Span::new(start, start + 1)
    }

    /// The type of a value; none where it is not known.
    pub(super) fn type_of(&self, cursor: Cursor) -> Option<NameId> {
        self.walk.type_of(cursor)
    }

    /// True if `name` is `base` or specialises it.
    pub(super) fn is_subtype(&self, name: NameId, base: NameId) -> bool {
        self.walk.definitions().is_subtype(name, base)
    }

    fn report_type(&mut self, cursor: Cursor, own: NameId) {
        let (place, of) = (self.start(cursor), self.profile.type_name);
        self.walk.report_profile_type(place, self.profile.canonical(), of, own);
    }

    /// Says only that the value does not meet the profile: why was said when it was first asked.
    pub(super) fn report_mismatch(&mut self, cursor: Cursor) {
        let profile = self.profile.canonical();
        let args =
            vec![Arg::Terms(vec![profile.clone()]), Arg::Term(profile), Arg::Term(String::new())];
        self.walk.report(Code::ProfileNone, self.start(cursor), args);
    }
}
