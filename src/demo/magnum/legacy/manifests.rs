//! `/v1/pods`, `/v1/rcs`, `/v1/services`: objects that Magnum of 2015 made from a manifest in the Kubernetes of a bay.
//!
//! Pods and services have a row in Magnum's own tables, with what Kubernetes told when they were made or changed: nothing
//! refreshes it (`magnum/conductor/handlers/k8s_conductor.py` of 1.1.0). Controllers have none; they are asked of Kubernetes.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::super::super::cloud::Cloud;
use super::super::super::http::{Reply, Request};
use super::super::super::world::bay::Coe;
use super::super::super::world::legacy::{ManifestKind, ManifestObject};
use super::super::super::world::magnum_time;
use super::super::body::{self, Field, Kind};
use super::super::lists::{self, Collection, Row};
use super::super::{Answer, Call, Problem, patch};
use super::{bay_of_body, find_bay};

const FIELDS: &[Field] =
    &[("bay_uuid", Kind::Text(1, 255)), ("manifest", Kind::Text(0, 524_288)), ("manifest_url", Kind::Text(1, 2048))];

impl ManifestKind {
    fn path(self) -> &'static str {
        match self {
            ManifestKind::Pod => "pods",
            ManifestKind::ReplicationController => "rcs",
            ManifestKind::Service => "services",
        }
    }

    fn argument(self) -> &'static str {
        match self {
            ManifestKind::Pod => "pod",
            ManifestKind::ReplicationController => "rc",
            ManifestKind::Service => "service",
        }
    }
}

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, kind: ManifestKind, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => list(call, kind, false),
        ("GET", ["detail"]) => list(call, kind, true),
        ("POST", []) => create(call, kind),
        (_, [ident, rest @ ..]) if rest.len() < 2 => {
            let bay = rest.first().copied().or_else(|| call.request.query("bay_ident"));
            let bay = bay.ok_or_else(|| Problem::missing_argument("bay_ident"))?;
            let bay = find_bay(call, bay)?.uuid.clone();
            let object = find(call, kind, ident, &bay)?;
            match method {
                "GET" => Ok(Reply::ok(&row(call, &object, true))),
                "PATCH" => change(call, &object),
                "DELETE" => delete(call, &object),
                _ => Err(Problem::method("DELETE, GET, PATCH")),
            }
        }
        _ if path.len() < 3 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

/// The path of a kind's objects in the API of a bay; the namespace is always `default`.
fn place(kind: ManifestKind) -> &'static str {
    match kind {
        ManifestKind::Pod => "/api/v1/namespaces/default/pods",
        ManifestKind::ReplicationController => "/api/v1/namespaces/default/replicationcontrollers",
        ManifestKind::Service => "/api/v1/namespaces/default/services",
    }
}

/// Asks the Kubernetes of a bay. What it refuses comes back with its own status and message (`KubernetesAPIFailed`); a
/// Kubernetes that is not up is a failure of Magnum's.
fn ask(cloud: &Cloud, bay: &str, method: &Method, path: &str, body: Option<&Value>) -> Result<Value, Problem> {
    let cluster = cloud.kubernetes(bay);
    let answer = cluster.and_then(|cluster| cluster.ask(method, path, body));
    let Some((status, body)) = answer else {
        return Err(Problem::server(format!("The Kubernetes API of bay {bay} cannot be reached: Connection refused")));
    };
    if status < 400 {
        return Ok(body);
    }
    let message = body["message"].as_str().unwrap_or_default().to_owned();
    Err(if status < 500 { Problem::client(status, message) } else { Problem { status, ..Problem::server(message) } })
}

/// Takes over what Kubernetes tells of an object.
fn learn(object: &mut ManifestObject, told: &Value) {
    let text = |pointer: &str| told.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    match object.kind {
        ManifestKind::Pod => {
            object.status = text("/status/phase").unwrap_or_default();
            object.host = text("/spec/nodeName");
        }
        ManifestKind::Service => object.ip = text("/spec/clusterIP"),
        ManifestKind::ReplicationController => {}
    }
}

