//! Pods as columns: 150,000 of them fit in a few tens of megabytes, sort and filter in milliseconds.
//!
//! Strings that repeat (namespaces, reasons, label sets, images) are interned in [`Names`], those that do not stand one after
//! the other in a [`TextColumn`]; a row is an index into all columns. Tables are built by `live` and published as
//! `Arc<PodTable>`; nobody changes a published one. What two tables have in common (names, uids, addresses) they share.

mod names;
mod text;
mod uid;

pub use names::Names;
pub use text::TextColumn;
pub use uid::Uid;

use super::status::Sign;
use std::net::IpAddr;
use std::sync::Arc;

/// "No node": the pod is not scheduled. "No owner": nobody made it.
pub const NONE: u32 = u32::MAX;

/// One pod, as it goes into the table or comes out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodRow {
    /// metadata.uid.
    pub uid: String,
    /// metadata.namespace.
    pub namespace: String,
    /// metadata.name.
    pub name: String,
    /// spec.nodeName; empty = not scheduled.
    pub node: String,
    /// Kind and name of the workload that made it (through ReplicaSet to Deployment), `Deployment/checkout-api`; empty =
    /// nobody.
    pub owner: String,
    /// The sign it is drawn with.
    pub sign: Sign,
    /// Finished with success: drawn as a small square.
    pub succeeded: bool,
    /// The one word an operator reads: `Running`, `CrashLoopBackOff`, `Pending`, `Completed`, …
    pub reason: String,
    /// More of it: exit code and message, the scheduler's message; may be long.
    pub message: String,
    /// Containers that are ready.
    pub ready: u16,
    /// Containers in all.
    pub containers: u16,
    /// Restarts of all containers.
    pub restarts: u32,
    /// Created, seconds since 1970.
    pub created_at: i64,
    /// status.podIP.
    pub ip: String,
    /// Requested CPU, thousandths of a core.
    pub cpu_milli: u32,
    /// Requested memory, bytes.
    pub memory_bytes: u64,
    /// Labels as `k=v` joined with `,`, sorted.
    pub labels: String,
    /// Images joined with `,`.
    pub images: String,
}

/// All pods of a bay as columns of equal length.
#[derive(Debug, Clone, Default)]
pub struct PodTable {
    /// Strings that repeat.
    pub names: Arc<Names>,
    /// metadata.uid.
    pub uid: Arc<Vec<Uid>>,
    /// Name.
    pub name: Arc<TextColumn>,
    /// Namespace, into `names`.
    pub namespace: Vec<u32>,
    /// Index into the picture's `nodes`; [`NONE`] = not scheduled.
    pub node: Vec<u32>,
    /// Owner (`Deployment/checkout-api`), into `names`; 0 = nobody.
    pub owner: Vec<u32>,
    /// Sign.
    pub sign: Vec<Sign>,
    /// Succeeded.
    pub succeeded: Vec<bool>,
    /// Reason word, into `names`.
    pub reason: Vec<u32>,
    /// Message, into `names`.
    pub message: Vec<u32>,
    /// Ready containers.
    pub ready: Vec<u16>,
    /// Containers.
    pub containers: Vec<u16>,
    /// Restarts.
    pub restarts: Vec<u32>,
    /// Created, seconds since 1970.
    pub created_at: Vec<i64>,
    /// Pod address; `None` while it has none.
    pub ip: Arc<Vec<Option<IpAddr>>>,
    /// Requested CPU, thousandths of a core.
    pub cpu_milli: Vec<u32>,
    /// Requested memory, bytes.
    pub memory_bytes: Vec<u64>,
    /// Label set, into `names`.
    pub labels: Vec<u32>,
    /// Images, into `names`.
    pub images: Vec<u32>,
}

impl PodTable {
    /// Number of pods.
    pub fn len(&self) -> usize {
        self.name.len()
    }

    /// No pod.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    /// Adds a pod; `node` is its node's index in the picture or [`NONE`].
    pub fn push(&mut self, row: &PodRow, node: u32) {
        Arc::make_mut(&mut self.uid).push(Uid::of(&row.uid));
        Arc::make_mut(&mut self.name).push(&row.name);
        let namespace = Names::intern_in(&mut self.names, &row.namespace);
        self.namespace.push(namespace);
        self.node.push(node);
        let owner = Names::intern_in(&mut self.names, &row.owner);
        self.owner.push(owner);
        self.sign.push(row.sign);
        self.succeeded.push(row.succeeded);
        let reason = Names::intern_in(&mut self.names, &row.reason);
        self.reason.push(reason);
        let message = Names::intern_in(&mut self.names, &row.message);
        self.message.push(message);
        self.ready.push(row.ready);
        self.containers.push(row.containers);
        self.restarts.push(row.restarts);
        self.created_at.push(row.created_at);
        Arc::make_mut(&mut self.ip).push(row.ip.parse().ok());
        self.cpu_milli.push(row.cpu_milli);
        self.memory_bytes.push(row.memory_bytes);
        let labels = Names::intern_in(&mut self.names, &row.labels);
        self.labels.push(labels);
        let images = Names::intern_in(&mut self.names, &row.images);
        self.images.push(images);
    }

    /// Name of a pod.
    pub fn name_of(&self, pod: usize) -> &str {
        &self.name[pod]
    }

    /// Address of a pod as text; empty while it has none.
    pub fn ip_of(&self, pod: usize) -> String {
        self.ip.get(pod).copied().flatten().map(|ip| ip.to_string()).unwrap_or_default()
    }

    /// Namespace of a pod.
    pub fn namespace_of(&self, pod: usize) -> &str {
        self.namespace.get(pod).map_or("", |n| self.names.get(*n))
    }

    /// Owner of a pod, `Kind/name`.
    pub fn owner_of(&self, pod: usize) -> &str {
        self.owner.get(pod).map_or("", |n| self.names.get(*n))
    }

    /// Reason word of a pod.
    pub fn reason_of(&self, pod: usize) -> &str {
        self.reason.get(pod).map_or("", |n| self.names.get(*n))
    }

    /// Message of a pod.
    pub fn message_of(&self, pod: usize) -> &str {
        self.message.get(pod).map_or("", |n| self.names.get(*n))
    }

    /// Label set of a pod, `k=v,k=v`.
    pub fn labels_of(&self, pod: usize) -> &str {
        self.labels.get(pod).map_or("", |n| self.names.get(*n))
    }
}
