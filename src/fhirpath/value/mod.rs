//! The values that expressions are about.

pub mod temporal;
