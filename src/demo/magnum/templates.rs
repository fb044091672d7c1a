//! `/v1/clustertemplates`: list, show, create, change, delete.

use serde_json::{Map, Value, json};

use super::super::http::Reply;
use super::super::world::bay::Coe;
use super::super::world::magnum_time;
use super::super::world::model::{BayModel, defaults};
use super::body::{self, Field, Kind};
use super::lists::{self, Collection, Row};
use super::{Answer, Call, Problem, patch};

const FIELDS: &[Field] = &[
    ("name", Kind::Text(1, 255)),
    ("coe", Kind::OneOf(&["kubernetes"])),
    ("image_id", Kind::Text(1, 255)),
    ("flavor_id", Kind::Text(1, 255)),
    ("master_flavor_id", Kind::Text(1, 255)),
    ("dns_nameserver", Kind::Text(0, 255)),
    ("keypair_id", Kind::Text(1, 255)),
    ("external_network_id", Kind::Text(1, 255)),
    ("fixed_network", Kind::Text(1, 255)),
    ("fixed_subnet", Kind::Text(1, 255)),
    ("network_driver", Kind::Text(1, 255)),
    ("apiserver_port", Kind::Int(1024, 65535)),
    ("docker_volume_size", Kind::Int(1, i64::MAX)),
    ("cluster_distro", Kind::Text(1, 255)),
    ("http_proxy", Kind::Text(1, 255)),
    ("https_proxy", Kind::Text(1, 255)),
    ("no_proxy", Kind::Text(1, 255)),
    ("volume_driver", Kind::Text(1, 255)),
    ("registry_enabled", Kind::Flag),
    ("labels", Kind::Labels),
    ("tls_disabled", Kind::Flag),
    ("public", Kind::Flag),
    ("server_type", Kind::OneOf(&["bm", "vm"])),
    ("insecure_registry", Kind::Text(1, 255)),
    ("docker_storage_driver", Kind::Text(1, 255)),
    ("master_lb_enabled", Kind::Flag),
    ("floating_ip_enabled", Kind::Flag),
    ("hidden", Kind::Flag),
    ("tags", Kind::Text(0, 255)),
    ("driver", Kind::Text(1, 255)),
    ("uuid", Kind::ReadOnly),
    ("links", Kind::ReadOnly),
    ("project_id", Kind::ReadOnly),
    ("user_id", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
];

/// Attributes a patch may not touch.
const INTERNAL: &[&str] =
    &["uuid", "id", "links", "created_at", "updated_at", "project_id", "user_id", "cluster_distro"];
const WORDS: (&str, &str, &str) = ("ClusterTemplate", "ClusterTemplates", "ClusterTemplate");

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", [] | ["detail"]) => list(call, path.first().copied()),
        ("POST", []) => create(call),
        ("GET", [ident]) => {
            let model = find(call, ident)?;
            Ok(Reply::ok(&full(call, model)))
        }
        ("PATCH", [ident]) => change(call, ident),
        ("DELETE", [ident]) => delete(call, ident),
        ("DELETE" | "PATCH", []) => Err(Problem::missing_argument("cluster_template_ident")),
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn sees(call: &Call<'_>, model: &BayModel) -> bool {
    call.sees(&model.project_id) || (model.flag("public") && !model.flag("hidden"))
}

/// A template the caller may see, by UUID or name.
pub(super) fn find<'a>(call: &'a Call<'_>, ident: &str) -> Result<&'a BayModel, Problem> {
    let models = call.world.regions[call.region].models.iter().filter(|model| sees(call, model));
    lists::resolve(models, ident, |model| (model.uuid.as_str(), model.name()), WORDS)
}

fn list(call: &Call<'_>, detail: Option<&str>) -> Answer {
    let rows = call.world.regions[call.region]
        .models
        .iter()
        .filter(|model| sees(call, model))
        .map(|model| {
            let full = full(call, model);
            Row { number: model.row, uuid: model.uuid.clone(), shown: full.clone(), full }
        })
        .collect();
    let path = detail.map_or("clustertemplates".into(), |detail| format!("clustertemplates/{detail}"));
    lists::page(call.request, &Collection { key: "clustertemplates", path, thing: "ClusterTemplate", extra: &[] }, rows)
}

/// A template as the wire has it.
fn full(call: &Call<'_>, model: &BayModel) -> Value {
    let mut body = model.fields.clone();
    body.remove("ssh_authorized_key");
    body.insert("uuid".into(), json!(model.uuid));
    body.insert("project_id".into(), json!(model.project_id));
    body.insert("user_id".into(), json!(model.user_id));
    body.insert("links".into(), call.links(&format!("clustertemplates/{}", model.uuid)));
    body.insert("created_at".into(), json!(magnum_time(model.created_at)));
    body.insert("updated_at".into(), json!(model.updated_at.map(magnum_time)));
    Value::Object(body)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::needed(call.request, "cluster_template")?;
    let given = body::typed("cluster_template", &body, FIELDS, &["image_id"])?;
    call.member("clustertemplate:create")?;
    if !given.contains_key("coe") {
        return Err(Problem::invalid("Requested COE type Unset is not supported."));
    }
    let mut fields = defaults();
    fields.extend(given.clone());
    refuse_flags(call, &given)?;
    check_references(call, &mut fields, body.as_object())?;
    if fields["network_driver"].is_null() {
        fields.insert("network_driver".into(), json!("flannel"));
    }
    let number = call.world.regions[call.region].row();
    if fields["name"].is_null() {
        fields.insert("name".into(), json!(generated_name(number, "template")));
    }
    let model = BayModel {
        row: number,
        uuid: call.world.ids.next(),
        project_id: call.token.project().to_owned(),
        user_id: call.token.user_id.clone(),
        created_at: call.cloud.now(),
        updated_at: None,
        fields,
    };
    let location = format!("{}/v1/clustertemplates/{}", call.request.base, model.uuid);
    let reply = Reply::json(201, &full(call, &model)).with("location", location);
    call.world.regions[call.region].models.push(model);
    Ok(reply)
}

/// `zeta-22-template`, in Magnum's manner.
pub(super) fn generated_name(number: u64, what: &str) -> String {
    const LETTERS: [&str; 12] =
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "omega"];
    let letter = LETTERS[usize::try_from(number).unwrap_or(0) % LETTERS.len()];
    format!("{letter}-{}-{what}", number % 25 + 1)
}

