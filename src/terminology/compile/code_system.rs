//! A CodeSystem resource to a [`CodeSystem`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{Case, CodeSystem, Codes, Display, Property};
use crate::definitions::View;
use crate::sort::{sort_and_dedup, sort_by_key};
use crate::tree::Kind;

/// What a property of a concept says, by `CodeSystem.property.uri` or else by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// The concept only groups others.
    Abstract,
    /// The concept is no longer to be used.
    Inactive,
    /// `retired` or `inactive` mean that too.
    Status,
    /// A concept that this one is below.
    Parent,
    /// A concept that is below this one.
    Child,
    /// Something else: for filters.
    Other,
}

/// A concept on the way, and the code of the concept around it.
type Step<'t> = (View<'t>, Option<&'t str>);

/// What was found, by code.
#[derive(Default)]
struct Found<'t> {
    codes: Vec<&'t str>,
    abstracts: Vec<&'t str>,
    inactives: Vec<&'t str>,
    parents: Vec<(&'t str, &'t str)>,
    properties: Vec<(&'t str, &'t str, &'t str)>,
    displays: Vec<(&'t str, Name<'t>)>,
}

/// A display or a designation.
struct Name<'t> {
    language: Option<&'t str>,
    text: &'t str,
    is_designation: bool,
}

/// The code system, if the resource has codes of its own. A code that stands in it twice has the names of both.
pub(super) fn compile(resource: View<'_>) -> Option<CodeSystem> {
    let is_complete = match resource.text("content")? {
        "complete" => true,
        "fragment" | "example" => false,
        _ => return None,
    };
    let meanings = meanings(resource);
    let mut found = Found::default();
    let mut open: Vec<Step> = resource.objects("concept").map(|concept| (concept, None)).collect();
    while let Some((concept, parent)) = open.pop() {
        let Some(code) = concept.text("code") else { continue };
        found.codes.push(code);
        found.parents.extend(parent.map(|parent| (code, parent)));
        found.properties(concept, code, &meanings);
        found.displays(concept, code);
        open.extend(concept.objects("concept").map(|below| (below, Some(code))));
    }
    let case = match resource.boolean("caseSensitive") {
        Some(true) => Case::Sensitive,
        Some(false) => Case::Insensitive,
        None => Case::Unstated,
    };
    Some(found.finish(case, is_complete, resource.text("language")))
}

/// The meaning of each property that the code system defines.
fn meanings(resource: View<'_>) -> BTreeMap<&str, Meaning> {
    let mut meanings = BTreeMap::new();
    for property in resource.objects("property") {
        let Some(code) = property.text("code") else { continue };
        let uri = property.text("uri").unwrap_or_default();
        let name = uri.strip_prefix("http://hl7.org/fhir/concept-properties#").unwrap_or(code);
        meanings.insert(code, meaning(name));
    }
    meanings
}

fn meaning(name: &str) -> Meaning {
    match name {
        "notSelectable" | "abstract" => Meaning::Abstract,
        "inactive" => Meaning::Inactive,
        "status" => Meaning::Status,
        "parent" => Meaning::Parent,
        "child" => Meaning::Child,
        _ => Meaning::Other,
    }
}

impl<'t> Found<'t> {
    fn properties(&mut self, concept: View<'t>, code: &'t str, meanings: &BTreeMap<&str, Meaning>) {
        for property in concept.objects("property") {
            let Some(name) = property.text("code") else { continue };
            let Some(value) = value(property) else { continue };
            match meanings.get(name).copied().unwrap_or_else(|| meaning(name)) {
                Meaning::Abstract if value == "true" => self.abstracts.push(code),
                Meaning::Inactive if value == "true" => self.inactives.push(code),
                Meaning::Abstract | Meaning::Inactive => {}
                Meaning::Parent => self.parents.push((code, value)),
                Meaning::Child => self.parents.push((value, code)),
                Meaning::Status => {
                    if matches!(value, "retired" | "inactive") {
                        self.inactives.push(code);
                    }
                    self.properties.push((code, name, value));
                }
                Meaning::Other => self.properties.push((code, name, value)),
            }
        }
    }

    fn displays(&mut self, concept: View<'t>, code: &'t str) {
        let name = |text, language, is_designation| (code, Name { language, text, is_designation });
        self.displays.extend(concept.text("display").map(|text| name(text, None, false)));
        let designations = concept.objects("designation");
        self.displays.extend(
            designations.filter_map(|it| Some(name(it.text("value")?, it.text("language"), true))),
        );
    }

