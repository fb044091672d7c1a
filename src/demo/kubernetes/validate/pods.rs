//! Rules of pod specs.

use super::super::failure::Cause;
use super::super::json::{list, number, pairs, text};
use super::super::quantity;
use super::names;
use serde_json::{Value, json};

/// Checks a pod spec at a path; `policies`: restart policies allowed there.
pub(super) fn spec(spec: Option<&Value>, path: &str, policies: &[&str], causes: &mut Vec<Cause>) {
    let empty = Value::Null;
    let spec = spec.unwrap_or(&empty);
    let containers = list(spec, "/containers");
    if containers.is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    let volumes: Vec<&str> = list(spec, "/volumes").iter().map(|v| text(v, "/name")).collect();
    let mut seen: Vec<&str> = Vec::new();
    for (group, items) in [("initContainers", list(spec, "/initContainers")), ("containers", containers)] {
        for (i, item) in items.iter().enumerate() {
            let at = format!("{path}.{group}[{i}]");
            container(item, &at, &volumes, causes);
            let name = text(item, "/name");
            if !name.is_empty() && seen.contains(&name) {
                causes.push(Cause::duplicate(format!("{at}.name"), &json!(name)));
            }
            seen.push(name);
        }
    }
    let policy = text(spec, "/restartPolicy");
    if !policy.is_empty() && !policies.contains(&policy) {
        causes.push(Cause::not_supported(format!("{path}.restartPolicy"), &json!(policy), policies));
    }
    for (i, toleration) in list(spec, "/tolerations").iter().enumerate() {
        let operator = text(toleration, "/operator");
        if !matches!(operator, "" | "Equal" | "Exists") {
            causes.push(Cause::not_supported(
                format!("{path}.tolerations[{i}].operator"),
                &json!(operator),
                &["Equal", "Exists"],
            ));
        }
        if text(toleration, "/key").is_empty() && operator != "Exists" {
            let why = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            causes.push(Cause::invalid(format!("{path}.tolerations[{i}].operator"), &json!(operator), why));
        }
    }
    for (i, constraint) in list(spec, "/topologySpreadConstraints").iter().enumerate() {
        let at = format!("{path}.topologySpreadConstraints[{i}]");
        if number(constraint, "/maxSkew").unwrap_or(0) <= 0 {
            causes.push(Cause::invalid(
                format!("{at}.maxSkew"),
                &json!(number(constraint, "/maxSkew").unwrap_or(0)),
                "must be greater than zero",
            ));
        }
        if text(constraint, "/topologyKey").is_empty() {
            causes.push(Cause::required(format!("{at}.topologyKey"), "can not be empty"));
        }
        let when = text(constraint, "/whenUnsatisfiable");
        if !matches!(when, "DoNotSchedule" | "ScheduleAnyway") {
            causes.push(Cause::not_supported(
                format!("{at}.whenUnsatisfiable"),
                &json!(when),
                &["DoNotSchedule", "ScheduleAnyway"],
            ));
        }
    }
}

fn container(container: &Value, at: &str, volumes: &[&str], causes: &mut Vec<Cause>) {
    let name = text(container, "/name");
    if name.is_empty() {
        causes.push(Cause::required(format!("{at}.name"), ""));
    } else if let Some(why) = names::dns_label(name) {
        causes.push(Cause::invalid(format!("{at}.name"), &json!(name), &why));
    }
    let image = text(container, "/image");
    if image.is_empty() {
        causes.push(Cause::required(format!("{at}.image"), ""));
    } else if image.trim() != image {
        causes.push(Cause::invalid(
            format!("{at}.image"),
            &json!(image),
            "must not have leading or trailing whitespace",
        ));
    }
    let policy = text(container, "/imagePullPolicy");
    if !matches!(policy, "" | "Always" | "IfNotPresent" | "Never") {
        causes.push(Cause::not_supported(
            format!("{at}.imagePullPolicy"),
            &json!(policy),
            &["Always", "IfNotPresent", "Never"],
        ));
    }
    for (i, port) in list(container, "/ports").iter().enumerate() {
        port_number(port, "containerPort", &format!("{at}.ports[{i}].containerPort"), true, causes);
        port_number(port, "hostPort", &format!("{at}.ports[{i}].hostPort"), false, causes);
    }
    for (i, mount) in list(container, "/volumeMounts").iter().enumerate() {
        let volume = text(mount, "/name");
        if !volumes.contains(&volume) {
            causes.push(Cause {
                field: format!("{at}.volumeMounts[{i}].name"),
                reason: "FieldValueNotFound",
                message: format!("Not found: {volume:?}"),
            });
        }
        if text(mount, "/mountPath").is_empty() {
            causes.push(Cause::required(format!("{at}.volumeMounts[{i}].mountPath"), ""));
        }
    }
    for (i, env) in list(container, "/env").iter().enumerate() {
        if text(env, "/name").is_empty() {
            causes.push(Cause::required(format!("{at}.env[{i}].name"), ""));
        }
    }
    resources(container, at, causes);
}

fn resources(container: &Value, at: &str, causes: &mut Vec<Cause>) {
    for what in ["limits", "requests"] {
        for (name, amount) in pairs(container, &format!("/resources/{what}")) {
            let field = format!("{at}.resources.{what}[{name}]");
            match quantity::parse(amount) {
                Some(value) if value < 0.0 => {
                    causes.push(Cause::invalid(field, &json!(amount), "must be greater than or equal to 0"))
                }
                _ => {}
            }
        }
    }
    for (name, asked) in pairs(container, "/resources/requests") {
        let limit = container.pointer("/resources/limits").and_then(|l| l.get(name)).and_then(Value::as_str);
        if let (Some(asked_value), Some(limit_value)) = (quantity::parse(asked), limit.and_then(quantity::parse))
            && asked_value > limit_value
        {
            let why = format!("must be less than or equal to {name} limit of {}", limit.unwrap_or(""));
            causes.push(Cause::invalid(format!("{at}.resources.requests"), &json!(asked), &why));
        }
    }
}

/// Checks a port number; a missing one is only wrong where it is required.
pub(super) fn port_number(port: &Value, name: &str, field: &str, required: bool, causes: &mut Vec<Cause>) {
    match number(port, &format!("/{name}")) {
        None if required => causes.push(Cause::required(field, "")),
        Some(n) if !(1..=65_535).contains(&n) && (required || n != 0) => {
            causes.push(Cause::invalid(field, &json!(n), "must be between 1 and 65535, inclusive"));
        }
        _ => {}
    }
}

/// A running pod may change little: images, tolerations (more of them), the deadline.
pub(super) fn change(old: &Value, new: &Value, causes: &mut Vec<Cause>) {
    let reduced = |body: &Value| {
        let mut spec = body.get("spec").cloned().unwrap_or_default();
        for group in ["containers", "initContainers"] {
            for container in spec.get_mut(group).and_then(Value::as_array_mut).into_iter().flatten() {
                container.as_object_mut().map(|c| c.remove("image"));
            }
        }
        if let Some(map) = spec.as_object_mut() {
            for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] {
                map.remove(field);
            }
        }
        spec
    };
    if reduced(old) != reduced(new) {
        let why = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
        causes.push(Cause::forbidden("spec", why));
    }
}
