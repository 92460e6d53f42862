//! Checks an instance against the definitions, in one walk.
