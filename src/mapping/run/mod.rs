//! Runs a program: from the nodes of a source to a new tree.
//!
//! A group is called with values and with nodes that are being made. A rule finds the values of its sources,
//! each combination of them in turn, and for each makes its targets and goes on with its groups and rules.

mod automatic;
mod complex;
mod condition;
mod date;
mod evaluate;
mod put;
mod report;
mod rule;
mod select;
mod source;
mod target;
mod transform;
mod translate;
mod value;

use std::collections::HashMap;

use super::draft::{Draft, Id, NONE};
use super::lineage::{Keep, Lineage, Origin};
use super::program::{Parameter, Program, Slot, type_of};
use super::uuid::Uuids;
use crate::cursor::{Cursor, References, Target as Kind};
use crate::definitions::{Definitions, ShapeId, TypeId};
use crate::fhirpath::{Collection, FhirNode, Host, Model, Value};
use crate::issue::Issues;
use crate::terminology::{ConceptMap, Terminology};
use crate::tree::{NodeId, Tree};

/// Bounds of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rules, each time that one is run, and values that they look at.
    pub steps: u64,
    /// Nodes of the result.
    pub nodes: usize,
    /// Groups that call each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 5_000_000, nodes: 1_000_000, depth: 100 }
    }
}

/// Tells whether a text may be a value of a type.
pub type HasForm<'a> = dyn Fn(TypeId, &str) -> bool + 'a;

/// What decides about values besides the map.
#[derive(Clone, Copy, Default)]
pub struct Settings<'a> {
    /// Tells whether a text has the form of that primitive type: one that does not is not put. Without it, the form of
    /// texts is left to validation.
    pub has_form: Option<&'a HasForm<'a>>,
    /// The offset that `dateOp` gives to a time without one.
    pub zone: Option<&'a str>,
    /// Concept maps by canonical that come before all others.
    pub tables: &'a [(String, ConceptMap)],
}

/// What a run needs besides the program and the source.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What is known of types: that which the program was compiled with.
    pub model: &'a Model,
    /// Concept maps that are in no map.
    pub terminology: &'a Terminology,
    /// What FHIRPath may ask for.
    pub host: &'a dyn Host,
    /// Bounds.
    pub limits: Limits,
    /// What UUIDs are made from: the same seed gives the same. Without one, the text of the source.
    pub seed: Option<&'a str>,
    /// What to keep of where everything comes from.
    pub keep: Keep,
    /// What else decides.
    pub settings: Settings<'a>,
}

/// A value that a run begins with.
#[derive(Clone, Copy, Debug)]
pub struct Input<'t> {
    /// The tree that it stands in.
    pub tree: &'t Tree,
    /// The value.
    pub node: NodeId,
    /// Its type; none for a resource, which says so itself, or where the map does.
    pub type_id: Option<TypeId>,
}

/// What a run made.
#[derive(Debug)]
pub struct Output {
    /// One tree for each target of the first group.
    pub trees: Vec<Tree>,
    /// Where everything comes from, for each tree.
    pub lineage: Vec<Lineage>,
}

/// Runs the first group of a program. Findings have their places in the source.
///
/// A target of the first group whose type is not known makes nothing.
pub fn run(
    program: &Program,
    input: Input<'_>,
    context: Context<'_>,
    issues: &mut Issues,
) -> Output {
    let mut run = Run::new(program, input, context, issues);
    let mut roots = Vec::new();
    if let Some(entry) = program.entry {
        let root = run.root(&input, program.groups[entry].inputs.iter().find(|it| it.is_source));
        for declared in &program.groups[entry].inputs {
            if declared.is_source {
                run.values.push(Value::Node(root).into());
                continue;
            }
            let made = declared.kind.map_or(NONE, |kind| run.draft.make(kind, Origin::default()));
            roots.push(made);
            run.made.push(made);
        }
        run.call(entry, (0, 0));
    }
    run.finish(roots)
}

/// What a parameter stands for.
#[derive(Clone, Debug)]
enum Argument<'s> {
    Values(Collection<'s>),
    Made(Id),
}

