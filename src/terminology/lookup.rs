//! What is known of one code: its names, its properties, what it stands below.

use super::{CodeSystem, Display, Terminology};

/// The answer to a question for a code.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'t> {
    /// The code system has it.
    Found(Concept<'t>),
    /// The code system is here, all of it, and does not have it.
    Absent,
    /// The code system is not here, or not the part that would have it.
    Unknown,
}

/// A concept of a code system that is here.
#[derive(Clone, Copy, Debug)]
pub struct Concept<'t> {
    /// Its code system.
    pub system: &'t CodeSystem,
    /// The version of the code system.
    pub version: Option<&'t str>,
    /// Where it stands in [`CodeSystem::codes`].
    pub position: u32,
}

impl<'t> Concept<'t> {
    /// The code, as the code system writes it.
    pub fn code(self) -> &'t str {
        self.system.codes.get(self.position)
    }

    /// Its names, the display first; none where they are not here: packs have them for small code systems only.
    pub fn displays(self) -> Option<&'t [Display]> {
        self.system.displays(self.position)
    }

    /// Its properties by name, with what every code system says: `parent`, `child`, `inactive`, `notSelectable`.
    /// Values are text.
    pub fn properties(self) -> Vec<(String, String)> {
        let Self { system, position, .. } = self;
        let code = |name: &str, position| (name.to_owned(), system.codes.get(position).to_owned());
        let flag = |name: &str, is_set: bool| is_set.then(|| (name.to_owned(), "true".to_owned()));
        let own = system.properties(position).map(|it| (it.code.clone(), it.value.clone()));
        let parents = system.parents(position).map(|parent| code("parent", parent));
        let below = system.parents.iter().filter(|&&(_, parent)| parent == position);
        own.chain(parents)
            .chain(below.map(|&(child, _)| code("child", child)))
            .chain(flag("inactive", system.is_inactive(position)))
            .chain(flag("notSelectable", system.is_abstract(position)))
            .collect()
    }
}

impl Terminology {
    /// What is known of a code: from the code system of that URL (and version, if one is asked for) that was added
    /// last; from one with names before one without.
    pub fn lookup(&self, system: &str, version: Option<&str>, code: &str) -> Lookup<'_> {
        let mut nameless = None;
        for library in self.libraries.iter().rev() {
            let Some((version, system)) = library.versioned_code_system(system, version) else {
                continue;
            };
            match system.find(code).map(|position| Concept { system, version, position }) {
                Some(concept) if concept.system.displays.is_some() => {
                    return Lookup::Found(concept);
                }
                Some(concept) => nameless = nameless.or(Some(concept)),
                None if system.is_complete && nameless.is_none() => return Lookup::Absent,
                None => {}
            }
        }
        nameless.map_or(Lookup::Unknown, Lookup::Found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::tests::library;
    use super::*;

    fn terminology() -> Terminology {
        let system = |version: &str, content: &str, concepts: &str| {
            format!(
                r#"{{"resourceType":"CodeSystem","url":"http://s","version":"{version}","content":"{content}","concept":[{concepts}]}}"#
            )
        };
        let mut terminology = Terminology::default();
        let first = system("1", "complete", r#"{"code":"a","display":"Ay"}"#);
        let second = system("2", "complete", r#"{"code":"b","display":"Bee"}"#);
        terminology.add(library(&[&first, &second]));
        let part = system("3", "fragment", r#"{"code":"c","display":"Cee"}"#);
        terminology.add(library(&[&part]));
        terminology
    }

    #[track_caller]
    fn check(version: Option<&str>, code: &str, expected: &str) {
        let answer = match terminology().lookup("http://s", version, code) {
            Lookup::Found(concept) => {
                let names = concept.displays().unwrap().iter().map(|it| &*it.text);
                format!(
                    "{}|{:?} {:?}",
                    concept.code(),
                    concept.version.unwrap(),
                    names.collect::<Vec<_>>()
                )
            }
            other => format!("{other:?}"),
        };
        assert_eq!(answer, expected);
    }

    #[test]
    fn finds_a_code_in_what_was_added_last() {
        check(None, "c", r#"c|"3" ["Cee"]"#);
        check(None, "b", r#"b|"2" ["Bee"]"#);
        check(None, "B", r#"b|"2" ["Bee"]"#);
        check(None, "a", "Absent");
        check(Some("1"), "a", r#"a|"1" ["Ay"]"#);
        check(Some("3"), "a", "Unknown");
        check(Some("4"), "a", "Unknown");
    }

    #[test]
    fn a_code_without_names_is_found_all_the_same() {
        let mut terminology = terminology();
        let mut nameless = CodeSystem { is_complete: true, ..CodeSystem::default() };
        nameless.codes = super::super::Codes::new(["b", "d"]);
        let mut library = super::super::Library::default();
        library.code_systems.add("http://s".into(), None, nameless);
        terminology.add(library);
        let displays = |code| match terminology.lookup("http://s", None, code) {
            Lookup::Found(concept) => concept.displays().map(<[Display]>::len),
            other => panic!("{other:?}"),
        };
        assert_eq!((displays("b"), displays("d")), (Some(1), None));
    }
}
