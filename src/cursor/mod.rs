//! A node seen through its ElementDefinition.
