//! JSON patch, merge patch and strategic merge patch.
//!
//! Strategic merge: <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md>.

use super::kinds::Kind;
use super::schema::{self, Field, ListKind, Shape, TypeDef};
use serde_json::{Map, Value};

/// Applies an RFC 6902 patch.
///
/// # Errors
/// What does not fit, in the API server's words.
pub fn json_patch(body: &mut Value, patch: &Value) -> Result<(), String> {
    // Of what does not fit the server says no more than this.
    let refused = "the server rejected our request due to an error in our request".to_owned();
    let patch: json_patch::Patch = serde_json::from_value(patch.clone()).map_err(|_| refused.clone())?;
    json_patch::patch(body, &patch).map_err(|_| refused)
}

/// Applies an RFC 7386 patch.
pub fn merge_patch(body: &mut Value, patch: &Value) {
    json_patch::merge(body, patch);
}

/// Applies a strategic merge patch to an object of a kind.
///
/// # Errors
/// When a list item lacks its merge key or a directive is unknown.
pub fn strategic(kind: Kind, body: &mut Value, patch: &Value) -> Result<(), String> {
    merge_object(schema::of_kind(kind), body, patch)
}

fn merge_object(definition: Option<&'static TypeDef>, target: &mut Value, patch: &Value) -> Result<(), String> {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return Ok(());
    };
    match changes.get("$patch").and_then(Value::as_str) {
        Some("replace") => {
            *target = Value::Object(
                changes.iter().filter(|(k, _)| !k.starts_with('$')).map(|(k, v)| (k.clone(), v.clone())).collect(),
            );
            return Ok(());
        }
        Some("delete") => {
            *target = Value::Object(Map::new());
            return Ok(());
        }
        Some("merge") | None => {}
        Some(other) => return Err(format!("Unknown patch type found: {other}")),
    }
    let map = super::json::object(target);
    if let Some(keep) = changes.get("$retainKeys").and_then(Value::as_array) {
        map.retain(|k, _| keep.iter().any(|x| x == k));
    }
    for (key, change) in changes {
        if let Some(name) = key.strip_prefix("$deleteFromPrimitiveList/") {
            if let (Some(Value::Array(items)), Value::Array(gone)) = (map.get_mut(name), change) {
                items.retain(|i| !gone.contains(i));
            }
            continue;
        }
        if key.starts_with('$') {
            continue;
        }
        if change.is_null() {
            map.remove(key);
            continue;
        }
        let field = definition.and_then(|d| d.fields.get(key.as_str()));
        let slot = map.entry(key.clone()).or_insert(Value::Null);
        merge_field(field, slot, change, key)?;
        if let Some(order) = changes.get(&format!("$setElementOrder/{key}")).and_then(Value::as_array) {
            reorder(field, slot, order);
        }
    }
    // An order may also come for a list that is not patched itself.
    for (key, order) in changes {
        if let Some(name) = key.strip_prefix("$setElementOrder/")
            && !changes.contains_key(name)
            && let (Some(slot), Value::Array(order)) = (map.get_mut(name), order)
        {
            reorder(definition.and_then(|d| d.fields.get(name)), slot, order);
        }
    }
    Ok(())
}

fn merge_field(field: Option<&'static Field>, slot: &mut Value, change: &Value, name: &str) -> Result<(), String> {
    match (field.map(|f| &f.shape), change) {
        (Some(Shape::Object(type_name)), Value::Object(_)) => merge_object(schema::get(type_name), slot, change),
        (Some(Shape::Map(_)), Value::Object(_)) => merge_object(None, slot, change),
        (Some(Shape::List(inner)), Value::Array(items)) => match field.map(|f| &f.list) {
            Some(ListKind::Keyed(keys)) => {
                let key = keys.first().copied().unwrap_or("name");
                merge_keyed(inner, key, slot, items, name)
            }
            Some(ListKind::Set) => {
                let list = list_of(slot);
                for item in items {
                    if !list.contains(item) {
                        list.push(item.clone());
                    }
                }
                Ok(())
            }
            _ => {
                *slot = change.clone();
                Ok(())
            }
        },
        (None, Value::Object(_)) => merge_object(None, slot, change),
        _ => {
            *slot = change.clone();
            Ok(())
        }
    }
}

fn list_of(slot: &mut Value) -> &mut Vec<Value> {
    if !slot.is_array() {
        *slot = Value::Array(Vec::new());
    }
    match slot {
        Value::Array(items) => items,
        // Made a list just above.
        _ => unreachable!(),
    }
}

/// A map as Go prints it (`map[image:nginx]`).
fn go_map(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{}", go_map(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(go_map).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".into(),
        other => other.to_string(),
    }
}

