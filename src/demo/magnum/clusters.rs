//! `/v1/clusters`: list, show, create, change, delete, and the actions resize and upgrade.

use serde_json::{Map, Value, json};

use super::super::http::Reply;
use super::super::world::bay::{Bay, Coe};
use super::super::world::magnum_time;
use super::super::world::model::BayModel;
use super::body::{self, Field, Kind};
use super::lists::{self, Collection, Row};
use super::operations::{self, MOST_NODES, NewBay};
use super::quotas::check_clusters;
use super::{Answer, Call, Problem, patch, templates};

const FIELDS: &[Field] = &[
    ("name", Kind::BayName),
    ("cluster_template_id", Kind::Text(1, 255)),
    ("keypair", Kind::Text(1, 255)),
    ("node_count", Kind::Int(0, MOST_NODES)),
    ("master_count", Kind::Int(1, MOST_NODES)),
    ("docker_volume_size", Kind::Int(1, i64::MAX)),
    ("labels", Kind::Labels),
    ("master_flavor_id", Kind::Text(1, 255)),
    ("flavor_id", Kind::Text(1, 255)),
    ("create_timeout", Kind::Int(0, i64::MAX)),
    ("discovery_url", Kind::Text(1, 255)),
    ("fixed_network", Kind::Text(1, 255)),
    ("fixed_subnet", Kind::Text(1, 255)),
    ("floating_ip_enabled", Kind::Flag),
    ("master_lb_enabled", Kind::Flag),
    ("merge_labels", Kind::Flag),
    ("uuid", Kind::ReadOnly),
    ("links", Kind::ReadOnly),
    ("stack_id", Kind::ReadOnly),
    ("status", Kind::Ignored),
    ("status_reason", Kind::Ignored),
    ("health_status", Kind::Ignored),
    ("health_status_reason", Kind::Ignored),
    ("api_address", Kind::ReadOnly),
    ("node_addresses", Kind::ReadOnly),
    ("master_addresses", Kind::ReadOnly),
    ("coe_version", Kind::ReadOnly),
    ("container_version", Kind::ReadOnly),
    ("project_id", Kind::ReadOnly),
    ("user_id", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
];

/// Keys that only the full object has.
const DETAIL_ONLY: [&str; 18] = [
    "status_reason",
    "health_status_reason",
    "discovery_url",
    "api_address",
    "coe_version",
    "container_version",
    "project_id",
    "user_id",
    "node_addresses",
    "master_addresses",
    "fixed_network",
    "fixed_subnet",
    "floating_ip_enabled",
    "master_lb_enabled",
    "labels_overridden",
    "labels_added",
    "labels_skipped",
    "faults",
];

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => list(call, false),
        ("GET", ["detail"]) => list(call, true),
        ("POST", []) => create(call),
        ("GET", [ident]) => {
            let bay = find(call, ident)?;
            Ok(Reply::ok(&full(call, bay)))
        }
        ("PATCH", [ident]) => change(call, ident),
        ("DELETE", [ident]) => {
            let uuid = find(call, ident)?.uuid.clone();
            call.member("cluster:delete")?;
            operations::delete(call.world, call.region, &uuid, call.cloud.now());
            Ok(Reply::empty(204))
        }
        ("POST", [ident, "actions", "resize"]) => resize(call, ident),
        ("POST", [ident, "actions", "upgrade"]) => upgrade(call, ident),
        ("DELETE" | "PATCH", []) => Err(Problem::missing_argument("cluster_ident")),
        (_, [_, "actions", _]) => Err(Problem::method("")),
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

/// A bay the caller may see, by UUID or name.
pub(super) fn find<'a>(call: &'a Call<'_>, ident: &str) -> Result<&'a Bay, Problem> {
    let now = call.cloud.now();
    let bays = call.world.regions[call.region].bays.iter();
    let bays = bays.filter(|bay| call.sees(&bay.project_id) && !operations::hidden(bay, now));
    lists::resolve(bays, ident, |bay| (bay.uuid.as_str(), bay.name.as_deref()), ("Cluster", "clusters", "cluster"))
}

fn list(call: &Call<'_>, detail: bool) -> Answer {
    let now = call.cloud.now();
    let bays = &call.world.regions[call.region].bays;
    let mine = bays.iter().filter(|bay| call.sees(&bay.project_id) && !operations::hidden(bay, now));
    if call.cloud.faults().list_fails_while_deleting() && mine.clone().any(|bay| bay.status().starts_with("DELETE_IN"))
    {
        return Err(Problem::field("master_count", "0", "Value should be greater or equal to 1"));
    }
    let mine: Vec<&Bay> = mine.collect();
    let wanted = lists::window(call.request, mine.iter().map(|bay| (bay.row, bay.uuid.as_str())));
    let rows = mine[wanted]
        .iter()
        .map(|bay| {
            let full = full(call, bay);
            let mut shown = full.clone();
            if let (false, Some(shown)) = (detail, shown.as_object_mut()) {
                shown.retain(|key, _| !DETAIL_ONLY.contains(&key.as_str()) && !key.ends_with("_at"));
            }
            Row { number: bay.row, uuid: bay.uuid.clone(), shown, full }
        })
        .collect();
    let path = if detail { "clusters/detail" } else { "clusters" };
    let collection = Collection { key: "clusters", path: path.into(), thing: "Cluster", extra: &[] };
    lists::page(call.request, &collection, rows)
}

/// Labels against those of the template: overridden (with the template's value), added, skipped.
pub(super) fn label_origins(
    labels: &Map<String, Value>,
    template: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>, Map<String, Value>) {
    let (mut overridden, mut added, mut skipped) = (Map::new(), Map::new(), Map::new());
    for (key, value) in labels {
        match template.get(key) {
            Some(theirs) if theirs != value => {
                overridden.insert(key.clone(), theirs.clone());
            }
            Some(_) => {}
            None => {
                added.insert(key.clone(), value.clone());
            }
        }
    }
    for (key, value) in template {
        if !labels.contains_key(key) {
            skipped.insert(key.clone(), value.clone());
        }
    }
    (overridden, added, skipped)
}

/// A bay as the wire has it at the call's microversion.
fn full(call: &Call<'_>, bay: &Bay) -> Value {
    let template = call.world.regions[call.region].model(&bay.model_uuid).map(BayModel::labels).unwrap_or_default();
    let (overridden, added, skipped) = label_origins(&bay.labels, &template);
    let addresses = |masters| operations::addresses(call.world, call.region, bay, masters);
    let mut body = json!({
        "uuid": bay.uuid, "name": bay.name, "cluster_template_id": bay.model_uuid, "keypair": bay.keypair,
        "node_count": bay.node_count(), "master_count": bay.master_count(),
        "docker_volume_size": bay.docker_volume_size, "labels": bay.labels, "merge_labels": bay.merge_labels,
        "master_flavor_id": bay.master_flavor, "flavor_id": bay.flavor, "create_timeout": bay.create_timeout,
        "links": call.links(&format!("clusters/{}", bay.uuid)), "status": bay.status,
        "status_reason": bay.status_reason, "health_status": bay.health_status,
        "health_status_reason": bay.health_reason, "discovery_url": bay.discovery_url,
        "api_address": operations::api_address(bay), "coe_version": bay.coe_version,
        "container_version": bay.container_version, "project_id": bay.project_id, "user_id": bay.user_id,
        "node_addresses": addresses(false), "master_addresses": addresses(true),
        "fixed_network": bay.fixed_network, "fixed_subnet": bay.fixed_subnet,
        "floating_ip_enabled": bay.floating_ip_enabled, "master_lb_enabled": bay.master_lb_enabled,
        "labels_overridden": overridden, "labels_added": added, "labels_skipped": skipped,
        "created_at": magnum_time(bay.created_at), "updated_at": bay.updated_at.map(magnum_time),
    });
    // 1.13 renamed the identifier of what stands behind the cluster.
    body[if call.minor >= 13 { "cluster_id" } else { "stack_id" }] = json!(bay.stack_id);
    if bay.status().ends_with("_FAILED") {
        body["faults"] = json!(bay.faults);
    }
    body
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::needed(call.request, "cluster")?;
    let given = body::typed("cluster", &body, FIELDS, &["cluster_template_id"])?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| given.get(key).and_then(Value::as_i64);
    let flag = |key: &str| given.get(key).and_then(Value::as_bool);
    let template = text("cluster_template_id").unwrap_or_default();
    let model = templates::find(call, &template).cloned().map_err(|problem| {
        // Until 1.9 a template that is not there was the caller's malformed body.
        let status = if problem.status == 404 && call.minor < 10 { 400 } else { problem.status };
        Problem { status, ..problem }
    })?;
    // The template is looked at before anything else, by what validates the request.
    call.member("cluster:create")?;
    check_clusters(call)?;
    let region = &call.world.regions[call.region];
    let keypair = text("keypair").or_else(|| model.text("keypair_id").map(str::to_owned));
    if let Some(keypair) = &keypair
        && region.compute.keypair(&call.token.user_id, keypair).is_none()
    {
        return Err(Problem::client(404, format!("Unable to find keypair {keypair}.")));
    }
    let masters = number("master_count").unwrap_or(1);
    let workers = number("node_count").unwrap_or(1);
    if workers == 0 && call.minor < 10 {
        return Err(Problem::invalid("Resizing a nodegroup to zero is not supported in the provided microversion."));
    }
    if model.coe() != Coe::Kubernetes {
        let distro = model.text("cluster_distro").unwrap_or("None");
        return Err(Problem::invalid(format!("Cluster type (vm, {distro}, {}) not supported.", model.coe().word())));
    }
    if masters % 2 == 0 {
        return Err(Problem::invalid(format!(
            "master nodegroup size of {masters} is invalid, size cannot be an even number."
        )));
    }
    let master_lb_enabled = flag("master_lb_enabled").unwrap_or_else(|| model.flag("master_lb_enabled"));
    if masters > 1 && !master_lb_enabled {
        return Err(Problem::invalid("master_count must be 1 when master_lb_enabled is False"));
    }
    let flavor = |key: &str| {
        text(key).or_else(|| model.text(key).map(str::to_owned)).unwrap_or_else(|| operations::DEFAULT_FLAVOR.into())
    };
    let (master_flavor, flavor) = (flavor("master_flavor_id"), flavor("flavor_id"));
    for name in [&master_flavor, &flavor] {
        if region.compute.flavor(name).is_none() {
            return Err(Problem::invalid(format!("Unable to find flavor {name}.")));
        }
    }
    let fixed_network = text("fixed_network").or_else(|| model.text("fixed_network").map(str::to_owned));
    if let Some(name) = &fixed_network
        && region.compute.network(name).is_none()
    {
        return Err(Problem::invalid(format!("Unable to find fixed network {name}.")));
    }
    let fixed_subnet = text("fixed_subnet").or_else(|| model.text("fixed_subnet").map(str::to_owned));
    if let Some(name) = &fixed_subnet
        && !region.compute.networks.iter().any(|network| network.subnet_id == *name || network.subnet_name == *name)
    {
        return Err(Problem::invalid(format!("Unable to find fixed subnet {name}.")));
    }
    let merge_labels = flag("merge_labels").unwrap_or(false);
    let labels = match given.get("labels").and_then(Value::as_object) {
        Some(own) if merge_labels => {
            let mut labels = model.labels();
            labels.extend(own.clone());
            labels
        }
        Some(own) => own.clone(),
        None => model.labels(),
    };
    let next = call.world.regions[call.region].row();
    let uuid = operations::create(
        call.world,
        call.region,
        NewBay {
            name: Some(text("name").unwrap_or_else(|| templates::generated_name(next, "cluster"))),
            project_id: call.token.project().to_owned(),
            user_id: call.token.user_id.clone(),
            keypair,
            masters: u32::try_from(masters).unwrap_or(1),
            workers: u32::try_from(workers).unwrap_or(1),
            master_flavor,
            flavor,
            labels,
            merge_labels,
            docker_volume_size: number("docker_volume_size")
                .or_else(|| model.fields.get("docker_volume_size").and_then(Value::as_i64)),
            fixed_network,
            fixed_subnet,
            floating_ip_enabled: flag("floating_ip_enabled").unwrap_or_else(|| model.flag("floating_ip_enabled")),
            master_lb_enabled,
            create_timeout: number("create_timeout").unwrap_or(60),
            discovery_url: text("discovery_url"),
            hidden_secs: 0.4,
            model,
        },
        call.cloud.now(),
    );
    Ok(accepted(&uuid))
}

/// `202` with nothing but the UUID.
fn accepted(uuid: &str) -> Reply {
    Reply::json(202, &json!({"uuid": uuid}))
}

/// Attributes a patch may not touch at all.
const INTERNAL: &[&str] = &[
    "uuid",
    "id",
    "links",
    "created_at",
    "updated_at",
    "project_id",
    "user_id",
    "stack_id",
    "cluster_id",
    "api_address",
    "node_addresses",
    "master_addresses",
];

fn change(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::needed(call.request, "patch")?;
    let operations = patch::operations(&body)?;
    let bay = find(call, ident)?.clone();
    call.member("cluster:update")?;
    if call.request.query("rollback").is_some() {
        call.since(3, "patch").map_err(|_| Problem::invalid("Unknown argument: \"rollback\""))?;
    }
    if operations.is_empty() {
        return Ok(accepted(&bay.uuid));
    }
    let Value::Object(before) = full(call, &bay) else { return Err(Problem::router(404)) };
    for operation in &operations {
        let bad = operation["path"] == "/node_count" && operation["value"].is_string();
        if bad {
            let why = "'<' not supported between instances of 'str' and 'int'";
            return Err(Problem::field("node_count", &body::plain(&operation["value"]), why));
        }
    }
    let mut after = before.clone();
    patch::apply(&mut after, &operations, INTERNAL, &["cluster_template_id"])?;
    let allowed = ["node_count", "health_status", "health_status_reason"];
    let refused: Vec<&str> = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value) && !allowed.contains(&key.as_str()))
        .map(|(key, _)| key.as_str())
        .collect();
    if !refused.is_empty() {
        return Err(Problem::invalid(format!("cannot change cluster property(ies) {}.", refused.join(", "))));
    }
    // None are refused to old callers even where there are none already.
    if after.get("node_count").and_then(Value::as_i64) == Some(0) && call.minor < 10 {
        return Err(Problem::invalid("Resizing a nodegroup to zero is not supported in the provided microversion."));
    }
    set_health(call, &bay.uuid, &before, &after)?;
    if before["node_count"] != after["node_count"] {
        // Without the attribute (`remove`) it is the default again.
        let count = after["node_count"].as_i64().unwrap_or(1);
        if count < 0 {
            let why = "Value should be greater or equal to 0";
            return Err(Problem::field("node_count", &count.to_string(), why));
        }
        if count > MOST_NODES {
            let why = format!("Value should be lower or equal to {MOST_NODES}");
            return Err(Problem::field("node_count", &count.to_string(), &why));
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let now = call.cloud.now();
        operations::resize(call.world, call.region, &bay.uuid, "default-worker", count, &[], now);
    }
    Ok(accepted(&bay.uuid))
}

