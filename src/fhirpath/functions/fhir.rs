//! What FHIR adds (<http://hl7.org/fhir/R4/fhirpath.html#functions>).

use std::ops::ControlFlow;

use super::entry;
use crate::cursor::Target;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation, Flow, Sink, single};
use crate::fhirpath::host::Code;
use crate::fhirpath::value::{Collection, FhirNode, Value};
use crate::tree::{Kind, NodeId, Tree};

pub(super) const TABLE: &[Function] = &[
    entry("extension", 1, 1, Handler::Stream(extension)),
    entry("hasValue", 0, 0, Handler::Truth(has_value)),
    entry("getValue", 0, 0, Handler::Whole(get_value)),
    entry("resolve", 0, 0, Handler::Whole(resolve)),
    entry("memberOf", 1, 1, Handler::Whole(member_of)),
    entry("subsumes", 1, 1, Handler::Whole(|ev, call, items| subsumes(ev, call, items, false))),
    entry("subsumedBy", 1, 1, Handler::Whole(|ev, call, items| subsumes(ev, call, items, true))),
    entry("conformsTo", 1, 1, Handler::Whole(conforms_to)),
    entry("htmlChecks", 0, 0, Handler::Whole(html_checks)),
    entry("htmlChecks2", 0, 0, Handler::Whole(html_checks)),
    entry("slice", 2, 2, Handler::Whole(slice)),
    entry("checkModifiers", 1, super::ANY_NUMBER, Handler::Whole(check_modifiers)),
];

/// The object that holds the id and the extensions of a node.
fn holder(node: &FhirNode<'_>) -> Option<NodeId> {
    match node.cursor.target {
        Target::Primitive(_) => node.cursor.sibling,
        _ => node.cursor.node,
    }
}

fn extension<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    sink: &mut Sink<'_, 't>,
) -> Result<Flow> {
    let Some(url) = ev.argument_text(call, 0)? else { return Ok(ControlFlow::Continue(())) };
    let name = ev.model.names().find("extension");
    ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        let Value::Node(node) = item else { return Ok(ControlFlow::Continue(())) };
        // Most nodes have no extension: that is seen without looking at definitions.
        let has_any = holder(&node).is_some_and(|at| node.tree.child(at, "extension").is_some());
        if !has_any {
            return Ok(ControlFlow::Continue(()));
        }
        for (element, child) in ev.model.children(&node) {
            ev.tick(call.span)?;
            let own = child.cursor.node.and_then(|at| child.tree.child_text(at, "url"));
            if Some(element) == name
                && own == Some(&*url)
                && sink(ev, Value::Node(child))?.is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// True for exactly one primitive that has a value.
fn has_value<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Result<Option<bool>> {
    let (mut count, mut is_value) = (0, false);
    let _ = ev.each_focus(call.focus, call.frame, &mut |ev, item| {
        count += 1;
        is_value = item.system(ev.model).is_some();
        Ok(if count > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(Some(count == 1 && is_value))
}

fn get_value<'t>(
    ev: &mut Evaluation<'t>,
    _: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    match items.as_slice() {
        [item] => Ok(item.system(ev.model).into()),
        _ => Ok(Collection::Empty),
    }
}

/// What cannot be found is left out.
fn resolve<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let mut found = Collection::Empty;
    for item in items {
        ev.tick(call.span)?;
        let Value::Node(node) = &item else {
            if let Value::String(reference) = &item {
                found.extend(resolve_text(ev, reference, None));
            }
            continue;
        };
        let reference = match node.text() {
            Some(text) => Some(text),
            None => node.cursor.node.and_then(|at| node.tree.child_text(at, "reference")),
        };
        if let Some(reference) = reference {
            let target = resolve_text(ev, reference, node.cursor.node.map(|at| (node.tree, at)));
            found.extend(target);
        }
    }
    Ok(found)
}

fn resolve_text<'t>(
    ev: &mut Evaluation<'t>,
    reference: &str,
    from: Option<(&'t Tree, NodeId)>,
) -> Option<Value<'t>> {
    let (tree, at) = from.or_else(|| {
        let node = ev.environment.resource?;
        Some((node.tree, node.cursor.node?))
    })?;
    let model = ev.model;
    if let Some(target) = ev.references(tree).resolve(tree, at, reference) {
        return Some(Value::Node(model.resource(tree, target)));
    }
    if reference.starts_with('#') {
        return None;
    }
    let outside = ev.host.resolve(reference)?;
    Some(Value::Node(model.resource(outside, NodeId::ROOT)))
}

/// The codes of a code, a Coding, or a CodeableConcept.
pub(super) fn codes<'t>(item: &Value<'t>) -> Vec<Code<'t>> {
    let coding = |tree: &'t Tree, at: NodeId| {
        Some(Code { system: tree.child_text(at, "system"), code: tree.child_text(at, "code")? })
    };
    let Value::Node(node) = item else { return Vec::new() };
    if let Some(code) = node.text() {
        return vec![Code { system: None, code }];
    }
    let Some(at) = node.cursor.node else { return Vec::new() };
    match node.tree.child(at, "coding").filter(|&list| node.tree.kind(list) == Kind::Array) {
        Some(list) => node.tree.children(list).filter_map(|at| coding(node.tree, at)).collect(),
        None => coding(node.tree, at).into_iter().collect(),
    }
}

