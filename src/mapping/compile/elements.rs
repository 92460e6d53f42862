//! Elements by name: what stands below a value, as far as its type is known.

use super::{Linker, kind_of};
use crate::cursor::{ElementView, Target as Kind};
use crate::definitions::{Content, Element, ShapeId};
use crate::issue::{Arg, Code, nearest};
use crate::mapping::ast::Word;
use crate::mapping::draft::Place;
use crate::mapping::program::{Known, Name};
use crate::tree::NameId;

impl Linker<'_> {
    /// The names of a path, each looked up below the one before, and what the last leads to.
    pub(super) fn path(
        &mut self,
        start: Option<Kind>,
        steps: &[Word],
    ) -> Option<(Vec<Name>, Option<Kind>)> {
        let mut kind = start;
        let mut names = Vec::with_capacity(steps.len());
        for step in steps {
            let id = self.definitions().names().find(&step.text);
            let known = kind.zip(id).and_then(|(kind, id)| self.known(kind, id));
            names.push(Name::new(&step.text, self.definitions(), known));
            kind = match kind {
                Some(kind) => self.element(kind, step)?,
                None => None,
            };
        }
        Some((names, kind))
    }

    /// An element of what has elements.
    fn known(&self, kind: Kind, name: NameId) -> Option<Known> {
        let Kind::Object(owner) = kind else { return None };
        let shape = (owner, self.definitions().shape(owner)?);
        Place::find(self.definitions(), shape, name).map(Place::known)
    }

    /// What an element of a value is seen through. None, and an issue, where there is no such element.
    #[allow(clippy::option_option, reason = "not there, not known, known: three answers")]
    fn element(&mut self, kind: Kind, step: &Word) -> Option<Option<Kind>> {
        let shape_id = match kind {
            // The value of a primitive is the primitive.
            Kind::Primitive(_) if step.text == "value" => return Some(Some(kind)),
            Kind::Primitive(type_id) => ShapeId { type_id, index: 0 },
            Kind::Object(shape) => shape,
            Kind::Resource | Kind::Unknown => return Some(None),
        };
        let definitions = self.definitions();
        let Some(shape) = definitions.shape(shape_id) else { return Some(None) };
        if let Some(name) = definitions.names().find(&step.text) {
            let property = shape.property(name).filter(|(_, property)| !property.is_sibling);
            let element = property.and_then(|(_, it)| shape.elements.get(usize::from(it.element)));
            if let (Some((_, property)), Some(element)) = (property, element) {
                let target = ElementView::new(element, property, shape_id).target(definitions);
                return Some(known(target));
            }
            if let Some(element) = shape.element(name) {
                return Some(self.only_type(element, shape_id));
            }
        }
        let names = shape.elements.iter().map(|it| definitions.names().text(it.name));
        let near = nearest(&step.text, names);
        let path = Arg::Term(shape.path.clone());
        let args = vec![path, Arg::Term(step.text.clone()), Arg::Terms(near)];
        self.report(Code::MapElement, step.span, args);
        None
    }

    /// What a choice is seen through where there is no choice.
    fn only_type(&self, element: &Element, owner: ShapeId) -> Option<Kind> {
        match &element.content {
            &Content::Shape(index, _) => Some(Kind::Object(ShapeId { index, ..owner })),
            Content::Types(types) => {
                let [only] = &**types else { return None };
                kind_of(self.definitions(), self.definitions().type_named(only.code)?)
            }
        }
    }
}

fn known(kind: Kind) -> Option<Kind> {
    Some(kind).filter(|kind| matches!(kind, Kind::Primitive(_) | Kind::Object(_)))
}
