//! Rules: sources, targets, transforms, and what they go on with.

use super::super::SyntaxError;
use super::super::ast::{
    Dependent, Expression, Extent, Function, Parameter, Rule, Source, SourceListMode, Target,
    TargetListMode, Transform, Word,
};
use super::super::lexer::TokenKind;
use super::{DEPTH, Parsed, Parser};
use crate::text::Span;

impl Parser<'_> {
    /// `{ rule; rule; }`
    pub(super) fn rules(&mut self) -> Parsed<Vec<Rule>> {
        self.expect("{")?;
        self.depth += 1;
        if self.depth > DEPTH {
            let message = format!("Rules stand inside each other deeper than {DEPTH} levels");
            return Err(SyntaxError { span: self.span(), message });
        }
        let mut rules = Vec::new();
        while !self.takes("}") {
            rules.push(self.rule()?);
        }
        self.depth -= 1;
        Ok(rules)
    }

    fn rule(&mut self) -> Parsed<Rule> {
        let start = self.span().start;
        let mut rule =
            Rule { documentation: self.notes[self.at].before.clone(), ..Rule::default() };
        rule.sources.push(self.source()?);
        while self.takes(",") {
            rule.sources.push(self.source()?);
        }
        if self.takes("->") {
            rule.targets.push(self.target()?);
            while self.takes(",") {
                rule.targets.push(self.target()?);
            }
        }
        if self.takes_word("then") {
            self.then(&mut rule)?;
        }
        if !self.is_symbol(";") {
            let expected = if rule.targets.is_empty() && rule.name.is_none() && !self.is_name() {
                "`->`, `then` or `;`"
            } else {
                "`;`"
            };
            let name = self.name_or_quoted(expected)?;
            rule.name = Some(name);
        }
        rule.span = Extent(Span::new(start, self.end()));
        self.expect(";")?;
        Ok(rule)
    }

    fn is_name(&self) -> bool {
        matches!(self.peek(), TokenKind::Double(_) | TokenKind::Single(_))
    }

    /// What stands after `then`.
    fn then(&mut self, rule: &mut Rule) -> Parsed<()> {
        if !self.is_symbol("{") {
            rule.dependents.push(self.dependent()?);
            while self.takes(",") {
                rule.dependents.push(self.dependent()?);
            }
        }
        if self.is_symbol("{") {
            rule.rules = self.rules()?;
        }
        Ok(())
    }

    fn dependent(&mut self) -> Parsed<Dependent> {
        let name = self.name("the name of a group or `{`")?;
        Ok(Dependent { name, parameters: self.parameters()? })
    }

    /// `variable.element.element`: the first step, and the others.
    fn path(&mut self, what: &str) -> Parsed<(Word, Vec<Word>)> {
        let first = self.name(what)?;
        let mut rest = Vec::new();
        while self.takes(".") {
            rest.push(self.name("the name of an element")?);
        }
        Ok((first, rest))
    }

    fn source(&mut self) -> Parsed<Source> {
        let (context, element) = self.path("a rule: the name of a variable, or `}`")?;
        let mut source = Source { context, element, ..Source::default() };
        loop {
            if self.takes(":") {
                source.type_name = Some(self.name_or_quoted("the name of a type")?);
                continue;
            }
            if let TokenKind::Number(number) = self.peek().clone() {
                self.cardinality(&number, &mut source)?;
                continue;
            }
            let TokenKind::Word(word) = self.peek().clone() else { return Ok(source) };
            let slot = match word.as_str() {
                "as" => {
                    self.skip();
                    source.variable = Some(self.name("the name of a variable")?);
                    continue;
                }
                "default" => {
                    self.skip();
                    source.default = Some(self.default_value()?);
                    continue;
                }
                "log" => {
                    self.skip();
                    source.log = Some(self.bracketed()?);
                    continue;
                }
                "where" => &mut source.condition,
                "check" => &mut source.check,
                mode => {
                    let mode =
                        SourceListMode::from_text(mode).filter(|_| source.list_mode.is_none());
                    let Some(mode) = mode else { return Ok(source) };
                    source.list_mode = Some(mode);
                    self.skip();
                    continue;
                }
            };
            self.skip();
            *slot = Some(self.expression()?);
        }
    }

    /// `0..1`, `1..*`
    fn cardinality(&mut self, min: &str, source: &mut Source) -> Parsed<()> {
        source.min = min.parse().ok();
        if source.min.is_none() {
            return Err(self.unexpected("a whole number"));
        }
        self.skip();
        self.expect("..")?;
        let span = self.span();
        let max = match self.peek() {
            TokenKind::Symbol("*") => "*".to_owned(),
            TokenKind::Number(max) if max.parse::<u32>().is_ok() => max.clone(),
            _ => return Err(self.unexpected("a whole number or `*`")),
        };
        self.skip();
        source.max = Some(Word { text: max, span });
        Ok(())
    }

    /// `(expression)`, or a text in quotes, as the first form of the language had it.
    fn default_value(&mut self) -> Parsed<Expression> {
        if self.is_symbol("(") { self.bracketed() } else { self.expression() }
    }

    fn target(&mut self) -> Parsed<Target> {
        let mut target = Target::default();
        if self.is_symbol("(") {
            target.transform = Some(Transform::Evaluate(None, self.bracketed()?));
        } else if matches!(self.peek_at(1), TokenKind::Symbol("(")) {
            target.transform = Some(self.call()?);
        } else {
            let (context, element) = self.path("a target: the name of a variable")?;
            target.context = Some(context);
            target.element = element;
            if self.takes("=") {
                target.transform = Some(self.transform()?);
            }
        }
        loop {
            let TokenKind::Word(word) = self.peek().clone() else { return Ok(target) };
            if word == "as" {
                self.skip();
                target.variable = Some(self.name("the name of a variable")?);
            } else if let Some(mode) = TargetListMode::from_text(&word) {
                self.skip();
                target.list_modes.push(mode);
                if mode == TargetListMode::Share {
                    target.share = Some(self.name("the name under which it is shared")?);
                }
            } else {
                return Ok(target);
            }
        }
    }

    fn transform(&mut self) -> Parsed<Transform> {
        match (self.peek(), self.peek_at(1)) {
            (TokenKind::Symbol("("), _) => Ok(Transform::Evaluate(None, self.bracketed()?)),
            (TokenKind::Word(_), TokenKind::Symbol("(")) => self.call(),
            (TokenKind::Word(_) | TokenKind::Delimited(_), TokenKind::Symbol(".")) => {
                // A path from a variable is an expression.
                let start = self.span().start;
                self.path("the name of a variable")?;
                let span = Span::new(start, self.end());
                let text = crate::fhirpath::parse(span.slice(self.text))
                    .map_or_else(|_| span.slice(self.text).to_owned(), |node| node.to_string());
                Ok(Transform::Evaluate(None, Expression { text, span }))
            }
            _ => Ok(Transform::Copy(self.parameter("a value, a variable or a transform")?)),
        }
    }

    /// `translate(...)`
    fn call(&mut self) -> Parsed<Transform> {
        let name = self.name("the name of a transform")?;
        let Some(function) = Function::from_text(&name.text) else {
            let known =
                crate::issue::nearest(&name.text, Function::ALL.iter().map(|it| it.as_str()));
            let hint = known.first().map_or(String::new(), |hint| format!(": is `{hint}` meant?"));
            let message = format!("There is no transform `{}`{hint}", name.text);
            return Err(SyntaxError { span: name.span, message });
        };
        match function {
            Function::Evaluate => self.evaluate(),
            Function::Copy => {
                self.expect("(")?;
                let value = self.parameter("a value or a variable")?;
                self.expect(")")?;
                Ok(Transform::Copy(value))
            }
            _ => {
                let parameters = self.parameters()?;
                let extent = Extent(Span::new(name.span.start, self.end()));
                Ok(Transform::Call(function, parameters, extent))
            }
        }
    }

    /// What stands after `evaluate`: `(variable, expression)` or `(expression)`.
    fn evaluate(&mut self) -> Parsed<Transform> {
        self.expect("(")?;
        let has_context = matches!(self.peek_at(1), TokenKind::Symbol(","));
        let context = if has_context {
            let context = self.parameter("a variable")?;
            self.expect(",")?;
            Some(context)
        } else {
            None
        };
        let expression = self.expression()?;
        self.expect(")")?;
        Ok(Transform::Evaluate(context, expression))
    }

    /// `(a, 'b', 1)`
    fn parameters(&mut self) -> Parsed<Vec<Parameter>> {
        self.expect("(")?;
        let mut all = Vec::new();
        while !self.takes(")") {
            if !all.is_empty() {
                self.expect(",")?;
            }
            all.push(self.parameter("a value or a variable")?);
        }
        Ok(all)
    }

    fn parameter(&mut self, what: &str) -> Parsed<Parameter> {
        let start = self.span().start;
        let is_negative = self.takes("-");
        let span = Span::new(start, self.span().end);
        let word = |text: String| Word { text, span };
        let parameter = match self.peek().clone() {
            TokenKind::Number(number) if is_negative => {
                Parameter::Number(word(format!("-{number}")))
            }
            _ if is_negative => return Err(self.unexpected("a number")),
            TokenKind::Number(number) => Parameter::Number(word(number)),
            TokenKind::Single(text) | TokenKind::Double(text) => Parameter::Text(word(text)),
            TokenKind::Temporal(text) => Parameter::Temporal(word(text)),
            TokenKind::Word(text) if text == "true" => Parameter::Boolean(true),
            TokenKind::Word(text) if text == "false" => Parameter::Boolean(false),
            TokenKind::Word(text) | TokenKind::Delimited(text) => Parameter::Variable(word(text)),
            // `%name` is how FHIRPath writes a variable.
            TokenKind::Symbol("%") => {
                self.skip();
                return Ok(Parameter::Variable(self.name("the name of a variable")?));
            }
            _ => return Err(self.unexpected(what)),
        };
        self.skip();
        Ok(parameter)
    }
}
