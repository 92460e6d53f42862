//! A profile that has a `differential` only: what it says, laid over what its base says. Checking an
//! instance needs no snapshot, because a profile in compact form is itself what differs from the type.

use super::{ProfileElement, Slicing};
use crate::tree::NameId;

/// A step of the way to an element: its name, and the slice where it is one.
pub(super) type Step = (NameId, Option<Box<str>>);

/// Puts what a differential says of one element at the end of the way to it.
pub(super) fn insert(root: &mut ProfileElement, way: &[Step], element: ProfileElement) {
    let mut at = root;
    for (depth, (name, slice)) in way.iter().enumerate() {
        let index = at.children.iter().position(|child| child.name == *name);
        let index = index.unwrap_or_else(|| {
            at.children.push(ProfileElement { name: *name, ..ProfileElement::default() });
            at.children.len() - 1
        });
        at = &mut at.children[index];
        if depth + 1 == way.len() || slice.is_some() {
            at.is_choice |= element.is_choice && at.name == element.name;
        }
        if let Some(slice) = slice {
            at = slice_named(at, slice);
        }
    }
    let (slices, children) = (std::mem::take(&mut at.slices), std::mem::take(&mut at.children));
    let slice = at.slice.take().or_else(|| element.slice.clone());
    *at = ProfileElement { slice, slices, children, ..element };
}

/// The slice of that name, made where it is new: `a/b` inside the slice `a`.
fn slice_named<'e>(sliced: &'e mut ProfileElement, name: &str) -> &'e mut ProfileElement {
    let own = |slice: &ProfileElement| slice.slice.as_deref().unwrap_or_default().to_owned();
    let outer = sliced.slices.iter().position(|slice| {
        let own = own(slice);
        name == own || name.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'))
    });
    let index = outer.unwrap_or_else(|| {
        let (element, is_choice) = (sliced.name, sliced.is_choice);
        let slice = Some(name.into());
        sliced.slices.push(ProfileElement {
            name: element,
            is_choice,
            slice,
            ..ProfileElement::default()
        });
        sliced.slices.len() - 1
    });
    let found = &mut sliced.slices[index];
    if own(found) == name { found } else { slice_named(found, name) }
}

/// Lays `own` over `base`: what it says is in place of what the base says, or besides it.
pub(super) fn overlay(base: ProfileElement, own: ProfileElement) -> ProfileElement {
    let constraints = match (base.constraints.is_empty(), own.constraints.is_empty()) {
        (_, true) => base.constraints,
        (true, false) => own.constraints,
        (false, false) => base.constraints.iter().chain(&*own.constraints).copied().collect(),
    };
    let mut merged = ProfileElement {
        name: own.name,
        is_choice: base.is_choice || own.is_choice,
        slice: own.slice.or(base.slice),
        min: own.min.max(base.min),
        max: own.max.or(base.max),
        types: own.types.or(base.types),
        fixed: own.fixed.or(base.fixed),
        pattern: own.pattern.or(base.pattern),
        min_value: own.min_value.or(base.min_value),
        max_value: own.max_value.or(base.max_value),
        max_length: own.max_length.or(base.max_length),
        min_length: own.min_length.or(base.min_length),
        regex: own.regex.or(base.regex),
        binding: own.binding.or(base.binding),
        constraints,
        must_support: own.must_support || base.must_support,
        must_have_value: own.must_have_value || base.must_have_value,
        value_alternatives: if own.value_alternatives.is_empty() {
            base.value_alternatives
        } else {
            own.value_alternatives
        },
        refers: own.refers.or(base.refers),
        slicing: merge_slicing(own.slicing, base.slicing),
        slices: base.slices,
        children: base.children,
    };
    for slice in own.slices {
        lay_slice(&mut merged, slice);
    }
    for child in own.children {
        match merged.children.iter().position(|it| it.name == child.name) {
            Some(at) => {
                let base = std::mem::take(&mut merged.children[at]);
                merged.children[at] = overlay(base, child);
            }
            None => merged.children.push(child),
        }
    }
    merged
}

