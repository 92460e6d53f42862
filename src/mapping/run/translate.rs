//! `translate`: what a code becomes by concept maps, one after the other.

use std::borrow::Cow;

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

/// A code with its system, and how it is called.
#[derive(Clone, Debug, Default)]
struct Coding {
    system: Option<String>,
    code: String,
    display: Option<String>,
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
        let text = match output {
            "system" => found.system,
            "display" => found.display,
            "coding" | "Coding" | "CodeableConcept" => {
                let function = if output == "CodeableConcept" { Function::Cc } else { Function::C };
                let texts = vec![found.system, Some(found.code), found.display].into_iter();
                let texts = texts.map(|text| text.map(Cow::Owned)).collect();
                return self.complex(function, texts).map_or(nothing, Made::Node);
            }
            _ => Some(found.code),
        };
        Made::Values(text.map(|it| Value::String(it.into())).into())
    }

    /// The codes of a parameter: of a value of the source, or of a Coding that is being made.
    fn codings(&mut self, parameter: &'s Parameter) -> Option<Vec<Coding>> {
        match self.argument(parameter)? {
            Argument::Made(made) if !matches!(self.draft.kind(made), Kind::Primitive(_)) => {
                let text = |name| self.draft.child_value(made, name).map(str::to_owned);
                let coding = Coding { system: text("system"), code: text("code")?, display: None };
                Some(vec![coding])
            }
            _ => self.single(parameter).map(|value| codings(&value)),
        }
    }

    /// What the first of the codes becomes that becomes something. Nothing is said of it where there `is_optional`ly is one.
    fn translated(&mut self, codings: &[Coding], url: &str, is_optional: bool) -> Option<Coding> {
        let shown = url.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        let mut next = Some(url.to_owned());
        for _ in 0..MAPS {
            let Some(url) = next.take() else { break };
            let mut is_known = false;
            for map in self.concept_maps(&url).into_iter().flatten() {
                is_known = true;
                for coding in codings {
                    let (found, other) = map.translate(coding.system.as_deref(), &coding.code);
                    if let Some(first) = found.first() {
                        return Some(Coding {
                            system: Some(first.system.to_owned()).filter(|it| !it.is_empty()),
                            code: first.code.to_owned(),
                            display: first.display.map(str::to_owned),
                        });
                    }
                    next = next.or_else(|| other.map(str::to_owned));
                }
            }
            if !is_known {
                if !is_optional {
                    self.report(Code::MapConceptMap, vec![Arg::Term(shown)]);
                }
                return None;
            }
        }
        if is_optional {
            return None;
        }
        let code = codings.first().map_or(String::new(), |coding| coding.code.clone());
        self.report(Code::MapTranslate, vec![Arg::Term(shown), Arg::Value(code)]);
        None
    }

    /// The concept maps of that canonical, each asked where those before have nothing: what is given for the run, what was
    /// given to the engine, and what is in a map. So a user's table goes before ours, and need not repeat it.
    fn concept_maps(&self, url: &str) -> [Option<&'s ConceptMap>; 3] {
        let table = self.context.settings.tables.iter().find(|(known, _)| known == url);
        [
            table.map(|(_, table)| table),
            self.context.terminology.concept_map(url),
            self.program.concept_maps.get(url),
        ]
    }
}

/// The codes of a value: its own text, or those of a Coding or a CodeableConcept.
fn codings(value: &Value<'_>) -> Vec<Coding> {
    let Value::Node(FhirNode { tree, cursor, .. }) = value else {
        let code = value::text(value).unwrap_or_default().into_owned();
        return vec![Coding { code, ..Coding::default() }];
    };
    let Some(node) = cursor.node else { return Vec::new() };
    let read = |node| {
        let text = |name| tree.child_text(node, name).map(str::to_owned);
        Some(Coding { system: text("system"), code: text("code")?, display: None })
    };
    match (cursor.value(tree), tree.child(node, "coding")) {
        (Some(code), _) => vec![Coding { code: code.to_owned(), ..Coding::default() }],
        (None, Some(list)) => tree.children(list).filter_map(read).collect(),
        (None, None) => read(node).into_iter().collect(),
    }
}
