//! "Did you mean": the names nearest to one that is not known.

use crate::sort::sort_and_dedup;

/// At most three of `known` that are near `name`, nearest first, ties in alphabetical order. Near is
/// an edit distance (insert, delete, replace, swap neighbours; letter case is free) of at most a third
/// of the name. Costs nothing for names over 64 characters: they have no suggestion.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Vec<String> {
    if name.is_empty() || name.len() > 64 {
        return Vec::new();
    }
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let limit = wanted.len().div_ceil(3).min(4);
    let mut found: Vec<(usize, &str)> = known
        .filter(|k| k.len().abs_diff(name.len()) <= limit)
        .filter_map(|k| {
            let candidate: Vec<char> = k.to_lowercase().chars().collect();
            Some((distance(&wanted, &candidate), k)).filter(|(d, _)| *d <= limit)
        })
        .collect();
    sort_and_dedup(&mut found);
    let best = found.first().map_or(0, |(d, _)| d + 1);
    found.into_iter().filter(|(d, _)| *d <= best).take(3).map(|(_, k)| k.to_owned()).collect()
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1; b.len() + 1];
        for j in 0..b.len() {
            let swap = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            row[j + 1] = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if swap {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let known = ["birthDate", "name", "gender", "given", "telecom", "Patient", "active"];
        assert_eq!(nearest(name, known.into_iter()), expected);
    }

    #[test]
    fn finds_the_nearest_names() {
        check("birthdate", &["birthDate"]);
        check("brithDate", &["birthDate"]);
        check("patinet", &["Patient"]);
        check("xyzzyqqq", &[]);
        check("", &[]);
        check(&"a".repeat(100), &[]);
    }
}
