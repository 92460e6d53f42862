//! Maps run through the engine, on the definitions of R4: each case is the rules of one map, a source, and
//! what comes out.

use std::sync::LazyLock;

use fhirkiln::engine::{Engine, MapPlace, PackBuilder, PackInfo, Style, TransformOptions};
use fhirkiln::tree::{NodeId, Tree, pointer};

static ENGINE: LazyLock<Option<Engine>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/r4.pack");
    let bytes = std::fs::read(path).ok()?;
    Some(Engine::builder().pack(bytes).build().expect("the pack is what was built"))
});

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p1","active":true,
    "name":[{"use":"official","family":"Chalmers","given":["Peter","James"]},{"use":"usual","given":["Jim"]}],
    "_gender":{"extension":[{"url":"http://x","valueString":"y"}]},"gender":"male",
    "telecom":[{"system":"phone","value":"1","rank":1},{"system":"email","value":"a@b"}],
    "birthDate":"1974-12-25","multipleBirthInteger":2,
    "contact":[{"name":{"family":"du Marché"},"gender":"female"}]}"#;

/// A map from `source` to `target` with this first group and perhaps others.
fn map(source: &str, target: &str, rules: &str) -> String {
    let (rules, rest) = rules.split_once("---").unwrap_or((rules, ""));
    let (head, rules) = rules.split_once("===").unwrap_or(("", rules));
    format!(
        "map 'http://m' = 'm'\n{head}\nuses 'http://hl7.org/fhir/StructureDefinition/{source}' alias S as source\n\
         uses 'http://hl7.org/fhir/StructureDefinition/{target}' alias T as target\n\
         group first(source src : S, target tgt : T) {{ {rules} }}\n{rest}"
    )
}

struct Run {
    json: String,
    codes: Vec<&'static str>,
    messages: Vec<String>,
}

fn run(engine: &Engine, map: &str, input: &str) -> Run {
    let map = engine.parse_map(map).unwrap_or_else(|error| panic!("{map}\n{error}"));
    let mapping = engine.compile_map(map);
    let options = TransformOptions::default();
    let made = engine.transform(&mapping, input, &options).expect("the source is sound");
    let issues = mapping.issues().iter().chain(&made.report.issues);
    Run {
        json: made.json(Style::Compact).unwrap_or_default(),
        codes: issues.clone().map(|issue| issue.code.as_str()).collect(),
        messages: issues
            .map(|issue| format!("{} @{}", issue.message(false), issue.expression))
            .collect(),
    }
}

