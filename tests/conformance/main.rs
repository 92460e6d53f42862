//! Public suites against the engine. What a suite found is a committed snapshot in `tests/snapshots/`:
//! a run rewrites it and fails where it differs, so that every gain and loss is a reviewed diff.
//!
//! What a suite needs and is not here makes it say so on stderr and do nothing; with
//! `FHIRKILN_REQUIRE_SUITES=1`, as in CI, it fails instead (but for `../shared`, which no registry serves).

mod examples;
mod examples_xml;
mod fhirpath;
mod guides;
mod mapping;
mod packages;
mod reasons;
mod setup;
mod shared;
mod snapshot;
mod snapshots;
mod v2;
mod v2_rows;
mod validator;
