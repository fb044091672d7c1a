//! Names in the order in which people read them.

use std::cmp::Ordering;

/// `worker-2` before `worker-10`, letters without regard to case. Total: names that differ in leading zeros or in case only
/// are still told apart.
pub fn natural(a: &str, b: &str) -> Ordering {
    read(a.as_bytes(), b.as_bytes()).then_with(|| a.cmp(b))
}

fn read(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (left, rest_a) = number(a);
            let (right, rest_b) = number(b);
            // Without leading zeros the longer number is the larger one.
            let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest_a, rest_b);
        } else {
            let order = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[1..], &b[1..]);
        }
    }
    a.len().cmp(&b.len())
}

/// The number at the start without leading zeros, and what follows it.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().take_while(|b| **b == b'0').count();
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_names_are_numbers() {
        let mut names = ["worker-10", "worker-2", "worker-02a", "Zone", "master-0", "worker-2-b", "worker-02"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["master-0", "worker-02", "worker-2", "worker-2-b", "worker-02a", "worker-10", "Zone"]);
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[a-cA0-2-]{0,6}", b in "[a-cA0-2-]{0,6}", c in "[a-cA0-2-]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
