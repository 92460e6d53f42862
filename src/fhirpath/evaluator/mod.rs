//! Runs compiled expressions on the nodes of a tree.
//!
//! Paths and filters are not collections that are built and thrown away: each step hands its items to
//! the next one ([`Evaluation::each`]), so that `a.b.exists()` stops at the first and
//! `where(...).exists()` keeps nothing. A truth is asked for as a truth ([`Evaluation::truth`]).

mod navigate;
mod operators;
pub(super) mod program;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::error::{Error, ErrorKind, Result};
use super::host::Host;
use super::model::Model;
use super::value::temporal::Temporal;
use super::value::{Collection, FhirNode, Value};
use crate::cursor::References;
use crate::text::Span;
use crate::tree::Tree;
pub(super) use operators::{arithmetic, is_truth};
use program::{Function, Handler, Op, Pattern, Single, Step, Variable};

/// Whether the consumer of items wants more.
pub(super) type Flow = ControlFlow<()>;

/// Takes the items of a step.
pub(super) type Sink<'s, 't> = dyn FnMut(&mut Evaluation<'t>, Value<'t>) -> Result<Flow> + 's;

/// Bounds of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Items looked at.
    pub steps: u64,
    /// Items of one collection.
    pub items: usize,
    /// Bytes of a string that functions make.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 20_000_000, items: 1_000_000, text: 16 << 20 }
    }
}

/// What an expression is evaluated in.
#[derive(Clone, Debug, Default)]
pub struct Environment<'t> {
    /// `%context`: what the expression begins at.
    pub context: Option<FhirNode<'t>>,
    /// `%resource`: the resource that holds the context.
    pub resource: Option<FhirNode<'t>>,
    /// `%rootResource`: the resource that contains it, or the same.
    pub root: Option<FhirNode<'t>>,
    /// Where references in the tree of [`Self::resource`] lead, for evaluations that share a tree.
    pub references: Option<&'t References>,
    /// Those of the language around the expression, by number (see [`super::Binding`]).
    pub slots: &'t [Collection<'t>],
    /// Others, by name.
    pub variables: Option<Rc<BTreeMap<String, Vec<Value<'t>>>>>,
}

impl<'t> Environment<'t> {
    /// What a caller gave for a name.
    fn variable(&self, name: &str) -> Option<&[Value<'t>]> {
        self.variables.as_ref()?.get(name).map(Vec::as_slice)
    }
}

/// One evaluation in progress.
pub(super) struct Evaluation<'t> {
    pub(super) model: &'t Model,
    pub(super) host: &'t dyn Host,
    pub(super) environment: &'t Environment<'t>,
    pub(super) limits: Limits,
    now: Option<Temporal>,
    steps: u64,
    /// What `defineVariable` defined in the chain that is evaluated, innermost last.
    scope: Vec<(Cow<'t, str>, Collection<'t>)>,
    /// What is the same throughout the evaluation, by number, as far as it was asked for.
    fixed: Vec<Fixed>,
    /// Where references lead, by the tree that they stand in; see [`Environment::references`].
    references: Option<BTreeMap<*const Tree, References>>,
}

/// What is known of a truth that is evaluated once.
#[derive(Clone, Copy)]
enum Fixed {
    Open,
    Found(Option<bool>),
}

/// What `$this`, `$index` and `$total` are.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f, 't> {
    pub(super) this: &'f [Value<'t>],
    pub(super) index: Option<usize>,
    pub(super) total: Option<&'f Collection<'t>>,
}

impl<'f, 't> Frame<'f, 't> {
    /// The frame in which an argument is evaluated for one item.
    pub(super) fn item(item: &'f Value<'t>, index: usize) -> Self {
        Self { this: std::slice::from_ref(item), index: Some(index), total: None }
    }
}

