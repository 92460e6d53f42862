//! From a StructureDefinition with a snapshot to a [`Profile`] that still has every element: what the type
//! says already is taken out by [`super::tighten`], which has to know the types.

use std::sync::Arc;

use super::discriminator::{self, Discriminator, DiscriminatorKind};
use super::overlay::{self, Step};
use super::{
    AdditionalBinding, Context, ContextKind, ExtensionUse, Literal, Profile, ProfileBinding,
    ProfileElement, ProfileType, Slicing, SlicingRules,
};
use crate::definitions::structure_definition::{
    extension, max_of, regex, strength_of, type_code, type_name,
};
use crate::definitions::{Constraints, Fault, Strength, UNBOUNDED, View};
use crate::tree::{NameId, Names};

const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";
const ADDITIONAL: [&str; 3] = [
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional",
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding",
    "http://hl7.org/fhir/StructureDefinition/additional-binding",
];
/// R4 requires these units of every component of a vital sign, a flow of oxygen among them. As of R5 the
/// binding is extensible, and the reference validator holds it so for R4.
const VITAL_SIGN_UNITS: &str = "http://hl7.org/fhir/ValueSet/ucum-vitals-common";
const MIN_LENGTH: &str = "http://hl7.org/fhir/StructureDefinition/minLength";
/// Elements of R5 in definitions of earlier versions.
const MUST_HAVE_VALUE: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.mustHaveValue";
const VALUE_ALTERNATIVES: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.valueAlternatives";

/// How many elements may stand inside each other.
const DEPTH: usize = 48;

/// The profile that a StructureDefinition with `derivation` `constraint` defines.
pub(in crate::definitions) fn compile(
    definition: View<'_>,
    names: &mut Names,
    constraints: &mut Constraints,
) -> Result<Draft, Fault> {
    let url = definition.text("url").ok_or(Fault::NoType)?;
    let type_name = definition.text("type").map(type_name).ok_or(Fault::NoType)?;
    let part = ["snapshot", "differential"].into_iter().find_map(|name| definition.object(name));
    let elements: Vec<View<'_>> = part.ok_or(Fault::NoSnapshot)?.objects("element").collect();
    let is_whole = definition.object("snapshot").is_some();
    let base = definition.text("baseDefinition").filter(|_| !is_whole);
    let mut compiler = Compiler { names, constraints, elements: &elements, next: 0 };
    let root = if is_whole { compiler.root()? } else { compiler.differential()? };
    let extension = (type_name == "Extension").then(|| extension_use(definition, &elements));
    let profile = Profile {
        url: url.into(),
        version: definition.text("version").map(Into::into),
        title: definition.text("title").or(definition.text("name")).unwrap_or_default().into(),
        type_name: compiler.names.intern(type_name),
        base: definition.text("baseDefinition").map(Into::into),
        is_abstract: definition.is_true("abstract"),
        root,
        extension,
    };
    Ok(Draft { profile, base: base.map(Into::into) })
}

/// A profile before it is laid over its base and set beside the types.
#[derive(Debug)]
pub(in crate::definitions) struct Draft {
    pub(in crate::definitions) profile: Profile,
    /// `baseDefinition`, where there is no snapshot that has what the base says.
    pub(in crate::definitions) base: Option<Box<str>>,
}

struct Compiler<'c, 't> {
    names: &'c mut Names,
    constraints: &'c mut Constraints,
    elements: &'c [View<'t>],
    next: usize,
}

