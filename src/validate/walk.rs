//! The way through an instance: resources, objects, properties, values. Decides only which definition a
//! node is seen through; everything else is asked of `rules`.

use std::collections::HashSet;
use std::rc::Rc;

use super::known::Known;
use super::path::{Path, Step};
use super::profile::Profiles;
use super::rules::constraint::Elements;
use super::rules::{
    attachment, binding, bundle, canonical_url, cardinality, coding, constraint, contained,
    definition, element_id, element_name, extension, json_shape, narrative_link, primitive_value,
    profile, publication, questionnaire, reference, resource_type, security_label, system,
    value_regex, xml_shape,
};
use super::{Settings, Shared, Validator};
use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::profile::Profile;
use crate::definitions::{ConstraintId, Definitions, Property, Shape, ShapeId, TypeId, TypeRef};
use crate::format::Format;
use crate::issue::{Arg, Code, Issue, Issues, Severity};
use crate::text::Span;
use crate::tree::{Kind, NameId, NodeId, Tree};

/// One validation in progress.
pub(crate) struct Walk<'a> {
    pub(crate) validator: &'a Validator,
    pub(crate) tree: &'a Tree,
    /// What the tree was read from.
    format: Format,
    pub(crate) settings: Settings<'a>,
    pub(crate) issues: &'a mut Issues,
    pub(crate) path: Path,
    /// What is known of the tree, in whichever walk.
    pub(crate) shared: Rc<Shared>,
    /// The Bundles around the current node, outermost first.
    pub(crate) bundles: Vec<bundle::Open<'a>>,
    /// How often each element and each property of the open objects was met, innermost last.
    pub(crate) met: Vec<u32>,
    /// The ids that elements of the resources around the current node have, innermost resource last.
    pub(crate) element_ids: Vec<HashSet<&'a str>>,
    /// Extensions around the current node: in one, a `url` may be relative.
    pub(crate) extension_depth: u32,
    /// The first profile of the resource around the current node, or of one around that.
    pub(crate) claimed: Option<&'a Profile>,
    /// The resource around the current node; none before the first.
    pub(crate) scope: Option<constraint::Scope<'a>>,
    /// The constraints that were already said to be not checked.
    pub(crate) unchecked: Vec<ConstraintId>,
    pub(crate) profiles: Profiles<'a>,
    /// Where links of narratives can lead, once one asked.
    pub(crate) anchors: Option<narrative_link::Anchors<'a>>,
    pub(crate) forms: value_regex::Forms,
}

