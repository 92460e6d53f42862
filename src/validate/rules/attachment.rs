//! `Attachment.size`: the number of bytes of `data`, where that is here (R4 datatypes.html#Attachment).

use crate::issue::{Arg, Code};
use crate::tree::{NodeId, Tree};
use crate::validate::walk::Walk;

/// Checks the Attachment at `node`, an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let Some(size) = tree.child(node, "size") else { return };
    let stated: Option<u64> = tree.value(size).parse().ok();
    let (Some(stated), Some(actual)) = (stated, data_size(tree, node)) else { return };
    if stated != actual {
        let args = vec![Arg::Number(stated), Arg::Number(actual)];
        walk.report(Code::AttachmentSize, tree.span(size), args);
    }
}

/// How many bytes the `data` of an Attachment stands for; none where there is none.
pub(crate) fn data_size(tree: &Tree, attachment: NodeId) -> Option<u64> {
    let data = tree.child_text(attachment, "data")?;
    let letters = data.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
    Some(letters as u64 * 3 / 4)
}

#[test]
fn counts_bytes() {
    let check = |data: &str, expected| {
        let json = format!(r#"{{"data":"{data}"}}"#);
        let mut issues = crate::issue::Issues::new(1);
        let tree = crate::format::json::parse(
            json.into_bytes(),
            &std::sync::Arc::default(),
            &crate::tree::Limits::default(),
            &mut issues,
        );
        assert_eq!(data_size(&tree, NodeId::ROOT), Some(expected), "{data}");
    };
    check("", 0);
    check("YQ==", 1);
    check("YWI=", 2);
    check("YWJj", 3);
    check("YWJj ZA==", 4);
}