impl<'t> Compiler<'_, 't> {
    fn root(&mut self) -> Result<ProfileElement, Fault> {
        let mut below = self.level(0, DEPTH)?;
        let root = below.pop().filter(|_| below.is_empty() && self.next == self.elements.len());
        root.ok_or(Fault::Path)
    }

    /// The elements from here on whose paths have so many dots, each with what is below it.
    fn level(&mut self, dots: usize, room: usize) -> Result<Vec<ProfileElement>, Fault> {
        let room = room.checked_sub(1).ok_or(Fault::Path)?;
        let mut level: Vec<ProfileElement> = Vec::new();
        while let Some(&definition) = self.elements.get(self.next) {
            let path = definition.text("path").ok_or(Fault::Path)?;
            if path.matches('.').count() != dots {
                break;
            }
            self.next += 1;
            let mut element = self.element(definition, path);
            element.children = self.level(dots + 1, room)?;
            place(&mut level, element);
        }
        Ok(level)
    }

    fn element(&mut self, definition: View<'t>, path: &str) -> ProfileElement {
        let name = path.rsplit_once('.').map_or("", |(_, name)| name);
        let max = max_of(definition).filter(|&max| max != UNBOUNDED);
        let literal = |prefix: &str, names: &mut Names| Literal::choice(definition, prefix, names);
        ProfileElement {
            name: self.names.intern(name.strip_suffix("[x]").unwrap_or(name)),
            is_choice: name.ends_with("[x]"),
            slice: definition.text("sliceName").map(Into::into),
            min: definition.number("min").unwrap_or(0),
            max,
            types: self.types(definition),
            fixed: literal("fixed", self.names),
            pattern: literal("pattern", self.names),
            min_value: literal("minValue", self.names),
            max_value: literal("maxValue", self.names),
            max_length: definition.number("maxLength"),
            min_length: extension(definition, MIN_LENGTH).and_then(|it| it.number("valueInteger")),
            regex: regex(definition).map(Into::into),
            binding: self.binding(definition).map(Box::new),
            constraints: self.constraints.of_element(definition, |_| true),
            must_support: definition.is_true("mustSupport"),
            must_have_value: must_have_value(definition),
            value_alternatives: value_alternatives(definition),
            refers: self.refers(definition),
            slicing: self.slicing(definition).map(Box::new),
            slices: Vec::new(),
            children: Vec::new(),
        }
    }

    fn types(&mut self, definition: View<'t>) -> Option<Arc<[ProfileType]>> {
        let texts = |entry: View<'t>, name: &str| {
            let mut all: Vec<Box<str>> = entry.texts(name).map(Into::into).collect();
            // STU3 has one canonical each.
            all.extend(entry.text(name).map(Into::into));
            all
        };
        let types = definition.objects("type").map(|entry| ProfileType {
            code: self.names.intern(type_code(entry)),
            profiles: texts(entry, "profile"),
            targets: texts(entry, "targetProfile"),
            aggregation: entry.texts("aggregation").map(aggregation).sum(),
        });
        let types: Vec<ProfileType> = types.collect();
        (!types.is_empty()).then(|| types.into())
    }

    fn binding(&mut self, definition: View<'t>) -> Option<ProfileBinding> {
        let binding = definition.object("binding")?;
        let strength = binding.text("strength").and_then(strength_of);
        let set = binding.text("valueSet").or_else(|| binding.text("valueSetUri"));
        let is_of_vital_signs = set.is_some_and(|set| set.starts_with(VITAL_SIGN_UNITS));
        let strength =
            strength.map(|it| if is_of_vital_signs { it.min(Strength::Extensible) } else { it });
        let max = extension(binding, MAX_VALUE_SET);
        let max = max.and_then(|it| it.text("valueCanonical").or_else(|| it.text("valueUri")));
        let own = binding.objects("additional").map(|entry| self.additional(entry));
        let mut additional: Vec<AdditionalBinding> = own.flatten().collect();
        let extensions = binding.objects("extension");
        for entry in
            extensions.filter(|it| it.text("url").is_some_and(|it| ADDITIONAL.contains(&it)))
        {
            additional.extend(self.additional_extension(entry));
        }
        Some(ProfileBinding {
            set: strength.zip(set.map(Into::into)),
            max_value_set: max.map(Into::into),
            additional,
        })
    }

    fn additional(&mut self, entry: View<'t>) -> Option<AdditionalBinding> {
        Some(AdditionalBinding {
            purpose: entry.text("purpose")?.into(),
            value_set: entry.text("valueSet")?.into(),
            is_any: entry.is_true("any"),
            usage: entry.objects("usage").map(|usage| self.literal(usage)).collect(),
        })
    }

    fn additional_extension(&mut self, entry: View<'t>) -> Option<AdditionalBinding> {
        let part = |url: &str| entry.objects("extension").find(|it| it.text("url") == Some(url));
        let usage = entry.objects("extension").filter(|it| it.text("url") == Some("usage"));
        let usage: Vec<View<'t>> = usage.filter_map(|it| it.object("valueUsageContext")).collect();
        Some(AdditionalBinding {
            purpose: part("purpose")?.text("valueCode")?.into(),
            value_set: part("valueSet")?.text("valueCanonical")?.into(),
            is_any: part("any").is_some_and(|it| it.is_true("valueBoolean")),
            usage: usage.into_iter().map(|usage| self.literal(usage)).collect(),
        })
    }

    fn literal(&mut self, view: View<'t>) -> Literal {
        Literal::read(view.tree(), view.node(), self.names)
    }

    /// `#Questionnaire.item`, or the same after the URL of the definition.
    fn refers(&mut self, definition: View<'t>) -> Option<Box<[NameId]>> {
        let (_, path) = definition.text("contentReference")?.split_once('#')?;
        Some(path.split('.').skip(1).map(|name| self.names.intern(name)).collect())
    }

    fn slicing(&mut self, definition: View<'t>) -> Option<Slicing> {
        let slicing = definition.object("slicing")?;
        let discriminators = slicing.objects("discriminator").filter_map(|entry| {
            let path = entry.text("path")?;
            Some(Discriminator {
                kind: DiscriminatorKind::of(entry.text("type")?)?,
                path: discriminator::parse(path, self.names),
                text: path.into(),
            })
        });
        let discriminators = discriminators.collect();
        let rules = slicing.text("rules").unwrap_or("open");
        let rules = SlicingRules::ALL.into_iter().find(|it| it.as_str() == rules)?;
        Some(Slicing { discriminators, rules, ordered: slicing.is_true("ordered") })
    }

    /// What a differential says, without the elements that it does not name.
    fn differential(&mut self) -> Result<ProfileElement, Fault> {
        let mut root = ProfileElement::default();
        let mut before: Vec<Step> = Vec::new();
        for &definition in self.elements {
            let path = definition.text("path").ok_or(Fault::Path)?;
            let way = self.way(definition, path, &before);
            if way.len() > DEPTH {
                return Err(Fault::Path);
            }
            let element = self.element(definition, path);
            overlay::insert(&mut root, &way, element);
            before = way;
        }
        Ok(root)
    }

    /// The way to an element: by its id, which names the slices, or by its path through the slices of
    /// the element before.
    fn way(&mut self, definition: View<'t>, path: &str, before: &[Step]) -> Vec<Step> {
        let names: Vec<&str> = path.split('.').skip(1).collect();
        let id: Vec<&str> = definition.text("id").unwrap_or_default().split('.').skip(1).collect();
        let plain = |step: &str| step.split(':').next().unwrap_or_default().to_owned();
        let is_told =
            id.len() == names.len() && id.iter().zip(&names).all(|(id, name)| plain(id) == *name);
        let mut way: Vec<Step> = Vec::new();
        for (depth, &step) in names.iter().enumerate() {
            let name = self.names.intern(step.strip_suffix("[x]").unwrap_or(step));
            let last = depth + 1 == names.len();
            let slice: Option<Box<str>> = if last {
                definition.text("sliceName").map(Into::into)
            } else if is_told {
                id[depth].split_once(':').map(|(_, slice)| slice.into())
            } else {
                let is_same = way.iter().zip(before).all(|(a, b)| a == b);
                let same = before.get(depth).filter(|it| is_same && it.0 == name);
                same.and_then(|(_, slice)| slice.clone())
            };
            way.push((name, slice));
        }
        way
    }
}

