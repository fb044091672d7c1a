//! Sets of field paths: which parts of an object somebody owns, in the `FieldsV1` form.
//!
//! <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>

use super::super::schema::{self, Field, ListKind, Shape, TypeDef};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One step of a path, as it is written: `f:name`, `k:{"name":"web"}`, `v:"x"`.
pub type Step = String;

/// A set of paths as a tree. `here` tells that the node's own path is in the set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldSet {
    /// The path to this node is a member.
    pub here: bool,
    /// Members below.
    pub children: BTreeMap<Step, FieldSet>,
}

impl FieldSet {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        !self.here && self.children.is_empty()
    }

    /// Reads `fieldsV1`.
    pub fn parse(value: &Value) -> FieldSet {
        let mut set = FieldSet::default();
        let Value::Object(map) = value else { return set };
        for (step, below) in map {
            if step == "." {
                set.here = true;
            } else {
                let mut child = FieldSet::parse(below);
                // An empty object stands for the path itself.
                child.here |= below.as_object().is_none_or(Map::is_empty);
                set.children.insert(step.clone(), child);
            }
        }
        set
    }

    /// Writes `fieldsV1`.
    pub fn write(&self) -> Value {
        let mut map = Map::new();
        if self.here && !self.children.is_empty() {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        for (step, child) in &self.children {
            map.insert(step.clone(), child.write());
        }
        Value::Object(map)
    }

    /// All paths of both.
    pub fn union(&mut self, other: &FieldSet) {
        self.here |= other.here;
        for (step, child) in &other.children {
            self.children.entry(step.clone()).or_default().union(child);
        }
    }

    /// Paths of this set that are not in the other.
    pub fn minus(&self, other: &FieldSet) -> FieldSet {
        let mut left = FieldSet { here: self.here && !other.here, children: BTreeMap::new() };
        for (step, child) in &self.children {
            let rest = other.children.get(step).map_or_else(|| child.clone(), |o| child.minus(o));
            if !rest.is_empty() {
                left.children.insert(step.clone(), rest);
            }
        }
        left
    }

    /// Paths in both.
    pub fn intersect(&self, other: &FieldSet) -> FieldSet {
        let mut both = FieldSet { here: self.here && other.here, children: BTreeMap::new() };
        for (step, child) in &self.children {
            if let Some(o) = other.children.get(step) {
                let common = child.intersect(o);
                if !common.is_empty() {
                    both.children.insert(step.clone(), common);
                }
            }
        }
        both
    }

    /// Is the path a member?
    pub fn contains(&self, path: &[Step]) -> bool {
        match path.split_first() {
            None => self.here,
            Some((step, rest)) => self.children.get(step).is_some_and(|c| c.contains(rest)),
        }
    }

    /// Every member path.
    pub fn paths(&self) -> Vec<Vec<Step>> {
        fn collect(set: &FieldSet, path: &mut Vec<Step>, out: &mut Vec<Vec<Step>>) {
            if set.here {
                out.push(path.clone());
            }
            for (step, child) in &set.children {
                path.push(step.clone());
                collect(child, path, out);
                path.pop();
            }
        }
        let mut out = Vec::new();
        collect(self, &mut Vec::new(), &mut out);
        out
    }

    fn leaf() -> FieldSet {
        FieldSet { here: true, children: BTreeMap::new() }
    }
}

/// The paths a value covers, by its type: maps and structs by their members, keyed lists and sets by their items,
/// everything else as a whole.
pub fn paths_of(definition: &'static TypeDef, value: &Value) -> FieldSet {
    object_set(definition, value)
}

fn object_set(definition: &'static TypeDef, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    for (name, child) in value.as_object().into_iter().flatten() {
        let below = match definition.fields.get(name.as_str()) {
            Some(field) => field_set(field, child),
            None => FieldSet::leaf(),
        };
        set.children.insert(format!("f:{name}"), below);
    }
    set
}

fn field_set(field: &'static Field, value: &Value) -> FieldSet {
    match (&field.shape, value) {
        (Shape::Object(name), Value::Object(map)) => match schema::get(name).filter(|d| !d.atomic && !map.is_empty()) {
            Some(definition) => object_set(definition, value),
            None => FieldSet::leaf(),
        },
        (Shape::Map(inner), Value::Object(map)) if !map.is_empty() => {
            let mut set = FieldSet { here: true, children: BTreeMap::new() };
            for (key, child) in map {
                let below = match &**inner {
                    Shape::Object(name) => schema::get(name).map_or_else(FieldSet::leaf, |d| object_set(d, child)),
                    _ => FieldSet::leaf(),
                };
                set.children.insert(format!("f:{key}"), below);
            }
            // A granular map is owned through its entries; its own path goes with the first applier.
            set.here = false;
            set
        }
        (Shape::List(inner), Value::Array(items)) if !items.is_empty() => match &field.list {
            ListKind::Atomic => FieldSet::leaf(),
            ListKind::Set => {
                let steps = items.iter().map(|i| (format!("v:{i}"), FieldSet::leaf()));
                FieldSet { here: false, children: steps.collect() }
            }
            ListKind::Keyed(keys) => {
                let mut set = FieldSet::default();
                for item in items {
                    let mut below = match &**inner {
                        Shape::Object(name) => schema::get(name).map(|d| object_set(d, item)).unwrap_or_default(),
                        _ => FieldSet::default(),
                    };
                    below.here = true;
                    set.children.insert(key_step(keys, item), below);
                }
                set
            }
        },
        _ => FieldSet::leaf(),
    }
}

