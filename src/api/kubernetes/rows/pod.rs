//! Pod to row. The word is the one `kubectl get pods` prints in STATUS (kubernetes `pkg/printers/internalversion/printers.go`,
//! printPod), made plainer where kubectl hides the cause: `Unschedulable` for a Pending that the scheduler explains, and
//! `NotReady` for a Running that fails its readiness checks.

use super::controller;
use crate::api::kubernetes::slim::{Amounts, Container, ContainerStatus, Pod, PodSpec, Terminated};
use crate::model::columns::PodRow;
use crate::model::quantity;
use crate::model::status::Sign;

/// Waiting reasons that mean work goes on.
const BUSY: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// The row of a pod.
pub fn pod(pod: Pod) -> PodRow {
    let state = judge(&pod);
    let requests = requests(&pod.spec);
    let images: Vec<&str> = pod.spec.containers.iter().map(|c| c.image.as_str()).collect();
    PodRow {
        owner: controller(&pod.metadata.owner_references),
        sign: state.sign,
        succeeded: state.succeeded,
        reason: state.reason,
        message: state.message,
        ready: state.ready,
        containers: state.containers,
        restarts: state.restarts,
        created_at: pod.metadata.creation_timestamp.unwrap_or(0),
        ip: pod.status.pod_ip,
        cpu_milli: u32::try_from(requests.cpu_milli).unwrap_or(u32::MAX),
        memory_bytes: requests.memory_bytes,
        images: images.join(","),
        uid: pod.metadata.uid,
        namespace: pod.metadata.namespace,
        name: pod.metadata.name,
        node: pod.spec.node_name,
        labels: pod.metadata.labels,
    }
}

/// What a pod asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
    /// Thousandths of a core.
    pub cpu_milli: u64,
    /// Bytes.
    pub memory_bytes: u64,
}

impl Requests {
    fn of(amounts: &Amounts) -> Requests {
        Requests::either(amounts, amounts)
    }

    /// Each amount from the first that has it.
    fn either(first: &Amounts, second: &Amounts) -> Requests {
        let cpu = first.cpu.as_deref().or(second.cpu.as_deref());
        let memory = first.memory.as_deref().or(second.memory.as_deref());
        Requests {
            cpu_milli: cpu.and_then(quantity::cpu_milli).unwrap_or(0),
            memory_bytes: memory.and_then(quantity::bytes).unwrap_or(0),
        }
    }

    fn plus(self, other: Requests) -> Requests {
        Requests {
            cpu_milli: self.cpu_milli.saturating_add(other.cpu_milli),
            memory_bytes: self.memory_bytes.saturating_add(other.memory_bytes),
        }
    }

    fn max(self, other: Requests) -> Requests {
        Requests {
            cpu_milli: self.cpu_milli.max(other.cpu_milli),
            memory_bytes: self.memory_bytes.max(other.memory_bytes),
        }
    }
}

/// What the scheduler counts for a pod: its containers and sidecars together, or an init container beside the sidecars
/// started before it where that is more, and the overhead of its runtime. Limits stand in for missing requests (the API
/// server fills them in; here for old objects).
/// <https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers>
pub fn requests(spec: &PodSpec) -> Requests {
    let of = |container: &Container| Requests::either(&container.resources.requests, &container.resources.limits);
    let mut sidecars = Requests::default();
    let mut starting = Requests::default();
    for container in &spec.init_containers {
        if container.restart_policy == "Always" {
            sidecars = sidecars.plus(of(container));
            starting = starting.max(sidecars);
        } else {
            starting = starting.max(sidecars.plus(of(container)));
        }
    }
    let running = spec.containers.iter().fold(sidecars, |sum, container| sum.plus(of(container)));
    let mut all = running.max(starting);
    // Requests of the pod as a whole (1.34) count instead of the sum.
    let whole = Requests::of(&spec.resources.requests);
    if spec.resources.requests.cpu.is_some() {
        all.cpu_milli = whole.cpu_milli;
    }
    if spec.resources.requests.memory.is_some() {
        all.memory_bytes = whole.memory_bytes;
    }
    all.plus(Requests::of(&spec.overhead))
}

