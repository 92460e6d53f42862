//! The profiles that an engine knows, for lists to choose from.

use serde::Serialize;

use super::Engine;

/// A profile in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileEntry {
    /// `StructureDefinition.url`.
    pub url: String,
    /// `StructureDefinition.version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub version: Option<String>,
    /// `StructureDefinition.title`; its `name` where it has none.
    pub title: String,
    /// The type that it constrains: `Patient`, `Extension`, `Quantity`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The pack (`us-core-6.1.0`) or the package (`hl7.fhir.us.core#6.1.0`) that it came with; none for a
    /// StructureDefinition that was given by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub origin: Option<String>,
}

impl Engine {
    /// Every profile that the engine knows, extensions and profiles of data types among them, sorted by URL and
    /// version. Decodes none, so that a list of all packs costs next to nothing.
    pub fn profiles(&self) -> Vec<ProfileEntry> {
        let listed = self.definitions().profiles().into_iter();
        let entry = listed.map(|it| ProfileEntry {
            url: it.url.to_owned(),
            version: it.version.map(str::to_owned),
            title: it.title.to_owned(),
            type_name: it.type_name.to_owned(),
            origin: it.origin.map(str::to_owned),
        });
        entry.collect()
    }
}

#[test]
fn lists_profiles_with_where_they_came_from() {
    let profile = r#"{"resourceType":"StructureDefinition","url":"http://p","version":"1","name":"Mine",
        "type":"Patient","derivation":"constraint","differential":{"element":[{"path":"Patient"}]},
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient"}"#;
    let patient = r#"{"resourceType":"StructureDefinition","kind":"resource","type":"Patient",
        "url":"http://hl7.org/fhir/StructureDefinition/Patient","snapshot":{"element":[{"path":"Patient"}]}}"#;
    let engine = Engine::builder().resource(patient).resource(profile).build().unwrap();
    let expected = ProfileEntry {
        url: "http://p".into(),
        version: Some("1".into()),
        title: "Mine".into(),
        type_name: "Patient".into(),
        origin: None,
    };
    assert_eq!(engine.profiles(), [expected]);
}
