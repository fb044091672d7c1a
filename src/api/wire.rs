//! Lenient readers for what services send: nulls, numbers as strings, times with and without a zone.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Seconds since 1970 of an ISO-8601 time; one without a zone is UTC.
pub(crate) fn time(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_second());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// `null` and absence are the default.
pub(crate) fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(d)?.unwrap_or_default())
}

/// A time, or `None` for null, absence and what is no time.
pub(crate) fn opt_time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Value>::deserialize(d)?.and_then(|v| v.as_str().and_then(time)))
}

/// A whole number, also as a string; `None` for anything else.
pub(crate) fn opt_number<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    Ok(match Option::<Value>::deserialize(d)? {
        Some(Value::Number(n)) => n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)),
        Some(Value::String(s)) => s.trim().parse().ok(),
        _ => None,
    })
}

/// Text; numbers and booleans as they print; empty for null and the rest.
pub(crate) fn text<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    Ok(Option::<Value>::deserialize(d)?.and_then(into_scalar).unwrap_or_default())
}

/// Text, or `None` for null, empty and what is no text.
pub(crate) fn opt_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Value>::deserialize(d)?.and_then(into_scalar).filter(|s| !s.is_empty()))
}

/// A map whose values are printed as text; Magnum gives labels back as they were sent (booleans, numbers).
pub(crate) fn text_map<'de, D: Deserializer<'de>>(d: D) -> Result<BTreeMap<String, String>, D::Error> {
    Ok(match Option::<Value>::deserialize(d)? {
        Some(Value::Object(map)) => map.into_iter().map(|(k, v)| (k, printed(v))).collect(),
        _ => BTreeMap::new(),
    })
}

/// A list of texts; null members and null itself are left out.
pub(crate) fn text_list<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(d)? {
        Some(Value::Array(list)) => list.into_iter().filter_map(into_scalar).collect(),
        Some(Value::String(one)) if !one.is_empty() => vec![one],
        _ => Vec::new(),
    })
}

/// A boolean, also as a word; `None` for the rest.
pub(crate) fn opt_bool<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    Ok(match Option::<Value>::deserialize(d)? {
        Some(Value::Bool(b)) => Some(b),
        Some(Value::String(s)) => match s.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

/// A scalar as text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The same, without a copy of what is text already.
fn into_scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        other => scalar(&other),
    }
}

fn printed(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
        other => into_scalar(other).unwrap_or_default(),
    }
}

/// Members of a list, each still to be read.
pub(crate) type Members = Vec<Box<RawValue>>;

/// Reads the members of a list one by one, so that one strange member does not hide the others.
pub(crate) fn members<T: serde::de::DeserializeOwned>(list: Members, what: &str) -> Vec<T> {
    let read = |member: Box<RawValue>| match serde_json::from_str(member.get()) {
        Ok(member) => Some(member),
        Err(error) => {
            let why = super::error::place_in(&error);
            tracing::warn!(what, why, "a member of a list could not be read");
            None
        }
    };
    list.into_iter().filter_map(read).collect()
}

/// Members of a list of a test.
#[cfg(test)]
pub(crate) fn as_members(list: impl IntoIterator<Item = Value>) -> Members {
    let member = |value: Value| RawValue::from_string(value.to_string()).expect("JSON");
    list.into_iter().map(member).collect()
}

/// A count that must not be negative.
pub(crate) fn count(number: Option<i64>) -> u32 {
    number.and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_the_services_use() {
        assert_eq!(time("2030-01-02T03:04:05+00:00"), Some(1_893_553_445));
        assert_eq!(time("2030-01-02T03:04:05.123456+00:00"), Some(1_893_553_445));
        assert_eq!(time("2030-01-02T03:04:05.000000Z"), Some(1_893_553_445));
        assert_eq!(time("2030-01-02T03:04:05"), Some(1_893_553_445));
        assert_eq!(time("2030-01-02 03:04:05"), Some(1_893_553_445));
        assert_eq!(time("soon"), None);
    }

    #[test]
    fn labels_of_any_scalar_become_text() {
        #[derive(Deserialize)]
        struct L {
            #[serde(deserialize_with = "text_map")]
            labels: BTreeMap<String, String>,
        }
        let l: L = serde_json::from_str(r#"{"labels":{"a":true,"b":3,"c":"x","d":null}}"#).unwrap();
        let pairs: Vec<_> = l.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(pairs, ["a=true", "b=3", "c=x", "d="]);
    }
}
