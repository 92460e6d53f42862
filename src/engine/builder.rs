//! Makes an [`Engine`] from packs, packages and resources.

use std::collections::VecDeque;
use std::sync::Arc;

use super::snapshot::Kept;
use super::systems::{self, Systems};
use super::{Engine, Error};
use crate::definitions::package::{PackageLimits, read_tgz};
use crate::definitions::{DefinitionsBuilder, Pack, PackError, PackageId, View, resources};
use crate::fhirpath::Model;
use crate::format::{Format, Style, json};
use crate::issue::Issues;
use crate::mapping::{Maps, structure_map};
use crate::terminology::{Library, Terminology};
use crate::tree::{Limits, Names, Tree};
use crate::validate::{Canonicals, Questionnaires, Validator};

/// Collects what an [`Engine`] is to know.
#[derive(Debug, Default)]
pub struct EngineBuilder {
    base: Engine,
    packs: Vec<Arc<[u8]>>,
    packages: Vec<Vec<u8>>,
    resources: Vec<String>,
    maps: Vec<String>,
}

impl EngineBuilder {
    /// Starts from what `base` knows.
    pub(super) fn new(base: Engine) -> Self {
        Self { base, ..Self::default() }
    }

    /// Adds a pack: the bytes of an `r4.pack` or another. All packs of an engine are of one version of
    /// FHIR, but for those that are of none.
    #[must_use]
    pub fn pack(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.packs.push(bytes.into());
        self
    }

    /// Adds a FHIR package: the bytes of its `.tgz`. A definition in it that cannot be used (one without
    /// a snapshot) is left out; the same one given as [`Self::resource`] is an error.
    #[must_use]
    pub fn package(mut self, tgz: impl Into<Vec<u8>>) -> Self {
        self.packages.push(tgz.into());
        self
    }

    /// Adds one conformance resource (StructureDefinition, ValueSet, CodeSystem, ConceptMap, `NamingSystem`, StructureMap,
    /// Questionnaire, `ImplementationGuide` for its `global`, `SearchParameter`, `Measure`) or a Bundle of them: JSON, or XML where it begins with `<`. What begins as a map does is
    /// added as one ([`Self::map`]).
    #[must_use]
    pub fn resource(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if is_map(&text) {
            return self.map(text);
        }
        self.resources.push(text);
        self
    }

    /// Adds a map as text of the FHIR Mapping Language. It replaces a map of the same canonical.
    #[must_use]
    pub fn map(mut self, text: impl Into<String>) -> Self {
        self.maps.push(text.into());
        self
    }

    /// How large an input may be.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.base.limits = limits;
        self
    }

    /// Makes the engine. What is added later replaces what has the same name: packs first, then
    /// packages, then resources, each in the order in which they were added.
    ///
    /// # Errors
    /// A pack, package or resource that cannot be read: see [`Error::code`].
    pub fn build(mut self) -> Result<Engine, Error> {
        let is_xml = |text: &String| Format::of(text.as_bytes()) == Format::Xml;
        if self.resources.iter().any(is_xml) && !(self.packs.is_empty() && self.packages.is_empty())
        {
            // XML is read by the definitions, which may come with it.
            let resources = std::mem::take(&mut self.resources);
            return Self { resources, ..Self::new(self.build()?) }.build();
        }
        let mut parts = Parts {
            definitions: DefinitionsBuilder::new(self.base.definitions()),
            terminology: self.base.terminology().clone(),
            library: Library::default(),
            names: Arc::default(),
            maps: self.base.maps.clone(),
            sources: self.base.sources.clone(),
            systems: self.base.systems.clone(),
            questionnaires: self.base.validator.questionnaires().clone(),
            canonicals: self.base.validator.canonicals().clone(),
        };
        parts.add_packs(self.packs)?;
        for (number, tgz) in (1..).zip(&self.packages) {
            parts
                .add_package(tgz)
                .map_err(|why| Error::new("package-damaged", format!("package {number}: {why}")))?;
        }
        for (number, text) in (1..).zip(self.resources) {
            let json = if is_xml(&text) {
                self.base.to_json(text, Style::Compact).map_err(|error| error.message)
            } else {
                Ok(text)
            };
            json.and_then(|json| parts.add_resource(json)).map_err(|why| {
                Error::new("resource-damaged", format!("resource {number}: {why}"))
            })?;
        }
        for (number, text) in (1..).zip(self.maps) {
            let map = self.base.parse_map(&text).map_err(|error| {
                Error::new("resource-damaged", format!("map {number}: {}", error.message))
            })?;
            parts.maps.add(Arc::new(map));
        }
        let Parts { mut terminology, maps, sources, systems, .. } = parts;
        terminology.add(parts.library);
        let model = Arc::new(Model::new(parts.definitions.build()));
        let validator = Validator::new(model.clone(), terminology, parts.questionnaires);
        let validator = Arc::new(validator.with_canonicals(parts.canonicals));
        let conversions = Arc::default();
        Ok(Engine { validator, model, maps, conversions, sources, systems, ..self.base })
    }
}

