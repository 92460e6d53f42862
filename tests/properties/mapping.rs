//! Maps: any sequence of the words of the language is read or refused, and what is read prints as itself, is the
//! same as a resource, and runs to an end.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{ENGINE, checks};

/// Words and signs of the language, names of variables and elements, values.
const WORDS: &[&str] = &[
    "s",
    "t",
    "x",
    "y",
    ".name",
    ".given",
    ".family",
    ".id",
    ".active",
    ".birthDate",
    ".extension",
    ".url",
    ".value",
    ".contained",
    ".period.start",
    ".`a b`",
    "->",
    ",",
    ";",
    "{",
    "}",
    "(",
    ")",
    "as x",
    "as y",
    "then",
    "where",
    "check",
    "log",
    "default",
    "first",
    "last",
    "share z",
    "single",
    "only_one",
    ": string",
    "0..1",
    "1..*",
    "= 'c'",
    "= 1.50",
    "= -3",
    "= true",
    "= @2020-01-01",
    "= x",
    "= (x & 'a')",
    "= create('HumanName')",
    "= create('Patient')",
    "= truncate(x, 1)",
    "= cc('a', 'b')",
    "= qty('<1 mg')",
    "= reference(s)",
    "= uuid()",
    "= translate(x, '#m', 'code')",
    "= dateOp(x, 'Z')",
    "= id('a', 'b', 'c')",
    "= evaluate(x, $this)",
    "g(s, t)",
    "'name'",
    "\"name\"",
    "true",
    "%x",
    "// c\n",
    "/* c */",
    "group",
];

const RULES: &[&str] = &[
    "s.name as x -> t.name as y then { x.given as x -> y.given = x; x.family -> y.family; };",
    "s.name -> t.name;",
    "s.active as x -> t.active = x;",
    "s.birthDate as x where (x > @1970) check (true) log (x) -> t.birthDate = x \"born\";",
    "s -> t.contained = create('Patient') as y, y.id = uuid(), t.link as x, x.other = create('Reference') as r, r.reference = reference(y);",
    "s.multipleBirth as x -> t.multipleBirth = x;",
    "s then g(s, t);",
    "// about\ns.gender as x -> t.gender = x, t.extension as y, y.url = 'u', y.value = x;",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_read_or_refused(words in vec(select(WORDS), 0..20)) {
        let rules = words.join(" ");
        checks::map(&ENGINE, format!("group g(source s : Patient, target t : Patient) {{ {rules} }}").as_bytes());
    }

    #[test]
    fn rules_in_any_order_run_to_an_end(
        rules in vec(select(RULES), 0..6),
        extra in vec(select(WORDS), 0..3),
        at in any::<prop::sample::Index>(),
    ) {
        let mut rules = rules.join("\n");
        let places: Vec<usize> = rules.match_indices(' ').map(|(at, _)| at).chain([0]).collect();
        rules.insert_str(*at.get(&places), &extra.join(" "));
        checks::map(&ENGINE, format!("group g(source s : Patient, target t : Patient) {{ {rules} }}").as_bytes());
    }

    #[test]
    fn damaged_maps_do_no_harm(cut in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = RULES.join("\n").into_bytes();
        let at = cut.index(bytes.len());
        bytes[at] = byte;
        let head = b"group g(source s : Patient, target t : Patient) { ";
        checks::map(&ENGINE, &[head.as_slice(), &bytes, b" }"].concat());
    }
}
