//! `StructureDefinition`s as they were given, in packages and as resources: snapshots are made from them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::definitions::View;
use crate::format::Style;
use crate::format::json;

/// Definitions by URL; of one URL, in the order in which they were added. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Kept {
    by_url: Arc<HashMap<String, Vec<Definition>>>,
}

#[derive(Clone, Debug)]
struct Definition {
    version: Option<String>,
    json: Arc<str>,
}

impl Kept {
    /// Keeps a StructureDefinition.
    pub(in crate::engine) fn add(&mut self, definition: View<'_>) {
        let Some(url) = definition.text("url") else { return };
        let kept = Definition {
            version: definition.text("version").map(str::to_owned),
            json: json::write(definition.tree(), definition.node(), Style::Compact).into(),
        };
        Arc::make_mut(&mut self.by_url).entry(url.to_owned()).or_default().push(kept);
    }

    /// The JSON of the definition of that canonical: of that version, or the one that was added last.
    pub(super) fn find(&self, canonical: &str) -> Option<&str> {
        let (url, version) = canonical
            .split_once('|')
            .map_or((canonical, None), |(url, version)| (url, Some(version)));
        let mut known = self.by_url.get(url)?.iter().rev();
        let found = known.find(|it| version.is_none() || it.version.as_deref() == version)?;
        Some(&found.json)
    }
}
