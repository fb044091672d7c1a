//! Discovery, version, health and schemas.

use super::super::failure::Failure;
use super::super::kinds::{GROUPS, Kind};
use super::request::Call;
use super::{Answer, Api, json_answer, openapi, text_of, value_answer};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Parts of the server that can be asked for one by one.
const CHECKS: [&str; 3] = ["ping", "log", "etcd"];

/// Verbs of stored kinds, in discovery's order.
const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/// Review kinds: group, plural, kind.
pub const REVIEWS: &[(&str, &str, &str)] = &[
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
];

/// Answers a path that names no objects.
pub fn plain(api: &Arc<Api>, path: &str, call: &Call) -> Answer {
    if !matches!(call.method, Method::GET | Method::HEAD) {
        return Err(Failure::method_not_allowed());
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["healthz" | "livez" | "readyz", check] if !CHECKS.contains(check) => Ok(what_there_is()),
        [check @ ("healthz" | "livez" | "readyz"), ..] => {
            let text = if call.query.contains_key("verbose") {
                format!("[+]ping ok\n[+]log ok\n[+]etcd ok\n{check} check passed\n")
            } else {
                "ok".to_owned()
            };
            let mut answer = json_answer(StatusCode::OK, text);
            answer
                .headers_mut()
                .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
            Ok(answer)
        }
        ["version"] => Ok(value_answer(&version(&api.world().version))),
        [""] => Ok(value_answer(&json!({"paths": paths()}))),
        ["api"] => Ok(value_answer(&json!({
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}],
        }))),
        ["apis"] => {
            let mut names: Vec<&str> = GROUPS.iter().map(|(group, _)| *group).collect();
            names.dedup();
            let groups: Vec<Value> = names.into_iter().filter_map(api_group).collect();
            Ok(value_answer(&json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})))
        }
        ["apis", group] if GROUPS.iter().any(|(g, _)| g == group) => {
            let mut value = api_group(group).ok_or_else(Failure::no_such_path)?;
            value["kind"] = "APIGroup".into();
            value["apiVersion"] = "v1".into();
            Ok(value_answer(&value))
        }
        ["api", "v1"] => Ok(value_answer(&resources("", "v1"))),
        ["apis", group, version] if GROUPS.contains(&(group, version)) => Ok(value_answer(&resources(group, version))),
        // Kinds of its own nobody can define here: `kubectl` asks before it says that a kind is unknown.
        ["apis", "apiextensions.k8s.io", "v1", "customresourcedefinitions"] => Ok(value_answer(&json!({
            "kind": "CustomResourceDefinitionList", "apiVersion": "apiextensions.k8s.io/v1",
            "metadata": {"resourceVersion": api.world().store.revision().to_string()}, "items": [],
        }))),
        ["openapi", rest @ ..] => {
            let version = api.world().version.clone();
            let mut answer = openapi::serve(rest, call, &version)?;
            let vary = http::HeaderValue::from_static("Accept-Encoding, Accept");
            answer.headers_mut().insert(http::header::VARY, vary);
            Ok(answer)
        }
        ["apis", _] => Ok(page_not_found()),
        ["api" | "apis", ..] => Err(Failure::no_such_path()),
        _ => Ok(what_there_is()),
    }
}

/// The 404 of everything else.
fn what_there_is() -> http::Response<axum::body::Body> {
    json_answer(StatusCode::NOT_FOUND, text_of(&json!({"paths": paths()})))
}

