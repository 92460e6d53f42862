//! The walk: base and differential from the root down.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::Sources;
use super::fields::{DEFINITION, in_order};
use super::group::close_groups;
use super::inherit::{Origin, hand_down};
use super::message::{Message, Problem};
use super::node::{Node, list_of, tree_of};
use super::property::{definition_mappings, own_base};
use super::value::{Object, Value};
use crate::definitions::View;
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Names, NodeId, Tree};

/// How many definitions may build on each other, and how deep elements may lie in each other.
pub(super) const DEPTH: usize = 64;

const BASE_VERSION: &str = "http://hl7.org/fhir/tools/StructureDefinition/snapshot-base-version";

/// A StructureDefinition with its snapshot.
#[derive(Debug)]
pub struct Snapshot {
    /// The definition: as it was given, with the snapshot put in, or in place of the one it had. Without
    /// any snapshot where the base is not known.
    pub tree: Tree,
    /// What is wrong with the differential.
    pub messages: Vec<Message>,
}

/// Makes the snapshot of a StructureDefinition from its differential. Linear in the size of the result.
pub fn generate(definition: View<'_>, sources: &dyn Sources) -> Snapshot {
    let mut generator = Generator::new(sources);
    let mut whole = Object::of(definition);
    whole.remove("snapshot");
    if let Some(built) = generator.build(definition) {
        built.put_into(&mut whole);
    }
    whole.sort(DEFINITION);
    let mut text = String::new();
    whole.write(&mut text);
    let names = Arc::new(Names::default());
    let tree = json::parse(text, &names, &Limits::default(), &mut Issues::new(1));
    Snapshot { tree, messages: generator.messages }
}

/// A definition whose snapshot is there.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) url: String,
    pub(super) version: Option<String>,
    /// `StructureDefinition.type`.
    pub(super) type_name: String,
    pub(super) is_constraint: bool,
    /// `baseDefinition`.
    pub(super) base: Option<String>,
    /// Profiles that who conforms to this one conforms to as well (the extension `imposeProfile`).
    pub(super) imposed: Vec<String>,
    pub(super) root: Node,
    /// `StructureDefinition.mapping`, with those of the base.
    mapping: Vec<Value>,
    /// The version of the definition that it builds on.
    base_version: Option<String>,
}

impl Built {
    /// Adds the snapshot to the rest of the definition.
    fn put_into(self, whole: &mut Object) {
        let mut elements = Vec::new();
        let name = self.root.name.clone();
        list_of(self.root, &name, &name, &mut elements);
        let mut snapshot = Object::default();
        if let Some(version) = &self.base_version {
            let mut extension = Object::default();
            extension.set("url", Value::text(BASE_VERSION));
            extension.set("valueString", Value::text(version));
            snapshot.set("extension", vec![extension.into()].into());
        }
        snapshot.set("element", elements.into_iter().map(Value::from).collect::<Vec<_>>().into());
        whole.set("snapshot", snapshot.into());
        whole.set_entries("mapping", self.mapping);
    }
}

/// A profile of a type, or a part of one.
pub(super) struct Profile {
    pub(super) root: Node,
    /// The type that it is a profile of.
    pub(super) type_name: String,
}

/// What is known while a snapshot grows.
pub(super) struct Generator<'s> {
    sources: &'s dyn Sources,
    /// By canonical: definitions that were asked for; none for one that is not to be had.
    done: HashMap<String, Option<Rc<Built>>>,
    /// Those that are being made.
    active: Vec<String>,
    pub(super) messages: Vec<Message>,
    /// The canonical URL of the definition that is being made, for the constraints that it adds.
    pub(super) url: String,
    /// The same with its version, for its obligations.
    pub(super) canonical: String,
    /// True where the definition adds elements rather than constrains them.
    pub(super) is_specialization: bool,
}

impl<'s> Generator<'s> {
    fn new(sources: &'s dyn Sources) -> Self {
        Self {
            sources,
            done: HashMap::new(),
            active: Vec::new(),
            messages: Vec::new(),
            url: String::new(),
            canonical: String::new(),
            is_specialization: false,
        }
    }

    pub(super) fn report(&mut self, problem: Problem, element: Option<usize>, id: &str) {
        self.messages.push(Message { problem, element, id: id.to_owned() });
    }

    /// The definition of that canonical, its snapshot made where it has none.
    pub(super) fn find(&mut self, canonical: &str) -> Option<Rc<Built>> {
        if let Some(known) = self.done.get(canonical) {
            return known.clone();
        }
        let built = self.sources.find(canonical).and_then(|tree| {
            let view = View::new(&tree, NodeId::ROOT);
            let mut built = self.open(view)?;
            hand_down(
                &mut built.root,
                Origin {
                    url: &built.url,
                    type_name: &built.type_name,
                    fhir_version: view.text("fhirVersion").or_else(|| view.text("version")),
                },
            );
            Some(Rc::new(built))
        });
        // Not while it is being made: a definition may meet itself on the way, and is there afterwards.
        if self.active.is_empty() || built.is_some() {
            self.done.insert(canonical.to_owned(), built.clone());
        }
        built
    }

