//! From a StructureMap resource to a [`Map`].

use super::AUTO;
use super::concept_map;
use crate::definitions::View;
use crate::fhirpath;
use crate::mapping::ast::{
    Constant, Dependent, Expression, Extent, Function, Group, Input, InputMode, Map, Metadata,
    Parameter, Rule, Source, SourceListMode, Structure, StructureMode, Target, TargetListMode,
    Transform, TypeMode, Word,
};
use crate::tree::{Kind, NodeId};

/// How deep rules may stand inside each other.
const DEPTH: usize = 50;

/// Why a resource is not a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where, in the tree of the resource.
    pub node: NodeId,
    /// One sentence.
    pub message: String,
}

type Reading<T> = Result<T, Misfit>;

/// Reads a StructureMap. What the text form cannot say (extensions, narrative, contacts) is left out.
///
/// # Errors
/// A code or an expression that means nothing, a missing name, rules deeper than 50 levels.
pub fn read(resource: View<'_>) -> Reading<Map> {
    let tree = resource.tree();
    let mut map = Map::default();
    for child in tree.children(resource.node()) {
        let name = tree.name_text(child);
        let is_value =
            matches!(tree.kind(child), Kind::String | Kind::Number | Kind::True | Kind::False);
        if is_value && !matches!(name, "resourceType" | "implicitRules") && !name.starts_with('_') {
            let value = Word { text: tree.value(child).to_owned(), span: tree.span(child) };
            map.metadata.push(Metadata { name: name.to_owned(), value });
        }
    }
    map.concept_maps = resource
        .objects("contained")
        .filter(|it| it.text("resourceType") == Some("ConceptMap"))
        .map(concept_map::read)
        .collect();
    map.structures = resource.objects("structure").map(structure).collect::<Reading<_>>()?;
    map.imports = resource.texts("import").map(Word::new).collect();
    map.constants = resource.objects("const").map(constant).collect::<Reading<_>>()?;
    map.groups = resource.objects("group").map(group).collect::<Reading<_>>()?;
    Ok(map)
}

fn misfit(view: View<'_>, message: impl Into<String>) -> Misfit {
    Misfit { node: view.node(), message: message.into() }
}

/// A text property with its place.
fn word(view: View<'_>, name: &str) -> Option<Word> {
    let tree = view.tree();
    let child = tree.child(view.node(), name).filter(|&it| tree.kind(it) == Kind::String)?;
    Some(Word { text: tree.value(child).to_owned(), span: tree.span(child) })
}

fn required(view: View<'_>, name: &str) -> Reading<Word> {
    word(view, name).ok_or_else(|| misfit(view, format!("`{name}` is missing")))
}

/// A property that is one of a few codes.
fn code<T>(view: View<'_>, name: &str, parse: impl Fn(&str) -> Option<T>) -> Reading<Option<T>> {
    let Some(text) = view.text(name) else { return Ok(None) };
    let unknown = || misfit(view, format!("`{name}` cannot be `{text}`"));
    parse(text).map(Some).ok_or_else(unknown)
}

fn required_code<T>(view: View<'_>, name: &str, parse: impl Fn(&str) -> Option<T>) -> Reading<T> {
    code(view, name, parse)?.ok_or_else(|| misfit(view, format!("`{name}` is missing")))
}

/// An expression; it is kept as `fhirpath` prints it.
fn expression(view: View<'_>, word: &Word) -> Reading<Expression> {
    let node = fhirpath::parse(&word.text);
    let node = node.map_err(|error| misfit(view, format!("`{}`: {error}", word.text)))?;
    Ok(Expression { text: node.to_string(), span: word.span })
}

fn optional_expression(view: View<'_>, name: &str) -> Reading<Option<Expression>> {
    word(view, name).map(|word| expression(view, &word)).transpose()
}

