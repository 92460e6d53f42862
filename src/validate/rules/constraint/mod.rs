//! `ElementDefinition.constraint`: FHIRPath that has to be true at each occurrence of an element
//! (R4 conformance-rules.html#constraints). What can be said without FHIRPath is in [`native`].

mod book;
mod correction;
mod decided;
mod elements;
mod native;

pub(crate) use book::Book;
pub(crate) use elements::Elements;

use book::{Checked, Rule};

use crate::cursor::{Cursor, ElementView, Target};
use crate::definitions::{Constraint, ConstraintId, ShapeId};
use crate::fhirpath::{Environment, ErrorKind, Evaluator, FhirNode, Limits};
use crate::issue::{Arg, Code, Severity};
use crate::tree::NodeId;
use crate::validate::rules::Knowledge;
use crate::validate::walk::Walk;

/// `%resource` and `%rootResource`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) resource: FhirNode<'a>,
    pub(crate) root: FhirNode<'a>,
}

impl Scope<'_> {
    /// Where the resource is.
    pub(crate) fn node(self) -> NodeId {
        self.resource.cursor.node.unwrap_or(NodeId::ROOT)
    }
}

/// Checks the constraints of an occurrence of an element with elements: its own, and those of its type.
pub(crate) fn check_object<'a>(
    walk: &mut Walk<'a>,
    (node, shape): (NodeId, ShapeId),
    view: &ElementView<'a>,
    elements: Elements,
) {
    if native::has_only_id(walk, node) {
        native::report_no_content(walk, node);
    }
    let type_def = walk.definitions().type_def(shape.type_id).filter(|_| shape.index == 0);
    let of_type: &[ConstraintId] = type_def.map_or(&[], |type_def| &type_def.constraints);
    let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
    for constraints in [&*view.element.constraints, of_type] {
        if !constraints.is_empty() {
            let focus = walk.validator.model.node(walk.tree, cursor, Some(*view));
            check(walk, focus, Some(elements), constraints);
        }
    }
}

/// True where a constraint has to know the other half of a primitive.
pub(crate) fn needs_half(view: &ElementView<'_>) -> bool {
    view.property.is_sibling || !view.element.constraints.is_empty()
}

/// Checks the constraints of a primitive element, at its value; `half` is its id and extensions.
pub(crate) fn check_primitive<'a>(
    walk: &mut Walk<'a>,
    node: NodeId,
    view: &ElementView<'a>,
    half: Option<NodeId>,
) {
    let target = view.target(walk.definitions());
    let cursor = Cursor { node: Some(node), sibling: half, target };
    let focus = walk.validator.model.node(walk.tree, cursor, Some(*view));
    check(walk, focus, None, &view.element.constraints);
}

/// Checks the constraints of a primitive element at its id and extensions, unless there is a value, `half`.
pub(crate) fn check_half<'a>(
    walk: &mut Walk<'a>,
    node: NodeId,
    view: &ElementView<'a>,
    half: Option<NodeId>,
) {
    if half.is_some() {
        return;
    }
    if native::has_only_id(walk, node) {
        native::report_no_content(walk, node);
    }
    if !view.element.constraints.is_empty() {
        let target = view.target(walk.definitions());
        let cursor = Cursor { node: None, sibling: Some(node), target };
        let focus = walk.validator.model.node(walk.tree, cursor, Some(*view));
        check(walk, focus, None, &view.element.constraints);
    }
}

/// The elements that a value has; none where nothing is known of them.
pub(crate) fn elements(walk: &Walk<'_>, focus: &FhirNode<'_>) -> Option<Elements> {
    let (shape, id, object) = walk.validator.model.shape(focus)?;
    let is_object = matches!(focus.cursor.target, Target::Object(_));
    is_object.then(|| Elements::of(walk.tree, object, (shape, id)))
}

/// Checks the constraints of the element or type that `focus` is an occurrence of. Of a primitive,
/// no `elements` are given: it may be what a name at the beginning of an expression says.
pub(crate) fn check<'a>(
    walk: &mut Walk<'a>,
    focus: FhirNode<'a>,
    elements: Option<Elements>,
    constraints: &[ConstraintId],
) {
    // Not all elements were met, and nothing that is found would be heard.
    if walk.issues.is_done() {
        return;
    }
    for &id in constraints {
        let constraint = walk.definitions().constraint(id);
        if constraint.is_best_practice && walk.settings.best_practice.is_none() {
            continue;
        }
        let validator = walk.validator;
        let rule = match validator.book.rule(&validator.model, id) {
            Rule::Elsewhere => continue,
            Rule::Unusable(reason) => {
                report_unchecked(walk, focus.cursor, id, reason);
                continue;
            }
            Rule::Expression(rule) => rule,
        };
        if is_decided(walk, focus, elements, rule) {
            // INVARIANT: it would hold, too, if it was evaluated.
            debug_assert!(
                match evaluate(walk, focus, rule) {
                    Ok(truth) => truth == Some(true),
                    Err(kind) => kind == ErrorKind::Limit,
                },
                "{} is not met where `Decided` says so",
                constraint.key
            );
            continue;
        }
        match evaluate(walk, focus, rule) {
            Ok(Some(true)) => {}
            // One that is empty is no truth.
            Ok(_) => report_failed(walk, focus.cursor, constraint, rule),
            Err(kind) => report_undecided(walk, focus.cursor, id, kind),
        }
    }
}

