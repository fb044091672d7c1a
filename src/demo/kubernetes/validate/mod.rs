//! Rules that objects must keep, told with the real server's causes (`pkg/apis/*/validation`).

mod names;
mod pods;

use super::controllers::cron::Schedule;
use super::failure::Cause;
use super::json::{list, number, pairs, text};
use super::kinds::Kind;
use super::selector::LabelSelector;
use serde_json::{Value, json};

pub use names::{label_key, label_value};

/// Broken rules of a new or changed object.
pub fn object(kind: Kind, body: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    metadata(kind, body, &mut causes);
    match kind {
        Kind::Pod => pods::spec(body.get("spec"), "spec", &["Always", "OnFailure", "Never"], &mut causes),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::DaemonSet => workload(body, &mut causes),
        Kind::ReplicationController => replication_controller(body, &mut causes),
        Kind::Job => job(body.get("spec"), "spec", &mut causes),
        Kind::CronJob => cron_job(body, &mut causes),
        Kind::Service => service(body, &mut causes),
        Kind::ConfigMap | Kind::Secret => keys(body, &mut causes),
        Kind::PersistentVolumeClaim => claim(body, &mut causes),
        Kind::Ingress => ingress(body, &mut causes),
        _ => {}
    }
    causes
}

fn metadata(kind: Kind, body: &Value, causes: &mut Vec<Cause>) {
    let name = text(body, "/metadata/name");
    if name.is_empty() {
        causes.push(Cause::required("metadata.name", "name or generateName is required"));
    } else if let Some(why) = names::object_name(kind, name) {
        causes.push(Cause::invalid("metadata.name", &json!(name), &why));
    }
    names::labels(body, "/metadata/labels", "metadata.labels", causes);
    for (key, _) in pairs(body, "/metadata/annotations") {
        if let Some(why) = label_key(&key.to_lowercase()) {
            causes.push(Cause::invalid("metadata.annotations", &json!(key), &why));
        }
    }
}

fn not_negative(body: &Value, pointer: &str, causes: &mut Vec<Cause>) {
    if let Some(n) = number(body, pointer).filter(|n| *n < 0) {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        causes.push(Cause::invalid(field, &json!(n), "must be greater than or equal to 0"));
    }
}

fn workload(body: &Value, causes: &mut Vec<Cause>) {
    for pointer in
        ["/spec/replicas", "/spec/minReadySeconds", "/spec/revisionHistoryLimit", "/spec/progressDeadlineSeconds"]
    {
        not_negative(body, pointer, causes);
    }
    let selector = body.pointer("/spec/selector");
    let labels = body.pointer("/spec/template/metadata/labels").unwrap_or(&Value::Null);
    match selector {
        None | Some(Value::Null) => {
            causes.push(Cause::required("spec.selector", ""));
            let why = "`selector` does not match template `labels`";
            causes.push(raw_invalid("spec.template.metadata.labels", &go_map(labels), why));
        }
        Some(selector) => {
            let parsed = LabelSelector::of(selector);
            if parsed.is_empty() {
                causes.push(Cause::invalid(
                    "spec.selector",
                    &go_selector(selector),
                    "empty selector is invalid for deployment",
                ));
            } else if !parsed.matches_labels(labels) {
                let why = "`selector` does not match template `labels`";
                causes.push(raw_invalid("spec.template.metadata.labels", &go_map(labels), why));
            }
        }
    }
    names::labels(body, "/spec/template/metadata/labels", "spec.template.labels", causes);
    let strategy = text(body, "/spec/strategy/type");
    if !matches!(strategy, "" | "RollingUpdate" | "Recreate") {
        causes.push(Cause::not_supported("spec.strategy.type", &json!(strategy), &["Recreate", "RollingUpdate"]));
    }
    let zero =
        |p: &str| matches!(body.pointer(p), Some(Value::Number(n)) if n.as_i64() == Some(0)) || text(body, p) == "0%";
    if zero("/spec/strategy/rollingUpdate/maxSurge") && zero("/spec/strategy/rollingUpdate/maxUnavailable") {
        let why = "may not be 0 when `maxSurge` is 0";
        causes.push(Cause::invalid("spec.strategy.rollingUpdate.maxUnavailable", &json!(0), why));
    }
    pods::spec(body.pointer("/spec/template/spec"), "spec.template.spec", &["Always"], causes);
}

