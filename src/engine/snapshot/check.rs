//! A StructureDefinition that is validated has a differential that fits its base: where no snapshot comes with it, one
//! is made, and what is wrong with it is said.

use super::inherited;
use crate::definitions::View;
use crate::definitions::snapshot::{Message, Problem, generate};
use crate::engine::Engine;
use crate::format::{Style, json};
use crate::issue::{Arg, Code, Issue, Issues, Severity};
use crate::tree::{Limits, NodeId, Tree};

/// Checks the resource at the root of `tree`, if it is the definition of a profile without a snapshot.
pub(in crate::engine) fn check(engine: &Engine, tree: &Tree, issues: &mut Issues) {
    let root = View::new(tree, NodeId::ROOT);
    let is_profile = root.text("resourceType") == Some("StructureDefinition")
        && root.text("derivation") == Some("constraint");
    if is_profile {
        inherited::check(engine, root, issues);
    }
    let has_differential = root.object("differential").is_some();
    if !is_profile || !has_differential || root.object("snapshot").is_some() {
        return;
    }
    // The generator reads JSON: what was given may be XML, and damaged.
    let text = json::write(tree, NodeId::ROOT, Style::Compact);
    let names = std::sync::Arc::default();
    let copy = json::parse(text, &names, &Limits::default(), &mut Issues::new(1));
    let made = generate(View::new(&copy, NodeId::ROOT), engine);
    let span = tree.span(NodeId::ROOT);
    for message in made.messages.iter().filter(|it| is_wrong(&it.problem)) {
        let Some(expression) = place(root, message) else { continue };
        let args = vec![Arg::Value(message.id.clone()), Arg::Clause(message.problem.to_string())];
        issues.push(Issue::new(Code::DefinitionSnapshot, span, expression, args));
    }
}

/// Where that stands which a message is about: the definition, or the profile of a type in it. None for the profile of
/// a part of a type, which is for one of its elements (the extension `elementdefinition-profile-element`).
fn place(definition: View<'_>, message: &Message) -> Option<String> {
    let Problem::ProfileType(canonical, _) = &message.problem else {
        return Some("StructureDefinition".to_owned());
    };
    let position = message.element?;
    let element = definition.object("differential")?.objects("element").nth(position)?;
    let mut types = element.objects("type").enumerate();
    types.find_map(|(at, entry)| {
        let profile = entry.texts("profile").position(|it| it == canonical)?;
        let element = format!("StructureDefinition.differential.element[{position}]");
        let is_part = entry.text("code") == Some("BackboneElement");
        (!is_part).then(|| format!("{element}.type[{at}].profile[{profile}]"))
    })
}

/// What is not here is not wrong, nor is a base that cannot be had because it builds on this.
fn is_wrong(problem: &Problem) -> bool {
    let is_missing = matches!(
        problem,
        Problem::Base(_) | Problem::Circle(_) | Problem::UnknownType(_) | Problem::NoDifferential
    );
    problem.severity() >= Severity::Error && !is_missing
}
