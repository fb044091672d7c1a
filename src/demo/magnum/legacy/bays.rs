//! `/v1/bays`.

use serde_json::{Value, json};

use super::super::super::http::Reply;
use super::super::super::world::bay::Bay;
use super::super::super::world::magnum_time;
use super::super::super::world::script::{Act, Step};
use super::super::body::{self, Field, Kind};
use super::super::lists::{self, Collection, Row};
use super::super::operations::{self, MOST_NODES, NewBay};
use super::super::{Answer, Call, Problem, patch};
use super::{baymodels, find_bay};

const FIELDS: &[Field] = &[
    ("name", Kind::Text(1, 255)),
    ("baymodel_id", Kind::Text(1, 255)),
    ("node_count", Kind::Int(1, MOST_NODES)),
    ("master_count", Kind::Int(1, MOST_NODES)),
    ("bay_create_timeout", Kind::Int(0, i64::MAX)),
    ("discovery_url", Kind::Text(1, 1024)),
    ("uuid", Kind::ReadOnly),
    ("links", Kind::ReadOnly),
    ("status", Kind::ReadOnly),
    ("status_reason", Kind::ReadOnly),
    ("api_address", Kind::ReadOnly),
    ("node_addresses", Kind::ReadOnly),
    ("master_addresses", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
];

/// Keys of a list item.
const LISTED: [&str; 8] =
    ["uuid", "name", "baymodel_id", "node_count", "master_count", "bay_create_timeout", "status", "links"];

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => list(call, false),
        ("GET", ["detail"]) => list(call, true),
        ("POST", []) => create(call),
        ("GET", [ident]) => Ok(Reply::ok(&full(call, find_bay(call, ident)?))),
        ("PATCH", [ident]) => change(call, ident),
        ("DELETE", [ident]) => {
            let uuid = find_bay(call, ident)?.uuid.clone();
            call.member("bay:delete")?;
            operations::delete(call.world, call.region, &uuid, call.cloud.now());
            Ok(Reply::empty(204))
        }
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn list(call: &Call<'_>, detail: bool) -> Answer {
    let project = call.token.project();
    let bays = call.world.regions[call.region].bays.iter().filter(|bay| bay.project_id == project);
    let rows = bays
        .map(|bay| {
            let full = full(call, bay);
            let mut shown = full.clone();
            if let (false, Some(shown)) = (detail, shown.as_object_mut()) {
                shown.retain(|key, _| LISTED.contains(&key.as_str()));
            }
            Row { number: bay.row, uuid: bay.uuid.clone(), shown, full }
        })
        .collect();
    let path = if detail { "bays/detail" } else { "bays" };
    lists::page(call.request, &Collection { key: "bays", path: path.into(), thing: "Bay", extra: &[] }, rows)
}

fn full(call: &Call<'_>, bay: &Bay) -> Value {
    let addresses = |masters| operations::addresses(call.world, call.region, bay, masters);
    // What goes well has a sentence too; what fails tells it in one piece, since faults came later.
    let reason = bay.faults.values().next().cloned().or_else(|| {
        let (action, rest) = bay.status().split_once('_')?;
        Some(match rest {
            "COMPLETE" => format!("Stack {action} completed successfully"),
            "IN_PROGRESS" => format!("Stack {action} started"),
            _ => bay.status_reason.clone()?,
        })
    });
    json!({
        "uuid": bay.uuid, "name": bay.name, "baymodel_id": bay.model_uuid, "node_count": bay.node_count(),
        "master_count": bay.master_count(), "bay_create_timeout": 0, "status": bay.status, "status_reason": reason,
        "discovery_url": bay.discovery_url, "api_address": operations::api_address(bay),
        "node_addresses": addresses(false), "master_addresses": addresses(true),
        "links": call.links(&format!("bays/{}", bay.uuid)), "created_at": magnum_time(bay.created_at),
        "updated_at": bay.updated_at.map(magnum_time),
    })
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::json(call.request)?;
    if body.as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(Problem::missing_argument("bay"));
    }
    let given = body::typed("bay", &body, FIELDS, &["baymodel_id"])?;
    call.member("bay:create")?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let count = |key: &str| given.get(key).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    let ident = text("baymodel_id").unwrap_or_default();
    let model = baymodels::find(call, &ident).cloned().map_err(|problem| {
        let status = if problem.status == 404 { 400 } else { problem.status };
        Problem { status, ..problem }
    })?;
    let flavor = |key: &str| model.text(key).unwrap_or(operations::DEFAULT_FLAVOR).to_owned();
    let now = call.cloud.now();
    let uuid = operations::create(
        call.world,
        call.region,
        NewBay {
            name: text("name"),
            project_id: call.token.project().to_owned(),
            user_id: call.token.user_id.clone(),
            keypair: model.text("keypair_id").map(str::to_owned),
            masters: count("master_count"),
            workers: count("node_count"),
            master_flavor: flavor("master_flavor_id"),
            flavor: flavor("flavor_id"),
            labels: model.labels(),
            merge_labels: false,
            docker_volume_size: None,
            fixed_network: None,
            fixed_subnet: None,
            floating_ip_enabled: false,
            master_lb_enabled: true,
            create_timeout: 0,
            discovery_url: Some(text("discovery_url").unwrap_or_else(|| {
                format!("https://discovery.etcd.io/{}", call.world.ids.hex(&format!("discovery/{now}")))
            })),
            hidden_secs: 0.0,
            model,
        },
        now,
    );
    if let Some(bay) = call.world.regions[call.region].bay_mut(&uuid) {
        // The poller fills the status in; until then there is none.
        bay.status = None;
        if let Some(operation) = &mut bay.operation {
            let act = Act::Status { status: "CREATE_IN_PROGRESS".into(), reason: None };
            operation.steps.insert(0, Step { at: 0.9, act });
        }
    }
    let bay = find_bay(call, &uuid)?;
    let location = format!("{}/v1/bays/{uuid}", call.request.base);
    Ok(Reply::json(201, &full(call, bay)).with("location", location))
}