/// In which place a resource stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The input itself.
    Root,
    /// In `contained`.
    Contained,
    /// In another element of type Resource: `Bundle.entry.resource`, `Parameters.parameter.resource`.
    Nested,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        validator: &'a Validator,
        (tree, shared): (&'a Tree, Rc<Shared>),
        format: Format,
        settings: Settings<'a>,
        issues: &'a mut Issues,
    ) -> Self {
        Self {
            validator,
            tree,
            format,
            settings,
            issues,
            path: Path::default(),
            shared,
            bundles: Vec::new(),
            met: Vec::new(),
            element_ids: Vec::new(),
            extension_depth: 0,
            claimed: None,
            scope: None,
            unchecked: Vec::new(),
            profiles: Profiles::default(),
            anchors: None,
            forms: value_regex::Forms::default(),
        }
    }

    pub(crate) fn definitions(&self) -> &'a Definitions {
        self.validator.definitions()
    }

    pub(crate) fn known(&self) -> &'a Known {
        &self.validator.known
    }

    /// True if the tree was read from XML: the rules of JSON's shape do not hold, and others do.
    pub(crate) fn is_xml(&self) -> bool {
        self.format == Format::Xml
    }

    /// The string that an object has under a name.
    pub(crate) fn text(&self, object: NodeId, name: NameId) -> Option<&'a str> {
        let tree = self.tree;
        let child = tree.child_named(object, name)?;
        (tree.kind(child) == Kind::String).then(|| tree.value(child))
    }

    /// Reports at the element that the walk is at.
    pub(crate) fn report(&mut self, code: Code, span: Span, args: Vec<Arg>) {
        let expression = self.path.write(self.tree.names());
        self.issues.push(Issue::new(code, span, expression, args));
    }

    /// Reports at the element that the walk is at, as bad as the case makes it.
    pub(crate) fn report_as(&mut self, severity: Severity, code: Code, span: Span, args: Vec<Arg>) {
        let expression = self.path.write(self.tree.names());
        let issue = Issue::new(code, span, expression, args);
        self.issues.push(Issue { severity, ..issue });
    }

    /// Reports at the element that has the one that the walk is at.
    pub(crate) fn report_above(&mut self, code: Code, span: Span, args: Vec<Arg>) {
        let expression = self.path.write_above(self.tree.names());
        self.issues.push(Issue::new(code, span, expression, args));
    }

    /// The resource that a node is in, and the one that contains that.
    pub(super) fn scope_of(&self, node: NodeId) -> constraint::Scope<'a> {
        let above = |node| std::iter::successors(Some(node), |&node| self.tree.parent(node));
        let is_resource = |&node: &NodeId| self.tree.child(node, "resourceType").is_some();
        let at = above(node).find(is_resource).unwrap_or(NodeId::ROOT);
        let list =
            self.tree.parent(at).filter(|&list| self.tree.name(list) == self.known().contained);
        let container = list.and_then(|list| self.tree.parent(list));
        let resource = |node| self.validator.model.resource(self.tree, node);
        constraint::Scope { resource: resource(at), root: resource(container.unwrap_or(at)) }
    }

    /// A resource of any type.
    pub(crate) fn resource(&mut self, node: NodeId, role: Role) {
        let Some(type_id) = resource_type::check(self, node) else { return };
        if role == Role::Root {
            self.path.push(Step::Name(self.definitions().type_name_id(type_id)));
        }
        let shape = ShapeId { type_id, index: 0 };
        let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
        let resource = self.validator.model.node(self.tree, cursor, None);
        let root = self.scope.filter(|_| role == Role::Contained).map_or(resource, |it| it.root);
        let outer = self.scope.replace(constraint::Scope { resource, root });
        let outer_claimed = self.claimed;
        self.claimed = self.first_profile(node, role).or(outer_claimed);
        self.element_ids.push(HashSet::new());
        let elements;
        if role == Role::Contained {
            contained::check_id(self, node);
            elements = self.resource_object(node, shape);
        } else {
            let entry = self.bundles.last_mut().map(|bundle| bundle.enter(node));
            elements = self.resource_object(node, shape);
            contained::check_referenced(self, node);
            if let (Some(bundle), Some(entry)) = (self.bundles.last_mut(), entry) {
                bundle.leave(entry);
            }
        }
        if let Some(type_def) = self.definitions().type_def(type_id) {
            constraint::check(self, resource, Some(elements), &type_def.constraints);
        }
        match self.definitions().type_name(type_id) {
            "QuestionnaireResponse" => questionnaire::check(self, node),
            "Questionnaire" => questionnaire::check_definition(self, node),
            name => definition::check(self, node, name),
        }
        publication::check(self, node);
        canonical_url::check(self, node, shape);
        self.resource_profiles(node, type_id, role);
        self.element_ids.pop();
        (self.scope, self.claimed) = (outer, outer_claimed);
    }

    fn resource_object(&mut self, node: NodeId, shape: ShapeId) -> Elements {
        if self.definitions().type_name(shape.type_id) != "Bundle" {
            return self.object(node, shape, true);
        }
        let entries = self.shared.references.entries(self.tree, node);
        self.bundles.push(bundle::Open::new(self.tree, node, entries));
        let elements = self.object(node, shape, true);
        bundle::check(self, node);
        elements
    }

    /// An object whose properties are the elements of a shape; says which of them it has.
    fn object(&mut self, node: NodeId, id: ShapeId, is_resource: bool) -> Elements {
        let mut found = Elements::none(id);
        let Some(shape) = self.definitions().shape(id) else { return found };
        let mark = self.met.len();
        let elements = shape.elements.len();
        self.met.resize(mark + elements + shape.properties().len(), 0);
        let mut is_empty = true;
        for child in self.tree.children(node) {
            is_empty = false;
            let name = self.tree.name(child);
            match shape.property(name) {
                Some((at, property)) => {
                    let met = &mut self.met[mark + elements + at];
                    *met += 1;
                    // A name that is given twice is an issue of the reader; the first one counts.
                    if *met == 1 {
                        if name == self.known().id && !is_resource {
                            element_id::check(self, child, id);
                        }
                        found.meet(usize::from(property.element), self.tree, child);
                        self.property(child, shape, id, property, mark);
                    }
                }
                None if is_resource && name == self.known().resource_type => {}
                None => element_name::check_unknown(self, child, shape, id),
            }
            if self.issues.is_done() {
                break;
            }
        }
        if is_empty {
            let code = if self.is_xml() { Code::XmlElementEmpty } else { Code::ShapeObjectEmpty };
            self.report(code, self.tree.span(node), Vec::new());
        } else {
            if self.is_xml() {
                xml_shape::check_order(self, node, shape, id);
            }
            cardinality::check_missing(self, node, shape, mark);
        }
        self.met.truncate(mark);
        found
    }

    fn property(
        &mut self,
        node: NodeId,
        shape: &'a Shape,
        owner: ShapeId,
        property: Property,
        mark: usize,
    ) {
        let element = &shape.elements[usize::from(property.element)];
        let view = ElementView::new(element, property, owner);
        let length = self.path.len();
        self.path.push(Step::Name(element.name));
        let count = json_shape::entries(self, node, &view);
        cardinality::check_met(self, node, &view, count, mark);
        self.path.truncate(length);
    }

    /// One value of an element: an entry of its array, or the value itself. `half` is the other half of a
    /// primitive (`birthDate` and `_birthDate`), where [`constraint::needs_half`] asks for it.
    pub(crate) fn value(
        &mut self,
        node: NodeId,
        view: &ElementView<'a>,
        index: Option<u32>,
        half: Option<NodeId>,
    ) {
        let length = self.path.len();
        if let Some(index) = index {
            self.path.push(Step::Index(index));
        }
        if view.element.is_choice
            && let Some(type_ref) = view.type_ref
        {
            self.path.push(Step::OfType(type_ref.code));
        }
        self.typed_value(node, view, half);
        self.path.truncate(length);
    }

    fn typed_value(&mut self, node: NodeId, view: &ElementView<'a>, half: Option<NodeId>) {
        match view.target(self.definitions()) {
            Target::Primitive(type_id) if view.property.is_sibling => {
                self.complex(node, ShapeId { type_id, index: 0 });
                constraint::check_half(self, node, view, half);
            }
            Target::Primitive(type_id) => {
                self.primitive(node, view, type_id);
                if !view.element.constraints.is_empty() {
                    constraint::check_primitive(self, node, view, half);
                }
            }
            Target::Object(shape) => {
                let elements = match view.type_ref {
                    Some(type_ref) => self.data_type(node, shape, view, type_ref),
                    None => self.complex(node, shape),
                };
                let elements = elements.unwrap_or_else(|| Elements::none(shape));
                constraint::check_object(self, (node, shape), view, elements);
            }
            Target::Resource => {
                let is_contained = view.element.name == self.known().contained;
                self.resource(node, if is_contained { Role::Contained } else { Role::Nested });
            }
            // A type that no pack here has: nothing can be said of its content.
            Target::Unknown => {}
        }
    }

    fn data_type(
        &mut self,
        node: NodeId,
        shape: ShapeId,
        view: &ElementView<'a>,
        type_ref: &'a TypeRef,
    ) -> Option<Elements> {
        let is_extension = u32::from(type_ref.code == self.known().extension_type);
        self.extension_depth += is_extension;
        let elements = self.complex(node, shape);
        if elements.is_some() {
            self.typed_rules(node, view, type_ref);
            self.type_profiles(node, shape, type_ref);
        }
        self.extension_depth -= is_extension;
        elements
    }

    /// Rules of single data types, after their elements were checked.
    fn typed_rules(&mut self, node: NodeId, view: &ElementView<'a>, type_ref: &'a TypeRef) {
        let known = self.known();
        if type_ref.code == known.extension_type {
            extension::check(self, node);
        } else if type_ref.code == known.reference_type {
            reference::check(self, node, type_ref);
        } else if type_ref.code == known.coding_type {
            system::check_coding(self, node);
            coding::check(self, node);
        } else if type_ref.code == known.identifier_type {
            system::check_identifier(self, node);
        } else if type_ref.code == known.meta_type {
            profile::check_claimed(self, node);
            security_label::check(self, node);
        } else if type_ref.code == known.attachment_type {
            attachment::check(self, node);
        }
        if let Some(binding) = view.element.binding {
            binding::check_complex(self, node, binding, type_ref.code);
        }
    }

    fn primitive(&mut self, node: NodeId, view: &ElementView<'a>, type_id: TypeId) {
        let primitives = &self.validator.primitives;
        let Some(primitive) = primitives.get(type_id.index()).copied().flatten() else { return };
        if primitive_value::check(self, node, (primitive, type_id), view.element)
            && let Some(binding) = view.element.binding
        {
            binding::check_code(self, node, binding);
        }
    }

    /// The elements of the object at `node`; none where there is something else.
    fn complex(&mut self, node: NodeId, shape: ShapeId) -> Option<Elements> {
        match self.tree.kind(node) {
            Kind::Object => Some(self.object(node, shape, false)),
            Kind::Damaged => None,
            _ => {
                json_shape::report_no_object(self, node);
                None
            }
        }
    }
}
