//! A page of a list, read in one pass: its metadata as soon as it has come by, its items straight into rows.

use super::Kind;
use crate::api::kubernetes::error::Error;
use crate::api::kubernetes::request::decode_error;
use crate::api::kubernetes::rows::Row;
use crate::api::kubernetes::slim::ListMeta;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads a page. `told` gets the metadata, which servers send before the items: whoever waits for it can ask for the next
/// page while this one is still being read. It is called once, also where a page has none.
pub(super) fn read(kind: Kind, text: &[u8], told: impl FnOnce(ListMeta)) -> Result<Vec<Row>, Error> {
    let mut page = Page { kind, told: Some(told) };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let rows = reader.deserialize_map(&mut page).and_then(|rows| reader.end().map(|()| rows));
    if let (Ok(_), Some(told)) = (&rows, page.told.take()) {
        told(ListMeta::default());
    }
    rows.map_err(|error| decode_error(&error))
}

struct Page<F> {
    kind: Kind,
    told: Option<F>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Field {
    Metadata,
    Items,
    #[serde(other)]
    Other,
}

impl<'de, F: FnOnce(ListMeta)> Visitor<'de> for &mut Page<F> {
    type Value = Vec<Row>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Row>, A::Error> {
        let mut rows = Vec::new();
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Metadata => {
                    let metadata = map.next_value()?;
                    if let Some(told) = self.told.take() {
                        told(metadata);
                    }
                }
                Field::Items => rows = map.next_value_seed(Items(self.kind))?,
                Field::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(rows)
    }
}

/// `items`: a list, or `null` where Go has none.
struct Items(Kind);

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Vec<Row>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<Row>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<Row>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the items of a list")
    }

    fn visit_unit<E>(self) -> Result<Vec<Row>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<Row>, A::Error> {
        self.0.rows(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn page(text: &str) -> (Result<Vec<Row>, Error>, Option<ListMeta>) {
        let told = Cell::new(None);
        let rows = read(Kind::Pods, text.as_bytes(), |meta| told.set(Some(meta)));
        (rows, told.into_inner())
    }

    #[test]
    fn metadata_is_told_before_the_items_are_read() {
        let text = r#"{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"x","remainingItemCount":3},"items":[{"metadata":{"name":"a","#;
        let (rows, told) = page(text);
        assert!(rows.is_err(), "the page ends early");
        assert_eq!(told.map(|m| (m.next, m.remaining_item_count)), Some(("x".to_owned(), Some(3))));
    }

    #[test]
    fn pages_are_read_whatever_their_order() {
        let (rows, told) = page(
            r#"{"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}],"metadata":{"resourceVersion":"9"}}"#,
        );
        assert_eq!(rows.map(|r| r.len()).ok(), Some(2));
        assert_eq!(told.map(|m| m.resource_version), Some("9".to_owned()));
        let (rows, told) = page(r#"{"items":null}"#);
        assert_eq!(rows.map(|r| r.len()).ok(), Some(0));
        assert!(told.is_some_and(|m| m.next.is_empty()));
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        for text in ["[]", "{", r#"{"items":{}}"#, r#"{"items":[]} x"#] {
            assert!(page(text).0.is_err(), "{text}");
        }
    }
}