/// A call of a function.
pub(super) struct Call<'c, 't> {
    pub(super) function: &'static Function,
    pub(super) focus: Option<&'t Step>,
    pub(super) arguments: &'t [Step],
    pub(super) pattern: &'t Pattern,
    pub(super) frame: Frame<'c, 't>,
    pub(super) span: Span,
}

impl<'t> Call<'_, 't> {
    pub(super) fn argument(&self, index: usize) -> Option<&'t Step> {
        self.arguments.get(index)
    }

    pub(super) fn error(&self, message: impl std::fmt::Display) -> Box<Error> {
        Error::execution(self.span, format!("`{}`: {message}", self.function.name))
    }

    pub(super) fn unavailable(&self) -> Box<Error> {
        let message = format!("`{}` asks for something that is not known here", self.function.name);
        Error::new(ErrorKind::Unavailable, self.span, message)
    }
}

impl<'t> Evaluation<'t> {
    pub(super) fn new(
        model: &'t Model,
        host: &'t dyn Host,
        environment: &'t Environment<'t>,
        limits: Limits,
    ) -> Self {
        let (now, scope, fixed, references) = (None, Vec::new(), Vec::new(), None);
        Self { model, host, environment, limits, now, steps: 0, scope, fixed, references }
    }

    /// The present, asked for once.
    pub(super) fn now(&mut self) -> Option<Temporal> {
        if self.now.is_none() {
            self.now = self.host.now();
        }
        self.now
    }

    /// Where references in a tree lead.
    pub(super) fn references(&mut self, tree: &'t Tree) -> &References {
        let environment = self.environment;
        match (environment.references, environment.resource) {
            (Some(shared), Some(resource)) if std::ptr::eq(resource.tree, tree) => shared,
            _ => {
                let all = self.references.get_or_insert_default();
                all.entry(&raw const *tree).or_default()
            }
        }
    }

    /// How many units of work it took so far.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts one unit of work.
    pub(super) fn tick(&mut self, span: Span) -> Result<()> {
        self.spend(1, span)
    }

    /// Counts what the host does.
    pub(super) fn spend(&mut self, steps: usize, span: Span) -> Result<()> {
        self.steps += steps as u64;
        if self.steps <= self.limits.steps {
            return Ok(());
        }
        let message = format!("The evaluation takes more than {} steps", self.limits.steps);
        Err(Error::new(ErrorKind::Limit, span, message))
    }

    pub(super) fn check_size(&self, size: usize, span: Span) -> Result<()> {
        if size <= self.limits.items {
            return Ok(());
        }
        let message = format!("A collection has more than {} items", self.limits.items);
        Err(Error::new(ErrorKind::Limit, span, message))
    }

    /// The whole result of a step.
    pub(super) fn eval(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Collection<'t>> {
        self.tick(step.span)?;
        let result = self.eval_op(step, frame);
        if let Ok(Collection::Many(items)) = &result {
            self.check_size(items.len(), step.span)?;
        }
        result
    }

    fn eval_op(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Collection<'t>> {
        Ok(match &step.op {
            Op::Empty => Collection::Empty,
            Op::Constant(value) => Collection::One(value.clone()),
            Op::Text(text) => Collection::One(Value::text(text)),
            Op::Texts(texts) => texts.iter().map(|text| Value::text(text)).collect(),
            Op::This => Collection::of(frame.this),
            Op::Index => frame.index.map(Value::integer).into(),
            Op::Total => frame.total.cloned().unwrap_or_default(),
            Op::Variable(variable) => self.variable(variable, step.span)?,
            Op::Call { focus, function, arguments, pattern } => {
                let focus = focus.as_deref();
                let call = Call { function, focus, arguments, pattern, frame, span: step.span };
                self.call(&call, step)?
            }
            Op::External { focus, name, arguments } => {
                let focus = self.focus(focus.as_deref(), frame)?;
                self.external(&focus, (name, arguments), frame, step.span)?
            }
            Op::Indexer(focus, index) => self.indexer(focus, index, frame)?.into(),
            Op::Order(_, key) => self.eval(key, frame)?,
            Op::Polarity(is_minus, inner) => self.polarity(*is_minus, inner, frame)?,
            Op::Binary(operator, left, right) if !operators::is_truth(*operator) => {
                self.calculate(*operator, left, right, frame, step.span)?
            }
            Op::Binary(..) | Op::Is(..) | Op::Fixed(..) => {
                self.truth_op(step, frame)?.map(Value::Boolean).into()
            }
            Op::As(focus, test) => {
                let value = self.single_focus(focus.as_deref(), frame, step.span)?;
                value.filter(|value| test.fits(self.model, value)).into()
            }
            Op::Member(..) | Op::OfType(..) => self.collect(step, frame)?,
        })
    }

