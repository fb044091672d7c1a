//! Known fields of every kind: for decoding, strategic merge, server-side apply and the published schemas.
//!
//! The table `fields.txt` holds names, types and numbers only; its head explains its form.

use super::kinds::Kind;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// 32-bit whole number.
    Int,
    /// 64-bit whole number.
    Long,
    /// Number.
    Float,
    /// Quantity (`250m`): text, or a plain number.
    Quantity,
    /// Whole number or text (a port, a percentage).
    IntOrText,
    /// RFC 3339 time.
    Time,
    /// RFC 3339 time with microseconds.
    MicroTime,
    /// Base64.
    Bytes,
    /// Anything.
    Any,
    /// List.
    List(Box<Shape>),
    /// Map from text.
    Map(Box<Shape>),
    /// An object of a named type.
    Object(&'static str),
}

/// How the items of a list are told apart when lists are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListKind {
    /// Not at all: the list is replaced whole.
    Atomic,
    /// Items are themselves.
    Set,
    /// By these fields; the first is the merge key of strategic merge.
    Keyed(Vec<&'static str>),
}

/// One field of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Must be given.
    pub required: bool,
    /// Type of the value.
    pub shape: Shape,
    /// How lists merge.
    pub list: ListKind,
    /// Field numbers in protobuf, from the object inwards: Go embeds what JSON writes flat.
    pub number: Vec<u32>,
    /// Go keeps a pointer: zero is a value of its own.
    pub pointer: bool,
}

/// An object type.
#[derive(Debug)]
pub struct TypeDef {
    /// Short name (`PodSpec`).
    pub name: &'static str,
    /// Definition (`api.core.v1.PodSpec`).
    pub definition: &'static str,
    /// Owned as a whole in server-side apply.
    pub atomic: bool,
    /// Fields by name.
    pub fields: BTreeMap<&'static str, Field>,
}

impl TypeDef {
    /// The field with these protobuf numbers.
    pub fn numbered(&self, number: &[u32]) -> Option<(&'static str, &Field)> {
        self.fields.iter().find(|(_, f)| f.number == number).map(|(name, f)| (*name, f))
    }

    /// These numbers lead to an embedded message, whose fields JSON writes flat.
    pub fn embeds(&self, number: &[u32]) -> bool {
        self.fields.values().any(|f| f.number.len() > number.len() && f.number.starts_with(number))
    }
}

static TYPES: LazyLock<HashMap<&'static str, TypeDef>> = LazyLock::new(|| parse(include_str!("fields.txt")));

/// All types.
pub fn types() -> &'static HashMap<&'static str, TypeDef> {
    &TYPES
}

/// A type by its short name.
pub fn get(name: &str) -> Option<&'static TypeDef> {
    TYPES.get(name)
}

/// The type of a kind's objects.
pub fn of_kind(kind: Kind) -> Option<&'static TypeDef> {
    get(kind.info().name)
}

/// The type of an object that names its version and kind. Options and the like are sent under any version.
pub fn of_object(api_version: &str, kind: &str) -> Option<&'static TypeDef> {
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let definition = format!("api.{}.{version}.{kind}", group.split('.').next().unwrap_or(group));
    TYPES.values().find(|d| d.definition == definition).or_else(|| get(kind))
}

fn parse(text: &'static str) -> HashMap<&'static str, TypeDef> {
    let mut types = HashMap::new();
    let mut current: Option<TypeDef> = None;
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        if let Some(field) = line.strip_prefix(' ') {
            let mut words = field.split(' ');
            let (name, shape, number) =
                (words.next().unwrap_or(""), words.next().unwrap_or("j"), words.next().unwrap_or(""));
            let list = match words.next().and_then(|keys| keys.strip_prefix('~')) {
                Some("~") => ListKind::Set,
                Some(keys) => ListKind::Keyed(keys.split(',').collect()),
                None => ListKind::Atomic,
            };
            let entry = Field {
                required: name.ends_with('!'),
                shape: parse_shape(shape),
                list,
                number: number.trim_end_matches('*').split('.').filter_map(|n| n.parse().ok()).collect(),
                pointer: number.ends_with('*'),
            };
            if let Some(current) = &mut current {
                current.fields.insert(name.trim_end_matches('!'), entry);
            }
        } else {
            let mut words = line.split(' ');
            let (name, definition) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let next = TypeDef { name, definition, atomic: words.next() == Some("="), fields: BTreeMap::new() };
            if let Some(done) = current.replace(next) {
                types.insert(done.name, done);
            }
        }
    }
    if let Some(done) = current {
        types.insert(done.name, done);
    }
    types
}

