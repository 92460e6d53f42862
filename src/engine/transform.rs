//! Maps: as text, as StructureMap, compiled, and run on a resource.

use std::sync::Arc;

use serde::Deserialize;

use super::options::read_present;
use super::origin::{Account, OriginEntry, SourcePlace, answer};
use super::resource::{Document, Input};
use super::{Engine, Error, OperationOutcome, Rendering, Report};
use crate::definitions::View;
use crate::fhirpath::value::temporal::Temporal;
use crate::fhirpath::{Code, Host, Model};
use crate::format::{Style, json};
use crate::issue::{Issue, Issues};
use crate::mapping::structure_map::{self, Form};
use crate::mapping::{self, Context, Keep, Lineage, Map, Program, Settings};
use crate::text::LineIndex;
use crate::tree::{NodeId, Tree};
use crate::validate::Knowledge;

/// Options of one transformation. All have defaults; a property that is not here is an error of use.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TransformOptions {
    /// How many findings to list at most.
    pub max_issues: usize,
    /// Keep where each part of the result comes from, and what of the source was used.
    pub lineage: bool,
    /// What `uuid()` makes its UUIDs from; without it, the text of the source.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub seed: Option<String>,
    /// The present, for `now()` and its kind: `2026-02-03T10:20:30.000+01:00`. The engine reads no clock.
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub now: Option<String>,
    /// Replace values of the source in the texts of findings by their length.
    pub mask_values: bool,
}

impl Default for TransformOptions {
    fn default() -> Self {
        Self { max_issues: 1000, lineage: false, seed: None, now: None, mask_values: false }
    }
}

/// A map that was compiled for an engine, to be run often.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// What the map was read from, where it is text that issues have places in.
    text: Option<Arc<str>>,
    map: Arc<Map>,
    program: Arc<Program>,
    issues: Arc<[Issue]>,
}

impl Mapping {
    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The map with all that it imports, compiled.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// What is wrong with the map, by places in its text: names that the definitions do not have, and the like.
    /// What an issue is about is left out when the map is run.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The text that the places of [`Self::issues`] are in; none where the map was not read from text.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// What a map made.
#[derive(Debug)]
pub struct Transformed {
    /// The result; none where the map has no target.
    pub tree: Option<Tree>,
    /// Where it comes from, if that was asked for.
    pub lineage: Option<Lineage>,
    /// The source, and what was found while the map ran.
    pub report: Report,
    mapping: Mapping,
    model: Arc<Model>,
    mask_values: bool,
}

/// What to call the map in findings that are about it (`operationoutcome-issue-source`).
const MAP: &str = "map";

impl Transformed {
    /// The result as JSON.
    pub fn json(&self, style: Style) -> Option<String> {
        self.tree.as_ref().map(|tree| json::write(tree, NodeId::ROOT, style))
    }

    /// What is wrong with the map, of which `map` is said to be the source, and then what was found while it ran.
    pub fn outcome(&self) -> OperationOutcome {
        let (of_map, of_source) = (self.mapping.issues(), &self.report.issues);
        let rendering =
            |text, source| Rendering { text, first_line: 1, mask_values: self.mask_values, source };
        let source =
            OperationOutcome::new(of_source, rendering(Some(self.report.tree().text()), None));
        if of_map.is_empty() {
            return source;
        }
        let mut outcome = OperationOutcome::new(of_map, rendering(self.mapping.text(), Some(MAP)));
        outcome.issue.extend(source.issue.into_iter().filter(|_| !of_source.is_empty()));
        outcome
    }

    /// Where the values of the result come from, in its order; empty where lineage was not kept.
    pub fn origins(&self) -> Vec<OriginEntry> {
        let account = self.account().zip(self.tree.as_ref());
        account.map_or_else(Vec::new, |(account, tree)| account.origins(tree))
    }

    /// The values of the source that no rule took, in order; empty where lineage was not kept.
    pub fn unmapped(&self) -> Vec<SourcePlace> {
        self.account().map_or_else(Vec::new, Account::unmapped)
    }

    fn account(&self) -> Option<Account<'_>> {
        Some(Account {
            model: &self.model,
            source: &self.report.document,
            lineage: self.lineage.as_ref()?,
            program: self.mapping.program(),
            text: self.mapping.text().map(|text| (self.mapping.map().url(), text)),
        })
    }

    /// Everything as JSON: the result (`null` where there is none), and an object with `outcome`, `lineage` and `unmapped`.
    pub fn to_json_parts(&self) -> [String; 2] {
        let account = self.account().zip(self.tree.as_ref());
        let lineage =
            account.map_or_else(|| "[]".to_owned(), |(account, tree)| account.origins_json(tree));
        answer(self.json(Style::Compact), &self.outcome(), &lineage, &self.unmapped())
    }
}