/// The 404 of a group that nobody serves.
fn page_not_found() -> http::Response<axum::body::Body> {
    let mut answer = json_answer(StatusCode::NOT_FOUND, "404 page not found\n");
    answer
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

/// `/version` of a server of this version.
pub fn version(git: &str) -> Value {
    let mut parts = git.trim_start_matches('v').split('.');
    json!({
        "major": parts.next().unwrap_or("1"), "minor": parts.next().unwrap_or("30"), "gitVersion": git,
        "gitCommit": "a51b3b711150f57ffc1f526a640ec058514ed596", "gitTreeState": "clean",
        "buildDate": "2024-08-14T19:02:46Z", "goVersion": "go1.22.5", "compiler": "gc", "platform": "linux/amd64",
    })
}

fn paths() -> Vec<String> {
    let mut paths = vec!["/api".to_owned(), "/api/v1".into(), "/apis".into()];
    for (group, version) in GROUPS {
        let own = format!("/apis/{group}");
        if !paths.contains(&own) {
            paths.push(own);
        }
        paths.push(format!("/apis/{group}/{version}"));
    }
    paths.extend(["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"].map(str::to_owned));
    paths
}

fn api_group(group: &str) -> Option<Value> {
    let versions = GROUPS.iter().filter(|(g, _)| *g == group);
    let versions: Vec<Value> =
        versions.map(|(g, version)| json!({"groupVersion": format!("{g}/{version}"), "version": version})).collect();
    let preferred = versions.first()?.clone();
    Some(json!({"name": group, "versions": versions, "preferredVersion": preferred}))
}

/// Which version a kind is stored in, as a short hash (`discovery.StorageVersionHash`).
fn storage_hash(group: &str, version: &str, kind: &str) -> String {
    use base64::Engine;
    let hash = Sha256::digest(format!("{group}/{version}/{kind}"));
    base64::engine::general_purpose::STANDARD.encode(&hash[..8])
}

/// The `APIResourceList` of a group and version.
fn resources(group: &str, version: &str) -> Value {
    let mut list = Vec::new();
    for kind in Kind::ALL.iter().filter(|k| k.info().group == group && k.is_served_in(version)) {
        let info = kind.info();
        let verbs = if kind.is_virtual() { &["get", "list"][..] } else { VERBS };
        let verbs: Vec<&str> =
            verbs.iter().copied().filter(|v| *kind != Kind::Namespace || *v != "deletecollection").collect();
        let mut entry = json!({
            "name": info.plural, "singularName": info.singular, "namespaced": info.namespaced, "kind": info.name, "verbs": verbs,
        });
        if !kind.is_virtual() {
            entry["storageVersionHash"] = storage_hash(info.group, info.version, info.name).into();
        }
        if !info.short.is_empty() {
            entry["shortNames"] = json!(info.short);
        }
        if !info.categories.is_empty() {
            entry["categories"] = json!(info.categories);
        }
        list.push(entry);
        let sub = |name: &str, kind: &str, verbs: &[&str]| json!({"name": format!("{}/{name}", info.plural), "singularName": "", "namespaced": info.namespaced, "kind": kind, "verbs": verbs});
        if *kind == Kind::Pod {
            list.push(json!({"name": "pods/eviction", "singularName": "", "namespaced": true, "group": "policy", "version": "v1", "kind": "Eviction", "verbs": ["create"]}));
            list.push(sub("log", "Pod", &["get"]));
        }
        if info.scale {
            let mut scale = sub("scale", "Scale", &["get", "patch", "update"]);
            scale["group"] = "autoscaling".into();
            scale["version"] = "v1".into();
            list.push(scale);
        }
        if info.status {
            list.push(sub("status", info.name, &["get", "patch", "update"]));
        }
    }
    for (_, plural, kind) in REVIEWS.iter().filter(|(g, _, _)| *g == group) {
        list.push(json!({"name": plural, "singularName": kind.to_lowercase(), "namespaced": false, "kind": kind, "verbs": ["create"]}));
    }
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let mut value = json!({"kind": "APIResourceList", "groupVersion": group_version, "resources": list});
    if !group.is_empty() {
        value["apiVersion"] = "v1".into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discovery_lists_kinds_with_their_subresources() {
        let apps = resources("apps", "v1");
        let names: Vec<&str> =
            apps["resources"].as_array().unwrap().iter().filter_map(|r| r["name"].as_str()).collect();
        assert!(
            names.contains(&"deployments/scale")
                && names.contains(&"daemonsets/status")
                && !names.contains(&"daemonsets/scale")
        );
        assert_eq!(apps["groupVersion"], "apps/v1");
        let core = resources("", "v1");
        let pods = core["resources"].as_array().unwrap().iter().find(|r| r["name"] == "pods").unwrap();
        assert_eq!(pods["shortNames"], json!(["po"]));
        // As every real server has it for pods and config maps.
        assert_eq!(pods["storageVersionHash"], "xPOwRZ+Yhw8=");
        assert_eq!(storage_hash("", "v1", "ConfigMap"), "qFsyl6wFWjQ=");
        assert_eq!(version("v1.30.4")["minor"], "30");
        let scaling = api_group("autoscaling").unwrap();
        assert_eq!(scaling["preferredVersion"]["version"], "v2");
        assert_eq!(scaling["versions"][1]["groupVersion"], "autoscaling/v1");
        assert_eq!(resources("autoscaling", "v1")["resources"][0]["name"], "horizontalpodautoscalers");
    }
}
