//! `%terminologies` (<http://hl7.org/fhir/R4/fhirpath.html#txapi>): what the host knows of codes, as the
//! resources that a terminology service answers with. What the host does not know is an error, as there is no
//! service that could be asked.

use serde_json::{Value as Json, json};

use super::entry;
use super::fhir::codes;
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::host::{Code, Looked};
use crate::fhirpath::location;
use crate::fhirpath::value::{Collection, Value};
use crate::tree::NodeId;

/// The last argument of each, parameters of the service, is taken and has no effect.
pub(super) const TABLE: &[Function] = &[
    entry("expand", 1, 2, Handler::Fold(expand)),
    entry("lookup", 1, 2, Handler::Fold(lookup)),
    entry("validateVS", 2, 3, Handler::Fold(validate_value_set)),
    entry("validateCS", 2, 3, Handler::Fold(validate_code_system)),
    entry("subsumes", 3, 4, Handler::Fold(subsumes)),
    entry("translate", 2, 3, Handler::Fold(translate)),
];

type Answer<'t> = Result<Option<Value<'t>>>;

/// The canonical that an argument is, or that the resource has which it is.
fn canonical<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
) -> Result<Option<std::borrow::Cow<'t, str>>> {
    let argument = ev.argument(call, 0)?;
    if let [Value::Node(node)] = argument.as_slice()
        && let Some(at) = node.cursor.node.filter(|_| !node.is_primitive())
    {
        return Ok(node.tree.child_text(at, "url").map(Into::into));
    }
    ev.argument_text(call, 0)
}

/// The codes of an argument: a Coding, a `CodeableConcept`, a code.
fn codes_of<'v>(argument: &'v Collection<'_>) -> Vec<Code<'v>> {
    let of = |value: &'v Value<'_>| match value {
        Value::String(code) => vec![Code { system: None, code }],
        value => codes(value),
    };
    argument.as_slice().iter().flat_map(of).collect()
}

/// A resource that the host keeps.
fn resource<'t>(ev: &Evaluation<'t>, call: &Call<'_, 't>, json: &Json) -> Answer<'t> {
    let tree = ev.host.keep(json.to_string()).ok_or_else(|| call.unavailable())?;
    Ok(Some(Value::Node(ev.model.resource(tree, NodeId::ROOT))))
}

fn result<'t>(ev: &Evaluation<'t>, call: &Call<'_, 't>, truth: Option<bool>) -> Answer<'t> {
    let truth = truth.ok_or_else(|| call.unavailable())?;
    let parameter = json!([{ "name": "result", "valueBoolean": truth }]);
    resource(ev, call, &json!({ "resourceType": "Parameters", "parameter": parameter }))
}

fn expand<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let Some(url) = canonical(ev, call)? else { return Ok(None) };
    let codes = ev.host.expand(&url).ok_or_else(|| call.unavailable())?;
    ev.check_size(codes.len(), call.span)?;
    let contains: Vec<Json> =
        codes.iter().map(|(system, code)| json!({ "system": system, "code": code })).collect();
    let expansion = json!({ "total": contains.len(), "contains": contains });
    let value_set = json!({ "resourceType": "ValueSet", "url": url, "expansion": expansion });
    resource(ev, call, &value_set)
}

/// What `$lookup` answers with, but for the name of the code system: `version`, `display`, `designation` and
/// `property`, values of properties as strings. A code that its code system does not have gives nothing.
fn lookup<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let coded = ev.argument(call, 0)?;
    let all = codes_of(&coded);
    let Some(&(mut code)) = all.first() else { return Ok(None) };
    let bound = bound_system(ev, &coded);
    code.system = code.system.or(bound.as_deref());
    let looked = ev.host.lookup(&code).ok_or_else(|| call.unavailable())?;
    let Looked::Found { version, display, designations, properties } = looked else {
        return Ok(None);
    };
    let text = |name: &str, text: String| json!({ "name": name, "valueString": text });
    let mut parameter: Vec<Json> = version.into_iter().map(|it| text("version", it)).collect();
    parameter.extend(display.into_iter().map(|it| text("display", it)));
    parameter.extend(designations.into_iter().map(|(language, value)| {
        let language = language.map(|it| json!({ "name": "language", "valueCode": it }));
        let part: Vec<Json> = language.into_iter().chain([text("value", value)]).collect();
        json!({ "name": "designation", "part": part })
    }));
    parameter.extend(properties.into_iter().map(|(code, value)| {
        let part = [json!({ "name": "code", "valueCode": code }), text("value", value)];
        json!({ "name": "property", "part": part })
    }));
    resource(ev, call, &json!({ "resourceType": "Parameters", "parameter": parameter }))
}

