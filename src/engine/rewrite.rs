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
    /// How the name of a file that holds it should end, where its format is another one than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<&'static str>,
    /// How many comments of XML it lacks: they are no content in FHIR, and JSON has none.
    pub comments: usize,
}

impl Engine {
    /// Writes a file anew: in the format that is asked for, or in the one that it has.
    ///
    /// # Errors
    /// As [`Engine::to_xml`] and [`Engine::to_json`]; `not-convertible` for what is or should become HL7 v2.
    pub fn rewrite(
        &self,
        file: &[u8],
        to: Option<Format>,
        style: Style,
    ) -> Result<Rewritten, Error> {
        let from = Format::of(file);
        let to = to.unwrap_or(from);
        let (mut text, ending) = match (from, to) {
            (Format::Er7, _) | (_, Format::Er7) => {
                let message = "a message of HL7 v2 is no FHIR resource, and is not written anew";
                return Err(Error::new("not-convertible", message));
            }
            (_, Format::Json) => (self.to_json(file, style)?, "json"),
            (_, Format::Xml) => (self.to_xml(file, style)?, "xml"),
        };
        text.truncate(text.trim_end_matches('\n').len());
        text.push('\n');
        // It is UTF-8: the writers refuse what is not.
        let xml = std::str::from_utf8(file).ok().filter(|_| from == Format::Xml);
        let comments = xml.map_or(0, count_comments);
        Ok(Rewritten { text, ending: Some(ending).filter(|_| from != to), comments })
    }
}
