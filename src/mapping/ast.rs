//! A parsed map (FHIR Mapping Language, <http://hl7.org/fhir/R5/mapping-language.html>), with the place of
//! each name in the text. A StructureMap resource has the same content and another form.

use crate::text::Span;

/// A name or a text, with its place. Two are equal if they say the same.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// Without quotes, decoded.
    pub text: String,
    /// Where it stands; empty where it did not come from a text.
    pub span: Span,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Word {}

impl Word {
    /// A word that stands nowhere.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), span: Span::default() }
    }
}

/// A FHIRPath expression, as it was written.
pub type Expression = Word;

/// A map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// `/// name = value`, in order. `map "url" = "name"` gives `url` and `name`.
    pub metadata: Vec<Metadata>,
    /// `conceptmap`
    pub concept_maps: Vec<ConceptMap>,
    /// `uses`
    pub structures: Vec<Structure>,
    /// `imports`: canonicals, perhaps with `*`.
    pub imports: Vec<Word>,
    /// `let`
    pub constants: Vec<Constant>,
    /// `group`
    pub groups: Vec<Group>,
}

impl Map {
    /// The value of a metadata element such as `url`; empty where it is not there.
    pub fn metadata(&self, name: &str) -> &str {
        let found = self.metadata.iter().find(|entry| entry.name == name);
        found.map_or("", |entry| &entry.value.text)
    }

    /// Adds metadata; false if the map has that element already.
    pub(super) fn describe(&mut self, entry: Metadata) -> bool {
        let is_new = !ELEMENTS.contains(&entry.name.as_str())
            || self.metadata.iter().all(|it| it.name != entry.name);
        self.metadata.push(entry);
        is_new
    }

    /// The canonical.
    pub fn url(&self) -> &str {
        self.metadata("url")
    }
}

/// The elements of a StructureMap that metadata can say, in the order of the resource.
pub(super) const ELEMENTS: [&str; 15] = [
    "id",
    "language",
    "url",
    "version",
    "versionAlgorithmString",
    "name",
    "title",
    "status",
    "experimental",
    "date",
    "publisher",
    "description",
    "purpose",
    "copyright",
    "copyrightLabel",
];

/// `/// name = value`: an element of the StructureMap resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The path of the element.
    pub name: String,
    /// Its value; empty for none.
    pub value: Word,
}

/// `uses "url" alias Name as source`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The canonical of the StructureDefinition.
    pub url: Word,
    /// The name that it has in this map.
    pub alias: Option<Word>,
    /// What it is used as.
    pub mode: StructureMode,
    /// The comment on its line.
    pub documentation: Option<String>,
}

/// `let name = expression;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// The name.
    pub name: Word,
    /// The value.
    pub value: Expression,
}

/// `group Name(source src : Type, target tgt : Type) extends Other <<types>> { rules }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: Word,
    /// The parameters.
    pub inputs: Vec<Input>,
    /// The group whose rules come first.
    pub extends: Option<Word>,
    /// Whether it is the default for its types.
    pub type_mode: TypeMode,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The comment before it.
    pub documentation: Option<String>,
}

/// A parameter of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Whether it is read or written.
    pub mode: InputMode,
    /// The name.
    pub name: Word,
    /// An alias of a structure, or a type.
    pub type_name: Option<Word>,
}

/// `sources -> targets then { rules } "name";`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// The name.
    pub name: Option<Word>,
    /// What it reads: all combinations of these.
    pub sources: Vec<Source>,
    /// What it writes.
    pub targets: Vec<Target>,
    /// Groups that go on with what it found and made.
    pub dependents: Vec<Dependent>,
    /// Rules that go on with what it found and made.
    pub rules: Vec<Rule>,
    /// The comment before it.
    pub documentation: Option<String>,
    /// Where it stands.
    pub span: Extent,
}

impl Rule {
    /// True for `src.a -> tgt.b`: what becomes of the value is decided by its type.
    pub fn is_short(&self) -> bool {
        let ([source], [target]) = (self.sources.as_slice(), self.targets.as_slice()) else {
            return false;
        };
        let is_end = self.rules.is_empty() && self.dependents.is_empty();
        let is_plain = source.variable.is_none()
            && target.variable.is_none()
            && target.transform.is_none()
            && !target.element.is_empty();
        is_end && is_plain
    }
}

/// A place that does not count where two are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent(pub Span);

impl PartialEq for Extent {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Extent {}

/// `context.element : Type 0..1 default (x) first as variable where (x) check (x) log (x)`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The variable.
    pub context: Word,
    /// The way from it to the element; none where it is the variable itself.
    pub element: Vec<Word>,
    /// Only values of this type.
    pub type_name: Option<Word>,
    /// How many values there have to be at least.
    pub min: Option<u32>,
    /// How many there may be at most: a number or `*`.
    pub max: Option<Word>,
    /// The value where there is none.
    pub default: Option<Expression>,
    /// Which of the values are taken.
    pub list_mode: Option<SourceListMode>,
    /// The name of the value in what follows.
    pub variable: Option<Word>,
    /// Only values for which it is true.
    pub condition: Option<Expression>,
    /// It is an error if it is not true.
    pub check: Option<Expression>,
    /// What to say of the value.
    pub log: Option<Expression>,
}

