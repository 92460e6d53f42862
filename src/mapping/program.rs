//! A compiled map: variables are slots, names are numbers, groups are linked.

mod condition;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::ast::{Function, SourceListMode, TargetListMode};
use super::form::Form;
use crate::cursor::Target as Kind;
use crate::definitions::{Definitions, Property, ShapeId, TypeId};
use crate::fhirpath::{Compiled, KnownElement};
use crate::terminology::ConceptMap;
use crate::text::Span;
use crate::tree::NameId;
pub(super) use condition::{Condition, Path, Step, Test};

/// A map with all that it imports, ready to run over the definitions that it was compiled with.
#[derive(Debug, Default)]
pub struct Program {
    pub(super) groups: Vec<Group>,
    /// By the number of a map.
    pub(super) maps: Vec<MapInfo>,
    /// By the number of a rule.
    pub(super) rules: Vec<RuleInfo>,
    /// By canonical, or by `number of the map` + `#id` for those inside a map.
    pub(super) concept_maps: HashMap<String, ConceptMap>,
    /// What the texts of primitive types are, by the number of a type.
    pub(super) forms: Vec<Form>,
    /// The group that the map begins with.
    pub(super) entry: Option<usize>,
}

/// What is kept of a map.
#[derive(Debug, Default)]
pub(super) struct MapInfo {
    /// Default groups that the map sees: source type, target type, group.
    pub(super) defaults: HashMap<(NameId, NameId), usize>,
    /// Those that serve for their source type whatever the target is (`<<type+>>`).
    pub(super) source_defaults: HashMap<NameId, usize>,
}

/// A rule, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The canonical of its map.
    pub map: String,
    /// Its group.
    pub group: String,
    /// Its name; where it has none, what it reads.
    pub name: String,
    /// Where it stands in the text of its map.
    pub span: Span,
}

impl Program {
    /// The rule of that number.
    pub fn rule(&self, rule: u32) -> Option<&RuleInfo> {
        self.rules.get(rule as usize)
    }

    /// All rules, by their numbers.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// The types of the parameters of the first group, where they are known: what it reads, what it makes.
    pub fn types(&self) -> (Vec<Option<TypeId>>, Vec<Option<TypeId>>) {
        let Some(group) = self.entry.and_then(|entry| self.groups.get(entry)) else {
            return Default::default();
        };
        let types = |is_source| {
            let inputs = group.inputs.iter().filter(move |input| input.is_source == is_source);
            inputs.map(|input| type_of(input.kind)).collect()
        };
        (types(true), types(false))
    }
}

/// The type of a whole value.
pub(super) fn type_of(kind: Option<Kind>) -> Option<TypeId> {
    match kind? {
        Kind::Primitive(id) => Some(id),
        Kind::Object(shape) if shape.index == 0 => Some(shape.type_id),
        _ => None,
    }
}

#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) map: usize,
    pub(super) name: String,
    pub(super) inputs: Vec<Input>,
    pub(super) extends: Option<usize>,
    pub(super) rules: Rules,
    /// How many variables of each mode the group has.
    pub(super) sources: u16,
    pub(super) targets: u16,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    pub(super) is_source: bool,
    /// What its values are seen through, where that is known.
    pub(super) kind: Option<Kind>,
}

/// The rules of a group, or those inside a rule, in their order.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) blocks: Vec<Block>,
}

/// Rules one after the other that read the same variable, with an index by what they read of it: most fields of a segment
/// are not there, and the rules that read them need not be looked at. A set of rules is a number with a bit for each.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) context: u16,
    /// At most [`Block::SIZE`].
    pub(super) rules: Vec<Rule>,
    /// Those that ask for a value, or have a default: they are run even where the variable is empty.
    pub(super) demanding: u64,
    /// Those that are run whatever is there.
    pub(super) always: u64,
    /// The others, sorted by the element that they need.
    pub(super) readers: Vec<Reader>,
    /// The same for the shape that the variable had first: mostly it is the only one.
    pub(super) table: OnceLock<Table>,
}

