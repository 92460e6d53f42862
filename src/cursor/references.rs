//! Where references lead inside one input: to contained resources, and to entries of the Bundles around
//! them (R4 references.html#contained, bundle.html#references).
//!
//! Validation, FHIRPath's `resolve()` and slicing ask the same [`References`]. Each resource is indexed
//! when a reference inside it first asks, so that many references take time in proportion to the input.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::text::find;
use crate::tree::{Kind, NodeId, Tree};

/// What is known so far of the references of one tree; each method takes that tree.
#[derive(Debug, Default)]
pub struct References {
    known: RefCell<HashMap<NodeId, Option<Rc<Holder>>>>,
}

/// A resource that others may stand in.
#[derive(Debug)]
struct Holder {
    /// What it contains, by id; the first of each.
    contained: HashMap<Box<str>, NodeId>,
    /// True where it stands in `contained` itself.
    is_contained: bool,
    /// Where it is a Bundle.
    entries: Option<Rc<Entries>>,
}

/// The entries of a Bundle, by what identifies them.
#[derive(Debug)]
pub struct Entries {
    list: Vec<Entry>,
    /// By `fullUrl`, and by `fullUrl` with `/_history/` and the version.
    by_url: HashMap<Box<str>, Match>,
    /// By `Type/id`, the first of each; made when first asked for.
    by_name: OnceCell<HashMap<Box<str>, usize>>,
}

/// `Bundle.entry`
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The entry.
    pub node: NodeId,
    /// Its `resource`, if that is an object.
    pub resource: Option<NodeId>,
    /// Its `fullUrl`, if that is a string.
    pub full_url: Option<NodeId>,
}

/// How many entries have an identity, and the first of them.
#[derive(Clone, Copy, Debug)]
struct Match {
    first: usize,
    count: usize,
}

/// Where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To the entry of that number.
    Entry(usize),
    /// To more than one; the first of them.
    Several(usize),
    /// Out of the Bundle.
    Outside,
    /// Nowhere: a relative reference in an entry without `fullUrl`.
    NoBase,
}

impl References {
    /// The resource that a reference at a node is to, if it is in the tree: one that is contained, or an
    /// entry of a Bundle around the node by its `fullUrl`, else by its type and id.
    pub fn resolve(&self, tree: &Tree, at: NodeId, reference: &str) -> Option<NodeId> {
        if let Some(id) = reference.strip_prefix('#') {
            return self.contained(tree, at, id);
        }
        self.holders(tree, at).find_map(|(_, holder)| {
            let entries = holder.entries.as_ref()?;
            let index = match entries.lead(tree, entries.around(tree, at), reference) {
                Lead::Entry(index) | Lead::Several(index) => index,
                Lead::Outside | Lead::NoBase => entries.named(tree, split(reference).0)?,
            };
            entries.list[index].resource
        })
    }

    /// The resource with that id in `contained` of the resource around a node, which is not contained
    /// itself; that resource for an empty id.
    pub fn contained(&self, tree: &Tree, at: NodeId, id: &str) -> Option<NodeId> {
        let mut holders = self.holders(tree, at);
        let (node, holder) = holders.find(|(_, holder)| !holder.is_contained)?;
        if id.is_empty() { Some(node) } else { holder.contained.get(id).copied() }
    }

    /// The entries of the Bundle at a node.
    pub fn entries(&self, tree: &Tree, node: NodeId) -> Rc<Entries> {
        let entries = self.holder(tree, node).and_then(|holder| holder.entries.clone());
        entries.unwrap_or_else(|| Rc::new(Entries::new(tree, node)))
    }

    /// The resources around a node, innermost first.
    fn holders(&self, tree: &Tree, at: NodeId) -> impl Iterator<Item = (NodeId, Rc<Holder>)> {
        let ancestors = std::iter::successors(Some(at), |&node| tree.parent(node));
        ancestors.filter_map(|node| Some((node, self.holder(tree, node)?)))
    }

    fn holder(&self, tree: &Tree, node: NodeId) -> Option<Rc<Holder>> {
        if tree.kind(node) != Kind::Object {
            return None;
        }
        let mut known = self.known.borrow_mut();
        known.entry(node).or_insert_with(|| Holder::new(tree, node).map(Rc::new)).clone()
    }
}

impl Holder {
    fn new(tree: &Tree, node: NodeId) -> Option<Self> {
        let name = tree.child_text(node, "resourceType")?;
        let entries = (name == "Bundle").then(|| Rc::new(Entries::new(tree, node)));
        let mut contained = HashMap::new();
        let list = tree.child(node, "contained");
        for resource in list.into_iter().flat_map(|list| tree.children(list)) {
            if let Some(id) = tree.child_text(resource, "id") {
                contained.entry(id.into()).or_insert(resource);
            }
        }
        let is_contained =
            tree.parent(node).is_some_and(|list| tree.name_text(list) == "contained");
        Some(Self { contained, is_contained, entries })
    }
}

