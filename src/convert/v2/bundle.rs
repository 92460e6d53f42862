//! The kinds of Bundle that a message can become: the same entries, with what each kind needs around them.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use crate::text::Span;
use crate::tree::{Key, Kind, NodeId, Tree, TreeBuilder};

/// Which Bundle a message becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BundleKind {
    /// `message`, as the maps make it: begins with a `MessageHeader`.
    #[default]
    Message,
    /// `transaction`: each entry says how a server is to store it, so that sending it twice stores it once.
    Transaction,
    /// `collection`: the resources, for whatever use.
    Collection,
}

/// Resources that stand for something that has an identifier in the world: the same one comes in many messages.
const IDENTIFIED: [&str; 6] =
    ["Patient", "Practitioner", "Organization", "Location", "Device", "Encounter"];

impl BundleKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Transaction => "transaction",
            Self::Collection => "collection",
        }
    }
}

/// The Bundle in another kind, with the profiles that its resources claim; none where nothing has to change. Entries keep their places, so that a path into one leads to the same value in the other.
///
/// In a transaction, a resource whose first identifier has a system is updated where that identifier is (conditional
/// update: `PUT Patient?identifier=system|value`), and has no `id`, which would be another server's. Any other, and what
/// would be found by the same identifier again, is put under its id, which is the same whenever the same message comes. A `MessageHeader`
/// is of one message only: it is created anew.
pub fn in_kind(tree: &Tree, kind: BundleKind, claims: &Claims) -> Option<Tree> {
    let is_bundle = tree.child_text(NodeId::ROOT, "resourceType") == Some("Bundle");
    if !is_bundle || kind == BundleKind::Message && claims.is_empty() {
        return None;
    }
    let mut fills: HashMap<NodeId, Vec<&Fill>> = HashMap::new();
    for fill in claims.values().flat_map(|claim| &claim.fills) {
        fills.entry(fill.owner).or_default().push(fill);
    }
    let builder = TreeBuilder::over(tree);
    let mut writer = Writer { builder, tree, claims, fills, conditions: HashSet::new() };
    writer.bundle(kind);
    Some(writer.builder.finish(tree.text().to_owned()))
}

struct Writer<'t> {
    builder: TreeBuilder,
    tree: &'t Tree,
    claims: &'t Claims,
    /// What objects and lists are given.
    fills: HashMap<NodeId, Vec<&'t Fill>>,
    /// The searches of updates so far: two that find the same resource would make a transaction fail.
    conditions: HashSet<String>,
}

/// The profiles that resources claim, by their nodes.
pub type Claims = HashMap<NodeId, Claim>;

/// What a resource claims.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// `meta.profile`
    pub profiles: Vec<String>,
    /// What it is given so that it meets them.
    pub fills: Vec<Fill>,
}

/// A property that an object is given, or an entry that is added to a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The object or the list.
    pub owner: NodeId,
    /// The name of the property; empty for an entry of a list.
    pub name: String,
    /// Its value, in which nothing but texts are.
    pub value: Value,
}

/// A place in no text.
const NOWHERE: Span = Span::new(0, 0);