/// The rules that read each property of a shape.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) shape: ShapeId,
    pub(super) rules: Box<[u64]>,
}

impl Block {
    /// Rules of one block.
    pub(super) const SIZE: usize = 64;

    /// Every rule.
    pub(super) fn all(&self) -> u64 {
        u64::MAX >> (Self::SIZE - self.rules.len())
    }
}

/// Rules that have nothing to do where an element is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reader {
    /// Its name, or that of a property of it (`valueString`).
    pub(super) element: NameId,
    /// Only values of this type.
    pub(super) type_name: Option<NameId>,
    pub(super) rules: u64,
}

#[derive(Debug)]
pub(super) struct Rule {
    /// The number in [`Program::rules`].
    pub(super) number: u32,
    pub(super) sources: Vec<Source>,
    pub(super) targets: Vec<Target>,
    pub(super) dependents: Vec<Call>,
    pub(super) rules: Rules,
    /// True where what the only target becomes is decided by its type and that of the only source.
    pub(super) is_auto: bool,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) context: u16,
    pub(super) path: Vec<Name>,
    /// Only values of this type.
    pub(super) type_name: Option<NameId>,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) default: Option<Expression>,
    pub(super) list_mode: Option<SourceListMode>,
    pub(super) slot: u16,
    pub(super) condition: Option<Condition>,
    pub(super) check: Option<Expression>,
    pub(super) log: Option<Expression>,
}

impl Source {
    /// True where something is asked of each value.
    pub(super) fn is_asked(&self) -> bool {
        self.condition.is_some() || self.check.is_some() || self.log.is_some()
    }

    /// True where a single value is taken, and none is nothing to do, without looking at how many there are.
    pub(super) fn takes_one(&self) -> bool {
        use SourceListMode as Mode;
        self.path.len() <= 1
            && self.min == 0
            && self.max > 0
            && self.default.is_none()
            && !matches!(self.list_mode, Some(Mode::NotFirst | Mode::NotLast))
    }
}

#[derive(Debug)]
pub(super) struct Target {
    pub(super) context: Option<u16>,
    pub(super) path: Vec<Name>,
    pub(super) transform: Option<Transform>,
    pub(super) slot: Option<Slot>,
    pub(super) list_mode: Option<TargetListMode>,
    pub(super) share: Option<String>,
}

/// A variable: read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Source(u16),
    Target(u16),
}

/// The name of an element. None where no definition has such a name.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) id: Option<NameId>,
    pub(super) text: Box<str>,
    /// The element, where the type of what it is an element of is known.
    pub(super) known: Option<Known>,
    /// What it is in the shape where it was read first: mostly there is no other.
    pub(super) read: OnceLock<KnownElement>,
}

impl Name {
    pub(super) fn new(text: &str, definitions: &Definitions, known: Option<Known>) -> Self {
        let id = definitions.names().find(text);
        Self { id, text: text.into(), known, read: OnceLock::new() }
    }
}

/// An element of values of a certain shape: its position, the property where there is no choice, and what the values of
/// that are seen through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) owner: ShapeId,
    pub(super) index: u16,
    pub(super) property: Option<Property>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Transform {
    Copy(Parameter),
    /// The context, if it is not that of the rule.
    Evaluate(Option<Parameter>, Expression),
    /// `create` of a type that is known.
    Create(TypeId),
    Call(Function, Vec<Parameter>),
}

#[derive(Debug)]
pub(super) enum Parameter {
    Variable(Slot),
    /// A constant of the map.
    Constant(Expression),
    Text(String),
    Boolean(bool),
    Number(String),
    Temporal(String),
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) group: usize,
    pub(super) parameters: Vec<Parameter>,
}

#[derive(Debug)]
pub(super) struct Expression {
    pub(super) compiled: Compiled,
    /// As it is written, for people.
    pub(super) text: String,
    /// Variables for what is being made, by name.
    pub(super) targets: Vec<(String, u16)>,
    /// The parts that lead to nodes of the source: what the value comes from.
    pub(super) reads: Vec<Compiled>,
}
