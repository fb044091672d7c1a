//! `/v1/containers`: containers on Swarm bays, with their actions.

use serde_json::{Value, json};

use super::super::super::http::Reply;
use super::super::super::world::bay::Coe;
use super::super::super::world::legacy::{Container, ContainerState};
use super::super::super::world::magnum_time;
use super::super::body::{self, Field, Kind};
use super::super::lists::{self, Collection, Row};
use super::super::{Answer, Call, Problem, patch};
use super::{bay_of_body, process};

const FIELDS: &[Field] = &[
    ("name", Kind::Text(1, 255)),
    ("image", Kind::Text(1, 255)),
    ("command", Kind::Text(0, 255)),
    ("bay_uuid", Kind::Text(1, 255)),
    ("memory", Kind::Text(0, 255)),
    ("uuid", Kind::ReadOnly),
    ("links", Kind::ReadOnly),
    ("status", Kind::ReadOnly),
    ("created_at", Kind::ReadOnly),
    ("updated_at", Kind::ReadOnly),
];

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => list(call, false),
        ("GET", ["detail"]) => list(call, true),
        ("POST", []) => create(call),
        ("GET", [ident]) => Ok(Reply::ok(&row(call, find(call, ident)?, true))),
        ("PATCH", [ident]) => change(call, ident),
        ("DELETE", [ident]) => {
            let uuid = find(call, ident)?.uuid.clone();
            call.member("container:delete")?;
            call.world.regions[call.region].legacy.containers.retain(|container| container.uuid != uuid);
            Ok(Reply::empty(204))
        }
        ("GET", [ident, "logs"]) => {
            let container = find(call, ident)?;
            Ok(Reply::ok(&json!({"output": process::log(container, call.cloud.now())})))
        }
        ("PUT", [ident, "execute"]) => {
            let command = call.request.query("command").ok_or_else(|| Problem::missing_argument("command"))?;
            let container = find(call, ident)?;
            call.member("container:execute")?;
            if container.state != ContainerState::Running {
                return Err(docker("409 Client Error: Conflict", "Container is not running"));
            }
            Ok(Reply::ok(&json!({"output": process::execute(container, command, call.cloud.now())})))
        }
        ("PUT", [ident, action @ ("start" | "stop" | "reboot" | "pause" | "unpause")]) => act(call, ident, action),
        (_, [_, "logs"]) => Err(Problem::method("GET")),
        (_, [_, "start" | "stop" | "reboot" | "pause" | "unpause" | "execute"]) => Err(Problem::method("PUT")),
        _ if path.len() < 2 => Err(Problem::method("DELETE, GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn docker(status: &str, words: &str) -> Problem {
    Problem::server(format!("Docker internal Error: {status} (\"{words}\")."))
}

fn find<'a>(call: &'a Call<'_>, ident: &str) -> Result<&'a Container, Problem> {
    let all = call.world.regions[call.region].legacy.containers.iter();
    let mine = all.filter(|container| container.project_id == call.token.project());
    let words = ("Container", "containers", "container");
    lists::resolve(mine, ident, |container| (container.uuid.as_str(), container.name.as_deref()), words)
}

fn row(call: &Call<'_>, container: &Container, detail: bool) -> Value {
    // Without its bay a container cannot be asked.
    let bay = call.world.regions[call.region].bay(&container.bay_uuid);
    let reachable = bay.is_some_and(|bay| bay.status().ends_with("_COMPLETE"));
    let mut body = json!({
        "uuid": container.uuid, "name": container.name, "bay_uuid": container.bay_uuid, "image": container.image,
        "command": container.command, "memory": container.memory,
        "status": if reachable { container.state.word() } else { "Unknown" },
        "links": call.links(&format!("containers/{}", container.uuid)),
    });
    if detail {
        body["created_at"] = json!(magnum_time(container.created_at));
        body["updated_at"] = json!(container.updated_at.map(magnum_time));
    }
    body
}

fn list(call: &Call<'_>, detail: bool) -> Answer {
    let all = call.world.regions[call.region].legacy.containers.iter();
    let rows = all
        .zip(1..)
        .filter(|(container, _)| container.project_id == call.token.project())
        .map(|(container, number)| Row {
            number,
            uuid: container.uuid.clone(),
            shown: row(call, container, detail),
            full: row(call, container, true),
        })
        .collect();
    let path = if detail { "containers/detail" } else { "containers" };
    let collection = Collection { key: "containers", path: path.into(), thing: "Container", extra: &["bay_ident"] };
    lists::page(call.request, &collection, rows)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = body::json(call.request)?;
    let given = body::typed("container", &body, FIELDS, &["image", "bay_uuid"])?;
    call.member("container:create")?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).map(str::to_owned);
    let bay = bay_of_body(call, &text("bay_uuid").unwrap_or_default(), Coe::Swarm)?.uuid.clone();
    let image = text("image").unwrap_or_default();
    if image.contains("nothere") || image.contains(' ') {
        return Err(docker("404 Client Error: Not Found", &format!("No such image: {image}")));
    }
    if let Some(memory) = text("memory")
        && !memory.is_empty()
        && !memory.trim_end_matches(['b', 'k', 'm', 'g']).chars().all(|digit| digit.is_ascii_digit())
    {
        return Err(docker("500 Server Error: Internal Server Error", &format!("invalid size: '{memory}'")));
    }
    let container = Container {
        uuid: call.world.ids.next(),
        name: text("name"),
        bay_uuid: bay,
        project_id: call.token.project().to_owned(),
        image,
        command: text("command"),
        memory: text("memory"),
        // Made, not started.
        state: ContainerState::Stopped,
        started_at: None,
        old_log: String::new(),
        created_at: call.cloud.now(),
        updated_at: None,
    };
    let location = format!("{}/v1/containers/{}", call.request.base, container.uuid);
    let reply = Reply::json(201, &row(call, &container, true)).with("location", location);
    call.world.regions[call.region].legacy.containers.push(container);
    Ok(reply)
}

