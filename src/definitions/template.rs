//! The templateIds of CDA: a StructureDefinition says by its identifiers which ones mark what follows it.

use std::collections::HashMap;
use std::sync::Arc;

use super::View;

/// `templateId` of CDA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateId {
    /// `root`: an OID.
    pub root: Box<str>,
    /// `extension`: mostly a date. One without is marked by a `templateId` without.
    pub extension: Option<Box<str>>,
}

/// The templateIds of definitions, by canonical URL. Packs have none: they are of FHIR.
#[derive(Clone, Debug, Default)]
pub(super) struct Templates {
    by_url: HashMap<Box<str>, Arc<[TemplateId]>>,
}

impl Templates {
    /// Takes note of a StructureDefinition.
    pub(super) fn add(&mut self, definition: View<'_>) {
        let identifiers = definition.objects("identifier").filter_map(|it| it.text("value"));
        let ids: Arc<[TemplateId]> = identifiers.filter_map(TemplateId::parse).collect();
        if let Some(url) = definition.text("url") {
            self.by_url.insert(url.into(), ids);
        }
    }

    /// Those of a definition, whatever its version; none where it was not given.
    pub(super) fn find(&self, canonical: &str) -> Option<&[TemplateId]> {
        let url = canonical.split('|').next().unwrap_or_default();
        self.by_url.get(url).map(|ids| &**ids)
    }
}

impl TemplateId {
    /// `urn:oid:ROOT` or `urn:hl7ii:ROOT:EXTENSION`.
    fn parse(identifier: &str) -> Option<Self> {
        if let Some(root) = identifier.strip_prefix("urn:oid:") {
            return Some(Self { root: root.into(), extension: None });
        }
        let (root, extension) = identifier.strip_prefix("urn:hl7ii:")?.split_once(':')?;
        Some(Self { root: root.into(), extension: Some(extension.into()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(identifier: &str, expected: Option<(&str, Option<&str>)>) {
        let found = TemplateId::parse(identifier);
        let found = found.as_ref().map(|it| (&*it.root, it.extension.as_deref()));
        assert_eq!(found, expected, "{identifier}");
    }

    #[test]
    fn identifiers_that_are_template_ids() {
        check("urn:oid:2.16.840.1", Some(("2.16.840.1", None)));
        check("urn:hl7ii:2.16.840.1:2015-08-01", Some(("2.16.840.1", Some("2015-08-01"))));
        check("urn:hl7ii:2.16.840.1", None);
        check("http://example.org", None);
    }
}
