//! Faults, derived from the definitions: what a profile asks is looked up in its compiled form, and broken
//! once in a copy of the resource.

use fhirkiln::definitions::profile::{Literal, PathStep, Profile, ProfileElement};
use fhirkiln::definitions::{Content, Definitions, Element, ShapeId, Strength};
use fhirkiln::engine::Engine;
use fhirkiln::terminology::Membership;
use serde_json::{Value, json};

/// What is broken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A required element is taken out.
    Missing,
    /// A code is not of the value set that it has to be from.
    Code,
    /// A value is of a type that is not allowed, or a reference leads to one.
    Type,
    /// There is one more than there may be, of an element or of a slice.
    Extra,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Missing, Self::Code, Self::Type, Self::Extra];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "required element removed",
            Self::Code => "wrong code",
            Self::Type => "wrong type",
            Self::Extra => "one too many",
        }
    }
}

/// A resource with one fault.
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// The element, and what was done there.
    pub(super) place: String,
    pub(super) resource: Value,
}

/// A fault of each kind that the profiles of the resource allow to be made; the first place of each.
pub(super) fn faults(engine: &Engine, resource: &Value) -> Vec<Fault> {
    let mut found: Vec<Fault> = Vec::new();
    for profile in claimed(engine, resource) {
        let definitions = engine.definitions();
        let type_id = definitions.type_named(profile.type_name);
        let seeder = Seeder { engine, definitions };
        for kind in Kind::ALL {
            if found.iter().any(|fault| fault.kind == kind) {
                continue;
            }
            let mut copy = resource.clone();
            let shape = type_id.map(|type_id| ShapeId { type_id, index: 0 });
            let place = seeder
                .break_in(kind, &profile.root, shape, &mut copy)
                .or_else(|| seeder.break_in_type(kind, shape?, &mut copy));
            let place = place.map(|it| format!("{} {it}", profile.url));
            found.extend(place.map(|place| Fault { kind, place, resource: copy }));
        }
    }
    found
}

/// The profiles that a resource claims and that are here.
pub(super) fn claimed<'e>(engine: &'e Engine, resource: &Value) -> Vec<&'e Profile> {
    let claims = resource["meta"]["profile"].as_array().into_iter().flatten();
    claims.filter_map(|it| engine.definitions().profile(it.as_str()?)).collect()
}

struct Seeder<'e> {
    engine: &'e Engine,
    definitions: &'e Definitions,
}

