//! Create, replace, patch, apply, delete.

use super::super::apply as server_side;
use super::super::controllers::garbage::Propagation;
use super::super::controllers::quota;
use super::super::failure::Failure;
use super::super::json::{self, number, stamp, text};
use super::super::kinds::Kind;
use super::super::patch as patches;
use super::super::schema;
use super::super::store::{Key, Object};
use super::super::table;
use super::super::validate;
use super::super::versions;
use super::super::world::{NO_SPACE, World};
use super::modify::{self, Change};
use super::request::{Call, Form, Objects};
use super::{Answer, Api, admission, json_answer, text_of};
use axum::body::Bytes;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, MutexGuard};

/// Bodies a patch may have.
const PATCHES: &[&str] = &[
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];

/// The world with its clock set, for writing.
pub fn writing(api: &Arc<Api>) -> MutexGuard<'_, World> {
    let mut world = api.world();
    world.now = world.now.max(Timestamp::now());
    world
}

/// An object's tree as an answer, in the form asked for, with warnings.
pub fn answer(
    api: &Api,
    kind: Kind,
    status: StatusCode,
    mut body: Value,
    form: Form,
    warnings: &[String],
) -> http::Response<axum::body::Body> {
    api.wake.notify_one();
    let info = kind.info();
    json::set(&mut body, "/apiVersion", info.api_version());
    json::set(&mut body, "/kind", info.name);
    let shown = match form {
        Form::Full => body,
        Form::Older => {
            versions::to_older(kind, &mut body);
            body
        }
        Form::Metadata => super::read::partial(&body),
        Form::Table(shape) => table::render(kind, std::slice::from_ref(&body), shape, &json!({}), true),
    };
    let mut answer = json_answer(status, text_of(&shown));
    for warning in warnings {
        // Quotes inside the quoted text are escaped, RFC 7234 section 5.5.
        if let Ok(value) =
            HeaderValue::from_str(&format!("299 - \"{}\"", warning.replace('\\', "\\\\").replace('"', "\\\"")))
        {
            answer.headers_mut().append(http::header::WARNING, value);
        }
    }
    answer
}