struct Run<'s, 'i> {
    program: &'s Program,
    context: Context<'s>,
    definitions: &'s Definitions,
    tree: &'s Tree,
    resource: Option<FhirNode<'s>>,
    /// Where references in the source lead.
    references: References,
    draft: Draft<'s>,
    issues: &'i mut Issues,
    lineage: Option<Lineage>,
    /// Variables of all groups that are open, and where those of the innermost begin. The first of a group are what it
    /// was given.
    values: Vec<Collection<'s>>,
    made: Vec<Id>,
    frame: Frame,
    /// What the sources found that are open, the innermost last.
    found: Vec<Value<'s>>,
    /// What rules of the same parent share, by the name that they share it under.
    shared: HashMap<(Id, u16, &'s str), Id>,
    uuids: Uuids,
    words: complex::Words,
    known_tables: translate::KnownTables<'s>,
    steps: u64,
    depth: usize,
    /// The rule that is run, the node that it reads, and what its expressions begin at.
    rule: u32,
    origin: Option<NodeId>,
    rule_context: Option<FhirNode<'s>>,
    is_stopped: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    map: usize,
    values: usize,
    made: usize,
}

impl<'s, 'i> Run<'s, 'i> {
    fn new(
        program: &'s Program,
        input: Input<'s>,
        context: Context<'s>,
        issues: &'i mut Issues,
    ) -> Self {
        let definitions = context.model.definitions();
        Self {
            program,
            context,
            definitions,
            tree: input.tree,
            resource: None,
            draft: Draft::new(definitions, &program.forms, 2 * input.tree.len()),
            issues,
            lineage: Lineage::new(context.keep, input.tree),
            values: Vec::new(),
            made: Vec::new(),
            frame: Frame::default(),
            found: Vec::new(),
            shared: HashMap::new(),
            uuids: Uuids::new(context.seed.unwrap_or(input.tree.text())),
            words: complex::Words::new(definitions),
            known_tables: Vec::new(),
            steps: 0,
            depth: 0,
            rule: u32::MAX,
            origin: None,
            references: References::default(),
            rule_context: None,
            is_stopped: false,
        }
    }

    /// What the run begins with: by its own type, or by that of the parameter.
    fn root(
        &mut self,
        input: &Input<'s>,
        declared: Option<&super::program::Input>,
    ) -> FhirNode<'s> {
        let own = Cursor::resource(input.tree, self.definitions, input.node);
        let type_id = input.type_id.or_else(|| type_of(declared?.kind));
        let cursor = match type_id {
            Some(type_id) if own.target == Kind::Unknown => {
                let target = Kind::Object(ShapeId { type_id, index: 0 });
                Cursor { node: Some(input.node), sibling: None, target }
            }
            _ => own,
        };
        let root = self.context.model.node(input.tree, cursor, None);
        self.resource = Some(root);
        root
    }

    fn finish(mut self, mut roots: Vec<Id>) -> Output {
        let (mut trees, mut lineage) = (Vec::new(), Vec::new());
        roots.retain(|&root| root != NONE);
        let last = roots.pop();
        for root in roots {
            let mut kept = self.lineage.clone();
            self.draft.merge_entries(root, &mut kept);
            trees.push(self.draft.tree(root, &mut kept));
            lineage.extend(kept);
        }
        if let Some(root) = last {
            self.draft.merge_entries(root, &mut self.lineage);
            trees.push(self.draft.finish(root, &mut self.lineage));
            lineage.extend(self.lineage);
        }
        Output { trees, lineage }
    }

    /// What a parameter stands for; none for a node that was not made.
    fn argument(&mut self, parameter: &'s Parameter) -> Option<Argument<'s>> {
        Some(match parameter {
            Parameter::Variable(Slot::Source(slot)) => {
                Argument::Values(self.value_of(*slot).clone())
            }
            Parameter::Variable(Slot::Target(slot)) => {
                Argument::Made(self.made_in(*slot).filter(|&made| made != NONE)?)
            }
            Parameter::Constant(expression) => Argument::Values(self.evaluate(expression, None)),
            Parameter::Text(text) => Argument::Values(Value::String(text.as_str().into()).into()),
            Parameter::Boolean(value) => Argument::Values(Value::Boolean(*value).into()),
            Parameter::Number(text) => Argument::Values(value::number(text).into()),
            Parameter::Temporal(text) => Argument::Values(value::temporal(text).into()),
        })
    }

    fn value_of(&self, slot: u16) -> &Collection<'s> {
        const EMPTY: &Collection<'static> = &Collection::Empty;
        self.values.get(self.frame.values + usize::from(slot)).unwrap_or(EMPTY)
    }

    /// The value of a primitive that is being made.
    fn made_value(&self, made: Id) -> Collection<'s> {
        let text = self.draft.value(made).map(str::to_owned);
        text.map(|text| Value::String(text.into())).into()
    }

    fn made_in(&self, slot: u16) -> Option<Id> {
        self.made.get(self.frame.made + usize::from(slot)).copied()
    }

    /// Where what is made now comes from.
    fn origin(&self) -> Origin {
        Origin::new(self.rule, self.origin)
    }
}

/// The node that a value stands at.
fn origin_of(value: &Value<'_>) -> Option<NodeId> {
    match value {
        Value::Node(node) => node.cursor.node.or(node.cursor.sibling),
        _ => None,
    }
}
