//! Tree navigation (<http://hl7.org/fhirpath/N1/#tree-navigation>).

use std::ops::ControlFlow;

use super::entry;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, Flow, Sink};
use crate::fhirpath::value::Value;

pub(super) const TABLE: &[Function] = &[
    entry("children", 0, 0, Handler::Stream(children)),
    entry("descendants", 0, 0, Handler::Stream(descendants)),
];

fn children<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    sink: &mut Sink<'_, 't>,
) -> Result<Flow> {
    ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let Value::Node(node) = item else { return Ok(ControlFlow::Continue(())) };
        for (_, child) in ev.model.children(&node) {
            ev.tick(call.span)?;
            if sink(ev, Value::Node(child))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// In document order, without recursion: a tree may be deep.
fn descendants<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    sink: &mut Sink<'_, 't>,
) -> Result<Flow> {
    ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let Value::Node(node) = item else { return Ok(ControlFlow::Continue(())) };
        let mut open = vec![ev.model.children(&node)];
        while let Some(level) = open.last_mut() {
            let Some((_, child)) = level.next() else {
                open.pop();
                continue;
            };
            ev.tick(call.span)?;
            if child.has_children() {
                open.push(ev.model.children(&child));
            }
            if sink(ev, Value::Node(child))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}