/// The step of a keyed list's item: `k:{"containerPort":80,"protocol":"TCP"}`. A protocol left out is TCP.
pub fn key_step(keys: &[&str], item: &Value) -> Step {
    let mut map = Map::new();
    for key in keys {
        let value = item.get(*key).cloned().or_else(|| (*key == "protocol").then(|| Value::from("TCP")));
        map.insert((*key).to_owned(), value.unwrap_or(Value::Null));
    }
    format!("k:{}", Value::Object(map))
}

/// A path as messages show it: `.spec.template.spec.containers[name="web"].image`.
pub fn show(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        if let Some(name) = step.strip_prefix("f:") {
            out.push('.');
            out.push_str(name);
        } else if let Some(keys) = step.strip_prefix("k:") {
            let map: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
            let pairs: Vec<String> = map.iter().map(|(k, v)| format!("{k}={v}")).collect();
            out.push_str(&format!("[{}]", pairs.join(",")));
        } else if let Some(value) = step.strip_prefix("v:") {
            out.push_str(&format!("[={value}]"));
        }
    }
    out
}

/// The value at a path; list items are found by key.
pub fn value_at<'a>(value: &'a Value, path: &[Step]) -> Option<&'a Value> {
    let Some((step, rest)) = path.split_first() else { return Some(value) };
    let next = if let Some(name) = step.strip_prefix("f:") {
        value.get(name)?
    } else {
        value.as_array()?.iter().find(|item| is_item(step, item))?
    };
    value_at(next, rest)
}

/// Takes away what stands at a path, and parents left empty by it.
pub fn remove_at(value: &mut Value, path: &[Step]) {
    let Some((step, rest)) = path.split_first() else { return };
    if let Some(name) = step.strip_prefix("f:") {
        let Value::Object(map) = value else { return };
        if rest.is_empty() {
            map.remove(name);
        } else if let Some(child) = map.get_mut(name) {
            remove_at(child, rest);
            if is_hollow(child) {
                map.remove(name);
            }
        }
    } else if let Value::Array(items) = value {
        if rest.is_empty() {
            items.retain(|item| !is_item(step, item));
        } else if let Some(item) = items.iter_mut().find(|item| is_item(step, item)) {
            remove_at(item, rest);
        }
    }
}

fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn is_item(step: &str, item: &Value) -> bool {
    if let Some(wanted) = step.strip_prefix("v:") {
        return serde_json::from_str::<Value>(wanted).is_ok_and(|wanted| *item == wanted);
    }
    let Some(keys) = step.strip_prefix("k:").and_then(|k| serde_json::from_str::<Map<String, Value>>(k).ok()) else {
        return false;
    };
    keys.iter().all(|(key, wanted)| match item.get(key) {
        Some(found) => found == wanted,
        None => wanted.is_null() || (key == "protocol" && wanted == "TCP"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::kinds::Kind;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_deployment_is_owned_by_its_leaves() {
        let value = json!({"spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": {"spec": {"containers": [{"name": "web", "image": "x", "args": ["a"]}]}}}});
        let set = paths_of(schema::of_kind(Kind::Deployment).unwrap(), &value);
        let written = set.write();
        assert_eq!(
            written,
            json!({"f:spec": {"f:replicas": {}, "f:selector": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:args": {}, "f:image": {}, "f:name": {}}}}}}})
        );
        assert_eq!(FieldSet::parse(&written), set);
        let shown: Vec<String> = set.paths().iter().map(|p| show(p)).collect();
        assert!(shown.contains(&".spec.template.spec.containers[name=\"web\"].image".to_owned()), "{shown:?}");
    }

    #[test]
    fn sets_are_added_and_subtracted() {
        let a = FieldSet::parse(&json!({"f:spec": {"f:x": {}, "f:y": {}}}));
        let b = FieldSet::parse(&json!({"f:spec": {"f:y": {}, "f:z": {}}}));
        assert_eq!(a.minus(&b).write(), json!({"f:spec": {"f:x": {}}}));
        assert_eq!(a.intersect(&b).write(), json!({"f:spec": {"f:y": {}}}));
        let mut both = a.clone();
        both.union(&b);
        assert_eq!(both.paths().len(), 3);
    }

    #[test]
    fn values_are_found_and_removed_by_key() {
        let mut value = json!({"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "ports": [{"containerPort": 80}]}]}});
        let path: Vec<Step> =
            vec!["f:spec".into(), "f:containers".into(), "k:{\"name\":\"a\"}".into(), "f:image".into()];
        assert_eq!(value_at(&value, &path), Some(&json!("x")));
        let port: Vec<Step> = vec![
            "f:spec".into(),
            "f:containers".into(),
            "k:{\"name\":\"b\"}".into(),
            "f:ports".into(),
            "k:{\"containerPort\":80,\"protocol\":\"TCP\"}".into(),
        ];
        assert!(value_at(&value, &port).is_some());
        remove_at(&mut value, &path[..3]);
        assert_eq!(value["spec"]["containers"].as_array().unwrap().len(), 1);
    }
}
