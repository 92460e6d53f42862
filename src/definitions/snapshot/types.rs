//! The types of an element, and the elements that are named after one of them (`valueQuantity`).

use super::node::Node;
use super::value::{Object, Value};

/// The children of a differential, where what is said of `valueQuantity` is said of the slice of that
/// name of `value[x]`, as it means; or of `value[x]` itself, where that is settled and nothing else is said of it.
/// Those of `value[x]` become one node.
pub(super) fn spelled_out(children: &[Node], base: &[Node], is_settled: bool) -> Vec<Node> {
    let mut result: Vec<Node> = Vec::with_capacity(children.len());
    let choice = |child: &Node| {
        let is_known = base.iter().any(|known| known.name == child.name);
        (!is_known).then(|| choice_of(&child.name, base)).flatten()
    };
    let choices: Vec<_> = children.iter().map(choice).collect();
    let is_alone = |choice: &str, child: &Node| {
        let said = choices.iter().flatten().filter(|(name, _)| name == choice).count();
        let has_own = children.iter().any(|it| *it.name == *choice);
        let is_plain = child.slice.is_none() && child.slices.is_empty();
        let has_slices = base.iter().any(|it| *it.name == *choice && !it.slices.is_empty());
        is_settled && said == 1 && !has_own && is_plain && !has_slices
    };
    for (child, choice) in children.iter().zip(&choices) {
        let node = match &choice {
            Some((name, code)) if is_alone(name, child) => of_type(child, name, code),
            Some((name, code)) => slice_by_type(child, name, code),
            None => child.clone(),
        };
        match result.iter_mut().find(|earlier| earlier.name == node.name && choice.is_some()) {
            Some(earlier) => earlier.slices.extend(node.slices),
            None => result.push(node),
        }
    }
    result
}

/// The `value[x]` and the type that `valueQuantity` is short for.
fn choice_of(name: &str, base: &[Node]) -> Option<(String, String)> {
    base.iter().find_map(|candidate| {
        let rest = name.strip_prefix(candidate.name.strip_suffix("[x]")?)?;
        let code = candidate.types().into_iter().filter_map(|entry| entry.text("code"));
        let code = code.filter(|code| is_capital_of(rest, code)).map(str::to_owned).next();
        // One that the base does not allow: the merge of types says so.
        let is_type = || rest.starts_with(|c: char| c.is_ascii_uppercase());
        Some((candidate.name.to_string(), code.or_else(|| is_type().then(|| rest.to_owned()))?))
    })
}

/// True if `rest` is the type's name with a capital first letter.
pub(super) fn is_capital_of(rest: &str, code: &str) -> bool {
    let mut chars = code.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    rest.chars().next() == first && rest.get(1..) == Some(chars.as_str())
}

/// `valueQuantity` as `value[x]` of that type.
fn of_type(child: &Node, choice: &str, code: &str) -> Node {
    let mut node = Node { name: choice.into(), ..child.clone() };
    if node.fields.get("type").is_none() {
        node.fields.set("type", vec![type_of(code)].into());
    }
    node
}

/// `valueQuantity` as the slice `value[x]:valueQuantity`.
fn slice_by_type(child: &Node, choice: &str, code: &str) -> Node {
    let mut slice = Node { slice: Some(child.name.clone()), ..of_type(child, choice, code) };
    slice.fields.set("sliceName", Value::text(&child.name));
    let mut head = Node::implied(choice);
    head.slices = std::mem::take(&mut slice.slices);
    head.slices.insert(0, slice);
    head
}

/// `{"code": code}`
pub(super) fn type_of(code: &str) -> Value {
    let mut entry = Object::default();
    entry.set("code", Value::text(code));
    entry.into()
}

/// The type of a value, where the definition says which type of FHIR a system type stands for.
pub(super) fn value_code(entry: &Object) -> String {
    const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
    let marked = entry.objects("extension").find(|it| it.text("url") == Some(FHIR_TYPE));
    let marked = marked.and_then(|it| it.text("valueUrl").or_else(|| it.text("valueUri")));
    let code = marked.or_else(|| entry.text("code")).unwrap_or_default();
    code.strip_prefix("http://hl7.org/fhirpath/System.").unwrap_or(code).to_owned()
}

/// True for the elements that hold extensions.
pub(super) fn is_extension(name: &str) -> bool {
    matches!(name, "extension" | "modifierExtension")
}
