//! A set of pods, one bit for each of a table.

/// A set of pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    bits: Vec<u64>,
    len: usize,
    count: u32,
}

impl Matches {
    /// All of `len` pods.
    pub fn all(len: usize) -> Matches {
        let mut bits = vec![u64::MAX; len / 64];
        if !len.is_multiple_of(64) {
            bits.push((1 << (len % 64)) - 1);
        }
        Matches { bits, len, count: len as u32 }
    }

    /// None of `len` pods.
    pub fn none(len: usize) -> Matches {
        Matches { bits: vec![0; len.div_ceil(64)], len, count: 0 }
    }

    /// These of `len` pods.
    pub fn these(len: usize, pods: impl IntoIterator<Item = u32>) -> Matches {
        let mut set = Matches::none(len);
        for pod in pods.into_iter().map(|p| p as usize).filter(|p| *p < len) {
            let (word, bit) = (&mut set.bits[pod / 64], 1 << (pod % 64));
            set.count += u32::from(*word & bit == 0);
            *word |= bit;
        }
        set
    }

    /// Whether a pod is in it.
    pub fn contains(&self, pod: usize) -> bool {
        self.bits.get(pod / 64).is_some_and(|word| word >> (pod % 64) & 1 == 1)
    }

    /// How many pods are in it.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Its pods in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len).filter(|pod| self.contains(*pod))
    }

    /// Keeps those for which `keep` is true.
    pub(super) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        self.count = 0;
        for (at, word) in self.bits.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !keep(at * 64 + bit as usize) {
                    *word &= !(1 << bit);
                }
            }
            self.count += word.count_ones();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_holds_what_was_put_in(len in 0usize..300, pods in proptest::collection::vec(0u32..320, 0..80)) {
            let set = Matches::these(len, pods.iter().copied());
            let mut wanted: Vec<usize> = pods.iter().map(|p| *p as usize).filter(|p| *p < len).collect();
            wanted.sort_unstable();
            wanted.dedup();
            prop_assert_eq!(set.count() as usize, wanted.len());
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), wanted);
            prop_assert_eq!(Matches::all(len).count() as usize, len);
        }
    }
}
