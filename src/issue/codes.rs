//! The table of everything that can be said: stable code, FHIR issue type, severity, message.
//! `{0}` and `{1}` stand for the arguments in order; what is in `[[ ]]` is left out where its argument is
//! missing or an empty list. Every code is raised by an example in
//! `docs/issues/`, which `tests/issue_examples.rs` runs.

use super::Severity;

/// `OperationOutcome.issue.code`, the part of it that is used here
/// (<http://hl7.org/fhir/R4/valueset-issue-type.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueType {
    /// Content that is not well formed, or not in its place.
    Structure,
    /// A required element is missing.
    Required,
    /// A value is not of its type's form.
    Value,
    /// A rule about the content failed.
    Invariant,
    /// Content that is wrong in another way.
    Invalid,
    /// A code is not in its value set.
    CodeInvalid,
    /// An extension is wrong or unknown.
    Extension,
    /// What is needed to decide is not here.
    NotFound,
    /// This is not checked.
    NotSupported,
    /// A bound of the engine was met.
    TooCostly,
    /// Nothing is wrong.
    Informational,
}

impl IssueType {
    /// The FHIR code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::Invalid => "invalid",
            Self::CodeInvalid => "code-invalid",
            Self::Extension => "extension",
            Self::NotFound => "not-found",
            Self::NotSupported => "not-supported",
            Self::TooCostly => "too-costly",
            Self::Informational => "informational",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $code:literal $kind:ident $severity:ident $message:literal)*) => {
        /// A rule that can find something. The kebab-case name is stable across releases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "IssueCode"))]
        pub enum Code {
            $(#[doc = $message] #[cfg_attr(feature = "typescript", ts(rename = $code))] $variant),*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name, such as `cardinality-min`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The code of that stable name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == name)
            }

            /// The FHIR issue type.
            pub const fn issue_type(self) -> IssueType {
                match self { $(Self::$variant => IssueType::$kind),* }
            }

            /// How bad it is, unless a definition or an option says otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// The message with its placeholders and optional parts.
            pub(super) const fn template(self) -> &'static str {
                match self { $(Self::$variant => $message),* }
            }
        }
    };
}

