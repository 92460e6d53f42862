//! Types from packages and from packs: the copies of a package agree, a pack gives back what went into
//! it, and no damage to a pack is more than an error.

mod damage;
mod packages;
mod round_trip;
mod sample;
