//! Puts the segments of a message into the groups of its structure, one after the other.
//!
//! What is missing is passed over, and what stands where it should not is put where it belongs and said to be misplaced:
//! a segment that the structure has always gets a place. Each segment is looked for in the structure only, which has a
//! fixed size, so that the time grows with the number of segments.

use crate::definitions::{Content, Definitions, Element, TypeDef, TypeId};
use crate::tree::NameId;

/// How a segment fits the structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It may stand here.
    Expected,
    /// The structure has it elsewhere.
    Misplaced,
    /// The structure does not have it: it stays in the group that is open.
    Unknown,
}

/// What a segment does to the groups. The numbers are those of elements in the group that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The innermost group ends.
    Close,
    /// A group begins: the element, and the shape that holds what is in it.
    Open(usize, u16),
    /// The segment is this element.
    Segment(usize),
}

/// A message while it is put into groups.
#[derive(Debug)]
pub struct Grouper<'d> {
    structure: &'d TypeDef,
    /// From the message itself to the innermost open group.
    levels: Vec<Level>,
}

/// An open group.
#[derive(Clone, Copy, Debug)]
struct Level {
    shape: u16,
    /// The element that the last segment went to; none before the first.
    at: Option<usize>,
}

/// How far the search for a place goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Onwards, and into groups that can begin with the segment.
    Onwards,
    /// Onwards, and into groups that have the segment at all: what they should begin with is missing.
    Within,
    /// The last segment once more, although it may come only once.
    Again,
    /// Everywhere.
    Anywhere,
}

/// Groups inside each other: no structure of HL7 has more than eight.
const DEPTH: usize = 32;

impl<'d> Grouper<'d> {
    /// A message of the structure `id`, before its first segment.
    pub fn new(definitions: &'d Definitions, id: TypeId) -> Option<Self> {
        let structure = definitions.type_def(id)?;
        Some(Self { structure, levels: vec![Level { shape: 0, at: None }] })
    }

    /// Finds the place of the next segment, by the name of its type, and tells the way there.
    pub fn place(&mut self, segment: NameId, steps: &mut Vec<Step>) -> Fit {
        steps.clear();
        for reach in [Reach::Onwards, Reach::Within, Reach::Again, Reach::Anywhere] {
            for level in (0..self.levels.len()).rev() {
                let Some(path) = self.find(self.levels[level], segment, reach) else { continue };
                self.go(level, &path, steps);
                return if reach == Reach::Anywhere { Fit::Misplaced } else { Fit::Expected };
            }
        }
        Fit::Unknown
    }

    /// The way from an open group to the segment: elements, the last of which is the segment itself.
    fn find(&self, level: Level, segment: NameId, reach: Reach) -> Option<Vec<usize>> {
        let elements = &self.structure.shapes[usize::from(level.shape)].elements;
        let all = elements.len();
        let mut range = match (reach, level.at) {
            (Reach::Again, Some(at)) => at..at + 1,
            (Reach::Again, None) => 0..0,
            (Reach::Anywhere, _) | (_, None) => 0..all,
            (_, Some(at)) => at + usize::from(elements[at].max == 1)..all,
        };
        let (index, mut path) = range.find_map(|index| {
            let path = self.enter(elements.get(index)?, segment, reach, DEPTH)?;
            Some((index, path))
        })?;
        path.push(index);
        path.reverse();
        Some(path)
    }

    /// The way into an element, innermost first; empty where it is the segment itself.
    fn enter(
        &self,
        element: &Element,
        segment: NameId,
        reach: Reach,
        depth: usize,
    ) -> Option<Vec<usize>> {
        let inner = match &element.content {
            Content::Types(types) => {
                return types.iter().any(|it| it.code == segment).then(Vec::new);
            }
            Content::Shape(inner, _) => usize::from(*inner),
        };
        let depth = depth.checked_sub(1)?;
        for (index, element) in self.structure.shapes.get(inner)?.elements.iter().enumerate() {
            if let Some(mut path) = self.enter(element, segment, reach, depth) {
                path.push(index);
                return Some(path);
            }
            if reach == Reach::Onwards && element.min > 0 {
                return None;
            }
        }
        None
    }

    fn go(&mut self, level: usize, path: &[usize], steps: &mut Vec<Step>) {
        let closed = self.levels.len() - 1 - level;
        steps.extend(std::iter::repeat_n(Step::Close, closed));
        self.levels.truncate(level + 1);
        for &index in path {
            let Some(level) = self.levels.last_mut() else { return };
            level.at = Some(index);
            let element = &self.structure.shapes[usize::from(level.shape)].elements[index];
            if let Content::Shape(shape, _) = element.content {
                steps.push(Step::Open(index, shape));
                self.levels.push(Level { shape, at: None });
            } else {
                steps.push(Step::Segment(index));
            }
        }
    }
}
