//! What an invariant asks for, as an English sentence without its full stop: `name.exists() or text.exists()` is
//! "`name` or `text` must be present". Made from the expression alone; an expression of a shape that is not
//! here has no sentence.

use super::ast::{Expression, Literal, Node, Operator, TypeOperator};

/// The sentence for what has to be true.
pub fn sentence(node: &Node) -> Option<String> {
    let text = clause(node, Mood::Must, false)?;
    (text.chars().count() <= LONGEST).then_some(text)
}

/// In characters: a longer sentence says less than its expression.
const LONGEST: usize = 300;
/// In characters: a longer part of an expression is not quoted inside a sentence.
const LONGEST_PART: usize = 90;

/// Whether a clause says what has to be or what is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Must,
    Is,
}

impl Mood {
    /// "must be", "is not"
    fn verb(self, is_negated: bool) -> &'static str {
        match (self, is_negated) {
            (Self::Must, false) => "must be",
            (Self::Must, true) => "must not be",
            (Self::Is, false) => "is",
            (Self::Is, true) => "is not",
        }
    }

    /// "must have", "has no"
    fn have(self, is_negated: bool) -> &'static str {
        match (self, is_negated) {
            (Self::Must, false) => "must have",
            (Self::Must, true) => "must not have",
            (Self::Is, false) => "has",
            (Self::Is, true) => "does not have",
        }
    }
}

fn clause(node: &Node, mood: Mood, is_negated: bool) -> Option<String> {
    match &node.kind {
        Expression::Call { focus, name, arguments } => {
            call((focus.as_deref(), name, arguments), mood, is_negated)
        }
        Expression::Binary(operator, left, right) => {
            binary(*operator, (left, right), node, mood, is_negated)
        }
        Expression::Type(TypeOperator::Is, value, specifier) => {
            Some(format!("{} {} a `{specifier}`", noun(value)?, mood.verb(is_negated)))
        }
        Expression::Member { .. } | Expression::Special(_) => {
            Some(format!("{} {} true", noun(node)?, mood.verb(is_negated)))
        }
        _ => None,
    }
}

fn call(
    (focus, name, arguments): (Option<&Node>, &str, &[Node]),
    mood: Mood,
    is_negated: bool,
) -> Option<String> {
    let subject = || focus.map_or(Some("the element".to_owned()), noun);
    match (name, arguments) {
        ("exists", []) => present(focus, mood, is_negated),
        ("empty", []) => present(focus, mood, !is_negated),
        ("exists", [criterion]) => one_where(focus?, criterion, mood, is_negated),
        ("not", []) => clause(focus?, mood, !is_negated),
        ("all", [criterion]) if !is_negated => {
            let each = focus.map_or(Some("each of them".to_owned()), |focus| {
                Some(format!("each {}", noun(focus)?))
            });
            Some(format!("for {}, {}", each?, clause(criterion, mood, false)?))
        }
        ("hasValue", []) => Some(format!("{} {} a value", subject()?, mood.have(is_negated))),
        ("isDistinct", []) => {
            Some(format!("{} {} an item twice", subject()?, mood.have(!is_negated)))
        }
        ("matches" | "matchesFull", [pattern]) => {
            Some(format!("{} {} the form {}", subject()?, mood.have(is_negated), quoted(pattern)?))
        }
        ("startsWith" | "endsWith" | "contains", [part]) => {
            let verb = match (name, mood, is_negated) {
                ("startsWith", Mood::Must, false) => "must begin with",
                ("startsWith", Mood::Must, true) => "must not begin with",
                ("startsWith", Mood::Is, false) => "begins with",
                ("startsWith", Mood::Is, true) => "does not begin with",
                ("endsWith", Mood::Must, false) => "must end with",
                ("endsWith", Mood::Must, true) => "must not end with",
                ("endsWith", Mood::Is, false) => "ends with",
                ("endsWith", Mood::Is, true) => "does not end with",
                (_, Mood::Must, false) => "must contain",
                (_, Mood::Must, true) => "must not contain",
                (_, Mood::Is, false) => "contains",
                (_, Mood::Is, true) => "does not contain",
            };
            Some(format!("{} {verb} {}", subject()?, quoted(part)?))
        }
        ("memberOf", [set]) => Some(format!(
            "{} {} in the value set {}",
            subject()?,
            mood.verb(is_negated),
            quoted(set)?
        )),
        ("is", [of]) => Some(format!("{} {} a `{of}`", subject()?, mood.verb(is_negated))),
        ("conformsTo", [profile]) => {
            let verb = mood.verb(is_negated);
            Some(format!("{} {verb} as the profile {} says", subject()?, quoted(profile)?))
        }
        _ => None,
    }
}

