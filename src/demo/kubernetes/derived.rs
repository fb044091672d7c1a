//! Names and uids that follow from something else, for what an object always brings with it: they take nothing from chance,
//! so that a seed goes on meaning the same.

use super::world::ALPHABET;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A uid.
pub fn uid(from: &impl Hash) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, from).hash(&mut hasher);
        hasher.finish().to_be_bytes()
    };
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&half(0));
    bytes[8..].copy_from_slice(&half(1));
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The ending of a generated name.
pub fn suffix(from: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    from.hash(&mut hasher);
    let letters = ALPHABET.len() as u64;
    let pick = |n: u32| char::from(ALPHABET[(hasher.finish() / letters.pow(n) % letters) as usize]);
    (0..5).map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_gives_the_same_and_another_gives_another() {
        assert_eq!(uid(&("a", 1)), uid(&("a", 1)));
        assert_ne!(uid(&("a", 1)), uid(&("a", 2)));
        assert_eq!(uid(&"a").len(), 36);
        assert_eq!((suffix(&"a").len(), suffix(&"a")), (5, suffix(&"a")));
        assert_ne!(suffix(&"a"), suffix(&"b"));
    }
}