impl Engine {
    /// Reads a map: text of the FHIR Mapping Language, or a StructureMap in JSON.
    ///
    /// # Errors
    /// `map-syntax`, with line and column.
    pub fn parse_map(&self, text: &str) -> Result<Map, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let wrong = |start: u32, message: &str| {
            let place = LineIndex::new(text).position(text, start);
            let message = format!("line {}, column {}: {message}", place.line, place.column);
            Error::new("map-syntax", message)
        };
        if !text.trim_start().starts_with('{') {
            return mapping::parse(text).map_err(|error| wrong(error.span.start, &error.message));
        }
        let document = self.open_sound(text.into())?;
        let tree = &document.tree;
        structure_map::read(View::new(tree, NodeId::ROOT))
            .map_err(|misfit| wrong(tree.key_start(misfit.node), &misfit.message))
    }

    /// A map as a StructureMap of the version of FHIR that the engine knows, in JSON.
    pub fn structure_map(&self, map: &Map, style: Style) -> String {
        let form = Form::of(self.definitions());
        let tree = structure_map::write(map, self.definitions().names(), form);
        json::write(&tree, NodeId::ROOT, style)
    }

    /// Compiles a map with what it imports from the maps that the engine knows, and checks it against the
    /// definitions: see [`Mapping::issues`].
    pub fn compile_map(&self, map: impl Into<Arc<Map>>) -> Mapping {
        let map = map.into();
        let (program, issues) = mapping::compile(&map, &self.maps, &self.model);
        Mapping { text: None, map, program: Arc::new(program), issues: issues.into() }
    }

    /// The map that people mean by a text: a map in the FHIR Mapping Language, a StructureMap in JSON, or the
    /// canonical of a map that the engine knows.
    ///
    /// # Errors
    /// `map-syntax`, with line and column; `map-missing` for a canonical that the engine does not know.
    pub fn mapping_of(&self, given: &str) -> Result<Mapping, Error> {
        if is_canonical(given) {
            let missing = || Error::new("map-missing", format!("the engine has no map `{given}`"));
            return self.mapping(given).ok_or_else(missing);
        }
        let mapping = self.compile_map(self.parse_map(given)?);
        let is_text = !given.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        Ok(Mapping { text: is_text.then(|| given.into()), ..mapping })
    }

    /// The map of that canonical, compiled; none where the engine has no such map.
    pub fn mapping(&self, canonical: &str) -> Option<Mapping> {
        self.maps.get(canonical).map(|map| self.compile_map(map.clone()))
    }

    /// Runs a map on a resource.
    ///
    /// # Errors
    /// The source is not sound (`input-damaged`); an option means nothing (`options`).
    pub fn transform(
        &self,
        mapping: &Mapping,
        input: impl Into<Input>,
        options: &TransformOptions,
    ) -> Result<Transformed, Error> {
        let document = self.open_sound(input.into())?;
        let keep = if options.lineage { Keep::Origins } else { Keep::Nothing };
        self.run_map(
            mapping,
            document,
            Issues::new(options.max_issues),
            (options, keep),
            Settings::default(),
        )
    }

    /// Runs a map on what was read. `issues` are those of the reader; `settings` are those of [`Context`].
    pub(super) fn run_map(
        &self,
        mapping: &Mapping,
        document: Arc<Document>,
        mut issues: Issues,
        (options, keep): (&TransformOptions, Keep),
        settings: Settings<'_>,
    ) -> Result<Transformed, Error> {
        let host = MapHost::new(self, options)?;
        let context = Context {
            model: &self.model,
            terminology: self.terminology(),
            host: &host,
            limits: mapping::Limits::default(),
            seed: options.seed.as_deref(),
            keep,
            settings,
        };
        let Document { tree, .. } = &*document;
        let source = mapping::Input { tree, node: NodeId::ROOT, type_id: None };
        let made = mapping::run(&mapping.program, source, context, &mut issues);
        let report = Report { issues: issues.into_sorted(), document };
        let (tree, lineage) = (made.trees.into_iter().next(), made.lineage.into_iter().next());
        let (mapping, model) = (mapping.clone(), self.model.clone());
        Ok(Transformed { tree, lineage, report, mapping, model, mask_values: options.mask_values })
    }
}

/// True for a URI, which is one word with a scheme: no map is.
fn is_canonical(given: &str) -> bool {
    let is_word = !given.contains(|c: char| c.is_whitespace() || c == '{');
    is_word && given.contains(':') && !given.starts_with('/')
}

/// What the expressions of a map may ask of the engine.
struct MapHost<'a> {
    knowledge: Knowledge<'a>,
    now: Option<Temporal>,
}

impl<'a> MapHost<'a> {
    fn new(engine: &'a Engine, options: &TransformOptions) -> Result<Self, Error> {
        let now = read_present(options.now.as_ref())?;
        Ok(Self { knowledge: Knowledge { terminology: engine.terminology(), profiles: None }, now })
    }
}

impl Host for MapHost<'_> {
    fn now(&self) -> Option<Temporal> {
        self.now
    }

    fn member_of(&self, codes: &[Code<'_>], value_set: &str) -> Option<bool> {
        self.knowledge.member_of(codes, value_set)
    }

    fn subsumes(&self, general: &Code<'_>, special: &Code<'_>) -> Option<bool> {
        self.knowledge.subsumes(general, special)
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        self.knowledge.is_narrative(xhtml)
    }
}
