//! One table of narratives and what is found in them: `offset code`, joined by commas.

use super::*;
use crate::issue::Issue;
use crate::text::Span;

/// Checks a narrative; offsets count from the start of `inner`.
#[track_caller]
fn check(inner: &str, expected: &str) {
    let start = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";
    let found = show(&format!("{start}{inner}</div>"), start.len());
    assert_eq!(found, expected, "{inner:?}");
}

#[track_caller]
fn check_whole(value: &str, expected: &str) {
    assert_eq!(show(value, 0), expected, "{value:?}");
}

fn show(value: &str, from: usize) -> String {
    let show = |p: Problem| format!("{} {}", p.offset.saturating_sub(from), p.code.as_str());
    super::check(value).into_iter().map(show).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check_message(inner: &str, expected: &str) {
    let value = format!("<div xmlns=\"{NAMESPACE}\">{inner}</div>");
    let problem = super::check(&value).remove(0);
    let issue = Issue::new(problem.code, Span::default(), String::new(), problem.args);
    assert_eq!(issue.message(false), expected);
}

#[test]
fn takes_what_the_specification_allows() {
    check("text", "");
    check("<p>a <b>b</b><br/><a href='http://x.org/?a=1&amp;b=2' name='x'>c</a></p>", "");
    check("<table class='g' border='0'><tr><td colspan='2'>x</td></tr></table>", "");
    check(
        "<table><caption>c</caption><colgroup><col span='2'/></colgroup><thead><tr><th>h</th></tr></thead></table>",
        "",
    );
    check("<ul><li>a<ol><li>b</li></ol></li></ul><dl><dt>t</dt><dd><p>d</p></dd></dl>", "");
    check("<img src='data:image/png;base64,AA' alt='x'/>", "");
    check("<!-- c --><![CDATA[a < b]]>&lt;&#160;&#xe9;", "");
    check("<pre xml:space='preserve'>x</pre><h2>y</h2><hr/>", "");
    check_whole("<n:div xmlns:n='http://www.w3.org/1999/xhtml'><n:p>x</n:p></n:div>", "");
    check_whole("\n<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>\n", "");
}

#[test]
fn wants_one_div_in_the_namespace() {
    check_whole("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>", "0 xhtml-root");
    check_whole("<div>x</div>", "0 xhtml-namespace");
    check_whole("<div xmlns='http://hl7.org/fhir'><p>x</p></div>", "0 xhtml-namespace");
    check_whole("<n:div>x</n:div>", "0 xhtml-namespace");
    check_whole("text", "0 xhtml-root");
    check_whole(" ", "0 xhtml-root");
    check("</div><div>", "0 xhtml-empty, 6 xhtml-namespace, 6 xhtml-root");
    check("x</div>y<div xmlns='http://www.w3.org/1999/xhtml'>", "7 xhtml-root, 8 xhtml-root");
    check("<svg xmlns='http://www.w3.org/2000/svg'/>x", "0 xhtml-namespace, 0 xhtml-element");
}

#[test]
fn wants_something_to_read() {
    check("", "0 xhtml-empty");
    check("<p> \n</p><!-- x -->", "0 xhtml-empty");
}

#[test]
fn wants_well_formed_xml() {
    check("<p>x</pa>", "4 xhtml-end-tag");
    check("<br>x", "5 xhtml-end-tag");
    check("<p>x", "4 xhtml-end-tag");
    check("x</div></p>", "7 xhtml-root");
    check("<p a=1>x</p>", "5 xhtml-syntax");
    check("a < b", "3 xhtml-syntax");
    check("<p title='<'>x ]]></p>", "10 xhtml-syntax, 15 xhtml-syntax");
    check("<p id='a' class='b' id='c'>x</p>", "0 xhtml-duplicate-attribute");
    check("\u{1}", "0 xhtml-character");
    check("a&#0;&#xD800;&#x110000;", "1 xhtml-character, 5 xhtml-character, 13 xhtml-character");
    check_whole("<div xmlns='http://www.w3.org/1999/xhtml'>x", "0 xhtml-unclosed");
    check_whole("<div", "4 xhtml-syntax");
    check_whole(
        "<!DOCTYPE html><div xmlns='http://www.w3.org/1999/xhtml'>x</div>",
        "0 xhtml-document-type",
    );
}

#[test]
fn knows_no_entities_but_those_of_xml() {
    check(
        "AT&T &nbsp; &foo; &; &#; &#x;",
        "2 xhtml-entity, 5 xhtml-entity, 12 xhtml-entity, 18 xhtml-entity, 21 xhtml-entity, 25 xhtml-entity",
    );
    check("<p title='&copy;'>x</p>", "10 xhtml-entity");
    check_message("&nbsp;", "`&nbsp;` is not an entity of XML: write `&#160;`");
    check_message("a & b", "`&` is not an entity of XML: write `&amp;`");
}

#[test]
fn allows_no_other_elements_and_attributes() {
    check("<script>x</script>", "0 xhtml-element");
    check("<object value='false'/>x", "0 xhtml-element, 8 xhtml-attribute");
    check("<p onclick='f()'>x</p>", "3 xhtml-attribute");
    check("<table><tr idref='a'><td>x</td></tr></table>", "11 xhtml-attribute");
    check("<P>x</P>", "0 xhtml-element");
    check("<?php f() ?>x", "0 xhtml-element");
    check("<p href='x'>x</p>", "3 xhtml-attribute");
    check("<ins>x</ins><form/><u>x</u>", "0 xhtml-element, 12 xhtml-element, 19 xhtml-element");
}

#[test]
fn wants_elements_in_their_place() {
    check("<p>a<p>b</p></p>", "4 xhtml-place");
    check("<p><b><table><tr><td>b</td></tr></table></b></p>", "6 xhtml-place");
    check("<p><b><p>b</p></b></p>", "6 xhtml-place");
    check("<p>x</p><p>y</p>", "");
    check("<li>x</li>", "0 xhtml-place");
    check("<tr><td>x</td></tr>", "0 xhtml-place");
    check("<table>x</table>", "7 xhtml-text");
    check("<table> <tr> <td>x</td> </tr> </table>", "");
    check("<ul><p>x</p></ul>", "4 xhtml-place");
    check("<br>x</br>", "4 xhtml-text");
    check("<img src='a'><b>x</b></img>", "13 xhtml-place");
    check("<font><li>x</li></font>", "0 xhtml-element");
}

#[test]
fn lets_no_link_run_a_script() {
    for good in ["Patient/1", "#a", "a:b/c".split_at(3).1, "?q=a:b", "HTTPS://x", "tel:+1", "/a:b"]
    {
        check(&format!("<a href='{good}'>x</a>"), "");
    }
    for bad in [
        "javascript:f()",
        " JavaScript:f()",
        "java&#115;cript:f()",
        "javascript&#58;f()",
        "urn:uuid:x",
        "data:text/html,x",
    ] {
        check(&format!("<a href='{bad}'>x</a>"), "3 xhtml-link");
    }
    check("<img src='vbscript:x'/>", "5 xhtml-link");
}

#[test]
fn takes_deep_and_wide_narratives() {
    let deep = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    check(&deep, "");
    let many = (0..100_000).fold(String::new(), |many, n| many + &format!(" a{n}=''"));
    let found = super::check(&format!("<div xmlns='{NAMESPACE}'{many}>x</div>"));
    assert_eq!(found.len(), 100_000);
    let declared = (0..50_000).fold(String::new(), |all, n| all + &format!(" xmlns:n{n}='{n}'"));
    check(&format!("<p{declared}>{}x{}</p>", "<b>".repeat(50_000), "</b>".repeat(50_000)), "");
    check(
        "<n:p xmlns:n='x'><b xmlns='y'/></n:p><b>x</b><n:b/>",
        "0 xhtml-namespace, 45 xhtml-namespace",
    );
}