/// The discriminators of the base hold where the differential repeats none.
fn merge_slicing(own: Option<Box<Slicing>>, base: Option<Box<Slicing>>) -> Option<Box<Slicing>> {
    match (own, base) {
        (Some(mut own), Some(base)) => {
            if own.discriminators.is_empty() {
                own.discriminators = base.discriminators;
            }
            Some(own)
        }
        (own, base) => own.or(base),
    }
}

/// Puts a slice among those of an element, over the one of the same name.
pub(super) fn lay_slice(sliced: &mut ProfileElement, slice: ProfileElement) {
    let Some(name) = slice.slice.clone() else { return };
    let at = slice_named(sliced, &name);
    *at = overlay(std::mem::take(at), slice);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Names;

    /// Lays two differentials over each other, each given as ways (`name:slice.code`) with a minimum and a
    /// maximum (0 for none), and writes what comes out, an element a line.
    #[track_caller]
    fn check(base: &[(&str, u32, u32)], own: &[(&str, u32, u32)], expected: &[&str]) {
        let mut names = Names::default();
        let [base, own] = [base, own].map(|elements| tree(elements, &mut names));
        let mut lines = Vec::new();
        write(&overlay(base, own), "", &names, &mut lines);
        assert_eq!(lines, expected);
    }

    fn tree(elements: &[(&str, u32, u32)], names: &mut Names) -> ProfileElement {
        let mut root = ProfileElement::default();
        for &(way, min, max) in elements {
            let steps = way.split('.').map(|step| {
                let (name, slice) = step.split_once(':').unzip();
                (names.intern(name.unwrap_or(step)), slice.map(Into::into))
            });
            let way: Vec<Step> = steps.collect();
            let max = (max > 0).then_some(max);
            let (name, slice) = way.last().cloned().unwrap();
            let element = ProfileElement { name, slice, min, max, ..ProfileElement::default() };
            insert(&mut root, &way, element);
        }
        root
    }

    fn write(element: &ProfileElement, way: &str, names: &Names, lines: &mut Vec<String>) {
        for child in &element.children {
            let way = format!("{way}{}", names.text(child.name));
            write_element(child, &way, names, lines);
        }
    }

    fn write_element(element: &ProfileElement, way: &str, names: &Names, lines: &mut Vec<String>) {
        let max = element.max.map_or("*".to_owned(), |max| max.to_string());
        lines.push(format!("{way} {}..{max}", element.min));
        write(element, &format!("{way}."), names, lines);
        for slice in &element.slices {
            let plain = way.split(':').next().unwrap_or(way);
            let way = format!("{plain}:{}", slice.slice.as_deref().unwrap_or_default());
            write_element(slice, &way, names, lines);
        }
    }

    #[test]
    fn what_is_tighter_stays() {
        check(&[("name", 1, 0)], &[("name", 0, 2)], &["name 1..2"]);
        check(&[("name", 0, 3)], &[("name", 1, 0)], &["name 1..3"]);
    }

    #[test]
    fn elements_that_only_one_has_are_kept() {
        check(
            &[("name.family", 1, 0)],
            &[("name.given", 1, 0), ("active", 1, 0)],
            &["name 0..*", "name.family 1..*", "name.given 1..*", "active 1..*"],
        );
    }

    #[test]
    fn slices_of_the_same_name_are_one() {
        let base = [("code", 0, 0), ("code:a", 1, 0), ("code:a.system", 1, 0)];
        check(
            &base,
            &[("code:a", 0, 1), ("code:b", 1, 1)],
            &["code 0..*", "code:a 1..1", "code:a.system 1..*", "code:b 1..1"],
        );
    }

    #[test]
    fn a_slice_of_a_slice_stands_in_it() {
        check(
            &[("code:a", 1, 0)],
            &[("code:a/x", 1, 1)],
            &["code 0..*", "code:a 1..*", "code:a/x 1..1"],
        );
    }
}
