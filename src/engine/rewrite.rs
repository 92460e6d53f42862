//! Files written anew, as both command lines do.

use serde::Serialize;

use super::{Engine, Error, Format, Style};
use crate::format::xml::count_comments;

/// A resource that was written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rewritten {
    /// The text, with a line end after it.
    pub text: String,
    /// Its format is another one than that of the file.
    pub is_converted: bool,
    /// Its format.
    #[serde(skip)]
    pub format: Format,
    /// How many comments of XML it lacks: they are no content in FHIR, and JSON has none.
    pub comments: usize,
}

impl Engine {
    /// Writes a file anew: in the format that is asked for, or in the one that it has.
    ///
    /// # Errors
    /// As [`Engine::to_xml`] and [`Engine::to_json`].
    pub fn rewrite(
        &self,
        file: &[u8],
        to: Option<Format>,
        style: Style,
    ) -> Result<Rewritten, Error> {
        let from = Format::of(file);
        let format = to.unwrap_or(from);
        let mut text = match format {
            Format::Json => self.to_json(file, style),
            Format::Xml => self.to_xml(file, style),
        }?;
        text.truncate(text.trim_end_matches('\n').len());
        text.push('\n');
        let comments = match from {
            Format::Json => 0,
            // It is UTF-8: the writers refuse what is not.
            Format::Xml => std::str::from_utf8(file).map_or(0, count_comments),
        };
        Ok(Rewritten { text, is_converted: format != from, format, comments })
    }
}
