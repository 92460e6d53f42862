//! One resource, two formats: what FHIR writes differently in XML and in JSON
//! (<http://hl7.org/fhir/R4/xml.html>, <http://hl7.org/fhir/R4/json.html>).
//!
//! Messages of HL7 v2 get the shape of their logical models by [`from_er7`].
//!
//! Rules, FHIRPath and maps know the shape that JSON has. [`from_xml`] gives a tree that was read from XML
//! that shape, and [`write_xml`] writes it as XML. Both need the definitions: which elements repeat, which
//! are numbers, which are attributes, and in which order they come.

mod from_er7;
mod from_xml;
mod to_xml;

pub use from_er7::from_er7;
pub use from_xml::{Shaped, from_xml};
pub use to_xml::{Reason, Unwritable, write_xml};
