//! The entries of a Bundle, found by what identifies them (R4 bundle.html#bundle-unique and #references).

use std::collections::HashMap;

use crate::tree::{Kind, NodeId, Tree};

/// A Bundle that the walk is in.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    /// `Bundle.type`.
    pub(super) kind: &'a str,
    pub(super) entries: Vec<Entry<'a>>,
    by_url: HashMap<&'a str, Match>,
    by_version: HashMap<(&'a str, &'a str), Match>,
    /// The entry that the walk is in.
    pub(super) current: Option<usize>,
    /// Where `Bundle.link` has the style sheets of a document.
    stylesheets: Vec<&'a str>,
    /// From one entry to another, by a reference.
    pub(super) links: Vec<(usize, usize)>,
}

/// `Bundle.entry`
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) node: NodeId,
    pub(super) resource: Option<NodeId>,
    pub(super) full_url: Option<(NodeId, &'a str)>,
    /// The resource's type; empty where it has none.
    pub(super) type_name: &'a str,
    pub(super) id: Option<&'a str>,
}

/// How many entries have an identity, and the first of them.
#[derive(Clone, Copy, Debug)]
struct Match {
    first: usize,
    count: usize,
}

/// Where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To the entry of that number.
    Entry(usize),
    /// To more than one.
    Several,
    /// Out of the Bundle.
    Outside,
    /// Nowhere: a relative reference in an entry without `fullUrl`.
    NoBase,
}

impl<'a> Bundle<'a> {
    /// The Bundle at `node`.
    pub(crate) fn new(tree: &'a Tree, node: NodeId) -> Self {
        let kind = tree.child_text(node, "type").unwrap_or_default();
        let list = tree.child(node, "entry").filter(|&list| tree.kind(list) == Kind::Array);
        let nodes = list.into_iter().flat_map(|list| tree.children(list));
        let entries: Vec<Entry> = nodes.map(|node| Entry::new(tree, node)).collect();
        let (mut by_url, mut by_version) = (HashMap::new(), HashMap::new());
        for (index, entry) in entries.iter().enumerate() {
            let Some((_, url)) = entry.full_url else { continue };
            count(by_url.entry(url), index);
            if let Some(version) = entry.version(tree) {
                count(by_version.entry((url, version)), index);
            }
        }
        let stylesheets = stylesheets(tree, node);
        Self { kind, entries, by_url, by_version, current: None, stylesheets, links: Vec::new() }
    }

    /// Makes the entry of that resource the current one; gives the one before.
    pub(crate) fn enter(&mut self, resource: NodeId) -> Option<usize> {
        let found = self.entries.binary_search_by_key(&Some(resource), |entry| entry.resource);
        let outer = self.current;
        self.current = found.ok().or(outer);
        outer
    }

    /// Goes back to the entry that [`Self::enter`] gave.
    pub(crate) fn leave(&mut self, outer: Option<usize>) {
        self.current = outer;
    }

    /// Links the first entry with the style sheets of the document.
    pub(super) fn link_stylesheets(&mut self) {
        self.current = Some(0).filter(|_| !self.entries.is_empty());
        for url in std::mem::take(&mut self.stylesheets) {
            if let Target::Entry(index) = self.resolve(url, is_http(url)) {
                self.links.push((0, index));
            }
        }
    }

    /// Where the reference leads, from the current entry.
    pub(super) fn resolve(&self, reference: &str, is_absolute: bool) -> Target {
        let reference = reference.split('#').next().unwrap_or_default();
        let (path, version) = match reference.split_once("/_history/") {
            Some((path, version)) => (path, Some(version)),
            None => (reference, None),
        };
        // A relative `fullUrl` is wrong, and said to be; it still is what a relative reference names.
        let named = self.find(path, version);
        if is_absolute || named != Target::Outside {
            return named;
        }
        let own = self.current.and_then(|index| self.entries[index].full_url);
        let Some((_, own)) = own else { return Target::NoBase };
        // A `urn:uuid:` says nothing of where others are.
        let base = own.rsplitn(3, '/').nth(2).filter(|_| is_http(own));
        base.map_or(Target::Outside, |base| self.find(&format!("{base}/{path}"), version))
    }

    fn find(&self, url: &str, version: Option<&str>) -> Target {
        let versioned = version.and_then(|version| self.by_version.get(&(url, version)));
        match versioned.or_else(|| self.by_url.get(url)) {
            Some(Match { first, count: 1 }) => Target::Entry(*first),
            Some(_) => Target::Several,
            None => Target::Outside,
        }
    }
}

impl<'a> Entry<'a> {
    fn new(tree: &'a Tree, node: NodeId) -> Self {
        let resource = tree.child(node, "resource");
        let resource = resource.filter(|&resource| tree.kind(resource) == Kind::Object);
        let text = |name| resource.and_then(|resource| tree.child_text(resource, name));
        let full_url = tree.child(node, "fullUrl").filter(|&url| tree.kind(url) == Kind::String);
        Self {
            node,
            resource,
            full_url: full_url.map(|url| (url, tree.value(url))),
            type_name: text("resourceType").unwrap_or_default(),
            id: text("id"),
        }
    }

    fn version(&self, tree: &'a Tree) -> Option<&'a str> {
        tree.child_text(tree.child(self.resource?, "meta")?, "versionId")
    }
}

fn stylesheets(tree: &Tree, bundle: NodeId) -> Vec<&str> {
    let list = tree.child(bundle, "link").filter(|&list| tree.kind(list) == Kind::Array);
    let links = list.into_iter().flat_map(|list| tree.children(list));
    let styles = links.filter(|&link| tree.child_text(link, "relation") == Some("stylesheet"));
    styles.filter_map(|link| tree.child_text(link, "url")).collect()
}

fn count<K>(entry: std::collections::hash_map::Entry<'_, K, Match>, index: usize) {
    entry.or_insert(Match { first: index, count: 0 }).count += 1;
}

/// True for the URL of a server.
pub(super) fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}
