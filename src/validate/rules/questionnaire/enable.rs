//! `Questionnaire.item.enableWhen`: whether a question is asked, by what others were answered
//! (R4 questionnaire-definitions.html#Questionnaire.item.enableWhen).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::form::entries;
use crate::definitions::View;
use crate::sort::sort_and_dedup;
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::rules::value_range;

/// The items of a response by `linkId`, each list in document order.
pub(super) struct Answers<'a> {
    by_link: HashMap<&'a str, Vec<NodeId>>,
    response: NodeId,
}

impl<'a> Answers<'a> {
    pub(super) fn new(response: View<'a>) -> Self {
        let tree = response.tree();
        let mut by_link: HashMap<&str, Vec<NodeId>> = HashMap::new();
        let mut open = vec![response.node()];
        while let Some(node) = open.pop() {
            for item in entries(tree, node, "item") {
                if let Some(link) = tree.child_text(item, "linkId") {
                    by_link.entry(link).or_default().push(item);
                }
                open.push(item);
            }
            open.extend(entries(tree, node, "answer"));
        }
        for items in by_link.values_mut() {
            sort_and_dedup(items);
        }
        Self { by_link, response: response.node() }
    }

    /// True if the question is asked where `at` is: the item of the response, or what it would stand in.
    pub(super) fn enables(&self, tree: &Tree, question: View<'_>, at: NodeId) -> bool {
        let mut conditions = question.objects("enableWhen").peekable();
        if conditions.peek().is_none() {
            return true;
        }
        let mut holds = conditions.map(|condition| self.holds(tree, condition, at));
        match question.text("enableBehavior") {
            Some("any") => holds.any(|it| it),
            _ => holds.all(|it| it),
        }
    }

    fn holds(&self, tree: &Tree, condition: View<'_>, at: NodeId) -> bool {
        let answers = condition.text("question").map(|link| self.nearest(tree, link, at));
        let answers = answers.unwrap_or_default();
        let expected = value_of(condition.tree(), condition.node(), "answer");
        let operator = condition.text("operator").unwrap_or_default();
        let Some(expected) = expected else { return false };
        if operator == "exists" {
            return answers.is_empty() != (condition.tree().value(expected) == "true");
        }
        let orders =
            || answers.iter().map(|&answer| compare(tree, answer, condition.tree(), expected));
        match operator {
            "=" => orders().any(|order| order == Some(Ordering::Equal)),
            "!=" => !answers.is_empty() && orders().all(|order| order != Some(Ordering::Equal)),
            ">" => orders().any(|order| order == Some(Ordering::Greater)),
            "<" => orders().any(|order| order == Some(Ordering::Less)),
            ">=" => orders().any(|order| order.is_some_and(Ordering::is_ge)),
            "<=" => orders().any(|order| order.is_some_and(Ordering::is_le)),
            _ => true,
        }
    }

    /// The values of the answers to a question: those in the innermost item around `at` that has any.
    fn nearest(&self, tree: &Tree, link: &str, at: NodeId) -> Vec<NodeId> {
        let Some(items) = self.by_link.get(link) else { return Vec::new() };
        let around = std::iter::successors(Some(at), |&node| tree.parent(node));
        for scope in around {
            let first = items.partition_point(|&item| item < scope);
            let end = items.partition_point(|&item| item < tree.after(scope));
            let inside = items.get(first..end).unwrap_or_default();
            if !inside.is_empty() {
                let answers = inside.iter().flat_map(|&item| entries(tree, item, "answer"));
                return answers.filter_map(|answer| value_of(tree, answer, "value")).collect();
            }
            if scope == self.response {
                break;
            }
        }
        Vec::new()
    }
}

/// The value of a choice.
pub(super) fn value_of(tree: &Tree, node: NodeId, name: &str) -> Option<NodeId> {
    let is_typed = |rest: &str| rest.starts_with(|c: char| c.is_ascii_uppercase());
    let mut children = tree.children(node);
    children.find(|&child| tree.name_text(child).strip_prefix(name).is_some_and(is_typed))
}

/// The order of two values; of what has no order, only whether they are equal.
pub(super) fn compare(
    tree: &Tree,
    value: NodeId,
    other_tree: &Tree,
    other: NodeId,
) -> Option<Ordering> {
    if tree.kind(value) != Kind::Object || other_tree.kind(other) != Kind::Object {
        let (value, other) = (tree.value(value), other_tree.value(other));
        return match value_range::compare_text(value, other) {
            None if value == other => Some(Ordering::Equal),
            order => order,
        };
    }
    let own = |name| text(tree, value, name);
    let given = |name| text(other_tree, other, name);
    if let (Some(value), Some(other)) = (own("value"), given("value")) {
        return value_range::compare_quantities((value, own("code")), (other, given("code")));
    }
    let names = ["system", "code", "reference"];
    let is_same = names.iter().all(|name| own(name) == given(name));
    is_same.then_some(Ordering::Equal)
}

fn text<'t>(tree: &'t Tree, node: NodeId, name: &str) -> Option<&'t str> {
    tree.child(node, name).map(|child| tree.value(child))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names};

    fn parse(text: &str) -> Tree {
        let (names, mut issues) = (Arc::new(Names::default()), Issues::new(1));
        json::parse(text.replace('\'', "\""), &names, &Limits::default(), &mut issues)
    }

    /// Whether an item with that `enableWhen` is enabled where the question `a` has these answers.
    #[track_caller]
    fn check(answers: &str, question: &str, expected: bool) {
        let response = parse(&format!("{{'item':[{{'linkId':'a','answer':[{answers}]}}]}}"));
        let question = parse(&format!("{{'linkId':'b',{question}}}"));
        let answers = Answers::new(View::new(&response, NodeId::ROOT));
        let question = View::new(&question, NodeId::ROOT);
        assert_eq!(answers.enables(&response, question, NodeId::ROOT), expected);
    }

    const OVER_2: &str = "'enableWhen':[{'question':'a','operator':'>','answerInteger':2}]";
    const OF_CODE: &str =
        "'enableWhen':[{'question':'a','operator':'=','answerCoding':{'system':'s','code':'x'}}]";

    #[test]
    fn without_a_condition_it_is_enabled() {
        check("", "'type':'string'", true);
    }

    #[test]
    fn any_answer_may_meet_the_condition() {
        check("{'valueInteger':1},{'valueInteger':3}", OVER_2, true);
        check("{'valueInteger':2}", OVER_2, false);
        check("", OVER_2, false);
    }

    #[test]
    fn a_coding_is_compared_by_system_and_code() {
        check("{'valueCoding':{'system':'s','code':'x','display':'X'}}", OF_CODE, true);
        check("{'valueCoding':{'system':'t','code':'x'}}", OF_CODE, false);
    }

    #[test]
    fn exists_asks_for_an_answer_or_for_none() {
        let exists = |answer: bool| {
            format!(
                "'enableWhen':[{{'question':'a','operator':'exists','answerBoolean':{answer}}}]"
            )
        };
        check("{'valueString':'x'}", &exists(true), true);
        check("{'valueString':'x'}", &exists(false), false);
        check("", &exists(false), true);
    }
}
