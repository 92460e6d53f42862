//! What hangs below a node: found, added, taken away, copied.

use super::{Draft, Id, NONE, Node, Rank};
use crate::definitions::Property;
use crate::tree;

impl Draft<'_> {
    /// Puts a node below another one.
    pub(in crate::mapping) fn attach(
        &mut self,
        parent: Id,
        property: Property,
        node: Id,
        rank: Rank,
    ) {
        let child = &mut self.nodes[node as usize];
        (child.name, child.partner) = (property.name, property.partner);
        (child.element, child.rank) = (property.element, rank);
        self.adopt(parent, node);
    }

    /// Puts a node below another one, as what it was below one of the same type.
    pub(in crate::mapping) fn adopt(&mut self, parent: Id, node: Id) {
        let element = self.nodes[node as usize].element;
        let (before, at) = self.find(parent, element);
        let is_first = !self.is_of(at, element);
        let child = &mut self.nodes[node as usize];
        (child.parent, child.more) = (parent, NONE);
        if is_first {
            (child.next, child.last) = (at, node);
            self.set_after(parent, before, node);
        } else {
            let last = std::mem::replace(&mut self.nodes[at as usize].last, node);
            self.nodes[last as usize].more = node;
        }
        if std::mem::take(&mut self.nodes[node as usize].has_content) {
            self.fill(node);
        }
    }

    /// Takes a node out of its parent.
    pub(in crate::mapping) fn detach(&mut self, node: Id) {
        let Node { parent, element, more, next, last, .. } = self.nodes[node as usize];
        if parent == NONE {
            return;
        }
        let (before, first) = self.find(parent, element);
        if first == node && more == NONE {
            self.set_after(parent, before, next);
        } else if first == node {
            self.set_after(parent, before, more);
            let heir = &mut self.nodes[more as usize];
            (heir.next, heir.last) = (next, last);
        } else {
            let is_before = |&it: &Id| self.nodes[it as usize].more == node;
            let before = self.values(parent, element).find(is_before).unwrap_or(first);
            self.nodes[before as usize].more = more;
            if more == NONE {
                self.nodes[first as usize].last = before;
            }
        }
        (self.nodes[node as usize].parent, self.nodes[node as usize].more) = (NONE, NONE);
        self.empty(parent);
    }

    /// Where an element stands below a node, or would stand: the first value of the element before, and of the one that
    /// is there.
    fn find(&self, node: Id, element: u16) -> (Id, Id) {
        let (mut before, mut at) = (NONE, self.nodes[node as usize].first);
        while at != NONE && self.nodes[at as usize].element < element {
            (before, at) = (at, self.nodes[at as usize].next);
        }
        (before, at)
    }

    fn is_of(&self, node: Id, element: u16) -> bool {
        node != NONE && self.nodes[node as usize].element == element
    }

    /// The first value of an element.
    fn first_value(&self, node: Id, element: u16) -> Id {
        let (_, at) = self.find(node, element);
        if self.is_of(at, element) { at } else { NONE }
    }

    fn set_after(&mut self, parent: Id, before: Id, node: Id) {
        match before {
            NONE => self.nodes[parent as usize].first = node,
            _ => self.nodes[before as usize].next = node,
        }
    }

    /// Notes that a value is in a node, and so in those that it is in.
    pub(super) fn fill(&mut self, mut node: Id) {
        while node != NONE && !std::mem::replace(&mut self.nodes[node as usize].has_content, true) {
            let parent = self.nodes[node as usize].parent;
            node = if self.counts(node) { parent } else { NONE };
        }
    }

    /// Notes that something was taken away from a node.
    fn empty(&mut self, mut node: Id) {
        while node != NONE {
            let data = self.nodes[node as usize];
            let is_content =
                |child: Id| self.nodes[child as usize].has_content && self.counts(child);
            if !data.has_content
                || data.has_value()
                || self.is_resource(data.kind)
                || self.children(node).any(is_content)
            {
                return;
            }
            self.nodes[node as usize].has_content = false;
            node = data.parent;
        }
    }

    /// True if what is in a node is content of its parent too.
    fn counts(&self, node: Id) -> bool {
        let Node { name, parent, .. } = self.nodes[node as usize];
        name != self.url || parent == NONE || self.nodes[parent as usize].kind != self.extension
    }

    /// Everything directly below a node, in the order of the elements.
    pub(in crate::mapping) fn children(&self, node: Id) -> impl Iterator<Item = Id> + '_ {
        self.elements(node).flat_map(|first| self.with_more(first))
    }

    /// The first value of each element of a node.
    pub(super) fn elements(&self, node: Id) -> impl Iterator<Item = Id> + '_ {
        self.chain(self.nodes[node as usize].first, |node| node.next)
    }

    /// The values of an element so far, in the order in which they were made.
    pub(in crate::mapping) fn values(
        &self,
        node: Id,
        element: u16,
    ) -> impl Iterator<Item = Id> + '_ {
        self.with_more(self.first_value(node, element))
    }

    /// The first value of an element, and those that follow it.
    pub(super) fn with_more(&self, first: Id) -> impl Iterator<Item = Id> + '_ {
        self.chain(first, |node| node.more)
    }

    /// The value of an element that was made last.
    pub(in crate::mapping) fn last_value(&self, node: Id, element: u16) -> Option<Id> {
        let first = self.first_value(node, element);
        (first != NONE).then(|| self.nodes[first as usize].last)
    }

    fn chain(&self, first: Id, next: impl Fn(&Node<'_>) -> Id + Copy) -> impl Iterator<Item = Id> {
        let known = |node: Id| Some(node).filter(|&node| node != NONE);
        std::iter::successors(known(first), move |&node| known(next(&self.nodes[node as usize])))
    }

    /// Leaves out the children that are not wanted.
    pub(in crate::mapping) fn retain_children(&mut self, node: Id, is_wanted: impl Fn(Id) -> bool) {
        let children: Vec<Id> = self.children(node).collect();
        self.nodes[node as usize].first = NONE;
        for child in children {
            if is_wanted(child) {
                self.adopt(node, child);
            } else {
                self.nodes[child as usize].parent = NONE;
            }
        }
        self.empty(node);
    }

    /// Gives everything below one node to another of the same type.
    pub(in crate::mapping) fn move_children(&mut self, from: Id, to: Id) {
        let children: Vec<Id> = self.children(from).collect();
        self.nodes[from as usize].first = NONE;
        for child in children {
            self.adopt(to, child);
        }
        self.empty(from);
    }

    /// A copy of a node with all below it, which stands nowhere yet.
    pub(in crate::mapping) fn copy(&mut self, node: Id) -> Id {
        let copy = self.nodes.len() as Id;
        let data = self.nodes[node as usize];
        self.nodes.push(Node { parent: NONE, first: NONE, more: NONE, ..data });
        let mut first = data.first;
        while first != NONE {
            let mut child = first;
            while child != NONE {
                let below = self.copy(child);
                self.adopt(copy, below);
                child = self.nodes[child as usize].more;
            }
            first = self.nodes[first as usize].next;
        }
        copy
    }

    /// Gives `visit` the nodes of the source that a node and those below it were made of.
    pub(in crate::mapping) fn sources(&self, node: Id, visit: &mut dyn FnMut(tree::NodeId)) {
        if let Some(source) = self.nodes[node as usize].origin.source() {
            visit(source);
        }
        self.children(node).for_each(|child| self.sources(child, visit));
    }
}