/// What an engine is made of, while it grows.
struct Parts {
    definitions: DefinitionsBuilder,
    terminology: Terminology,
    /// The value sets and code systems of packages and resources.
    library: Library,
    /// For the trees of what is added: their names are of no use later.
    names: Arc<Names>,
    maps: Maps,
    sources: Kept,
    systems: Arc<Systems>,
    questionnaires: Questionnaires,
    canonicals: Canonicals,
}

impl Parts {
    /// Adds packs in the order in which they are given, but each after those that it builds on.
    fn add_packs(&mut self, packs: Vec<Arc<[u8]>>) -> Result<(), Error> {
        let failed = |error: PackError| Error::new(error.code(), error.to_string());
        let opened: Result<Vec<Pack>, PackError> = packs.into_iter().map(Pack::open).collect();
        let mut open: VecDeque<Pack> = opened.map_err(failed)?.into();
        // Packs that wait for each other wait no longer than a round: what is missing is then an error.
        let mut waiting = 0;
        while let Some(pack) = open.pop_front() {
            let is_later = |base: &String| open.iter().any(|other| other.info().name == *base);
            if pack.info().bases.iter().any(is_later) && waiting <= open.len() {
                open.push_back(pack);
                waiting += 1;
            } else {
                waiting = 0;
                self.add_pack(&pack).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn add_pack(&mut self, pack: &Pack) -> Result<(), PackError> {
        self.definitions.add_pack(pack)?;
        self.terminology.add_pack(pack)?;
        self.maps.add_pack(pack)
    }

    fn add_package(&mut self, tgz: &[u8]) -> Result<(), String> {
        let mut damaged = None;
        let manifest = read_tgz(tgz, PackageLimits::default(), |path, bytes| {
            let (tree, has_error) = self.parse(bytes);
            for resource in resources(&tree).into_iter().filter(|&resource| is_used(resource)) {
                if has_error {
                    damaged = Some(format!("`{path}` in it is not sound JSON"));
                }
                let _left_out_if_unusable = self.add(resource);
            }
        });
        let manifest = manifest.map_err(|error| error.to_string())?;
        let text = |id: &PackageId| format!("{}#{}", id.name, id.version);
        let dependencies = manifest.dependencies.iter().map(text);
        self.definitions.came_with(&text(&manifest.id), dependencies);
        damaged.map_or(Ok(()), Err)
    }

    fn add_resource(&mut self, json: String) -> Result<(), String> {
        let (tree, has_error) = self.parse(json.into_bytes());
        let found = resources(&tree);
        if has_error {
            return Err("it is not sound JSON".to_owned());
        }
        if found.is_empty() {
            return Err("it is no FHIR resource: it has no `resourceType`".to_owned());
        }
        found.into_iter().try_for_each(|resource| self.add(resource))
    }

    /// Adds what the engine can use of a resource: others, such as examples, mean nothing to it.
    fn add(&mut self, resource: View<'_>) -> Result<(), String> {
        match resource.text("resourceType") {
            Some("StructureDefinition") => {
                self.sources.add(resource);
                self.definitions.add_definition(resource).map_err(|error| error.to_string())
            }
            Some("StructureMap") => {
                let map = structure_map::read(resource).map_err(|misfit| misfit.message)?;
                self.maps.add(Arc::new(map));
                Ok(())
            }
            Some("Questionnaire") => {
                self.questionnaires.add(resource);
                Ok(())
            }
            Some("NamingSystem") => {
                systems::add(Arc::make_mut(&mut self.systems), resource);
                Ok(())
            }
            Some("ValueSet" | "CodeSystem") if resource.text("url").is_none() => {
                Err("a ValueSet or CodeSystem has no `url`".to_owned())
            }
            _ => {
                self.canonicals.add(resource);
                self.library.add_resource(resource);
                Ok(())
            }
        }
    }

    /// The tree, and whether anything in the text was wrong.
    fn parse(&self, bytes: Vec<u8>) -> (Tree, bool) {
        let mut issues = Issues::new(1);
        let tree = json::parse(bytes, &self.names, &Limits::default(), &mut issues);
        (tree, issues.has_error())
    }
}

/// True for what begins as a text in the FHIR Mapping Language does.
fn is_map(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["map ", "uses ", "imports ", "group ", "conceptmap ", "let ", "//", "/*"];
    let text = text.trim_start_matches('\u{feff}').trim_start();
    WORDS.iter().any(|word| text.starts_with(word))
}

/// True for the resources that tell an engine something.
fn is_used(resource: View<'_>) -> bool {
    let used = [
        "StructureDefinition",
        "ValueSet",
        "CodeSystem",
        "ConceptMap",
        "StructureMap",
        "Questionnaire",
    ];
    let is_used = resource.text("resourceType").is_some_and(|name| used.contains(&name));
    is_used || Canonicals::is_used(resource)
}

#[cfg(test)]
mod tests {
    use super::super::{Options, PackInfo};
    use super::*;
    use crate::definitions::PackWriter;
    use crate::definitions::package::tests::tgz;

    /// A resource with one element.
    const THING: &str = r#"{"resourceType":"StructureDefinition","kind":"resource","type":"Thing",
        "url":"http://hl7.org/fhir/StructureDefinition/Thing","snapshot":{"element":[{"path":"Thing"},
        {"path":"Thing.part","max":"1","type":[{"code":"Element"}]}]}}"#;

    /// What reading a `StructureDefinition` in XML needs of itself.
    const STRUCTURE_DEFINITION: &str = r#"{"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"StructureDefinition","kind":"resource","type":"StructureDefinition",
        "url":"http://hl7.org/fhir/StructureDefinition/StructureDefinition","snapshot":{"element":[
        {"path":"StructureDefinition"},
        {"path":"StructureDefinition.url","max":"1","type":[{"code":"uri"}]},
        {"path":"StructureDefinition.kind","max":"1","type":[{"code":"uri"}]},
        {"path":"StructureDefinition.type","max":"1","type":[{"code":"uri"}]},
        {"path":"StructureDefinition.snapshot","max":"1","type":[{"code":"BackboneElement"}]},
        {"path":"StructureDefinition.snapshot.element","max":"*","base":{"max":"*"},"type":[{"code":"BackboneElement"}]},
        {"path":"StructureDefinition.snapshot.element.path","max":"1","type":[{"code":"uri"}]}]}}},
        {"resource":{"resourceType":"StructureDefinition","kind":"primitive-type","type":"uri",
        "url":"http://hl7.org/fhir/StructureDefinition/uri","snapshot":{"element":[{"path":"uri"}]}}}]}"#;

    fn issues(engine: &Engine, json: &str) -> Vec<&'static str> {
        let report = engine.validate(json, &Options::default());
        report.issues.iter().map(|issue| issue.code.as_str()).collect()
    }

    #[test]
    fn a_derived_engine_knows_more_and_its_base_stays_as_it_was() {
        let base = Engine::builder().build().unwrap();
        let derived = base.with().resource(THING).build().unwrap();
        let thing = r#"{"resourceType":"Thing","whole":{}}"#;
        assert_eq!(issues(&base, thing), ["resource-type-unknown"]);
        assert_eq!(issues(&derived, thing), ["element-unknown"]);
        assert_eq!(issues(&derived.with().build().unwrap(), thing), ["element-unknown"]);
    }

    #[test]
    fn a_resource_may_be_xml() {
        let base = Engine::builder().resource(STRUCTURE_DEFINITION).build().unwrap();
        let xml = r#"<StructureDefinition xmlns="http://hl7.org/fhir"><url value="http://hl7.org/fhir/StructureDefinition/Thing"/>
            <kind value="resource"/><type value="Thing"/>
            <snapshot><element><path value="Thing"/></element></snapshot></StructureDefinition>"#;
        let engine = base.with().resource(xml).build().unwrap();
        assert_eq!(issues(&engine, r#"{"resourceType":"Thing","whole":{}}"#), ["element-unknown"]);
        let error = base.with().resource("<Thing").build().unwrap_err();
        assert!(error.message.starts_with("resource 1: line 1"), "{error}");
    }

    #[test]
    fn a_bundle_of_definitions_is_unpacked() {
        let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{THING}}}]}}"#);
        let engine = Engine::builder().resource(bundle).build().unwrap();
        assert!(engine.definitions().find_type("Thing").is_some());
    }

    #[test]
    fn packs_are_added_after_those_that_they_build_on() {
        let pack = |name: &str, bases: &[&str]| {
            let bases = bases.iter().map(|&base| base.into()).collect();
            PackWriter::new(PackInfo { name: name.into(), bases, ..PackInfo::default() })
                .into_bytes()
        };
        let guide = pack("guide", &["r4", "core"]);
        let given = [guide.clone(), pack("core", &["r4"]), pack("r4", &[])];
        let builder = given.into_iter().fold(Engine::builder(), EngineBuilder::pack);
        let engine = builder.build().unwrap();
        let names: Vec<&str> = engine.definitions().packs().iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["r4", "core", "guide"]);
        let missing = "the pack `guide` builds on the pack `core`: load that too";
        check_error(Engine::builder().pack(guide).pack(pack("r4", &[])), "pack-base", missing);
        let circle = Engine::builder().pack(pack("a", &["b"])).pack(pack("b", &["a"]));
        check_error(circle, "pack-base", "the pack `a` builds on the pack `b`: load that too");
    }

    #[test]
    fn a_profile_without_its_base_is_not_checked_and_the_base_is_named() {
        let profile = r#"{"resourceType":"StructureDefinition","url":"http://p","type":"Thing","derivation":"constraint",
            "kind":"resource","baseDefinition":"http://b|1","differential":{"element":[{"path":"Thing.part","min":1}]}}"#;
        let engine = Engine::builder().resource(THING).resource(profile).build().unwrap();
        let claim = r#"{"resourceType":"Thing","meta":{"profile":["http://p"]}}"#;
        let options = Options { profiles: vec!["http://p".into()], ..Options::default() };
        let messages: Vec<String> =
            engine.validate(claim, &options).issues.iter().map(|it| it.message(false)).collect();
        let expected = "Not checked: the profile `http://p`, because `http://b|1`, which it builds on, is not here";
        assert!(messages.iter().any(|it| it == expected), "{messages:?}");
    }

    #[test]
    fn what_a_guide_builds_on_is_of_the_version_that_it_depends_on() {
        let profile = |url: &str, version: &str, base: &str, min: u32| {
            format!(
                r#"{{"resourceType":"StructureDefinition","url":"{url}","version":"{version}","type":"Thing","derivation":"constraint",
                "kind":"resource","baseDefinition":"{base}","differential":{{"element":[{{"path":"Thing.part","min":{min}}}]}}}}"#
            )
        };
        let package = |name: &str, version: &str, needs: &str, profile: &str| {
            let manifest =
                format!(r#"{{"name":"{name}","version":"{version}","dependencies":{{{needs}}}}}"#);
            tgz(&[("package/package.json", &manifest), ("package/p.json", profile)])
        };
        let thing = "http://hl7.org/fhir/StructureDefinition/Thing";
        let old = package("base", "1", "", &profile("http://b", "1", thing, 1));
        let new = package("base", "2", "", &profile("http://b", "2", thing, 0));
        let guide =
            |needs: &str| package("guide", "1", needs, &profile("http://g", "1", "http://b", 0));
        let issues = |packages: &[&Vec<u8>]| {
            let engine = Engine::builder().resource(THING).build().unwrap();
            // Together, or one over the other.
            let whole = packages.iter().fold(engine.with(), |it, tgz| it.package((*tgz).clone()));
            let steps = packages
                .iter()
                .fold(engine, |it, tgz| it.with().package((*tgz).clone()).build().unwrap());
            let options = Options { profiles: vec!["http://g".into()], ..Options::default() };
            let thing = r#"{"resourceType":"Thing","id":"a"}"#;
            [whole.build().unwrap(), steps].map(|engine| {
                let report = engine.validate(thing, &options);
                report.issues.iter().filter(|it| it.code.as_str() == "cardinality-min").count()
            })
        };
        let (on_old, on_new) = (guide(r#""base":"1""#), guide(r#""base":"2""#));
        assert_eq!(issues(&[&old, &new, &on_old]), [1, 1]);
        assert_eq!(issues(&[&new, &old, &on_old]), [1, 1]);
        assert_eq!(issues(&[&old, &new, &on_new]), [0, 0]);
        assert_eq!(issues(&[&new, &old, &on_new]), [0, 0]);
    }

    #[test]
    fn an_engine_is_of_one_version_of_fhir() {
        let pack = |fhir_version: &str| {
            let info = PackInfo { fhir_version: fhir_version.into(), ..PackInfo::default() };
            PackWriter::new(info).into_bytes()
        };
        let r5 =
            Engine::builder().pack(pack("")).pack(pack("5.0.0")).pack(pack("")).build().unwrap();
        assert_eq!(r5.definitions().fhir_version(), Some("5.0.0"));
        assert!(r5.with().pack(pack("5.0.0")).build().is_ok());
        check_error(
            r5.with().pack(pack("4.0.1")),
            "pack-fhir-version",
            "the pack is of FHIR 4.0.1, what is loaded is of FHIR 5.0.0: an engine is of one version, make another for this pack",
        );
    }

    fn check_error(builder: EngineBuilder, code: &str, message: &str) {
        let error = builder.build().expect_err("it cannot be built");
        assert_eq!((error.code, error.message.as_str()), (code, message));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_says_which() {
        let not_json = "resource 2: it is not sound JSON";
        let no_type = "resource 2: it is no FHIR resource: it has no `resourceType`";
        for (other, why) in [("", not_json), ("{", not_json), ("{}", no_type), ("[1]", no_type)] {
            let builder = Engine::builder().resource(THING).resource(other);
            check_error(builder, "resource-damaged", why);
        }
        check_error(
            Engine::builder().resource(THING.replace("snapshot", "differential")),
            "resource-damaged",
            "resource 1: StructureDefinition `http://hl7.org/fhir/StructureDefinition/Thing` cannot be used: it has no snapshot",
        );
        check_error(
            Engine::builder().pack(*b"PK"),
            "pack-damaged",
            "this is not a pack: it does not begin with `FKPK`",
        );
        let archive = Engine::builder().package(*b"PK").build().expect_err("it is no archive");
        assert_eq!(archive.code, "package-damaged");
        assert!(
            archive.message.starts_with("package 1: the package is not a readable .tgz archive")
        );
    }
}
