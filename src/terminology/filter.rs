//! `ValueSet.compose.include.filter` on a code system that is here.

use super::{CodeSystem, Filter, Operator};

/// Whether a concept meets the filter; none where that cannot be told.
pub(super) fn meets(system: &CodeSystem, concept: u32, filter: &Filter) -> Option<bool> {
    let value = filter.value.as_str();
    match filter.op {
        Operator::IsA => below_or_same(system, concept, value),
        Operator::DescendentOf => {
            let is_same = system.find(value) == Some(concept);
            below_or_same(system, concept, value).map(|is_a| is_a && !is_same)
        }
        Operator::IsNotA => below_or_same(system, concept, value).map(|is_a| !is_a),
        Operator::Generalizes => match system.find(value) {
            Some(below) => Some(system.is_a(below, concept)),
            None => unless_complete(system),
        },
        Operator::Equals => has(system, concept, &filter.property, |found| found == value),
        Operator::In => has(system, concept, &filter.property, |found| is_listed(value, found)),
        Operator::NotIn => {
            has(system, concept, &filter.property, |found| is_listed(value, found)).map(|is| !is)
        }
        Operator::Exists => {
            let exists = has(system, concept, &filter.property, |_| true)?;
            Some(exists == (value == "true"))
        }
        Operator::Other => None,
    }
}

/// In a complete code system, nothing stands below a concept that it does not have.
fn below_or_same(system: &CodeSystem, concept: u32, ancestor: &str) -> Option<bool> {
    match system.find(ancestor) {
        // A part of a code system may have left out the concepts between.
        Some(ancestor) if system.is_complete => Some(system.is_a(concept, ancestor)),
        Some(ancestor) => system.is_a(concept, ancestor).then_some(true),
        None => unless_complete(system),
    }
}

fn unless_complete(system: &CodeSystem) -> Option<bool> {
    system.is_complete.then_some(false)
}

/// Whether a value of the concept's property meets `test`. `concept`, `code`, `parent`, `child` and
/// the two flags are properties that every code system has.
fn has(
    system: &CodeSystem,
    concept: u32,
    property: &str,
    test: impl Fn(&str) -> bool,
) -> Option<bool> {
    Some(match property {
        "concept" | "code" => test(system.codes.get(concept)),
        "parent" => system.parents(concept).any(|parent| test(system.codes.get(parent))),
        "child" => {
            let mut pairs = system.parents.iter().filter(|&&(_, parent)| parent == concept);
            pairs.any(|&(child, _)| test(system.codes.get(child)))
        }
        "notSelectable" => test(truth(system.is_abstract(concept))),
        "inactive" => test(truth(system.is_inactive(concept))),
        // Displays are not kept.
        "display" | "definition" | "designation" => return None,
        _ => system.properties(concept).any(|found| found.code == property && test(&found.value)),
    })
}

fn truth(is_true: bool) -> &'static str {
    if is_true { "true" } else { "false" }
}

/// Whether the code is one of a list with commas.
fn is_listed(list: &str, code: &str) -> bool {
    list.split(',').any(|listed| listed.trim() == code)
}

#[cfg(test)]
mod tests {
    use super::super::{Codes, Property};
    use super::*;

    /// `animal` above `dog` above `poodle`; `plant` apart.
    fn sample() -> CodeSystem {
        let property = |concept, value: &str| Property {
            concept,
            code: "legs".to_owned(),
            value: value.to_owned(),
        };
        CodeSystem {
            is_complete: true,
            codes: Codes::new(["animal", "dog", "plant", "poodle"]),
            abstracts: vec![0],
            parents: vec![(1, 0), (3, 1)],
            properties: vec![property(1, "4"), property(3, "4")],
            ..CodeSystem::default()
        }
    }

    #[track_caller]
    fn check(property: &str, op: Operator, value: &str, expected: &[&str]) {
        let system = sample();
        let filter = Filter { property: property.to_owned(), op, value: value.to_owned() };
        let found: Vec<&str> = (0..system.codes.len() as u32)
            .filter(|&concept| meets(&system, concept, &filter) == Some(true))
            .map(|concept| system.codes.get(concept))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn filters_by_hierarchy() {
        check("concept", Operator::IsA, "animal", &["animal", "dog", "poodle"]);
        check("concept", Operator::DescendentOf, "animal", &["dog", "poodle"]);
        check("concept", Operator::IsNotA, "dog", &["animal", "plant"]);
        check("concept", Operator::Generalizes, "dog", &["animal", "dog"]);
        check("concept", Operator::IsA, "stone", &[]);
        check("concept", Operator::IsNotA, "stone", &["animal", "dog", "plant", "poodle"]);
        check("parent", Operator::Equals, "dog", &["poodle"]);
        check("child", Operator::Exists, "false", &["plant", "poodle"]);
    }

    #[test]
    fn filters_by_property() {
        check("legs", Operator::Equals, "4", &["dog", "poodle"]);
        check("legs", Operator::Exists, "false", &["animal", "plant"]);
        check("concept", Operator::In, "dog, plant", &["dog", "plant"]);
        check("code", Operator::NotIn, "dog,plant", &["animal", "poodle"]);
        check("notSelectable", Operator::Equals, "true", &["animal"]);
    }

    #[test]
    fn what_is_not_here_is_not_decided() {
        let mut system = sample();
        let mut filter =
            Filter { property: "concept".into(), op: Operator::Other, value: "a.*".into() };
        assert_eq!(meets(&system, 1, &filter), None);
        system.is_complete = false;
        filter.op = Operator::IsA;
        filter.value = "plant".into();
        assert_eq!(meets(&system, 1, &filter), None);
        filter.value = "animal".into();
        assert_eq!(meets(&system, 3, &filter), Some(true));
    }
}