fn present(focus: Option<&Node>, mood: Mood, is_negated: bool) -> Option<String> {
    if let Some(Node { kind: Expression::Call { focus, name, arguments }, .. }) = focus
        && let ("where", [criterion], Some(focus)) = (name.as_str(), arguments.as_slice(), focus)
    {
        return one_where(focus, criterion, mood, is_negated);
    }
    let subject = focus.map_or(Some("the element".to_owned()), noun)?;
    Some(match (mood, is_negated) {
        (Mood::Is, true) => format!("{subject} is absent"),
        _ => format!("{subject} {} present", mood.verb(is_negated)),
    })
}

/// `focus.where(criterion).exists()`
fn one_where(focus: &Node, criterion: &Node, mood: Mood, is_negated: bool) -> Option<String> {
    let verb = if mood == Mood::Must { "there must be" } else { "there is" };
    let article = if is_negated { "no" } else { "a" };
    Some(format!("{verb} {article} {} where {}", noun(focus)?, clause(criterion, Mood::Is, false)?))
}

fn binary(
    operator: Operator,
    (left, right): (&Node, &Node),
    whole: &Node,
    mood: Mood,
    is_negated: bool,
) -> Option<String> {
    match operator {
        Operator::And if is_negated => either(&operands(whole, operator), mood, true),
        Operator::Or if is_negated => both(&operands(whole, operator), mood, true),
        Operator::And => both(&operands(whole, operator), mood, false),
        Operator::Or => either(&operands(whole, operator), mood, false),
        Operator::Xor if !is_negated => {
            let (subjects, true) = presences(&[left, right], false)? else { return None };
            let verb = mood.verb(false);
            Some(format!("either {} {verb} present, and not both", listed(&subjects, "or")))
        }
        Operator::Implies if !is_negated && mood == Mood::Must => {
            let (condition, then) = (clause(left, Mood::Is, false)?, clause(right, mood, false)?);
            conditional(&condition, &then)
        }
        _ => comparison(operator, (left, right), mood, is_negated),
    }
}

/// The operands of `a and b and c`, from left to right.
fn operands(node: &Node, operator: Operator) -> Vec<&Node> {
    match &node.kind {
        Expression::Binary(found, left, right) if *found == operator => {
            let mut all = operands(left, operator);
            all.extend(operands(right, operator));
            all
        }
        _ => vec![node],
    }
}

fn both(all: &[&Node], mood: Mood, is_negated: bool) -> Option<String> {
    if let Some((subjects, is_present)) = presences(all, is_negated) {
        let verb = if mood == Mood::Must { "must be" } else { "are" };
        let state = if is_present { "present" } else { "absent" };
        return Some(format!("{} {verb} {state}", listed(&subjects, "and")));
    }
    clauses(all, mood, is_negated, "and")
}

fn either(all: &[&Node], mood: Mood, is_negated: bool) -> Option<String> {
    match presences(all, is_negated) {
        Some((subjects, true)) => {
            return Some(format!("{} {} present", listed(&subjects, "or"), mood.verb(false)));
        }
        Some((subjects, false)) => {
            let extent = if subjects.len() == 2 { "both" } else { "all" };
            let verb = match mood {
                Mood::Must => format!("must not {extent} be"),
                Mood::Is => format!("are not {extent}"),
            };
            return Some(format!("{} {verb} present", listed(&subjects, "and")));
        }
        None => {}
    }
    if let Some(choice) = one_of(all, mood).filter(|_| !is_negated) {
        return Some(choice);
    }
    // `a.empty() or b` is what people say as "if there is `a`, then `b`".
    let denials = all.iter().take_while(|node| is_denial(node)).count();
    let (conditions, rest) = all.split_at(denials);
    if let (Mood::Must, false, [_, ..], [first, more @ ..]) = (mood, is_negated, conditions, rest) {
        let condition = both(conditions, Mood::Is, true).or_else(|| {
            let [only] = conditions else { return None };
            clause(only, Mood::Is, true)
        })?;
        let then =
            if more.is_empty() { clause(first, mood, false) } else { either(rest, mood, false) };
        return conditional(&condition, &then?);
    }
    clauses(all, mood, is_negated, "or")
}

