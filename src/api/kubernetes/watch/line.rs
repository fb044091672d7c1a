//! A line of a watch, read in one pass: its type, which servers send first, then its object, straight into a row.

use super::Kind;
use super::kinds::Object;
use crate::api::kubernetes::error::Error;
use crate::api::kubernetes::request::decode_error;
use crate::api::kubernetes::rows::Row;
use crate::api::kubernetes::slim::Named;
use kube::core::Status;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What a line says (`metav1.WatchEvent`).
pub(super) enum Line {
    /// There is this row now; and its resource version.
    Row(Row, String),
    /// It is gone.
    Gone(Named),
    /// A bookmark, or a type of line that we do not know: only its resource version counts.
    Mark(Named),
    /// The watch ends, and why.
    Failed(Box<Status>),
}

/// Reads a line.
pub(super) fn read(kind: Kind, text: &[u8]) -> Result<Line, Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let line = reader.deserialize_map(Reader(kind)).and_then(|line| reader.end().map(|()| line));
    line.map_err(|error| decode_error(&error))
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Type {
    Added,
    Modified,
    Deleted,
    Error,
    #[serde(other)]
    Other,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Field {
    Type,
    Object,
    #[serde(other)]
    Other,
}

struct Reader(Kind);

impl<'de> Visitor<'de> for Reader {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line of a watch")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
        let mut r#type = None;
        let mut early: Option<&RawValue> = None;
        let mut line = None;
        while let Some(field) = map.next_key::<Field>()? {
            match (field, r#type) {
                (Field::Type, _) => r#type = Some(map.next_value()?),
                (Field::Object, Some(r#type)) => line = Some(map.next_value_seed(OfType(r#type, self.0))?),
                (Field::Object, None) => early = Some(map.next_value()?),
                (Field::Other, _) => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match (line, early, r#type) {
            (Some(line), ..) => Ok(line),
            (None, Some(object), Some(r#type)) => {
                let mut reader = serde_json::Deserializer::from_str(object.get());
                OfType(r#type, self.0).deserialize(&mut reader).map_err(A::Error::custom)
            }
            (_, _, None) => Err(A::Error::missing_field("type")),
            _ => Err(A::Error::missing_field("object")),
        }
    }
}

/// The object of a line of this type.
struct OfType(Type, Kind);

impl<'de> DeserializeSeed<'de> for OfType {
    type Value = Line;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Line, D::Error> {
        use serde::Deserialize as _;
        let OfType(r#type, kind) = self;
        Ok(match r#type {
            Type::Added | Type::Modified => {
                let (row, version) = Object(kind).deserialize(reader)?;
                Line::Row(row, version)
            }
            Type::Deleted => Line::Gone(Named::deserialize(reader)?),
            Type::Error => Line::Failed(Box::new(Status::deserialize(reader)?)),
            Type::Other => Line::Mark(Named::deserialize(reader)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<Line, Error> {
        read(Kind::Pods, text.as_bytes())
    }

    const POD: &str = r#"{"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"7"}}"#;

    #[test]
    fn rows_come_with_their_version_whatever_stands_first() {
        for text in [
            format!(r#"{{"type":"ADDED","object":{POD}}}"#),
            format!(r#"{{"object":{POD},"more":[1],"type":"MODIFIED"}}"#),
        ] {
            match line(&text) {
                Ok(Line::Row(Row::Pod(pod, false), version)) => assert_eq!((pod.name.as_str(), &*version), ("a", "7")),
                _ => panic!("{text}"),
            }
        }
    }

    #[test]
    fn what_is_no_row_is_what_it_says() {
        let told = |text: &str| line(&format!(r#"{{"type":"{text}","object":{POD}}}"#));
        assert!(matches!(told("DELETED"), Ok(Line::Gone(named)) if named.metadata.uid == "u"));
        assert!(matches!(told("BOOKMARK"), Ok(Line::Mark(named)) if named.metadata.resource_version == "7"));
        assert!(matches!(told("NEW-IN-2030"), Ok(Line::Mark(_))));
        let gone =
            line(r#"{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410}}"#);
        assert!(matches!(gone, Ok(Line::Failed(status)) if status.code == 410));
    }

    #[test]
    fn half_a_line_is_an_error() {
        for text in ["", "{}", "[]", r#"{"type":"ADDED"}"#, r#"{"object":{}}"#, r#"{"type":"ADDED","object":3}"#, "x"] {
            assert!(line(text).is_err(), "{text}");
        }
    }
}
