//! Maps in a pack: each by its canonical, decoded when it is first asked for. What is kept is the parsed map,
//! without places; expressions are texts, since what they mean depends on the definitions of the engine.
//!
//! ```text
//! count, then for each map: canonical, and the bytes of
//!   texts (each once), metadata, concept maps, structures, imports, constants, groups
//! ```

use std::collections::HashMap;

use super::Map;
use super::ast::{
    ConceptMap, ConceptMapping, Constant, Dependent, Extent, Function, Group, Input, InputMode,
    Metadata, Parameter, Relation, Rule, Source, SourceListMode, Structure, StructureMode, Target,
    TargetListMode, Transform, TypeMode, Word,
};
use crate::definitions::pack::{PackError, Read, Reader, Writer};

/// The name of the section of a pack.
pub const SECTION: &str = "maps";

/// How deep rules may stand inside each other.
const DEPTH: usize = 50;

/// The section of these maps.
pub fn write_maps<'m>(maps: impl IntoIterator<Item = &'m Map>) -> Writer {
    let maps: Vec<&Map> = maps.into_iter().collect();
    let mut out = Writer::new();
    out.count(maps.len());
    for map in maps {
        out.str(map.url());
        out.bytes(&encode(map));
    }
    out
}

fn encode(map: &Map) -> Vec<u8> {
    let mut encoder = Encoder::default();
    encoder.map(map);
    let mut out = Writer::new();
    out.count(encoder.texts.len());
    encoder.texts.iter().for_each(|text| out.str(text));
    out.raw(&encoder.out.into_bytes());
    out.into_bytes()
}

/// The map of these bytes.
pub(super) fn decode(bytes: &[u8]) -> Read<Map> {
    let mut reader = Reader::new(bytes);
    let texts = reader.list(|reader| reader.str().map(str::to_owned))?;
    let mut decoder = Decoder { reader, texts, depth: 0 };
    let map = decoder.map()?;
    decoder.reader.finish()?;
    Ok(map)
}

#[derive(Default)]
struct Encoder<'m> {
    out: Writer,
    texts: Vec<&'m str>,
    numbers: HashMap<&'m str, u32>,
}

impl<'m> Encoder<'m> {
    /// A text by its number, plus one; 0 for none.
    fn optional(&mut self, text: Option<&'m str>) {
        let Some(text) = text else { return self.out.u32(0) };
        let next = self.texts.len() as u32 + 1;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        self.out.u32(number);
    }

    fn text(&mut self, text: &'m str) {
        self.optional(Some(text));
    }

    fn word(&mut self, word: &'m Word) {
        self.text(&word.text);
    }

    fn option(&mut self, word: Option<&'m Word>) {
        self.optional(word.map(|word| word.text.as_str()));
    }

    fn words(&mut self, words: &'m [Word]) {
        self.list(words, Self::word);
    }

