//! Truths in the argument of a function that are the same for each of its items, such as `%resource.type = 'batch'` in
//! `entry.all(...)`: they are found here, and evaluated once.

use std::cell::Cell;

use super::evaluator::is_truth;
use super::evaluator::program::{Op, Step, Variable};

/// Marks the fixed truths of an argument, each with a number of its own; `next` is the first that is free.
pub(super) fn mark(argument: &mut Step, next: &Cell<u16>) {
    let Op::Binary(operator, left, right) = &mut argument.op else { return };
    let after = next.get().checked_add(1).filter(|_| is_truth(*operator));
    let Some(after) = after.filter(|_| is_fixed(left) && is_fixed(right)) else {
        mark(left, next);
        return mark(right, next);
    };
    let op = std::mem::replace(&mut argument.op, Op::Empty);
    argument.op = Op::Fixed(next.replace(after), Box::new(Step { span: argument.span, op }));
}

/// True for what a whole evaluation finds the same value for: nothing in it begins at an item.
fn is_fixed(step: &Step) -> bool {
    match &step.op {
        Op::Empty | Op::Constant(_) | Op::Text(_) | Op::Texts(_) | Op::Fixed(..) => true,
        Op::Variable(variable) => !matches!(variable, Variable::Named(_)),
        Op::Member(Some(focus), _) => is_fixed(focus),
        Op::Call { focus: Some(focus), arguments, .. } => arguments.is_empty() && is_fixed(focus),
        Op::Binary(_, left, right) => is_fixed(left) && is_fixed(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::fhirpath::{Model, compile};

    /// How many truths of an expression are evaluated once.
    #[track_caller]
    fn check(expression: &str, expected: usize) {
        let compiled = compile(&Model::default(), expression).expect("FHIRPath");
        let found = format!("{:?}", compiled.step).matches("Fixed(").count();
        assert_eq!(found, expected, "{expression}");
    }

    #[test]
    fn what_begins_at_no_item_is_the_same_for_each() {
        check("a.all(b.exists() = (%resource.c = 'x' or %resource.c = 'y'))", 1);
        check("a.where(%resource.c = 'x' and b = 'y').exists(%context.d.exists() = true)", 2);
    }

    #[test]
    fn what_begins_at_an_item_may_differ() {
        check("a.all(b = 'x')", 0);
        check("a.all($this = 'x' or $index = 1)", 0);
        check("a.all(%resource.c.where(d = 'x').exists() and e)", 0);
        // Nothing is asked more than once.
        check("%resource.c = 'x'", 0);
        // `defineVariable` may give it another value for each item.
        check("a.all(%b = 'x')", 0);
    }
}