/// Bodies that objects come in.
const BODIES: &[&str] = &["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/// Checks the options that all writing requests have.
fn options(call: &Call, kind: &str) -> Result<(), Failure> {
    match call.option("dryRun") {
        "" | "All" => Ok(()),
        other => {
            let what = format!("Unsupported value: []string{{{other:?}}}: supported values: \"All\"");
            Err(Failure::bad_option(kind, "dryRun", "FieldValueNotSupported", &what))
        }
    }
}

/// The name in a body must be the one in the path.
fn same_name(target: &Objects, body: &Value) -> Result<(), Failure> {
    match text(body, "/metadata/name") {
        named if named == target.name() => Ok(()),
        "" => Err(Failure::bad_request(format!(
            "the name of the object ({} based on URL) was undeterminable: name must be provided",
            target.name()
        ))),
        named => Err(Failure::bad_request(format!(
            "the name of the object ({named}) does not match the name on the URL ({})",
            target.name()
        ))),
    }
}

/// POST of a new object.
pub fn create(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    options(call, "CreateOptions")?;
    if !call.content_type.is_empty() && !BODIES.contains(&call.content_type.as_str()) {
        return Err(Failure::unsupported_media_type(BODIES));
    }
    let body = admission::parse(bytes, &call.content_type)?;
    let mut world = writing(api);
    let decoded = admission::decode(&world, call, target, body)?;
    if !text(&decoded.body, "/metadata/resourceVersion").is_empty() {
        return Err(Failure::internal("resourceVersion should not be set on objects to be created"));
    }
    let written = create_object(&mut world, call, target, decoded.body, Some(&call.manager()))?;
    drop(world);
    Ok(answer(api, target.kind, StatusCode::CREATED, written, call.form, &decoded.warnings))
}

fn create_object(
    world: &mut World,
    call: &Call,
    target: &Objects,
    mut body: Value,
    manager: Option<&str>,
) -> Result<Value, Failure> {
    let fields = body.pointer("/metadata/managedFields").cloned();
    admission::admit_new(world, target, &mut body)?;
    let causes = validate::object(target.kind, &body);
    let name = text(&body, "/metadata/name").to_owned();
    if !causes.is_empty() {
        return Err(Failure::invalid(target.kind, &name, &causes));
    }
    if world.store.find(target.kind, target.namespace(), &name).is_some() {
        return Err(Failure::already_exists(target.kind, &name));
    }
    if let Some(why) = world.over_quota(target.kind, &body) {
        return Err(quota::refusal(target.kind, &name, &why));
    }
    match (manager, fields) {
        (Some(manager), _) => server_side::own_all(target.kind, &mut body, manager, &stamp(world.now)),
        (None, Some(fields)) => json::set(&mut body, "/metadata/managedFields", fields),
        (None, None) => {}
    }
    if call.dry_run() {
        let map = json::object(&mut body);
        map.remove("apiVersion");
        map.remove("kind");
        return Ok(body);
    }
    if world.store.is_full() {
        return Err(Failure::internal(NO_SPACE));
    }
    Ok(world.store.put(target.kind, body).value())
}

/// The object a request names.
pub fn existing(world: &World, target: &Objects) -> Result<Arc<Object>, Failure> {
    world.store.get(target.kind, &target.key()).cloned().ok_or_else(|| Failure::not_found(target.kind, target.name()))
}

/// PUT of a whole object (or its status).
pub fn replace(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    options(call, "UpdateOptions")?;
    let body = admission::parse(bytes, &call.content_type)?;
    let mut world = writing(api);
    let decoded = admission::decode(&world, call, target, body)?;
    same_name(target, &decoded.body)?;
    let old = existing(&world, target)?;
    let change = Change {
        old: &old,
        body: decoded.body,
        sub: target.sub.as_deref().unwrap_or(""),
        manager: Some(&call.manager()),
        dry_run: call.dry_run(),
    };
    let written = modify::write(&mut world, change)?;
    drop(world);
    Ok(answer(api, target.kind, StatusCode::OK, written, call.form, &decoded.warnings))
}

/// PATCH of an object (or its status).
pub fn patch(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    options(call, "PatchOptions")?;
    if call.content_type == "application/apply-patch+yaml" {
        return apply(api, call, target, bytes);
    }
    if !PATCHES.contains(&call.content_type.as_str()) {
        return Err(not_a_patch());
    }
    if call.query.contains_key("force") {
        let what = "Forbidden: may not be specified for non-apply patch";
        return Err(Failure::bad_option("PatchOptions", "force", "FieldValueForbidden", what));
    }
    let patch = admission::parse(bytes, "application/json")?;
    let mut world = writing(api);
    let old = existing(&world, target)?;
    let mut body = old.full_value();
    if target.older {
        versions::to_older(target.kind, &mut body);
    }
    apply_patch(target.kind, &call.content_type, &mut body, &patch)?;
    let plain = Objects { sub: None, ..target.clone() };
    // What the patch made of the object is the patch's fault.
    let shown = body.to_string();
    let decoded = admission::decode(&world, call, &plain, body).map_err(|failure| {
        if failure.code != 400 {
            return failure;
        }
        let what = format!("Invalid value: {shown:?}: {}", failure.message);
        let cause = json!({"reason": "FieldValueInvalid", "message": what, "field": "patch"});
        let message = format!(" \"\" is invalid: patch: {what}");
        Failure { code: 422, reason: "Invalid", message, details: json!({"causes": [cause]}) }
    })?;
    same_name(target, &decoded.body)?;
    let change = Change {
        old: &old,
        body: decoded.body,
        sub: target.sub.as_deref().unwrap_or(""),
        manager: Some(&call.manager()),
        dry_run: call.dry_run(),
    };
    let written = modify::write(&mut world, change)?;
    drop(world);
    Ok(answer(api, target.kind, StatusCode::OK, written, call.form, &decoded.warnings))
}

/// 415 of the router, before a handler could say what it takes.
fn not_a_patch() -> Failure {
    let message = "415: Unsupported Media Type".into();
    Failure { message, details: json!({}), ..Failure::unsupported_media_type(PATCHES) }
}

/// Applies a patch of one of the three plain forms to a tree.
///
/// # Errors
/// 415 for another form, 422 for a JSON patch that does not fit, 400 for a broken strategic one.
pub fn apply_patch(kind: Kind, content_type: &str, body: &mut Value, patch: &Value) -> Result<(), Failure> {
    match content_type {
        "application/json-patch+json" if !patch.is_array() => {
            Err(Failure::bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch"))
        }
        "application/json-patch+json" => patches::json_patch(body, patch).map_err(|e| Failure {
            code: 422,
            reason: "Invalid",
            message: e,
            details: json!({}),
        }),
        "application/merge-patch+json" => {
            patches::merge_patch(body, patch);
            Ok(())
        }
        "application/strategic-merge-patch+json" => patches::strategic(kind, body, patch).map_err(Failure::internal),
        _ => Err(not_a_patch()),
    }
}

/// Server-side apply: creates the object, or merges into it.
fn apply(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    let mut config = admission::parse(bytes, "application/yaml")?;
    let options = |cause: &str| Failure {
        code: 422,
        reason: "Invalid",
        message: format!("PatchOptions.meta.k8s.io \"\" is invalid: {cause}"),
        details: json!({"group": "meta.k8s.io", "kind": "PatchOptions", "causes": [{"reason": "FieldValueRequired", "message": "Required value: is required for apply patch", "field": "fieldManager"}]}),
    };
    let manager = call.option("fieldManager").to_owned();
    if manager.is_empty() {
        return Err(options("fieldManager: Required value: is required for apply patch"));
    }
    if !text(&config, "/metadata/managedFields/0/manager").is_empty() {
        return Err(Failure::bad_request("metadata.managedFields must be nil"));
    }
    check_config(target, &config)?;
    if text(&config, "/metadata/name").is_empty() {
        json::set(&mut config, "/metadata/name", target.name());
    }
    same_name(target, &config)?;
    let sub = target.sub.clone().unwrap_or_default();
    let plain = Objects { sub: None, ..target.clone() };
    let mut world = writing(api);
    let decoded = admission::decode(&world, call, &plain, config)?;
    let time = stamp(world.now);
    let live = world.store.get(target.kind, &target.key()).cloned();
    let force = call.flag("force");
    let (status, written) = match live {
        None if sub.is_empty() => {
            let body = server_side::apply(target.kind, None, &decoded.body, &manager, force, &time)?;
            (StatusCode::CREATED, create_object(&mut world, call, target, body, None)?)
        }
        None => return Err(Failure::not_found(target.kind, target.name())),
        Some(old) => {
            let body = server_side::apply(target.kind, Some(&old.value()), &decoded.body, &manager, force, &time)?;
            let change = Change { old: &old, body, sub: &sub, manager: None, dry_run: call.dry_run() };
            (StatusCode::OK, modify::write(&mut world, change)?)
        }
    };
    drop(world);
    Ok(answer(api, target.kind, status, written, call.form, &decoded.warnings))
}

/// An applied configuration must know its kind and have no field that the schema lacks.
fn check_config(target: &Objects, config: &Value) -> Result<(), Failure> {
    let info = target.kind.info();
    if text(config, "/kind").is_empty() || text(config, "/apiVersion").is_empty() {
        return Err(Failure::bad_request(format!(
            "invalid object type: {}, Kind={}",
            text(config, "/apiVersion"),
            text(config, "/kind")
        )));
    }
    let mut copy = config.clone();
    if let Some(field) = schema::drop_unknown(target.kind, &mut copy).first() {
        let place = if target.namespace().is_empty() {
            format!("/{}", target.name())
        } else {
            format!("{}/{}", target.namespace(), target.name())
        };
        let message = format!(
            "failed to create typed patch object ({place}; {}, Kind={}): .{field}: field not declared in schema",
            info.api_version(),
            info.name
        );
        return Err(Failure::internal(message));
    }
    Ok(())
}

/// How a deletion is to be done.
struct Deletion {
    grace: Option<i64>,
    propagation: Propagation,
    dry_run: bool,
    uid: String,
    revision: String,
}

fn deletion(call: &Call, kind: Kind, bytes: &Bytes) -> Result<Deletion, Failure> {
    let options = if bytes.is_empty() { json!({}) } else { admission::parse(bytes, &call.content_type)? };
    let policy = match text(&options, "/propagationPolicy") {
        "" => call.option("propagationPolicy"),
        given => given,
    };
    let orphan = json::flag(&options, "/orphanDependents") || call.flag("orphanDependents");
    let propagation = match policy {
        "Orphan" => Propagation::Orphan,
        "Foreground" => Propagation::Foreground,
        "Background" => Propagation::Background,
        "" if orphan => Propagation::Orphan,
        "" => Propagation::Background,
        other => {
            let what = format!(
                "Unsupported value: {other:?}: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
            );
            return Err(Failure::bad_option("DeleteOptions", "propagationPolicy", "FieldValueNotSupported", &what));
        }
    };
    let _ = kind;
    Ok(Deletion {
        grace: number(&options, "/gracePeriodSeconds").or_else(|| call.option("gracePeriodSeconds").parse().ok()),
        propagation,
        dry_run: call.dry_run() || options.get("dryRun").and_then(Value::as_array).is_some_and(|d| !d.is_empty()),
        uid: text(&options, "/preconditions/uid").to_owned(),
        revision: text(&options, "/preconditions/resourceVersion").to_owned(),
    })
}

/// Deletes one object; what is left of it, if it has to wait.
fn delete_one(world: &mut World, object: &Arc<Object>, how: &Deletion) -> Result<Option<Value>, Failure> {
    let (kind, key) = (object.kind, &object.key);
    if !how.uid.is_empty() && how.uid != *object.facts.uid {
        let why = format!(
            "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been deleted and \
             then recreated",
            how.uid, object.facts.uid
        );
        return Err(Failure::precondition(kind, &key.name, &why));
    }
    if !how.revision.is_empty() && how.revision != object.revision.to_string() {
        let why = format!(
            "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). The object might \
             have been modified",
            how.revision, object.revision
        );
        return Err(Failure::precondition(kind, &key.name, &why));
    }
    if how.dry_run {
        return Ok((kind == Kind::Pod).then(|| object.value()));
    }
    match kind {
        Kind::Pod => world.delete_pod(key, how.grace),
        Kind::Namespace => {
            if matches!(&*key.name, "default" | "kube-system" | "kube-public") {
                let message = format!("namespaces \"{}\" is forbidden: this namespace may not be deleted", key.name);
                return Err(Failure {
                    code: 403,
                    reason: "Forbidden",
                    message,
                    details: json!({"name": &*key.name, "kind": "namespaces"}),
                });
            }
            world.terminate_namespace(key);
        }
        _ => drop(world.delete_object(object, how.propagation)),
    }
    Ok(world.store.get(kind, key).map(|o| o.value()))
}

/// DELETE of one object.
pub fn delete(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    let how = deletion(call, target.kind, bytes)?;
    let mut world = writing(api);
    let object = existing(&world, target)?;
    let left = delete_one(&mut world, &object, &how)?;
    let now = stamp(world.now);
    drop(world);
    api.wake.notify_one();
    // What is gone at once is answered with a Status; pods and what waits with the object.
    match left {
        Some(body) => Ok(answer(api, target.kind, StatusCode::OK, body, call.form, &[])),
        // The garbage collector sees to the dependents before the object goes.
        None if how.propagation != Propagation::Background && target.kind != Kind::Pod => {
            let mut body = object.value();
            json::default(&mut body, "/metadata/deletionTimestamp", now);
            json::default(&mut body, "/metadata/deletionGracePeriodSeconds", 0);
            let waits = if how.propagation == Propagation::Orphan { "orphan" } else { "foregroundDeletion" };
            json::list_at(&mut body, "/metadata/finalizers").push(waits.into());
            Ok(answer(api, target.kind, StatusCode::OK, body, call.form, &[]))
        }
        None if target.kind == Kind::Pod => {
            Ok(answer(api, target.kind, StatusCode::OK, object.value(), call.form, &[]))
        }
        None => {
            let info = target.kind.info();
            let mut details = json!({"name": target.name(), "kind": info.plural, "uid": &*object.facts.uid});
            if !info.group.is_empty() {
                details["group"] = info.group.into();
            }
            Ok(super::value_answer(
                &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}),
            ))
        }
    }
}

/// DELETE of all that a filter finds.
pub fn delete_collection(api: &Arc<Api>, call: &Call, target: &Objects, bytes: &Bytes) -> Answer {
    if target.kind == Kind::Namespace || (target.kind.info().namespaced && target.namespace.is_none()) {
        return Err(Failure::method_not_allowed());
    }
    let how = deletion(call, target.kind, bytes)?;
    let filter = call.filter(target)?;
    let mut world = writing(api);
    let found: Vec<Arc<Object>> =
        world.store.list(target.kind, filter.namespace.as_deref()).filter(|o| filter.matches(o)).cloned().collect();
    for object in &found {
        let key: &Key = &object.key;
        if let Some(now) = world.store.get(target.kind, key).cloned() {
            delete_one(&mut world, &now, &how)?;
        }
    }
    let revision = world.store.revision().to_string();
    drop(world);
    api.wake.notify_one();
    let info = target.kind.info();
    let items: Vec<Value> = found.iter().map(|o| o.value()).collect();
    Ok(super::value_answer(&json!({
        "kind": format!("{}List", info.name), "apiVersion": info.api_version(), "metadata": {"resourceVersion": revision}, "items": items,
    })))
}