    fn list<T>(&mut self, entries: &'m [T], mut entry: impl FnMut(&mut Self, &'m T)) {
        self.out.count(entries.len());
        for it in entries {
            entry(self, it);
        }
    }

    fn map(&mut self, map: &'m Map) {
        self.list(&map.metadata, |this, it| {
            this.text(&it.name);
            this.word(&it.value);
        });
        self.list(&map.concept_maps, Self::concept_map);
        self.list(&map.structures, |this, it| {
            this.word(&it.url);
            this.option(it.alias.as_ref());
            this.text(it.mode.as_str());
            this.optional(it.documentation.as_deref());
        });
        self.words(&map.imports);
        self.list(&map.constants, |this, it| {
            this.word(&it.name);
            this.word(&it.value);
        });
        self.list(&map.groups, Self::group);
    }

    fn concept_map(&mut self, map: &'m ConceptMap) {
        self.word(&map.url);
        self.list(&map.prefixes, Self::pair);
        self.words(&map.unmapped);
        self.list(&map.mappings, |this, it| {
            this.pair(&it.source);
            this.text(it.relation.as_str());
            this.pair(&it.target);
        });
    }

    fn pair(&mut self, (first, second): &'m (Word, Word)) {
        self.word(first);
        self.word(second);
    }

    fn group(&mut self, group: &'m Group) {
        self.word(&group.name);
        self.list(&group.inputs, |this, it| {
            this.text(it.mode.as_str());
            this.word(&it.name);
            this.option(it.type_name.as_ref());
        });
        self.option(group.extends.as_ref());
        self.text(group.type_mode.as_str());
        self.optional(group.documentation.as_deref());
        self.list(&group.rules, Self::rule);
    }

    fn rule(&mut self, rule: &'m Rule) {
        self.option(rule.name.as_ref());
        self.list(&rule.sources, Self::source);
        self.list(&rule.targets, Self::target);
        self.list(&rule.dependents, |this, it| {
            this.word(&it.name);
            this.list(&it.parameters, Self::parameter);
        });
        self.optional(rule.documentation.as_deref());
        self.list(&rule.rules, Self::rule);
    }

    fn source(&mut self, source: &'m Source) {
        self.word(&source.context);
        self.words(&source.element);
        self.option(source.type_name.as_ref());
        self.out.u64(source.min.map_or(0, |min| u64::from(min) + 1));
        self.option(source.max.as_ref());
        self.optional(source.list_mode.map(SourceListMode::as_str));
        for word in
            [&source.default, &source.variable, &source.condition, &source.check, &source.log]
        {
            self.option(word.as_ref());
        }
    }

    fn target(&mut self, target: &'m Target) {
        self.option(target.context.as_ref());
        self.words(&target.element);
        match &target.transform {
            None => self.out.u8(0),
            Some(Transform::Copy(value)) => {
                self.out.u8(1);
                self.parameter(value);
            }
            Some(Transform::Evaluate(context, expression)) => {
                self.out.u8(if context.is_some() { 3 } else { 2 });
                if let Some(context) = context {
                    self.parameter(context);
                }
                self.word(expression);
            }
            Some(Transform::Call(function, parameters, _)) => {
                self.out.u8(4);
                self.text(function.as_str());
                self.list(parameters, Self::parameter);
            }
        }
        self.option(target.variable.as_ref());
        self.list(&target.list_modes, |this, it| this.text(it.as_str()));
        self.option(target.share.as_ref());
    }

    fn parameter(&mut self, parameter: &'m Parameter) {
        let (kind, word) = match parameter {
            Parameter::Variable(word) => (0, word),
            Parameter::Text(word) => (1, word),
            Parameter::Number(word) => (2, word),
            Parameter::Temporal(word) => (3, word),
            Parameter::Boolean(value) => return self.out.u8(4 + u8::from(*value)),
        };
        self.out.u8(kind);
        self.word(word);
    }
}

struct Decoder<'r> {
    reader: Reader<'r>,
    texts: Vec<String>,
    depth: usize,
}