/// Makes the objects of the start in their bays.
pub(super) fn play_first(cloud: &Cloud) {
    let mut world = cloud.world();
    for region in &mut world.regions {
        for mut object in std::mem::take(&mut region.legacy.first) {
            match ask(cloud, &object.bay_uuid, &Method::POST, place(object.kind), Some(&object.parsed)) {
                Ok(told) => learn(&mut object, &told),
                Err(problem) => {
                    object.status = "failed".into();
                    tracing::warn!(name = %object.name, problem = problem.text, "a first manifest was refused");
                }
            }
            if object.kind != ManifestKind::ReplicationController {
                region.legacy.manifests.push(object);
            }
        }
    }
}

/// The `manifest_url` of a body that brings no manifest: of a new object, or of a patch.
pub(super) fn url_to_fetch(request: &Request) -> Option<String> {
    let collection = request.path.iter().find(|part| *part != "v1")?;
    if !["pods", "rcs", "services"].contains(&collection.as_str()) {
        return None;
    }
    let body = request.json()?;
    if let Some(operations) = body.as_array() {
        let last = operations.iter().rfind(|operation| operation["path"] == "/manifest_url")?;
        return last["value"].as_str().map(str::to_owned);
    }
    let given = body["manifest"].as_str().is_some();
    body["manifest_url"].as_str().filter(|_| !given).map(str::to_owned)
}

/// Pods or services of the project.
fn objects(call: &Call<'_>, kind: ManifestKind) -> Vec<ManifestObject> {
    let all = &call.world.regions[call.region].legacy.manifests;
    let mine = |object: &&ManifestObject| object.kind == kind && object.project_id == call.token.project();
    all.iter().filter(mine).cloned().collect()
}

/// The controllers that the Kubernetes of a bay has, whoever made them.
fn controllers(call: &Call<'_>, bay: &str) -> Result<Vec<ManifestObject>, Problem> {
    let kind = ManifestKind::ReplicationController;
    let list = ask(call.cloud, bay, &Method::GET, place(kind), None)?;
    let items = list["items"].as_array().into_iter().flatten();
    Ok(items.map(|item| controller(call, bay, item)).collect())
}

/// A controller as Magnum tells it: its UUID is Kubernetes', the manifest it was made from is not known any more.
fn controller(call: &Call<'_>, bay: &str, item: &Value) -> ManifestObject {
    let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    ManifestObject {
        kind: ManifestKind::ReplicationController,
        uuid: text("/metadata/uid"),
        name: text("/metadata/name"),
        bay_uuid: bay.to_owned(),
        project_id: call.token.project().to_owned(),
        manifest: None,
        manifest_url: None,
        parsed: item.clone(),
        labels: item["metadata"]["labels"].as_object().cloned().unwrap_or_default(),
        status: String::new(),
        host: None,
        ip: None,
        created_at: None,
        updated_at: None,
    }
}

fn find(call: &Call<'_>, kind: ManifestKind, ident: &str, bay: &str) -> Result<ManifestObject, Problem> {
    let all = if kind == ManifestKind::ReplicationController { controllers(call, bay)? } else { objects(call, kind) };
    let words = (kind.thing(), kind.path(), kind.argument());
    lists::resolve(
        all.iter().filter(|object| object.bay_uuid == bay),
        ident,
        |object| (object.uuid.as_str(), Some(object.name.as_str())),
        words,
    )
    .cloned()
}

fn list(call: &Call<'_>, kind: ManifestKind, detail: bool) -> Answer {
    // Controllers are asked of one bay's Kubernetes; pods and services of the table, whatever the query says.
    let found = if kind == ManifestKind::ReplicationController {
        let bay = call.request.query("bay_ident").ok_or_else(|| Problem::missing_argument("bay_ident"))?;
        let bay = find_bay(call, bay)?.uuid.clone();
        controllers(call, &bay)?
    } else {
        objects(call, kind)
    };
    let rows = found
        .iter()
        .zip(1..)
        .map(|(object, number)| Row {
            number,
            uuid: object.uuid.clone(),
            shown: row(call, object, detail),
            full: row(call, object, true),
        })
        .collect();
    let path = if detail { format!("{}/detail", kind.path()) } else { kind.path().to_owned() };
    lists::page(call.request, &Collection { key: kind.path(), path, thing: kind.thing(), extra: &["bay_ident"] }, rows)
}

fn images(containers: &Value) -> Vec<String> {
    let containers = containers.as_array().into_iter().flatten();
    containers.filter_map(|container| container["image"].as_str()).map(str::to_owned).collect()
}

