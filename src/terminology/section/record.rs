//! One code system, one value set.

use super::super::library::{Decode, Texts};
use super::super::{
    Case, CodeSystem, Expansion, Filter, Include, Operator, Property, Select, SystemRef, ValueSet,
};
use super::displays::{self, read_displays, write_displays};
use super::lists::{read_ascending, read_codes, write_ascending, write_codes};
use crate::definitions::pack::{PackError, Read, Reader, Writer};

pub(super) fn write_code_system(system: &CodeSystem) -> Writer {
    let case = match system.case {
        Case::Sensitive => 0,
        Case::Insensitive => 1,
        Case::Unstated => 2,
    };
    let is_flat = system.abstracts.is_empty()
        && system.inactives.is_empty()
        && system.parents.is_empty()
        && system.properties.is_empty();
    let displays = displays::packed(system);
    let mut out = Writer::new();
    let flags = [(4, !system.is_complete), (8, !is_flat), (16, displays.is_some())];
    out.u8(flags.into_iter().filter(|&(_, is_set)| is_set).fold(case, |all, (flag, _)| all | flag));
    write_codes(&mut out, &system.codes);
    if let Some(displays) = displays {
        write_displays(&mut out, system, displays);
    }
    if is_flat {
        return out;
    }
    write_ascending(&mut out, &system.abstracts);
    write_ascending(&mut out, &system.inactives);
    let children = system.parents.iter().map(|&(child, _)| child);
    write_ascending(&mut out, &children.collect::<Vec<_>>());
    for &(_, parent) in &system.parents {
        out.u32(parent);
    }
    let concepts = system.properties.iter().map(|property| property.concept);
    write_ascending(&mut out, &concepts.collect::<Vec<_>>());
    for property in &system.properties {
        out.str(&property.code);
        out.str(&property.value);
    }
    out
}

impl Decode for CodeSystem {
    fn read(reader: &mut Reader<'_>, _: &Texts) -> Read<Self> {
        let flags = reader.u8()?;
        let case = match flags & 3 {
            0 => Case::Sensitive,
            1 => Case::Insensitive,
            _ => Case::Unstated,
        };
        let codes = read_codes(reader)?;
        let mut system = Self { case, is_complete: flags & 4 == 0, codes, ..Self::default() };
        if flags & 16 != 0 {
            system.displays = Some(read_displays(reader, &system.codes)?);
        }
        if flags & 8 == 0 {
            return Ok(system);
        }
        system.abstracts = read_ascending(reader)?;
        system.inactives = read_ascending(reader)?;
        let children = read_ascending(reader)?;
        system.parents =
            children.into_iter().map(|child| Ok((child, reader.u32()?))).collect::<Read<_>>()?;
        let concepts = read_ascending(reader)?.into_iter();
        let properties = concepts.map(|concept| {
            let (code, value) = (reader.str()?.to_owned(), reader.str()?.to_owned());
            Ok(Property { concept, code, value })
        });
        system.properties = properties.collect::<Read<_>>()?;
        Ok(system)
    }
}

const HAS_INCLUDE: u8 = 1;
const HAS_EXCLUDE: u8 = 2;
const WITHOUT_INACTIVE: u8 = 4;
const HAS_EXPANSION: u8 = 8;

pub(super) fn write_value_set(value_set: &ValueSet, texts: &Texts) -> Writer {
    let ValueSet { include, exclude, without_inactive, expansion } = value_set;
    let flags = [
        (HAS_INCLUDE, include.is_some()),
        (HAS_EXCLUDE, !exclude.is_empty()),
        (WITHOUT_INACTIVE, *without_inactive),
        (HAS_EXPANSION, expansion.is_some()),
    ];
    let mut out = Writer::new();
    out.u8(flags.into_iter().filter(|&(_, is_set)| is_set).map(|(flag, _)| flag).sum());
    let exclude = Some(exclude).filter(|exclude| !exclude.is_empty());
    for list in include.iter().chain(exclude) {
        out.count(list.len());
        for include in list {
            write_include(&mut out, include, texts);
        }
    }
    if let Some(expansion) = expansion {
        out.u8(u8::from(expansion.is_partial));
        out.count(expansion.codes.len());
        for (system, codes) in &expansion.codes {
            out.u32(texts.system(system));
            write_codes(&mut out, codes);
        }
    }
    out
}

impl Decode for ValueSet {
    fn read(reader: &mut Reader<'_>, texts: &Texts) -> Read<Self> {
        let flags = reader.u8()?;
        let mut includes = |flag| match flags & flag {
            0 => Ok(None),
            _ => reader.list(|reader| read_include(reader, texts)).map(Some),
        };
        let include = includes(HAS_INCLUDE)?;
        let exclude = includes(HAS_EXCLUDE)?.unwrap_or_default();
        let without_inactive = flags & WITHOUT_INACTIVE != 0;
        let expansion = match flags & HAS_EXPANSION {
            0 => None,
            _ => Some(read_expansion(reader, texts)?),
        };
        Ok(Self { include, exclude, without_inactive, expansion })
    }
}

fn read_expansion(reader: &mut Reader<'_>, texts: &Texts) -> Read<Expansion> {
    let is_partial = reader.u8()? != 0;
    let codes =
        reader.list(|reader| Ok((texts.pick_system(reader.u32()?)?, read_codes(reader)?)))?;
    Ok(Expansion { is_partial, codes })
}

fn write_include(out: &mut Writer, include: &Include, texts: &Texts) {
    let select = match include.select {
        Select::All => 0,
        Select::Codes(_) => 1,
        Select::Filters(_) => 2,
    };
    let has_value_sets = !include.value_sets.is_empty();
    out.u8(select | u8::from(has_value_sets) << 2 | u8::from(include.system.is_some()) << 3);
    if let Some(system) = &include.system {
        out.u32(texts.system(&system.url));
        out.u32(texts.version(system.version.as_ref()));
    }
    match &include.select {
        Select::All => {}
        Select::Codes(codes) => write_codes(out, codes),
        Select::Filters(filters) => {
            out.count(filters.len());
            for filter in filters {
                out.str(&filter.property);
                out.u32(filter.op.number());
                out.str(&filter.value);
            }
        }
    }
    if has_value_sets {
        out.count(include.value_sets.len());
        for canonical in &include.value_sets {
            out.str(canonical);
        }
    }
}

fn read_include(reader: &mut Reader<'_>, texts: &Texts) -> Read<Include> {
    let flags = reader.u8()?;
    let system = match flags & 8 {
        0 => None,
        _ => Some(SystemRef {
            url: texts.pick_system(reader.u32()?)?,
            version: texts.pick_version(reader.u32()?)?,
        }),
    };
    let select = match flags & 3 {
        0 => Select::All,
        1 => Select::Codes(read_codes(reader)?),
        _ => Select::Filters(reader.list(read_filter)?),
    };
    let value_sets = match flags & 4 {
        0 => Vec::new(),
        _ => reader.list(|reader| Ok(reader.str()?.to_owned()))?,
    };
    Ok(Include { system, select, value_sets })
}

fn read_filter(reader: &mut Reader<'_>) -> Read<Filter> {
    let property = reader.str()?.to_owned();
    let op = Operator::numbered(reader.u32()?);
    let op = op.ok_or(PackError::Malformed("a filter has no operator"))?;
    Ok(Filter { property, op, value: reader.str()?.to_owned() })
}
