//! A `QuestionnaireResponse` against its Questionnaire (R4 questionnaireresponse.html#notes): the items that
//! there are, those that have to be there, and what answers may be.

mod answer;
mod definition;
mod derived;
mod enable;
mod form;
mod limit;
mod response;

pub(crate) use definition::check as check_definition;
pub use form::Questionnaires;

use form::Form;
use response::Response;

use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::tree::{NodeId, Tree};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Checks the `QuestionnaireResponse` at `node`, which the walk is at.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let Some(canonical) = tree.child_text(node, "questionnaire") else { return };
    if let Some(id) = canonical.strip_prefix('#') {
        // That it has to be here is said of the reference.
        let Some(contained) = walk.shared.references.contained(tree, node, id) else { return };
        let form = Form::new(tree, contained);
        return against(walk, node, tree, &form);
    }
    let validator = walk.validator;
    match validator.questionnaires.find(canonical) {
        Some((questions, form)) => against(walk, node, questions, form),
        None => {
            let args = vec![Arg::Value(canonical.to_owned())];
            walk.report(Code::QuestionnaireNotChecked, tree.span(node), args);
        }
    }
}

fn against(walk: &mut Walk<'_>, node: NodeId, questions: &Tree, form: &Form) {
    let response = View::new(walk.tree, node);
    let mut response = Response::new(walk, questions, form, response);
    response.items(node, None);
}

/// Goes to each item in an item or a resource.
fn at_items<'a>(walk: &mut Walk<'a>, holder: NodeId, mut visit: impl FnMut(&mut Walk<'a>, NodeId)) {
    let tree = walk.tree;
    let Some(list) = tree.child(holder, "item") else { return };
    for (position, item) in form::entries(tree, holder, "item").enumerate() {
        let length = walk.path.len();
        walk.path.push(Step::Name(tree.name(list)));
        walk.path.push(Step::Index(position as u32));
        visit(walk, item);
        walk.path.truncate(length);
    }
}
