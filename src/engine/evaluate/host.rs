//! What an expression of a user may ask of the engine.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::item::{Evaluated, describe};
use super::kept::Kept;
use super::{Engine, Error, EvaluateOptions, Functions};
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::{Code, Collection, FhirNode, Host, Looked, Model, Value};
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Tree};
use crate::validate::{Knowledge, Shared, Validator};

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
    /// What is known of a tree that values were checked in: the last one.
    shared: RefCell<Option<(*const Tree, Rc<Shared>)>>,
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
            shared: RefCell::default(),
            knowledge: Knowledge { terminology: engine.terminology(), profiles: None },
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
    /// What is known of a node's tree: each tree is indexed once.
    fn shared(&self, node: &FhirNode<'_>) -> Rc<Shared> {
        let tree = std::ptr::from_ref(node.tree);
        let mut known = self.shared.borrow_mut();
        match &*known {
            Some((of, shared)) if *of == tree => shared.clone(),
            _ => known.insert((tree, Rc::new(Shared::new(node.tree)))).1.clone(),
        }
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
        self.validator.conforms(node, profile, &self.shared(node))
    }

    fn is_in_slice(&self, node: &FhirNode<'_>, profile: &str, slice: &str) -> Option<bool> {
        self.validator.is_in_slice(node, (profile, slice), &self.shared(node))
    }

    fn expand(&self, value_set: &str) -> Option<Vec<(&str, &str)>> {
        self.knowledge.expand(value_set)
    }

    fn has_code(&self, system: &str, code: &str) -> Option<bool> {
        self.knowledge.has_code(system, code)
    }

    fn lookup(&self, code: &Code<'_>) -> Option<Looked> {
        self.knowledge.lookup(code)
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
