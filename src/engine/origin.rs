//! Where the values of a result come from, and which values of the source nothing was made of: what `convert` and
//! `transform` tell besides their results.

use std::collections::BTreeMap;

use serde::Serialize;

use super::OperationOutcome;
use super::resource::Document;
use crate::convert::v2::{Unmapped, unmapped};
use crate::fhirpath::{Model, location, locations};
use crate::format::er7::{Message, Place};
use crate::format::json::write_string;
use crate::mapping::{Lineage, Program, RuleInfo};
use crate::text::{Digits, LineIndex, Position, Span};
use crate::tree::{Kind, NodeId, Tree};

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourcePlace {
    /// As people write it: `PID-5.1` in HL7 v2, else a FHIRPath location.
    pub place: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in UTF-16 code units, from 1.
    pub column: u32,
    /// How long it is, in UTF-16 code units; 0 for what has parts.
    pub length: u32,
}

/// Where a value of a result comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginEntry {
    /// The value in the result, as a FHIRPath location.
    pub path: String,
    /// The value in the source.
    #[serde(flatten)]
    pub source: SourcePlace,
    /// The rule that made it: its group and its name.
    pub rule: String,
    /// The canonical of the map that the rule is in.
    pub map: String,
    /// Where the rule stands, in a map that was given as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_at: Option<MapPlace>,
}

/// A place in the text of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MapPlace {
    /// Its line, from 1.
    pub line: u32,
    /// Its column in UTF-16 code units, from 1.
    pub column: u32,
    /// How long it is, in UTF-16 code units.
    pub length: u32,
}

/// What a run of a map says of its source and its result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account<'a> {
    pub(super) model: &'a Model,
    pub(super) source: &'a Document,
    pub(super) lineage: &'a Lineage,
    pub(super) program: &'a Program,
    /// The map, where it was given as text: its canonical and the text.
    pub(super) text: Option<(&'a str, &'a str)>,
}

impl Account<'_> {
    /// Where the values of `result` come from, in its order: those that a rule has from a place in the source.
    pub(super) fn origins(self, result: &Tree) -> Vec<OriginEntry> {
        let (mut entries, mut rules) = (Vec::new(), Rules::new(self));
        self.each(result, &mut |path, source, rule| {
            let Maker { rule, map, rule_at } = rules.maker(rule).clone();
            entries.push(OriginEntry {
                path: path.to_owned(),
                source: source.clone(),
                rule,
                map,
                rule_at,
            });
        });
        entries
    }

    /// The same as a JSON list, without a text of its own for each part: there are more of these than of anything else.
    pub(super) fn origins_json(self, result: &Tree) -> String {
        let (mut rules, mut texts) = (Rules::new(self), BTreeMap::new());
        // An entry in some 150 bytes.
        let mut out = String::with_capacity(result.len() * 75);
        out.push('[');
        self.each(result, &mut |path, source, rule| {
            let maker = texts.entry(rule).or_insert_with(|| write(rules.maker(rule)));
            out.push_str(if out.len() == 1 { "{\"path\":" } else { ",{\"path\":" });
            write_string(&mut out, path);
            out.push(',');
            source.write(&mut out);
            out.push(',');
            // The rest of the object, with its end.
            out.push_str(maker.strip_prefix('{').unwrap_or("}"));
        });
        out.push(']');
        out
    }

    /// Gives `visit` each value of `result` that a rule has from a place in the source: its path, the place, the rule.
    fn each(self, result: &Tree, visit: &mut dyn FnMut(&str, &SourcePlace, Option<u32>)) {
        let mut places = Places::of(self);
        locations(self.model, result, &mut |node, path| {
            if matches!(result.kind(node), Kind::Object | Kind::Array) {
                return;
            }
            let Some(origin) = self.lineage.origin(node) else { return };
            let Some(source) = origin.source() else { return };
            if let Some(place) = places.at(self, source) {
                visit(path, place, origin.rule());
            }
        });
    }

    /// The values of the source that no rule took, in order.
    pub(super) fn unmapped(self) -> Vec<SourcePlace> {
        let Self { source, lineage, .. } = self;
        if source.segments.is_some() {
            let left = source.unmapped(lineage);
            return left.into_iter().map(|it| self.place(it.place, it.span)).collect();
        }
        let paths = paths(self);
        let path = |node: NodeId| paths.get(node.index()).cloned().unwrap_or_default();
        let place = |node| self.place(path(node), source.tree.span(node));
        lineage.unmapped(&source.tree).map(place).collect()
    }

    fn place(self, place: String, span: Span) -> SourcePlace {
        let position = self.source.position_of(span.start);
        let length = span.slice(self.source.tree.text()).encode_utf16().count() as u32;
        SourcePlace { place, line: position.line, column: position.column, length }
    }
}

/// The rules of a map, as people look for them.
struct Rules<'a> {
    program: &'a Program,
    /// The map that was given as text: its canonical, the text, and its lines.
    text: Option<(&'a str, &'a str, LineIndex)>,
    known: BTreeMap<Option<u32>, Maker>,
}

/// What an [`OriginEntry`] says of a rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Maker {
    rule: String,
    map: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_at: Option<MapPlace>,
}

impl<'a> Rules<'a> {
    fn new(account: Account<'a>) -> Self {
        let text = account.text.map(|(url, text)| (url, text, LineIndex::new(text)));
        Self { program: account.program, text, known: BTreeMap::new() }
    }

