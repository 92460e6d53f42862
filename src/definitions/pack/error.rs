//! Why a pack cannot be used.

use std::fmt;

/// Why a pack, or a section of one, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// The bytes do not begin as a pack does.
    NotAPack,
    /// The pack is of a later format than this build reads.
    Newer {
        /// The format version of the pack.
        found: u32,
        /// The one that this build reads.
        known: u32,
    },
    /// The pack is of an earlier format than this build reads.
    Older {
        /// The format version of the pack.
        found: u32,
        /// The one that this build reads.
        known: u32,
    },
    /// The pack is of another version of FHIR than what is there already.
    OtherFhir {
        /// The version of FHIR that the pack is of.
        found: String,
        /// The one that the engine is of.
        known: String,
    },
    /// The pack builds on another that is not loaded.
    NoBase {
        /// The name of the pack.
        pack: String,
        /// The name of the one that it builds on.
        base: String,
    },
    /// The bytes end before the pack does.
    Truncated,
    /// A checksum does not match; the argument says of what.
    Checksum(String),
    /// The checksum matches, and yet the content makes no sense; the argument says what does not.
    Malformed(&'static str),
}

impl PackError {
    /// The stable code of the engine error: `pack-newer`, `pack-older`, `pack-fhir-version`,
    /// `pack-base` or `pack-damaged`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "pack-newer",
            Self::Older { .. } => "pack-older",
            Self::OtherFhir { .. } => "pack-fhir-version",
            Self::NoBase { .. } => "pack-base",
            _ => "pack-damaged",
        }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPack => write!(f, "this is not a pack: it does not begin with `FKPK`"),
            Self::Newer { found, known } => write!(
                f,
                "the pack has format {found}, this build reads format {known}: update fhirkiln or use its own packs"
            ),
            Self::Older { found, known } => write!(
                f,
                "the pack has format {found}, this build reads format {known}: build the pack anew or use the one that comes with this version"
            ),
            Self::OtherFhir { found, known } => write!(
                f,
                "the pack is of FHIR {found}, what is loaded is of FHIR {known}: an engine is of one version, make another for this pack"
            ),
            Self::NoBase { pack, base } => {
                write!(f, "the pack `{pack}` builds on the pack `{base}`: load that too")
            }
            Self::Truncated => write!(f, "the pack is cut off: it ends before its content does"),
            Self::Checksum(what) => {
                write!(f, "the pack is damaged: the checksum of {what} does not match")
            }
            Self::Malformed(what) => write!(f, "the pack is damaged: {what}"),
        }
    }
}

impl std::error::Error for PackError {}
