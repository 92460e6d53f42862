//! FHIR packages: gzipped tar archives as HL7 publishes them (and npm serves them), or their files
//! unpacked. Files are handed over one by one, so that a package needs the memory of its largest file.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use super::View;
use super::pack::PackageId;
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Names, NodeId};

/// What `package.json` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Name and version.
    pub id: PackageId,
    /// `fhirVersions`, such as `4.0.1`.
    pub fhir_versions: Vec<String>,
    /// `dependencies`.
    pub dependencies: Vec<PackageId>,
}

/// How large a package may be once it is unpacked.
#[derive(Clone, Copy, Debug)]
pub struct PackageLimits {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes of all files, those included that hold no definitions.
    pub total: u64,
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self { file: 128 << 20, total: 1 << 30 }
    }
}

/// Why a package cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageError {
    /// It is no gzipped tar archive, or a damaged one.
    Archive(String),
    /// Unpacked, it is larger than the number of bytes.
    TooLarge(u64),
    /// There is no `package.json`.
    NoManifest,
    /// `package.json` has no name or no version.
    Manifest,
}

impl fmt::Display for PackageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(why) => write!(f, "the package is not a readable .tgz archive: {why}"),
            Self::TooLarge(limit) => {
                write!(f, "the package is larger than allowed: more than {limit} bytes unpacked")
            }
            Self::NoManifest => write!(f, "the package has no `package/package.json`"),
            Self::Manifest => {
                write!(f, "the `package.json` of the package has no `name` or no `version`")
            }
        }
    }
}

impl std::error::Error for PackageError {}

/// Reads a `.tgz`, or the `.tar` inside it, and hands over each file that can hold definitions: path inside the
/// package, bytes.
///
/// # Errors
/// A damaged archive, one that is larger than `limits`, no manifest. What was handed over before is
/// to be thrown away.
pub fn read_tgz(
    tgz: &[u8],
    limits: PackageLimits,
    mut file: impl FnMut(&str, Vec<u8>),
) -> Result<Manifest, PackageError> {
    let mut archive = open(tgz, limits);
    let mut manifest = None;
    for entry in archive.entries().map_err(|error| archive_error(&error, limits.total))? {
        let mut entry = entry.map_err(|error| archive_error(&error, limits.total))?;
        let path = path_inside(&entry);
        let path = path.as_str();
        if path != MANIFEST && !holds_definitions(path) {
            continue;
        }
        if entry.size() > limits.file {
            return Err(PackageError::TooLarge(limits.file));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| archive_error(&error, limits.total))?;
        if path == MANIFEST {
            manifest = Some(parse_manifest(bytes)?);
        } else {
            file(path, bytes);
        }
    }
    manifest.ok_or(PackageError::NoManifest)
}

/// The manifest of a `.tgz`, or of the `.tar` inside it; what comes after it is not read.
///
/// # Errors
/// As [`read_tgz`], as far as it is read.
pub fn manifest_of(tgz: &[u8], limits: PackageLimits) -> Result<Manifest, PackageError> {
    let mut archive = open(tgz, limits);
    for entry in archive.entries().map_err(|error| archive_error(&error, limits.total))? {
        let mut entry = entry.map_err(|error| archive_error(&error, limits.total))?;
        if path_inside(&entry) == MANIFEST {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(|error| archive_error(&error, limits.total))?;
            return parse_manifest(bytes);
        }
    }
    Err(PackageError::NoManifest)
}

const MANIFEST: &str = "package.json";

type Archive<'b> = tar::Archive<Counted<Box<dyn Read + 'b>>>;

fn open(bytes: &[u8], limits: PackageLimits) -> Archive<'_> {
    let is_tar = bytes.get(257..262) == Some(b"ustar");
    let inner: Box<dyn Read> =
        if is_tar { Box::new(bytes) } else { Box::new(MultiGzDecoder::new(bytes)) };
    tar::Archive::new(Counted { inner, left: limits.total })
}

/// The path without the folder that all is in.
fn path_inside(entry: &tar::Entry<'_, impl Read>) -> String {
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let path = path.trim_start_matches("./");
    path.split_once('/').map_or(path, |(_, rest)| rest).to_owned()
}

/// Reads a `package.json`.
///
/// # Errors
/// It has no name or no version.
pub fn parse_manifest(bytes: impl Into<Vec<u8>>) -> Result<Manifest, PackageError> {
    let names = Arc::new(Names::default());
    let tree = json::parse(bytes, &names, &Limits::default(), &mut Issues::new(1));
    let root = View::new(&tree, NodeId::ROOT);
    let (Some(name), Some(version)) = (root.text("name"), root.text("version")) else {
        return Err(PackageError::Manifest);
    };
    // HL7's core packages have the older name.
    let fhir_versions = root.texts("fhirVersions").chain(root.texts("fhir-version-list"));
    let id =
        |(name, version): (&str, &str)| PackageId { name: name.into(), version: version.into() };
    Ok(Manifest {
        id: id((name, version)),
        fhir_versions: fhir_versions.map(str::to_owned).collect(),
        dependencies: root.members("dependencies").map(id).collect(),
    })
}