fn row(call: &Call<'_>, object: &ManifestObject, detail: bool) -> Value {
    let path = format!("{}/{}", object.kind.path(), object.uuid);
    let mut body = json!({
        "uuid": object.uuid, "name": object.name, "bay_uuid": object.bay_uuid, "labels": object.labels,
        "links": call.links(&path),
    });
    let spec = &object.parsed["spec"];
    match object.kind {
        ManifestKind::Pod => {
            body["desc"] = Value::Null;
            body["images"] = json!(images(&spec["containers"]));
            body["status"] = json!(object.status);
            body["host"] = json!(object.host);
        }
        ManifestKind::ReplicationController => {
            body["images"] = json!(images(&spec["template"]["spec"]["containers"]));
            body["replicas"] = json!(object.parsed["status"]["replicas"].as_i64().unwrap_or(0));
        }
        ManifestKind::Service => {
            body["selector"] = spec["selector"].as_object().map_or_else(|| json!({}), |selector| json!(selector));
            body["ip"] = json!(object.ip);
            body["ports"] = spec["ports"].clone();
        }
    }
    if detail {
        body["manifest"] = json!(object.manifest);
        body["manifest_url"] = json!(object.manifest_url);
        body["created_at"] = json!(object.created_at.map(magnum_time));
        body["updated_at"] = json!(object.updated_at.map(magnum_time));
    }
    body
}

/// Reads a manifest and checks the fields that Magnum itself looks at.
fn parse(kind: ManifestKind, text: &str) -> Result<Value, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::invalid("'manifest' can't be empty"));
    }
    let parsed: Option<Value> = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).ok()
    } else {
        serde_saphyr::from_str(text).ok()
    };
    let Some(parsed) = parsed.filter(Value::is_object) else {
        return Err(Problem::invalid("'manifest' is not valid: it must be one mapping in YAML or JSON"));
    };
    let empty = |field: &str| Problem::invalid(format!("Field {field} can't be empty in manifest."));
    let filled = |pointer: &str| match parsed.pointer(pointer) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        _ => false,
    };
    let needed: &[(&str, &str)] = match kind {
        ManifestKind::Pod => &[("/metadata/name", "metadata['name']"), ("/spec/containers", "spec['containers']")],
        ManifestKind::ReplicationController => &[
            ("/metadata/name", "metadata['name']"),
            ("/spec/selector", "spec['selector']"),
            ("/spec/template/metadata/labels", "spec['template']['metadata']['labels']"),
            ("/spec/template/spec/containers", "spec['template']['spec']['containers']"),
        ],
        ManifestKind::Service => &[("/metadata/name", "metadata['name']"), ("/spec/ports", "spec['ports']")],
    };
    for (pointer, field) in needed {
        if !filled(pointer) {
            return Err(empty(field));
        }
    }
    Ok(parsed)
}

/// The manifest of a body, parsed: its text, or what stands at its address.
fn manifest(call: &Call<'_>, kind: ManifestKind, fields: &Map<String, Value>) -> Result<Value, Problem> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    match (text("manifest"), &call.request.fetched) {
        (Some(manifest), _) => parse(kind, manifest),
        (None, Some(Ok(manifest))) => parse(kind, manifest),
        (None, Some(Err(why))) => Err(Problem::invalid(why.clone())),
        (None, None) => Err(Problem::invalid("'manifest' can't be empty")),
    }
}

