//! What parses, that it prints back, and that the resource form says the same.

use std::sync::Arc;

use super::structure_map::{Form, read, write};
use super::{Map, parse};
use crate::definitions::View;
use crate::tree::{Names, NodeId};

fn map(text: &str) -> Map {
    parse(text).unwrap_or_else(|error| panic!("{text}\n{error} at {:?}", error.span))
}

/// A map of one group with these rules, and how it prints.
#[track_caller]
fn check(rules: &str, expected: &str) {
    check_map(
        &format!("group g(source s, target t) {{\n{rules}\n}}"),
        &format!("\ngroup g(source s, target t) {{\n{expected}\n}}\n"),
    );
}

#[track_caller]
fn check_same(rules: &str) {
    check(rules, rules);
}

#[track_caller]
fn check_map(text: &str, expected: &str) {
    let parsed = map(text);
    let printed = parsed.to_string();
    assert_eq!(printed, expected);
    assert_eq!(map(&printed), parsed, "{printed}");
    for form in [Form::Variables, Form::Parameters] {
        check_resource(&parsed, form);
    }
}

/// Writing and reading loses nothing but what the form has no place for.
#[track_caller]
fn check_resource(parsed: &Map, form: Form) {
    let tree = write(parsed, &Arc::new(Names::default()), form);
    let again = read(View::new(&tree, NodeId::ROOT)).unwrap_or_else(|it| panic!("{}", it.message));
    let twice = write(&again, &Arc::new(Names::default()), form);
    let json = |tree| crate::format::json::write(tree, NodeId::ROOT, crate::format::Style::Pretty);
    assert_eq!(json(&twice), json(&tree));
    if form == Form::Parameters {
        let mut expected = parsed.clone();
        expected.concept_maps.clear();
        let mut found = again;
        found.concept_maps.clear();
        found.metadata.clear();
        expected.metadata.clear();
        assert_eq!(found.to_string(), expected.to_string());
    }
}

#[track_caller]
fn check_error(text: &str, at: &str, expected: &str) {
    let error = parse(text).expect_err(text);
    let start = text.find(at).unwrap_or(text.len()) as u32;
    assert_eq!((error.span.start, error.message.as_str()), (start, expected), "{text}");
}

#[test]
fn sources_have_conditions_and_bounds() {
    check_same("  s.a -> t.a;");
    check_same("  s.a.b as x -> t.c.d = x \"name\";");
    check_same(
        "  s.a : string 0..1 default ('x') first as x where (x = 'y') check (true) log ('n') -> t.a = x;",
    );
    check_same("  s.a as x, s.b as y -> t.a = x;");
    check_same("  s.`PID.3` as x -> t.a = x;");
    check("  s.a 1..* as where where where = 'y';", "  s.a 1..* as where where (where = 'y');");
    check("  s as x where type = 'author' -> t.a;", "  s as x where (type = 'author') -> t.a;");
    check(
        "  s where conformsTo('http://u')-> t as p;",
        "  s where (conformsTo('http://u')) -> t as p;",
    );
    check(
        "  s.a where (a) and (b) or c check d -> t.a;",
        "  s.a where (a and b or c) check (d) -> t.a;",
    );
    check("  s.a as a where a = 1 then h(a) \"n\";", "  s.a as a where (a = 1) then h(a) \"n\";");
    check("  s.a as a where a is string \"n\";", "  s.a as a where (a is string) \"n\";");
}

#[test]
fn targets_have_transforms_and_list_modes() {
    check_same(
        "  s.a as x -> t.a = 'it\\'s', t.b = 1, t.c = -1.50, t.d = true, t.e = @2020-01-01;",
    );
    check_same("  s.a as x -> t.a = translate(x, '#m', 'code') as y share z, t.b first;");
    check_same("  s -> t.a = (s.b.where(c = 'd').first() & ';') as y last;");
    check_same("  s -> t.a = evaluate(s, iif(true, 1, 2));");
    check_same("  s -> create('Patient') as p, (1 + 1) as q, t.a as r single;");
    check("  s -> t.a = evaluate(b + 1);", "  s -> t.a = (b + 1);");
    check("  s -> t.a = copy(s);", "  s -> t.a = s;");
    check("  s as x -> t.a = x.b.c;", "  s as x -> t.a = (x.b.c);");
    check("  s as x -> t.a = %x;", "  s as x -> t.a = x;");
}

