//! The cases of a suite as its XML lists them.

use std::path::Path;

/// One expression with what it is expected to give.
pub(super) struct Case {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) input: String,
    pub(super) expression: String,
    pub(super) expected: Expected,
    /// `mode`: which ability the case needs (`cda`, `tx`).
    pub(super) mode: String,
    pub(super) is_ordered: bool,
}

/// What a case is expected to give.
pub(super) enum Expected {
    /// An error: `syntax`, `semantic` or `execution`.
    Error(String),
    /// A truth: whether there is anything, or the Boolean that is there.
    Predicate(bool),
    /// These items: the type, if it is told, and the text.
    Items(Vec<(Option<String>, String)>),
}

/// All cases, in the order of the file.
pub(super) fn read(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let document =
        roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let tests = document.descendants().filter(|node| node.tag_name().name() == "test");
    tests.map(read_case).collect()
}

fn read_case(test: roxmltree::Node<'_, '_>) -> Case {
    let attribute = |name| test.attribute(name).unwrap_or_default().to_owned();
    let child = |name| test.children().filter(move |child| child.tag_name().name() == name);
    let expression = child("expression").next().unwrap_or_else(|| panic!("{test:?}"));
    let content = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().to_owned();
    let invalid = expression.attribute("invalid").or(test.attribute("invalid"));
    let outputs =
        || child("output").map(|it| (it.attribute("type").map(str::to_owned), content(it)));
    let expected = match invalid.filter(|&invalid| invalid != "false") {
        Some(invalid) => Expected::Error(invalid.to_owned()),
        None if attribute("predicate") == "true" => {
            Expected::Predicate(outputs().any(|(_, text)| text == "true"))
        }
        None => Expected::Items(outputs().collect()),
    };
    Case {
        group: test.parent().and_then(|it| it.attribute("name")).unwrap_or_default().to_owned(),
        name: attribute("name"),
        input: attribute("inputfile"),
        expression: content(expression),
        expected,
        mode: attribute("mode"),
        is_ordered: attribute("ordered") != "false",
    }
}
