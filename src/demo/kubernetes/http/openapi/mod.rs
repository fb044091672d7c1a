//! Published schemas: OpenAPI v2 (JSON, and the protobuf form `kubectl` reads) and v3 by group.

mod protobuf;

use super::super::failure::Failure;
use super::super::kinds::{GROUPS, Kind};
use super::super::schema::{self, ListKind, Shape, TypeDef};
use super::super::versions;
use super::request::Call;
use super::{Answer, admission, json_answer, value_answer};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

const PROTOBUF: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

static V2: LazyLock<Value> = LazyLock::new(v2);
static V2_PROTOBUF: LazyLock<Vec<u8>> = LazyLock::new(|| protobuf::document(&V2));

/// Answers a path below `/openapi`.
pub fn serve(path: &[&str], call: &Call, server: &str) -> Answer {
    match path {
        ["v2"] if call.accept.contains("protobuf") => {
            let mut answer = json_answer(StatusCode::OK, V2_PROTOBUF.clone());
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROTOBUF));
            Ok(answer)
        }
        ["v2"] => Ok(value_answer(&V2)),
        // Version 3 came with 1.24.
        ["v3", ..] if admission::minor(server) < 24 => Err(Failure::no_such_path()),
        ["v3"] => {
            let mut paths = Map::new();
            let mut add = |path: String| {
                let url = format!(
                    "/openapi/v3/{path}?hash={:X}",
                    path.bytes().fold(17u64, |h, b| h.wrapping_mul(31) + u64::from(b))
                );
                paths.insert(path, json!({"serverRelativeURL": url}));
            };
            add("api/v1".into());
            GROUPS
                .iter()
                .filter(|(g, _)| has_types(g))
                .for_each(|(group, version)| add(format!("apis/{group}/{version}")));
            Ok(value_answer(&json!({"paths": paths})))
        }
        ["v3", "api", "v1"] => Ok(value_answer(&v3("", "v1"))),
        ["v3", "apis", group, version] if GROUPS.contains(&(group, version)) && has_types(group) => {
            Ok(value_answer(&v3(group, version)))
        }
        _ => Err(Failure::no_such_path()),
    }
}

fn has_types(group: &str) -> bool {
    Kind::ALL.iter().any(|k| k.info().group == group && schema::of_kind(*k).is_some())
}

/// Common schemas that the table writes as letters.
const QUANTITY: &str = "api.resource.Quantity";
const V3_ROOT: &str = "#/components/schemas/";
const INT_OR_STRING: &str = "util.intstr.IntOrString";

fn definition_name(definition: &str) -> String {
    format!("io.k8s.{definition}")
}

/// A kind's own object type carries its group, version and kind.
fn kind_of(definition: &TypeDef) -> Option<(Kind, String)> {
    let served = |k: &Kind| {
        let version = if k.info().name == definition.name { k.info().api_version() } else { versions::older(*k)? };
        schema::of_object(&version, k.info().name).filter(|d| d.name == definition.name).map(|_| (*k, version))
    };
    if !definition.fields.contains_key("kind") {
        return None;
    }
    Kind::ALL.iter().filter_map(served).next()
}

fn type_schema(definition: &TypeDef, root: &str) -> Value {
    let mut properties = Map::new();
    for (name, field) in &definition.fields {
        let mut property = shape_schema(&field.shape, root);
        match &field.list {
            ListKind::Keyed(keys) => {
                property["x-kubernetes-patch-strategy"] = "merge".into();
                property["x-kubernetes-patch-merge-key"] = keys.first().copied().unwrap_or("name").into();
                property["x-kubernetes-list-type"] = "map".into();
                property["x-kubernetes-list-map-keys"] = json!(keys);
            }
            ListKind::Set => {
                property["x-kubernetes-patch-strategy"] = "merge".into();
                property["x-kubernetes-list-type"] = "set".into();
            }
            ListKind::Atomic if matches!(field.shape, Shape::List(_)) => {
                property["x-kubernetes-list-type"] = "atomic".into()
            }
            ListKind::Atomic => {}
        }
        if let Some(about) = about_field(name) {
            // Beside a reference nothing counts in version 3, so that one is wrapped.
            if root == V3_ROOT && property.get("$ref").is_some() {
                property = json!({"allOf": [property]});
            }
            property["description"] = about.into();
        }
        properties.insert((*name).to_owned(), property);
    }
    let required: Vec<&str> = definition.fields.iter().filter(|(_, f)| f.required).map(|(n, _)| *n).collect();
    let mut out = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    if definition.atomic {
        out["x-kubernetes-map-type"] = "atomic".into();
    }
    if let Some((kind, version)) = kind_of(definition) {
        let version = version.rsplit('/').next().unwrap_or("");
        out["x-kubernetes-group-version-kind"] =
            json!([{"group": kind.info().group, "version": version, "kind": kind.info().name}]);
        out["description"] = about_kind(kind).into();
    }
    out
}