    fn maker(&mut self, rule: Option<u32>) -> &Maker {
        let Self { program, text, known } = self;
        known.entry(rule).or_insert_with(|| {
            let rule = rule.and_then(|rule| program.rule(rule));
            Maker {
                rule: rule.map_or_else(String::new, |it| format!("{}: {}", it.group, it.name)),
                map: rule.map_or_else(String::new, |it| it.map.clone()),
                rule_at: rule.zip(text.as_ref()).and_then(|(rule, text)| place_of_rule(rule, text)),
            }
        })
    }
}

/// Where a rule stands in a map that was given as text; none for one that the map imports.
fn place_of_rule(
    RuleInfo { map, span, .. }: &RuleInfo,
    (url, text, lines): &(&str, &str, LineIndex),
) -> Option<MapPlace> {
    let is_here = map == url && span.start < span.end;
    let Position { line, column } = lines.position(text, span.start);
    let length = span.slice(text).encode_utf16().count() as u32;
    is_here.then_some(MapPlace { line, column, length })
}

impl SourcePlace {
    /// The properties, as JSON.
    fn write(&self, out: &mut String) {
        let Self { place, line, column, length } = self;
        out.push_str("\"place\":");
        write_string(out, place);
        for (name, number) in [("line", line), ("column", column), ("length", length)] {
            for part in [",\"", name, "\":", Digits::of(u64::from(*number)).as_str()] {
                out.push_str(part);
            }
        }
    }
}

/// A result as JSON (`null` where there is none), and all that is said of it as one JSON object: `outcome`, `lineage`, which is
/// given as JSON, and `unmapped`.
pub(super) fn answer(
    result: Option<String>,
    outcome: &OperationOutcome,
    lineage: &str,
    unmapped: &[SourcePlace],
) -> [String; 2] {
    let (outcome, unmapped) = (write(outcome), write(&unmapped));
    let told =
        ["{\"outcome\":", &outcome, ",\"lineage\":", lineage, ",\"unmapped\":", &unmapped, "}"];
    [result.unwrap_or_else(|| "null".to_owned()), told.concat()]
}

/// What is written holds nothing that JSON cannot say.
pub(super) fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// The location of each node of the source, which is none of HL7 v2.
fn paths(account: Account<'_>) -> Vec<String> {
    let tree = &account.source.tree;
    let mut paths = Vec::with_capacity(tree.len());
    paths.push(location(account.model, tree, NodeId::ROOT));
    locations(account.model, tree, &mut |_, path| paths.push(path.to_owned()));
    paths
}

/// What the values of a source are called, and which part of the text they are; each is looked up once. INVARIANT: parts
/// that are measured do not hold each other, so that an account is linear in the source.
enum Places<'d> {
    /// In the order of the message.
    Message(Message<'d>, Vec<Leaf<'d>>),
    /// By node.
    Tree(Vec<String>, Option<SourcePlace>),
}

/// A value of a message, or, where it is empty, a segment.
struct Leaf<'d> {
    place: Place<'d>,
    span: Span,
    known: Option<SourcePlace>,
}

impl<'d> Places<'d> {
    fn of(account: Account<'d>) -> Self {
        let Some(message) = account.source.message() else {
            return Self::Tree(paths(account), None);
        };
        let mut leaves = Vec::new();
        let mut add = |place, span| leaves.push(Leaf { place, span, known: None });
        for segment in message.segments() {
            let start = segment.span().start;
            add(Place::of(segment), Span::new(start, start));
            segment.each_leaf(&mut |place, part| add(place, part.span));
        }
        Self::Message(message, leaves)
    }

    /// The place of a node of the source; none for what has no text.
    fn at(&mut self, account: Account<'_>, node: NodeId) -> Option<&SourcePlace> {
        let tree = &account.source.tree;
        let span = tree.span(node);
        if span.start >= span.end {
            return None;
        }
        match self {
            Self::Message(message, leaves) => {
                let find = |start| leaves.binary_search_by_key(&start, |leaf| leaf.span.start);
                // What has parts has the place of its segment.
                let segment = |_| message.segment_at(span.start).map(|it| it.span().start);
                let index = find(span.start).or_else(|at| find(segment(at).ok_or(at)?)).ok()?;
                let leaf = leaves.get_mut(index)?;
                Some(
                    leaf.known
                        .get_or_insert_with(|| account.place(leaf.place.to_string(), leaf.span)),
                )
            }
            Self::Tree(paths, last) => {
                let has_parts = matches!(tree.kind(node), Kind::Object | Kind::Array);
                let end = if has_parts { span.start } else { span.end };
                let path = paths.get(node.index())?.clone();
                Some(last.insert(account.place(path, Span::new(span.start, end))))
            }
        }
    }
}

impl Document {
    /// The first message, where it is HL7 v2.
    pub(super) fn message(&self) -> Option<Message<'_>> {
        self.segments.as_ref().map(|segments| segments.over(self.tree.text()).message(0))
    }

    /// The values of the message that no rule took, in order; none where it is no message.
    pub(super) fn unmapped(&self, lineage: &Lineage) -> Vec<Unmapped> {
        self.message().map_or_else(Vec::new, |message| unmapped(message, &self.tree, lineage))
    }
}
