//! Magnum's subset of JSON patch: `add`, `replace`, `remove` on one attribute, or on one label.

use serde_json::{Map, Value};

use super::Problem;
use super::body::{plain, python};

/// Checks that the body is a list of operations; a list of none is allowed and does nothing.
pub(super) fn operations(body: &Value) -> Result<Vec<Value>, Problem> {
    match body {
        Value::Array(operations) => Ok(operations.clone()),
        other => {
            let text = python(other);
            Err(Problem::field("patch", &text, &format!("Value not a valid list: {text}")))
        }
    }
}

/// Applies operations to `target`. `internal` paths may not be touched, `mandatory` ones not be removed.
pub(super) fn apply(
    target: &mut Map<String, Value>,
    operations: &[Value],
    internal: &[&str],
    mandatory: &[&str],
) -> Result<(), Problem> {
    for operation in operations {
        let op = operation["op"].as_str().unwrap_or_default();
        if operation["op"].is_null() {
            return Err(Problem::field("op", "None", "Mandatory field missing."));
        }
        if !["add", "replace", "remove"].contains(&op) {
            return Err(Problem::field("op", &plain(&operation["op"]), "Value should be one of: add, replace, remove"));
        }
        let path = operation["path"].as_str().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if !path.starts_with('/') || parts.is_empty() || !parts.iter().all(word) {
            return Err(Problem::field("path", path, "Value should match the pattern ^(/[\\w-]+)+$"));
        }
        let value = operation.get("value").cloned().unwrap_or(Value::Null);
        if value.is_array() || value.is_object() {
            let class = if value.is_array() { "list" } else { "dict" };
            let why = format!("Wrong type. Expected '(<class 'str'>, <class 'int'>)', got '<class '{class}'>'");
            return Err(Problem::field("value", &python(&value), &why));
        }
        let field = parts[0];
        if internal.contains(&field) {
            return Err(Problem::invalid(format!("'/{field}' is an internal attribute and can not be updated")));
        }
        if op == "remove" && parts.len() == 1 && mandatory.contains(&field) {
            return Err(Problem::invalid(format!("'/{field}' is a mandatory attribute and can not be removed")));
        }
        if op != "remove" && operation.get("value").is_none_or(Value::is_null) {
            return Err(Problem::invalid("'add' and 'replace' operations needs value"));
        }
        if let ("add", [field]) = (op, parts.as_slice()) {
            match target.get(*field) {
                None => {
                    return Err(Problem::invalid(format!(
                        "Adding a new attribute /{field} to the root of the resource is not allowed."
                    )));
                }
                Some(present) if !present.is_null() => {
                    return Err(Problem::invalid(format!(
                        "The attribute /{field} has existed, please use 'replace' operation instead."
                    )));
                }
                Some(_) => {}
            }
        }
        let failed =
            |why: &str| Problem::invalid(format!("Couldn't apply patch '{}'. Reason: {why}", echo(operations)));
        match parts.as_slice() {
            [field] => set_field(target, op, field, value).map_err(|why| failed(&why))?,
            [field, key] if target.get(*field).is_some_and(Value::is_object) => {
                set_key(target, op, field, key, value).map_err(|why| failed(&why))?;
            }
            _ => return Err(failed(&format!("can't {op} a non-existent object '{}'", parts[parts.len() - 1]))),
        }
    }
    Ok(())
}

/// The operations as Magnum prints its own objects of them: path first.
fn echo(operations: &[Value]) -> String {
    let one = |operation: &Value| {
        let keys = ["path", "op", "value"].into_iter().filter_map(|key| Some((key, operation.get(key)?)));
        let pairs: Vec<String> = keys.map(|(key, value)| format!("'{key}': {}", python(value))).collect();
        format!("{{{}}}", pairs.join(", "))
    };
    format!("[{}]", operations.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn set_field(target: &mut Map<String, Value>, op: &str, field: &str, value: Value) -> Result<(), String> {
    let Some(present) = target.get_mut(field) else {
        return Err(format!("can't {op} a non-existent object '{field}'"));
    };
    *present = match (op, &value) {
        ("remove", _) => match present {
            Value::Object(_) => Value::Object(Map::new()),
            Value::Bool(_) => Value::Bool(false),
            _ => Value::Null,
        },
        // Labels as a whole come as the text of a Python dictionary.
        (_, Value::String(text)) if present.is_object() => {
            serde_json::from_str(&text.replace('\'', "\"")).map_err(|_| format!("Value not a valid dict: {text}"))?
        }
        _ => value,
    };
    Ok(())
}

fn set_key(target: &mut Map<String, Value>, op: &str, field: &str, key: &str, value: Value) -> Result<(), String> {
    let Some(map) = target.get_mut(field).and_then(Value::as_object_mut) else {
        return Err(format!("can't {op} a non-existent object '{key}'"));
    };
    match op {
        "add" => {
            map.insert(key.to_owned(), value);
        }
        _ if !map.contains_key(key) => return Err(format!("can't {op} a non-existent object '{key}'")),
        "remove" => {
            map.remove(key);
        }
        _ => {
            map.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target() -> Map<String, Value> {
        let value = json!({"flavor_id": "a", "dns_nameserver": null, "labels": {"k": "v"}, "image_id": "i"});
        value.as_object().cloned().unwrap()
    }

    fn run(operations: &Value) -> Result<Map<String, Value>, String> {
        let mut target = target();
        let operations = operations.as_array().cloned().unwrap();
        apply(&mut target, &operations, &["uuid"], &["image_id"]).map(|()| target).map_err(|problem| problem.text)
    }

    #[test]
    fn attributes_and_labels_change() {
        let out = run(&json!([
            {"op": "replace", "path": "/flavor_id", "value": "b"}, {"op": "add", "path": "/labels/x", "value": "y"},
            {"op": "add", "path": "/dns_nameserver", "value": "192.0.2.1"}, {"op": "remove", "path": "/labels/k"},
        ]))
        .unwrap();
        assert_eq!(out["flavor_id"], "b");
        assert_eq!(out["labels"], json!({"x": "y"}));
        assert_eq!(out["dns_nameserver"], "192.0.2.1");
    }

    #[test]
    fn refusals_use_magnums_words() {
        assert_eq!(
            run(&json!([{"op": "replace", "path": "/nonsense", "value": 1}])).unwrap_err(),
            "Couldn't apply patch '[{'path': '/nonsense', 'op': 'replace', 'value': 1}]'. Reason: can't replace a \
             non-existent object 'nonsense'"
        );
        assert_eq!(
            run(&json!([{"op": "replace", "path": "/uuid", "value": "x"}])).unwrap_err(),
            "'/uuid' is an internal attribute and can not be updated"
        );
        assert_eq!(
            run(&json!([{"op": "remove", "path": "/image_id"}])).unwrap_err(),
            "'/image_id' is a mandatory attribute and can not be removed"
        );
        assert!(run(&json!([{"op": "nonsense", "path": "/flavor_id"}])).unwrap_err().contains("add, replace, remove"));
    }
}
