//! How a kubelet writes a pod's status: phase, conditions, containers.

use super::json::{self, list, stamp, text};
use super::scheduler::set_condition;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How a container ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Exit code.
    pub exit: i64,
    /// `Completed`, `Error`, `OOMKilled`.
    pub reason: String,
    /// Last words of the program; empty when it said nothing.
    pub message: String,
    /// Start.
    pub started: Timestamp,
    /// End.
    pub finished: Timestamp,
}

impl Ended {
    fn value(&self, id: &str) -> Value {
        let mut state = json!({
            "exitCode": self.exit, "reason": self.reason, "startedAt": stamp(self.started),
            "finishedAt": stamp(self.finished), "containerID": id,
        });
        if !self.message.is_empty() {
            state["message"] = self.message.clone().into();
        }
        json!({"terminated": state})
    }
}

/// What a container is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Not running, with a reason (`ContainerCreating`, `CrashLoopBackOff`) and perhaps a message.
    Waiting(String, String),
    /// Running since; ready or not.
    Running(Timestamp, bool),
    /// Ended for good.
    Done(Ended),
}

/// One container's state.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerState {
    /// Now.
    pub doing: Doing,
    /// Restarts so far.
    pub restarts: i64,
    /// How it ended the last time.
    pub last: Option<Ended>,
}

impl ContainerState {
    /// Waiting for its first start.
    pub fn waiting(reason: &str, message: &str) -> ContainerState {
        ContainerState { doing: Doing::Waiting(reason.into(), message.into()), restarts: 0, last: None }
    }

    /// Running, never restarted.
    pub fn running(since: Timestamp, ready: bool) -> ContainerState {
        ContainerState { doing: Doing::Running(since, ready), restarts: 0, last: None }
    }
}

/// Where a pod runs.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Address of the node.
    pub host_ip: String,
    /// Address of the pod; empty before it has one.
    pub pod_ip: String,
}

/// Writes `/status` from the states of the containers (in the spec's order). `inits` are those of the init containers as far
/// as they have come, `None` where all have completed long ago.
pub fn write(
    body: &mut Value,
    states: &[ContainerState],
    inits: Option<&[ContainerState]>,
    place: &Place,
    started: Timestamp,
    now: Timestamp,
) {
    let uid = text(body, "/metadata/uid").to_owned();
    let containers: Vec<Value> = list(body, "/spec/containers").to_vec();
    let statuses: Vec<Value> = containers.iter().zip(states).map(|(c, s)| container_status(c, s, &uid)).collect();
    let unready: Vec<&str> = containers
        .iter()
        .zip(states)
        .filter(|(_, s)| !matches!(s.doing, Doing::Running(_, true)))
        .map(|(c, _)| text(c, "/name"))
        .collect();
    let inits = init_states(list(body, "/spec/initContainers"), inits, started);
    let incomplete: Vec<&str> = list(body, "/spec/initContainers")
        .iter()
        .zip(&inits)
        .filter(|(_, state)| !initialized(state))
        .map(|(container, _)| text(container, "/name"))
        .collect();
    let policy = text(body, "/spec/restartPolicy");
    let given_up = policy == "Never" && inits.iter().any(|s| matches!(&s.doing, Doing::Done(e) if e.exit != 0));
    let phase = if given_up { "Failed" } else { phase(states, policy) };
    let ended = matches!(phase, "Succeeded" | "Failed");
    let named = list(body, "/spec/initContainers").iter().zip(&inits);
    let init: Vec<Value> = named.map(|(container, state)| init_status(container, state, &uid)).collect();
    let why_not = format!("containers with incomplete status: [{}]", incomplete.join(" "));
    let all_initialized = incomplete.is_empty();

    json::default(body, "/status/qosClass", qos(&containers));
    json::set(body, "/status/phase", phase);
    json::default(body, "/status/startTime", stamp(started));
    if !place.host_ip.is_empty() {
        json::set(body, "/status/hostIP", place.host_ip.clone());
        json::set(body, "/status/hostIPs", json!([{"ip": place.host_ip}]));
    }
    if !place.pod_ip.is_empty() {
        json::set(body, "/status/podIP", place.pod_ip.clone());
        json::set(body, "/status/podIPs", json!([{"ip": place.pod_ip}]));
    }
    if !init.is_empty() {
        json::set(body, "/status/initContainerStatuses", init);
    }
    json::set(body, "/status/containerStatuses", statuses);
    let now = stamp(now);
    let why = format!("containers with unready status: [{}]", unready.join(" "));
    let done = if phase == "Succeeded" { "PodCompleted" } else { "PodFailed" };
    set_condition(body, "PodReadyToStartContainers", if ended { "False" } else { "True" }, "", "", &now);
    if all_initialized {
        set_condition(body, "Initialized", "True", if phase == "Succeeded" { "PodCompleted" } else { "" }, "", &now);
    } else {
        set_condition(body, "Initialized", "False", "ContainersNotInitialized", &why_not, &now);
    }
    for condition in ["Ready", "ContainersReady"] {
        if ended {
            set_condition(body, condition, "False", done, "", &now);
        } else if unready.is_empty() {
            set_condition(body, condition, "True", "", "", &now);
        } else {
            set_condition(body, condition, "False", "ContainersNotReady", &why, &now);
        }
    }
}

/// Phase that follows from the containers (`pkg/kubelet/kubelet_pods.go`, getPhase).
fn phase(states: &[ContainerState], policy: &str) -> &'static str {
    let done = |s: &ContainerState| matches!(s.doing, Doing::Done(_));
    let failed = |s: &ContainerState| matches!(&s.doing, Doing::Done(e) if e.exit != 0);
    let never_ran = |s: &ContainerState| matches!(s.doing, Doing::Waiting(..)) && s.last.is_none();
    if states.iter().any(never_ran) {
        "Pending"
    } else if !states.is_empty() && states.iter().all(done) && policy != "Always" {
        if states.iter().any(failed) { "Failed" } else { "Succeeded" }
    } else {
        "Running"
    }
}

