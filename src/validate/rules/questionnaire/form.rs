//! A Questionnaire, as far as it decides about responses: its items by their `linkId`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::definitions::View;
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, NodeId, Tree};

/// The Questionnaires that an engine knows, by canonical. Cloning is cheap enough for each derived engine.
#[derive(Clone, Debug, Default)]
pub struct Questionnaires {
    by_url: HashMap<String, Vec<Entry>>,
}

/// A Questionnaire: where it stands, and its items.
#[derive(Clone, Debug)]
struct Entry {
    version: String,
    tree: Arc<Tree>,
    form: Arc<Form>,
}

/// The items of a Questionnaire, in its order: each before the items in it.
#[derive(Debug, Default)]
pub(super) struct Form {
    items: Vec<Item>,
    outermost: Vec<usize>,
    by_link: HashMap<Box<str>, usize>,
}

/// `Questionnaire.item`
#[derive(Debug)]
pub(super) struct Item {
    pub(super) node: NodeId,
    /// The item that it is in.
    pub(super) parent: Option<usize>,
    /// The items in it.
    pub(super) children: Vec<usize>,
}

impl Questionnaires {
    /// Adds a Questionnaire in JSON, in place of one of the same canonical. Nobody can ask for one without a
    /// URL.
    pub fn add(&mut self, questionnaire: View<'_>) {
        let Some(url) = questionnaire.text("url") else { return };
        let version = questionnaire.text("version").unwrap_or_default().to_owned();
        let whole = questionnaire.tree();
        let text = whole.span(questionnaire.node()).slice(whole.text()).to_owned();
        let names = Arc::default();
        let tree = json::parse(text, &names, &Limits::default(), &mut Issues::new(1));
        let form = Arc::new(Form::new(&tree, NodeId::ROOT));
        let entries = self.by_url.entry(url.to_owned()).or_default();
        entries.retain(|entry| entry.version != version);
        entries.push(Entry { version, tree: tree.into(), form });
    }

    /// The Questionnaire of that canonical: with a version that one, else the one that was added last.
    pub(super) fn find(&self, canonical: &str) -> Option<(&Tree, &Form)> {
        let (url, version) = match canonical.split_once('|') {
            Some((url, version)) => (url, Some(version)),
            None => (canonical, None),
        };
        let fits = |entry: &&Entry| version.is_none_or(|version| entry.version == version);
        let entry = self.by_url.get(url)?.iter().rev().find(fits)?;
        Some((&entry.tree, &entry.form))
    }
}

impl Form {
    /// The Questionnaire at `node`. Of items with one `linkId` the first one counts.
    pub(super) fn new(tree: &Tree, node: NodeId) -> Self {
        let mut form = Self::default();
        // What is read next is last.
        let mut open = items_in(View::new(tree, node), None);
        while let Some((view, parent)) = open.pop() {
            let index = form.items.len();
            let link = view.text("linkId").unwrap_or_default();
            form.items.push(Item { node: view.node(), parent, children: Vec::new() });
            form.by_link.entry(link.into()).or_insert(index);
            let siblings = match parent.and_then(|parent| form.items.get_mut(parent)) {
                Some(parent) => &mut parent.children,
                None => &mut form.outermost,
            };
            siblings.push(index);
            open.extend(items_in(view, Some(index)));
        }
        form
    }

    /// The number of the item with that `linkId`.
    pub(super) fn find(&self, link: &str) -> Option<usize> {
        self.by_link.get(link).copied()
    }

    /// The item of that number.
    pub(super) fn item(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    /// The numbers of the items in an item; of the outermost ones.
    pub(super) fn children(&self, of: Option<usize>) -> &[usize] {
        match of {
            Some(of) => self.items.get(of).map_or(&[], |item| &item.children),
            None => &self.outermost,
        }
    }
}

/// The items in an item or a Questionnaire, the last one first.
fn items_in(of: View<'_>, parent: Option<usize>) -> Vec<(View<'_>, Option<usize>)> {
    let mut items: Vec<_> = of.objects("item").map(|item| (item, parent)).collect();
    items.reverse();
    items
}

/// The objects of an array.
pub(super) fn entries<'t>(
    tree: &'t Tree,
    node: NodeId,
    name: &str,
) -> impl Iterator<Item = NodeId> + use<'t> {
    View::new(tree, node).objects(name).map(View::node).collect::<Vec<_>>().into_iter()
}
