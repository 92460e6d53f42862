//! What a differential says of one element, put onto what the base says of it: which properties
//! replace, which add, and which may not be widened.

use super::generator::{DEPTH, Generator};
use super::message::Problem;
use super::node::Node;
use super::property::{
    add_constraints, copy, limit, merge_examples, merge_extensions, merge_mappings, merge_slicing,
    merge_text, narrow, own_base, reset_extension, union,
};
use super::types::is_extension;
use super::value::{Object, Value};
use crate::definitions::structure_definition::CORE;

/// What is taken over as it is, wherever the differential has it.
const REPLACED: &[&str] = &[
    "representation",
    "sliceIsConstraining",
    "label",
    "meaningWhenMissing",
    "orderMeaning",
    "maxLength",
    "mustHaveValue",
    "valueAlternatives",
    "isModifier",
    "isModifierReason",
    "isSummary",
    "mustSupport",
    "contentReference",
];

/// Texts.
const TEXTS: &[&str] = &["short", "definition", "comment", "requirements"];

/// `value[x]`s that are taken over, whatever type the base had.
const CHOICES: &[&str] = &["fixed", "pattern", "minValue", "maxValue"];

impl Generator<'_> {
    /// Puts the fields of `diff` onto those of `node`.
    pub(super) fn merge(&mut self, node: &mut Node, diff: &Node, id: &str) {
        if node.fields.get("base").is_none() {
            own_base(&mut node.fields, id);
        }
        if is_extension(&node.name) || id == "Extension" {
            reset_extension(&mut node.fields);
        }
        self.merge_cardinality(node, diff, id);
        self.merge_type_profile(node, diff, id);
        merge_extensions(&mut node.fields, &diff.fields, &self.canonical);
        for name in TEXTS {
            merge_text(&mut node.fields, &diff.fields, name);
        }
        if node.fields.is_true("mustSupport") && is_false(&diff.fields, "mustSupport") {
            self.report(Problem::MustSupport, diff.index, id);
        }
        for name in REPLACED {
            copy(&mut node.fields, &diff.fields, name);
        }
        merge_slicing(&mut node.fields, &diff.fields);
        self.merge_types(node, diff, id);
        self.merge_values(node, diff, id);
        self.merge_binding(node, diff, id);
        union(&mut node.fields, &diff.fields, "alias");
        union(&mut node.fields, &diff.fields, "code");
        union(&mut node.fields, &diff.fields, "condition");
        merge_examples(&mut node.fields, &diff.fields);
        merge_mappings(&mut node.fields, &diff.fields);
        add_constraints(&mut node.fields, diff.fields.entries("constraint"));
    }

    /// What the profile of the only type says of itself holds here.
    fn merge_type_profile(&mut self, node: &mut Node, diff: &Node, id: &str) {
        // An extension of the base is described by its definition, though the differential does not
        // say again which it is.
        let is_known = is_extension(&node.name) && diff.fields.get("type").is_none();
        let types = if is_known { node.types() } else { diff.types() };
        let [only] = types.as_slice() else { return };
        let profiles = only.entries("profile").to_vec();
        let [profile] = profiles.as_slice() else { return };
        let Some(canonical) = profile.as_text() else { return };
        let canonical = canonical.to_owned();
        let only_code = only.text("code").map(str::to_owned);
        if !id.contains('.') && canonical == self.url {
            return self.report(Problem::Circle(canonical), diff.index, id);
        }
        let Some(profile) = self.find_profile(&canonical) else {
            return self.report(Problem::UnknownProfile(canonical), diff.index, id);
        };
        let code = only_code.as_deref().unwrap_or_default();
        if profile.type_name != code && !code.is_empty() && !canonical.contains('#') {
            self.report(Problem::ProfileType(canonical, profile.type_name.clone()), diff.index, id);
        }
        if !is_known {
            node.children.clear();
        }
        let root = &profile.root.fields;
        if !is_extension(&node.name) {
            // What a reference leads to says nothing of the reference, nor one of several types of the choice.
            if !matches!(code, "Reference" | "CodeableReference" | "canonical") && !node.is_choice()
            {
                describe_by_profile(&mut node.fields, root);
            }
            return;
        }
        for name in
            ["short", "definition", "comment", "requirements", "isModifier", "isModifierReason"]
        {
            copy(&mut node.fields, root, name);
        }
        for name in ["alias", "mapping"] {
            node.fields.set_entries(name, root.entries(name).to_vec());
        }
        add_constraints(&mut node.fields, root.entries("constraint"));
        narrow(&mut node.fields, root);
    }

    fn merge_cardinality(&mut self, node: &mut Node, diff: &Node, id: &str) {
        let (min, max) = (diff.fields.number("min"), diff.fields.text("max"));
        if let Some(min) = min {
            let base = node.fields.number("min").unwrap_or(0);
            if min < base && node.slice.is_none() {
                self.report(Problem::Min(min, base), diff.index, id);
            }
            copy(&mut node.fields, &diff.fields, "min");
        }
        if let Some(max) = max {
            let base = node.fields.text("max").unwrap_or("*").to_owned();
            if limit(max) > limit(&base) {
                self.report(Problem::Max(max.to_owned(), base), diff.index, id);
            }
            copy(&mut node.fields, &diff.fields, "max");
        }
        let min = node.fields.number("min").unwrap_or(0);
        let max = node.fields.text("max").unwrap_or("*").to_owned();
        if min > limit(&max) {
            self.report(Problem::MinOverMax(min, max), diff.index, id);
        }
    }

    fn merge_types(&mut self, node: &mut Node, diff: &Node, id: &str) {
        let types = diff.fields.entries("type");
        if types.is_empty() {
            return;
        }
        let base = node.types();
        let allowed: Vec<&str> = base.iter().filter_map(|entry| entry.text("code")).collect();
        let stands_for: Vec<String> = base.iter().map(|it| super::types::value_code(it)).collect();
        let illegal: Vec<String> = diff
            .types()
            .iter()
            .filter_map(|entry| entry.text("code"))
            .filter(|code| !allowed.is_empty() && !allowed.contains(code))
            .filter(|code| !stands_for.iter().any(|known| known == code))
            .map(str::to_owned)
            .collect();
        for code in illegal {
            if !self.is_subtype_of_any(&code, &node_codes(node)) {
                self.report(Problem::Type(code), diff.index, id);
            }
        }
        self.check_targets(node, diff, id);
        if node.fields.entries("type") != types {
            let structural = node_codes(node) == diff_codes(diff);
            if !structural {
                node.children.clear();
            }
            node.fields.set("type", types.to_vec().into());
        }
    }

    /// An element of a new type that says what is below it is also what its type says of itself.
    pub(super) fn add_type_constraints(&mut self, node: &mut Node) {
        let code = node_codes(node).into_iter().next().unwrap_or_default();
        if let Some(built) = self.find_type(&code) {
            add_constraints(&mut node.fields, built.root.fields.entries("constraint"));
        }
    }

    /// True if `code` specialises one of the types, over however many steps; also where that cannot be
    /// known.
    fn is_subtype_of_any(&mut self, code: &str, allowed: &[String]) -> bool {
        let mut code = code.to_owned();
        for _ in 0..DEPTH {
            let Some(built) = self.find_type(&code) else { return true };
            let Some(base) = built.base.as_deref() else { return false };
            let base = base.strip_prefix(CORE).unwrap_or(base);
            if allowed.iter().any(|known| known.strip_prefix(CORE).unwrap_or(known) == base) {
                return true;
            }
            base.clone_into(&mut code);
        }
        false
    }

    /// A reference may lead to less than in the base: to a profile that builds on one of those, not to
    /// another.
    fn check_targets(&mut self, node: &Node, diff: &Node, id: &str) {
        let targets = |node: &Node| -> Vec<String> {
            let types = node.types();
            let targets = types.iter().flat_map(|entry| entry.entries("targetProfile"));
            targets.filter_map(Value::as_text).map(str::to_owned).collect()
        };
        let allowed = targets(node);
        if allowed.is_empty() || self.is_specialization {
            return;
        }
        for target in targets(diff) {
            if !self.builds_on(&target, &allowed) {
                self.report(Problem::Target(target), diff.index, id);
            }
        }
    }

    /// True if the profile is one of these, or builds on one, or imposes one; also where that cannot be
    /// known.
    fn builds_on(&mut self, canonical: &str, allowed: &[String]) -> bool {
        let url = |canonical: &str| canonical.split('|').next().unwrap_or_default().to_owned();
        let mut open = vec![url(canonical)];
        for _ in 0..DEPTH {
            let Some(canonical) = open.pop() else { return false };
            if allowed.iter().any(|known| url(known) == canonical) {
                return true;
            }
            let Some(built) = self.find(&canonical) else { return true };
            open.extend(built.imposed.iter().chain(&built.base).map(|it| url(it)));
        }
        false
    }

    fn merge_values(&mut self, node: &mut Node, diff: &Node, id: &str) {
        for stem in CHOICES {
            let Some((name, value)) = diff.fields.choice(stem) else { continue };
            let code = name.strip_prefix(stem).unwrap_or_default();
            let codes: Vec<String> =
                node.types().into_iter().map(super::types::value_code).collect();
            let fits = |known: &String| super::types::is_capital_of(code, known);
            if !codes.is_empty() && !codes.iter().any(fits) && matches!(*stem, "fixed" | "pattern")
            {
                self.report(Problem::ValueType(name.to_string()), diff.index, id);
            }
            let sibling = diff.fields.get(&format!("_{name}")).cloned();
            node.fields.retain(|known| !is_choice_of(known, stem));
            node.fields.set(name, value.clone());
            if let Some(sibling) = sibling {
                node.fields.set(&format!("_{name}"), sibling);
            }
        }
    }

    fn merge_binding(&mut self, node: &mut Node, diff: &Node, id: &str) {
        let Some(new) = diff.fields.object("binding") else { return };
        let Some(base) = node.fields.object("binding") else {
            return copy(&mut node.fields, &diff.fields, "binding");
        };
        let (old, found) = (base.text("strength"), new.text("strength"));
        let mut binding = base.clone();
        if old == Some("required") && found.is_some_and(|found| found != "required") {
            let problem = Problem::Strength(
                found.unwrap_or_default().to_owned(),
                old.unwrap_or_default().to_owned(),
            );
            self.report(problem, diff.index, id);
        }
        binding.remove("description");
        binding.remove("extension");
        for name in ["extension", "strength", "description", "valueSet", "additional"] {
            copy(&mut binding, new, name);
        }
        binding.sort(&["id", "extension", "strength", "description", "valueSet", "additional"]);
        node.fields.set("binding", binding.into());
    }
}

/// An element whose type a profile says is what the profile says of itself, but for how often it is there, whether it
/// is a modifier and where it was first defined; and what the profile does not say stays.
fn describe_by_profile(fields: &mut Object, profile: &Object) {
    const OWN: [&str; 10] = [
        "id",
        "path",
        "sliceName",
        "slicing",
        "min",
        "max",
        "base",
        "type",
        "isModifier",
        "isModifierReason",
    ];
    let said = profile.iter().filter(|(name, _)| !OWN.contains(name) && *name != "constraint");
    for (name, value) in said {
        fields.set(name, value.clone());
    }
    add_constraints(fields, profile.entries("constraint"));
}

fn is_false(fields: &Object, name: &str) -> bool {
    fields.get(name) == Some(&Value::literal("false"))
}

fn node_codes(node: &Node) -> Vec<String> {
    node.types().iter().filter_map(|entry| entry.text("code")).map(str::to_owned).collect()
}

fn diff_codes(diff: &Node) -> Vec<String> {
    node_codes(diff)
}

fn is_choice_of(name: &str, stem: &str) -> bool {
    let name = name.strip_prefix('_').unwrap_or(name);
    name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}
