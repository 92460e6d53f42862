//! Where the values of a result come from, and which values of the source nothing was made of: what `convert` and
//! `transform` tell besides their results.

use std::collections::HashMap;

use serde::Serialize;

use super::resource::Document;
use crate::convert::v2::{Unmapped, unmapped};
use crate::fhirpath::{Model, location};
use crate::format::er7::{Message, Place, Segment};
use crate::mapping::{Lineage, Program, RuleInfo};
use crate::text::{LineIndex, Position, Span};
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
        let places = Places::of(self.source);
        let of_rules = self.places_of_rules();
        let is_value = |node: &NodeId| !matches!(result.kind(*node), Kind::Object | Kind::Array);
        let entry = |node: NodeId| {
            let origin = self.lineage.origin(node)?;
            let source = origin.source()?;
            let span = self.source.tree.span(source);
            let number = origin.rule();
            let rule = number.and_then(|number| self.program.rule(number));
            let rule_at = number.and_then(|number| *of_rules.get(number as usize)?);
            let (place, part) = places.at(self, source, span).filter(|_| span.start < span.end)?;
            Some(OriginEntry {
                path: location(self.model, result, node),
                source: self.place(place, part),
                rule: rule.map_or_else(String::new, |it| format!("{}: {}", it.group, it.name)),
                map: rule.map_or_else(String::new, |it| it.map.clone()),
                rule_at,
            })
        };
        result.nodes().filter(is_value).filter_map(entry).collect()
    }

    /// The values of the source that no rule took, in order.
    pub(super) fn unmapped(self) -> Vec<SourcePlace> {
        let Self { model, source, lineage, .. } = self;
        if source.segments.is_some() {
            let left = source.unmapped(lineage);
            return left.into_iter().map(|it| self.place(it.place, it.span)).collect();
        }
        let place = |node| self.place(location(model, &source.tree, node), source.tree.span(node));
        lineage.unmapped(&source.tree).map(place).collect()
    }

    /// Where the rules of a map that was given as text stand in it, by the number of the rule; none for those that it imports.
    fn places_of_rules(self) -> Vec<Option<MapPlace>> {
        let Some((url, text)) = self.text else { return Vec::new() };
        let lines = LineIndex::new(text);
        let place = |RuleInfo { map, span, .. }: &RuleInfo| {
            let is_here = map == url && span.start < span.end;
            let Position { line, column } = lines.position(text, span.start);
            let length = span.slice(text).encode_utf16().count() as u32;
            is_here.then_some(MapPlace { line, column, length })
        };
        self.program.rules().iter().map(place).collect()
    }

    fn place(self, place: String, span: Span) -> SourcePlace {
        let position = self.source.position_of(span.start);
        let length = span.slice(self.source.tree.text()).encode_utf16().count() as u32;
        SourcePlace { place, line: position.line, column: position.column, length }
    }
}

/// What the values of a source are called, and which part of the text they are. INVARIANT: parts that are measured do
/// not hold each other, so that an account is linear in the source.
enum Places<'d> {
    /// By where they begin in a message.
    Message(Message<'d>, HashMap<u32, (Place<'d>, Span)>),
    Tree,
}

impl<'d> Places<'d> {
    fn of(source: &'d Document) -> Self {
        source.message().map_or(Self::Tree, |message| {
            let places = message.leaves().map(|(place, it)| (it.span.start, (place, it.span)));
            Self::Message(message, places.collect())
        })
    }

    fn at(&self, account: Account<'_>, node: NodeId, span: Span) -> Option<(String, Span)> {
        match self {
            Self::Message(message, places) => {
                let start =
                    |segment: Segment<'_>| Span::new(segment.span().start, segment.span().start);
                let segment =
                    || message.segment_at(span.start).map(|it| (Place::of(it), start(it)));
                let (place, part) = places.get(&span.start).copied().or_else(segment)?;
                Some((place.to_string(), part))
            }
            Self::Tree => {
                let tree = &account.source.tree;
                let has_parts = matches!(tree.kind(node), Kind::Object | Kind::Array);
                let end = if has_parts { span.start } else { span.end };
                Some((location(account.model, tree, node), Span::new(span.start, end)))
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
