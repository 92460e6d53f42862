//! What an error of the reference validator needs that cannot be had here: the content of a code system that only a
//! terminology server has, or a profile of a package that is not here.

use fhirkiln::terminology::{Lookup, Terminology};

/// True if the message is about a code of a code system that nothing here has the content of, or about a profile that
/// is not here.
pub(crate) fn is_beyond(message: &str, terminology: &Terminology) -> bool {
    let absent_profile = ["Unknown profile ", "Unable to resolve the profile reference "];
    if absent_profile.iter().any(|start| message.starts_with(start)) {
        return true;
    }
    systems(message)
        .any(|(system, code)| matches!(terminology.lookup(system, None, code), Lookup::Unknown))
}

/// The codes that a message names, each with its system: `system#code`, and `in the CodeSystem 'system'`.
fn systems(message: &str) -> impl Iterator<Item = (&str, &str)> {
    let words = message.split([' ', '\'', '(', ')', ',', ';']);
    let named = words.filter_map(|word| {
        let (system, code) = word.split_once('#')?;
        (system.contains(':') && !code.is_empty()).then_some((system, code))
    });
    let quoted = |start: &'static str| {
        message.match_indices(start).filter_map(move |(at, _)| {
            let rest = message.get(at + start.len()..)?;
            Some((rest.split('\'').next()?, "?"))
        })
    };
    named.chain(quoted("in the CodeSystem '")).chain(quoted("from the system '"))
}

#[test]
fn finds_what_a_message_needs() {
    let check = |message, expected| {
        assert_eq!(is_beyond(message, &Terminology::default()), expected, "{message}");
    };
    check("Wrong Display Name 'x' for http://loinc.org#1-2. Valid display is 'y'", true);
    check("Unknown code 'x' in the CodeSystem 'http://loinc.org' version '2.82'", true);
    check("Unknown profile http://p", true);

    check("Patient.name: minimum required = 1, but only found 0 (from http://p)", false);
}
