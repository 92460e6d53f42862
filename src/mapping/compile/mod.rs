//! From maps to a [`Program`]: groups are linked across imports, variables become slots, names numbers. What
//! the definitions do not have is found here, with its place: this is the static check as well.

mod condition;
mod elements;
mod expression;
mod needs;
mod readers;
mod rule;
mod scope;

use std::collections::HashMap;
use std::sync::Arc;

use super::Maps;
use super::ast::{ConceptMap as AstConceptMap, Input, InputMode, Map, TypeMode, Word};
use super::form::Form;
use super::program::{Group, Input as ProgramInput, MapInfo, Program, type_of};
use crate::cursor::Target as Kind;
use crate::definitions::{Definitions, ShapeId, TypeId, TypeKind};
use crate::fhirpath::Model;
use crate::issue::{Arg, Code, Issue, nearest};
use crate::terminology::{ConceptMap, MapGroup, Mapped, Relationship, Unmapped};
use crate::text::Span;
use scope::Scope;

/// How many maps one map may bring with it.
const UNITS: usize = 10_000;

/// Compiles a map with everything that it imports. The second part is what is wrong, in the order of the
/// text; a rule with a mistake is left out of the program, or the part of it that the mistake is in.
pub fn compile(map: &Arc<Map>, maps: &Maps, model: &Model) -> (Program, Vec<Issue>) {
    let mut linker = Linker::new(maps, model);
    linker.gather(map);
    linker.declare();
    for unit in 0..linker.units.len() {
        linker.unit = unit;
        linker.define();
    }
    linker.check_circles();
    linker.program.entry = linker.units.first().and_then(|unit| unit.groups.first().copied());
    (linker.program, linker.issues)
}

/// A map that is part of the program.
struct Unit {
    map: Arc<Map>,
    /// Its groups, by their numbers in the program.
    groups: Vec<usize>,
    /// The maps that it imports, itself first.
    visible: Vec<usize>,
    /// What its structures are called here; none where the definition is not here.
    aliases: HashMap<String, Option<TypeId>>,
}

struct Linker<'a> {
    maps: &'a Maps,
    model: &'a Model,
    program: Program,
    units: Vec<Unit>,
    issues: Vec<Issue>,
    /// Which map is looked at.
    unit: usize,
    /// Which group, by name.
    group: String,
}

impl<'a> Linker<'a> {
    fn new(maps: &'a Maps, model: &'a Model) -> Self {
        let (units, issues) = (Vec::new(), Vec::new());
        let definitions = model.definitions();
        let form = |id| Form::of(definitions.type_name(id));
        let forms = definitions.types().map(form).collect();
        Self {
            maps,
            model,
            program: Program { forms, ..Program::default() },
            units,
            issues,
            unit: 0,
            group: String::new(),
        }
    }

