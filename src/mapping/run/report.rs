//! What a run takes note of: findings, and the work that is done, which is bounded.

use super::{Limits, Run};
use crate::fhirpath;
use crate::issue::{Arg, Code, Issue};
use crate::text::Span;
use crate::tree::{Kind, NodeId};

impl Run<'_, '_> {
    /// Counts one unit of work; false where there is no more.
    pub(super) fn tick(&mut self) -> bool {
        self.steps += 1;
        let Limits { steps, nodes, .. } = self.context.limits;
        if self.steps > steps {
            self.stop("steps", steps);
        } else if self.draft.len() > nodes {
            self.stop("values", nodes as u64);
        }
        !self.is_stopped
    }

    /// Ends the run: a bound was met.
    pub(super) fn stop(&mut self, what: &str, limit: u64) {
        if !self.is_stopped {
            self.is_stopped = true;
            self.report(Code::LimitMap, vec![Arg::Number(limit), Arg::Term(what.to_owned())]);
        }
    }

    /// Takes note of a finding at the node that the rule reads. The last argument of every message is the
    /// rule.
    pub(super) fn report(&mut self, code: Code, mut args: Vec<Arg>) {
        let node = self.origin.unwrap_or(NodeId::ROOT);
        let span = match self.tree.kind(node) {
            Kind::Damaged => Span::default(),
            _ => Span::new(self.tree.key_start(node), self.tree.span(node).end),
        };
        let expression = fhirpath::location(self.context.model, self.tree, node);
        let rule = self.program.rule(self.rule);
        let name = rule.map_or(String::new(), |rule| format!("{}: {}", rule.group, rule.name));
        args.push(Arg::Term(name));
        self.issues.push(Issue::new(code, span, expression, args));
    }
}
