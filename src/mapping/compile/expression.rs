//! FHIRPath inside a map: its variables, the constants of the map, and what it reads.

use super::condition::test;
use super::needs::needs;
use super::{Linker, Scope};
use crate::fhirpath::ast::{Expression as Ast, Node, Operator};
use crate::fhirpath::{self, Compiled};
use crate::issue::{Arg, Code};
use crate::mapping::ast::{Constant, Expression as Text, Map};
use crate::mapping::program::{Condition, Expression, Slot};

/// How often constants may stand for one another.
const CONSTANTS: usize = 20;

/// Functions that hand on nodes of their input.
const HAND_ON: [&str; 15] = [
    "where",
    "first",
    "last",
    "tail",
    "skip",
    "take",
    "single",
    "ofType",
    "as",
    "distinct",
    "extension",
    "trace",
    "resolve",
    "children",
    "repeat",
];

impl Linker<'_> {
    pub(super) fn optional_expression(
        &mut self,
        text: Option<&Text>,
        scope: &Scope,
    ) -> Option<Expression> {
        self.expression(text?, scope)
    }

    /// A condition, which reads what it finds equal to something: a value whose presence alone decides is not in
    /// what the rule makes.
    pub(super) fn condition(&mut self, text: Option<&Text>, scope: &Scope) -> Option<Condition> {
        let (mut expression, node) = self.compiled(text?, scope)?;
        self.collect_equals(&node, scope, &mut expression.reads);
        let definitions = self.definitions();
        Some(Condition {
            expression,
            test: test(&node, scope, definitions),
            needs: needs(&node, scope, definitions),
        })
    }

    /// An expression, with what it reads.
    pub(super) fn expression(&mut self, text: &Text, scope: &Scope) -> Option<Expression> {
        let (mut expression, node) = self.compiled(text, scope)?;
        self.collect_reads(&node, scope, &mut expression.reads);
        Some(expression)
    }

    /// Compiles an expression; reports what is wrong with it.
    fn compiled(&mut self, text: &Text, scope: &Scope) -> Option<(Expression, Node)> {
        let map = self.units[self.unit].map.clone();
        let compiled = fhirpath::parse(&text.text).map_err(Box::<fhirpath::Error>::from).and_then(
            |mut node| {
                expand(&mut node, &map, scope, CONSTANTS);
                Ok((fhirpath::compile_in(self.model, &node, scope)?, node))
            },
        );
        let (compiled, mut node) = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                let args = vec![Arg::Term(text.text.clone()), Arg::Term(error.message)];
                self.report(Code::MapExpression, text.span, args);
                return None;
            }
        };
        let mut targets = Vec::new();
        collect_targets(&mut node, scope, &mut targets);
        let reads = Vec::new();
        Some((Expression { compiled, text: text.text.clone(), targets, reads }, node))
    }

    /// The paths that a condition compares: `a` in `a = 'x' and b.exists()`. `$this` is the source of the rule itself.
    fn collect_equals(&self, node: &Node, scope: &Scope, found: &mut Vec<Compiled>) {
        let Ast::Binary(operator, a, b) = &node.kind else { return };
        match operator {
            Operator::And => {
                self.collect_equals(a, scope, found);
                self.collect_equals(b, scope, found);
            }
            Operator::Equal | Operator::Equivalent | Operator::In
                if !matches!(a.kind, Ast::Special(_)) =>
            {
                self.collect_reads(a, scope, found);
            }
            _ => {}
        }
    }

    /// The parts of an expression that lead to nodes: each by itself, so that it can be asked for them.
    fn collect_reads(&self, node: &Node, scope: &Scope, found: &mut Vec<Compiled>) {
        let is_path = match &node.kind {
            Ast::Member { .. } | Ast::Variable(_) | Ast::Special(_) | Ast::Indexer(..) => true,
            Ast::Call { name, .. } => HAND_ON.contains(&name.as_str()),
            _ => false,
        };
        if is_path {
            found.extend(fhirpath::compile_in(self.model, node, scope));
            return;
        }
        match &node.kind {
            Ast::Call { focus, arguments, .. } => {
                let inner = focus.iter().map(|it| &**it);
                inner.chain(arguments).for_each(|it| self.collect_reads(it, scope, found));
            }
            Ast::Binary(_, a, b) => {
                self.collect_reads(a, scope, found);
                self.collect_reads(b, scope, found);
            }
            Ast::Polarity(_, a) | Ast::Type(_, a, _) | Ast::Order(_, a) => {
                self.collect_reads(a, scope, found);
            }
            _ => {}
        }
    }
}

/// Puts the constants of the map in the place of their names. A variable of that name comes first.
fn expand(node: &mut Node, map: &Map, scope: &Scope, depth: usize) {
    let name = match &node.kind {
        Ast::Variable(name) | Ast::Member { focus: None, name } => Some(name),
        _ => None,
    };
    if let Some(name) = name {
        let constant = map.constants.iter().find(|it| it.name.text == *name);
        let Some(Constant { value, .. }) = constant else { return };
        if depth > 0 && scope.find(name).is_none() {
            // The parser of maps has read it before.
            let Ok(mut value) = fhirpath::parse(&value.text) else { return };
            expand(&mut value, map, scope, depth - 1);
            node.kind = value.kind;
        }
        return;
    }
    for_each_part(&mut node.kind, &mut |part| expand(part, map, scope, depth));
}

fn for_each_part(kind: &mut Ast, visit: &mut dyn FnMut(&mut Node)) {
    match kind {
        Ast::Member { focus: Some(focus), .. } => visit(focus),
        Ast::Call { focus, arguments, .. } => {
            if let Some(focus) = focus {
                visit(focus);
            }
            arguments.iter_mut().for_each(visit);
        }
        Ast::Indexer(a, b) | Ast::Binary(_, a, b) => {
            visit(a);
            visit(b);
        }
        Ast::Polarity(_, a) | Ast::Type(_, a, _) | Ast::Order(_, a) => visit(a),
        Ast::Empty
        | Ast::Literal(_)
        | Ast::Variable(_)
        | Ast::Special(_)
        | Ast::Member { focus: None, .. } => {}
    }
}

/// The variables for what is made that an expression names.
fn collect_targets(node: &mut Node, scope: &Scope, found: &mut Vec<(String, u16)>) {
    if let Ast::Variable(name) | Ast::Member { focus: None, name } = &node.kind
        && let Some((Slot::Target(slot), _)) = scope.find(name)
        && !found.iter().any(|(known, _)| known == name)
    {
        found.push((name.clone(), slot));
    }
    for_each_part(&mut node.kind, &mut |part| collect_targets(part, scope, found));
}
