//! `ElementDefinition.fixed[x]`: the value is exactly that one, in every part.

use super::literal::{child, contains, is_text};
use crate::cursor::Cursor;
use crate::definitions::profile::{Literal, Profile};
use crate::issue::{Arg, Code};
use crate::text::Span;
use crate::tree::{Kind, NameId, NodeId};
use crate::validate::path::Step;
use crate::validate::walk::Walk;

/// Checks a value and all that is in it.
pub(crate) fn check(walk: &mut Walk<'_>, cursor: Cursor, literal: &Literal, profile: &Profile) {
    match cursor.node {
        Some(node) => Comparison { walk, profile, is_whole: true }.node(node, literal),
        None => {
            let Some(sibling) = cursor.sibling else { return };
            let expected = literal.write(walk.definitions().names());
            let args = vec![Arg::Term(expected), Arg::Term(profile.canonical())];
            walk.report(Code::FixedAbsent, start(walk, sibling), args);
        }
    }
}

/// A comparison of a value with one that a definition gives.
pub(super) struct Comparison<'w, 'a, 'p> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) profile: &'p Profile,
    /// True if there may be nothing besides.
    pub(super) is_whole: bool,
}

impl Comparison<'_, '_, '_> {
    pub(super) fn node(&mut self, node: NodeId, literal: &Literal) {
        let tree = self.walk.tree;
        match literal {
            Literal::Object(members) if tree.kind(node) == Kind::Object => {
                for (name, value) in members {
                    match child(tree, node, *name) {
                        Some(inner) => self.below(Step::Name(*name), inner, value),
                        None => self.report_absent(node, *name, value),
                    }
                }
                let is_extra =
                    |it: &NodeId| !members.iter().any(|(name, _)| *name == tree.name(*it));
                if self.is_whole {
                    tree.children(node).filter(is_extra).for_each(|extra| self.report_extra(extra));
                }
            }
            // Any entry could be the one that is meant.
            Literal::List(_) if !self.is_whole => {
                if !contains(tree, node, literal) {
                    self.report_value(node, literal);
                }
            }
            Literal::List(entries) if tree.kind(node) == Kind::Array => {
                let nodes: Vec<NodeId> = tree.children(node).collect();
                if nodes.len() < entries.len() || self.is_whole && nodes.len() > entries.len() {
                    return self.report_value(node, literal);
                }
                for ((index, inner), entry) in (0..).zip(nodes).zip(entries) {
                    self.below(Step::Index(index), inner, entry);
                }
            }
            Literal::Text(text) | Literal::Word(text) if is_text(tree, node, text) => {}
            _ => self.report_value(node, literal),
        }
    }

    fn below(&mut self, step: Step, node: NodeId, literal: &Literal) {
        let length = self.walk.path.len();
        self.walk.path.push(step);
        self.node(node, literal);
        self.walk.path.truncate(length);
    }

    pub(super) fn report_value(&mut self, node: NodeId, literal: &Literal) {
        let expected = literal.write(self.walk.definitions().names());
        let args = vec![
            Arg::Value(self.walk.tree.value(node).to_owned()),
            Arg::Term(expected),
            Arg::Term(self.profile.canonical()),
        ];
        let is_primitive = !matches!(self.walk.tree.kind(node), Kind::Object | Kind::Array);
        let code = match (self.is_whole, is_primitive) {
            (true, true) => Code::FixedValue,
            (false, true) => Code::PatternValue,
            (_, false) => return self.report_other(node, args),
        };
        self.walk.report(code, self.walk.tree.span(node), args);
    }

    fn report_other(&mut self, node: NodeId, mut args: Vec<Arg>) {
        args.remove(0);
        let code = if self.is_whole { Code::FixedAbsent } else { Code::PatternAbsent };
        self.walk.report(code, start(self.walk, node), args);
    }

    fn report_absent(&mut self, node: NodeId, name: NameId, value: &Literal) {
        let value = value.write(self.walk.definitions().names());
        let args = vec![Arg::Term(value), Arg::Term(self.profile.canonical())];
        let code = if self.is_whole { Code::FixedAbsent } else { Code::PatternAbsent };
        let length = self.walk.path.len();
        self.walk.path.push(Step::Name(name));
        self.walk.report(code, start(self.walk, node), args);
        self.walk.path.truncate(length);
    }

    fn report_extra(&mut self, node: NodeId) {
        let tree = self.walk.tree;
        let name = tree.name(node);
        let args = vec![
            Arg::Value(tree.names().text(name).to_owned()),
            Arg::Term(self.profile.canonical()),
        ];
        let length = self.walk.path.len();
        self.walk.path.push(Step::Name(name));
        self.walk.report(Code::FixedExtra, tree.key_span(node), args);
        self.walk.path.truncate(length);
    }
}

fn start(walk: &Walk<'_>, node: NodeId) -> Span {
    let start = walk.tree.span(node).start;
    Span::new(start, start + 1)
}
