//! The live picture of one bay's inside: nodes, pods, workloads, services, events.

use super::columns::PodTable;
use super::problem::Problem;
use super::status::Sign;
use super::workload::Workload;
use std::ops::Deref;
use std::sync::Arc;

/// A node as the API server describes it.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct NodeFacts {
    /// metadata.uid.
    pub uid: String,
    /// Name.
    pub name: String,
    /// `master` or `worker` (labels `magnum.openstack.org/role`, `node-role.kubernetes.io/…`).
    pub role: String,
    /// Node group (label `magnum.openstack.org/nodegroup`); empty where unknown.
    pub group: String,
    /// Zone (label `topology.kubernetes.io/zone`, older `failure-domain.beta…`); empty where unknown.
    pub zone: String,
    /// Flavor (label `node.kubernetes.io/instance-type`).
    pub flavor: String,
    /// `openstack:///<server uuid>`, which joins it to Nova.
    pub provider_id: String,
    /// Internal address.
    pub address: String,
    /// kubelet's version.
    pub version: String,
    /// Container runtime with version.
    pub runtime: String,
    /// Kernel.
    pub kernel: String,
    /// Operating system.
    pub os_image: String,
    /// Condition Ready: `Some(true)` ready, `Some(false)` not ready, `None` unknown (silent).
    pub ready: Option<bool>,
    /// spec.unschedulable.
    pub cordoned: bool,
    /// Conditions in trouble (`MemoryPressure`, `DiskPressure`, `NetworkUnavailable`, …).
    pub pressures: Vec<String>,
    /// Why it is not ready, in Kubernetes' own words.
    pub message: String,
    /// Since when it is not ready, seconds since 1970.
    pub since: Option<i64>,
    /// Taints as `key=value:effect`.
    pub taints: Vec<String>,
    /// Most pods it takes (allocatable).
    pub pods_limit: u32,
    /// Allocatable CPU, thousandths of a core.
    pub cpu_milli: u64,
    /// Allocatable memory, bytes.
    pub memory_bytes: u64,
    /// Created, seconds since 1970.
    pub created_at: i64,
}

/// A node and what it carries. Its facts are shared from picture to picture and are read as if they were its own.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Node {
    /// What it is.
    #[serde(flatten)]
    pub facts: Arc<NodeFacts>,
    /// What tells it apart from its neighbours (`worker-3`), see [`super::node_names`]; the name until it is shortened.
    pub short: Arc<str>,
    /// Pods on it.
    pub pods: u32,
    /// Pods on it that are in trouble.
    pub troubled: u32,
    /// Requested CPU of its pods, thousandths of a core.
    pub cpu_requested: u64,
    /// Requested memory of its pods, bytes.
    pub memory_requested: u64,
    /// Used CPU where metrics exist.
    pub cpu_used: Option<u64>,
    /// Used memory where metrics exist.
    pub memory_used: Option<u64>,
}

/// An empty node.
impl From<Arc<NodeFacts>> for Node {
    fn from(facts: Arc<NodeFacts>) -> Node {
        Node {
            short: facts.name.as_str().into(),
            facts,
            pods: 0,
            troubled: 0,
            cpu_requested: 0,
            memory_requested: 0,
            cpu_used: None,
            memory_used: None,
        }
    }
}

impl Deref for Node {
    type Target = NodeFacts;

    fn deref(&self) -> &NodeFacts {
        &self.facts
    }
}

impl Picture {
    /// A node by its name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.binary_search_by(|n| n.name.as_str().cmp(name)).ok().map(|at| &self.nodes[at])
    }

    /// The short name of a node; its name where it is gone.
    pub fn short_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.node(name).map_or(name, |n| &n.short)
    }
}

impl Node {
    /// The sign it is drawn with.
    pub fn sign(&self) -> Sign {
        match self.ready {
            None => Sign::Unknown,
            Some(false) => Sign::Failed,
            Some(true) if self.cordoned || !self.pressures.is_empty() => Sign::Warning,
            Some(true) => Sign::Ok,
        }
    }
}

/// How it stands with what pods use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Measuring {
    /// No metrics API answers.
    #[default]
    Nothing,
    /// There are too many pods to ask for all the time, and nobody looks at what they use.
    Resting,
    /// It is being read for the first time.
    Reading,
    /// It was read.
    Known,
}

