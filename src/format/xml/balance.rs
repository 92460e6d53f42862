//! Is a text one XML element, so that it can stand inside another text?

use super::reader::{character, is_xml};
use super::{Token, Tokens};

/// True for one well-formed element, with nothing around it. Namespaces are not looked at.
pub fn is_element(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut name = "";
    let mut tokens = Tokens::new(text);
    while let Some(read) = tokens.next() {
        let is_first = tokens.start() == 0;
        let is_right = match read {
            Ok(Token::Open(tag)) => {
                name = tag;
                is_first || !open.is_empty()
            }
            Ok(Token::Attribute { value, marks, .. }) => {
                !marks.has_less_than() && !marks.has_control() && has_references(value)
            }
            Ok(Token::OpenEnd { is_empty }) => {
                if !is_empty {
                    open.push(name);
                }
                true
            }
            Ok(Token::Close(tag)) => open.pop() == Some(tag),
            Ok(Token::Text(text, marks)) => {
                !open.is_empty() && !marks.has_control() && has_references(text)
            }
            Ok(Token::CharacterData(_, marks)) => !open.is_empty() && !marks.has_control(),
            Ok(Token::Comment(text) | Token::Instruction(text)) => {
                !open.is_empty() && text.chars().all(is_xml)
            }
            Ok(Token::DocumentType) | Err(_) => false,
        };
        if !is_right {
            return false;
        }
    }
    open.is_empty() && !name.is_empty()
}

/// True if each `&` begins a reference that XML knows.
fn has_references(text: &str) -> bool {
    text.split('&').skip(1).all(|rest| {
        rest.split_once(';').is_some_and(|(name, _)| character(name).is_some_and(is_xml))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_element(text), expected, "{text}");
    }

    #[test]
    fn knows_an_element() {
        check("<a/>", true);
        check("<a b='&amp;'>x<c>&#65;</c><!-- y --></a>", true);
        for text in ["", "x", "<a>", "<a></b>", "<a/><b/>", " <a/>", "<a/> ", "<a>&nbsp;</a>"] {
            check(text, false);
        }
        for text in ["<a b='<'/>", "<a>&</a>", "<a>\u{1}</a>", "<!DOCTYPE a><a/>", "<a>&#1;</a>"] {
            check(text, false);
        }
    }
}
