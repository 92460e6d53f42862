//! From arguments to inputs: files as they are, folders and globs as the files in them, by name.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

use crate::exit::Failure;

/// Endings of the files in a folder that are taken for resources.
const RESOURCES: &[&str] = &["json", "xml", "ndjson", "jsonl"];

/// The same where messages of HL7 v2 are welcome too.
const ALL: &[&str] = &["json", "xml", "ndjson", "jsonl", "hl7"];

/// Endings of the files in a folder that are taken for definitions.
const DEFINITIONS: &[&str] = &["json", "xml", "map"];

/// Endings of the files in a folder that are taken for messages of HL7 v2.
const MESSAGES: &[&str] = &["hl7"];

/// Something to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

/// All there is to read.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) list: Vec<Input>,
    /// The arguments name one input: not a folder or a glob, which can hold any number.
    pub(crate) is_one: bool,
}

impl Input {
    /// The file; that of standard input for `-`.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("/dev/stdin"),
            Self::File(path) => path,
        }
    }

    /// True for a file that holds one resource; standard input shows only when it is read.
    pub(crate) fn is_document(&self) -> bool {
        matches!(self, Self::File(path) if !is_ndjson(path))
    }
}

/// True if the name says that there is a resource on each line.
pub(crate) fn is_ndjson(path: &Path) -> bool {
    has_extension(path, &["ndjson", "jsonl"])
}

/// Finds the files that the arguments mean. A file that is named is taken as it is, even if it is not
/// there: reading it will tell.
pub(crate) fn find(arguments: &[String]) -> Result<Inputs, Failure> {
    find_in(arguments, RESOURCES, ".json, .xml or .ndjson")
}

/// As [`find`], but of a folder the files that may hold definitions.
pub(crate) fn find_definitions(argument: &str) -> Result<Inputs, Failure> {
    find_in(&[argument.to_owned()], DEFINITIONS, ".json, .xml or .map")
}

/// As [`find`], but of a folder also the files of messages.
pub(crate) fn find_all(arguments: &[String]) -> Result<Inputs, Failure> {
    find_in(arguments, ALL, ".json, .xml, .ndjson or .hl7")
}

/// As [`find`], but of a folder the files of messages.
pub(crate) fn find_messages(arguments: &[String]) -> Result<Inputs, Failure> {
    find_in(arguments, MESSAGES, ".hl7")
}

fn find_in(arguments: &[String], wanted: &[&str], kind: &str) -> Result<Inputs, Failure> {
    if arguments.iter().filter(|argument| *argument == "-").count() > 1 {
        return Err(Failure::Usage("Standard input (`-`) can be read once only".into()));
    }
    let mut list = Vec::new();
    let mut is_one = arguments.len() == 1;
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" {
            list.push(Input::Stdin);
        } else if path.is_dir() {
            is_one = false;
            let is_wanted = |path: &PathBuf| has_extension(path, wanted) || path.is_dir();
            let files = walk(path).filter(is_wanted);
            extend(&mut list, files, &format!("There is no {kind} file in `{argument}`"))?;
        } else if is_glob(argument) && !path.exists() {
            is_one = false;
            extend(&mut list, matching(argument)?, &format!("Nothing matches `{argument}`"))?;
        } else {
            list.push(Input::File(path.to_owned()));
        }
    }
    Ok(Inputs { list, is_one })
}

fn extend(
    list: &mut Vec<Input>,
    files: impl Iterator<Item = PathBuf>,
    otherwise: &str,
) -> Result<(), Failure> {
    let before = list.len();
    list.extend(files.map(Input::File));
    if list.len() == before { Err(Failure::CannotRun(otherwise.to_owned())) } else { Ok(()) }
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default();
    wanted.iter().any(|wanted| extension.eq_ignore_ascii_case(wanted))
}

fn is_glob(argument: &str) -> bool {
    argument.contains(['*', '?', '[', '{'])
}

/// The files below a folder in the order of their names. Hidden ones are left out, and links to folders
/// are not followed, so that it ends. A folder that cannot be listed stands for its files: reading it
/// will tell why.
fn walk(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let is_hidden = |entry: &DirEntry| {
        entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    entries.filter_entry(move |entry| !is_hidden(entry)).filter_map(|entry| match entry {
        Ok(entry) => Some(entry.into_path()).filter(|path| path.is_file()),
        Err(error) => error.path().map(Path::to_owned),
    })
}

/// The files that a glob means. `*` and `?` stay inside a name, `**` goes through folders.
fn matching(pattern: &str) -> Result<impl Iterator<Item = PathBuf>, Failure> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob.map_err(|error| Failure::Usage(format!("`{pattern}`: {}", error.kind())))?;
    let glob = glob.compile_matcher();
    // The folders before the first special character need no search.
    let fixed = pattern.split_once(['*', '?', '[', '{']).map_or(pattern, |(before, _)| before);
    let (base, strip) = match fixed.rsplit_once('/') {
        Some(("", _)) => ("/", ""),
        Some((folder, _)) => (folder, ""),
        None => (".", "./"),
    };
    let files = walk(Path::new(base));
    let files = files.map(move |path| path.strip_prefix(strip).map(Path::to_owned).unwrap_or(path));
    Ok(files.filter(move |path| glob.is_match(path) || path.is_dir()))
}