#[test]
fn a_rule_goes_on() {
    check_same("  s.a as x -> t.a as y then h(x, y), i(x, 'v');");
    check_same("  s.a as x -> t.a as y then {\n    x.b -> y.b;\n  } \"name\";");
    check_same("  s.a as x then h(x, t) {\n    x.b -> t.b;\n  };");
    check_same("  // about\n  // the rule\n  s.a -> t.a;");
}

#[test]
fn a_map_has_declarations() {
    check_map(
        "map \"http://m\" = \"m\"\nuses 'http://s' alias S as source // about\nuses \"http://t\" as target\n\
         imports \"http://m/*\"\nlet c = 'x' + 'y';\n// first\ngroup g(source s : S, target t) extends h <<type+>> {\n}\n\
         group h(source s, target t) <<types>> {}",
        "/// url = 'http://m'\n/// name = 'm'\n\nuses \"http://s\" alias S as source // about\n\
         uses \"http://t\" as target\n\nimports \"http://m/*\"\n\nlet c = 'x' + 'y';\n\n\
         // first\ngroup g(source s : S, target t) extends h <<type+>> {\n}\n\n\
         group h(source s, target t) <<types>> {\n}\n",
    );
    check_map(
        "/// url = 'http://m'\n/// title =\n/// status = draft\n/// description = \"\"\"\ntwo\nlines\n\"\"\"\n\
         /// only a comment\ngroup g(source s, target t) {}",
        "/// url = 'http://m'\n/// title =\n/// status = 'draft'\n/// description = \"\"\"\ntwo\nlines\n\"\"\"\n\n\
         // only a comment\ngroup g(source s, target t) {\n}\n",
    );
}

#[test]
fn a_map_has_concept_maps() {
    check_map(
        "conceptmap \"#m\" { prefix a = \"http://a\" prefix b = 'http://b' unmapped for a = provided\n\
         a:x == b:y a:\"x-1\" <= b:1 a:z -- a:u - b:v a:w = b:\"w w\" }\ngroup g(source s, target t) {}",
        "\nconceptmap \"#m\" {\n  prefix a = \"http://a\"\n  prefix b = \"http://b\"\n  unmapped for a = provided\n\
         \x20 a:x == b:y\n  a:\"x-1\" <= b:\"1\"\n  a:z --\n  a:u - b:v\n  a:w == b:\"w w\"\n}\n\n\
         group g(source s, target t) {\n}\n",
    );
}

#[test]
fn a_mistake_is_told_with_its_place() {
    check_error("", "", "Expected `group` or another declaration, the map ends");
    check_error("grup g() {}", "grup", "Expected `group` or another declaration, found `grup`");
    check_error("group g(s) {}", "s)", "Expected `source` or `target`, found `s`");
    let rule = |rule: &str| format!("group g(source s, target t) {{ {rule} }}");
    check_error(&rule("s.a -> t.a"), "}", "Expected `;`, found `}`");
    check_error(
        &rule("s -> t.a = trunkate(s, 1);"),
        "trunkate",
        "There is no transform `trunkate`: is `truncate` meant?",
    );
    check_error(
        &rule("s where (a = ) -> t;"),
        ") -> t",
        "Expected a name, a value or an expression, found `)`",
    );
    check_error(&rule("s.a as 'x' -> t;"), "'x'", "Expected the name of a variable, found a text");
    check_error(&rule("s -> t.a = 'x;"), "'x;", "The closing ' is missing");
    check_error("/// name = a\n/// name = b", "b", "The map has `name` twice");
    check_error("/// url = 'u'\nmap 'v' = m", "'v'", "The map has `url` twice");
    check_error(&"{".repeat(100), "{", "Expected `group` or another declaration, found `{`");
    let deep = rule(&"s then { ".repeat(60));
    assert_eq!(
        parse(&deep).expect_err("deep").message,
        "Rules stand inside each other deeper than 50 levels"
    );
}