impl Decoder<'_> {
    fn optional(&mut self) -> Read<Option<String>> {
        let Some(index) = self.reader.u32()?.checked_sub(1) else { return Ok(None) };
        let text = self.texts.get(index as usize).cloned();
        text.map(Some).ok_or(PackError::Malformed("a text of a map is not there"))
    }

    fn text(&mut self) -> Read<String> {
        self.optional()?.ok_or(PackError::Malformed("a text of a map is missing"))
    }

    fn word(&mut self) -> Read<Word> {
        self.text().map(Word::new)
    }

    fn option(&mut self) -> Read<Option<Word>> {
        Ok(self.optional()?.map(Word::new))
    }

    /// One of a few words.
    fn code<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Read<T> {
        parse(&self.text()?).ok_or(PackError::Malformed("a word of a map is unknown"))
    }

    fn list<T>(&mut self, mut entry: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.reader.count()?;
        (0..count).map(|_| entry(self)).collect()
    }

    fn map(&mut self) -> Read<Map> {
        Ok(Map {
            metadata: self.list(|this| Ok(Metadata { name: this.text()?, value: this.word()? }))?,
            concept_maps: self.list(Self::concept_map)?,
            structures: self.list(|this| {
                Ok(Structure {
                    url: this.word()?,
                    alias: this.option()?,
                    mode: this.code(StructureMode::from_text)?,
                    documentation: this.optional()?,
                })
            })?,
            imports: self.list(Self::word)?,
            constants: self
                .list(|this| Ok(Constant { name: this.word()?, value: this.word()? }))?,
            groups: self.list(Self::group)?,
        })
    }

    fn concept_map(&mut self) -> Read<ConceptMap> {
        Ok(ConceptMap {
            url: self.word()?,
            prefixes: self.list(Self::pair)?,
            unmapped: self.list(Self::word)?,
            mappings: self.list(|this| {
                Ok(ConceptMapping {
                    source: this.pair()?,
                    relation: this.code(Relation::from_text)?,
                    target: this.pair()?,
                })
            })?,
        })
    }

    fn pair(&mut self) -> Read<(Word, Word)> {
        Ok((self.word()?, self.word()?))
    }

    fn group(&mut self) -> Read<Group> {
        Ok(Group {
            name: self.word()?,
            inputs: self.list(|this| {
                Ok(Input {
                    mode: this.code(InputMode::from_text)?,
                    name: this.word()?,
                    type_name: this.option()?,
                })
            })?,
            extends: self.option()?,
            type_mode: self.code(TypeMode::from_text)?,
            documentation: self.optional()?,
            rules: self.list(Self::rule)?,
        })
    }

    fn rule(&mut self) -> Read<Rule> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(PackError::Malformed("rules of a map stand too deep inside each other"));
        }
        let rule = Rule {
            name: self.option()?,
            sources: self.list(Self::source)?,
            targets: self.list(Self::target)?,
            dependents: self.list(|this| {
                Ok(Dependent { name: this.word()?, parameters: this.list(Self::parameter)? })
            })?,
            documentation: self.optional()?,
            rules: self.list(Self::rule)?,
            span: Extent::default(),
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn source(&mut self) -> Read<Source> {
        let (context, element, type_name) = (self.word()?, self.list(Self::word)?, self.option()?);
        let min = self.reader.u64()?.checked_sub(1).map(|min| min as u32);
        let max = self.option()?;
        let list_mode = self.optional()?;
        let unknown = PackError::Malformed("a word of a map is unknown");
        let list_mode = match list_mode {
            Some(text) => Some(SourceListMode::from_text(&text).ok_or(unknown)?),
            None => None,
        };
        Ok(Source {
            context,
            element,
            type_name,
            min,
            max,
            list_mode,
            default: self.option()?,
            variable: self.option()?,
            condition: self.option()?,
            check: self.option()?,
            log: self.option()?,
        })
    }

    fn target(&mut self) -> Read<Target> {
        Ok(Target {
            context: self.option()?,
            element: self.list(Self::word)?,
            transform: match self.reader.u8()? {
                0 => None,
                1 => Some(Transform::Copy(self.parameter()?)),
                2 => Some(Transform::Evaluate(None, self.word()?)),
                3 => Some(Transform::Evaluate(Some(self.parameter()?), self.word()?)),
                4 => {
                    let function = self.code(Function::from_text)?;
                    let parameters = self.list(Self::parameter)?;
                    Some(Transform::Call(function, parameters, Extent::default()))
                }
                _ => return Err(PackError::Malformed("a transform of a map is unknown")),
            },
            variable: self.option()?,
            list_modes: self.list(|this| this.code(TargetListMode::from_text))?,
            share: self.option()?,
        })
    }

    fn parameter(&mut self) -> Read<Parameter> {
        Ok(match self.reader.u8()? {
            0 => Parameter::Variable(self.word()?),
            1 => Parameter::Text(self.word()?),
            2 => Parameter::Number(self.word()?),
            3 => Parameter::Temporal(self.word()?),
            kind @ (4 | 5) => Parameter::Boolean(kind == 5),
            _ => return Err(PackError::Malformed("a parameter of a map is unknown")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::parse;

    const MAP: &str = "/// url = 'http://m'\n\
        conceptmap '#c' { prefix a = 'http://a' unmapped for a = provided a:x == a:y a:z -- }\n\
        uses 'http://s' alias S as source // about\n\
        imports 'http://l/*'\n\
        let c = 1 + 1;\n\
        // says\n\
        group g(source s : S, target t) extends h <<type+>> {\n\
          s.a.b : T 0..1 default ('x') first as x where (true) check (true) log ('n'), s.c as y \
            -> t.a = x as z share q, t.b = 'c' last, t.c = -1, t.d = true, t.e = @2020, (x + 1) as u, \
               t.f = evaluate(x, y), t.g = translate(x, '#c', 'code') then h(x, 't') { x.a -> t.a; } \"name\";\n\
        }\n\
        group h(source s, target t) {}";

    #[test]
    fn what_is_written_is_read() {
        let map = parse(MAP).unwrap();
        assert_eq!(decode(&encode(&map)).unwrap(), map);
    }

    #[test]
    fn damage_is_an_error_and_no_panic() {
        let bytes = encode(&parse(MAP).unwrap());
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).is_err());
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                // Whatever comes of it: no panic.
                let _ = decode(&damaged);
            }
        }
    }
}
