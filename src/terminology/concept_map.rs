//! What a code becomes in another code system: ConceptMaps as sorted tables.

use crate::definitions::View;
use crate::sort::{sort_by, sort_by_key};

/// A ConceptMap: of R4 (`equivalence`) or R5 (`relationship`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConceptMap {
    /// The value set that it translates from (`sourceScope`, in R4 `source[x]`).
    pub source_scope: Option<String>,
    /// The value set that it translates to.
    pub target_scope: Option<String>,
    /// One for each pair of code systems.
    pub groups: Vec<MapGroup>,
}

/// `ConceptMap.group`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapGroup {
    /// The code system of the codes; empty where it is not said.
    pub source: String,
    /// The code system of what they become; empty where it is not said.
    pub target: String,
    /// Sorted by code; of one code, in the order of the resource.
    entries: Vec<(String, Mapped)>,
    /// What a code becomes that is not in the list.
    pub unmapped: Unmapped,
}

/// A code that another one becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The code.
    pub code: String,
    /// How it is called, where the map says so.
    pub display: Option<String>,
    /// How the two are related.
    pub relationship: Relationship,
}

/// `ConceptMap.group.unmapped`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Unmapped {
    /// Nothing.
    #[default]
    Nothing,
    /// The same code.
    Same,
    /// This one.
    Fixed(String, Option<String>),
    /// What the map of that canonical says.
    Other(String),
}

/// How the code and what it becomes are related. The order is that of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relationship {
    /// Both mean the same.
    Equivalent,
    /// The code means less.
    Narrower,
    /// The code means more.
    Broader,
    /// They have to do with each other.
    Related,
    /// They do not mean the same: nothing that a code may become.
    Unrelated,
}

/// What a code becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translation<'m> {
    /// The code system; empty where the map does not say.
    pub system: &'m str,
    /// The code.
    pub code: &'m str,
    /// How it is called.
    pub display: Option<&'m str>,
    /// How the two are related.
    pub relationship: Relationship,
}

impl ConceptMap {
    /// What a code becomes, best first. Without `system`, any group that has the code will do. The second part
    /// is the canonical of another map to ask where this one has nothing.
    pub fn translate<'m>(
        &'m self,
        system: Option<&str>,
        code: &'m str,
    ) -> (Vec<Translation<'m>>, Option<&'m str>) {
        let mut found = Vec::new();
        let other = self.each(system, code, &mut |translation| found.push(translation));
        sort_by_key(&mut found, |it| it.relationship);
        (found, other)
    }

    /// The first of what [`Self::translate`] gives.
    pub fn best<'m>(
        &'m self,
        system: Option<&str>,
        code: &'m str,
    ) -> (Option<Translation<'m>>, Option<&'m str>) {
        let mut best: Option<Translation<'m>> = None;
        let other = self.each(system, code, &mut |translation| {
            if best.is_none_or(|best| translation.relationship < best.relationship) {
                best = Some(translation);
            }
        });
        (best, other)
    }

    /// Gives `visit` what a code becomes, in the order of the map; what it does not become is left out.
    fn each<'m>(
        &'m self,
        system: Option<&str>,
        code: &'m str,
        visit: &mut dyn FnMut(Translation<'m>),
    ) -> Option<&'m str> {
        let fits = |group: &&MapGroup| {
            system.is_none_or(|system| group.source.is_empty() || group.source == system)
        };
        let mut is_listed = false;
        for group in self.groups.iter().filter(fits) {
            for (_, Mapped { code, display, relationship }) in group.list(code) {
                is_listed = true;
                if *relationship != Relationship::Unrelated {
                    let (system, display) = (group.target.as_str(), display.as_deref());
                    visit(Translation { system, code, display, relationship: *relationship });
                }
            }
        }
        let mut other = None;
        for group in self.groups.iter().filter(fits).filter(|_| !is_listed) {
            let (code, display) = match &group.unmapped {
                Unmapped::Nothing => continue,
                Unmapped::Same => (code, None),
                Unmapped::Fixed(code, display) => (code.as_str(), display.as_deref()),
                Unmapped::Other(canonical) => {
                    other = other.or(Some(canonical.as_str()));
                    continue;
                }
            };
            let (system, relationship) = (group.target.as_str(), Relationship::Related);
            visit(Translation { system, code, display, relationship });
        }
        other
    }

    /// Adds a group.
    pub fn add(&mut self, group: MapGroup) {
        self.groups.push(group);
    }
}

impl MapGroup {
    /// A group of these entries: a code, and what it becomes.
    pub fn new(source: &str, target: &str, mut entries: Vec<(String, Mapped)>) -> Self {
        sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
        let (source, target) = (source.to_owned(), target.to_owned());
        Self { source, target, entries, unmapped: Unmapped::Nothing }
    }

    fn list(&self, code: &str) -> &[(String, Mapped)] {
        let start = self.entries.partition_point(|(known, _)| known.as_str() < code);
        let rest = self.entries.get(start..).unwrap_or_default();
        let count = rest.partition_point(|(known, _)| known == code);
        rest.get(..count).unwrap_or_default()
    }
}

