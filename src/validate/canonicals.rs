//! The canonical resources that a caller gave besides definitions and terminology, for the rules that compare others
//! with them: `ImplementationGuide`, `SearchParameter`, Measure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::definitions::View;
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, NodeId, Tree};

/// Canonical resources by URL; of one URL, in the order in which they were added. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Canonicals {
    by_url: Arc<HashMap<String, Vec<Entry>>>,
    /// `ImplementationGuide.global`: the profiles that all resources of a type have to meet.
    globals: Arc<HashMap<String, Vec<String>>>,
    /// The URLs of supplements to code systems, which have no codes of their own.
    supplements: Arc<HashSet<String>>,
}

#[derive(Clone, Debug)]
struct Entry {
    version: Option<String>,
    tree: Arc<Tree>,
}

impl Canonicals {
    /// True for the types of resources that some rule asks for.
    pub fn is_used(resource: View<'_>) -> bool {
        let used = ["ImplementationGuide", "SearchParameter", "Measure"];
        resource.text("resourceType").is_some_and(|name| used.contains(&name))
    }

    /// True for the URL of a CodeSystem that only adds to another.
    pub(crate) fn is_supplement(&self, url: &str) -> bool {
        self.supplements.contains(url)
    }

    /// Adds a resource in JSON, if some rule asks for its type. Nobody can ask for one without a URL.
    pub fn add(&mut self, resource: View<'_>) {
        if resource.text("resourceType") == Some("ImplementationGuide") {
            return self.add_globals(resource);
        }
        let Some(url) = resource.text("url") else { return };
        if resource.text("content") == Some("supplement") || resource.text("supplements").is_some()
        {
            Arc::make_mut(&mut self.supplements).insert(url.to_owned());
        }
        if !Self::is_used(resource) {
            return;
        }
        let whole = resource.tree();
        let text = whole.span(resource.node()).slice(whole.text()).to_owned();
        let tree = json::parse(text, &Arc::default(), &Limits::default(), &mut Issues::new(1));
        let version = resource.text("version").map(str::to_owned);
        let entries = Arc::make_mut(&mut self.by_url).entry(url.to_owned()).or_default();
        entries.push(Entry { version, tree: Arc::new(tree) });
    }

    fn add_globals(&mut self, guide: View<'_>) {
        let globals = Arc::make_mut(&mut self.globals);
        for global in guide.objects("global") {
            let (Some(name), Some(profile)) = (global.text("type"), global.text("profile")) else {
                continue;
            };
            let profiles = globals.entry(name.to_owned()).or_default();
            if !profiles.iter().any(|known| known == profile) {
                profiles.push(profile.to_owned());
            }
        }
    }

    /// The resource of that type and canonical: with a version that one, else the one that was added last.
    pub(crate) fn find(&self, type_name: &str, canonical: &str) -> Option<View<'_>> {
        let (url, version) = match canonical.split_once('|') {
            Some((url, version)) => (url, Some(version)),
            None => (canonical, None),
        };
        let entries = self.by_url.get(url)?.iter().rev();
        let fits = |entry: &&Entry| version.is_none() || entry.version.as_deref() == version;
        let mut roots = entries.filter(fits).map(|entry| View::new(&entry.tree, NodeId::ROOT));
        roots.find(|root| root.text("resourceType") == Some(type_name))
    }

    /// The profiles that the guides have for all resources of a type.
    pub(crate) fn globals(&self, type_name: &str) -> &[String] {
        self.globals.get(type_name).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonicals(resources: &[&str]) -> Canonicals {
        let mut canonicals = Canonicals::default();
        for json in resources {
            let tree = json::parse(
                (*json).to_owned(),
                &Arc::default(),
                &Limits::default(),
                &mut Issues::new(1),
            );
            canonicals.add(View::new(&tree, NodeId::ROOT));
        }
        canonicals
    }

    #[test]
    fn finds_by_type_url_and_version() {
        let known = canonicals(&[
            r#"{"resourceType":"Measure","url":"http://m","version":"1","name":"A"}"#,
            r#"{"resourceType":"Measure","url":"http://m","version":"2","name":"B"}"#,
            r#"{"resourceType":"Patient","url":"http://p"}"#,
        ]);
        let name = |kind, canonical| known.find(kind, canonical)?.text("name");
        assert_eq!(name("Measure", "http://m"), Some("B"));
        assert_eq!(name("Measure", "http://m|1"), Some("A"));
        assert_eq!(name("Measure", "http://m|3"), None);
        assert_eq!(name("SearchParameter", "http://m"), None);
        assert_eq!(name("Patient", "http://p"), None);
    }

    #[test]
    fn a_guide_has_profiles_for_types() {
        let guide = r#"{"resourceType":"ImplementationGuide","global":[{"type":"Patient","profile":"http://a"},
            {"type":"Patient","profile":"http://b"},{"type":"Patient","profile":"http://a"}]}"#;
        let known = canonicals(&[guide]);
        assert_eq!(known.globals("Patient"), ["http://a", "http://b"]);
        assert!(known.globals("Observation").is_empty());
    }
}
