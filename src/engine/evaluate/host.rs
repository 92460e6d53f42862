//! What an expression of a user may ask of the engine.

use std::cell::{OnceCell, RefCell};

use super::item::{Evaluated, describe};
use super::kept::Kept;
use super::{Engine, Error, EvaluateOptions, Functions};
use crate::cursor::References;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::{Code, Collection, FhirNode, Host, Model, Value};
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Tree};
use crate::validate::{Knowledge, Validator};

/// Answers from what the engine knows, and notes traces.
pub(super) struct EngineHost<'a> {
    model: &'a Model,
    validator: &'a Validator,
    knowledge: Knowledge<'a>,
    functions: &'a Functions,
    now: Option<Temporal>,
    clock: Option<fn() -> String>,
    /// Few evaluations make resources or ask for profiles: for the others, neither costs anything.
    kept: OnceCell<Box<Kept>>,
    /// Where the references of a tree lead that values were checked in: the last one.
    references: RefCell<Option<(*const Tree, References)>>,
    traces: RefCell<Vec<(String, Vec<Evaluated>)>>,
}

impl<'a> EngineHost<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        options: &EvaluateOptions,
        functions: &'a Functions,
    ) -> Result<Self, Error> {
        let wrong = || Error::new("options", "`now` is not a DateTime");
        let parse = |now: &String| Temporal::parse(TemporalType::DateTime, now).ok_or_else(wrong);
        Ok(Self {
            model: &engine.model,
            validator: &engine.validator,
            references: RefCell::default(),
            knowledge: Knowledge { terminology: engine.terminology() },
            functions,
            now: options.now.as_ref().map(parse).transpose()?,
            clock: options.clock,
            kept: OnceCell::new(),
            traces: RefCell::default(),
        })
    }

    /// What `trace` noted.
    pub(super) fn into_traces(self) -> Vec<(String, Vec<Evaluated>)> {
        self.traces.into_inner()
    }
}

impl EngineHost<'_> {
    /// Asks something with where the references of a node's tree lead: each tree is indexed once.
    fn with_references<T>(
        &self,
        node: &FhirNode<'_>,
        ask: impl FnOnce(&mut References) -> Option<T>,
    ) -> Option<T> {
        let mut known = self.references.borrow_mut();
        let tree = std::ptr::from_ref(node.tree);
        if known.as_ref().is_none_or(|known| known.0 != tree) {
            *known = Some((tree, References::default()));
        }
        ask(&mut known.as_mut()?.1)
    }
}

impl Host for EngineHost<'_> {
    fn now(&self) -> Option<Temporal> {
        self.now.or_else(|| Temporal::parse(TemporalType::DateTime, &self.clock?()))
    }

    fn trace(&self, name: &str, values: &[Value<'_>]) {
        let values = values.iter().map(|value| describe(self.model, value, None)).collect();
        self.traces.borrow_mut().push((name.to_owned(), values));
    }

    fn call(
        &self,
        name: &str,
        input: &[Value<'_>],
        arguments: &[Collection<'_>],
    ) -> Option<Result<Vec<Value<'static>>, String>> {
        self.functions.call(name, input, arguments)
    }

    fn member_of(&self, codes: &[Code<'_>], value_set: &str) -> Option<bool> {
        self.knowledge.member_of(codes, value_set)
    }

    fn subsumes(&self, general: &Code<'_>, special: &Code<'_>) -> Option<bool> {
        self.knowledge.subsumes(general, special)
    }

    fn conforms_to(&self, node: &FhirNode<'_>, profile: &str) -> Option<bool> {
        self.with_references(node, |known| self.validator.conforms(node, profile, known))
    }

    fn is_in_slice(&self, node: &FhirNode<'_>, profile: &str, slice: &str) -> Option<bool> {
        let slice = (profile, slice);
        self.with_references(node, |known| self.validator.is_in_slice(node, slice, known))
    }

    fn expand(&self, value_set: &str) -> Option<Vec<(&str, &str)>> {
        self.knowledge.expand(value_set)
    }

    fn has_code(&self, system: &str, code: &str) -> Option<bool> {
        self.knowledge.has_code(system, code)
    }

    fn translate(&self, concept_map: &str, code: &Code<'_>) -> Option<Vec<(String, String)>> {
        self.knowledge.translate(concept_map, code)
    }

    fn keep(&self, json: String) -> Option<&Tree> {
        let (names, mut issues) = (self.model.definitions().names(), Issues::new(1));
        let tree = json::parse(json.into_bytes(), names, &Limits::default(), &mut issues);
        self.kept.get_or_init(Box::default).add(tree)
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        self.knowledge.is_narrative(xhtml)
    }
}