impl Seeder<'_> {
    /// Breaks one thing that the element asks of `value`, or that one below it asks; says which.
    fn break_in(
        &self,
        kind: Kind,
        element: &ProfileElement,
        shape: Option<ShapeId>,
        value: &mut Value,
    ) -> Option<String> {
        if !value.is_object() {
            return None;
        }
        for child in &element.children {
            let name = self.definitions.names().text(child.name);
            let Some(key) = key_of(value, child, name) else { continue };
            let base = shape.and_then(|shape| self.definitions.shape(shape)?.element(child.name));
            let here = match kind {
                Kind::Missing => remove(child, value, &key),
                Kind::Code => self.break_code(child, base, &mut value[&key]),
                Kind::Type => self.break_type(child, base, value, &key, name),
                Kind::Extra => self.break_count(child, &mut value[&key]),
            };
            if let Some(what) = here {
                return Some(format!("{name} {what}"));
            }
            let below = self.below(child, base, shape);
            let entries = match &mut value[&key] {
                Value::Array(entries) => entries.first_mut(),
                other => Some(other),
            };
            let broken = entries.and_then(|it| self.break_in(kind, child, below, it));
            if let Some(what) = broken {
                return Some(format!("{name}.{what}"));
            }
        }
        None
    }

    /// What the type asks, where the profile asks nothing more.
    fn break_in_type(&self, kind: Kind, shape: ShapeId, value: &mut Value) -> Option<String> {
        let silent = ProfileElement::default();
        for base in &self.definitions.shape(shape)?.elements {
            let name = self.definitions.names().text(base.name);
            if value.get(name).is_none() {
                continue;
            }
            let own = ProfileElement { min: base.min, ..silent.clone() };
            let broken = match kind {
                Kind::Missing => remove(&own, value, name),
                Kind::Code => self.break_code(&own, Some(base), &mut value[name]),
                Kind::Type => swap(first(&mut value[name])),
                Kind::Extra => None,
            };
            if let Some(what) = broken {
                return Some(format!("{name} {what}"));
            }
        }
        None
    }

    fn below(
        &self,
        element: &ProfileElement,
        base: Option<&Element>,
        owner: Option<ShapeId>,
    ) -> Option<ShapeId> {
        let own = element.types.as_deref().and_then(|types| Some(types.first()?.code));
        match base.map(|base| &base.content)? {
            Content::Shape(index, _) => Some(ShapeId { index: *index, ..owner? }),
            Content::Types(types) => {
                let code = own.or_else(|| Some(types.first()?.code))?;
                Some(ShapeId { type_id: self.definitions.type_named(code)?, index: 0 })
            }
        }
    }

    fn break_code(
        &self,
        element: &ProfileElement,
        base: Option<&Element>,
        value: &mut Value,
    ) -> Option<String> {
        let names = self.definitions.names();
        let of_type = base.and_then(|base| base.binding);
        let of_type = of_type.map(|it| (it.strength, names.text(it.value_set)));
        let own = element.binding.as_ref().and_then(|it| it.set.as_ref());
        let set = own.map(|(strength, set)| (*strength, &**set)).or(of_type);
        let (_, set) = set.filter(|(strength, _)| *strength == Strength::Required)?;
        let value = first(value);
        let is_text = value.is_string();
        let system = (!is_text).then_some(NO_SYSTEM);
        let terminology = self.engine.terminology();
        if terminology.validate_code(set, system, NO_CODE) != Membership::Out {
            return None;
        }
        let coding = json!({"system": NO_SYSTEM, "code": NO_CODE});
        match value {
            Value::String(text) => NO_CODE.clone_into(text),
            Value::Object(members) if members.contains_key("coding") => {
                members.insert("coding".to_owned(), json!([coding]));
            }
            Value::Object(members) if members.contains_key("code") => {
                members.insert("system".to_owned(), json!(NO_SYSTEM));
                members.insert("code".to_owned(), json!(NO_CODE));
            }
            _ => return None,
        }
        Some(format!("is not of {set}"))
    }

    fn break_type(
        &self,
        element: &ProfileElement,
        base: Option<&Element>,
        owner: &mut Value,
        key: &str,
        name: &str,
    ) -> Option<String> {
        let types = element.types.as_deref()?;
        let text = |code| self.definitions.names().text(code);
        if element.is_choice {
            let samples = [("String", json!("x")), ("Boolean", json!(true)), ("Integer", json!(1))];
            let Content::Types(allowed) = &base?.content else { return None };
            let is_left =
                |it: &str| types.iter().any(|own| text(own.code).eq_ignore_ascii_case(it));
            let is_known =
                |it: &str| allowed.iter().any(|base| text(base.code).eq_ignore_ascii_case(it));
            let (suffix, sample) =
                samples.into_iter().find(|(it, _)| is_known(it) && !is_left(it))?;
            let members = owner.as_object_mut()?;
            members.remove(key);
            members.insert(format!("{name}{suffix}"), sample);
            return Some(format!("as {suffix}"));
        }
        let value = first(&mut owner[key]);
        let targets = types.iter().flat_map(|it| &it.targets);
        let is_any = targets.clone().any(|it| plain(it).ends_with("/Resource"));
        if value.get("reference").is_some() && targets.count() > 0 && !is_any {
            value["reference"] = json!("Linkage/none");
            value.as_object_mut()?.remove("type");
            return Some("leads to a Linkage".to_owned());
        }
        None
    }

    fn break_count(&self, element: &ProfileElement, value: &mut Value) -> Option<String> {
        let entries = value.as_array_mut()?;
        let one = entries.first()?.clone();
        if let Some(max) = element.max.filter(|&max| max > 0) {
            entries.resize(max as usize + 1, one);
            return Some(format!("more than {max}"));
        }
        for slice in &element.slices {
            let Some(max) = slice.max.filter(|&max| max > 0) else { continue };
            let Some(entry) = entries.iter().find(|it| self.is_of(element, slice, it)) else {
                continue;
            };
            let entry = entry.clone();
            entries.extend((0..max).map(|_| entry.clone()));
            return Some(format!("more than {max} of slice {}", slice.slice.as_deref()?));
        }
        None
    }

    /// True if the discriminators say that the entry is of the slice: extensions by URL, and what a slice fixes.
    fn is_of(&self, sliced: &ProfileElement, slice: &ProfileElement, entry: &Value) -> bool {
        if let Some(url) = entry["url"].as_str().filter(|_| slice.types.is_some()) {
            let mut profiles =
                slice.types.iter().flat_map(|it| it.iter()).flat_map(|it| &it.profiles);
            return profiles.any(|profile| plain(profile) == url);
        }
        let Some(slicing) = &sliced.slicing else { return false };
        !slicing.discriminators.is_empty()
            && slicing.discriminators.iter().all(|it| {
                let Some(path) = &it.path else { return false };
                self.fits(slice, entry, path)
            })
    }

    fn fits(&self, element: &ProfileElement, value: &Value, path: &[PathStep]) -> bool {
        let names = self.definitions.names();
        match path {
            [] => {
                let literal = element.fixed.as_ref().or(element.pattern.as_ref());
                literal.is_some_and(|literal| {
                    let asked =
                        serde_json::from_str(&Literal::write(literal, names)).unwrap_or_default();
                    contains(value, &asked)
                })
            }
            [PathStep::Child(name), rest @ ..] => {
                element.child(*name).is_some_and(|child| match &value[names.text(*name)] {
                    Value::Array(entries) => entries.iter().any(|it| self.fits(child, it, rest)),
                    other => self.fits(child, other, rest),
                })
            }
            _ => false,
        }
    }
}

