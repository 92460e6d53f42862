//! The order in which FHIR has the properties of an ElementDefinition and of a StructureDefinition.

use super::node::Node;

/// `ElementDefinition`.
pub(super) const ELEMENT: &[&str] = &[
    "id",
    "extension",
    "modifierExtension",
    "path",
    "representation",
    "sliceName",
    "sliceIsConstraining",
    "label",
    "code",
    "slicing",
    "short",
    "definition",
    "comment",
    "requirements",
    "alias",
    "min",
    "max",
    "base",
    "contentReference",
    "type",
    "defaultValue[x]",
    "meaningWhenMissing",
    "orderMeaning",
    "fixed[x]",
    "pattern[x]",
    "example",
    "minValue[x]",
    "maxValue[x]",
    "maxLength",
    "condition",
    "constraint",
    "mustHaveValue",
    "valueAlternatives",
    "mustSupport",
    "isModifier",
    "isModifierReason",
    "isSummary",
    "binding",
    "mapping",
];

/// `StructureDefinition`.
pub(super) const DEFINITION: &[&str] = &[
    "resourceType",
    "id",
    "meta",
    "implicitRules",
    "language",
    "text",
    "contained",
    "extension",
    "modifierExtension",
    "url",
    "identifier",
    "version",
    "versionAlgorithm[x]",
    "name",
    "title",
    "status",
    "experimental",
    "date",
    "publisher",
    "contact",
    "description",
    "useContext",
    "jurisdiction",
    "purpose",
    "copyright",
    "copyrightLabel",
    "keyword",
    "fhirVersion",
    "mapping",
    "kind",
    "abstract",
    "context",
    "contextInvariant",
    "type",
    "baseDefinition",
    "derivation",
    "snapshot",
    "differential",
];

/// `ElementDefinition.constraint`.
pub(super) const CONSTRAINT: &[&str] = &[
    "id",
    "extension",
    "key",
    "requirements",
    "severity",
    "suppress",
    "human",
    "expression",
    "xpath",
    "source",
];

/// Puts the properties of each element in FHIR's order.
pub(super) fn in_order(node: &mut Node) {
    node.fields.sort(ELEMENT);
    node.children.iter_mut().chain(&mut node.slices).for_each(in_order);
}
