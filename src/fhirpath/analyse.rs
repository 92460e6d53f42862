//! What the definitions say of an expression before it is run: the types of each step, and the elements
//! that none of them has.
//!
//! Where a type is not known (what a reference leads to, what a variable holds), nothing is said.

use super::ast::Operator;
use super::compile::Compiled;
use super::error::{Error, Result};
use super::evaluator::program::{Function, Handler, Name, Op, Step, TypeTest, Variable};
use super::model::{Model, SystemType};
use crate::definitions::{Content, Element, ShapeId, TypeKind};
use crate::issue::nearest;
use crate::text::Span;
use crate::tree::NameId;

/// What the items of a step can be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Types {
    /// Anything: not known.
    Any,
    /// One of these; nothing at all where there is none.
    OneOf(Vec<Type>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    System(SystemType),
    Shape(ShapeId),
    /// What `type()` gives.
    Info,
}

/// Checks an expression against the definitions, for input of the type of that name, or of the element at
/// that `ElementDefinition.path`.
///
/// # Errors
/// An element that no type at that place has; a first name that is another type; a criterion of `iif` that
/// is no Boolean; a part of what has no order (`children().skip(1)`).
pub fn analyse(model: &Model, compiled: &Compiled, input: &str) -> Result<()> {
    let context = Analysis { model, context: &Types::Any }.at_path(input).unwrap_or(Types::Any);
    let analysis = Analysis { model, context: &context };
    analysis.step(&compiled.step, &context).map(drop)
}

struct Analysis<'a> {
    model: &'a Model,
    context: &'a Types,
}

impl Types {
    fn system(system: SystemType) -> Self {
        Self::OneOf(vec![Type::System(system)])
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::OneOf(mut all), Self::OneOf(others)) => {
                for other in others {
                    if !all.contains(&other) {
                        all.push(other);
                    }
                }
                Self::OneOf(all)
            }
            _ => Self::Any,
        }
    }
}