fn member_of<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(item) = single(items, call.span)? else { return Ok(Collection::Empty) };
    let Some(value_set) = ev.argument_text(call, 0)? else { return Ok(Collection::Empty) };
    let codes = match &item {
        Value::String(code) => {
            return answer(call, ev.host.member_of(&[Code { system: None, code }], &value_set));
        }
        item => codes(item),
    };
    answer(call, ev.host.member_of(&codes, &value_set))
}

fn answer<'t>(call: &Call<'_, '_>, answer: Option<bool>) -> Result<Collection<'t>> {
    answer.map(|truth| Value::Boolean(truth).into()).ok_or_else(|| call.unavailable())
}

fn subsumes<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
    is_reversed: bool,
) -> Result<Collection<'t>> {
    let Some(item) = single(items, call.span)? else { return Ok(Collection::Empty) };
    let other = single(ev.argument(call, 0)?, call.span)?;
    let Some(other) = other else { return Ok(Collection::Empty) };
    let (general, special) = if is_reversed { (other, item) } else { (item, other) };
    let (general, special) = (codes(&general), codes(&special));
    let mut is_open = false;
    for (general, special) in general.iter().flat_map(|a| special.iter().map(move |b| (a, b))) {
        match ev.host.subsumes(general, special) {
            Some(true) => return Ok(Value::Boolean(true).into()),
            Some(false) => {}
            None => is_open = true,
        }
    }
    answer(call, (!is_open).then_some(false))
}

/// A type that the value is of is decided here; a profile is asked of the host.
fn conforms_to<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    const TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";
    let Some(item) = single(items, call.span)? else { return Ok(Collection::Empty) };
    let Some(profile) = ev.argument_text(call, 0)? else { return Ok(Collection::Empty) };
    let Value::Node(node) = &item else { return Err(call.error("the input has to be of FHIR")) };
    // The host looks at all of the value.
    let size = node.cursor.node.map_or(1, |at| node.tree.after(at).index() - at.index());
    ev.spend(size, call.span)?;
    if let Some(truth) = ev.host.conforms_to(node, &profile) {
        return Ok(Value::Boolean(truth).into());
    }
    let name = profile.strip_prefix(TYPES).and_then(|name| ev.model.names().find(name));
    let Some(name) = name.filter(|&name| ev.model.is_type(name)) else {
        return Err(call.unavailable());
    };
    if ev.model.is_subtype(node.type_name, name) {
        // Of the type; whether it is right in every point is the validator's to say.
        return Ok(Value::Boolean(true).into());
    }
    Ok(Value::Boolean(false).into())
}

fn html_checks<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let Some(item) = single(items, call.span)? else { return Ok(Collection::Empty) };
    match item.system(ev.model) {
        Some(Value::String(xhtml)) => answer(call, ev.host.is_narrative(&xhtml)),
        _ => Ok(Collection::Empty),
    }
}

/// The items that are in a slice of a profile: the host knows profiles.
fn slice<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let (profile, name) = (ev.argument_text(call, 0)?, ev.argument_text(call, 1)?);
    let (Some(profile), Some(name)) = (profile, name) else { return Ok(Collection::Empty) };
    let mut found = Collection::Empty;
    for item in items {
        let Value::Node(node) = &item else { continue };
        match ev.host.is_in_slice(node, &profile, &name) {
            Some(true) => found.push(item),
            Some(false) => {}
            None => return Err(call.unavailable()),
        }
    }
    Ok(found)
}

/// The input, where it has no modifier extensions but these.
fn check_modifiers<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    items: Collection<'t>,
) -> Result<Collection<'t>> {
    let mut known = Vec::new();
    for index in 0..call.arguments.len() {
        known.extend(ev.argument_text(call, index)?);
    }
    for item in items.as_slice() {
        ev.tick(call.span)?;
        let Value::Node(node) = item else { continue };
        let (tree, object) = (node.tree, node.cursor.node);
        let list = object.and_then(|object| tree.child(object, "modifierExtension"));
        let urls = list.into_iter().flat_map(|list| tree.children(list));
        let is_known = |url: &str| known.iter().any(|known| known == url);
        if !urls.map(|one| tree.child_text(one, "url").unwrap_or_default()).all(is_known) {
            return Err(call.error("there is a modifier extension that is not known"));
        }
    }
    Ok(items)
}
