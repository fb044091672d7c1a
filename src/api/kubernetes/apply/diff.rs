//! What an apply changed in an object, in few words.

use serde_json::Value;

/// A changed field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Changed {
    path: String,
    before: Option<Value>,
    after: Option<Value>,
}

/// Changed fields, without what the server keeps for itself (`status` and parts of `metadata`).
pub(super) fn changes(before: &Value, after: &Value) -> Vec<Changed> {
    let mut list = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut list);
    list
}

fn walk(path: String, before: Option<&Value>, after: Option<&Value>, list: &mut Vec<Changed>) {
    if before == after || is_servers(&path) {
        return;
    }
    match (before, after) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let gone = a.keys().filter(|key| !b.contains_key(*key));
            for key in b.keys().chain(gone) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(path, a.get(key), b.get(key), list);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                walk(format!("{path}[{at}]"), Some(a), Some(b), list);
            }
        }
        _ => list.push(Changed { path, before: before.cloned(), after: after.cloned() }),
    }
}

fn is_servers(path: &str) -> bool {
    const FIELDS: [&str; 6] = [
        "status",
        "metadata.managedFields",
        "metadata.resourceVersion",
        "metadata.generation",
        "metadata.selfLink",
        "metadata.annotations.deployment.kubernetes.io/revision",
    ];
    FIELDS.contains(&path)
}

/// `spec.replicas: 3 → 5, metadata.labels.tier: added`; at most three fields. Values of Secrets are not told.
pub(super) fn text(list: &[Changed], kind: &str) -> String {
    const SHOWN: usize = 3;
    let mut parts: Vec<String> = list.iter().take(SHOWN).map(|change| one(change, kind == "Secret")).collect();
    if list.len() > SHOWN {
        parts.push(format!("+{}", list.len() - SHOWN));
    }
    parts.join(", ")
}

fn one(change: &Changed, secret: bool) -> String {
    let short = |value: &Option<Value>| match value {
        Some(Value::String(text)) if text.len() <= 60 && !text.contains('\n') => Some(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
        _ => None,
    };
    match (short(&change.before), short(&change.after)) {
        (Some(before), Some(after)) if !secret => format!("{}: {before} → {after}", change.path),
        (None, Some(after)) if !secret && change.before.is_none() => format!("{}: {after}", change.path),
        _ => change.path.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn changes_are_told_and_bookkeeping_is_not() {
        let before = json!({"metadata": {"resourceVersion": "1", "labels": {"a": "x"}}, "spec": {"replicas": 3, "list": [{"image": "a:1"}]}, "status": {"x": 1}});
        let after = json!({"metadata": {"resourceVersion": "2", "labels": {"a": "x", "b": "y"}}, "spec": {"replicas": 5, "list": [{"image": "a:2"}]}, "status": {"x": 2}});
        let list = changes(&before, &after);
        assert_eq!(
            text(&list, "Deployment"),
            "metadata.labels.b: y, spec.list[0].image: a:1 → a:2, spec.replicas: 3 → 5"
        );
        assert!(changes(&before, &before).is_empty());
    }

    #[test]
    fn secrets_keep_their_values() {
        let list = changes(&json!({"data": {"p": "b2xk"}}), &json!({"data": {"p": "bmV3"}}));
        assert_eq!(text(&list, "Secret"), "data.p");
    }
}
