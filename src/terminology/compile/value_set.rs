//! A ValueSet resource to a [`ValueSet`].

use std::collections::BTreeMap;

use super::super::{Codes, Expansion, Filter, Include, Operator, Select, SystemRef, ValueSet};
use super::{flag, items};
use crate::tree::{Kind, NodeId, Tree};

/// Extensions by which an expansion says that it is not whole.
const PARTIAL: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
    "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
];

/// The value set.
pub(super) fn compile(tree: &Tree, node: NodeId) -> ValueSet {
    let compose = tree.child(node, "compose");
    let includes = |name| -> Option<Vec<Include>> {
        Some(items(tree, compose?, name).map(|part| include(tree, part)).collect())
    };
    ValueSet {
        include: includes("include"),
        exclude: includes("exclude").unwrap_or_default(),
        without_inactive: compose.and_then(|it| flag(tree, it, "inactive")) == Some(false),
        expansion: tree.child(node, "expansion").map(|node| expansion(tree, node)),
    }
}

fn include(tree: &Tree, node: NodeId) -> Include {
    let system = tree.child_text(node, "system").map(|url| SystemRef {
        url: url.into(),
        version: tree.child_text(node, "version").map(Into::into),
    });
    let is_string = |&item: &NodeId| tree.kind(item) == Kind::String;
    let value_sets = items(tree, node, "valueSet").filter(is_string);
    let select = if tree.child(node, "concept").is_some() {
        let concepts = items(tree, node, "concept");
        Select::Codes(Codes::new(concepts.filter_map(|concept| tree.child_text(concept, "code"))))
    } else if tree.child(node, "filter").is_some() {
        Select::Filters(items(tree, node, "filter").map(|part| filter(tree, part)).collect())
    } else {
        Select::All
    };
    Include { system, select, value_sets: value_sets.map(|it| tree.value(it).to_owned()).collect() }
}

fn filter(tree: &Tree, node: NodeId) -> Filter {
    let text = |name| tree.child_text(node, name).unwrap_or_default();
    Filter {
        property: text("property").to_owned(),
        op: Operator::parse(text("op")),
        value: text("value").to_owned(),
    }
}

fn expansion(tree: &Tree, node: NodeId) -> Expansion {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Vec<NodeId> = items(tree, node, "contains").collect();
    let mut count = 0;
    while let Some(entry) = open.pop() {
        count += 1;
        open.extend(items(tree, entry, "contains"));
        if flag(tree, entry, "abstract") == Some(true) {
            continue;
        }
        let system = tree.child_text(entry, "system");
        if let Some((system, code)) = system.zip(tree.child_text(entry, "code")) {
            found.entry(system).or_default().push(code);
        }
    }
    let codes = found.into_iter().map(|(system, codes)| (system.into(), Codes::new(codes)));
    Expansion { is_partial: is_partial(tree, node, count), codes: codes.collect() }
}

/// True for a page of an expansion, and for one that says it is not whole.
fn is_partial(tree: &Tree, node: NodeId, count: usize) -> bool {
    let number = |name| tree.child(node, name).map(|it| tree.value(it));
    let is_page = number("offset").is_some_and(|offset| offset != "0")
        || number("total")
            .is_some_and(|total| total.parse().is_ok_and(|total: usize| total > count));
    let mut urls = items(tree, node, "extension").filter_map(|it| tree.child_text(it, "url"));
    is_page || urls.any(|url| PARTIAL.contains(&url))
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    fn compiled(json: &str) -> ValueSet {
        compile(&tree(json), NodeId::ROOT)
    }

    #[test]
    fn reads_the_definition() {
        let set = compiled(
            r#"{"resourceType":"ValueSet","compose":{"inactive":false,"include":[
                {"system":"http://a","version":"1","concept":[{"code":"y"},{"code":"x"}]},
                {"system":"http://b","filter":[{"property":"concept","op":"is-a","value":"v"}]},
                {"valueSet":["http://v|2","http://w"]}],
            "exclude":[{"system":"http://b"}]}}"#,
        );
        let [listed, filtered, imported] = &set.include.unwrap()[..] else {
            panic!("three includes")
        };
        let system = listed.system.as_ref().unwrap();
        assert_eq!((&*system.url, system.version.as_deref()), ("http://a", Some("1")));
        assert_eq!(listed.select, Select::Codes(Codes::new(["x", "y"])));
        let filter = Filter { property: "concept".into(), op: Operator::IsA, value: "v".into() };
        assert_eq!(filtered.select, Select::Filters(vec![filter]));
        assert_eq!(imported.value_sets, ["http://v|2", "http://w"]);
        assert!(imported.system.is_none());
        assert_eq!(set.exclude.len(), 1);
        assert!(set.without_inactive);
    }

    #[test]
    fn reads_the_expansion() {
        let set = compiled(
            r#"{"resourceType":"ValueSet","expansion":{"total":4,"contains":[
                {"system":"http://a","code":"g","abstract":true,"contains":[{"system":"http://a","code":"x"}]},
                {"system":"http://b","code":"x"},{"display":"a heading"}]}}"#,
        );
        assert!(set.include.is_none());
        let expansion = set.expansion.unwrap();
        let codes =
            [("http://a".into(), Codes::new(["x"])), ("http://b".into(), Codes::new(["x"]))];
        assert_eq!(expansion.codes, codes);
        assert!(!expansion.is_partial);
    }

    #[test]
    fn a_page_of_an_expansion_is_not_the_whole() {
        let is_partial = |more: &str| {
            let json = format!(r#"{{"expansion":{{{more}"contains":[{{"code":"x"}}]}}}}"#);
            compiled(&json).expansion.unwrap().is_partial
        };
        assert!(!is_partial(""));
        assert!(!is_partial(r#""offset":0,"total":1,"#));
        assert!(is_partial(r#""total":2,"#));
        assert!(is_partial(r#""offset":1,"#));
        assert!(is_partial(
            r#""extension":[{"url":"http://hl7.org/fhir/StructureDefinition/valueset-unclosed"}],"#
        ));
    }
}
