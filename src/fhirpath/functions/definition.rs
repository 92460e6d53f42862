//! What definitions say of a value (<http://hl7.org/fhir/R4/fhirpath.html#functions>): `elementDefinition()`, and
//! `hasTemplateIdOf()` of the FHIRPath of CDA.

use super::entry;
use crate::cursor::{Cursor, Target};
use crate::definitions::{ShapeId, TemplateId, written};
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, single};
use crate::fhirpath::location;
use crate::fhirpath::model::Model;
use crate::fhirpath::value::{Collection, FhirNode, Value};
use crate::tree::{Kind, NodeId, Tree};

pub(super) const TABLE: &[Function] = &[
    entry("elementDefinition", 0, 0, Handler::Whole(element_definition)),
    entry("hasTemplateIdOf", 1, 1, Handler::Whole(has_template_id_of)),
];

/// The `ElementDefinition` of each value in its type: that of the type itself for a resource. It has what the
/// engine keeps: all that decides about instances, and no texts. What no definition describes is left out.
fn element_definition<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let mut found = Collection::Empty;
    let Some(type_id) = ev.model.definitions().find_type("ElementDefinition") else {
        return Err(call.unavailable());
    };
    let target = Target::Object(ShapeId { type_id, index: 0 });
    for item in items {
        ev.tick(call.span)?;
        let Value::Node(node) = &item else { continue };
        let Some(definition) = written_definition(ev.model, node) else { continue };
        let tree = ev.host.keep(definition.to_string()).ok_or_else(|| call.unavailable())?;
        let cursor = Cursor { node: Some(NodeId::ROOT), sibling: None, target };
        found.push(Value::Node(ev.model.node(tree, cursor, None)));
    }
    Ok(found)
}

fn written_definition(model: &Model, node: &FhirNode<'_>) -> Option<serde_json::Value> {
    let at = node.cursor.node.or(node.cursor.sibling)?;
    match (location::view(model, node.tree, at), node.cursor.target) {
        (Some(view), _) if view.target(model.definitions()) != Target::Resource => {
            written::definition_of_element(model.definitions(), view.owner, view.element)
        }
        (_, Target::Object(shape)) => {
            written::definition_of_type(model.definitions(), shape.type_id)
        }
        _ => None,
    }
}

/// Whether a value of CDA has a `templateId` of the definition with that canonical. That of a definition which is
/// not here is not known.
fn has_template_id_of<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(item) = single(items, call.span)? else { return Ok(Collection::Empty) };
    let Some(canonical) = ev.argument_text(call, 0)? else { return Ok(Collection::Empty) };
    let Value::Node(node) = &item else { return Err(call.error("the input has to be of CDA")) };
    let definitions = ev.model.definitions();
    let known = definitions.template_ids(&canonical).ok_or_else(|| call.unavailable())?;
    let has = node.cursor.node.is_some_and(|at| {
        let ids = node.tree.child(at, "templateId").into_iter();
        ids.flat_map(|ids| entries(node.tree, ids)).any(|id| is_one_of(node.tree, id, known))
    });
    Ok(Value::Boolean(has).into())
}

/// What an element has, written as an array or alone.
fn entries(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> {
    let is_list = tree.kind(node) == Kind::Array;
    let alone = (!is_list).then_some(node);
    is_list.then(|| tree.children(node)).into_iter().flatten().chain(alone)
}

fn is_one_of(tree: &Tree, id: NodeId, known: &[TemplateId]) -> bool {
    let (root, extension) = (tree.child_text(id, "root"), tree.child_text(id, "extension"));
    known.iter().any(|it| root == Some(&*it.root) && extension == it.extension.as_deref())
}
