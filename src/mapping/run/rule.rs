//! Groups and rules: which are run, for which values.

use super::source::Only;
use super::{Argument, Frame, Run, origin_of};
use crate::fhirpath::{Collection, Value};
use crate::mapping::draft::NONE;
use crate::mapping::program::{Call, Parameter, Rule, Rules, Slot};

impl<'s> Run<'s, '_> {
    /// Runs the rules of a group: first those of the group that it extends. What it is given stands in `values` and `made`
    /// from `start` on; it is taken from there.
    pub(super) fn call(&mut self, group: usize, start: (usize, usize)) {
        if !self.is_stopped {
            self.call_open(group, start);
        }
        self.values.truncate(start.0);
        self.made.truncate(start.1);
    }

    fn call_open(&mut self, group: usize, (first_value, first_made): (usize, usize)) {
        if self.depth >= self.context.limits.depth {
            self.stop("groups inside each other", self.context.limits.depth as u64);
            return;
        }
        let called = &self.program.groups[group];
        self.depth += 1;
        if let Some(base) = called.extends {
            let start = (self.values.len(), self.made.len());
            self.values.extend_from_within(first_value..);
            self.made.extend_from_within(first_made..);
            self.call(base, start);
        }
        let outer = self.frame;
        self.frame = Frame { map: called.map, values: first_value, made: first_made };
        let (values, made) = (usize::from(called.sources), usize::from(called.targets));
        self.values.resize(first_value + values, Collection::Empty);
        self.made.resize(first_made + made, NONE);
        self.rules(&called.rules);
        self.frame = outer;
        self.depth -= 1;
    }

    fn rules(&mut self, rules: &'s Rules) {
        for block in &rules.blocks {
            let mut wanted = self.wanted(block);
            while let Some(rule) = block.rules.get(wanted.trailing_zeros() as usize) {
                wanted &= wanted - 1;
                let outer = (self.rule, self.origin, self.rule_context);
                self.rule = rule.number;
                self.combine(rule, 0);
                (self.rule, self.origin, self.rule_context) = outer;
            }
        }
    }

    /// Each value of the source of that number, together with each of those that follow.
    fn combine(&mut self, rule: &'s Rule, index: usize) {
        if self.is_stopped || !self.tick() {
            return;
        }
        let Some(source) = rule.sources.get(index) else { return };
        match self.only(source) {
            Only::Nothing => return,
            Only::One(value) => return self.go_on(rule, index, value),
            Only::Several => {}
        }
        let start = self.found.len();
        self.find(source);
        for at in start..self.found.len() {
            let value = std::mem::replace(&mut self.found[at], Value::Boolean(false));
            self.go_on(rule, index, value);
        }
        self.found.truncate(start);
    }

    /// One value of the source of that number, together with each of those that follow.
    fn go_on(&mut self, rule: &'s Rule, index: usize, value: Value<'s>) {
        if index == 0 {
            self.origin = origin_of(&value).or(self.origin);
            if let Value::Node(node) = &value {
                self.rule_context = Some(*node);
            }
        }
        let slot = self.frame.values + usize::from(rule.sources[index].slot);
        self.values[slot] = value.into();
        if index + 1 < rule.sources.len() {
            self.combine(rule, index + 1);
        } else if !self.is_stopped && self.tick() {
            self.apply(rule);
        }
    }

    /// What a rule does with one combination of its sources.
    fn apply(&mut self, rule: &'s Rule) {
        if rule.is_auto {
            self.automatic(rule);
            return;
        }
        let mut has_made = false;
        for target in &rule.targets {
            self.clear(target.slot);
            has_made |= self.target(target);
        }
        if has_made {
            self.take_sources(rule);
        }
        for dependent in &rule.dependents {
            let start = (self.values.len(), self.made.len());
            if self.give(dependent).is_some() {
                self.call(dependent.group, start);
            } else {
                self.values.truncate(start.0);
                self.made.truncate(start.1);
            }
        }
        if !rule.rules.blocks.is_empty() {
            self.rules(&rule.rules);
        }
    }

    /// A variable has nothing until something is put there: its slot may have been that of another one.
    fn clear(&mut self, slot: Option<Slot>) {
        match slot {
            Some(Slot::Source(slot)) => {
                self.values[self.frame.values + usize::from(slot)] = Collection::Empty;
            }
            Some(Slot::Target(slot)) => self.made[self.frame.made + usize::from(slot)] = NONE,
            None => {}
        }
    }

    /// Puts what a group is given on top of the variables; none where something was not made, which has no rules.
    fn give(&mut self, dependent: &'s Call) -> Option<()> {
        let inputs = &self.program.groups[dependent.group].inputs;
        for (input, parameter) in inputs.iter().zip(&dependent.parameters) {
            if let Parameter::Variable(Slot::Source(slot)) = parameter {
                let slot = self.frame.values + usize::from(*slot);
                self.values.extend_from_within(slot..=slot);
                continue;
            }
            match self.argument(parameter)? {
                Argument::Values(values) => self.values.push(values),
                // What is made can be read as far as it has a value.
                Argument::Made(made) if input.is_source => self.values.push(self.made_value(made)),
                Argument::Made(made) => self.made.push(made),
            }
        }
        Some(())
    }
}
