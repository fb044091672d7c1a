//! Typed request bodies in the manner of WSME: unknown attributes, types, ranges, with WSME's own words.

use serde_json::{Map, Value};

use super::super::http::Request;
use super::Problem;

/// What an attribute may hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text of at least and at most so many letters.
    Text(usize, usize),
    /// A bay's name: `^[a-zA-Z][a-zA-Z0-9_.-]*$`, at most 242 letters.
    BayName,
    /// A whole number from, to.
    Int(i64, i64),
    Flag,
    /// A map of text to text, number or flag.
    Labels,
    /// A list of texts, or of maps.
    List,
    OneOf(&'static [&'static str]),
    /// Taken and not looked at.
    Ignored,
    ReadOnly,
}

/// An attribute and what it may hold.
pub(super) type Field = (&'static str, Kind);

/// The body as JSON; WSME answers 415 and 400 here.
pub(super) fn json(request: &Request) -> Result<Value, Problem> {
    let kind = request.header("content-type").unwrap_or("application/json");
    let mime = kind.split(';').next().unwrap_or_default().trim().to_owned();
    if !request.body.is_empty() && mime != "application/json" {
        return Err(Problem::client(415, format!("Unknown mimetype: {mime}")));
    }
    if request.body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    request.json().ok_or_else(|| Problem::invalid("Request is not in valid JSON format"))
}

/// The body of a method that needs one, which WSME calls `argument`.
pub(super) fn needed(request: &Request, argument: &str) -> Result<Value, Problem> {
    if request.body.is_empty() { Err(Problem::missing_argument(argument)) } else { json(request) }
}

/// Checks `body` against `fields`. Numbers and flags written as text come back as what they mean; nulls are dropped.
pub(super) fn typed(
    argument: &str,
    body: &Value,
    fields: &[Field],
    mandatory: &[&str],
) -> Result<Map<String, Value>, Problem> {
    if body.is_array() {
        // WSME does not look before it asks for the keys.
        return Err(Problem::server("'list' object has no attribute 'keys'"));
    }
    let Some(given) = body.as_object() else {
        let text = python(body);
        return Err(Problem::field(argument, &text, &format!("Value not a valid dict: {text}")));
    };
    let mut out = Map::new();
    for (name, value) in given {
        let Some((_, kind)) = fields.iter().find(|(field, _)| field == name) else {
            return Err(Problem::invalid(format!("Unknown attribute for argument {argument}: {name}")));
        };
        if matches!(kind, Kind::ReadOnly) {
            return Err(Problem::field(name, &plain(value), "Cannot set read only field."));
        }
        if !value.is_null() {
            out.insert(name.clone(), check(argument, body, name, *kind, value)?);
        }
    }
    for name in mandatory {
        if !out.contains_key(*name) {
            return Err(Problem::field(name, "None", "Mandatory field missing."));
        }
    }
    Ok(out)
}

fn check(argument: &str, whole: &Value, name: &str, kind: Kind, value: &Value) -> Result<Value, Problem> {
    match kind {
        Kind::Text(min, max) => {
            let text = text_of(name, value)?;
            let length = text.chars().count();
            if length < min {
                let why = format!("Value should have a minimum character requirement of {min}");
                return Err(Problem::field(name, &text, &why));
            }
            if length > max {
                let why = format!("Value should have a maximum character requirement of {max}");
                return Err(Problem::field(name, &text, &why));
            }
            Ok(Value::String(text))
        }
        Kind::BayName => {
            let Value::String(text) = check(argument, whole, name, Kind::Text(1, 242), value)? else {
                return Err(Problem::field(name, &plain(value), "Wrong type."));
            };
            let mut letters = text.chars();
            let good = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
                && letters.all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
            if good {
                Ok(Value::String(text))
            } else {
                Err(Problem::field(name, &text, "Value should match the pattern ^[a-zA-Z][a-zA-Z0-9_.-]*$"))
            }
        }
        Kind::Int(min, max) => {
            let number = match value {
                Value::Number(number) => number.as_i64(),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            };
            let Some(number) = number else {
                let why = format!("invalid literal for int() with base 10: {}", python(value));
                return Err(Problem::field(argument, &python(whole), &why));
            };
            if number < min {
                let why = format!("Value should be greater or equal to {min}");
                return Err(Problem::field(name, &number.to_string(), &why));
            }
            if number > max {
                let why = format!("Value should be lower or equal to {max}");
                return Err(Problem::field(name, &number.to_string(), &why));
            }
            Ok(Value::from(number))
        }
        Kind::Flag => match value {
            Value::Bool(flag) => Ok(Value::Bool(*flag)),
            Value::Number(number) if matches!(number.as_i64(), Some(0 | 1)) => {
                Ok(Value::Bool(number.as_i64() == Some(1)))
            }
            Value::String(text) => match text.to_lowercase().as_str() {
                "1" | "t" | "true" | "on" | "y" | "yes" => Ok(Value::Bool(true)),
                "0" | "f" | "false" | "off" | "n" | "no" => Ok(Value::Bool(false)),
                _ => Err(Problem::field(
                    name,
                    text,
                    &format!(
                        "Unrecognized value '{text}', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
                    ),
                )),
            },
            _ => Err(Problem::field(name, &plain(value), "Value should be a boolean")),
        },
        Kind::Labels => {
            let Some(labels) = value.as_object() else {
                let why = format!("Value not a valid dict: {}", plain(value));
                return Err(Problem::field(argument, &python(whole), &why));
            };
            if let Some(bad) = labels.values().find(|value| value.is_array() || value.is_object()) {
                let class = if bad.is_array() { "list" } else { "dict" };
                let why = format!(
                    "Wrong type. Expected '(<class 'str'>, <class 'int'>, <class 'bool'>, <class 'float'>)', got '<class \
                     '{class}'>'"
                );
                return Err(Problem::field(name, &python(value), &why));
            }
            Ok(value.clone())
        }
        Kind::List => {
            if value.is_array() {
                Ok(value.clone())
            } else {
                Err(Problem::field(name, &plain(value), &format!("Value not a valid list: {}", plain(value))))
            }
        }
        Kind::OneOf(words) => {
            let text = text_of(name, value)?;
            if words.contains(&text.as_str()) {
                Ok(Value::String(text))
            } else {
                Err(Problem::field(name, &text, &format!("Value should be one of: {}", words.join(", "))))
            }
        }
        Kind::Ignored => Ok(Value::Null),
        Kind::ReadOnly => Err(Problem::field(name, &plain(value), "Cannot set read only field.")),
    }
}

fn text_of(name: &str, value: &Value) -> Result<String, Problem> {
    value.as_str().map(str::to_owned).ok_or_else(|| Problem::field(name, &plain(value), "Value should be string"))
}

/// A value as Python's `str` prints it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => python(other),
    }
}