    /// The items of a step, each handed on as it is found.
    pub(super) fn each(
        &mut self,
        step: &'t Step,
        frame: Frame<'_, 't>,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        self.tick(step.span)?;
        Ok(match &step.op {
            Op::Member(Some(focus), name) => self.each(focus, frame, &mut |this, item| {
                this.tick(step.span)?;
                this.members(&item, name, sink)
            })?,
            Op::Member(None, name) => self.first_step(frame, name, sink)?,
            Op::This => self.hand_on(frame.this.iter().cloned(), sink)?,
            Op::OfType(focus, test) => {
                self.each_focus(focus.as_deref(), frame, &mut |this, item| {
                    if test.fits(this.model, &item) {
                        sink(this, item)
                    } else {
                        Ok(Flow::Continue(()))
                    }
                })?
            }
            Op::Call { focus, function, arguments, pattern } => match function.handler {
                Handler::Stream(handler) => {
                    let focus = focus.as_deref();
                    handler(
                        self,
                        &Call { function, focus, arguments, pattern, frame, span: step.span },
                        sink,
                    )?
                }
                _ => self.each_of_whole(step, frame, sink)?,
            },
            _ => self.each_of_whole(step, frame, sink)?,
        })
    }

    fn each_of_whole(
        &mut self,
        step: &'t Step,
        frame: Frame<'_, 't>,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        let all = self.eval_op(step, frame)?;
        self.check_size(all.len(), step.span)?;
        self.hand_on(all, sink)
    }

