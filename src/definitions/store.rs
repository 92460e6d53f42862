//! The types an engine knows, found by name in constant time and decoded when first asked for.

use std::collections::HashMap;
use std::sync::Arc;

use super::profile::{self, Body as ProfileBody, Listed, PackProfiles, Profile, ProfileTable};
use super::section::{self, PackTypes};
use super::shape::{PropertyName, Vocabulary};
use super::structure_definition::{self, DefinitionError};
use super::template::{TemplateId, Templates};
use super::{
    Constraint, ConstraintId, Constraints, Pack, PackError, PackInfo, Shape, ShapeId, TypeDef,
    TypeId, TypeKind, View,
};
use crate::tree::{NameId, Names};

/// The name `resourceType`: no element, and yet a property of every resource.
pub const RESOURCE_TYPE: NameId = NameId(1);

/// All types of an engine, over one table of names. Cloning is cheap: what is decoded is shared.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    names: Arc<Names>,
    types: Arc<Types>,
    constraints: Arc<Constraints>,
    profiles: Arc<ProfileTable>,
    fhir_version: Option<Arc<str>>,
    packs: Arc<Vec<Arc<PackInfo>>>,
    templates: Arc<Templates>,
}

#[derive(Clone, Debug, Default)]
struct Types {
    /// By name number; the type's number plus one.
    by_name: Vec<u32>,
    slots: Vec<Slot>,
}

/// A type, or how to get it.
#[derive(Clone, Debug)]
struct Slot {
    name: NameId,
    kind: TypeKind,
    is_abstract: bool,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    /// The type of that number in a pack.
    Packed(Arc<PackTypes>, u32),
    Compiled(Arc<TypeDef>),
}

impl Definitions {
    /// The names that trees should be parsed with.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The version of FHIR that the definitions are of, such as `4.0.1`; none before a pack is there.
    pub fn fhir_version(&self) -> Option<&str> {
        self.fhir_version.as_deref()
    }

    /// All constraints that a type or an element of it has.
    pub fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// The constraint of that number.
    pub fn constraint(&self, id: ConstraintId) -> &Constraint {
        self.constraints.get(id)
    }

    /// The profile that a canonical means: `url|version`, or the newest of that URL. Decoded when it is
    /// first asked for.
    pub fn profile(&self, canonical: &str) -> Option<&Profile> {
        self.profiles.find(canonical, &self.names)
    }

    /// The profile that a canonical in the definition of `from` means. Without a version that is, where there are
    /// several, the newest in the guide that `from` came with, or in those that this one builds on.
    pub fn profile_for(&self, canonical: &str, from: &Profile) -> Option<&Profile> {
        self.profiles.find_for(canonical, from, &self.names)
    }

    /// For a profile that was given and cannot be checked: the canonical that it builds on and that is not here.
    pub fn missing_base(&self, canonical: &str) -> Option<&str> {
        self.profiles.missing_base(canonical)
    }

    /// True if a profile of that URL is here, in whatever version.
    pub fn has_profile(&self, url: &str) -> bool {
        self.profiles.has(url)
    }

