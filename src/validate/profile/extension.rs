//! Extensions by their URL: the definition is a profile of Extension, which says what the extension holds
//! and where it may stand.

use super::element_names::ElementNames;
use crate::cursor::{Cursor, Target};
use crate::definitions::ShapeId;
use crate::definitions::profile::{Context, ContextKind, ExtensionUse, Profile};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::NodeId;
use crate::validate::rules::constraint::Scope;
use crate::validate::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks the extension at `node` against its definition.
    pub(crate) fn extension_definition(&mut self, node: NodeId, shape: ShapeId) {
        let Some(url) = self.text(node, self.known().url).filter(|url| url.contains(':')) else {
            // Relative: a part of a complex extension, which the definition of that one speaks of.
            return;
        };
        let start = self.tree.span(node).start;
        let span = Span::new(start, start + 1);
        if url.contains('|') {
            let args = vec![Arg::Value(url.to_owned())];
            self.report(Code::ExtensionUrlVersion, span, args);
        }
        let definitions = self.definitions();
        // Of several versions, the one of the guide that the resource keeps to.
        let known = |canonical| match self.claimed {
            Some(from) => definitions.profile_for(canonical, from),
            None => definitions.profile(canonical),
        };
        let of_any_version = || known(url.split_once('|')?.0);
        let Some(profile) = known(url).or_else(of_any_version) else {
            return self.unknown_extension(url, span);
        };
        let cursor = Cursor { node: Some(node), sibling: None, target: Target::Object(shape) };
        if let Some(used) = &profile.extension {
            self.extension_place(node, span, used, profile);
        }
        self.check_profile(cursor, profile);
    }

    /// An extension that no definition here is for: an error where the caller says which are allowed.
    fn unknown_extension(&mut self, url: &str, span: Span) {
        let args = vec![Arg::Value(url.to_owned())];
        let code = match self.settings.allowed_extension_domains {
            Some(domains) if !domains.iter().any(|domain| is_in_domain(url, domain)) => {
                Code::ExtensionUnknown
            }
            _ => Code::ExtensionNotChecked,
        };
        self.report(code, span, args);
    }

    /// Where it stands: in the element, and in the property, that the definition has it for.
    fn extension_place(
        &mut self,
        node: NodeId,
        span: Span,
        used: &'a ExtensionUse,
        profile: &'a Profile,
    ) {
        let tree = self.tree;
        let Some(list) = tree.parent(node) else { return };
        let in_modifier = tree.name_text(list) == "modifierExtension";
        if in_modifier != used.is_modifier {
            let code =
                if in_modifier { Code::ExtensionModifierNot } else { Code::ExtensionModifier };
            self.report(code, span, vec![Arg::Term(profile.canonical())]);
        }
        let holder = tree.parent(list).filter(|_| !used.contexts.is_empty());
        let Some(holder) = holder else { return };
        let resource = self.scope.map_or(NodeId::ROOT, Scope::node);
        let names = ElementNames::of(self.tree, self.definitions(), (resource, holder));
        let (mut is_allowed, mut is_open) = (false, false);
        for context in &used.contexts {
            match self.is_in(context, holder, &names) {
                Some(is_in) => is_allowed = is_in,
                None => is_open = true,
            }
            if is_allowed {
                break;
            }
        }
        if is_allowed {
            self.context_rules(span, &used.invariants, (holder, names.target()), profile);
        } else if is_open {
            let unknown =
                used.contexts.iter().find(|context| context.kind == ContextKind::FhirPath);
            let expression = unknown.map(|it| it.expression.to_string()).unwrap_or_default();
            let args = vec![Arg::Term(profile.canonical()), Arg::Term(expression)];
            self.report_above(Code::ExtensionContextNotChecked, span, args);
        } else {
            let expected = used.contexts.iter().map(|it| it.expression.to_string()).collect();
            let here = names.first();
            let args = vec![Arg::Term(profile.canonical()), Arg::Term(here), Arg::Terms(expected)];
            let code = if is_of_old_core(profile) {
                Code::ExtensionContextOld
            } else {
                Code::ExtensionContext
            };
            self.report_above(code, span, args);
        }
    }

    /// None where it cannot be told.
    fn is_in(
        &mut self,
        context: &'a Context,
        holder: NodeId,
        names: &ElementNames<'a>,
    ) -> Option<bool> {
        let expression = &*context.expression;
        let is_in = match context.kind {
            ContextKind::Element => {
                // In a profile: `url#id`, an id being a path with the names of slices.
                let path = expression.rsplit_once('#').map_or(expression, |(_, id)| id);
                // `Element` is any element, and any resource.
                path == "*" || path == "Element" || names.contain(path)
            }
            ContextKind::Extension => {
                let (url, part) = match expression.split_once('#') {
                    Some((url, part)) => (url, Some(part)),
                    None => (expression, None),
                };
                self.is_in_extension(holder, url, part)
            }
            ContextKind::FhirPath => return self.is_selected(expression, holder),
        };
        Some(is_in)
    }

    /// True if the element is the extension with that URL, a part of it, or its value.
    fn is_in_extension(&self, holder: NodeId, url: &str, part: Option<&str>) -> bool {
        let tree = self.tree;
        let is_value = tree.name_text(holder).trim_start_matches('_').starts_with("value");
        let extension = tree.parent(holder).filter(|_| is_value);
        let own = tree.child_text(extension.unwrap_or(holder), "url");
        match part {
            None => own == Some(url),
            Some(part) => {
                let outer = tree.parent(holder).and_then(|list| tree.parent(list));
                own == Some(part)
                    && outer.and_then(|outer| tree.child_text(outer, "url")) == Some(url)
            }
        }
    }
}

/// True for an extension as R4 or R4B itself defines it. Where those may stand was widened since, in the
/// extensions pack (`hl7.fhir.uv.extensions`), and the examples of R4 go beyond what R4 says.
pub(super) fn is_of_old_core(profile: &Profile) -> bool {
    let version = profile.version.as_deref().unwrap_or_default();
    profile.url.starts_with(super::types::CORE) && matches!(version, "4.0.1" | "4.3.0")
}

fn is_in_domain(url: &str, domain: &str) -> bool {
    let rest = url.strip_prefix(domain);
    rest.is_some_and(|rest| rest.is_empty() || domain.ends_with('/') || rest.starts_with('/'))
}
