//! Bounds on one input. Meeting one is an issue, not an error.

/// How large an input may be. The defaults keep a tree within the memory of a 32-bit address space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Values: objects, arrays and what stands in them.
    pub nodes: usize,
    /// Objects and arrays inside each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 << 20, nodes: 32 << 20, depth: 256 }
    }
}