    /// All profiles, sorted by canonical; decodes none.
    pub fn profiles(&self) -> Vec<Listed<'_>> {
        self.profiles.listed(&self.names)
    }

    /// The elements that a profile says something of, in the order of a snapshot.
    pub fn profile_rows<'d>(&'d self, profile: &'d Profile) -> Vec<profile::Row<'d>> {
        profile::rows(profile, self)
    }

    /// The profiles that came in no pack, sorted by canonical.
    pub(crate) fn compiled_profiles(&self) -> Vec<&Profile> {
        self.profiles.compiled()
    }

    /// The packs that are loaded, each after those that it builds on.
    pub fn packs(&self) -> &[Arc<PackInfo>] {
        &self.packs
    }

    /// The templateIds of CDA that a definition has; none where it was not given to the engine.
    pub fn template_ids(&self, canonical: &str) -> Option<&[TemplateId]> {
        self.templates.find(canonical)
    }

    /// The type of that name.
    pub fn type_named(&self, name: NameId) -> Option<TypeId> {
        self.types.find(name)
    }

    /// The type of that name, by text.
    pub fn find_type(&self, name: &str) -> Option<TypeId> {
        self.type_named(self.names.find(name)?)
    }

    /// The kind of the type, without decoding it.
    pub fn kind(&self, id: TypeId) -> TypeKind {
        self.types.slots[id.index()].kind
    }

    /// True if no instance is directly of this type; without decoding it.
    pub fn is_abstract(&self, id: TypeId) -> bool {
        self.types.slots[id.index()].is_abstract
    }

    /// The name of the type, without decoding it.
    pub fn type_name(&self, id: TypeId) -> &str {
        self.names.text(self.types.slots[id.index()].name)
    }

    /// The name of the type as a number, without decoding it.
    pub fn type_name_id(&self, id: TypeId) -> NameId {
        self.types.slots[id.index()].name
    }

    /// The type itself. None where its bytes in the pack are damaged in a way that the checksum did not show.
    pub fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        match &self.types.slots[id.index()].body {
            Body::Compiled(type_def) => Some(type_def),
            Body::Packed(pack, number) => {
                let is_primitive = |name| self.is_primitive(name);
                let names = &self.names;
                pack.type_def(*number, Vocabulary { names, is_primitive: &is_primitive })
            }
        }
    }

    /// A shape of a type.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.type_def(id.type_id)?.shapes.get(id.index as usize)
    }

    /// Every type, by number, those included that another of the same name replaced.
    pub fn types(&self) -> impl Iterator<Item = TypeId> {
        (0..self.types.slots.len() as u32).map(TypeId)
    }

    /// Every type, decoded, without those that another of the same name replaced.
    pub fn type_defs(&self) -> impl Iterator<Item = &TypeDef> {
        let current = self.types().filter(|&id| self.is_current(id));
        current.filter_map(|id| self.type_def(id))
    }

    /// The names of the resources that an instance can be of, for suggestions.
    pub fn resource_names(&self) -> impl Iterator<Item = &str> {
        self.types()
            .filter(|&id| self.is_current(id))
            .filter(|&id| self.kind(id) == TypeKind::Resource && !self.is_abstract(id))
            .map(|id| self.type_name(id))
    }

    /// The types that came in no pack.
    pub(crate) fn compiled_types(&self) -> impl Iterator<Item = &TypeDef> {
        let current = self.types().filter(|&id| self.is_current(id));
        current.filter_map(|id| match &self.types.slots[id.index()].body {
            Body::Compiled(type_def) => Some(&**type_def),
            Body::Packed(..) => None,
        })
    }

    fn is_current(&self, id: TypeId) -> bool {
        self.type_named(self.type_name_id(id)) == Some(id)
    }

    /// True if the type `name` is `base` or specialises it, however often.
    pub fn is_subtype(&self, name: NameId, base: NameId) -> bool {
        let above = |&name: &NameId| self.type_def(self.type_named(name)?)?.base;
        // No chain of FHIR is longer than six; one that a user made may be a circle.
        std::iter::successors(Some(name), above).take(32).any(|name| name == base)
    }

    /// True if the type of that name is primitive.
    pub fn is_primitive(&self, name: NameId) -> bool {
        self.types.is_primitive(name)
    }
}

impl profile::KnownTypes for Definitions {
    fn names(&self) -> &Names {
        &self.names
    }

    fn type_named(&self, name: NameId) -> Option<TypeId> {
        self.type_named(name)
    }

    fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        self.type_def(id)
    }

    fn constraint(&self, id: ConstraintId) -> &Constraint {
        self.constraint(id)
    }
}

impl Types {
    fn find(&self, name: NameId) -> Option<TypeId> {
        self.by_name.get(name.index())?.checked_sub(1).map(TypeId)
    }

    fn is_primitive(&self, name: NameId) -> bool {
        let slot = self.find(name).map(|id| &self.slots[id.index()]);
        slot.is_some_and(|slot| slot.kind == TypeKind::Primitive)
    }

    /// Adds a type, in place of one of the same name.
    fn add(&mut self, slot: Slot) {
        let index = slot.name.index();
        if index >= self.by_name.len() {
            self.by_name.resize(index + 1, 0);
        }
        self.slots.push(slot);
        self.by_name[index] = self.slots.len() as u32;
    }
}

