//! Nodes to JSON, by the rules of the YAML library that kubectl uses (go-yaml v2 behind sigs.k8s.io/yaml): YAML 1.1 words
//! for booleans, `0644` is octal, merge keys, keys become texts, of a repeated key the last value counts.

use super::tree::{Node, NodeKind};
use serde_json::{Map, Number, Value};

/// A node as JSON.
pub(super) fn to_json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, plain: false } => Value::String(text.clone()),
        NodeKind::Scalar { text, plain: true } => plain(text),
        NodeKind::List(items) => Value::Array(items.iter().map(to_json).collect()),
        NodeKind::Map(pairs) => {
            let mut map = Map::new();
            for (key, value) in pairs {
                if is_merge(key) {
                    merge(&mut map, value);
                }
            }
            for (key, value) in pairs {
                if !is_merge(key) {
                    map.insert(key_text(key), to_json(value));
                }
            }
            Value::Object(map)
        }
    }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, NodeKind::Scalar { text, plain: true } if text == "<<")
}

/// `<<: *base` or `<<: [*a, *b]`: what is there already wins, and earlier ones win over later ones.
fn merge(map: &mut Map<String, Value>, from: &Node) {
    match &from.kind {
        NodeKind::List(items) => items.iter().for_each(|item| merge(map, item)),
        NodeKind::Map(_) => {
            if let Value::Object(other) = to_json(from) {
                for (key, value) in other {
                    map.entry(key).or_insert(value);
                }
            }
        }
        NodeKind::Scalar { .. } => {}
    }
}

fn key_text(key: &Node) -> String {
    match to_json(key) {
        Value::String(text) => text,
        Value::Null => "null".into(),
        other => other.to_string(),
    }
}

/// A bare word.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        _ => {}
    }
    if let Some(value) = boolean(text) {
        return Value::Bool(value);
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// Bare words that mean true or false.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "y" | "Y" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "n" | "N" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Bare words that mean a number.
pub(super) fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let (negative, digits) = match first {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let whole = |digits: &str, radix: u32| {
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix) || c == '_') || digits.starts_with('_') {
            return None;
        }
        let digits = digits.replace('_', "");
        let value = u64::from_str_radix(&digits, radix).ok()?;
        if negative { i64::try_from(-i128::from(value)).ok().map(Number::from) } else { Some(Number::from(value)) }
    };
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return whole(rest, radix);
        }
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
        return whole(&digits[1..], 8);
    }
    if let Some(number) = whole(digits, 10) {
        return Some(number);
    }
    is_float(digits).then(|| text.parse::<f64>().ok().and_then(Number::from_f64)).flatten()
}

/// `1.5`, `.5`, `1.`, `1e3`, `1.5E-3`.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()) && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bare_words_are_read_as_kubectl_reads_them() {
        for (text, value) in [
            ("0644", json!(420)),
            ("0", json!(0)),
            ("00", json!(0)),
            ("089", json!(89)),
            ("-12", json!(-12)),
            ("+7", json!(7)),
            ("0x1F", json!(31)),
            ("1_000", json!(1000)),
            ("1.50", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1.2.3", json!("1.2.3")),
            ("250m", json!("250m")),
            ("-", json!("-")),
            ("yes", json!(true)),
            ("Off", json!(false)),
            ("~", json!(null)),
            ("nginx:1.27", json!("nginx:1.27")),
            ("2026-01-02", json!("2026-01-02")),
            ("18446744073709551615", json!(18446744073709551615u64)),
            (".", json!(".")),
            ("1e", json!("1e")),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }
}
