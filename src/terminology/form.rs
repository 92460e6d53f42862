//! Code systems that are defined by a form, not by a list that fits in here: media types, language
//! tags, currency codes. What the form does not settle stays unknown.

use super::codes::Case;

/// A code system whose specification fixes the form of its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `urn:ietf:bcp:13`: media types.
    MediaType,
    /// `urn:ietf:bcp:47`: language tags.
    Language,
    /// `urn:iso:std:iso:4217`: currencies.
    Currency,
}

impl Form {
    /// The form of the codes of that system, if there is one.
    pub(super) fn of(system: &str) -> Option<Self> {
        match system {
            "urn:ietf:bcp:13" => Some(Self::MediaType),
            "urn:ietf:bcp:47" => Some(Self::Language),
            "urn:iso:std:iso:4217" => Some(Self::Currency),
            _ => None,
        }
    }

    /// How codes of that system are compared, although the system is not here.
    pub(super) fn case_of(system: &str) -> Option<Case> {
        match Self::of(system) {
            Some(Self::MediaType | Self::Language) => Some(Case::Insensitive),
            Some(Self::Currency) => Some(Case::Sensitive),
            None if system == "http://unitsofmeasure.org" => Some(Case::Sensitive),
            None => None,
        }
    }

    /// True if the form settles it for every code.
    pub(super) fn is_decisive(self) -> bool {
        self == Self::MediaType
    }

    /// Whether the code is one of the system; none where its form does not tell.
    pub(super) fn has(self, code: &str) -> Option<bool> {
        match self {
            Self::MediaType => Some(is_media_type(code)),
            Self::Language => language(code),
            Self::Currency => {
                let is_formed = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
                if is_formed { None } else { Some(false) }
            }
        }
    }
}

/// `type/subtype`, and perhaps parameters. The form is all there is to check: any such type may be
/// used, registered or not. Parameters are not looked into: RFC 2045 wants quotes that FHIR's own
/// signatures and examples leave out. FHIR also allows its own short names (CapabilityStatement.format).
fn is_media_type(code: &str) -> bool {
    if matches!(code, "xml" | "json" | "ttl") {
        return true;
    }
    let name = code.split(';').next().unwrap_or_default().trim_end();
    name.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// A token of RFC 2045.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
}

/// The language codes of two letters (ISO 639-1, with what the registry of language tags keeps of
/// earlier editions). No more will be added to them.
const TWO_LETTERS: &str = "\
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv \
dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt \
lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt \
qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to \
tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether the code is a language tag (RFC 5646). A language of three letters is too long a list to
/// keep: None. Scripts, regions and variants are checked by their form.
fn language(code: &str) -> Option<bool> {
    let mut subtags = code.split('-').peekable();
    let first = subtags.next().unwrap_or_default();
    if !code.split('-').all(is_subtag) {
        return Some(false);
    }
    if first.eq_ignore_ascii_case("x") {
        return Some(subtags.peek().is_some());
    }
    if first.eq_ignore_ascii_case("i") {
        // One of a few that were registered before the form was fixed (`i-klingon`).
        return if subtags.peek().is_some() { None } else { Some(false) };
    }
    if !first.bytes().all(|byte| byte.is_ascii_alphabetic()) || !are_in_order(subtags) {
        return Some(false);
    }
    match first.len() {
        2 => Some(TWO_LETTERS.split(' ').any(|known| known.eq_ignore_ascii_case(first))),
        3 => None,
        _ => Some(false),
    }
}

fn is_subtag(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What may follow the language: at most three extended languages, a script, a region, variants,
/// extensions, private use; in this order.
fn are_in_order<'s>(subtags: impl Iterator<Item = &'s str>) -> bool {
    let mut place = 0;
    let mut is_pending = false;
    for subtag in subtags {
        if place >= 7 {
            // Inside an extension or private use: a single character begins the next extension.
            if subtag.len() == 1 && place == 7 {
                if is_pending {
                    return false;
                }
                place = if subtag.eq_ignore_ascii_case("x") { 8 } else { 7 };
                is_pending = true;
            } else {
                is_pending = false;
            }
            continue;
        }
        let is_alphabetic = subtag.bytes().all(|byte| byte.is_ascii_alphabetic());
        let starts_with_digit = subtag.as_bytes()[0].is_ascii_digit();
        let is_number = subtag.bytes().all(|byte| byte.is_ascii_digit());
        place = match subtag.len() {
            1 => {
                is_pending = true;
                if subtag.eq_ignore_ascii_case("x") { 8 } else { 7 }
            }
            3 if is_alphabetic && place < 3 => place + 1,
            4 if is_alphabetic && place < 4 => 4,
            2 if is_alphabetic && place < 5 => 5,
            3 if is_number && place < 5 => 5,
            4 if starts_with_digit => 6,
            5..=8 => 6,
            _ => return false,
        };
    }
    !is_pending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: Form, code: &str, expected: Option<bool>) {
        assert_eq!(form.has(code), expected, "{code}");
    }

    #[test]
    fn media_types_have_a_type_and_a_subtype() {
        let check = |code, expected| check(Form::MediaType, code, Some(expected));
        for code in [
            "application/fhir+json",
            "text/plain; charset=utf-8",
            "application/fhir+json;canonicalization=http://hl7.org/fhir/canonicalization/json#static",
            "application/dicom; variant=DICOM WADO-RS",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "image/x-my",
            "xml",
            "json",
        ] {
            check(code, true);
        }
        for code in ["pdf", "text/", "/plain", "text/plain/x", "text plain/x", ""] {
            check(code, false);
        }
    }

    #[test]
    fn language_tags_have_their_parts_in_order() {
        let check = |code, expected| check(Form::Language, code, expected);
        for code in [
            "en",
            "en-US",
            "de-CH-1996",
            "zh-Hant-TW",
            "zh-cmn-Hans-CN",
            "es-419",
            "sl-rozaj-biske",
            "en-a-bbb-x-a",
            "x-private",
            "DE-at",
        ] {
            check(code, Some(true));
        }
        for code in [
            "",
            "xx",
            "en_US",
            "english",
            "en-",
            "-en",
            "en--US",
            "en-USA-DE-x",
            "en-US-Latn",
            "en-x",
            "x",
            "i",
            "1a",
            "en-a-x",
            "qwertyuiop",
            "en-US-DE",
        ] {
            check(code, Some(false));
        }
        check("haw", None);
        check("i-klingon", None);
    }

    #[test]
    fn currencies_are_three_capital_letters() {
        check(Form::Currency, "usd", Some(false));
        check(Form::Currency, "US$", Some(false));
        check(Form::Currency, "USD", None);
    }
}
