//! `/v1/pods`, `/v1/rcs`, `/v1/services`: objects made from a manifest, kept in Magnum's own tables and sent to the
//! Kubernetes of their bay. A controller's pods live there only, as in 2015.

use serde_json::{Map, Value, json};

use super::super::super::forward::Errand;
use super::super::super::http::Reply;
use super::super::super::world::bay::Coe;
use super::super::super::world::legacy::{ManifestKind, ManifestObject};
use super::super::super::world::magnum_time;
use super::super::body::{self, Field, Kind};
use super::super::lists::{self, Collection, Row};
use super::super::{Answer, Call, Problem, patch};
use super::{bay_of_body, find_bay, missing_argument};

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
            let bay = bay.ok_or_else(|| missing_argument("bay_ident"))?;
            let bay = find_bay(call, bay)?.uuid.clone();
            let object = find(call, kind, ident, &bay)?;
            match method {
                "GET" => Ok(Reply::ok(&row(call, &object, true))),
                "PATCH" => change(call, &object),
                "DELETE" => {
                    call.member(&format!("{}:delete", kind.argument()))?;
                    call.world.regions[call.region].legacy.manifests.retain(|known| known.uuid != object.uuid);
                    call.cloud.send(Errand::Delete(Box::new(object)));
                    Ok(Reply::empty(204))
                }
                _ => Err(Problem::method("DELETE, GET, PATCH")),
            }
        }
        _ if path.len() < 3 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

/// Objects of a kind in the project.
fn objects(call: &Call<'_>, kind: ManifestKind) -> Vec<ManifestObject> {
    let all = &call.world.regions[call.region].legacy.manifests;
    let mine = |object: &&ManifestObject| object.kind == kind && object.project_id == call.token.project();
    all.iter().filter(mine).cloned().collect()
}

fn find(call: &Call<'_>, kind: ManifestKind, ident: &str, bay: &str) -> Result<ManifestObject, Problem> {
    let all = objects(call, kind);
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
    let mut found = objects(call, kind);
    // Controllers are asked of one bay's Kubernetes; pods and services of the table, whatever the query says.
    if kind == ManifestKind::ReplicationController {
        let bay = call.request.query("bay_ident").ok_or_else(|| missing_argument("bay_ident"))?;
        let bay = find_bay(call, bay)?.uuid.clone();
        found.retain(|object| object.bay_uuid == bay);
    }
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
            body["replicas"] = json!(object.replicas);
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
        body["created_at"] = json!(magnum_time(object.created_at));
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
    if let Some(word) = parsed["kind"].as_str()
        && word != kind.thing()
    {
        let text = format!("{word} in version \"v1\" cannot be handled as a {}", kind.thing());
        return Err(Problem::invalid(text));
    }
    Ok(parsed)
}

/// The manifest of a body, parsed; a URL alone cannot be served, this cloud reaches no other machine.
fn manifest(kind: ManifestKind, fields: &Map<String, Value>) -> Result<Value, Problem> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    match (text("manifest"), text("manifest_url")) {
        (Some(manifest), _) => parse(kind, manifest),
        (None, Some(url)) => Err(Problem::invalid(format!("Could not download the manifest from {url}."))),
        (None, None) => Err(Problem::invalid("'manifest' can't be empty")),
    }
}

fn create(call: &mut Call<'_>, kind: ManifestKind) -> Answer {
    let body = body::json(call.request)?;
    let given = body::typed(kind.argument(), &body, FIELDS, &["bay_uuid"])?;
    call.member(&format!("{}:create", kind.argument()))?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let bay = bay_of_body(call, &text("bay_uuid").unwrap_or_default(), Coe::Kubernetes)?.uuid.clone();
    let parsed = manifest(kind, &given)?;
    let name = parsed["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let taken = |object: &ManifestObject| object.kind == kind && object.bay_uuid == bay && object.name == name;
    if call.world.regions[call.region].legacy.manifests.iter().any(taken) {
        return Err(Problem::client(409, format!("{} \"{name}\" already exists", kind.path())));
    }
    let uuid = call.world.ids.next();
    let object = ManifestObject {
        kind,
        name,
        bay_uuid: bay,
        project_id: call.token.project().to_owned(),
        manifest: text("manifest"),
        manifest_url: text("manifest_url"),
        labels: parsed["metadata"]["labels"].as_object().cloned().unwrap_or_default(),
        status: "Pending".into(),
        replicas: 0,
        host: None,
        ip: None,
        parsed,
        created_at: call.cloud.now(),
        updated_at: None,
        uuid,
    };
    let location = format!("{}/v1/{}/{}", call.request.base, kind.path(), object.uuid);
    let reply = Reply::json(201, &row(call, &object, true)).with("location", location);
    call.cloud.send(Errand::Apply(Box::new(object.clone())));
    call.world.regions[call.region].legacy.manifests.push(object);
    Ok(reply)
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
    let parsed = manifest(object.kind, &after)?;
    let now = call.cloud.now();
    let known = &mut call.world.regions[call.region].legacy.manifests;
    let Some(target) = known.iter_mut().find(|known| known.uuid == object.uuid) else {
        return Err(Problem::client(404, format!("{} {} could not be found.", object.kind.thing(), object.uuid)));
    };
    target.manifest = after["manifest"].as_str().map(str::to_owned);
    target.labels = parsed["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    target.parsed = parsed;
    target.updated_at = Some(now);
    let target = target.clone();
    call.cloud.send(Errand::Apply(Box::new(target.clone())));
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
