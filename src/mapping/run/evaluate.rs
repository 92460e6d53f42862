//! FHIRPath in a run: with the variables of the group, and with what is being made.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Run, origin_of};
use crate::cursor::Cursor;
use crate::fhirpath::{
    self, Collection, Compiled, Environment, ErrorKind, Evaluator, FhirNode, Quantity, Unit, Value,
};
use crate::issue::{Arg, Code};
use crate::mapping::draft::NONE;
use crate::mapping::program::Expression;
use crate::tree::{NodeId, Tree};

impl<'s> Run<'s, '_> {
    /// The result of an expression; nothing, and an issue, where it has none.
    pub(super) fn evaluate(
        &mut self,
        expression: &'s Expression,
        context: Option<&Value<'s>>,
    ) -> Collection<'s> {
        match self.result(expression, &expression.compiled, context) {
            Ok(values) => values,
            Err(error) => {
                self.report_error(expression, *error);
                Collection::Empty
            }
        }
    }

    /// True if the expression is true for the value.
    pub(super) fn holds(&mut self, expression: &'s Expression, value: &Value<'s>) -> bool {
        match self.truth(expression, value) {
            Ok(truth) => truth == Some(true),
            Err(error) => {
                self.report_error(expression, *error);
                false
            }
        }
    }

    pub(super) fn truth(
        &self,
        expression: &'s Expression,
        value: &Value<'s>,
    ) -> fhirpath::Result<Option<bool>> {
        let made = self.made_trees(expression);
        let environment = self.environment(expression, &made, Some(value));
        self.evaluator(&environment).is_true(&expression.compiled)
    }

    fn result(
        &self,
        expression: &'s Expression,
        compiled: &Compiled,
        context: Option<&Value<'s>>,
    ) -> fhirpath::Result<Collection<'s>> {
        let made = self.made_trees(expression);
        let environment = self.environment(expression, &made, context);
        let result = self.evaluator(&environment).evaluate(compiled)?;
        Ok(result.into_iter().filter_map(|value| self.own(value)).collect())
    }

    fn evaluator<'t>(&self, environment: &'t Environment<'t>) -> Evaluator<'t>
    where
        's: 't,
    {
        let limits = fhirpath::Limits::default();
        Evaluator { model: self.context.model, host: self.context.host, environment, limits }
    }

    /// What is being made and named in the expression, as it is now.
    fn made_trees(&self, expression: &Expression) -> Vec<(String, crate::cursor::Target, Tree)> {
        let named = expression.targets.iter().filter_map(|(name, slot)| {
            let made = self.made_in(*slot).filter(|&made| made != NONE)?;
            Some((name.clone(), self.draft.kind(made), self.draft.tree(made, &mut None)))
        });
        named.collect()
    }

    fn environment<'t>(
        &'t self,
        expression: &Expression,
        made: &'t [(String, crate::cursor::Target, Tree)],
        context: Option<&Value<'s>>,
    ) -> Environment<'t> {
        let context = match context {
            Some(Value::Node(node)) => Some(*node),
            Some(_) => None,
            None => self.rule_context,
        };
        let mut variables = BTreeMap::new();
        for (name, target, tree) in made.iter().filter(|_| !expression.targets.is_empty()) {
            let cursor = Cursor { node: Some(NodeId::ROOT), sibling: None, target: *target };
            let node = self.context.model.node(tree, cursor, None);
            variables.insert(name.clone(), vec![Value::Node(node)]);
        }
        let variables = (!variables.is_empty()).then(|| Rc::new(variables));
        let slots = self.values.get(self.frame.values..).unwrap_or_default();
        let (resource, references) = (self.resource, Some(&self.references));
        Environment { context, resource, root: resource, references, slots, variables }
    }

    /// A value that outlives the evaluation. What stands in a tree that does not is taken by its text.
    fn own(&self, value: Value<'_>) -> Option<Value<'s>> {
        Some(match value {
            Value::Node(node) if std::ptr::eq(node.tree, self.tree) => {
                let FhirNode { cursor, type_name, .. } = node;
                Value::Node(FhirNode { tree: self.tree, cursor, type_name })
            }
            Value::Node(node) => Value::String(Cow::Owned(node.text()?.to_owned())),
            Value::Boolean(value) => Value::Boolean(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Long(value) => Value::Long(value),
            Value::Decimal(value) => Value::Decimal(value),
            Value::Temporal(value) => Value::Temporal(value),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Quantity(quantity) => {
                let unit = match quantity.unit {
                    Unit::Calendar(unit) => Unit::Calendar(unit),
                    Unit::Ucum(code) => Unit::Ucum(Cow::Owned(code.into_owned())),
                };
                Value::from(Quantity { value: quantity.value, unit })
            }
            Value::Type(name) => Value::String(Cow::Owned(name.name.to_owned())),
        })
    }

    /// Marks the values of the source that a result comes from.
    pub(super) fn take_reads(&mut self, expression: &'s Expression, context: Option<&Value<'s>>) {
        if self.lineage.is_none() {
            return;
        }
        for read in &expression.reads {
            let found = self.result(expression, read, context).unwrap_or_default();
            for value in found {
                self.take(&value);
            }
        }
    }

    /// Marks a value of the source as used, if it is one: not what has elements of its own.
    pub(super) fn take(&mut self, value: &Value<'s>) {
        let Value::Node(node) = value else { return };
        if node.text().is_none() {
            return;
        }
        if let (Some(lineage), Some(node)) = (self.lineage.as_mut(), origin_of(value)) {
            lineage.take(node);
        }
    }

    fn report_error(&mut self, expression: &Expression, error: fhirpath::Error) {
        let code = match error.kind {
            ErrorKind::Unavailable => Code::MapNotDecided,
            ErrorKind::Limit => Code::LimitMap,
            _ => Code::MapEvaluate,
        };
        let args = match code {
            Code::LimitMap => vec![
                Arg::Number(fhirpath::Limits::default().steps),
                Arg::Term("steps of an expression".to_owned()),
            ],
            _ => vec![Arg::Term(expression.text.clone()), Arg::Term(error.message)],
        };
        self.report(code, args);
    }
}
