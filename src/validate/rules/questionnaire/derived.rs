//! A Questionnaire that complies with the one that it is derived from (the extension `questionnaire-derivationType`): an
//! answer to it is an answer to that one too.

use super::at_items;
use super::form::Form;
use crate::definitions::View;
use crate::issue::{Arg, Code};
use crate::tree::{NodeId, Tree};
use crate::validate::rules::definition::at;
use crate::validate::walk::Walk;

/// Says how a questionnaire is derived.
const DERIVATION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType";

/// Checks the Questionnaire at `node`, which the walk is at.
pub(super) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let view = View::new(walk.tree, node);
    let validator = walk.validator;
    for canonical in complied_with(view) {
        if let Some((tree, form)) = validator.questionnaires().find(canonical) {
            below(walk, node, &Base { tree, form, canonical });
        }
    }
}

/// What a Questionnaire is derived from and complies with.
fn complied_with(view: View<'_>) -> Vec<&str> {
    let hows: Vec<bool> = view.objects("_derivedFrom").map(complies).collect();
    let all = view.texts("derivedFrom").enumerate();
    all.filter(|(index, _)| hows.get(*index) == Some(&true)).map(|(_, it)| it).collect()
}

fn complies(half: View<'_>) -> bool {
    let mut extensions = half.objects("extension").filter(|it| it.text("url") == Some(DERIVATION));
    extensions
        .any(|it| it.object("valueCoding").and_then(|it| it.text("code")) == Some("compliesWith"))
}

/// The Questionnaire that another complies with.
struct Base<'q> {
    tree: &'q Tree,
    form: &'q Form,
    canonical: &'q str,
}

fn below(walk: &mut Walk<'_>, holder: NodeId, base: &Base<'_>) {
    at_items(walk, holder, |walk, item| {
        let tree = walk.tree;
        let link = tree.child_text(item, "linkId").unwrap_or_default();
        match base.form.find(link).and_then(|index| base.form.item(index)) {
            Some(original) => {
                compare(walk, View::new(tree, item), View::new(base.tree, original.node), base);
            }
            None if tree.child_text(item, "type") == Some("display") => {}
            None => report(walk, item, "item", base, "which has no item with this `linkId`"),
        }
        below(walk, item, base);
    });
}

/// An item beside that of the same `linkId`.
fn compare(walk: &mut Walk<'_>, item: View<'_>, original: View<'_>, base: &Base<'_>) {
    let node = |name: &str| walk.tree.child(item.node(), name);
    let found = [
        (node("type"), "type", item.text("type") != original.text("type"), "which has another"),
        (
            node("repeats"),
            "repeats",
            item.is_true("repeats") && !original.is_true("repeats"),
            "where the item does not repeat",
        ),
        (
            node("required"),
            "required",
            !item.is_true("required") && original.is_true("required"),
            "where the item is required",
        ),
    ];
    for (place, name, is_wrong, why) in found {
        if is_wrong {
            at(walk, &[(name, None)], |walk| {
                report(walk, place.unwrap_or(item.node()), name, base, why);
            });
        }
    }
    let options: Vec<String> = original.objects("answerOption").filter_map(option).collect();
    if options.is_empty() {
        return;
    }
    for (position, entry) in item.objects("answerOption").enumerate() {
        if option(entry).is_some_and(|own| !options.contains(&own)) {
            at(walk, &[("answerOption", Some(position))], |walk| {
                report(walk, entry.node(), "answerOption", base, "which does not have this one");
            });
        }
    }
}

/// What an option is told by: the system and code, or the value as text.
fn option(entry: View<'_>) -> Option<String> {
    if let Some(coding) = entry.object("valueCoding") {
        let system = coding.text("system").unwrap_or_default();
        return Some(format!("{system}#{}", coding.text("code")?));
    }
    let tree = entry.tree();
    let value = tree.children(entry.node()).find(|&it| tree.name_text(it).starts_with("value"))?;
    let text = tree.value(value);
    (!text.is_empty()).then(|| text.to_owned())
}

fn report(walk: &mut Walk<'_>, node: NodeId, what: &str, base: &Base<'_>, why: &'static str) {
    let args =
        vec![Arg::Term(what.to_owned()), Arg::Value(base.canonical.to_owned()), Arg::Words(why)];
    walk.report(Code::QuestionnaireDerived, walk.tree.span(node), args);
}
