//! What can be right or wrong at one place, a file for each kind of rule. A rule holds no state: it looks
//! at the node that the walk is at, and reports.

pub(crate) mod attachment;
pub(crate) mod binding;
mod binding_usage;
pub(crate) mod bundle;
pub(crate) mod canonical_url;
pub(crate) mod cardinality;
pub(crate) mod coding;
pub(crate) mod constraint;
pub(crate) mod contained;
pub(crate) mod definition;
pub(crate) mod element_id;
pub(crate) mod element_name;
pub(crate) mod extension;
pub(crate) mod fixed;
pub(crate) mod json_shape;
mod knowledge;
pub(crate) mod literal;
pub(crate) mod narrative_link;
pub(crate) mod pattern;
pub mod primitive;
pub(crate) mod primitive_value;
pub(crate) mod profile;
pub(crate) mod publication;
pub(crate) mod questionnaire;
pub(crate) mod reference;
mod reference_text;
pub(crate) mod resource_type;
pub(crate) mod security_label;
pub(crate) mod system;
pub(crate) mod value_length;
pub(crate) mod value_range;
pub(crate) mod value_regex;
pub mod xhtml;
pub(crate) mod xml_shape;
pub use knowledge::Knowledge;
pub use questionnaire::Questionnaires;
