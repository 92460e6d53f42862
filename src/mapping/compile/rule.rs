//! Rules: what they read, what they make, what they go on with.

use super::super::ast;
use super::{Linker, Scope};
use crate::cursor::Target as Kind;
use crate::issue::{Arg, Code};
use crate::mapping::ast::{Function, TargetListMode, Word};
use crate::mapping::program::{
    Call, Parameter, Rule, RuleInfo, Rules, Slot, Source, Target, Transform,
};
use crate::text::Span;

impl Linker<'_> {
    pub(super) fn rules(&mut self, rules: &[ast::Rule], scope: &mut Scope) -> Rules {
        let mark = scope.mark();
        let mut compiled = Vec::with_capacity(rules.len());
        for rule in rules {
            compiled.extend(self.rule(rule, scope));
            scope.reset(mark);
        }
        Rules::of(compiled)
    }

    /// A rule; none where what it reads has no meaning.
    fn rule(&mut self, rule: &ast::Rule, scope: &mut Scope) -> Option<Rule> {
        let number = self.number(rule);
        let sources: Option<Vec<Source>> =
            rule.sources.iter().map(|source| self.source(source, scope)).collect();
        let sources = sources?;
        let targets: Vec<Target> =
            rule.targets.iter().filter_map(|target| self.target_or_name(target, scope)).collect();
        let is_auto = is_auto(rule);
        let dependents = rule.dependents.iter().filter_map(|it| self.call(it, scope)).collect();
        let rules = self.rules(&rule.rules, scope);
        Some(Rule { number, sources, targets, dependents, rules, is_auto })
    }

    fn number(&mut self, rule: &ast::Rule) -> u32 {
        let number = self.program.rules.len() as u32;
        let name = match (&rule.name, rule.sources.first()) {
            (Some(name), _) => name.text.clone(),
            (None, Some(source)) => {
                let steps = std::iter::once(&source.context).chain(&source.element);
                steps.map(|step| step.text.as_str()).collect::<Vec<_>>().join(".")
            }
            (None, None) => String::new(),
        };
        let map = self.units[self.unit].map.url().to_owned();
        let span = rule.span.0;
        self.program.rules.push(RuleInfo { map, group: self.group.clone(), name, span });
        number
    }

    fn source(&mut self, source: &ast::Source, scope: &mut Scope) -> Option<Source> {
        let Some((context, start)) = scope.source(&source.context.text) else {
            self.unknown_variable(&source.context, &scope.source_names());
            return None;
        };
        let (path, kind) = self.path(start, &source.element)?;
        let of_type = source.type_name.as_ref().and_then(|name| self.type_named(name));
        let type_name = of_type.and_then(|kind| match kind {
            Kind::Primitive(id) => Some(self.definitions().type_name_id(id)),
            Kind::Object(shape) => Some(self.definitions().type_name_id(shape.type_id)),
            Kind::Resource | Kind::Unknown => None,
        });
        let max = source.max.as_ref().and_then(|max| max.text.parse().ok());
        // The default takes the place of a value, so that it does not see it.
        let default = self.optional_expression(source.default.as_ref(), scope);
        let name = source.variable.as_ref().map_or("", |variable| &variable.text);
        let slot = scope.add_source(name, of_type.or(kind));
        let condition = self.condition(source.condition.as_ref(), scope);
        Some(Source {
            context,
            path,
            type_name,
            min: source.min.unwrap_or(0),
            max: max.unwrap_or(u32::MAX),
            default,
            list_mode: source.list_mode,
            slot,
            condition,
            check: self.optional_expression(source.check.as_ref(), scope),
            log: self.optional_expression(source.log.as_ref(), scope),
        })
    }

    fn unknown_variable(&mut self, word: &Word, known: &[String]) {
        let known = known.iter().map(String::as_str).filter(|name| !name.is_empty());
        self.report_unknown(Code::MapVariable, word, known);
    }

    /// A target. One with a mistake still has its name, so that what follows is not told twice.
    fn target_or_name(&mut self, target: &ast::Target, scope: &mut Scope) -> Option<Target> {
        let compiled = self.target(target, scope);
        if let (None, Some(variable)) = (&compiled, &target.variable) {
            scope.add_target(&variable.text, None);
        }
        compiled
    }

    fn target(&mut self, target: &ast::Target, scope: &mut Scope) -> Option<Target> {
        let (mut context, mut path, mut kind) = (None, Vec::new(), None);
        if let Some(word) = &target.context {
            let Some((slot, start)) = scope.target(&word.text) else {
                self.unknown_variable(word, &scope.target_names());
                return None;
            };
            context = Some(slot);
            (path, kind) = self.path(start, &target.element)?;
        }
        let transform = match &target.transform {
            Some(transform) => Some(self.transform(transform, scope, &mut kind)?),
            None => None,
        };
        let slot = target.variable.as_ref().map(|variable| {
            // What is only computed is read by what follows; what is put somewhere can be added to.
            let is_value = context.is_none() && !matches!(transform, Some(Transform::Create(_)));
            if is_value {
                Slot::Source(scope.add_source(&variable.text, None))
            } else {
                Slot::Target(scope.add_target(&variable.text, kind))
            }
        });
        let list_mode = target.list_modes.iter().copied().find(|it| *it != TargetListMode::Share);
        let share = target.share.as_ref().map(|share| share.text.clone());
        Some(Target { context, path, transform, slot, list_mode, share })
    }

    /// `kind` becomes what the value is seen through, where the transform tells.
    fn transform(
        &mut self,
        transform: &ast::Transform,
        scope: &Scope,
        kind: &mut Option<Kind>,
    ) -> Option<Transform> {
        match transform {
            ast::Transform::Copy(value) => Some(Transform::Copy(self.parameter(value, scope)?)),
            ast::Transform::Evaluate(context, expression) => {
                let context = match context {
                    Some(context) => Some(self.parameter(context, scope)?),
                    None => None,
                };
                Some(Transform::Evaluate(context, self.expression(expression, scope)?))
            }
            ast::Transform::Call(function, parameters, extent) => {
                self.check_arguments(*function, parameters, extent.0)?;
                if let (Function::Create, [ast::Parameter::Text(name)]) =
                    (function, parameters.as_slice())
                {
                    return self.create(name, kind);
                }
                let parameters: Option<Vec<Parameter>> =
                    parameters.iter().map(|it| self.parameter(it, scope)).collect();
                let mut parameters = parameters?;
                if let (Function::Translate, Some(Parameter::Text(url))) =
                    (function, parameters.get_mut(1))
                {
                    *url = self.concept_map_key(url);
                }
                Some(Transform::Call(*function, parameters))
            }
        }
    }

    /// `create('Type')`. The name of an element with elements of its own (`BackboneElement`) says nothing.
    fn create(&mut self, name: &Word, kind: &mut Option<Kind>) -> Option<Transform> {
        let created = self.type_named(name)?;
        let type_id = match created {
            Kind::Primitive(id) => id,
            Kind::Object(shape) => shape.type_id,
            Kind::Resource | Kind::Unknown => return None,
        };
        let is_own_shape = matches!(kind, Some(Kind::Object(shape)) if shape.index > 0);
        if !is_own_shape {
            *kind = Some(created);
        }
        Some(Transform::Create(type_id))
    }

    /// How many parameters a transform takes.
    fn check_arguments(
        &mut self,
        function: Function,
        parameters: &[ast::Parameter],
        span: Span,
    ) -> Option<()> {
        let (min, max) = match function {
            Function::Copy
            | Function::Evaluate
            | Function::Create
            | Function::Reference
            | Function::Pointer => (1, 1),
            Function::Truncate => (2, 2),
            Function::Escape | Function::Cast | Function::DateOp | Function::Cc => (1, 3),
            Function::Append => (1, usize::MAX),
            Function::Translate | Function::Id | Function::C => (2, 3),
            Function::Uuid => (0, usize::MAX),
            Function::Qty => (1, 4),
            Function::Cp => (1, 2),
        };
        if (min..=max).contains(&parameters.len()) {
            return Some(());
        }
        let expected = match (min, max) {
            (a, b) if a == b => a.to_string(),
            (a, usize::MAX) => format!("at least {a}"),
            (a, b) => format!("{a} to {b}"),
        };
        self.wrong_count(function.as_str(), expected, parameters.len(), span);
        None
    }

    fn wrong_count(&mut self, name: &str, expected: String, found: usize, span: Span) {
        let args = vec![Arg::Term(name.to_owned()), Arg::Term(expected), Arg::Number(found as u64)];
        self.report(Code::MapArguments, span, args);
    }

    fn parameter(&mut self, parameter: &ast::Parameter, scope: &Scope) -> Option<Parameter> {
        Some(match parameter {
            ast::Parameter::Text(text) => Parameter::Text(text.text.clone()),
            ast::Parameter::Boolean(value) => Parameter::Boolean(*value),
            ast::Parameter::Number(number) => Parameter::Number(number.text.clone()),
            ast::Parameter::Temporal(text) => Parameter::Temporal(text.text.clone()),
            ast::Parameter::Variable(name) => match scope.find(&name.text) {
                Some((slot, _)) => Parameter::Variable(slot),
                None => {
                    let map = self.units[self.unit].map.clone();
                    let is_constant = map.constants.iter().any(|it| it.name == *name);
                    if !is_constant {
                        let known = [scope.source_names(), scope.target_names()].concat();
                        self.unknown_variable(name, &known);
                        return None;
                    }
                    Parameter::Constant(self.expression(name, scope)?)
                }
            },
        })
    }

    /// A group with what it is given.
    fn call(&mut self, dependent: &ast::Dependent, scope: &Scope) -> Option<Call> {
        let group = self.group_named(&dependent.name)?;
        let inputs = self.program.groups[group].inputs.clone();
        let (name, given) = (&dependent.name, &dependent.parameters);
        if inputs.len() != given.len() {
            self.wrong_count(&name.text, inputs.len().to_string(), given.len(), name.span);
            return None;
        }
        let parameters: Option<Vec<Parameter>> = inputs
            .iter()
            .zip(given)
            .map(|(input, it)| match it {
                _ if input.is_source => self.parameter(it, scope),
                ast::Parameter::Variable(word) => self.made(word, scope),
                _ => self.wrong_mode(&it.to_string(), name.span),
            })
            .collect();
        Some(Call { group, parameters: parameters? })
    }

    /// A variable for what is made.
    fn made(&mut self, word: &Word, scope: &Scope) -> Option<Parameter> {
        if let Some((slot, _)) = scope.target(&word.text) {
            return Some(Parameter::Variable(Slot::Target(slot)));
        }
        if scope.source(&word.text).is_some() {
            return self.wrong_mode(&word.text, word.span);
        }
        self.unknown_variable(word, &scope.target_names());
        None
    }

    fn wrong_mode(&mut self, name: &str, span: Span) -> Option<Parameter> {
        self.report(Code::MapMode, span, vec![Arg::Term(name.to_owned())]);
        None
    }
}

/// True if what the only target becomes is decided by its type and that of the only source.
fn is_auto(rule: &ast::Rule) -> bool {
    let ([source], [target]) = (rule.sources.as_slice(), rule.targets.as_slice()) else {
        return false;
    };
    let is_named = source.variable.is_some() && target.variable.is_some();
    let is_end = rule.rules.is_empty() && rule.dependents.is_empty();
    let is_open = target.transform.is_none() && !target.element.is_empty();
    rule.is_short() || is_named && is_end && is_open
}
