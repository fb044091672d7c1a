//! Workloads: who keeps how many pods alive, how many there are, and what is missing.

use super::status::Sign;
use std::ops::Deref;
use std::sync::Arc;

/// Kinds that keep pods.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, strum::EnumIter,
)]
pub enum WorkloadKind {
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 ReplicaSet that no Deployment owns.
    ReplicaSet,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// apps/v1 DaemonSet.
    DaemonSet,
    /// v1 ReplicationController.
    ReplicationController,
    /// batch/v1 Job.
    Job,
}

impl WorkloadKind {
    /// The API's word, the same in every language.
    pub fn word(self) -> &'static str {
        match self {
            WorkloadKind::Deployment => "Deployment",
            WorkloadKind::ReplicaSet => "ReplicaSet",
            WorkloadKind::StatefulSet => "StatefulSet",
            WorkloadKind::DaemonSet => "DaemonSet",
            WorkloadKind::ReplicationController => "ReplicationController",
            WorkloadKind::Job => "Job",
        }
    }

    /// Has a `scale` subresource with a number of replicas to set.
    pub fn can_scale(self) -> bool {
        !matches!(self, WorkloadKind::DaemonSet | WorkloadKind::Job)
    }
}

/// Why replicas are missing; `count` pods share it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shortage {
    /// How many pods.
    pub count: u32,
    /// What they are drawn with.
    pub sign: Sign,
    /// Word of the reason as Kubernetes has it (`CrashLoopBackOff`, `Unschedulable`, `ImagePullBackOff`, `NodeLost`, …) or
    /// `Missing` where not even a pod exists (quota).
    pub reason: String,
    /// More of it, in Kubernetes' own words.
    pub message: String,
}

/// Replica counts of one workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Replicas {
    /// Wanted.
    pub desired: u32,
    /// Existing.
    pub current: u32,
    /// Of the newest template.
    pub updated: u32,
    /// Passing their readiness checks.
    pub ready: u32,
    /// Ready for `minReadySeconds`.
    pub available: u32,
}

/// A workload as the API server describes it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WorkloadFacts {
    /// metadata.uid.
    pub uid: String,
    /// Kind.
    pub kind: WorkloadKind,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Requested CPU of one pod, thousandths of a core.
    pub cpu_milli_each: u32,
    /// Requested memory of one pod, bytes.
    pub memory_bytes_each: u64,
    /// Images of its template.
    pub images: Vec<String>,
    /// Label selector as text (`app=x,tier=y`).
    pub selector: String,
    /// Labels as `k=v,k=v`.
    pub labels: String,
    /// A rollout is going on (observed generation or updated replicas behind).
    pub rolling_out: bool,
    /// Created, seconds since 1970.
    pub created_at: i64,
    /// Last change of its status or template, seconds since 1970.
    pub changed_at: i64,
}

/// One workload with its counts and what is missing. Its facts are shared from picture to picture and are read as if they
/// were its own.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Workload {
    /// What it is.
    #[serde(flatten)]
    pub facts: Arc<WorkloadFacts>,
    /// Counts.
    pub replicas: Replicas,
    /// The worst sign of its pods and its own conditions.
    pub sign: Sign,
    /// What is missing, the biggest first.
    pub shortages: Vec<Shortage>,
    /// Pods by sign, in the order of [`Sign::ALL`]: the segments of the replica bar.
    pub by_sign: [u32; 7],
    /// Replicas for which no pod exists at all.
    pub not_created: u32,
    /// Ready and wanted per zone, sorted by zone.
    pub zones: Vec<Spread>,
    /// Number of nodes that carry it.
    pub nodes: u32,
    /// Most of its pods on one node.
    pub most_on_one_node: u32,
    /// Restarts of all its pods.
    pub restarts: u32,
    /// Trouble that it reports of itself, in Kubernetes' word (`BackoffLimitExceeded`, `FailedCreate`).
    pub trouble: Option<String>,
    /// Recent history, oldest first, at most 120 points.
    pub history: Arc<Vec<ReplicaPoint>>,
}

impl Deref for Workload {
    type Target = WorkloadFacts;

    fn deref(&self) -> &WorkloadFacts {
        &self.facts
    }
}

impl Workload {
    /// `Deployment/checkout-api`, the form in which pods name their owner.
    pub fn owner_key(&self) -> String {
        format!("{}/{}", self.kind.word(), self.name)
    }
}

/// Pods of a workload in one zone.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Spread {
    /// Zone; empty = nodes without a zone, or not scheduled.
    pub zone: Arc<str>,
    /// Ready pods there.
    pub ready: u32,
    /// Pods there.
    pub pods: u32,
    /// Pods there by sign, in the order of [`Sign::ALL`].
    pub by_sign: [u32; 7],
}

/// A point of a workload's recent history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ReplicaPoint {
    /// Seconds since 1970.
    pub time: i64,
    /// Wanted.
    pub desired: u32,
    /// Ready.
    pub ready: u32,
}
