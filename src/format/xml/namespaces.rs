//! The namespace declarations in scope (<https://www.w3.org/TR/xml-names/>). Looking one up does not get
//! slower with their number, which a hostile input chooses.

use std::collections::BTreeMap;

/// A prefix; none for the default namespace.
type Prefix<'t> = Option<&'t str>;

/// What prefixes stand for at a place.
#[derive(Debug, Default)]
pub struct Namespaces<'t> {
    /// What each prefix stands for, innermost last.
    scopes: BTreeMap<Prefix<'t>, Vec<&'t str>>,
    /// Which prefixes were declared, in order.
    declared: Vec<Prefix<'t>>,
}

impl<'t> Namespaces<'t> {
    /// Adds what an attribute `xmlns` (no prefix) or `xmlns:prefix` says.
    pub fn declare(&mut self, prefix: Prefix<'t>, namespace: &'t str) {
        self.scopes.entry(prefix).or_default().push(namespace);
        self.declared.push(prefix);
    }

    /// What the prefix stands for here.
    pub fn find(&self, prefix: Prefix<'_>) -> Option<&'t str> {
        self.scopes.get(&prefix)?.last().copied()
    }

    /// How many declarations are in scope: for [`Self::leave`].
    pub fn count(&self) -> usize {
        self.declared.len()
    }

    /// Goes back to where so many declarations were in scope.
    pub fn leave(&mut self, count: usize) {
        while self.declared.len() > count
            && let Some(prefix) = self.declared.pop()
        {
            self.scopes.get_mut(&prefix).and_then(Vec::pop);
        }
    }
}
