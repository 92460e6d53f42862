//! From a template of the table and its arguments to the sentence that people read.

use super::Arg;
use crate::text::{Digits, Word, find};

/// What stands around a part that is left out where its argument is missing.
const OPTIONAL: (&str, &str) = ("[[", "]]");

/// Fills the placeholders of `template`. With `mask`, instance values are replaced by their length.
pub(super) fn write(template: &str, args: &[Arg], mask: bool) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(OPTIONAL.0) {
        let Some((part, tail)) = after.split_once(OPTIONAL.1) else { break };
        fill(&mut out, before, args, mask);
        if placeholders(part).all(|index| args.get(index).is_some_and(|arg| !is_empty(arg))) {
            fill(&mut out, part, args, mask);
        }
        rest = tail;
    }
    fill(&mut out, rest, args, mask);
    out
}

/// The template without optional parts, `…` for each placeholder.
pub(super) fn summary(template: &str) -> String {
    let mut text = template.to_owned();
    while let Some((before, after)) = text.split_once(OPTIONAL.0) {
        let tail = after.split_once(OPTIONAL.1).map_or("", |(_, tail)| tail);
        text = format!("{before}{tail}");
    }
    placeholders(template).fold(text, |text, index| text.replace(&format!("{{{index}}}"), "…"))
}

fn is_empty(arg: &Arg) -> bool {
    matches!(arg, Arg::Terms(terms) if terms.is_empty())
}

fn placeholders(text: &str) -> impl Iterator<Item = usize> {
    text.split('{').skip(1).filter_map(|part| part.split('}').next()?.parse().ok())
}

fn fill(out: &mut String, text: &str, args: &[Arg], mask: bool) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((index, tail)) = after.split_once('}') else { break };
        out.push_str(before);
        if let Some(arg) = index.parse().ok().and_then(|i: usize| args.get(i)) {
            write_arg(out, arg, mask);
        }
        rest = tail;
    }
    out.push_str(rest);
}

/// Characters of an instance value that a message shows before it is cut.
const SHOWN: usize = 80;

fn write_arg(out: &mut String, arg: &Arg, mask: bool) {
    match arg {
        Arg::Value(value) if mask => {
            out.push_str(&format!("({} characters)", value.chars().count()));
        }
        Arg::Value(value) => write_quoted(out, value, SHOWN),
        Arg::Term(term) => write_quoted(out, term, usize::MAX),
        Arg::Terms(terms) => write_terms(out, terms),
        Arg::Words(words) => out.push_str(words),
        Arg::Clause(clause) => out.push_str(clause),
        Arg::Number(number) => out.push_str(Digits::of(*number).as_str()),
    }
}

/// Writes `text` in backticks and on one line, cut after so many characters.
fn write_quoted(out: &mut String, text: &str, shown: usize) {
    out.push('`');
    // Most is plain: one character for each byte.
    let marks = |word: Word| word.below(b' ') | word.equal(0x7f) | word.not_ascii();
    let plain = find(text.as_bytes(), 0, marks).min(shown);
    let (plain, rest) = text.split_at(plain);
    out.push_str(plain);
    for (count, c) in (plain.len()..).zip(rest.chars()) {
        if count == shown {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('`');
}

fn write_terms(out: &mut String, terms: &[String]) {
    for (index, term) in terms.iter().enumerate() {
        let separator = match index {
            0 => "",
            _ if index + 1 == terms.len() => " or ",
            _ => ", ",
        };
        out.push_str(separator);
        write_quoted(out, term, usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Issue};
    use super::*;
    use crate::text::Span;

    #[track_caller]
    fn check(code: Code, args: Vec<Arg>, mask: bool, expected: &str) {
        let issue = Issue::new(code, Span::default(), String::new(), args);
        assert_eq!(issue.message(mask), expected);
    }

    #[test]
    fn masks_instance_values_only() {
        let args = || vec![Arg::Value("Ann\u{7}".into()), Arg::Term("date".into())];
        check(
            Code::ValueDate,
            args(),
            false,
            "`Ann\\u{7}` is not a date: write YYYY, YYYY-MM or YYYY-MM-DD",
        );
        check(
            Code::ValueDate,
            args(),
            true,
            "(4 characters) is not a date: write YYYY, YYYY-MM or YYYY-MM-DD",
        );
    }

    #[test]
    fn joins_terms_as_a_sentence() {
        let mut out = String::new();
        write_terms(&mut out, &["a".into(), "b".into(), "c".into()]);
        assert_eq!(out, "`a`, `b` or `c`");
    }

    #[test]
    fn cuts_a_long_value() {
        let mut out = String::new();
        write_quoted(&mut out, &"x".repeat(500), SHOWN);
        assert_eq!(out.chars().count(), SHOWN + 3);
    }
}
