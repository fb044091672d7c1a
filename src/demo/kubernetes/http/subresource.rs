//! Subresources: status, scale, log, eviction, binding.

use super::super::failure::Failure;
use super::super::json::{self, number, text};
use super::super::kinds::Kind;
use super::super::selector::LabelSelector;
use super::super::store::Object;
use super::super::table;
use super::modify::{self, Change};
use super::request::{Call, Form, Objects};
use super::write::{self, existing, writing};
use super::{Answer, Api, admission, json_answer, logs, text_of, value_answer};
use axum::body::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers a request about a part of an object.
pub async fn serve(api: &Arc<Api>, call: &Call, target: &Objects, sub: &str, body: &Bytes) -> Answer {
    let info = target.kind.info();
    match (sub, call.method.clone()) {
        ("status", Method::GET) if info.status => super::read::get(api, call, target),
        ("status", Method::PUT) if info.status => write::replace(api, call, target, body),
        ("status", Method::PATCH) if info.status => write::patch(api, call, target, body),
        ("scale", Method::GET) if info.scale => {
            let object = existing(&api.world(), target)?;
            let scale = scale_of(&object);
            Ok(value_answer(&match call.form {
                Form::Table(shape) => table::scale::render(&scale, shape),
                _ => scale,
            }))
        }
        ("scale", Method::PUT | Method::PATCH) if info.scale => set_scale(api, call, target, body),
        ("log", Method::GET) if target.kind == Kind::Pod => logs::serve(api, call, target),
        ("eviction", Method::POST) if target.kind == Kind::Pod => evict(api, call, target, body),
        ("finalize", Method::PUT) if target.kind == Kind::Namespace => {
            write::replace(api, call, &Objects { sub: None, ..target.clone() }, body)
        }
        ("exec" | "attach" | "portforward", _) if target.kind == Kind::Pod => {
            existing(&api.world(), target)?;
            Err(Failure::bad_request("this cluster has no container runtime to connect to"))
        }
        ("status", _) if info.status => Err(Failure::method_not_allowed()),
        ("scale", _) if info.scale => Err(Failure::method_not_allowed()),
        _ => Err(Failure::no_such_path()),
    }
}

/// The `Scale` of a workload.
fn scale_of(object: &Object) -> Value {
    scale_from(object.kind, &object.value())
}

fn scale_from(kind: Kind, body: &Value) -> Value {
    let selector = body.pointer("/spec/selector").unwrap_or(&Value::Null);
    let selector =
        if kind == Kind::ReplicationController { LabelSelector::of_map(selector) } else { LabelSelector::of(selector) };
    let at = |p: &str| body.pointer(p).cloned();
    let mut metadata = json!({
        "name": at("/metadata/name"), "namespace": at("/metadata/namespace"), "uid": at("/metadata/uid"),
        "resourceVersion": at("/metadata/resourceVersion"), "creationTimestamp": at("/metadata/creationTimestamp"),
    });
    json::object(&mut metadata).retain(|_, v| !v.is_null());
    json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata,
        "spec": {"replicas": number(body, "/spec/replicas").unwrap_or(0)},
        "status": {"replicas": number(body, "/status/replicas").unwrap_or(0), "selector": selector.to_string()},
    })
}

fn set_scale(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    let given = admission::parse(bytes, &call.content_type)?;
    let mut world = writing(api);
    let old = existing(&world, target)?;
    let mut scale = scale_of(&old);
    if call.method == Method::PUT {
        scale = given;
    } else if call.content_type == "application/apply-patch+yaml"
        || call.content_type == "application/strategic-merge-patch+json"
    {
        json_patch::merge(&mut scale, &given);
    } else {
        write::apply_patch(target.kind, &call.content_type, &mut scale, &given)?;
    }
    let wrong = |value: &Value, why: &str| {
        let cause = json!({"reason": "FieldValueInvalid", "message": format!("Invalid value: {value}: {why}"), "field": "spec.replicas"});
        Failure {
            code: 422,
            reason: "Invalid",
            message: format!(
                "Scale.autoscaling \"{}\" is invalid: spec.replicas: Invalid value: {value}: {why}",
                target.name()
            ),
            details: json!({"name": target.name(), "group": "autoscaling", "kind": "Scale", "causes": [cause]}),
        }
    };
    let wanted = scale.pointer("/spec/replicas").cloned().unwrap_or_else(|| json!(0));
    let Some(replicas) = wanted.as_i64().filter(|count| i32::try_from(*count).is_ok()) else {
        return Err(Failure::bad_request(format!(
            "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal {wanted} into Go struct field ScaleSpec.spec.replicas of type int32"
        )));
    };
    if replicas < 0 {
        return Err(wrong(&wanted, "must be greater than or equal to 0"));
    }
    let mut body = old.value();
    json::set(&mut body, "/spec/replicas", replicas);
    json::set(&mut body, "/metadata/resourceVersion", text(&scale, "/metadata/resourceVersion"));
    // Going through the object itself keeps the generation right; ownership is noted under the subresource.
    let manager = call.manager();
    let noted = Change { old: &old, body, sub: "scale", manager: Some(&manager), dry_run: call.dry_run() };
    let written = modify::write(&mut world, noted)?;
    drop(world);
    api.wake.notify_one();
    Ok(value_answer(&scale_from(target.kind, &written)))
}

fn evict(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    let eviction = if bytes.is_empty() { json!({}) } else { admission::parse(bytes, &call.content_type)? };
    let mut world = writing(api);
    let pod = existing(&world, target)?;
    if !text(&eviction, "/metadata/name").is_empty() && text(&eviction, "/metadata/name") != target.name() {
        return Err(Failure::bad_request("name in URL does not match name in Eviction object"));
    }
    let budgets: Vec<_> = world
        .store
        .list(Kind::PodDisruptionBudget, Some(target.namespace()))
        .map(|b| b.value())
        .filter(|b| LabelSelector::of(b.pointer("/spec/selector").unwrap_or(&Value::Null)).matches(&pod.facts))
        .collect();
    let mut ready = 0;
    let mut all = 0;
    if let Some(budget) = budgets.first() {
        let selector = LabelSelector::of(budget.pointer("/spec/selector").unwrap_or(&Value::Null));
        for other in world.store.list(Kind::Pod, Some(target.namespace())).filter(|p| selector.matches(&p.facts)) {
            all += 1;
            ready += i64::from(other.facts.pod.as_ref().is_some_and(|f| f.ready) && !other.facts.deleting);
        }
        let scaled = |p: &str| budget.pointer(p).map(|v| super::super::controllers::scaled(Some(v), all, true));
        let least =
            scaled("/spec/minAvailable").or_else(|| scaled("/spec/maxUnavailable").map(|m| all - m)).unwrap_or(0);
        if ready - 1 < least {
            let name = text(budget, "/metadata/name");
            let why = format!("The disruption budget {name} needs {least} healthy pods and has {ready} currently");
            return Err(Failure {
                code: 429,
                reason: "TooManyRequests",
                message: "Cannot evict pod as it would violate the pod's disruption budget.".into(),
                details: json!({"causes": [{"reason": "DisruptionBudget", "message": why}]}),
            });
        }
    }
    if !call.dry_run() {
        world.delete_pod(&pod.key, number(&eviction, "/deleteOptions/gracePeriodSeconds"));
    }
    drop(world);
    api.wake.notify_one();
    let done = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
    Ok(json_answer(StatusCode::CREATED, text_of(&done)))
}
