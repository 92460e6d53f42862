//! The character sets of MSH-18 (HL7 table 0211): from bytes to text.
//!
//! Those of one byte a character and those of Unicode are here. The East Asian ones, whose tables would make the
//! WebAssembly module a quarter larger, are those of `encoding_rs` where the feature `charsets` is on; JavaScript has
//! them in `TextDecoder`, and hands over text.

use std::borrow::Cow;

/// A character set of table 0211.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// `UNICODE UTF-8`, and `ASCII` or nothing at all, of which it is a superset.
    Utf8,
    /// `UNICODE` and `UNICODE UTF-16`; `true` for little-endian.
    Utf16(bool),
    /// `UNICODE UTF-32`; `true` for little-endian.
    Utf32(bool),
    /// `8859/1` to `8859/9` and `8859/15`: the part.
    Iso8859(u8),
    /// `ISO IR14`: Roman and katakana of JIS X 0201.
    JisX0201,
    /// `ISO IR87`, `GB 18030-2000`, `KS X 1001` and `BIG-5`.
    #[cfg(feature = "charsets")]
    EastAsian(&'static encoding_rs::Encoding),
}

/// Runs of bytes whose characters differ from those of Latin-1, by part: the first byte, the characters.
/// U+FFFD stands for a byte without a character.
type Runs = &'static [(u8, &'static str)];

const NONE_8: &str = "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}";

impl Charset {
    /// The character set of that name in MSH-18; none where this build cannot read it.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "" | "ASCII" | "ISO IR6" | "UNICODE UTF-8" | "UTF-8" | "UTF8" => Self::Utf8,
            "UNICODE" | "UNICODE UTF-16" | "UTF-16" => Self::Utf16(false),
            "UNICODE UTF-32" | "UTF-32" => Self::Utf32(false),
            "ISO IR14" => Self::JisX0201,
            #[cfg(feature = "charsets")]
            "ISO IR87" => Self::EastAsian(encoding_rs::ISO_2022_JP),
            #[cfg(feature = "charsets")]
            "GB 18030-2000" => Self::EastAsian(encoding_rs::GB18030),
            #[cfg(feature = "charsets")]
            "KS X 1001" => Self::EastAsian(encoding_rs::EUC_KR),
            #[cfg(feature = "charsets")]
            "BIG-5" => Self::EastAsian(encoding_rs::BIG5),
            #[cfg(target_arch = "wasm32")]
            "ISO IR87" | "GB 18030-2000" | "KS X 1001" | "BIG-5" => Self::Utf8, // handed over as text
            _ => {
                let part = name.strip_prefix("8859/").or_else(|| name.strip_prefix("ISO-8859-"))?;
                let part = part.parse().ok().filter(|part| matches!(part, 1..=9 | 15))?;
                Self::Iso8859(part)
            }
        })
    }

    /// The Unicode form that the first bytes show: a byte order mark, or the zeros of `MSH` in it.
    pub(super) fn sniffed(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] | [b'M' | b'B' | b'F', 0, 0, 0, ..] => Some(Self::Utf32(true)),
            [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, b'M' | b'B' | b'F', ..] => Some(Self::Utf32(false)),
            [0xFF, 0xFE, ..] | [b'M' | b'B' | b'F', 0, ..] => Some(Self::Utf16(true)),
            [0xFE, 0xFF, ..] | [0, b'M' | b'B' | b'F', ..] => Some(Self::Utf16(false)),
            _ => None,
        }
    }

    /// The text of `bytes`. What is no character becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let unit = |chunk: &[u8], is_little: bool| {
            let fold = |unit: u32, &byte: &u8| unit << 8 | u32::from(byte);
            if is_little { chunk.iter().rev().fold(0, fold) } else { chunk.iter().fold(0, fold) }
        };
        let or_replaced =
            |character: Option<char>| character.unwrap_or(char::REPLACEMENT_CHARACTER);
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            #[cfg(feature = "charsets")]
            Self::EastAsian(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Utf16(is_little) => {
                let units = bytes.chunks(2).map(|chunk| unit(chunk, is_little) as u16);
                char::decode_utf16(units).map(|character| or_replaced(character.ok())).collect()
            }
            Self::Utf32(is_little) => bytes
                .chunks(4)
                .map(|chunk| or_replaced(char::from_u32(unit(chunk, is_little))))
                .collect(),
            Self::Iso8859(_) if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Iso8859(part) => bytes.iter().map(|&byte| of_8859(part, byte)).collect(),
            Self::JisX0201 => bytes.iter().map(|&byte| of_jis(byte)).collect(),
        }
    }
}

fn of_8859(part: u8, byte: u8) -> char {
    let after = |&(first, text): &(u8, &'static str)| {
        text.chars().nth(usize::from(byte.checked_sub(first)?))
    };
    // Bytes below A0 are ASCII and control characters in every part.
    let differing = if byte < 0xA0 { None } else { runs(part).iter().find_map(after) };
    differing.unwrap_or(char::from(byte))
}

fn of_jis(byte: u8) -> char {
    match byte {
        b'\\' => '¥',
        b'~' => '‾',
        0xA1..=0xDF => char::from_u32(0xFF61 + u32::from(byte - 0xA1)).unwrap_or_default(),
        0x80.. => char::REPLACEMENT_CHARACTER,
        _ => char::from(byte),
    }
}

