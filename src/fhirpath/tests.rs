//! What parses, how it groups, and that it prints back.

use super::ast::{Expression, Node};
use super::parse;

/// `expected` is the expression as it is printed: the fewest brackets that keep its meaning.
#[track_caller]
fn check(text: &str, expected: &str) {
    let node = parse(text).unwrap_or_else(|error| panic!("{text}: {error} at {:?}", error.span));
    let printed = node.to_string();
    assert_eq!(printed, expected, "{text}");
    let again = parse(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(without_places(again), without_places(node), "{printed}");
}

#[track_caller]
fn check_same(text: &str) {
    check(text, text);
}

#[track_caller]
fn check_error(text: &str, start: u32, expected: &str) {
    let error = parse(text).expect_err(text);
    assert_eq!((error.span.start, error.message.as_str()), (start, expected), "{text}");
}

fn without_places(mut node: Node) -> Node {
    node.span = crate::text::Span::default();
    let clear = |node: &mut Box<Node>| **node = without_places((**node).clone());
    match &mut node.kind {
        Expression::Member { focus, .. } => focus.iter_mut().for_each(clear),
        Expression::Call { focus, arguments, .. } => {
            focus.iter_mut().for_each(clear);
            for argument in arguments {
                *argument = without_places(argument.clone());
            }
        }
        Expression::Indexer(a, b) | Expression::Binary(_, a, b) => {
            clear(a);
            clear(b);
        }
        Expression::Polarity(_, a) | Expression::Order(_, a) | Expression::Type(_, a, _) => {
            clear(a);
        }
        Expression::Empty
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Special(_) => {}
    }
    node
}

#[test]
fn literals() {
    for text in
        ["{}", "true", "'a\\'b\\\\\\n'", "42", "42L", "4.20", "@2020", "@2020-02-01", "@2020T"]
    {
        check_same(text);
    }
    for text in
        ["@2020-02-01T10", "@2020-02-01T10:00:00.123+01:00", "@T10:00", "4 days", "4.5 'mg/dL'"]
    {
        check_same(text);
    }
    check("'\\u0041'", "'A'");
    check("\"x\"", "'x'");
    check("{ }", "{}");
}

#[test]
fn paths() {
    check_same("Patient.name.given[0]");
    check_same("name.where($this.use = 'official').exists()");
    check_same("%resource.id | %`vs-x`");
    check("%'vs-x'", "%`vs-x`");
    check_same("`a b`.`div`");
    check_same("is.as.contains.in");
    check("text.div.mod", "text.`div`.`mod`");
    check_same("item.repeat(item)[$index + 1].iif($this, 1, {})");
    check_same("name.sort(family desc, -given.first(), use asc)");
    check("a . b /* c */ // d\n .c", "a.b.c");
    check("1.toString()", "1.toString()");
}

#[test]
fn precedence() {
    check("1 + 2 * 3", "1 + 2 * 3");
    check("(1 + 2) * 3", "(1 + 2) * 3");
    check("1 - (2 - 3)", "1 - (2 - 3)");
    check("(1 - 2) - 3", "1 - 2 - 3");
    check("a and (b or c)", "a and (b or c)");
    check("(a and b) or c", "a and b or c");
    check("a = b in c", "a = b in c");
    check("(a is B) = c", "a is B = c");
    check("a is FHIR.B and c as D = e", "a is FHIR.B and c as D = e");
    check("-a.b", "-a.b");
    check("(-a).b", "(-a).b");
    check("- (1 + 2)", "-(1 + 2)");
    check("a | b = c | d", "a | b = c | d");
    check("a | (b = c)", "a | (b = c)");
    check("a implies b implies c", "a implies b implies c");
    check("a implies (b implies c)", "a implies (b implies c)");
}

#[test]
fn errors_have_their_place() {
    check_error("", 0, "Expected a name, a value or an expression, the expression ends");
    check_error("2 + 2 /", 7, "Expected a name, a value or an expression, the expression ends");
    check_error("a.", 2, "Expected a name, a value or an expression, the expression ends");
    check_error("a b", 2, "Expected the end of the expression or an operator, found `b`");
    check_error("f(1", 3, "Expected `,`, the expression ends");
    check_error("a[1", 3, "Expected `]`, the expression ends");
    check_error("'abc", 0, "The closing ' is missing");
    check_error("'a\\q'", 2, "`\\q` is not an escape sequence");
    check_error("/* a", 0, "This comment is not closed");
    check_error("a # b", 2, "`#` has no meaning here");
    check_error("@20", 0, "`@20` is not a date, a time or a date with a time");
    check_error("$that", 0, "Expected `$this`, `$index` or `$total`, found `$that`");
    check_error("%", 1, "Expected the name of a variable, the expression ends");
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| "(".repeat(depth) + "1" + &")".repeat(depth);
    assert!(parse(&deep(90)).is_ok());
    assert!(parse(&deep(100_000)).is_err());
    assert!(parse(&"-".repeat(100_000)).is_err());
    assert!(parse(&format!("a{}", ".b".repeat(900))).is_ok());
    assert!(parse(&format!("a{}", ".b".repeat(100_000))).is_err());
    assert!(parse(&format!("1{}", "+1".repeat(100_000))).is_err());
}
