//! Concept maps inside a map: `conceptmap "#id" { prefix a = "url" a:x == b:y }`.

use super::super::ast::{ConceptMap, ConceptMapping, Relation, Word};
use super::super::lexer::TokenKind;
use super::{Parsed, Parser};

/// How relations are written, the signs of R4 included.
const RELATIONS: [(&str, Relation); 10] = [
    ("-", Relation::Related),
    ("~", Relation::Related),
    ("=", Relation::Equivalent),
    ("==", Relation::Equivalent),
    ("<=", Relation::Narrower),
    ("<-", Relation::Narrower),
    (">=", Relation::Broader),
    (">-", Relation::Broader),
    ("!=", Relation::Unrelated),
    ("--", Relation::Unrelated),
];

impl Relation {
    /// The sign that R5 has for it.
    pub(in crate::mapping) fn sign(self) -> &'static str {
        match self {
            Self::Related => "-",
            Self::Equivalent => "==",
            Self::Narrower => "<=",
            Self::Broader => ">=",
            Self::Unrelated => "!=",
        }
    }
}

impl Parser<'_> {
    pub(super) fn concept_map(&mut self) -> Parsed<ConceptMap> {
        self.skip();
        let url = self.quoted("the canonical of the concept map in quotes")?;
        self.expect("{")?;
        let mut map = ConceptMap { url, ..ConceptMap::default() };
        loop {
            if self.takes("}") {
                return Ok(map);
            }
            let is_code = matches!(self.peek_at(1), TokenKind::Symbol(":"));
            if !is_code && self.takes_word("prefix") {
                let name = self.name("the name of a prefix")?;
                self.expect("=")?;
                map.prefixes.push((name, self.quoted("the canonical of a code system in quotes")?));
                self.takes(";");
            } else if !is_code && self.takes_word("unmapped") {
                self.expect_word("for")?;
                map.unmapped.push(self.name("the name of a prefix")?);
                self.expect("=")?;
                self.expect_word("provided")?;
                self.takes(";");
            } else {
                map.mappings.push(self.concept_mapping()?);
            }
        }
    }

    fn concept_mapping(&mut self) -> Parsed<ConceptMapping> {
        let source = self.prefixed_code()?;
        let sign = match self.peek() {
            TokenKind::Symbol(sign) => RELATIONS.iter().find(|(known, _)| known == sign),
            _ => None,
        };
        let Some(&(sign, relation)) = sign else {
            return Err(self.unexpected("`-`, `==`, `<=`, `>=` or `!=`"));
        };
        self.skip();
        // After `--` there may be nothing: then what follows is a line of its own, with its own sign.
        let is_line = match self.peek_at(3) {
            TokenKind::Symbol(sign) => RELATIONS.iter().any(|(known, _)| known == sign),
            _ => false,
        };
        let is_code = matches!(self.peek_at(1), TokenKind::Symbol(":"));
        let target = if sign == "--" && (is_line || !is_code) {
            Default::default()
        } else {
            self.prefixed_code()?
        };
        self.takes(";");
        Ok(ConceptMapping { source, relation, target })
    }

    fn prefixed_code(&mut self) -> Parsed<(Word, Word)> {
        let prefix = self.name("a code with its prefix")?;
        self.expect(":")?;
        if let TokenKind::Number(number) = self.peek().clone() {
            let code = Word { text: number, span: self.span() };
            self.skip();
            return Ok((prefix, code));
        }
        Ok((prefix, self.name_or_quoted("a code")?))
    }
}
