//! From bytes to text, whatever the bytes are.

use super::Span;

/// UTF-8, with each stretch of other bytes replaced by U+FFFD and given to `report`: where it now stands.
pub fn decode_utf8(bytes: Vec<u8>, mut report: impl FnMut(Span)) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let start = text.len() as u32;
            text.push(char::REPLACEMENT_CHARACTER);
            report(Span::new(start, text.len() as u32));
        }
    }
    text
}