/// A sentence that says under which condition; none where it would not be clear how far that reaches.
fn conditional(condition: &str, then: &str) -> Option<String> {
    let is_clear = !condition.contains("; ") && !then.starts_with("if ");
    is_clear.then(|| format!("if {condition}, {then}"))
}

/// Clauses in a row; semicolons part those that have parts themselves. What would need more has no sentence.
fn clauses(all: &[&Node], mood: Mood, is_negated: bool, last: &str) -> Option<String> {
    let clauses: Option<Vec<_>> = all.iter().map(|it| clause(it, mood, is_negated)).collect();
    let clauses = clauses?;
    let has = |sign: &str| clauses.iter().any(|clause| clause.contains(sign));
    if has("; ") {
        return None;
    }
    if has(" and ") || has(" or ") || has(", ") {
        return Some(clauses.join(&format!("; {last} ")));
    }
    Some(listed(&clauses, last))
}

/// `a = 'x' or a = 'y'`
fn one_of(all: &[&Node], mood: Mood) -> Option<String> {
    let mut subject: Option<String> = None;
    let mut values = Vec::new();
    for node in all {
        let Expression::Binary(Operator::Equal, left, right) = &node.kind else { return None };
        let left = noun(left)?;
        if subject.get_or_insert_with(|| left.clone()) != &left {
            return None;
        }
        values.push(quoted(right)?);
    }
    Some(format!("{} {} {}", subject?, mood.verb(false), listed(&values, "or")))
}

/// What operands say to be present, or all to be absent, where that is all that they say.
fn presences(all: &[&Node], is_negated: bool) -> Option<(Vec<String>, bool)> {
    let found: Option<Vec<_>> = all.iter().map(|node| presence(node)).collect();
    let found = found.filter(|found| found.len() > 1)?;
    let (subjects, states): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let first = *states.first()?;
    states.iter().all(|&state| state == first).then_some((subjects, first != is_negated))
}

/// What a part says to be present, or absent.
fn presence(node: &Node) -> Option<(String, bool)> {
    let Expression::Call { focus: Some(focus), name, arguments } = &node.kind else { return None };
    match (name.as_str(), arguments.as_slice()) {
        ("exists", []) => Some((noun(focus)?, true)),
        ("empty", []) => Some((noun(focus)?, false)),
        ("not", []) => presence(focus).map(|(subject, is_present)| (subject, !is_present)),
        _ => None,
    }
}

/// True for what says that something is not so.
fn is_denial(node: &Node) -> bool {
    match &node.kind {
        Expression::Call { name, .. } => matches!(name.as_str(), "empty" | "not"),
        Expression::Binary(operator, ..) => *operator == Operator::NotEqual,
        _ => false,
    }
}

fn comparison(
    operator: Operator,
    (left, right): (&Node, &Node),
    mood: Mood,
    is_negated: bool,
) -> Option<String> {
    use Operator as O;
    let (operator, is_negated) = match (operator, is_negated) {
        (O::NotEqual | O::NotEquivalent, negated) => (O::Equal, !negated),
        (O::Equivalent, negated) => (O::Equal, negated),
        (O::Less, true) => (O::GreaterOrEqual, false),
        (O::LessOrEqual, true) => (O::Greater, false),
        (O::Greater, true) => (O::LessOrEqual, false),
        (O::GreaterOrEqual, true) => (O::Less, false),
        other => other,
    };
    let relation = match operator {
        O::Equal => "",
        O::Less => "less than ",
        O::LessOrEqual => "at most ",
        O::Greater => "more than ",
        O::GreaterOrEqual => "at least ",
        O::In => {
            let verb = mood.verb(is_negated);
            let values = operands(right, O::Union);
            let values: Option<Vec<_>> = values.into_iter().map(quoted).collect();
            let values = listed(&values?, "or");
            let relation = if values.starts_with("`'") { "" } else { "among " };
            return Some(format!("{} {verb} {relation}{values}", noun(left)?));
        }
        _ => return None,
    };
    Some(format!("{} {} {relation}{}", noun(left)?, mood.verb(is_negated), quoted(right)?))
}