fn shape_schema(shape: &Shape, root: &str) -> Value {
    let reference = |name: &str| json!({"$ref": format!("{root}{}", definition_name(name))});
    match shape {
        Shape::Text => json!({"type": "string"}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Int => json!({"type": "integer", "format": "int32"}),
        Shape::Long => json!({"type": "integer", "format": "int64"}),
        Shape::Float => json!({"type": "number", "format": "double"}),
        Shape::Quantity => reference(&format!("apimachinery.pkg.{QUANTITY}")),
        Shape::IntOrText => reference(&format!("apimachinery.pkg.{INT_OR_STRING}")),
        Shape::Time | Shape::MicroTime => json!({"type": "string", "format": "date-time"}),
        Shape::Bytes => json!({"type": "string", "format": "byte"}),
        Shape::Any => json!({"type": "object"}),
        Shape::List(inner) => json!({"type": "array", "items": shape_schema(inner, root)}),
        Shape::Map(inner) => json!({"type": "object", "additionalProperties": shape_schema(inner, root)}),
        Shape::Object(name) => schema::get(name).map_or_else(|| json!({"type": "object"}), |d| reference(d.definition)),
    }
}

fn common_schemas(v3: bool) -> Vec<(String, Value)> {
    let either = if v3 {
        json!({"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"})
    } else {
        json!({"type": "string", "format": "int-or-string"})
    };
    vec![
        (
            definition_name(&format!("apimachinery.pkg.{QUANTITY}")),
            json!({"type": "string", "description": "An amount with a unit: 250m, 1.5Gi."}),
        ),
        (definition_name(&format!("apimachinery.pkg.{INT_OR_STRING}")), either),
    ]
}

/// Path of every kind with its PATCH operation (GET where it is not stored): clients look there for the options of a write,
/// and for the kind behind a resource.
fn paths(select: impl Fn(Kind, &str) -> bool, v3: bool) -> Map<String, Value> {
    let mut paths = Map::new();
    let older = versions::OLDER.iter().copied();
    let all = Kind::ALL.iter().map(|k| (*k, k.info().version)).chain(older);
    for (kind, version) in all.filter(|(k, version)| select(*k, version)) {
        let info = kind.info();
        let base = if info.group.is_empty() { "/api/v1".to_owned() } else { format!("/apis/{}/{version}", info.group) };
        let place = if info.namespaced { "/namespaces/{namespace}" } else { "" };
        let parameters: Vec<Value> = ["dryRun", "fieldManager", "fieldValidation", "force"]
            .into_iter()
            .map(|name| {
                let kind = if name == "force" { "boolean" } else { "string" };
                if v3 {
                    json!({"name": name, "in": "query", "schema": {"type": kind}})
                } else {
                    json!({"name": name, "in": "query", "type": kind, "uniqueItems": true})
                }
            })
            .collect();
        let verb = if kind.is_virtual() { "get" } else { "patch" };
        let operation = json!({
            "operationId": format!("{verb}{}{}{}", info.group.replace(['.', '-'], ""), version.to_uppercase(), info.name),
            "parameters": parameters,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-action": verb,
            "x-kubernetes-group-version-kind": {"group": info.group, "version": version, "kind": info.name},
        });
        paths.insert(format!("{base}{place}/{}/{{name}}", info.plural), json!({verb: operation}));
    }
    paths
}

fn v2() -> Value {
    let root = "#/definitions/";
    let mut definitions: Map<String, Value> = common_schemas(false).into_iter().collect();
    for definition in schema::types().values() {
        definitions.insert(definition_name(definition.definition), type_schema(definition, root));
    }
    json!({
        "swagger": "2.0", "info": {"title": "Kubernetes", "version": "unversioned"},
        "paths": paths(|_, _| true, false), "definitions": definitions,
    })
}

fn v3(group: &str, version: &str) -> Value {
    let mine = |k: Kind, v: &str| k.info().group == group && v == version;
    let mut wanted: BTreeSet<&'static str> = BTreeSet::new();
    for kind in Kind::ALL.iter().copied().filter(|k| k.info().group == group && k.is_served_in(version)) {
        let version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        if let Some(definition) = schema::of_object(&version, kind.info().name) {
            reach(definition.name, &mut wanted);
        }
    }
    let mut schemas: Map<String, Value> = common_schemas(true).into_iter().collect();
    for definition in wanted.iter().filter_map(|n| schema::get(n)) {
        schemas.insert(definition_name(definition.definition), type_schema(definition, V3_ROOT));
    }
    json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "unversioned"},
        "paths": paths(mine, true), "components": {"schemas": schemas},
    })
}

