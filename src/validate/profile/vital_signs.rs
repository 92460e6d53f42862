//! Vital signs: an Observation whose code is one of these has to meet a profile of FHIR itself, and so has to
//! carry the profile's own code besides a more specific one
//! (<http://hl7.org/fhir/R4/observation-vitalsigns.html>).

use crate::sort::sort_and_dedup;
use crate::tree::{NodeId, Tree};
use crate::validate::known::Known;

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";

/// A profile, with the codes of LOINC and of SNOMED CT that mean what it is about.
struct VitalSign {
    profile: &'static str,
    loinc: &'static [&'static str],
    snomed: &'static [&'static str],
}

/// In each list of LOINC, the code that the profile asks for is first.
#[rustfmt::skip]
const VITAL_SIGNS: [VitalSign; 10] = [
    VitalSign {
        profile: "vitalspanel",
        loinc: &["85353-1"],
        snomed: &["46680005"],
    },
    VitalSign {
        profile: "resprate",
        loinc: &["9279-1", "11291-2", "19840-8", "33438-3", "76170-0", "76171-8", "76172-6", "76270-8"],
        snomed: &["86290005", "271306003", "271625008"],
    },
    VitalSign {
        profile: "heartrate",
        loinc: &[
            "8867-4", "11328-2", "40443-4", "55425-3", "60978-4", "68999-2", "69000-8", "73795-7", "73799-9",
            "76476-1", "76477-9", "8886-4", "8889-8", "8890-6", "8891-4", "8892-2", "8893-0",
        ],
        snomed: &["249043002", "251670001", "399017001", "429525003", "429614003", "444981005"],
    },
    VitalSign {
        profile: "oxygensat",
        loinc: &[
            "2708-6", "19224-5", "20564-1", "2709-4", "2710-2", "2713-6", "51733-4", "59408-5", "59417-6",
            "89276-0", "97549-0",
        ],
        snomed: &["431314004", "442476006"],
    },
    VitalSign {
        profile: "bodytemp",
        loinc: &[
            "8310-5", "60834-9", "60835-6", "60836-4", "60838-0", "60955-2", "61009-7", "75539-7", "75987-8",
            "76010-8", "76011-6", "76278-1", "8309-7", "8328-7", "8329-5", "8330-3", "8331-1", "8332-9",
            "8333-7", "8334-5", "91371-5", "98657-0", "98663-8",
        ],
        snomed: &[
            "1222808002", "276885007", "300076005", "307047009", "364246006", "386725007", "415882003",
            "415929009", "415945006", "415974002", "431598003", "698831002", "698832009", "708499008",
        ],
    },
    VitalSign {
        profile: "bodyheight",
        loinc: &["8302-2", "3137-7", "3138-5", "8306-3", "8308-9"],
        snomed: &[
            "1153637007", "1162392001", "1162417005", "1162418000", "1162419008", "1230278008", "50373000",
        ],
    },
    VitalSign {
        profile: "headcircum",
        loinc: &["9843-4", "8287-5"],
        snomed: &["1269262007", "169876006", "363811000", "363812007"],
    },
    VitalSign {
        profile: "bodyweight",
        loinc: &["29463-7", "3141-9", "3142-7", "75292-3", "79348-9", "8350-1", "8351-9"],
        snomed: &["1162415002", "1162416001", "424927000", "425024002", "735395000", "784399000"],
    },
    VitalSign { profile: "bmi", loinc: &["39156-5", "89270-3"], snomed: &["60621009"] },
    VitalSign {
        profile: "bp",
        loinc: &["85354-9", "35094-2", "55284-4", "76534-7", "8459-0", "8480-6"],
        snomed: &[
            "163033001", "163035008", "251076008", "271649006", "271650006", "386534000", "386536003",
            "399304008", "407554009", "407556006", "716579001",
        ],
    },
];

/// What codes mean, each with the position of its vital sign; in order, so that a code is found soon. INVARIANT: no
/// code of LOINC is one of SNOMED CT, since it has a hyphen.
#[derive(Debug)]
pub(in crate::validate) struct VitalSigns(Vec<(&'static str, usize)>);

impl Default for VitalSigns {
    fn default() -> Self {
        let mut codes = Vec::new();
        for (position, sign) in VITAL_SIGNS.iter().enumerate() {
            codes.extend(sign.loinc.iter().chain(sign.snomed).map(|&code| (code, position)));
        }
        sort_and_dedup(&mut codes);
        Self(codes)
    }
}

impl VitalSigns {
    /// The name of the profile that an Observation has to meet because of its code; codes of LOINC count first.
    pub(super) fn implied(
        &self,
        tree: &Tree,
        known: &Known,
        observation: NodeId,
    ) -> Option<&'static str> {
        let code = tree.child_named(observation, known.code)?;
        let codings = tree.children(tree.child_named(code, known.coding)?);
        let meant = codings.filter_map(|coding| {
            let text = |name| tree.child_named(coding, name).map(|child| tree.value(child));
            let code = text(known.code)?;
            let at = self.0.binary_search_by_key(&code, |&(known, _)| known).ok()?;
            let system = if code.contains('-') { LOINC } else { SNOMED };
            (text(known.system) == Some(system)).then_some((system, self.0[at].1))
        });
        // The name of LOINC comes first also in the order of text.
        meant.min().map(|(_, position)| VITAL_SIGNS[position].profile)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Known, VitalSigns};
    use crate::format::json;
    use crate::issue::Issues;
    use crate::tree::{Limits, Names, NodeId};

    /// Codings as `system|code`, with `L` and `S` for LOINC and SNOMED CT.
    #[track_caller]
    fn check(codings: &[&str], expected: Option<&str>) {
        let codings = codings.iter().map(|coding| {
            let (system, code) = coding.split_once('|').unwrap();
            let system = match system {
                "L" => super::LOINC,
                "S" => super::SNOMED,
                other => other,
            };
            format!(r#"{{"system":"{system}","code":"{code}"}}"#)
        });
        let codings: Vec<String> = codings.collect();
        let text = format!(r#"{{"code":{{"coding":[{}]}}}}"#, codings.join(","));
        let mut names = Names::default();
        for name in ["code", "coding", "system"] {
            names.intern(name);
        }
        let (known, mut issues) = (Known::new(&names), Issues::new(1));
        let tree = json::parse(text, &Arc::new(names), &Limits::default(), &mut issues);
        assert_eq!(VitalSigns::default().implied(&tree, &known, NodeId::ROOT), expected);
    }

    #[test]
    fn a_code_implies_a_profile() {
        check(&["L|8310-5"], Some("bodytemp"));
        check(&["L|76534-7"], Some("bp"));
        check(&["S|276885007"], Some("bodytemp"));
        check(&["S|60621009", "L|29463-7"], Some("bodyweight"));
    }

    #[test]
    fn other_codes_and_other_systems_imply_none() {
        check(&[], None);
        check(&["L|0000-0"], None);
        check(&["S|8310-5", "http://other|8310-5"], None);
    }
}
