//! Is a result the expected one? JSON is compared as JSON. The expected XML of a logical model is compared by
//! its elements, attributes and texts; `xsi:type` is not, since the form of XML is the writer's business.

use serde_json::{Map, Value};

/// # Errors
/// Both, where they differ.
pub(super) fn same(made: &str, expected: &str) -> Result<(), String> {
    let found: Value = serde_json::from_str(made.trim()).map_err(|_| made.to_owned())?;
    let wanted = if expected.trim_start().starts_with('<') {
        let document = roxmltree::Document::parse(expected).map_err(|error| error.to_string())?;
        of_xml(document.root_element())
    } else {
        serde_json::from_str(expected).map_err(|error| error.to_string())?
    };
    let (found, wanted) = (flat(found), flat(wanted));
    if found == wanted { Ok(()) } else { Err(format!("{found}\ninstead of\n{wanted}")) }
}

/// An element as an object: attributes and elements by name, its text as `data`.
fn of_xml(node: roxmltree::Node<'_, '_>) -> Value {
    let mut object = Map::new();
    for attribute in node.attributes().filter(|it| it.namespace().is_none()) {
        object.insert(attribute.name().to_owned(), attribute.value().into());
    }
    for child in node.children().filter(roxmltree::Node::is_element) {
        let list =
            object.entry(child.tag_name().name()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(of_xml(child));
        }
    }
    if let Some(text) = node.text().map(str::trim).filter(|text| !text.is_empty()) {
        object.insert("data".to_owned(), text.into());
    }
    Value::Object(object)
}

/// A list of one is what it has: XML does not tell the two apart.
fn flat(value: Value) -> Value {
    match value {
        Value::Array(mut list) if list.len() == 1 => flat(list.remove(0)),
        Value::Array(list) => list.into_iter().map(flat).collect(),
        Value::Object(object) => {
            Value::Object(object.into_iter().map(|(name, value)| (name, flat(value))).collect())
        }
        other => other,
    }
}