fn parse_shape(text: &'static str) -> Shape {
    if let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        return Shape::List(Box::new(parse_shape(inner)));
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        return Shape::Map(Box::new(parse_shape(inner)));
    }
    match text {
        "s" => Shape::Text,
        "b" => Shape::Bool,
        "i" => Shape::Int,
        "l" => Shape::Long,
        "f" => Shape::Float,
        "q" => Shape::Quantity,
        "o" => Shape::IntOrText,
        "t" => Shape::Time,
        "u" => Shape::MicroTime,
        "y" => Shape::Bytes,
        "j" => Shape::Any,
        name => Shape::Object(name),
    }
}

/// Paths of members that the kind does not know (`spec.template.spec.containers[0].imagee`), which are taken away.
pub fn drop_unknown(kind: Kind, body: &mut Value) -> Vec<String> {
    let mut unknown = Vec::new();
    if let Some(definition) = of_kind(kind) {
        walk_object(definition, body, "", &mut unknown);
    }
    unknown
}

fn walk_object(definition: &TypeDef, value: &mut Value, path: &str, unknown: &mut Vec<String>) {
    let Value::Object(map) = value else { return };
    let extra: Vec<String> = map.keys().filter(|k| !definition.fields.contains_key(k.as_str())).cloned().collect();
    for key in extra {
        unknown.push(join(path, &key));
        map.remove(&key);
    }
    for (key, child) in map.iter_mut() {
        if let Some(field) = definition.fields.get(key.as_str()) {
            walk(&field.shape, child, &join(path, key), unknown);
        }
    }
}

fn walk(shape: &Shape, value: &mut Value, path: &str, unknown: &mut Vec<String>) {
    match (shape, value) {
        (Shape::Object(name), value) => {
            if let Some(definition) = get(name) {
                walk_object(definition, value, path, unknown);
            }
        }
        (Shape::List(inner), Value::Array(items)) => {
            for (i, item) in items.iter_mut().enumerate() {
                walk(inner, item, &format!("{path}[{i}]"), unknown);
            }
        }
        (Shape::Map(inner), Value::Object(map)) => {
            for (key, item) in map {
                walk(inner, item, &join(path, key), unknown);
            }
        }
        _ => {}
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The first value whose type does not fit, in the words of Go's JSON decoder; numbers for text are the classic.
pub fn type_error(kind: Kind, body: &Value) -> Option<String> {
    check_object(of_kind(kind)?, body, "")
}

fn check_object(definition: &'static TypeDef, value: &Value, path: &str) -> Option<String> {
    let map: &Map<String, Value> = match value {
        Value::Object(map) => map,
        Value::Null => return None,
        other => return Some(mismatch(other, definition.name, path, &format!("v1.{}", definition.name))),
    };
    map.iter().find_map(|(key, child)| {
        let field = definition.fields.get(key.as_str())?;
        check(&field.shape, child, definition.name, &join(path, key))
    })
}

fn check(shape: &Shape, value: &Value, owner: &str, path: &str) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let wrong = |go: &str| Some(mismatch(value, owner, path, go));
    match shape {
        Shape::Text | Shape::Bytes | Shape::Time | Shape::MicroTime => {
            if value.is_string() {
                None
            } else {
                wrong("string")
            }
        }
        Shape::Bool => {
            if value.is_boolean() {
                None
            } else {
                wrong("bool")
            }
        }
        Shape::Int => {
            if value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) {
                None
            } else {
                wrong("int32")
            }
        }
        Shape::Long => {
            if value.is_i64() {
                None
            } else {
                wrong("int64")
            }
        }
        Shape::Float => {
            if value.is_number() {
                None
            } else {
                wrong("float64")
            }
        }
        Shape::Quantity => match value {
            Value::String(_) | Value::Number(_) => None,
            _ => wrong("resource.Quantity"),
        },
        Shape::IntOrText => match value {
            Value::String(_) | Value::Number(_) => None,
            _ => wrong("intstr.IntOrString"),
        },
        Shape::Any => None,
        Shape::List(inner) => match value {
            Value::Array(items) => items.iter().find_map(|item| check(inner, item, owner, path)),
            _ => wrong(&format!("[]{}", go_name(inner))),
        },
        Shape::Map(inner) => match value {
            Value::Object(map) => map.values().find_map(|item| check(inner, item, owner, path)),
            _ => wrong(&format!("map[string]{}", go_name(inner))),
        },
        Shape::Object(name) => match value {
            Value::Object(_) => check_object(get(name)?, value, path),
            _ => wrong(&format!("v1.{name}")),
        },
    }
}