    /// What a profile says of its type: the root of the definition; or of a part of it, where the
    /// canonical ends with the name of a slice (`patient-nationality#code`).
    pub(super) fn find_profile(&mut self, canonical: &str) -> Option<Profile> {
        let (url, part) = canonical.split_once('#').unwrap_or((canonical, ""));
        let built = self.find(url)?;
        let type_name = built.type_name.clone();
        if part.is_empty() {
            return Some(Profile { root: built.root.clone(), type_name });
        }
        let mut slices = built.root.children.iter().flat_map(|child| &child.slices);
        let mut root = slices.find(|it| it.slice.as_deref() == Some(part))?.clone();
        root.slice = None;
        Some(Profile { root, type_name })
    }

    /// The definition of a type of FHIR, or of a logical model, by the code in `ElementDefinition.type`.
    pub(super) fn find_type(&mut self, code: &str) -> Option<Rc<Built>> {
        let code = code.strip_prefix("http://hl7.org/fhirpath/System.").map_or(code, |_| "string");
        if code.contains("://") {
            return self.find(code);
        }
        self.find(&format!("{}{code}", crate::definitions::structure_definition::CORE))
    }

    fn open(&mut self, view: View<'_>) -> Option<Built> {
        let elements = view.object("snapshot").map(|snapshot| snapshot.objects("element"));
        let elements: Vec<Object> = elements.into_iter().flatten().map(Object::of).collect();
        if elements.is_empty() {
            return self.build_for_another(view);
        }
        let (root, _) = tree_of(elements)?;
        Some(Built {
            root,
            mapping: view.objects("mapping").map(|entry| Object::of(entry).into()).collect(),
            ..Built::head(view)
        })
    }

    /// Makes the snapshot of a definition that another builds on: what is wrong with it is for its own
    /// author.
    fn build_for_another(&mut self, view: View<'_>) -> Option<Built> {
        let url = view.text("url").unwrap_or_default();
        if self.active.len() >= DEPTH || self.active.iter().any(|active| active == url) {
            return None;
        }
        let messages = std::mem::take(&mut self.messages);
        let own_url = (std::mem::take(&mut self.url), std::mem::take(&mut self.canonical));
        let own_kind = self.is_specialization;
        let built = self.build(view);
        self.messages = messages;
        ((self.url, self.canonical), self.is_specialization) = (own_url, own_kind);
        built
    }

    /// The definition with the snapshot that its differential makes.
    fn build(&mut self, view: View<'_>) -> Option<Built> {
        let head = Built::head(view);
        let canonical = view.text("baseDefinition").unwrap_or_default();
        self.active.push(head.url.clone());
        let base = self.find(canonical);
        let built = match base {
            Some(base) => Some(self.put_on(view, head, &base)),
            None => {
                let is_circle = self.active.iter().any(|active| active == canonical);
                let problem = if is_circle { Problem::Circle } else { Problem::Base };
                self.report(problem(canonical.to_owned()), None, &head.type_name);
                None
            }
        };
        self.active.pop();
        built
    }

    fn put_on(&mut self, view: View<'_>, head: Built, base: &Built) -> Built {
        self.url.clone_from(&head.url);
        let version = head.version.iter().map(|version| format!("|{version}"));
        self.canonical = std::iter::once(head.url.clone()).chain(version).collect();
        self.is_specialization = !head.is_constraint;
        let mut root = base.root.clone();
        let own: Vec<Value> = view.objects("mapping").map(|it| Object::of(it).into()).collect();
        let mapping = definition_mappings(&base.mapping, own);
        if self.is_specialization {
            let name = crate::definitions::structure_definition::path_of(&head.type_name);
            Self::specialise(&mut root, name);
        }
        let elements = view.object("differential").map(|it| it.objects("element"));
        let elements: Vec<Object> = elements.into_iter().flatten().map(Object::of).collect();
        let paths: Vec<String> =
            elements.iter().map(|it| it.text("path").unwrap_or_default().to_owned()).collect();
        if let Some((diff, misplaced)) = tree_of(elements) {
            for index in misplaced {
                self.report(Problem::Path(paths[index].clone()), Some(index), &paths[index]);
            }
            self.put_root(&mut root, &diff);
        }
        close_groups(&mut root);
        in_order(&mut root);
        Built { root, mapping, base_version: base.version.clone(), ..head }
    }

