//! What is behind a missing replica: Kubernetes' reason words and messages, sorted into causes that have plain words.
//!
//! Reasons are kubelet's (`pkg/kubelet/container`, `images`), the scheduler's (messages of the condition PodScheduled,
//! `pkg/scheduler/framework/plugins`) and those of the controllers (`FailedCreate`).

use super::workload::Shortage;

/// Why replicas are missing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Missing {
    /// Starts and ends again and again.
    CrashLoop {
        /// Exit code, where the message tells it.
        exit: Option<i64>,
    },
    /// No node takes it.
    Unschedulable {
        /// What stands in the way, the most frequent first.
        lacks: Vec<Lack>,
    },
    /// The image cannot be had.
    ImagePull,
    /// On its way.
    Starting {
        /// The image is being pulled.
        pulling: bool,
    },
    /// Killed for using more memory than its limit.
    OutOfMemory,
    /// Ended with an error.
    Exited {
        /// Exit code, where the message tells it.
        exit: Option<i64>,
    },
    /// Runs, but fails its readiness check.
    NotReady {
        /// HTTP status of the check, where the message tells it.
        status: Option<u16>,
    },
    /// Its node fell silent.
    NodeLost {
        /// Name of the node, where the message names it.
        node: Option<String>,
    },
    /// On its way out.
    Deleting,
    /// Not even a pod exists.
    NotCreated {
        /// A resource quota of the namespace is full.
        quota: bool,
    },
    /// A ConfigMap, a Secret or a key that the container needs is not there.
    Config,
    /// Pushed off its node.
    Evicted,
    /// None of these: Kubernetes' own word.
    Other(String),
}

/// What keeps the scheduler from placing a pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// CPU.
    Cpu,
    /// Memory.
    Memory,
    /// Number of pods per node.
    Pods,
    /// Another resource (`nvidia.com/gpu`).
    Resource(String),
    /// Topology spread constraints.
    Spread,
    /// Taints without toleration.
    Taint,
    /// Node selector or affinity.
    Selector,
    /// Anti-affinity between pods.
    AntiAffinity,
    /// A volume that is not bound, or is bound in another zone.
    Volume,
    /// A host port that is taken.
    Port,
    /// Nodes are cordoned.
    Cordoned,
}

impl Missing {
    /// Reads one shortage.
    pub fn of(shortage: &Shortage) -> Missing {
        let message = shortage.message.as_str();
        let reason = match shortage.reason.strip_prefix("Init:") {
            // `Init:1/3`: init containers run one after the other.
            Some(progress) if progress.contains('/') => return Missing::Starting { pulling: false },
            Some(reason) => reason,
            None => shortage.reason.as_str(),
        };
        if let Some(code) = reason.strip_prefix("ExitCode:") {
            return Missing::Exited { exit: code.parse().ok() };
        }
        match reason {
            "CrashLoopBackOff" => Missing::CrashLoop { exit: exit_code(message) },
            "Unschedulable" | "SchedulingGated" => Missing::Unschedulable { lacks: lacks(message) },
            "ImagePullBackOff"
            | "ErrImagePull"
            | "InvalidImageName"
            | "ErrImageNeverPull"
            | "RegistryUnavailable"
            | "ImageInspectError" => Missing::ImagePull,
            "Pulling" => Missing::Starting { pulling: true },
            "ContainerCreating" | "PodInitializing" | "Starting" | "Scheduled" => {
                Missing::Starting { pulling: message.to_ascii_lowercase().contains("pulling") }
            }
            "OOMKilled" => Missing::OutOfMemory,
            "Error" | "Failed" | "ContainerCannotRun" | "StartError" | "RunContainerError" | "DeadlineExceeded" => {
                if message.contains("OOMKilled") {
                    Missing::OutOfMemory
                } else {
                    Missing::Exited { exit: exit_code(message) }
                }
            }
            "NotReady" | "ContainersNotReady" | "Unready" | "Unhealthy" | "Running" => {
                Missing::NotReady { status: status_code(message) }
            }
            "NodeLost" | "NodeNotReady" | "Unknown" => Missing::NodeLost { node: node_name(message) },
            "Terminating" | "Deleting" => Missing::Deleting,
            "Missing" | "FailedCreate" => Missing::NotCreated { quota: message.contains("quota") },
            "CreateContainerConfigError" | "CreateContainerError" => Missing::Config,
            "Evicted" | "Preempting" => Missing::Evicted,
            other => Missing::Other(other.to_owned()),
        }
    }
}

/// What the scheduler's message counts: `0/27 nodes are available: 3 node(s) had untolerated taint {…}, 24 Insufficient
/// memory. preemption: …`.
fn lacks(message: &str) -> Vec<Lack> {
    // What follows `preemption:` repeats the same for other reasons.
    let message = message.split("preemption:").next().unwrap_or_default();
    let list = message.split_once("available: ").map_or(message, |(_, rest)| rest);
    let mut found: Vec<(u64, Lack)> = Vec::new();
    for clause in list.split(", ") {
        let clause = clause.trim().trim_end_matches('.');
        let count = clause.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(1);
        let Some(lack) = lack(clause) else { continue };
        match found.iter_mut().find(|(_, l)| *l == lack) {
            Some(known) => known.0 += count,
            None => found.push((count, lack)),
        }
    }
    // Masters' taints hold for every pod: they explain nothing while anything else does.
    if found.iter().any(|(_, l)| *l != Lack::Taint) {
        found.retain(|(_, l)| *l != Lack::Taint);
    }
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.into_iter().map(|(_, lack)| lack).collect()
}

