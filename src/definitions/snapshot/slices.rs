//! Slices: those that the base has, new ones, and slices of slices.

use super::generator::{Before, Generator};
use super::message::Problem;
use super::node::Node;
use super::property::reset_extension;
use super::types::is_extension;
use super::value::{Object, Value};
use crate::sort::sort_by_key;

impl Generator<'_> {
    /// Puts the slices of the differential onto those of `head`, or adds them.
    pub(super) fn apply_slices(&mut self, head: &mut Node, diff: &Node, before: &Before, id: &str) {
        self.default_slicing(head, diff, id);
        let goes_below = |slice: &Node| {
            let is_new = slice.slice.as_deref().is_none_or(|name| head.slice_named(name).is_none());
            is_new && !slice.children.is_empty()
        };
        let is_reference = head.fields.get("contentReference").is_some() && diff.index.is_some();
        if is_reference && diff.slices.iter().any(goes_below) {
            // Its slices are what the reference leads to; of the element itself the reference says it.
            let reference = head.fields.get("contentReference").cloned();
            self.expand(head, diff, id);
            head.fields.remove("type");
            if let Some(reference) = reference {
                head.fields.set("contentReference", reference);
            }
        }
        for slice in &diff.slices {
            let Some(name) = slice.slice.clone() else { continue };
            let slice_id = format!("{id}:{name}");
            let at = head.slice_named(&name).unwrap_or_else(|| {
                let new = new_slice(head, before, slice, &name);
                let at = place_of(head, &name);
                head.slices.insert(at, new);
                at
            });
            let mut node = std::mem::take(&mut head.slices[at]);
            self.apply(&mut node, slice, true, &slice_id);
            head.slices[at] = node;
        }
        if head.is_choice() {
            own_first(head, diff);
            self.narrow_choice(head, diff, id);
        }
        if head.is_choice() || diff.index.is_none() {
            raise_min(head);
        }
    }

    /// Where a slice by type is required, no other type can be there; nor one that a slice forbids.
    fn narrow_choice(&mut self, head: &mut Node, diff: &Node, id: &str) {
        let required: Vec<&Node> = head.slices.iter().filter(|it| min_of(it) > 0).collect();
        let possible = |it: &&Node| it.fields.text("max") != Some("0");
        if !required.is_empty() && head.slices.iter().filter(possible).count() > 1 {
            self.report(Problem::TypeSlices, diff.slices[0].index, id);
        }
        let is_forbidden = |code: Option<&str>| {
            let forbidden = head.slices.iter().filter(|it| it.fields.text("max") == Some("0"));
            forbidden.flat_map(Node::types).any(|entry| entry.text("code") == code)
        };
        // A `valueString` of an extension says which type it has, not what holds for one of several.
        let in_extension = diff.index.is_none()
            && id.rsplit_once('.').is_some_and(|(parent, _)| is_in_extension(parent));
        let types = match (required.as_slice(), head.slices.as_slice()) {
            ([only, ..], _) => only.fields.entries("type").to_vec(),
            (_, [only]) if in_extension => only.fields.entries("type").to_vec(),
            _ => {
                let is_left = |entry: &&Value| {
                    !is_forbidden(entry.as_object().and_then(|entry| entry.text("code")))
                };
                head.fields.entries("type").iter().filter(is_left).cloned().collect()
            }
        };
        let code =
            |entry: &Value| entry.as_object().and_then(|it| it.text("code")).map(str::to_owned);
        let sliced: Vec<_> =
            head.slices.iter().flat_map(|it| it.fields.entries("type")).map(code).collect();
        let is_covered = types.iter().all(|entry| sliced.contains(&code(entry)));
        head.fields.set_entries("type", types);
        if let Some(slicing) = head.fields.object("slicing").filter(|_| is_covered) {
            let mut slicing = slicing.clone();
            slicing.set("rules", Value::text("closed"));
            head.fields.set("slicing", slicing.into());
        }
    }

    /// What every extension and every choice of types is told apart by, where nobody says it.
    fn default_slicing(&mut self, head: &mut Node, diff: &Node, id: &str) {
        if let Some(slicing) = head.fields.object("slicing") {
            if slicing.get("rules").is_none() && head.is_choice() {
                self.report(Problem::NoRules, diff.index, id);
            }
            if head.is_choice() {
                let slicing = complete(slicing);
                head.fields.set("slicing", slicing);
            }
            return;
        }
        let slicing = if is_extension(&head.name) {
            reset_extension(&mut head.fields);
            slicing("value", "url")
        } else if head.is_choice() {
            slicing("type", "$this")
        } else {
            return self.report(Problem::NoSlicing, diff.slices[0].index, id);
        };
        head.fields.set("slicing", slicing);
    }
}

