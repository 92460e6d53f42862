//! From a StructureDefinition with a snapshot to a [`TypeDef`].

use std::collections::HashMap;
use std::fmt;

use super::view::View;
use super::{
    Binding, Constraints, Content, Element, Shape, Strength, TypeDef, TypeKind, TypeRef, UNBOUNDED,
};
use crate::tree::Names;

const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
const SYSTEM_TYPE: &str = "http://hl7.org/fhirpath/System.";

/// The beginning of the canonical of each model of HL7 v2.
pub(super) const MODELS: &str = "https://fhirkiln.dev/v2/";

/// The beginning of the canonical of each type of FHIR itself.
pub(super) const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Why a StructureDefinition does not make a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// `StructureDefinition.url`, or its name or id where there is none.
    pub definition: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a StructureDefinition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// There is no `snapshot`: it says only how the type differs from another.
    NoSnapshot,
    /// `url`, `type` or `kind` is missing, or `kind` is unknown.
    NoType,
    /// An element has no `path`, or there is no element at the path of its parent.
    Path,
    /// `contentReference` names an element that is not there.
    ContentReference,
    /// There are more elements than a type can have (65,535).
    TooManyElements,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            Fault::NoSnapshot => "it has no snapshot",
            Fault::NoType => "`url`, `type` or `kind` is missing, or `kind` is unknown",
            Fault::Path => "an element has no `path` or no parent",
            Fault::ContentReference => "a `contentReference` leads to no element",
            Fault::TooManyElements => "it has more than 65,535 elements",
        };
        write!(f, "StructureDefinition `{}` cannot be used: {fault}", self.definition)
    }
}

impl std::error::Error for DefinitionError {}

impl DefinitionError {
    /// What is wrong with `definition`.
    pub(super) fn new(definition: View<'_>, fault: Fault) -> Self {
        let id = ["url", "name", "id"].into_iter().find_map(|name| definition.text(name));
        Self { definition: id.unwrap_or_default().to_owned(), fault }
    }
}

/// The type that a StructureDefinition defines. The shapes are not indexed yet: that needs to know all
/// types.
pub(super) fn compile(
    definition: View<'_>,
    names: &mut Names,
    constraints: &mut Constraints,
) -> Result<TypeDef, DefinitionError> {
    compile_type(definition, names, constraints)
        .map_err(|fault| DefinitionError::new(definition, fault))
}

fn compile_type(
    definition: View<'_>,
    names: &mut Names,
    constraints: &mut Constraints,
) -> Result<TypeDef, Fault> {
    let url = definition.text("url").ok_or(Fault::NoType)?;
    let name = definition.text("type").map(type_name).ok_or(Fault::NoType)?;
    let kind = definition.text("kind").and_then(kind_of).ok_or(Fault::NoType)?;
    let elements: Vec<View> =
        definition.object("snapshot").ok_or(Fault::NoSnapshot)?.objects("element").collect();
    let owners = elements.iter().filter_map(|&element| Some((element.text("path")?, element)));
    let path = path_of(name);
    let root = elements.first().copied().ok_or(Fault::NoSnapshot)?;
    let own = constraints.of_element(root, |_| true);
    let (shapes, owners) = (HashMap::new(), owners.collect());
    let mut compiler = Compiler { url, names, constraints, shapes, owners };
    let shapes = compiler.shapes(&elements, path, kind)?;
    Ok(TypeDef {
        name: names.intern(name),
        url: names.intern(url),
        kind,
        is_abstract: definition.is_true("abstract"),
        base: definition.text("baseDefinition").map(|base| names.intern(type_name(base))),
        shapes,
        constraints: own,
        regex: elements.iter().find_map(|&it| value_regex(it, kind)).map(Into::into),
    })
}

/// The form of a primitive, which stands at its `value`.
fn value_regex(element: View<'_>, kind: TypeKind) -> Option<&str> {
    let (_, name) = split_path(&element).ok()?;
    (kind == TypeKind::Primitive && name == "value").then(|| regex(element))?
}

/// True for a profile: it constrains a type. So does one that says that it specialises a type, and that
/// its instances are of that type all the same.
pub(super) fn is_profile(definition: View<'_>) -> bool {
    let base = definition.text("baseDefinition").map(type_name);
    definition.text("derivation") == Some("constraint")
        || base.is_some() && base == definition.text("type").map(type_name)
}

/// The name of a type of FHIR itself or of HL7 v2; the URL of any other (a logical model).
pub(super) fn type_name(url: &str) -> &str {
    url.strip_prefix(CORE).or_else(|| url.strip_prefix(MODELS)).unwrap_or(url)
}

