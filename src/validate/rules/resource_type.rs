//! `resourceType`: there, known, and not abstract (R4 json.html#resources).

use super::xml_shape;
use crate::definitions::{TypeId, TypeKind};
use crate::issue::{Arg, Code, nearest};
use crate::tree::{Kind, NodeId};
use crate::validate::walk::Walk;

/// The type of the resource at `node`, or none after a report.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) -> Option<TypeId> {
    let tree = walk.tree;
    match tree.kind(node) {
        Kind::Object => {}
        Kind::Damaged => return None,
        kind => {
            let args = vec![Arg::Term(kind.as_str().to_owned())];
            walk.report(Code::ResourceExpected, tree.span(node), args);
            return None;
        }
    }
    let name = walk.known().resource_type;
    let Some(stated) = tree.children(node).find(|&child| tree.name(child) == name) else {
        if walk.is_xml() {
            xml_shape::report_no_resource(walk, node);
            return None;
        }
        walk.report(Code::ResourceTypeMissing, tree.span(node), Vec::new());
        return None;
    };
    let definitions = walk.definitions();
    let text = tree.value(stated);
    let found = definitions.find_type(text).filter(|_| tree.kind(stated) == Kind::String);
    let Some(id) = found.filter(|&id| definitions.kind(id) == TypeKind::Resource) else {
        report_unknown(walk, stated, text);
        return None;
    };
    if definitions.is_abstract(id) {
        let args = vec![Arg::Value(text.to_owned())];
        walk.report(Code::ResourceTypeAbstract, tree.span(stated), args);
        return None;
    }
    Some(id)
}

fn report_unknown(walk: &mut Walk<'_>, stated: NodeId, text: &str) {
    let definitions = walk.definitions();
    let is_resource =
        |&id: &TypeId| definitions.kind(id) == TypeKind::Resource && !definitions.is_abstract(id);
    let known = definitions.types().filter(is_resource).map(|id| definitions.type_name(id));
    let near = nearest(text, known);
    let span = walk.tree.span(stated);
    let args = vec![Arg::Value(text.to_owned()), Arg::Terms(near)];
    walk.report(Code::ResourceTypeUnknown, span, args);
}
