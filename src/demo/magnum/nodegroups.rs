//! `/v1/clusters/{cluster}/nodegroups`, microversion 1.9 and later.

use serde_json::{Map, Value, json};

use super::super::http::Reply;
use super::super::world::bay::{Bay, NodeGroup};
use super::super::world::magnum_time;
use super::super::world::model::BayModel;
use super::body::{self, Field, Kind};
use super::clusters::{find, label_origins};
use super::lists::{self, Collection, Row};
use super::operations::{self, MOST_NODES};
use super::{Answer, Call, Problem, patch};

const FIELDS: &[Field] = &[
    ("name", Kind::Text(1, 255)),
    ("role", Kind::Text(1, 255)),
    ("node_count", Kind::Int(0, MOST_NODES)),
    ("min_node_count", Kind::Int(0, MOST_NODES)),
    ("max_node_count", Kind::Int(0, MOST_NODES)),
    ("flavor_id", Kind::Text(1, 255)),
    ("image_id", Kind::Text(1, 255)),
    ("docker_volume_size", Kind::Int(1, i64::MAX)),
    ("labels", Kind::Labels),
    ("merge_labels", Kind::Flag),
    ("node_labels", Kind::Labels),
    ("node_taints", Kind::List),
];

/// What a taint may do to pods.
const TAINT_EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Keys of a list item.
const LISTED: [&str; 12] = [
    "uuid",
    "name",
    "flavor_id",
    "image_id",
    "node_count",
    "role",
    "min_node_count",
    "max_node_count",
    "is_default",
    "stack_id",
    "status",
    "merge_labels",
];

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, cluster: &str, path: &[&str]) -> Answer {
    let controller = match method {
        "GET" => "get_one",
        "POST" => "post",
        "PATCH" => "patch",
        _ => "delete",
    };
    call.since(9, controller)?;
    let bay = find(call, cluster)?.clone();
    match (method, path) {
        ("GET", []) => list(call, &bay),
        ("POST", []) => create(call, &bay),
        ("GET", [ident]) => {
            let group = named(&bay, ident)?;
            Ok(Reply::ok(&full(call, &bay, group)))
        }
        ("PATCH", [ident]) => change(call, &bay, ident),
        ("DELETE", [ident]) => {
            let group = named(&bay, ident)?;
            call.member("nodegroup:delete")?;
            if group.is_default {
                return Err(Problem::invalid("Deleting a default nodegroup is not supported."));
            }
            operations::delete_group(call.world, call.region, &bay.uuid, &group.name, call.cloud.now());
            Ok(Reply::empty(204))
        }
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn named<'a>(bay: &'a Bay, ident: &str) -> Result<&'a NodeGroup, Problem> {
    bay.group(ident).ok_or_else(|| Problem::client(404, format!("Nodegroup {ident} could not be found.")))
}

fn list(call: &Call<'_>, bay: &Bay) -> Answer {
    let role = call.request.query("role");
    let rows = bay
        .groups
        .iter()
        .filter(|group| role.is_none_or(|role| group.role == role))
        .map(|group| {
            let full = full(call, bay, group);
            let mut shown = full.clone();
            if let Some(shown) = shown.as_object_mut() {
                shown.retain(|key, _| LISTED.contains(&key.as_str()));
            }
            Row { number: group.row, uuid: group.uuid.clone(), shown, full }
        })
        .collect();
    let path = format!("clusters/{}/nodegroups", bay.uuid);
    lists::page(call.request, &Collection { key: "nodegroups", path, thing: "Nodegroup", extra: &["role"] }, rows)
}

