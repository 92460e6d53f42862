//! The functions, a file for each family of the specification, each with its part of the one table:
//! name, fewest and most arguments, and how the input is taken.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "handlers of one table have one signature"
)]

mod aggregate;
mod boundary;
mod combining;
mod conversion;
mod definition;
mod encoding;
mod existence;
mod fhir;
mod filtering;
mod math;
mod navigation;
mod string;
mod subsetting;
mod temporal;
mod terminologies;
mod utility;

use super::evaluator::program::{Function, Handler};

/// The most arguments of a function that takes any number.
pub(super) const ANY_NUMBER: usize = usize::MAX;

const FAMILIES: [&[Function]; 15] = [
    existence::TABLE,
    filtering::TABLE,
    subsetting::TABLE,
    combining::TABLE,
    conversion::TABLE,
    string::TABLE,
    encoding::TABLE,
    math::TABLE,
    navigation::TABLE,
    utility::TABLE,
    temporal::TABLE,
    boundary::TABLE,
    aggregate::TABLE,
    fhir::TABLE,
    definition::TABLE,
];

/// Name, and fewest and most arguments, of each function of the tables.
pub fn functions() -> impl Iterator<Item = (&'static str, (usize, usize))> {
    FAMILIES.into_iter().flatten().map(|function| (function.name, function.arity))
}

/// The function of `%terminologies` with that name.
pub(super) fn find_terminology(name: &str) -> Option<&'static Function> {
    terminologies::TABLE.iter().find(|function| function.name == name)
}

/// The function of that name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FAMILIES.into_iter().flatten().find(|function| function.name == name)
}

/// An entry of a table.
const fn entry(name: &'static str, fewest: usize, most: usize, handler: Handler) -> Function {
    Function { name, arity: (fewest, most), handler }
}
