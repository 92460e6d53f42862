//! What a profile asks, element by element, and which profile asks it: for people, in whatever form.

use std::collections::HashMap;

use serde::Serialize;

use super::Engine;
use crate::definitions::profile::{Literal, Profile, ProfileElement, ProfileType, Row};
use crate::definitions::{Content, Element, TypeRef, UNBOUNDED};
use crate::tree::NameId;

/// How many profiles may build on each other.
const DEPTH: usize = 32;

/// A profile, as far as it asks more than the type that it constrains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Explanation {
    /// `StructureDefinition.url`, with its version where it has one.
    pub canonical: String,
    /// `StructureDefinition.title`; its `name` where it has none.
    pub title: String,
    /// The type that it constrains.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The profiles that it builds on, the nearest first.
    pub bases: Vec<String>,
    /// What it asks, in the order of a snapshot.
    pub elements: Vec<ExplainedElement>,
}

/// What a profile asks of an element. What is not asked is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExplainedElement {
    /// `ElementDefinition.id`: `Patient.identifier:mrn.system`.
    pub id: String,
    /// `ElementDefinition.path`.
    pub path: String,
    /// How few there may be.
    pub min: u32,
    /// How many there may be; `*` for any number.
    pub max: String,
    /// The types that it may have: `string`, `Reference(Patient | Group)`, `Extension <canonical>`.
    pub types: Vec<String>,
    /// What it must be, in JSON (`fixed[x]`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fixed: Option<String>,
    /// What it must have, in JSON (`pattern[x]`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pattern: Option<String>,
    /// Value sets, after the strength that binds to them: `required http://…`.
    pub bindings: Vec<String>,
    /// `mustSupport`
    pub must_support: bool,
    /// How its slices are told apart: `value of url, open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub slicing: Option<String>,
    /// Other limits: `at least 1 character`.
    pub limits: Vec<String>,
    /// The rules that it adds.
    pub constraints: Vec<ExplainedConstraint>,
    /// The profile that asks all this: this one, or the one that it builds on from which it has it. None for
    /// elements of which nothing is asked but of what is below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub from: Option<String>,
}

/// `ElementDefinition.constraint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ExplainedConstraint {
    /// `key`
    pub key: String,
    /// `error` or `warning`.
    pub severity: String,
    /// `expression`
    pub expression: String,
}

impl Engine {
    /// What the profile of that canonical asks, with those that it builds on; none where it is not here.
    pub fn explain(&self, canonical: &str) -> Option<Explanation> {
        let definitions = self.definitions();
        let profile = definitions.profile(canonical)?;
        let chain = self.chain(profile);
        let above: Vec<(String, HashMap<String, &ProfileElement>)> = chain
            .iter()
            .map(|base| {
                let rows = definitions.profile_rows(base).into_iter();
                (base.canonical(), rows.map(|row| (row.id, row.element)).collect())
            })
            .collect();
        let own = profile.canonical();
        let elements = definitions.profile_rows(profile).into_iter().map(|row| {
            let asks_the_same = |known: &&(String, HashMap<String, &ProfileElement>)| {
                known.1.get(&row.id).is_some_and(|it| it.asks_like(row.element))
            };
            let source = above.iter().take_while(asks_the_same).last();
            let from = source.map_or(&own, |(canonical, _)| canonical);
            let from =
                Some(from.clone()).filter(|_| !row.element.asks_like(&ProfileElement::default()));
            ExplainedElement { from, ..self.explained(&row) }
        });
        Some(Explanation {
            title: profile.title.to_string(),
            type_name: definitions.names().text(profile.type_name).to_owned(),
            bases: chain.iter().map(|base| base.canonical()).collect(),
            elements: elements.collect(),
            canonical: own,
        })
    }

    /// The profiles that a profile builds on, the nearest first.
    fn chain(&self, profile: &Profile) -> Vec<&Profile> {
        let base = |it: &Profile| self.definitions().profile(it.base.as_deref()?);
        std::iter::successors(base(profile), |it| base(it)).take(DEPTH).collect()
    }

    fn explained(&self, row: &Row<'_>) -> ExplainedElement {
        let (element, base) = (row.element, row.base);
        let names = self.definitions().names();
        let json = |literal: &Option<Literal>| literal.as_ref().map(|it| it.write(names));
        let is_slice = element.slice.is_some();
        let most = element.max.or(base.map(|base| base.max)).unwrap_or(1);
        ExplainedElement {
            id: row.id.clone(),
            path: row.path.clone(),
            min: element.min.max(base.filter(|_| !is_slice).map_or(0, |base| base.min)),
            max: if most == UNBOUNDED { "*".to_owned() } else { most.to_string() },
            types: self.types(element, base),
            fixed: json(&element.fixed),
            pattern: json(&element.pattern),
            bindings: bindings(element),
            must_support: element.must_support,
            slicing: slicing(element),
            limits: self.limits_of(element),
            constraints: self.constraints(element),
            from: None,
        }
    }

