//! The structure of a message: segments and groups, how often each may come.

use serde::Deserialize;

/// A segment or a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Node {
    /// None in a few entries of the dictionary that lost it.
    pub(super) name: Option<String>,
    pub(super) min: u32,
    /// 0 for any number of times.
    pub(super) max: u32,
    /// What is in a group.
    pub(super) children: Option<Vec<Node>>,
    /// The alternatives, where one of several segments stands here.
    pub(super) compounds: Option<Vec<Node>>,
}

impl Node {
    /// A segment that may come any number of times.
    pub(super) fn any_number(name: &str) -> Self {
        node(&format!("{name}*"))
    }
}

/// Reads `MSH SFT* PATIENT?(PID PD1? NTE*) ORDER+(ORC)`: `?` is optional, `*` any number of times, `+` at least once,
/// and parentheses hold what is in a group.
pub(super) fn parse_structure(notation: &str) -> Result<Vec<Node>, String> {
    let spaced = notation.replace('(', " ( ").replace(')', " ) ");
    let mut open: Vec<Vec<Node>> = vec![Vec::new()];
    for word in spaced.split_whitespace() {
        match word {
            "(" => open.push(Vec::new()),
            ")" => {
                let children = open.pop();
                let group = open.last_mut().and_then(|level| level.last_mut());
                group.ok_or_else(|| format!("`)` closes nothing in {notation}"))?.children =
                    children;
            }
            _ => open.last_mut().ok_or("nothing is open")?.push(node(word)),
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(nodes), true) => Ok(nodes),
        _ => Err(format!("a group is not closed in {notation}")),
    }
}

fn node(word: &str) -> Node {
    let name = word.trim_end_matches(['?', '*', '+']);
    let (min, max) = match &word[name.len()..] {
        "?" => (0, 1),
        "*" => (0, 0),
        "+" => (1, 0),
        _ => (1, 1),
    };
    Node { name: Some(name.to_owned()), min, max, children: None, compounds: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(nodes: &[Node]) -> String {
        let one = |node: &Node| {
            let inside = node.children.as_ref().map(|inside| format!("({})", show(inside)));
            let name = node.name.clone().unwrap_or_default();
            format!("{name} {}..{}{}", node.min, node.max, inside.unwrap_or_default())
        };
        nodes.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn notation() {
        let nodes = parse_structure("MSH SFT* P?(PID V+(PV1 PV2?)) DSC").unwrap();
        assert_eq!(
            show(&nodes),
            "MSH 1..1 SFT 0..0 P 0..1(PID 1..1 V 1..0(PV1 1..1 PV2 0..1)) DSC 1..1"
        );
        assert!(parse_structure("MSH (").is_err() && parse_structure("MSH ) )").is_err());
    }
}
