//! Small differentials over a small base.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Sources, generate};
use crate::definitions::View;
use crate::format::json;
use crate::issue::Issues;
use crate::tree::{Limits, Names, NodeId, Tree};

struct Library(BTreeMap<String, Arc<Tree>>);

impl Sources for Library {
    fn find(&self, canonical: &str) -> Option<Arc<Tree>> {
        self.0.get(canonical).cloned()
    }
}

fn parse(json: &str) -> Arc<Tree> {
    let text = json.replace('\'', "\"");
    let mut issues = Issues::new(1);
    let tree = json::parse(text, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    assert!(!issues.has_error(), "{json}");
    Arc::new(tree)
}

fn core(name: &str, elements: &str) -> (String, Arc<Tree>) {
    let url = format!("http://hl7.org/fhir/StructureDefinition/{name}");
    let json = format!(
        "{{'url':'{url}','type':'{name}','derivation':'specialization','version':'5.0.0',
        'snapshot':{{'element':[{{'path':'{name}','min':0,'max':'*'}},{elements}]}}}}"
    );
    (url, parse(&json))
}

fn library() -> Library {
    let element =
        "{'path':'$.id','min':0,'max':'1','base':{'path':'Element.id'},'type':[{'code':'string'}]},
        {'path':'$.extension','min':0,'max':'*','type':[{'code':'Extension'}]}";
    let with =
        |name: &str, more: &str| core(name, &format!("{}{more}", element.replace('$', name)));
    Library(BTreeMap::from([
        with("Element", ""),
        with("string", ""),
        with("Coding", ",{'path':'Coding.code','min':0,'max':'1','type':[{'code':'code'}]}"),
        with(
            "Extension",
            ",{'path':'Extension.url','min':1,'max':'1','type':[{'code':'uri'}]},
            {'path':'Extension.value[x]','min':0,'max':'1','type':[{'code':'string'},{'code':'Coding'}]}",
        ),
        core(
            "Thing",
            "{'path':'Thing.name','min':0,'max':'1','definition':'See [it](it.html).','type':[{'code':'string'}]},
            {'path':'Thing.tag','min':0,'max':'*','type':[{'code':'Coding'}]},
            {'path':'Thing.extension','min':0,'max':'*','type':[{'code':'Extension'}]},
            {'path':'Thing.part','min':0,'max':'*','type':[{'code':'BackboneElement'}]},
            {'path':'Thing.part.value[x]','min':0,'max':'1','type':[{'code':'string'},{'code':'Coding'}]},
            {'path':'Thing.part.part','min':0,'max':'*','contentReference':'#Thing.part'}",
        ),
    ]))
}

/// Generates over `Thing` and compares the elements that `shown` is part of the id of, as
/// `id min..max types`, then the messages.
#[track_caller]
fn check(differential: &[&str], shown: &str, expected: &[&str]) {
    let elements: Vec<String> = differential.iter().map(|it| format!("{{{it}}}")).collect();
    let definition = parse(&format!(
        "{{'url':'u','type':'Thing','derivation':'constraint',
        'baseDefinition':'http://hl7.org/fhir/StructureDefinition/Thing','differential':{{'element':[{}]}}}}",
        elements.join(",")
    ));
    let made = generate(View::new(&definition, NodeId::ROOT), &library());
    let root = View::new(&made.tree, NodeId::ROOT);
    let elements = root
        .object("snapshot")
        .into_iter()
        .flat_map(|it| it.objects("element").collect::<Vec<_>>());
    let line = |element: View<'_>| {
        let types: Vec<&str> = element.objects("type").filter_map(|it| it.text("code")).collect();
        let text = |name| element.text(name).unwrap_or_default();
        let min = element.number("min").unwrap_or(0);
        format!("{} {min}..{} {}", text("id"), text("max"), types.join("|")).trim_end().to_owned()
    };
    let mut lines: Vec<String> = elements
        .filter(|element| element.text("id").is_some_and(|id| id.contains(shown)))
        .map(line)
        .collect();
    lines.extend(made.messages.iter().map(|it| format!("{}: {}", it.id, it.problem)));
    assert_eq!(lines, expected);
}