fn go_name(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "bool".into(),
        Shape::Int => "int32".into(),
        Shape::Long => "int64".into(),
        Shape::Quantity => "resource.Quantity".into(),
        Shape::Object(name) => format!("v1.{name}"),
        _ => "string".into(),
    }
}

fn mismatch(value: &Value, owner: &str, path: &str, go: &str) -> String {
    let found = match value {
        Value::String(_) => "string".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(n) if matches!(go, "int32" | "int64") => format!("number {n}"),
        Value::Number(_) => "number".to_owned(),
        Value::Array(_) => "array".to_owned(),
        _ => "object".to_owned(),
    };
    format!("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {go}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_has_a_type_and_every_type_is_there() {
        for kind in Kind::ALL.iter().filter(|k| !k.is_virtual()) {
            assert!(of_kind(*kind).is_some(), "{kind:?}");
        }
        fn inner(shape: &Shape) -> Option<&'static str> {
            match shape {
                Shape::List(s) | Shape::Map(s) => inner(s),
                Shape::Object(name) => Some(name),
                _ => None,
            }
        }
        for definition in types().values() {
            for (name, field) in &definition.fields {
                if let Some(wanted) = inner(&field.shape) {
                    assert!(get(wanted).is_some(), "{}.{name}: {wanted}", definition.name);
                }
            }
        }
        // What every object has stands in the envelope; all else has a number of its own.
        for definition in types().values() {
            let mut seen = std::collections::BTreeSet::new();
            for (name, field) in &definition.fields {
                let enveloped = definition.fields.contains_key("metadata") && matches!(*name, "apiVersion" | "kind");
                let bare = enveloped || definition.name == "DeleteOptions" && matches!(*name, "apiVersion" | "kind");
                assert_eq!(field.number.is_empty(), bare, "{}.{name}", definition.name);
                assert!(bare || seen.insert(&field.number), "{}.{name}", definition.name);
            }
        }
        let ports = &get("Container").unwrap().fields["ports"];
        assert_eq!(ports.list, ListKind::Keyed(vec!["containerPort", "protocol"]));
        assert!(get("Container").unwrap().fields["name"].required);
        assert!(get("LabelSelector").unwrap().atomic);
        let named = |version: &str, kind: &str| of_object(version, kind).map(|d| d.definition);
        assert_eq!(named("networking.k8s.io/v1", "Ingress"), Some("api.networking.v1.Ingress"));
        assert_eq!(
            named("autoscaling/v1", "HorizontalPodAutoscaler"),
            Some("api.autoscaling.v1.HorizontalPodAutoscaler")
        );
        assert_eq!(named("apps/v1", "DeleteOptions"), Some("apimachinery.pkg.apis.meta.v1.DeleteOptions"));
    }

    #[test]
    fn unknown_fields_are_found_by_path() {
        let mut body = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "lables": {}},
            "spec": {"replcas": 1, "template": {"spec": {"containers": [{"name": "a", "imagee": "x"}]}}},
        });
        let unknown = drop_unknown(Kind::Deployment, &mut body);
        assert_eq!(unknown, ["metadata.lables", "spec.replcas", "spec.template.spec.containers[0].imagee"]);
        assert_eq!(body["spec"]["template"]["spec"]["containers"][0], json!({"name": "a"}));
    }

    #[test]
    fn wrong_types_are_told_as_go_tells_them() {
        let body = json!({"spec": {"replicas": "three"}});
        assert_eq!(
            type_error(Kind::Deployment, &body).unwrap(),
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
        );
        let fine = json!({"spec": {"template": {"spec": {"containers": [{"ports": [{"containerPort": 80}], "resources": {"requests": {"cpu": 1}}}]}}}});
        assert_eq!(type_error(Kind::Deployment, &fine), None);
    }
}