/// Makes [`Definitions`] from others and what is added to them. Numbers of names stay what they were.
#[derive(Debug)]
pub struct DefinitionsBuilder {
    names: Names,
    types: Types,
    constraints: Constraints,
    fhir_version: Option<Arc<str>>,
    /// Compiled, but without properties: those need to know which types are primitive.
    pending: Vec<TypeDef>,
    profiles: ProfileTable,
    /// Compiled, but with what the types say already: that is known when all types are.
    pending_profiles: Vec<profile::Draft>,
    /// For each of them, but for the last ones: the package that it came with.
    pending_origins: Vec<Option<Arc<str>>>,
    packs: Arc<Vec<Arc<PackInfo>>>,
    templates: Arc<Templates>,
}

impl DefinitionsBuilder {
    /// Starts from what `base` knows.
    pub fn new(base: &Definitions) -> Self {
        let mut names = Names::clone(&base.names);
        // INVARIANT: it has the same number wherever there are definitions.
        let resource_type = names.intern("resourceType");
        debug_assert_eq!(resource_type, RESOURCE_TYPE);
        Self {
            names,
            types: Types::clone(&base.types),
            constraints: Constraints::clone(&base.constraints),
            fhir_version: base.fhir_version.clone(),
            pending: Vec::new(),
            profiles: ProfileTable::clone(&base.profiles),
            pending_profiles: Vec::new(),
            pending_origins: Vec::new(),
            packs: base.packs.clone(),
            templates: base.templates.clone(),
        }
    }

    /// Says that the definitions that were added, and of which nothing was said yet, came with that package
    /// (`name#version`), which builds on those others.
    pub fn came_with(&mut self, package: &str, others: impl IntoIterator<Item = String>) {
        let package: Arc<str> = package.into();
        self.profiles.builds_on(package.clone(), others.into_iter().map(Into::into).collect());
        self.pending_origins.resize(self.pending_profiles.len(), Some(package));
    }

    /// Adds the types of a pack. Reads no more of it than the names and the list of types.
    ///
    /// # Errors
    /// The pack is of another version of FHIR than what was added before, or a pack that it builds on was
    /// not; or the section is damaged in a way that the checksum did not show.
    pub fn add_pack(&mut self, pack: &Pack) -> Result<(), PackError> {
        self.agree_on_fhir(&pack.info().fhir_version)?;
        self.require_bases(pack.info())?;
        self.add_profiles(pack)?;
        let Some(bytes) = pack.section(section::NAME) else { return Ok(()) };
        let types =
            Arc::new(PackTypes::open(bytes.clone(), &mut self.names, &mut self.constraints)?);
        for (number, entry) in types.entries().iter().enumerate() {
            self.types.add(Slot {
                name: entry.name,
                kind: entry.kind,
                is_abstract: entry.is_abstract,
                body: Body::Packed(types.clone(), number as u32),
            });
        }
        Ok(())
    }

    /// What is added has one version of FHIR, that of the first pack that has one: a pack without (a
    /// terminology, a map) goes with any.
    fn agree_on_fhir(&mut self, version: &str) -> Result<(), PackError> {
        match &self.fhir_version {
            Some(known) if !version.is_empty() && **known != *version => {
                Err(PackError::OtherFhir { found: version.into(), known: (&**known).into() })
            }
            Some(_) => Ok(()),
            None => {
                self.fhir_version = (!version.is_empty()).then(|| version.into());
                Ok(())
            }
        }
    }

    fn require_bases(&mut self, info: &PackInfo) -> Result<(), PackError> {
        let is_loaded = |base: &&String| self.packs.iter().any(|pack| pack.name == **base);
        if let Some(base) = info.bases.iter().find(|base| !is_loaded(base)) {
            return Err(PackError::NoBase { pack: info.name.clone(), base: base.clone() });
        }
        let name: Arc<str> = info.name.as_str().into();
        for package in &info.packages {
            let id = format!("{}#{}", package.name, package.version).into();
            self.profiles.builds_on(id, vec![name.clone()]);
        }
        let bases = info.bases.iter().map(|base| base.as_str().into());
        self.profiles.builds_on(name, bases.collect());
        Arc::make_mut(&mut self.packs).push(Arc::new(info.clone()));
        Ok(())
    }

