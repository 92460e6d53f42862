//! Tests: conditions that are answered by looking at what is there, without FHIRPath.
//!
//! What a test does not see through (values that are no texts, several values where one is expected, types that are not
//! known) it leaves to FHIRPath, which also tells what is wrong. In debug builds both are asked, and have to agree.

use std::ops::ControlFlow;

use super::Run;
use crate::cursor::Target as Kind;
use crate::fhirpath::{FhirNode, SystemType, Value};
use crate::mapping::draft::{Id, NONE};
use crate::mapping::program::{Condition, Name, Path, Slot, Step, Test, type_of};
use crate::tree::NameId;

/// What a test looks at.
#[derive(Clone, Copy)]
enum Item<'r> {
    Node(FhirNode<'r>),
    /// A node that is being made.
    Made(Id),
    Text(&'r str),
    /// Another value, which has no elements.
    Value,
}

/// Why a path is followed no further.
enum Stop {
    Enough,
    Undecided,
}

type Flow = ControlFlow<Stop>;

/// Only FHIRPath can tell.
struct Undecided;

type Answer<T> = Result<T, Undecided>;

/// The texts that a path leads to.
enum Strings<'r> {
    None,
    One(&'r str),
    Many,
}

impl<'r> Item<'r> {
    fn of(value: &'r Value<'r>) -> Self {
        match value {
            Value::Node(node) => Item::Node(*node),
            Value::String(text) => Item::Text(text),
            _ => Item::Value,
        }
    }

    /// `$this` of a condition.
    fn this(value: &'r Value<'r>) -> Option<Self> {
        matches!(value, Value::Node(_)).then(|| Self::of(value))
    }
}

impl<'s> Run<'s, '_> {
    /// True if the condition holds for the value.
    pub(super) fn is_met(&mut self, condition: &'s Condition, value: &Value<'s>) -> bool {
        let test = condition.test.as_ref();
        if let Some(Ok(truth)) = test.map(|test| self.test(test, Item::this(value))) {
            debug_assert!(
                self.truth(&condition.expression, value).is_ok_and(|it| it == truth),
                "FHIRPath and the test do not agree: {}",
                condition.expression.text
            );
            return truth == Some(true);
        }
        self.holds(&condition.expression, value)
    }

    /// Marks what a condition found equal to something.
    pub(super) fn take_compared(&mut self, condition: &'s Condition, value: &Value<'s>) {
        let Some(test) = &condition.test else {
            return self.take_reads(&condition.expression, Some(value));
        };
        let Some(mut lineage) = self.lineage.take() else { return };
        let flow = self.each_compared(test, Item::this(value), &mut |item| {
            if let Item::Node(FhirNode { tree, cursor, .. }) = item
                && std::ptr::eq(tree, self.tree)
                && let Some(node) = cursor.node.filter(|_| cursor.value(tree).is_some())
            {
                lineage.take(node);
            }
            Flow::Continue(())
        });
        self.lineage = Some(lineage);
        if flow.is_break() {
            self.take_reads(&condition.expression, Some(value));
        }
    }

    /// The values that a test compares, where it needs all of its parts to hold. `$this` is the source of the rule itself.
    fn each_compared<'r>(
        &'r self,
        test: &'r Test,
        this: Option<Item<'r>>,
        visit: &mut dyn FnMut(Item<'r>) -> Flow,
    ) -> Flow {
        match test {
            Test::And(parts) => parts.iter().try_for_each(|it| self.each_compared(it, this, visit)),
            Test::Unseen => Flow::Break(Stop::Undecided),
            Test::Equal(path, _) | Test::Same(path, _) | Test::In(path, _)
                if path.start.is_some() || !path.steps.is_empty() =>
            {
                self.each(path, this, visit)
            }
            _ => Flow::Continue(()),
        }
    }

    fn test<'r>(&'r self, test: &'r Test, this: Option<Item<'r>>) -> Answer<Option<bool>> {
        Ok(match test {
            Test::Exists(path) => Some(self.exists(path, this)?),
            Test::Equal(path, wanted) => match self.strings(path, this)? {
                Strings::None => None,
                Strings::One(found) => Some(*found == **wanted),
                Strings::Many => Some(false),
            },
            Test::Same(path, other) => {
                match (self.strings(path, this)?, self.strings(other, this)?) {
                    (Strings::None, _) | (_, Strings::None) => None,
                    (Strings::One(a), Strings::One(b)) => Some(a == b),
                    (Strings::Many, Strings::Many) => return Err(Undecided),
                    _ => Some(false),
                }
            }
            Test::In(path, wanted) => {
                self.string(path, this)?.map(|found| wanted.iter().any(|it| **it == *found))
            }
            Test::Matches(path, regular) => {
                self.string(path, this)?.map(|found| regular.is_match(found))
            }
            Test::Count(path, order, number) => Some(self.count(path, this)?.cmp(number) == *order),
            Test::Not(test) => self.test(test, this)?.map(|truth| !truth),
            Test::And(parts) => self.all(parts, this, true)?,
            Test::Or(parts) => self.all(parts, this, false)?,
            Test::Unseen => return Err(Undecided),
        })
    }

    /// `and` of three values; `or`, where it is false that all are `wanted`.
    fn all<'r>(
        &'r self,
        [a, b]: &'r [Test; 2],
        this: Option<Item<'r>>,
        wanted: bool,
    ) -> Answer<Option<bool>> {
        let a = self.test(a, this)?;
        if a == Some(!wanted) {
            return Ok(a);
        }
        let b = self.test(b, this)?;
        Ok(if b == Some(!wanted) || a.is_some() { b } else { None })
    }

    fn exists<'r>(&'r self, path: &'r Path, this: Option<Item<'r>>) -> Answer<bool> {
        let flow = self.each(path, this, &mut |_| Flow::Break(Stop::Enough));
        decided(&flow).map(|()| flow.is_break())
    }

    fn count<'r>(&'r self, path: &'r Path, this: Option<Item<'r>>) -> Answer<usize> {
        let mut count = 0;
        decided(&self.each(path, this, &mut |_| {
            count += 1;
            Flow::Continue(())
        }))?;
        Ok(count)
    }

    fn string<'r>(&'r self, path: &'r Path, this: Option<Item<'r>>) -> Answer<Option<&'r str>> {
        match self.strings(path, this)? {
            Strings::None => Ok(None),
            Strings::One(text) => Ok(Some(text)),
            Strings::Many => Err(Undecided),
        }
    }

    fn strings<'r>(&'r self, path: &'r Path, this: Option<Item<'r>>) -> Answer<Strings<'r>> {
        let mut strings = Strings::None;
        decided(&self.each(path, this, &mut |item| {
            let Some(text) = self.text_of(item) else { return Flow::Break(Stop::Undecided) };
            if matches!(strings, Strings::None) {
                strings = Strings::One(text);
                return Flow::Continue(());
            }
            strings = Strings::Many;
            Flow::Break(Stop::Enough)
        }))?;
        Ok(strings)
    }

    /// The value of what FHIRPath sees as a string.
    fn text_of<'r>(&'r self, item: Item<'r>) -> Option<&'r str> {
        let is_string = |kind| match kind {
            Kind::Primitive(id) => self.context.model.system_type(id) == SystemType::String,
            _ => false,
        };
        match item {
            Item::Node(node) => node.text().filter(|_| is_string(node.cursor.target)),
            Item::Made(made) => self.draft.value(made).filter(|_| is_string(self.draft.kind(made))),
            Item::Text(text) => Some(text),
            Item::Value => None,
        }
    }

    /// What a path leads to.
    fn each<'r>(
        &'r self,
        path: &'r Path,
        this: Option<Item<'r>>,
        visit: &mut dyn FnMut(Item<'r>) -> Flow,
    ) -> Flow {
        let mut walk = |item| self.follow(item, &path.steps, visit);
        match path.start {
            None => this.map_or(Flow::Continue(()), walk),
            Some(Slot::Source(slot)) => {
                self.value_of(slot).as_slice().iter().map(Item::of).try_for_each(walk)
            }
            Some(Slot::Target(slot)) => match self.made_in(slot).filter(|&made| made != NONE) {
                Some(made) => walk(Item::Made(made)),
                None => Flow::Break(Stop::Undecided),
            },
        }
    }

    /// True if an item may be of the type of that name.
    fn may_be(&self, item: Item<'_>, name: &Name) -> bool {
        let type_name = match item {
            Item::Node(node) => node.type_name,
            Item::Made(made) => type_of(Some(self.draft.kind(made)))
                .map_or(NameId::NONE, |type_id| self.definitions.type_name_id(type_id)),
            Item::Text(_) | Item::Value => return false,
        };
        let is_of = |id| self.context.model.is_subtype(type_name, id);
        type_name == NameId::NONE || name.id.is_some_and(is_of)
    }

    fn follow<'r>(
        &'r self,
        item: Item<'r>,
        steps: &'r [Step],
        visit: &mut dyn FnMut(Item<'r>) -> Flow,
    ) -> Flow {
        let Some((step, rest)) = steps.split_first() else { return visit(item) };
        let name = match step {
            Step::Where(test) => {
                return match self.test(test, Some(item)) {
                    Ok(Some(true)) => self.follow(item, rest, visit),
                    Ok(_) => Flow::Continue(()),
                    Err(Undecided) => Flow::Break(Stop::Undecided),
                };
            }
            Step::NotType(name) if self.may_be(item, name) => return Flow::Break(Stop::Undecided),
            Step::Element(name) | Step::NotType(name) => name,
        };
        let kind = match item {
            Item::Node(node) => node.cursor.target,
            Item::Made(made) => self.draft.kind(made),
            Item::Text(_) | Item::Value => return Flow::Continue(()),
        };
        match (kind, name.id) {
            (Kind::Unknown | Kind::Resource, _) => return Flow::Break(Stop::Undecided),
            (Kind::Primitive(_), _) if &*name.text == "value" => {
                return self.follow(item, rest, visit);
            }
            _ => {}
        }
        let Some(id) = name.id else { return Flow::Continue(()) };
        match item {
            Item::Node(node) => {
                let mut values = self.context.model.known_element(&node, id, &name.read);
                values.try_for_each(|it| self.follow(Item::Node(it), rest, visit))
            }
            Item::Made(made) => {
                let mut values = self.draft.written_values(made, id);
                values.try_for_each(|it| self.follow(Item::Made(it), rest, visit))
            }
            Item::Text(_) | Item::Value => Flow::Continue(()),
        }
    }
}

fn decided(flow: &Flow) -> Answer<()> {
    match flow {
        Flow::Break(Stop::Undecided) => Err(Undecided),
        _ => Ok(()),
    }
}
