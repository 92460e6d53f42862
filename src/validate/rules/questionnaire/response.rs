//! The items of a response beside those of the Questionnaire.

use std::collections::BTreeMap;

use super::enable::Answers;
use super::form::{Form, entries};
use crate::definitions::View;
use crate::fhirpath::compile;
use crate::issue::{Arg, Code, Severity};
use crate::tree::{Kind, NodeId, Tree};
use crate::validate::path::Step;
use crate::validate::rules::constraint;
use crate::validate::walk::Walk;

/// The condition of a question, in FHIRPath.
const ENABLE_WHEN: &str =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";

/// A `QuestionnaireResponse` that is checked.
pub(super) struct Response<'w, 'a, 'q> {
    pub(super) walk: &'w mut Walk<'a>,
    /// Where the Questionnaire stands.
    pub(super) questions: &'q Tree,
    pub(super) form: &'q Form,
    answers: Answers<'a>,
    /// True while somebody is still answering: then what is missing is no error.
    is_open: bool,
}

/// An item of the Questionnaire.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) view: View<'q>,
    /// Its number.
    pub(super) at: usize,
}

impl<'q> Question<'q> {
    pub(super) fn kind(self) -> &'q str {
        self.view.text("type").unwrap_or_default()
    }

    pub(super) fn link(self) -> Arg {
        Arg::Term(self.view.text("linkId").unwrap_or_default().to_owned())
    }

    /// The extension with that URL.
    pub(super) fn extension(self, url: &str) -> Option<View<'q>> {
        self.view.objects("extension").find(|extension| extension.text("url") == Some(url))
    }

    /// The value of that extension, as text.
    pub(super) fn extension_value(self, url: &str) -> Option<&'q str> {
        let extension = self.extension(url)?;
        let tree = extension.tree();
        let value =
            tree.children(extension.node()).find(|&it| tree.name_text(it).starts_with("value"))?;
        (tree.kind(value) != Kind::Object).then(|| tree.value(value))
    }
}

impl<'w, 'a, 'q> Response<'w, 'a, 'q> {
    pub(super) fn new(
        walk: &'w mut Walk<'a>,
        questions: &'q Tree,
        form: &'q Form,
        response: View<'a>,
    ) -> Self {
        let is_open = response.text("status") == Some("in-progress");
        let answers = Answers::new(response);
        Self { walk, questions, form, answers, is_open }
    }

