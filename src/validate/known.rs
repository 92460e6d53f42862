//! The names that rules ask for, looked up once per engine.

use crate::tree::{NameId, Names};

/// A name that no tree has: stands for one that the definitions do not have.
const ABSENT: NameId = NameId(u32::MAX >> 4);

macro_rules! known {
    ($($field:ident $text:literal)*) => {
        /// Property names and type names.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Known { $(pub(crate) $field: NameId),* }

        impl Known {
            pub(crate) fn new(names: &Names) -> Self {
                Self { $($field: names.find($text).unwrap_or(ABSENT)),* }
            }
        }
    };
}

known! {
    resource_type "resourceType"
    contained "contained"
    extension "extension"
    id "id"
    url "url"
    meta "meta"
    profile "profile"
    reference "reference"
    type_ "type"
    identifier "identifier"
    version "version"
    display "display"
    coding "coding"
    system "system"
    code "code"
    reference_type "Reference"
    extension_type "Extension"
    coding_type "Coding"
    identifier_type "Identifier"
    codeable_concept_type "CodeableConcept"
    meta_type "Meta"
    element_definition_type "ElementDefinition"
    attachment_type "Attachment"
    codeable_reference_type "CodeableReference"
}

impl Default for Known {
    fn default() -> Self {
        Self::new(&Names::default())
    }
}