struct State {
    sign: Sign,
    succeeded: bool,
    reason: String,
    message: String,
    ready: u16,
    containers: u16,
    restarts: u32,
}

fn judge(pod: &Pod) -> State {
    let status = &pod.status;
    let condition = |kind: &str| status.conditions.iter().find(|c| c.r#type == kind);
    let is_sidecar =
        |name: &str| pod.spec.init_containers.iter().any(|c| c.name == name && c.restart_policy == "Always");
    let sidecars = pod.spec.init_containers.iter().filter(|c| c.restart_policy == "Always").count();

    let mut word = if status.reason.is_empty() { status.phase.clone() } else { status.reason.clone() };
    let mut message = status.message.clone();
    let mut ready = 0u16;
    let (mut init_restarts, mut sidecar_restarts, mut restarts) = (0u32, 0u32, 0u32);

    let mut initializing = false;
    for (at, container) in status.init_container_statuses.iter().enumerate() {
        init_restarts += container.restart_count;
        let sidecar = is_sidecar(&container.name);
        if sidecar {
            sidecar_restarts += container.restart_count;
        }
        match &container.state {
            state if state.terminated.as_ref().is_some_and(|t| t.exit_code == 0 && t.signal == 0) => continue,
            _ if sidecar && container.started == Some(true) => {
                ready += u16::from(container.ready);
                continue;
            }
            state => {
                if let Some(ended) = &state.terminated {
                    word = format!("Init:{}", ended_word(ended));
                    message = ended_text(ended);
                } else if let Some(waiting) =
                    state.waiting.as_ref().filter(|w| !w.reason.is_empty() && w.reason != "PodInitializing")
                {
                    word = format!("Init:{}", waiting.reason);
                    message = waiting_text(container);
                } else {
                    word = format!("Init:{at}/{}", pod.spec.init_containers.len());
                }
                initializing = true;
            }
        }
        break;
    }

    let mut running = false;
    let mut not_started = false;
    let mut failed_beside = false;
    if !initializing || condition("Initialized").is_some_and(|c| c.status == "True") {
        restarts = sidecar_restarts;
        for container in status.container_statuses.iter().rev() {
            restarts += container.restart_count;
            let state = &container.state;
            if let Some(waiting) = state.waiting.as_ref().filter(|w| !w.reason.is_empty()) {
                word.clone_from(&waiting.reason);
                message = waiting_text(container);
            } else if let Some(ended) = &state.terminated {
                word = ended_word(ended);
                message = ended_text(ended);
                failed_beside |= ended.exit_code != 0 || ended.signal != 0;
            } else if state.running.is_some() {
                if container.ready {
                    running = true;
                    ready += 1;
                } else if container.started == Some(false) {
                    not_started = true;
                }
            }
        }
    } else {
        restarts += init_restarts;
    }

    let is_ready = condition("Ready").is_some_and(|c| c.status == "True");
    if word == "Completed" && running {
        word = if is_ready { "Running".into() } else { "NotReady".into() };
    }
    let over = matches!(status.phase.as_str(), "Succeeded" | "Failed");
    let containers = pod.spec.containers.len() + sidecars;
    let containers = u16::try_from(containers.max(status.container_statuses.len())).unwrap_or(u16::MAX);

    let mut state = State { sign: Sign::Ok, succeeded: false, reason: word, message, ready, containers, restarts };
    if pod.metadata.deletion_timestamp.is_some() && status.reason == "NodeLost" {
        state.sign = Sign::Unknown;
        state.reason = "NodeLost".into();
    } else if pod.metadata.deletion_timestamp.is_some() && !over {
        state.sign = Sign::Deleting;
        state.reason = "Terminating".into();
    } else {
        sign(pod, &mut state, is_ready, not_started, failed_beside);
    }
    state.message = first_lines(&state.message);
    state
}

/// Sign, and the plainer words, of a pod that nobody deletes.
fn sign(pod: &Pod, state: &mut State, is_ready: bool, not_started: bool, failed_beside: bool) {
    let status = &pod.status;
    let condition = |kind: &str| status.conditions.iter().find(|c| c.r#type == kind);
    state.sign = match status.phase.as_str() {
        "Succeeded" => {
            state.succeeded = true;
            if state.reason == "Succeeded" {
                state.reason = "Completed".into();
            }
            Sign::Ok
        }
        "Failed" => {
            if state.reason == "Failed" {
                state.reason = "Error".into();
            }
            Sign::Failed
        }
        "Unknown" => Sign::Unknown,
        _ if status.reason == "NodeLost" => Sign::Unknown,
        "Pending" if pod.spec.node_name.is_empty() => {
            if let Some(scheduled) = condition("PodScheduled").filter(|c| c.status == "False") {
                state.reason = if scheduled.reason.is_empty() { "Pending".into() } else { scheduled.reason.clone() };
                state.message.clone_from(&scheduled.message);
            }
            Sign::Pending
        }
        "Pending" => {
            if state.reason == "Pending" {
                // Bound to a node whose kubelet has not said anything yet.
                state.reason = "ContainerCreating".into();
            }
            of_word(&state.reason)
        }
        "Running" if is_ready && state.reason == "Running" => Sign::Ok,
        "Running" => match state.reason.as_str() {
            _ if is_ready && !failed_beside && !fails(&state.reason) => Sign::Ok,
            "Running" if not_started => {
                state.reason = "Starting".into();
                Sign::Progress
            }
            "Running" | "NotReady" => {
                state.reason = "NotReady".into();
                if state.message.is_empty()
                    && let Some(ready) = condition("Ready").filter(|c| c.status != "True")
                {
                    state.message.clone_from(&ready.message);
                }
                Sign::Warning
            }
            "Completed" => Sign::Warning,
            word => of_word(word),
        },
        "" => {
            state.reason = "Pending".into();
            Sign::Pending
        }
        _ => Sign::Unknown,
    };
}

/// Sign of a word that a container's state gave.
fn of_word(word: &str) -> Sign {
    match word.strip_prefix("Init:") {
        Some(progress) if progress.contains('/') => Sign::Progress,
        Some(word) if BUSY.contains(&word) => Sign::Progress,
        Some(_) => Sign::Failed,
        None if BUSY.contains(&word) => Sign::Progress,
        None => Sign::Failed,
    }
}

fn fails(word: &str) -> bool {
    matches!(word, "CrashLoopBackOff" | "ImagePullBackOff" | "ErrImagePull" | "Error" | "OOMKilled")
        || word.starts_with("ExitCode:")
        || word.starts_with("Signal:")
}

fn ended_word(ended: &Terminated) -> String {
    match (ended.reason.is_empty(), ended.signal) {
        (false, _) => ended.reason.clone(),
        (true, 0) => format!("ExitCode:{}", ended.exit_code),
        (true, signal) => format!("Signal:{signal}"),
    }
}

/// `exit code 1: redis timeout`, `OOMKilled, exit code 137`.
fn ended_text(ended: &Terminated) -> String {
    let code =
        if ended.signal != 0 { format!("signal {}", ended.signal) } else { format!("exit code {}", ended.exit_code) };
    let said = ended.message.trim();
    match ended.reason.as_str() {
        "" | "Error" | "Completed" if said.is_empty() => code,
        "" | "Error" | "Completed" => format!("{code}: {said}"),
        reason if said.is_empty() => format!("{reason}, {code}"),
        reason => format!("{reason}, {code}: {said}"),
    }
}

/// Why a container waits. For a crash loop that is how it ended last, not the "back-off" sentence with the pod's own name.
fn waiting_text(container: &ContainerStatus) -> String {
    let waiting = container.state.waiting.as_ref();
    let reason = waiting.map(|w| w.reason.as_str()).unwrap_or_default();
    match &container.last_state.terminated {
        Some(ended) if reason == "CrashLoopBackOff" => ended_text(ended),
        _ => waiting.map(|w| w.message.clone()).unwrap_or_default(),
    }
}

/// A termination message can be 4 KiB of log: its first 400 characters are enough for a row.
fn first_lines(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "pod_tests.rs"]
mod tests;