/// A slice as the differential finds it: all that the base says of the element, or of the slice that it
/// is a slice of; how often only where the slice is all that there can be.
fn new_slice(head: &Node, before: &Before, diff: &Node, name: &str) -> Node {
    let parent = name.rsplit_once('/').and_then(|(parent, _)| head.slice_named(parent));
    let template = parent.map_or(head, |at| &head.slices[at]);
    let mut node = Node { slices: Vec::new(), index: diff.index, ..template.as_template() };
    if parent.is_none() {
        node.fields = before.fields.clone();
        // A profile of the one type that there is holds for all values: the slice need not say it again.
        let narrows_types = before.types != 1;
        for name in ["max", "type"].into_iter().filter(|&it| it == "max" || narrows_types) {
            if let Some(narrowed) = head.fields.get(name) {
                node.fields.set(name, narrowed.clone());
            }
        }
    }
    node.slice = Some(name.into());
    node.fields.set("sliceName", Value::text(name));
    node.fields.remove("slicing");
    if !(head.is_choice() && before.types == 1) {
        node.fields.set("min", Value::literal("0"));
    }
    node
}

fn min_of(node: &Node) -> u32 {
    node.fields.number("min").unwrap_or(0)
}

/// True if the last step of an id is an extension, or a definition of one.
fn is_in_extension(id: &str) -> bool {
    let step = id.rsplit('.').next().unwrap_or(id);
    let name = step.split_once(':').map_or(step, |(name, _)| name);
    is_extension(name) || name == "Extension"
}

/// Slices by type stand in the order of the differential, then those that only the base has.
fn own_first(head: &mut Node, diff: &Node) {
    let place = |node: &Node| {
        let mut own = diff.slices.iter().map(|slice| &slice.slice);
        own.position(|name| *name == node.slice).unwrap_or(usize::MAX)
    };
    sort_by_key(&mut head.slices, place);
}

/// After the slice that it is a slice of, and the others of that; else last.
fn place_of(head: &Node, name: &str) -> usize {
    let Some((parent, _)) = name.rsplit_once('/') else { return head.slices.len() };
    let belongs = |slice: &Node| {
        let rest = slice.slice.as_deref().and_then(|name| name.strip_prefix(parent));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    head.slices.iter().rposition(belongs).map_or(head.slices.len(), |at| at + 1)
}

/// Slicing of a choice says at least that it is by type.
fn complete(slicing: &Object) -> Value {
    let mut complete = slicing.clone();
    if let Value::Object(default) = self::slicing("type", "$this") {
        for (name, value) in default.iter() {
            if complete.get(name).is_none() {
                complete.set(name, value.clone());
            }
        }
    }
    complete.into()
}

fn slicing(kind: &str, path: &str) -> Value {
    let mut discriminator = Object::default();
    discriminator.set("type", Value::text(kind));
    discriminator.set("path", Value::text(path));
    let mut slicing = Object::default();
    slicing.set("discriminator", vec![discriminator.into()].into());
    slicing.set("ordered", Value::literal("false"));
    slicing.set("rules", Value::text("open"));
    slicing.into()
}

/// There are at least as many as the slices ask for together.
fn raise_min(head: &mut Node) {
    let is_top = |slice: &&Node| slice.slice.as_deref().is_some_and(|name| !name.contains('/'));
    let asked = head.slices.iter().filter(is_top).map(min_of).fold(0_u32, u32::saturating_add);
    if asked > min_of(head) {
        head.fields.set("min", Value::literal(&asked.to_string()));
    }
}
