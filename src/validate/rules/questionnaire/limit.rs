//! What the extensions of a question ask of its answers: least and greatest, lengths, form, size, units.

use std::cmp::Ordering;

use super::enable::{compare, value_of};
use super::response::{Question, Response};
use crate::cursor::{Cursor, Target};
use crate::issue::{Arg, Code};
use crate::terminology::Membership;
use crate::tree::{Kind, NodeId};
use crate::validate::rules::{attachment, value_length, value_regex};

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-";

impl<'q> Response<'_, '_, 'q> {
    /// Checks a value, which the walk is at.
    pub(super) fn limits(&mut self, question: Question<'q>, value: NodeId) {
        let tree = self.walk.tree;
        for (name, wrong, code) in
            [("min", Ordering::Less, Code::ValueMin), ("max", Ordering::Greater, Code::ValueMax)]
        {
            self.bound(question, value, name, wrong, code);
        }
        match tree.name_text(value) {
            "valueAttachment" => self.attachment(question, value),
            "valueQuantity" => self.unit(question, value),
            "valueDecimal" => self.decimals(question, value),
            "valueString" => {
                let number = |url: &str| question.extension_value(url)?.parse().ok();
                let min = number(&format!("{CORE}minLength"));
                let max = question.view.number("maxLength");
                let cursor = Cursor { node: Some(value), sibling: None, target: Target::Unknown };
                value_length::check(self.walk, cursor, min, max);
                if let Some(regex) = question.extension_value(&format!("{CORE}regex")) {
                    value_regex::check(self.walk, cursor, regex);
                }
            }
            _ => {}
        }
    }

    /// `minValue`, `maxValue`, `minQuantity`, `maxQuantity`
    fn bound(
        &mut self,
        question: Question<'q>,
        value: NodeId,
        name: &str,
        wrong: Ordering,
        code: Code,
    ) {
        let tree = self.walk.tree;
        let is_quantity = tree.kind(value) == Kind::Object;
        let url = if is_quantity {
            format!("{SDC}questionnaire-{name}Quantity")
        } else {
            format!("{CORE}{name}Value")
        };
        let Some(extension) = question.extension(&url) else { return };
        let questions = self.questions;
        let Some(limit) = value_of(questions, extension.node(), "value") else { return };
        let shown = |of: &crate::tree::Tree, node| match of.kind(node) {
            Kind::Object => {
                let part = |name| of.child(node, name).map_or("", |it| of.value(it)).to_owned();
                format!("{} {}", part("value"), part("unit"))
            }
            _ => of.value(node).to_owned(),
        };
        let (own, given) = (shown(tree, value), shown(questions, limit));
        let has_code =
            tree.child(value, "code").is_some() && questions.child(limit, "code").is_some();
        if is_quantity && !has_code {
            let args = vec![Arg::Value(own), Arg::Term(given)];
            self.walk.report(Code::QuestionnaireUnitCode, tree.span(value), args);
        } else if compare(tree, value, questions, limit) == Some(wrong) {
            let args = vec![Arg::Value(own), Arg::Term(given), question.link()];
            self.walk.report(code, tree.span(value), args);
        }
    }

    fn decimals(&mut self, question: Question<'q>, value: NodeId) {
        let url = format!("{CORE}maxDecimalPlaces");
        let max = question.extension_value(&url).and_then(|max| max.parse::<usize>().ok());
        let text = self.walk.tree.value(value);
        let digits = text.split(['e', 'E']).next().and_then(|it| it.split_once('.'));
        if let (Some(max), Some((_, places))) = (max, digits)
            && places.len() > max
        {
            let args = vec![Arg::Value(text.to_owned()), Arg::Number(max as u64)];
            self.walk.report(Code::QuestionnaireDecimals, self.walk.tree.span(value), args);
        }
    }

    fn attachment(&mut self, question: Question<'q>, value: NodeId) {
        let tree = self.walk.tree;
        let max = question.extension_value(&format!("{CORE}maxSize"));
        let max = max.and_then(|max| max.split('.').next()?.parse::<u64>().ok());
        let stated = tree.child(value, "size").and_then(|size| tree.value(size).parse().ok());
        let size = attachment::data_size(tree, value).or(stated);
        if let (Some(max), Some(size)) =
            (max, size.filter(|&size| max.is_some_and(|max| size > max)))
        {
            let args = vec![Arg::Number(size), Arg::Number(max)];
            self.walk.report_above(Code::QuestionnaireAttachmentSize, tree.span(value), args);
        }
        let url = format!("{CORE}mimeType");
        let extensions = question.view.objects("extension");
        let codes = extensions.filter(|it| it.text("url") == Some(&url));
        let allowed: Vec<String> =
            codes.filter_map(|it| it.text("valueCode").map(str::to_owned)).collect();
        let own = tree.child_text(value, "contentType").unwrap_or_default();
        if !allowed.is_empty() && !allowed.iter().any(|it| it == own) {
            let args = vec![Arg::Value(own.to_owned()), Arg::Terms(allowed)];
            self.walk.report_above(Code::QuestionnaireAttachmentType, tree.span(value), args);
        }
    }

    /// `unitValueSet`
    fn unit(&mut self, question: Question<'q>, value: NodeId) {
        let tree = self.walk.tree;
        let url = format!("{CORE}questionnaire-unitValueSet");
        let Some(set) = question.extension_value(&url) else { return };
        let code = tree.child_text(value, "code");
        let system = tree.child_text(value, "system");
        let membership = match code {
            None => Membership::Out,
            Some(code) => self.walk.validator.terminology.validate_code(set, system, code),
        };
        let shown = code.or_else(|| tree.child_text(value, "unit")).unwrap_or_default().to_owned();
        match membership {
            Membership::In => {}
            Membership::Out => {
                let args = vec![Arg::Value(shown), Arg::Term(set.to_owned())];
                self.walk.report(Code::QuestionnaireUnit, tree.span(value), args);
            }
            Membership::Unknown(missing) => {
                let args = vec![Arg::Value(shown), Arg::Term(set.to_owned()), Arg::Term(missing)];
                self.walk.report(Code::BindingNotChecked, tree.span(value), args);
            }
        }
    }
}
