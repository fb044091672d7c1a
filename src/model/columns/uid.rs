//! Who an object is, in sixteen bytes.

use std::fmt;
use uuid::Uuid;

/// metadata.uid. Kubernetes makes UUIDs (`apimachinery/pkg/util/uuid`); any other text stands for the UUID of version 5 that
/// is made of it, so that two of them are the same only if their texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Uid(Uuid);

impl Uid {
    /// The uid of this text.
    pub fn of(text: &str) -> Uid {
        Uid(Uuid::try_parse(text).unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())))
    }
}

/// As a UUID is written.
impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Uid;

    #[test]
    fn a_uuid_stays_what_it_is_and_other_texts_stay_apart() {
        let uuid = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";
        assert_eq!(Uid::of(uuid).to_string(), uuid);
        assert_ne!(Uid::of("u1"), Uid::of("u2"));
        assert_eq!(Uid::of("u1"), Uid::of(&Uid::of("u1").to_string()));
        assert_eq!(size_of::<Uid>(), 16);
    }
}