/// True where the rule need not be evaluated, since it is met.
fn is_decided(
    walk: &Walk<'_>,
    focus: FhirNode<'_>,
    elements: Option<Elements>,
    rule: &Checked,
) -> bool {
    elements.is_some_and(|elements| rule.decided.is_met(elements, walk.definitions()))
        || rule.shortcut.zip(focus.cursor.node).is_some_and(|(is_met, node)| is_met(walk, node))
}

/// What a rule gives at `focus`, or what kept it from being decided.
fn evaluate<'a>(
    walk: &mut Walk<'a>,
    focus: FhirNode<'a>,
    rule: &Checked,
) -> Result<Option<bool>, ErrorKind> {
    let outer = walk.shared.missed.replace(false);
    let answer = with_evaluator(walk, focus, |evaluator, steps| {
        evaluator.is_true_within(&rule.compiled, steps)
    });
    let is_open = walk.shared.missed.replace(outer);
    match answer {
        // What is neither true nor false may be true with the resource that a reference leads to.
        Ok(None) if is_open => Err(ErrorKind::Unavailable),
        Ok(truth) => Ok(truth),
        Err(error) => Err(error.kind),
    }
}

/// Evaluates at `focus`, in the scope that the walk is in; the steps that are taken come off its budget.
pub(crate) fn with_evaluator<'a, R>(
    walk: &mut Walk<'a>,
    focus: FhirNode<'a>,
    ask: impl FnOnce(&Evaluator<'_>, &mut u64) -> R,
) -> R {
    let validator = walk.validator;
    let scope = walk.scope.unwrap_or(Scope { resource: focus, root: focus });
    let environment = Environment {
        context: Some(focus),
        resource: Some(scope.resource),
        root: Some(scope.root),
        // INVARIANT: shared by all constraints of a walk, so that each resource is indexed once.
        references: Some(&walk.shared.references),
        ..Environment::default()
    };
    let evaluator = Evaluator {
        model: &validator.model,
        host: &Knowledge {
            terminology: &validator.terminology,
            profiles: Some((validator, &walk.shared)),
        },
        environment: &environment,
        limits: Limits::default(),
    };
    walk.shared.with_steps(|steps| ask(&evaluator, steps))
}

fn report_failed(walk: &mut Walk<'_>, at: Cursor, constraint: &Constraint, rule: &Checked) {
    let mut args =
        vec![Arg::Term(constraint.key.to_string()), Arg::Term(constraint.expression.to_string())];
    args.extend(rule.sentence(constraint).map(|sentence| Arg::Clause(sentence.to_owned())));
    let (code, severity) = match walk.settings.best_practice {
        Some(severity) if constraint.is_best_practice => (Code::ConstraintPractice, severity),
        _ => (Code::ConstraintFailed, constraint.severity),
    };
    report(walk, at, code, severity, args);
}

fn report_undecided(walk: &mut Walk<'_>, at: Cursor, id: ConstraintId, kind: ErrorKind) {
    let reason = match kind {
        ErrorKind::Unavailable => "it asks for something that is not known here",
        ErrorKind::Limit => "it takes too long on this input",
        _ => "it does not fit the value here",
    };
    report_unchecked(walk, at, id, reason);
}

/// Reported once for each constraint, however often it is met.
fn report_unchecked(walk: &mut Walk<'_>, at: Cursor, id: ConstraintId, reason: &'static str) {
    if walk.unchecked.contains(&id) {
        return;
    }
    walk.unchecked.push(id);
    let key = walk.definitions().constraint(id).key.to_string();
    let args = vec![Arg::Term(key), Arg::Words(reason)];
    report(walk, at, Code::ConstraintNotChecked, Code::ConstraintNotChecked.severity(), args);
}

fn report(walk: &mut Walk<'_>, at: Cursor, code: Code, severity: Severity, args: Vec<Arg>) {
    let Some(node) = at.node.or(at.sibling) else { return };
    walk.report_as(severity, code, walk.tree.span(node), args);
}
