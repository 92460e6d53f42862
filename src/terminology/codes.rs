//! A list of codes in one piece of memory, sorted, and how codes are compared.

use std::sync::OnceLock;

use crate::sort::{sort_and_dedup, sort_by};

/// `CodeSystem.caseSensitive`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// Codes are the same only letter for letter.
    Sensitive,
    /// `a` and `A` are the same code.
    Insensitive,
    /// The code system does not say: R4 then asks to accept a code in any letter case.
    #[default]
    Unstated,
}

/// Codes without duplicates, in the order of their bytes; found by binary search.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    text: String,
    ends: Vec<u32>,
    /// The positions in the order of the codes in lower case; made when first asked for.
    folded: OnceLock<Vec<u32>>,
}

impl Codes {
    /// The list of these codes.
    pub fn new<'c>(codes: impl IntoIterator<Item = &'c str>) -> Self {
        let mut codes: Vec<&str> = codes.into_iter().collect();
        sort_and_dedup(&mut codes);
        let mut list = Self::default();
        for code in codes {
            list.text.push_str(code);
            list.ends.push(list.text.len() as u32);
        }
        list
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The code at that position; empty behind the end.
    pub fn get(&self, position: u32) -> &str {
        let index = position as usize;
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..end as usize]
    }

    /// All codes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|position| self.get(position))
    }

    /// Where the code stands, letter for letter.
    pub fn position(&self, code: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.ends.len() as u32);
        while low < high {
            let middle = low.midpoint(high);
            match self.get(middle).cmp(code) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Where the code stands, under the rule of its code system for letter case.
    pub fn find(&self, code: &str, case: Case) -> Option<u32> {
        self.position(code).or_else(|| match case {
            Case::Sensitive => None,
            Case::Insensitive | Case::Unstated => self.position_folded(code),
        })
    }

    /// Where the code stands if letter case makes no difference.
    pub fn position_folded(&self, code: &str) -> Option<u32> {
        let order = self.folded.get_or_init(|| {
            let folded = (0..self.ends.len() as u32).map(|at| (self.get(at).to_lowercase(), at));
            let mut folded: Vec<(String, u32)> = folded.collect();
            sort_by(&mut folded, Ord::cmp);
            folded.into_iter().map(|(_, position)| position).collect()
        });
        let wanted = code.to_lowercase();
        let at = order.binary_search_by_key(&wanted, |&position| self.get(position).to_lowercase());
        Some(order[at.ok()?])
    }
}

impl PartialEq for Codes {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }
}

impl Eq for Codes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, case: Case, expected: Option<&str>) {
        let codes = Codes::new(["mg", "Mg", "kg", "ÄB", "kg", ""]);
        assert_eq!(codes.find(code, case).map(|at| codes.get(at)), expected);
    }

    #[test]
    fn finds_codes_by_the_rule_for_letter_case() {
        check("mg", Case::Sensitive, Some("mg"));
        check("Mg", Case::Sensitive, Some("Mg"));
        check("MG", Case::Sensitive, None);
        check("KG", Case::Insensitive, Some("kg"));
        check("Kg", Case::Unstated, Some("kg"));
        check("äb", Case::Insensitive, Some("ÄB"));
        check("g", Case::Insensitive, None);
        check("", Case::Sensitive, Some(""));
    }

    #[test]
    fn keeps_each_code_once_in_order() {
        let codes = Codes::new(["b", "a", "c", "a"]);
        assert_eq!(codes.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(codes.len(), 3);
        assert_eq!(codes.get(9), "");
        assert!(Codes::default().position("a").is_none());
    }
}
