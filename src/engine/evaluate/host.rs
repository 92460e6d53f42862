//! What an expression of a user may ask of the engine.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::item::{Evaluated, Traces};
use super::kept::Kept;
use super::{Engine, Error, EvaluateOptions, Functions};
use crate::engine::options::read_present;
use crate::fhirpath::value::temporal::{Temporal, TemporalType};
use crate::fhirpath::{Code, Collection, FhirNode, Host, Looked, Value};
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Tree};
use crate::validate::{Knowledge, Shared};

/// Answers from what the engine knows, and notes traces.
pub(super) struct EngineHost<'a> {
    engine: &'a Engine,
    options: &'a EvaluateOptions,
    functions: &'a Functions,
    knowledge: Knowledge<'a>,
    /// Few evaluations need it: for the others, it costs nothing.
    rare: OnceCell<Box<Rare>>,
}

/// What an evaluation makes beside its result.
#[derive(Default)]
struct Rare {
    kept: Kept,
    /// What is known of a tree that values were checked in: the last one.
    shared: RefCell<Option<(*const Tree, Rc<Shared>)>>,
    traces: RefCell<Traces>,
}

impl<'a> EngineHost<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        options: &'a EvaluateOptions,
        functions: &'a Functions,
    ) -> Result<Self, Error> {
        read_present(options.now.as_ref())?;
        let knowledge = Knowledge { terminology: engine.terminology(), profiles: None };
        Ok(Self { engine, options, functions, knowledge, rare: OnceCell::new() })
    }

    /// What `trace` noted.
    ///
    /// # Errors
    /// `fhirpath-limit`: it is longer than an answer may be.
    pub(super) fn into_traces(self) -> Result<Vec<(String, Vec<Evaluated>)>, Error> {
        let traces = self.rare.into_inner().map(|rare| rare.traces.into_inner());
        traces.unwrap_or_default().into_list()
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }
}

impl EngineHost<'_> {
    /// What is known of a node's tree: each tree is indexed once.
    fn shared(&self, node: &FhirNode<'_>) -> Rc<Shared> {
        let tree = std::ptr::from_ref(node.tree);
        let mut known = self.rare().shared.borrow_mut();
        match &*known {
            Some((of, shared)) if *of == tree => shared.clone(),
            _ => known.insert((tree, Rc::new(Shared::new(node.tree)))).1.clone(),
        }
    }
}

impl Host for EngineHost<'_> {
    fn now(&self) -> Option<Temporal> {
        let clock = || Temporal::parse(TemporalType::DateTime, &self.options.clock?());
        read_present(self.options.now.as_ref()).ok().flatten().or_else(clock)
    }

    fn trace(&self, name: &str, values: &[Value<'_>]) {
        self.rare().traces.borrow_mut().add(&self.engine.model, name, values);
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
        self.engine.validator.conforms(node, profile, &self.shared(node))
    }

    fn is_in_slice(&self, node: &FhirNode<'_>, profile: &str, slice: &str) -> Option<bool> {
        self.engine.validator.is_in_slice(node, (profile, slice), &self.shared(node))
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
        let (names, mut issues) = (self.engine.definitions().names(), Issues::new(1));
        let tree = json::parse(json.into_bytes(), names, &Limits::default(), &mut issues);
        self.rare().kept.add(tree)
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        self.knowledge.is_narrative(xhtml)
    }
}
