//! A Coding says a code of its code system, and what that is called there (R4 datatypes.html#Coding). Both are asked
//! of code systems that are here; what a binding asks besides is said by `binding`.

use std::collections::BTreeSet;

use crate::issue::{Arg, Code};
use crate::terminology::{Display, Lookup};
use crate::tree::{NameId, NodeId};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// How many of the names that a code has are listed.
const SHOWN: usize = 5;

/// Checks the Coding at `node`, an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let (it, known) = (&*walk, walk.known());
    let text = |name| it.text(node, name).filter(|text| !text.is_empty());
    let (Some(system), Some(code)) = (text(known.system), text(known.code)) else { return };
    if walk.validator.canonicals().is_supplement(system) {
        let args = vec![Arg::Value(system.to_owned())];
        return report(walk, node, walk.known().system, Code::SystemSupplement, args);
    }
    match walk.validator.terminology.lookup(system, text(known.version), code) {
        Lookup::Absent => {
            let args = vec![Arg::Value(code.to_owned()), Arg::Value(system.to_owned())];
            report(walk, node, walk.known().code, Code::CodeUnknown, args);
        }
        Lookup::Found(concept) => {
            let names = concept.displays().unwrap_or_default();
            if let Some(display) = text(known.display) {
                check_display(walk, node, (code, display), names);
            }
        }
        Lookup::Unknown => {}
    }
}

fn check_display(
    walk: &mut Walk<'_>,
    node: NodeId,
    (code, display): (&str, &str),
    names: &[Display],
) {
    let asked = walk.settings.language;
    let in_language: Vec<&str> =
        names.iter().filter(|name| speaks(name, asked)).map(|name| &*name.text).collect();
    if in_language.is_empty() || in_language.iter().any(|name| is_same(name, display)) {
        return;
    }
    let names: BTreeSet<String> = in_language.into_iter().map(str::to_owned).collect();
    let names = names.into_iter().take(SHOWN).collect();
    let args = vec![Arg::Value(display.to_owned()), Arg::Value(code.to_owned()), Arg::Terms(names)];
    report(walk, node, walk.known().display, Code::DisplayWrong, args);
}

/// True for a name in one of the languages (`en, de-CH;q=0.5`); for one in a language that is not said, and where
/// none was asked for.
fn speaks(name: &Display, asked: Option<&str>) -> bool {
    let primary =
        |tag: &str| tag.trim().split(['-', ';']).next().unwrap_or_default().to_lowercase();
    match (&name.language, asked) {
        (Some(own), Some(asked)) => asked.split(',').any(|tag| primary(tag) == primary(own)),
        _ => true,
    }
}

/// True for texts that differ in nothing but letter case and white space.
fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let (one, other): (Vec<String>, Vec<String>) = (words(one), words(other));
    one == other
}

fn report(walk: &mut Walk<'_>, node: NodeId, name: NameId, code: Code, args: Vec<Arg>) {
    let tree = walk.tree;
    let Some(place) = tree.children(node).find(|&child| tree.name(child) == name) else { return };
    let length = walk.path.len();
    walk.path.push(Step::Name(name));
    walk.report(code, tree.span(place), args);
    walk.path.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_language(language: Option<&str>, asked: Option<&str>, expected: bool) {
        let (language, text) = (language.map(Into::into), "Intensive care".into());
        let name = Display { concept: 0, language, text, is_designation: false };
        assert_eq!(speaks(&name, asked), expected, "{:?} {asked:?}", name.language);
    }

    #[test]
    fn a_name_is_in_a_language_that_is_asked_for() {
        check_language(Some("de"), None, true);
        check_language(None, Some("de"), true);
        check_language(Some("de-CH"), Some("en, de;q=0.5"), true);
        check_language(Some("fr"), Some("en, de"), false);
    }

    #[test]
    fn letter_case_and_white_space_make_no_difference() {
        assert!(is_same("Intensive  care ", "intensive Care"));
        assert!(!is_same("Intensive care", "Intensivecare"));
    }
}
