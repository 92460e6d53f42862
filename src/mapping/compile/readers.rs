//! The index of rules by what they read: see [`Block`].

use std::sync::OnceLock;

use crate::mapping::program::{Block, Reader, Rule, Rules, Source};
use crate::sort::sort_by_key;
use crate::tree::NameId;

/// An element that a rule needs, and of which type.
type Need = (NameId, Option<NameId>);

impl Rules {
    pub(super) fn of(rules: Vec<Rule>) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        for rule in rules {
            let Some(first) = rule.sources.first() else { continue };
            let context = first.context;
            match blocks.last_mut() {
                Some(block) if block.context == context && block.rules.len() < Block::SIZE => {
                    block.add(rule);
                }
                _ => {
                    let (rules, readers, table) = (Vec::new(), Vec::new(), OnceLock::new());
                    let mut block =
                        Block { context, rules, demanding: 0, always: 0, readers, table };
                    block.add(rule);
                    blocks.push(block);
                }
            }
        }
        for block in &mut blocks {
            sort_by_key(&mut block.readers, |reader| reader.element);
        }
        Self { blocks }
    }
}

impl Block {
    fn add(&mut self, rule: Rule) {
        let own = 1 << self.rules.len();
        if let Some(source) = rule.sources.first() {
            if source.min > 0 || source.default.is_some() {
                self.demanding |= own;
                self.always |= own;
            } else if let Some(needs) = needs(source) {
                for need in needs {
                    self.read(need, own);
                }
            } else {
                self.always |= own;
            }
        }
        self.rules.push(rule);
    }

    fn read(&mut self, (element, type_name): Need, rule: u64) {
        let is_same = |it: &&mut Reader| it.element == element && it.type_name == type_name;
        match self.readers.iter_mut().find(is_same) {
            Some(reader) => reader.rules |= rule,
            None => self.readers.push(Reader { element, type_name, rules: rule }),
        }
    }
}

/// The elements of which one has to be there for a source to have a value; none where it may have one in any case.
fn needs(source: &Source) -> Option<Vec<Need>> {
    let Some(first) = source.path.first() else {
        let needs = &source.condition.as_ref()?.needs;
        return (!needs.is_empty()).then(|| needs.iter().map(|&name| (name, None)).collect());
    };
    let type_name = source.type_name.filter(|_| source.path.len() == 1);
    Some(first.id.map(|name| (name, type_name)).into_iter().collect())
}