fn replication_controller(body: &Value, causes: &mut Vec<Cause>) {
    not_negative(body, "/spec/replicas", causes);
    let labels = body.pointer("/spec/template/metadata/labels").unwrap_or(&Value::Null);
    let selector = LabelSelector::of_map(body.pointer("/spec/selector").unwrap_or(&Value::Null));
    if body.pointer("/spec/template").is_none() {
        causes.push(Cause::required("spec.template", ""));
        return;
    }
    if selector.is_empty() {
        causes.push(Cause::required("spec.selector", ""));
    } else if !selector.matches_labels(labels) {
        causes.push(raw_invalid(
            "spec.template.metadata.labels",
            &go_map(labels),
            "`selector` does not match template `labels`",
        ));
    }
    pods::spec(body.pointer("/spec/template/spec"), "spec.template.spec", &["Always"], causes);
}

fn job(spec: Option<&Value>, path: &str, causes: &mut Vec<Cause>) {
    let empty = Value::Null;
    let spec = spec.unwrap_or(&empty);
    for name in ["parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"] {
        if let Some(n) = number(spec, &format!("/{name}")).filter(|n| *n < 0) {
            causes.push(Cause::invalid(format!("{path}.{name}"), &json!(n), "must be greater than or equal to 0"));
        }
    }
    let policy = text(spec, "/template/spec/restartPolicy");
    if matches!(policy, "" | "Always") {
        let field = format!("{path}.template.spec.restartPolicy");
        causes.push(if policy.is_empty() {
            Cause::required(field, "valid values: \"OnFailure\", \"Never\"")
        } else {
            Cause::not_supported(field, &json!(policy), &["OnFailure", "Never"])
        });
    }
    pods::spec(
        spec.pointer("/template/spec"),
        &format!("{path}.template.spec"),
        &["Always", "OnFailure", "Never"],
        causes,
    );
}

fn cron_job(body: &Value, causes: &mut Vec<Cause>) {
    let schedule = text(body, "/spec/schedule");
    if schedule.is_empty() {
        causes.push(Cause::required("spec.schedule", ""));
    } else if Schedule::parse(schedule).is_none() {
        let count = schedule.split_whitespace().count();
        let why = if count == 5 {
            format!("failed to parse the field: {schedule}")
        } else {
            format!("expected exactly 5 fields, found {count}: [{}]", schedule)
        };
        causes.push(Cause::invalid("spec.schedule", &json!(schedule), &why));
    }
    let policy = text(body, "/spec/concurrencyPolicy");
    if !matches!(policy, "Allow" | "Forbid" | "Replace") {
        causes.push(Cause::not_supported("spec.concurrencyPolicy", &json!(policy), &["Allow", "Forbid", "Replace"]));
    }
    job(body.pointer("/spec/jobTemplate/spec"), "spec.jobTemplate.spec", causes);
}

fn service(body: &Value, causes: &mut Vec<Cause>) {
    let kind = text(body, "/spec/type");
    let known = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    if !known.contains(&kind) {
        causes.push(Cause::not_supported("spec.type", &json!(kind), &known));
    }
    let ports = list(body, "/spec/ports");
    if ports.is_empty() && kind != "ExternalName" && text(body, "/spec/clusterIP") != "None" {
        causes.push(Cause::required("spec.ports", ""));
    }
    if kind == "ExternalName" && text(body, "/spec/externalName").is_empty() {
        causes.push(Cause::required("spec.externalName", ""));
    }
    let mut seen: Vec<&str> = Vec::new();
    for (i, port) in ports.iter().enumerate() {
        let name = text(port, "/name");
        if name.is_empty() && ports.len() > 1 {
            causes.push(Cause::required(format!("spec.ports[{i}].name"), ""));
        } else if !name.is_empty() && seen.contains(&name) {
            causes.push(Cause::duplicate(format!("spec.ports[{i}].name"), &json!(name)));
        }
        seen.push(name);
        pods::port_number(port, "port", &format!("spec.ports[{i}].port"), true, causes);
        if port.get("targetPort").is_some_and(Value::is_number) {
            pods::port_number(port, "targetPort", &format!("spec.ports[{i}].targetPort"), true, causes);
        }
        let protocol = text(port, "/protocol");
        if !matches!(protocol, "TCP" | "UDP" | "SCTP") {
            causes.push(Cause::not_supported(
                format!("spec.ports[{i}].protocol"),
                &json!(protocol),
                &["SCTP", "TCP", "UDP"],
            ));
        }
        if let Some(n) = number(port, "/nodePort").filter(|n| *n != 0 && !(30_000..=32_767).contains(n)) {
            let why = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            causes.push(Cause::invalid(format!("spec.ports[{i}].nodePort"), &json!(n), why));
        }
    }
}

