//! `StructureDefinition`s made from what a pack has of them: all that decides about an instance, without the
//! texts for people (`short`, `definition`, `mapping`), which no pack carries.

use serde_json::{Map, Value, json};

use super::profile::{Literal, ProfileElement, ProfileType, Row};
use super::{
    ConstraintId, Content, Definitions, Element, Shape, ShapeId, TypeDef, TypeId, TypeKind,
    TypeRef, UNBOUNDED,
};
use crate::tree::NameId;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
const SYSTEM: &str = "http://hl7.org/fhirpath/System.";

/// The definition of a type, with its snapshot, or of a profile, with a differential over its type.
pub fn structure_definition(definitions: &Definitions, canonical: &str) -> Option<Value> {
    let maker = Maker { definitions };
    let url = canonical.split('|').next().unwrap_or_default();
    let name = url.strip_prefix(CORE).unwrap_or(url);
    match definitions.find_type(name).and_then(|id| definitions.type_def(id)) {
        Some(type_def) => Some(maker.of_type(type_def)),
        None => maker.of_profile(canonical),
    }
}

/// The ElementDefinition of a type itself, as its snapshot begins with.
pub fn definition_of_type(definitions: &Definitions, id: TypeId) -> Option<Value> {
    let type_def = definitions.type_def(id)?;
    Some(Maker { definitions }.root(type_def, &type_def.shapes.first()?.path))
}

/// The ElementDefinition of an element of the shape of that number.
pub fn definition_of_element(
    definitions: &Definitions,
    owner: ShapeId,
    element: &Element,
) -> Option<Value> {
    let maker = Maker { definitions };
    let type_def = definitions.type_def(owner.type_id)?;
    let path = &type_def.shapes.get(usize::from(owner.index))?.path;
    let leads_to = |it: &Element| match it.content {
        Content::Shape(index, code) => (index == owner.index).then_some(code),
        Content::Types(_) => None,
    };
    let mut elements = type_def.shapes.iter().flat_map(|shape| &shape.elements);
    let parent = if owner.index == 0 { type_def.base } else { elements.find_map(leads_to) };
    let path = format!("{path}.{}", maker.name(element));
    Some(maker.element(type_def, element, &path, parent))
}

struct Maker<'d> {
    definitions: &'d Definitions,
}

