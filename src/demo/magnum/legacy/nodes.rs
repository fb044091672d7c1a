//! `/v1/nodes`, a table of its own that nothing fills, and `/v1/mservices`.

use serde_json::{Value, json};

use super::super::super::http::Reply;
use super::super::super::world::legacy::NodeRow;
use super::super::super::world::magnum_time;
use super::super::body::{self, Field, Kind};
use super::super::{Answer, Call, Problem, patch};

const FIELDS: &[Field] =
    &[("type", Kind::Text(1, 255)), ("image_id", Kind::Text(1, 255)), ("ironic_node_id", Kind::Text(1, 255))];

/// Routes a call. Nodes are known by UUID only.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", [] | ["detail"]) => {
            let detail = !path.is_empty();
            let nodes = call.world.regions[call.region].legacy.nodes.iter();
            let rows: Vec<Value> = nodes.map(|node| row(call, node, detail)).collect();
            Ok(Reply::ok(&json!({"nodes": rows})))
        }
        ("POST", []) => {
            let body = body::json(call.request)?;
            let given = body::typed("node", &body, FIELDS, &[])?;
            call.member("node:create")?;
            let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
            let ironic = text("ironic_node_id");
            let taken = |node: &NodeRow| ironic.is_some() && node.ironic_node_id == ironic;
            if call.world.regions[call.region].legacy.nodes.iter().any(taken) {
                return Err(Problem::client(409, "A node with that ironic_node_id already exists."));
            }
            let node = NodeRow {
                uuid: call.world.ids.next(),
                kind: text("type"),
                image_id: text("image_id"),
                ironic_node_id: ironic,
                created_at: call.cloud.now(),
                updated_at: None,
            };
            let reply = Reply::json(201, &row(call, &node, true));
            call.world.regions[call.region].legacy.nodes.push(node);
            Ok(reply)
        }
        ("GET", [uuid]) => Ok(Reply::ok(&row(call, find(call, uuid)?, true))),
        ("PATCH", [uuid]) => change(call, uuid),
        ("DELETE", [uuid]) => {
            find(call, uuid)?;
            call.member("node:delete")?;
            call.world.regions[call.region].legacy.nodes.retain(|node| node.uuid != **uuid);
            Ok(Reply::empty(204))
        }
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn find<'a>(call: &'a Call<'_>, uuid: &str) -> Result<&'a NodeRow, Problem> {
    let nodes = &call.world.regions[call.region].legacy.nodes;
    let found = nodes.iter().find(|node| node.uuid == uuid);
    found.ok_or_else(|| Problem::client(404, format!("Node {uuid} could not be found.")))
}

fn change(call: &mut Call<'_>, uuid: &str) -> Answer {
    let body = body::json(call.request)?;
    let operations = patch::operations(&body)?;
    let Value::Object(mut after) = row(call, find(call, uuid)?, true) else { return Err(Problem::router(404)) };
    call.member("node:update")?;
    patch::apply(&mut after, &operations, &["uuid", "id", "links", "created_at", "updated_at"], &[])?;
    let text = |key: &str| after.get(key).and_then(Value::as_str).map(str::to_owned);
    let now = call.cloud.now();
    if let Some(node) = call.world.regions[call.region].legacy.nodes.iter_mut().find(|node| node.uuid == uuid) {
        node.kind = text("type");
        node.image_id = text("image_id");
        node.ironic_node_id = text("ironic_node_id");
        node.updated_at = Some(now);
    }
    Ok(Reply::ok(&row(call, find(call, uuid)?, true)))
}

fn row(call: &Call<'_>, node: &NodeRow, detail: bool) -> Value {
    let mut body = json!({
        "uuid": node.uuid, "type": node.kind, "image_id": node.image_id, "ironic_node_id": node.ironic_node_id,
        "links": call.links(&format!("nodes/{}", node.uuid)),
    });
    if detail {
        body["created_at"] = json!(magnum_time(node.created_at));
        body["updated_at"] = json!(node.updated_at.map(magnum_time));
    }
    body
}

/// `/v1/mservices`.
pub(super) fn services(call: &Call<'_>) -> Answer {
    call.admin("magnum-service:get_all")?;
    let now = magnum_time(call.cloud.now());
    Ok(Reply::ok(&json!({"mservices": [{
        "id": 1, "host": "ctl1", "binary": "magnum-conductor", "state": "up", "report_count": 900, "disabled": false,
        "disabled_reason": null, "created_at": now, "updated_at": now,
    }]})))
}