/// Takes the health that something outside (an auto-healer) found; the next look of Magnum's own overwrites it.
fn set_health(
    call: &mut Call<'_>,
    uuid: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<(), Problem> {
    let changed = |key: &str| after.get(key).filter(|value| before.get(key) != Some(*value));
    let status = match changed("health_status").map(body::plain) {
        Some(word) if ["HEALTHY", "UNHEALTHY", "UNKNOWN"].contains(&word.as_str()) => Some(word),
        Some(word) => {
            let why = "Value should be one of: UNKNOWN, UNHEALTHY, HEALTHY";
            return Err(Problem::field("health_status", &word, why));
        }
        None => None,
    };
    let reason = changed("health_status_reason").and_then(Value::as_object);
    let Some(bay) = call.world.regions[call.region].bay_mut(uuid) else { return Ok(()) };
    if status.is_some() {
        bay.health_status = status;
    }
    if let Some(reason) = reason {
        bay.health_reason = reason.iter().map(|(key, value)| (key.clone(), body::plain(value))).collect();
    }
    Ok(())
}

fn resize(call: &mut Call<'_>, ident: &str) -> Answer {
    call.since(7, "resize")?;
    let body = body::needed(call.request, "cluster_resize_req")?;
    let fields: &[Field] =
        &[("node_count", Kind::Int(0, MOST_NODES)), ("nodes_to_remove", Kind::List), ("nodegroup", Kind::Text(1, 255))];
    let given = body::typed("cluster_resize_req", &body, fields, &["node_count"])?;
    let bay = find(call, ident)?.clone();
    call.member("cluster:resize")?;
    let name = given.get("nodegroup").and_then(Value::as_str).unwrap_or("default-worker");
    let Some(group) = bay.group(name) else {
        return Err(Problem::client(404, format!("Nodegroup {name} could not be found.")));
    };
    let count = given.get("node_count").and_then(Value::as_i64).unwrap_or(1);
    if group.is_master() {
        return Err(Problem::invalid("Resizing the master nodegroup is not supported by this driver."));
    }
    if count == 0 && call.minor < 10 {
        return Err(Problem::invalid("Resizing a nodegroup to zero is not supported in the provided microversion."));
    }
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    // A maximum of 0 is none.
    if count < group.min_node_count || group.max_node_count.is_some_and(|max| max > 0 && count > max) {
        let max = group.max_node_count.map_or("None".to_owned(), |max| max.to_string());
        return Err(Problem::invalid(format!(
            "Resizing {name} outside the allowed range: min_node_count = {}, max_node_count = {max}",
            group.min_node_count
        )));
    }
    let leaving: Vec<String> = given
        .get("nodes_to_remove")
        .and_then(Value::as_array)
        .map(|nodes| nodes.iter().map(body::plain).collect())
        .unwrap_or_default();
    let group = group.name.clone();
    operations::resize(call.world, call.region, &bay.uuid, &group, count, &leaving, call.cloud.now());
    Ok(accepted(&bay.uuid))
}

fn upgrade(call: &mut Call<'_>, ident: &str) -> Answer {
    if call.minor == 7 {
        return Err(Problem::invalid("Cluster upgrade is not supported in the provided microversion."));
    }
    call.since(8, "upgrade")?;
    let body = body::needed(call.request, "cluster_upgrade_req")?;
    let fields: &[Field] = &[
        ("cluster_template", Kind::Text(1, 255)),
        ("max_batch_size", Kind::Int(1, i64::MAX)),
        ("nodegroup", Kind::Text(1, 255)),
    ];
    let given = body::typed("cluster_upgrade_req", &body, fields, &[])?;
    let bay = find(call, ident)?.clone();
    call.member("cluster:upgrade")?;
    let Some(template) = given.get("cluster_template").and_then(Value::as_str) else {
        return Err(Problem::server("Cannot convert Unset to primitive"));
    };
    let model = templates::find(call, template)?.clone();
    let group = given.get("nodegroup").and_then(Value::as_str);
    if let Some(name) = group {
        let Some(group) = bay.group(name) else {
            return Err(Problem::client(404, format!("Nodegroup {name} could not be found.")));
        };
        if !group.is_default && model.uuid != bay.model_uuid {
            return Err(Problem::client(
                409,
                format!("Nodegroup {name} can be upgraded only to match cluster's template ({}).", bay.model_uuid),
            ));
        }
    }
    if !operations::rests(&bay) {
        return Err(Problem::invalid(format!(
            "Upgrading a cluster when status is \"{}\" is not supported.",
            bay.status()
        )));
    }
    operations::upgrade(call.world, call.region, &bay.uuid, &model, group, call.cloud.now());
    Ok(accepted(&bay.uuid))
}
