//! `/v1/quotas`, `/v1/stats`, `/v1/mservices`.

use serde_json::{Value, json};

use super::super::http::Reply;
use super::super::world::{QuotaRow, magnum_time};
use super::body::{self, Field, Kind};
use super::{Answer, Call, Problem};

/// `[quotas]max_clusters_per_project`.
const DEFAULT_LIMIT: i64 = 20;

const FIELDS: &[Field] = &[
    ("project_id", Kind::Text(1, 255)),
    ("resource", Kind::OneOf(&["Cluster"])),
    ("hard_limit", Kind::Int(0, i64::MAX)),
];

/// `Err(403)` when the project may have no more bays.
pub(super) fn check_clusters(call: &Call<'_>) -> Result<(), Problem> {
    let region = &call.world.regions[call.region];
    let project = call.token.project();
    let row = region.quotas.iter().find(|row| row.project_id == project);
    let limit = row.map_or(DEFAULT_LIMIT, |row| row.hard_limit);
    let have = region.bays.iter().filter(|bay| bay.project_id == project).count();
    if i64::try_from(have).unwrap_or(i64::MAX) >= limit {
        return Err(Problem::client(
            403,
            format!(
                "Resource limit exceeded: You have reached the maximum clusters per project, {limit}. You may delete a \
                 cluster to make room for a new one."
            ),
        ));
    }
    Ok(())
}

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => {
            call.admin("quota:get_all")?;
            let rows: Vec<Value> = call.world.regions[call.region].quotas.iter().map(row_json).collect();
            Ok(Reply::ok(&json!({"quotas": rows})))
        }
        ("POST", []) => create(call),
        ("GET" | "DELETE", [_]) => Err(Problem::missing_argument("resource")),
        ("GET", [project, resource]) => {
            if !call.sees(project) {
                return Err(Problem::client(403, "Not authorized."));
            }
            let row = call.world.regions[call.region].quotas.iter().find(|row| row.project_id == *project);
            Ok(Reply::ok(&row.map_or_else(
                || json!({"hard_limit": DEFAULT_LIMIT, "project_id": project, "resource": resource}),
                row_json,
            )))
        }
        ("PATCH", [project, _]) => {
            call.admin("quota:update")?;
            let body = body::json(call.request)?;
            let given = body::typed("quotas_patch", &body, FIELDS, &[])?;
            let now = call.cloud.now();
            let Some(row) = row_mut(call, project) else { return Err(missing(project)) };
            if let Some(limit) = given.get("hard_limit").and_then(Value::as_i64) {
                row.hard_limit = limit;
            }
            row.updated_at = Some(now);
            Ok(Reply::json(202, &row_json(row)))
        }
        ("DELETE", [project, _]) => {
            call.admin("quota:delete")?;
            if row_mut(call, project).is_none() {
                return Err(missing(project));
            }
            call.world.regions[call.region].quotas.retain(|row| row.project_id != **project);
            Ok(Reply::empty(204))
        }
        _ if path.len() < 3 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn row_mut<'a>(call: &'a mut Call<'_>, project: &str) -> Option<&'a mut QuotaRow> {
    call.world.regions[call.region].quotas.iter_mut().find(|row| row.project_id == project)
}

fn missing(project: &str) -> Problem {
    Problem::client(404, format!("Quota could not be found: project_id {project} resource Cluster."))
}

fn row_json(row: &QuotaRow) -> Value {
    json!({
        "id": row.id, "hard_limit": row.hard_limit, "project_id": row.project_id, "resource": "Cluster",
        "created_at": magnum_time(row.created_at), "updated_at": row.updated_at.map(magnum_time),
    })
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::needed(call.request, "quota")?;
    let given = body::typed("quota", &body, FIELDS, &["project_id", "resource"])?;
    call.admin("quota:create")?;
    let project = given["project_id"].as_str().unwrap_or_default().to_owned();
    if call.world.identity.project(&project).is_none() {
        return Err(Problem::client(404, format!("The project_id {project} could not be found.")));
    }
    if row_mut(call, &project).is_some() {
        return Err(Problem::client(409, format!("Quota for project {project} already exists for resource Cluster.")));
    }
    let row = QuotaRow {
        id: call.world.regions[call.region].row(),
        project_id: project,
        hard_limit: given.get("hard_limit").and_then(Value::as_i64).unwrap_or(1),
        created_at: call.cloud.now(),
        updated_at: None,
    };
    let reply = Reply::json(201, &row_json(&row));
    call.world.regions[call.region].quotas.push(row);
    Ok(reply)
}

/// `GET /v1/stats`: bays and nodes, masters included.
pub(super) fn stats(call: &Call<'_>, method: &str) -> Answer {
    if method != "GET" {
        return Err(Problem::method("GET"));
    }
    let project = call.request.query("project_id");
    if project.is_some_and(|project| !call.sees(project)) {
        return Err(Problem::client(403, "Not authorized."));
    }
    let bays = call.world.regions[call.region].bays.iter();
    let counted: Vec<_> = bays
        .filter(|bay| project.map_or_else(|| call.sees(&bay.project_id), |project| bay.project_id == project))
        .collect();
    let nodes: u64 = counted.iter().map(|bay| u64::from(bay.node_count()) + u64::from(bay.master_count())).sum();
    Ok(Reply::ok(&json!({"clusters": counted.len(), "nodes": nodes})))
}

/// `GET /v1/mservices`: the conductors, for administrators.
pub(super) fn services(call: &Call<'_>, method: &str) -> Answer {
    if method != "GET" {
        return Err(Problem::method("GET"));
    }
    call.admin("magnum-service:get_all")?;
    let now = call.cloud.now();
    let rows: Vec<Value> = (1..=2)
        .map(|id| {
            json!({
                "id": id, "host": format!("ctl{id}"), "binary": "magnum-conductor", "state": "up",
                "report_count": 4200 + id, "disabled": false, "disabled_reason": null,
                "created_at": magnum_time(now - jiff::SignedDuration::from_hours(24 * 30)), "updated_at": magnum_time(now),
            })
        })
        .collect();
    Ok(Reply::ok(&json!({"mservices": rows})))
}
