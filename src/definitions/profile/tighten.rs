//! Takes out of a profile what the type says already.

use std::collections::HashSet;
use std::sync::Arc;

use super::overlay::lay_slice;
use super::{
    Discriminator, DiscriminatorKind, Profile, ProfileElement, ProfileType, Slicing, SlicingRules,
};
use crate::definitions::{
    Constraint, ConstraintId, Content, Element, Shape, ShapeId, Strength, TypeDef, TypeId, TypeRef,
};
use crate::tree::{NameId, Names};

/// What is asked of the types.
pub(in crate::definitions) trait KnownTypes {
    fn names(&self) -> &Names;
    fn type_named(&self, name: NameId) -> Option<TypeId>;
    fn type_def(&self, id: TypeId) -> Option<&TypeDef>;
    fn constraint(&self, id: ConstraintId) -> &Constraint;
}

/// Leaves in a profile what is tighter than the type that it constrains.
pub(in crate::definitions) fn tighten(profile: &mut Profile, definitions: &dyn KnownTypes) {
    let beside = Beside { definitions };
    let root = &mut profile.root;
    (root.name, root.min, root.max, root.types) = (NameId::NONE, 0, None, None);
    let shape = definitions.type_named(profile.type_name);
    beside.children(root, shape.map(|type_id| ShapeId { type_id, index: 0 }));
    beside.slices(root, None);
    let own = shape.and_then(|type_id| definitions.type_def(type_id));
    beside.constraints(root, own.iter().map(|own| &own.constraints));
    while let Some(dangling) = dangling(&profile.root, profile) {
        remove_reference(&mut profile.root, &dangling);
    }
}

/// A profile beside the types.
struct Beside<'d> {
    definitions: &'d dyn KnownTypes,
}

