//! Where the links and images of a narrative lead: nowhere that runs a script; and what they name in the
//! same document.

use crate::format::xml::{Token, Tokens};
use crate::text::find;

/// Schemes that a reader of a narrative can follow.
const LINKS: [&str; 5] = ["http:", "https:", "mailto:", "tel:", "ftp:"];

/// For a link or an image that must not lead where it leads, the schemes that it may have.
pub(super) fn broken(attribute: &str, value: &str) -> Option<Vec<String>> {
    let is_image = attribute == "src";
    if attribute != "href" && !is_image {
        return None;
    }
    let scheme = scheme(value)?;
    let is_known = LINKS.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    if is_known || (is_image && scheme.eq_ignore_ascii_case("data:")) {
        return None;
    }
    let image = is_image.then_some("data:");
    Some(LINKS.into_iter().chain(image).map(str::to_owned).collect())
}

/// The scheme with its colon; none for a relative link. A reference in it (`java&#115;cript:`) stays as
/// it is written, and so is no scheme that anyone knows.
fn scheme(value: &str) -> Option<&str> {
    // Browsers skip white space here, and take a colon for one however it is written.
    let value = value.trim_start();
    if value.starts_with('#') {
        return None;
    }
    let end = value.find(['/', '?', ':']).unwrap_or(value.len());
    let head = value.get(..end)?;
    match value.get(end..=end) {
        Some(":") => value.get(..=end),
        _ => head.contains("&#").then_some(head),
    }
}

/// The fragments that links lead to in the same document: `x` of `href="#x"`.
pub(crate) fn links_within(xhtml: &str) -> impl Iterator<Item = &str> {
    // Most narratives have none: those need not be taken apart.
    attributes(if has_quoted_hash(xhtml) { xhtml } else { "" }, &["href"])
        .filter_map(|value| value.strip_prefix('#'))
        .filter(|fragment| !fragment.is_empty() && !fragment.contains('&'))
}

/// True where a quote stands before a `#`.
fn has_quoted_hash(xhtml: &str) -> bool {
    let bytes = xhtml.as_bytes();
    let next =
        |from| Some(find(bytes, from, |word| word.equal(b'#'))).filter(|&at| at < bytes.len());
    let is_quote = |at: usize| matches!(bytes.get(at), Some(b'"' | b'\''));
    std::iter::successors(next(1), |&at| next(at + 1)).any(|at| is_quote(at - 1))
}

/// What links can lead to in a narrative: the ids and names of its elements.
pub(crate) fn anchors(xhtml: &str) -> impl Iterator<Item = &str> {
    attributes(xhtml, &["id", "name"])
}

/// The values of attributes of these names.
fn attributes<'t>(xhtml: &'t str, names: &'static [&'static str]) -> impl Iterator<Item = &'t str> {
    let mut tokens = Tokens::new(xhtml);
    let tokens = std::iter::from_fn(move || tokens.next()?.ok());
    tokens.filter_map(|token| match token {
        Token::Attribute { name, value, .. } => names.contains(&name).then_some(value),
        _ => None,
    })
}