/// True if the file at that path inside a package can hold definitions: JSON that is no index, schema,
/// example or shortened copy.
pub fn holds_definitions(path: &str) -> bool {
    const OTHER_FOLDERS: [&str; 7] =
        ["example", "examples", "openapi", "other", "tests", "xml", "node_modules"];
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_json = file.strip_suffix(".json").is_some_and(|stem| {
        ![".min", ".schema", ".openapi"].iter().any(|other| stem.ends_with(other))
    });
    let is_other = |folder: &str| folder.starts_with('.') || OTHER_FOLDERS.contains(&folder);
    is_json && !file.starts_with('.') && file != MANIFEST && !folders.split('/').any(is_other)
}

fn archive_error(error: &io::Error, limit: u64) -> PackageError {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return PackageError::TooLarge(limit);
    }
    PackageError::Archive(error.to_string())
}

/// A reader that fails, rather than ends, where there is more than allowed.
struct Counted<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const PACKAGE_JSON: &str =
        r#"{"name":"a.b","version":"1.0.0","fhirVersions":["4.0.1"],"dependencies":{"c.d":"2.x"}}"#;

    /// A package of these files.
    pub(crate) fn tgz(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, path, content.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn read(tgz: &[u8], limits: PackageLimits) -> Result<(Manifest, Vec<String>), PackageError> {
        let mut files = Vec::new();
        let manifest = read_tgz(tgz, limits, |path, bytes| {
            files.push(format!("{path}={}", String::from_utf8_lossy(&bytes)));
        })?;
        Ok((manifest, files))
    }

    #[test]
    fn the_manifest_is_read_by_itself_and_an_archive_need_not_be_packed() {
        let packed = tgz(&[("package/package.json", PACKAGE_JSON), ("package/a.json", "{}")]);
        let mut plain = Vec::new();
        MultiGzDecoder::new(&*packed).read_to_end(&mut plain).unwrap();
        for bytes in [packed, plain] {
            let manifest = manifest_of(&bytes, PackageLimits::default()).unwrap();
            assert_eq!(manifest.id.name, "a.b");
            assert_eq!(read(&bytes, PackageLimits::default()).unwrap().1, ["a.json={}"]);
        }
        let none = manifest_of(&tgz(&[("package/a.json", "{}")]), PackageLimits::default());
        assert_eq!(none, Err(PackageError::NoManifest));
    }

    #[test]
    fn hands_over_what_can_hold_definitions() {
        let tgz = tgz(&[
            ("package/Patient.json", "{}"),
            ("package/package.json", PACKAGE_JSON),
            ("package/.index.json", "{}"),
            ("package/example/Patient-1.json", "{}"),
            ("package/definitions/all.json", "[]"),
            ("package/definitions/all.min.json", "[]"),
            ("package/fhir.schema.json", "{}"),
            ("package/readme.md", "text"),
        ]);
        let (manifest, files) = read(&tgz, PackageLimits::default()).unwrap();
        let id =
            |name: &str, version: &str| PackageId { name: name.into(), version: version.into() };
        assert_eq!(manifest.id, id("a.b", "1.0.0"));
        assert_eq!(manifest.fhir_versions, ["4.0.1"]);
        assert_eq!(manifest.dependencies, [id("c.d", "2.x")]);
        assert_eq!(files, ["Patient.json={}", "definitions/all.json=[]"]);
    }

    fn check_error(tgz: &[u8], limits: PackageLimits, expected: &str) {
        let message = read(tgz, limits).expect_err("it cannot be used").to_string();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn each_error_says_what_is_wrong() {
        let any = PackageLimits::default();
        check_error(b"PK", any, "the package is not a readable .tgz archive");
        let whole = tgz(&[("package/package.json", PACKAGE_JSON)]);
        check_error(&whole[..whole.len() / 2], any, "the package is not a readable .tgz archive");
        check_error(
            &tgz(&[("package/a.json", "{}")]),
            any,
            "the package has no `package/package.json`",
        );
        let nameless = tgz(&[("package/package.json", "{}")]);
        check_error(
            &nameless,
            any,
            "the `package.json` of the package has no `name` or no `version`",
        );
    }

    #[test]
    fn a_package_that_unpacks_to_too_much_is_an_error() {
        let zeros = "0".repeat(1 << 20);
        let bomb = tgz(&[("package/big.bin", &zeros), ("package/package.json", PACKAGE_JSON)]);
        assert!(bomb.len() < 1 << 14);
        let limits = PackageLimits { file: 1 << 10, total: 1 << 16 };
        let too_large = "the package is larger than allowed: more than ";
        check_error(&bomb, limits, &format!("{too_large}65536 bytes unpacked"));
        let bomb = tgz(&[("package/big.json", &zeros), ("package/package.json", PACKAGE_JSON)]);
        let limits = PackageLimits { file: 1 << 10, total: 1 << 30 };
        check_error(&bomb, limits, &format!("{too_large}1024 bytes unpacked"));
    }
}
