//! The FHIR Mapping Language (<http://hl7.org/fhir/R5/mapping-language.html>): maps that people can read, which
//! make one tree from another.
//!
//! ```text
//! text -> lexer -> parser -> ast (and back: print)
//! StructureMap <-> ast: structure_map
//! ast -> compile -> program -> run -> draft -> Tree, Lineage
//! ```

pub mod ast;
mod compile;
mod draft;
mod form;
mod lexer;
mod library;
mod lineage;
mod merge;
mod parser;
mod print;
mod program;
mod run;
mod section;
pub mod structure_map;
#[cfg(test)]
mod tests;
pub mod uuid;

pub use ast::Map;
pub use compile::compile;
pub use library::Maps;
pub use lineage::{Keep, Lineage, Origin};
pub use parser::parse;
pub use program::{Program, RuleInfo};
pub use run::{Context, HasForm, Input, Limits, Output, Settings, run};
pub use section::{SECTION, write_maps};

pub use crate::text::SyntaxError;
