//! What a resource is given where a profile requires something that the message does not have: an element says that it is not known,
//! as US Core asks for, and a slice gets the value that the profile gives it, where no other is possible.

use serde_json::{Map, Value, json};

use super::telling::is_told_by_code;
use crate::convert::v2::Fill;
use crate::definitions::profile::{Profile, ProfileElement};
use crate::definitions::{Content, Element, ShapeId, Strength, TypeKind};
use crate::engine::Engine;
use crate::issue::{Arg, Code, Issue};
use crate::terminology::Membership;
use crate::tree::{Kind, NodeId, Tree};

const ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const ABSENT_CODES: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
const UNKNOWN: &str = "unknown";

impl Engine {
    /// What the element or the slice is given that an issue says is missing; none where nothing can be said in its place. `place`
    /// is the resource, and `profile` what it is checked against.
    pub(super) fn fill(
        &self,
        issue: &Issue,
        profile: &Profile,
        (tree, resource): (&Tree, NodeId),
    ) -> Option<Fill> {
        let Some(Arg::Term(name)) = issue.args.first() else { return None };
        let definitions = self.definitions();
        let element = |shape: ShapeId, name: &str| {
            definitions.shape(shape)?.element(definitions.names().find(name)?)
        };
        let (mut steps, mut owner) = (steps(&issue.expression), resource);
        let mut shape = ShapeId { type_id: definitions.find_type(steps.next()?.0)?, index: 0 };
        let mut asked = Some(&profile.root);
        for (step, index) in steps {
            asked = asked.and_then(|asked| asked.child(definitions.names().find(step)?));
            owner = tree.child(owner, step)?;
            owner = index.map_or(Some(owner), |index| tree.children(owner).nth(index))?;
            shape = match &element(shape, step)?.content {
                Content::Shape(index, _) => ShapeId { index: *index, ..shape },
                Content::Types(types) => {
                    let [one] = &**types else { return None };
                    ShapeId { type_id: definitions.type_named(one.code)?, index: 0 }
                }
            };
        }
        let (name, slice) = name.split_once(':').unwrap_or((name, ""));
        let asked = asked?.child(definitions.names().find(name)?);
        let is_told = is_told_by_code(tree, profile);
        let given = asked.filter(|_| is_told).and_then(|asked| self.given(asked, slice));
        let (name, value) = match (issue.code, given) {
            (Code::SliceMin | Code::CardinalityMin, Some(value)) => {
                let list = tree.child(owner, name).filter(|&it| tree.kind(it) == Kind::Array);
                match list {
                    Some(list) => return Some(Fill { owner: list, name: String::new(), value }),
                    None => (name.to_owned(), json!([value])),
                }
            }
            // What a thing is, nobody may leave open to make it meet a profile: a report of whatever kind would be a note.
            (Code::CardinalityMin, None) if name != "category" => {
                self.unknown(name, element(shape, name)?, asked)?
            }
            _ => return None,
        };
        Some(Fill { owner, name, value })
    }

    /// How an element says that its value is not known: by a code where its codes have one, by what the profile requires in it
    /// (`asked`), else by an extension.
    fn unknown(
        &self,
        name: &str,
        element: &Element,
        asked: Option<&ProfileElement>,
    ) -> Option<(String, Value)> {
        let definitions = self.definitions();
        let Content::Types(types) = &element.content else { return None };
        let [one] = &**types else { return None };
        let type_id = definitions.type_named(one.code)?;
        let required = element.binding.filter(|it| it.strength == Strength::Required);
        let absent = || json!({ "extension": [{ "url": ABSENT_REASON, "valueCode": UNKNOWN }] });
        let name_of = |prefix: &str| format!("{prefix}{name}");
        let (name, value) = match definitions.names().text(one.code) {
            "CodeableConcept" => {
                let coding = json!({ "system": ABSENT_CODES, "code": UNKNOWN });
                (name_of(""), json!({ "coding": [coding] }))
            }
            // That there is something else, a document or a picture, is not for us to say.
            "Reference" | "Attachment" => return None,
            _ if required.is_some() => {
                let set = definitions.names().text(required?.value_set);
                let is_code = self.terminology().validate_code(set, None, UNKNOWN);
                (name_of(""), (is_code == Membership::In).then(|| UNKNOWN.into())?)
            }
            _ if definitions.kind(type_id) == TypeKind::Primitive => (name_of("_"), absent()),
            _ => {
                let parts = self.unknown_parts(ShapeId { type_id, index: 0 }, asked)?;
                (name_of(""), if parts.is_empty() { absent() } else { Value::Object(parts) })
            }
        };
        Some((name, if element.is_array() { json!([value]) } else { value }))
    }

    /// What a profile requires in a value, each of which says that it is not known.
    fn unknown_parts(
        &self,
        shape: ShapeId,
        asked: Option<&ProfileElement>,
    ) -> Option<Map<String, Value>> {
        let definitions = self.definitions();
        let required = asked.into_iter().flat_map(|it| &it.children).filter(|inner| inner.min > 0);
        let part = |inner: &ProfileElement| {
            let element = definitions.shape(shape)?.element(inner.name)?;
            self.unknown(definitions.names().text(inner.name), element, Some(inner))
        };
        required.map(part).collect()
    }

    /// The value that a profile gives to a slice, or to the first that is required where none is named, if that is all there is to it.
    fn given(&self, sliced: &ProfileElement, slice: &str) -> Option<Value> {
        let is_meant = |it: &&ProfileElement| match slice {
            "" => it.min > 0,
            _ => it.slice.as_deref() == Some(slice),
        };
        let slice = sliced.slices.iter().find(is_meant)?;
        let literal = slice.fixed.as_ref().or(slice.pattern.as_ref())?;
        serde_json::from_str(&literal.write(self.definitions().names())).ok()
    }
}

/// The steps of a location, with the positions in lists.
fn steps(expression: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    expression.split('.').map(|step| match step.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']').and_then(|it| it.parse().ok())),
        None => (step, None),
    })
}
