//! What is wrong with a differential.

use std::fmt;

use crate::issue::Severity;

/// Something that the generator found, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is wrong.
    pub problem: Problem,
    /// The position in `differential.element`; none where it is about the definition as a whole.
    pub element: Option<usize>,
    /// `ElementDefinition.id` of the element that it is about, as the snapshot has it.
    pub id: String,
}

/// What can be wrong with a differential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no `baseDefinition`, or it is not known here.
    Base(String),
    /// A definition builds on itself: the canonical.
    Circle(String),
    /// There is no differential, or no element in it that can be used.
    NoDifferential,
    /// The path begins with another type, or holds an empty step.
    Path(String),
    /// The base has no element of that path.
    UnknownElement(String),
    /// The element is there twice, and is no slice.
    Twice(String),
    /// The element stands after one that comes later in the base.
    Order(String),
    /// `min` is less than the base has: found, base.
    Min(u32, u32),
    /// `max` is more than the base has: found, base.
    Max(String, String),
    /// `min` is more than `max`.
    MinOverMax(u32, String),
    /// The type is none of those that the base allows.
    Type(String),
    /// The target profile is none of those that the base allows, and does not build on one.
    Target(String),
    /// The profile of a type is for another type: profile, its type.
    ProfileType(String, String),
    /// A profile that the element is to be built from is not known here.
    UnknownProfile(String),
    /// The differential goes into what a profile defines, and it is not known here.
    UnknownContent(String),
    /// A definition of a type is not known here.
    UnknownType(String),
    /// An element that has several types has no elements below it that all of them have.
    ManyTypes(String),
    /// An element is sliced, and neither the base nor the differential says by what.
    NoSlicing,
    /// `slicing.rules` is missing.
    NoRules,
    /// The root of a resource or type is sliced.
    RootSlice,
    /// A slice by type is required, so that no other can be there, and yet there is another.
    TypeSlices,
    /// The value of `fixed[x]` or `pattern[x]` is of a type that the element does not have.
    ValueType(String),
    /// `mustSupport` is true in the base.
    MustSupport,
    /// `binding.strength` is weaker than that of the base: found, base.
    Strength(String, String),
    /// Definitions contain each other without end: elements below this one are left out.
    Depth,
}

impl Problem {
    /// How much it matters: the snapshot of a definition with an error is not to be trusted.
    pub fn severity(&self) -> Severity {
        match self {
            Self::UnknownProfile(_) | Self::UnknownContent(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(url) if url.is_empty() => write!(f, "there is no `baseDefinition`"),
            Self::Base(url) => write!(f, "the base `{url}` is not known here"),
            Self::Circle(url) => write!(f, "`{url}` builds on itself"),
            Self::NoDifferential => write!(f, "there is no `differential` with elements"),
            Self::Path(path) => write!(f, "the path `{path}` is not one of this type"),
            Self::UnknownElement(path) => write!(f, "the base has no element `{path}`"),
            Self::Twice(path) => write!(f, "`{path}` is there twice, and is no slice"),
            Self::Order(path) => {
                write!(f, "`{path}` stands after an element that comes later in the base")
            }
            Self::Min(found, base) => write!(f, "`min` is {found}, less than {base} in the base"),
            Self::Max(found, base) => write!(f, "`max` is {found}, more than {base} in the base"),
            Self::MinOverMax(min, max) => write!(f, "`min` is {min}, more than `max`, {max}"),
            Self::Type(code) => write!(f, "the base does not allow the type `{code}`"),
            Self::Target(url) => {
                write!(f, "the target `{url}` does not build on one that the base allows")
            }
            Self::ProfileType(profile, code) => {
                write!(f, "the profile `{profile}` is one of `{code}`")
            }
            Self::UnknownProfile(url) => write!(f, "the profile `{url}` is not known here"),
            Self::UnknownContent(url) => {
                write!(f, "what `{url}` defines is not known here, so nothing below it can be said")
            }
            Self::UnknownType(code) => write!(f, "the type `{code}` is not known here"),
            Self::ManyTypes(path) => {
                write!(f, "`{path}` has several types: say which, to go into it")
            }
            Self::NoSlicing => {
                write!(f, "there are slices, but no `slicing` that says what tells them apart")
            }
            Self::NoRules => write!(f, "`slicing` has no `rules`"),
            Self::RootSlice => write!(f, "the root of a definition cannot be sliced"),
            Self::TypeSlices => {
                write!(f, "a slice by type is required: there cannot be another")
            }
            Self::ValueType(name) => write!(f, "`{name}` is of a type that the element has not"),
            Self::MustSupport => write!(f, "`mustSupport` is true in the base"),
            Self::Strength(found, base) => {
                write!(f, "the binding is {found}, weaker than {base} in the base")
            }
            Self::Depth => write!(f, "the definitions contain each other without end"),
        }
    }
}