/// Extensions are sliced by URL and choices by type, where a definition does not say how.
pub(in crate::definitions) fn default_slicing(element: &mut ProfileElement, names: &mut Names) {
    for inner in element.children.iter_mut().chain(&mut element.slices) {
        default_slicing(inner, names);
    }
    let is_told = element.slicing.as_ref().is_some_and(|it| !it.discriminators.is_empty());
    if is_told || element.slices.is_empty() {
        return;
    }
    let name = names.text(element.name);
    let (kind, text) = match name {
        "extension" | "modifierExtension" => (DiscriminatorKind::Value, "url"),
        _ if element.is_choice => (DiscriminatorKind::Type, "$this"),
        _ => return,
    };
    let path = discriminator::parse(text, names);
    let (rules, ordered) = element
        .slicing
        .as_ref()
        .map_or((SlicingRules::Open, false), |slicing| (slicing.rules, slicing.ordered));
    let discriminators = vec![Discriminator { kind, path, text: text.into() }];
    element.slicing = Some(Box::new(Slicing { discriminators, rules, ordered }));
}

/// Puts an element among its siblings; a slice into the element, or into the slice, that it is one of.
fn place(level: &mut Vec<ProfileElement>, element: ProfileElement) {
    let sliced = level.iter_mut().rev().find(|sibling| sibling.name == element.name);
    match (sliced, element.slice.as_deref().map(str::to_owned)) {
        (Some(sliced), Some(name)) => place_slice(sliced, element, &name),
        (None, Some(_)) => {
            let (name, is_choice) = (element.name, element.is_choice);
            let whole = ProfileElement { name, is_choice, ..ProfileElement::default() };
            level.push(ProfileElement { slices: vec![element], ..whole });
        }
        (_, None) => level.push(element),
    }
}