    fn finish(self, case: Case, is_complete: bool, language: Option<&str>) -> CodeSystem {
        let codes = Codes::new(self.codes);
        let all = |found: Vec<&str>| sorted(found.iter().filter_map(|code| codes.position(code)));
        let pair = |&(child, parent): &(&str, &str)| {
            Some((codes.position(child)?, codes.position(parent)?))
        };
        let property = |&(code, name, value): &(&str, &str, &str)| {
            let concept = codes.position(code)?;
            Some(Property { concept, code: name.to_owned(), value: value.to_owned() })
        };
        let mut languages: BTreeMap<&str, Arc<str>> = BTreeMap::new();
        let mut display = |(code, name): (&str, Name<'t>)| {
            let language = name.language.or(language.filter(|_| !name.is_designation));
            Some(Display {
                concept: codes.position(code)?,
                language: language
                    .map(|it| languages.entry(it).or_insert_with(|| it.into()).clone()),
                text: name.text.into(),
                is_designation: name.is_designation,
            })
        };
        let mut displays: Vec<_> = self.displays.into_iter().filter_map(&mut display).collect();
        sort_by_key(&mut displays, |display| (display.concept, display.is_designation));
        CodeSystem {
            displays: Some(displays),
            case,
            is_complete,
            abstracts: all(self.abstracts),
            inactives: all(self.inactives),
            parents: sorted(self.parents.iter().filter_map(pair)),
            properties: sorted(self.properties.iter().filter_map(property)),
            codes,
        }
    }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    sort_and_dedup(&mut items);
    items
}

/// `value[x]` of a property as text; of a Coding, the code.
fn value(property: View<'_>) -> Option<&str> {
    let tree = property.tree();
    let mut children = tree.children(property.node());
    let value = children.find(|&child| tree.name_text(child).starts_with("value"))?;
    match tree.kind(value) {
        Kind::Object => tree.child_text(value, "code"),
        _ => Some(tree.value(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;
    use crate::tree::NodeId;

    fn compiled(json: &str) -> Option<CodeSystem> {
        compile(View::new(&tree(json), NodeId::ROOT))
    }

    #[test]
    fn keeps_what_decides_about_codes() {
        let system = compiled(
            r#"{"resourceType":"CodeSystem","url":"http://s","content":"complete","caseSensitive":true,
            "property":[{"code":"grp","uri":"http://hl7.org/fhir/concept-properties#notSelectable"}],
            "concept":[
                {"code":"b","property":[{"code":"grp","valueBoolean":true}],
                 "concept":[{"code":"a"},{"code":"d","property":[{"code":"status","valueCode":"retired"}]}]},
                {"code":"c","property":[{"code":"parent","valueCode":"a"},{"code":"n","valueInteger":2}]},
                {"display":"no code"}]}"#,
        )
        .unwrap();
        assert_eq!(system.codes.iter().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!((system.case, system.is_complete), (Case::Sensitive, true));
        assert_eq!(system.abstracts, [1]);
        assert_eq!(system.inactives, [3]);
        assert_eq!(system.parents, [(0, 1), (2, 0), (3, 1)]);
        let properties: Vec<_> = system
            .properties
            .iter()
            .map(|p| (p.concept, p.code.as_str(), p.value.as_str()))
            .collect();
        assert_eq!(properties, [(2, "n", "2"), (3, "status", "retired")]);
    }

    #[test]
    fn keeps_what_concepts_are_called() {
        let system = compiled(
            r#"{"resourceType":"CodeSystem","language":"en","content":"complete","concept":[
                {"code":"b","display":"Bee","designation":[{"language":"de","value":"Biene"},{"value":"Apis"}]},
                {"code":"a"},{"code":"c","display":"Cat"}]}"#,
        )
        .unwrap();
        let names = |concept| {
            let displays = system.displays(concept).unwrap().iter();
            displays.map(|it| (it.language.as_deref(), &*it.text)).collect::<Vec<_>>()
        };
        assert_eq!(names(0), []);
        assert_eq!(names(1), [(Some("en"), "Bee"), (Some("de"), "Biene"), (None, "Apis")]);
        assert_eq!(names(2), [(Some("en"), "Cat")]);
        assert_eq!(names(9), []);
    }

    #[test]
    fn only_content_counts() {
        let content = |content: &str| {
            compiled(&format!(r#"{{"resourceType":"CodeSystem","content":"{content}"}}"#))
        };
        assert!(content("complete").is_some_and(|system| system.is_complete));
        assert!(content("fragment").is_some_and(|system| !system.is_complete));
        assert!(content("not-present").is_none());
        assert!(content("supplement").is_none());
    }
}