/// The path of a type's own elements: its name, or the last part of its URL, as the specification
/// has it for the definition's root element.
pub(super) fn path_of(type_name: &str) -> &str {
    type_name.rsplit('/').next().unwrap_or(type_name)
}

struct Compiler<'c, 't> {
    /// `StructureDefinition.url`.
    url: &'t str,
    names: &'c mut Names,
    constraints: &'c mut Constraints,
    /// By path: which shape holds the elements below it.
    shapes: HashMap<&'t str, u16>,
    /// By path: the element itself.
    owners: HashMap<&'t str, View<'t>>,
}

impl<'t> Compiler<'_, 't> {
    fn shapes(
        &mut self,
        elements: &[View<'t>],
        path: &str,
        kind: TypeKind,
    ) -> Result<Vec<Shape>, Fault> {
        let (root, elements) = elements.split_first().ok_or(Fault::NoSnapshot)?;
        let root = root.text("path").ok_or(Fault::Path)?;
        if elements.len() > usize::from(u16::MAX) {
            return Err(Fault::TooManyElements);
        }
        let paths: Vec<(&str, &str)> = elements.iter().map(split_path).collect::<Result<_, _>>()?;
        self.shapes.insert(root, 0);
        let mut shapes = vec![Shape::new(path.to_owned(), Vec::new())];
        for &(parent, _) in &paths {
            if !self.owners.contains_key(parent) {
                return Err(Fault::Path);
            }
            if !self.shapes.contains_key(parent) {
                self.shapes.insert(parent, shapes.len() as u16);
                let below = parent.strip_prefix(root).ok_or(Fault::Path)?;
                shapes.push(Shape::new(format!("{path}{below}"), Vec::new()));
            }
        }
        for (element, (parent, name)) in elements.iter().zip(paths) {
            // The value of a primitive is the primitive itself, and a slice of extensions adds nothing.
            let is_value = kind == TypeKind::Primitive && name == "value" && parent == root;
            if is_value || element.text("sliceName").is_some() {
                continue;
            }
            let element = self.element(*element, name)?;
            if let Some(&shape) = self.shapes.get(parent) {
                shapes[usize::from(shape)].elements.push(element);
            }
        }
        Ok(shapes)
    }

    fn element(&mut self, definition: View<'t>, name: &str) -> Result<Element, Fault> {
        let base = definition.object("base");
        let max = max_of(definition).unwrap_or(UNBOUNDED);
        Ok(Element {
            name: self.names.intern(name.strip_suffix("[x]").unwrap_or(name)),
            min: definition.number("min").unwrap_or(0),
            max,
            base_max: base.and_then(max_of).unwrap_or(max),
            is_attribute: definition.texts("representation").any(|how| how == "xmlAttr"),
            is_choice: name.ends_with("[x]"),
            is_modifier: definition.is_true("isModifier"),
            is_summary: definition.is_true("isSummary"),
            content: self.content(definition)?,
            binding: self.binding(definition),
            max_length: definition.number("maxLength"),
            // Those of the element's type say that they come from there.
            constraints: self
                .constraints
                .of_element(definition, |source| source.is_none_or(|source| source == self.url)),
        })
    }

    fn content(&mut self, definition: View<'t>) -> Result<Content, Fault> {
        let reference = definition.text("contentReference");
        // `#Bundle.link`, or `http://hl7.org/fhir/StructureDefinition/Bundle#Bundle.link` as of R5.
        let target = reference.and_then(|reference| reference.split_once('#'));
        let path = target.map_or_else(|| definition.text("path"), |(_, path)| Some(path));
        if let Some(&shape) = path.and_then(|path| self.shapes.get(path)) {
            let owner = path.and_then(|path| self.owners.get(path));
            let code = owner.and_then(|owner| owner.objects("type").next()?.text("code"));
            return Ok(Content::Shape(
                shape,
                self.names.intern(type_name(code.unwrap_or("Element"))),
            ));
        }
        if reference.is_some() {
            return Err(Fault::ContentReference);
        }
        // The snapshots of R4 give `Resource.id` as a string; the specification's pages, R4B and R5
        // say `id`, and so do the published rules about the id of a resource. Those of R5 give the
        // `Element.id` of some types as an id; its pages, and every other type, say string.
        let fixed = match definition.object("base").and_then(|base| base.text("path")) {
            Some("Resource.id") => Some("id"),
            Some("Element.id") => Some("string"),
            _ => None,
        };
        let types = definition.objects("type");
        Ok(Content::Types(types.map(|entry| self.type_ref(entry, fixed)).collect()))
    }

    fn type_ref(&mut self, entry: View<'_>, fixed: Option<&str>) -> TypeRef {
        let code = fixed.unwrap_or_else(|| type_code(entry));
        let mut canonicals =
            |name| entry.texts(name).map(|canonical| self.names.intern(canonical)).collect();
        let (profiles, targets) = (canonicals("profile"), canonicals("targetProfile"));
        TypeRef { code: self.names.intern(code), profiles, targets }
    }

    fn binding(&mut self, definition: View<'_>) -> Option<Binding> {
        let binding = definition.object("binding")?;
        let strength = binding.text("strength").and_then(strength_of)?;
        Some(Binding { strength, value_set: self.names.intern(binding.text("valueSet")?) })
    }
}