codes! {
    AllOk "all-ok" Informational Information "No issues found"

    // Bounds of the engine
    LimitDepth "limit-depth" TooCostly Error "Nested deeper than {0} levels: the rest of this branch is not read"
    LimitSize "limit-size" TooCostly Fatal "The input has {0} bytes, more than the limit of {1}"
    LimitNodes "limit-nodes" TooCostly Error "More than {0} values: the rest of the input is not read"
    LimitIssues "limit-issues" TooCostly Information "More than {0} findings: the rest is not listed"

    // The text
    TextEncoding "text-encoding" Structure Error "The bytes here are not UTF-8"
    TextByteOrderMark "text-byte-order-mark" Structure Warning "The text begins with a byte order mark, which JSON does not allow"

    // JSON syntax
    JsonEmpty "json-empty" Structure Fatal "There is no JSON here"
    JsonExpectedValue "json-expected-value" Structure Error "Expected a value, found {0}"
    JsonExpectedName "json-expected-name" Structure Error "Expected a property name in double quotes, found {0}"
    JsonUnquotedName "json-unquoted-name" Structure Error "The property name {0} must be in double quotes"
    JsonSingleQuotes "json-single-quotes" Structure Error "Text must be in double quotes, not single quotes"
    JsonExpectedColon "json-expected-colon" Structure Error "Expected `:` after the property name, found {0}"
    JsonExpectedComma "json-expected-comma" Structure Error "Expected `,` before the next value"
    JsonTrailingComma "json-trailing-comma" Structure Error "There is a `,` with nothing after it"
    JsonMismatchedClose "json-mismatched-close" Structure Error "Found {0}, expected {1} for what was opened before"
    JsonUnclosed "json-unclosed" Structure Error "The {0} that begins here is never closed"
    JsonUnclosedString "json-unclosed-string" Structure Error "The text that begins here has no closing quote"
    JsonControlCharacter "json-control-character" Structure Error "A control character (code {0}) must be escaped inside text"
    JsonEscape "json-escape" Structure Error "{0} is not an escape sequence of JSON"
    JsonLoneSurrogate "json-lone-surrogate" Structure Error "{0} is half of a surrogate pair without the other half"
    JsonWord "json-word" Structure Error "{0} is not a JSON value"
    JsonNumber "json-number" Structure Error "{0} is not a JSON number"
    JsonComment "json-comment" Structure Error "JSON has no comments"
    JsonTrailingText "json-trailing-text" Structure Error "There is more text after the end of the JSON value"
    JsonDuplicateKey "json-duplicate-key" Structure Error "The property {0} is given more than once in this object"

    // XML syntax
    XmlNoElement "xml-no-element" Structure Fatal "There is no element here"
    XmlSyntax "xml-syntax" Structure Error "Expected {0}, found {1}"
    XmlUnclosed "xml-unclosed" Structure Error "The element {0} that begins here is never closed"
    XmlEndTag "xml-end-tag" Structure Error "There is no start tag for the end tag {0}"
    XmlTrailing "xml-trailing" Structure Error "There is more after the end of the element {0}: it is not read"
    XmlDuplicateAttribute "xml-duplicate-attribute" Structure Error "The attribute {0} is given more than once on {1}"
    XmlReference "xml-reference" Structure Error "{0} is not a reference that XML knows: write the character itself, or `&amp;` for `&`"
    XmlCharacter "xml-character" Structure Error "A control character (code {0}) cannot stand in XML"
    XmlDocumentType "xml-document-type" Structure Fatal "A document type declaration is not allowed: nothing from here on is read"
    XmlEncoding "xml-encoding" Structure Error "The text says that it is in {0}, but FHIR is in UTF-8"
    XmlNamespace "xml-namespace" Structure Error "The element {0} must be in the namespace {1}, found {2}"

    // HL7 v2 syntax
    Er7NoHeader "er7-no-header" Structure Fatal "There is no `MSH` segment here"
    Er7BeforeHeader "er7-before-header" Structure Error "This stands before the first header: it belongs to no message"
    Er7EncodingCharacters "er7-encoding-characters" Structure Error "{0} cannot be the encoding characters: each must be punctuation, and all must differ. The usual ones are taken"
    Er7EncodingFew "er7-encoding-few" Structure Warning "{0} declares fewer than four encoding characters: those that are missing have no meaning in this message"
    Er7EncodingMany "er7-encoding-many" Structure Warning "{0} declares more than five encoding characters: only those have a meaning"
    Er7LineBreak "er7-line-break" Structure Error "This line is no segment: it is read as part of the one before. Write a line end in text as `\\.br\\` or `\\X0D\\`"
    Er7CharacterSet "er7-character-set" NotSupported Warning "The character set {0} cannot be read here: letters beyond ASCII may be wrong. Give the message as decoded text"
    Er7CharacterSetMissing "er7-character-set-missing" Invalid Warning "MSH-18 names no character set, and there are bytes that are neither ASCII nor UTF-8: they are read as ISO 8859/1"

    // HL7 v2 content
    V2NotChecked "v2-not-checked" NotSupported Warning "Not checked: this message, because no definitions of HL7 v2 are here (the pack `v2`)"
    V2Version "v2-version" Value Error "{0} is not a version of HL7 v2: the message is checked against {1}"
    V2StructureUnknown "v2-structure-unknown" NotSupported Warning "Not checked: which segments a message {0} has, because its structure in version {1} is not known"
    V2SegmentUnknown "v2-segment-unknown" Structure Warning "{0} is no segment of HL7 version {1}: it is not checked"
    V2SegmentMissing "v2-segment-missing" Required Error "{0} is required in {1}"
    V2SegmentRepeats "v2-segment-repeats" Structure Error "{0} comes too often in {1}: at most {2}"
    V2SegmentMisplaced "v2-segment-misplaced" Structure Error "{0} stands where {1} does not have it: it is read as if it were in its place"
    V2SegmentUnexpected "v2-segment-unexpected" Structure Warning "{1} has no segment {0}"
    V2Required "v2-required" Required Error "{0} is required"
    V2Repeats "v2-repeats" Structure Error "{0} comes too often: at most {1}, found {2}"
    V2Withdrawn "v2-withdrawn" Informational Information "{0} is no longer used in HL7 version {1}: it is not checked"
    V2Beyond "v2-beyond" Structure Warning "There is no {0}: {1} ends at {2}"
    V2Length "v2-length" Value Warning "The value is longer than {0} characters"
    V2Conditional "v2-conditional" Required Error "{0} is required where {1} has a value[[, {2}]]"
    V2ValueType "v2-value-type" Required Error "OBX-5 has a value, so OBX-2 must say its data type"
    V2Number "v2-number" Value Error "{0} is not a number (NM): write digits, with a sign before and a point among them where needed"
    V2Sequence "v2-sequence" Value Error "{0} is not a sequence number (SI): write digits only"
    V2Date "v2-date" Value Error "{0} is not a date that exists (DT): write YYYY, YYYYMM or YYYYMMDD"
    V2Time "v2-time" Value Error "{0} is not a time (TM): write HH, HHMM, HHMMSS or HHMMSS.SSSS, and a zone such as +0100 where needed"
    V2DateTime "v2-date-time" Value Error "{0} is not a time that exists (DTM): write YYYYMMDDHHMMSS.SSSS, cut off where no more is known, and a zone such as +0100 where needed"
    V2Table "v2-table" CodeInvalid Error "{0} is not a code of HL7 table {1}"
    V2Escape "v2-escape" Value Warning "{0} has no meaning as an escape sequence: it is read as it stands"
    V2BatchCount "v2-batch-count" Structure Warning "The trailer says {0}, but there are {1}"

    // Resources
    ResourceExpected "resource-expected" Structure Error "Expected a resource (a JSON object), found {0}"
    ResourceTypeMissing "resource-type-missing" Structure Error "The resource has no `resourceType`"
    ResourceTypeUnknown "resource-type-unknown" Structure Error "{0} is not a resource type of this FHIR version[[: is {1} meant?]]"
    ResourceTypeAbstract "resource-type-abstract" Structure Error "{0} is an abstract type: a resource must be of a type derived from it"

    // Elements
    ElementUnknown "element-unknown" Structure Error "{1} has no element {0}[[: is {2} meant?]]"
    ElementMisplaced "element-misplaced" Structure Error "{1} has no element {0}: it belongs in {2}"
    ChoiceType "choice-type" Structure Error "{0} is not one of the types of `{1}[x]`: {2}"
    ChoiceUntyped "choice-untyped" Structure Error "{0} must say its type: {1}"
    ChoiceMultiple "choice-multiple" Structure Error "{0} is given more than once, with different types: only one is allowed"
    CardinalityMin "cardinality-min" Required Error "{0} is required: at least {1}, found {2}[[ (profile {3})]]"
    CardinalityMax "cardinality-max" Structure Error "{0} is given too often: at most {1}, found {2}[[ (profile {3})]]"

    // The JSON shape of elements
    ShapeArrayExpected "shape-array-expected" Structure Error "{0} can repeat, so it must be a JSON array, found {1}"
    ShapeArrayUnexpected "shape-array-unexpected" Structure Error "{0} cannot repeat, so it must not be a JSON array"
    ShapeArrayNested "shape-array-nested" Structure Error "An array inside an array is never allowed in FHIR"
    ShapeArrayEmpty "shape-array-empty" Invalid Error "An array must not be empty: leave the property out"
    ShapeArrayLength "shape-array-length" Structure Error "{0} has {1} entries and {2} has {3}: they must align"
    ShapeObjectExpected "shape-object-expected" Structure Error "{0} must be a JSON object, found {1}"
    ShapeObjectEmpty "shape-object-empty" Invalid Error "An object must not be empty: leave the property out"
    ShapePrimitiveExpected "shape-primitive-expected" Structure Error "{0} must be a JSON {1}, found {2}"
    ShapeNull "shape-null" Structure Error "`null` is not allowed here: leave the property out"
    ShapeNullAlign "shape-null-align" Structure Error "`null` stands for a missing value, so the other array must have an entry here"
    ShapeUnderscore "shape-underscore" Structure Error "{0} is not allowed: only a primitive element has a property that begins with `_`"

    // The XML shape of elements
    XmlText "xml-text" Structure Error "Text is not allowed in {0}: a value stands in the attribute `value`"
    XmlAttribute "xml-attribute" Structure Error "{1} has no attribute {0}"
    XmlAttributeExpected "xml-attribute-expected" Structure Error "{0} must be an attribute, not an element"
    XmlElementEmpty "xml-element-empty" Invalid Error "An element must have a value or elements in it: leave it out"
    XmlOrder "xml-order" Structure Error "{0} must come before {1}"
    XmlResourceExpected "xml-resource-expected" Structure Error "There must be a resource in {0}"

    // Primitive values
    ValueEmpty "value-empty" Value Error "A value must not be empty: leave the property out"
    ValueBlank "value-blank" Value Warning "The value is white space only"
    ValueTooLong "value-too-long" Value Error "The value is longer than {0} characters"
    ValueTooShort "value-too-short" Value Error "The value is shorter than {0} characters"
    ValueRegex "value-regex" Value Error "{0} has not the form {1}"
    ValueMin "value-min" Value Error "{0} is less than {1}, the least that {2} allows"
    ValueMax "value-max" Value Error "{0} is more than {1}, the most that {2} allows"
    ValueRequired "value-required" Required Error "{0} must have a value, by {1}: extensions alone are not enough"
    ValueControlCharacter "value-control-character" Value Warning "The value has a control character (code {0}), which FHIR in XML cannot write"
    ValueHtml "value-html" Informational Information "The text has what looks like an HTML tag, {0}: to be shown as text, not as HTML"
    ValueInteger "value-integer" Value Error "{0} is not an integer between {1} and {2}"
    ValueDecimal "value-decimal" Value Error "{0} is not a decimal: write digits, with a point and digits after it, or an exponent, where needed"
    ValueDecimalDigits "value-decimal-digits" Value Warning "{0} has more digits than systems can be expected to keep: 18 before the point and 17 after it"
    ValueBoolean "value-boolean" Value Error "{0} is neither `true` nor `false`"
    ValueDate "value-date" Value Error "{0} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD"
    ValueDateTime "value-date-time" Value Error "{0} is not a dateTime: write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone"
    ValueInstant "value-instant" Value Error "{0} is not an instant: write YYYY-MM-DDThh:mm:ss.sss with a time zone"
    ValueTime "value-time" Value Error "{0} is not a time: write hh:mm:ss, without a time zone"
    ValueTimeZone "value-time-zone" Value Error "{0} has a time but no time zone: end it with `Z` or an offset such as `+01:00`"
    ValueSeconds "value-seconds" Value Error "{0} has a time without seconds: write hh:mm:ss, with `00` where they are not known"
    ValueDatePart "value-date-part" Value Error "{0} does not exist: the {1} {2} is not between {3} and {4}"
    ValueCalendar "value-calendar" Value Error "{0} does not exist: {1} has {2} days"
    ValueYear "value-year" Value Warning "The year {0} is outside {1} to {2}: is it a typing error?"
    ValueId "value-id" Value Error "{0} is not an id: 1 to 64 letters, digits, `-` and `.`"
    ValueOid "value-oid" Value Error "{0} is not an OID: write `urn:oid:` and numbers joined by dots"
    ValueUuid "value-uuid" Value Error "{0} is not a UUID: write `urn:uuid:` and 32 lower-case hexadecimal digits as 8-4-4-4-12"
    ValueUri "value-uri" Value Error "{0} is not a URI: it has white space"
    ValueUriPrefix "value-uri-prefix" Value Error "{0} is not a URI: write {1} before the number"
    ValueCanonical "value-canonical" Value Error "{0} is not a canonical: it must be an absolute URI, with `|version` where a version is meant, or `#id`"
    ValueCode "value-code" Value Error "{0} is not a code: no white space at its ends, and single spaces inside"
    ValueBase64 "value-base64" Value Error "The value is not base64: {0} cannot stand at position {1}"
    ValueBase64Length "value-base64-length" Value Error "The value is not base64: its {0} characters are not groups of four"
    ValueBase64Whitespace "value-base64-whitespace" Value Warning "Base64 should have no white space, and there is some at position {0}"

    // Narrative
    XhtmlSyntax "xhtml-syntax" Value Error "The narrative is not well-formed: expected {0}, found {1}"
    XhtmlEndTag "xhtml-end-tag" Value Error "The end tag {0} does not match {1}, the element that is open here"
    XhtmlUnclosed "xhtml-unclosed" Value Error "The element {0} is never closed"
    XhtmlCharacter "xhtml-character" Value Error "XML cannot have the character with the code {0}"
    XhtmlEntity "xhtml-entity" Value Error "{0} is not an entity of XML: write {1}"
    XhtmlDocumentType "xhtml-document-type" Value Error "A narrative must have no document type declaration"
    XhtmlDuplicateAttribute "xhtml-duplicate-attribute" Value Error "The attribute {0} is given more than once on {1}"
    XhtmlRoot "xhtml-root" Value Error "A narrative is one `div` element, found {0}"
    XhtmlNamespace "xhtml-namespace" Value Error "The element {0} must be in the namespace `http://www.w3.org/1999/xhtml`, found {1}"
    XhtmlElement "xhtml-element" Invalid Error "The element {0} is not allowed in a narrative"
    XhtmlAttribute "xhtml-attribute" Invalid Error "The attribute {0} is not allowed on {1} in a narrative"
    XhtmlPlace "xhtml-place" Structure Error "The element {0} is not allowed inside {1}"
    XhtmlText "xhtml-text" Structure Error "Text is not allowed directly inside {0}"
    XhtmlLinkTarget "xhtml-link-target" Invalid Error "The link {0} leads to nothing in this input[[, nor do {1} others]]"
    XhtmlLink "xhtml-link" Invalid Error "{0} is not a link that a reader can follow: it must be relative, or begin with {1}"
    XhtmlEmpty "xhtml-empty" Invariant Error "A narrative must have some text or an image"

    // Codes
    BindingRequired "binding-required" CodeInvalid Error "{0} is not in the value set {1}, from which a code is required[[: is {2} meant?]]"
    BindingRequiredSystem "binding-required-system" CodeInvalid Error "The code {0} of the system {1} is not in the value set {2}, from which a code is required[[: is {3} meant?]]"
    BindingRequiredConcept "binding-required-concept" CodeInvalid Error "None of the codings is in the value set {0}, from which a code is required"
    BindingNoCode "binding-no-code" CodeInvalid Error "There is no code, and one from the value set {0} is required"
    BindingNotChecked "binding-not-checked" NotFound Warning "Not checked: {0} against the value set {1}, because {2} is not here"

    BindingExtensible "binding-extensible" CodeInvalid Warning "None of the codes is in the value set {0}: use one of it, if one fits"
    BindingPreferred "binding-preferred" CodeInvalid Information "None of the codes is in the value set {0}, which is preferred"
    BindingMax "binding-max" CodeInvalid Error "None of the codes is in the value set {0}, outside of which none is allowed"

    CodeUnknown "code-unknown" CodeInvalid Error "The code system {1} has no code {0}"
    DisplayWrong "display-wrong" CodeInvalid Error "{0} is not what the code {1} is called: that is {2}"
    SystemMissing "system-missing" Invalid Warning "A code without a `system` has no meaning"
    SystemRelative "system-relative" Invalid Error "The `system` {0} must be an absolute URI"
    SystemSupplement "system-supplement" Invalid Error "The `system` {0} only adds to another code system: name that one"
    CanonicalUrl "canonical-url" Value Error "The canonical URL {0} must be absolute"
    SystemValueSet "system-value-set" Invalid Error "The `system` {0} is a value set, not a code system"

    // References, contained resources, extensions, profiles
    ReferenceFormat "reference-format" Value Error "{0} is not a reference: write `Type/id`, `#id`, or an absolute URL"
    ReferenceTarget "reference-target" Structure Error "The reference {0} leads to {1}, but {2} is expected"
    ReferenceType "reference-type" Structure Error "The reference says type {0}, but {1} leads to {2}"
    ReferenceContained "reference-contained" NotFound Error "There is no contained resource {0}"
    ReferenceEmpty "reference-empty" Structure Warning "A reference needs a `reference`, an `identifier` or a `display`"
    ContainedId "contained-id" Required Error "A contained resource needs an `id`"
    ContainedIdDuplicate "contained-id-duplicate" Invalid Error "More than one contained resource has the `id` {0}"
    ElementIdDuplicate "element-id-duplicate" Invalid Error "More than one element of the resource has the `id` {0}"
    SecurityLabelDuplicate "security-label-duplicate" Invalid Error "The security label {0} of {1} is given more than once"
    AttachmentSize "attachment-size" Value Error "The attachment says that it has {0} bytes, and its data has {1}"
    ExampleUrl "example-url" Value Error "{0} is a URL for examples: it leads nowhere, and is not allowed here"
    PublicationOwner "publication-owner" Required Error "What HL7 publishes names the work group that owns it (extension {0})"
    BundleLinkDuplicate "bundle-link-duplicate" Invalid Error "A Bundle has one link {0} at the most"
    BundleLinkSearch "bundle-link-search" Invalid Error "The link {0} belongs to the pages of a search, and this Bundle is a {1}"
    BundleLinkStylesheet "bundle-link-stylesheet" NotFound Error "The style sheet {0} is not in the Bundle"
    BundleFullUrl "bundle-full-url" Required Error "An entry of a Bundle of type {0} needs a `fullUrl`: it is the identity of the resource in it"
    BundleFullUrlAbsolute "bundle-full-url-absolute" Value Error "A `fullUrl` must be absolute, found {0}"
    BundleFullUrlNoId "bundle-full-url-no-id" Required Error "The `fullUrl` {0} is one of a server, so the resource needs an `id`"
    BundleFullUrlId "bundle-full-url-id" Invalid Error "The `fullUrl` {0} is one of a server, so it must end with the type and id of the resource, {1}"
    BundleSearchId "bundle-search-id" Required Error "A resource that a search found needs an `id`"
    BundleUnreachable "bundle-unreachable" Structure Error "No reference connects this entry with the {0} at the beginning"
    BundleReferenceBase "bundle-reference-base" Structure Error "The relative reference {0} leads nowhere: its entry has no `fullUrl` to begin from"
    BundleReferenceMissing "bundle-reference-missing" NotFound Error "{0} is not in the Bundle: what the first entry refers to here belongs in it"
    BundleReferenceAmbiguous "bundle-reference-ambiguous" Structure Error "More than one entry is what {0} refers to"
    BundleReferenceType "bundle-reference-type" Structure Error "{0} leads to an entry that is {1}"
    ExtensionUrlAbsolute "extension-url-absolute" Extension Error "The extension's `url` {0} must be absolute"
    ExtensionContent "extension-content" Invariant Error "An extension has either a value or extensions, and one of the two"
    ContainedUnreferenced "contained-unreferenced" Invariant Error "Nothing in the resource refers to this contained resource, and it refers to nothing in the resource"
    ConstraintFailed "constraint-failed" Invariant Error "The rule {0} is not met: [[{2}; in FHIRPath ]]{1}"
    ConstraintPractice "constraint-practice" Invariant Warning "Best practice {0} is not met: [[{2}; in FHIRPath ]]{1}"
    ConstraintNotChecked "constraint-not-checked" NotSupported Warning "Not checked: the rule {0}, because {1}"

    // Maps: what is wrong with the map itself
    MapType "map-type" Invalid Error "There is no type {0}[[: is {1} meant?]][[ (rule {2})]]"
    MapStructure "map-structure" NotFound Warning "Not checked: the structure {0} is not here"
    MapImport "map-import" NotFound Warning "There is no map here for the import {0}"
    MapElement "map-element" Invalid Error "{0} has no element {1}[[: is {2} meant?]][[ (rule {3})]]"
    MapVariable "map-variable" Invalid Error "There is no variable {0} here[[: is {1} meant?]]"
    MapMode "map-mode" Invalid Error "{0} is read: what is written to has to be a variable that is made"
    MapGroup "map-group" NotFound Error "There is no group {0}[[: is {1} meant?]]"
    MapArguments "map-arguments" Invalid Error "{0} takes {1} arguments, there are {2}"
    MapExpression "map-expression" Invalid Error "The expression {0} has no meaning: {1}"
    MapCircle "map-circle" Invalid Error "The group {0} extends itself"

    // Maps: what a map says of its source, and what it could not do
    MapCardinality "map-cardinality" Structure Error "The map expects {0} values of {1}, there are {2} (rule {3})"
    MapCheck "map-check" Invariant Error "The map expects {0} (rule {1})"
    MapLog "map-log" Informational Information "{0} (rule {1})"
    MapNotDecided "map-not-decided" NotSupported Warning "Not decided: {0}: {1} (rule {2})"
    MapEvaluate "map-evaluate" Invalid Error "The expression {0} has no result: {1} (rule {2})"
    MapValue "map-value" Value Error "{0} cannot be a value of {1} (rule {2})"
    MapTargetType "map-target-type" Invalid Error "{0} cannot hold a value of type {1} (rule {2})"
    MapChoice "map-choice" Invalid Error "{0} can be of several types: `create` says which (rule {1})"
    MapRepeats "map-repeats" Structure Error "{0} holds one value, there are {1} (rule {2})"
    MapOverwrite "map-overwrite" Structure Warning "{0} had the value {1}, which is replaced (rule {2})"
    MapDefault "map-default" NotFound Error "No group says how a {0} becomes {1} (rule {2})"
    MapReference "map-reference" NotFound Error "There is nothing that a reference could name: the resource has no `id` (rule {0})"
    MapConceptMap "map-concept-map" NotFound Warning "Not translated: the concept map {0} is not here (rule {1})"
    MapTranslate "map-translate" CodeInvalid Warning "The concept map {0} says nothing of {1} (rule {2})"
    LimitMap "limit-map" TooCostly Error "The map was stopped after {0} {1} (rule {2})"
    ExtensionUrlVersion "extension-url-version" Extension Error "The extension's `url` {0} must not have a version"
    ExtensionUnknown "extension-unknown" Extension Error "The extension {0} is not known, and not from where extensions are allowed from"
    ExtensionNotChecked "extension-not-checked" NotFound Information "Not checked: the extension {0}, whose definition is not here"
    ExtensionPart "extension-part" Extension Error "The extension {1} has no part {0}"
    ExtensionContext "extension-context" Extension Error "The extension {0} is not allowed in {1}, only in {2}"
    ExtensionContextOld "extension-context-old" Extension Warning "The extension {0} is not for {1}, only for {2}, in this version of FHIR: later ones may allow it"
    ExtensionContextRule "extension-context-rule" Extension Error "The extension {0} is not allowed here: {1} does not hold"
    ExtensionContextNotChecked "extension-context-not-checked" NotSupported Warning "Not checked: whether the extension {0} may stand here, because {1} cannot be evaluated"
    ExtensionModifier "extension-modifier" Extension Error "The extension {0} changes the meaning of the element: it must stand in `modifierExtension`"
    ExtensionModifierNot "extension-modifier-not" Extension Error "The extension {0} is no modifier: it must stand in `extension`"

    // Profiles
    ProfileNotChecked "profile-not-checked" NotSupported Warning "Not checked: the profile {0}[[, because {1}, which it builds on, is not here]]"
    ProfileType "profile-type" Structure Error "The profile {0} is for {1}, and this is {2}"
    ProfileNone "profile-none" Structure Error "This meets none of {0}. Nearest is {1}, which it misses by {2}"
    ElementType "element-type" Structure Error "{0} must be of type {1}, found {2} (profile {3})"
    FixedValue "fixed-value" Value Error "{0} must be exactly {1} (profile {2})"
    FixedAbsent "fixed-absent" Required Error "{0} is missing: the profile {1} fixes it"
    FixedExtra "fixed-extra" Structure Error "{0} must not be here: the profile {1} fixes the value without it"
    PatternValue "pattern-value" Value Error "{0} must be {1} (profile {2})"
    PatternAbsent "pattern-absent" Required Error "{0} is missing: the profile {1} asks for it"
    ReferenceProfile "reference-profile" Structure Error "What {0} leads to meets none of {1}. Nearest is {2}, which it misses by {3}"
    ReferenceAggregation "reference-aggregation" Structure Error "What {0} leads to is {1}, but must be {2}"
    MustSupportAbsent "must-support-absent" Informational Information "{0} is absent, which {1} marks as must-support"

    // Slices
    SliceMin "slice-min" Required Error "The slice {0} is required: at least {1}, found {2} (profile {3})[[. What is there is not of it, because {4}]]"
    SliceMax "slice-max" Structure Error "The slice {0} is given too often: at most {1}, found {2} (profile {3})"
    SliceClosed "slice-closed" Structure Error "This {0} is of no slice, and {1} allows no other[[: {2}]]"
    SliceOrder "slice-order" Structure Error "The slice {0} stands too late (profile {1})"
    SliceAmbiguous "slice-ambiguous" Structure Error "This is of the slice {0} and of the slice {1} (profile {2})"
    SliceNotChecked "slice-not-checked" NotSupported Warning "Not checked: the slices of {0}, which cannot be told by {1} (profile {2})"
    // Definitions in themselves
    DefinitionProperty "definition-property" Structure Error "A profile must not say {1} of {0}: only the definition of the type does"
    DefinitionContext "definition-context" Invalid Error "{0} is no element: an extension cannot stand there"
    DefinitionObligations "definition-obligations" Invalid Error "No obligations can be taken from {0}: it {1}"
    MeasureReportUnknown "measure-report-unknown" Invalid Error "The Measure has no such {0}: none has this code"
    MeasureReportMissing "measure-report-missing" Invalid Error "There is no {0} for that of the Measure with the code {1}"
    ValueSetFilter "value-set-filter" Invalid Error "{0} is nothing that {1} can be compared with: that has to be {2}"
    CodeSystemContent "code-system-content" Invalid Error "This adds to {0}, so its `content` must be `supplement`, found {1}"
    SearchParameterComposite "search-parameter-composite" Required Error "A composite search parameter has two components or more"
    SearchParameterDerived "search-parameter-derived" Invalid Error "{0} {1} is not what {2} has, which this is derived from"
    SearchParameterType "search-parameter-type" Invalid Error "The type is {0}, but {1} is of type {2}"
    DefinitionSnapshot "definition-snapshot" Invalid Error "No snapshot can be made of this: at {0}, {1}"
    DefinitionRootSlicing "definition-root-slicing" Structure Error "A profile must not slice its root"
    DefinitionConstraintKey "definition-constraint-key" Structure Error "The constraint {0} is that of {1} already, with another expression"
    DefinitionType "definition-type" Structure Error "The type {0} {1}: a definition that specialises another makes a type of its own"
    DefinitionPath "definition-path" Structure Error "The path {0} must begin with {1}, the type that is defined"
    DefinitionExtensionUrl "definition-extension-url" Invalid Error "The extension is to have the `url` {0}, but its definition is {1}"
    ValueSetSystem "value-set-system" Value Error "The `system` {0} must be absolute: a contained code system is named by its own URL"
    CodeSystemCount "code-system-count" Value Error "The code system says that it has {0} concepts, and has {1}"

    // Questionnaires and responses to them
    QuestionnaireNotChecked "questionnaire-not-checked" NotSupported Warning "Not checked: the answers, because the questionnaire {0} is not here"
    QuestionnaireLinkId "questionnaire-link-id" NotFound Error "The questionnaire has no item {0}"
    QuestionnaireItemPlace "questionnaire-item-place" Structure Error "The item {0} stands elsewhere in the questionnaire"
    QuestionnaireItemOrder "questionnaire-item-order" Structure Error "The item {0} stands before others here that it follows in the questionnaire"
    QuestionnaireMax "questionnaire-max" Structure Error "The item {0} may be answered {1} times at most, found {2}"
    QuestionnaireRequired "questionnaire-required" Required Error "The item {0} is required, and has no answer"
    QuestionnaireDisabled "questionnaire-disabled" Invalid Error "The item {0} is answered, but what enables it is not met"
    QuestionnaireContent "questionnaire-content" Structure Error "The item {0} is of type {1}, which has no {2}"
    QuestionnaireAnswerType "questionnaire-answer-type" Structure Error "The answer must be of type {0}, found {1}"
    QuestionnaireOption "questionnaire-option" CodeInvalid Error "The answer {0} is none of the options of the item {1}"
    QuestionnaireExclusive "questionnaire-exclusive" Invalid Error "This option of the item {0} is chosen alone or not at all"
    QuestionnaireDecimals "questionnaire-decimals" Value Error "{0} has more than {1} decimal places"
    QuestionnaireAttachmentSize "questionnaire-attachment-size" Value Error "The attachment has {0} bytes, and {1} are allowed"
    QuestionnaireAttachmentType "questionnaire-attachment-type" Value Error "The attachment is of type {0}, allowed is {1}"
    QuestionnaireUnit "questionnaire-unit" CodeInvalid Error "The unit {0} is not in the value set {1}"
    QuestionnaireUnitCode "questionnaire-unit-code" Value Error "{0} cannot be compared with {1}: both need a unit with a code"
    QuestionnaireDerived "questionnaire-derived" Invalid Error "{0} does not comply with {1}, {2}"
    QuestionnaireEnableWhen "questionnaire-enable-when" Invalid Error "The item {0} cannot depend on {1}, which is {2}"
}

impl Code {
    /// The message without arguments: `…` stands for each.
    pub fn summary(self) -> String {
        super::message::summary(self.template())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom(format!("no issue has the code `{name}`"));
        Self::from_name(&name).ok_or_else(unknown)
    }
}
