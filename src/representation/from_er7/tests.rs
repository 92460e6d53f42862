//! Messages and the trees that they become, written as JSON.

use std::fmt::Write;

use super::from_er7;
use crate::definitions::{Definitions, DefinitionsBuilder, View};
use crate::format::{Style, er7, json};
use crate::issue::Issues;
use crate::tree::{Limits, NodeId};

/// Models: each line is a name and its elements, `name[*] type` or `name {` ... `}` for a group; a name in capitals of
/// two letters is a data type.
const MODELS: &str = "
    ST =
    DTM =
    HD = c1:ST c2:ST
    CX = c1:ST c2:ST c3:ST c4:HD
    LOOP = c1:LOOP c2:ST
    MSH = f1:ST f2:ST f3:HD f4:ST f5:ST f6:ST f7:DTM f8:ST f9:ST
    PID = f1:ST f2:ST f3*:CX f4:ST f5:DTM
    PV1 = f1:ST f2:LOOP
    OBX = f1:ST f2:ST f3:ST f4:ST f5[x]*:ST|CX
    NTE = f1:ST
    ORC = f1:ST
    T_T01 = MSH:MSH P(PID:PID PV1?:PV1) O*(ORC:ORC NTE*:NTE R*(OBX:OBX NTE*:NTE)) DSC?:NTE
    V2Message = MSH:MSH PID*:PID Z*:ST
";

