//! From a [`Map`] back to text: `parse(print(x)) = x`, in the form of R5.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    ConceptMap, Dependent, Group, Map, Metadata, Parameter, Rule, Source, Target, Transform,
    TypeMode, Word,
};
use crate::text::write_quoted;

/// Words that would be read as something else where the name of a variable stands.
const RESERVED: [&str; 2] = ["true", "false"];

impl Display for Map {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for Metadata { name, value } in &self.metadata {
            write!(f, "/// {name} =")?;
            if !value.text.is_empty() {
                f.write_char(' ')?;
                write_text(f, &value.text)?;
            }
            f.write_char('\n')?;
        }
        for map in &self.concept_maps {
            write!(f, "\n{map}")?;
        }
        for (index, structure) in self.structures.iter().enumerate() {
            f.write_str(if index == 0 { "\nuses " } else { "uses " })?;
            write_double(f, &structure.url.text)?;
            if let Some(alias) = &structure.alias {
                f.write_str(" alias ")?;
                write_name(f, &alias.text)?;
            }
            write!(f, " as {}", structure.mode.as_str())?;
            for line in structure.documentation.iter().flat_map(|text| text.lines()) {
                // Only what follows on the same line belongs to the structure.
                write!(f, " // {line}")?;
            }
            f.write_char('\n')?;
        }
        for (index, import) in self.imports.iter().enumerate() {
            f.write_str(if index == 0 { "\nimports " } else { "imports " })?;
            write_double(f, &import.text)?;
            f.write_char('\n')?;
        }
        for (index, constant) in self.constants.iter().enumerate() {
            f.write_str(if index == 0 { "\nlet " } else { "let " })?;
            write_name(f, &constant.name.text)?;
            writeln!(f, " = {};", constant.value.text)?;
        }
        self.groups.iter().try_for_each(|group| write!(f, "\n{group}"))
    }
}

impl Display for ConceptMap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("conceptmap ")?;
        write_double(f, &self.url.text)?;
        f.write_str(" {\n")?;
        for (name, url) in &self.prefixes {
            f.write_str("  prefix ")?;
            write_name(f, &name.text)?;
            f.write_str(" = ")?;
            write_double(f, &url.text)?;
            f.write_char('\n')?;
        }
        for name in &self.unmapped {
            f.write_str("  unmapped for ")?;
            write_name(f, &name.text)?;
            f.write_str(" = provided\n")?;
        }
        for mapping in &self.mappings {
            f.write_str("  ")?;
            write_code(f, &mapping.source)?;
            if mapping.target.0.text.is_empty() {
                f.write_str(" --\n")?;
                continue;
            }
            write!(f, " {} ", mapping.relation.sign())?;
            write_code(f, &mapping.target)?;
            f.write_char('\n')?;
        }
        f.write_str("}\n")
    }
}

impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_comment(f, self.documentation.as_deref(), 0)?;
        f.write_str("group ")?;
        write_name(f, &self.name.text)?;
        for (index, input) in self.inputs.iter().enumerate() {
            f.write_str(if index == 0 { "(" } else { ", " })?;
            write!(f, "{} ", input.mode.as_str())?;
            write_name(f, &input.name.text)?;
            if let Some(name) = &input.type_name {
                f.write_str(" : ")?;
                write_name(f, &name.text)?;
            }
        }
        f.write_char(')')?;
        if let Some(extends) = &self.extends {
            f.write_str(" extends ")?;
            write_name(f, &extends.text)?;
        }
        f.write_str(match self.type_mode {
            TypeMode::None => "",
            TypeMode::Types => " <<types>>",
            TypeMode::TypeAndTypes => " <<type+>>",
        })?;
        write_rules(f, &self.rules, 0)?;
        f.write_char('\n')
    }
}

fn write_rules(f: &mut Formatter<'_>, rules: &[Rule], depth: usize) -> fmt::Result {
    f.write_str(" {\n")?;
    rules.iter().try_for_each(|rule| write_rule(f, rule, depth + 1))?;
    indent(f, depth)?;
    f.write_char('}')
}

