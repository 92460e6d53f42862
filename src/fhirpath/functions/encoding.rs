//! `encode`, `decode`, `escape`, `unescape`
//! (<http://hl7.org/fhirpath/#additional-string-functions>).

use std::fmt::Write;

use super::entry;
use super::string::{bounded, text};
use crate::fhirpath::error::Result;
use crate::fhirpath::evaluator::program::{Function, Handler};
use crate::fhirpath::evaluator::{Call, Evaluation};
use crate::fhirpath::value::Value;

pub(super) const TABLE: &[Function] = &[
    entry("encode", 1, 1, Handler::Single(|e, c, v| change(e, c, v, encode))),
    entry("decode", 1, 1, Handler::Single(|e, c, v| change(e, c, v, decode))),
    entry("escape", 1, 1, Handler::Single(|e, c, v| change(e, c, v, escape))),
    entry("unescape", 1, 1, Handler::Single(|e, c, v| change(e, c, v, unescape))),
];

/// Applies a form that the argument names; one that is not known, or does not fit the text, gives nothing.
fn change<'t>(
    ev: &mut Evaluation<'t>,
    call: &Call<'_, 't>,
    value: Value<'t>,
    apply: fn(&str, &str) -> Option<String>,
) -> Result<Option<Value<'t>>> {
    let text = text(&value, call)?;
    let Some(form) = ev.argument_text(call, 0)? else { return Ok(None) };
    match apply(&form, text) {
        Some(changed) => bounded(ev, call, changed.len(), || changed),
        None => Ok(None),
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(form: &str, text: &str) -> Option<String> {
    match form {
        "hex" => Some(text.bytes().fold(String::new(), |mut all, byte| {
            // Writing to a String cannot fail.
            let _ = write!(all, "{byte:02x}");
            all
        })),
        "base64" => Some(to_base64(text.as_bytes())),
        "urlbase64" => Some(to_base64(text.as_bytes()).replace('+', "-").replace('/', "_")),
        _ => None,
    }
}

fn to_base64(bytes: &[u8]) -> String {
    let mut all = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = BASE64[(group >> (18 - 6 * digit)) as usize & 63];
            all.push(if digit <= chunk.len() { char::from(value) } else { '=' });
        }
    }
    all
}

fn decode(form: &str, text: &str) -> Option<String> {
    let bytes = match form {
        "hex" => {
            let digits: Option<Vec<u8>> =
                text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
            let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
            digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
        }
        "base64" => from_base64(text)?,
        "urlbase64" => from_base64(&text.replace('-', "+").replace('_', "/"))?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut group, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = BASE64.iter().position(|&known| known == digit)?;
        group = group << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits) as u8);
            group &= (1 << bits) - 1;
        }
    }
    (group == 0 && digits.len() % 4 != 1).then_some(bytes)
}

const HTML: [(char, &str); 5] =
    [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];

fn escape(form: &str, text: &str) -> Option<String> {
    let mut all = String::with_capacity(text.len());
    match form {
        "html" => {
            for c in text.chars() {
                match HTML.iter().find(|(plain, _)| *plain == c) {
                    Some((_, escaped)) => all.push_str(escaped),
                    None => all.push(c),
                }
            }
        }
        "json" => {
            let quoted = serde_json::to_string(text).ok()?;
            all.push_str(quoted.strip_prefix('"')?.strip_suffix('"')?);
        }
        _ => return None,
    }
    Some(all)
}

fn unescape(form: &str, text: &str) -> Option<String> {
    match form {
        "html" => Some(unescape_html(text)),
        "json" => unescape_json(text),
        _ => None,
    }
}

fn unescape_html(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        all.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, length) = entity(rest).unwrap_or(('&', 1));
        all.push(c);
        rest = &rest[length..];
    }
    all + rest
}

/// Quotes need not be escaped: the text is no literal of JSON, only what stands in one.
fn unescape_json(text: &str) -> Option<String> {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut is_escape = false;
    for c in text.chars() {
        if c == '"' && !is_escape {
            quoted.push('\\');
        }
        is_escape = c == '\\' && !is_escape;
        quoted.push(c);
    }
    quoted.push('"');
    serde_json::from_str(&quoted).ok()
}

/// The character of an entity at the beginning of `text`, and how long the entity is.
fn entity(text: &str) -> Option<(char, usize)> {
    if let Some((c, escaped)) = HTML.iter().find(|(_, escaped)| text.starts_with(escaped)) {
        return Some((*c, escaped.len()));
    }
    if text.starts_with("&apos;") {
        return Some(('\'', 6));
    }
    let end = text.find(';').filter(|&end| end < 12)?;
    let number = text.get(2..end).filter(|_| text.starts_with("&#"))?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    Some((char::from_u32(code.ok()?)?, end + 1))
}