impl<'d> Maker<'d> {
    fn text(&self, name: NameId) -> &'d str {
        self.definitions.names().text(name)
    }

    fn find(&self, name: NameId) -> Option<&'d TypeDef> {
        self.definitions.type_def(self.definitions.type_named(name)?)
    }

    fn of_type(&self, type_def: &TypeDef) -> Value {
        let url = self.text(type_def.url);
        let base = type_def.base.and_then(|base| self.find(base)).map(|base| self.text(base.url));
        let mut elements = Vec::new();
        if let Some(shape) = type_def.shapes.first() {
            let path = &shape.path;
            elements.push(self.root(type_def, path));
            self.add_shape(type_def, shape, type_def.base, &mut elements);
            if type_def.kind == TypeKind::Primitive {
                elements.push(value_of_primitive(path));
            }
        }
        let name = self.text(type_def.name);
        json!({
            "resourceType": "StructureDefinition", "url": url, "name": name, "status": "active",
            "fhirVersion": self.definitions.fhir_version(), "kind": type_def.kind.as_str(),
            "abstract": type_def.is_abstract, "type": name, "baseDefinition": base,
            "derivation": "specialization", "snapshot": {"element": elements},
        })
    }

    fn root(&self, type_def: &TypeDef, path: &str) -> Value {
        let constraints = self.constraints(&type_def.constraints);
        let base = json!({"path": path, "min": 0, "max": "*"});
        json!({"id": path, "path": path, "min": 0, "max": "*", "base": base,
            "constraint": constraints, "isModifier": false})
    }

    /// The elements of a shape, each followed by its own. `parent` is the type whose elements it begins with.
    fn add_shape(
        &self,
        type_def: &TypeDef,
        shape: &Shape,
        parent: Option<NameId>,
        elements: &mut Vec<Value>,
    ) {
        for element in &shape.elements {
            let path = format!("{}.{}", shape.path, self.name(element));
            elements.push(self.element(type_def, element, &path, parent));
            if let Content::Shape(index, code) = element.content
                && let Some(inner) = type_def.shapes.get(usize::from(index))
                && inner.path == path
            {
                self.add_shape(type_def, inner, Some(code), elements);
            }
        }
    }

    fn name(&self, element: &Element) -> String {
        format!("{}{}", self.text(element.name), if element.is_choice { "[x]" } else { "" })
    }

    fn element(
        &self,
        type_def: &TypeDef,
        element: &Element,
        path: &str,
        parent: Option<NameId>,
    ) -> Value {
        let origin =
            parent.and_then(|it| self.origin(it, |shape| shape.element(element.name).is_some()));
        let origin = origin.map(|it| format!("{}.{}", self.text(it.name), self.name(element)));
        let base = origin.as_deref().unwrap_or(path);
        let mut made = json!({
            "id": path, "path": path, "min": element.min, "max": max(element.max),
            "base": {"path": base, "min": element.min, "max": max(element.base_max)},
            "isModifier": element.is_modifier, "isSummary": element.is_summary,
        });
        let mut set = |name: &str, value: Value| made[name] = value;
        let is_system = element.is_attribute || base == "Resource.id";
        if element.is_attribute {
            set("representation", json!(["xmlAttr"]));
        }
        match &element.content {
            Content::Types(types) => {
                let types = types.iter().map(|it| self.type_ref(it, is_system));
                set("type", types.collect());
            }
            Content::Shape(index, code) => {
                let target = type_def.shapes.get(usize::from(*index));
                match target.filter(|shape| shape.path != path) {
                    Some(shape) => set("contentReference", json!(format!("#{}", shape.path))),
                    None => set("type", json!([{"code": self.text(*code)}])),
                }
            }
        }
        if let Some(length) = element.max_length {
            set("maxLength", json!(length));
        }
        if let Some(binding) = element.binding {
            let set_url = self.text(binding.value_set);
            set("binding", json!({"strength": binding.strength.as_str(), "valueSet": set_url}));
        }
        let of_type = self.type_of(element).map(|it| self.constraints(&it.constraints));
        let mut constraints = of_type.unwrap_or_default();
        constraints.extend(self.constraints(&element.constraints));
        set("constraint", constraints.into());
        made
    }

    /// The type whose constraints an element has: its own, or what all its types are.
    fn type_of(&self, element: &Element) -> Option<&'d TypeDef> {
        match &element.content {
            Content::Types(types) => match &types[..] {
                [only] => self.find(only.code),
                _ => self
                    .definitions
                    .find_type("Element")
                    .and_then(|it| self.definitions.type_def(it)),
            },
            Content::Shape(_, code) => self.find(*code),
        }
    }

    /// The most general type, from `name` up, whose own elements are as asked.
    fn origin(&self, name: NameId, has: impl Fn(&Shape) -> bool) -> Option<&'d TypeDef> {
        let chain = std::iter::successors(self.find(name), |it| self.find(it.base?)).take(32);
        chain.filter(|it| it.shapes.first().is_some_and(&has)).last()
    }

    fn type_ref(&self, entry: &TypeRef, is_system: bool) -> Value {
        let code = self.text(entry.code);
        if is_system {
            let extension = json!([{"url": FHIR_TYPE, "valueUrl": code}]);
            return json!({"extension": extension, "code": format!("{SYSTEM}String")});
        }
        let texts = |names: &[NameId]| names.iter().map(|&it| self.text(it)).collect::<Vec<_>>();
        type_entry(code, &texts(&entry.profiles), &texts(&entry.targets))
    }

    fn constraints(&self, ids: &[ConstraintId]) -> Vec<Value> {
        let constraints = ids.iter().map(|&id| self.definitions.constraint(id));
        let made = constraints.map(|it| {
            json!({"key": it.key, "severity": it.severity.as_str(), "expression": it.expression})
        });
        made.collect()
    }

    fn of_profile(&self, canonical: &str) -> Option<Value> {
        let profile = self.definitions.profile(canonical)?;
        let type_def = self.find(profile.type_name)?;
        let rows = self.definitions.profile_rows(profile);
        let elements: Vec<Value> = rows.iter().map(|row| self.row(row)).collect();
        Some(json!({
            "resourceType": "StructureDefinition", "url": profile.url, "version": profile.version,
            "name": profile.title, "status": "active", "kind": type_def.kind.as_str(),
            "abstract": profile.is_abstract, "type": self.text(profile.type_name),
            "baseDefinition": self.text(type_def.url), "derivation": "constraint",
            "differential": {"element": elements},
        }))
    }

    fn row(&self, row: &Row<'_>) -> Value {
        let element = row.element;
        let mut made = Map::new();
        let mut set = |name: &str, value: Value| drop(made.insert(name.to_owned(), value));
        set("id", json!(row.id));
        set("path", json!(row.path));
        if let Some(slice) = &element.slice {
            set("sliceName", json!(slice));
        }
        if element.min > 0 {
            set("min", json!(element.min));
        }
        if let Some(most) = element.max {
            set("max", json!(max(most)));
        }
        if let Some(types) = &element.types {
            set("type", types.iter().map(|it| self.profile_type(it)).collect());
        }
        let suffix = self.value_type(row);
        let values = [
            ("fixed", &element.fixed),
            ("pattern", &element.pattern),
            ("minValue", &element.min_value),
            ("maxValue", &element.max_value),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                set(&format!("{name}{suffix}"), self.literal(value));
            }
        }
        if let Some(length) = element.max_length {
            set("maxLength", json!(length));
        }
        if let Some((strength, value_set)) = element.binding.as_ref().and_then(|it| it.set.as_ref())
        {
            set("binding", json!({"strength": strength.as_str(), "valueSet": value_set}));
        }
        if !element.constraints.is_empty() {
            set("constraint", self.constraints(&element.constraints).into());
        }
        if element.must_support {
            set("mustSupport", json!(true));
        }
        if element.slicing.is_some() {
            set("slicing", slicing(element));
        }
        made.into()
    }

    /// What `fixed[x]` is written with: the type of the value, in capitals.
    fn value_type(&self, row: &Row<'_>) -> String {
        let own = row.element.types.iter().flat_map(|types| types.iter().map(|it| it.code));
        let of_type = row.base.into_iter().flat_map(|base| match &base.content {
            Content::Types(types) => types.iter().map(|it| it.code).collect(),
            Content::Shape(_, code) => vec![*code],
        });
        let code = own.chain(of_type).next().map_or("string", |code| self.text(code));
        let mut rest = code.chars();
        rest.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string())
            + rest.as_str()
    }

    fn profile_type(&self, entry: &ProfileType) -> Value {
        type_entry(self.text(entry.code), &entry.profiles, &entry.targets)
    }

    fn literal(&self, literal: &Literal) -> Value {
        let text = literal.write(self.definitions.names());
        serde_json::from_str(&text).unwrap_or_default()
    }
}

