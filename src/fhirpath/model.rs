//! What FHIRPath has to know of types: which of them are which value of FHIRPath, which stands above
//! which, and what the elements of a node are.

use std::sync::OnceLock;

use crate::cursor::{Children, Cursor, ElementValues, ElementView, Target};
use crate::definitions::{Content, Definitions, Property, Shape, ShapeId, TypeId};
use crate::tree::{Kind, NameId, Names, NodeId, Tree};

macro_rules! system_types {
    ($($variant:ident $primitives:pat),* $(,)?) => {
        /// A type of FHIRPath itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum SystemType { $(#[doc = concat!("`System.", stringify!($variant), "`")] $variant),* }

        impl SystemType {
            /// The name without the namespace.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }

            /// The type of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $(stringify!($variant) => Some(Self::$variant),)* _ => None }
            }

            /// What the values of a primitive type of FHIR are.
            fn of_primitive(name: &str) -> Self {
                match name { $($primitives => Self::$variant,)* _ => Self::String }
            }
        }
    };
}

system_types! {
    Boolean "boolean",
    Integer "integer" | "positiveInt" | "unsignedInt",
    Long "integer64",
    Decimal "decimal",
    Date "date",
    DateTime "dateTime" | "instant",
    Time "time",
    String "string",
    Quantity "Quantity",
}

/// A value of an instance, seen through its definition.
#[derive(Clone, Copy, Debug)]
pub struct FhirNode<'t> {
    /// Where it stands.
    pub tree: &'t Tree,
    /// The value and its element.
    pub cursor: Cursor,
    /// The name of its type; [`NameId::NONE`] where that is not known.
    pub type_name: NameId,
}

impl<'t> FhirNode<'t> {
    /// The text of a primitive value.
    pub fn text(&self) -> Option<&'t str> {
        self.cursor.value(self.tree)
    }

    /// True if both are one place of one input.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree)
            && (self.cursor.node, self.cursor.sibling) == (other.cursor.node, other.cursor.sibling)
    }
}

/// Definitions, with what evaluation asks of them looked up once. Cloning is cheap enough for once per
/// engine, not for once per expression.
#[derive(Clone, Debug, Default)]
pub struct Model {
    definitions: Definitions,
    /// By type number.
    system: Vec<SystemType>,
    quantity: Option<NameId>,
}

impl Model {
    /// The model over these definitions.
    pub fn new(definitions: Definitions) -> Self {
        let name = |id| definitions.type_name(id);
        let system = definitions.types().map(|id| SystemType::of_primitive(name(id))).collect();
        let quantity = definitions.names().find("Quantity");
        Self { definitions, system, quantity }
    }