fn runs(part: u8) -> Runs {
    match part {
        2 => &[(
            0xA0,
            "\u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
        )],
        3 => &[(
            0xA0,
            "\u{a0}Ħ˘£¤\u{fffd}Ĥ§¨İŞĞĴ\u{ad}\u{fffd}Ż°ħ²³´µĥ·¸ışğĵ½\u{fffd}żÀÁÂ\u{fffd}ÄĊĈÇÈÉÊËÌÍÎÏ\u{fffd}ÑÒÓÔĠÖ×ĜÙÚÛÜŬŜßàáâ\u{fffd}äċĉçèéêëìíîï\u{fffd}ñòóôġö÷ĝùúûüŭŝ˙",
        )],
        4 => &[(
            0xA0,
            "\u{a0}ĄĸŖ¤ĨĻ§¨ŠĒĢŦ\u{ad}Ž¯°ą˛ŗ´ĩļˇ¸šēģŧŊžŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎĪĐŅŌĶÔÕÖ×ØŲÚÛÜŨŪßāáâãäåæįčéęëėíîīđņōķôõö÷øųúûüũū˙",
        )],
        5 => &[(
            0xA1,
            "ЁЂЃЄЅІЇЈЉЊЋЌ\u{ad}ЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя№ёђѓєѕіїјљњћќ§ўџ",
        )],
        6 => &[
            (
                0xE0,
                "\u{640}\u{641}\u{642}\u{643}\u{644}\u{645}\u{646}\u{647}\u{648}\u{649}\u{64a}\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\u{650}\u{651}\u{652}",
            ),
            (0xF3, NONE_8),
            (0xFB, "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            (
                0xBF,
                "\u{61f}\u{fffd}\u{621}\u{622}\u{623}\u{624}\u{625}\u{626}\u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\u{630}\u{631}\u{632}\u{633}\u{634}\u{635}\u{636}\u{637}\u{638}\u{639}\u{63a}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            (0xBB, "\u{61b}\u{fffd}\u{fffd}\u{fffd}"),
            (
                0xAE,
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            (0xAC, "\u{60c}"),
            (0xA5, "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            (0xA1, "\u{fffd}\u{fffd}\u{fffd}"),
        ],
        7 => &[(
            0xA0,
            "\u{a0}‘’£€₯¦§¨©ͺ«¬\u{ad}\u{fffd}―°±²³΄΅Ά·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\u{fffd}ΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\u{fffd}",
        )],
        8 => &[
            (
                0xE0,
                "\u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\u{5de}\u{5df}\u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}\u{fffd}\u{fffd}\u{200e}\u{200f}\u{fffd}",
            ),
            (0xDF, "\u{2017}"),
            (0xBF, NONE_8),
            (0xC7, NONE_8),
            (0xCF, NONE_8),
            (0xD7, NONE_8),
            (0xBA, "÷"),
            (0xAA, "×"),
            (0xA1, "\u{fffd}"),
        ],
        9 => &[(0xD0, "Ğ"), (0xDD, "İŞ"), (0xF0, "ğ"), (0xFD, "ış")],
        15 => &[(0xA4, "€"), (0xA6, "Š"), (0xA8, "š"), (0xB4, "Ž"), (0xB8, "ž"), (0xBC, "ŒœŸ")],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expected: &str) {
        assert_eq!(Charset::from_name(name).expect(name).decode(bytes), expected);
    }

    #[test]
    fn each_set_has_its_characters() {
        check("", "é".as_bytes(), "é");
        check("8859/1", b"M\xFCller \xA4", "Müller ¤");
        check("8859/2", b"\xA1\xB9\xFF", "Ąš˙");
        check("8859/3", b"\xA1\xA5\xFF", "Ħ\u{fffd}˙");
        check("8859/4", b"\xA2\xFF", "ĸ˙");
        check("8859/5", b"\xA1\xB0\xFF", "ЁАџ");
        check(
            "8859/6",
            b"\xA0\xA1\xA4\xAC\xC1\xDA\xE0\xF2\xFF",
            "\u{a0}\u{fffd}¤\u{60c}\u{621}\u{63a}\u{640}\u{652}\u{fffd}",
        );
        check("8859/7", b"\xC1\xFE", "Αώ");
        check(
            "8859/8",
            b"\xA1\xAA\xBE\xDE\xDF\xE0\xFA\xFF",
            "\u{fffd}×¾\u{fffd}‗\u{5d0}\u{5ea}\u{fffd}",
        );
        check("8859/9", b"\xDD\xFD\xFE\xFF", "İışÿ");
        check("8859/15", b"\xA4\xBC\xBE\xBF", "€ŒŸ¿");
        check("ISO IR14", b"\\\xB1\xFF", "¥ｱ\u{fffd}");
        check("UNICODE UTF-16", b"\0M\xD8\x3D\xDE\x00", "M😀");
        check("UNICODE UTF-32", b"\0\0\0M\0\x01\xF6\x00", "M😀");
        for name in ["CNS 11643-1992", "ISO IR159", "8859/10", "no such"] {
            assert_eq!(Charset::from_name(name), None, "{name}");
        }
    }

    #[cfg(feature = "charsets")]
    #[test]
    fn east_asian_sets_are_those_of_a_library() {
        check("ISO IR87", b"\x1B$B;3\x1B(B", "山");
        check("GB 18030-2000", b"\xD6\xD0", "中");
        check("KS X 1001", b"\xB1\xE8", "김");
        check("BIG-5", b"\xA4\xA4", "中");
    }
}
