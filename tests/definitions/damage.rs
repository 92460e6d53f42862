//! Damage to the bytes of a pack. A checksum shows it; and a section that was made wrong, with a
//! checksum that fits, gives an error or an engine that works.

use fhirkiln::definitions::pack::Writer;
use fhirkiln::definitions::{
    Definitions, DefinitionsBuilder, Pack, PackInfo, PackWriter, SECTION, write_types,
};
use fhirkiln::engine::{Engine, Options};

use crate::sample;

fn section() -> Vec<u8> {
    let definitions = sample::definitions();
    write_types(definitions.type_defs(), definitions.names(), definitions.constraints())
        .into_bytes()
}

/// A pack whose checksums fit, whatever its section holds.
fn pack(section: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.raw(section);
    PackWriter::new(PackInfo::default()).section(SECTION, writer).into_bytes()
}

/// Uses all that can be read. True if every type can be decoded.
fn use_all(bytes: &[u8]) -> bool {
    let mut builder = DefinitionsBuilder::new(&Definitions::default());
    let Ok(()) = Pack::open(bytes).and_then(|pack| builder.add_pack(&pack)) else {
        return false;
    };
    let definitions = builder.build();
    let is_whole = definitions.types().all(|id| definitions.type_def(id).is_some());
    for id in definitions.types() {
        definitions.describe(id);
        let engine = Engine::builder().pack(bytes).build().expect("the pack is readable");
        let instance = format!(
            r#"{{"resourceType":{:?},"part":[{{}}],"valueString":1}}"#,
            definitions.type_name(id)
        );
        engine.validate(instance, &Options::default());
    }
    is_whole
}

#[test]
fn a_sound_pack_is_whole() {
    assert!(use_all(&pack(&section())));
}

#[test]
fn a_section_with_any_byte_changed_is_an_error_or_works() {
    let section = section();
    for at in 0..section.len() {
        for value in [0, 1, section[at] ^ 1, section[at].wrapping_add(1), 0x7F, 0x80, 0xFF] {
            let mut changed = section.clone();
            changed[at] = value;
            use_all(&pack(&changed));
        }
    }
}

#[test]
fn a_section_that_is_cut_off_is_an_error_or_lacks_types() {
    let section = section();
    for length in 0..section.len() {
        assert!(!use_all(&pack(&section[..length])), "cut at {length}");
    }
}

#[test]
fn a_pack_with_any_byte_changed_is_an_error() {
    let bytes = pack(&section());
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        let error = Engine::builder().pack(changed).build().expect_err("the checksum shows it");
        assert!(["pack-damaged", "pack-newer", "pack-older"].contains(&error.code), "{error}");
    }
}
