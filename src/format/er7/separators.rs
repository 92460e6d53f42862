//! The separators and the escape character that the sender chose in MSH-1 and MSH-2.

use crate::text::Span;

/// The characters with a meaning in one message. All are ASCII; 0 stands for one that is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// MSH-1, mostly `|`.
    pub field: u8,
    /// The first of MSH-2, mostly `^`.
    pub component: u8,
    /// The second of MSH-2, mostly `~`.
    pub repetition: u8,
    /// The third of MSH-2, mostly `\`.
    pub escape: u8,
    /// The fourth of MSH-2, mostly `&`.
    pub subcomponent: u8,
    /// The fifth of MSH-2 as of version 2.7, mostly `#`: marks a value that the sender cut off.
    pub truncation: u8,
}

impl Default for Separators {
    fn default() -> Self {
        Self {
            field: b'|',
            component: b'^',
            repetition: b'~',
            escape: b'\\',
            subcomponent: b'&',
            truncation: 0,
        }
    }
}

/// What is wrong with a declaration of separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Fewer than four characters.
    Few,
    /// More than five.
    Many,
    /// A character twice, or one that is a letter, a digit, or not ASCII.
    Unusable,
}

impl Separators {
    /// Reads the declaration of a header segment: `line` begins with its name. A character that is not declared
    /// has no meaning in the message; where the declaration cannot be used, the usual ones are taken.
    pub(super) fn declared(line: &str) -> (Self, Option<Fault>) {
        let bytes = line.as_bytes();
        let Some(&field) = bytes.get(3) else { return (Self::default(), Some(Fault::Few)) };
        let rest = bytes.get(4..).unwrap_or_default();
        let end = rest.iter().position(|&byte| byte == field).unwrap_or(rest.len());
        let (chosen, fault) = (&rest[..end], fault(field, &rest[..end]));
        if matches!(fault, Some(Fault::Unusable)) || !is_usable(field) {
            return (Self { field, ..Self::default() }, Some(Fault::Unusable));
        }
        let at = |index: usize| chosen.get(index).copied().unwrap_or(0);
        let separators = Self {
            field,
            component: at(0),
            repetition: at(1),
            escape: at(2),
            subcomponent: at(3),
            truncation: at(4),
        };
        (separators, fault)
    }

    /// MSH-2: the declared characters in order.
    pub fn encoding_characters(self) -> String {
        let all =
            [self.component, self.repetition, self.escape, self.subcomponent, self.truncation];
        all.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect()
    }

    /// The letter that an escape sequence has for the character, if it has a meaning here.
    pub(super) fn letter_of(self, character: char) -> Option<char> {
        let byte = u8::try_from(character).ok().filter(|&byte| byte != 0 && byte.is_ascii())?;
        self.letters().into_iter().find(|&(_, own)| own == byte).map(|(letter, _)| letter)
    }

    /// The character that the letter of an escape sequence stands for.
    pub(super) fn character_of(self, letter: &str) -> Option<char> {
        let mut letters = self.letters().into_iter();
        let (_, byte) = letters.find(|(own, _)| letter.len() == 1 && letter.starts_with(*own))?;
        // `\P\` of a sender who declared no truncation character means the usual one.
        Some(char::from(if byte == 0 { b'#' } else { byte }))
    }

    fn letters(self) -> [(char, u8); 6] {
        [
            ('F', self.field),
            ('S', self.component),
            ('T', self.subcomponent),
            ('R', self.repetition),
            ('E', self.escape),
            ('P', self.truncation),
        ]
    }
}

/// Where the fields of a header segment that declare separators stand.
pub(super) fn declaration(text: &str, segment: Span) -> [Span; 2] {
    let first =
        Span::new((segment.start + 3).min(segment.end), (segment.start + 4).min(segment.end));
    let separator = first.slice(text);
    let rest = Span::new(first.end, segment.end).slice(text);
    let length = rest.find(separator).filter(|_| !separator.is_empty()).unwrap_or(rest.len());
    [first, Span::new(first.end, first.end + length as u32)]
}

fn fault(field: u8, chosen: &[u8]) -> Option<Fault> {
    let is_unusable = |(index, &byte): (usize, &u8)| {
        !is_usable(byte) || byte == field || chosen[..index].contains(&byte)
    };
    match chosen.len() {
        _ if chosen.iter().take(5).enumerate().any(is_unusable) => Some(Fault::Unusable),
        0..4 => Some(Fault::Few),
        6.. => Some(Fault::Many),
        _ => None,
    }
}

fn is_usable(byte: u8) -> bool {
    byte.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str, fault: Option<Fault>) {
        let (found, why) = Separators::declared(line);
        let field = char::from(found.field);
        assert_eq!(
            (format!("{field}{}", found.encoding_characters()), why),
            (expected.to_owned(), fault)
        );
    }

    #[test]
    fn the_sender_chooses() {
        check("MSH|^~\\&|A", "|^~\\&", None);
        check("MSH|^~\\&#|A", "|^~\\&#", None);
        check("MSH$%*@!$A", "$%*@!", None);
        check("MSH|^~\\&", "|^~\\&", None);
    }

    #[test]
    fn what_is_not_declared_is_not_used_and_what_cannot_be_used_is_the_usual() {
        check("MSH|^~|A", "|^~", Some(Fault::Few));
        check("MSH||A", "|", Some(Fault::Few));
        check("MSH", "|^~\\&", Some(Fault::Few));
        check("MSH|^~\\&#+|A", "|^~\\&#", Some(Fault::Many));
        check("MSH|^^\\&|A", "|^~\\&", Some(Fault::Unusable));
        check("MSH|^~\\A|A", "|^~\\&", Some(Fault::Unusable));
        check("MSH|^~\\é|A", "|^~\\&", Some(Fault::Unusable));
    }
}