    pub(super) fn hand_on(
        &mut self,
        items: impl IntoIterator<Item = Value<'t>>,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        for item in items {
            if sink(self, item)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// The items that a function is called on.
    pub(super) fn each_focus(
        &mut self,
        focus: Option<&'t Step>,
        frame: Frame<'_, 't>,
        sink: &mut Sink<'_, 't>,
    ) -> Result<Flow> {
        match focus {
            Some(focus) => self.each(focus, frame, sink),
            None => self.hand_on(frame.this.iter().cloned(), sink),
        }
    }

    fn collect(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Collection<'t>> {
        let mut all = Collection::Empty;
        let limit = self.limits.items;
        let _ = self.each(step, frame, &mut |this, item| {
            all.push(item);
            if all.len() > limit {
                this.check_size(all.len(), step.span)?;
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(all)
    }

    fn focus(&mut self, focus: Option<&'t Step>, frame: Frame<'_, 't>) -> Result<Collection<'t>> {
        match focus {
            Some(focus) => self.eval(focus, frame),
            None => Ok(Collection::of(frame.this)),
        }
    }

    /// The only item of the focus, if there is one.
    fn single_focus(
        &mut self,
        focus: Option<&'t Step>,
        frame: Frame<'_, 't>,
        span: Span,
    ) -> Result<Option<Value<'t>>> {
        single(self.focus(focus, frame)?, focus.map_or(span, |focus| focus.span))
    }

    fn call(&mut self, call: &Call<'_, 't>, step: &'t Step) -> Result<Collection<'t>> {
        match call.function.handler {
            Handler::Stream(_) => self.collect(step, call.frame),
            Handler::Whole(handler) => {
                let focus = self.focus(call.focus, call.frame)?;
                handler(self, call, focus)
            }
            Handler::Truth(handler) => Ok(handler(self, call)?.map(Value::Boolean).into()),
            Handler::Fold(handler) => Ok(handler(self, call)?.into()),
            Handler::Single(handler) => Ok(self.call_on_item(call, handler)?.into()),
        }
    }

    /// A function of one item.
    fn call_on_item(&mut self, call: &Call<'_, 't>, handler: Single) -> Result<Option<Value<'t>>> {
        let item = self.single_focus(call.focus, call.frame, call.span)?;
        let Some(item) = item else { return Ok(None) };
        match (item.system_or_quantity(self.model), item) {
            (Some(value), _) => handler(self, call, value),
            // A primitive without a value counts as nothing.
            (None, Value::Node(node)) if node.is_primitive() => Ok(None),
            _ => Err(call.error("the input has no value of its own")),
        }
    }

    /// A function of the caller: its arguments are evaluated before it is called.
    fn external(
        &mut self,
        focus: &Collection<'t>,
        (name, arguments): (&str, &'t [Step]),
        frame: Frame<'_, 't>,
        span: Span,
    ) -> Result<Collection<'t>> {
        let evaluate = |step| self.scoped(|this| this.eval(step, frame));
        let arguments: Vec<_> = arguments.iter().map(evaluate).collect::<Result<_>>()?;
        match self.host.call(name, focus.as_slice(), &arguments) {
            Some(Ok(values)) => Ok(values.into_iter().collect()),
            Some(Err(why)) => Err(Error::execution(span, format!("`{name}`: {why}"))),
            None => Err(Error::semantic(span, format!("There is no function `{name}`"))),
        }
    }

    /// A step as one truth.
    pub(super) fn truth(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Option<bool>> {
        self.tick(step.span)?;
        self.truth_op(step, frame)
    }

    fn truth_op(&mut self, step: &'t Step, frame: Frame<'_, 't>) -> Result<Option<bool>> {
        match &step.op {
            Op::Binary(operator, left, right) if operators::is_truth(*operator) => {
                self.judge(*operator, left, right, frame, step.span)
            }
            Op::Fixed(number, step) => self.fixed(usize::from(*number), step, frame),
            Op::Is(focus, test) => {
                let value = self.single_focus(focus.as_deref(), frame, step.span)?;
                Ok(value.map(|value| test.fits(self.model, &value)))
            }
            Op::Call { focus, function, arguments, pattern } => {
                let focus = focus.as_deref();
                let call = Call { function, focus, arguments, pattern, frame, span: step.span };
                let value = match function.handler {
                    Handler::Truth(handler) => return handler(self, &call),
                    Handler::Fold(handler) => handler(self, &call)?,
                    Handler::Single(handler) => self.call_on_item(&call, handler)?,
                    _ => single(self.call(&call, step)?, step.span)?,
                };
                Ok(self.truth_of(value))
            }
            _ => {
                let value = single(self.eval_op(step, frame)?, step.span)?;
                Ok(self.truth_of(value))
            }
        }
    }

    /// A truth that is evaluated once.
    fn fixed(
        &mut self,
        number: usize,
        step: &'t Step,
        frame: Frame<'_, 't>,
    ) -> Result<Option<bool>> {
        if let Some(&Fixed::Found(truth)) = self.fixed.get(number) {
            return Ok(truth);
        }
        let truth = self.truth(step, frame)?;
        if self.fixed.len() <= number {
            self.fixed.resize(number + 1, Fixed::Open);
        }
        self.fixed[number] = Fixed::Found(truth);
        Ok(truth)
    }

    /// One item that is no Boolean counts as true.
    fn truth_of(&self, value: Option<Value<'t>>) -> Option<bool> {
        value.map(|value| match value.system(self.model) {
            Some(Value::Boolean(truth)) => truth,
            _ => true,
        })
    }

    fn variable(&mut self, variable: &'t Variable, span: Span) -> Result<Collection<'t>> {
        let environment = self.environment;
        let node = |node: Option<FhirNode<'t>>| node.map(Value::Node).into();
        let name = match variable {
            Variable::Resource => return Ok(node(environment.resource)),
            Variable::RootResource => return Ok(node(environment.root)),
            Variable::Context => return Ok(node(environment.context)),
            Variable::Text(text) => return Ok(Value::text(text).into()),
            Variable::Slot(slot) => {
                let values = environment.slots.get(usize::from(*slot));
                return Ok(values.cloned().unwrap_or_default());
            }
            Variable::Named(name) => name,
        };
        if let Some((_, value)) = self.scope.iter().rev().find(|(defined, _)| **defined == **name) {
            return Ok(value.clone());
        }
        match environment.variable(name) {
            Some(values) => Ok(Collection::of(values)),
            None => Err(Error::execution(span, format!("There is no variable `%{name}` here"))),
        }
    }

    /// Makes a variable known to the rest of the chain.
    pub(super) fn define(
        &mut self,
        call: &Call<'_, 't>,
        name: Cow<'t, str>,
        value: Collection<'t>,
    ) -> Result<()> {
        let is_known = self.scope.iter().any(|(defined, _)| *defined == name)
            || self.environment.variable(&name).is_some();
        if is_known {
            return Err(call.error("there is already a variable of that name"));
        }
        self.scope.push((name, value));
        Ok(())
    }

    /// Evaluates a part whose variables end with it.
    pub(super) fn scoped<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mark = self.scope.len();
        let result = part(self);
        self.scope.truncate(mark);
        result
    }

    /// An argument of a call, in the frame that the call stands in.
    pub(super) fn argument(&mut self, call: &Call<'_, 't>, index: usize) -> Result<Collection<'t>> {
        let Some(step) = call.argument(index) else { return Ok(Collection::Empty) };
        self.scoped(|this| this.eval(step, call.frame))
    }

    /// An argument that is one value.
    pub(super) fn argument_value(
        &mut self,
        call: &Call<'_, 't>,
        index: usize,
    ) -> Result<Option<Value<'t>>> {
        let value = single(self.argument(call, index)?, call.span)?;
        Ok(value.and_then(|value| value.system_or_quantity(self.model)))
    }

    /// An argument that is a string.
    pub(super) fn argument_text(
        &mut self,
        call: &Call<'_, 't>,
        index: usize,
    ) -> Result<Option<Cow<'t, str>>> {
        if let Some(Step { op: Op::Text(text), span }) = call.argument(index) {
            self.tick(*span)?;
            return Ok(Some(Cow::Borrowed(text)));
        }
        match self.argument_value(call, index)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(call.error(format!("argument {} has to be a string", index + 1))),
        }
    }

    /// An argument that is a whole number.
    pub(super) fn argument_integer(
        &mut self,
        call: &Call<'_, 't>,
        index: usize,
    ) -> Result<Option<i64>> {
        match self.argument_value(call, index)? {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(number.into())),
            Some(Value::Long(number)) => Ok(Some(number)),
            Some(_) => Err(call.error(format!("argument {} has to be an integer", index + 1))),
        }
    }

    /// The truth of an argument for one item.
    pub(super) fn criterion(
        &mut self,
        step: &'t Step,
        item: &Value<'t>,
        index: usize,
    ) -> Result<Option<bool>> {
        self.scoped(|this| this.truth(step, Frame::item(item, index)))
    }
}

/// The only item of a collection.
pub(super) fn single(all: Collection<'_>, span: Span) -> Result<Option<Value<'_>>> {
    match all {
        Collection::Empty => Ok(None),
        Collection::One(value) => Ok(Some(value)),
        Collection::Many(mut values) => {
            let last = values.pop();
            if values.is_empty() {
                return Ok(last);
            }
            let message = format!("One item is expected here, there are {}", values.len() + 1);
            Err(Error::execution(span, message))
        }
    }
}
