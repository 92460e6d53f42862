//! Where an extension may stand, as far as FHIRPath says it: contexts of type `fhirpath`, which select the
//! elements that may have it, and `contextInvariant`, which holds for the element that has it.

use std::collections::HashSet;
use std::rc::Rc;

use super::extension::is_of_old_core;
use crate::cursor::{Cursor, Target};
use crate::definitions::profile::Profile;
use crate::fhirpath::{FhirNode, Value, compile};
use crate::issue::{Arg, Code, Issue, Severity};
use crate::text::Span;
use crate::tree::NodeId;
use crate::validate::rules::constraint;
use crate::validate::walk::Walk;

impl<'a> Walk<'a> {
    /// True if the expression, from the resource around it, selects the element at `holder`; none where it
    /// cannot be evaluated. It is evaluated once for each resource.
    pub(super) fn is_selected(&mut self, expression: &'a str, holder: NodeId) -> Option<bool> {
        let resource = self.scope?.resource;
        let key = (resource.cursor.node?, expression.as_ptr().addr());
        if let Some(known) = self.profiles.selected.get(&key) {
            return known.as_ref().map(|nodes| nodes.contains(&holder));
        }
        let nodes = self.select(expression, resource);
        let answer = nodes.as_ref().map(|nodes| nodes.contains(&holder));
        self.profiles.selected.insert(key, nodes);
        answer
    }

    fn select(&mut self, expression: &str, from: FhirNode<'a>) -> Option<Rc<HashSet<NodeId>>> {
        let compiled = compile(&self.validator.model, expression).ok()?;
        let found = constraint::with_evaluator(self, from, |evaluator, _| {
            let items = evaluator.evaluate(&compiled).ok()?;
            let nodes = items.into_iter().filter_map(|item| match item {
                Value::Node(node) => Some([node.cursor.node, node.cursor.sibling]),
                _ => None,
            });
            Some(nodes.flatten().flatten().collect::<HashSet<NodeId>>())
        });
        found.map(Rc::new)
    }

    /// Checks the rules that an extension's definition has for the element at `holder`.
    pub(super) fn context_rules(
        &mut self,
        span: Span,
        rules: &'a [Box<str>],
        (holder, target): (NodeId, Target),
        profile: &'a Profile,
    ) {
        let cursor = match target {
            // A primitive that has extensions: they stand in its other half.
            Target::Primitive(_) => {
                Cursor { node: self.value_beside(holder), sibling: Some(holder), target }
            }
            _ => Cursor { node: Some(holder), sibling: None, target },
        };
        let focus = self.validator.model.node(self.tree, cursor, None);
        for rule in rules {
            let compiled = compile(&self.validator.model, rule).ok();
            let result = compiled.and_then(|compiled| {
                constraint::with_evaluator(self, focus, |evaluator, steps| {
                    evaluator.is_true_within(&compiled, steps).ok()
                })
            });
            let code = match result {
                Some(Some(true)) => continue,
                Some(_) => Code::ExtensionContextRule,
                None => Code::ExtensionContextNotChecked,
            };
            let args = vec![Arg::Term(profile.canonical()), Arg::Term(rule.to_string())];
            // As its contexts: what R4 says of its own extensions was corrected since.
            let is_old = is_of_old_core(profile);
            let severity = if is_old { Severity::Warning } else { code.severity() };
            let expression = self.path.write_above(self.tree.names());
            let issue = Issue::new(code, span, expression, args);
            self.issues.push(Issue { severity, ..issue });
        }
    }

    /// The value whose other half (`_birthDate`) is at `half`.
    fn value_beside(&self, half: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let own = tree.name_text(half).strip_prefix('_')?;
        tree.child(tree.parent(half)?, own)
    }
}