fn full(call: &Call<'_>, bay: &Bay, group: &NodeGroup) -> Value {
    let template = call.world.regions[call.region].model(&bay.model_uuid).map(BayModel::labels).unwrap_or_default();
    let (overridden, added, skipped) = label_origins(&group.labels, &template);
    let addresses: Vec<String> = call.world.regions[call.region]
        .compute
        .servers_of(&bay.uuid)
        .filter(|server| server.is_node() && server.bay.as_ref().is_some_and(|(_, name)| *name == group.name))
        .map(|server| server.address.clone())
        .collect();
    let mut body = json!({
        "id": group.row, "uuid": group.uuid, "name": group.name, "cluster_id": bay.uuid, "project_id": bay.project_id,
        "docker_volume_size": group.docker_volume_size, "labels": group.labels,
        "links": call.links(&format!("clusters/{}/nodegroups/{}", bay.uuid, group.uuid)),
        "flavor_id": group.flavor, "image_id": group.image, "node_addresses": addresses,
        "node_count": group.node_count, "role": group.role, "min_node_count": group.min_node_count,
        "max_node_count": group.max_node_count, "is_default": group.is_default, "stack_id": group.stack_id,
        "status": group.status, "status_reason": group.status_reason, "version": null,
        "merge_labels": group.merge_labels, "labels_overridden": overridden, "labels_added": added,
        "labels_skipped": skipped, "created_at": magnum_time(group.created_at),
        "updated_at": group.updated_at.map(magnum_time),
    });
    if call.minor >= 14 {
        body["node_labels"] = json!(group.node_labels);
        body["node_taints"] = group.node_taints.clone();
    }
    body
}

/// A maximum of 0 is none, to Magnum.
fn check_range(name: &str, count: u32, min: u32, max: Option<u32>) -> Result<(), Problem> {
    let conflict = |text: String| Err(Problem::client(409, text));
    if let Some(max) = max.filter(|max| *max > 0) {
        if min > max {
            return conflict(format!(
                "max_node_count for {name} is invalid (min_node_count ({min}) should be less or equal to max_node_count \
                 ({max}))."
            ));
        }
        if count > max {
            return conflict(format!(
                "max_node_count for {name} is invalid (node_count ({count}) should be less or equal to max_node_count \
                 ({max}))."
            ));
        }
    }
    if min > count {
        return conflict(format!(
            "min_node_count for {name} is invalid (min_node_count ({min}) should be less or equal to node_count \
             ({count}))."
        ));
    }
    Ok(())
}