    fn definitions(&self) -> &'a Definitions {
        self.model.definitions()
    }

    /// Takes note of a mistake. Places are those of the map that is compiled; for one that it imports, the
    /// expression says which.
    fn report(&mut self, code: Code, span: Span, args: Vec<Arg>) {
        let url = self.units.get(self.unit).map_or("", |unit| unit.map.url());
        let (span, expression) = match (self.unit, self.group.as_str()) {
            (0, group) => (span, group.to_owned()),
            (_, "") => (Span::default(), url.to_owned()),
            (_, group) => (Span::default(), format!("{url} {group}")),
        };
        self.issues.push(Issue::new(code, span, expression, args));
    }

    /// "There is no such name", with the names that are near.
    fn report_unknown<'n>(
        &mut self,
        code: Code,
        word: &Word,
        known: impl Iterator<Item = &'n str>,
    ) {
        let near = nearest(&word.text, known);
        self.report(code, word.span, vec![Arg::Term(word.text.clone()), Arg::Terms(near)]);
    }

    /// The map and all that it imports, each once.
    fn gather(&mut self, map: &Arc<Map>) {
        let mut numbers: HashMap<*const Map, usize> = HashMap::new();
        let mut open = vec![map.clone()];
        numbers.insert(Arc::as_ptr(map), 0);
        let mut at = 0;
        while let Some(map) = open.get(at).cloned() {
            self.unit = at;
            let mut visible = vec![at];
            self.push_unit(&map);
            for import in &map.imports {
                let mut is_found = false;
                for found in self.maps.matching(&import.text) {
                    is_found = true;
                    if numbers.len() >= UNITS {
                        break;
                    }
                    let next = open.len();
                    let number = *numbers.entry(Arc::as_ptr(&found)).or_insert(next);
                    if number == next {
                        open.push(found);
                    }
                    visible.push(number);
                }
                if !is_found {
                    self.report(Code::MapImport, import.span, vec![Arg::Term(import.text.clone())]);
                }
            }
            self.units[at].visible = visible;
            at += 1;
        }
        self.unit = 0;
    }

    fn push_unit(&mut self, map: &Arc<Map>) {
        self.program.maps.push(MapInfo::default());
        let (groups, visible, aliases) = (Vec::new(), Vec::new(), HashMap::new());
        self.units.push(Unit { map: map.clone(), groups, visible, aliases });
    }

    /// Numbers for all groups with the types of their parameters, before any of them is looked into.
    fn declare(&mut self) {
        for number in 0..self.units.len() {
            self.unit = number;
            let map = self.units[number].map.clone();
            for structure in &map.structures {
                let type_id = self.structure(&structure.url.text);
                if type_id.is_none() {
                    let args = vec![Arg::Term(structure.url.text.clone())];
                    self.report(Code::MapStructure, structure.url.span, args);
                }
                let tail = structure.url.text.rsplit('/').next().unwrap_or_default();
                let name = structure.alias.as_ref().map_or(tail, |alias| &alias.text);
                self.units[number].aliases.insert(name.to_owned(), type_id);
            }
            for group in &map.groups {
                self.group.clone_from(&group.name.text);
                let inputs = group.inputs.iter().map(|input| self.input(input)).collect();
                let name = group.name.text.clone();
                let group = Group { map: number, name, inputs, ..Group::default() };
                self.units[number].groups.push(self.program.groups.len());
                self.program.groups.push(group);
            }
            self.group.clear();
            self.concept_maps(&map);
        }
        for number in 0..self.units.len() {
            self.defaults(number);
        }
    }

    fn input(&mut self, input: &Input) -> ProgramInput {
        let kind = input.type_name.as_ref().and_then(|name| self.type_named(name));
        ProgramInput { is_source: input.mode == InputMode::Source, kind }
    }

    /// Which groups serve by the types of their first source and their first target, in the order in which
    /// a map sees them: its own before those of imports.
    fn defaults(&mut self, number: usize) {
        let mut info = std::mem::take(&mut self.program.maps[number]);
        for &unit in &self.units[number].visible {
            let groups = self.units[unit].map.groups.iter().zip(&self.units[unit].groups);
            for (ast, &group) in groups.filter(|(ast, _)| ast.type_mode != TypeMode::None) {
                let inputs = &self.program.groups[group].inputs;
                let first = |is_source| {
                    let input = inputs.iter().find(|input| input.is_source == is_source)?;
                    Some(self.definitions().type_name_id(type_of(input.kind)?))
                };
                let Some(source) = first(true) else { continue };
                if let Some(target) = first(false) {
                    info.defaults.entry((source, target)).or_insert(group);
                }
                if ast.type_mode == TypeMode::TypeAndTypes {
                    info.source_defaults.entry(source).or_insert(group);
                }
            }
        }
        self.program.maps[number] = info;
    }

    /// Rules, with everything they name looked up.
    fn define(&mut self) {
        let map = self.units[self.unit].map.clone();
        for (index, group) in map.groups.iter().enumerate() {
            let number = self.units[self.unit].groups[index];
            self.group.clone_from(&group.name.text);
            let mut scope = Scope::default();
            for (input, declared) in group.inputs.iter().zip(&self.program.groups[number].inputs) {
                match input.mode {
                    InputMode::Source => scope.add_source(&input.name.text, declared.kind),
                    InputMode::Target => scope.add_target(&input.name.text, declared.kind),
                };
            }
            let extends = group.extends.as_ref().and_then(|name| self.group_named(name));
            let rules = self.rules(&group.rules, &mut scope);
            let target = &mut self.program.groups[number];
            (target.extends, target.rules) = (extends, rules);
            (target.sources, target.targets) = scope.sizes();
        }
        self.group.clear();
    }

    /// A group that the map sees.
    fn group_named(&mut self, name: &Word) -> Option<usize> {
        let units = &self.units;
        let seen = units[self.unit].visible.iter().flat_map(|&unit| {
            let names = units[unit].map.groups.iter().map(|group| group.name.text.as_str());
            names.zip(units[unit].groups.iter().copied())
        });
        let found = seen.clone().find(|(known, _)| *known == name.text);
        if let Some((_, number)) = found {
            return Some(number);
        }
        let near: Vec<String> = seen.map(|(known, _)| known.to_owned()).collect();
        self.report_unknown(Code::MapGroup, name, near.iter().map(String::as_str));
        None
    }

    /// A group must not extend itself by way of others.
    fn check_circles(&mut self) {
        for start in 0..self.program.groups.len() {
            let mut at = start;
            for _ in 0..self.program.groups.len() {
                let Some(next) = self.program.groups[at].extends else { break };
                at = next;
                if at == start {
                    let name = self.program.groups[start].name.clone();
                    self.program.groups[start].extends = None;
                    (self.unit, self.group) = (self.program.groups[start].map, name.clone());
                    let ast =
                        self.units[self.unit].map.groups.iter().find(|it| it.name.text == name);
                    let span = ast.and_then(|it| it.extends.as_ref()).map(|it| it.span);
                    self.report(Code::MapCircle, span.unwrap_or_default(), vec![Arg::Term(name)]);
                    break;
                }
            }
        }
    }

    /// What a type is seen through: by the alias of a structure, or by its own name.
    fn type_named(&mut self, name: &Word) -> Option<Kind> {
        if let Some(&known) = self.units[self.unit].aliases.get(&name.text) {
            return known.and_then(|id| kind_of(self.definitions(), id));
        }
        let definitions = self.definitions();
        if let Some(id) = definitions.find_type(&name.text) {
            return kind_of(definitions, id);
        }
        if definitions.fhir_version().is_some() {
            let aliases: Vec<String> = self.units[self.unit].aliases.keys().cloned().collect();
            let types = definitions.types().map(|id| definitions.type_name(id));
            let known: Vec<&str> = types.chain(aliases.iter().map(String::as_str)).collect();
            self.report_unknown(Code::MapType, name, known.into_iter());
        }
        None
    }

    /// The type that a StructureDefinition defines, by its canonical; of a profile, the type that it is on.
    fn structure(&self, canonical: &str) -> Option<TypeId> {
        let definitions = self.definitions();
        let url = canonical.split('|').next().unwrap_or_default();
        if let Some(id) = definitions.find_type(url) {
            return Some(id);
        }
        if let Some(profile) = definitions.profile(canonical) {
            return definitions.type_named(profile.type_name);
        }
        let (base, name) = url.rsplit_once('/')?;
        let version = definitions.fhir_version().unwrap_or_default();
        let is_core = base == "http://hl7.org/fhir/StructureDefinition"
            || base.strip_prefix("http://hl7.org/fhir/").is_some_and(|rest| {
                // `http://hl7.org/fhir/4.0/StructureDefinition/Patient` is the Patient of that version.
                let named = rest.strip_suffix("/StructureDefinition").unwrap_or_default();
                !named.is_empty() && version.starts_with(named)
            });
        if is_core {
            return definitions.find_type(name);
        }
        let has_url = |&id: &TypeId| {
            let found = definitions.type_def(id);
            found.is_some_and(|found| definitions.names().text(found.url) == url)
        };
        // Most are named as their canonical ends.
        definitions.find_type(name).filter(has_url).or_else(|| {
            let is_logical = |&id: &TypeId| definitions.kind(id) == TypeKind::Logical;
            definitions.types().filter(is_logical).find(has_url)
        })
    }

    /// Concept maps inside a map, under their canonical or under `#id` of this map. Of one canonical, what the map has that is run
    /// goes before what its imports have.
    fn concept_maps(&mut self, map: &Map) {
        for concept_map in &map.concept_maps {
            let url = self.concept_map_key(&concept_map.url.text);
            let known = self.program.concept_maps.entry(url).or_default();
            known.groups.extend(embedded(concept_map).groups);
        }
    }

    /// Under what the program keeps a concept map: those of one map only are told apart by its number.
    fn concept_map_key(&self, url: &str) -> String {
        if url.starts_with('#') { format!("{}{url}", self.unit) } else { url.to_owned() }
    }
}

