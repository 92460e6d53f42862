//! The kinds of Bundle that a message can become: the same entries, with what each kind needs around them.

use serde::Deserialize;

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

/// The Bundle in another kind; none where nothing has to change. Entries keep their places, so that a path into one leads to the same value in the other.
///
/// In a transaction, a resource with an identifier of an own system is updated where that identifier is (conditional
/// update: `PUT Patient?identifier=system|value`), and has no `id`, which would be another server's. Any other is put
/// under its id, which is the same whenever the same message comes. A `MessageHeader`
/// is of one message only: it is created anew.
pub fn in_kind(tree: &Tree, kind: BundleKind) -> Option<Tree> {
    let is_bundle = tree.child_text(NodeId::ROOT, "resourceType") == Some("Bundle");
    if !is_bundle || kind == BundleKind::Message {
        return None;
    }
    let mut writer = Writer { builder: TreeBuilder::over(tree), tree };
    writer.bundle(kind);
    Some(writer.builder.finish(tree.text().to_owned()))
}

struct Writer<'t> {
    builder: TreeBuilder,
    tree: &'t Tree,
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
                "entry" if kind == BundleKind::Transaction => {
                    self.builder.open(Kind::Array, self.key(child), 0);
                    for entry in tree.children(child) {
                        self.entry(entry);
                    }
                    self.builder.close(0);
                }
                _ => self.copy(child, None),
            }
        }
        self.builder.close(0);
    }

    fn entry(&mut self, entry: NodeId) {
        let tree = self.tree;
        self.builder.open(Kind::Object, None, 0);
        let resource = tree.child(entry, "resource");
        let condition = resource.and_then(|resource| condition(tree, resource));
        for child in tree.children(entry) {
            let left_out =
                if condition.is_some() && Some(child) == resource { Some("id") } else { None };
            self.copy(child, left_out);
        }
        if let Some(resource) = resource {
            self.request(resource, condition);
        }
        self.builder.close(0);
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
        let name = self.builder.intern("request");
        self.builder.open(Kind::Object, Some(Key { name, start: 0 }), 0);
        self.text("method", method);
        self.text("url", &url);
        self.builder.close(0);
    }

    /// Copies a node with its children, without those named `left_out`.
    fn copy(&mut self, node: NodeId, left_out: Option<&str>) {
        let (tree, kind) = (self.tree, self.tree.kind(node));
        let key = self.key(node);
        if !matches!(kind, Kind::Object | Kind::Array) {
            self.builder.leaf_of(tree, node, key);
            return;
        }
        self.builder.open(kind, key, tree.span(node).start);
        for child in tree.children(node) {
            if left_out != Some(tree.name_text(child)) {
                self.copy(child, None);
            }
        }
        self.builder.close(tree.span(node).end);
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

/// The search that finds a resource by its first identifier with a system and a value.
fn condition(tree: &Tree, resource: NodeId) -> Option<String> {
    let resource_type = tree.child_text(resource, "resourceType")?;
    if !IDENTIFIED.contains(&resource_type) {
        return None;
    }
    let identifiers = tree.child(resource, "identifier")?;
    let mut pairs = tree.children(identifiers).filter_map(|identifier| {
        let text = |name| tree.child_text(identifier, name);
        Some((text("system")?, text("value")?))
    });
    let (system, value) = pairs.next()?;
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
