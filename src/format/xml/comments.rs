//! Comments are no content in FHIR: a resource that is written anew lacks them. Here they are counted, so that
//! this can be said. Those inside a narrative are part of it, and kept.

use super::{Token, Tokens};

/// How many comments stand outside narratives.
pub fn count_comments(text: &str) -> usize {
    let (mut count, mut name, mut depth) = (0, "", 0_usize);
    for token in Tokens::new(text) {
        match token {
            Ok(Token::Open(tag)) => name = tag,
            Ok(Token::OpenEnd { is_empty: false }) if is_narrative(name) => depth += 1,
            Ok(Token::Close(tag)) if is_narrative(tag) => depth = depth.saturating_sub(1),
            Ok(Token::Comment(_)) if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

/// True for a `div` with any prefix: FHIR names no element of its own like this.
fn is_narrative(name: &str) -> bool {
    name.rsplit(':').next() == Some("div")
}

#[cfg(test)]
mod tests {
    use super::count_comments;

    #[test]
    fn counts_what_is_lost() {
        let check = |text, expected| assert_eq!(count_comments(text), expected, "{text}");
        check("<!-- a --><Patient><!-- b --><id value='<!-- c -->'/></Patient>", 2);
        check("<text><div><!-- a --><div/><div>x</div><!-- b --></div></text><!---->", 1);
        check("<x:div><!-- a --></x:div></div><!-- b -->", 1);
        check("<a <!-- b -->", 0);
        check("", 0);
    }
}
