//! The snapshot of a StructureDefinition, made from its differential and from what the engine knows.

mod check;
mod inherited;
mod kept;

pub(super) use check::check;
pub(super) use kept::Kept;

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::origin::write;
use super::{Engine, Error};
use crate::definitions::snapshot::{Sources, generate};
use crate::definitions::{View, written};
use crate::format::{Format, Style, json};
use crate::issue::{Issues, Severity};
use crate::tree::{Limits, Names, NodeId, Tree};

/// A StructureDefinition with its snapshot, and what is wrong with its differential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The definition in JSON on one line, with its snapshot; as it was given where its base is not known.
    pub definition: String,
    /// What is wrong with the differential, in its order.
    pub messages: Vec<SnapshotMessage>,
}

/// Something that is wrong with a differential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotMessage {
    /// How bad it is.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// `ElementDefinition.id` of the element.
    pub element: String,
    /// One sentence.
    pub message: String,
}

impl Snapshot {
    /// Both as one JSON object: `definition` and `messages`.
    pub fn to_json(&self) -> String {
        let Self { definition, messages } = self;
        format!(r#"{{"definition":{definition},"messages":{}}}"#, write(messages))
    }
}

impl Engine {
    /// Makes the snapshot of a StructureDefinition (JSON or XML). Its base is looked for among the packages and
    /// resources that the engine was given, as they are, then among its packs: what comes from a pack has no texts
    /// for people (`short`, `definition`, `mapping`), which packs do not carry.
    ///
    /// # Errors
    /// `resource-damaged` where the text is not sound, or no StructureDefinition.
    pub fn snapshot(&self, definition: impl Into<Vec<u8>>) -> Result<Snapshot, Error> {
        let damaged = |message: &str| Error::new("resource-damaged", message);
        let mut bytes: Vec<u8> = definition.into();
        if Format::of(&bytes) == Format::Xml {
            bytes = self.to_json(bytes, Style::Compact)?.into_bytes();
        }
        let mut issues = Issues::new(1);
        let tree = json::parse(bytes, &Arc::new(Names::default()), &self.limits, &mut issues);
        if issues.has_error() {
            return Err(damaged("the definition is not sound JSON"));
        }
        let view = View::new(&tree, NodeId::ROOT);
        if view.text("resourceType") != Some("StructureDefinition") {
            return Err(damaged("it is no StructureDefinition"));
        }
        let made = generate(view, self);
        let messages = made.messages.into_iter().map(|it| SnapshotMessage {
            severity: it.problem.severity(),
            element: it.id,
            message: it.problem.to_string(),
        });
        Ok(Snapshot { definition: made.tree.text().to_owned(), messages: messages.collect() })
    }
}

impl Sources for Engine {
    fn find(&self, canonical: &str) -> Option<Arc<Tree>> {
        let known = self.sources.find(canonical).map(str::to_owned);
        let text = known.or_else(|| {
            written::structure_definition(self.definitions(), canonical).map(|it| it.to_string())
        })?;
        let names = Arc::new(Names::default());
        Some(Arc::new(json::parse(text, &names, &Limits::default(), &mut Issues::new(1))))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn severity<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const THING: &str = r#"{"resourceType":"StructureDefinition","kind":"resource","type":"Thing",
        "url":"http://hl7.org/fhir/StructureDefinition/Thing","derivation":"specialization",
        "snapshot":{"element":[{"path":"Thing","min":0,"max":"*"},
        {"path":"Thing.part","short":"A part","min":0,"max":"*","type":[{"code":"Coding"}]}]}}"#;

    fn differential(element: &str) -> String {
        format!(
            r#"{{"resourceType":"StructureDefinition","url":"http://p","type":"Thing","derivation":"constraint",
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Thing","differential":{{"element":[{element}]}}}}"#
        )
    }

    #[test]
    fn a_definition_that_was_given_is_a_base_with_all_its_texts() {
        let engine = Engine::builder().resource(THING).build().unwrap();
        let part = r#"{"id":"Thing.part","path":"Thing.part","min":1}"#;
        let made = engine.snapshot(differential(part)).unwrap();
        assert_eq!(made.messages, []);
        assert!(
            made.definition.contains(r#""path":"Thing.part","short":"A part","min":1,"max":"*""#)
        );
        let derived = engine.with().build().unwrap();
        assert_eq!(derived.snapshot(differential(part)).unwrap(), made);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let engine = Engine::builder().resource(THING).build().unwrap();
        let made = engine.snapshot(differential(r#"{"path":"Thing.other"}"#)).unwrap();
        let [message] = &made.messages[..] else { panic!("{:?}", made.messages) };
        assert_eq!((message.severity, &*message.element), (Severity::Error, "Thing.other"));
        let nothing = Engine::default().snapshot(differential("")).unwrap();
        assert!(nothing.messages[0].message.contains("is not known here"), "{nothing:?}");
        for (text, expected) in [
            ("{", "the definition is not sound JSON"),
            (r#"{"resourceType":"Patient"}"#, "it is no StructureDefinition"),
        ] {
            let error = engine.snapshot(text).expect_err("it is none");
            assert_eq!((error.code, &*error.message), ("resource-damaged", expected));
        }
    }
}
