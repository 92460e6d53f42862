//! Who assigns identifiers, and which system theirs are of: what each `NamingSystem` says, for messages that name who assigns only.

use std::collections::BTreeMap;

use crate::definitions::View;

/// The systems of identifiers, by the namespace or the universal id of who assigns them.
pub(super) type Systems = BTreeMap<String, String>;

/// Adds what a `NamingSystem` of identifiers says: its name, and each unique id that is no URI, stand for its URI. The
/// preferred one counts first; without one, an OID or a UUID as URN. One that is retired says nothing.
pub(super) fn add(systems: &mut Systems, resource: View<'_>) {
    let is_of_use =
        resource.text("kind") == Some("identifier") && resource.text("status") != Some("retired");
    let Some(system) = system(resource).filter(|_| is_of_use) else { return };
    let ids = resource.objects("uniqueId").filter(|id| id.text("type") != Some("uri"));
    for name in ids.filter_map(|id| id.text("value")).chain(resource.text("name")) {
        let bare = name.strip_prefix("urn:oid:").or(name.strip_prefix("urn:uuid:"));
        systems.insert(bare.unwrap_or(name).to_owned(), system.clone());
    }
}

fn system(resource: View<'_>) -> Option<String> {
    let uri = |id: View<'_>| {
        let value = id.text("value")?;
        match id.text("type")? {
            "oid" if !value.starts_with("urn:") => Some(format!("urn:oid:{value}")),
            "uuid" if !value.starts_with("urn:") => Some(format!("urn:uuid:{value}")),
            "uri" | "oid" | "uuid" => Some(value.to_owned()),
            _ => None,
        }
    };
    // A URI before what only can be written as one.
    let rank = |id: &View<'_>| (!id.is_true("preferred"), id.text("type") != Some("uri"));
    let ids = resource.objects("uniqueId").filter(|&id| uri(id).is_some());
    ids.min_by_key(rank).and_then(uri)
}