fn write_rule(f: &mut Formatter<'_>, rule: &Rule, depth: usize) -> fmt::Result {
    write_comment(f, rule.documentation.as_deref(), depth)?;
    indent(f, depth)?;
    for (index, source) in rule.sources.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write!(f, "{source}")?;
    }
    for (index, target) in rule.targets.iter().enumerate() {
        f.write_str(if index == 0 { " -> " } else { ", " })?;
        write!(f, "{target}")?;
    }
    for (index, dependent) in rule.dependents.iter().enumerate() {
        f.write_str(if index == 0 { " then " } else { ", " })?;
        write!(f, "{dependent}")?;
    }
    if !rule.rules.is_empty() {
        f.write_str(if rule.dependents.is_empty() { " then" } else { "" })?;
        write_rules(f, &rule.rules, depth)?;
    }
    if let Some(name) = &rule.name {
        f.write_char(' ')?;
        write_double(f, &name.text)?;
    }
    f.write_str(";\n")
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_path(f, Some(&self.context), &self.element)?;
        if let Some(name) = &self.type_name {
            f.write_str(" : ")?;
            write_name(f, &name.text)?;
        }
        match (self.min, &self.max) {
            (None, None) => {}
            (min, max) => {
                let max = max.as_ref().map_or("*", |max| max.text.as_str());
                write!(f, " {}..{max}", min.unwrap_or(0))?;
            }
        }
        if let Some(default) = &self.default {
            write!(f, " default ({})", default.text)?;
        }
        if let Some(mode) = self.list_mode {
            write!(f, " {}", mode.as_str())?;
        }
        write_alias(f, self.variable.as_ref())?;
        for (word, expression) in
            [("where", &self.condition), ("check", &self.check), ("log", &self.log)]
        {
            if let Some(expression) = expression {
                write!(f, " {word} ({})", expression.text)?;
            }
        }
        Ok(())
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_path(f, self.context.as_ref(), &self.element)?;
        if let Some(transform) = &self.transform {
            f.write_str(if self.context.is_some() { " = " } else { "" })?;
            write!(f, "{transform}")?;
        }
        write_alias(f, self.variable.as_ref())?;
        for mode in &self.list_modes {
            write!(f, " {}", mode.as_str())?;
            if let (super::ast::TargetListMode::Share, Some(share)) = (mode, &self.share) {
                f.write_char(' ')?;
                write_name(f, &share.text)?;
            }
        }
        Ok(())
    }
}

impl Display for Transform {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copy(value) => write!(f, "{value}"),
            Self::Evaluate(None, expression) => write!(f, "({})", expression.text),
            Self::Evaluate(Some(context), expression) => {
                write!(f, "evaluate({context}, {})", expression.text)
            }
            Self::Call(function, parameters, _) => {
                f.write_str(function.as_str())?;
                write_parameters(f, parameters)
            }
        }
    }
}

impl Display for Dependent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_name(f, &self.name.text)?;
        write_parameters(f, &self.parameters)
    }
}

fn write_parameters(f: &mut Formatter<'_>, parameters: &[Parameter]) -> fmt::Result {
    f.write_char('(')?;
    for (index, parameter) in parameters.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write!(f, "{parameter}")?;
    }
    f.write_char(')')
}

impl Display for Parameter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write_name(f, &name.text),
            Self::Text(text) => write_quoted(f, &text.text, '\''),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(&number.text),
            Self::Temporal(text) => write!(f, "@{}", text.text),
        }
    }
}

fn write_path(f: &mut Formatter<'_>, context: Option<&Word>, element: &[Word]) -> fmt::Result {
    for (index, step) in context.into_iter().chain(element).enumerate() {
        f.write_str(if index == 0 { "" } else { "." })?;
        write_name(f, &step.text)?;
    }
    Ok(())
}

fn write_alias(f: &mut Formatter<'_>, variable: Option<&Word>) -> fmt::Result {
    let Some(variable) = variable else { return Ok(()) };
    f.write_str(" as ")?;
    write_name(f, &variable.text)
}

fn write_code(f: &mut Formatter<'_>, (prefix, code): &(Word, Word)) -> fmt::Result {
    write_name(f, &prefix.text)?;
    f.write_char(':')?;
    if is_plain(&code.text) { f.write_str(&code.text) } else { write_double(f, &code.text) }
}

fn write_comment(f: &mut Formatter<'_>, text: Option<&str>, depth: usize) -> fmt::Result {
    for line in text.into_iter().flat_map(str::lines) {
        indent(f, depth)?;
        writeln!(f, "// {line}")?;
    }
    Ok(())
}

fn indent(f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
    (0..depth).try_for_each(|_| f.write_str("  "))
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Writes a name, in backticks where it needs them.
pub(super) fn write_name(f: &mut impl Write, name: &str) -> fmt::Result {
    if is_plain(name) && !RESERVED.contains(&name) {
        f.write_str(name)
    } else {
        write_quoted(f, name, '`')
    }
}

fn write_double(f: &mut impl Write, text: &str) -> fmt::Result {
    write_quoted(f, text, '"')
}

/// A text of several lines is easier to read between three quotes, where it can stand there as it is.
fn write_text(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    let fits = !text.contains("\"\"\"") && !text.contains('\r') && !text.ends_with('"');
    if text.contains('\n') && fits {
        return write!(f, "\"\"\"\n{text}\n\"\"\"");
    }
    write_quoted(f, text, '\'')
}