fn create(call: &mut Call<'_>, kind: ManifestKind) -> Answer {
    let body = body::json(call.request)?;
    let given = body::typed(kind.argument(), &body, FIELDS, &["bay_uuid"])?;
    call.member(&format!("{}:create", kind.argument()))?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let bay = bay_of_body(call, &text("bay_uuid").unwrap_or_default(), Coe::Kubernetes)?.uuid.clone();
    let parsed = manifest(call, kind, &given)?;
    let told = ask(call.cloud, &bay, &Method::POST, place(kind), Some(&parsed));
    if kind == ManifestKind::ReplicationController {
        let object = controller(call, &bay, &told?);
        return Ok(created(call, &object));
    }
    let mut object = ManifestObject {
        kind,
        uuid: call.world.ids.next(),
        name: parsed["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
        bay_uuid: bay,
        project_id: call.token.project().to_owned(),
        manifest: text("manifest"),
        manifest_url: text("manifest_url"),
        labels: parsed["metadata"]["labels"].as_object().cloned().unwrap_or_default(),
        status: "failed".into(),
        host: None,
        ip: None,
        parsed,
        created_at: Some(call.cloud.now()),
        updated_at: None,
    };
    match told {
        Ok(told) => {
            learn(&mut object, &told);
            let reply = created(call, &object);
            call.world.regions[call.region].legacy.manifests.push(object);
            Ok(reply)
        }
        Err(problem) => {
            // A pod that Kubernetes refuses is kept as failed, unless there is one of that name.
            if kind == ManifestKind::Pod && problem.status != 409 && problem.fault == "client" {
                call.world.regions[call.region].legacy.manifests.push(object);
            }
            Err(problem)
        }
    }
}

fn created(call: &Call<'_>, object: &ManifestObject) -> Reply {
    let location = format!("{}/v1/{}/{}", call.request.base, object.kind.path(), object.uuid);
    Reply::json(201, &row(call, object, true)).with("location", location)
}

fn delete(call: &mut Call<'_>, object: &ManifestObject) -> Answer {
    call.member(&format!("{}:delete", object.kind.argument()))?;
    let path = format!("{}/{}", place(object.kind), object.name);
    match ask(call.cloud, &object.bay_uuid, &Method::DELETE, &path, None) {
        // What Kubernetes does not have any more is as good as deleted.
        Err(problem) if problem.status != 404 => return Err(problem),
        _ => {}
    }
    call.world.regions[call.region].legacy.manifests.retain(|known| known.uuid != object.uuid);
    Ok(Reply::empty(204))
}

fn change(call: &mut Call<'_>, object: &ManifestObject) -> Answer {
    let body = body::json(call.request)?;
    let operations = patch::operations(&body)?;
    call.member(&format!("{}:update", object.kind.argument()))?;
    let Value::Object(mut after) = row(call, object, true) else { return Err(Problem::router(404)) };
    let before = after.clone();
    patch::apply(&mut after, &operations, &["uuid", "id", "links", "created_at", "updated_at", "bay_uuid"], &[])?;
    let fixed = |key: &str| key != "manifest" && key != "manifest_url" && before.get(key) != after.get(key);
    if let Some(key) = before.keys().find(|key| fixed(key)) {
        return Err(Problem::invalid(format!("'/{key}' is an internal attribute and can not be updated")));
    }
    if before.get("manifest") == after.get("manifest") && before.get("manifest_url") != after.get("manifest_url") {
        // The address is new: what it says counts, not the text of before.
        after.insert("manifest".into(), Value::Null);
    }
    let parsed = manifest(call, object.kind, &after)?;
    let path = format!("{}/{}", place(object.kind), object.name);
    let told = ask(call.cloud, &object.bay_uuid, &Method::PUT, &path, Some(&parsed))?;
    if object.kind == ManifestKind::ReplicationController {
        let object = controller(call, &object.bay_uuid, &told);
        return Ok(Reply::ok(&row(call, &object, true)));
    }
    let now = call.cloud.now();
    let known = &mut call.world.regions[call.region].legacy.manifests;
    let Some(target) = known.iter_mut().find(|known| known.uuid == object.uuid) else {
        return Err(Problem::client(404, format!("{} {} could not be found.", object.kind.thing(), object.uuid)));
    };
    target.manifest = after["manifest"].as_str().map(str::to_owned);
    target.manifest_url = after["manifest_url"].as_str().map(str::to_owned);
    target.labels = parsed["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    target.parsed = parsed;
    target.updated_at = Some(now);
    learn(target, &told);
    let target = target.clone();
    Ok(Reply::ok(&row(call, &target, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_manifest_lacks_is_named() {
        let text = |kind, manifest| parse(kind, manifest).unwrap_err().text;
        assert_eq!(text(ManifestKind::Pod, "  "), "'manifest' can't be empty");
        assert_eq!(
            text(ManifestKind::Pod, "metadata: {labels: {a: b}}"),
            "Field metadata['name'] can't be empty in manifest."
        );
        assert_eq!(
            text(ManifestKind::Service, "{\"metadata\": {\"name\": \"web\"}}"),
            "Field spec['ports'] can't be empty in manifest."
        );
        assert!(parse(ManifestKind::Pod, "metadata: {name: a}\nspec: {containers: [{name: c, image: i}]}").is_ok());
    }
}
