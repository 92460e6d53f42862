//! Where the guide's paths lead to in a Bundle.
//!
//! ```text
//! participant[1].individual(Practitioner.name)     diagnosis.condition(Condition.asserter(Practitioner)
//! ```

use std::collections::HashMap;

use serde_json::Value;

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// An element.
    Down(String),
    /// `(Patient`: on to the resource that the reference leads to, or to the element of that type.
    To(String),
}

/// The steps of a path. Numbers in brackets only say which rows belong together, and closing ones are often missing.
pub(super) fn steps(path: &str, target_type: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    let mut is_type = false;
    while !rest.is_empty() {
        let end = rest.find(['.', '(', ')']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let name = without_brackets(name);
        if !name.is_empty() && !name.starts_with('$') {
            steps.push(if is_type { Step::To(name) } else { Step::Down(name) });
            is_type = false;
        }
        is_type |= after.starts_with('(');
        rest = after.get(1..).unwrap_or_default();
    }
    // `Quantity.code` and `PL[Location]`'s `location(Location.mode)` say the type again.
    match steps.as_slice() {
        [Step::Down(first), ..] if first == target_type => drop(steps.remove(0)),
        [Step::Down(_), Step::To(second), ..] if second == target_type && path.starts_with('[') => {
            drop(steps.drain(..2));
        }
        _ => {}
    }
    steps
}

fn without_brackets(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        rest = after.split_once([']', '}']).map_or("", |(_, rest)| rest);
    }
    (out + rest).trim().to_owned()
}

/// A result, ready to be looked into.
pub(super) struct Result_<'a> {
    pub resources: Vec<&'a Value>,
    by_url: HashMap<&'a str, &'a Value>,
}

impl<'a> Result_<'a> {
    pub(super) fn new(bundle: &'a Value) -> Self {
        let entries = bundle["entry"].as_array().into_iter().flatten();
        let with_url =
            entries.clone().filter_map(|it| Some((it["fullUrl"].as_str()?, &it["resource"])));
        let resources = std::iter::once(bundle).chain(entries.map(|it| &it["resource"])).collect();
        Self { resources, by_url: with_url.collect() }
    }

    /// The values that the steps lead to. `url` is that of the last extension on the way.
    pub(super) fn find(
        &self,
        root: &'a Value,
        steps: &[Step],
        url: Option<&str>,
    ) -> Vec<&'a Value> {
        let last = steps.iter().rposition(|it| *it == Step::Down("extension".to_owned()));
        let mut nodes = vec![root];
        // The extensions of a primitive stand beside it.
        let mut beside: Vec<&'a Value> = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let mut found = Vec::new();
            let mut found_beside = Vec::new();
            for node in nodes.iter().chain(&beside) {
                match step {
                    Step::Down(name) => {
                        add(member(node, name), &mut found);
                        add(&node[format!("_{name}")], &mut found_beside);
                    }
                    Step::To(name) => found.extend(self.follow(node, name)),
                }
            }
            if Some(index) == last
                && let Some(url) = url
            {
                found.retain(|extension| extension["url"] == url);
            }
            (nodes, beside) = (found, found_beside);
        }
        nodes.extend(beside);
        nodes
    }

    fn follow(&self, node: &'a Value, name: &str) -> Option<&'a Value> {
        match node["reference"].as_str() {
            Some(url) => {
                let resource = self.by_url.get(url).copied()?;
                let wanted = name.split('|').any(|name| resource["resourceType"] == name);
                wanted.then_some(resource)
            }
            None => Some(node),
        }
    }

    /// True if a leaf of the value, or of what it refers to, is one of the texts.
    pub(super) fn holds(&self, value: &'a Value, texts: &[String], depth: usize) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(name, member)| {
                let target = member.as_str().filter(|_| name == "reference");
                let target = target.and_then(|url| self.by_url.get(url)).filter(|_| depth > 0);
                target.is_some_and(|it| self.holds(it, texts, depth - 1))
                    || self.holds(member, texts, depth)
            }),
            Value::Array(items) => items.iter().any(|item| self.holds(item, texts, depth)),
            Value::String(leaf) => texts.iter().any(|text| is_text(leaf, text)),
            Value::Null => false,
            other => texts.contains(&other.to_string()),
        }
    }
}

/// The same, or a date or a text that begins so.
fn is_text(leaf: &str, text: &str) -> bool {
    leaf == text
        || leaf.starts_with(&format!("{text}T"))
        || (text.len() > 3 && leaf.ends_with(&format!(">{text}</div>")))
}

/// An element by its name; of a choice, by that without the type.
fn member<'a>(node: &'a Value, name: &str) -> &'a Value {
    let exact = &node[name];
    if !exact.is_null() {
        return exact;
    }
    let is_choice = |key: &str| {
        key.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    let found = node.as_object().into_iter().flatten().find(|(key, _)| is_choice(key));
    found.map_or(exact, |(_, value)| value)
}

fn add<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => found.extend(items),
        Value::Null => {}
        other => found.push(other),
    }
}
