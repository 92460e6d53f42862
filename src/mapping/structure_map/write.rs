//! From a [`Map`] to a StructureMap resource.

use std::sync::Arc;

use super::output::{Form, Output};
use super::{AUTO, concept_map};
use crate::fhirpath;
use crate::fhirpath::ast::{Expression, Literal};
use crate::mapping::ast::{
    Dependent, ELEMENTS, Group, Map, Parameter, Rule, Source, SourceListMode, Target,
    TargetListMode, Transform, TypeMode, Word,
};
use crate::mapping::print::write_name;
use crate::tree::{Names, Tree};

/// Writes a map as a StructureMap. What a form has no place for is left out: constants in R4.
pub fn write(map: &Map, names: &Arc<Names>, form: Form) -> Tree {
    let mut out = Output::new(names);
    out.object(None, |out| {
        out.text("resourceType", "StructureMap");
        write_metadata(out, map);
        out.list("contained", map.concept_maps.iter(), |out, it| concept_map::write(out, it, form));
        out.array("structure", map.structures.iter(), |out, structure| {
            out.text("url", &structure.url.text);
            out.text("mode", structure.mode.as_str());
            out.word("alias", structure.alias.as_ref());
            out.optional("documentation", structure.documentation.as_deref());
        });
        out.list("import", map.imports.iter(), |out, import| out.string(None, &import.text));
        if form == Form::Parameters {
            out.array("const", map.constants.iter(), |out, constant| {
                out.text("name", &constant.name.text);
                out.text("value", &constant.value.text);
            });
        }
        out.array("group", map.groups.iter(), |out, group| write_group(out, group, form));
    });
    out.finish()
}

/// `url`, `name` and the like; elements inside others have no form that is certain.
fn write_metadata(out: &mut Output, map: &Map) {
    for name in ELEMENTS {
        match (name, map.metadata(name)) {
            ("status", "") => out.text(name, "draft"),
            (_, "") => {}
            ("experimental", value @ ("true" | "false")) => out.boolean(name, value == "true"),
            (_, value) => out.text(name, value),
        }
    }
}

fn write_group(out: &mut Output, group: &Group, form: Form) {
    out.text("name", &group.name.text);
    out.word("extends", group.extends.as_ref());
    if group.type_mode != TypeMode::None || form == Form::Variables {
        out.text("typeMode", group.type_mode.as_str());
    }
    out.optional("documentation", group.documentation.as_deref());
    out.array("input", group.inputs.iter(), |out, input| {
        out.text("name", &input.name.text);
        out.word("type", input.type_name.as_ref());
        out.text("mode", input.mode.as_str());
    });
    out.array("rule", group.rules.iter(), |out, rule| write_rule(out, rule, form));
}

fn write_rule(out: &mut Output, rule: &Rule, form: Form) {
    match (&rule.name, rule.sources.first()) {
        (Some(name), _) => out.text("name", &name.text),
        // R4 asks for a name.
        (None, Some(source)) if form == Form::Variables => {
            out.text("name", &source.element.last().unwrap_or(&source.context).text);
        }
        _ => {}
    }
    let is_auto = rule.is_short();
    out.array("source", rule.sources.iter(), |out, source| {
        write_source(out, source, is_auto, form);
    });
    out.array("target", rule.targets.iter(), |out, target| {
        write_target(out, target, is_auto, form);
    });
    out.array("rule", rule.rules.iter(), |out, rule| write_rule(out, rule, form));
    out.array("dependent", rule.dependents.iter(), |out, it| write_dependent(out, it, form));
    out.optional("documentation", rule.documentation.as_deref());
}

fn write_source(out: &mut Output, source: &Source, is_auto: bool, form: Form) {
    out.text("context", &source.context.text);
    if let Some(min) = source.min {
        out.number("min", &min.to_string());
    }
    out.word("max", source.max.as_ref());
    out.word("type", source.type_name.as_ref());
    match form {
        Form::Variables => {
            out.optional(
                "defaultValueString",
                source.default.as_ref().map(default_text).as_deref(),
            );
        }
        Form::Parameters => out.word("defaultValue", source.default.as_ref()),
    }
    out.optional("element", element(&source.element).as_deref());
    out.optional("listMode", source.list_mode.map(SourceListMode::as_str));
    out.optional("variable", if is_auto { Some(AUTO) } else { text(source.variable.as_ref()) });
    out.word("condition", source.condition.as_ref());
    out.word("check", source.check.as_ref());
    out.word("logMessage", source.log.as_ref());
}