/// `context.element = transform as variable share name`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The variable; none where only a new variable is made.
    pub context: Option<Word>,
    /// The way from it to the element; none where it is the variable itself.
    pub element: Vec<Word>,
    /// What makes the value; none where an empty element is made.
    pub transform: Option<Transform>,
    /// The name of the value in what follows.
    pub variable: Option<Word>,
    /// Where in a list it goes.
    pub list_modes: Vec<TargetListMode>,
    /// The name of `share`.
    pub share: Option<Word>,
}

/// What makes the value of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    /// A constant, or what a variable holds.
    Copy(Parameter),
    /// `(expression)`, or `evaluate(variable, expression)`.
    Evaluate(Option<Parameter>, Expression),
    /// Any other: `translate(v, 'url', 'code')`.
    Call(Function, Vec<Parameter>, Extent),
}

/// A value that is given to a transform or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A variable.
    Variable(Word),
    /// A text.
    Text(Word),
    /// `true`, `false`
    Boolean(bool),
    /// A number, as it was written.
    Number(Word),
    /// `@2020-01-01`, without the sign.
    Temporal(Word),
}

/// `Group(variable, 'value')`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// The name of the group.
    pub name: Word,
    /// What its inputs are.
    pub parameters: Vec<Parameter>,
}

/// `conceptmap "#id" { prefix a = "url" ... a:x == b:y }`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConceptMap {
    /// The canonical, or `#` and an id inside the map.
    pub url: Word,
    /// Names of code systems.
    pub prefixes: Vec<(Word, Word)>,
    /// The prefixes whose codes stay what they are where no line has them.
    pub unmapped: Vec<Word>,
    /// Its lines.
    pub mappings: Vec<ConceptMapping>,
}

/// `a:x == b:y`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptMapping {
    /// The prefix and the code that is translated.
    pub source: (Word, Word),
    /// How the two are related.
    pub relation: Relation,
    /// The prefix and the code that it becomes.
    pub target: (Word, Word),
}

macro_rules! words {
    ($(#[doc = $about:literal] $name:ident { $($variant:ident $text:literal $doc:literal)* })*) => {
        $(
            #[doc = $about]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum $name { $(#[doc = $doc] $variant),* }

            impl $name {
                /// All of them.
                pub const ALL: &'static [Self] = &[$(Self::$variant),*];

                /// As it is written.
                pub const fn as_str(self) -> &'static str {
                    match self { $(Self::$variant => $text),* }
                }

                /// What is written so.
                pub fn from_text(text: &str) -> Option<Self> {
                    match text { $($text => Some(Self::$variant),)* _ => None }
                }
            }
        )*
    };
}

words! {
    /// What a structure is used as.
    StructureMode {
        Source "source" "Instances of it are read."
        Queried "queried" "Instances of it can be asked for."
        Target "target" "Instances of it are made."
        Produced "produced" "Instances of it are made besides the targets."
    }
    /// Whether a parameter of a group is read or written.
    InputMode {
        Source "source" "Read."
        Target "target" "Written."
    }
    /// Whether a group is the default for its types.
    TypeMode {
        None "none" "It is not."
        Types "types" "For its source and target types."
        TypeAndTypes "type-and-types" "For these, and for its source type where the target type is not known."
    }
    /// Which of several values of a source are taken.
    SourceListMode {
        First "first" "The first."
        NotFirst "not_first" "All but the first."
        Last "last" "The last."
        NotLast "not_last" "All but the last."
        OnlyOne "only_one" "The only one: more are an error."
    }
    /// Where in a list a target goes.
    TargetListMode {
        First "first" "At the beginning."
        Share "share" "With what other rules of the same name made."
        Last "last" "At the end."
        Single "single" "Into the first that is there."
        Collate "collate" "Into the first that is there (R4's name for `single`)."
    }
    /// How two codes are related (R5: `ConceptMap.group.element.target.relationship`).
    Relation {
        Related "related-to" "They have to do with each other."
        Equivalent "equivalent" "They mean the same."
        Narrower "source-is-narrower-than-target" "The first means less."
        Broader "source-is-broader-than-target" "The first means more."
        Unrelated "not-related-to" "They do not mean the same."
    }
    /// A transform by its name.
    Function {
        Create "create" "A new value of a type."
        Copy "copy" "The value itself."
        Truncate "truncate" "The beginning of a text."
        Escape "escape" "A text in another escaping."
        Cast "cast" "The value as another type."
        Append "append" "Texts, one after the other."
        Translate "translate" "By a concept map."
        Reference "reference" "A reference to a resource."
        DateOp "dateOp" "A date in another form."
        Uuid "uuid" "A new UUID."
        Pointer "pointer" "`urn:uuid:` or another absolute reference to a resource."
        Evaluate "evaluate" "FHIRPath."
        Cc "cc" "A CodeableConcept."
        C "c" "A Coding."
        Qty "qty" "A Quantity."
        Id "id" "An Identifier."
        Cp "cp" "A ContactPoint."
    }
}