#[test]
fn what_the_differential_says_is_put_on_the_base() {
    check(
        &["'path':'Thing.name','min':1", "'path':'Thing.part','max':'3'"],
        "Thing",
        &[
            "Thing 0..*",
            "Thing.name 1..1 string",
            "Thing.tag 0..* Coding",
            "Thing.extension 0..* Extension",
            "Thing.part 0..3 BackboneElement",
            "Thing.part.value[x] 0..1 string|Coding",
            "Thing.part.part 0..*",
        ],
    );
}

#[test]
fn what_is_below_comes_from_the_type_or_from_what_a_reference_leads_to() {
    check(
        &["'path':'Thing.tag.code','min':1"],
        "Thing.tag",
        &[
            "Thing.tag 0..* Coding",
            "Thing.tag.id 0..1 string",
            "Thing.tag.extension 0..* Extension",
            "Thing.tag.code 1..1 code",
        ],
    );
    check(
        &["'path':'Thing.part.part.part','max':'0'"],
        "Thing.part.part",
        &[
            "Thing.part.part 0..* BackboneElement",
            "Thing.part.part.value[x] 0..1 string|Coding",
            "Thing.part.part.part 0..0",
        ],
    );
}

#[test]
fn slices_come_after_their_element_and_slices_of_slices_after_theirs() {
    let slicing = "'slicing':{'discriminator':[{'type':'value','path':'code'}],'rules':'open'}";
    check(
        &[
            &format!("'path':'Thing.tag',{slicing}"),
            "'path':'Thing.tag','sliceName':'a','max':'2'",
            "'path':'Thing.tag','sliceName':'b','min':1",
            "'path':'Thing.tag','sliceName':'a/x','max':'1'",
            "'path':'Thing.tag.code','min':1",
        ],
        "Thing.tag",
        &[
            "Thing.tag 0..* Coding",
            "Thing.tag:a 0..2 Coding",
            "Thing.tag:a/x 0..1 Coding",
            "Thing.tag:a/x.id 0..1 string",
            "Thing.tag:a/x.extension 0..* Extension",
            "Thing.tag:a/x.code 1..1 code",
            "Thing.tag:b 1..* Coding",
        ],
    );
    check(
        &["'path':'Thing.tag','sliceName':'a'"],
        "Thing.tag:a",
        &[
            "Thing.tag:a 0..* Coding",
            "Thing.tag: there are slices, but no `slicing` that says what tells them apart",
        ],
    );
}

#[test]
fn a_choice_by_name_is_a_slice_by_type() {
    check(
        &["'path':'Thing.part.valueCoding.code','min':1"],
        "value[x]",
        &[
            "Thing.part.value[x] 0..1 string|Coding",
            "Thing.part.value[x]:valueCoding 0..1 Coding",
            "Thing.part.value[x]:valueCoding.id 0..1 string",
            "Thing.part.value[x]:valueCoding.extension 0..* Extension",
            "Thing.part.value[x]:valueCoding.code 1..1 code",
        ],
    );
    check(
        &["'path':'Thing.part.valueCoding','min':1"],
        "value[x]",
        &["Thing.part.value[x] 1..1 Coding", "Thing.part.value[x]:valueCoding 1..1 Coding"],
    );
}

#[test]
fn extensions_are_sliced_by_url_whether_or_not_it_is_said() {
    check(
        &["'path':'Thing.extension','sliceName':'x','min':1,'max':'1'"],
        "Thing.extension",
        &["Thing.extension 1..* Extension", "Thing.extension:x 1..1 Extension"],
    );
}

#[test]
fn the_order_is_that_of_the_base_and_another_is_said() {
    check(
        &["'path':'Thing.tag','min':1", "'path':'Thing.name','min':1"],
        "Thing.name",
        &[
            "Thing.name 1..1 string",
            "Thing.name: `Thing.name` stands after an element that comes later in the base",
        ],
    );
}