fn lack(clause: &str) -> Option<Lack> {
    if let Some((_, rest)) = clause.split_once("Insufficient ") {
        let resource = rest.split([' ', '.']).next().filter(|_| !rest.contains('/')).unwrap_or(rest);
        return Some(match resource {
            "cpu" => Lack::Cpu,
            "memory" => Lack::Memory,
            "pods" => Lack::Pods,
            other => Lack::Resource(other.trim_end_matches('.').to_owned()),
        });
    }
    let has = |word: &str| clause.contains(word);
    if has("Too many pods") {
        Some(Lack::Pods)
    } else if has("topology spread") {
        Some(Lack::Spread)
    } else if has("anti-affinity") {
        Some(Lack::AntiAffinity)
    } else if has("affinity") || has("node selector") {
        Some(Lack::Selector)
    } else if has("taint") {
        Some(Lack::Taint)
    } else if has("olume") {
        Some(Lack::Volume)
    } else if has("free ports") {
        Some(Lack::Port)
    } else if has("unschedulable") {
        Some(Lack::Cordoned)
    } else {
        None
    }
}

fn exit_code(message: &str) -> Option<i64> {
    let lower = message.to_ascii_lowercase();
    let rest = lower
        .split_once("exit code")
        .or_else(|| lower.split_once("exitcode"))
        .or_else(|| lower.split_once("exit status"))?
        .1;
    let rest = rest.trim_start_matches([' ', ':', '=']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// `Readiness probe failed: HTTP probe failed with statuscode: 503`.
fn status_code(message: &str) -> Option<u16> {
    let rest = message.split_once("statuscode: ").or_else(|| message.split_once("readiness probe "))?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// The picture puts the node's name first (`worker-11: Kubelet stopped posting node status.`); Kubernetes' own messages may
/// say `node worker-11 …`; a message that is one word is the name.
fn node_name(message: &str) -> Option<String> {
    if let Some((name, _)) = message.split_once(": ").filter(|(name, _)| !name.is_empty() && !name.contains(' ')) {
        return Some(name.to_owned());
    }
    if let Some(name) = message.strip_suffix(" stopped reporting").filter(|name| !name.contains(' ')) {
        return Some(name.to_owned());
    }
    let mut words = message.split_whitespace().map(|w| w.trim_matches(['"', '\'', ',', '.', ':']));
    let first = words.next()?;
    if words.clone().next().is_none() {
        return Some(first.to_owned());
    }
    let mut previous = first;
    for word in words {
        if previous.eq_ignore_ascii_case("node") && word != "is" && word != "has" && word != "not" {
            return Some(word.to_owned());
        }
        previous = word;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::status::Sign;

    fn of(reason: &str, message: &str) -> Missing {
        Missing::of(&Shortage { count: 1, sign: Sign::Failed, reason: reason.into(), message: message.into() })
    }

    #[test]
    fn the_schedulers_message_is_counted_and_masters_taints_are_left_out() {
        let message = "0/27 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, \
                       4 Insufficient cpu, 20 Insufficient memory. preemption: 0/27 nodes are available: 27 No preemption \
                       victims found for incoming pod.";
        assert_eq!(of("Unschedulable", message), Missing::Unschedulable { lacks: vec![Lack::Memory, Lack::Cpu] });
        assert_eq!(
            of("Unschedulable", "0/5 nodes are available: 5 Insufficient nvidia.com/gpu."),
            Missing::Unschedulable { lacks: vec![Lack::Resource("nvidia.com/gpu".into())] }
        );
        assert_eq!(
            of("Unschedulable", "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints."),
            Missing::Unschedulable { lacks: vec![Lack::Spread] }
        );
        assert_eq!(
            of("Unschedulable", "0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}."),
            Missing::Unschedulable { lacks: vec![Lack::Taint] }
        );
    }

    #[test]
    fn codes_are_found_in_messages() {
        assert_eq!(of("CrashLoopBackOff", "Exit code 1: connect redis: timeout"), Missing::CrashLoop { exit: Some(1) });
        assert_eq!(
            of("CrashLoopBackOff", "back-off 5m0s restarting failed container"),
            Missing::CrashLoop { exit: None }
        );
        assert_eq!(
            of("NotReady", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
            Missing::NotReady { status: Some(503) }
        );
    }

    #[test]
    fn lost_nodes_are_named() {
        assert_eq!(of("NodeLost", "worker-11"), Missing::NodeLost { node: Some("worker-11".into()) });
        assert_eq!(
            of("NodeLost", "Node worker-11 which was running pod is unresponsive"),
            Missing::NodeLost { node: Some("worker-11".into()) }
        );
        assert_eq!(
            of("NodeLost", "worker-11: Kubelet stopped posting node status."),
            Missing::NodeLost { node: Some("worker-11".into()) }
        );
        assert_eq!(of("NodeLost", ""), Missing::NodeLost { node: None });
    }

    #[test]
    fn unknown_reasons_stay_as_they_came() {
        assert_eq!(of("PostStartHookError", ""), Missing::Other("PostStartHookError".into()));
        assert_eq!(of("Init:CrashLoopBackOff", "exit code 2"), Missing::CrashLoop { exit: Some(2) });
        assert_eq!(of("Init:0/2", ""), Missing::Starting { pulling: false });
        assert_eq!(of("ExitCode:3", ""), Missing::Exited { exit: Some(3) });
        assert_eq!(of("Missing", "exceeded quota: compute"), Missing::NotCreated { quota: true });
    }
}