fn structure(view: View<'_>) -> Reading<Structure> {
    Ok(Structure {
        url: required(view, "url")?,
        alias: word(view, "alias"),
        mode: required_code(view, "mode", StructureMode::from_text)?,
        documentation: view.text("documentation").map(str::to_owned),
    })
}

fn constant(view: View<'_>) -> Reading<Constant> {
    let value = expression(view, &required(view, "value")?)?;
    Ok(Constant { name: required(view, "name")?, value })
}

fn group(view: View<'_>) -> Reading<Group> {
    let mode = |text: &str| match text {
        // R4 writes `types`, `type-and-types` and `none`; R5 leaves `none` out.
        "types" => Some(TypeMode::Types),
        "type-and-types" => Some(TypeMode::TypeAndTypes),
        "none" => Some(TypeMode::None),
        _ => None,
    };
    Ok(Group {
        name: required(view, "name")?,
        inputs: view.objects("input").map(input).collect::<Reading<_>>()?,
        extends: word(view, "extends"),
        type_mode: code(view, "typeMode", mode)?.unwrap_or(TypeMode::None),
        rules: rules(view, 0)?,
        documentation: view.text("documentation").map(str::to_owned),
    })
}

fn input(view: View<'_>) -> Reading<Input> {
    Ok(Input {
        mode: required_code(view, "mode", InputMode::from_text)?,
        name: required(view, "name")?,
        type_name: word(view, "type"),
    })
}

fn rules(view: View<'_>, depth: usize) -> Reading<Vec<Rule>> {
    if depth > DEPTH {
        let message = format!("Rules stand inside each other deeper than {DEPTH} levels");
        return Err(misfit(view, message));
    }
    view.objects("rule").map(|view| rule(view, depth)).collect()
}

fn rule(view: View<'_>, depth: usize) -> Reading<Rule> {
    let mut rule = Rule {
        name: word(view, "name"),
        sources: view.objects("source").map(source).collect::<Reading<_>>()?,
        targets: view.objects("target").map(target).collect::<Reading<_>>()?,
        dependents: view.objects("dependent").map(dependent).collect::<Reading<_>>()?,
        rules: rules(view, depth + 1)?,
        documentation: view.text("documentation").map(str::to_owned),
        span: Extent(view.tree().span(view.node())),
    };
    // `copy` without a parameter is of what the rule reads; examples of the specification have it.
    let read = rule.sources.first().and_then(|source| source.variable.clone());
    for target in &mut rule.targets {
        if target.transform == Some(Transform::Copy(Parameter::Variable(Word::default()))) {
            target.transform = read.clone().map(|it| Transform::Copy(Parameter::Variable(it)));
        }
    }
    if let ([source], [target]) = (rule.sources.as_mut_slice(), rule.targets.as_mut_slice()) {
        let is_auto = |word: &Option<Word>| word.as_ref().is_some_and(|it| it.text == AUTO);
        if is_auto(&source.variable) && is_auto(&target.variable) {
            (source.variable, target.variable) = (None, None);
        }
    }
    Ok(rule)
}

fn source(view: View<'_>) -> Reading<Source> {
    let min = view.number("min");
    let default = match optional_expression(view, "defaultValue")? {
        Some(default) => Some(default),
        // R4: a value of any type; the text form has only what an expression can be.
        None => word(view, "defaultValueString")
            .map(|text| Word { text: literal(&text.text), span: text.span }),
    };
    Ok(Source {
        context: required(view, "context")?,
        element: path(view)?,
        type_name: word(view, "type"),
        min,
        max: word(view, "max"),
        default,
        list_mode: code(view, "listMode", SourceListMode::from_text)?,
        variable: word(view, "variable"),
        condition: optional_expression(view, "condition")?,
        check: optional_expression(view, "check")?,
        log: optional_expression(view, "logMessage")?,
    })
}

/// A text as FHIRPath writes it.
fn literal(text: &str) -> String {
    fhirpath::ast::Literal::String(text.to_owned()).to_string()
}