fn change(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::json(call.request)?;
    let operations = patch::operations(&body)?;
    let bay = find_bay(call, ident)?.clone();
    call.member("bay:update")?;
    super::refuse_falsy(&operations)?;
    let Value::Object(before) = full(call, &bay) else { return Err(Problem::router(404)) };
    let mut after = before.clone();
    let internal =
        ["uuid", "id", "links", "created_at", "updated_at", "project_id", "user_id", "status", "api_address"];
    patch::apply(&mut after, &operations, &internal, &["baymodel_id"])?;
    let refused: Vec<&str> = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value) && key.as_str() != "node_count")
        .map(|(key, _)| key.as_str())
        .collect();
    if !refused.is_empty() {
        return Err(Problem::invalid(format!("cannot change bay property(ies) {}.", refused.join(", "))));
    }
    if before["node_count"] != after["node_count"] {
        if !["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&bay.status()) || bay.operation.is_some() {
            return Err(Problem::invalid(format!(
                "Updating a bay when stack status is \"{}\" is not supported.",
                bay.status()
            )));
        }
        let wanted = match &after["node_count"] {
            Value::Null => Some(1),
            value => body::plain(value).parse::<i64>().ok(),
        };
        let text = || body::plain(&after["node_count"]);
        let Some(wanted) = wanted.filter(|count| *count >= 1) else {
            return Err(Problem::field("node_count", &text(), "Value should be greater or equal to 1"));
        };
        if wanted > MOST_NODES {
            let why = format!("Value should be lower or equal to {MOST_NODES}");
            return Err(Problem::field("node_count", &text(), &why));
        }
        let count = u32::try_from(wanted).unwrap_or(u32::MAX);
        let now = call.cloud.now();
        operations::resize(call.world, call.region, &bay.uuid, "default-worker", count, &[], now);
    }
    Ok(Reply::ok(&full(call, find_bay(call, &bay.uuid)?)))
}
