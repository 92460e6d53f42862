//! A profile as a list: each element that it says something of, with the type's own element, in the
//! order of a snapshot.

use super::{KnownTypes, Profile, ProfileElement};
use crate::definitions::{Content, Element, Shape, ShapeId};
use crate::sort::sort_by_key;

/// An element of a profile, or a slice of one.
#[derive(Clone, Debug)]
pub struct Row<'d> {
    /// `ElementDefinition.id`: `Patient.identifier:mrn.system`.
    pub id: String,
    /// `ElementDefinition.path`: `Patient.identifier.system`.
    pub path: String,
    /// What the profile says of it.
    pub element: &'d ProfileElement,
    /// What the type says of it; none for the root, and where the type has no such element.
    pub base: Option<&'d Element>,
}

/// The elements of a profile, the root first, each slice after the element that it is one of.
pub(in crate::definitions) fn rows<'d>(
    profile: &'d Profile,
    definitions: &'d dyn KnownTypes,
) -> Vec<Row<'d>> {
    let mut lister = Lister { definitions, rows: Vec::new() };
    let path = definitions.names().text(profile.type_name);
    let type_id = definitions.type_named(profile.type_name);
    let shape = type_id.map(|type_id| ShapeId { type_id, index: 0 });
    let place = Place { id: path.to_owned(), path: path.to_owned() };
    lister.list(&profile.root, &place, None, shape);
    lister.rows
}

struct Lister<'d> {
    definitions: &'d dyn KnownTypes,
    rows: Vec<Row<'d>>,
}

/// Where an element stands.
#[derive(Clone)]
struct Place {
    id: String,
    path: String,
}

impl<'d> Lister<'d> {
    fn list(
        &mut self,
        element: &'d ProfileElement,
        place: &Place,
        base: Option<(&'d Element, ShapeId)>,
        below: Option<ShapeId>,
    ) {
        let Place { id, path } = place.clone();
        self.rows.push(Row { id, path, element, base: base.map(|(base, _)| base) });
        let shape = below.and_then(|id| Some((self.shape(id)?, id)));
        let order = |child: &&ProfileElement| {
            let elements = shape.map_or(&[][..], |(shape, _)| &shape.elements);
            elements.iter().position(|it| it.name == child.name)
        };
        let mut children: Vec<&ProfileElement> = element.children.iter().collect();
        sort_by_key(&mut children, order);
        for child in children {
            let base = shape.and_then(|(shape, id)| Some((shape.element(child.name)?, id)));
            let name = self.definitions.names().text(child.name);
            let choice = if child.is_choice { "[x]" } else { "" };
            let place = Place {
                id: format!("{}.{name}{choice}", place.id),
                path: format!("{}.{name}{choice}", place.path),
            };
            self.list(child, &place, base, self.below(child, base));
        }
        for slice in &element.slices {
            let name = slice.slice.as_deref().unwrap_or_default();
            // A reslice is named after its slice: `a/b`.
            let sliced = element
                .slice
                .as_deref()
                .map_or(place.id.len(), |own| place.id.len().saturating_sub(own.len() + 1));
            let id = format!("{}:{name}", place.id.get(..sliced).unwrap_or(&place.id));
            let place = Place { id, path: place.path.clone() };
            let below = if base.is_some() { self.below(slice, base) } else { below };
            self.list(slice, &place, base, below);
        }
    }

    fn shape(&self, id: ShapeId) -> Option<&'d Shape> {
        self.definitions.type_def(id.type_id)?.shapes.get(usize::from(id.index))
    }

    /// The shape of what is below an element.
    fn below(
        &self,
        element: &ProfileElement,
        base: Option<(&Element, ShapeId)>,
    ) -> Option<ShapeId> {
        let own = element.types.as_deref().unwrap_or_default().iter().map(|it| it.code);
        let mut codes: Vec<_> = own.collect();
        match base {
            Some((Element { content: Content::Shape(index, _), .. }, owner)) => {
                return Some(ShapeId { index: *index, ..owner });
            }
            Some((Element { content: Content::Types(types), .. }, _)) if codes.is_empty() => {
                codes.extend(types.iter().map(|it| it.code));
            }
            _ => {}
        }
        let [only] = codes[..] else { return None };
        let type_id = self.definitions.type_named(only)?;
        Some(ShapeId { type_id, index: 0 })
    }
}
