//! The values that a source of a rule finds.

use super::{Run, value};
use crate::cursor::Target as Kind;
use crate::fhirpath::{Collection, Model, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::SourceListMode;
use crate::mapping::program::{Name, Source};
use crate::tree::{Kind as NodeKind, NameId};

/// What a source has where there is no need to collect it.
pub(super) enum Only<'s> {
    Nothing,
    One(Value<'s>),
    /// More than one value, or a source that looks at how many there are.
    Several,
}

impl<'s> Run<'s, '_> {
    /// The only value of a source, as most have; what has none or one of a path, of a type, under a condition.
    pub(super) fn only(&mut self, source: &'s Source) -> Only<'s> {
        if !source.takes_one() {
            return Only::Several;
        }
        let value = match (self.value_of(source.context), source.path.first()) {
            (Collection::Empty, _) => return Only::Nothing,
            (Collection::One(value), None) => value.clone(),
            (Collection::One(Value::Node(node)), Some(Name { id: Some(id), read, .. }))
                if matches!(node.cursor.target, Kind::Object(_)) =>
            {
                let mut values = self.context.model.known_element(node, *id, read);
                let Some(first) = values.next() else { return Only::Nothing };
                if values.next().is_some() {
                    return Only::Several;
                }
                Value::Node(first)
            }
            _ => return Only::Several,
        };
        let is_of_type = source.type_name.is_none_or(|wanted| self.is_of_type(&value, wanted));
        if is_of_type && (!source.is_asked() || self.is_wanted(source, &value)) {
            Only::One(value)
        } else {
            Only::Nothing
        }
    }

    /// Puts the values on top of [`Run::found`]: by path and type, then counted, then by condition, then by place in the
    /// list.
    pub(super) fn find(&mut self, source: &'s Source) {
        let (start, model) = (self.found.len(), self.context.model);
        let slot = self.frame.values + usize::from(source.context);
        let context = self.values.get(slot).map(Collection::as_slice).unwrap_or_default();
        let found = &mut self.found;
        match source.path.split_first() {
            None => found.extend_from_slice(context),
            Some((first, rest)) => {
                for value in context {
                    elements(model, value, first, found);
                }
                for name in rest {
                    let end = found.len();
                    for at in start..end {
                        elements(model, &found[at].clone(), name, found);
                    }
                    found.drain(start..end);
                }
            }
        }
        if let Some(type_name) = source.type_name {
            let mut end = start;
            for at in start..self.found.len() {
                if self.is_of_type(&self.found[at], type_name) {
                    self.found.swap(end, at);
                    end += 1;
                }
            }
            self.found.truncate(end);
        }
        self.check_count(source, self.found.len() - start);
        if let Some(default) = source.default.as_ref().filter(|_| self.found.len() == start) {
            let values = self.evaluate(default, None);
            self.found.extend(values);
        }
        if source.is_asked() {
            let mut end = start;
            for at in start..self.found.len() {
                let value = self.found[at].clone();
                if self.is_wanted(source, &value) {
                    self.found.swap(end, at);
                    end += 1;
                }
            }
            self.found.truncate(end);
        }
        self.pick(source, start);
    }

    fn is_of_type(&self, value: &Value<'s>, wanted: NameId) -> bool {
        let names = self.definitions.names();
        match value {
            Value::Node(node) if node.type_name == NameId::NONE => false,
            Value::Node(node) => self.context.model.is_subtype(node.type_name, wanted),
            other => {
                let name = other.type_name(self.context.model).name;
                // `System.String` is what FHIR calls `string`.
                names.text(wanted).eq_ignore_ascii_case(name)
            }
        }
    }

    fn check_count(&mut self, source: &'s Source, found: usize) {
        let (min, max) = (source.min as usize, source.max as usize);
        if (min..=max).contains(&found) {
            return;
        }
        let max = if source.max == u32::MAX { "*".to_owned() } else { max.to_string() };
        self.report_count(source, format!("{min}..{max}"), found);
    }

    fn report_count(&mut self, source: &Source, asked: String, found: usize) {
        let name = source.path.last().map_or("", |name| &name.text);
        let args = vec![Arg::Term(asked), Arg::Term(name.to_owned()), Arg::Number(found as u64)];
        self.report(Code::MapCardinality, args);
    }

    /// `where`, `check` and `log`, in the slot that the value will have.
    fn is_wanted(&mut self, source: &'s Source, value: &Value<'s>) -> bool {
        let slot = self.frame.values + usize::from(source.slot);
        self.values[slot] = value.clone().into();
        if let Some(condition) = &source.condition
            && !self.is_met(condition, value)
        {
            return false;
        }
        let outer = self.origin;
        self.origin = super::origin_of(value).or(outer);
        if let Some(check) = &source.check
            && !self.holds(check, value)
        {
            self.report(Code::MapCheck, vec![Arg::Term(check.text.clone())]);
        }
        if let Some(log) = &source.log {
            let said = self.evaluate(log, Some(value));
            let text = said.as_slice().iter().find_map(|it| value::text(it));
            let args = vec![Arg::Value(text.unwrap_or_default().into_owned())];
            self.report(Code::MapLog, args);
        }
        self.origin = outer;
        true
    }

    /// Which of the values from `start` on are taken.
    fn pick(&mut self, source: &Source, start: usize) {
        let count = self.found.len() - start;
        let Some(mode) = source.list_mode.filter(|_| count > 0) else { return };
        match mode {
            SourceListMode::First => self.found.truncate(start + 1),
            SourceListMode::NotFirst => drop(self.found.remove(start)),
            SourceListMode::Last => drop(self.found.drain(start..start + count - 1)),
            SourceListMode::NotLast => drop(self.found.pop()),
            SourceListMode::OnlyOne => {
                if count > 1 {
                    self.report_count(source, "0..1".to_owned(), count);
                    self.found.truncate(start);
                }
            }
        }
    }
}

/// The values of an element. Its name may be that of a property (`valueString`), and `value` of a
/// primitive is the primitive.
fn elements<'s>(model: &'s Model, value: &Value<'s>, name: &Name, found: &mut Vec<Value<'s>>) {
    let Value::Node(node) = value else { return };
    let tree = node.tree;
    match node.cursor.target {
        Kind::Primitive(_) if &*name.text == "value" => {
            found.extend(node.text().is_some().then_some(Value::Node(*node)));
        }
        Kind::Unknown => {
            let object = node.cursor.node.filter(|&it| tree.kind(it) == NodeKind::Object);
            if let Some(property) = object.and_then(|it| tree.child(it, &name.text)) {
                model.unknown_values(tree, property, &mut |it| found.push(Value::Node(it)));
            }
        }
        _ => {
            if let Some(id) = name.id {
                found.extend(model.known_element(node, id, &name.read).map(Value::Node));
            }
        }
    }
}