/// What the values of a type are seen through.
fn kind_of(definitions: &Definitions, type_id: TypeId) -> Option<Kind> {
    match definitions.kind(type_id) {
        TypeKind::Primitive => Some(Kind::Primitive(type_id)),
        // An abstract resource stands for any.
        TypeKind::Resource if definitions.is_abstract(type_id) => None,
        _ => Some(Kind::Object(ShapeId { type_id, index: 0 })),
    }
}

fn embedded(map: &AstConceptMap) -> ConceptMap {
    let url = |prefix: &Word| {
        let found = map.prefixes.iter().find(|(name, _)| name == prefix);
        found.map_or("", |(_, url)| url.text.as_str())
    };
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut entries: HashMap<(&str, &str), Vec<(String, Mapped)>> = HashMap::new();
    for mapping in map.mappings.iter().filter(|it| !it.target.0.text.is_empty()) {
        let pair = (url(&mapping.source.0), url(&mapping.target.0));
        let relationship = Relationship::from_code(mapping.relation.as_str());
        let mapped = Mapped { code: mapping.target.1.text.clone(), display: None, relationship };
        let list = entries.entry(pair).or_insert_with(|| {
            pairs.push(pair);
            Vec::new()
        });
        list.push((mapping.source.1.text.clone(), mapped));
    }
    // Codes of a prefix that has no lines stay what they are.
    for prefix in map.unmapped.iter().map(&url) {
        if !pairs.iter().any(|(source, _)| *source == prefix) {
            pairs.push((prefix, prefix));
        }
    }
    let mut compiled = ConceptMap::default();
    for pair in pairs {
        let mut group = MapGroup::new(pair.0, pair.1, entries.remove(&pair).unwrap_or_default());
        if map.unmapped.iter().any(|prefix| url(prefix) == pair.0) {
            group.unmapped = Unmapped::Same;
        }
        compiled.add(group);
    }
    compiled
}