/// The steps of `element`: names between dots, with backticks where they need them.
fn path(view: View<'_>) -> Reading<Vec<Word>> {
    let Some(Word { text, span }) = word(view, "element") else { return Ok(Vec::new()) };
    let mut steps = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (step, tail) = match rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            Some((step, tail)) => (step, tail.strip_prefix('.').unwrap_or(tail)),
            None => rest.split_once('.').unwrap_or((rest, "")),
        };
        // `value[x]` is how the definition is called, not the element.
        let step = step.strip_suffix("[x]").unwrap_or(step);
        if step.is_empty() {
            return Err(misfit(view, format!("`element` cannot be `{text}`")));
        }
        steps.push(Word { text: step.to_owned(), span });
        rest = tail;
    }
    Ok(steps)
}

fn target(view: View<'_>) -> Reading<Target> {
    let modes = view.texts("listMode").map(|text| {
        TargetListMode::from_text(text)
            .ok_or_else(|| misfit(view, format!("`listMode` cannot be `{text}`")))
    });
    Ok(Target {
        context: word(view, "context"),
        element: path(view)?,
        transform: transform(view)?,
        variable: word(view, "variable"),
        list_modes: modes.collect::<Reading<_>>()?,
        share: word(view, "listRuleId"),
    })
}

fn transform(view: View<'_>) -> Reading<Option<Transform>> {
    let Some(function) = code(view, "transform", Function::from_text)? else { return Ok(None) };
    let mut parameters: Vec<Parameter> =
        view.objects("parameter").map(parameter).collect::<Reading<_>>()?;
    Ok(match (function, parameters.len()) {
        // Without a type it is what an element without a transform is.
        (Function::Create, 0) => None,
        (Function::Copy, 0) => Some(Transform::Copy(Parameter::Variable(Word::default()))),
        (Function::Copy, 1) => parameters.pop().map(Transform::Copy),
        (Function::Evaluate, 1 | 2) => {
            let Some(Parameter::Text(text) | Parameter::Variable(text)) = parameters.pop() else {
                return Err(misfit(view, "The expression of `evaluate` is not a text"));
            };
            Some(Transform::Evaluate(parameters.pop(), expression(view, &text)?))
        }
        (Function::Copy | Function::Evaluate, count) => {
            let name = function.as_str();
            return Err(misfit(view, format!("`{name}` cannot have {count} parameters")));
        }
        _ => Some(Transform::Call(function, parameters, Extent(view.tree().span(view.node())))),
    })
}

fn dependent(view: View<'_>) -> Reading<Dependent> {
    // R4 has the names of variables; R5 has parameters as transforms do.
    let mut parameters: Vec<Parameter> =
        view.texts("variable").map(|name| Parameter::Variable(Word::new(name))).collect();
    for entry in view.objects("parameter") {
        parameters.push(parameter(entry)?);
    }
    Ok(Dependent { name: required(view, "name")?, parameters })
}

fn parameter(view: View<'_>) -> Reading<Parameter> {
    let tree = view.tree();
    let value = tree.children(view.node()).find(|&child| {
        let name = tree.name_text(child);
        name.starts_with("value") && !matches!(tree.kind(child), Kind::Object | Kind::Array)
    });
    let value = value.ok_or_else(|| misfit(view, "A parameter has no value"))?;
    let word = Word { text: tree.value(value).to_owned(), span: tree.span(value) };
    match tree.name_text(value) {
        "valueId" => Ok(Parameter::Variable(word)),
        "valueString" => Ok(Parameter::Text(word)),
        "valueBoolean" => Ok(Parameter::Boolean(word.text == "true")),
        "valueInteger" | "valueDecimal" => Ok(Parameter::Number(word)),
        "valueDate" | "valueDateTime" => Ok(Parameter::Temporal(word)),
        "valueTime" => {
            Ok(Parameter::Temporal(Word { text: format!("T{}", word.text), span: word.span }))
        }
        other => Err(misfit(view, format!("A parameter cannot be `{other}`"))),
    }
}
