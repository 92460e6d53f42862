//! Gives findings of the reader, which knows text and no elements, the element that they stand in.

use super::path::{Path, Step};
use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::{Definitions, ShapeId};
use crate::issue::{Code, Issue};
use crate::tree::{Kind, NameId, NodeId, Tree};

/// Fills the expression of each finding that has none with the innermost element at its place. The
/// findings must be in document order: one pass over the tree serves all of them.
pub fn locate(definitions: &Definitions, tree: &Tree, issues: &mut [Issue]) {
    let mut trail = Trail { tree, open: Vec::new(), next: NodeId::ROOT };
    for issue in issues {
        if issue.expression.is_empty() && is_of_reader(issue.code) {
            trail.advance(issue.span.start);
            issue.expression = trail.path(definitions).write(tree.names());
        }
    }
}

fn is_of_reader(code: Code) -> bool {
    matches!(code, Code::LimitDepth | Code::LimitNodes)
        || ["json-", "text-", "xml-"].iter().any(|area| code.as_str().starts_with(area))
}

/// The nodes from the root to a place, each with its position among its siblings.
struct Trail<'t> {
    tree: &'t Tree,
    open: Vec<Open>,
    next: NodeId,
}

struct Open {
    node: NodeId,
    position: u32,
    children: u32,
}

impl Trail<'_> {
    /// Moves forward to the innermost node at `offset`.
    fn advance(&mut self, offset: u32) {
        let is_passed = |node| node == NodeId::ROOT || self.tree.key_start(node) <= offset;
        while self.next.index() < self.tree.len() && is_passed(self.next) {
            let node = self.next;
            while self.open.last().is_some_and(|open| self.tree.after(open.node) <= node) {
                self.open.pop();
            }
            let position = self.open.last_mut().map_or(0, |parent| {
                parent.children += 1;
                parent.children - 1
            });
            self.open.push(Open { node, position, children: 0 });
            // In document order: the first child, or what comes after.
            let inner = self.tree.children(node).next();
            self.next = inner.unwrap_or_else(|| self.tree.after(node));
        }
        // What stands before or after the root is said of the root.
        while self.open.len() > 1
            && self.open.last().is_some_and(|open| self.tree.span(open.node).end <= offset)
        {
            self.open.pop();
        }
    }

    /// The steps as the walk would have taken them; empty where the root is no known resource.
    fn path(&self, definitions: &Definitions) -> Path {
        let mut path = Path::default();
        let Some(root) = self.open.first() else { return path };
        let cursor = Cursor::resource(self.tree, definitions, root.node);
        let Target::Object(shape) = cursor.target else { return path };
        path.push(Step::Name(definitions.type_name_id(shape.type_id)));
        let mut target = cursor.target;
        let mut view = None;
        for pair in self.open.windows(2) {
            let [parent, open] = pair else { continue };
            if self.tree.kind(parent.node) == Kind::Array {
                path.push(Step::Index(open.position));
                self.choose(&mut path, view, open.node);
            } else {
                let name = self.tree.name(open.node);
                // No element: in XML it is the name of the resource's own.
                if self.tree.names().text(name) == "resourceType" {
                    break;
                }
                view = view_of(definitions, target, name);
                path.push(Step::Name(view.map_or(name, |view| view.element.name)));
                self.choose(&mut path, view, open.node);
            }
            if self.tree.kind(open.node) == Kind::Object {
                target = match view.map_or(Target::Unknown, |view| view.target(definitions)) {
                    Target::Resource => Cursor::resource(self.tree, definitions, open.node).target,
                    target => target,
                };
            }
        }
        path
    }

    /// Says the type of a choice, once the value itself is reached.
    fn choose(&self, path: &mut Path, view: Option<ElementView<'_>>, node: NodeId) {
        let type_ref = view.filter(|view| view.element.is_choice).and_then(|view| view.type_ref);
        if let Some(type_ref) = type_ref.filter(|_| self.tree.kind(node) != Kind::Array) {
            path.push(Step::OfType(type_ref.code));
        }
    }
}

fn view_of(definitions: &Definitions, target: Target, name: NameId) -> Option<ElementView<'_>> {
    let owner = match target {
        Target::Object(id) => id,
        Target::Primitive(type_id) => ShapeId { type_id, index: 0 },
        Target::Resource | Target::Unknown => return None,
    };
    let shape = definitions.shape(owner)?;
    let (_, property) = shape.property(name)?;
    let element = shape.elements.get(usize::from(property.element))?;
    Some(ElementView::new(element, property, owner))
}
