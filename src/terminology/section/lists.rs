//! Lists of numbers and texts, written so that they compress well: columns, steps instead of values,
//! texts without a length before each.

use std::sync::Arc;

use super::super::Codes;
use crate::definitions::pack::{PackError, Read, Reader, Writer};

/// Numbers that never fall: of each, how much it is more than the one before.
pub(super) fn write_ascending(out: &mut Writer, numbers: &[u32]) {
    out.count(numbers.len());
    let mut before = 0;
    for &number in numbers {
        out.u32(number.saturating_sub(before));
        before = number;
    }
}

/// What [`write_ascending`] wrote.
pub(super) fn read_ascending(reader: &mut Reader<'_>) -> Read<Vec<u32>> {
    let mut number: u32 = 0;
    reader.list(|reader| {
        let next = number.checked_add(reader.u32()?);
        number = next.ok_or(PackError::Malformed("a number is too large"))?;
        Ok(number)
    })
}

/// Numbers of which one is often one more than the one before: the steps, small ones first whichever
/// way they go (0, 1, -1, 2, -2, ...).
pub(super) fn write_steps(out: &mut Writer, numbers: &[u32]) {
    out.count(numbers.len());
    let mut before = 0;
    for &number in numbers {
        let step = i64::from(number) - before;
        out.u64(step.unsigned_abs() * 2 - u64::from(step > 0));
        before = i64::from(number);
    }
}

/// What [`write_steps`] wrote.
pub(super) fn read_steps(reader: &mut Reader<'_>) -> Read<Vec<u32>> {
    let mut number: u32 = 0;
    reader.list(|reader| {
        let step = reader.u64()?;
        let size = step.div_ceil(2).try_into().unwrap_or(u32::MAX);
        let next = if step % 2 == 1 { number.checked_add(size) } else { number.checked_sub(size) };
        number = next.ok_or(PackError::Malformed("a number is too large"))?;
        Ok(number)
    })
}

/// Sorted texts: of each, how many bytes it shares with the one before; then the rest of each.
pub(super) fn write_sorted(out: &mut Writer, texts: &[Arc<str>]) {
    out.count(texts.len());
    let mut before = "";
    let mut rests = Vec::with_capacity(texts.len());
    for text in texts {
        let same = before.chars().zip(text.chars()).take_while(|(a, b)| a == b);
        let shared = same.map(|(c, _)| c.len_utf8()).sum();
        out.count(shared);
        rests.push(&text[shared..]);
        before = text;
    }
    write_texts(out, &rests);
}

/// What [`write_sorted`] wrote.
pub(super) fn read_sorted(reader: &mut Reader<'_>) -> Read<Vec<Arc<str>>> {
    let shared = reader.list(Reader::u32)?;
    let mut text = String::new();
    let mut rests = read_texts(reader)?;
    let texts = shared.into_iter().map(|shared| {
        let rest = rests.next().ok_or(PackError::Truncated)?;
        let shared = shared as usize;
        if !text.is_char_boundary(shared) {
            return Err(PackError::Malformed("a text shares more than there is"));
        }
        text.truncate(shared);
        text.push_str(rest);
        Ok(text.as_str().into())
    });
    texts.collect()
}

/// Codes.
pub(super) fn write_codes(out: &mut Writer, codes: &Codes) {
    write_texts(out, &codes.iter().collect::<Vec<_>>());
}

/// What [`write_codes`] wrote.
pub(super) fn read_codes(reader: &mut Reader<'_>) -> Read<Codes> {
    Ok(Codes::new(read_texts(reader)?))
}

/// A byte that none of the texts has, then the texts with it after each: a space where it can be, as
/// compression knows words by their spaces.
pub(super) fn write_texts(out: &mut Writer, texts: &[&str]) {
    let is_free = |&byte: &u8| !texts.iter().any(|text| text.as_bytes().contains(&byte));
    // INVARIANT: no text of a definition has all 33 of them.
    let separator = (0..=b' ').rev().find(is_free).unwrap_or_default();
    out.u8(separator);
    let mut joined = Vec::new();
    for text in texts {
        joined.extend_from_slice(text.as_bytes());
        joined.push(separator);
    }
    out.bytes(&joined);
}

/// What [`write_texts`] wrote.
pub(super) fn read_texts<'a>(
    reader: &mut Reader<'a>,
) -> Read<impl Iterator<Item = &'a str> + use<'a>> {
    let separator = reader.u8()?;
    if !separator.is_ascii() {
        return Err(PackError::Malformed("texts have no separator"));
    }
    Ok(reader.str()?.split_terminator(char::from(separator)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes, reads back, and gives how many bytes it took.
    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(
        value: &T,
        write: impl Fn(&mut Writer, &T),
        read: impl Fn(&mut Reader<'_>) -> Read<T>,
    ) -> usize {
        let mut out = Writer::new();
        write(&mut out, value);
        let bytes = out.into_bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!(read(&mut reader).as_ref(), Ok(value));
        assert!(reader.is_empty());
        bytes.len()
    }

    #[test]
    fn numbers_survive() {
        let numbers = vec![3, 3, 4, 900, u32::MAX];
        check(&numbers, |out, it| write_ascending(out, it), read_ascending);
        check(&numbers, |out, it| write_steps(out, it), read_steps);
        check(&vec![5, 4, 6, 0, u32::MAX, 1], |out, it| write_steps(out, it), read_steps);
        let row: Vec<u32> = (1..=100).collect();
        assert_eq!(check(&row, |out, it| write_steps(out, it), read_steps), 101);
    }

    #[test]
    fn texts_survive() {
        let texts: Vec<Arc<str>> =
            ["", "http://a/b", "http://a/b c", "http://a/bü", "http://a/bÿ"].map(Into::into).into();
        check(&texts, |out, it| write_sorted(out, it), read_sorted);
        let twice: Vec<Arc<str>> = ["a", "a"].map(Into::into).into();
        check(&twice, |out, it| write_sorted(out, it), read_sorted);
        for codes in [vec![], vec![""], vec!["a b", "c\u{1f}", "d\ne"]] {
            check(&Codes::new(codes), write_codes, read_codes);
        }
    }

    #[test]
    fn damage_is_an_error() {
        assert_eq!(
            read_steps(&mut Reader::new(&[1, 2])),
            Err(PackError::Malformed("a number is too large"))
        );
        assert_eq!(
            read_sorted(&mut Reader::new(&[2, 0, 0, b' ', 1, b'a'])),
            Err(PackError::Truncated)
        );
        assert!(read_sorted(&mut Reader::new(&[1, 5, b' ', 1, b'a'])).is_err());
        assert!(read_codes(&mut Reader::new(&[0xC3, 1, b'a'])).is_err());
    }
}
