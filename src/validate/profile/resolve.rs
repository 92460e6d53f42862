//! Where references lead inside the input: to contained resources and to entries of the same Bundle.

use super::criterion::Found;
use crate::cursor::Cursor;
use crate::tree::Kind;
use crate::validate::rules::reference;
use crate::validate::walk::Walk;

impl Walk<'_> {
    /// What the Reference at `cursor`, or the URI that it is, leads to.
    pub(super) fn lead(&self, cursor: Cursor) -> Found {
        let (tree, known) = (self.tree, self.known());
        let Some(node) = cursor.node else { return Found::Unknown };
        let text = |name| self.text(node, name);
        let reference = match tree.kind(node) {
            Kind::Object => text(known.reference),
            _ => cursor.value(tree),
        };
        let target =
            reference.and_then(|reference| self.shared.references.resolve(tree, node, reference));
        if let Some(target) = target {
            return Found::Value(Cursor::resource(tree, self.definitions(), target));
        }
        let named = reference.and_then(|reference| reference::named_type(self, reference));
        let name = named.or_else(|| text(known.type_).filter(|_| tree.kind(node) == Kind::Object));
        let type_id = name.and_then(|name| self.definitions().find_type(name));
        match type_id {
            Some(type_id) => Found::Elsewhere(self.definitions().type_name_id(type_id)),
            None => Found::Unknown,
        }
    }
}
