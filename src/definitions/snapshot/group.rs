//! Elements of which a constraint allows one only: `(a | b | c).count() = 1`, as CDA writes its choices. Where a
//! definition requires one of them, it forbids the others.

use super::node::Node;
use super::value::Value;

/// Forbids, everywhere below `node`, what cannot be beside what is required.
pub(super) fn close_groups(node: &mut Node) {
    let is_open = node.fields.get("slicing").is_none() && node.fields.text("max") != Some("0");
    if is_open {
        for constraint in groups(node) {
            forbid_others(node, &constraint);
        }
    }
    node.children.iter_mut().chain(&mut node.slices).for_each(close_groups);
}

fn forbid_others(node: &mut Node, group: &[String]) {
    let is_in = |child: &Node| group.iter().any(|name| **name == *child.name);
    let is_required = |child: &Node| child.fields.number("min").is_some_and(|min| min > 0);
    let Some(required) = node.children.iter().position(|it| is_in(it) && is_required(it)) else {
        return;
    };
    for (at, child) in node.children.iter_mut().enumerate() {
        // Two that are required contradict each other: that is not for the snapshot to hide.
        if at != required && is_in(child) && !is_required(child) {
            child.fields.set("max", Value::text("0"));
        }
    }
}

/// The names of each group that a constraint of the element speaks of.
fn groups(node: &Node) -> Vec<Vec<String>> {
    let expressions = node.fields.objects("constraint").filter_map(|it| it.text("expression"));
    expressions.filter_map(group).collect()
}

fn group(expression: &str) -> Option<Vec<String>> {
    let (names, count) = expression.trim().strip_prefix('(')?.split_once(").count()")?;
    if !matches!(count.replace(' ', "").as_str(), "=1" | "<=1" | "<2") {
        return None;
    }
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let names = names.split('|').map(str::trim);
    names.map(|name| is_name(name).then(|| name.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: Option<&[&str]>) {
        assert_eq!(group(expression).as_deref().map(<[_]>::to_vec), expected.map(owned));
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn one_of_several_elements() {
        check("(act | observation).count() = 1", Some(&["act", "observation"]));
        check("(a|b).count()<=1", Some(&["a", "b"]));
        check("(a | b).count() >= 1", None);
        check("(a.c | b).count() = 1", None);
        check("(a | b).count() = 1 or c.exists()", None);
        check("a.count() = 1", None);
    }
}
