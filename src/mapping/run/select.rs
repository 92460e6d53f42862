//! Which rules have something to do: from the elements that are there to the rules that read them.

use super::Run;
use crate::cursor::{ElementView, Target as Kind};
use crate::definitions::{Property, Shape, ShapeId};
use crate::fhirpath::{Collection, FhirNode, Value};
use crate::mapping::program::{Block, Reader, Table};
use crate::tree::NameId;

impl<'s> Run<'s, '_> {
    /// The rules of a block that the value of its variable gives something to do.
    pub(super) fn wanted(&self, block: &Block) -> u64 {
        match self.value_of(block.context) {
            Collection::Empty => block.demanding,
            _ if block.readers.is_empty() => block.always,
            // A single rule finds out itself.
            _ if block.rules.len() == 1 => block.all(),
            Collection::One(Value::Node(node)) => self.wanted_of(block, node),
            _ => block.all(),
        }
    }

    fn wanted_of(&self, block: &Block, node: &FhirNode<'s>) -> u64 {
        let shape = match node.cursor.target {
            Kind::Object(_) => self.context.model.shape(node),
            // What has no shape of its own is asked by name.
            _ => None,
        };
        let Some((shape, owner, object)) = shape else { return block.all() };
        let rules_of = |property: &Property| self.rules_of(block, (shape, owner), property);
        let table = block.table.get_or_init(|| Table {
            shape: owner,
            rules: shape.properties().iter().map(rules_of).collect(),
        });
        let wanted = node.tree.children(object).filter_map(|child| {
            let (at, property) = shape.property(node.tree.name(child))?;
            if table.shape == owner {
                table.rules.get(at).copied()
            } else {
                Some(rules_of(&property))
            }
        });
        wanted.fold(block.always, |all, rules| all | rules)
    }

    /// The rules that a property gives something to do.
    fn rules_of(
        &self,
        block: &Block,
        (shape, owner): (&Shape, ShapeId),
        property: &Property,
    ) -> u64 {
        let Some(element) = shape.elements.get(usize::from(property.element)) else { return 0 };
        let view = ElementView::new(element, *property, owner);
        let of_type = view.type_ref.filter(|_| element.is_choice).map(|it| it.code);
        let by_element = readers(block, element.name).iter();
        let by_element =
            by_element.filter(|reader| of_type.is_none_or(|name| self.reads(reader, name)));
        let own = if property.is_sibling { property.partner } else { property.name };
        let by_property = if own == element.name { &[] } else { readers(block, own) };
        by_element.chain(by_property).fold(0, |all, reader| all | reader.rules)
    }

    fn reads(&self, reader: &Reader, type_name: NameId) -> bool {
        reader.type_name.is_none_or(|wanted| self.context.model.is_subtype(type_name, wanted))
    }
}

/// Those that need the element of that name.
fn readers(block: &Block, element: NameId) -> &[Reader] {
    let start = block.readers.partition_point(|reader| reader.element < element);
    let rest = block.readers.get(start..).unwrap_or_default();
    let count = rest.iter().take_while(|reader| reader.element == element).count();
    rest.get(..count).unwrap_or_default()
}
