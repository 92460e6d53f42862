//! `translate`: what a code becomes by concept maps, one after the other.

use std::borrow::Cow;

use super::complex::Texts;
use super::target::Made;
use super::{Argument, Run, value};
use crate::cursor::Target as Kind;
use crate::fhirpath::{Collection, FhirNode, Value};
use crate::issue::{Arg, Code};
use crate::mapping::ast::Function;
use crate::mapping::program::Parameter;
use crate::terminology::ConceptMap;

/// How many concept maps may send on to one another.
const MAPS: usize = 8;

/// How many canonicals are kept with their concept maps.
const KNOWN: usize = 64;

/// The concept maps of a canonical, each asked where those before have nothing.
type Tables<'s> = [Option<&'s ConceptMap>; 3];

/// Those of the canonicals that a map names, found once.
pub(super) type KnownTables<'s> = Vec<(&'s str, Tables<'s>)>;

/// A code with its system.
#[derive(Clone, Debug, Default)]
struct Coding<'s> {
    system: Option<Cow<'s, str>>,
    code: Cow<'s, str>,
}

/// Codes, of which there mostly is one.
#[derive(Debug, Default)]
struct Codings<'s> {
    first: Option<Coding<'s>>,
    others: Vec<Coding<'s>>,
}

impl<'s> Codings<'s> {
    fn of(system: Option<Cow<'s, str>>, code: Cow<'s, str>) -> Self {
        Self { first: Some(Coding { system, code }), others: Vec::new() }
    }

    fn iter(&self) -> impl Iterator<Item = &Coding<'s>> {
        self.first.iter().chain(&self.others)
    }
}

impl<'s> Run<'s, '_> {
    /// `translate(value, 'map', 'output')`
    pub(super) fn translate(&mut self, parameters: &'s [Parameter]) -> Made<'s> {
        let nothing = Made::Values(Collection::Empty);
        let (Some(codings), Some(url)) =
            (self.codings(&parameters[0]), self.text_at(parameters, 1))
        else {
            return nothing;
        };
        let output = self.text_at(parameters, 2).unwrap_or(Cow::Borrowed("code"));
        let (output, is_optional) =
            output.strip_suffix('?').map_or((&*output, false), |output| (output, true));
        let Some(found) = self.translated(&codings, &url, is_optional) else { return nothing };
        self.take_parameters(parameters);
        let [system, code, display, _] = &found;
        let text = match output {
            "system" => system,
            "display" => display,
            "coding" | "Coding" | "CodeableConcept" => {
                let function = if output == "CodeableConcept" { Function::Cc } else { Function::C };
                return self.complex(function, 3, found).map_or(nothing, Made::Node);
            }
            _ => code,
        };
        Made::Values(text.clone().map(Value::String).into())
    }

    /// The codes of a parameter: of a value of the source, or of a Coding that is being made.
    fn codings(&mut self, parameter: &'s Parameter) -> Option<Codings<'s>> {
        match self.argument(parameter)? {
            Argument::Made(made) if !matches!(self.draft.kind(made), Kind::Primitive(_)) => {
                let text = |name| self.draft.child_value(made, name).map(|it| it.to_owned().into());
                let code = text(self.words.code)?;
                Some(Codings::of(text(self.words.system), code))
            }
            Argument::Made(made) => self.made_value(made).as_slice().first().map(codings),
            Argument::Values(values) => values.as_slice().first().map(codings),
        }
    }

    /// What the first of the codes becomes that becomes something: system, code, display. Nothing is said of it where there
    /// `is_optional`ly is one.
    fn translated(
        &mut self,
        codings: &Codings<'s>,
        url: &Cow<'s, str>,
        is_optional: bool,
    ) -> Option<Texts<'s>> {
        let mut next = Some(url.clone());
        let mut is_known = false;
        for _ in 0..MAPS {
            let Some(url) = next.take() else { break };
            let tables = self.tables(&url);
            is_known = tables.iter().any(Option::is_some);
            for map in tables.into_iter().flatten() {
                for coding in codings.iter() {
                    let (found, other) = map.best(coding.system.as_deref(), &coding.code);
                    if let Some(first) = found {
                        let text = |text: &str| Some(text.to_owned().into());
                        let system = text(first.system).filter(|_| !first.system.is_empty());
                        return Some([
                            system,
                            text(first.code),
                            first.display.and_then(text),
                            None,
                        ]);
                    }
                    next = next.or_else(|| other.map(|other| other.to_owned().into()));
                }
            }
            if !is_known {
                break;
            }
        }
        if !is_optional {
            let shown = url.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
            let mut args = vec![Arg::Term(shown)];
            if is_known {
                let code =
                    codings.iter().next().map_or(String::new(), |it| it.code.clone().into_owned());
                args.push(Arg::Value(code));
            }
            self.report(if is_known { Code::MapTranslate } else { Code::MapConceptMap }, args);
        }
        None
    }

    /// The concept maps of that canonical; those that a map names are kept at hand.
    fn tables(&mut self, url: &Cow<'s, str>) -> Tables<'s> {
        let &Cow::Borrowed(url) = url else { return self.find_tables(url) };
        let is_same = |(known, _): &&(&str, Tables<'s>)| std::ptr::eq(*known, url);
        if let Some((_, tables)) = self.known_tables.iter().find(is_same) {
            return *tables;
        }
        let tables = self.find_tables(url);
        if self.known_tables.len() < KNOWN {
            self.known_tables.push((url, tables));
        }
        tables
    }

    /// What is given for the run, what was given to the engine, and what is in a map: so a user's table goes before ours,
    /// and need not repeat it.
    fn find_tables(&self, url: &str) -> Tables<'s> {
        let table = self.context.settings.tables.iter().find(|(known, _)| known == url);
        [
            table.map(|(_, table)| table),
            self.context.terminology.concept_map(url),
            self.program.concept_maps.get(url),
        ]
    }
}

/// The codes of a value: its own text, or those of a Coding or a CodeableConcept.
fn codings<'v>(value: &Value<'v>) -> Codings<'v> {
    let (tree, cursor) = match value {
        Value::Node(FhirNode { tree, cursor, .. }) => (*tree, cursor),
        Value::String(code) => return Codings::of(None, code.clone()),
        _ => {
            let code = value::text(value).unwrap_or_default().into_owned();
            return Codings::of(None, code.into());
        }
    };
    let Some(node) = cursor.node else { return Codings::default() };
    if let Some(code) = cursor.value(tree) {
        return Codings::of(None, code.into());
    }
    let read = |node| {
        let text = |name| tree.child_text(node, name).map(Cow::Borrowed);
        Some(Coding { system: text("system"), code: text("code")? })
    };
    match tree.child(node, "coding") {
        Some(list) => {
            Codings { first: None, others: tree.children(list).filter_map(read).collect() }
        }
        None => Codings { first: read(node), others: Vec::new() },
    }
}
