//! What goes into a pack comes out of it.

use std::collections::BTreeMap;

use fhirkiln::definitions::{
    Definitions, DefinitionsBuilder, Pack, PackInfo, PackWriter, SECTION, write_types,
};

use crate::sample;

/// Every type of `definitions` in words, with what each property name means.
pub(crate) fn describe(definitions: &Definitions) -> BTreeMap<String, String> {
    let names = definitions.names();
    let types = definitions.types().map(|id| {
        let mut text = definitions.describe(id);
        let type_def = definitions.type_def(id).expect("every type can be decoded");
        for shape in &type_def.shapes {
            let mut properties: Vec<String> = shape
                .properties()
                .iter()
                .map(|it| {
                    let (name, partner) = (names.text(it.name), names.text(it.partner));
                    let element = names.text(shape.elements[usize::from(it.element)].name);
                    format!(
                        "{}: {name} ({partner}) is {element}, type {}",
                        shape.path, it.type_index
                    )
                })
                .collect();
            properties.sort();
            text.push_str(&properties.join("\n"));
        }
        (definitions.type_name(id).to_owned(), text)
    });
    types.collect()
}

/// The types of `definitions` through a pack, added to what `base` knows.
pub(crate) fn through_pack(definitions: &Definitions, base: &Definitions) -> Definitions {
    let types =
        write_types(definitions.type_defs(), definitions.names(), definitions.constraints());
    let pack = PackWriter::new(PackInfo::default()).section(SECTION, types).into_bytes();
    let mut builder = DefinitionsBuilder::new(base);
    builder.add_pack(&Pack::open(pack).unwrap()).unwrap();
    builder.build()
}

/// Compares type by type, so that a failure names the type.
pub(crate) fn assert_same(one: &Definitions, other: &Definitions) {
    let (one, other) = (describe(one), describe(other));
    assert!(one.keys().eq(other.keys()), "{:?} {:?}", one.keys(), other.keys());
    for (name, text) in one {
        assert_eq!(text, other[&name]);
    }
}

#[test]
fn a_pack_gives_back_what_went_into_it() {
    let compiled = sample::definitions();
    let decoded = through_pack(&compiled, &Definitions::default());
    assert_same(&compiled, &decoded);
    let model = decoded.find_type("http://example.org/model").unwrap();
    assert_eq!(
        decoded.describe(model),
        "http://example.org/model: logical, http://example.org/model\n\
         model.value[x] 1..3 string | Reference<http://p>(http://a http://b), modifier, summary, base max *, \
         at most 12 characters, extensible http://example.org/vs|1\n\
         model.part 0..* Element {model.part}\n\
         model.last 0..1 string, required http://example.org/vs|1\n\
         model.part.id 0..1 string, attribute\n\
         model.part.extension 0..* Extension\n\
         model.part.part 0..* Element {model.part}\n\
         model.part.deep 0..0 BackboneElement {model.part.deep}, base max *\n\
         model.part.deep.text 0..1 string\n"
    );
}

#[test]
fn the_same_types_make_the_same_bytes() {
    let compiled = sample::definitions();
    let decoded = through_pack(&compiled, &Definitions::default());
    let bytes =
        |it: &Definitions| write_types(it.type_defs(), it.names(), it.constraints()).into_bytes();
    assert_eq!(bytes(&compiled), bytes(&decoded));
}

#[test]
fn what_is_added_keeps_the_numbers_of_names() {
    let base = sample::definitions();
    let derived = through_pack(&base, &base);
    for (id, text) in base.names().iter() {
        assert_eq!(derived.names().text(id), text);
    }
    let string = derived.find_type("string").unwrap();
    assert_ne!(base.find_type("string"), Some(string), "the type added last counts");
    assert_eq!(derived.describe(string), base.describe(base.find_type("string").unwrap()));
    assert_eq!(derived.type_defs().count(), base.types().count());
}
