//! `/v1/baymodels`.

use serde_json::{Value, json};

use super::super::super::http::Reply;
use super::super::super::world::bay::Coe;
use super::super::super::world::magnum_time;
use super::super::super::world::model::{BayModel, defaults};
use super::super::body::{self, Field, Kind};
use super::super::lists::{self, Collection, Row};
use super::super::{Answer, Call, Problem, patch};

const FIELDS: &[Field] = &[
    ("name", Kind::Text(1, 255)),
    ("coe", Kind::Text(1, 255)),
    ("image_id", Kind::Text(1, 255)),
    ("keypair_id", Kind::Text(1, 255)),
    ("external_network_id", Kind::Text(1, 255)),
    ("flavor_id", Kind::Text(1, 255)),
    ("master_flavor_id", Kind::Text(1, 255)),
    ("dns_nameserver", Kind::Text(1, 255)),
    ("fixed_network", Kind::Text(1, 255)),
    ("network_driver", Kind::Text(1, 255)),
    ("apiserver_port", Kind::Int(1024, 65535)),
    ("docker_volume_size", Kind::Int(1, i64::MAX)),
    ("ssh_authorized_key", Kind::Text(1, 4096)),
    ("cluster_distro", Kind::Text(1, 255)),
    ("http_proxy", Kind::Text(1, 255)),
    ("https_proxy", Kind::Text(1, 255)),
    ("no_proxy", Kind::Text(1, 255)),
    ("labels", Kind::Labels),
    ("tls_disabled", Kind::Flag),
    ("public", Kind::Flag),
    ("registry_enabled", Kind::Flag),
    ("server_type", Kind::Text(1, 255)),
    ("uuid", Kind::ReadOnly),
    ("links", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
];

/// Keys of a list item.
const LISTED: [&str; 6] = ["uuid", "name", "image_id", "apiserver_port", "coe", "links"];

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => list(call, false),
        ("GET", ["detail"]) => list(call, true),
        ("POST", []) => create(call),
        ("GET", [ident]) => Ok(Reply::ok(&full(call, find(call, ident)?))),
        ("PATCH", [ident]) => change(call, ident),
        ("DELETE", [ident]) => {
            let model = find(call, ident)?.clone();
            call.member("baymodel:delete")?;
            if call.world.regions[call.region].bays.iter().any(|bay| bay.model_uuid == model.uuid) {
                return Err(Problem::invalid(format!(
                    "Baymodel {} is referenced by one or multiple bays.",
                    model.uuid
                )));
            }
            call.world.regions[call.region].models.retain(|known| known.uuid != model.uuid);
            Ok(Reply::empty(204))
        }
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

/// One of the token's project. Public ones of other projects are listed but not found, as in 2015.
pub(super) fn find<'a>(call: &'a Call<'_>, ident: &str) -> Result<&'a BayModel, Problem> {
    let project = call.token.project();
    let models = call.world.regions[call.region].models.iter().filter(|model| model.project_id == project);
    lists::resolve(models, ident, |model| (model.uuid.as_str(), model.name()), ("BayModel", "baymodels", "baymodel"))
}

fn list(call: &Call<'_>, detail: bool) -> Answer {
    let project = call.token.project();
    let rows = call.world.regions[call.region]
        .models
        .iter()
        .filter(|model| model.project_id == project || model.flag("public"))
        .map(|model| {
            let full = full(call, model);
            let mut shown = full.clone();
            if let (false, Some(shown)) = (detail, shown.as_object_mut()) {
                shown.retain(|key, _| LISTED.contains(&key.as_str()));
            }
            Row { number: model.row, uuid: model.uuid.clone(), shown, full }
        })
        .collect();
    let path = if detail { "baymodels/detail" } else { "baymodels" };
    lists::page(call.request, &Collection { key: "baymodels", path: path.into(), thing: "BayModel", extra: &[] }, rows)
}

fn full(call: &Call<'_>, model: &BayModel) -> Value {
    let mut body = model.fields.clone();
    let known = |key: &str| FIELDS.iter().any(|(field, _)| *field == key);
    body.retain(|key, _| known(key));
    body.insert("uuid".into(), json!(model.uuid));
    body.insert("links".into(), call.links(&format!("baymodels/{}", model.uuid)));
    body.insert("created_at".into(), json!(magnum_time(model.created_at)));
    body.insert("updated_at".into(), json!(model.updated_at.map(magnum_time)));
    Value::Object(body)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::json(call.request)?;
    if body.as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(Problem::missing_argument("baymodel"));
    }
    let given = body::typed("baymodel", &body, FIELDS, &["image_id", "keypair_id", "coe"])?;
    call.member("baymodel:create")?;
    if given.get("public") == Some(&Value::Bool(true)) {
        call.admin("baymodel:publish")?;
    }
    let mut fields = defaults();
    fields.extend(given);
    let coe = fields["coe"].as_str().unwrap_or_default().to_owned();
    let Some(coe) = Coe::parse(&coe) else {
        return Err(Problem::invalid(format!("Requested COE type {coe} is not supported.")));
    };
    let compute = &call.world.regions[call.region].compute;
    let keypair = fields["keypair_id"].as_str().unwrap_or_default();
    if compute.keypair(&call.token.user_id, keypair).is_none() {
        return Err(Problem::client(404, format!("Unable to find keypair {keypair}.")));
    }
    let image = fields["image_id"].as_str().unwrap_or_default();
    let Some(distro) = compute.image(image).and_then(|image| image.os_distro.clone()) else {
        return Err(Problem::client(404, format!("Image {image} doesn't contain os_distro field.")));
    };
    let drivers: &[&str] = match coe {
        Coe::Kubernetes => &["flannel"],
        Coe::Swarm => &["docker", "flannel"],
        Coe::Mesos => &["docker"],
    };
    match fields["network_driver"].as_str() {
        None => {
            fields.insert("network_driver".into(), json!(drivers[0]));
        }
        Some(driver) if !drivers.contains(&driver) => {
            return Err(Problem::invalid(format!(
                "Network driver type {driver} is not supported, expecting a {} network driver.",
                drivers.join("/")
            )));
        }
        Some(_) => {}
    }
    fields.insert("cluster_distro".into(), json!(distro));
    let model = BayModel {
        row: call.world.regions[call.region].row(),
        uuid: call.world.ids.next(),
        project_id: call.token.project().to_owned(),
        user_id: call.token.user_id.clone(),
        created_at: call.cloud.now(),
        updated_at: None,
        fields,
    };
    let location = format!("{}/v1/baymodels/{}", call.request.base, model.uuid);
    let reply = Reply::json(201, &full(call, &model)).with("location", location);
    call.world.regions[call.region].models.push(model);
    Ok(reply)
}

fn change(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::json(call.request)?;
    let operations = patch::operations(&body)?;
    let model = find(call, ident)?.clone();
    call.member("baymodel:update")?;
    super::refuse_falsy(&operations)?;
    let mut fields = model.fields.clone();
    let internal = ["uuid", "id", "links", "created_at", "updated_at", "project_id", "user_id"];
    patch::apply(&mut fields, &operations, &internal, &["image_id", "keypair_id", "coe"])?;
    if fields["public"] != model.fields["public"] {
        call.admin("baymodel:publish")?;
    }
    let now = call.cloud.now();
    let region = &mut call.world.regions[call.region];
    let Some(target) = region.models.iter_mut().find(|known| known.uuid == model.uuid) else {
        return Err(Problem::router(404));
    };
    target.fields = fields;
    target.updated_at = Some(now);
    let target = target.clone();
    Ok(Reply::ok(&full(call, &target)))
}