    fn add_profiles(&mut self, pack: &Pack) -> Result<(), PackError> {
        let Some(bytes) = pack.section(profile::SECTION) else { return Ok(()) };
        let origin: Option<Arc<str>> = Some(pack.info().name.as_str().into());
        let pack = Arc::new(PackProfiles::open(bytes.clone(), &mut self.constraints)?);
        for number in 0..pack.len() {
            let Some(listed) = pack.listed(number) else { continue };
            let (version, origin) = (listed.version.map(Into::into), origin.clone());
            let body = ProfileBody::Packed(pack.clone(), number);
            self.profiles.add(listed.url, profile::Slot { origin, version, body });
        }
        Ok(())
    }

    /// Adds the type, or the profile, that a StructureDefinition defines.
    ///
    /// # Errors
    /// The definition has no snapshot or makes no sense.
    pub fn add_definition(&mut self, definition: View<'_>) -> Result<(), DefinitionError> {
        let (names, constraints) = (&mut self.names, &mut self.constraints);
        if structure_definition::is_profile(definition) {
            let profile = profile::compile(definition, names, constraints);
            let profile = profile.map_err(|fault| DefinitionError::new(definition, fault))?;
            self.pending_profiles.push(profile);
        } else {
            self.pending.push(structure_definition::compile(definition, names, constraints)?);
        }
        Arc::make_mut(&mut self.templates).add(definition);
        Ok(())
    }

    /// The table of names, for what else is to be compared by number.
    pub fn names(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The definitions.
    pub fn build(mut self) -> Definitions {
        // Which types are primitive has to be known before the first is indexed.
        let kinds: HashMap<NameId, TypeKind> =
            self.pending.iter().map(|type_def| (type_def.name, type_def.kind)).collect();
        let mut text = String::new();
        for mut type_def in std::mem::take(&mut self.pending) {
            for shape in &mut type_def.shapes {
                shape.index(
                    |name| match kinds.get(&name) {
                        Some(&kind) => kind == TypeKind::Primitive,
                        None => self.types.is_primitive(name),
                    },
                    |property: PropertyName| {
                        property.spell(&self.names, &mut text);
                        Some(self.names.intern(&text))
                    },
                );
            }
            self.types.add(Slot {
                name: type_def.name,
                kind: type_def.kind,
                is_abstract: type_def.is_abstract,
                body: Body::Compiled(Arc::new(type_def)),
            });
        }
        let drafts = std::mem::take(&mut self.pending_profiles);
        let types = &self.types;
        let settled = profile::settle(
            &drafts,
            (&self.profiles, &self.pending_origins),
            &mut self.names,
            |names, url| {
                let name = names.find(structure_definition::type_name(url));
                name.is_some_and(|name| types.find(name).is_some())
            },
        );
        let mut definitions = Definitions {
            names: Arc::new(self.names),
            types: Arc::new(self.types),
            constraints: Arc::new(self.constraints),
            profiles: Arc::default(),
            fhir_version: self.fhir_version,
            packs: self.packs,
            templates: self.templates,
        };
        add_settled(&mut self.profiles, (&definitions, &drafts, &self.pending_origins), settled);
        definitions.profiles = Arc::new(self.profiles);
        definitions
    }
}

/// Adds profiles that were laid over their bases, beside what the types say; `drafts` are what they were made of,
/// `origins` the packages that they came with.
fn add_settled(
    table: &mut ProfileTable,
    (definitions, drafts, origins): (&Definitions, &[profile::Draft], &[Option<Arc<str>>]),
    settled: Vec<profile::Settled>,
) {
    for (number, (settled, draft)) in settled.into_iter().zip(drafts).enumerate() {
        let mut profile = match settled {
            Ok(profile) => profile,
            Err(base) => {
                table.add_unusable(&draft.profile, base);
                continue;
            }
        };
        profile::tighten(&mut profile, definitions);
        let (url, version) = (profile.url.clone(), profile.version.clone());
        let origin = origins.get(number).cloned().flatten();
        let body = ProfileBody::Compiled(Arc::new(profile));
        table.add(&url, profile::Slot { origin, version, body });
    }
}