/// `a/b` is a slice of the slice `a`, where there is one.
fn place_slice(sliced: &mut ProfileElement, element: ProfileElement, name: &str) {
    let outer = name.rsplit_once('/').map(|(outer, _)| outer);
    let is_outer = |slice: &ProfileElement| {
        let own = slice.slice.as_deref().unwrap_or_default();
        outer.is_some_and(|outer| {
            outer == own || outer.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    match sliced.slices.iter().position(is_outer) {
        Some(at) => place_slice(&mut sliced.slices[at], element, name),
        None => sliced.slices.push(element),
    }
}

fn must_have_value(definition: View<'_>) -> bool {
    let marked = extension(definition, MUST_HAVE_VALUE);
    definition.is_true("mustHaveValue") || marked.is_some_and(|it| it.is_true("valueBoolean"))
}

fn value_alternatives(definition: View<'_>) -> Vec<Box<str>> {
    let marked = definition.objects("extension");
    let marked = marked.filter(|it| it.text("url") == Some(VALUE_ALTERNATIVES));
    let marked = marked.filter_map(|it| it.text("valueCanonical").or_else(|| it.text("valueUri")));
    definition.texts("valueAlternatives").chain(marked).map(Into::into).collect()
}

fn aggregation(code: &str) -> u8 {
    match code {
        "contained" => 1,
        "referenced" => 2,
        "bundled" => 4,
        _ => 0,
    }
}

fn extension_use(definition: View<'_>, elements: &[View<'_>]) -> ExtensionUse {
    let mut contexts: Vec<Context> = definition
        .objects("context")
        .filter_map(|entry| {
            let kind = context_kind(entry.text("type")?)?;
            Some(Context { kind, expression: entry.text("expression")?.into() })
        })
        .collect();
    // STU3: one kind for all, and the expressions as texts.
    if let Some(kind) = definition.text("contextType").and_then(context_kind) {
        let texts = definition.texts("context");
        contexts.extend(texts.map(|text| Context { kind, expression: text.into() }));
    }
    ExtensionUse {
        contexts,
        invariants: definition.texts("contextInvariant").map(Into::into).collect(),
        is_modifier: elements.first().is_some_and(|root| root.is_true("isModifier")),
    }
}

fn context_kind(code: &str) -> Option<ContextKind> {
    match code {
        "element" | "resource" | "datatype" => Some(ContextKind::Element),
        "extension" => Some(ContextKind::Extension),
        "fhirpath" => Some(ContextKind::FhirPath),
        _ => None,
    }
}