    fn question(&self, at: usize) -> Option<Question<'q>> {
        let node = self.form.item(at)?.node;
        Some(Question { view: View::new(self.questions, node), at })
    }

    /// The items in `holder`, which the walk is at: they answer the items in the item of that number.
    pub(super) fn items(&mut self, holder: NodeId, of: Option<usize>) {
        let tree = self.walk.tree;
        let mut last = 0;
        let mut met: BTreeMap<usize, Vec<(usize, NodeId)>> = BTreeMap::new();
        for (position, item) in entries(tree, holder, "item").enumerate() {
            let Some(link) = tree.child_text(item, "linkId") else { continue };
            let value = Arg::Value(link.to_owned());
            let Some(at) = self.form.find(link) else {
                self.walk.report(Code::QuestionnaireLinkId, tree.span(item), vec![value]);
                continue;
            };
            if self.form.item(at).is_some_and(|it| it.parent != of) {
                self.walk.report(Code::QuestionnaireItemPlace, tree.span(item), vec![value]);
                continue;
            }
            if at < last {
                self.walk.report(Code::QuestionnaireItemOrder, tree.span(item), vec![value]);
            }
            last = last.max(at);
            met.entry(at).or_default().push((position, item));
        }
        let form = self.form;
        for &at in form.children(of) {
            let Some(question) = self.question(at) else { continue };
            match met.get(&at) {
                Some(items) => self.occurrences(question, items),
                None => self.absent(question, holder),
            }
        }
    }

    fn absent(&mut self, question: Question<'q>, holder: NodeId) {
        if question.view.is_true("required") && self.is_enabled(question, holder) {
            self.report_required(question, holder);
        }
    }

    fn report_required(&mut self, question: Question<'q>, node: NodeId) {
        let severity = if self.is_open { Severity::Warning } else { Severity::Error };
        let span = self.walk.tree.span(node);
        self.walk.report_as(severity, Code::QuestionnaireRequired, span, vec![question.link()]);
    }

    fn is_enabled(&mut self, question: Question<'q>, at: NodeId) -> bool {
        if let Some(extension) = question.extension(ENABLE_WHEN) {
            return self.holds(extension);
        }
        self.answers.enables(self.walk.tree, question.view, at)
    }

    /// True unless the FHIRPath expression of the extension is false or empty of the response.
    fn holds(&mut self, extension: View<'_>) -> bool {
        let expression = extension.object("valueExpression");
        let expression = expression.filter(|it| it.text("language") == Some("text/fhirpath"));
        let text = expression.and_then(|it| it.text("expression"));
        let compiled = text.and_then(|text| compile(&self.walk.validator.model, text).ok());
        let (Some(compiled), Some(scope)) = (compiled, self.walk.scope) else { return true };
        let result = constraint::with_evaluator(self.walk, scope.resource, |evaluator, steps| {
            evaluator.is_true_within(&compiled, steps)
        });
        result.map_or(true, |truth| truth == Some(true))
    }

    fn occurrences(&mut self, question: Question<'q>, items: &[(usize, NodeId)]) {
        if let (false, Some(&(_, second))) = (question.view.is_true("repeats"), items.get(1)) {
            self.report_count(question, second, 1, items.len());
        }
        for &(position, item) in items {
            self.at("item", position, |this| this.item(question, item));
        }
    }

    fn report_count(&mut self, question: Question<'q>, node: NodeId, max: u64, found: usize) {
        let args = vec![question.link(), Arg::Number(max), Arg::Number(found as u64)];
        self.walk.report(Code::QuestionnaireMax, self.walk.tree.span(node), args);
    }

    /// Goes to an entry and back.
    fn at(&mut self, name: &str, position: usize, visit: impl FnOnce(&mut Self)) {
        let Some(name) = self.walk.definitions().names().find(name) else { return };
        let length = self.walk.path.len();
        self.walk.path.push(Step::Name(name));
        self.walk.path.push(Step::Index(position as u32));
        visit(self);
        self.walk.path.truncate(length);
    }

    fn item(&mut self, question: Question<'q>, item: NodeId) {
        let tree = self.walk.tree;
        let answers: Vec<NodeId> = entries(tree, item, "answer").collect();
        let has_items = entries(tree, item, "item").next().is_some();
        let is_empty = answers.is_empty() && !has_items;
        let is_enabled = self.is_enabled(question, item);
        if !is_enabled && !is_empty {
            let args = vec![question.link()];
            self.walk.report(Code::QuestionnaireDisabled, tree.span(item), args);
        }
        let is_required = is_enabled && question.view.is_true("required");
        match question.kind() {
            "group" => {
                self.only(question, item, answers.is_empty(), "answers");
                if is_required && !has_items {
                    self.report_required(question, item);
                }
                self.items(item, Some(question.at));
            }
            "display" => self.only(question, item, is_empty, "answers and items"),
            // A question of no kind, for others to be derived from.
            "question" => self.only(question, item, answers.is_empty(), "answers"),
            _ => {
                self.only(question, item, !has_items, "items: they stand in its answers");
                if is_required && answers.is_empty() {
                    self.report_required(question, item);
                }
                self.answers(question, item, &answers);
            }
        }
    }

    /// Says what an item of its kind does not have.
    fn only(&mut self, question: Question<'q>, item: NodeId, is_met: bool, what: &'static str) {
        if !is_met {
            let kind = Arg::Term(question.kind().to_owned());
            let args = vec![question.link(), kind, Arg::Words(what)];
            self.walk.report(Code::QuestionnaireContent, self.walk.tree.span(item), args);
        }
    }

    fn answers(&mut self, question: Question<'q>, item: NodeId, answers: &[NodeId]) {
        const MAX: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";
        let stated = question.extension_value(MAX).and_then(|max| max.parse().ok());
        let max = if question.view.is_true("repeats") { stated } else { Some(1) };
        if let Some(max) = max.filter(|&max| answers.len() as u64 > max) {
            self.report_count(question, item, max, answers.len());
        }
        for (position, &answer) in answers.iter().enumerate() {
            self.at("answer", position, |this| {
                this.answer(question, answer, answers.len() > 1);
                this.items(answer, Some(question.at));
            });
        }
    }
}