/// The code system of an element that is a code: the one by which its value set has it.
fn bound_system(ev: &Evaluation<'_>, items: &Collection<'_>) -> Option<String> {
    let [Value::Node(node)] = items.as_slice() else { return None };
    let (code, at) = (node.text()?, node.cursor.node?);
    let binding = location::view(ev.model, node.tree, at)?.element.binding?;
    let codes = ev.host.expand(ev.model.names().text(binding.value_set))?;
    let found = codes.into_iter().find(|&(_, known)| known == code)?;
    Some(found.0.to_owned())
}

fn validate_value_set<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let Some(url) = canonical(ev, call)? else { return Ok(None) };
    let coded = ev.argument(call, 1)?;
    if coded.is_empty() {
        return Ok(None);
    }
    let truth = ev.host.member_of(&codes_of(&coded), &url);
    result(ev, call, truth)
}

fn validate_code_system<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let Some(url) = canonical(ev, call)? else { return Ok(None) };
    let coded = ev.argument(call, 1)?;
    if coded.is_empty() {
        return Ok(None);
    }
    let mut truth = Some(false);
    for code in codes_of(&coded) {
        let is_other = code.system.is_some_and(|system| system != url);
        match if is_other { Some(false) } else { ev.host.has_code(&url, code.code) } {
            Some(true) => return result(ev, call, Some(true)),
            Some(false) => {}
            None => truth = None,
        }
    }
    result(ev, call, truth)
}

/// One of the codes that `$subsumes` answers with.
fn subsumes<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let Some(url) = canonical(ev, call)? else { return Ok(None) };
    let (a, b) = (ev.argument(call, 1)?, ev.argument(call, 2)?);
    let (a, b) = (codes_of(&a), codes_of(&b));
    let (Some(a), Some(b)) = (a.first(), b.first()) else { return Ok(None) };
    let system = |code: &Code<'_>| code.system.is_none_or(|system| system == url);
    let code = |code| Code { system: Some(&*url), code };
    if !system(a) || !system(b) {
        return Ok(Some(Value::String("not-subsumed".into())));
    }
    let (a, b) = (code(a.code), code(b.code));
    let answer = match (ev.host.subsumes(&a, &b), ev.host.subsumes(&b, &a)) {
        (Some(true), Some(true)) => "equivalent",
        (Some(true), _) => "subsumes",
        (_, Some(true)) => "subsumed-by",
        (Some(false), Some(false)) => "not-subsumed",
        _ => return Err(call.unavailable()),
    };
    Ok(Some(Value::String(answer.into())))
}

fn translate<'t>(ev: &mut Evaluation<'t>, call: &Call<'_, 't>) -> Answer<'t> {
    let Some(url) = canonical(ev, call)? else { return Ok(None) };
    let coded = ev.argument(call, 1)?;
    let mut matches = Vec::new();
    for code in codes_of(&coded) {
        let found = ev.host.translate(&url, &code).ok_or_else(|| call.unavailable())?;
        matches.extend(found.into_iter().map(|(system, code)| {
            let concept = if system.is_empty() {
                json!({ "code": code })
            } else {
                json!({ "system": system, "code": code })
            };
            json!({ "name": "match", "part": [{ "name": "concept", "valueCoding": concept }] })
        }));
    }
    if coded.is_empty() {
        return Ok(None);
    }
    let mut parameter = vec![json!({ "name": "result", "valueBoolean": !matches.is_empty() })];
    parameter.append(&mut matches);
    resource(ev, call, &json!({ "resourceType": "Parameters", "parameter": parameter }))
}