fn create(call: &mut Call<'_>, bay: &Bay) -> Answer {
    let body = body::needed(call.request, "nodegroup")?;
    let given = body::typed("nodegroup", &body, FIELDS, &[])?;
    call.member("nodegroup:create")?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let count = |key: &str| given.get(key).and_then(Value::as_i64).and_then(|number| u32::try_from(number).ok());
    if call.minor < 14 && (given.contains_key("node_labels") || given.contains_key("node_taints")) {
        return Err(Problem::router(406));
    }
    if operations::api_address(bay).is_none() {
        return Err(Problem::client(409, "Cluster API address is not available yet"));
    }
    for taint in given.get("node_taints").and_then(Value::as_array).into_iter().flatten() {
        let effect = taint["effect"].as_str().unwrap_or_default();
        if taint["key"].as_str().is_none_or(str::is_empty) || !TAINT_EFFECTS.contains(&effect) {
            let why = format!("Expected a key and an effect, one of: {}", TAINT_EFFECTS.join(", "));
            return Err(Problem::field("node_taints", &body::python(taint), &why));
        }
    }
    let Some(name) = text("name") else { return Err(Problem::server("Field `name' cannot be None")) };
    if bay.group(&name).is_some() {
        let label = bay.label();
        return Err(Problem::client(
            409,
            format!("A node group with name {name} already exists in the cluster {label}."),
        ));
    }
    let role = text("role").unwrap_or_else(|| "worker".into());
    if role == "master" {
        return Err(Problem::invalid("Creating master nodegroups is currently not supported."));
    }
    let node_count = count("node_count").unwrap_or(1);
    let (min, max) = (count("min_node_count").unwrap_or(0), count("max_node_count"));
    check_range(&name, node_count, min, max)?;
    let flavor = text("flavor_id").unwrap_or_else(|| bay.flavor.clone());
    if call.world.regions[call.region].compute.flavor(&flavor).is_none() {
        return Err(Problem::invalid(format!("Unable to find flavor {flavor}.")));
    }
    let merge_labels = given.get("merge_labels").and_then(Value::as_bool).unwrap_or(false);
    let own = given.get("labels").and_then(Value::as_object).cloned();
    let labels = match own {
        Some(own) if merge_labels => bay.labels.clone().into_iter().chain(own).collect::<Map<String, Value>>(),
        Some(own) => own,
        None => bay.labels.clone(),
    };
    let image = bay.group("default-worker").map(|group| group.image.clone()).unwrap_or_default();
    let group = NodeGroup {
        row: call.world.regions[call.region].row(),
        uuid: call.world.ids.next(),
        name,
        role,
        flavor,
        image: text("image_id").unwrap_or(image),
        node_count,
        min_node_count: min,
        max_node_count: max,
        is_default: false,
        stack_id: None,
        status: "CREATE_IN_PROGRESS".into(),
        status_reason: None,
        docker_volume_size: given.get("docker_volume_size").and_then(Value::as_i64),
        labels,
        merge_labels,
        node_labels: given.get("node_labels").and_then(Value::as_object).cloned().unwrap_or_default(),
        node_taints: given.get("node_taints").cloned().unwrap_or_else(|| json!([])),
        created_at: call.cloud.now(),
        updated_at: None,
        next_index: 0,
    };
    let mut reply = full(call, bay, &group);
    if let Some(reply) = reply.as_object_mut() {
        // The object has not been to the database yet: what the database fills in is missing.
        let later = [
            "id",
            "node_addresses",
            "is_default",
            "stack_id",
            "status",
            "status_reason",
            "version",
            "created_at",
            "updated_at",
            "docker_volume_size",
        ];
        reply.retain(|key, _| !later.contains(&key.as_str()));
    }
    operations::create_group(call.world, call.region, &bay.uuid, group, call.cloud.now());
    Ok(Reply::json(202, &reply))
}

fn change(call: &mut Call<'_>, bay: &Bay, ident: &str) -> Answer {
    let body = body::needed(call.request, "patch")?;
    let operations = patch::operations(&body)?;
    let group = named(bay, ident)?.clone();
    call.member("nodegroup:update")?;
    let Value::Object(mut after) = full(call, bay, &group) else { return Err(Problem::router(404)) };
    let internal: Vec<&str> = [
        "id",
        "uuid",
        "name",
        "cluster_id",
        "project_id",
        "docker_volume_size",
        "labels",
        "links",
        "flavor_id",
        "image_id",
        "node_addresses",
        "node_count",
        "role",
        "is_default",
        "stack_id",
        "status",
        "status_reason",
        "version",
        "merge_labels",
        "created_at",
        "updated_at",
    ]
    .to_vec();
    patch::apply(&mut after, &operations, &internal, &[])?;
    let count = |key: &str| after.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let (min, max) = (count("min_node_count").unwrap_or(0), count("max_node_count"));
    check_range(&group.name, group.node_count, min, max)?;
    let now = call.cloud.now();
    let Some(target) = call.world.regions[call.region].bay_mut(&bay.uuid).and_then(|bay| bay.group_mut(&group.name))
    else {
        return Err(Problem::router(404));
    };
    target.min_node_count = min;
    target.max_node_count = max;
    target.updated_at = Some(now);
    let labels = after.get("node_labels").and_then(Value::as_object).filter(|labels| **labels != target.node_labels);
    let relabelled = labels.is_some();
    if let Some(labels) = labels {
        target.node_labels = labels.clone();
    }
    let target = target.clone();
    if relabelled {
        operations::change_nodes(call.world, call.region, &bay.uuid, now);
    }
    Ok(Reply::json(202, &full(call, bay, &target)))
}