/// `ElementDefinition.type.code`; for a system type, the FHIR type that it stands for.
pub(super) fn type_code(entry: View<'_>) -> &str {
    let code = entry.text("code").unwrap_or_default();
    let Some(system) = code.strip_prefix(SYSTEM_TYPE) else { return type_name(code) };
    let marked = entry.objects("extension").find(|entry| entry.text("url") == Some(FHIR_TYPE));
    let marked = marked.and_then(|entry| entry.text("valueUrl").or_else(|| entry.text("valueUri")));
    marked.unwrap_or(match system {
        "Boolean" => "boolean",
        "Integer" => "integer",
        "Decimal" => "decimal",
        "Date" => "date",
        "DateTime" => "dateTime",
        "Time" => "time",
        "Quantity" => "Quantity",
        _ => "string",
    })
}

/// The path of an element: that of its parent, and its own last step.
fn split_path<'t>(element: &View<'t>) -> Result<(&'t str, &'t str), Fault> {
    element.text("path").and_then(|path| path.rsplit_once('.')).ok_or(Fault::Path)
}

/// The extension `regex` of an element, or of one of its types.
pub(super) fn regex(definition: View<'_>) -> Option<&str> {
    let types = definition.objects("type").find_map(|entry| extension(entry, REGEX));
    let found = extension(definition, REGEX).or(types)?;
    found.text("valueString")
}

/// The extension of that URL.
pub(super) fn extension<'t>(view: View<'t>, url: &str) -> Option<View<'t>> {
    view.objects("extension").find(|entry| entry.text("url") == Some(url))
}

pub(super) fn max_of(definition: View<'_>) -> Option<u32> {
    match definition.text("max")? {
        "*" => Some(UNBOUNDED),
        number => number.parse().ok(),
    }
}

fn kind_of(code: &str) -> Option<TypeKind> {
    TypeKind::ALL.into_iter().find(|kind| kind.as_str() == code)
}

