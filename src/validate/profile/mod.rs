//! Profiles, enforced. The walk checks an instance against its types; where it meets a resource, an
//! extension or a value whose type names a profile, it asks here, and the same tree is visited from that
//! node down, only where the profile says something.
//!
//! A node is checked against a profile once ([`Profiles`]), so that the cost stays linear however often
//! they meet.

mod check;
mod context;
mod criterion;
mod element_names;
mod everywhere;
mod extension;
mod matching;
mod near;
mod resolve;
mod resource;
mod slicing;
mod target;
mod types;
mod values;
mod vital_signs;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::walk::Walk;
use crate::cursor::Cursor;
use crate::definitions::profile::{Profile, ProfileElement, Slicing};
use crate::issue::{Issue, Issues, Severity};
use crate::tree::{Kind, NameId, NodeId};
use check::Check;
use matching::Tellings;
pub(super) use vital_signs::VitalSigns;

/// What is remembered of profiles during one walk.
#[derive(Default)]
pub(crate) struct Profiles<'a> {
    /// Checked, with findings reported.
    reported: HashSet<(NodeId, usize)>,
    /// What the contexts of extensions select, by resource and expression; none where that is not known.
    selected: HashMap<(NodeId, usize), Option<Rc<HashSet<NodeId>>>>,
    /// What tells the values of slices, by profile and by where its slices are: few, and each made once.
    tellings: Vec<((usize, usize), Rc<Tellings<'a>>)>,
    /// More than 0 while it is only asked whether something holds.
    silent: u32,
    /// True while it is told why values are not of slices.
    explains: bool,
}

/// How many findings of a candidate are counted, to tell which one is nearest.
const COUNTED: usize = 64;

impl<'a> Walk<'a> {
    /// Checks a value against a profile, once, and reports what it finds.
    pub(super) fn check_profile(&mut self, cursor: Cursor, profile: &'a Profile) {
        let Some(key) = key(cursor, profile) else { return };
        if self.profiles.silent == 0 {
            if self.profiles.reported.insert(key) {
                Check { walk: self, profile }.root(cursor);
            }
            return;
        }
        let verdict = self.shared.verdicts.borrow().get(&key).copied();
        if let Some(verdict) = verdict {
            if !verdict {
                Check { walk: self, profile }.report_mismatch(cursor);
            }
        } else {
            self.shared.verdicts.borrow_mut().insert(key, true);
            let before = self.issues.has_error();
            let probe = self.quietly(COUNTED, |walk| Check { walk, profile }.root(cursor));
            self.shared.verdicts.borrow_mut().insert(key, probe.is_empty());
            if !before {
                for issue in probe {
                    self.issues.push(issue);
                }
            }
        }
    }

    /// True if a value meets a profile.
    pub(super) fn conforms(&mut self, cursor: Cursor, profile: &'a Profile) -> bool {
        self.quietly(1, |walk| walk.check_profile(cursor, profile)).is_empty()
    }

    /// Whether a value is in the slice of that name; none where the profile has no such slice of its element, or
    /// its discriminators do not tell.
    pub(super) fn is_in_slice(
        &mut self,
        cursor: Cursor,
        profile: &'a Profile,
        name: &str,
    ) -> Option<bool> {
        let node = cursor.node.or(cursor.sibling)?;
        let list = self.tree.parent(node).filter(|&list| self.tree.kind(list) == Kind::Array);
        let element = self.tree.name(list.unwrap_or(node));
        let (slice, slicing) = find_slice(&profile.root, element, name)?;
        Check { walk: self, profile }.is_in(cursor, slice, slicing)
    }

    /// The errors that `ask` would report, in place of reporting them; at most `count`.
    pub(super) fn quietly(&mut self, count: usize, ask: impl FnOnce(&mut Self)) -> Vec<Issue> {
        let outer = std::mem::replace(self.issues, Issues::new(count));
        self.profiles.silent += 1;
        ask(self);
        self.profiles.silent -= 1;
        let found = std::mem::replace(self.issues, outer).into_sorted();
        found.into_iter().filter(|issue| issue.severity >= Severity::Error).collect()
    }
}

/// The slice of that name of an element of that name, with what tells it from others.
fn find_slice<'p>(
    element: &'p ProfileElement,
    name: NameId,
    slice: &str,
) -> Option<(&'p ProfileElement, &'p Slicing)> {
    let slicing = element.slicing.as_deref().filter(|_| element.name == name);
    let own = element.slices.iter().find(|it| it.slice.as_deref() == Some(slice));
    if let Some(found) = own.zip(slicing) {
        return Some(found);
    }
    let below = element.children.iter().chain(&element.slices);
    below.into_iter().find_map(|inner| find_slice(inner, name, slice))
}

/// Which value and which profile; none for a value that is not there.
fn key(cursor: Cursor, profile: &Profile) -> Option<(NodeId, usize)> {
    Some((cursor.node.or(cursor.sibling)?, std::ptr::from_ref(profile).addr()))
}