fn write_target(out: &mut Output, target: &Target, is_auto: bool, form: Form) {
    out.word("context", target.context.as_ref());
    if target.context.is_some() && form == Form::Variables {
        out.text("contextType", "variable");
    }
    out.optional("element", element(&target.element).as_deref());
    out.optional("variable", if is_auto { Some(AUTO) } else { text(target.variable.as_ref()) });
    let modes = target.list_modes.iter().map(|mode| match (mode, form) {
        (TargetListMode::Single | TargetListMode::Collate, Form::Variables) => "collate",
        (TargetListMode::Single | TargetListMode::Collate, Form::Parameters) => "single",
        (mode, _) => mode.as_str(),
    });
    out.list("listMode", modes, |out, mode| out.string(None, mode));
    out.word("listRuleId", target.share.as_ref());
    match &target.transform {
        None if is_auto => out.text("transform", "create"),
        None => {}
        Some(Transform::Copy(value)) => {
            out.text("transform", "copy");
            out.array("parameter", std::iter::once(value), |out, it| {
                write_parameter(out, it, form);
            });
        }
        Some(Transform::Evaluate(context, expression)) => {
            out.text("transform", "evaluate");
            let expression = Parameter::Text(expression.clone());
            let all = context.iter().chain([&expression]);
            out.array("parameter", all, |out, it| write_parameter(out, it, form));
        }
        Some(Transform::Call(function, parameters, _)) => {
            out.text("transform", function.as_str());
            out.array("parameter", parameters.iter(), |out, it| write_parameter(out, it, form));
        }
    }
}

fn write_dependent(out: &mut Output, dependent: &Dependent, form: Form) {
    out.text("name", &dependent.name.text);
    match form {
        Form::Variables => out.list("variable", dependent.parameters.iter(), |out, it| match it {
            Parameter::Variable(word)
            | Parameter::Text(word)
            | Parameter::Number(word)
            | Parameter::Temporal(word) => out.string(None, &word.text),
            Parameter::Boolean(value) => out.string(None, if *value { "true" } else { "false" }),
        }),
        Form::Parameters => {
            out.array("parameter", dependent.parameters.iter(), |out, it| {
                write_parameter(out, it, form);
            });
        }
    }
}

fn write_parameter(out: &mut Output, parameter: &Parameter, form: Form) {
    match parameter {
        Parameter::Variable(name) => out.text("valueId", &name.text),
        Parameter::Text(text) => out.text("valueString", &text.text),
        Parameter::Boolean(value) => out.boolean("valueBoolean", *value),
        Parameter::Number(number) if number.text.contains('.') => {
            out.number("valueDecimal", &number.text);
        }
        Parameter::Number(number) => out.number("valueInteger", &number.text),
        Parameter::Temporal(text) if form == Form::Variables => out.text("valueString", &text.text),
        Parameter::Temporal(text) => match text.text.strip_prefix('T') {
            Some(time) => out.text("valueTime", time),
            None if text.text.contains('T') => out.text("valueDateTime", &text.text),
            None => out.text("valueDate", &text.text),
        },
    }
}

/// R4 has a default value, not an expression: a text is written as it is.
fn default_text(expression: &Word) -> String {
    match fhirpath::parse(&expression.text).map(|node| node.kind) {
        Ok(Expression::Literal(Literal::String(text))) => text,
        _ => expression.text.clone(),
    }
}

fn text(word: Option<&Word>) -> Option<&str> {
    word.map(|word| word.text.as_str())
}

/// The steps to an element as one text.
fn element(steps: &[Word]) -> Option<String> {
    let mut text = String::new();
    for step in steps {
        text.push_str(if text.is_empty() { "" } else { "." });
        // Writing to a String cannot fail.
        let _ = write_name(&mut text, &step.text);
    }
    (!text.is_empty()).then_some(text)
}