pub(super) fn strength_of(code: &str) -> Option<Strength> {
    Strength::ALL.into_iter().find(|strength| strength.as_str() == code)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::definitions::{Definitions, DefinitionsBuilder, View};
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names, NodeId};

    /// Compiles a definition, given as what stands before `snapshot` and the elements in it, and
    /// compares what comes out (without the type's own line), or the error.
    fn check(head: &str, elements: &[&str], expected: &str) {
        let elements: Vec<String> =
            elements.iter().map(|element| format!("{{{element}}}")).collect();
        let json = format!(r#"{{{head},"snapshot":{{"element":[{}]}}}}"#, elements.join(","))
            .replace('\'', "\"");
        let mut issues = Issues::new(1);
        let tree = json::parse(json, &Arc::new(Names::default()), &Limits::default(), &mut issues);
        assert!(!issues.has_error());
        let mut builder = DefinitionsBuilder::new(&Definitions::default());
        let added = builder.add_definition(View::new(&tree, NodeId::ROOT));
        let definitions = builder.build();
        let lines: String = match added {
            Err(error) => error.to_string(),
            Ok(()) => definitions.types().map(|id| definitions.describe(id)).collect(),
        };
        let lines: Vec<&str> = lines.lines().collect();
        let own = usize::from(lines.len() > 1);
        assert_eq!(lines[own.min(lines.len())..].join("\n"), expected);
    }

    const HEAD: &str =
        "'url':'http://hl7.org/fhir/StructureDefinition/T','type':'T','kind':'resource'";

    #[test]
    fn an_element_keeps_what_decides_about_an_instance() {
        check(
            HEAD,
            &[
                "'path':'T'",
                "'path':'T.code','min':1,'max':'1','base':{'max':'*'},'type':[{'code':'code'}],\
                 'isModifier':true,'isSummary':true,'maxLength':7,\
                 'binding':{'strength':'required','valueSet':'http://v|1'}",
                "'path':'T.value[x]','max':'1','type':[{'code':'string'},{'code':'Reference','targetProfile':['http://p']}]",
                "'path':'T.url','max':'1','representation':['xmlAttr'],'type':[{'code':'uri'}]",
                "'path':'T.any','max':'1','type':[{'code':'Quantity','profile':['http://s']}],'binding':{'strength':'example'},\
                 'constraint':[{'key':'ele-1','source':'http://e'},{'key':'t-1','expression':'true'}]",
            ],
            "T.code 1..1 code, modifier, summary, base max *, at most 7 characters, required http://v|1\n\
             T.value[x] 0..1 string | Reference(http://p)\n\
             T.url 0..1 uri, attribute\n\
             T.any 0..1 Quantity<http://s>, constraints t-1",
        );
    }

    #[test]
    fn elements_of_elements_make_shapes_and_are_referred_to() {
        check(
            HEAD,
            &[
                "'path':'T'",
                "'path':'T.part','max':'*','type':[{'code':'BackboneElement'}]",
                "'path':'T.part.name','max':'1','type':[{'code':'string'}]",
                "'path':'T.part.part','max':'*','contentReference':'http://hl7.org/fhir/StructureDefinition/T#T.part'",
                "'path':'T.other','max':'1','contentReference':'#T.part'",
            ],
            "T.part 0..* BackboneElement {T.part}\n\
             T.other 0..1 BackboneElement {T.part}\n\
             T.part.name 0..1 string\n\
             T.part.part 0..* BackboneElement {T.part}",
        );
    }

    #[test]
    fn a_system_type_is_written_as_the_type_of_fhir_that_it_stands_for() {
        let system = |extension: &str| {
            format!("'type':[{{{extension}'code':'http://hl7.org/fhirpath/System.String'}}]")
        };
        let uri = system(
            "'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type','valueUrl':'uri'}],",
        );
        check(
            HEAD,
            &[
                "'path':'T'",
                &format!(
                    "'path':'T.id','max':'1','base':{{'path':'Resource.id','max':'1'}},{}",
                    system("")
                ),
                &format!("'path':'T.url','max':'1',{uri}"),
                &format!("'path':'T.text','max':'1',{}", system("")),
            ],
            "T.id 0..1 id\nT.url 0..1 uri\nT.text 0..1 string",
        );
    }

    #[test]
    fn the_value_of_a_primitive_and_slices_are_left_out() {
        check(
            "'url':'http://hl7.org/fhir/StructureDefinition/T','type':'T','kind':'primitive-type'",
            &[
                "'path':'T'",
                "'path':'T.id','max':'1','type':[{'code':'string'}]",
                "'path':'T.id','sliceName':'x','max':'1','type':[{'code':'string'}]",
                "'path':'T.value','max':'1','type':[{'code':'string'}]",
            ],
            "T.id 0..1 string",
        );
    }

    #[test]
    fn the_form_of_a_primitive_stands_at_its_value() {
        let value = r#"{"path":"T.value","type":[{"extension":[{
            "url":"http://hl7.org/fhir/StructureDefinition/regex","valueString":"[a-z]+"}]}]}"#;
        let json = format!(
            r#"{{"url":"http://t","type":"T","kind":"primitive-type",
            "snapshot":{{"element":[{{"path":"T"}},{value}]}}}}"#
        );
        let (names, mut issues) = (Arc::new(Names::default()), Issues::new(1));
        let tree = json::parse(json, &names, &Limits::default(), &mut issues);
        let mut builder = DefinitionsBuilder::new(&Definitions::default());
        builder.add_definition(View::new(&tree, NodeId::ROOT)).unwrap();
        let definitions = builder.build();
        let regexes = definitions.type_defs().map(|type_def| type_def.regex.as_deref());
        assert_eq!(regexes.collect::<Vec<_>>(), [Some("[a-z]+")]);
    }

    #[test]
    fn a_profile_makes_no_type() {
        check(
            "'url':'u','type':'T','kind':'resource','derivation':'constraint'",
            &["'path':'T'"],
            "",
        );
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_names_the_definition() {
        let cases: [(&str, &[&str], &str); 5] = [
            (HEAD, &[], "it has no snapshot"),
            (
                "'url':'http://hl7.org/fhir/StructureDefinition/T','type':'T','kind':'x'",
                &["'path':'T'"],
                "`url`, `type` or `kind` is missing, or `kind` is unknown",
            ),
            (HEAD, &["'path':'T'", "'min':1"], "an element has no `path` or no parent"),
            (HEAD, &["'path':'T'", "'path':'T.a.b'"], "an element has no `path` or no parent"),
            (
                HEAD,
                &["'path':'T'", "'path':'T.a','contentReference':'#T.b'"],
                "a `contentReference` leads to no element",
            ),
        ];
        for (head, elements, fault) in cases {
            let url = "http://hl7.org/fhir/StructureDefinition/T";
            check(head, elements, &format!("StructureDefinition `{url}` cannot be used: {fault}"));
        }
    }
}
