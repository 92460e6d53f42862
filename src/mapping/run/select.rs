//! Which rules have something to do: from the elements that are there to the rules that read them.

use super::Run;
use crate::cursor::{ElementView, Target as Kind};
use crate::fhirpath::{Collection, FhirNode, Value};
use crate::mapping::program::{Block, Reader};
use crate::tree::{NameId, NodeId};

impl<'s> Run<'s, '_> {
    /// The rules of a block that the value of its variable gives something to do.
    pub(super) fn wanted(&self, block: &Block) -> u64 {
        match self.value_of(block.context) {
            Collection::Empty => block.demanding,
            _ if block.readers.is_empty() => block.always,
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
        let mut wanted = block.always;
        let names = |child: NodeId| shape.property(node.tree.name(child));
        for (_, property) in node.tree.children(object).filter_map(names) {
            let Some(element) = shape.elements.get(usize::from(property.element)) else { continue };
            let view = ElementView::new(element, property, owner);
            let of_type = view.type_ref.filter(|_| element.is_choice).map(|it| it.code);
            for reader in readers(block, element.name) {
                if of_type.is_none_or(|name| self.reads(reader, name)) {
                    wanted |= reader.rules;
                }
            }
            let own = if property.is_sibling { property.partner } else { property.name };
            if own != element.name {
                wanted |= readers(block, own).iter().fold(0, |all, reader| all | reader.rules);
            }
        }
        wanted
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
