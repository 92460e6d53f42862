//! The section of a pack that holds the types. Opening it reads the tables; a type is decoded when it
//! is first asked for.
//!
//! ```text
//! strings     every text that the types use, most used first
//! siblings    a bit per string: is there a property with `_` before it?
//! traits      the distinct combinations of flags and numbers of an element
//! type lists  the distinct lists of types of an element
//! constraints the distinct constraints: key, severity, expression
//! choices     the distinct pairs of name and type list of a `value[x]`
//! index       per type: name, URL, kind, base, length of its record
//! records     per type: its constraints, the form of a primitive, and its shapes, each as what its parent
//!             type does not already say
//! ```
//!
//! R4 has about 4,800 elements besides the inherited ones, but only 76 combinations of traits and 383
//! lists of types: an element is three small numbers.

mod ranked;
mod read;
mod write;

pub(super) use read::PackTypes;
pub use write::write_types;

use super::pack::{PackError, Read, Reader, Writer};
use super::{Element, Strength, TypeKind, UNBOUNDED};

/// The name of the section.
pub const NAME: &str = "definitions";

/// What stands between two strings; no string has it.
const SEPARATOR: &str = "\n";

/// How many shapes may stand inside each other, and how long a chain of parent types may be: far
/// beyond any definition, and small enough for every stack.
const DEPTH: usize = 32;

/// What an element is made of, besides its name, its types and its value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Traits {
    flags: u32,
    min: u32,
    max: u32,
    base_max: u32,
    max_length: Option<u32>,
}

impl Traits {
    const ATTRIBUTE: u32 = 1;
    const CHOICE: u32 = 1 << 1;
    const MODIFIER: u32 = 1 << 2;
    const SUMMARY: u32 = 1 << 3;
    /// The shape of the element follows it.
    const OWN_SHAPE: u32 = 1 << 4;
    /// The number of another element's shape follows it.
    const OTHER_SHAPE: u32 = 1 << 5;
    const MAX_LENGTH: u32 = 1 << 6;
    /// The numbers of constraints follow it.
    const CONSTRAINED: u32 = 1 << 7;
    /// Where the strength of the binding begins: 0 for none, else its number plus one.
    const STRENGTH: u32 = 8;

    fn of(element: &Element, shape: u32) -> Self {
        let flag = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
        let strength = element.binding.map_or(0, |binding| binding.strength as u32 + 1);
        let flags = flag(element.is_attribute, Self::ATTRIBUTE)
            | flag(element.is_choice, Self::CHOICE)
            | flag(element.is_modifier, Self::MODIFIER)
            | flag(element.is_summary, Self::SUMMARY)
            | flag(element.max_length.is_some(), Self::MAX_LENGTH)
            | flag(!element.constraints.is_empty(), Self::CONSTRAINED)
            | strength << Self::STRENGTH
            | shape;
        let Element { min, max, base_max, max_length, .. } = *element;
        Self { flags, min, max, base_max, max_length }
    }

    fn has(self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn strength(self) -> Option<Strength> {
        Strength::ALL.get((self.flags >> Self::STRENGTH).checked_sub(1)? as usize).copied()
    }

    fn write(self, writer: &mut Writer) {
        writer.u32(self.flags);
        writer.u32(self.min);
        writer.u32(self.max.wrapping_sub(UNBOUNDED));
        writer.u32(self.base_max.wrapping_sub(UNBOUNDED));
        if let Some(max_length) = self.max_length {
            writer.u32(max_length);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Read<Self> {
        let flags = reader.u32()?;
        if flags >> Self::STRENGTH > 4 {
            return Err(PackError::Malformed("an element has unknown traits"));
        }
        let min = reader.u32()?;
        let max = reader.u32()?.wrapping_add(UNBOUNDED);
        let base_max = reader.u32()?.wrapping_add(UNBOUNDED);
        let max_length = (flags & Self::MAX_LENGTH != 0).then(|| reader.u32()).transpose()?;
        Ok(Self { flags, min, max, base_max, max_length })
    }
}

impl TypeKind {
    /// The kind, and whether the type is abstract, in one byte.
    fn to_byte(self, is_abstract: bool) -> u8 {
        self as u8 | u8::from(is_abstract) << 2
    }

    fn from_byte(byte: u8) -> Read<(Self, bool)> {
        let kind = Self::ALL.get(usize::from(byte & 3)).filter(|_| byte < 8);
        let kind = kind.ok_or(PackError::Malformed("a type is of no known kind"))?;
        Ok((*kind, byte & 4 != 0))
    }
}