fn refuse_flags(call: &Call<'_>, given: &Map<String, Value>) -> Result<(), Problem> {
    let raises = |flag: &str| given.get(flag) == Some(&Value::Bool(true));
    if (raises("public") || raises("hidden")) && !call.token.is_admin() {
        return Err(Problem::client(403, "Not authorized to set public or hidden flag for cluster template."));
    }
    Ok(())
}

/// Everything a template names must be there. Fills in the distribution of the image.
fn check_references(
    call: &Call<'_>,
    fields: &mut Map<String, Value>,
    given: Option<&Map<String, Value>>,
) -> Result<(), Problem> {
    let compute = &call.world.regions[call.region].compute;
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    for key in ["flavor_id", "master_flavor_id"] {
        match text(key) {
            Some(flavor) if compute.flavor(flavor).is_none() => {
                return Err(Problem::invalid(format!("Unable to find flavor {flavor}.")));
            }
            None if given.is_some_and(|given| given.get(key) == Some(&Value::Null)) => {
                return Err(Problem::invalid("Unable to find flavor None."));
            }
            _ => {}
        }
    }
    if let Some(name) = text("external_network_id")
        && !compute.network(name).is_some_and(|network| network.external)
    {
        return Err(Problem::invalid(format!("Unable to find external network {name}.")));
    }
    if let Some(name) = text("fixed_network")
        && compute.network(name).is_none()
    {
        return Err(Problem::invalid(format!("Unable to find fixed network {name}.")));
    }
    if let Some(name) = text("fixed_subnet")
        && !compute.networks.iter().any(|network| network.subnet_id == name || network.subnet_name == name)
    {
        return Err(Problem::invalid(format!("Unable to find fixed subnet {name}.")));
    }
    if let Some(driver) = text("network_driver")
        && !["flannel", "calico", "cilium"].contains(&driver)
    {
        return Err(Problem::invalid(format!(
            "Network driver type {driver} is not supported, expecting a flannel/calico/cilium/unspecified network driver."
        )));
    }
    if let Some(driver) = text("volume_driver")
        && driver != "cinder"
    {
        return Err(Problem::invalid(format!(
            "Volume driver type {driver} is not supported, expecting a cinder/unspecified volume driver."
        )));
    }
    if let Some(servers) = text("dns_nameserver")
        && !servers.split(',').all(|server| server.trim().parse::<std::net::IpAddr>().is_ok())
    {
        return Err(Problem::invalid(format!(
            "Expected a single dns address or comma separated dns list, but received {servers}."
        )));
    }
    if let (Some("devicemapper"), Some(size)) =
        (text("docker_storage_driver"), fields.get("docker_volume_size").and_then(Value::as_i64))
        && size < 3
    {
        return Err(Problem::invalid(format!(
            "docker volume size {size} GB is not valid, expecting minimum value 3GB for devicemapper storage driver."
        )));
    }
    let server_type = text("server_type").unwrap_or("vm").to_owned();
    let distro = text("image_id").map(|ident| compute.image(ident).map(|image| image.os_distro.clone()));
    let word = match &distro {
        Some(Some(Some(distro))) => distro.clone(),
        Some(Some(None)) => "None".to_owned(),
        _ => "Unset".to_owned(),
    };
    let coe = text("coe").and_then(Coe::parse).unwrap_or(Coe::Kubernetes);
    if coe == Coe::Kubernetes && !["fedora-coreos", "ubuntu", "flatcar"].contains(&word.as_str()) {
        return Err(Problem::invalid(format!("Cluster type ({server_type}, {word}, {}) not supported.", coe.word())));
    }
    fields.insert("cluster_distro".into(), json!(word));
    Ok(())
}

