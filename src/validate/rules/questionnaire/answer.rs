//! What an answer may be: its type, and the options of its question.

use super::enable::{compare, value_of};
use super::response::{Question, Response};
use crate::issue::{Arg, Code};
use crate::terminology::Membership;
use crate::tree::NodeId;
use crate::validate::path::Step;

/// Says of an option that it is chosen alone.
const EXCLUSIVE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";

/// The types that answers may have at all.
const ALL: [&str; 12] = [
    "boolean",
    "decimal",
    "integer",
    "date",
    "dateTime",
    "time",
    "string",
    "uri",
    "Attachment",
    "Coding",
    "Quantity",
    "Reference",
];

/// The types that answers to a question of that kind may have.
fn types(kind: &str) -> &'static [&'static str] {
    match kind {
        "boolean" => &["boolean"],
        "decimal" => &["decimal"],
        "integer" => &["integer"],
        "date" => &["date"],
        "dateTime" => &["dateTime"],
        "time" => &["time"],
        "string" | "text" => &["string"],
        "url" => &["uri"],
        "attachment" => &["Attachment"],
        "reference" => &["Reference"],
        "quantity" => &["Quantity"],
        "choice" | "open-choice" | "coding" => &["Coding", "date", "time", "integer", "string"],
        _ => &[],
    }
}

impl<'q> Response<'_, '_, 'q> {
    /// Checks an answer, which the walk is at; `has_others` if it is not the only one.
    pub(super) fn answer(&mut self, question: Question<'q>, answer: NodeId, has_others: bool) {
        let tree = self.walk.tree;
        let Some(value) = value_of(tree, answer, "value") else { return };
        let name = tree.name_text(value);
        let types = types(question.kind());
        let own = name.strip_prefix("value").unwrap_or_default();
        let found = types.iter().find(|of| of.eq_ignore_ascii_case(own));
        let Some(found) = found else {
            // What no answer can be is said of the element.
            if !ALL.iter().any(|of| of.eq_ignore_ascii_case(own)) {
                return;
            }
            let expected = types.iter().map(|&it| it.to_owned()).collect();
            let args = vec![Arg::Terms(expected), Arg::Term(own.to_owned())];
            let code = Code::QuestionnaireAnswerType;
            self.at_value(own, |this| this.walk.report(code, tree.span(value), args));
            return;
        };
        self.options(question, value, has_others);
        self.at_value(found, |this| this.limits(question, value));
    }

    /// Goes to the value and back.
    fn at_value(&mut self, type_name: &str, visit: impl FnOnce(&mut Self)) {
        let names = self.walk.definitions().names();
        let mut lower = type_name.to_owned();
        if let Some(first) = lower.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        let of = names.find(type_name).or_else(|| names.find(&lower));
        let length = self.walk.path.len();
        self.walk.path.push(Step::Name(names.find("value").unwrap_or_default()));
        if let Some(of) = of {
            self.walk.path.push(Step::OfType(of));
        }
        visit(self);
        self.walk.path.truncate(length);
    }

    fn options(&mut self, question: Question<'q>, value: NodeId, has_others: bool) {
        let tree = self.walk.tree;
        let name = tree.name_text(value);
        let constraint = question.view.text("answerConstraint").unwrap_or_default();
        let is_text = name == "valueString";
        let takes_text = question.kind() == "open-choice" || constraint == "optionsOrString";
        if constraint == "optionsOrType" || takes_text && is_text {
            return;
        }
        let questions = self.questions;
        let mut options = question.view.objects("answerOption").peekable();
        if options.peek().is_none() {
            return self.value_set(question, value);
        }
        let is_same = |option: NodeId| {
            let given = questions.children(option).find(|&it| questions.name_text(it) == name);
            given.is_some_and(|given| {
                compare(tree, value, questions, given) == Some(std::cmp::Ordering::Equal)
            })
        };
        let chosen = options.find(|option| is_same(option.node()));
        let Some(chosen) = chosen else { return self.report_option(question, value) };
        let is_exclusive =
            Question { view: chosen, ..question }.extension_value(EXCLUSIVE) == Some("true");
        if is_exclusive && has_others {
            let args = vec![question.link()];
            self.walk.report(Code::QuestionnaireExclusive, tree.span(value), args);
        }
    }

    fn report_option(&mut self, question: Question<'q>, value: NodeId) {
        let tree = self.walk.tree;
        let shown = tree.child_text(value, "code").unwrap_or_else(|| tree.value(value));
        let args = vec![Arg::Value(shown.to_owned()), question.link()];
        let span = tree.span(value);
        let report = |this: &mut Self| this.walk.report(Code::QuestionnaireOption, span, args);
        match types(question.kind()) {
            // The answer itself is the choice.
            [_, _, ..] => report(self),
            [single] => self.at_value(single, report),
            [] => {}
        }
    }

    fn value_set(&mut self, question: Question<'q>, value: NodeId) {
        let tree = self.walk.tree;
        let set = question.view.text("answerValueSet");
        let code = tree.child_text(value, "code");
        let (Some(set), Some(code)) = (set, code) else { return };
        let system = tree.child_text(value, "system");
        let terminology = &self.walk.validator.terminology;
        let membership = match set.strip_prefix('#') {
            // Contained in the Questionnaire.
            Some(_) => Membership::Unknown(set.to_owned()),
            None => terminology.validate_code(set, system, code),
        };
        match membership {
            Membership::In => {}
            Membership::Out => self.report_option(question, value),
            Membership::Unknown(missing) => {
                let args = vec![
                    Arg::Value(code.to_owned()),
                    Arg::Term(set.to_owned()),
                    Arg::Term(missing),
                ];
                self.walk.report(Code::BindingNotChecked, tree.span(value), args);
            }
        }
    }
}