    fn put_root(&mut self, root: &mut Node, diff: &Node) {
        let id = root.name.to_string();
        if diff.name != root.name {
            let path = diff.name.to_string();
            return self.report(Problem::Path(path), diff.index, &id);
        }
        if let Some(slicing) = diff.fields.get("slicing").and(diff.index) {
            self.report(Problem::RootSlice, Some(slicing), &id);
        }
        self.apply(root, diff, false, &id);
    }

    /// A new type begins with the elements of the one that it specialises.
    fn specialise(root: &mut Node, name: &str) {
        root.name = name.into();
    }

    /// Puts what the differential says of an element, of those below it and of its slices onto `node`,
    /// whose id in the result is `id`.
    ///
    /// `is_settled`: the element is in a slice whose elements the base lists, so that a `valueString` says of
    /// `value[x]` itself which type it has there.
    pub(super) fn apply(&mut self, node: &mut Node, diff: &Node, is_settled: bool, id: &str) {
        if id.split('.').count() > DEPTH {
            return self.report(Problem::Depth, diff.index, id);
        }
        let before = Before::of(node, diff);
        if !diff.fields.is_empty() {
            self.merge(node, diff, id);
        }
        let has_own = !node.children.is_empty();
        if !diff.children.is_empty() && self.expand(node, diff, id) {
            self.expand_slices(node, diff, id);
            let is_settled = is_settled && has_own;
            self.apply_children(node, diff, is_settled, id);
        }
        if !diff.slices.is_empty() {
            self.apply_slices(node, diff, &before, id);
        }
    }

    /// Where the differential goes below an element, the slices that the base has of it have the elements of their
    /// type below them, too.
    fn expand_slices(&mut self, node: &mut Node, diff: &Node, id: &str) {
        for slice in node.slices.iter_mut().filter(|slice| slice.children.is_empty()) {
            self.expand(slice, diff, id);
        }
    }

    fn apply_children(&mut self, node: &mut Node, diff: &Node, is_settled: bool, id: &str) {
        let mut last = 0;
        let mut said = vec![false; node.children.len()];
        for child in super::types::spelled_out(&diff.children, &node.children, is_settled) {
            let child_id = format!("{id}.{}", child.name);
            match node.child(&child.name) {
                Some(at) => {
                    if at < last {
                        self.report(Problem::Order(child_id.clone()), child.index, &child_id);
                    }
                    last = last.max(at);
                    let is_own = child.index.is_some();
                    if said.get_mut(at).is_some_and(|it| std::mem::replace(it, is_own) && is_own) {
                        self.report(Problem::Twice(child_id.clone()), child.index, &child_id);
                    }
                    self.apply(&mut node.children[at], &child, is_settled, &child_id);
                }
                None if self.is_specialization => node.children.push(self.adopt(&child, &child_id)),
                None => {
                    let at = first_index(&child);
                    self.report(Problem::UnknownElement(child_id.clone()), at, &child_id);
                }
            }
        }
    }

    /// An element that the differential of a new type adds.
    fn adopt(&mut self, diff: &Node, id: &str) -> Node {
        let mut node = Node { fields: diff.fields.clone(), ..Node::implied(&diff.name) };
        node.slice.clone_from(&diff.slice);
        own_base(&mut node.fields, id);
        if !diff.children.is_empty() {
            self.expand(&mut node, diff, id);
            self.add_type_constraints(&mut node);
            self.apply_children(&mut node, diff, false, id);
        }
        node.slices = diff.slices.iter().map(|slice| self.adopt(slice, id)).collect();
        node
    }
}

/// What the base says of an element, for its slices.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// How many types it has.
    pub(super) types: usize,
    /// The element as the base has it. A differential that says something of all values says it once: it
    /// holds for those in slices too, without being said again of each slice.
    pub(super) fields: Object,
}

impl Before {
    fn of(node: &Node, diff: &Node) -> Self {
        if diff.slices.is_empty() {
            return Self::default();
        }
        Self { types: node.types().len(), fields: node.fields.clone() }
    }
}

/// The position of the first element in the list that belongs to the node.
fn first_index(node: &Node) -> Option<usize> {
    let below = node.children.iter().chain(&node.slices);
    node.index.or_else(|| below.filter_map(first_index).min())
}

impl Built {
    /// What stands before the elements.
    fn head(view: View<'_>) -> Self {
        let text = |name| view.text(name).map(str::to_owned);
        Self {
            url: text("url").unwrap_or_default(),
            version: text("version"),
            type_name: text("type").unwrap_or_default(),
            is_constraint: view.text("derivation") != Some("specialization"),
            base: text("baseDefinition"),
            imposed: imposed(view),
            root: Node::default(),
            mapping: Vec::new(),
            base_version: None,
        }
    }
}

fn imposed(view: View<'_>) -> Vec<String> {
    const IMPOSE: &str =
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile";
    let extensions = view.objects("extension").filter(|it| it.text("url") == Some(IMPOSE));
    extensions.filter_map(|it| it.text("valueCanonical").map(str::to_owned)).collect()
}
