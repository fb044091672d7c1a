//! What the simulation needs of an object without reading its whole body again.

use super::json::{flag, list, pairs, seconds, text};
use super::kinds::Kind;
use super::quantity;
use serde_json::Value;
use std::sync::Arc;

/// Facts taken from an object's body when it is written.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// metadata.uid.
    pub uid: Arc<str>,
    /// Labels sorted by key; those of one owner's pods are kept once.
    pub labels: Arc<[(Box<str>, Box<str>)]>,
    /// Owner references, likewise.
    pub owners: Arc<[Owner]>,
    /// A deletion timestamp is set.
    pub deleting: bool,
    /// metadata.creationTimestamp in seconds since 1970.
    pub created: i64,
    /// metadata.generation.
    pub generation: i64,
    /// Condition Ready is true (of a node or a pod).
    pub ready: bool,
    /// More of a pod.
    pub pod: Option<PodFacts>,
}

/// An owner reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// uid of the owner.
    pub uid: Arc<str>,
    /// Kind as written.
    pub kind: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// It is the managing controller.
    pub controller: bool,
}

/// Phase of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Accepted, not all containers started.
    #[default]
    Pending,
    /// Bound, containers made.
    Running,
    /// All containers ended well.
    Succeeded,
    /// All containers ended, one of them badly.
    Failed,
    /// Its node cannot be asked.
    Unknown,
}

impl Phase {
    /// The API's word.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Pending => "Pending",
            Phase::Running => "Running",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
            Phase::Unknown => "Unknown",
        }
    }

    fn parse(word: &str) -> Phase {
        match word {
            "Running" => Phase::Running,
            "Succeeded" => Phase::Succeeded,
            "Failed" => Phase::Failed,
            "Unknown" => Phase::Unknown,
            _ => Phase::Pending,
        }
    }
}

/// Facts of a pod.
#[derive(Debug, Clone, Default)]
pub struct PodFacts {
    /// Node it is bound to.
    pub node: Option<Arc<str>>,
    /// Phase.
    pub phase: Phase,
    /// Condition Ready is true.
    pub ready: bool,
    /// Since when, seconds since 1970.
    pub ready_since: i64,
    /// What it asks of a node.
    pub request: Request,
    /// Sum of restarts of its containers.
    pub restarts: i64,
    /// Pod address.
    pub ip: Box<str>,
}

impl PodFacts {
    /// Neither ended well nor badly.
    pub fn active(&self) -> bool {
        !matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}

/// Resources a pod asks of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// CPU in thousandths of a core.
    pub cpu_milli: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Extended resources (`nvidia.com/gpu`), whole units.
    pub extended: Vec<(Box<str>, u64)>,
}

impl Request {
    /// Effective request of a pod spec: the sum of its containers, or the biggest init container where that is more.
    pub fn of(spec: &Value) -> Request {
        let mut sum = Request::default();
        for container in list(spec, "/containers") {
            sum.add(&Request::of_container(container));
        }
        for container in list(spec, "/initContainers") {
            let one = Request::of_container(container);
            if text(container, "/restartPolicy") == "Always" {
                sum.add(&one);
            } else {
                sum.cpu_milli = sum.cpu_milli.max(one.cpu_milli);
                sum.memory = sum.memory.max(one.memory);
            }
        }
        sum
    }

    fn of_container(container: &Value) -> Request {
        let mut request = Request::default();
        for (name, amount) in pairs(container, "/resources/requests") {
            match name {
                "cpu" => request.cpu_milli = quantity::milli(amount).unwrap_or(0),
                "memory" => request.memory = quantity::units(amount).unwrap_or(0),
                "ephemeral-storage" => {}
                other => request.extended.push((other.into(), quantity::units(amount).unwrap_or(0))),
            }
        }
        request
    }

    /// Adds another request.
    pub fn add(&mut self, other: &Request) {
        // A request may be as large as a number can be; two of them are no larger here.
        self.cpu_milli = self.cpu_milli.saturating_add(other.cpu_milli);
        self.memory = self.memory.saturating_add(other.memory);
        for (name, amount) in &other.extended {
            match self.extended.iter_mut().find(|(n, _)| n == name) {
                Some((_, sum)) => *sum = sum.saturating_add(*amount),
                None => self.extended.push((name.clone(), *amount)),
            }
        }
    }
}