fn merge_keyed(inner: &Shape, key: &str, slot: &mut Value, items: &[Value], name: &str) -> Result<(), String> {
    let definition = match inner {
        Shape::Object(type_name) => schema::get(type_name),
        _ => None,
    };
    let list = list_of(slot);
    if items.iter().any(|i| i.get("$patch").and_then(Value::as_str) == Some("replace")) {
        *list = items.iter().filter(|i| i.get("$patch").is_none()).cloned().collect();
        return Ok(());
    }
    for item in items {
        let Some(id) = item.get(key) else {
            return Err(format!("map: {} does not contain declared merge key: {key}", go_map(item)));
        };
        let position = list.iter().position(|x| x.get(key) == Some(id));
        if item.get("$patch").and_then(Value::as_str) == Some("delete") {
            if let Some(i) = position {
                list.remove(i);
            }
            continue;
        }
        match position.and_then(|i| list.get_mut(i)) {
            Some(found) => merge_object(definition, found, item)?,
            None => {
                let mut fresh = Value::Object(Map::new());
                merge_object(definition, &mut fresh, item)?;
                list.push(fresh);
            }
        }
    }
    let _ = name;
    Ok(())
}

/// Puts items in the order the patch names; items it does not name stay behind their neighbours.
fn reorder(field: Option<&'static Field>, slot: &mut Value, order: &[Value]) {
    let key = match field.map(|f| &f.list) {
        Some(ListKind::Keyed(keys)) => keys.first().copied(),
        _ => None,
    };
    let Value::Array(items) = slot else { return };
    let place = |item: &Value| {
        order.iter().position(|o| match key {
            Some(key) => o.get(key) == item.get(key),
            None => o == item,
        })
    };
    let mut last = 0;
    let mut ranked: Vec<(usize, usize, Value)> = Vec::with_capacity(items.len());
    for (i, item) in items.drain(..).enumerate() {
        last = place(&item).unwrap_or(last);
        ranked.push((last, i, item));
    }
    ranked.sort_by_key(|(rank, i, _)| (*rank, *i));
    items.extend(ranked.into_iter().map(|(_, _, item)| item));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment() -> Value {
        json!({"metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x"]}, "spec": {"replicas": 1, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
            "template": {"spec": {"containers": [{"name": "web", "image": "web:1", "env": [{"name": "A", "value": "1"}]}, {"name": "side", "image": "side:1"}], "tolerations": [{"key": "x"}]}}}})
    }

    fn patched(patch: Value) -> Value {
        let mut body = deployment();
        strategic(Kind::Deployment, &mut body, &patch).unwrap();
        body
    }

    #[test]
    fn lists_with_a_merge_key_are_merged_and_others_replaced() {
        let body = patched(
            json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:2", "env": [{"name": "B", "value": "2"}]}], "tolerations": [{"key": "y"}]}}}}),
        );
        let spec = &body["spec"]["template"]["spec"];
        assert_eq!(spec["containers"][0]["image"], "web:2");
        assert_eq!(spec["containers"][0]["env"].as_array().unwrap().len(), 2);
        assert_eq!(spec["containers"][1]["name"], "side");
        assert_eq!(spec["tolerations"], json!([{"key": "y"}]));
    }

    #[test]
    fn directives_delete_replace_keep_and_order() {
        let body = patched(json!({"metadata": {"labels": {"b": null}, "$deleteFromPrimitiveList/finalizers": ["x"]},
            "spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"},
                "template": {"spec": {"$setElementOrder/containers": [{"name": "new"}, {"name": "web"}], "containers": [{"$patch": "delete", "name": "side"}, {"name": "new", "image": "n"}]}}}}));
        assert_eq!(body["metadata"], json!({"labels": {"a": "1"}, "finalizers": []}));
        assert_eq!(body["spec"]["strategy"], json!({"type": "Recreate"}));
        let names: Vec<&str> = body["spec"]["template"]["spec"]["containers"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|c| c["name"].as_str())
            .collect();
        assert_eq!(names, ["new", "web"]);
        let missing = strategic(
            Kind::Deployment,
            &mut deployment(),
            &json!({"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}),
        );
        assert!(missing.unwrap_err().contains("does not contain declared merge key: name"));
    }

    #[test]
    fn the_other_patches_follow_their_standards() {
        let mut body = deployment();
        merge_patch(
            &mut body,
            &json!({"spec": {"template": {"spec": {"containers": [{"name": "only"}]}}}, "metadata": {"labels": null}}),
        );
        assert_eq!(body["spec"]["template"]["spec"]["containers"], json!([{"name": "only"}]));
        json_patch(&mut body, &json!([{"op": "replace", "path": "/spec/replicas", "value": 4}])).unwrap();
        assert_eq!(body["spec"]["replicas"], 4);
        assert!(json_patch(&mut body, &json!([{"op": "test", "path": "/spec/replicas", "value": 5}])).is_err());
    }
}