fn type_entry<T: serde::Serialize>(code: &str, profiles: &[T], targets: &[T]) -> Value {
    let mut made = json!({"code": code});
    for (name, canonicals) in [("profile", profiles), ("targetProfile", targets)] {
        if !canonicals.is_empty() {
            made[name] = json!(canonicals);
        }
    }
    made
}

fn slicing(element: &ProfileElement) -> Value {
    let Some(slicing) = &element.slicing else { return Value::Null };
    let discriminators = slicing.discriminators.iter();
    let discriminators =
        discriminators.map(|it| json!({"type": it.kind.as_str(), "path": it.text}));
    json!({
        "discriminator": discriminators.collect::<Vec<_>>(),
        "ordered": slicing.ordered, "rules": slicing.rules.as_str(),
    })
}

fn max(max: u32) -> String {
    if max == UNBOUNDED { "*".to_owned() } else { max.to_string() }
}

/// `string.value`, which is no element of an instance.
fn value_of_primitive(name: &str) -> Value {
    let system = match name {
        "boolean" => "Boolean",
        "integer" => "Integer",
        "decimal" => "Decimal",
        "date" => "Date",
        "dateTime" | "instant" => "DateTime",
        "time" => "Time",
        _ => "String",
    };
    let extension = json!([{"url": FHIR_TYPE, "valueUrl": name}]);
    let path = format!("{name}.value");
    json!({"id": path, "path": path, "representation": ["xmlAttr"], "min": 0, "max": "1",
        "base": {"path": path, "min": 0, "max": "1"},
        "type": [{"extension": extension, "code": format!("{SYSTEM}{system}")}],
        "isModifier": false, "isSummary": false})
}
