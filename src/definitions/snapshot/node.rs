//! The elements of a snapshot or differential as a tree: an element, the elements below it, and its slices.

use std::rc::Rc;

use super::value::{Object, Value};

/// An element, with what belongs to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The ElementDefinition. Its `id` and `path` are as they were read; they are written anew at the end.
    pub(super) fields: Object,
    /// The last step of the path.
    pub(super) name: Rc<str>,
    /// `sliceName`; none for an element that is no slice.
    pub(super) slice: Option<Rc<str>>,
    /// The elements below, in order.
    pub(super) children: Vec<Node>,
    /// Elements below that the differential brought in where this was copied from: they come out only
    /// where it goes below this one too.
    pub(super) latent: Vec<Node>,
    /// True if the children were brought in by the differential, from a type.
    pub(super) is_expanded: bool,
    /// The slices of the element, those of slices (`a/b`) included, in order.
    pub(super) slices: Vec<Node>,
    /// The position in the list; none for one that the list leaves out, though it has what is below it.
    pub(super) index: Option<usize>,
}

impl Node {
    /// An element that no list has.
    pub(super) fn implied(name: &str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn new(fields: Object, index: usize) -> Self {
        let path = fields.text("path").unwrap_or_default();
        let name = path.rsplit('.').next().unwrap_or_default().into();
        let slice = fields.text("sliceName").map(Into::into);
        Self { fields, name, slice, index: Some(index), ..Self::default() }
    }

    /// The node as what another is made from: what the differential brought in below it is latent.
    pub(super) fn as_template(&self) -> Self {
        let mut node = self.clone();
        node.make_latent();
        node
    }

    fn make_latent(&mut self) {
        self.children.iter_mut().chain(&mut self.latent).for_each(Self::make_latent);
        if self.is_expanded {
            self.is_expanded = false;
            self.latent = std::mem::take(&mut self.children);
        }
    }

    /// The child of that name that is no slice.
    pub(super) fn child(&self, name: &str) -> Option<usize> {
        self.children.iter().position(|child| *child.name == *name)
    }

    /// The slice of that name.
    pub(super) fn slice_named(&self, name: &str) -> Option<usize> {
        self.slices.iter().position(|slice| slice.slice.as_deref() == Some(name))
    }

    /// The types, as objects.
    pub(super) fn types(&self) -> Vec<&Object> {
        self.fields.objects("type").collect()
    }

    /// True for `value[x]`.
    pub(super) fn is_choice(&self) -> bool {
        self.name.ends_with("[x]")
    }
}

/// The tree of a list of elements, and the positions of those that have no place in it (a path that
/// does not begin with that of the root).
pub(super) fn tree_of(elements: Vec<Object>) -> Option<(Node, Vec<usize>)> {
    let mut elements = elements.into_iter().enumerate();
    let (index, first) = elements.next()?;
    let first_path = first.text("path").unwrap_or_default().to_owned();
    let root_name = first_path.split('.').next().unwrap_or_default();
    let mut misplaced = Vec::new();
    let mut root = Node::implied(root_name);
    if first_path.contains('.') {
        insert(&mut root, first, index);
    } else {
        root = Node::new(first, index);
    }
    for (index, element) in elements {
        let path = element.text("path").unwrap_or_default();
        let is_inside = path.strip_prefix(root_name).is_some_and(|rest| rest.starts_with('.'));
        if is_inside { insert(&mut root, element, index) } else { misplaced.push(index) }
    }
    Some((root, misplaced))
}

/// Adds an element where its path and, if there are slices on the way, its id or what came last say.
fn insert(root: &mut Node, element: Object, index: usize) {
    let node = Node::new(element, index);
    let path = node.fields.text("path").unwrap_or_default().to_owned();
    let id = node.fields.text("id").unwrap_or_default().to_owned();
    let steps: Vec<&str> = path.split('.').skip(1).collect();
    let ids: Vec<&str> = id.split('.').skip(1).collect();
    let is_spelled = ids.len() == steps.len();
    let mut parent = root;
    for (at, step) in steps.iter().enumerate().take(steps.len().saturating_sub(1)) {
        parent = enter(parent, step, is_spelled.then(|| ids[at]));
    }
    if node.slice.is_some() {
        let head = head_of(parent, &node.name.clone());
        place(&mut head.slices, node, |known, new| known.slice == new.slice);
    } else {
        place(&mut parent.children, node, |known, new| known.name == new.name);
    }
}

/// Adds a node to its siblings, or to the implied one that stands where it belongs: what is below an
/// element may have come before it.
fn place(siblings: &mut Vec<Node>, node: Node, is_same: impl Fn(&Node, &Node) -> bool) {
    match siblings.iter_mut().find(|known| known.index.is_none() && is_same(known, &node)) {
        Some(implied) => {
            implied.fields = node.fields;
            implied.index = node.index;
        }
        None => siblings.push(node),
    }
}

/// The node that holds what is below `step`: the slice that the step of the id names, else (where there
/// is no usable id) the slice that came last.
fn enter<'n>(parent: &'n mut Node, step: &str, id: Option<&str>) -> &'n mut Node {
    let head = head_of(parent, step);
    let last = head.slices.len().checked_sub(1);
    let at = match id.map(|id| id.split_once(':').unwrap_or((id, ""))) {
        Some((name, "")) if name == step => None,
        Some((name, slice)) if name == step => {
            let found = head.slice_named(slice);
            Some(found.unwrap_or_else(|| {
                head.slices.push(Node { slice: Some(slice.into()), ..Node::implied(step) });
                head.slices.len() - 1
            }))
        }
        _ => last,
    };
    match at {
        Some(at) => &mut head.slices[at],
        None => head,
    }
}

/// The last child of that name; made where there is none.
fn head_of<'n>(parent: &'n mut Node, name: &str) -> &'n mut Node {
    let found = parent.children.iter().rposition(|child| *child.name == *name);
    let at = found.unwrap_or_else(|| {
        parent.children.push(Node::implied(name));
        parent.children.len() - 1
    });
    &mut parent.children[at]
}

/// The elements in order, with paths and ids as they are below `path` and `id`.
pub(super) fn list_of(node: Node, path: &str, id: &str, list: &mut Vec<Object>) {
    let Node { mut fields, children, slices, slice, .. } = node;
    fields.set("path", Value::text(path));
    fields.set("id", Value::text(id));
    if slice.is_none() {
        fields.remove("sliceName");
    }
    list.push(fields);
    for child in children {
        let (path, id) = (format!("{path}.{}", child.name), format!("{id}.{}", child.name));
        list_of(child, &path, &id, list);
    }
    for slice in slices {
        let name = slice.slice.clone().unwrap_or_default();
        list_of(slice, path, &format!("{id}:{name}"), list);
    }
}
