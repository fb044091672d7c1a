//! Pods as API servers send them, and the row an operator expects.

use super::*;
use serde_json::{Value, json};

fn row(spec: Value, status: Value) -> PodRow {
    with_meta(json!({}), spec, status)
}

fn with_meta(extra: Value, spec: Value, status: Value) -> PodRow {
    let mut meta = json!({"uid": "u1", "name": "web-1", "namespace": "shop", "creationTimestamp": "2026-01-02T03:04:05Z",
        "labels": {"tier": "x", "app": "web"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d8f", "controller": true, "uid": "r"}]});
    for (key, value) in extra.as_object().unwrap() {
        meta[key] = value.clone();
    }
    pod(serde_json::from_value(json!({"metadata": meta, "spec": spec, "status": status})).unwrap())
}

fn one() -> Value {
    json!({"nodeName": "worker-1", "containers": [{"name": "web", "image": "nginx:1",
        "resources": {"requests": {"cpu": "250m", "memory": "128Mi"}}}]})
}

fn ready(value: &str) -> Value {
    json!([{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": value,
        "message": "containers with unready status: [web]"}])
}

fn told(row: &PodRow) -> (Sign, &str, &str) {
    (row.sign, &row.reason, &row.message)
}

#[test]
fn a_healthy_pod() {
    let row = row(
        one(),
        json!({"phase": "Running", "podIP": "10.0.0.7", "conditions": ready("True"),
        "containerStatuses": [{"name": "web", "ready": true, "restartCount": 2, "started": true, "state": {"running": {"startedAt": "2026-01-02T03:04:09Z"}}}]}),
    );
    assert_eq!(told(&row), (Sign::Ok, "Running", ""));
    assert_eq!((row.ready, row.containers, row.restarts), (1, 1, 2));
    assert_eq!((row.cpu_milli, row.memory_bytes), (250, 128 << 20));
    assert_eq!(row.owner, "ReplicaSet/web-5d8f");
    assert_eq!(row.labels, "app=web,tier=x");
    assert_eq!(row.created_at, 1_767_323_045);
    assert_eq!((row.ip.as_str(), row.images.as_str(), row.node.as_str()), ("10.0.0.7", "nginx:1", "worker-1"));
}

#[test]
fn a_crash_loop_says_how_it_ended() {
    let row = row(
        one(),
        json!({"phase": "Running", "conditions": ready("False"), "containerStatuses": [{
        "name": "web", "ready": false, "restartCount": 14,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=web pod=web-1_shop(u1)"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "redis timeout\n"}}}]}),
    );
    assert_eq!(told(&row), (Sign::Failed, "CrashLoopBackOff", "exit code 1: redis timeout"));
    assert_eq!(row.restarts, 14);
}

#[test]
fn out_of_memory() {
    let row = row(
        one(),
        json!({"phase": "Failed", "conditions": ready("False"), "containerStatuses": [{
        "name": "web", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}),
    );
    assert_eq!(told(&row), (Sign::Failed, "OOMKilled", "OOMKilled, exit code 137"));
}

#[test]
fn an_image_that_cannot_be_pulled() {
    let row = row(
        one(),
        json!({"phase": "Pending", "conditions": ready("False"), "containerStatuses": [{
        "name": "web", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"x\""}}}]}),
    );
    assert_eq!(told(&row), (Sign::Failed, "ImagePullBackOff", "Back-off pulling image \"x\""));
}

#[test]
fn the_scheduler_explains_a_pending_pod() {
    let mut spec = one();
    spec["nodeName"] = Value::Null;
    let row = row(
        spec,
        json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
        "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient memory."}]}),
    );
    assert_eq!(told(&row), (Sign::Pending, "Unschedulable", "0/3 nodes are available: 3 Insufficient memory."));
    assert!(row.node.is_empty());
}

#[test]
fn a_gated_pod_waits() {
    let row = row(
        json!({"containers": [{"name": "a"}]}),
        json!({"phase": "Pending", "conditions": [{"type": "PodScheduled",
        "status": "False", "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates"}]}),
    );
    assert_eq!((row.sign, row.reason.as_str()), (Sign::Pending, "SchedulingGated"));
}

#[test]
fn work_in_progress() {
    let creating = row(
        one(),
        json!({"phase": "Pending", "conditions": ready("False"),
        "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "ContainerCreating"}}}]}),
    );
    assert_eq!(told(&creating), (Sign::Progress, "ContainerCreating", ""));
    let bound = row(one(), json!({"phase": "Pending"}));
    assert_eq!((bound.sign, bound.reason.as_str()), (Sign::Progress, "ContainerCreating"));
    let starting = row(
        one(),
        json!({"phase": "Running", "conditions": ready("False"), "containerStatuses": [
        {"name": "web", "ready": false, "started": false, "state": {"running": {}}}]}),
    );
    assert_eq!((starting.sign, starting.reason.as_str()), (Sign::Progress, "Starting"));
}

#[test]
fn running_without_being_ready_is_a_warning() {
    let row = row(
        one(),
        json!({"phase": "Running", "conditions": ready("False"),
        "containerStatuses": [{"name": "web", "ready": false, "started": true, "state": {"running": {}}}]}),
    );
    assert_eq!(told(&row), (Sign::Warning, "NotReady", "containers with unready status: [web]"));
    assert_eq!((row.ready, row.containers), (0, 1));
}

#[test]
fn init_containers_in_all_their_states() {
    let spec =
        json!({"nodeName": "n", "initContainers": [{"name": "i1"}, {"name": "i2"}], "containers": [{"name": "web"}]});
    let waiting = json!([{"name": "web", "state": {"waiting": {"reason": "PodInitializing"}}}]);
    let init = |second: Value| {
        row(
            spec.clone(),
            json!({"phase": "Pending", "conditions": [{"type": "Initialized", "status": "False"}],
            "initContainerStatuses": [{"name": "i1", "restartCount": 1, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}},
                {"name": "i2", "restartCount": 3, "state": second}], "containerStatuses": waiting}),
        )
    };
    let busy = init(json!({"running": {}}));
    assert_eq!((busy.sign, busy.reason.as_str(), busy.restarts), (Sign::Progress, "Init:1/2", 4));
    let failed = init(json!({"terminated": {"exitCode": 2, "reason": "Error", "message": "no schema"}}));
    assert_eq!(told(&failed), (Sign::Failed, "Init:Error", "exit code 2: no schema"));
    let code = init(json!({"terminated": {"exitCode": 2}}));
    assert_eq!(code.reason, "Init:ExitCode:2");
    let loops = init(json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}));
    assert_eq!((loops.sign, loops.reason.as_str()), (Sign::Failed, "Init:CrashLoopBackOff"));
}

#[test]
fn a_sidecar_counts_as_a_container() {
    let row = row(
        json!({"nodeName": "n", "initContainers": [{"name": "mesh", "restartPolicy": "Always",
        "resources": {"requests": {"cpu": "100m"}}}], "containers": [{"name": "web"}]}),
        json!({"phase": "Running", "conditions": ready("True"),
            "initContainerStatuses": [{"name": "mesh", "ready": true, "started": true, "restartCount": 1, "state": {"running": {}}}],
            "containerStatuses": [{"name": "web", "ready": true, "restartCount": 0, "state": {"running": {}}}]}),
    );
    assert_eq!((row.sign, row.ready, row.containers, row.restarts, row.cpu_milli), (Sign::Ok, 2, 2, 1, 100));
}

#[test]
fn endings() {
    let done = row(
        one(),
        json!({"phase": "Succeeded", "containerStatuses": [{"name": "web",
        "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}),
    );
    assert_eq!((done.sign, done.succeeded, done.reason.as_str()), (Sign::Ok, true, "Completed"));
    let evicted =
        row(one(), json!({"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}));
    assert_eq!(told(&evicted), (Sign::Failed, "Evicted", "The node was low on resource: memory."));
    let going = with_meta(
        json!({"deletionTimestamp": "2026-01-02T03:05:05Z"}),
        one(),
        json!({"phase": "Running",
        "containerStatuses": [{"name": "web", "ready": true, "state": {"running": {}}}]}),
    );
    assert_eq!((going.sign, going.reason.as_str()), (Sign::Deleting, "Terminating"));
    let lost = with_meta(
        json!({"deletionTimestamp": "2026-01-02T03:05:05Z"}),
        one(),
        json!({"phase": "Running", "reason": "NodeLost"}),
    );
    assert_eq!((lost.sign, lost.reason.as_str()), (Sign::Unknown, "NodeLost"));
    let unknown = row(one(), json!({"phase": "Unknown"}));
    assert_eq!(unknown.sign, Sign::Unknown);
}

#[test]
fn a_finished_container_beside_a_running_one() {
    let mut spec = one();
    spec["containers"] = json!([{"name": "web"}, {"name": "once"}]);
    let row = row(
        spec,
        json!({"phase": "Running", "conditions": ready("False"), "containerStatuses": [
        {"name": "web", "ready": true, "state": {"running": {}}},
        {"name": "once", "ready": false, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}),
    );
    assert_eq!((row.sign, row.reason.as_str(), row.ready, row.containers), (Sign::Warning, "NotReady", 1, 2));
}

#[test]
fn requests_count_init_containers_sidecars_and_overhead() {
    let spec: PodSpec = serde_json::from_value(json!({
        "initContainers": [
            {"name": "big", "resources": {"requests": {"cpu": "2", "memory": "1Gi"}}},
            {"name": "mesh", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}},
            {"name": "last", "resources": {"requests": {"cpu": "1950m"}}}],
        "containers": [{"name": "a", "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}}},
            {"name": "b", "resources": {"limits": {"cpu": "1"}}}],
        "overhead": {"cpu": "50m", "memory": "32Mi"}}))
    .unwrap();
    assert_eq!(requests(&spec), Requests { cpu_milli: 2050 + 50, memory_bytes: (2048 + 64 + 32) << 20 });
}

#[test]
fn a_long_termination_message_is_cut() {
    let row = row(
        one(),
        json!({"phase": "Failed", "containerStatuses": [{"name": "web",
        "state": {"terminated": {"exitCode": 1, "reason": "Error", "message": "é".repeat(5000)}}}]}),
    );
    assert!(row.message.chars().count() <= 401);
    assert!(row.message.ends_with('…'));
}