impl<'d> Beside<'d> {
    fn shape(&self, id: ShapeId) -> Option<&'d Shape> {
        self.definitions.type_def(id.type_id)?.shapes.get(usize::from(id.index))
    }

    fn children(&self, element: &mut ProfileElement, owner: Option<ShapeId>) {
        let shape = owner.and_then(|owner| Some((self.shape(owner)?, owner)));
        if let Some((shape, _)) = shape {
            self.choices(element, shape);
        }
        for child in &mut element.children {
            let base = shape.and_then(|(shape, owner)| Some((shape.element(child.name)?, owner)));
            self.element(child, base);
        }
        element.children.retain(|child| !child.is_loose());
    }

    /// An element that is written with the chosen type (`valueQuantity`) is a slice of the choice.
    fn choices(&self, element: &mut ProfileElement, shape: &Shape) {
        let mut index = 0;
        while let Some(child) = element.children.get(index) {
            let property = shape.property(child.name).map(|(_, property)| property);
            let choice = property.and_then(|property| {
                let base = shape.elements.get(usize::from(property.element))?;
                let Content::Types(types) = &base.content else { return None };
                base.is_choice
                    .then(|| Some((base, types.get(usize::from(property.type_index))?)))?
            });
            let Some((base, type_ref)) = choice else {
                index += 1;
                continue;
            };
            let mut slice = element.children.remove(index);
            let text = self.definitions.names().text(slice.name);
            slice.slice = slice.slice.take().or_else(|| Some(text.into()));
            (slice.name, slice.is_choice) = (base.name, true);
            if slice.types.is_none() {
                slice.types = Some(Arc::new([profile_type(self, type_ref)]));
            }
            add_choice(element, slice);
        }
    }

    fn element(&self, element: &mut ProfileElement, base: Option<(&Element, ShapeId)>) {
        let below = self.below(element, base);
        self.children(element, below);
        if let Some((base, _)) = base {
            occurrences(element, base);
            self.values(element, base);
            let of_types = self.types_of(base).into_iter().chain(self.own_types(element));
            let of_types: Vec<&TypeDef> = of_types.collect();
            let of_types = of_types.iter().map(|type_def| &type_def.constraints);
            self.constraints(element, of_types.chain([&base.constraints]));
        }
        if element.slices.is_empty() && element.slicing.as_ref().is_some_and(|it| !is_closed(it)) {
            element.slicing = None;
        }
        self.slices(element, base);
    }

    /// The types that an element of a type can have.
    fn types_of(&self, base: &Element) -> Vec<&'d TypeDef> {
        let code = |name: NameId| self.definitions.type_def(self.definitions.type_named(name)?);
        match &base.content {
            Content::Types(types) => types.iter().filter_map(|it| code(it.code)).collect(),
            Content::Shape(_, name) => code(*name).into_iter().collect(),
        }
    }

    /// The types that a profile leaves: a Bundle where any resource may be.
    fn own_types(&self, element: &ProfileElement) -> Vec<&'d TypeDef> {
        let types = element.types.as_deref().unwrap_or_default().iter();
        let type_id = types.filter_map(|entry| self.definitions.type_named(entry.code));
        type_id.filter_map(|id| self.definitions.type_def(id)).collect()
    }

    /// Takes out the constraints whose keys the type has.
    fn constraints<'c>(
        &self,
        element: &mut ProfileElement,
        of_type: impl Iterator<Item = &'c Arc<[ConstraintId]>>,
    ) {
        let key = |&id: &ConstraintId| &*self.definitions.constraint(id).key;
        let known: HashSet<&str> = of_type.flat_map(|ids| ids.iter().map(key)).collect();
        let own = element.constraints.iter().filter(|id| !known.contains(key(id)));
        element.constraints = own.copied().collect();
    }

    /// How often a slice occurs is its own matter: the type knows no slices.
    fn slices(&self, element: &mut ProfileElement, base: Option<(&Element, ShapeId)>) {
        for slice in &mut element.slices {
            let min = slice.min;
            self.element(slice, base);
            slice.min = min;
        }
    }

    /// The shape of what is below an element.
    fn below(
        &self,
        element: &ProfileElement,
        base: Option<(&Element, ShapeId)>,
    ) -> Option<ShapeId> {
        if let Some((Element { content: Content::Shape(index, _), .. }, owner)) = base {
            return Some(ShapeId { index: *index, ..owner });
        }
        let [only] = element.types.as_deref()? else { return None };
        let type_id = self.definitions.type_named(only.code)?;
        Some(ShapeId { type_id, index: 0 })
    }

    fn values(&self, element: &mut ProfileElement, base: &Element) {
        element.max_length =
            element.max_length.filter(|&max| base.max_length.is_none_or(|base| max < base));
        match &base.content {
            // A profile of a part of a resource is asked of like any other.
            Content::Shape(..) => {
                let profiled = |types: &Arc<[ProfileType]>| {
                    types.iter().any(|entry| !entry.profiles.is_empty())
                };
                element.types = element.types.take().filter(profiled);
            }
            Content::Types(types) => {
                let is_same = |own: &[ProfileType]| {
                    own.len() == types.len()
                        && own
                            .iter()
                            .zip(types.iter())
                            .all(|(own, base)| *own == profile_type(self, base))
                };
                element.types = element.types.take().filter(|own| !is_same(own));
                element.refers = None;
            }
        }
        if let Some(binding) = &mut element.binding {
            let names = self.definitions.names();
            binding.set = binding.set.take().filter(|(strength, set)| {
                let is_same = base.binding.is_some_and(|base| {
                    base.strength >= *strength && plain(names.text(base.value_set)) == plain(set)
                });
                *strength != Strength::Example && !is_same
            });
            if binding.set.is_none()
                && binding.max_value_set.is_none()
                && binding.additional.is_empty()
            {
                element.binding = None;
            }
        }
    }
}

fn add_choice(element: &mut ProfileElement, slice: ProfileElement) {
    let name = slice.name;
    let at = element.children.iter().position(|child| child.name == name).unwrap_or_else(|| {
        let choice = ProfileElement { name, is_choice: true, ..ProfileElement::default() };
        element.children.push(choice);
        element.children.len() - 1
    });
    let choice = &mut element.children[at];
    if choice.slicing.is_none() {
        let (kind, path) = (DiscriminatorKind::Type, Some(Vec::new()));
        let discriminators = vec![Discriminator { kind, path, text: "$this".into() }];
        let rules = SlicingRules::Open;
        choice.slicing = Some(Box::new(Slicing { discriminators, rules, ordered: false }));
    }
    lay_slice(choice, slice);
}

fn occurrences(element: &mut ProfileElement, base: &Element) {
    if element.min <= base.min {
        element.min = 0;
    }
    element.max = element.max.filter(|&max| max < base.max);
}

fn is_closed(slicing: &Slicing) -> bool {
    slicing.rules == SlicingRules::Closed
}

/// A canonical without its version.
fn plain(canonical: &str) -> &str {
    canonical.split('|').next().unwrap_or_default()
}