    /// The definitions.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    pub(super) fn names(&self) -> &Names {
        self.definitions.names()
    }

    /// What the values of a primitive type are.
    pub(crate) fn system_type(&self, id: TypeId) -> SystemType {
        self.system.get(id.index()).copied().unwrap_or(SystemType::String)
    }

    /// The resource at `node`.
    pub fn resource<'t>(&self, tree: &'t Tree, node: NodeId) -> FhirNode<'t> {
        self.node(tree, Cursor::resource(tree, &self.definitions, node), None)
    }

    /// A node of which it is known through which element it is seen, if through any.
    pub(crate) fn node<'t>(
        &self,
        tree: &'t Tree,
        cursor: Cursor,
        view: Option<ElementView<'_>>,
    ) -> FhirNode<'t> {
        FhirNode { tree, cursor, type_name: self.type_name(cursor.target, view) }
    }

    fn type_name(&self, target: Target, view: Option<ElementView<'_>>) -> NameId {
        match (target, view.map(|view| &view.element.content)) {
            (Target::Object(shape), Some(&Content::Shape(_, name))) if shape.index > 0 => name,
            (Target::Object(ShapeId { type_id, .. }) | Target::Primitive(type_id), _) => {
                self.definitions.type_name_id(type_id)
            }
            (Target::Resource | Target::Unknown, _) => NameId::NONE,
        }
    }

    /// True if the type is Quantity or a specialisation of it (Age, Duration).
    pub(super) fn is_quantity(&self, name: NameId) -> bool {
        self.quantity.is_some_and(|quantity| {
            name == quantity || name != NameId::NONE && self.is_subtype(name, quantity)
        })
    }

    /// True if `name` is `base` or specialises it, however often.
    pub(crate) fn is_subtype(&self, name: NameId, base: NameId) -> bool {
        let mut current = Some(name);
        // No chain of FHIR is longer than six; one that a user made may be a circle.
        for _ in 0..32 {
            match current {
                Some(name) if name == base => return true,
                Some(name) => current = self.base(name),
                None => return false,
            }
        }
        false
    }

    fn base(&self, name: NameId) -> Option<NameId> {
        self.definitions.type_def(self.definitions.type_named(name)?)?.base
    }

    /// True if a type of that name is known.
    pub(super) fn is_type(&self, name: NameId) -> bool {
        self.definitions.type_named(name).is_some()
    }

    /// The shape that the elements of a node are in, and the object that they stand in.
    pub(crate) fn shape(&self, node: &FhirNode<'_>) -> Option<(&Shape, ShapeId, NodeId)> {
        node.cursor.shape(node.tree, &self.definitions)
    }

    /// The view of an element through the property that names it.
    pub(super) fn view(
        shape: &Shape,
        owner: ShapeId,
        property: Property,
    ) -> Option<ElementView<'_>> {
        let element = shape.elements.get(usize::from(property.element))?;
        Some(ElementView::new(element, property, owner))
    }

    /// The values of an element of a node that definitions describe: see [`ElementValues::find`].
    pub(crate) fn element<'t>(
        &'t self,
        node: &FhirNode<'t>,
        name: NameId,
        is_property: bool,
    ) -> NodeValues<'t> {
        let tree = node.tree;
        let found = self.shape(node).and_then(|(shape, owner, object)| {
            let definitions = &self.definitions;
            ElementValues::find((tree, object), definitions, (shape, owner), name, is_property)
        });
        let any = found.as_ref().map_or(*node, |(view, values)| {
            let nothing = Cursor { node: None, sibling: None, target: values.target };
            self.node(tree, nothing, Some(*view))
        });
        NodeValues { model: self, any, values: found.map(|(_, values)| values) }
    }

    /// Like [`Self::element`], by the name of an element or of a property; `known` keeps what that is in the shape where it
    /// was looked for first.
    pub(crate) fn known_element<'t>(
        &'t self,
        node: &FhirNode<'t>,
        name: NameId,
        known: &OnceLock<KnownElement>,
    ) -> NodeValues<'t> {
        let tree = node.tree;
        let (Target::Object(owner), Some(object)) = (node.cursor.target, node.cursor.node) else {
            return self.element(node, name, true);
        };
        match known.get() {
            Some(known) if known.owner == owner && tree.kind(object) == Kind::Object => {
                let KnownElement { property, target, type_name, .. } = *known;
                let cursor = Cursor { node: None, sibling: None, target };
                let place = (tree, object);
                let values = ElementValues::of(place, &self.definitions, property, target);
                let any = FhirNode { tree, cursor, type_name };
                NodeValues { model: self, any, values: Some(values) }
            }
            Some(_) => self.element(node, name, true),
            None => {
                if let Some(found) = self.find_element(owner, name) {
                    let _ = known.set(found);
                }
                self.element(node, name, true)
            }
        }
    }

    /// What a name means in a shape; none for a choice, which an instance makes.
    fn find_element(&self, owner: ShapeId, name: NameId) -> Option<KnownElement> {
        let shape = self.definitions.shape(owner)?;
        let (_, property) = shape.property(name).filter(|(_, property)| !property.is_sibling)?;
        let view = Self::view(shape, owner, property)?;
        let target = view.target(&self.definitions);
        let type_name = self.type_name(target, Some(view));
        Some(KnownElement { owner, property, target, type_name })
    }

    /// The values below a node, with the names of their elements, as they are asked for.
    pub(super) fn children<'t>(&'t self, node: &FhirNode<'t>) -> NodeChildren<'t> {
        if node.cursor.target == Target::Unknown {
            return NodeChildren::Unknown(self.unknown_children(node).into_iter());
        }
        let children = node.cursor.children(node.tree, &self.definitions);
        NodeChildren::Known { model: self, tree: node.tree, children }
    }

    /// What stands below a node that no definition describes.
    fn unknown_children<'t>(&self, node: &FhirNode<'t>) -> Vec<(NameId, FhirNode<'t>)> {
        let tree = node.tree;
        let Some(object) = node.cursor.node.filter(|&node| tree.kind(node) == Kind::Object) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for child in tree.children(object) {
            let name = tree.name_text(child);
            if name != "resourceType" && !name.starts_with('_') {
                let name = tree.name(child);
                self.unknown_values(tree, child, &mut |value| all.push((name, value)));
            }
        }
        all
    }

    /// The values of a property that no definition describes.
    pub(crate) fn unknown_values<'t>(
        &self,
        tree: &'t Tree,
        property: NodeId,
        found: &mut dyn FnMut(FhirNode<'t>),
    ) {
        let mut add = |node: NodeId| {
            let has_type =
                tree.kind(node) == Kind::Object && tree.child(node, "resourceType").is_some();
            let unknown = Cursor { node: Some(node), sibling: None, target: Target::Unknown };
            found(if has_type {
                self.resource(tree, node)
            } else {
                FhirNode { tree, cursor: unknown, type_name: NameId::NONE }
            });
        };
        match tree.kind(property) {
            Kind::Array => tree.children(property).for_each(&mut add),
            Kind::Null => {}
            _ => add(property),
        }
    }
}

/// What the name of an element means in a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownElement {
    owner: ShapeId,
    property: Property,
    target: Target,
    type_name: NameId,
}

/// See [`Model::element`].
pub(crate) struct NodeValues<'t> {
    model: &'t Model,
    /// Any of them, but for its place.
    any: FhirNode<'t>,
    values: Option<ElementValues<'t>>,
}

impl<'t> Iterator for NodeValues<'t> {
    type Item = FhirNode<'t>;

    fn next(&mut self) -> Option<FhirNode<'t>> {
        let cursor = self.values.as_mut()?.next()?;
        Some(match self.any.cursor.target {
            Target::Resource => self.model.node(self.any.tree, cursor, None),
            _ => FhirNode { cursor, ..self.any },
        })
    }
}

/// See [`Model::children`].
pub(super) enum NodeChildren<'t> {
    /// Those that definitions describe.
    Known { model: &'t Model, tree: &'t Tree, children: Children<'t> },
    /// Those of a node that none describes.
    Unknown(std::vec::IntoIter<(NameId, FhirNode<'t>)>),
}

impl<'t> Iterator for NodeChildren<'t> {
    type Item = (NameId, FhirNode<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Known { model, tree, children } => {
                let child = children.next()?;
                Some((child.view.element.name, model.node(tree, child.cursor, Some(child.view))))
            }
            Self::Unknown(children) => children.next(),
        }
    }
}
