//! A ValueSet resource to a [`ValueSet`].

use std::collections::BTreeMap;

use super::super::{Codes, Expansion, Filter, Include, Operator, Select, SystemRef, ValueSet};
use crate::definitions::View;

/// Extensions by which an expansion says that it is not whole.
const PARTIAL: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
    "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
];

/// The value set.
pub(super) fn compile(resource: View<'_>) -> ValueSet {
    let compose = resource.object("compose");
    let includes = |name| Some(compose?.objects(name).map(include).collect::<Vec<_>>());
    ValueSet {
        include: includes("include"),
        exclude: includes("exclude").unwrap_or_default(),
        without_inactive: compose.and_then(|it| it.boolean("inactive")) == Some(false),
        expansion: resource.object("expansion").map(expansion),
    }
}

fn include(part: View<'_>) -> Include {
    let system = part
        .text("system")
        .map(|url| SystemRef { url: url.into(), version: part.text("version").map(Into::into) });
    let mut concepts = part.objects("concept").peekable();
    let mut filters = part.objects("filter").peekable();
    let select = if concepts.peek().is_some() {
        Select::Codes(Codes::new(concepts.filter_map(|concept| concept.text("code"))))
    } else if filters.peek().is_some() {
        Select::Filters(filters.map(filter).collect())
    } else {
        Select::All
    };
    Include { system, select, value_sets: part.texts("valueSet").map(str::to_owned).collect() }
}

fn filter(part: View<'_>) -> Filter {
    let text = |name| part.text(name).unwrap_or_default();
    Filter {
        property: text("property").to_owned(),
        op: Operator::parse(text("op")),
        value: text("value").to_owned(),
    }
}

fn expansion(expansion: View<'_>) -> Expansion {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Vec<View<'_>> = expansion.objects("contains").collect();
    let mut count = 0;
    while let Some(entry) = open.pop() {
        count += 1;
        open.extend(entry.objects("contains"));
        let coding = entry.text("system").zip(entry.text("code"));
        if let Some((system, code)) = coding.filter(|_| !entry.is_true("abstract")) {
            found.entry(system).or_default().push(code);
        }
    }
    let codes = found.into_iter().map(|(system, codes)| (system.into(), Codes::new(codes)));
    Expansion { is_partial: is_partial(expansion, count), codes: codes.collect() }
}

/// True for a page of an expansion, and for one that says it is not whole.
fn is_partial(expansion: View<'_>, count: u32) -> bool {
    let is_page = expansion.number("offset").is_some_and(|offset| offset > 0)
        || expansion.number("total").is_some_and(|total| total > count);
    let mut urls = expansion.objects("extension").filter_map(|extension| extension.text("url"));
    is_page || urls.any(|url| PARTIAL.contains(&url))
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;
    use crate::tree::NodeId;

    fn compiled(json: &str) -> ValueSet {
        compile(View::new(&tree(json), NodeId::ROOT))
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