/// From a patient to a resource of that type: what is in the result besides `resourceType`.
#[track_caller]
fn check_to(target: &str, rules: &str, expected: &str) {
    let Some(engine) = &*ENGINE else { return };
    let run = run(engine, &map("Patient", target, rules), PATIENT);
    let comma = if expected.is_empty() { "" } else { "," };
    let expected = format!(r#"{{"resourceType":"{target}"{comma}{expected}}}"#);
    assert_eq!((run.json, run.messages), (expected, Vec::<String>::new()), "{rules}");
}

#[track_caller]
fn check(rules: &str, expected: &str) {
    check_to("Patient", rules, expected);
}

/// What is said, as code and message.
#[track_caller]
fn check_issue(rules: &str, code: &str, message: &str) {
    let Some(engine) = &*ENGINE else { return };
    let run = run(engine, &map("Patient", "Patient", rules), PATIENT);
    assert_eq!((run.codes, run.messages), (vec![code], vec![message.to_owned()]), "{rules}");
}

#[test]
fn conditions_see_an_element_that_has_extensions_only() {
    check(
        "src -> tgt.gender as g, g.extension as x, x.url = 'http://x', x.valueString = 'y' 'a';
         src where %tgt.gender.exists() -> tgt.active = true 'b';",
        r#""active":true,"_gender":{"extension":[{"url":"http://x","valueString":"y"}]}"#,
    );
}

#[test]
fn values_are_copied_and_constants_put() {
    check("src.birthDate as v -> tgt.birthDate = v;", r#""birthDate":"1974-12-25""#);
    check("src -> tgt.gender = 'female', tgt.active = true;", r#""active":true,"gender":"female""#);
    check("src.active as v -> tgt.active = v;", r#""active":true"#);
    check("src.photo as v -> tgt.active = true;", "");
    check(
        "src.name as n -> tgt.name = n;",
        r#""name":[{"use":"official","family":"Chalmers","given":["Peter","James"]},{"use":"usual","given":["Jim"]}]"#,
    );
    check(
        "src.gender as v -> tgt.gender = v;",
        r#""gender":"male","_gender":{"extension":[{"url":"http://x","valueString":"y"}]}"#,
    );
    check(
        "src.name first as n -> tgt.name as m, m.given = 'A', m.given = 'B', m.family = (n.family & '!');",
        r#""name":[{"family":"Chalmers!","given":["A","B"]}]"#,
    );
}

#[test]
fn the_short_form_copies_or_calls_the_default_group() {
    check(
        "src.active -> tgt.active; src.telecom -> tgt.telecom;",
        r#""active":true,"telecom":[{"system":"phone","value":"1","rank":1},{"system":"email","value":"a@b"}]"#,
    );
    check("src.multipleBirth -> tgt.multipleBirth;", r#""multipleBirthInteger":2"#);
    check(
        "src.contact -> tgt.contact;",
        r#""contact":[{"name":{"family":"du Marché"},"gender":"female"}]"#,
    );
    check(
        "src.name -> tgt.name; --- group n(source s : HumanName, target t : HumanName) <<type+>> { s.family -> t.text; }",
        r#""name":[{"text":"Chalmers"}]"#,
    );
    check(
        "src.birthDate -> tgt.birthDate; --- group d(source s : date, target t : date) <<types>> { s.value as v -> t.value = (v + 1 year); }",
        r#""birthDate":"1975-12-25""#,
    );
    check_issue(
        "src.contact as c then { c.name -> tgt.telecom; };",
        "map-default",
        "No group says how a `HumanName` becomes `Patient.telecom` (rule `first: c.name`) @Patient.contact[0].name",
    );
}

#[test]
fn sources_are_filtered_and_counted() {
    check("src.telecom as t where (system = 'email') -> tgt.id = (t.value);", r#""id":"a@b""#);
    check("src.telecom as t where %t.system = 'phone' -> tgt.id = (value);", r#""id":"1""#);
    check("src.name first as n then { n.given last as g -> tgt.id = g; };", r#""id":"James""#);
    check("src.name not_first as n then { n.given as g -> tgt.id = g; };", r#""id":"Jim""#);
    check("src.photo default ('x') as v -> tgt.id = v;", r#""id":"x""#);
    check("src.multipleBirth : boolean as v -> tgt.active = v;", "");
    check(
        "src.multipleBirth : integer as v -> tgt.multipleBirth = v;",
        r#""multipleBirthInteger":2"#,
    );
    check(
        "src.name as n, src.telecom as t where rank.exists() -> tgt.contact as c, c.name = n, c.telecom = t;",
        r#""contact":[{"name":{"use":"official","family":"Chalmers","given":["Peter","James"]},"telecom":[{"system":"phone","value":"1","rank":1}]},{"name":{"use":"usual","given":["Jim"]},"telecom":[{"system":"phone","value":"1","rank":1}]}]"#,
    );
    check_issue(
        "src.name only_one as n -> tgt.id = 'x';",
        "map-cardinality",
        "The map expects `0..1` values of `name`, there are 2 (rule `first: src.name`) @Patient",
    );
    check_issue(
        "src.photo 1..1 as n -> tgt.id = 'x';",
        "map-cardinality",
        "The map expects `1..1` values of `photo`, there are 0 (rule `first: src.photo`) @Patient",
    );
    check_issue(
        "src.birthDate as b check (b > @2000) -> tgt.birthDate = b \"born\";",
        "map-check",
        "The map expects `b > @2000` (rule `first: born`) @Patient.birthDate",
    );
    check_issue(
        "src.birthDate as b log ('saw ' & b.toString());",
        "map-log",
        "`saw 1974-12-25` (rule `first: src.birthDate`) @Patient.birthDate",
    );
}

#[test]
fn any_number_of_rules_is_run_in_their_order() {
    let rule = |number: usize| {
        let element = ["gender", "name", "birthDate"][number % 3];
        format!("src.{element} as v{number} -> tgt.telecom as t, t.value = '{number}' 'r{number}';")
    };
    let rules: String = (0..200).map(rule).collect();
    let values = (0..200).flat_map(|number| {
        // A patient with two names.
        let value = format!(r#"{{"value":"{number}"}}"#);
        std::iter::repeat_n(value, if number % 3 == 1 { 2 } else { 1 })
    });
    let expected = values.collect::<Vec<_>>().join(",");
    check(&rules, &format!(r#""telecom":[{expected}]"#));
}

#[test]
fn choices_follow_the_type_of_the_value() {
    check_to("Observation", "src -> tgt.value = 'x';", r#""valueString":"x""#);
    check_to(
        "Observation",
        "src -> tgt.value = create('Quantity') as q, q.value = 5.0;",
        r#""valueQuantity":{"value":5.0}"#,
    );
    check_to(
        "Observation",
        "src -> tgt.value = (4 'mg');",
        r#""valueQuantity":{"value":4,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}"#,
    );
    check_to(
        "Observation",
        "src -> tgt.value = (@2020-01-01T10:00:00Z);",
        r#""valueDateTime":"2020-01-01T10:00:00Z""#,
    );
    check_to("Observation", "src.active as v -> tgt.value = v;", r#""valueBoolean":true"#);
    check_to("Observation", "src -> tgt.valueString = 'x';", r#""valueString":"x""#);
    check_issue(
        "src -> tgt.deceased as d, d.value = true;",
        "map-choice",
        "`Patient.deceased[x]` can be of several types: `create` says which (rule `first: src`) @Patient",
    );
}

#[test]
fn transforms() {
    check("src.birthDate as v -> tgt.id = truncate(v, 4);", r#""id":"1974""#);
    check("src.name first as n -> tgt.id = append('a', n, '-', 'b');", r#""id":"a-b""#);
    check("src.active as v -> tgt.id = cast(v, 'string');", r#""id":"true""#);
    check(
        "src -> tgt.maritalStatus = cc('M'), tgt.communication as c, c.language = cc('s', 'c', 'd');",
        r#""maritalStatus":{"text":"M"},"communication":[{"language":{"coding":[{"system":"s","code":"c","display":"d"}]}}]"#,
    );
    check(
        "src -> tgt.identifier = id('s', 'v', 'MR'), tgt.telecom = cp('a@b'), tgt.telecom = cp('fax', '1');",
        r#""identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"s","value":"v"}],"telecom":[{"system":"email","value":"a@b"},{"system":"fax","value":"1"}]"#,
    );
    check_to(
        "Observation",
        "src -> tgt.value = qty('<5.4 mg');",
        r#""valueQuantity":{"value":5.4,"comparator":"<","unit":"mg"}"#,
    );
    check_to(
        "Observation",
        "src -> tgt.value = qty('5', 'mg', 's', 'c'), tgt.code = cc('x');",
        r#""code":{"text":"x"},"valueQuantity":{"value":5,"unit":"mg","system":"s","code":"c"}"#,
    );
    check_to(
        "Observation",
        "src -> tgt.effective = dateOp('202001311030', '+01:00') ;",
        r#""effectiveDateTime":"2020-01-31T10:30:00+01:00""#,
    );
    check_to(
        "Observation",
        "src -> tgt.issued = dateOp('20200131103000-0500');",
        r#""issued":"2020-01-31T10:30:00-05:00""#,
    );
    check_to(
        "Observation",
        "src -> tgt.subject = create('Reference') as r, r.reference = reference(src);",
        r#""subject":{"reference":"Patient/p1"}"#,
    );
    check(
        "src.id as i -> tgt.id = uuid(i, 'x');",
        r#""id":"453aea79-ab62-533a-b56d-a50e5bbcadb0""#,
    );
    check("src -> tgt.birthDate = dateOp('20200131103000+0100');", r#""birthDate":"2020-01-31""#);
    check("src -> tgt.id = escape('a b', 'url');", r#""id":"a%20b""#);
    check(
        "src -> tgt.contained = create('Organization') as o, o.id = 'o', tgt.managingOrganization as r, r.reference = pointer(o);",
        r#""contained":[{"resourceType":"Organization","id":"o"}],"managingOrganization":{"reference":"urn:uuid:o"}"#,
    );
    check_issue(
        "src -> tgt.managingOrganization as r, r.reference = reference(tgt);",
        "map-reference",
        "There is nothing that a reference could name: the resource has no `id` (rule `first: src`) @Patient",
    );
    check_issue(
        "src -> tgt.multipleBirthInteger = 'x';",
        "map-value",
        "`x` cannot be a value of `integer` (rule `first: src`) @Patient",
    );
}

#[test]
fn codes_are_translated() {
    const MAPS: &str = "conceptmap '#g' { prefix a = 'http://a' prefix b = 'http://b' a:male == b:M a:female - b:F } ===";
    let with_maps = |rules: &str| format!("{MAPS} {rules}");
    check(&with_maps("src.gender as g -> tgt.id = translate(g, '#g', 'code');"), r#""id":"M""#);
    check(
        &with_maps("src.gender as g -> tgt.maritalStatus = translate(g, '#g', 'CodeableConcept');"),
        r#""maritalStatus":{"coding":[{"system":"http://b","code":"M"}]}"#,
    );
    check_issue(
        &with_maps("src -> tgt.id = translate('x', '#g', 'code');"),
        "map-translate",
        "The concept map `#g` says nothing of `x` (rule `first: src`) @Patient",
    );
    check_issue(
        "src -> tgt.id = translate('x', 'http://none', 'code');",
        "map-concept-map",
        "Not translated: the concept map `http://none` is not here (rule `first: src`) @Patient",
    );
}

#[test]
fn groups_call_extend_and_import() {
    check(
        "src.name first as n -> tgt.name as m then name(n, m); --- group name(source n, target m) { n.family as f -> m.text = f; }",
        r#""name":[{"text":"Chalmers"}]"#,
    );
    check(
        "src then b(src, tgt); --- group a(source s, target t) { s -> t.id = 'a'; } group b(source s, target t) extends a { s -> t.language = 'b'; }",
        r#""id":"a","language":"b""#,
    );
    check(
        "let greeting = 'hi'; let twice = greeting & greeting; === src -> tgt.id = twice, tgt.language = (%greeting.upper());",
        r#""id":"hihi","language":"HI""#,
    );
    check(
        "src.name as n -> tgt.contact as c share one, c.telecom as t, t.value = (n.use);",
        r#""contact":[{"telecom":[{"value":"official"},{"value":"usual"}]}]"#,
    );
    check(
        "src.name as n -> tgt.contact as c collate, c.telecom as t, t.value = (n.use);",
        r#""contact":[{"telecom":[{"value":"official"},{"value":"usual"}]}]"#,
    );
    check(
        "src.name as n -> tgt.telecom as t first, t.value = (n.use); src -> tgt.telecom as t last, t.value = 'z'; src -> tgt.telecom as t, t.value = 'm';",
        r#""telecom":[{"value":"official"},{"value":"usual"},{"value":"m"},{"value":"z"}]"#,
    );
    check("src -> ('x' & 'y') as v, tgt.id = v;", r#""id":"xy""#);
    check("src -> tgt.id = 'a', tgt.language = (%tgt.id & 'b');", r#""id":"a","language":"ab""#);
    check(
        "src -> tgt.name as n, n.period.start = '2020', n.period.end = '2021';",
        r#""name":[{"period":{"start":"2020","end":"2021"}}]"#,
    );
    let Some(engine) = &*ENGINE else { return };
    let library =
        "map 'http://m/lib' = 'lib' group n(source s, target t) { s.family as f -> t.text = f; }";
    let engine = engine.with().map(library).build().expect("a map");
    let rules = "imports 'http://m/*' === src.name first as s -> tgt.name as t then n(s, t);";
    let run = run(&engine, &map("Patient", "Patient", rules), PATIENT);
    assert_eq!(run.json, r#"{"resourceType":"Patient","name":[{"text":"Chalmers"}]}"#);
    assert_eq!(run.messages, Vec::<String>::new());
}

#[test]
fn a_profile_stands_for_the_type_that_it_is_on() {
    let Some(engine) = &*ENGINE else { return };
    let profile = r#"{"resourceType":"StructureDefinition","url":"http://x/P","name":"P","status":"active","kind":"resource",
        "abstract":false,"type":"Patient","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
        "snapshot":{"element":[{"id":"Patient","path":"Patient","min":0,"max":"*"}]}}"#;
    let engine = engine.with().resource(profile).build().expect("a profile");
    let map = "uses 'http://x/P' alias P as target group g(source s : Patient, target t : P) { s.id as i -> t.id = i; }";
    let made = run(&engine, map, PATIENT);
    assert_eq!(
        (made.json.as_str(), made.messages),
        (r#"{"resourceType":"Patient","id":"p1"}"#, Vec::new())
    );
}

#[test]
fn mistakes_are_found_before_a_map_is_run() {
    check_issue(
        "src.nam as n -> tgt.id = n;",
        "map-element",
        "`Patient` has no element `nam`: is `name` meant? @first",
    );
    check_issue(
        "src -> tgt.nam as n;",
        "map-element",
        "`Patient` has no element `nam`: is `name` meant? @first",
    );
    check_issue(
        "sr.name as n -> tgt.id = n;",
        "map-variable",
        "There is no variable `sr` here: is `src` meant? @first",
    );
    check_issue("src -> tgt.id = x;", "map-variable", "There is no variable `x` here @first");
    check_issue("src then nothing(src, tgt);", "map-group", "There is no group `nothing` @first");
    check_issue(
        "src then first(src);",
        "map-arguments",
        "`first` takes `2` arguments, there are 1 @first",
    );
    check_issue(
        "src -> tgt.id = truncate(src);",
        "map-arguments",
        "`truncate` takes `2` arguments, there are 1 @first",
    );
    check_issue(
        "src -> tgt.contained = create('Patint');",
        "map-type",
        "There is no type `Patint`: is `Patient` meant? @first",
    );
    check_issue(
        "src where (a.b(1)) -> tgt.id = 'x';",
        "map-expression",
        "The expression `a.b(1)` has no meaning: `There is no function `b`` @first",
    );
    check_issue(
        "src then first(tgt, src);",
        "map-mode",
        "`src` is read: what is written to has to be a variable that is made @first",
    );
    check_issue(
        "imports 'http://none' === src -> tgt.active = true;",
        "map-import",
        "There is no map here for the import `http://none` @",
    );
    check_issue(
        "--- group a(source s, target t) extends a {}",
        "map-circle",
        "The group `a` extends itself @a",
    );
}

#[test]
fn a_pack_carries_maps() {
    let Some(engine) = &*ENGINE else { return };
    let mut builder = PackBuilder::new(PackInfo { name: "maps".to_owned(), ..PackInfo::default() });
    let text = map("Patient", "Patient", "src.id as i -> tgt.id = i, tgt.language = 'en';");
    builder.add_map("m.map", &text).expect("a map");
    let pack = builder.build().expect("a pack").bytes;
    let engine = engine.with().pack(pack).build().expect("the pack that was built");
    assert_eq!(engine.maps().urls().collect::<Vec<_>>(), ["http://m"]);
    let mapping = engine.mapping("http://m").expect("the map of the pack");
    let made = engine.transform(&mapping, PATIENT, &TransformOptions::default()).expect("sound");
    let expected = r#"{"resourceType":"Patient","id":"p1","language":"en"}"#;
    assert_eq!(made.json(Style::Compact).as_deref(), Some(expected));
}

#[test]
fn lineage_says_where_a_rule_stands_in_a_map_that_is_text() {
    let Some(engine) = &*ENGINE else { return };
    let rule = "src.name as n -> tgt.name = n;";
    let text = format!("// \u{1f4a1}\n{}", map("Patient", "Patient", rule));
    let source = r#"{"resourceType":"Patient","name":[{"family":"A"}]}"#;
    let options = TransformOptions { lineage: true, ..TransformOptions::default() };
    let places = |mapping| {
        let origins = engine.transform(&mapping, source, &options).expect("sound").origins();
        origins.into_iter().map(|it| it.rule_at).collect::<Vec<_>>()
    };
    let line = text.lines().position(|line| line.contains(rule)).expect("there") as u32 + 1;
    let before = text.lines().nth(line as usize - 1).expect("a line").find(rule).expect("there");
    let length = rule.len() as u32 - 1; // without `;`
    let place = MapPlace { line, column: before as u32 + 1, length };
    assert_eq!(places(engine.mapping_of(&text).expect("a map")), [Some(place)]);
    assert_eq!(places(engine.compile_map(engine.parse_map(&text).expect("a map"))), [None]);
}

#[test]
fn lineage_says_where_everything_comes_from() {
    let Some(engine) = &*ENGINE else { return };
    let rules = "src.name as n -> tgt.name as m then { n.family as f -> m.family = f \"family\"; n.given as g -> m.text = (g & '.') \"given\"; };\
        src where (gender = 'male') -> tgt.active = true \"active\";";
    let mapping =
        engine.compile_map(engine.parse_map(&map("Patient", "Patient", rules)).expect("a map"));
    let source = r#"{"resourceType":"Patient","gender":"male","name":[{"use":"usual","family":"A","given":["B"]}]}"#;
    let options = TransformOptions { lineage: true, ..TransformOptions::default() };
    let made = engine.transform(&mapping, source, &options).expect("sound");
    let (result, lineage) = (made.tree.expect("a result"), made.lineage.expect("asked for"));
    let tree = made.report.tree();
    let mut found = Vec::new();
    let mut open = vec![NodeId::ROOT];
    while let Some(node) = open.pop() {
        let children: Vec<NodeId> = result.children(node).collect();
        open.extend(children.into_iter().rev());
        if let Some(origin) = lineage.origin(node) {
            let rule = origin.rule().and_then(|rule| mapping.program().rule(rule)).expect("a rule");
            let from = origin.source().map(|source| pointer(tree, source));
            found.push(format!(
                "{} {} {}",
                pointer(&result, node),
                rule.name,
                from.unwrap_or_default()
            ));
        }
    }
    assert_eq!(
        found,
        [
            "/active active ",
            "/name/0 src.name /name/0",
            "/name/0/text given /name/0/given/0",
            "/name/0/family family /name/0/family",
        ]
    );
    let leaves = ["gender", "name/0/use", "name/0/family", "name/0/given/0"];
    let taken = |path: &str| lineage.is_taken(find(tree, path));
    assert_eq!(leaves.map(taken), [true, false, true, true]);
    let unmapped: Vec<String> = lineage.unmapped(tree).map(|node| pointer(tree, node)).collect();
    assert_eq!(unmapped, ["/name/0/use"]);
}

/// The node at a JSON Pointer.
fn find(tree: &Tree, path: &str) -> NodeId {
    path.split('/').fold(NodeId::ROOT, |node, step| match step.parse::<usize>() {
        Ok(index) => tree.children(node).nth(index).expect(path),
        Err(_) => tree.child(node, step).expect(path),
    })
}

#[test]
fn circles_are_stopped() {
    check_issue(
        "src then first(src, tgt);",
        "limit-map",
        "The map was stopped after 100 `groups inside each other` (rule `first: src`) @Patient",
    );
}