impl Writer<'_> {
    fn bundle(&mut self, kind: BundleKind) {
        let tree = self.tree;
        self.builder.open(Kind::Object, None, 0);
        for child in tree.children(NodeId::ROOT) {
            match tree.name_text(child) {
                "type" => self.text("type", kind.as_str()),
                "entry" => {
                    self.builder.open(Kind::Array, self.key(child), 0);
                    for entry in tree.children(child) {
                        self.entry(entry, kind);
                    }
                    self.builder.close(0);
                }
                _ => self.copy(child),
            }
        }
        self.builder.close(0);
    }

    fn entry(&mut self, entry: NodeId, kind: BundleKind) {
        let tree = self.tree;
        self.builder.open(Kind::Object, None, 0);
        let resource = tree.child(entry, "resource");
        let is_sent = kind == BundleKind::Transaction;
        let condition = resource.filter(|_| is_sent).and_then(|it| condition(tree, it));
        let condition = condition.filter(|it| self.conditions.insert(it.clone()));
        for child in tree.children(entry) {
            if Some(child) == resource {
                self.resource(child, condition.is_none());
            } else {
                self.copy(child);
            }
        }
        if let Some(resource) = resource.filter(|_| is_sent) {
            self.request(resource, condition);
        }
        self.builder.close(0);
    }

    /// A resource, with the profiles that it claims.
    fn resource(&mut self, resource: NodeId, has_id: bool) {
        let tree = self.tree;
        let mut profiles = self.claims.get(&resource).map_or(&[][..], |it| it.profiles.as_slice());
        self.builder.open(Kind::Object, self.key(resource), 0);
        let has_meta = tree.child(resource, "meta").is_some();
        for child in tree.children(resource) {
            let name = tree.name_text(child);
            let is_place = name == "meta" || !has_meta && !matches!(name, "resourceType" | "id");
            if is_place && !profiles.is_empty() {
                self.meta(Some(child).filter(|_| has_meta), std::mem::take(&mut profiles));
            }
            if name != "meta" && (has_id || name != "id")
                || name == "meta" && !self.claims.contains_key(&resource)
            {
                self.copy(child);
            }
        }
        if !profiles.is_empty() {
            self.meta(None, profiles);
        }
        self.fill(resource);
        self.builder.close(0);
    }

    fn meta(&mut self, before: Option<NodeId>, profiles: &[String]) {
        let tree = self.tree;
        self.open(Kind::Object, "meta");
        self.open(Kind::Array, "profile");
        for profile in profiles {
            self.builder.decoded(None, NOWHERE, profile);
        }
        self.builder.close(0);
        if let Some(before) = before {
            tree.children(before).for_each(|child| self.copy(child));
        }
        self.builder.close(0);
    }

    fn open(&mut self, kind: Kind, name: &str) {
        let name = self.builder.intern(name);
        self.builder.open(kind, Some(Key { name, start: 0 }), 0);
    }

    fn request(&mut self, resource: NodeId, condition: Option<String>) {
        let text = |name| self.tree.child_text(resource, name);
        let resource_type = text("resourceType").unwrap_or_default().to_owned();
        let is_update = resource_type != "MessageHeader";
        let url = match (condition, text("id").filter(|_| is_update)) {
            (Some(condition), _) => format!("{resource_type}?{condition}"),
            (None, Some(id)) => format!("{resource_type}/{id}"),
            (None, None) => resource_type,
        };
        let method = if url.contains(['/', '?']) { "PUT" } else { "POST" };
        self.open(Kind::Object, "request");
        self.text("method", method);
        self.text("url", &url);
        self.builder.close(0);
    }

    /// Copies a node with its children.
    fn copy(&mut self, node: NodeId) {
        let (tree, kind) = (self.tree, self.tree.kind(node));
        let key = self.key(node);
        if !matches!(kind, Kind::Object | Kind::Array) {
            self.builder.leaf_of(tree, node, key);
            return;
        }
        self.builder.open(kind, key, tree.span(node).start);
        tree.children(node).for_each(|child| self.copy(child));
        self.fill(node);
        self.builder.close(tree.span(node).end);
    }

    /// What an object or a list is given beside what it has.
    fn fill(&mut self, owner: NodeId) {
        for fill in self.fills.remove(&owner).into_iter().flatten() {
            self.json(Some(fill.name.as_str()).filter(|name| !name.is_empty()), &fill.value);
        }
    }

    fn json(&mut self, name: Option<&str>, value: &Value) {
        let key = name.map(|name| Key { name: self.builder.intern(name), start: 0 });
        match value {
            Value::Object(members) => {
                self.builder.open(Kind::Object, key, 0);
                for (name, value) in members {
                    self.json(Some(name), value);
                }
                self.builder.close(0);
            }
            Value::Array(values) => {
                self.builder.open(Kind::Array, key, 0);
                for value in values {
                    self.json(None, value);
                }
                self.builder.close(0);
            }
            Value::String(text) => {
                self.builder.decoded(key, NOWHERE, text);
            }
            _ => {}
        }
    }

    fn key(&self, node: NodeId) -> Option<Key> {
        let (name, start) = (self.tree.name(node), self.tree.key_start(node));
        (!self.tree.names().text(name).is_empty()).then_some(Key { name, start })
    }

    fn text(&mut self, name: &str, value: &str) {
        let name = self.builder.intern(name);
        self.builder.decoded(Some(Key { name, start: 0 }), NOWHERE, value);
    }
}

/// The search that finds a resource by its first identifier, where that has a system and a value: a later one may be
/// of another kind, such as a number that more than one person has.
fn condition(tree: &Tree, resource: NodeId) -> Option<String> {
    let resource_type = tree.child_text(resource, "resourceType")?;
    if !IDENTIFIED.contains(&resource_type) {
        return None;
    }
    let identifiers = tree.child(resource, "identifier")?;
    let first = tree.children(identifiers).next()?;
    let (system, value) = (tree.child_text(first, "system")?, tree.child_text(first, "value")?);
    Some(format!("identifier={}|{}", escaped(system), escaped(value)))
}

/// A value of a search parameter in a URL: percent-encoded, and with the escapes of FHIR.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                text.push(char::from(byte));
            }
            b',' | b'|' | b'$' | b'\\' => text += &format!("%5C%{byte:02X}"),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}