impl Analysis<'_> {
    /// What stands at a path: a shape of its own, or an element with types.
    fn at_path(&self, path: &str) -> Option<Types> {
        let definitions = self.model.definitions();
        let type_id = definitions.find_type(path.split('.').next()?)?;
        let shapes = &definitions.type_def(type_id)?.shapes;
        let id = |index: usize| ShapeId { type_id, index: index as u16 };
        if let Some(index) = shapes.iter().position(|shape| shape.path == path) {
            return Some(Types::OneOf(vec![Type::Shape(id(index))]));
        }
        let (parent, name) = path.rsplit_once('.')?;
        let index = shapes.iter().position(|shape| shape.path == parent)?;
        let name = self.model.names().find(name.trim_end_matches("[x]"))?;
        Some(self.content(shapes.get(index)?.element(name)?, id(index)))
    }

    fn step(&self, step: &Step, this: &Types) -> Result<Types> {
        Ok(match &step.op {
            Op::Empty => Types::OneOf(Vec::new()),
            Op::Constant(value) => value.system_type().map_or(Types::Any, Types::system),
            Op::Text(_) | Op::Texts(_) | Op::Variable(Variable::Text(_)) => {
                Types::system(SystemType::String)
            }
            Op::This => this.clone(),
            Op::Index => Types::system(SystemType::Integer),
            Op::Variable(Variable::Context) => self.context.clone(),
            Op::Total | Op::Variable(_) => Types::Any,
            Op::Member(focus, name) => {
                let types = self.focus(focus.as_deref(), this)?;
                self.member(&types, name, focus.is_none(), step.span)?
            }
            Op::Call { focus, function, arguments, .. } => {
                let focus = focus.as_deref();
                check_order(focus, function.name, step.span)?;
                let types = self.focus(focus, this)?;
                self.call(function, &types, arguments, this)?
            }
            Op::External { focus, arguments, .. } => {
                self.focus(focus.as_deref(), this)?;
                for argument in arguments {
                    self.step(argument, this)?;
                }
                Types::Any
            }
            Op::Indexer(focus, index) => {
                self.step(index, this)?;
                self.step(focus, this)?
            }
            Op::Polarity(_, inner) | Op::Order(_, inner) | Op::Fixed(_, inner) => {
                self.step(inner, this)?
            }
            Op::Binary(operator, left, right) => {
                let (left, right) = (self.step(left, this)?, self.step(right, this)?);
                match operator {
                    Operator::Union => left.or(right),
                    Operator::Concatenate => Types::system(SystemType::String),
                    Operator::Add
                    | Operator::Subtract
                    | Operator::Multiply
                    | Operator::Divide
                    | Operator::Div
                    | Operator::Mod => Types::Any,
                    _ => Types::system(SystemType::Boolean),
                }
            }
            Op::Is(focus, _) => {
                self.focus(focus.as_deref(), this)?;
                Types::system(SystemType::Boolean)
            }
            Op::As(focus, test) | Op::OfType(focus, test) => {
                self.focus(focus.as_deref(), this)?;
                self.tested(*test)
            }
        })
    }

    fn focus(&self, focus: Option<&Step>, this: &Types) -> Result<Types> {
        focus.map_or_else(|| Ok(this.clone()), |focus| self.step(focus, this))
    }

    /// The type that `as` and `ofType` ask for.
    fn tested(&self, test: TypeTest) -> Types {
        let fhir = test.fhir.and_then(|name| self.named(name));
        match (fhir, test.system) {
            (Some(types), None) => types,
            (None, Some(system)) => Types::system(system),
            _ => Types::Any,
        }
    }

    fn named(&self, name: NameId) -> Option<Types> {
        let type_id = self.model.definitions().type_named(name)?;
        Some(Types::OneOf(vec![Type::Shape(ShapeId { type_id, index: 0 })]))
    }

    fn member(&self, types: &Types, name: &Name, is_first: bool, span: Span) -> Result<Types> {
        let Types::OneOf(all) = types else { return Ok(Types::Any) };
        if all.is_empty() {
            return Ok(Types::OneOf(Vec::new()));
        }
        let mut found = Types::OneOf(Vec::new());
        let mut is_known = false;
        for &one in all {
            let Some(types) = self.element(one, name, is_first) else { continue };
            is_known = true;
            found = found.or(types);
        }
        if is_known { Ok(found) } else { Err(self.unknown(all, name, span)) }
    }

    /// The types of an element; none where the type has no such element.
    fn element(&self, one: Type, name: &Name, is_first: bool) -> Option<Types> {
        let id = match one {
            Type::Shape(id) => id,
            Type::Info if matches!(&*name.text, "name" | "namespace") => {
                return Some(Types::system(SystemType::String));
            }
            Type::System(_) | Type::Info => return None,
        };
        let definitions = self.model.definitions();
        if is_first && name.is_type && id.index == 0 {
            let own = definitions.type_name_id(id.type_id);
            let asked = name.id?;
            if self.model.is_subtype(own, asked) || self.model.is_subtype(asked, own) {
                return if self.model.is_subtype(own, asked) {
                    Some(Types::OneOf(vec![one]))
                } else {
                    self.named(asked)
                };
            }
        }
        let Some(shape) = definitions.shape(id) else { return Some(Types::Any) };
        if let Some(element) = name.id.and_then(|name| shape.element(name)) {
            return Some(self.content(element, id));
        }
        // An abstract resource can be of a type that has more.
        let is_open = definitions.kind(id.type_id) == TypeKind::Resource
            && definitions.is_abstract(id.type_id);
        is_open.then_some(Types::Any)
    }

    fn content(&self, element: &Element, owner: ShapeId) -> Types {
        match &element.content {
            &Content::Shape(index, _) => {
                Types::OneOf(vec![Type::Shape(ShapeId { index, ..owner })])
            }
            Content::Types(types) => {
                let all = types.iter().map(|one| self.named(one.code).unwrap_or(Types::Any));
                all.fold(Types::OneOf(Vec::new()), Types::or)
            }
        }
    }

    fn unknown(&self, types: &[Type], name: &Name, span: Span) -> Box<Error> {
        let definitions = self.model.definitions();
        let mut elements = Vec::new();
        let mut paths = Vec::new();
        for one in types {
            match one {
                Type::Shape(id) => {
                    let Some(shape) = definitions.shape(*id) else { continue };
                    paths.push(shape.path.as_str());
                    elements
                        .extend(shape.elements.iter().map(|it| self.model.names().text(it.name)));
                }
                Type::System(system) => paths.push(system.as_str()),
                Type::Info => paths.push("TypeInfo"),
            }
        }
        let hint = nearest(&name.text, elements.iter().copied());
        let hint = hint.first().map_or(String::new(), |hint| format!(": is `{hint}` meant?"));
        let message = format!("`{}` has no element `{}`{hint}", paths.join("` or `"), name.text);
        Error::semantic(span, message)
    }

    fn call(
        &self,
        function: &Function,
        focus: &Types,
        arguments: &[Step],
        this: &Types,
    ) -> Result<Types> {
        let for_items = matches!(
            function.name,
            "where" | "select" | "all" | "exists" | "iif" | "trace" | "defineVariable" | "sort"
        );
        let any = Types::Any;
        let inner = match function.name {
            // What comes round again is of other types than what went in.
            "repeat" | "repeatAll" | "aggregate" => &any,
            _ if for_items => focus,
            _ => this,
        };
        let types: Vec<Types> =
            arguments.iter().map(|argument| self.step(argument, inner)).collect::<Result<_>>()?;
        if function.name == "iif" {
            check_criterion(&types, arguments)?;
        }
        Ok(match function.name {
            "where" | "first" | "last" | "tail" | "skip" | "take" | "single" | "distinct"
            | "trace" | "intersect" | "exclude" | "defineVariable" | "sort" => focus.clone(),
            "select" => types.into_iter().next().unwrap_or(Types::Any),
            "union" | "combine" => types.into_iter().fold(focus.clone(), Types::or),
            "iif" => types.into_iter().skip(1).fold(Types::OneOf(Vec::new()), Types::or),
            "extension" => {
                let name = self.model.names().find("Extension");
                name.and_then(|name| self.named(name)).unwrap_or(Types::Any)
            }
            "type" => Types::OneOf(vec![Type::Info]),
            "count" | "length" => Types::system(SystemType::Integer),
            _ if matches!(function.handler, Handler::Truth(_)) => {
                Types::system(SystemType::Boolean)
            }
            _ => Types::Any,
        })
    }
}

/// What `children` and `descendants` give has no order that an expression may rely on.
fn check_order(focus: Option<&Step>, function: &str, span: Span) -> Result<()> {
    let is_ordered = matches!(function, "first" | "last" | "tail" | "skip" | "take");
    match focus.map(|focus| &focus.op) {
        Some(Op::Call { function: before, .. })
            if is_ordered && matches!(before.name, "children" | "descendants") =>
        {
            let message =
                format!("`{}` gives items without an order: `{function}` needs one", before.name);
            Err(Error::semantic(span, message))
        }
        _ => Ok(()),
    }
}

fn check_criterion(types: &[Types], arguments: &[Step]) -> Result<()> {
    let (Some(Types::OneOf(types)), Some(argument)) = (types.first(), arguments.first()) else {
        return Ok(());
    };
    let is_other =
        |one: &Type| matches!(one, Type::System(system) if *system != SystemType::Boolean);
    if !types.is_empty() && types.iter().all(is_other) {
        return Err(Error::semantic(argument.span, "The criterion of `iif` has to be a Boolean"));
    }
    Ok(())
}