impl Entries {
    fn new(tree: &Tree, node: NodeId) -> Self {
        let list = tree.child(node, "entry").filter(|&list| tree.kind(list) == Kind::Array);
        let nodes = list.into_iter().flat_map(|list| tree.children(list));
        let list: Vec<Entry> = nodes.map(|node| Entry::new(tree, node)).collect();
        let mut by_url = HashMap::with_capacity(list.len());
        for (index, entry) in list.iter().enumerate() {
            let Some(url) = entry.full_url.map(|url| tree.value(url)) else { continue };
            count(by_url.entry(url.into()), index);
            if let Some(version) = entry.version(tree) {
                count(by_url.entry(format!("{url}/_history/{version}").into()), index);
            }
        }
        Self { list, by_url, by_name: OnceCell::new() }
    }

    /// The number of the first entry with a resource of that `Type/id`.
    fn named(&self, tree: &Tree, name: &str) -> Option<usize> {
        let by_name = self.by_name.get_or_init(|| {
            let mut names = HashMap::with_capacity(self.list.len());
            for (index, entry) in self.list.iter().enumerate() {
                let text = |name| tree.child_text(entry.resource?, name);
                if let (Some(name), Some(id)) = (text("resourceType"), text("id")) {
                    names.entry(format!("{name}/{id}").into()).or_insert(index);
                }
            }
            names
        });
        by_name.get(name).copied()
    }

    /// The entries, in order.
    pub fn list(&self) -> &[Entry] {
        &self.list
    }

    /// True if each entry has a `fullUrl`, no two have the same, and none has a version.
    pub fn are_distinct(&self) -> bool {
        let have_urls = self.list.iter().all(|entry| entry.full_url.is_some());
        have_urls && self.by_url.len() == self.list.len()
    }

    /// The number of the entry that a node stands in.
    pub fn around(&self, tree: &Tree, at: NodeId) -> Option<usize> {
        let index = self.list.partition_point(|entry| entry.node <= at).checked_sub(1)?;
        (at < tree.after(self.list[index].node)).then_some(index)
    }

    /// Where a reference in that entry leads, by the `fullUrl` of the entries alone.
    pub fn lead(&self, tree: &Tree, from: Option<usize>, reference: &str) -> Lead {
        let (path, version) = split(reference);
        if is_absolute(reference) {
            return self.find(path, version);
        }
        let Some(entry) = from.and_then(|index| self.list.get(index)) else { return Lead::NoBase };
        let Some(own) = entry.full_url else { return Lead::NoBase };
        match entry.base(tree, tree.value(own)) {
            Some(base) => self.find(&format!("{base}{path}"), version),
            None => Lead::Outside,
        }
    }

    fn find(&self, url: &str, version: Option<&str>) -> Lead {
        let versioned =
            version.and_then(|version| self.by_url.get(&*format!("{url}/_history/{version}")));
        match versioned.or_else(|| self.by_url.get(url)) {
            Some(&Match { first, count: 1 }) => Lead::Entry(first),
            Some(&Match { first, .. }) => Lead::Several(first),
            None => Lead::Outside,
        }
    }
}

impl Entry {
    fn new(tree: &Tree, node: NodeId) -> Self {
        let child = |name, kind| tree.child(node, name).filter(|&child| tree.kind(child) == kind);
        Self {
            node,
            resource: child("resource", Kind::Object),
            full_url: child("fullUrl", Kind::String),
        }
    }

    /// What a relative reference in the entry is relative to: its `fullUrl` without the type and id of its
    /// resource at the end. A `urn:uuid:`, or the URL of something else, says nothing of where others are.
    fn base<'t>(self, tree: &Tree, full_url: &'t str) -> Option<&'t str> {
        let text = |name| tree.child_text(self.resource?, name);
        let base = full_url.strip_suffix(text("id")?)?.strip_suffix('/')?;
        let base = base.strip_suffix(text("resourceType")?)?;
        (base.is_empty() || base.ends_with('/')).then_some(base)
    }

    fn version(self, tree: &Tree) -> Option<&str> {
        tree.child_text(tree.child(self.resource?, "meta")?, "versionId")
    }
}

fn count(entry: std::collections::hash_map::Entry<'_, Box<str>, Match>, index: usize) {
    entry.or_insert(Match { first: index, count: 0 }).count += 1;
}

/// A reference without its fragment: what comes before `/_history/`, and the version after it.
fn split(reference: &str) -> (&str, Option<&str>) {
    // Most have neither.
    let bytes = reference.as_bytes();
    if find(bytes, 0, |word| word.equal(b'#') | word.equal(b'_')) == bytes.len() {
        return (reference, None);
    }
    let reference = reference.split('#').next().unwrap_or_default();
    match reference.split_once("/_history/") {
        Some((path, version)) => (path, Some(version)),
        None => (reference, None),
    }
}

/// True for a URL with a scheme.
pub fn is_absolute(reference: &str) -> bool {
    let bytes = reference.as_bytes();
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let end = bytes.iter().position(|&byte| !is_scheme_byte(byte));
    end.is_some_and(|end| bytes[end] == b':' && bytes[0].is_ascii_alphabetic())
}

/// True for the URL of a server.
pub fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}