const NO_SYSTEM: &str = "http://example.org/no-such-system";
const NO_CODE: &str = "no-such-code";

/// The property of `value` that the element is, with a value.
fn key_of(value: &Value, element: &ProfileElement, name: &str) -> Option<String> {
    let is_key = |key: &str| match key.strip_prefix(name) {
        Some("") => true,
        Some(rest) => element.is_choice && rest.starts_with(|c: char| c.is_ascii_uppercase()),
        None => false,
    };
    value.as_object()?.keys().find(|key| is_key(key)).cloned()
}

fn remove(element: &ProfileElement, value: &mut Value, key: &str) -> Option<String> {
    if element.min == 0 {
        return None;
    }
    let members = value.as_object_mut()?;
    members.remove(key);
    members.remove(&format!("_{key}"));
    Some("is gone".to_owned())
}

/// A canonical without its version.
fn plain(canonical: &str) -> &str {
    canonical.split('|').next().unwrap_or_default()
}

/// Puts a text where there are elements.
fn swap(value: &mut Value) -> Option<String> {
    if !value.is_object() {
        return None;
    }
    *value = json!("text");
    Some("as a text".to_owned())
}

fn first(value: &mut Value) -> &mut Value {
    if value.as_array().is_some_and(|entries| !entries.is_empty()) { &mut value[0] } else { value }
}

/// True if `value` has all that `asked` has.
fn contains(value: &Value, asked: &Value) -> bool {
    match (value, asked) {
        (Value::Object(value), Value::Object(asked)) => asked
            .iter()
            .all(|(name, asked)| value.get(name).is_some_and(|value| contains(value, asked))),
        (Value::Array(value), Value::Array(asked)) => {
            asked.iter().all(|asked| value.iter().any(|value| contains(value, asked)))
        }
        _ => value == asked,
    }
}