impl Facts {
    /// Reads the facts of a body.
    pub fn of(kind: Kind, body: &Value) -> Facts {
        let owners = list(body, "/metadata/ownerReferences")
            .iter()
            .map(|o| Owner {
                uid: text(o, "/uid").into(),
                kind: text(o, "/kind").into(),
                name: text(o, "/name").into(),
                controller: flag(o, "/controller"),
            })
            .collect();
        Facts {
            uid: text(body, "/metadata/uid").into(),
            labels: pairs(body, "/metadata/labels").map(|(k, v)| (k.into(), v.into())).collect(),
            owners,
            deleting: body.pointer("/metadata/deletionTimestamp").is_some_and(|t| !t.is_null()),
            created: seconds(text(body, "/metadata/creationTimestamp")).unwrap_or(0),
            generation: body.pointer("/metadata/generation").and_then(Value::as_i64).unwrap_or(0),
            ready: list(body, "/status/conditions")
                .iter()
                .any(|c| text(c, "/type") == "Ready" && text(c, "/status") == "True"),
            pod: (kind == Kind::Pod).then(|| pod(body)),
        }
    }

    /// The managing controller.
    pub fn controller(&self) -> Option<&Owner> {
        self.owners.iter().find(|o| o.controller)
    }

    /// Value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(k, _)| &**k == key).map(|(_, v)| &**v)
    }
}

fn pod(body: &Value) -> PodFacts {
    let ready = list(body, "/status/conditions").iter().find(|c| text(c, "/type") == "Ready");
    let node = text(body, "/spec/nodeName");
    PodFacts {
        node: (!node.is_empty()).then(|| node.into()),
        phase: Phase::parse(text(body, "/status/phase")),
        ready: ready.is_some_and(|c| text(c, "/status") == "True"),
        ready_since: ready.and_then(|c| seconds(text(c, "/lastTransitionTime"))).unwrap_or(0),
        request: body.get("spec").map(Request::of).unwrap_or_default(),
        restarts: list(body, "/status/containerStatuses")
            .iter()
            .filter_map(|c| c.get("restartCount").and_then(Value::as_i64))
            .sum(),
        ip: text(body, "/status/podIP").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_asks_for_its_containers_or_its_biggest_init_container() {
        let spec = json!({
            "containers": [
                {"resources": {"requests": {"cpu": "250m", "memory": "64Mi", "nvidia.com/gpu": "1"}}},
                {"resources": {"requests": {"cpu": "1"}}},
            ],
            "initContainers": [{"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}],
        });
        let request = Request::of(&spec);
        assert_eq!((request.cpu_milli, request.memory), (1250, 1 << 30));
        assert_eq!(request.extended, [("nvidia.com/gpu".into(), 1)]);
    }

    #[test]
    fn absurd_requests_add_up_to_something() {
        let container = json!({"resources": {"requests": {"cpu": "9E", "memory": "9Ei", "nvidia.com/gpu": "9E"}}});
        let request = Request::of(&json!({"containers": [container, container, container]}));
        assert_eq!((request.cpu_milli, request.memory), (u64::MAX, u64::MAX));
    }

    #[test]
    fn readiness_and_owner_are_taken_from_the_body() {
        let body = json!({
            "metadata": {"uid": "u", "labels": {"app": "x"}, "ownerReferences": [{"uid": "r", "kind": "ReplicaSet", "name": "x-1", "controller": true}]},
            "spec": {"nodeName": "worker-0"},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "1970-01-01T00:00:09Z"}]},
        });
        let facts = Facts::of(Kind::Pod, &body);
        let pod = facts.pod.as_ref().unwrap();
        assert!(pod.ready && pod.active() && pod.ready_since == 9);
        assert_eq!(pod.node.as_deref(), Some("worker-0"));
        assert_eq!(facts.controller().map(|o| &*o.name), Some("x-1"));
        assert_eq!(facts.label("app"), Some("x"));
    }
}
