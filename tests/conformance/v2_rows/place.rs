//! Where a segment is in a message of no known structure.

/// Where a segment that stands alone is in a message of no known structure: the first group that has it, as a path.
pub(super) fn of(segment: &str) -> String {
    let text = std::fs::read_to_string("profiles/v2.json").expect("it is in the repository");
    let known: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let notation = known["structures"]["V2Message"].as_str().expect("a structure").to_owned();
    // The last is what came last in the group that is open.
    let mut groups = vec![String::new()];
    for word in notation.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
        match word {
            ")" => drop(groups.pop()),
            "(" => groups.push(String::new()),
            _ => {
                let name = word.trim_end_matches(['?', '*', '+']);
                if let Some(last) = groups.last_mut() {
                    name.clone_into(last);
                }
                if name == segment {
                    return groups.join(".");
                }
            }
        }
    }
    segment.to_owned()
}
