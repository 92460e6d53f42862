//! What the codes of a small code system are called: a text for each, left empty where it follows from the code
//! (`entered-in-error` is `Entered In Error`), as for one in three codes of R4.

use super::super::{CodeSystem, Codes, Display};
use super::lists::{read_texts, write_texts};
use crate::definitions::pack::{PackError, Read, Reader, Writer};

/// Code systems of more codes have none of their names in a pack: a few large ones would take more room than all
/// the others.
const MOST: usize = 400;

/// Stands for no name, as the empty text stands for the one that follows from the code.
const NAMELESS: &str = "\u{1}";

/// The names of a code system that its pack is to have. One with designations has none: a name that is right in
/// another language would be taken as wrong.
pub(super) fn packed(system: &CodeSystem) -> Option<&[Display]> {
    let displays = system.displays.as_deref().filter(|all| !all.is_empty())?;
    let is_plain = |(index, display): (usize, &Display)| {
        !display.is_designation
            && (index == 0 || displays[index - 1].concept != display.concept)
            && display.text.bytes().all(|byte| byte >= b' ')
    };
    let is_small = system.codes.len() <= MOST;
    (is_small && displays.iter().enumerate().all(is_plain)).then_some(displays)
}

/// Writes the names of a code system, in the order of its codes.
pub(super) fn write_displays(out: &mut Writer, system: &CodeSystem, displays: &[Display]) {
    let mut texts = vec![NAMELESS; system.codes.len()];
    for Display { concept, text, .. } in displays {
        let is_plain = **text == *spelled(system.codes.get(*concept));
        texts[*concept as usize] = if is_plain { "" } else { text };
    }
    write_texts(out, &texts);
}

/// What [`write_displays`] wrote. The languages are those of HL7's own code systems, which do not say it.
pub(super) fn read_displays(reader: &mut Reader<'_>, codes: &Codes) -> Read<Vec<Display>> {
    let mut texts = read_texts(reader)?;
    let mut displays = Vec::with_capacity(codes.len());
    for (concept, code) in (0..).zip(codes.iter()) {
        let text = match texts.next().ok_or(PackError::Truncated)? {
            NAMELESS => continue,
            "" => spelled(code).into(),
            text => text.into(),
        };
        displays.push(Display { concept, language: None, text, is_designation: false });
    }
    Ok(displays)
}

/// A code as words: a space for each sign that joins words, and a capital at the beginning of each.
fn spelled(code: &str) -> String {
    let mut is_start = true;
    let letter = |letter: char| {
        let letter = if matches!(letter, '-' | '_') { ' ' } else { letter };
        let is_first = std::mem::replace(&mut is_start, letter == ' ');
        if is_first { letter.to_ascii_uppercase() } else { letter }
    };
    code.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(concept: u32, text: &str) -> Display {
        Display { concept, language: None, text: text.into(), is_designation: false }
    }

    fn system(codes: &[&str], displays: Vec<Display>) -> CodeSystem {
        let codes = Codes::new(codes.iter().copied());
        CodeSystem { codes, displays: Some(displays), ..CodeSystem::default() }
    }

    #[test]
    fn names_survive() {
        let names = vec![display(0, "Entered In Error"), display(2, "Other"), display(3, "x")];
        let system = system(&["entered-in-error", "nameless", "other", "x"], names.clone());
        let mut out = Writer::new();
        write_displays(&mut out, &system, packed(&system).unwrap());
        let bytes = out.into_bytes();
        assert!(!String::from_utf8_lossy(&bytes).contains("Error"), "it follows from the code");
        let mut reader = Reader::new(&bytes);
        assert_eq!(read_displays(&mut reader, &system.codes), Ok(names));
        assert!(reader.is_empty());
        let more = Codes::new(["a", "b", "c", "d", "e"]);
        assert_eq!(read_displays(&mut Reader::new(&bytes), &more), Err(PackError::Truncated));
    }

    #[test]
    fn only_small_code_systems_of_one_language_have_names_in_packs() {
        assert!(packed(&system(&["a"], vec![display(0, "Ay")])).is_some());
        assert!(packed(&system(&["a"], vec![])).is_none());
        assert!(packed(&system(&["a"], vec![display(0, "Ay"), display(0, "Ah")])).is_none());
        let designation = Display { is_designation: true, ..display(0, "Ah") };
        assert!(packed(&system(&["a"], vec![designation])).is_none());
        let many: Vec<String> = (0..=MOST).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(packed(&system(&many, vec![display(0, "Nought")])).is_none());
    }
}
