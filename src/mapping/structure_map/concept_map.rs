//! Concept maps that are contained in a StructureMap: the resource form of `conceptmap`.

use std::collections::BTreeMap;

use super::output::{Form, Output};
use crate::definitions::View;
use crate::mapping::ast::{ConceptMap, ConceptMapping, Relation, Word};

/// The concept map of a `ConceptMap` resource (R4: `equivalence`, R5: `relationship`).
pub(super) fn read(view: View<'_>) -> ConceptMap {
    let url = match view.text("id") {
        Some(id) => format!("#{id}"),
        None => view.text("url").unwrap_or_default().to_owned(),
    };
    let mut map = ConceptMap { url: Word::new(url), ..ConceptMap::default() };
    for group in view.objects("group") {
        let source = prefix(&mut map, group.text("source").unwrap_or_default());
        let target = prefix(&mut map, group.text("target").unwrap_or_default());
        let unmapped = group.object("unmapped").and_then(|it| it.text("mode"));
        if matches!(unmapped, Some("provided" | "use-source-code")) {
            map.unmapped.push(source.clone());
        }
        for element in group.objects("element") {
            let code = Word::new(element.text("code").unwrap_or_default());
            for found in element.objects("target") {
                let relation = found.text("relationship").or(found.text("equivalence"));
                map.mappings.push(ConceptMapping {
                    source: (source.clone(), code.clone()),
                    relation: relation_of(relation.unwrap_or_default()),
                    target: (target.clone(), Word::new(found.text("code").unwrap_or_default())),
                });
            }
        }
    }
    map
}

/// The prefix of a code system: that which it has, or a new one.
fn prefix(map: &mut ConceptMap, url: &str) -> Word {
    if let Some((name, _)) = map.prefixes.iter().find(|(_, known)| known.text == url) {
        return name.clone();
    }
    let name = Word::new(format!("s{}", map.prefixes.len() + 1));
    map.prefixes.push((name.clone(), Word::new(url)));
    name
}

fn relation_of(code: &str) -> Relation {
    match code {
        "equal" | "equivalent" => Relation::Equivalent,
        "wider" | "subsumes" | "source-is-narrower-than-target" => Relation::Narrower,
        "narrower" | "specializes" | "source-is-broader-than-target" => Relation::Broader,
        "unmatched" | "disjoint" | "not-related-to" => Relation::Unrelated,
        _ => Relation::Related,
    }
}

/// The code of a relation in R4 (`ConceptMap.group.element.target.equivalence`).
fn equivalence(relation: Relation) -> &'static str {
    match relation {
        Relation::Related => "relatedto",
        Relation::Equivalent => "equivalent",
        Relation::Narrower => "wider",
        Relation::Broader => "narrower",
        Relation::Unrelated => "disjoint",
    }
}

/// Writes a concept map as a contained resource: a group for each pair of code systems.
pub(super) fn write(out: &mut Output, map: &ConceptMap, form: Form) {
    let url = |name: &Word| {
        let found = map.prefixes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, url)| url.text.as_str())
    };
    let mut groups: BTreeMap<(&str, &str), Vec<&ConceptMapping>> = BTreeMap::new();
    // A code without a target is one that the resource does not list.
    for mapping in map.mappings.iter().filter(|it| !it.target.0.text.is_empty()) {
        let pair = (url(&mapping.source.0), url(&mapping.target.0));
        groups.entry(pair).or_default().push(mapping);
    }
    out.object(None, |out| {
        out.text("resourceType", "ConceptMap");
        match map.url.text.strip_prefix('#') {
            Some(id) => out.text("id", id),
            None => out.text("url", &map.url.text),
        }
        out.text("status", "draft");
        out.array("group", groups.iter(), |out, ((source, target), mappings)| {
            out.text("source", source);
            out.text("target", target);
            out.array("element", mappings.iter(), |out, mapping| {
                out.text("code", &mapping.source.1.text);
                out.array("target", std::iter::once(mapping), |out, mapping| {
                    out.text("code", &mapping.target.1.text);
                    match form {
                        Form::Variables => out.text("equivalence", equivalence(mapping.relation)),
                        Form::Parameters => out.text("relationship", mapping.relation.as_str()),
                    }
                });
            });
            if map.unmapped.iter().any(|name| url(name) == *source) {
                out.property("unmapped", |out| {
                    let mode = match form {
                        Form::Variables => "provided",
                        Form::Parameters => "use-source-code",
                    };
                    out.text("mode", mode);
                });
            }
        });
    });
}