#[test]
fn what_widens_the_base_is_said() {
    check(
        &[
            "'path':'Thing.name','max':'*'",
            "'path':'Thing.tag','type':[{'code':'string'}]",
            "'path':'Thing.nose'",
        ],
        "Thing.nose",
        &[
            "Thing.name: `max` is *, more than 1 in the base",
            "Thing.tag: the base does not allow the type `string`",
            "Thing.nose: the base has no element `Thing.nose`",
        ],
    );
}

#[test]
fn links_of_the_specification_lead_there() {
    let definition = parse(
        "{'url':'u','type':'Thing','baseDefinition':'http://hl7.org/fhir/StructureDefinition/Thing'}",
    );
    let made = generate(View::new(&definition, NodeId::ROOT), &library());
    assert!(made.tree.text().contains("[it](http://hl7.org/fhir/R5/it.html)"));
}

#[test]
fn a_circle_of_bases_ends() {
    let tree =
        parse("{'url':'u','type':'Thing','baseDefinition':'u','differential':{'element':[]}}");
    let library = Library(BTreeMap::from([("u".to_owned(), tree.clone())]));
    let made = generate(View::new(&tree, NodeId::ROOT), &library);
    let messages: Vec<String> = made.messages.iter().map(|it| it.problem.to_string()).collect();
    assert_eq!(messages, ["`u` builds on itself"]);
}

#[test]
fn in_a_slice_a_choice_by_name_says_which_type_it_has_there() {
    let slicing = "'slicing':{'discriminator':[{'type':'value','path':'value'}],'rules':'open'}";
    let sliced = format!("'path':'Thing.part',{slicing}");
    let slice = "'id':'Thing.part:a','path':'Thing.part','sliceName':'a'";
    let below =
        |name: &str| format!("'id':'Thing.part:a.{name}','path':'Thing.part.{name}','min':1");
    check(
        &[&sliced, slice, &below("valueCoding")],
        "part:a.value",
        &["Thing.part:a.value[x] 1..1 Coding"],
    );
    check(
        &[
            &sliced,
            slice,
            &below("valueCoding").replace('1', "0"),
            &below("valueString").replace('1', "0"),
        ],
        "part:a.value",
        &[
            "Thing.part:a.value[x] 0..1 string|Coding",
            "Thing.part:a.value[x]:valueCoding 0..1 Coding",
            "Thing.part:a.value[x]:valueString 0..1 string",
        ],
    );
}

#[test]
fn what_is_said_twice_is_no_slice_and_a_mistake() {
    check(
        &["'path':'Thing.tag','min':1", "'path':'Thing.tag','max':'1'"],
        "Thing.tag",
        &["Thing.tag 1..1 Coding", "Thing.tag: `Thing.tag` is there twice, and is no slice"],
    );
}

#[test]
fn obligations_add_up_and_say_where_they_come_from() {
    let obligation = |code: &str| {
        format!(
            "{{'url':'http://hl7.org/fhir/StructureDefinition/obligation','extension':[{{'url':'code','valueCode':'{code}'}}]}}"
        )
    };
    let definition = |url: &str, base: &str, obligations: &str| {
        parse(&format!(
            "{{'url':'{url}','version':'1','type':'Thing','derivation':'constraint','baseDefinition':'{base}',
            'differential':{{'element':[{{'path':'Thing.tag','extension':[{obligations}]}}]}}}}"
        ))
    };
    let mut library = library();
    let core = "http://hl7.org/fhir/StructureDefinition/Thing";
    let both = format!("{},{}", obligation("a"), obligation("b"));
    library.0.insert("u".to_owned(), definition("u", core, &both));
    let tree = definition("v", "u", &obligation("c"));
    let made = generate(View::new(&tree, NodeId::ROOT), &library);
    let text = made.tree.text();
    let snapshot = text.split(r#""differential""#).next().unwrap_or_default();
    let sources =
        |canonical: &str| snapshot.matches(&format!(r#""valueCanonical":"{canonical}""#)).count();
    assert_eq!((sources("u|1"), sources("v|1")), (2, 1), "{snapshot}");
}
