//! Published expressions that do not say what their rule means. Later versions of FHIR have most of them
//! right; the packages that systems use keep them as they are.

/// An expression as it was published, and what it has to be.
const CORRECTIONS: [(&str, &str); 10] = [
    // `matches` looks for a part: the whole name is meant.
    ("name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')"),
    (
        r"path.matches('[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*')",
        r"path.matches('^[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*$')",
    ),
    (
        r#"path.matches('[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*')"#,
        r#"path.matches('^[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*$')"#,
    ),
    // What is not there is not wrong.
    (
        "fullUrl.contains('/_history/').not()",
        "fullUrl.empty() or fullUrl.contains('/_history/').not()",
    ),
    (
        "probability is decimal implies (probability as decimal) <= 100",
        "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)",
    ),
    // What a reference leads to may not be here.
    (
        "onBehalfOf.exists() implies (member.resolve() is Practitioner)",
        "onBehalfOf.exists() implies (member.resolve().empty() or member.resolve() is Practitioner)",
    ),
    // Two conditions are more than one.
    (
        "enableWhen.count() > 2 implies enableBehavior.exists()",
        "enableWhen.count() > 1 implies enableBehavior.exists()",
    ),
    // The type of FHIR is meant, not that of FHIRPath.
    (
        "operator = 'exists' implies (answer is Boolean)",
        "operator = 'exists' implies (answer is boolean)",
    ),
    // A parameter may well be a resource.
    (
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')",
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))",
    ),
    // An element is no truth: that it exists is.
    (
        "(component.empty() and hasMember.empty()) implies (dataAbsentReason or value)",
        "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())",
    ),
];

/// The expression to evaluate in place of the published one.
pub(super) fn corrected(expression: &str) -> &str {
    let correction = CORRECTIONS.iter().find(|(published, _)| *published == expression);
    correction.map_or(expression, |(_, corrected)| corrected)
}