    fn types(&self, element: &ProfileElement, base: Option<&Element>) -> Vec<String> {
        let text = |name: NameId| self.definitions().names().text(name);
        if let Some(types) = &element.types {
            let write = |it: &ProfileType| type_text(text(it.code), &it.profiles, &it.targets);
            return types.iter().map(write).collect();
        }
        let texts = |all: &[NameId]| all.iter().map(|&it| text(it)).collect::<Vec<_>>();
        let write =
            |it: &TypeRef| type_text(text(it.code), &texts(&it.profiles), &texts(&it.targets));
        match base.map(|base| &base.content) {
            Some(Content::Types(types)) => types.iter().map(write).collect(),
            Some(Content::Shape(_, code)) => vec![text(*code).to_owned()],
            None => Vec::new(),
        }
    }

    fn limits_of(&self, element: &ProfileElement) -> Vec<String> {
        let names = self.definitions().names();
        let value = |it: &Option<Literal>| it.as_ref().map(|it| it.write(names));
        let limits = [
            value(&element.min_value).map(|it| format!("at least {it}")),
            value(&element.max_value).map(|it| format!("at most {it}")),
            element.min_length.map(|it| format!("at least {it} characters")),
            element.max_length.map(|it| format!("at most {it} characters")),
            element.regex.as_ref().map(|it| format!("of the form `{it}`")),
            element.must_have_value.then(|| "a value, not only extensions".to_owned()),
        ];
        limits.into_iter().flatten().collect()
    }

    fn constraints(&self, element: &ProfileElement) -> Vec<ExplainedConstraint> {
        let constraints = element.constraints.iter().map(|&id| self.definitions().constraint(id));
        let explained = constraints.map(|it| ExplainedConstraint {
            key: it.key.to_string(),
            severity: it.severity.as_str().to_owned(),
            expression: it.expression.to_string(),
        });
        explained.collect()
    }
}

fn type_text<T: AsRef<str>>(code: &str, profiles: &[T], targets: &[T]) -> String {
    let join = |all: &[T]| all.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" | ");
    let mut text = code.to_owned();
    if !profiles.is_empty() {
        text += &format!(" <{}>", join(profiles));
    }
    if !targets.is_empty() {
        text += &format!("({})", join(targets));
    }
    text
}

fn bindings(element: &ProfileElement) -> Vec<String> {
    let Some(binding) = &element.binding else { return Vec::new() };
    let set = binding.set.iter().map(|(strength, set)| format!("{} {set}", strength.as_str()));
    let most = binding.max_value_set.iter().map(|set| format!("at most {set}"));
    let more = binding.additional.iter().map(|it| format!("{} {}", it.purpose, it.value_set));
    set.chain(most).chain(more).collect()
}

fn slicing(element: &ProfileElement) -> Option<String> {
    let slicing = element.slicing.as_ref()?;
    let by = slicing.discriminators.iter().map(|it| format!("{} of {}", it.kind.as_str(), it.text));
    let by: Vec<String> = by.collect();
    let order = if slicing.ordered { ", in order" } else { "" };
    Some(format!("{}, {}{order}", by.join(" and "), slicing.rules.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: &str = r#"{"resourceType":"StructureDefinition","kind":"resource","type":"Patient",
        "url":"http://hl7.org/fhir/StructureDefinition/Patient","snapshot":{"element":[{"path":"Patient"},
        {"path":"Patient.active","min":0,"max":"1","type":[{"code":"boolean"}]},
        {"path":"Patient.name","min":0,"max":"*","type":[{"code":"HumanName"}]}]}}"#;

    fn profile(url: &str, base: &str, elements: &str) -> String {
        format!(
            r#"{{"resourceType":"StructureDefinition","url":"{url}","version":"1","title":"T","type":"Patient","derivation":"constraint",
            "baseDefinition":"{base}","differential":{{"element":[{{"path":"Patient"}},{elements}]}}}}"#
        )
    }

    #[test]
    fn says_what_is_asked_and_who_asks_it() {
        let core = "http://hl7.org/fhir/StructureDefinition/Patient";
        let name = r#"{"path":"Patient.name","min":1,"mustSupport":true}"#;
        let active = r#"{"path":"Patient.active","fixedBoolean":true}"#;
        let engine = Engine::builder()
            .resource(PATIENT)
            .resource(profile("http://a", core, name))
            .resource(profile("http://b", "http://a", active))
            .build()
            .unwrap();
        let explanation = engine.explain("http://b").unwrap();
        assert_eq!(explanation.bases, ["http://a|1"]);
        let lines = explanation.elements.iter().map(|it| {
            let ExplainedElement { id, min, max, types, fixed, from, .. } = it;
            format!("{id} {min}..{max} {} {fixed:?} {from:?}", types.join(" | "))
        });
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                "Patient 0..1  None None",
                r#"Patient.active 0..1 boolean Some("true") Some("http://b|1")"#,
                r#"Patient.name 1..* HumanName None Some("http://a|1")"#,
            ]
        );
        assert!(engine.explain("http://c").is_none());
    }
}
