//! `uri`, `url`, `canonical`, `oid` and `uuid`. Characters outside ASCII are taken: much data has
//! IRIs, and FHIR's own form of a uri is "no white space".

use super::Problem;
use crate::issue::{Arg, Code};
use crate::text::find;

const OID: &str = "urn:oid:";
const UUID: &str = "urn:uuid:";

/// A uri or url, absolute or relative: no white space, and a well-formed OID or UUID where it says
/// that it is one.
pub(super) fn check_uri(value: &str) -> Option<Problem> {
    if has_white_space(value) {
        return Some(Problem::of(Code::ValueUri, value));
    }
    if let Some(rest) = value.strip_prefix(OID) {
        return fails(is_oid(number(rest)), Code::ValueOid, value);
    }
    if let Some(rest) = value.strip_prefix(UUID) {
        return fails(is_uuid(number(rest)), Code::ValueUuid, value);
    }
    let prefix = [("oid:", OID), ("uuid:", UUID)].into_iter().find(|(p, _)| value.starts_with(p));
    let (_, meant) = prefix?;
    Some(Problem::of(Code::ValueUriPrefix, value).with(Arg::Term(meant.to_owned())))
}

/// A canonical: an absolute uri with an optional `|version`, or `#id` of a contained resource
/// (<http://hl7.org/fhir/R4/references.html#canonical>).
pub(super) fn check_canonical(value: &str) -> Option<Problem> {
    if let Some(problem) = check_uri(value) {
        return Some(problem);
    }
    fails(value.starts_with('#') || is_absolute(value), Code::ValueCanonical, value)
}

/// An OID as a uri: `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`.
pub(super) fn check_oid(value: &str) -> Option<Problem> {
    fails(value.strip_prefix(OID).is_some_and(is_oid), Code::ValueOid, value)
}

/// A UUID as a uri, in lower case.
pub(super) fn check_uuid(value: &str) -> Option<Problem> {
    fails(value.strip_prefix(UUID).is_some_and(is_uuid), Code::ValueUuid, value)
}

/// A version or a fragment may follow, as in `urn:oid:1.2.3|1.0` and `urn:uuid:…#part`.
fn number(rest: &str) -> &str {
    let end = find(rest.as_bytes(), 0, |word| word.equal(b'|') | word.equal(b'#'));
    rest.get(..end).unwrap_or(rest)
}

fn fails(is_right: bool, code: Code, value: &str) -> Option<Problem> {
    (!is_right).then(|| Problem::of(code, value))
}

/// White space and control characters; those outside ASCII are looked for only where there is any.
fn has_white_space(value: &str) -> bool {
    let at = find(value.as_bytes(), 0, |word| word.below(0x21) | word.not_ascii());
    let is_space = |c: char| c <= ' ' || c.is_whitespace();
    at < value.len() && value.get(at..).is_none_or(|rest| rest.contains(is_space))
}

/// A scheme, a colon and more (RFC 3986, section 3.1).
fn is_absolute(value: &str) -> bool {
    value.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

fn is_oid(oid: &str) -> bool {
    let mut arcs = oid.split('.');
    let is_arc = |arc: &str| {
        !arc.is_empty()
            && arc.bytes().all(|b| b.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    matches!(arcs.next(), Some("0" | "1" | "2")) && oid.contains('.') && arcs.all(is_arc)
}

fn is_uuid(uuid: &str) -> bool {
    uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::super::{Primitive, verdict};

    #[track_caller]
    fn check(primitive: Primitive, value: &str, expected: &str) {
        assert_eq!(verdict(primitive, value), expected, "{value:?}");
    }

    #[test]
    fn uris_have_no_white_space() {
        for good in ["http://example.org/a?b#c", "Patient/1", "urn:x", "#a", "http://é.org/患"] {
            check(Primitive::Uri, good, "ok");
            check(Primitive::Url, good, "ok");
        }
        for bad in ["not a valid uri", " http://example.org", "http://a\u{a0}", "a\nb", "a\u{1}"] {
            check(Primitive::Uri, bad, "value-uri");
        }
    }

    #[test]
    fn oids_and_uuids_have_their_prefix() {
        check(Primitive::Uri, "oid:1.2.3", "value-uri-prefix");
        check(Primitive::Uri, "uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", "value-uri-prefix");
        check(Primitive::Oid, "1.2.3", "value-oid");
        check(Primitive::Uuid, "53fefa32-fcbb-4ff8-8a92-55ee120877b7", "value-uuid");
    }

    #[test]
    fn oids_are_numbers_joined_by_dots() {
        for good in ["urn:oid:0.1.2.3", "urn:oid:2.16.840.1.113883", "urn:oid:1.0"] {
            check(Primitive::Oid, good, "ok");
            check(Primitive::Uri, good, "ok");
        }
        for bad in
            ["urn:oid:3.1", "urn:oid:1", "urn:oid:1..2", "urn:oid:1.02", "urn:oid:a0.1", "urn:oid:"]
        {
            check(Primitive::Oid, bad, "value-oid");
            check(Primitive::Uri, bad, "value-oid");
        }
    }

    #[test]
    fn uuids_are_lower_case() {
        check(Primitive::Uuid, "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", "ok");
        check(Primitive::Uri, "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7#p", "ok");
        check(Primitive::Canonical, "urn:oid:1.2.3|1.0", "ok");
        check(Primitive::Uuid, "urn:uuid:53FEFA32-fcbb-4ff8-8a92-55ee120877b7", "value-uuid");
        check(Primitive::Uri, "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b", "value-uuid");
    }

    #[test]
    fn canonicals_are_absolute_or_fragments() {
        for good in [
            "http://example.org/x|1.0",
            "#x",
            "urn:oid:1.2.3",
            "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7|2",
        ] {
            check(Primitive::Canonical, good, "ok");
        }
        for bad in ["Library/x", "x", "http:", ":x", "a/b:c"] {
            check(Primitive::Canonical, bad, "value-canonical");
        }
    }
}