fn reach(name: &str, wanted: &mut BTreeSet<&'static str>) {
    fn inner(shape: &Shape) -> Option<&'static str> {
        match shape {
            Shape::List(s) | Shape::Map(s) => inner(s),
            Shape::Object(name) => Some(name),
            _ => None,
        }
    }
    let Some(definition) = schema::get(name) else { return };
    if wanted.insert(definition.name) {
        definition.fields.values().filter_map(|f| inner(&f.shape)).for_each(|n| reach(n, wanted));
    }
}

fn about_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Pod => "Containers that run together on one node.",
        Kind::Node => "A machine that runs pods.",
        Kind::Service => "A lasting address in front of the pods a selector finds.",
        Kind::Namespace => "A space of names.",
        Kind::ConfigMap => "Configuration that pods read.",
        Kind::Secret => "Configuration that is kept from other eyes.",
        Kind::Event => "Something that happened to an object.",
        Kind::Deployment => {
            "Keeps pods of one template alive and replaces them step by step when the template changes."
        }
        Kind::ReplicaSet | Kind::ReplicationController => "Keeps a number of pods alive.",
        Kind::StatefulSet => "Keeps numbered pods alive, each with its own volumes.",
        Kind::DaemonSet => "Keeps one pod alive on every node.",
        Kind::Job => "Runs pods until enough of them have succeeded.",
        Kind::CronJob => "Makes Jobs by the clock.",
        _ => "An object of the cluster.",
    }
}

fn about_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "apiVersion" => "Version of the API the object is written in.",
        "kind" => "Kind of the object.",
        "metadata" => "Name, labels and what else every object has.",
        "spec" => "What is wanted.",
        "status" => "What is.",
        "replicas" => "Number of pods.",
        "selector" => "Finds the pods by their labels.",
        "template" => "What new pods look like.",
        "containers" => "Containers of the pod.",
        "image" => "Image of the container.",
        "resources" => "What the container asks for, and its limits.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_somewhere_in_every_document() {
        fn references(value: &Value, out: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    out.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    map.values().for_each(|v| references(v, out));
                }
                Value::Array(items) => items.iter().for_each(|v| references(v, out)),
                _ => {}
            }
        }
        for document in [v3("", "v1"), v3("apps", "v1"), v3("autoscaling", "v1"), V2.clone()] {
            let mut all = Vec::new();
            references(&document, &mut all);
            assert!(!all.is_empty());
            for reference in all {
                assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
            }
        }
    }

    #[test]
    fn kinds_are_marked() {
        let deployment = &v3("apps", "v1")["components"]["schemas"]["io.k8s.api.apps.v1.Deployment"];
        assert_eq!(deployment["x-kubernetes-group-version-kind"][0]["kind"], "Deployment");
        let older =
            &v3("autoscaling", "v1")["components"]["schemas"]["io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler"];
        assert_eq!(older["x-kubernetes-group-version-kind"][0]["version"], "v1");
        let metrics = &v3("metrics.k8s.io", "v1beta1")["components"]["schemas"];
        let node = &metrics["io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics"];
        assert_eq!(node["x-kubernetes-group-version-kind"][0]["kind"], "NodeMetrics");
        assert_eq!(deployment["properties"]["spec"]["description"], "What is wanted.");
        assert!(deployment["properties"]["spec"]["allOf"][0]["$ref"].is_string());
        assert!(V2_PROTOBUF.len() > 10_000);
    }
}