fn in_use(call: &Call<'_>, uuid: &str) -> bool {
    call.world.regions[call.region].bays.iter().any(|bay| bay.model_uuid == uuid)
}

fn referenced(uuid: &str) -> Problem {
    Problem::invalid(format!("ClusterTemplate {uuid} is referenced by one or multiple clusters."))
}

fn change(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::needed(call.request, "patch")?;
    let operations = patch::operations(&body)?;
    let model = find(call, ident)?.clone();
    call.member("clustertemplate:update")?;
    if !call.sees(&model.project_id) {
        return Err(Problem::policy("clustertemplate:update"));
    }
    let harmless = ["/name", "/public", "/hidden", "/tags"];
    let single = operations.len() == 1 && operations[0]["path"].as_str().is_some_and(|path| harmless.contains(&path));
    let mut fields = model.fields.clone();
    patch::apply(&mut fields, &operations, INTERNAL, &["image_id", "coe"])?;
    if in_use(call, &model.uuid) && !single && !operations.is_empty() {
        return Err(referenced(&model.uuid));
    }
    let changed: Map<String, Value> = fields
        .iter()
        .filter(|(key, value)| model.fields.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    refuse_flags(call, &changed)?;
    body::typed("cluster_template", &Value::Object(changed.clone()), FIELDS, &[])?;
    if let Some(image) = changed.get("image_id").and_then(Value::as_str)
        && call.world.regions[call.region].compute.image(image).is_none()
    {
        return Err(Problem::invalid(format!("Image {image} could not be found.")));
    }
    // What is not set is looked up as well, so that a template without flavors cannot be changed.
    let all = fields.clone();
    check_references(call, &mut fields, Some(&all))?;
    let now = call.cloud.now();
    let region = &mut call.world.regions[call.region];
    let Some(target) = region.models.iter_mut().find(|known| known.uuid == model.uuid) else {
        return Err(Problem::router(404));
    };
    target.fields = fields;
    if !changed.is_empty() {
        target.updated_at = Some(now);
    }
    // The answer is what was read before it was written: the time of this change is not in it.
    let target = BayModel { updated_at: model.updated_at, ..target.clone() };
    Ok(Reply::ok(&full(call, &target)))
}

fn delete(call: &mut Call<'_>, ident: &str) -> Answer {
    let model = find(call, ident)?.clone();
    call.member("clustertemplate:delete")?;
    if !call.sees(&model.project_id) {
        return Err(Problem::policy("clustertemplate:delete"));
    }
    if in_use(call, &model.uuid) {
        return Err(referenced(&model.uuid));
    }
    call.world.regions[call.region].models.retain(|known| known.uuid != model.uuid);
    Ok(Reply::empty(204))
}
