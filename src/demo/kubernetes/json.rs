//! Short ways to read and write JSON values by path, and to write times as Kubernetes does.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Text at a JSON pointer; empty when there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

/// Whole number at a JSON pointer.
pub fn number(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// True when `true` stands at a JSON pointer.
pub fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or(false)
}

/// List at a JSON pointer; empty when there is none.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Pairs of a string map at a JSON pointer.
pub fn pairs<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    value
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(k, v)| Some((k.as_str(), v.as_str()?)))
}

/// The object at a pointer of plain member names, made (also its parents) where it is missing or not an object.
pub fn object_at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    let mut current = value;
    for part in pointer.split('/').skip(1) {
        current = object(current).entry(part.to_owned()).or_insert(Value::Null);
    }
    object(current)
}

/// The value as an object; anything else becomes an empty one first.
pub fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        // Made an object just above.
        _ => unreachable!(),
    }
}

/// The list at a pointer of plain member names, made where it is missing.
pub fn list_at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Vec<Value> {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let slot = object_at(value, parent).entry(name.to_owned()).or_insert(Value::Null);
    if !slot.is_array() {
        *slot = Value::Array(Vec::new());
    }
    match slot {
        Value::Array(items) => items,
        // Made a list just above.
        _ => unreachable!(),
    }
}

/// Sets the value at a pointer of plain member names, making parents.
pub fn set(value: &mut Value, pointer: &str, new: impl Into<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    object_at(value, parent).insert(name.to_owned(), new.into());
}

/// Sets the value only where none stands.
pub fn default(value: &mut Value, pointer: &str, new: impl Into<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    object_at(value, parent).entry(name.to_owned()).or_insert_with(|| new.into());
}

/// Takes away the member at a pointer.
pub fn remove(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    value.pointer_mut(parent)?.as_object_mut()?.remove(name)
}

/// `2026-01-31T10:00:00Z`: whole seconds, as `metav1.Time` is written.
pub fn stamp(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// `2026-01-31T10:00:00.000000Z`: `metav1.MicroTime`.
pub fn micro_stamp(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// Seconds since 1970 of a written time.
pub fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_are_made_on_the_way() {
        let mut value = json!({"a": 1});
        set(&mut value, "/b/c", "x");
        list_at(&mut value, "/b/d").push(json!(1));
        default(&mut value, "/a", 2);
        assert_eq!(value, json!({"a": 1, "b": {"c": "x", "d": [1]}}));
        assert_eq!(remove(&mut value, "/b/c"), Some(json!("x")));
        assert_eq!(text(&value, "/b/c"), "");
    }

    #[test]
    fn times_are_written_in_whole_seconds() {
        let time: Timestamp = "2026-01-31T10:00:00.25Z".parse().unwrap();
        assert_eq!(stamp(time), "2026-01-31T10:00:00Z");
        assert_eq!(micro_stamp(time), "2026-01-31T10:00:00.250000Z");
        assert_eq!(seconds("1970-01-01T00:01:00Z"), Some(60));
    }
}
