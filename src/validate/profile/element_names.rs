//! What definitions call an element: its paths from the resource and from the data types on the way, and its types
//! with those that they specialise. The contexts of extensions name elements so.

use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::{Content, Definitions, ShapeId};
use crate::tree::{Kind, NameId, NodeId, Tree};

/// The names of one element; none is written out before it is asked for.
pub(super) struct ElementNames<'a> {
    definitions: &'a Definitions,
    /// The elements on the way.
    way: Vec<&'a str>,
    /// How names begin, and the position in the way that they go on at.
    starts: Vec<(usize, &'a str)>,
    target: Target,
}

impl<'a> ElementNames<'a> {
    /// Those of the element in `resource` that has the object at `node`.
    pub(super) fn of(
        tree: &'a Tree,
        definitions: &'a Definitions,
        (resource, node): (NodeId, NodeId),
    ) -> Self {
        let (way, starts) = (Vec::new(), Vec::new());
        let mut names = Self { definitions, way, starts, target: Target::Resource };
        let is_inside = resource <= node && node < tree.after(resource);
        let resource = if is_inside { resource } else { NodeId::ROOT };
        let above = std::iter::successors(Some(node), |&node| tree.parent(node));
        let mut nodes: Vec<NodeId> = above.take_while(|&node| node != resource).collect();
        nodes.push(resource);
        for node in nodes.into_iter().rev() {
            if node != resource && tree.name(node) != NameId::NONE {
                names.step(tree.name(node));
            }
            if names.target == Target::Resource && tree.kind(node) == Kind::Object {
                names.clear();
                names.target = Cursor::resource(tree, definitions, node).target;
                names.add_types();
                names.add_interfaces();
            }
        }
        names
    }

    /// What the element is seen through.
    pub(super) fn target(&self) -> Target {
        self.target
    }

    /// The longest of its paths; empty where nothing is known of it.
    pub(super) fn first(&self) -> String {
        let Some(&(at, start)) = self.starts.first() else { return String::new() };
        let rest = self.way.iter().skip(at);
        rest.fold(start.to_owned(), |path, step| path + "." + step)
    }

    /// True if a path is one of them. It may have the names of slices, and `[x]`.
    pub(super) fn contain(&self, path: &str) -> bool {
        if path.contains([':', '[']) {
            let steps: Vec<&str> =
                path.split('.').map(|it| it.split(':').next().unwrap_or_default()).collect();
            return self.contain(&steps.join(".").replace("[x]", ""));
        }
        self.starts.iter().any(|&(at, start)| {
            let way = self.way.iter().skip(at);
            let rest = way.fold(path.strip_prefix(start), |rest, step| {
                rest?.strip_prefix('.')?.strip_prefix(step)
            });
            rest == Some("")
        })
    }

    fn clear(&mut self) {
        self.way.clear();
        self.starts.clear();
    }

    fn add(&mut self, start: &'a str) {
        self.starts.push((self.way.len(), start));
    }

    fn step(&mut self, name: NameId) {
        let definitions = self.definitions;
        let view = match self.target {
            Target::Object(id) => definitions.shape(id).and_then(|shape| {
                let (_, property) = shape.property(name)?;
                let element = shape.elements.get(usize::from(property.element))?;
                Some(ElementView::new(element, property, id))
            }),
            _ => None,
        };
        let Some(view) = view else {
            self.clear();
            self.target = Target::Unknown;
            return;
        };
        self.way.push(definitions.names().text(view.element.name));
        self.target = view.target(definitions);
        if let (Content::Shape(_, code), Target::Object(id)) = (&view.element.content, self.target)
        {
            if let Some(shape) = definitions.shape(id) {
                self.add(&shape.path);
            }
            self.add_chain(*code);
        }
        self.add_types();
    }

    fn add_types(&mut self) {
        if let Target::Object(ShapeId { type_id, index: 0 }) | Target::Primitive(type_id) =
            self.target
        {
            self.add_chain(self.definitions.type_name_id(type_id));
        }
    }

    /// What R5 has as abstract types, and R4 as an idea only: a resource with the elements that canonical
    /// resources share.
    fn add_interfaces(&mut self) {
        let Target::Object(id) = self.target else { return };
        let Some(shape) = self.definitions.shape(id) else { return };
        let names = self.definitions.names();
        let has = |name: &str| {
            let name = names.find(name);
            name.is_some_and(|name| shape.element(name).is_some())
        };
        if ["url", "version", "status", "experimental"].into_iter().all(has) {
            self.add("CanonicalResource");
            self.add("MetadataResource");
        }
    }

    /// A type, and those that it specialises.
    fn add_chain(&mut self, name: NameId) {
        let definitions = self.definitions;
        let base = |&name: &NameId| {
            let type_def = definitions.type_def(definitions.type_named(name)?)?;
            type_def.base
        };
        for name in std::iter::successors(Some(name), base).take(16) {
            self.add(definitions.names().text(name));
        }
    }
}