fn elements(path: &str, notation: &str, out: &mut Vec<String>) {
    let mut open = vec![path.to_owned()];
    for word in notation.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
        match word {
            "(" => {
                let last = out.last().and_then(|line: &String| line.split('"').nth(3)).unwrap();
                open.push(last.to_owned());
            }
            ")" => drop(open.pop()),
            _ => {
                let (name, types) = word.split_once(':').unwrap_or((word, "Element"));
                let max = if name.ends_with('*') { "*" } else { "1" };
                let min = u8::from(!name.ends_with(['*', '?']));
                let name = name.trim_end_matches(['*', '?']);
                let types: Vec<_> =
                    types.split('|').map(|code| format!(r#"{{"code":"{code}"}}"#)).collect();
                let path = open.last().unwrap();
                out.push(format!(
                    r#"{{"path":"{path}.{name}","min":{min},"max":"{max}","type":[{}]}}"#,
                    types.join(",")
                ));
            }
        }
    }
}

fn definitions() -> Definitions {
    let mut builder = DefinitionsBuilder::new(&Definitions::default());
    for line in MODELS.lines().filter_map(|line| line.trim().split_once(" =")) {
        let (name, notation) = line;
        let mut all = vec![format!(r#"{{"path":"{name}"}}"#)];
        elements(name, notation, &mut all);
        let kind = if notation.is_empty() { "primitive-type" } else { "logical" };
        let mut json = String::new();
        write!(
            json,
            r#"{{"url":"u/{name}","type":"{name}","kind":"{kind}","snapshot":{{"element":[{}]}}}}"#,
            all.join(",")
        )
        .unwrap();
        let names = Definitions::default().names().clone();
        let tree = json::parse(json, &names, &Limits::default(), &mut Issues::new(9));
        builder.add_definition(View::new(&tree, NodeId::ROOT)).unwrap();
    }
    builder.build()
}

/// Compares the tree of a message, without its header.
#[track_caller]
fn check(segments: &str, expected: &str) {
    let head = "MSH|^~\\&|||||||T^T01\r";
    check_whole(
        &format!("{head}{segments}"),
        &format!(
            r#"{{"resourceType":"T_T01","MSH":{{"f1":"|","f2":"^~\\&","f9":"T","f9_c2":"T01"}},{expected}}}"#
        ),
    );
}

#[track_caller]
fn check_whole(text: &str, expected: &str) {
    let parsed = er7::parse(text, &Limits::default(), &mut Issues::new(9));
    let tree = from_er7(parsed.text, &parsed.segments, &definitions());
    assert_eq!(json::write(&tree, NodeId::ROOT, Style::Compact), expected);
}

#[test]
fn fields_components_and_subcomponents() {
    check(
        "PID|1|a\\T\\b|17^^^A&1.2~18||2024\rPV1",
        r#""P":{"PID":{"f1":"1","f2":"a&b","f3":[{"c1":"17","c4":{"c1":"A","c2":"1.2"}},{"c1":"18"}],"f5":"2024"},"PV1":{}}"#,
    );
}

#[test]
fn null_is_not_absent() {
    check(
        "PID|\"\"||\"\"~~x^\"\"||\"\"^D",
        r#""P":{"PID":{"f1":null,"f3":[null,null,{"c1":"x","c2":null}],"f5":null,"f5_c2":"D"}}"#,
    );
}

#[test]
fn what_no_definition_has_is_kept() {
    check(
        "PID|1~2|a^b&c|x&y^^^^Q|||||new^n\rZZ1|own^2&3",
        r#""P":{"PID":{"f1":["1","2"],"f2":"a","f2_c2":"b&c","f3":[{"c1":"x","c5":"Q"}],"c1_c2":"y","f8":[{"c1":"new","c2":"n"}]},"Z":[{"f0":"ZZ1","f1":[{"c1":"own","c2":"2"}],"c2_c2":"3"}]}"#,
    );
}

#[test]
fn a_data_type_inside_itself_ends() {
    check("PV1||x", r#""P":{"PV1":{"f2":{"c1":{"c1":{"c1":{"c1":"x"}}}}}}"#);
    check(
        "PV1||x&z^y",
        r#""P":{"PV1":{"f2":{"c1":{"c1":{"c1":{"c1":{"c1":{"c1":"x"}}}},"c2":"z"},"c2":"y"}}}"#,
    );
}

#[test]
fn another_field_tells_the_data_type() {
    check(
        "ORC\rOBX||CX|||1^2\rOBX||ST|||a~b\rOBX||XX|||?",
        r#""O":[{"ORC":{},"R":[{"OBX":{"f2":"CX","f5CX":[{"c1":"1","c2":"2"}]}},{"OBX":{"f2":"ST","f5ST":["a","b"]}},{"OBX":{"f2":"XX","f5ST":["?"]}}]}]"#,
    );
}

#[test]
fn groups() {
    check(
        "PID\rORC|1\rNTE|a\rNTE|b\rOBX|1\rNTE|c\rOBX|2\rORC|2",
        r#""P":{"PID":{}},"O":[{"ORC":{"f1":"1"},"NTE":[{"f1":"a"},{"f1":"b"}],"R":[{"OBX":{"f1":"1"},"NTE":[{"f1":"c"}]},{"OBX":{"f1":"2"}}]},{"ORC":{"f1":"2"}}]"#,
    );
}

#[test]
fn misplaced_segments_find_their_group() {
    // Without what its group begins with.
    check("OBX|1", r#""O":[{"R":[{"OBX":{"f1":"1"}}]}]"#);
    // Behind what it should come before.
    check("ORC|1\rPV1|1", r#""O":[{"ORC":{"f1":"1"}}],"P":{"PV1":{"f1":"1"}}"#);
}

#[test]
fn an_unknown_structure_is_flat_and_a_file_is_a_list() {
    let one = r#"{"resourceType":"V2Message","MSH":{"f1":"|","f2":"^~\\&"},"PID":[{"f1":"1"},{"f1":"2"}]}"#;
    check_whole("MSH|^~\\&|\rPID|1\rPID|2", one);
    let text = "BHS|^~\\&\rMSH|^~\\&|\rPID|1\rPID|2\rMSH|^~\\&|\rPID|1\rPID|2\rBTS|2";
    check_whole(text, &format!("[{one},{one}]"));
    check_whole("", "null");
}