/// Reads a ConceptMap. A target that depends on other elements is left out: it does not hold by itself.
pub(super) fn compile(resource: View<'_>) -> ConceptMap {
    let scope = |names: [&str; 4]| {
        names.into_iter().find_map(|name| resource.text(name)).map(str::to_owned)
    };
    ConceptMap {
        source_scope: scope([
            "sourceScopeUri",
            "sourceScopeCanonical",
            "sourceUri",
            "sourceCanonical",
        ]),
        target_scope: scope([
            "targetScopeUri",
            "targetScopeCanonical",
            "targetUri",
            "targetCanonical",
        ]),
        groups: resource.objects("group").map(compile_group).collect(),
    }
}

fn compile_group(group: View<'_>) -> MapGroup {
    let mut entries = Vec::new();
    for element in group.objects("element") {
        let Some(code) = element.text("code") else { continue };
        for target in element.objects("target") {
            if target.objects("dependsOn").next().is_some() {
                continue;
            }
            let Some(becomes) = target.text("code") else { continue };
            let relation = target.text("relationship").or(target.text("equivalence"));
            let mapped = Mapped {
                code: becomes.to_owned(),
                display: target.text("display").map(str::to_owned),
                relationship: Relationship::from_code(relation.unwrap_or("related-to")),
            };
            entries.push((code.to_owned(), mapped));
        }
    }
    let text = |name| group.text(name).unwrap_or_default();
    let unmapped = group.object("unmapped").map_or(Unmapped::Nothing, unmapped);
    // R5 has canonicals here: the version says nothing about which code system it is.
    let system = |name| text(name).split('|').next().unwrap_or_default();
    MapGroup { unmapped, ..MapGroup::new(system("source"), system("target"), entries) }
}

fn unmapped(unmapped: View<'_>) -> Unmapped {
    let text = |name| unmapped.text(name).map(str::to_owned);
    match unmapped.text("mode") {
        Some("provided" | "use-source-code") => Unmapped::Same,
        Some("fixed") => match text("code") {
            Some(code) => Unmapped::Fixed(code, text("display")),
            None => Unmapped::Nothing,
        },
        Some("other-map") => {
            let other = text("otherMap").or_else(|| text("url"));
            other.map_or(Unmapped::Nothing, Unmapped::Other)
        }
        _ => Unmapped::Nothing,
    }
}

impl Relationship {
    /// By the code of R5 (`relationship`) or R4 (`equivalence`).
    pub fn from_code(code: &str) -> Self {
        match code {
            "equal" | "equivalent" => Self::Equivalent,
            // R4 says of the target that it is wider.
            "wider" | "subsumes" | "source-is-narrower-than-target" => Self::Narrower,
            "narrower" | "specializes" | "source-is-broader-than-target" => Self::Broader,
            "unmatched" | "disjoint" | "not-related-to" => Self::Unrelated,
            _ => Self::Related,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::tests::tree;
    use super::*;
    use crate::tree::NodeId;

    const MAP: &str = r#"{"resourceType":"ConceptMap","url":"http://m","group":[
        {"source":"http://a|1","target":"http://b","element":[
            {"code":"x","target":[{"code":"r","relationship":"related-to"},{"code":"y","display":"Y","equivalence":"equal"}]},
            {"code":"z","target":[{"code":"n","equivalence":"disjoint"}]},
            {"code":"d","target":[{"code":"e","equivalence":"equal","dependsOn":[{"property":"p"}]}]}],
         "unmapped":{"mode":"other-map","url":"http://n"}},
        {"source":"http://c","target":"http://d","element":[{"code":"x","target":[{"code":"w"}]}],
         "unmapped":{"mode":"fixed","code":"u"}},
        {"source":"http://e","target":"http://f","unmapped":{"mode":"provided"}}]}"#;

    #[track_caller]
    fn check(system: Option<&str>, code: &str, expected: &[(&str, &str)], other: Option<&str>) {
        let tree = tree(MAP);
        let map = compile(View::new(&tree, NodeId::ROOT));
        let (found, asked) = map.translate(system, code);
        let found: Vec<_> = found.iter().map(|it| (it.system, it.code)).collect();
        assert_eq!((found.as_slice(), asked), (expected, other));
    }

    #[test]
    fn translates_by_system_best_first() {
        check(Some("http://a"), "x", &[("http://b", "y"), ("http://b", "r")], None);
        check(None, "x", &[("http://b", "y"), ("http://b", "r"), ("http://d", "w")], None);
        check(Some("http://a"), "z", &[], None);
        check(Some("http://o"), "x", &[], None);
    }

    #[test]
    fn what_is_not_listed_is_left_to_the_map() {
        check(Some("http://a"), "q", &[], Some("http://n"));
        check(Some("http://a"), "d", &[], Some("http://n"));
        check(Some("http://c"), "q", &[("http://d", "u")], None);
        check(Some("http://e"), "q", &[("http://f", "q")], None);
    }
}
