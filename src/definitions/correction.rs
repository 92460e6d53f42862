//! Known mistakes in a copy of a package, put right before it is used. They are data
//! (`profiles/packs.json`): a correction that no longer fits is an error, not a silent change.

use std::fmt;

use super::view::resources;
use crate::sort::sort_by_key;
use crate::tree::{Kind, NodeId, Tree};

/// One text value that is wrong in a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The canonical of the definition.
    pub definition: String,
    /// Where the value stands in it, as a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// The value that is there.
    pub from: String,
    /// The value that should be.
    pub to: String,
}

/// A correction that does not fit: the value is neither what was wrong nor what is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit(Correction);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Correction { definition, pointer, from, .. } = &self.0;
        write!(
            f,
            "the correction of `{definition}` at `{pointer}` does not fit: `{from}` is not there"
        )
    }
}

impl std::error::Error for Misfit {}

/// The text of the file with what is wrong in it corrected; none if nothing is.
///
/// # Errors
/// A definition in the file has something else at that place.
pub fn correct(file: &Tree, corrections: &[Correction]) -> Result<Option<String>, Misfit> {
    let mut edits = Vec::new();
    for resource in resources(file) {
        let url = resource.text("url").unwrap_or_default();
        for correction in corrections.iter().filter(|correction| correction.definition == url) {
            let place = find(file, resource.node(), &correction.pointer)
                .filter(|&place| file.kind(place) == Kind::String);
            match place.map(|place| (place, file.value(place))) {
                Some((place, value)) if value == correction.from => {
                    edits.push((file.span(place), correction.to.as_str()));
                }
                Some((_, value)) if value == correction.to => {}
                _ => return Err(Misfit(correction.clone())),
            }
        }
    }
    if edits.is_empty() {
        return Ok(None);
    }
    sort_by_key(&mut edits, |(span, _)| std::cmp::Reverse(span.start));
    let mut text = file.text().to_owned();
    for (span, value) in edits {
        // The quotes stay.
        text.replace_range(span.start as usize + 1..span.end as usize - 1, value);
    }
    Ok(Some(text))
}

/// The node that a JSON Pointer leads to from `node`.
fn find(tree: &Tree, node: NodeId, pointer: &str) -> Option<NodeId> {
    pointer.split('/').skip(1).try_fold(node, |node, step| match tree.kind(node) {
        Kind::Array => tree.children(node).nth(step.parse().ok()?),
        _ => tree.child(node, &step.replace("~1", "/").replace("~0", "~")),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names};

    fn check(found: &str, expected: Result<Option<&str>, &str>) {
        let text = format!(r#"{{"resourceType":"X","url":"u","a":[1,{{"b":"{found}"}}],"c":2}}"#);
        let names = Arc::new(Names::default());
        let tree = json::parse(text, &names, &Limits::default(), &mut Issues::new(1));
        let [from, to] = ["old", "new"].map(str::to_owned);
        let correction = Correction { definition: "u".into(), pointer: "/a/1/b".into(), from, to };
        let corrected = correct(&tree, &[correction]).map_err(|misfit| misfit.to_string());
        assert_eq!(corrected.as_ref().map(Option::as_deref).map_err(String::as_str), expected);
    }

    #[test]
    fn a_correction_fits_or_is_done_or_is_an_error() {
        check("old", Ok(Some(r#"{"resourceType":"X","url":"u","a":[1,{"b":"new"}],"c":2}"#)));
        check("new", Ok(None));
        check("other", Err("the correction of `u` at `/a/1/b` does not fit: `old` is not there"));
    }
}
