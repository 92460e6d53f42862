//! Which profiles resources of a result claim (`ConvertOptions::claim`), and what they are given so that they meet them:
//! an element that a profile requires and the message does not have says that it is not known, as US Core asks for.

use serde_json::{Value, json};

use super::conversion::ConvertOptions;
use super::{Engine, Options};
use crate::convert::v2::{Claim, Claims, Fill};
use crate::definitions::{Content, Element, ShapeId, Strength, TypeKind};
use crate::format::{Style, json};
use crate::issue::{Arg, Code, Issue, Severity};
use crate::terminology::Membership;
use crate::tree::{NodeId, Tree};

const ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const ABSENT_CODES: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
const UNKNOWN: &str = "unknown";

/// How often what was filled in may show that more is missing.
const ROUNDS: usize = 4;

/// A resource with what it is given.
#[derive(Clone)]
struct Filled {
    json: Value,
    fills: Vec<Fill>,
}

impl Engine {
    /// Which of the profiles that are asked for each resource of a Bundle meets, and with what.
    pub(super) fn claims(&self, tree: &Tree, options: &ConvertOptions) -> Claims {
        let mut claims = Claims::new();
        let entries = tree.child(NodeId::ROOT, "entry").filter(|_| !options.claim.is_empty());
        for entry in entries.into_iter().flat_map(|entries| tree.children(entries)) {
            let Some(resource) = tree.child(entry, "resource") else { continue };
            let text = json::write(tree, resource, Style::Compact);
            let Ok(json) = serde_json::from_str(&text) else { continue };
            let mut filled = Filled { json, fills: Vec::new() };
            let mut profiles = Vec::new();
            for profile in &options.claim {
                if let Some(more) = self.meet(profile, &filled, (tree, resource)) {
                    filled = more;
                    profiles.push(profile.clone());
                }
            }
            if !profiles.is_empty() {
                claims.insert(resource, Claim { profiles, fills: filled.fills });
            }
        }
        claims
    }

    /// The resource with what it needs to meet a profile; none where it does not meet it.
    fn meet(&self, profile: &str, filled: &Filled, place: (&Tree, NodeId)) -> Option<Filled> {
        let mut filled = filled.clone();
        let options = Options { profiles: vec![profile.to_owned()], ..Options::default() };
        for _ in 0..ROUNDS {
            let report = self.validate(filled.json.to_string(), &options);
            let fails = |issue: &&Issue| {
                issue.severity >= Severity::Error || issue.code == Code::ProfileNotChecked
            };
            let mut failures = report.issues.iter().filter(fails).peekable();
            if failures.peek().is_none() {
                return Some(filled);
            }
            let before = filled.fills.len();
            for issue in failures {
                if let Some(fill) = self.fill_of(issue, place) {
                    insert(&mut filled.json, &issue.expression, &fill);
                    filled.fills.push(fill);
                }
            }
            if filled.fills.len() == before {
                return None;
            }
        }
        None
    }

    /// What an element that is missing is given; none where nothing can be said in its place.
    fn fill_of(&self, issue: &Issue, (tree, resource): (&Tree, NodeId)) -> Option<Fill> {
        let Some(Arg::Term(name)) =
            issue.args.first().filter(|_| issue.code == Code::CardinalityMin)
        else {
            return None;
        };
        let definitions = self.definitions();
        let element = |shape: ShapeId, name: &str| {
            definitions.shape(shape)?.element(definitions.names().find(name)?)
        };
        let (mut steps, mut owner) = (steps(&issue.expression), resource);
        let mut shape = ShapeId { type_id: definitions.find_type(steps.next()?.0)?, index: 0 };
        for (step, index) in steps {
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
        let (name, value) = self.unknown(name, element(shape, name)?)?;
        Some(Fill { owner, name, value })
    }

    /// How an element says that its value is not known: by a code where its codes have one, else by an extension.
    fn unknown(&self, name: &str, element: &Element) -> Option<(String, Value)> {
        let definitions = self.definitions();
        let Content::Types(types) = &element.content else { return None };
        let [one] = &**types else { return None };
        let required = element.binding.filter(|it| it.strength == Strength::Required);
        let (name, value) = if definitions.names().text(one.code) == "CodeableConcept" {
            let coding = json!({ "system": ABSENT_CODES, "code": UNKNOWN });
            (name.to_owned(), json!({ "coding": [coding] }))
        } else if let Some(binding) = required {
            let set = definitions.names().text(binding.value_set);
            let is_code = self.terminology().validate_code(set, None, UNKNOWN) == Membership::In;
            (name.to_owned(), is_code.then(|| UNKNOWN.into())?)
        } else if definitions.kind(definitions.type_named(one.code)?) == TypeKind::Primitive {
            let absent = json!({ "url": ABSENT_REASON, "valueCode": UNKNOWN });
            (format!("_{name}"), json!({ "extension": [absent] }))
        } else {
            return None;
        };
        Some((name, if element.is_array() { json!([value]) } else { value }))
    }
}

/// The steps of a location, with the positions in lists.
fn steps(expression: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    expression.split('.').map(|step| match step.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']').and_then(|it| it.parse().ok())),
        None => (step, None),
    })
}

fn insert(json: &mut Value, expression: &str, fill: &Fill) {
    let owner = steps(expression).skip(1).try_fold(json, |value, (name, index)| {
        let value = value.get_mut(name)?;
        match index {
            Some(index) => value.get_mut(index),
            None => Some(value),
        }
    });
    if let Some(Value::Object(owner)) = owner {
        owner.insert(fill.name.clone(), fill.value.clone());
    }
}
