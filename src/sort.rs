//! Sorting with one sort in the machine code. The one of the standard library is made anew for each type and
//! each order, some 5 kB of WebAssembly a time, and it may panic where an order is none, as that of FHIRPath
//! (some of its values have no order). This one sorts numbers, and puts the items in their order.

use std::cmp::Ordering;

/// Sorts by an order, keeping items that are equal in their order. At most 2³² items.
pub(crate) fn sort_by<T>(items: &mut [T], mut order: impl FnMut(&T, &T) -> Ordering) {
    // Most are in order already.
    if items.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
        return;
    }
    let mut compare = |a: u32, b: u32| order(&items[a as usize], &items[b as usize]);
    let mut sources = sorted(items.len() as u32, &mut compare);
    // Each cycle of the permutation is followed once.
    for first in 0..items.len() {
        let mut at = first;
        loop {
            let source = std::mem::replace(&mut sources[at], at as u32) as usize;
            if source == first || source == at {
                break;
            }
            items.swap(at, source);
            at = source;
        }
    }
}

/// Sorts by a key, keeping items with equal keys in their order.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts, and keeps one of each.
pub(crate) fn sort_and_dedup<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
    items.dedup();
}

/// The numbers below `count`, in order: a merge sort, from the bottom up.
fn sorted(count: u32, order: &mut dyn FnMut(u32, u32) -> Ordering) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..count).collect();
    let mut merged = Vec::with_capacity(numbers.len());
    let mut width = 1;
    while width < numbers.len() {
        for pair in numbers.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, order, &mut merged);
        }
        std::mem::swap(&mut numbers, &mut merged);
        merged.clear();
        width *= 2;
    }
    numbers
}

fn merge(
    mut left: &[u32],
    mut right: &[u32],
    order: &mut dyn FnMut(u32, u32) -> Ordering,
    merged: &mut Vec<u32>,
) {
    while let ([a, after_a @ ..], [b, after_b @ ..]) = (left, right) {
        if order(*a, *b) == Ordering::Greater {
            merged.push(*b);
            right = after_b;
        } else {
            merged.push(*a);
            left = after_a;
        }
    }
    merged.extend(left);
    merged.extend(right);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[(u32, char)]) {
        let mut expected = items.to_vec();
        expected.sort_by_key(|item| item.0);
        let mut found = items.to_vec();
        sort_by_key(&mut found, |item| item.0);
        assert_eq!(found, expected);
    }

    #[test]
    fn an_order_that_is_none_does_no_harm() {
        let mut items: Vec<u32> = (0..500).collect();
        sort_by(&mut items, |a, b| ((a * 7 + b * 13) % 3).cmp(&1));
        items.sort_unstable();
        assert!(items.into_iter().eq(0..500));
    }

    #[test]
    fn sorts_as_the_standard_library_does() {
        check(&[]);
        check(&[(3, 'a'), (1, 'b'), (2, 'c')]);
        check(&[(1, 'a'), (0, 'b'), (1, 'c'), (0, 'd'), (0, 'e')]);
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 16) % 50, char::from((state >> 24) as u8))
        };
        check(&std::iter::repeat_with(&mut next).take(1000).collect::<Vec<_>>());
    }
}