fn profile_type(beside: &Beside<'_>, type_ref: &TypeRef) -> ProfileType {
    let names = beside.definitions.names();
    let texts = |all: &[NameId]| all.iter().map(|&it| names.text(it).into()).collect();
    ProfileType {
        code: type_ref.code,
        profiles: texts(&type_ref.profiles),
        targets: texts(&type_ref.targets),
        aggregation: 0,
    }
}

/// A reference to an element of which nothing is left.
fn dangling(element: &ProfileElement, profile: &Profile) -> Option<Box<[NameId]>> {
    let own = element.refers.as_ref().filter(|path| profile.element_at(path).is_none()).cloned();
    let mut below = element.children.iter().chain(&element.slices);
    own.or_else(|| below.find_map(|inner| dangling(inner, profile)))
}

/// Takes out the references to a path, and what is loose without them.
fn remove_reference(element: &mut ProfileElement, path: &[NameId]) {
    if element.refers.as_deref() == Some(path) {
        element.refers = None;
    }
    for inner in element.children.iter_mut().chain(&mut element.slices) {
        remove_reference(inner, path);
    }
    element.children.retain(|child| !child.is_loose());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::definitions::{Definitions, DefinitionsBuilder, View};
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names, NodeId};

    const TYPES: [&str; 2] = [
        "'type':'code','kind':'primitive-type','snapshot':{'element':[{'path':'code'}]}",
        "'type':'T','kind':'resource','snapshot':{'element':[{'path':'T'},\
         {'path':'T.a','min':1,'max':'3','maxLength':9,'type':[{'code':'code'}],\
         'binding':{'strength':'required','valueSet':'http://v|1'},\
         'constraint':[{'key':'t-1','severity':'error','expression':'true'}]}]}",
    ];

    /// Sets a profile that says this of `T.a` beside the type, and tells what is left: nothing, or which fields.
    #[track_caller]
    fn check(says: &str, expected: &[&str]) {
        let profile = format!(
            "'type':'T','kind':'resource','derivation':'constraint','baseDefinition':'{CORE}T',\
             'differential':{{'element':[{{'path':'T'}},{{'path':'T.a',{says}}}]}}"
        );
        let mut builder = DefinitionsBuilder::new(&Definitions::default());
        let types = TYPES.iter().zip(["code", "T"]).map(|(it, url)| (*it, format!("{CORE}{url}")));
        for (body, url) in types.chain([(&*profile, "http://p".to_owned())]) {
            let text = format!("{{'url':'{url}',{body}}}").replace('\'', "\"");
            let (names, mut issues) = (Arc::new(Names::default()), Issues::new(1));
            let tree = json::parse(text, &names, &Limits::default(), &mut issues);
            builder.add_definition(View::new(&tree, NodeId::ROOT)).unwrap();
        }
        let definitions = builder.build();
        let root = &definitions.profile("http://p").unwrap().root;
        let mut left = Vec::new();
        for element in &root.children {
            let fields = [
                ("min", element.min > 0),
                ("max", element.max.is_some()),
                ("types", element.types.is_some()),
                ("max_length", element.max_length.is_some()),
                ("binding", element.binding.is_some()),
                ("constraints", !element.constraints.is_empty()),
                ("must_support", element.must_support),
            ];
            left.extend(fields.iter().filter(|(_, is_left)| *is_left).map(|(name, _)| *name));
        }
        assert_eq!(left, expected, "{says}");
    }

    const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

    #[test]
    fn what_the_type_says_is_left_out() {
        check("'min':1,'max':'3'", &[]);
        check("'min':0,'max':'*','maxLength':9", &[]);
        check("'type':[{'code':'code'}]", &[]);
        check("'binding':{'strength':'required','valueSet':'http://v'}", &[]);
        check("'binding':{'strength':'example','valueSet':'http://w'}", &[]);
        check("'constraint':[{'key':'t-1','severity':'error','expression':'true'}]", &[]);
    }

    #[test]
    fn what_is_tighter_is_kept() {
        check("'min':2,'max':'2'", &["min", "max"]);
        check("'maxLength':8", &["max_length"]);
        check("'type':[{'code':'code','profile':['http://q']}]", &["types"]);
        check("'binding':{'strength':'required','valueSet':'http://w'}", &["binding"]);
        check(
            "'constraint':[{'key':'p-1','severity':'error','expression':'true'}]",
            &["constraints"],
        );
        check("'mustSupport':true", &["must_support"]);
    }
}