/// What the pods of a picture use, as columns in the order of its pod table. Both are empty unless it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodUsage {
    /// Why there is something or nothing.
    pub measuring: Measuring,
    /// Used CPU, thousandths of a core; [`PodUsage::UNKNOWN`] where not known.
    pub cpu_milli: Vec<u64>,
    /// Used memory, bytes; [`PodUsage::UNKNOWN`] where not known.
    pub memory_bytes: Vec<u64>,
}

impl PodUsage {
    /// "Nobody measured this pod."
    pub const UNKNOWN: u64 = u64::MAX;

    /// Used CPU (thousandths of a core) and memory (bytes) of a pod, where they are known.
    pub fn of(&self, pod: usize) -> Option<(u64, u64)> {
        let known = |column: &[u64]| column.get(pod).copied().filter(|n| *n != Self::UNKNOWN);
        Some((known(&self.cpu_milli)?, known(&self.memory_bytes)?))
    }
}

/// A Kubernetes service as the API server describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ServiceFacts {
    /// metadata.uid.
    pub uid: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    pub kind: String,
    /// Cluster address; `None` for headless.
    pub cluster_ip: Option<String>,
    /// External addresses.
    pub external: Vec<String>,
    /// A load balancer is asked for and has no address yet.
    pub pending_address: bool,
    /// Ports as `80:30080/TCP`.
    pub ports: Vec<String>,
    /// Selector as `k=v,k=v`.
    pub selector: String,
    /// Created, seconds since 1970.
    pub created_at: i64,
}

/// A service and the pods that it finds. Its facts are shared from picture to picture and are read as if they were its own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Service {
    /// What it is.
    #[serde(flatten)]
    pub facts: Arc<ServiceFacts>,
    /// Ready pods that the selector finds.
    pub ready: u32,
    /// Pods that the selector finds.
    pub pods: u32,
}

impl Deref for Service {
    type Target = ServiceFacts;

    fn deref(&self) -> &ServiceFacts {
        &self.facts
    }
}

/// A Kubernetes event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClusterEvent {
    /// metadata.uid.
    pub uid: String,
    /// Last seen, seconds since 1970.
    pub last_seen: i64,
    /// `Normal` is false.
    pub warning: bool,
    /// `BackOff`, `FailedScheduling`, …
    pub reason: String,
    /// Kind of the object (`Pod`).
    pub kind: String,
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// Message.
    pub message: String,
    /// How often.
    pub count: u32,
    /// Who said it.
    pub source: String,
}

/// How the connection to the bay's API is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// Nobody asked yet.
    #[default]
    Idle,
    /// Getting a certificate, connecting; the step in Fluent form (`link-certificate`, `link-version`, …).
    Connecting(&'static str),
    /// First lists are coming in.
    Loading,
    /// Watches run.
    Live,
    /// Watches broke; the picture is old, trying again.
    Stale(Problem),
    /// Could not get in.
    Failed(Problem),
}

/// How far the first lists are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Pods read.
    pub pods_read: u64,
    /// About how many there are (`remainingItemCount`), once the server says.
    pub pods_total: Option<u64>,
}

/// Everything known about a bay's inside. Published whole; what has not changed is shared with the picture before.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Rises with every change of the data.
    pub generation: u64,
    /// Server version (`v1.30.4`).
    pub version: String,
    /// Connection.
    pub link: Link,
    /// First lists.
    pub progress: Progress,
    /// Every kind was read to its end at least once, or cannot be read (then it is among the gaps).
    pub complete: bool,
    /// Nodes sorted by name.
    pub nodes: Arc<Vec<Node>>,
    /// Pods, sorted by (namespace, name).
    pub pods: Arc<PodTable>,
    /// What pods use, in the order of `pods`.
    pub usage: Arc<PodUsage>,
    /// Workloads sorted by (namespace, kind, name).
    pub workloads: Arc<Vec<Workload>>,
    /// Services sorted by (namespace, name).
    pub services: Arc<Vec<Service>>,
    /// Events, the newest first.
    pub events: Arc<Vec<Arc<ClusterEvent>>>,
    /// Namespaces sorted.
    pub namespaces: Arc<Vec<String>>,
    /// The metrics API answers.
    pub has_metrics: bool,
    /// Kinds that could not be read, with the reason (limited rights): the rest is shown all the same.
    pub gaps: Vec<(String, Problem)>,
    /// When the last event or list came, seconds since 1970.
    pub last_event_at: Option<i64>,
}