fn claim(body: &Value, causes: &mut Vec<Cause>) {
    if list(body, "/spec/accessModes").is_empty() {
        causes.push(Cause::required("spec.accessModes", "at least 1 access mode is required"));
    }
    if body.pointer("/spec/resources/requests/storage").is_none() {
        causes.push(Cause::required("spec.resources[storage]", ""));
    }
}

fn ingress(body: &Value, causes: &mut Vec<Cause>) {
    for (i, rule) in list(body, "/spec/rules").iter().enumerate() {
        for (j, path) in list(rule, "/http/paths").iter().enumerate() {
            let field = format!("spec.rules[{i}].http.paths[{j}].pathType");
            match text(path, "/pathType") {
                "" => causes.push(Cause::required(field, "pathType must be specified")),
                "Exact" | "Prefix" | "ImplementationSpecific" => {}
                other => {
                    let known = ["Exact", "ImplementationSpecific", "Prefix"];
                    causes.push(Cause::not_supported(field, &json!(other), &known));
                }
            }
        }
    }
}

fn keys(body: &Value, causes: &mut Vec<Cause>) {
    for (key, _) in body.get("data").and_then(Value::as_object).into_iter().flatten() {
        let good = !key.is_empty()
            && key.len() <= 253
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !good {
            let why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
            causes.push(Cause::invalid(format!("data[{key}]"), &json!(key), why));
        }
    }
}

/// Broken rules of a change from `old` to `new`.
pub fn change(kind: Kind, old: &Value, new: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let same = |p: &str| old.pointer(p) == new.pointer(p);
    match kind {
        Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet if !same("/spec/selector") => {
            let value = go_selector(new.pointer("/spec/selector").unwrap_or(&Value::Null));
            causes.push(raw_invalid("spec.selector", value.as_str().unwrap_or(""), "field is immutable"));
        }
        Kind::StatefulSet => {
            let changed = old.get("spec").and_then(Value::as_object).into_iter().flatten().any(|(key, value)| {
                let free = [
                    "replicas",
                    "ordinals",
                    "template",
                    "updateStrategy",
                    "persistentVolumeClaimRetentionPolicy",
                    "minReadySeconds",
                    "revisionHistoryLimit",
                ];
                !free.contains(&key.as_str()) && new.pointer(&format!("/spec/{key}")) != Some(value)
            });
            if changed {
                let why = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
                causes.push(Cause::forbidden("spec", why));
            }
        }
        Kind::Job => {
            for field in ["selector", "template", "completions", "completionMode"] {
                if !same(&format!("/spec/{field}")) {
                    let value = new.pointer(&format!("/spec/{field}")).cloned().unwrap_or_default();
                    causes.push(Cause::invalid(format!("spec.{field}"), &value, "field is immutable"));
                }
            }
        }
        Kind::Pod => pods::change(old, new, &mut causes),
        Kind::Service => {
            let before = text(old, "/spec/clusterIP");
            let both = text(old, "/spec/type") != "ExternalName" && text(new, "/spec/type") != "ExternalName";
            if both && !before.is_empty() && before != text(new, "/spec/clusterIP") {
                let value = new.pointer("/spec/clusterIP").cloned().unwrap_or_else(|| json!(""));
                causes.push(Cause::invalid("spec.clusterIPs[0]", &value, "may not change once set"));
            }
        }
        Kind::PersistentVolumeClaim if !same("/spec/storageClassName") || !same("/spec/accessModes") => {
            let why = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
            causes.push(Cause::forbidden("spec", why));
        }
        Kind::ConfigMap | Kind::Secret if super::json::flag(old, "/immutable") && !same("/data") => {
            causes.push(Cause::forbidden("data", "field is immutable when `immutable` is set"));
        }
        _ => {}
    }
    causes
}

/// A cause whose value is not JSON but a Go value as `%#v` writes it.
fn raw_invalid(field: &str, value: &str, why: &str) -> Cause {
    Cause { field: field.into(), reason: "FieldValueInvalid", message: format!("Invalid value: {value}: {why}") }
}

/// `map[string]string{"app":"web"}`, as Go prints it.
fn go_map(labels: &Value) -> String {
    let all: Vec<String> = pairs(labels, "").map(|(k, v)| format!("{k:?}:{v:?}")).collect();
    if labels.is_null() { "map[string]string(nil)".into() } else { format!("map[string]string{{{}}}", all.join(", ")) }
}

fn go_selector(selector: &Value) -> Value {
    let labels = selector.get("matchLabels").cloned().unwrap_or_default();
    format!("v1.LabelSelector{{MatchLabels:{}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}}", go_map(&labels))
        .into()
}

#[cfg(test)]
mod tests;