/// What a path stands for.
fn noun(node: &Node) -> Option<String> {
    if let Expression::Call { focus, name, arguments } = &node.kind
        && let ([], "count" | "length") = (arguments.as_slice(), name.as_str())
    {
        let of = focus.as_deref().map_or(Some("the element".to_owned()), noun)?;
        let what = if name == "count" { "number" } else { "length" };
        return Some(format!("the {what} of {of}"));
    }
    match &node.kind {
        Expression::Special(super::ast::Special::This) => Some("the value".to_owned()),
        Expression::Member { .. } | Expression::Call { .. } | Expression::Indexer(..) => {
            quoted(node)
        }
        Expression::Variable(_) | Expression::Literal(_) => quoted(node),
        Expression::Binary(Operator::Union, ..) => {
            let all: Option<Vec<_>> =
                operands(node, Operator::Union).into_iter().map(noun).collect();
            Some(listed(&all?, "or"))
        }
        _ => None,
    }
}

/// A part of an expression as it is written.
fn quoted(node: &Node) -> Option<String> {
    if let Expression::Literal(Literal::Integer(number) | Literal::Decimal(number)) = &node.kind {
        return Some(number.clone());
    }
    let text = node.to_string();
    let is_short = text.chars().count() <= LONGEST_PART && !text.contains('`');
    is_short.then(|| format!("`{text}`"))
}

/// "a, b or c"
fn listed(all: &[String], last: &str) -> String {
    match all {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::sentence;

    #[track_caller]
    fn check(expression: &str, expected: &str) {
        let node = parse(expression).expect("it is FHIRPath");
        assert_eq!(sentence(&node).as_deref().unwrap_or_default(), expected, "{expression}");
    }

    #[test]
    fn presence() {
        check("name.exists()", "`name` must be present");
        check("name.exists() or text.exists()", "`name` or `text` must be present");
        check("a.exists() and b.exists()", "`a` and `b` must be present");
        check("(a or b).not()", "`a` must not be true and `b` must not be true");
        check("a.exists() xor b.exists()", "either `a` or `b` must be present, and not both");
        check("a.empty() or b.exists()", "if `a` is present, `b` must be present");
        check("a.exists().not() or b.exists()", "if `a` is present, `b` must be present");
        check("a.exists() implies b.exists()", "if `a` is present, `b` must be present");
        check("(a.exists() and b.exists()).not()", "`a` and `b` must not both be present");
        check("a.empty() or b.empty()", "`a` and `b` must not both be present");
        check("a.empty() and b.empty()", "`a` and `b` must be absent");
        check("(a | b).exists()", "`a` or `b` must be present");
        check(
            "a.empty() or b.empty() or a <= b",
            "if `a` and `b` are present, `a` must be at most `b`",
        );
        check(
            "(a.exists() or b.exists()) and c = 1",
            "`a` or `b` must be present; and `c` must be 1",
        );
        check("(a = 1 or b = 2 and c = 3) and (d = 4 or e = 5 and f = 6)", "");
        check("hasValue() or a.exists()", "the element must have a value or `a` must be present");
    }

    #[test]
    fn values() {
        check("a = 'x'", "`a` must be `'x'`");
        check("a != 'x' or b.exists()", "if `a` is `'x'`, `b` must be present");
        check("a = 'x' or a = 'y'", "`a` must be `'x'` or `'y'`");
        check("a in ('x' | 'y')", "`a` must be `'x'` or `'y'`");
        check("a in %resource.b", "`a` must be among `%resource.b`");
        check("a.count() <= 1", "the number of `a` must be at most 1");
        check("a.length() > 0", "the length of `a` must be more than 0");
        check("start <= end", "`start` must be at most `end`");
        check("a.matches('[a-z]')", "`a` must have the form `'[a-z]'`");
        check("a.startsWith('x').not()", "`a` must not begin with `'x'`");
        check("value is Quantity", "`value` must be a `Quantity`");
        check("a.isDistinct()", "`a` must not have an item twice");
    }

    #[test]
    fn items() {
        check("a.all(b.exists())", "for each `a`, `b` must be present");
        check("a.where(b = 1).exists()", "there must be a `a` where `b` is 1");
        check("a.where(b = 1).empty()", "there must be no `a` where `b` is 1");
        check("a.exists(b.exists())", "there must be a `a` where `b` is present");
        check("a.all($this > 1)", "for each `a`, the value must be more than 1");
    }

    #[test]
    fn what_has_no_sentence() {
        check("1 + 2", "");
        check("a.select(b).aggregate($this + $total, 0)", "");
    }
}
