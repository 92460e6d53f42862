//! Where a FHIRPath expression ends: the mapping language does not say by a sign of its own.

use super::super::SyntaxError;
use super::super::ast::Expression;
use super::super::lexer::TokenKind;
use super::{Parsed, Parser};
use crate::fhirpath;
use crate::text::Span;

impl Parser<'_> {
    /// An expression up to what cannot belong to it. It is kept as `fhirpath` prints it.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        let start = self.span().start;
        self.skip_expression();
        let span = Span::new(start, self.end().max(start));
        let text = span.slice(self.text);
        if text.is_empty() {
            return Err(self.unexpected("a FHIRPath expression"));
        }
        let node = fhirpath::parse(text).map_err(|error| SyntaxError {
            span: Span::new(start + error.span.start, start + error.span.end),
            message: error.message,
        })?;
        Ok(Expression { text: node.to_string(), span })
    }

    /// An expression in brackets.
    pub(super) fn bracketed(&mut self) -> Parsed<Expression> {
        self.expect("(")?;
        let expression = self.expression()?;
        self.expect(")")?;
        Ok(expression)
    }

    fn skip_expression(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                TokenKind::End | TokenKind::Metadata => return,
                TokenKind::Symbol("(" | "[" | "{") if depth > 0 || !self.begins_rules(start) => {
                    depth += 1;
                }
                TokenKind::Symbol(")" | "]" | "}") if depth > 0 => depth -= 1,
                TokenKind::Symbol("->" | "," | ";" | "{" | ")" | "]" | "}") if depth == 0 => return,
                TokenKind::Word(word)
                    if depth == 0
                        && matches!(word.as_str(), "check" | "log" | "then")
                        && self.follows_operand(start) =>
                {
                    return;
                }
                // The name of the rule.
                TokenKind::Double(_) if depth == 0 && self.follows_operand(start) => return,
                _ => {}
            }
            self.skip();
        }
    }

    /// True where `{` begins rules, not the empty collection `{}`.
    fn begins_rules(&self, start: usize) -> bool {
        self.is_symbol("{") && self.follows_operand(start)
    }

    /// True if the token before can be the end of an expression.
    fn follows_operand(&self, start: usize) -> bool {
        let before = self.at.checked_sub(1).filter(|&before| before >= start);
        before.is_some_and(|before| match &self.tokens[before].kind {
            TokenKind::Symbol(symbol) => matches!(*symbol, ")" | "]" | "}"),
            TokenKind::Word(word) => fhirpath::ast::Operator::from_text(word).is_none(),
            _ => true,
        })
    }
}