fn container_status(container: &Value, state: &ContainerState, uid: &str) -> Value {
    let name = text(container, "/name");
    let image = text(container, "/image");
    let id = container_id(uid, name, state.restarts);
    let started = !matches!(&state.doing, Doing::Waiting(..)) || state.last.is_some();
    let now = match &state.doing {
        Doing::Waiting(reason, message) if message.is_empty() => json!({"waiting": {"reason": reason}}),
        Doing::Waiting(reason, message) => json!({"waiting": {"reason": reason, "message": message}}),
        Doing::Running(since, _) => json!({"running": {"startedAt": stamp(*since)}}),
        Doing::Done(ended) => ended.value(&id),
    };
    let mut status = json!({
        "name": name, "image": image, "imageID": if started { image_id(image) } else { String::new() },
        "ready": matches!(state.doing, Doing::Running(_, true)),
        "started": matches!(state.doing, Doing::Running(..)),
        "restartCount": state.restarts, "state": now,
        "lastState": state.last.as_ref().map_or_else(|| json!({}), |e| e.value(&container_id(uid, name, state.restarts - 1))),
    });
    if started {
        status["containerID"] = id.into();
    }
    status
}

/// A state for each init container: those that have not had their turn wait.
fn init_states(containers: &[Value], known: Option<&[ContainerState]>, started: Timestamp) -> Vec<ContainerState> {
    let completed = || {
        let ended = Ended { exit: 0, reason: "Completed".into(), message: String::new(), started, finished: started };
        ContainerState { doing: Doing::Done(ended), restarts: 0, last: None }
    };
    let state = |index: usize| match known {
        None => completed(),
        Some(known) => known.get(index).cloned().unwrap_or_else(|| ContainerState::waiting("PodInitializing", "")),
    };
    (0..containers.len()).map(state).collect()
}

/// An init container that has done its part: it ended well, or is a sidecar that runs.
fn initialized(state: &ContainerState) -> bool {
    match &state.doing {
        Doing::Done(ended) => ended.exit == 0,
        Doing::Running(_, ready) => *ready,
        Doing::Waiting(..) => false,
    }
}

fn init_status(container: &Value, state: &ContainerState, uid: &str) -> Value {
    let mut status = container_status(container, state, uid);
    status["ready"] = initialized(state).into();
    status
}

fn digest(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

fn container_id(uid: &str, name: &str, restarts: i64) -> String {
    format!("containerd://{}", digest(&format!("{uid}/{name}/{restarts}")))
}

fn image_id(image: &str) -> String {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rfind('/').map_or(0, |i| i + 1);
    let end = name.get(last..).and_then(|l| l.find(':')).map_or(name.len(), |i| last + i);
    format!("{}@sha256:{}", name.get(..end).unwrap_or(name), digest(image))
}

/// Quality-of-service class of a pod (`pkg/apis/core/v1/helper/qos`).
fn qos(containers: &[Value]) -> &'static str {
    let of = |c: &Value, what: &str, name: &str| text(c, &format!("/resources/{what}/{name}")).to_owned();
    let names = ["cpu", "memory"];
    let any = containers
        .iter()
        .any(|c| names.iter().any(|n| !of(c, "requests", n).is_empty() || !of(c, "limits", n).is_empty()));
    let full = containers
        .iter()
        .all(|c| names.iter().all(|n| !of(c, "limits", n).is_empty() && of(c, "limits", n) == of(c, "requests", n)));
    match (any, full) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(policy: &str) -> Value {
        json!({"metadata": {"uid": "u"}, "spec": {"restartPolicy": policy, "containers": [
            {"name": "a", "image": "registry.example/web:1", "resources": {"requests": {"cpu": "1"}}}, {"name": "b", "image": "sidecar"}]}})
    }

    #[test]
    fn readiness_follows_the_containers() {
        let now = Timestamp::from_second(1000).unwrap();
        let mut body = pod("Always");
        let states = [ContainerState::running(now, true), ContainerState::running(now, false)];
        write(&mut body, &states, None, &Place::default(), now, now);
        let ready = |b: &Value| list(b, "/status/conditions").iter().find(|c| c["type"] == "Ready").unwrap().clone();
        assert_eq!(ready(&body)["message"], "containers with unready status: [b]");
        assert_eq!(body["status"]["phase"], "Running");
        assert_eq!(body["status"]["qosClass"], "Burstable");
        let later = Timestamp::from_second(1060).unwrap();
        write(&mut body, &[states[0].clone(), states[0].clone()], None, &Place::default(), now, later);
        assert_eq!(ready(&body)["status"], "True");
        assert_eq!(ready(&body)["lastTransitionTime"], "1970-01-01T00:17:40Z");
        assert!(text(&body, "/status/containerStatuses/0/imageID").starts_with("registry.example/web@sha256:"));
    }

    #[test]
    fn the_phase_follows_the_ends() {
        let now = Timestamp::from_second(1000).unwrap();
        let end = |exit| {
            let ended = Ended { exit, reason: "x".into(), message: String::new(), started: now, finished: now };
            ContainerState { doing: Doing::Done(ended), restarts: 0, last: None }
        };
        assert_eq!(phase(&[end(0), end(0)], "Never"), "Succeeded");
        assert_eq!(phase(&[end(0), end(1)], "OnFailure"), "Failed");
        assert_eq!(phase(&[end(0)], "Always"), "Running");
        assert_eq!(phase(&[ContainerState::waiting("ContainerCreating", "")], "Always"), "Pending");
    }
}
