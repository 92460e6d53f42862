//! How an entry is told to be of a slice (`ElementDefinition.slicing.discriminator`): the restricted
//! paths of <http://hl7.org/fhir/R4/profiling.html#discriminator>, in steps.

use crate::tree::{NameId, Names};

/// `ElementDefinition.slicing.discriminator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discriminator {
    /// What is compared.
    pub kind: DiscriminatorKind,
    /// Where it is, from the entry; none where the path is not of the restricted kind.
    pub path: Option<Vec<PathStep>>,
    /// The path as written.
    pub text: Box<str>,
}

/// `ElementDefinition.slicing.discriminator.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscriminatorKind {
    /// `value` and `pattern`, which mean the same: what the slice says of the value there holds.
    Value,
    /// There is something, or there is not.
    Exists,
    /// The type there.
    Type,
    /// The profile that is met there.
    Profile,
    /// Which entry it is (R5).
    Position,
}

impl DiscriminatorKind {
    pub(super) const ALL: [Self; 5] =
        [Self::Value, Self::Exists, Self::Type, Self::Profile, Self::Position];

    /// The code of the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Exists => "exists",
            Self::Type => "type",
            Self::Profile => "profile",
            Self::Position => "position",
        }
    }

    /// The kind of that code. `pattern` is deprecated and stands for `value`.
    pub(super) fn of(code: &str) -> Option<Self> {
        let code = if code == "pattern" { "value" } else { code };
        Self::ALL.into_iter().find(|kind| kind.as_str() == code)
    }
}

/// A step of a restricted path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// An element, without `[x]`.
    Child(NameId),
    /// `extension('url')`
    Extension(Box<str>),
    /// `resolve()`
    Resolve,
    /// `ofType(Type)`
    OfType(NameId),
}

/// The steps of a path; none where it is not of the restricted kind.
pub(super) fn parse(path: &str, names: &mut Names) -> Option<Vec<PathStep>> {
    let mut steps = Vec::new();
    for part in split(path) {
        let part = part.trim();
        let argument = part
            .split_once('(')
            .and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?.trim())));
        steps.push(match argument {
            None if part == "$this" => continue,
            None if !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
            {
                PathStep::Child(names.intern(part))
            }
            // Written so in definitions that were made before FHIRPath was.
            None => PathStep::Child(names.intern(part.strip_suffix("[x]")?)),
            Some(("resolve", "")) => PathStep::Resolve,
            Some(("ofType" | "as", name)) => PathStep::OfType(names.intern(unquoted(name)?)),
            Some(("extension", url)) => PathStep::Extension(url_of(url)?.into()),
            Some(_) => return None,
        });
    }
    Some(steps)
}

/// The parts between the dots that are not inside parentheses.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    path.split(move |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == '.' && depth == 0
    })
}

fn unquoted(name: &str) -> Option<&str> {
    let name = name.strip_prefix("FHIR.").unwrap_or(name);
    name.chars().all(|c| c.is_ascii_alphanumeric()).then_some(name)
}

fn url_of(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let mut names = Names::default();
        let text = match parse(path, &mut names) {
            None => "none".to_owned(),
            Some(steps) => steps
                .iter()
                .map(|step| match step {
                    PathStep::Child(name) => names.text(*name).to_owned(),
                    PathStep::Extension(url) => format!("<{url}>"),
                    PathStep::Resolve => "->".to_owned(),
                    PathStep::OfType(name) => format!("({})", names.text(*name)),
                })
                .collect::<Vec<_>>()
                .join(" "),
        };
        assert_eq!(text, expected, "{path}");
    }

    #[test]
    fn reads_the_restricted_paths() {
        check("$this", "");
        check("code.coding", "code coding");
        check("$this.resolve()", "->");
        check("value.ofType(CodeableConcept).coding", "value (CodeableConcept) coding");
        check("extension('http://a.b/c').value", "<http://a.b/c> value");
        check("value[x]", "value");
        check("item.resolve().code", "item -> code");
        check("code.where(a = 'b')", "none");
        check("a..b", "none");
    }
}
