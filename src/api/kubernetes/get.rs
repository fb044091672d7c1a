//! One object in full, as YAML for people.

use super::connect::Connection;
use super::discovery::shown;
use super::error::Error;
use super::request;
use serde_json::Value;

/// The object as YAML, without `metadata.managedFields`; a Secret's values are left out.
pub async fn yaml(connection: &Connection, kind: &str, namespace: &str, name: &str) -> Result<String, Error> {
    let path = shown(kind)?.path(namespace, name);
    let mut object: Value = request::get(connection.client(), &path).await?;
    tidy(&mut object);
    serde_saphyr::to_string(&object)
        .map_err(|error| Error::Decode(format!("the object cannot be shown as YAML: {error}")))
}

/// Takes out what nobody reads, and what nobody should see on a screen.
fn tidy(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    if object.get("kind").and_then(Value::as_str) == Some("Secret") {
        for field in ["data", "stringData"] {
            if let Some(values) = object.get_mut(field).and_then(Value::as_object_mut) {
                values.values_mut().for_each(|value| *value = Value::from("(hidden)"));
            }
        }
        let last = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
        if let Some(value) = object.pointer_mut(last) {
            *value = Value::from("(hidden)");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn managed_fields_and_secrets_are_left_out() {
        let mut object = json!({"kind": "Secret", "metadata": {"name": "a", "managedFields": [{}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"p\":\"czNjcmV0\"}}"}}, "data": {"p": "czNjcmV0"}});
        tidy(&mut object);
        let text = serde_saphyr::to_string(&object).unwrap();
        assert!(!text.contains("czNjcmV0") && !text.contains("managedFields"), "{text}");
    }
}