/// A value as Python's `repr` prints it.
pub(super) fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(key, value)| format!("'{key}': {}", python(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        ("name", Kind::BayName),
        ("node_count", Kind::Int(0, i64::MAX)),
        ("labels", Kind::Labels),
        ("public", Kind::Flag),
        ("uuid", Kind::ReadOnly),
    ];

    fn refusal(body: &Value) -> String {
        typed("cluster", body, FIELDS, &[]).unwrap_err().text
    }

    #[test]
    fn refusals_use_magnums_words() {
        assert_eq!(refusal(&json!({"nonsense": 1})), "Unknown attribute for argument cluster: nonsense");
        assert_eq!(
            refusal(&json!({"name": "1 bad name"})),
            "Invalid input for field/attribute name. Value: '1 bad name'. Value should match the pattern \
             ^[a-zA-Z][a-zA-Z0-9_.-]*$"
        );
        assert_eq!(
            refusal(&json!({"node_count": -1})),
            "Invalid input for field/attribute node_count. Value: '-1'. Value should be greater or equal to 0"
        );
        assert_eq!(
            refusal(&json!({"labels": "a=b"})),
            "Invalid input for field/attribute cluster. Value: '{'labels': 'a=b'}'. Value not a valid dict: a=b"
        );
        assert!(refusal(&json!({"uuid": "x"})).ends_with("Cannot set read only field."));
    }

    #[test]
    fn numbers_and_flags_may_be_texts_and_nulls_are_absent() {
        let body = json!({"node_count": "2", "public": "yes", "name": null});
        let out = typed("cluster", &body, FIELDS, &[]).unwrap();
        assert_eq!(Value::Object(out), json!({"node_count": 2, "public": true}));
    }

    #[test]
    fn a_missing_mandatory_field_is_named() {
        let problem = typed("cluster", &json!({}), FIELDS, &["name"]).unwrap_err();
        assert_eq!(problem.text, "Invalid input for field/attribute name. Value: 'None'. Mandatory field missing.");
    }
}
