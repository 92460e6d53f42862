//! What the text of a reference says by itself (R4 references.html#literal): absolute or relative, and to which
//! type it leads.

use crate::definitions::TypeKind;
use crate::validate::walk::Walk;

/// The type in `Type/id` or `Type/id/_history/version`.
pub(super) fn relative<'a>(walk: &Walk<'_>, reference: &'a str) -> Option<&'a str> {
    let path = reference.split('#').next().unwrap_or_default();
    let mut steps = path.split('/');
    let name = steps.next().filter(|name| is_resource(walk, name))?;
    let has_id = steps.next().is_some_and(is_id);
    let rest = (steps.next(), steps.next(), steps.next());
    let is_whole = matches!(rest, (None, None, None) | (Some("_history"), Some(_), None));
    (has_id && is_whole).then_some(name)
}

/// The type in a RESTful URL that ends in `Type/id`.
pub(super) fn type_in<'a>(walk: &Walk<'_>, url: &'a str) -> Option<&'a str> {
    let path = url.split(['?', '#', '|']).next()?;
    let path = path.rsplit_once("/_history/").map_or(path, |(before, _)| before);
    let (before, id) = path.rsplit_once('/')?;
    let name = before.rsplit('/').next()?;
    (is_id(id) && is_resource(walk, name)).then_some(name)
}

fn is_id(id: &str) -> bool {
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(is_id_byte)
}

/// True for the name of a resource type.
pub(super) fn is_resource(walk: &Walk<'_>, name: &str) -> bool {
    let definitions = walk.definitions();
    definitions.find_type(name).is_some_and(|id| definitions.kind(id) == TypeKind::Resource)
}