fn change(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::json(call.request)?;
    let operations = patch::operations(&body)?;
    let container = find(call, ident)?.clone();
    call.member("container:update")?;
    super::refuse_falsy(&operations)?;
    let Value::Object(mut after) = row(call, &container, true) else { return Err(Problem::router(404)) };
    let internal = ["uuid", "id", "links", "created_at", "updated_at", "status"];
    patch::apply(&mut after, &operations, &internal, &["image", "bay_uuid"])?;
    let text = |key: &str| after.get(key).and_then(Value::as_str).map(str::to_owned);
    let now = call.cloud.now();
    if let Some(target) = row_mut(call, &container.uuid) {
        // Only the row changes; what runs, runs on as it was.
        target.name = text("name");
        target.memory = text("memory");
        target.command = text("command");
        target.image = text("image").unwrap_or_default();
        target.updated_at = Some(now);
    }
    Ok(Reply::ok(&row(call, find(call, &container.uuid)?, true)))
}

fn row_mut<'a>(call: &'a mut Call<'_>, uuid: &str) -> Option<&'a mut Container> {
    call.world.regions[call.region].legacy.containers.iter_mut().find(|container| container.uuid == uuid)
}

fn act(call: &mut Call<'_>, ident: &str, action: &str) -> Answer {
    let container = find(call, ident)?.clone();
    call.member(&format!("container:{action}"))?;
    let state = container.state;
    let refuse = |words: &str| {
        Err(docker(
            "500 Server Error: Internal Server Error",
            &format!("Cannot {action} container {}: {words}", container.uuid),
        ))
    };
    let next = match (action, state) {
        ("start" | "reboot", ContainerState::Paused) => return refuse("Container is paused"),
        ("start" | "reboot", _) | ("unpause", ContainerState::Paused) => ContainerState::Running,
        ("stop", _) => ContainerState::Stopped,
        ("pause", ContainerState::Running) => ContainerState::Paused,
        ("pause", _) => return refuse("Container is not running"),
        _ => return refuse("Container is not paused"),
    };
    let now = call.cloud.now();
    let log = process::log(&container, now);
    if let Some(target) = row_mut(call, &container.uuid) {
        let starts = next == ContainerState::Running && state != ContainerState::Paused;
        if (starts && (state != ContainerState::Running || action == "reboot")) || next == ContainerState::Stopped {
            target.old_log = log;
            target.started_at = None;
        }
        if starts && target.started_at.is_none() {
            target.started_at = Some(now);
        }
        // A command that ends at once leaves its container stopped.
        if starts && process::ends_at_once(target) {
            let log = process::log(target, now);
            target.old_log = log;
            target.started_at = None;
            target.state = ContainerState::Stopped;
        } else {
            target.state = next;
        }
        target.updated_at = Some(now);
    }
    Ok(Reply::text(200, "application/json", "\"\""))
}
